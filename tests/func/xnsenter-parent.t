#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# --user-parent: the user namespace above the target's, or the one that owns what is joined.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare
unshare -U true 2>/dev/null || skip_all "needs user namespaces"

# a user namespace in which another one owns a network namespace
spawn unshare -Ur sh -c 'sleep 1000 & exec unshare -Urn sleep 1000'
outer_user() { readlink "/proc/$(pgrep -P "$pid")/ns/user"; }
nested() { [ "$(cat "/proc/$pid/comm")" = sleep ] && outer_user; }
ok "two user namespaces" wait_for 10 nested
inner=$(readlink "/proc/$pid/ns/user")
outer=$(outer_user)
at_exit "kill $(pgrep -P "$pid") 2>/dev/null"

show="readlink /proc/self/ns/user"
is "with a user namespace: the one above it" "$(xnsenter -t "$pid" -U --user-parent $show)" "$outer"
is "with another: the one that owns it" "$(xnsenter -t "$pid" -n --user-parent $show)" "$inner"
is "... and that is joined too" \
	"$(xnsenter -t "$pid" -n --user-parent readlink /proc/self/ns/net)" \
	"$(readlink "/proc/$pid/ns/net")"
is "the caller's own is left as it is" \
	"$(xnsenter -t "$(pgrep -P "$pid")" -U --user-parent $show)" "$(readlink /proc/self/ns/user)"

run xnsenter --user-parent true
is "of nothing: fails" "$rc $out" "1 "
like "... is said" "$err" "xnsenter: find the parent user namespace: No such file or directory"
like "... with a hint" "$err" "^hint: --user-parent needs a namespace whose owner it is"
run unshare -Ur "$top_builddir/cmd/xnsenter" --user=/proc/self/ns/user --user-parent true
is "above the caller's: fails" "$rc $out" "1 "
like "... with a hint" "$err" "^hint: it is above the caller's user namespace"
