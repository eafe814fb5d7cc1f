#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The sessions in the manual pages and in README.md are typed into a shell. In front of a block stand
#
#	.\" run root           or user: who types; "run root 2>&1": what it says on standard error
#	                       is shown, too; "run root unordered": lines come in any order
#	.\" if COMMAND         it is skipped where this fails
#	.\" before COMMAND     typed in before, unseen: what the session finds; see man-stage.sh
#	.\" let WORD VALUE     WORD in its commands stands for what the shell makes of VALUE
#
# or  .\" not run: REASON.  Lines with a prompt are commands, the rest has to come out of them;
# numbers and blanks do not matter, "..." stands for the rest of a line, or what is in its middle,
# and alone for any lines.
. "${top_srcdir:?}/tests/func/tap.sh"
need bash ps hostname ip ss jq python3 findmnt taskset

# README.md as if it were a manual page: marks are comments, blocks are indented.
as_page() {
	case $1 in
	*.md)
		sed '/^    /{s///; s/\\/\\e/g; s/^/ /;b
			}
			s/^<!-- \(.*\) -->$/.\\" \1/; s/^ *//' "$1" |
			awk 'BEGIN { block = 0 }
				(/^ /) != block { block = !block; print block ? ".nf" : ".fi" }
				{ sub(/^ /, ""); print }'
		;;
	*) cat "$1" ;;
	esac
}

