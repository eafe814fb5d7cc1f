#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every step of xunshare in words, in the order in which they are taken; --dry-run takes none.
. "${top_srcdir:?}/tests/func/tap.sh"

steps() { # OPTIONS: each step after its number and call
	run xunshare --dry-run "$@"
	printf '%s' "$out" | sed 's/^ *[0-9]*\. //; s/   */ | /'
}
by=
[ "$(id -u)" -eq 0 ] || by=", with newuidmap and newgidmap"
is "a program alone" "$(steps true)" "execve | true"
is "all that can be said of what is made" "$(steps -ump --user --map-root-user --owner 5:6 \
	--hostname there --net --lo-up -T --monotonic 5 --init -w /tmp -R / --mount-proc true)" \
	"setgroups, setresgid, setresuid | become 5:6, to own the user namespace
unshare | make new namespaces: mnt uts net pid user time
write /proc/self/timens_offsets | set the clocks' offsets, before the time namespace has a member
write /proc/self/setgroups | deny setgroups(2)
write uid_map, gid_map | map users (inner outer count) 0 $(id -u) 1; map groups (inner outer count) 0 $(id -g) 1 (helper process$by)
fork | PID 1 is an init, with the program as its child; all end with xunshare
mount | make all mounts private
sethostname | set the host name there
ioctl SIOCSIFFLAGS | set the loop-back interface up
chroot | make / the root directory
chdir | change to the directory /tmp
mount | mount a procfs on /proc
execve | true"
is "binfmt_misc, ids and signals" "$(steps -c --kill-child=TERM -l ':x:M::a::/bin/true:F' -R / \
	-S 3 -G 4 --keep-caps --propagation unchanged -pf true | tail -n 9)" \
	"fork | the program is a child; wait for it
mount, write | with flag F: register the interpreter before the root changes
chroot | make / the root directory
mount | mount a procfs on /proc
mount | mount binfmt_misc on /proc/sys/fs/binfmt_misc and register the interpreter
setgroups, setgid, setuid | drop supplementary groups, become group 4, become user 3
capset, prctl | keep the capabilities of the user namespace over execve(2)
prctl PR_SET_PDEATHSIG | signal 15 when the parent dies
execve | true"
is "a user alone" "$(steps -S 3 true | head -n 1)" "setgroups, setgid, setuid | become user 3"
like "what is pinned" "$(steps --uts="$T/uts" true)" \
	'open_tree, move_mount | pin the new namespaces, all or none \(helper process\)'
ok "--dry-run makes nothing" test ! -e "$T/uts"
like "a PID namespace without --fork" "$(steps -p true)" \
	"note | without --fork only the program's children are in the new PID namespace"
