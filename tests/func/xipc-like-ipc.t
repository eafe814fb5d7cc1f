#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xipcmk and xipcrm do what ipcmk and ipcrm do: the same output, exit status and objects after
# every command. Each side has a namespace of its own with the same population.
. "${top_srcdir:?}/tests/func/tap.sh"
need ipcs ipcmk ipcrm
"$top_builddir/tests/func/ipc-populate" --empty sh -c '[ "$IPC_POPULATE" != refused ]' ||
	skip_all "needs IPC and mount namespaces"

IPC_NEW=0
"$top_builddir/tests/func/ipc-populate" --empty ipcrm -a=shm 2>/dev/null && IPC_NEW=1
export IPC_NEW
table=$top_srcdir/tests/func/xipc-like-ipc.txt
run_all() { # PREFIX DIRECTORY
	mkdir "$2"
	"$top_builddir/tests/func/ipc-populate" --sysv \
		sh "$top_srcdir/tests/func/xipc-sequence.sh" "$1" "$2" <"$table"
}
run_all "" "$T/peer"
run_all x "$T/ours"

i=0
count=$(cat "$T/peer/count")
is "all commands ran" "$(cat "$T/ours/count")" "$count"
while [ "$i" -lt "$count" ]; do
	i=$((i + 1))
	if cmp -s "$T/peer/$i.all" "$T/ours/$i.all"; then
		tap_result 0 "$(cat "$T/peer/$i.line")"
	else
		tap_result 1 "$(cat "$T/peer/$i.line")"
		diff "$T/peer/$i.all" "$T/ours/$i.all" | head -20 | sed 's/^/# /'
	fi
done
