#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The ways to say what is entered: targets, files, ids, names; and processes that are not what
# they were a moment ago.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
hostile=$top_builddir/tests/func/hostile

runs() { # PID NAME
	[ "$(cat "/proc/$1/comm")" = "$2" ]
}

first_child() {
	cut -d' ' -f1 "/proc/$1/task/$1/children" | grep .
}

ns() { # PID TYPE
	readlink "/proc/$1/ns/$2"
}

spawn unshare -muin -pf --mount-proc sleep 100
parent=$pid
wait_for 5 first_child "$parent"
P=$(first_child "$parent")
at_exit "kill -9 $P 2>/dev/null"
wait_for 5 runs "$P" sleep
net=$(ns "$P" net)

# --- processes
inode=$("$hostile" inode "$P")
run xnsenter -t "$P:$inode" -n readlink /proc/self/ns/net
if [ "$inode" -gt 4194304 ] || [ "$rc" = 0 ]; then
	is "PID:INODE" "$rc $out" "0 $net"
	run xnsenter -t "$P:$((inode + 1))" -n true
	like "PID:INODE of another process" "$rc $err" "^1 xnsenter: .*inode $((inode + 1)): No such process"
else
	skip 2 "pidfds have no inodes before Linux 6.9"
fi
run xnsenter -t "1@$P" -n readlink /proc/self/ns/net
is "PID@CONTAINER-PID: PID 1 of the container" "$rc $out" "0 $net"
run xnsenter -t "4000000@$P" -n true
like "... that does not exist" "$rc $err" '^1 xnsenter: .*4000000 in the PID namespace'
run xnsenter -t "ns:$net" -n readlink /proc/self/ns/net
is "ns:TYPE:[INODE]" "$rc $out" "0 $net"
run xnsenter -t "ns:$(echo "$net" | tr -d '][')" -u readlink /proc/self/ns/uts
is "ns:TYPE:INODE, for another type" "$rc $out" "0 $(ns "$P" uts)"
spawn nsenter -t "$P" -n unshare -u sleep 100
other=$pid
wait_for 5 runs "$other" sleep
run xnsenter -t "ns:$net" -u readlink /proc/self/ns/uts
like "an ambiguous one enters nothing" "$rc|$out|$err" '^1[|][|]xnsenter: choose a process of net:'
like "... and lists the candidates" "$err" "candidates: ($parent, $other|$other, $parent)$"
run xnsenter -t "ns:$net" -n readlink /proc/self/ns/net
is "... which is no question where they agree" "$rc $out" "0 $net"
run xnsenter -t "ns:net:[1]" -n true
like "ns: of nobody" "$rc $err" '^1 xnsenter: find a process in net:\[1\]'
for bad in ns:foo:1 ns:net ns: "$P@" "$P:" "@$P" "+$P" " $P" 0 -1 99999999999 "$P@0" "1:2:3"; do
	run xnsenter -t "$bad" -n true
	like "no target: '$bad'" "$rc $err" '^1 xnsenter: [^:]*(:[^:]*)*: '
done

# --- all of a target that shares most of ours
spawn unshare -u sleep 100
u=$pid
wait_for 5 runs "$u" sleep
wait_for 5 test "$(ns "$u" uts)" != "$(ns $$ uts)"
run xnsenter -a -t "$u" readlink /proc/self/ns/uts /proc/self/ns/net
is "-a: what is the target's and what is ours" "$rc $out" "0 $(ns "$u" uts)
$(ns $$ net)"
run xnsenter -a -t "$u" sh -c 'echo $PPID'
is "... without a process in between" "$rc $out" "0 $$"
run xnsenter --dry-run -a -t "$u" true
like "... and the plan says which is which" "$(echo "$out" | tr '\n' ' ')" \
	'unknown here: mnt, ipc, net, pid, user, cgroup, time .*join at once: uts '
if command -v strace >/dev/null; then
	strace -f -o "$T/trace" -e trace=readlinkat,setns xnsenter -a -t "$u" true
	is "... which is not looked at without need" \
		"$(grep -cE '"ns/(uts|net|cgroup|time)|"ns/time_for' "$T/trace") $(grep -c setns "$T/trace")" "0 1"
else
	skip 1 "needs strace"
fi
spawn setpriv --reuid 1000 --regid 1000 --clear-groups sleep 100
wait_for 5 runs "$pid" sleep
chmod 755 "$T"
run setpriv --reuid 1000 --regid 1000 --clear-groups env "PATH=$PATH" xnsenter -a -t "$pid" \
	sh -c 'readlink /proc/self/ns/net; echo $PPID'
like "... nor a reason to fail where joining it again is not allowed" \
	"$rc $(echo "$out" | xargs) $err" "^0 net:.[0-9]+. $$ \$"

# --- namespaces
mkdir -p /run/netns
name=xns-test-$$
: >"/run/netns/$name"
at_exit "umount '/run/netns/$name' 2>/dev/null; rm -f '/run/netns/$name'"
mount --bind "/proc/$P/ns/net" "/run/netns/$name"
for way in "-n@$name" "-n=@$name" "--net=@$name"; do
	run xnsenter "$way" readlink /proc/self/ns/net
	is "$way: a name of ip-netns" "$rc $out" "0 $net"
