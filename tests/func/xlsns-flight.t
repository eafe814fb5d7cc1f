#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Namespaces that descriptors in flight keep. listns(2) and xlsns show the same ids; where the
# kernel has no such call, its own chains of namespaces are walked (Linux 6.18, with BPF); where
# neither is to be had, xlsns says that it misses them.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare

begin_inside unshare -m
mkdir "$T/here"
cd "$T/here" || exit 99
at_exit 'umount -l "$T/here/mount" "$T/here/fd-path" 2>/dev/null'
spawn "$top_builddir/tests/holders"
wait_for 10 grep -q '^ready$' "$T/.spawn.$$"

# What is held by sockets alone, the kernel does not count as alive; they can tell, and xlsns asks.
ids() {
	"$top_builddir/tests/holders" --listns | sort >"$T/kernel"
	xlsns -q -n -r -o ID,HELDBY >"$T/all"
	grep -Ev ' (socket|tun|socket,tun)$' "$T/all" | cut -d' ' -f1 | sort >"$T/xlsns"
}
"$top_builddir/tests/holders" --listns >"$T/kernel" 2>"$T/why"
rc=$?
flight=$(awk '$1 == "flight" { print $4 }' "$T/.spawn.$$")
if [ "$rc" -eq 77 ]; then
	like "the kernel has no list, and xlsns says so" \
		"$(xlsns --backend=procfs -J --report 2>/dev/null)" \
		'"what": "descriptors in flight", "reason": "kernel"'
	like "so does the line after the table" "$(xlsns --backend=procfs 2>&1 >/dev/null)" \
		'descriptors in flight \(kernel < 6\.19\)'
	run xlsns --backend=bpf
	# not a word of them: it knows the chains
	if [ "$rc" -ne 0 ] || expr "$err" : '.*in flight' >/dev/null; then
		exit 0
	fi
	is "the chains have what is in flight" \
		"$(xlsns --backend=bpf -q -n -r -o NS,TYPE,HELDBY | grep "^$flight ")" \
		"$flight uts kernel"
	is "and its owner" "$(xlsns --backend=bpf -q -n -r -o NS,ONS,UID | grep "^$flight ")" \
		"$flight $(readlink /proc/self/ns/user | tr -dc 0-9) 0"
	# without columns about holders nothing else need be looked at
	is "the plain list has it" "$(xlsns --backend=bpf -q -n -r -o NS,TYPE | grep "^$flight ")" \
		"$flight uts"
	n=$(grep -Ec '^[a-z-]+ [a-z-]+(,[a-z]+)? [a-z]+ [0-9]+ ' "$T/.spawn.$$")
	for way in NS NS,HELDBY; do
		xlsns --backend=bpf -q -n -r -o $way | cut -d' ' -f1 >"$T/all"
		is "all $n are listed, with -o $way" \
			"$(awk '$4 ~ /^[0-9]+$/ { print $4 }' "$T/.spawn.$$" | grep -Fxc -f "$T/all")" \
			"$n"
	done
	is "nothing is missed" "$err" ""
	exit 0
fi
is "listns works" "$rc" 0
# Others come and go: the two lists must agree once, in a few tries.
tries=20
ids
until cmp -s "$T/kernel" "$T/xlsns" || [ "$tries" -eq 0 ]; do
	tries=$((tries - 1))
	ids
done
is "listns (<) and xlsns (>) have the same ids" "$(diff "$T/kernel" "$T/xlsns")" ""
is "what is in flight is listed" "$(xlsns -q -n -r -o NS,TYPE,HELDBY | grep "^$flight ")" \
	"$flight uts kernel"
for name in socket tun; do
	inode=$(awk -v name=$name '$1 == name && $2 != "skip" { print $4 }' "$T/.spawn.$$")
	[ -z "$inode" ] || is "$name: xlsns lists it, whether the kernel does or not" \
		"$(xlsns -q -n -r -o NS,HELDBY | grep "^$inode ")" "$inode $name"
done
is "nothing is missed" "$(xlsns 2>&1 >/dev/null | grep 'in flight')" ""
