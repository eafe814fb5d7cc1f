#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# One namespace for each way of holding one (tests/holders.c): each is listed, HELDBY says why, and
# --why has the very row. What this kernel cannot tell, the report names.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare timeout

begin_inside unshare -m
mkdir "$T/here"
cd "$T/here" || exit 99
at_exit 'umount -l "$T/here/mount" "$T/here/fd-path" 2>/dev/null'
spawn "$top_builddir/tests/holders"
wait_for 10 grep -q '^ready$' "$T/.spawn.$$" || {
	tap_result 1 "the population stands: $(cat "$T/.spawn.$$")"
	exit 0
}
mv "$T/.spawn.$$" "$T/held"

xlsns -J --report >"$T/json" 2>"$T/err"
is "the listing succeeds" "$?" 0
reasons=kernel
[ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] || reasons='(kernel|unreadable)'
misses() { # WHAT: the kernel is said not to tell about it, or not in a PID namespace like this
	grep -Eq "\"what\": \"$1\", \"reason\": \"$reasons\"" "$T/json"
}
xlsns -q -r -n -o NS,TYPE,HELDBY >"$T/list"

dash() {
	[ "$1" = - ] || echo "$1"
}
check() { # NAME HELDBY TYPE INODE PID TID FD VIA PATH
	is "$1: listed, held by" "$(awk -v ns="$4" '$1 == ns { print $2, $3 }' "$T/list")" "$3 $2"
	tid=$6
	[ "$tid" != "$5" ] || tid=-
	via=$(dash "$8")
	row="${2%,mount} $(dash "$5") $(dash "$tid") $(dash "$7") ${via:+mnt:[$via]} $(dash "$9")"
	xlsns -q -n -r --why "$4" -o HOLDER,PID,TID,FD,VIA,PATH >"$T/why"
	case $2 in
	parent | owner)
		ok "$1: --why has the row" grep -Eq "^$2    (user|uts):\\[[0-9]*\\] \$" "$T/why"
		;;
	*)
		ok "$1: --why has the row" grep -Fxq "$row" "$T/why"
		;;
	esac
	[ "$tap_got" -eq 0 ] || tap_comment "wanted $row in: $(cat "$T/why")"
}

while read -r name by type inode pid tid fd via path; do
	case $name in
	ready) continue ;;
	kernel-mnt | mount-flight)
		if misses "mount namespaces without processes"; then
			tap_result 0 "$name: the report says that this kernel cannot tell"
			continue
		fi
		;;
	flight)
		if misses "descriptors in flight"; then
			tap_result 0 "$name: the report says that this kernel cannot tell"
			continue
		fi
		;;
	children-unborn)
		if misses "PID namespaces without a first process"; then
			tap_result 0 "$name: the report says that this kernel cannot tell"
			continue
		fi
		;;
	esac
	if [ "$by" = skip ]; then
		case $name in
		tun | children-time | children-unborn | children-dead) tap_result 0 "$name: $type $inode" ;;
		*) tap_result 1 "$name: $type $inode" ;;
		esac
		continue
	fi
	check "$name" "$by" "$type" "$inode" "$pid" "$tid" "$fd" "$via" "$path"
done <"$T/held"

# --- the same seen by options -------------------------------------------------------------------
inode_of() {
	awk -v name="$1" '$1 == name { print $4 }' "$T/held"
}
xlsns -q -r -n --leaked -o NS >"$T/leaked"
for name in fd socket fd-unmounted children-dead owner parent mount-elsewhere; do
	ok "--leaked has $name" grep -qx "$(inode_of $name)" "$T/leaked"
done
for name in proc mount task dead-leader fd-path; do
	fails "--leaked has not $name" grep -qx "$(inode_of $name)" "$T/leaked"
done
is "-P has it too" "$(xlsns -q -r -n -P -o NS | grep -cx "$(inode_of fd)")" 1
is "NSFS of a mount here" "$(xlsns -q -r -n -t net -o NS,NSFS | grep "^$(inode_of mount) ")" \
	"$(inode_of mount) $T/here/mount"
like "NSFS of a mount elsewhere tells where" \
	"$(xlsns -q -r -n -t net -o NS,NSFS | grep "^$(inode_of mount-elsewhere) ")" \
	" mnt:\\[[0-9]+\\]:$T/here/mount-elsewhere\$"
# A scan of another test holds for a moment what it looks at: the two must agree once.
same_number() { # INODE
	n=$(xlsns -q -r -n -o NS,NHOLD | sed -n "s/^$1 //p")
	[ "$(xlsns -q -r -n --why "$1" -o HOLDER 2>/dev/null | grep -c .)" = "${n:-0}" ]
}
is "NHOLD is the number of rows of --why" "$(while read -r name by type inode rest; do
	case "$name $by" in ready* | *' skip') continue ;; esac
	wait_for 5 same_number "$inode" || echo "$name $type $n $rest"
done <"$T/held")" ""
is "USER is who made the owner" "$(xlsns -q -r -n -o NS,USER,OWNERUID | grep "^$(inode_of fd) ")" \
	"$(inode_of fd) root 0"
