#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every way to name a namespace, and what is refused: one clear line and at most a hint, exit 1.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare ip

begin_inside unshare -m -n -f -p --mount-proc --kill-child
mount -t tmpfs none /run
ip netns add blue
ip netns add green
spawn ip netns exec blue sleep 100
wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
net=$(readlink "/proc/$pid/ns/net")
inode=$(echo "$net" | tr -dc 0-9)

members() {
	xlsns -q -n -r -o PID "$@" 2>&1
}
is "an inode" "$(members "$inode")" "$pid"
is "type:[inode]" "$(members "$net")" "$pid"
is "a path in /proc" "$(members "/proc/$pid/ns/net")" "$pid"
is "a mount point" "$(members /run/netns/blue)" "$pid"
is "a relative path" "$(cd /run && members netns/blue)" "$pid"
is "@name" "$(members @blue)" "$pid"
id=$(xlsns -q -n -r -o NS,ID | sed -n "s/^$inode //p")
if [ -n "$id" ]; then
	is "id:n" "$(members "id:$id")" "$pid"
else
	run xlsns id:1
	is "id:n on a kernel without ids" "$rc $err" "1 xlsns: not found namespace: id:1"
fi
is "--why takes them too" "$(xlsns -q -n -r --why @blue -o HOLDER,PATH | tail -n 1 | cut -c 1-22)" \
	"mount /run/netns/blue"
spawn unshare -u sh -c 'echo xns-selected >/proc/sys/kernel/hostname; exec sleep 100'
wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
is "@name of a host" "$(members @xns-selected)" "$pid"
is "a namespace without processes is none the less there" "$(xlsns -q -n -r -o PID @green; echo $?)" 0

touch "$T/two" "$T/sub"
mkdir "$T/d"
touch "$T/d/two"
mount --bind /run/netns/blue "$T/two"
mount --bind /run/netns/green "$T/d/two"
mkfifo "$T/fifo"
refused() { # MESSAGE ARGUMENTS...
	wanted=$1
	shift
	run timeout 5 xlsns "$@"
	is "refused: $*" "$rc $out$(echo "$err" | grep -v '^hint: ')" "1 xlsns: $wanted"
}
refused "not found namespace: 4026500000" 4026500000
refused "invalid namespace argument: '1x'" 1x
refused "invalid namespace argument: ''" ""
refused "invalid namespace argument: '+$inode'" "+$inode"
refused "invalid namespace argument: '$inode '" "$inode "
refused "invalid namespace argument: '4294967296'" 4294967296
refused "not found namespace: mnt:[$inode]" "mnt:[$inode]"
refused "invalid namespace argument: 'foo:[$inode]'" "foo:[$inode]"
refused "invalid namespace argument: 'net:[$inode'" "net:[$inode"
refused "invalid namespace argument: '@'" @
refused "not found namespace: @nobody" @nobody
refused "several namespaces have the name: @two" @two
refused "invalid namespace id: 'id:'" id:
refused "invalid namespace id: 'id:-1'" id:-1
refused "invalid namespace id: 'id:99999999999999999999'" id:99999999999999999999
refused "not found namespace: id:18446744073709551615" id:18446744073709551615
refused "cannot open /nowhere/x: No such file or directory" /nowhere/x
refused "not a namespace: /etc/passwd" /etc/passwd
refused "not a namespace: $T/fifo" "$T/fifo"
refused "not a namespace: /dev/full" /dev/full
refused "not found namespace: 4026500000" --why 4026500000
refused "options --task and --why cannot be combined" --task 1 --why 1
umount "$T/two" "$T/d/two"
