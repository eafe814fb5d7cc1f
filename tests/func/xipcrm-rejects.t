#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xipcrm checks the whole command line before it removes anything, then tries each removal.
# shellcheck disable=SC2034 # populate is for xipc-inside.sh
populate=--posix
. "${top_srcdir:?}/tests/func/xipc-inside.sh"

everything() {
	xipcs --table -a -M -S --noheadings -o TYPE,KEY,ID,NAME,STATUS
	xipcs -Q --noheadings -o NAME 2>/dev/null
}
before=$(everything)

while IFS='|' read -r arguments message; do
	eval "run xipcrm $arguments"
	is "refused: xipcrm $arguments" "$rc:$out:$(printf '%s\n' "$err" | head -1)" "1::xipcrm: $message"
	is "and nothing is removed" "$(everything)" "$before"
done <<'EOF'
-m 1 extra|unknown argument: extra
-q 1 -m x|failed to parse argument: 'x'
-q 1 -m ''|failed to parse argument: ''
-q 1 -m ' 2'|failed to parse argument: ' 2'
-q 1 -m +2|failed to parse argument: '+2'
-q 1 -m -2|failed to parse argument: '-2'
-q 1 -m 2x|failed to parse argument: '2x'
-q 1 -m 2147483648|id out of range (0 to 2147483647): '2147483648'
-q 1 -m 4294967298|id out of range (0 to 2147483647): '4294967298'
-q 1 -M ''|failed to parse argument: ''
-q 1 -M x|failed to parse argument: 'x'
-q 1 -M -1|failed to parse argument: '-1'
-q 1 -M ' 0x1002'|failed to parse argument: ' 0x1002'
-q 1 -M 0x1002x|failed to parse argument: '0x1002x'
-q 1 -M 4K|failed to parse argument: '4K'
-q 1 -M 0x100001002|illegal key (0x100001002)
-q 1 -M 18446744073709555714|illegal key (18446744073709555714)
-q 1 -M 0|illegal key (0)
-q 1 -M 00|illegal key (00)
-q 1 --all=foo|unknown argument: foo
-q 1 -a==shm|unknown argument: =shm
-q 1 -x|invalid option -- 'x'
-q 1 --foo|unrecognized option '--foo'
-q 1 -m|option requires an argument -- 'm'
foo 1|unknown argument: foo
shm|not enough arguments
-v shm 1|unknown argument: shm
-q 1 --ns 2147483647|open process 2147483647: No such process
-q 1 --ns /dev/null|/dev/null is no IPC namespace: Invalid argument
-q 1 --ns /proc/self/ns/uts|/proc/self/ns/uts is no IPC namespace: Invalid argument
--posix-shmem ''|name `' not found
--posix-shmem ../xns-shm|name `../xns-shm' not found
--posix-shmem .|name `.' not found
--posix-semaphore a/b|name `a/b' not found
-m 99|invalid id (99)
-Q 0x99|invalid key (0x99)
EOF

# --- each is tried, each failure told ---------------------------------------------------------------
run xipcrm -m 99 -q 1 -S 0x99 -s 1 --posix-shmem nope --posix-shmem xns-shm
is "others are removed nevertheless" "$rc:$err" "1:xipcrm: invalid id (99)
xipcrm: invalid key (0x99)
xipcrm: name \`nope' not found"
is "those three" "$(everything | wc -l)" "$(($(printf '%s\n' "$before" | wc -l) - 3))"
unlike "they are" "$(everything)" "xns-shm|0x00002002|0x00003001"
xipcmk -q -n slash >/dev/null
run xipcrm --posix-mqueue /slash
is "a queue with its slash" "$rc" 0
xipcmk -q -n /slash >/dev/null
run xipcrm --posix-mqueue slash
is "and without" "$rc" 0

if [ "$(id -u)" = 0 ] && setpriv --reuid 4242 --regid 4242 --clear-groups true 2>/dev/null; then
	left=$(everything)
	run setpriv --reuid 4242 --regid 4242 --clear-groups xipcrm -m 2 -q 2 --posix-semaphore xns-sem
	is "what belongs to others" "$rc:$err" "1:xipcrm: permission denied for id (2)
xipcrm: permission denied for id (2)
xipcrm: permission denied for name (xns-sem)"
	is "stays" "$(everything)" "$left"
else
	skip 2 "needs another user"
fi

# --- --all --------------------------------------------------------------------------------------------
run xipcrm --all=psem -v
is "one kind" "$rc:$out" "0:removing POSIX semaphore \`xns-sem'"
mkfifo /dev/shm/fifo
mkdir /dev/shm/dir
run xipcrm -a
is "all" "$rc:$err" "0:"
is "are gone, but for what is attached" "$(everything | tr -s ' ')" "shm 0x00000000 1 dest
shm 0x00000000 3 dest"
is "and for what is no object" "$(find /dev/shm -mindepth 1 | sort | tr '\n' ' ')" "/dev/shm/dir /dev/shm/fifo "
# an output that nobody reads
xipcmk -Q >/dev/null
xipcrm -v --all=msg >/dev/full 2>"$T/err"
is "full stdout" "$?:$(cat "$T/err")" "1:xipcrm: write error: No space left on device"

run xipcrm
is "nothing asked for is a mistake, as for ipcrm 2.42" "$rc|$out|$err" \
	"1||xipcrm: bad usage
Try 'xipcrm --help' for more information."
run xipcrm -v
is "... but not without an object" "$rc|$out|$err" "0||"

# --- what ipcrm 2.38 does not take yet
xipcmk -M 1 >/dev/null
run xipcrm -v -a=shm
like "-a=KIND is -aKIND, as for ipcrm 2.42" "$rc|$err|$out" "^0\|\|removing shared memory segment id"
