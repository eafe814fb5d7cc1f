#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The sessions in the manual pages: what a line  .\" run root  or  .\" run user  stands before is
# typed into a shell. Lines with a prompt are commands, the rest has to come out of them; numbers
# and blanks do not matter, and "..." stands for anything.
. "${top_srcdir:?}/tests/func/tap.sh"
need bash ps hostname ip

# sessions PAGE: one a block, after a line "@WHO LINE"
sessions() {
	awk '/^\.\\" run (root|user)/ { who = $3; line = NR }
		/^\.(Ed|fi|EE)/ { who = ""; inside = 0 }
		inside { print }
		who && /^\.(Bd|nf|EX)/ { inside = 1; print "@" who, line }' "$1" |
		sed 's/\\-/-/g; s/\\e/\\/g; s/\\(aq/'\''/g; s/\\&//g'
}

# Commands without their prompt; a line that ends with \ goes on.
commands() {
	awk '/^[#$] / || more { sub(/^[#$] /, ""); print; more = /\\$/ }'
}
outputs() {
	awk 'more { more = /\\$/; next } /^[#$] / { more = /\\$/; next } { print }'
}
plain() {
	sed 's/[0-9][0-9]*/N/g; s/[[:blank:]][[:blank:]]*/ /g; s/^ //; s/ $//; /^$/d'
}

# matches WANTED GOT: line by line
matches() {
	awk -v wanted="$1" 'BEGIN {
			while ((getline line < wanted) > 0)
				want[++n] = line
		}
		{
			w = want[NR]
			if ((at = index(w, "...")) ? substr($0, 1, at - 1) != substr(w, 1, at - 1) : $0 != w)
				bad = 1
		}
		END { exit bad || NR != n }' "$2"
}

# In namespaces of its own; a shell without arguments reads what is typed after it.
mkdir "$T/home"
printf 'PATH=%s\nPS1=\n' "$PATH" >"$T/home/.bash_profile"
type_in() { # FILE
	HOME=$T/home SHELL=$(command -v bash) timeout 20 "$@" \
		bash --norc -c 'cat "$0" | bash --norc' "$T/typed" 2>"$T/err"
}

run_session() { # NAME WHO
	commands <"$T/session" >"$T/typed"
	outputs <"$T/session" | plain >"$T/wanted"
	if [ "$2" = root ]; then
		if [ "$(id -u)" -ne 0 ] || ! unshare -mpfi true 2>/dev/null; then
			skip 1 "needs root"
			return
		fi
		set -- "$1" unshare -muinpf --mount-proc --propagation private
	elif ! unshare -U true 2>/dev/null; then
		skip 1 "needs user namespaces"
		return
	elif [ "$(id -u)" -eq 0 ]; then
		chmod -R a+rX "$T"
		set -- "$1" setpriv --reuid 1000 --regid 1000 --clear-groups
	else
		set -- "$1"
	fi
	tap_session=$1
	shift
	type_in "$@" | plain >"$T/got"
	ok "$tap_session" matches "$T/wanted" "$T/got"
	matches "$T/wanted" "$T/got" ||
		tap_comment "$(diff "$T/wanted" "$T/got"; cat "$T/err")"
}

for page in "$top_srcdir"/man/*.[178]; do
	sessions "$page" >"$T/page"
	grep '^@' "$T/page" >"$T/list"
	while read -r who line <&3; do
		awk -v head="$who $line" '/^@/ { on = ($0 == head); next } on' "$T/page" >"$T/session"
		run_session "${page##*/}, line $line" "${who#@}"
	done 3<"$T/list"
done

# the reader itself
printf '%s\n' '.\" run root' '.nf' '# echo a\-b \e' '    c' 'a\-b c' '.fi' '# no' | sed 's/\\\\/\\/g' \
	>"$T/try.1"
sessions "$T/try.1" | sed 1d >"$T/session"
is "commands are read" "$(commands <"$T/session")" "echo a-b \\
    c"
is "their output is read" "$(outputs <"$T/session")" "a-b c"
like "xns.7 has sessions" "$(sessions "$top_srcdir/man/xns.7")" '^@root'
