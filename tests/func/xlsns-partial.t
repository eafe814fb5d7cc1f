#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What may be seen is listed, and what may not is said: as an ordinary user, under hidepid.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare setpriv jq

begin_inside unshare -m -f -p --mount-proc --kill-child
chmod 755 "$T"
# the tool, where the user may read it whatever the permissions of the build directory
mkdir "$T/bin"
cp "$top_builddir/cmd/xlsns" "$T/bin/" || exit 99
PATH=$T/bin:$PATH
user() {
	setpriv --reuid 12345 --regid 12345 --clear-groups "$@"
}
spawn setpriv --reuid 12345 --regid 12345 --clear-groups sleep 100
mine=$pid
spawn unshare -u sleep 100
wait_for 5 sh -c "[ \"\$(cat /proc/$mine/comm /proc/$pid/comm)\" = 'sleep
sleep' ]"
others=$(readlink "/proc/$pid/ns/uts" | tr -dc 0-9)
missed() { # JQ-FILTER ARGUMENTS...
	filter=$1
	shift
	"$@" xlsns --report 2>/dev/null | jq -r ".completeness | $filter"
}

run user xlsns -r -n -t uts -o NS,PID
is "ordinary user: success" "$rc" 0
like "what is ours is there" "$out" " $mine\$"
unlike "what is not is not" "$out" "^$others "
like "and that is said" "$err" "^xlsns: incomplete: [0-9]+ processes unreadable \\(run as root\\)"
is "in one line" "$(printf '%s\n' "$err" | wc -l)" 1
like "they are counted" "$(missed '.missed[] | select(.what == "processes") | .count' user)" \
	"^[2-9]\$"
is "-q: nothing is said" "$(user xlsns -q 2>&1 >/dev/null)" ""
run user xlsns --complete
is "--complete: exit 3" "$rc" 3
run user xlsns -q --complete
is "--complete -q: exit 3, no word" "$rc $err" "3 "
is "JSON without --report has but namespaces" "$(user xlsns -J 2>/dev/null | jq -c keys)" '["namespaces"]'
is "with it, the report too" "$(user xlsns -J --report 2>/dev/null | jq -c keys)" \
	'["completeness","namespaces"]'
is "the report: complete or not" "$(missed .complete user)" false
is "the report: the reason" "$(missed '.missed[0].reason' user)" unreadable
run user xlsns -p "$pid"
is "-p of another's process" "$rc $err" "1 xlsns: look at process $pid: Permission denied
hint: it is another user's: run as root"

run user xlsns -P -r -n -o NS
is "-P as a user" "$rc" 0
run user xlsns --leaked
is "--leaked as a user" "$rc" 0

# --- hidepid: the others' processes are not even there ------------------------------------------
for how in 1 2; do
	mount -t proc -o hidepid=$how proc /proc
	run user xlsns -r -n -t uts -o NS,PID
	like "hidepid=$how: what is ours is there" "$out" " $mine\$"
	like "hidepid=$how: that something is not is said" "$err" \
		"^xlsns: incomplete: .*(processes unreadable|processes hidden by hidepid)"
	run xlsns -n -r -t uts -o NS,PID
	like "hidepid=$how: root sees all" "$out" "^$others $pid\$"
	unlike "hidepid=$how: and misses none" "$err" "[0-9] processes|hidden"
	umount /proc
done
