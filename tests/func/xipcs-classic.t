#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xipcs prints what ipcs prints, byte for byte, with the same exit status. A line is a command
# line; "=" where standard error has to be the same as well.
# shellcheck disable=SC2034 # populate is for xipc-inside.sh
populate=
. "${top_srcdir:?}/tests/func/xipc-inside.sh"
need ipcs

# sizes at the edges of rounding, for --human
for size in 1 1023 1024 1075 1076 1205862 1205863 1048575 1048000 52428; do
	xipcmk -M "$size" >/dev/null
done

compare() {
	mode=$1
	shift
	ipcs "$@" >"$T/peer" 2>"$T/peer.err"
	peer_rc=$?
	xipcs "$@" >"$T/ours" 2>"$T/ours.err"
	rc=$?
	sed 's/^x\(ipcs:\)/\1/; s/xipcs --help/ipcs --help/' "$T/ours.err" >"$T/ours.err2"
	if [ "$rc" -ne "$peer_rc" ]; then
		tap_result 1 "ipcs $*: exit $rc, not $peer_rc"
	elif ! cmp -s "$T/peer" "$T/ours"; then
		tap_result 1 "ipcs $*"
		diff "$T/peer" "$T/ours" | head -20 | sed 's/^/# /'
	elif [ "$mode" = = ] && ! cmp -s "$T/peer.err" "$T/ours.err2"; then
		tap_result 1 "ipcs $*: messages"
		diff "$T/peer.err" "$T/ours.err2" | sed 's/^/# /'
	else
		tap_result 0 "ipcs $*"
	fi
}

while read -r mode options; do
	# shellcheck disable=SC2086 # the words of the line are the options
	compare "$mode" $options
done <<'EOF'
=
= -a
= -m
= -q
= -s
= -m -q
= -q -s
= -qms
= -m -m
= --shmems
= --queues
= --semaphores
= --all
= --shm
= -t
= -p
= -c
= -l
= -u
= -b
= --human
= -m -t
= -q -t
= -s -t
= -m -p
= -q -p
= -s -p
= -m -c
= -q -c
= -s -c
= -m -l
= -q -l
= -s -l
= -m -u
= -q -u
= -s -u
= -m --human
= -q --human
= -s --human
= -m -b
= -q -b
= -s -b
= -l --human
= -l -b
= -u --human
= -u -b
= --human -b
= -b --human
= -l --human -b
= -u -b --human
= -m -p --human
= -m -t --human
= -c --human
= -t -p
= -p -t
= -l -u
= -u -l
= -c -l -t
= -m -l -u
= --shmems --time
= --queues --pid
= --semaphores --creator
= --limits
= --summary --bytes
= -a -t
= -a -u
= -m -i 0
= -m -i 1
= -m -i 2
= -m -i 3
= -m -i 4
= -m -i 5
= -m -i 6
= -q -i 1
= -q -i 2
= -q -i 3
= -s -i 1
= -s -i 2
= -s -i 3
= -m -i 2 --human
= -m -i 6 --human
= -m -i 2 -b
= -q -i 2 --human
= -q -i 2 -b
= -s -i 2 --human
= --id=1 --shmems
= --id 2 -s
= -m -i 1 -t
= -m -i 1 -l
= -s -i 2 -u
= -m -i 99999
= -q -i 99999
= -s -i 99999
= -q -i 2147483647
= -i 1
= -m -q -i 1
= -a -i 1
= -m -i x
= -m -i 0x1
= -m -i 1x
= -m -i
= -x
= --foo
- -m -i 4294967297
- -m -i 99999999999999999999
- --all=foo
- -l=x
EOF
