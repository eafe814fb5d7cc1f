#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What xipcmk refuses: one line that names option and reason, exit status 1, and nothing is left,
# neither of that object nor of others in the same call.
# shellcheck disable=SC2034 # populate is for xipc-inside.sh
populate=--empty
. "${top_srcdir:?}/tests/func/xipc-inside.sh"

everything() {
	xipcs --table -a -M -S --noheadings
	xipcs -Q --noheadings 2>/dev/null
}

# refuses MESSAGE-REGEX ARGUMENTS...
refuses() {
	wanted=$1
	shift
	run xipcmk "$@"
	left=$(everything)
	if [ "$rc" -eq 1 ] && [ -z "$out" ] && [ -z "$left" ] &&
		printf '%s\n' "$err" | head -1 | grep -Eq -- "^xipcmk: $wanted" &&
		! printf '%s\n' "$err" | sed 1d | grep -Evq "^hint: |^Try 'xipcmk --help'"; then
		tap_result 0 "refused: xipcmk $*"
	else
		tap_result 1 "refused: xipcmk $*"
		tap_comment "exit $rc, message '$err', output '$out'"
		tap_comment "left: $left"
	fi
}
is "nothing is there at first" "$(everything)" ""

max=$(cat /proc/sys/kernel/shmmax)
refuses "failed to parse size: ''" -M ''
for bad in -1 +1 ' 1' '1 ' x 1x 1.K 1.5 .5K 0x 0xg 08 1B 1KiBx K 1K1; do
	refuses "failed to parse size: '.*'" -M "$bad"
	refuses "failed to parse size: '.*'" -m "$bad" -n foo
done
for big in 0 00 0x0 18446744073709551615 18446744073709551616 16E 1Z 1Y 99999999999E; do
	refuses "size out of range \(1 to $max\): '$big'" -M "$big"
done
refuses "size out of range \(0 to 9223372036854775807\)" -m 9223372036854775808 -n foo
refuses "size out of range" -m 16E -n foo
echo 5000 >/proc/sys/kernel/shmmax 2>/dev/null &&
	refuses "size out of range \(1 to 5000\): '5001'" -M 5001
is "and SHMMAX itself is taken" "$(xipcmk -M "$(cat /proc/sys/kernel/shmmax)" 2>&1 |
	grep -c 'Shared memory id\|Cannot allocate\|Invalid argument')" 1
xipcrm --all=shm

for bad in '' -1 +1 ' 1' 1K x 1x 0x10; do
	refuses "invalid number of semaphores: '.*'" -S "$bad"
done
for bad in 0 32001 4294967297 99999999999999999999; do
	refuses "number of semaphores out of range \(1 to 32000\): '$bad'" -S "$bad"
done
for bad in '' -1 8 u=rw 0x1ff ' 644' +644 644x; do
	refuses "failed to parse mode: '.*'" -Q -p "$bad"
done
for bad in 10000 77777777777777777777777777; do
	refuses "mode out of range \(0 to 07777\): '$bad'" -M 1 -p "$bad"
done
for bad in '' x -1 0x 1.5 1K 09; do
	refuses "failed to parse key: '.*'" -Q --key "$bad"
done
refuses "key out of range \(0 to 0xffffffff\): '0x100000000'" -Q --key 0x100000000
for bad in '' : x::y; do
	refuses "(invalid owner|unknown user|unknown group): '.*'" -Q --owner "$bad"
done
refuses "owner out of range" -Q --owner 4294967295
refuses "owner out of range" -Q --owner 4294967296:0
refuses "group out of range" -Q --owner 0:4294967295
refuses "invalid owner: '1x'" -Q --owner 1x
refuses "unknown user: 'no-such-user'" -Q --owner no-such-user
refuses "unknown group: 'no-such-group'" -Q --owner 0:no-such-group

