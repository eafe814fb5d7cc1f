#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The program: its PID namespace, its waiting parent, signals, cgroups, time, and the plan.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root

runs() { # PID NAME
	[ "$(cat "/proc/$1/comm")" = "$2" ]
}

first_child() {
	cut -d' ' -f1 "/proc/$1/task/$1/children" | grep .
}

spawn unshare -muinpT --boottime 1000 -f --mount-proc sleep 100
parent=$pid
wait_for 5 first_child "$parent"
P=$(first_child "$parent")
at_exit "kill -9 $P 2>/dev/null"
wait_for 5 runs "$P" sleep

# --- PID namespaces
run xnsenter -t "$P" -p -m sh -c 'readlink /proc/self/ns/pid; [ $$ -lt 1000 ] && echo small'
is "the program is in the PID namespace" "$rc $out" "0 $(readlink "/proc/$P/ns/pid")
small"
run xnsenter -t "$P" -p -F readlink /proc/self/ns/pid /proc/self/ns/pid_for_children
is "--no-fork: only its children are" "$rc $out" "0 $(readlink /proc/self/ns/pid)
$(readlink "/proc/$P/ns/pid")"
run xnsenter -t "$P" -T sh -c 'cat /proc/self/timens_offsets'
like "the time namespace is that of the program itself" "$rc $out" '^0 .*
boottime +1000 '
run xnsenter -t "$P" -a xnsenter --pid=/proc/self/ns/pid true
is "the PID namespace one is in can be entered" "$rc" 0
run sh -c "exec 3</proc/self/ns/pid
	exec xnsenter --preserve-fds 1 -t $P -p $top_builddir/cmd/xnsenter --pid=/proc/self/fd/3 true"
like "one above cannot" "$rc $err" '^1 xnsenter: join the pid namespace: Invalid argument'
like "... which is said" "$err" 'hint: .*above the caller|hint: only the caller'

unshare -p -f sh -c "echo \$\$; exec sleep 100" >"$T/dead" &
dead=$!
at_exit "kill -9 $dead 2>/dev/null"
wait_for 5 first_child "$dead"
D=$(first_child "$dead")
: >"$T/deadns"
mount --bind "/proc/$D/ns/pid" "$T/deadns"
at_exit "umount '$T/deadns'"
kill -9 "$D"
wait "$dead" 2>/dev/null
run xnsenter "-p$T/deadns" true
like "a dead PID namespace" "$rc $err" '^1 xnsenter: .*Cannot allocate memory'
like "... is named as the cause" "$err" '^hint: the PID namespace is dead'

# --- exit status and signals
xnsenter -t "$P" -p sleep 60 &
waiter=$!
wait_for 5 first_child "$waiter"
child=$(first_child "$waiter")
wait_for 5 runs "$child" sleep
kill -TERM "$waiter"
wait "$waiter"
is "TERM is handed on, and is how we end" "$?" 143
ok "no child stays behind" [ ! -e "/proc/$child" ]
(
	trap '' TERM
	exec xnsenter -t "$P" -p sh -c 'kill -KILL $$'
)
is "death by a signal" "$?" 137
xnsenter -t "$P" -p sleep 60 &
waiter=$!
wait_for 5 first_child "$waiter"
child=$(first_child "$waiter")
wait_for 5 runs "$child" sleep
kill -HUP "$waiter"
wait "$waiter"
is "HUP does not orphan the child" "$? $([ -e "/proc/$child" ] && echo there)" "129 "
run xnsenter -t "$P" -p sh -c 'exit 5'
is "an exit code comes back" "$rc" 5

# --- cgroups
cg=
for dir in /sys/fs/cgroup/unified /sys/fs/cgroup/pids /sys/fs/cgroup; do
	[ -w "$dir/cgroup.procs" ] && mkdir "$dir/xns-test:$$:b c" 2>/dev/null && cg="$cg $dir"
done
if [ -n "$cg" ]; then
	spawn sleep 100
	for dir in $cg; do
		at_exit "rmdir '$dir/xns-test:$$:b c'"
		echo "$pid" >"$dir/xns-test:$$:b c/cgroup.procs"
	done
	at_exit "kill -9 $pid; wait $pid 2>/dev/null; sleep 0.05"
	wanted=$(cat "/proc/$pid/cgroup")
	run xnsenter -t "$pid" -c cat /proc/self/cgroup
	is "--join-cgroup: every hierarchy, and a name with colons" "$rc $out" "0 $wanted"
	run xnsenter -t "$pid" -c -p sh -c 'cat /proc/self/cgroup; cat /proc/$PPID/cgroup'
	is "with a fork: the program, not the one that waits" "$rc $out" "0 $wanted
$(cat /proc/self/cgroup)"
	run xnsenter -t "$pid" -c -p readlink /proc/self/fd/0 /proc/self/fd/3
	unlike "no descriptor of a cgroup comes along" "$out" cgroup
else
	skip 3 "no cgroup can be made"
fi

# --- a terminal of its own
if command -v script >/dev/null; then
	export P
	# shellcheck disable=SC2016
	out=$(timeout 10 script -qec 'stty rows 33; tty; xnsenter --pty -t "$P" -p sh -c "tty; stty size; exit 7"
		echo $?; xnsenter -t "$P" -p tty; stty -a | grep -o " icanon"' /dev/null </dev/null 2>&1 |
		tr -d '\r' | sed 's/\^@//g' | xargs)
	# shellcheck disable=SC2086
	set -- $out
	like "--pty: another terminal, of the same size; exit code and modes come back" "$out" \
		'^/dev/pts/[0-9]+ /dev/pts/[0-9]+ 33 [0-9]+ 7 /dev/pts/[0-9]+ icanon$'
	is "... without it, the caller's" "$6" "$1"
	ok "... with it, not" [ "$2" != "$1" ]
	run sh -c "echo typed | timeout 5 xnsenter --pty -t '$P' -a sh -c 'cat; tty </dev/tty'"
	like "what is no terminal stays as it is" "$rc $(echo "$out" | xargs)" '^0 typed /dev/'
	run timeout 5 xnsenter --pty -t "$P" -a nonexistent-program
	like "a failure is told once" "$rc $err" '^127 xnsenter: failed to execute nonexistent-program: No'
else
	skip 5 "needs script(1)"
fi

# --- saying what is done
run xnsenter --dry-run -t "$P" -a -r -S 5 --no-new-privs sh -c 'echo ran'
like "--dry-run says it" "$rc $(echo "$out" | tr '\n' ' ')" \
	"^0  1[.] hold process $P .*join at once: mnt, uts, ipc, net, pid, time .*chroot.*clone3.*uid 5"
unlike "... and does nothing" "$out" '^ran'
run xnsenter --explain -t "$P" -u sh -c 'echo ran'
like "--explain says it, on stderr" "$err" 'join at once: uts'
is "... and does it" "$rc $out" "0 ran"
run xnsenter -t "$P" --no-new-privs=1 -u true
like "a wrong option" "$rc $err" "^1 xnsenter: option '--no-new-privs' doesn't allow an argument"
run xnsenter -t "$P" -u -S 4294967296 true
like "a uid that is none" "$rc $err" '^1 xnsenter: user id out of range'
run xnsenter -t "$P" -u -S 4294967295 true
like "the uid that means no change" "$rc $err" '^1 xnsenter: user id out of range'
