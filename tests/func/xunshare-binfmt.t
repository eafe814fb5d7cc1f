#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# binfmt_misc of the new user namespace: mounted, an interpreter registered and used, also one
# from outside of the new root.
. "${top_srcdir:?}/tests/func/tap.sh"
need_userns
grep -q binfmt_misc /proc/filesystems || skip_all "the kernel has no binfmt_misc"
run xunshare -rpf --mount-binfmt true
[ "$rc" -eq 0 ] || case $err in
*"needs Linux 6.7"*) skip_all "no binfmt_misc in user namespaces" ;;
esac
is "--mount-binfmt" "$rc $err" "0 "
run xunshare -rpf --mount-binfmt sh -c 'cd /proc/sys/fs/binfmt_misc && echo *; id -u'
is "it is there, and empty" "$rc $(echo $out)" "0 register status 0"
run xunshare -r --mount-binfmt true
is "without a PID namespace there is no procfs for it" "$rc" 1
like "... and the hint says so" "$err" '^hint: .*add -p -f'

printf 'XNSTEST rest\n' >"$T/program"
chmod 755 "$T/program"
printf '#!/bin/sh\necho "interpreter of $1: $2"\n' >"$T/interp"
chmod 755 "$T" "$T/interp"
line=":xnstest:M::XNSTEST::$T/interp:"
run xunshare -rpf --load-interp "$line" "$T/program" word
is "-l: the interpreter runs" "$rc $out $err" "0 interpreter of $T/program: word "
run xunshare -rpf --load-interp "$line" cat /proc/sys/fs/binfmt_misc/xnstest
like "... as it was registered" "$out" "^interpreter $T/interp\$"
ok "it was for that namespace alone" test ! -e /proc/sys/fs/binfmt_misc/xnstest
run xunshare -rpf --mount-binfmt="$T" --load-interp "$line" "$T/xnstest"
like "--mount-binfmt=DIR: mounted there" "$rc $err" "^126 .*xnstest.*: Permission denied"
run xunshare -rpf --load-interp ":xns/test:M::X::/bin/true:" true
is "a bad line: fails" "$rc $out" "1 "
like "... and is said" "$err" \
	"^xunshare: write failed /proc/sys/fs/binfmt_misc/register: Invalid argument"

# --- with another root ----------------------------------------------------------------------
mkdir -p "$T/root/proc"
cp "$T/program" "$T/root/program"
printf '#include <stdio.h>\nint main(void) { puts("from outside"); }\n' >"$T/static.c"
if "${CC:-cc}" -static -o "$T/static" "$T/static.c" 2>"$T/err"; then
	# It is not inside the new root: only what F opened outside can be it.
	run xunshare -rpf -R "$T/root" -l ":xnstest:M::XNSTEST::$T/static:F" /program
	is "F: the interpreter is the one outside" "$rc $out $err" "0 from outside "
	run xunshare -rpf -R "$T/root" -l ":xnstest:M::XNSTEST::$T/static:" /program
	is "without F, one inside the root is sought" "$rc $out" "127 "
else
	skip 2 "needs a compiler and a static C library"
fi
