#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# While processes fork and end as fast as they can, every stable one is in every listing.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare timeout

begin_inside unshare -m -f -p --mount-proc --kill-child

n=0
while [ "$n" -lt 10 ]; do
	spawn unshare -u sleep 100
	n=$((n + 1))
done
stable() {
	xlsns -q -l -n -r -t uts -o NS,TYPE,NPROCS,COMMAND | grep 'sleep\\x20100$' | sort
}
ten() {
	[ "$(stable | grep -c .)" -eq 10 ]
}
wait_for 5 ten
stable >"$T/wanted"
is "ten processes, each in its own" "$(grep -c ' uts 1 sleep' "$T/wanted")" 10

# Bounded: it ends by itself.
storm() {
	end=$(($(date +%s) + 20))
	while [ -e "$T/blow" ] && [ "$(date +%s)" -lt "$end" ]; do
		i=0
		while [ "$i" -lt 20 ]; do
			(: & :) &
			i=$((i + 1))
		done
		unshare -u true
		wait
	done
}
touch "$T/blow"
storm &
blowing=$!
n=0
lost=0
failed=0
empty=0
refused=0
while [ "$n" -lt 100 ]; do
	backend=auto
	[ $((n % 2)) -eq 0 ] || backend=procfs
	xlsns --backend=$backend -l -n -r -t uts -o NS,TYPE,NPROCS,COMMAND >"$T/all" 2>"$T/err" ||
		failed=$((failed + 1))
	! grep -q unreadable "$T/err" || refused=$((refused + 1))
	[ -s "$T/all" ] || empty=$((empty + 1))
	grep 'sleep\\x20100$' "$T/all" | sort | cmp -s - "$T/wanted" || lost=$((lost + 1))
	grep -q ' -[0-9]' "$T/all" && failed=$((failed + 1))
	n=$((n + 1))
done
rm "$T/blow"
wait "$blowing"
is "100 listings: failed" "$failed" 0
is "100 listings: empty" "$empty" 0
is "100 listings: without a stable process" "$lost" 0
is "100 listings: where what has ended counts as refused" "$refused" 0
