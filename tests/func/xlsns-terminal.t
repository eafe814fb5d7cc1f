#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# On a terminal: colours as terminal-colors.d(5) has them, lines no wider than the window, trees
# in characters that the locale has. Not on a terminal: nothing of all that.
. "${top_srcdir:?}/tests/func/tap.sh"
need script unshare

unset NO_COLOR
XDG_CONFIG_HOME=$T/config
export XDG_CONFIG_HOME TERM=xterm
mkdir -p "$XDG_CONFIG_HOME/terminal-colors.d"
esc=$(printf '\033')

# on_terminal COLUMNS COMMAND: what the command writes to a terminal of that width
on_terminal() {
	script -qec "stty cols $1 rows 24; $2" /dev/null </dev/null | tr -d '\r'
}

# colours NAME WANTED FILE...: with these files, xlsns uses colours ("on") or not ("off")
colours() {
	tap_name=$1
	wanted=$2
	shift 2
	rm -f "${T:?}"/config/terminal-colors.d/*
	for file; do
		: >"$XDG_CONFIG_HOME/terminal-colors.d/$file"
	done
	got=off
	! on_terminal 80 "xlsns -p $$ $options" | grep -q "$esc" || got=on
	is "$tap_name" "$got" "$wanted"
}

options=
colours "a terminal has colours" on
NO_COLOR=1 colours "NO_COLOR" off
NO_COLOR='' colours "an empty NO_COLOR is none" on
TERM=dumb colours "a dumb terminal" off
colours "disable" off disable
colours "a file for this tool wins" on disable xlsns.enable
colours "so does the tool against the terminal" off @xterm.enable xlsns.disable
colours "a file for tool and terminal wins" off xlsns.enable xlsns@xterm.disable
colours "of files alike enable wins" on xlsns.enable xlsns.disable
colours "files of others do not count" on lsns.disable @vt100.disable xlsns@vt100.disable
options=--color=never
colours "--color=never" off enable
options=--color
NO_COLOR=1 colours "--color wins over NO_COLOR and disable" on disable
options="--color=always -J"
colours "JSON has no colours" off
options="--color=always -r"
colours "raw output has no colours" off
unlike "without a terminal there are none" "$(xlsns -p $$)" "$esc"
run xlsns --color=sometimes
is "another mode is refused" "$rc $err" \
	"1 xlsns: unknown colour mode: sometimes
hint: it can be auto, always or never"

# schemes: names, codes, sequences; comments
scheme() { # COLOR-SEQUENCE: the header line with it
	printf '# header red\nother blue\n  header %s\n' "$1" \
		>"$XDG_CONFIG_HOME/terminal-colors.d/xlsns.scheme"
	xlsns --color -p $$ -o TYPE | head -n 1 | tr "$esc" E
}
rm -f "${T:?}"/config/terminal-colors.d/*
is "a colour by name" "$(scheme magenta)" "E[35mTYPEE[0m"
is "a colour by codes" "$(scheme '37;41')" "E[37;41mTYPEE[0m"
long=$(printf '0;%.0s' $(seq 63))7
is "a colour by as many codes as fit" "$(scheme "$long")" "E[${long}mTYPEE[0m"
is "a colour by its sequence" "$(scheme '\e[4m')" "E[4mTYPEE[0m"

# lines: a namespace without processes, in a mount namespace that ends with the shell
rm -f "${T:?}"/config/terminal-colors.d/*
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	: >"$T/uts"
	# shellcheck disable=SC2016 # the inner shell expands
	out=$(unshare -m --propagation private sh -c 'unshare --uts="$1" true &&
		xlsns --color -t uts -n -o TYPE,NSFS | grep "$1"' sh "$T/uts" | tr "$esc" E | tr -s " ")
	is "a namespace that a mount keeps has its colour" "$out" "E[33muts $T/utsE[0m"
else
	skip 1 "needs root"
fi

# widths and trees
for columns in 40 80 200; do
	on_terminal "$columns" "xlsns -q --color=never -T -o NS,TYPE,COMMAND -p $$" >"$T/out"
	ok "no line is wider than $columns columns" [ "$(wc -L <"$T/out")" -le "$columns" ]
	like "$columns columns: a tree in UTF-8" "$(cat "$T/out")" '[├└]─'
	on_terminal "$columns" "LC_ALL=C xlsns -q --color=never -T -o NS,TYPE,COMMAND -p $$" >"$T/out"
	is "$columns columns: a tree in ASCII" "$(LC_ALL=C grep '[^ -~]' "$T/out")" ""
done
