#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Names, command lines and paths are anybody's bytes: JSON stays JSON, tables stay tables.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare python3 timeout

begin_inside unshare -m -f -p --mount-proc --kill-child
cd "$T" || exit 99
at_exit 'umount -l "$T"/evil* 2>/dev/null'

# Each in a namespace of its own: bytes that are no UTF-8, what JSON has to escape, what turns
# text around, 2 MiB of arguments, a name instead of a command line, no argument at all.
cat >"$T/evil.py" <<'PY'
import ctypes, os, time
libc = ctypes.CDLL(None)
lines = [
    [b'\xff\xfe\x80bad', b'\xc3', b'\xed\xa0\x80', b'\xf5\x80\x80\x80'],
    [b'new\nline', b'tab\t', b'"quoted"', b'back\\slash', b'\x1b[31mred\x1b]0;title\x07', b'\x7f'],
    ['right\u202eleft\u2066'.encode(), b'NS":1,"x":"'],
    [b'long'] + [b'x' * 100000 for _ in range(20)],
    [b''],
]
for line in lines:
    if os.fork() == 0:
        libc.unshare(0x04000000)
        # named and called like that, a shell does not mind
        os.execv('/bin/sh', [line[0], b'-c', b'sleep 100; :'] + line[1:])
pid = os.fork()
if pid == 0:
    libc.unshare(0x10000000)
    libc.prctl(15, b'c"\n\x1b\xff\\', 0, 0, 0)
    os._exit(0)  # a zombie has a name only
print('ready', flush=True)
time.sleep(100)
PY
spawn python3 "$T/evil.py"
wait_for 10 grep -q ready "$T/.spawn.$$"
sleep 0.3

spawn unshare -u sleep 100
wait_for 5 sh -c "[ \"\$(cat /proc/$pid/comm)\" = sleep ]"
python3 - "$T" "/proc/$pid/ns/uts" <<'PY'
import os, subprocess, sys
for name in (b'evil\xff\xfe', b'evil\n\x1b[2J"\\', 'evil\u202e'.encode(), b'evil ' + b'x' * 200):
    path = os.path.join(sys.argv[1].encode(), name)
    open(path, 'w').close()
    subprocess.run(['mount', '--bind', sys.argv[2], path], check=True)
PY
inode=$(readlink "/proc/$pid/ns/uts" | tr -dc 0-9)

# parse FILE: strictly; prints how many rows, and how many of the paths it knows
parse() {
	python3 -c '
import json, sys
raw = open(sys.argv[1], "rb").read()
text = raw.decode("utf-8")  # strict
def refuse(pairs):
    keys = [k for k, v in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)
data = json.loads(text, object_pairs_hook=refuse)
(rows,) = [v for k, v in data.items() if k != "completeness"]
print(len(rows) > 0)' "$1" 2>&1 | tail -n 1
}
n=0
while read -r line; do
	n=$((n + 1))
	eval "timeout 20 xlsns -q -J $line" >"$T/json" 2>"$T/err"
	is "JSON: xlsns -J $line" "$? $(parse "$T/json")" "0 True"
done <<LIST

-l
-o ALL
--output-all
-T -o +NSFS,HELDBY
--report
-o +NSFS -W
--why $inode
$inode
$(readlink /proc/self/ns/pid | tr -dc 0-9)
LIST
for tree in "" -T; do
	xlsns -q -J $tree -o NS,NSFS >"$T/json.mounts"
	is "JSON has each mount of a namespace: -J $tree" "$(grep -o '[^"]*evil[^"]*' "$T/json.mounts" |
		sed 's/\\n/\n/g' | grep -c "^$T/evil")" 4
done
ok "the bytes were there" grep -q 'bad' "$T/json"
ok "invalid ones are shown as such" grep -qF '\\xff\\xfe\\x80bad' "$T/json"
ok "a zombie's name too" sh -c 'xlsns -q -J -t user | grep -qF "c\\\"\\n\\u001b\\\\xff"'

# tables: a line a row, no control characters, no text that runs backwards
xlsns -q -l -u -o NS,TYPE,COMMAND >"$T/table"
rows=$(xlsns -q -r -n -l -o NS | grep -c .)
is "a table has a line a row" "$(wc -l <"$T/table")" "$((rows + 1))"
# shellcheck disable=SC2016
ok "no control characters" python3 -c '
import sys
text = open(sys.argv[1], "rb").read()
assert not [b for b in text if b < 32 and b != 10 or b == 127], "control"
assert "\u202e".encode() not in text and "\u2066".encode() not in text, "bidi"' "$T/table"
xlsns -q --why "$inode" >"$T/table"
is "--why has a line a row" "$(wc -l <"$T/table")" 6
fails "--why: no escape sequences" grep -q "$(printf '\033')" "$T/table"
is "long command lines are bounded" "$([ "$(xlsns -q -r -n -l -t uts -o COMMAND | wc -L)" -le 1200000 ] && echo yes)" yes
