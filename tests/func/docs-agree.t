#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# --help, man page and completions of each built tool name the same options, and the man page and
# the completions every column.
. "${top_srcdir:?}/tests/func/tap.sh"
need mandoc bash

# The options at the beginning of a line of --help or of a rendered man page (" -x, --long=<arg>"):
# one a line, letters and names apart.
options_of() {
	awk '/^ +-/ {
		sub(/^ +/, "")
		sub(/  .*/, "") # the help text
		n = split($0, word, /[ ,|=\[<]+/)
		for (i = 1; i <= n && word[i] ~ /^--?[A-Za-z0-9]/; i++)
			print word[i]
	}' | sort -u
}

man_page() { # TOOL: rendered, each paragraph on one line, so that no line starts in its middle
	for section in 1 8; do
		page=$top_srcdir/man/$1.$section
		[ ! -e "$page" ] || mandoc -Tascii -Owidth=900 "$page" | sed 's/.\x08//g'
	done
}

# complete TOOL WORDS...: what the completion offers for the last word
complete_words() {
	bash --norc -c '
		file=$1
		shift
		source "$file" || exit
		function=$(complete -p "$1" | sed -n "s/.*-F \([^ ]*\).*/\1/p")
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		COMP_LINE="$*"
		COMP_POINT=${#COMP_LINE}
		COMPREPLY=()
		"$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' sh "$top_srcdir/completion/xns" "$@" 2>/dev/null |
		sed 's/[= ].*//; /^$/d' | sort -u
}

# The same from fish and zsh, for a command line.
fish_words() {
	HOME=$T XDG_CONFIG_HOME=$T fish --no-config -c \
		"source '$top_srcdir/completion/xns.fish'; complete -C '$1'" |
		sed 's/\t.*//; s/^\(--[^=]*\)=$/\1/' | sort -u
}
zsh_words() {
	HOME=$T "$top_srcdir/tests/func/zsh-complete" "$top_srcdir/completion/_xns" "$1" |
		sed '/^$/d' | sort -u
}

# differ A B: lines that only one of two lists has
differ() {
	printf '%s\n' "$1" >"$T/a"
	printf '%s\n' "$2" >"$T/b"
	diff "$T/a" "$T/b" | grep '^[<>]'
}

for tool in xlsns xunshare xnsenter xipcmk xipcs xipcrm; do
	"$tool" --help >"$T/help"
	help=$(options_of <"$T/help")
	like "$tool --help has options" "$help" '^--help$'
	man_page "$tool" >"$T/man"
	is "$tool: --help (<) and man page (>)" "$(differ "$help" "$(options_of <"$T/man")")" ""
	is "$tool: --help (<) and bash's completion (>)" \
		"$(differ "$help" "$(complete_words "$tool" -)")" ""
	names=$(printf '%s\n' "$help" | grep '^--')
	for shell in fish zsh; do
		if command -v $shell >/dev/null; then
			is "$tool: --help (<) and $shell's completion (>)" \
				"$(differ "$names" "$(${shell}_words "$tool --")")" ""
		else
			skip 1 "needs $shell"
		fi
	done

	case $help in *--list-columns*) ;; *) continue ;; esac
	columns=$("$tool" --list-columns | awk 'NR > 1 || $1 != "NAME" { print $1 }' | sort -u)
	is "$tool: columns (<) that the man page lacks" "$(printf '%s\n' "$columns" |
		while read -r column; do
			grep -Eq "(^|[^A-Z_-])$column([^A-Z_-]|\$)" "$T/man" || echo "$column"
		done)" ""
	is "$tool: columns (<) and bash's completion of -o (>)" \
		"$(differ "$columns" "$(complete_words "$tool" -o '')")" ""
	for shell in fish zsh; do
		if command -v $shell >/dev/null; then
			is "$tool: columns (<) and $shell's completion of -o (>)" \
				"$(differ "$columns" "$(${shell}_words "$tool -o ")")" ""
		else
			skip 1 "needs $shell"
		fi
	done
done

# what an argument can be follows from its name
trees="owner parent process"
is "bash: words that an option takes" "$(complete_words xlsns --tree = '' | paste -sd " ")" "$trees"
is "bash: the program to run" "$(complete_words xunshare mktem | grep '^mktemp$')" \
	mktemp
! command -v fish >/dev/null ||
	is "fish: words that an option takes" "$(fish_words 'xlsns --tree=' | paste -sd " ")" \
		"--tree=owner --tree=parent --tree=process"
! command -v zsh >/dev/null ||
	is "zsh: words that an option takes" "$(zsh_words 'xlsns --tree=' | paste -sd " ")" "$trees"

# README: links lead somewhere, and each row of the comparison has one
links() {
	grep -o '](\([^)]*\))' "$1" | sed 's/](\(.*\))/\1/; /^https\{0,1\}:/d; s/#.*//; /^$/d'
}
is "README.md: links that lead nowhere" "$(links "$top_srcdir/README.md" | while read -r link; do
	[ -e "$top_srcdir/$link" ] || echo "$link"
done)" ""
unproved() { # FILE: rows under "Beside util-linux" whose last cell has no link
	awk '/^## / { on = /Beside/; n = 0 } on && /^\|/ && ++n > 2 && !/\]\([^)]*\) \|$/' "$1"
}
is "README.md: claims without a proof" "$(unproved "$top_srcdir/README.md")" ""
printf '%s\n' '## Beside' '| a | b |' '|-|-|' '| x | [t](u/v) |' '| y | t |' '[p](https://q)' >"$T/readme"
is "links are read" "$(links "$T/readme")" u/v
is "rows are read" "$(unproved "$T/readme")" "| y | t |"

# the reader itself
is "options are read" "$(printf '%s\n' 'Usage: x -y' ' -a, --all    do --not' \
	'     --map-users=<inner>:<outer>  text' ' -P, --persist[=<file>]' ' -x' |
	options_of | tr '\n' ' ')" "--all --map-users --persist -P -a -x "
