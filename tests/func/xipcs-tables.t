#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xipcs' tables: those of System V objects as the installed lsipc prints them, POSIX objects,
# limits, several kinds at once, JSON, hostile text, and objects that come and go meanwhile.
# shellcheck disable=SC2034 # populate is for xipc-inside.sh
populate=--posix
. "${top_srcdir:?}/tests/func/xipc-inside.sh"

# --- like lsipc ------------------------------------------------------------------------------
# Every "= -m|-q|-s ..." line of tests/peers/ipc.txt; the rest differs between lsipc's versions.
if command -v lsipc >/dev/null; then
	grep '^= -[mqs]' "$top_srcdir/tests/peers/ipc.txt" >"$T/lines"
	while read -r _ arguments; do
		eval "set -- $arguments"
		lsipc "$@" >"$T/peer" 2>/dev/null
		peer_rc=$?
		run xipcs --table "$@"
		if [ "$rc" -eq "$peer_rc" ] && cmp -s "$T/peer" "$T/.run.out"; then
			tap_result 0 "lsipc $arguments"
		else
			tap_result 1 "lsipc $arguments: exit $rc, lsipc's $peer_rc"
			diff "$T/peer" "$T/.run.out" | head -10 | sed 's/^/# /'
		fi
	done <"$T/lines"
else
	skip 1 "no lsipc"
fi

# --- POSIX objects -----------------------------------------------------------------------------
columns() {
	xipcs --noheadings -r "$@"
}
is "POSIX shared memory" "$(columns -M -P -b -o NAME,PERMS,SIZE)" "xns-empty 0600 0
xns-shm 0640 5000"
is "POSIX semaphores" "$(columns -S -P -o NAME,PERMS,SVAL)" "xns-sem 0644 7"
is "the time of a file" "$(touch -d @86400 /dev/shm/xns-shm
	TZ=UTC columns -M -N xns-shm -o MTIME --time-format=iso)" "1970-01-02T00:00:00+00:00"
is "zones with minutes" "$(TZ=XXX-5:45 columns -M -N xns-shm -o MTIME --time-format=iso)" \
	"1970-01-02T05:45:00+05:45"
is "an old time in short" "$(TZ=UTC columns -M -N /xns-shm -o MTIME)" "1970-Jan02"
ln -s xns-shm /dev/shm/link
mkdir /dev/shm/directory
mkfifo /dev/shm/fifo /dev/shm/sem.fifo
printf short >/dev/shm/sem.short
is "links, directories and FIFOs are none" "$(columns -M -o NAME | tr '\n' ' ')" "xns-empty xns-shm "
is "a file that is no semaphore has no value" "$(columns -S -o NAME,SVAL | tr '\n' ' ')" "short  xns-sem 7 "
if xipcs -Q >/dev/null 2>&1; then
	is "POSIX queues" "$(columns -Q -P -o NAME,PERMS,USEDBYTES,MSGS,QBYTES)" "/xns-mq 0644 5B 1 320B"
	like "a queue's details" "$(xipcs -Q -N xns-mq)" "^Messages: +1 *$"
else
	skip 2 "message queues cannot be mounted"
fi
like "a semaphore's details" "$(xipcs -S -N xns-sem)" "^Value: +7 *$"
run xipcs -M -N nope
is "no such name" "$rc:$out:$err" "0::xipcs: POSIX shared memory nope not found"

# --- several kinds ---------------------------------------------------------------------------------
is "ours and lsipc's letters together" "$(columns -a -M -S -o TYPE | sort | uniq -c | tr -s ' \n' ' ')" \
	" 3 msg 2 psem 2 pshm 3 sem 6 shm "
is "cells of other kinds are empty" "$(columns -m -s -b -o TYPE,KEY,SIZE,NSEMS | grep -e 0x00003002 -e 0x00001002)" \
	"shm 0x00001002 1048576 
sem 0x00003002  5"
run xipcs -m -o NSEMS
is "a column of no wanted kind" "$rc:$err" "1:xipcs: column NSEMS does not apply to the specified IPC"
run xipcs -m -o ID,FOO
is "an unknown column" "$rc:$err" "1:xipcs: unknown column: FOO
hint: --list-columns lists them"

