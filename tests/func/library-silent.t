#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The library never prints, never ends the process, never reads the environment: seen in what
# its objects ask of libc. (A child that it forked leaves by _exit.)
. "${top_srcdir:?}/tests/func/tap.sh"
need nm

# what FORTIFY makes of a name counts as that name
asks_for() { # ARCHIVE REGEX
	nm -A -u "$1" 2>/dev/null | sed 's/^[^:]*:\([^:]*\): *U /\1 /; s/@.*//' |
		sed 's/ __\([a-z]*\)_chk$/ \1/' | grep -E " ($2)\$" | sort -u
}

prints='v?printf|puts|putchar|perror|v?warnx?|v?syslog|psignal|stdout|stderr'
ends='exit|abort|quick_exit|v?errx?|error|__assert_fail'
environment='getenv|secure_getenv|environ|__environ|setenv|unsetenv|putenv|setlocale'

core=$top_builddir/.libs/libcore.a
show=$top_builddir/.libs/libshow.a
like "the archive can be read" "$(nm -A -u "$core" 2>/dev/null)" ' U openat'
is "libxns does not print" "$(asks_for "$core" "$prints")" ""
is "libxns does not end the process" "$(asks_for "$core" "$ends")" ""
is "libxns does not read the environment" "$(asks_for "$core" "$environment")" ""
if [ -e "$show" ]; then
	is "lib/show prints only to the stream that it is given" "$(asks_for "$show" "$prints")" ""
	is "lib/show does not end the process" "$(asks_for "$show" "$ends")" ""
fi

# the tools do all that, so the check must find it there
if [ -e "$top_builddir/cmd/util.o" ]; then
	ar cr "$T/tools.a" "$top_builddir/cmd/util.o"
	like "the check sees who prints" "$(asks_for "$T/tools.a" "$prints")" 'util.o (stdout|stderr|v?printf)$'
	like "the check sees who exits" "$(asks_for "$T/tools.a" "$ends")" ' exit$'
fi
