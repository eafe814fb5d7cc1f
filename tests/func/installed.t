#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What "make install" puts in place serves another program: the examples, and the programs that
# libxns.3 shows, are built with pkg-config against an installed copy, and run. "make uninstall"
# takes everything away again.
. "${top_srcdir:?}/tests/func/tap.sh"
need make pkg-config cc ps

unset MAKEFLAGS MFLAGS MAKELEVEL
stage=$T/stage
${MAKE:-make} -s -C "$top_builddir" install DESTDIR="$stage" >"$T/log" 2>&1 ||
	tap_comment "$(tail -n 20 "$T/log")"
pc=$(find "$stage" -name xns.pc)
like "xns.pc is installed" "$pc" '/pkgconfig/xns\.pc$'
PKG_CONFIG_PATH=${pc%/*} PKG_CONFIG_SYSROOT_DIR=$stage
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
libdir=$stage$(PKG_CONFIG_SYSROOT_DIR='' pkg-config --variable=libdir xns)
flags=$(pkg-config --cflags --libs xns)
like "flags name the library" "$flags" '[-]lxns'
! nm -D "$libdir/libxns.so" | grep -q __asan_init || flags="$flags -fsanitize=address,undefined"

build() { # NAME FILE
	# shellcheck disable=SC2086 # several flags
	ok "$1 is built" "${CC:-cc}" -Wall -Wextra -Wshadow -Werror -std=c11 -o "$T/$1" "$2" $flags
}
for example in netns-holders run-in-netns; do
	build "$example" "$top_srcdir/examples/$example.c"
done

# The block after a line  .\" program NAME  is $T/NAME.c.
page=$(find "$stage" -name libxns.3)
awk -v dir="$T" '/^\.\\" program / { name = $3 }
	/^\.Ed/ { if (inside) close(file); name = ""; inside = 0 }
	inside { print >file }
	name && /^\.Bd/ { inside = 1; file = dir "/" name ".page"; print name }' "$page" >"$T/programs"
is "each block of libxns.3 is a program" "$(wc -l <"$T/programs")" "$(grep -c '^\.Bd' "$page")"
while read -r program <&3; do
	sed 's/\\-/-/g; s/\\e/\\/g; s/\\&//g' "$T/$program.page" >"$T/$program.c"
	build "$program" "$T/$program.c"
done 3<"$T/programs"
LD_LIBRARY_PATH=$libdir
export LD_LIBRARY_PATH
# LeakSanitizer waits for ever for its helper where that is born into another PID namespace.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS
run_within() {
	run timeout -k 5 60 "$@"
}

if unshare -rn true 2>/dev/null; then
	spawn unshare -rn sleep 1000
	wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
	inode=$(readlink "/proc/$pid/ns/net" | tr -dc 0-9)
	run "$T/netns-holders"
	like "the list has another network namespace" "$out" "^net:\\[$inode\\] 1 processes\$"
	like "... and what holds it" "$out" "^	proc of process $pid \\(sleep 1000\\)\$"
	if [ "$(id -u)" -eq 0 ]; then
		run "$T/run-in-netns" "$pid"
		like "a function runs there" "$out" "^interfaces there: [12], here: [0-9]+\$"
	else
		skip 1 "needs root"
	fi
else
	skip 3 "needs user namespaces"
fi

run "$T/list-holders"
is "libxns.3: list-holders" "$rc" 0
like "... what holds our network" "$out" "^    proc $$\$"
like "... below its name" "$out" "^net:\\[$(readlink /proc/self/ns/net | tr -dc 0-9)\\]\$"
if unshare -Urmpf --mount-proc true 2>/dev/null; then
	# shellcheck disable=SC2016 # for the inner shell
	run_within "$T/run-in-new" sh -c 'echo "$(id -u) $(uname -n) $$"; kill -TERM $$; exit 3'
	is "libxns.3: a program in new namespaces" "$rc $out" "3 0 box 1"
	run "$T/run-in-new" /no/such
	is "libxns.3: none" "$rc $out" "127 "
	like "... is said" "$err" "/no/such.*: No such file"
	spawn "$T/run-in-new" sleep 1000
	wait_for 5 sh -c "[ -n \"\$(ps -o pid= --ppid $pid)\" ]"
	child=$(ps -o pid= --ppid "$pid" | tr -dc 0-9)
	at_exit "kill -9 $child 2>/dev/null"
	wait_for 5 sh -c "[ \"\$(cat /proc/$child/comm)\" = sleep ]"
	run_within "$T/run-in-pid" "$child" sh -c 'uname -n; exit 7'
	is "libxns.3: a program in those of a process" "$rc $out" "7 box"
	kill -9 "$pid"
	ok "... which ends with its caller" wait_for 5 sh -c "! ps -p $child -o stat= | grep -v Z"
	run "$T/run-in-pid" 999999999 true
	is "libxns.3: of no process" "$rc $out" "1 "
	is "libxns.3: IPC objects, in one's own namespace" "$(unshare -ri "$T/use-ipc")" \
		"segment 0: 4096 bytes, ours"
	spawn unshare -ri sleep 1000
	wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
	is "... and in another" "$("$T/use-ipc" "$pid")" "segment 0: 4096 bytes, ours"
	run "$T/use-ipc" /proc/self/ns/uts
	is "... and in what is none" "$rc $out" "1 "
	like "... which is said" "$err" "/proc/self/ns/uts.*: Invalid argument"
else
	skip 10 "needs user namespaces"
fi
run "$T/run-in-netns" 999999999
is "no such process" "$rc $out" "1 "
like "... is said" "$err" "999999999.*: No such process"

unset LD_LIBRARY_PATH
find "$stage" -type l ! -exec test -e {} \; -print >"$T/dangling"
is "no link leads nowhere" "$(cat "$T/dangling")" ""
${MAKE:-make} -s -C "$top_builddir" uninstall DESTDIR="$stage" >"$T/log" 2>&1
is "uninstall leaves nothing" "$(find "$stage" ! -type d)" ""
