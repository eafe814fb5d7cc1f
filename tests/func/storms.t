#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A sample of tests/storm: fork storms, recycled PIDs, swapped links, deaths and signals at any
# moment. "tests/storm/run" does 1,000 of each.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need python3 unshare
for race in listing recycled swapped orphans signals; do
	run "$top_srcdir/tests/storm/run" -b "$top_builddir" -n 8 --seed "$(date +%s)" $race
	is "$race" "$rc" 0
	[ "$rc" = 0 ] || tap_comment "$out $err"
done
