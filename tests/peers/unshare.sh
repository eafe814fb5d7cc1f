# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh disable=SC2034,SC2086,SC2154
# Runs each line of unshare.table with unshare ($PEER) and with xunshare, and compares standard
# output and exit status. To be sourced after tap.sh. $PEER_NEW is 1 where the peer is 2.42 or
# newer. As root, the lines of ordinary users are run by user 1000.

peer_files() {
	E=$T/empty F=$T/noprogram R=$T/root
	: >"$E"
	echo text >"$F"
	chmod 755 "$T" "$F"
	chmod -x "$F"
	mkdir -p "$R/bin" "$R/lib"
	printf '#!/nonexistent\n' >"$R/lost"
	cp /bin/true "$R/bin/" # its loader is not there
	chmod 755 "$R/lost"
	at_exit "while umount '$E'; do :; done 2>/dev/null"
	export E F R
}

# In a mount namespace of its own: whatever this machine has, root and user 1000 have subordinate
# ids. Where root has none, unshare takes those of the first user whose name is no number.
peer_subids() {
	printf 'root:200000:100\n%s:300000:65536\n' "$(id -un 1000 2>/dev/null || echo 1000)" >"$T/subids"
	chmod 644 "$T/subids"
	for file in /etc/subuid /etc/subgid; do
		[ ! -e "$file" ] || mount --bind "$T/subids" "$file" || exit 99
	done
}

# one PROGRAM LINE OUT: runs the line; the status is what it prints to OUT.rc
one() {
	case $who in
	user) timeout -k 1 5 $as_user sh -c "$1 $2" ;;
	*) timeout -k 1 5 sh -c "$1 $2" ;;
	esac >"$3" 2>"$3.err" </dev/null
	echo $? >"$3.rc"
}

# may WHEN: sets $who, or fails where such lines are not for this run
may() {
	root=$([ "$(id -u)" -eq 0 ] && echo 1)
	who=self
	case $1 in
	all) ;;
	root) [ -n "$root" ] ;;
	user) who=user ;;
	new) [ -n "$root" ] && [ "$PEER_NEW" = 1 ] ;;
	newuser) who=user && [ "$PEER_NEW" = 1 ] ;;
	newname) who=user && [ "$PEER_NEW" = 1 ] && id -un ${root:+1000} >/dev/null 2>&1 ;;
	*) false ;;
	esac
}

peer_line() { # LINE
	one "$PEER" "$1" "$T/theirs"
	one xunshare "$1" "$T/ours"
	if cmp -s "$T/ours" "$T/theirs" && cmp -s "$T/ours.rc" "$T/theirs.rc"; then
		same=$((same + 1))
	else
		differ=$((differ + 1))
		echo "# as $who: $1"
		echo "#   theirs: $(cat "$T/theirs.rc") $(head -c 300 "$T/theirs" "$T/theirs.err" | tr '\n' '|')"
		echo "#   ours:   $(cat "$T/ours.rc") $(head -c 300 "$T/ours" "$T/ours.err" | tr '\n' '|')"
	fi
}

peer_compare() { # sets $same, $differ
	same=0 differ=0 as_user=
	if [ "$(id -u)" -eq 0 ]; then
		as_user='setpriv --reuid 1000 --regid 1000 --clear-groups'
	fi
	while read -r when line; do
		may "$when" || continue
		peer_line "$line"
		if [ "$when" = all ] && [ -n "$as_user" ] && [ "$PEER_TWICE" = 1 ]; then
			who=user
			peer_line "$line"
		fi
	done <"$top_srcdir/tests/peers/unshare.table"
}
