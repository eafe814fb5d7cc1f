#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What "make install" puts in place serves another program: the examples are built with pkg-config
# against an installed copy, and run. "make uninstall" takes everything away again.
. "${top_srcdir:?}/tests/func/tap.sh"
need make pkg-config cc

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

for example in netns-holders run-in-netns; do
	# shellcheck disable=SC2086 # several flags
	ok "$example is built" "${CC:-cc}" -Wall -Wextra -Werror -std=c11 -o "$T/$example" \
		"$top_srcdir/examples/$example.c" $flags
done
LD_LIBRARY_PATH=$libdir
export LD_LIBRARY_PATH

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
run "$T/run-in-netns" 999999999
is "no such process" "$rc $out" "1 "
like "... is said" "$err" "999999999.*: No such process"

unset LD_LIBRARY_PATH
find "$stage" -type l ! -exec test -e {} \; -print >"$T/dangling"
is "no link leads nowhere" "$(cat "$T/dangling")" ""
${MAKE:-make} -s -C "$top_builddir" uninstall DESTDIR="$stage" >"$T/log" 2>&1
is "uninstall leaves nothing" "$(find "$stage" ! -type d)" ""
