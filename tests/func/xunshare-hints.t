#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What stands in the way is said: limits, chroot, capabilities, maps, masked /proc, bad input.
# Nothing is left behind.
. "${top_srcdir:?}/tests/func/tap.sh"
need_userns
need setpriv timeout
chmod 755 "$T"
user=
[ "$(id -u)" -ne 0 ] || user="setpriv --reuid 1000 --regid 1000 --clear-groups"

# refused NAME REGEX COMMAND...: exit 1, one line of message, at most one hint that matches
refused() {
	tap_what=$1 regex=$2
	shift 2
	run "$@"
	is "$tap_what: exit" "$rc" 1
	like "$tap_what" "$err" "$regex"
	is "$tap_what: lines" "$(echo "$err" | grep -vc -e '^hint: ' -e '^Try ')" 1
}
# shellcheck disable=SC2086
{
	refused "no capability" "hint: needs CAP_SYS_ADMIN in user:\[[0-9]+\]" $user xunshare -n true
	refused "a limit of 0" 'hint: user\.max_uts_namespaces = 0' \
		$user xunshare -r sh -c 'echo 0 >/proc/sys/user/max_uts_namespaces; xunshare -u true'
	refused "a limit with -U" 'hint: user\.max_user_namespaces = 0' \
		$user xunshare -r sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; xunshare -U true'
	refused "proc without a PID namespace" 'hint: .*-p -f' $user xunshare -r --mount-proc true
	# whichever procfs is mounted anywhere: one that is not masked would be enough
	refused "a masked /proc" 'hint: /proc is masked' $user xunshare -rm sh -c \
		'for p in $(awk "/ - proc /{ print \$5 }" /proc/self/mountinfo); do
			mount -t tmpfs x "$p/sys" || exit
		done
		xunshare -rpf --mount-proc true'
	refused "-G where setgroups is denied" 'hint: setgroups is denied' $user xunshare -r -G 0 true
	refused "an id that is not mapped" 'hint: user 7 is not mapped' $user xunshare -r -S 7 true
	refused "a pin without privilege" 'hint: a bind mount needs CAP_SYS_ADMIN' \
		$user xunshare -r --uts=/etc/passwd true
	refused "a map without subids" 'hint: .*(subuid|newuidmap|not allowed)' \
		$user xunshare --map-users 0:0:65536 true
	refused "chroot without privilege" 'hint: chroot needs CAP_SYS_CHROOT' $user xunshare -R / true
}
run $user xunshare -r xunshare --map-users 0:0:5 true
like "ids that the outer namespace lacks" "$err" 'hint: the outer users 0 to 4 are not all mapped'
refused "setgroups without a user namespace" 'hint: only a new user namespace' xunshare --setgroups deny true
run $user xunshare -rm sh -c "mount --rbind / /mnt && chroot /mnt xunshare -U true"
like "chroot and CLONE_NEWUSER" "$err" 'hint: .*chroot'
run $user xunshare -rm sh -c "mount -t tmpfs x /proc && xunshare -r true"
like "no procfs at /proc" "$err" 'hint: what is mounted on /proc is no procfs'

# bad input: one line, naming the option or the text
for bad in '--map-users 0:0:0' '--map-users 4294967295:0:1' '--map-users 0:0:4294967296' '--map-users +1:0:1' \
	'--map-users 0:0:1x' '--map-users foo' '--map-user -1' '--map-user 4294967295' '-S 4294967295' \
	'-S 4294967296' '-S -1' '-G +5' '--owner 5' '--owner 5:' '--owner :5' '--owner 5:4294967295' \
	'--kill-child=NONE' '--propagation x' '--setgroups x' '--monotonic 5' '-T --monotonic 5.5' \
	'-T --boottime 9223372036854775808' '--init' '--name x' '--netns a/b'; do
	# shellcheck disable=SC2086
	refused "bad: $bad" '^xunshare: ' xunshare $bad true
done
refused "ranges that overlap" '^xunshare: map 9:6000:1: overlaps 0:5000:10 inside' \
	xunshare --map-users 0:5000:10 --map-users 9:6000:1 true
