#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Where the kernel lacks a call, or a filter forbids it (tests/func/without.c): another way leads
# to the same, or it is said what is missing. tests/kernels has the true old kernels.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare

without="$top_builddir/tests/func/without"
"$without" pidfd -- true 2>"$T/err" || skip_all "$(cat "$T/err")"
begin_inside unshare -m

# --- xlsns --------------------------------------------------------------------------------------
mkdir "$T/here"
cd "$T/here" || exit 99
at_exit 'umount -l "$T/here/mount" "$T/here/fd-path" 2>/dev/null'
spawn "$top_builddir/tests/holders"
wait_for 10 grep -q '^ready$' "$T/.spawn.$$" || {
	tap_result 1 "the population stands: $(cat "$T/.spawn.$$")"
	exit 0
}
mv "$T/.spawn.$$" "$T/held"

# list FEATURE...: "NAME HELDBY" of each namespace of the population; what is said in $T/said
list() {
	"$without" "$@" -- xlsns -r -n -o NS,HELDBY 2>"$T/said" >"$T/list"
	awk 'FNR == NR { by[$1] = $2; next } $4 in by { print $1, by[$4] }' "$T/list" "$T/held"
}
list bpf >"$T/whole"
whole=$(cat "$T/said")
ok "there is something to miss" [ "$(grep -c . "$T/whole")" -ge 14 ]

same() { # FEATURE...: another way leads to the same
	list bpf "$@" >"$T/got"
	is "xlsns without $*: lists the same" "$(cat "$T/got")" "$(cat "$T/whole")"
	is "xlsns without $*: says the same" "$(cat "$T/said")" "$whole"
}
less() { # WORDS NAMES FEATURE...: these are missing, and it is said with those words
	words=$1 names=$2
	shift 2
	list bpf "$@" >"$T/got"
	is "xlsns without $*: misses no other" "$(cat "$T/got")" \
		"$(grep -Evx "($names) .*" "$T/whole")"
	like "xlsns without $*: says so" "$(cat "$T/said")" "$words"
}
same handles
same ids
same listmount
same statmount
same statmount=1
same handles listmount
less "mount namespaces without processes" "kernel-mnt|mount-flight" mnt-next mnt-prev
less "mount namespaces without processes" "kernel-mnt|mount-flight" ids mnt-ids
less "mount namespaces without processes" "kernel-mnt|mount-flight" mnt-next=1 mnt-prev=1
less "mount namespaces without processes" "kernel-mnt|mount-flight" handles ids mnt-ids mnt-next \
	mnt-prev statmount listmount
less "PID namespaces without a first process" children-unborn unborn
less "[0-9]+ sockets and tun descriptors unreadable" "socket|tun" pidfd-getfd
less "[0-9]+ sockets and tun descriptors unreadable" "socket|tun|children-unborn" pidfd
less "descriptors of single threads" thread-fd kcmp
# what is mounted cannot be opened, so it is not known whose it is
less "reads? failed" none openat2
less "reads? failed" none threads

# --- xnsenter -----------------------------------------------------------------------------------
spawn unshare -pfmu --kill-child --mount-proc sh -c 'hostname within; echo ready; sleep 1000 & wait'
inside() {
	target=$(pgrep -P "$pid") && [ "$(nsenter -u -t "$target" hostname)" = within ]
}
ok "a target" wait_for 10 inside
: "${target:=$pid}"

for feature in pidfd pidfd-setns memfd-exec openat2 pidfd-getfd; do
	run "$without" $feature -- xnsenter -t "$target" -a hostname
	is "xnsenter without $feature" "$rc $out $err" "0 within "
done
run "$without" memfd -- xnsenter -t "$target" -a hostname
is "xnsenter without executable memory: fails" "$rc $out" "1 "
like "... and says why" "$err" "vm.memfd_noexec"
run "$without" memfd -- xnsenter -t "$target" -u hostname
is "... which it needs for other roots only" "$rc $out $err" "0 within "

run "$without" close_range -- sh -c 'xnsenter -t "$1" -u sh -c "echo /proc/\$\$/fd/*" 9</dev/null' \
	- "$target"
unlike "xnsenter without close_range: closes the caller's descriptors" "$rc $out" "fd/9"
like "... but not the first three" "$rc $out" "^0 /proc/.*fd/0 .*fd/1 .*fd/2"
run "$without" close_range=1 -- xnsenter -t "$target" -u hostname
is "... but where that is refused, it fails" "$rc $out" "1 "
like "... and says what" "$err" "close the caller's descriptors: Operation not permitted"

run "$without" pidns-numbers -- xnsenter -t "1@$target" -u hostname
is "xnsenter -t 1@PID by NSpid" "$rc $out $err" "0 within "
run "$without" pidns-numbers -- xnsenter -t "987654@$target" -u hostname
is "... no such number" "$rc $out" "1 "
like "... is said" "$err" "find process 987654 in the PID namespace of $target: No such process"

# --- IPC ----------------------------------------------------------------------------------------
spawn unshare -i sleep 1000
ok "another namespace" wait_for 5 \
	sh -c '[ "$(readlink "/proc/$1/ns/ipc")" != "$(readlink /proc/self/ns/ipc)" ]' - "$pid"
mkdir -p /dev/mqueue
at_exit 'umount /dev/mqueue 2>/dev/null'
mount -t mqueue none /dev/mqueue
xipcmk --posix-mqueue -n xns-less-kernel >/dev/null
at_exit 'xipcrm --posix-mqueue xns-less-kernel 2>/dev/null'
run "$without" mqueue-mounts -- xipcs -Q
like "xipcs without mounts of its own: takes /dev/mqueue" "$rc $(echo "$out" | tail -n 1)" "^0 /xns-less-kernel "
run "$without" mqueue-mounts -- xipcs -Q --ns "$pid"
like "... which is not another namespace's" "$rc $out$err" \
	"^1 xipcs: mount the message queues to list them: Function not implemented"