refuses "bad usage"
refuses "bad usage" -p 600
refuses "bad usage" -n foo
refuses "unexpected argument: 'foo'" -Q foo
refuses "unexpected argument: '-Q'" -M 1 -- -Q
refuses "name is required for POSIX IPC" -m 1
refuses "name is required for POSIX IPC" -q
refuses "name is required for POSIX IPC" -s
refuses "options --json and --quiet cannot be combined" -Q -J --quiet
refuses "--key needs a System V object" -q -n foo --key 1
for bad in '' / . .. /. /.. a/b /a/b //a; do
	refuses "create POSIX shared memory '.*': Invalid argument" -m 1 -n "$bad"
	refuses "create POSIX message queue '.*': Invalid argument" -q -n "$bad"
	refuses "create POSIX semaphore '.*': Invalid argument" -s -n "$bad"
done
long=$(printf '%0255d' 0)
refuses "create POSIX semaphore '$long': File name too long" -s -n "$long"
refuses "create POSIX shared memory '${long}0': File name too long" -m 1 -n "${long}0"
refuses "create POSIX message queue '${long}0': File name too long" -q -n "${long}0"
refuses "open process 2147483647: No such process" -Q --ns 2147483647
refuses "open the IPC namespace /nonexistent: No such file" -Q --ns /nonexistent
refuses "/dev/null is no IPC namespace: Invalid argument" -Q --ns /dev/null
refuses "/proc/self/ns/net is no IPC namespace: Invalid argument" -Q --ns /proc/self/ns/net
refuses "unrecognized option '--foo'" -Q --foo
refuses "invalid option -- 'x'" -Q -x
refuses "option '--queue' doesn't allow an argument" --queue=1
refuses "option requires an argument -- 'M'" -Q -M

# --- several objects: all or none -----------------------------------------------------------
refuses "number of semaphores out of range" -M 10 -Q -m 5 -n foo -S 32001
refuses "create POSIX semaphore 'a/b'" -M 10 -Q -S 3 -s -n a/b
refuses "create POSIX shared memory '" -M 10 -Q -S 3 -m 10 -n .

# --- the upper bits of a mode are no flags (04000 is SHM_HUGETLB, 02000 IPC_EXCL there) ---
xipcmk -M 10 -Q -S 1 -p 7640 >/dev/null
is "upper bits of the mode" "$(everything | awk '{ print $1, $4 }' | tr '\n' ' ')" \
	"shm rw-r----- msg rw-r----- sem rw-r----- "
is "the nine bits are taken" "$(xipcs -m | awk '/^0x/ { print $4, $5 }')" "640 10"
xipcrm --all=shm --all=msg --all=sem

# --- limits: which, its value, what is in use -------------------------------------------------
if echo 1 >/proc/sys/kernel/shmmni && echo 1 >/proc/sys/kernel/msgmni &&
	echo '10 12 5 1' >/proc/sys/kernel/sem; then
	xipcmk -M 1 -Q -S 4 >/dev/null
	before=$(everything)
	run xipcmk -M 1
	is "kernel.shmmni is named" "$rc:$err" "1:xipcmk: create a shared memory segment: No space left on device
hint: kernel.shmmni allows 1 segments here, 1 in use"
	run xipcmk -Q
	is "kernel.msgmni is named" "$rc:$err" "1:xipcmk: create a message queue: No space left on device
hint: kernel.msgmni allows 1 queues here, 1 in use"
	run xipcmk -S 1
	is "kernel.sem, the sets, is named" "$rc:$err" "1:xipcmk: create a semaphore set: No space left on device
hint: kernel.sem (4th number) allows 1 sets here, 1 in use"
	echo '10 12 5 9' >/proc/sys/kernel/sem
	run xipcmk -S 9
	is "kernel.sem, the semaphores, is named" "$rc:$err" "1:xipcmk: create a semaphore set: No space left on device
