#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xipcmk, xipcs and xipcrm act in another IPC namespace, named by a process or a file, and xipcs
# in all of them; the caller's own objects are never touched.
# shellcheck disable=SC2034 # populate is for xipc-inside.sh
populate=--empty
. "${top_srcdir:?}/tests/func/xipc-inside.sh"
need unshare nsenter

# --- the session of the first idea ------------------------------------------------------------
run xipcmk -M 1000
like "xipcmk tells the id" "$rc:$out" "^0:Shared memory id: [0-9]+$"
key=$(xipcs -m | awk '$5 == 1000 { print $1 }')
like "xipcs shows it" "$key" "^0x[0-9a-f]{8}$"
unshare=unshare
[ ! -x "$top_builddir/cmd/xunshare" ] || unshare=xunshare
is "a new namespace has none ($unshare)" "$($unshare --ipc xipcs -m | grep -c ^0x)" 0
run xipcrm -M "$key"
is "xipcrm removes it by its key" "$rc:$out:$(xipcs -m | grep -c ^0x)" "0::0"

# --- another namespace, with its own /dev/shm ---------------------------------------------------
spawn unshare -i -m sh -c 'mount -t tmpfs none /dev/shm && ln -s /dev/null /dev/shm/null &&
	touch "$1" && exec sleep 100' sh "$T/ready"
other=$pid
wait_for 10 test -e "$T/ready"
own=$(readlink /proc/self/ns/ipc)
inside() {
	nsenter -i -m -t "$other" "$@"
}
xipcmk -M 77 -Q -m 70 -q -s -n mine >/dev/null # what must not be touched
mine() {
	xipcs --table -a -M -S --noheadings
	xipcs --table -Q --noheadings
}
before=$(mine)
count() {
	inside xipcs --table -a -M -S --noheadings | grep -c .
}

id=$(xipcmk --ns "$other" -M 4096 --quiet)
like "xipcmk --ns PID makes it there" "$(inside xipcs -m)" " $id +[^ ]+ +644 +4096 "
is "and not here" "$(mine)" "$before"
is "xipcs --ns PID is what xipcs prints there" "$(xipcs --ns "$other")" "$(inside xipcs)"
is "... xipcs -l" "$(xipcs -l --ns "$other")" "$(inside xipcs -l)"
is "... xipcs -m -i" "$(xipcs -m -i "$id" --ns "$other")" "$(inside xipcs -m -i "$id")"
set=$(xipcmk --ns "$other" -S 3 --quiet)
is "... xipcs -s -i" "$(xipcs -s -i "$set" --ns "$other")" "$(inside xipcs -s -i "$set")"
run xipcs -s -i "$set"
like "which we do not have" "$err" "^xipcs: id $set not found$"

