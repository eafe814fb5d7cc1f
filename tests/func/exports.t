#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# One list of public functions in three places: xns.h, xns.map and what libxns.so exports. Each
# is documented in the header, with the version that brought it.
. "${top_srcdir:?}/tests/func/tap.sh"
need nm

header=$top_srcdir/lib/xns.h
so=$top_builddir/.libs/libxns.so

# functions declared, one a line: comments are left out, declarations end with ;
declared() {
	awk '/\/\*/ { comment = 1 } !comment { print } /\*\// { comment = 0 }' "$1" |
		tr '\n\t' '  ' | tr ';' '\n' | grep -oE '\bxns_[a-z0-9_]+ ?\(' | tr -d ' (' | sort
}

# functions whose doc comment begins with their name and has a Since: line
documented() {
	awk '/^\/\*\*/ { comment = ""; inside = 1 }
		inside { comment = comment "\n" $0 }
		inside && /\*\// {
			inside = 0
			if (comment ~ /Since: [0-9]+\.[0-9]+/ &&
			    match(comment, /\/?\*\*?[ \n]+(\* )?xns_[a-z0-9_]+ - /)) {
				name = substr(comment, RSTART, RLENGTH)
				gsub(/[^a-z0-9_]/, "", name)
				print name
			}
		}' "$1" | sort
}

declared "$header" >"$T/header"
sed -n 's/^[[:space:]]*\(xns_[a-z0-9_]*\);.*/\1/p' "$top_srcdir/lib/xns.map" | sort >"$T/map"
nm -D --defined-only "$so" | awk '$2 != "A" { sub(/@.*/, "", $3); print $2, $3 }' | sort -k2 \
	>"$T/exported"
awk '{ print $2 }' "$T/exported" >"$T/names"
documented "$header" >"$T/documented"

like "the header is read" "$(cat "$T/header")" '^xns_new$'
is "each function is declared once" "$(uniq -d "$T/header")" ""
is "xns.h and xns.map name the same functions" "$(diff "$T/header" "$T/map")" ""
is "libxns.so exports them and nothing else" "$(diff "$T/header" "$T/names")" ""
is "no data is exported" "$(grep -v '^[Ti] ' "$T/exported")" ""
is "each is documented, with Since" "$(diff "$T/header" "$T/documented")" ""

# C++ and C alone can take the header
printf '#include "xns.h"\nint main(void) { return 0; }\n' >"$T/try.c"
if command -v "${CC:-cc}" >/dev/null; then
	ok "xns.h stands alone" "${CC:-cc}" -std=c99 -pedantic -Wall -Werror -fsyntax-only \
		-I"$top_srcdir/lib" "$T/try.c"
else
	skip 1 "needs a C compiler"
fi

# man pages of section 3: one for each function, and no other
for page in "$top_builddir"/man/man3/*.3; do
	name=$(sed -n '/^\.Sh NAME/{n;s/^\.Nm //p;}' "$page")
	[ "$name.3" = "${page##*/}" ] || echo "${page##*/} names $name" >>"$T/misnamed"
	echo "$name"
done | sort >"$T/man"
is "each has a man page, no other has (header <, man3 >)" \
	"$(diff "$T/header" "$T/man" | grep '^[<>]')" ""
is "each page is named like its function" "$(cat "$T/misnamed" 2>/dev/null)" ""
is "each page says when the function came" "$(grep -LE '^appeared in xns [0-9]+\.[0-9]+' \
	"$top_builddir"/man/man3/*.3)" ""
is "each page has a summary and a prototype" "$(for page in "$top_builddir"/man/man3/*.3; do
	grep -q '^\.Nd [a-z0-9]' "$page" && grep -q '^\.Ft [a-z]' "$page" || echo "$page"
done)" ""
is "no page refers to a function that is not there" \
	"$(cat "$top_builddir"/man/man3/*.3 "$top_srcdir"/man/*.[0-9] |
	sed -n 's/^\.Xr \(xns_[a-z0-9_]*\) 3.*/\1/p' | sort -u | comm -23 - "$T/header")" ""
is "libxns.3 names each (<), and no other (>)" "$(grep -o 'Xr xns_[a-z_]* 3' "$top_srcdir/man/libxns.3" |
	cut -d ' ' -f 2 | sort -u | diff "$T/header" - | grep '^[<>]')" ""