# --- limits ------------------------------------------------------------------------------------------
if command -v script >/dev/null; then
	wide() { # COLUMNS: lines of the limits that are wider than such a terminal
		script -qec "stty cols $1 rows 24; xipcs -g --table" /dev/null </dev/null |
			tr -d '\r' | awk -v max="$1" 'length > max { n++ } END { print n + 0, NR }'
	}
	like "limits are no wider than the terminal" "$(wide 72)" '^0 [1-9]'
	unlike "... whose width counts" "$(wide 30)" '^0 '
else
	skip 2 "needs script"
fi
is "limits of one kind" "$(columns -g -s -o RESOURCE,USED | tr '\n' ' ')" \
	"SEMMNI 3 SEMMNS 106 SEMMSL - SEMOPM - SEMVMX - "
is "limits are this namespace's" "$(columns -g -m -o RESOURCE,LIMIT | head -1)" \
	"SHMMNI $(cat /proc/sys/kernel/shmmni)"
is "pages are the kernel's" "$(columns -g -m -o RESOURCE,USED | sed -n 2p)" \
	"SHMALL $(xipcs -u -m | awk '/allocated/ && /pages/ { print $3 }')"
is "-u in a table is the same" "$(xipcs -u -m -J)" "$(xipcs -g -m -J)"
run xipcs -g -t
like "limits have no times" "$rc:$err" "^1:xipcs: --global is mutually exclusive"

# --- memory in use -----------------------------------------------------------------------------------
if command -v python3 >/dev/null; then
	# a segment of three pages, written to
	python3 - <<-'EOT' 2>/dev/null
		import ctypes
		libc = ctypes.CDLL(None)
		libc.shmat.restype = ctypes.c_void_p
		at = libc.shmat(libc.shmget(0x1234, 3 * 4096, 0o1600), None, 0)
		ctypes.memset(at, 1, 3 * 4096)
	EOT
	is "RSS" "$(columns -m -b -o KEY,RSS,SWAP | grep 0x00001234)" "0x00001234 12288 0"

	# --- JSON is JSON, whatever a process calls itself ------------------------------------------
	python3 - "$top_builddir" >"$T/json" 2>&1 <<-'EOT'
		import json, subprocess, sys
		tool = sys.argv[1] + "/cmd/xipcs"
		def run(*args):
		    return json.loads(subprocess.run([tool, *args], check=True, stdout=subprocess.PIPE).stdout)
		name = {"-m": "sharedmemory", "-q": "messages", "-s": "semaphores",
		        "-M": "posix-sharedmemory", "-S": "posix-semaphores", "-g": "ipclimits"}
		for option, array in name.items():
		    table = run("-J", option)
		    assert list(table) == [array], (option, list(table))
		    assert table[array], option
		row = [r for r in run("-J", "-m", "-t")["sharedmemory"] if r["key"] == "0x00001001"][0]
		assert row["ctime"][4] == "-" and row["ctime"][10] == "T", row
		assert row["size"] == "4K" and row["nattch"] == "1" and row["status"] is None, row
		assert len(run("-J", "-a")["ipcobjects"]) == 13
		made = json.loads(subprocess.run([sys.argv[1] + "/cmd/xipcmk", "-J", "-Q", "-s", "-n",
		    b'a"\\\x01\xff'], check=True, stdout=subprocess.PIPE).stdout)["ipcobjects"]
		assert made[0]["type"] == "msg" and isinstance(made[0]["id"], int), made
		assert made[1] == {"type": "psem", "name": 'a"\\\x01\\xff'}, made
		print("fine")
	EOT
	is "JSON" "$(cat "$T/json")" fine
else
	skip 2 "no python3"
fi
hostile=$T/$(printf 'evil\033[31m\nROOT\342\200\256\377')
ln -s "$top_builddir/tests/func/ipc-populate" "$hostile"
"$hostile" --sysv sh -c 'xipcs -m --table; xipcs -m --table -i 1' >"$T/text"
like "the creator's command line is shown" "$(cat "$T/text")" "evil.*ROOT"
unlike "without control and bidi characters" "$(cat "$T/text")" \
	"$(printf '\033|^ROOT|\342\200\256')"