ns=/proc/$other/ns/ipc
run xipcmk --ns "$ns" -Q --key 0x1234 --print-key
is "xipcmk --ns FILE" "$rc:$out" "0:Message queue id: 0
Message queue key: 0x00001234"
is "xipcs --ns FILE" "$(xipcs --ns "$ns" -q)" "$(inside xipcs -q)"
run xipcrm --ns "$ns" -Q 0x1234
is "xipcrm --ns FILE" "$rc:$(xipcs --ns "$ns" -q | grep -c ^0x)" "0:0"
run xipcrm --ns "$other" -v -m "$id" -s "$set" -m 999
is "xipcrm --ns PID tries each and tells" "$rc:$out:$err" "1:removing shared memory segment id \`$id'
removing semaphore id \`$set'
removing shared memory segment id \`999':xipcrm: invalid id (999)"
is "and removed what there was" "$(count)" 0
is "our own are untouched" "$(mine)" "$before"

# --- POSIX objects there ------------------------------------------------------------------------
run xipcmk --ns "$other" -m 5000 -s -q -n theirs
is "POSIX objects" "$rc:$out" "0:POSIX shared memory name: theirs
POSIX message queue name: theirs
POSIX semaphore name: theirs"
is "are there" "$(inside ls /dev/shm | tr '\n' ' ')" "null sem.theirs theirs "
is "and not here" "$(mine)" "$before"
like "shared memory is listed" "$(xipcs --ns "$other" -M -b)" "^theirs .* 5000 "
like "the queue is listed" "$(xipcs --ns "$other" -Q)" "^/theirs "
like "the semaphore is listed" "$(xipcs --ns "$other" -S -o NAME,SVAL)" "^theirs +0$"
run xipcmk --ns "$ns" -M 1 -m 1 -n x
like "a file leads to no /dev/shm" "$rc:$err" "^1:xipcmk: reach /dev/shm, which no namespace file leads to"
is "and nothing is made" "$(count)" 2
run xipcs --ns "$ns" -M
like "nor can it be listed" "$rc:$err" "^1:xipcs: reach /dev/shm"
run xipcrm --ns "$other" --posix-shmem theirs --posix-semaphore theirs --posix-mqueue theirs
is "they are removed" "$rc:$(count):$(xipcs --ns "$other" -Q --noheadings)" "0:0:"
is "our own are untouched" "$(mine)" "$before"

# --- --all of another namespace -------------------------------------------------------------------
xipcmk --ns "$other" -M 1 -Q -S 1 -m 1 -q -s -n all >/dev/null
run xipcrm --ns "$ns" --all
is "--all with a file leaves every /dev/shm alone" "$rc:$(count)" "0:2"
run xipcrm --ns "$other" --all
is "--all with a process" "$rc:$(count)" "0:0"
is "our own are untouched" "$(mine)" "$before"
# a symbolic link to ours is resolved there
inside sh -c 'umount /dev/shm && mount -t tmpfs none /dev/shm && mkdir /dev/shm/sub'
spawn nsenter -i -m -t "$other" sh -c 'mount -t tmpfs none /dev && mkdir /dev/real && ln -s /dev/real /dev/shm &&
	touch "$1" && exec sleep 100' sh "$T/ready2"
wait_for 10 test -e "$T/ready2"
run xipcmk --ns "$other" -m 10 -n linked
is "/dev/shm there may be a link" "$rc:$(inside ls /dev/real)" "0:linked"
is "our own are untouched" "$(mine)" "$before"

# --- the caller's own namespace, without privileges -----------------------------------------------
is "the own PID" "$(xipcs --ns $$ -m)" "$(xipcs -m)"
is "the own file" "$(xipcs --ns /proc/self/ns/ipc -m)" "$(xipcs -m)"
if [ "$(id -u)" = 0 ] && setpriv --reuid 1000 --regid 1000 --clear-groups true 2>/dev/null; then
	is "for an ordinary user" "$(setpriv --reuid 1000 --regid 1000 --clear-groups \
		xipcs --ns /proc/self/ns/ipc)" "$(xipcs)"
	run setpriv --reuid 1000 --regid 1000 --clear-groups xipcs --ns "$other"
	like "another's is refused" "$rc:$err" "^1:xipcs: open .*: Permission denied$"
	if setpriv --reuid 1000 --regid 1000 --clear-groups unshare -U true 2>/dev/null; then
		user() {
			setpriv --reuid 1000 --regid 1000 --clear-groups "$@"
		}
		spawn setpriv --reuid 1000 --regid 1000 --clear-groups unshare -U -r -i sleep 100
		wait_for 10 sh -c "[ \$(readlink /proc/$pid/ns/ipc) != '$own' ]"
		run user xipcmk --ns "$pid" -M 99 --quiet
		id=$out
		is "a rootless container: xipcmk" "$rc:$err" "0:"
		like "a rootless container: xipcs" "$(user xipcs --ns "$pid" -m)" " 99 "
		is "a rootless container: mqueue" "$(user xipcs --ns "$pid" -Q --noheadings 2>&1)" ""
		run user xipcrm --ns "$pid" -m "$id"
		is "a rootless container: xipcrm" "$rc:$(xipcs --ns "$pid" -m | grep -c ^0x)" "0:0"
	else
		skip 4 "ordinary users make no user namespaces"
	fi
else
	skip 6 "needs root"
fi

# --- all namespaces ----------------------------------------------------------------------------------
xipcmk --ns "$other" -M 4321 -Q --key 0x4321 >/dev/null
there=$(readlink "$ns" | tr -dc 0-9)
here=$(echo "$own" | tr -dc 0-9)
xipcs --all-namespaces -b >"$T/all" 2>/dev/null
like "all namespaces: the other's" "$(cat "$T/all")" "^ *$there shm +0x00004321 .* 4321 "
like "all namespaces: ours" "$(cat "$T/all")" "^ *$here shm .* 77 "
like "the queue too" "$(cat "$T/all")" "^ *$there msg +0x00004321 "
run xipcs --all-namespaces -M
like "not POSIX memory, which is no IPC namespace's" "$rc:$err" "^1:xipcs: POSIX shared memory"
run xipcs --all-namespaces --ns 1
like "not with --ns" "$rc:$err" "^1:xipcs: options --ns and --all-namespaces cannot be combined"

# --- orphans -----------------------------------------------------------------------------------------
# the one of this test's own process is none, as long as that lives
xipcs --orphans -o KEY,SIZE -b --noheadings --ns "$other" >"$T/orphans"
like "a segment whose creator ended" "$(cat "$T/orphans")" "^0x00004321 +4321$"
