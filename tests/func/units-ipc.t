#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The unit tests of lib/ipc as root of a user namespace. Criterion's processes have threads, which
# the kernel lets make no user namespace: an ordinary user makes it before they start.
. "${top_srcdir:?}/tests/func/tap.sh"
need_userns
units=$top_builddir/tests/unit/units
[ -x "$units" ] || skip_all "needs the unit tests"

run unshare -Ur "$units" --tap --filter 'ipc/*'
is "they pass" "$rc:$(echo "$out" | grep '^not ok')" "0:"
like "they were run" "$out" '^ok - ipc::another_namespace'
unlike "none was skipped" "$out" 'ipc::.*# SKIP'
