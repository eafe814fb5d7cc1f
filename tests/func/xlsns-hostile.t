#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Never blocked, never fooled: what is mounted over a namespace, file systems that do not answer.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare timeout

begin_inside unshare -m -f -p --mount-proc --kill-child
cd "$T" || exit 99
at_exit 'for m in over fifo dev d/ns d; do umount -l "$T/$m" "$T/$m"; done 2>/dev/null'

# hold TYPE-OPTION LINK FILE: mounts a new namespace that nobody is in; $inode
hold() {
	spawn unshare "$1" sleep 100
	wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
	: >"$3"
	mount --bind "/proc/$pid/ns/$2" "$3"
	inode=$(readlink "/proc/$pid/ns/$2" | tr -dc 0-9)
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
}
row() { # INODE COLUMNS
	timeout 10 xlsns -q -n -r -o "NS,$2" | grep "^$1 "
}

hold -u uts over
first=$inode
hold -i ipc other
second=$inode
owner=$(readlink /proc/self/ns/user | tr -dc 0-9)
is "a namespace that is mounted" "$(row "$first" TYPE,HELDBY,ONS)" "$first uts mount $owner"
mount --bind other over
umount other
is "another one mounted over it: still its type" "$(row "$first" TYPE,HELDBY)" "$first uts mount"
is "and the other's" "$(row "$second" TYPE,HELDBY,ONS)" "$second ipc mount $owner"
is "its owner is not taken from the other" "$(row "$first" ID | cut -d' ' -f2)" ""
run timeout 10 xlsns "$T/over"
is "the path means the one on top" "$rc" 0

hold -u uts fifo
mkfifo pipe
mount --bind pipe fifo
is "a FIFO over it does not block" "$(row "$inode" TYPE,HELDBY)" "$inode uts mount"
run timeout 10 xlsns --why "$inode"
is "nor --why" "$rc" 0
hold -u uts dev
mount --bind /dev/null dev
is "a device over it is not opened" "$(row "$inode" TYPE,HELDBY)" "$inode uts mount"

mkdir d
hold -u uts ns
spawn "$top_builddir/tests/stalled" d ns
if wait_for 5 grep -q ready "$T/.spawn.$$"; then
	umount ns
	is "a FUSE that does not answer does not block" "$(row "$inode" TYPE,HELDBY,ID)" \
		"$inode uts mount "
	like "what could not be opened is said" "$(timeout 10 xlsns 2>&1 >/dev/null)" \
		'[0-9]+ mounted namespaces? unreadable \(a file system on the way might not answer\)'
	# the peer of this test: what asks the file system does block
	timeout 1 stat "$T/d/x" >/dev/null 2>&1
	is "it is true that it does not answer" "$?" 124
else
	wait "$pid"
	is "no FUSE on this kernel" "$?" 77
fi
