#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each command line of tests/peers/unshare.table gives the same standard output and exit status
# with the unshare that is installed here.
. "${top_srcdir:?}/tests/func/tap.sh"
need unshare timeout
need_userns
if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	begin_inside unshare -m
fi
PEER=unshare
case $(unshare --version) in
*" 2.3"* | *" 2.40"* | *" 2.41"*) PEER_NEW=0 ;;
*) PEER_NEW=1 ;;
esac
# shellcheck source=tests/peers/unshare.sh
. "$top_srcdir/tests/peers/unshare.sh"
peer_files
[ -z "$XNS_INSIDE" ] || peer_subids
peer_compare
is "$same command lines are answered alike, none differs" "$differ" 0
ok "at least 150 were compared" [ "$same" -ge 150 ]