# sessions PAGE: one a block: a line "@WHO LINE", what stands in front (!), the block
sessions() {
	as_page "$1" | awk '/^\.\\" run (root|user)/ { who = $3; line = NR; all = $4; front = ""; next }
		who && /^\.\\" (if|before|let) / { front = front "\n!" substr($0, 5); next }
		/^\.(Ed|fi|EE)/ { who = ""; inside = 0 }
		inside { print }
		who && /^\.(Bd|nf|EX)/ { inside = 1; print "@" who, line, all front }' |
		sed '/^!/!{s/\\-/-/g; s/\\e/\\/g; s/\\(aq/'\''/g; s/\\(ga/`/g; s/\\&//g;}'
}

# blocks PAGE: the line number of each block of EXAMPLES that has no line  .\" run  or  not run
unmarked() {
	awk '/^\.S[hH] / { on = /EXAMPLES/ }
		/^\.\\" (run (root|user)|not run: .)/ { marked = 1; next }
		/^\.\\" / { next }
		on && /^\.(Bd|nf|EX)/ && !marked { print FILENAME ":" NR }
		/^\.(Bd|nf|EX)/ { marked = 0 }' "$1"
}

# Commands without their prompt; a line that ends with \ or | goes on.
commands() {
	awk '/^!/ { next } /^[#$] / || more { sub(/^[#$] /, ""); print; more = /[\\|]$/ }'
}
outputs() {
	awk '/^!/ { next } more || /^[#$] / { more = /[\\|]$/; next } { print }'
}
plain() {
	sed 's/[0-9][0-9]*/N/g; s/[[:blank:]][[:blank:]]*/ /g; s/^ //; s/ $//; /^$/d'
}

# typed SESSION: what the shell gets; like any shell, it is not process 1 itself
typed() {
	echo 'bash; exit'
	echo ". '$top_srcdir/tests/func/man-stage.sh' && cd \"\$stage\""
	awk '/^!if / { print "{ " substr($0, 5) "; } >/dev/null 2>&1 || { echo " ++n " >\"$stage/skip\"; exit; }" }
		/^!before exec / { print substr($0, 9); next } # goes on typing as somebody else
		/^!before / { print "{ " substr($0, 9) "; } >/dev/null || { echo failed: line " NR " >&2; exit 1; }" }' "$1"
	sed -n 's/^!let \([^ ]*\) \(.*\)/s,\1,\2,g/p' "$1" >"$T/let"
	commands <"$1" | sed -f "$T/let"
}

# matches WANTED GOT [unordered]
matches() {
	awk -v wanted="$1" -v unordered="$3" '
		function line(w, g,    at) {
			if (!(at = index(w, "...")))
				return w == g
			tail = substr(w, at + 3)
			return length(g) >= length(w) - 3 && substr(g, 1, at - 1) == substr(w, 1, at - 1) &&
				substr(g, length(g) - length(tail) + 1) == tail
		}
		function rest(i, j,    k) {
			if (i > n)
				return j > NR
			if (want[i] != "...")
				return j <= NR && line(want[i], got[j]) && rest(i + 1, j + 1)
			for (k = j; k <= NR + 1; k++)
				if (rest(i + 1, k))
					return 1
			return 0
		}
		function anywhere(    i, j, more, found) {
			for (i = 1; i <= n; i++) {
				if (want[i] == "...") {
					more = 1
					continue
				}
				for (j = 1; j <= NR && (used[j] || !line(want[i], got[j])); j++)
					;
				if (j > NR)
					return 0
				used[j] = 1
				found++
			}
			return more || found == NR
		}
		BEGIN {
			while ((getline text < wanted) > 0)
				want[++n] = text
		}
		{ got[NR] = $0 }
		END { exit !(unordered ? anywhere() : rest(1, 1)) }' "$2"
}

# In namespaces of its own, where process 1 is called init, a shell reads what is typed; what is made
# in /run, /dev/shm and /srv goes with it.
mkdir "$T/home"
printf 'PATH=%s\nPS1=\n' "$PATH" >"$T/home/.bash_profile"
cgroup=xns-man-$$
# Linux 6.18 numbers mount namespaces by processor, and pins only "younger" ones.
taskset -c -p "$(awk '/^Cpus_allowed_list/ { sub(/[-,].*/, "", $2); print $2 }' \
	/proc/self/status)" $$ >/dev/null
# shellcheck disable=SC2016 # for the inner shell
apart='for dir in /run /dev/shm /srv; do
	[ ! -d "$dir" ] || mount -t tmpfs none "$dir" || exit
done
'
type_in() { # FILE COMMAND...
	typed_file=$1
	shift
	# shellcheck disable=SC2002 # a pipe: nobody reads ahead of the others
	cat "$typed_file" | stage=$T/run cgroup=$cgroup XDG_RUNTIME_DIR=$T/run HOME=$T/home \
		SHELL=$(command -v bash) timeout -k 5 60 "$@"
}
type_as() { # WHO FILE
	if [ "$(id -u)" -ne 0 ]; then
		type_in "$2" bash
		return
	fi
	case $1 in
	root) set -- "$2" "$apart exec bash -c 'exec -a init bash'" ;;
	user) set -- "$2" "$apart setpriv --reuid 1000 --regid 1000 --clear-groups bash; exit" ;;
	esac
	type_in "$1" unshare -muinpf --kill-child --mount-proc --propagation private sh -c "$2"
}

why_not() { # WHO: why it cannot type here
	if [ "$(id -u)" -eq 0 ]; then
		unshare -mpfi true 2>/dev/null || echo "needs CAP_SYS_ADMIN"
		case "$T/ $(cd "$top_builddir" && pwd)/" in
		*/run/* | /dev/shm/* | */srv/*) echo "is in a directory that the session covers" ;;
		esac
	elif [ "$1" = root ]; then
		echo "needs root"
	elif ! unshare -U true 2>/dev/null; then
		echo "needs user namespaces"
	fi
}

# In a cgroup hierarchy of version 2 nothing goes away by itself.
remove_cgroups() {
	[ "$(id -u)" -ne 0 ] || unshare -m sh -c 'mount -t cgroup2 none "$1" && [ -d "$1/${2:?}" ] &&
		find "$1/$2" -depth -type d -exec rmdir {} ";"' sh "$T/home" "${cgroup:?}" 2>/dev/null
	return 0
}
at_exit remove_cgroups

run_session() { # NAME WHO [2>&1|unordered]
	reason=$(why_not "$2")
	if [ -n "$reason" ]; then
		skip 1 "$1: $reason"
		return
	fi
	typed "$T/session" >"$T/typed"
	outputs <"$T/session" | plain >"$T/wanted"
	rm -rf "${T:?}/run"
	mkdir "$T/run"
	if [ "$(id -u)" -eq 0 ]; then
		chmod -R a+rX "$T"
		[ "$2" = root ] || chown 1000:1000 "$T/run"
	fi
	# shellcheck disable=SC2069 # the errors as well, or apart
	case $3 in
	'2>&1') type_as "$2" "$T/typed" 2>&1 ;;
	*) type_as "$2" "$T/typed" 2>"$T/err" ;;
	esac | plain >"$T/got"
	if [ -e "$T/run/skip" ]; then
		skip 1 "$1: needs $(grep '^!if ' "$T/session" | sed -n "$(cat "$T/run/skip")s/^!if //p")"
		return
	fi
	order=${3#2>&1}
	ok "$1" matches "$T/wanted" "$T/got" "$order"
	matches "$T/wanted" "$T/got" "$order" ||
		tap_comment "$(diff "$T/wanted" "$T/got"; tail -n 20 "$T/err")"
}

for page in "$top_srcdir"/man/*.[178] "$top_srcdir"/README.md; do
	sessions "$page" >"$T/page"
	grep '^@' "$T/page" >"$T/list"
	while read -r who line all <&3; do
		awk -v head="$who $line" '/^@/ { on = (index($0 " ", head " ") == 1); next } on' \
			"$T/page" >"$T/session"
		run_session "${page##*/}, line $line" "${who#@}" "$all"
	done 3<"$T/list"
	is "${page##*/}: each block is run, or says why not" "$(unmarked "$page")" ""
done

# the reader itself
printf '%s\n' '.\" run root 2>&1' '.\" if true' '.\" let 42 $box' '.nf' '# echo a\-b \e' '    c 42' \
	'a\-b c' '.fi' '# no' '.SH EXAMPLES' '.nf' 'no' '.fi' >"$T/try.1"
sessions "$T/try.1" >"$T/session"
is "a session is found" "$(sed 1q "$T/session")" "@root 1 2>&1"
sed -i 1d "$T/session"
is "what stands in front is typed first" "$(typed "$T/session" | sed 1,2d)" \
	"{ true; } >/dev/null 2>&1 || { echo 1 >\"\$stage/skip\"; exit; }
echo a-b \\
    c \$box"
is "commands are read" "$(commands <"$T/session")" "echo a-b \\
    c 42"
is "their output is read" "$(outputs <"$T/session")" "a-b c"
is "a block without a mark is found" "$(unmarked "$T/try.1")" "$T/try.1:11"
for case in 'a...z|amz|0' 'a...z|az|0' 'a...z|am|1' 'ab...b|ab|1' '...|x|0' 'x|y|1' 'x|x y|1'; do
	wanted=${case%%|*} got=${case#*|}
	echo "$wanted" >"$T/wanted"
	echo "${got%|*}" >"$T/got"
	matches "$T/wanted" "$T/got"
	is "a line: $case" "$?" "${case##*|}"
done
printf '%s\n' a ... c >"$T/wanted"
for case in 'a c|0' 'a b b c|0' 'a b c d|1' 'b c|1' 'a c c|0' 'a|1'; do
	printf '%s\n' ${case%|*} >"$T/got"
	matches "$T/wanted" "$T/got"
	is "lines: $case" "$?" "${case#*|}"
done
for case in 'c a|0' 'c x a|0' 'x c|1'; do
	printf '%s\n' ${case%|*} >"$T/got"
	matches "$T/wanted" "$T/got" unordered
	is "unordered lines: $case" "$?" "${case#*|}"
done
