# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Runs each line of nsenter.table with nsenter ($PEER) and with xnsenter, and compares. To be
# sourced after tap.sh, as root. $PEER_NEW is 1 where the peer is 2.42 or newer.

peer_targets() {
	sleep 1000 &
	P=$!
	XNS_MARK=of-the-target unshare -muinpCT -f --mount-proc sh -c 'hostname inside; cd /tmp; exec sleep 1000' &
	r=$!
	unshare -Ur -muinpC -f --mount-proc sleep 1000 &
	u=$!
	unshare -Ur sleep 1000 &
	D=$!
	unshare -U sleep 1000 &
	N=$!
	at_exit "kill -9 $P $r $u $D $N 2>/dev/null"
	wait_for 5 inner "$r" sleep && wait_for 5 inner "$u" sleep || return 1
	R=$(inner "$r" sleep) U=$(inner "$u" sleep)
	at_exit "kill -9 $R $U 2>/dev/null"
	wait_for 5 in_user_namespace "$D" && wait_for 5 in_user_namespace "$N" || return 1
	G=4194304
	F=/proc/$R/ns
}

# the child of the unshare $1, once it is the program $2
inner() {
	c=$(cut -d' ' -f1 "/proc/$1/task/$1/children")
	[ -n "$c" ] && [ "$(cat "/proc/$c/comm")" = "$2" ] && echo "$c"
}

in_user_namespace() {
	[ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ] &&
		[ "$(cat "/proc/$1/comm")" = sleep ]
}

peer_compare() { # sets $same, $differ
	same=0 differ=0
	while read -r when line; do
		case $when in
		all) ;;
		new) [ "$PEER_NEW" = 1 ] || continue ;;
		*) continue ;;
		esac
		(eval "$PEER $line") >"$T/theirs" 2>"$T/theirs.err" </dev/null
		theirs=$?
		(eval "xnsenter $line") >"$T/ours" 2>"$T/ours.err" </dev/null
		ours=$?
		if [ "$ours" = "$theirs" ] && cmp -s "$T/ours" "$T/theirs"; then
			same=$((same + 1))
		else
			differ=$((differ + 1))
			echo "# $line"
			echo "#   theirs: $theirs $(head -c 300 "$T/theirs" "$T/theirs.err" | tr '\n' '|')"
			echo "#   ours:   $ours $(head -c 300 "$T/ours" "$T/ours.err" | tr '\n' '|')"
		fi
	done <"$top_srcdir/tests/peers/nsenter.table"
}
