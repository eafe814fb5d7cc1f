#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# How programs and library are linked: hardened, no search path built in, and a launcher that
# loads nothing but libc.
. "${top_srcdir:?}/tests/func/tap.sh"
need readelf objdump

makefile=$top_builddir/Makefile
chosen() { grep -Eq "^XNS_(C|CPP|LD)FLAGS = .*$1" "$makefile"; } # by configure
sanitized=no
! chosen fsanitize || sanitized=yes

needed() { readelf -dW "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v '^ld-linux'; }

# hardened FILE FUNCTION: a line for each thing that is missing
hardened() {
	readelf -hldW "$1" >"$T/elf"
	grep -q 'Type: *DYN' "$T/elf" || echo "not position independent"
	grep -q GNU_RELRO "$T/elf" || echo "no RELRO"
	grep -Eq '\(FLAGS(_1)?\).*NOW' "$T/elf" || echo "no BIND_NOW"
	! grep -Eq '\((RPATH|RUNPATH)\)' "$T/elf" || echo "RPATH"
	! grep -q '(TEXTREL)' "$T/elf" || echo "text relocations"
	! grep -Eq 'GNU_STACK.* (RWE|R E|WE) ' "$T/elf" || echo "executable stack"
	! grep -Eq 'LOAD.* RWE ' "$T/elf" || echo "writable and executable segment"
	readelf --dyn-syms -W "$1" >"$T/symbols"
	! chosen fstack-protector-strong || grep -q __stack_chk_fail "$T/symbols" ||
		echo "no stack protector"
	! chosen D_FORTIFY_SOURCE || grep -q '__[a-z0-9]*_chk' "$T/symbols" || echo "no FORTIFY"
	# the ELF note would depend on the C library's own start files
	! chosen fcf-protection || [ "$(uname -m)" != x86_64 ] ||
		objdump -d --disassemble="$2" "$1" | grep -q endbr64 || echo "no CET"
}

files=$(find "$top_builddir/.libs" -maxdepth 1 -name 'libxns.so.*.*.*')
for tool in xlsns xunshare xnsenter xipcmk xipcs xipcrm; do
	[ ! -x "$top_builddir/cmd/$tool" ] || files="$files $top_builddir/cmd/$tool"
done
like "there is something to look at" "$files" libxns
for file in $files; do
	case $file in
	*/cmd/*) function=main ;;
	*) function=xns_new ;;
	esac
	is "${file##*/} is hardened" "$(hardened "$file" "$function")" ""
done

# the check itself
cc=${CC:-cc}
if command -v "$cc" >/dev/null && [ "$(uname -m)" = x86_64 ]; then
	echo 'int main(void) { return 0; }' >"$T/a.c"
	"$cc" -no-pie -Wl,-z,norelro -Wl,-z,lazy -Wl,-rpath,/x -Wl,-z,execstack -fcf-protection=none \
		-o "$T/a" "$T/a.c" 2>/dev/null
	like "a soft program is noticed" "$(hardened "$T/a" main | tr '\n' ';')" \
		'not position independent;no RELRO;no BIND_NOW;RPATH;executable stack'
fi

if [ "$sanitized" = no ]; then
	for tool in xunshare xnsenter xipcmk xipcrm; do
		[ -x "$top_builddir/cmd/$tool" ] || continue
		is "$tool needs libc alone" "$(needed "$top_builddir/cmd/$tool")" libc.so.6
	done
	for tool in xlsns xipcs; do
		[ -x "$top_builddir/cmd/$tool" ] || continue
		unlike "$tool has the library in it" "$(needed "$top_builddir/cmd/$tool")" libxns
	done
fi