done
for bad in @ @. @.. @../netns/"$name" @nonexistent; do
	run xnsenter "-n$bad" true
	like "no name of a network namespace: '$bad'" "$rc $err" '^1 xnsenter: .*'
done
mkdir -p "/etc/netns/$name" 2>/dev/null && {
	at_exit "rm -rf '/etc/netns/$name'; rmdir /etc/netns 2>/dev/null"
	echo "of-$name" >"/etc/netns/$name/hostname"
}
run xnsenter --netns "$name" sh -c 'readlink /proc/self/ns/net; ls /sys/class/net; cat /etc/hostname'
is "--netns: its interfaces in /sys, its files in /etc" "$rc $out" "0 $net
lo
of-$name"
is "... and nothing of that outside" "$(grep -c "netns/$name/hostname" /proc/self/mountinfo)" 0
run xnsenter --netns "$name" -m -t "$P" true
like "--netns with --mount is refused" "$rc $err" '^1 .*cannot be combined'

mkdir -p /run/xns
mkdir "/run/xns/$name"
at_exit "umount '/run/xns/$name/'* 2>/dev/null; rm -rf '/run/xns/$name'; rmdir /run/xns 2>/dev/null"
for t in uts net; do
	: >"/run/xns/$name/$t"
	mount --bind "/proc/$P/ns/$t" "/run/xns/$name/$t"
done
run xnsenter --name "$name" readlink /proc/self/ns/net /proc/self/ns/uts /proc/self/ns/ipc
is "--name enters what is pinned there, and no more" "$rc $out" "0 $net
$(ns "$P" uts)
$(ns self ipc)"
for bad in '' . .. a/b nonexistent; do
	run xnsenter --name "$bad" true
	like "no such name: '$bad'" "$rc $err" '^1 xnsenter: .*'
done

# 64-bit ids: of a kernel that has them
id=$(python3 -c 'import fcntl, struct, sys
print(struct.unpack("Q", fcntl.ioctl(open(sys.argv[1]), 0x8008b70d, bytes(8)))[0])' \
	"/proc/$P/ns/net" 2>/dev/null)
if [ -n "$id" ]; then
	for way in "-n:$id" "-n=:$id" "--net=:$id"; do
		run xnsenter "$way" readlink /proc/self/ns/net
		is "$way: by id" "$rc $out" "0 $net"
	done
	run xnsenter "--uts=:$id" true
	like "the id is of another type" "$rc $err" '^1 xnsenter: .*uts namespace'
else
	skip 4 "needs python3 and NS_GET_ID (Linux 6.18)"
fi
run xnsenter -u:x true
like "no id" "$rc $err" "^1 xnsenter: parse the uts namespace id 'x'"
mkfifo "$T/fifo"
run timeout 5 xnsenter "-n$T/fifo" true
like "a FIFO is not waited for" "$rc $err" '^1 xnsenter: .*'

rm -f "$T/.spawn.$$" # what the one before wrote
spawn nsenter -t "$P" -n "$hostile" socket
wait_for 5 grep -q . "$T/.spawn.$$"
run xnsenter -t "$pid" -N "$(cat "$T/.spawn.$$")" readlink /proc/self/ns/net
is "--net-socket" "$rc $out" "0 $net"
run xnsenter -t "$pid" -N 0 true
like "... of what is no socket" "$rc $err" '^1 .*
hint: the descriptor is no socket'

# --- a target that is not what it was
rm -f "$T/.spawn.$$"
spawn "$hostile" zombie
wait_for 5 grep -q . "$T/.spawn.$$"
run xnsenter -t "$(cat "$T/.spawn.$$")" -n true
like "a zombie is named as such" "$rc $err" '^1 .*zombie'
run xnsenter -t "$parent" -p true
like "the unshare parent, whose children are elsewhere" "$rc $err" \
	"^0 xnsenter: process $parent is itself in .*only its children are in $(ns "$P" pid | sed 's/[][]/./g')"

if command -v strace >/dev/null; then
	# In a PID namespace of its own: the target dies after its /proc directory was opened, and
	# another program gets its number before its namespaces are.
	cat >"$T/recycle" <<'END'
held() { # by xnsenter, which waits before pidfd_open
	ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q "/proc/$p$"
}
for try in 1 2 3 4 5; do
	sleep 100 &
	p=$!
	strace -f -o "$T/trace" -e trace=pidfd_open -e inject=pidfd_open:delay_enter=700000 \
		xnsenter -t $p $1 sh -c 'echo entered' >"$T/out" 2>&1 &
	x=$!
	i=0
	until held || [ $i -gt 200 ]; do
		i=$((i + 1))
		sleep 0.02
	done
	kill -9 $p
	wait $p 2>/dev/null
	echo $((p - 1)) >/proc/sys/kernel/ns_last_pid
	unshare -u sleep 99 &
	new=$!
	# on a busy machine it may be too late, or another process may have got the number
	ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q pidfd || [ $new != $p ] || break
	wait $x
done
[ $new = $p ] && echo recycled
wait $x
echo $?
cat "$T/out"
END
	export T
	for what in -u "-u -r -w"; do
		run timeout 20 unshare -pf --mount-proc sh "$T/recycle" "$what"
		like "a recycled PID is not entered ($what)" "$(echo "$out" | xargs)" \
			'^recycled 1 xnsenter: .*has ended'
	done
else
	skip 2 "needs strace"
fi
