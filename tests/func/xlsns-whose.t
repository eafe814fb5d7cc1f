#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whose a namespace is: container, pod and unit from the cgroup path; names of mounts and hosts.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare ip

begin_inside unshare -m -n -u -f -p --mount-proc --kill-child
mkdir "$T/cg"
mount -t cgroup2 none "$T/cg" 2>/dev/null || skip_all "needs cgroup v2"
id=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
at_exit "umount '$T/cg'"
top=$T/cg/xns-test-$$

# in_cgroup PATH COMMAND...: $pid is the process
in_cgroup() {
	mkdir -p "$top/$1"
	dir=$top/$1
	shift
	# shellcheck disable=SC2016 # for the inner shell
	spawn sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$dir" "$@"
}
remove_cgroups() {
	[ ! -d "$top" ] || find "$top" -depth -type d -exec rmdir {} \; 2>/dev/null
}
at_exit "sleep 0.1; remove_cgroups"

show() { # COLUMNS: of the uts namespace of $pid
	xlsns -r -n -t uts -p "$pid" -o "$1" 2>/dev/null
}

in_cgroup "docker/$id" unshare -u sh -c 'hostname red; exec sleep 100'
wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
is "container and runtime" "$(show RUNTIME,CONTAINER)" "docker $id"
is "shortened in tables" "$(xlsns -n -t uts -p "$pid" -o CONTAINER 2>/dev/null)" 0123456789ab
is "but not with -u" "$(xlsns -u -n -t uts -p "$pid" -o CONTAINER 2>/dev/null)" "$id"
is "host name of another UTS namespace" "$(show NAME)" red
is "ours has not changed" "$(uname -n)" "$(cat /proc/sys/kernel/hostname)"

in_cgroup "kubepods/burstable/pod22fd933a-ee61-4a52-9f5b-0123456789ab/$id" unshare -u sleep 100
wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
is "pod" "$(show RUNTIME,POD)" "kubernetes 22fd933a-ee61-4a52-9f5b-0123456789ab"
in_cgroup "system.slice/web.service" unshare -u sleep 100
wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
is "unit, no container" "$(show UNIT,CONTAINER)" "web.service "

mount -t tmpfs none /run
ip netns add blue
is "name of ip netns" "$(xlsns -r -n -t net -o NAME 2>/dev/null | grep .)" blue
unlike "none of these in --output-all" "$(xlsns --output-all 2>/dev/null | head -n 1)" CONTAINER
like "all of them in ALL" "$(xlsns -o ALL 2>/dev/null | head -n 1)" 'CONTAINER +RUNTIME +POD +UNIT +NAME'