hint: kernel.sem (2nd number) allows 12 semaphores here, 4 in use"
	run xipcmk -S 11
	is "kernel.sem, a set's size, is named" "$rc:$err" \
		"1:xipcmk: number of semaphores out of range (1 to 10): '11'"
	run xipcmk -m 1 -s -n foo -S 3 -Q
	is "those made before are removed again" "$rc:$(everything)" "1:$before"
	xipcrm --all=shm --all=msg --all=sem
	echo 100 >/proc/sys/kernel/shmmni
	echo 1 >/proc/sys/kernel/shmall
	xipcmk -M 1 >/dev/null
	run xipcmk -M 1
	is "kernel.shmall is named" "$rc:$err" "1:xipcmk: create a shared memory segment: No space left on device
hint: kernel.shmall allows 1 pages here, 1 in use"
	xipcrm --all=shm
	echo 100000 >/proc/sys/kernel/shmall
else
	skip 7 "the limits of this namespace cannot be set"
fi
if echo 1 >/proc/sys/fs/mqueue/queues_max; then
	xipcmk -q -n one >/dev/null
	# The limit holds for those without CAP_SYS_RESOURCE.
	run setpriv --bounding-set -sys_resource xipcmk -M 1 -q -n two
	like "fs.mqueue.queues_max is named" "$rc:$err" "^hint: fs.mqueue.queues_max allows 1 queues here"
	xipcrm --posix-mqueue one
else
	skip 1 "fs.mqueue cannot be set"
fi 2>/dev/null
run sh -c 'ulimit -q 100 2>/dev/null && exec xipcmk -q -n three || exec prlimit --msgqueue=100 xipcmk -q -n three'
case $rc in
1)
	is "RLIMIT_MSGQUEUE is named" "$rc:$err" "1:xipcmk: create POSIX message queue 'three': Too many open files
hint: RLIMIT_MSGQUEUE allows 100 bytes for all queues of a user here"
	;;
*) is "RLIMIT_MSGQUEUE holds" "$rc" 1 ;;
esac

# --- an output that nobody reads ----------------------------------------------------------------
objects='-M 10 -m 10 -Q -q -S 2 -s -n foo'
for options in '' -J --quiet; do
	# shellcheck disable=SC2086 # words
	xipcmk $objects $options >&- 2>"$T/err"
	is "closed stdout $options" "$?:$(everything)" "1:"
	like "and is told" "$(cat "$T/err")" "^xipcmk: write error: Bad file descriptor"
	# shellcheck disable=SC2086
	xipcmk $objects $options >/dev/full 2>"$T/err"
	is "full stdout $options" "$?:$(everything)" "1:"
	like "and is told" "$(cat "$T/err")" "^xipcmk: write error: No space left on device"
done
# shellcheck disable=SC2086
{
	sh -c 'trap "" PIPE; while echo; do sleep 0.01; done 2>/dev/null
		trap - PIPE; exec xipcmk "$@"' \
		sh $objects 2>"$T/err"
	echo $? >"$T/rc"
} | true
is "a pipe without reader" "$(cat "$T/rc"):$(everything)" "1:"

# --- what exists stays as it is --------------------------------------------------------------------
xipcmk -m 1000 -q -s -n foo >/dev/null
xipcmk -M 5 -Q -S 2 --key 0x77 >/dev/null
echo precious >/dev/shm/foo
before=$(everything)
for kind in '-m 5' -q -s; do
	# shellcheck disable=SC2086
	run xipcmk -M 1 $kind -n foo
	is "an existing object is left alone: $kind" "$rc:$(everything)" "1:$before"
	like "and said to exist" "$err" "^xipcmk: create POSIX .* 'foo': File exists$"
done
is "with its content" "$(cat /dev/shm/foo)" precious
for kind in '-M 5' -Q '-S 2'; do
	# shellcheck disable=SC2086
	run xipcmk $kind --key 0x77
	is "an existing key: $kind" "$rc:$(everything)" "1:$before"
	like "and said to exist" "$err" "with key 0x00000077: File exists$"
done
ln -s foo /dev/shm/link
run xipcmk -m 5 -n link
is "a symbolic link is not followed" "$rc:$(cat /dev/shm/foo)" "1:precious"
