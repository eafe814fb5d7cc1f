#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xlsns and the installed lsns print the same bytes and exit alike, for a population of their own.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need lsns unshare ip pgrep python3

begin_inside unshare -m -f -p --mount-proc --kill-child

# --- population: nested namespaces, several types and owners, names, a zombie ------------------
# What others have mounted on this machine, the peer may not know to list.
awk '$0 ~ / - nsfs / { print $5 }' /proc/self/mountinfo | while read -r held; do
	umount -l "$(printf '%b' "$held")"
done
mount -t tmpfs none /run
mkdir -p /run/netns
PEER=$(command -v lsns)
mkdir "$T/bin"
cp "$top_builddir/cmd/xlsns" "$T/bin/lsns" # the same argv[0], should it show in a list
unshare -m -u -n sh -c '
	unshare -i sh -c "unshare -C sleep 100; :" & sleep 0.2
	unshare -U -n sleep 100 & sh -c "unshare -u sleep 100; :" & sleep 100; :' &
first=$!
ip netns add foo1
ip netns set foo1 7
ip netns exec foo1 sleep 100 &
setpriv --reuid 1000 --regid 1000 --clear-groups unshare -U sleep 100 &
python3 - <<'PY' &
import ctypes, os, time
unshare = ctypes.CDLL(None).unshare
UTS, IPC, NET, MNT = 0x04000000, 0x08000000, 0x40000000, 0x20000
if os.fork() == 0:       # its child's namespace is older than its own: no tree line to hang on
    if os.fork() == 0:
        unshare(UTS)
        if os.fork() == 0:
            unshare(NET)
        time.sleep(100)
    time.sleep(.3)
    unshare(IPC)
    unshare(MNT)
    time.sleep(100)
if os.fork() == 0:
    os._exit(0)          # a zombie
time.sleep(100)
PY
# all are there: 23 namespaces, six sleep 100 and no other
settled() {
	[ "$("$PEER" -n -r -o NS | wc -l)" -eq 23 ] && [ "$(pgrep -cx sleep)" -eq 6 ]
}
wait_for 30 settled

# Same PIDs for both, where a list shows the tool itself.
as_peer() {
	echo 5000 >/proc/sys/kernel/ns_last_pid
	"$PEER" "$@" >"$T/peer" 2>"$T/peer.err"
	echo "exit $?" >>"$T/peer"
}
as_xns() {
	echo 5000 >/proc/sys/kernel/ns_last_pid
	"$T/bin/lsns" "$@" >"$T/xns" 2>"$T/xns.err"
	echo "exit $?" >>"$T/xns"
}
same() {
	as_peer "$@"
	as_xns "$@"
	if cmp -s "$T/peer" "$T/xns"; then
		tap_result 0 "${COLUMNS:+COLUMNS=$COLUMNS }lsns $*"
	else
		tap_result 1 "${COLUMNS:+COLUMNS=$COLUMNS }lsns $*"
		tap_comment "$(diff "$T/peer" "$T/xns" | head -20)"
	fi
	if [ -s "$T/peer.err" ] && ! [ -s "$T/xns.err" ]; then
		tap_result 1 "a message for lsns $*"
	fi
}

# shellcheck disable=SC2034 # for the lines below
uts=$(readlink /proc/$first/ns/uts | tr -dc 0-9)
# shellcheck disable=SC2034
net=$(readlink /proc/$first/ns/net | tr -dc 0-9)
while read -r line; do
	eval "same $line"
done <<-'LIST'
	-l
	-r
	-n
	-J
	-T
	-T=parent
	-T=process
	--tree=owner
	--output-all
	--output-all -J
	--output-all -r
	--output-all -l
	--output-all -T
	--output-all -T=process
	-t net
	-t net -J
	-t net -W
	-t net -r
	-t user -t pid
	-p $first
	-p $first -J -t uts
	-p $first -l -o NS,PATH
	-o NS,PID
	-o COMMAND,NS
	-o +PPID
	-o +NSFS
	-o NS,TYPE,PATH,NPROCS,PID,PPID,COMMAND,UID,USER,NETNSID,NSFS,PNS,ONS
	-T -o PID,TYPE
	-J -T -o PID,TYPE
	-J -T
	-J -T=parent
	-l -T
	-T=parent -l
	-o ''
	-o NS,
	-t ''
	-t net,
	-T -r
	-T=parent -r
	-u
	-n -l -o NS
	-o ns,nprocs -t mnt
	--js --nohead -t user
	$net
	$uts -J
	$uts -l
	$uts -r
	$uts -o NS,PID,PPID,UID,NPROCS,PATH,COMMAND,TYPE
	$uts -T=owner
	$uts --output-all
	$uts -o NS,NSFS,PID
	12345
	1x
	-t foo
	-p x
	-o FOO
	-J -r
	--nope
	-o
	-T=x
	--tree=
LIST
for COLUMNS in 20 40 80 150; do
	export COLUMNS
	while read -r line; do
		eval "same $line"
	done <<-'LIST'

		-l
		-u
		-t net
		--output-all
		-T
		-o NS,NSFS,COMMAND
		-o +PATH,UID
		$uts
	LIST
done
