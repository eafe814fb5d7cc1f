# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# TAP for functional tests. A test begins with:  . "${top_srcdir:?}/tests/func/tap.sh"
# and ends by falling off its end. Every test has a private directory $T, removed at exit.
#
#   ok NAME COMMAND...        passes when the command succeeds
#   fails NAME COMMAND...     passes when the command exits 1..125 (not by a signal)
#   is NAME GOT WANTED        two texts are the same
#   like NAME GOT REGEX       a text matches an extended regular expression
#   unlike NAME GOT REGEX
#   run COMMAND...            sets $out, $err (texts) and $rc
#   skip N REASON             N tests are skipped; a failure under XNS_MUST_RUN=1
#   skip_all REASON           the rest is skipped
#   need_root, need_userns, need COMMAND...   skip_all where it is missing
#   begin_inside COMMAND...   the test begins again, run by COMMAND (unshare ...)
#   at_exit COMMAND           runs at exit, newest first
#   spawn COMMAND...          starts a process in the background, $pid; killed at exit
#   wait_for SECONDS COMMAND  polls until the command succeeds

: "${top_srcdir:?}" "${top_builddir:?}"

# nohup and the background of a shell ignore signals: a shell cannot undo that, env(1) may.
while read -r tap_key tap_ignored; do
	[ "$tap_key" != SigIgn: ] || break
done </proc/self/status
if [ -z "$TAP_SIGNALS" ] && [ $((0x${tap_ignored:-0} & 0x4007)) -ne 0 ]; then
	TAP_SIGNALS=reset
	export TAP_SIGNALS
	set -- env --default-signal=HUP,INT,QUIT,TERM sh "$0" "$@"
	! env --default-signal=HUP true 2>/dev/null || exec "$@"
	shift 4
fi
PATH=$top_builddir/cmd:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL
unset COLUMNS LSNS_DEBUG TERM_COLORS

T=$(mktemp -d "${TMPDIR:-/tmp}/xns-test.XXXXXX") || exit 99
: "${T:?}"
tap_n=0
tap_at_exit=

# Removes a directory, but nothing of what is mounted below it.
tap_remove() {
	find "${1:?}" -xdev -depth -delete 2>/dev/null
}

tap_done() {
	tap_rc=$?
	trap - EXIT INT TERM HUP
	eval "$tap_at_exit"
	tap_remove "${T:?}"
	if [ "$tap_rc" -ne 0 ] && [ -z "$tap_planned" ]; then
		echo "Bail out! the test script failed with $tap_rc"
	elif [ -z "$tap_planned" ]; then
		echo "1..$tap_n"
	fi
	exit "$tap_rc"
}
trap tap_done EXIT
trap 'exit 130' INT TERM HUP

begin_inside() {
	[ -z "$XNS_INSIDE" ] || return 0
	trap - EXIT
	tap_remove "${T:?}"
	XNS_INSIDE=1 exec "$@" sh "$0"
}

at_exit() {
	tap_at_exit="$1
$tap_at_exit"
}

tap_result() {
	tap_n=$((tap_n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_n - $2"
	else
		echo "not ok $tap_n - $2"
	fi
	return 0
}

tap_comment() {
	printf '%s\n' "$1" | sed 's/^/# /'
}

ok() {
	tap_name=$1
	shift
	"$@" >"$T/.out" 2>&1
	tap_got=$?
	tap_result "$tap_got" "$tap_name"
	[ "$tap_got" -eq 0 ] || tap_comment "exit $tap_got: $* : $(head -c 2000 "$T/.out")"
}

fails() {
	tap_name=$1
	shift
	"$@" >"$T/.out" 2>&1
	tap_got=$?
	if [ "$tap_got" -ge 1 ] && [ "$tap_got" -le 125 ]; then
		tap_result 0 "$tap_name"
	else
		tap_result 1 "$tap_name"
		tap_comment "exit $tap_got: $* : $(head -c 2000 "$T/.out")"
	fi
}

is() {
	if [ "$2" = "$3" ]; then
		tap_result 0 "$1"
	else
		tap_result 1 "$1"
		tap_comment "got:    $2"
		tap_comment "wanted: $3"
	fi
}

like() {
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then
		tap_result 0 "$1"
	else
		tap_result 1 "$1"
		tap_comment "got:    $2"
		tap_comment "wanted to match: $3"
	fi
}

unlike() {
	if printf '%s\n' "$2" | grep -Eq -- "$3"; then
		tap_result 1 "$1"
		tap_comment "got:    $2"
		tap_comment "wanted not to match: $3"
	else
		tap_result 0 "$1"
	fi
}

# shellcheck disable=SC2034 # out, err and rc are for the caller
run() {
	"$@" >"$T/.run.out" 2>"$T/.run.err"
	rc=$?
	out=$(cat "$T/.run.out")
	err=$(cat "$T/.run.err")
	return 0
}

skip() {
	tap_i=0
	while [ "$tap_i" -lt "$1" ]; do
		tap_i=$((tap_i + 1))
		tap_n=$((tap_n + 1))
		if [ "${XNS_MUST_RUN:-0}" = 1 ]; then
			echo "not ok $tap_n - must run, but: $2"
		else
			echo "ok $tap_n # SKIP $2"
		fi
	done
}

skip_all() {
	if [ "$tap_n" -gt 0 ]; then # a plan of none would deny what has been said
		skip 1 "$1"
		exit 0
	fi
	tap_planned=1
	if [ "${XNS_MUST_RUN:-0}" = 1 ]; then
		echo "1..1"
		echo "not ok 1 - must run, but: $1"
	else
		echo "1..0 # SKIP $1"
	fi
	exit 0
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
	unshare -m true 2>/dev/null || skip_all "needs CAP_SYS_ADMIN"
}

need_userns() {
	unshare -U true 2>/dev/null || skip_all "needs unprivileged user namespaces"
}

need() {
	for tap_c in "$@"; do
		command -v "$tap_c" >/dev/null 2>&1 || skip_all "needs $tap_c"
	done
}

# shellcheck disable=SC2034 # pid is for the caller
spawn() {
	"$@" >"$T/.spawn.$$" 2>&1 </dev/null &
	pid=$!
	at_exit "kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null"
}

wait_for() {
	tap_tries=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tap_tries=$((tap_tries - 1))
		[ "$tap_tries" -gt 0 ] || return 1
		sleep 0.05
	done
}
tap_planned=
