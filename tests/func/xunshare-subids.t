#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Subordinate ids from other sources than the files, and what newuidmap says. The programs and
# files are others' here, in a mount namespace of the test's own.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare setpriv getsubids newuidmap
for file in /etc/nsswitch.conf /etc/subuid /etc/subgid /usr/bin/getsubids /usr/bin/newuidmap; do
	[ -e "$file" ] || skip_all "needs $file"
done
xunshare -U true 2>/dev/null || skip_all "needs user namespaces"
begin_inside unshare -m
chmod 755 "$T"

put() { # FILE TEXT...: the file has that text from now on
	file=$1
	shift
	umount "$file" 2>/dev/null
	printf '%s\n' "$@" >"$T/${file##*/}"
	chmod 755 "$T/${file##*/}"
	mount --bind "$T/${file##*/}" "$file"
}
maps() { # xunshare's OPTIONS: sets rc, err, and out to the maps in one line
	run xunshare "$@" sh -c 'cat /proc/self/uid_map; echo /; cat /proc/self/gid_map'
	out=$(echo $out)
}

put /etc/subuid 'root:200000:1000'
put /etc/subgid 'root:300000:2000'
put /usr/bin/getsubids '#!/bin/sh' '[ "$1" = -g ] && echo "0: $2 500000 700" || echo "0: $1 400000 600"'

put /etc/nsswitch.conf 'passwd: files' 'subid: files sss'
maps --map-auto
is "the files, where they come first" "$rc $out $err" "0 0 200000 1000 / 0 300000 2000 "
put /etc/nsswitch.conf 'passwd: files'
maps --map-auto
is "... and where nothing is said" "$rc $out $err" "0 0 200000 1000 / 0 300000 2000 "
put /etc/nsswitch.conf 'passwd: files' '  subid:	sss'
maps --map-auto
is "another source is asked through getsubids" "$rc $out $err" "0 0 400000 600 / 0 500000 700 "
maps --map-subids
is "... to themselves" "$rc $out $err" "0 400000 400000 600 / 500000 500000 700 "

refused() { # NAME REGEX
	maps --map-auto
	is "$1: fails" "$rc $out" "1 "
	like "$1: is said" "$err" "$2"
}
none='find subordinate ids of user "root" \(0\) in /usr/bin/getsubids: No such file or directory'
put /usr/bin/getsubids '#!/bin/sh' 'echo "0: root 400000 600"; exit 1'
refused "getsubids fails" "$none"
put /usr/bin/getsubids '#!/bin/sh' 'echo "Error fetching ranges"'
refused "getsubids has no range" "$none"
like "... with a hint" "$err" '^hint: /usr/bin/getsubids names no range for this user: see subuid'
put /usr/bin/getsubids '#!/bin/sh' 'kill -9 $$'
refused "getsubids dies" "$none"
put /usr/bin/getsubids '#!/nonexistent'
refused "getsubids cannot be executed" "execute /usr/bin/getsubids: No such file or directory"
put /usr/bin/getsubids '#!/bin/sh' \
	'echo "0: root 400000 600"; i=0; while [ $i -lt 9000 ]; do echo "1: root 5 5"; i=$((i+1)); done'
put /etc/subgid 'nobody:1:1'
maps --map-users auto
is "getsubids says much" "$rc $out $err" "0 0 400000 600 / "

# --- every id of the caller's own namespace, to itself ------------------------------------------
run xunshare --map-users 0:100000:50 --map-users 1000:200000:10 --map-groups 0:300000:90 \
	-S 0 -G 0 xunshare --map-users all --map-groups all cat /proc/self/uid_map /proc/self/gid_map
is "all: what this namespace has" "$rc $(echo $out) $err" "0 0 0 50 1000 1000 10 0 0 90 "
run xunshare --map-users 0:100000:50 --map-groups 0:300000:90 -S 0 -G 0 \
	xunshare --map-user 7 --map-users all cat /proc/self/uid_map
is "all: around a single one" "$rc $(echo $out) $err" "0 7 0 1 0 1 7 8 8 42 "

# --- what newuidmap says ------------------------------------------------------------------------
user="setpriv --reuid 54321 --regid 54321 --clear-groups --inh-caps=-all --bounding-set=-all"
put /etc/nsswitch.conf 'passwd: files'
put /etc/subuid '54321:200000:1000'
put /etc/subgid '54321:300000:2000'
put /usr/bin/newuidmap '#!/bin/sh' 'echo "newuidmap: no, not $*"; echo more; exit 3'
run $user xunshare --map-auto true
is "newuidmap refuses: fails" "$rc $out" "1 "
like "newuidmap refuses: is said" "$err" \
	'xunshare: map users with /usr/bin/newuidmap: Operation not permitted'
like "... with its own words" "$err" '^hint: newuidmap: no, not [0-9]+ 0 200000 1000$'
run setpriv --no-new-privs $user xunshare --map-auto true
like "... unless no_new_privs is the cause" "$err" '^hint: no_new_privs is set, so /usr/bin/newui'
put /usr/bin/newuidmap '#!/nonexistent'
run $user xunshare --map-auto true
like "newuidmap is not there" "$rc $err" \
	"^1 xunshare: execute /usr/bin/newuidmap: No such file or directory"
like "... with a hint" "$err" '^hint: an ordinary user needs /usr/bin/newuidmap \(package uidmap'
