#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A sample of tests/fault: system calls and allocations that fail. "tests/fault/run" does all.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need strace python3 unshare
grep -q '^#define XNS_SANITIZED' "$top_builddir/config.h" &&
	skip_all "sanitizers have an allocator and a tracer of their own"
strace -o "$T/trace" true 2>"$T/err" || skip_all "strace cannot trace: $(cat "$T/err")"

# Another part each day, so that all get their turn.
seed=$(($(date +%s) / 86400))
run "$top_srcdir/tests/fault/run" -b "$top_builddir" --seconds 6 --seed $seed -v
is "$(echo "$out" | grep -E '^[0-9]+ system-call faults')" "$rc" 0
tap_comment "$out $err"
like "some there were" "$out" '^[1-9][0-9]* system-call faults, [1-9]'
