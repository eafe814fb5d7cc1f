# SPDX-License-Identifier: LGPL-2.1-or-later
# Flags are tried one by one, with -Werror so that clang's "unknown option" warnings count.

# XNS_TRY_CFLAGS(FLAG): append FLAG to XNS_CFLAGS if the compiler takes it.
AC_DEFUN([XNS_TRY_CFLAGS], [
	xns_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	AC_MSG_CHECKING([whether $CC takes $1])
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[]], [[]])],
		[AC_MSG_RESULT([yes])
		XNS_CFLAGS="$XNS_CFLAGS $1"],
		[AC_MSG_RESULT([no])])
	CFLAGS=$xns_save_CFLAGS
])

# XNS_TRY_LDFLAGS(FLAG): append FLAG to XNS_LDFLAGS if the linker takes it.
AC_DEFUN([XNS_TRY_LDFLAGS], [
	xns_save_LDFLAGS=$LDFLAGS
	LDFLAGS="$LDFLAGS $1"
	AC_MSG_CHECKING([whether the linker takes $1])
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])],
		[AC_MSG_RESULT([yes])
		XNS_LDFLAGS="$XNS_LDFLAGS $1"],
		[AC_MSG_RESULT([no])])
	LDFLAGS=$xns_save_LDFLAGS
])

# XNS_TRY_FORTIFY(LEVEL, ELSE): FORTIFY_SOURCE=LEVEL if the headers offer it.
AC_DEFUN([XNS_TRY_FORTIFY], [
	xns_save_CFLAGS=$CFLAGS
	xns_save_CPPFLAGS=$CPPFLAGS
	CFLAGS="-O2 -Werror"
	CPPFLAGS="$CPPFLAGS -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$1"
	AC_MSG_CHECKING([for FORTIFY_SOURCE=$1])
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <string.h>
		#if !defined __USE_FORTIFY_LEVEL || __USE_FORTIFY_LEVEL < $1
		#error no
		#endif]], [[]])], [xns_fortify=yes], [xns_fortify=no])
	CFLAGS=$xns_save_CFLAGS
	CPPFLAGS=$xns_save_CPPFLAGS
	AC_MSG_RESULT([$xns_fortify])
	AS_IF([test "x$xns_fortify" = xyes],
		[XNS_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$1"], [$2])
])

# XNS_TRY_PIE: programs are position independent where the tool chain can do it.
AC_DEFUN([XNS_TRY_PIE], [
	xns_save_CFLAGS=$CFLAGS
	xns_save_LDFLAGS=$LDFLAGS
	CFLAGS="$CFLAGS -fPIE"
	LDFLAGS="$LDFLAGS -pie"
	AC_MSG_CHECKING([whether programs can be position independent])
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[]], [[]])],
		[AC_MSG_RESULT([yes])
		XNS_PIE_CFLAGS=-fPIE
		XNS_PIE_LDFLAGS=-pie],
		[AC_MSG_RESULT([no])])
	CFLAGS=$xns_save_CFLAGS
	LDFLAGS=$xns_save_LDFLAGS
])
