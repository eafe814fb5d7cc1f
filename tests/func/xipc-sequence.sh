#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs command lines one after the other and keeps, for each, what it printed, its exit status,
# and the objects that are there afterwards, in which keys and times are masked. Two runs with
# different tools in equal namespaces can so be compared, command by command.
#   xipc-sequence.sh PREFIX DIRECTORY <LINES     PREFIX: "" for ipcmk, "x" for xipcmk
# A line: "= TOOL ARGUMENTS", quoted as for the shell; "+ ..." is for peers that take -a=KIND, where
# $IPC_NEW is 1; other lines are comments.
prefix=$1
dir=${2:?}
n=0

state() {
	ipcs | sed -E 's/^0x[0-9a-f]+[1-9a-f][0-9a-f]* /KEY /; s/^0x[0-9a-f]*[1-9a-f]0* /KEY /'
	find /dev/shm -type f -printf '%f %s %m\n' | sort
	[ ! -d /dev/mqueue ] || find /dev/mqueue -type f -printf '%f %m\n' | sort
}

while read -r mark tool arguments; do
	case $mark in
	=) ;;
	+) [ "$IPC_NEW" = 1 ] || continue ;;
	*) continue ;;
	esac
	n=$((n + 1))
	eval "set -- $arguments"
	"$prefix$tool" "$@" >"$dir/$n.out" 2>"$dir/$n.err"
	rc=$?
	{
		echo "rc=$rc"
		cat "$dir/$n.out"
		state
	} >"$dir/$n.all"
	echo "$tool $arguments" >"$dir/$n.line"
done
echo "$n" >"$dir/count"
