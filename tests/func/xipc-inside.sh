# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# For tests of the IPC tools: runs the test that sources it in namespaces of its own, filled by
# tests/func/ipc-populate with what $populate says (--empty, --posix, or nothing).
: "${top_srcdir:?}" "${top_builddir:?}"

if [ -z "${IPC_POPULATE:-}" ]; then
	[ -n "$populate" ] || populate=--sysv
	IPC_POPULATE=$populate
	export IPC_POPULATE
	exec "$top_builddir/tests/func/ipc-populate" "$populate" sh "$0"
fi
. "$top_srcdir/tests/func/tap.sh"
[ "$IPC_POPULATE" != refused ] || skip_all "needs IPC and mount namespaces"
