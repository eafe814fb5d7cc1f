#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Both back ends list the same: threads, a dead leader, a zombie, nested PID namespaces, and from
# inside a PID namespace that has its own /proc.
. "${top_srcdir:?}/tests/func/tap.sh"

fails "an unknown back end" xlsns --backend=ebpf
need_root
xlsns --backend=bpf >"$T/probe" 2>&1 || skip_all "$(cat "$T/probe")"

# Inside: nothing else comes and goes, and the kernel's numbers are not those of /proc.
columns=NS,TYPE,NPROCS,PID,PPID,UID,USER,PNS,ONS,COMMAND,HELDBY,NHOLD,NTASKS,OWNERUID
cat >"$T/inside" <<END
mount -t proc proc /proc
for backend in procfs bpf; do
	xlsns -q --list --backend=\$backend -o $columns >"$T/\$backend"
done
touch "$T/listed"
read -r end <"$T/fifo"
END
mkfifo "$T/fifo"
spawn unshare -mpf --propagation private "$top_builddir/tests/func/population" sh -e "$T/inside"
exec 3<>"$T/fifo" # never waits, whatever became of the other side
ok "the population was made" wait_for 20 test -e "$T/listed"
[ -e "$T/listed" ] || exit 0
is "inside a PID namespace: the same" "$(cat "$T/bpf")" "$(cat "$T/procfs")"
ok "a dozen namespaces more than the first eight" [ "$(grep -c . "$T/bpf")" -gt 20 ]

# Outside, for the namespaces that were found inside, without those where others come and go.
readlink /proc/self/ns/* | tr -dc '0-9\n' >"$T/own"
awk 'NR > 1 { print $1 }' "$T/bpf" | sort -u | grep -vxFf "$T/own" >"$T/inodes"
for backend in procfs bpf; do
	xlsns -q --list --backend=$backend -o "$columns" | grep -wFf "$T/inodes" >"$T/out.$backend"
done
is "outside: the same" "$(cat "$T/out.bpf")" "$(cat "$T/out.procfs")"
ok "outside: found" [ "$(grep -c . "$T/out.bpf")" -ge 12 ]
echo end >&3

# A /proc of another PID namespace: the kernel's walk is not what it shows.
fails "another namespace's /proc" unshare -pf xlsns --backend=bpf
ok "... and the automatic choice does without" unshare -pf xlsns