# --- orphans: no attachment, and no live creator ---------------------------------------------
xipcmk -M 9 --key 0x77770001 >/dev/null # its creator is gone
xipcmk -M 9 --key 0x77770002 >/dev/null # the same, but attached below
orphans() {
	columns --orphans -o KEY | grep -e 0x7777 -e 0x0000100 | tr '\n' ' '
}
is "orphans have no live creator" "$(orphans)" "0x77770001 0x77770002 "
if command -v python3 >/dev/null; then
	spawn python3 -c 'import ctypes, time
libc = ctypes.CDLL(None)
libc.shmat(libc.shmget(0x77770002, 0, 0), None, 0)
time.sleep(100)'
	wait_for 10 sh -c "xipcs -m | grep -q '^0x77770002.* 9  *1 '"
	is "and no attachment" "$(orphans)" "0x77770001 "
else
	skip 1 "no python3"
fi

# --- objects that come and go --------------------------------------------------------------------------
sh -c 'i=0; while [ $i -lt 300 ]; do i=$((i + 1)); xipcrm -q "$(xipcmk -Q --quiet)"; done' >/dev/null 2>&1 &
churn=$!
at_exit "kill $churn 2>/dev/null; wait $churn 2>/dev/null"
bad=0 i=0
while [ "$i" -lt 60 ]; do
	i=$((i + 1))
	xipcs -q >"$T/list" 2>"$T/err" || bad=$((bad + 1))
	[ ! -s "$T/err" ] || bad=$((bad + 1))
	grep -q '^0x00002001 2 ' "$T/list" || bad=$((bad + 1))
	xipcs -q -J >/dev/null 2>"$T/err" || bad=$((bad + 1))
done
is "every stable object is there, and nothing fails" "$bad" 0
kill "$churn" 2>/dev/null
wait "$churn" 2>/dev/null

# --- wrong input, broken output -------------------------------------------------------------------------
while IFS='|' read -r arguments message; do
	eval "run xipcs $arguments"
	is "xipcs $arguments" "$rc:$out:$(printf '%s\n' "$err" | head -1)" "1::xipcs: $message"
done <<'EOF'
foo|unexpected argument: 'foo'
-m -- -q|unexpected argument: '-q'
-m -i +1|failed to parse id argument: '+1'
-m -i ' 1'|failed to parse id argument: ' 1'
-m -i -1|failed to parse id argument: '-1'
-m -i ''|failed to parse id argument: ''
-m -i 2147483648|id out of range (0 to 2147483647): '2147483648'
-m -i 18446744073709551617|id out of range (0 to 2147483647): '18446744073709551617'
-M -i 1|when using an ID, a single resource must be specified
-m -N x|when using a name, a single POSIX resource must be specified
-N x|when using a name, a single POSIX resource must be specified
-m -J -r|options --json and --raw cannot be combined
-m -e -n|options --export and --newline cannot be combined
-m --time-format=foo|unknown time format: foo
-q --orphans|--orphans is about shared memory segments only
-i 1 -m -g|--global is mutually exclusive with --creator, --id, --name, --time, --all-namespaces and --orphans
--ns 2147483647|open process 2147483647: No such process
--ns ''|open the IPC namespace : No such file or directory
--ns /dev/null|/dev/null is no IPC namespace: Invalid argument
--ns /dev|/dev is no IPC namespace: Invalid argument
EOF
for options in '' --table -J -u '-s -i 2'; do
	# shellcheck disable=SC2086 # words
	xipcs $options >/dev/full 2>"$T/err"
	is "full stdout: xipcs $options" "$?:$(cat "$T/err")" "1:xipcs: write error: No space left on device"
	# shellcheck disable=SC2086
	xipcs $options >&- 2>"$T/err"
	is "closed stdout: xipcs $options" "$?:$(cat "$T/err")" "1:xipcs: write error: Bad file descriptor"
done
