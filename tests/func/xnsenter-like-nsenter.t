#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The command lines of tests/peers/nsenter.table, with the nsenter that is installed.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need nsenter ps
PEER=nsenter
PEER_NEW=0
nsenter --help | grep -q -- --join-cgroup && nsenter --help | grep -q nsid && PEER_NEW=1
# shellcheck source=tests/peers/nsenter.sh
. "$top_srcdir/tests/peers/nsenter.sh"

ok "targets" peer_targets
peer_compare
is "$same command lines are answered alike, none differs" "$differ" 0
ok "at least 100 were compared" [ "$same" -ge 100 ]
