#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# xlsns by hand: outputs, wrong options, broken stdout, tasks, what lsns gets wrong.
. "${top_srcdir:?}/tests/func/tap.sh"

self_net=$(readlink /proc/self/ns/net | tr -dc 0-9)
self_pid=$(readlink /proc/self/ns/pid | tr -dc 0-9)

# --- it lists ------------------------------------------------------------------------
run xlsns
is "exits 0" "$rc" 0
like "header" "$out" '^ *NS +TYPE +NPROCS +PID +USER +COMMAND'
like "own network namespace" "$out" "^$self_net +net "
run xlsns -n -r -o NS,TYPE -t net -t pid
like "types add up" "$out" "^$self_pid pid"
unlike "and leave out the others" "$out" ' mnt'
run xlsns -n -o TYPE -t net,pid
is "a list of types" "$(echo "$out" | sort -u | xargs)" "net pid"

# --- JSON is JSON, whatever a process calls itself --------------------------------------
if command -v jq >/dev/null; then
	cat >"$T/hostile" <<-'EOT'
		#!/bin/sh
		exec sleep 60
	EOT
	chmod +x "$T/hostile"
	bad=$(printf 'a"\\b\n\033[31m\377\342\200\256')
	spawn sh -c 'exec -a "$1" sleep 60' sh "$bad" 2>/dev/null
	spawn perl -e '$0 = $ARGV[0]; sleep 60' "$bad"
	run xlsns -J "$self_pid"
	ok "JSON parses" jq -e . "$T/.run.out"
	is "valid UTF-8" "$(iconv -f UTF-8 -t UTF-8 "$T/.run.out" | cmp - "$T/.run.out" 2>&1)" ""
	run xlsns -J
	is "numbers are numbers" \
		"$(jq -r '.namespaces[0] | [.ns, .nprocs, .pid | type] | unique | join(",")' "$T/.run.out")" number
	unlike "no raw escape in a table" "$(xlsns "$self_pid")" "$(printf '\033')"
	unlike "no raw bidi control in a table" "$(xlsns "$self_pid")" "$(printf '\342\200\256')"
else
	skip 5 "needs jq"
fi

# --- wrong options: one line that names it, exit 1 ---------------------------------------
refuse() { # OPTIONS... -- REGEX
	refuse_args=
	while [ "$1" != -- ]; do
		refuse_args="$refuse_args '$1'"
		shift
	done
	eval "run xlsns $refuse_args"
	if [ "$rc" = 1 ] && [ -z "$out" ] && printf '%s\n' "$err" | head -n 1 | grep -Eq -- "$2"; then
		tap_result 0 "refuses$refuse_args"
	else
		tap_result 1 "refuses$refuse_args"
		tap_comment "rc=$rc out='$out' err='$err'"
	fi
}
refuse -J -r -- "^xlsns: options --json and --raw cannot be combined"
refuse -P -p 1 -- "^xlsns: options --persistent and --task cannot be combined"
refuse -p 1 "$self_net" -- "^xlsns: --task is mutually exclusive with <namespace>"
refuse -p abc -- "^xlsns: invalid PID argument: 'abc'"
refuse -p ' 1' -- "^xlsns: invalid PID argument"
refuse -p -1 -- "^xlsns: invalid PID argument"
refuse -p 0 -- "^xlsns: PID argument out of range"
refuse -p 4294967297 -- "^xlsns: PID argument out of range"
refuse -p 2147483647 -- "^xlsns: look at process 2147483647: No such process"
refuse 1 -- "^xlsns: not found namespace: 1"
refuse -t foo -- "^xlsns: unknown namespace type: foo"
refuse -t net, -- "^xlsns: unknown namespace type: "
refuse -o NS,FOO -- "^xlsns: unknown column: FOO"
refuse -T=none -- "^xlsns: unknown tree type: none"
refuse --jsno -- "^xlsns: unrecognized option '--jsno'"
refuse --no -- "^xlsns: option '--no' is ambiguous"
refuse --json=x -- "^xlsns: option '--json' doesn't allow an argument"
refuse --output -- "^xlsns: option '--output' requires an argument"
refuse -o -- "^xlsns: option requires an argument -- 'o'"
refuse -X -- "^xlsns: invalid option -- 'X'"
run xlsns --jsno
like "suggests the right name" "$err" "^hint: did you mean --json"

# --- stdout that cannot take it -----------------------------------------------------------
if [ -c /dev/full ]; then
	xlsns >/dev/full 2>"$T/err"
	is "full: exit 1" "$?" 1
	like "full: says so" "$(cat "$T/err")" "^xlsns: write error: No space left"
	xlsns --help >/dev/full 2>/dev/null
	is "help, full: exit 1" "$?" 1
else
	skip 3 "needs /dev/full"
fi
xlsns >&- 2>"$T/err"
is "closed: exit 1" "$?" 1
like "closed: says so" "$(cat "$T/err")" "^xlsns: write error"

# --- tasks: a thread's id works as its process's does --------------------------------------
if command -v python3 >/dev/null; then
	spawn python3 -c 'import threading,time
threading.Thread(target=time.sleep, args=(60,)).start()
time.sleep(60)'
	# shellcheck disable=SC2154 # pid is set by spawn
	wait_for 5 sh -c "[ \$(ls /proc/$pid/task | wc -l) = 2 ]"
	for tid in "/proc/$pid/task"/*; do
		tid=${tid##*/}
		[ "$tid" = "$pid" ] || break
	done
	is "-p TID" "$(xlsns -p "$tid" -o NS -n)" "$(xlsns -p "$pid" -o NS -n)"
else
	skip 1 "needs python3"
fi

# --- columns ---------------------------------------------------------------------------------
run xlsns -H
like "columns are listed" "$out" '^ *NETNSID <string> +namespace ID'
ok "every column can be printed" xlsns -o "$(echo "$out" | awk '{ printf "%s%s", (NR > 1 ? "," : ""), $1 }')"
like "lists as JSON" "$(xlsns -H -J | head -2 | tail -1)" '"lsns-columns"'

# --- libsmartcols' filters, or why there are none ---------------------------------------------
run xlsns -n -r -o NS -t net -Q "NS == $self_net"
if [ "$rc" = 0 ]; then
	is "filter" "$out" "$self_net"
	is "a filter on a column that is not shown" \
		"$(xlsns -n -r -o TYPE -Q "NS == $self_net")" net
	refuse -Q 'NOPE == 1' -- "filter.*unknown column: NOPE"
	refuse -Q '((' -- "filter"
else
	like "no filters: says why" "$err" "filters need libsmartcols 2.40"
	is "no filters: exit 1" "$rc" 1
fi

# --- the environment and descriptors of set-user-ID use are no concern: it refuses -------------
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && cp "$top_builddir/cmd/xlsns" "$T/suid" &&
	chmod 4755 "$T/suid" && chmod 755 "$T"; then
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$T/suid"
	is "set-user-ID: refused" "$rc" 1
	like "and said" "$err" "refuses to run set-user-ID"
else
	skip 2 "needs root and setpriv"
fi
