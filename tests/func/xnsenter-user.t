#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# User namespaces: ids, groups, capabilities, owners; and an ordinary user's own containers.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need_userns
need setpriv

runs() { # PID NAME
	[ "$(cat "/proc/$1/comm")" = "$2" ] &&
		[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]
}

first_child() {
	cut -d' ' -f1 "/proc/$1/task/$1/children" | grep .
}

user() {
	setpriv --reuid 1000 --regid 1000 --clear-groups "$@"
}

map() { # PID INNER OUTER COUNT
	echo "$2 $3 $4" >"/proc/$1/uid_map"
	echo "$2 $3 $4" >"/proc/$1/gid_map"
}

# --- ids
spawn unshare -U sleep 100
many=$pid
wait_for 5 runs "$many" sleep
map "$many" 0 100000 1000
run xnsenter -t "$many" -U sh -c 'id -u; id -g; id -G'
is "uid, gid 0 and no groups are the default" "$rc $out $err" "0 0
0
0 "
run xnsenter -t "$many" -U -S 5 -G 6 sh -c 'id -u; id -g; id -G'
is "--setuid, --setgid" "$rc $out" "0 5
6
6"
run xnsenter -t "$many" -U -S 5 grep CapEff /proc/self/status
like "another uid has no capabilities" "$out" '0000000000000000'
run xnsenter -t "$many" -U -S 5 --keep-caps grep CapEff /proc/self/status
unlike "unless --keep-caps" "$out" '0000000000000000'
run xnsenter -t "$many" -U -S 1000 true
like "an id without a mapping" "$rc $err" '^1 xnsenter: set uid 1000: Invalid argument
hint: uid 1000 has no mapping|^1 xnsenter: set uid 1000: Invalid argument'
like "... with its cause" "$err" '^hint: uid 1000 has no mapping'

spawn unshare -U sleep 100
wait_for 5 runs "$pid" sleep
map "$pid" 1000 100000 10
run xnsenter -t "$pid" -U sh -c 'id -u; id -g'
is "no id 0: the first that is mapped" "$rc $out" "0 1000
1000"
like "... and it is said" "$err" 'maps no [ug]id 0: 1000 is taken'
run xnsenter -t "$pid" -U -S 0 true
like "... but not where 0 was asked for" "$rc $err" '^1 '

spawn unshare -U sleep 100
wait_for 5 runs "$pid" sleep
run xnsenter -t "$pid" -U id -u
like "no id at all" "$rc $out $err" '^0 65534 .*maps no uid at all'

spawn xnsenter -t "$many" -U -S 7 -G 8 sleep 100
wait_for 5 runs "$pid" sleep
run xnsenter -t "$pid" -U -S follow -G follow sh -c 'id -u; id -g'
is "follow: the target's ids, as it sees them" "$rc $out" "0 7
8"

# --- an ordinary user's containers
spawn setpriv --reuid 1000 --regid 1000 --clear-groups unshare -Urmuinp -f --mount-proc sleep 100
mine=$pid
if wait_for 5 first_child "$mine"; then
	P=$(first_child "$mine")
	at_exit "kill -9 $P 2>/dev/null"
	wait_for 5 runs "$P" sleep
	chmod 755 "$T"
	here="user env PATH=$PATH xnsenter"
	run $here -a -t "$P" sh -c 'id -u; echo $$; readlink /proc/self/ns/net'
	like "an ordinary user enters his own with -a" "$rc|$(echo "$out" | xargs)|$err" \
		"^0[|]0 [0-9]+ net:.*[|]\$"
	is "... that of the container" "$(echo "$out" | tail -1)" "$(readlink "/proc/$P/ns/net")"
	run $here -a -t "$P" -r -w sh -c 'pwd'
	is "... with its root and working directory" "$rc $err" "0 "
	run $here -t "$P" -n true
	like "without the user namespace it says which capability is missing where" "$rc $err" \
		"^1 xnsenter: join the net namespace: Operation not permitted"
	like "... by name" "$err" "hint: CAP_SYS_ADMIN is needed in user:.$(readlink "/proc/$P/ns/user" | tr -dc 0-9)"
	run user env "PATH=$PATH" xnsenter --net="/proc/$P/ns/net" --user="/proc/$P/ns/user" \
		--uts="/proc/$P/ns/uts" readlink /proc/self/ns/net
	is "by files, too" "$rc $out" "0 $(readlink "/proc/$P/ns/net")"
	run $here -t "$P" -n --user-parent readlink /proc/self/ns/user
	is "--user-parent: the owner of what is entered" "$rc $out" \
		"0 $(readlink "/proc/$P/ns/user")"
	run $here -t 1 -n true
	like "others' processes are none of his" "$rc $err" '^1 xnsenter: .*
hint: .*CAP_SYS_PTRACE|^1 xnsenter'

	# nested: the network namespace belongs to the outer, the wanted user namespace is the inner
	spawn setpriv --reuid 1000 --regid 1000 --clear-groups env "PATH=$PATH" \
		xnsenter -t "$P" -a unshare -U sleep 101
	outer=$pid
	wait_for 5 first_child "$outer"
	nested=$(first_child "$outer")
	at_exit "kill -9 ${nested:-0} 2>/dev/null"
	wait_for 5 runs "$nested" sleep
	isnt_same=$(readlink "/proc/$nested/ns/user")
	unlike "there is a nested one" "$isnt_same" "^$(readlink "/proc/$P/ns/user" | sed 's/[][]/./g')\$"
	run user env "PATH=$PATH" xnsenter --user="/proc/$nested/ns/user" --net="/proc/$P/ns/net" \
		--ipc="/proc/$P/ns/ipc" readlink /proc/self/ns/user /proc/self/ns/net
	is "members of the outer are joined on the way to the inner" "$rc $out" "0 $isnt_same
$(readlink "/proc/$P/ns/net")"
else
	skip 12 "an ordinary user cannot make namespaces"
fi

# --- setgroups denied
spawn setpriv --reuid 1000 --regid 1000 --groups 1000,1001 unshare -Ur sleep 100
wait_for 5 runs "$pid" sleep
run setpriv --reuid 1000 --regid 1000 --groups 1000,1001 env "PATH=$PATH" xnsenter -t "$pid" -U id -u
is "setgroups is denied: entered all the same" "$rc $out" "0 0"
like "... and it is said that groups are kept" "$err" 'denies setgroups: supplementary groups are kept'

# --- capabilities and privileges
spawn unshare -n setpriv --bounding-set=-sys_admin,-net_raw sleep 100
wait_for 5 grep -q sleep "/proc/$pid/comm"
run xnsenter -t "$pid" -n --drop-caps grep CapBnd /proc/self/status
is "--drop-caps: the bounding set of the target" "$rc $out" \
	"0 $(grep CapBnd "/proc/$pid/status")"
run xnsenter -t "$pid" -n --drop-caps grep CapEff /proc/self/status
is "... and no more in effect" "${out##*:}" "$(sed -n 's/^CapBnd://p' "/proc/$pid/status")"
run xnsenter -t "$pid" -n --drop-caps -S 5 -G 5 grep CapEff /proc/self/status
is "... for another uid, too" "$rc $(echo "$out" | tr -d '\t')" "0 CapEff:0000000000000000"
run xnsenter -t "$pid" -n --no-new-privs grep NoNewPrivs /proc/self/status
like "--no-new-privs" "$rc $out" '^0 NoNewPrivs:.*1$'
