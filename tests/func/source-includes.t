#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The directions of DESIGN: which part may include which. The table below is the rule; a new
# folder needs a row, and a new arrow a reason.
. "${top_srcdir:?}/tests/func/tap.sh"

# part: what its files may include with quotes, beside config.h and files of its own folder.
# "lib" is the headers directly in lib/; a path is that one header.
rules="
cmd      lib/xns.h lib/private.h lib/kernel.h lib/size.h lib/ns/type.h lib/show
lib      lib
lib/ns   lib
lib/scan lib lib/ns
lib/whose lib lib/ns
lib/run  lib lib/ns
lib/ipc  lib lib/ns
lib/show lib lib/ns/type.h
"
parts=$(echo "$rules" | awk 'NF { print $1 }')
tools="xlsns xunshare xnsenter xipcmk xipcs xipcrm"

# wrong_includes TREE PART: a line for each include that goes the wrong way
wrong_includes() {
	(
		cd "$1" || exit
		find "$2" -maxdepth 1 -name '*.[ch]' -type f | sort | while read -r file; do
			awk -v file="$file" '/^[ \t]*#[ \t]*include[ \t]*[<"]/ {
				name = $0
				sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
				sub(/[>"][^>"]*$/, "", name)
				print file, name
			}' "$file"
		done
	) | awk -v part="$2" -v rules="$rules" -v tools="$tools" '
	function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
	function tool_of(path,    i) { # the tool that a file of cmd/ belongs to alone, or ""
		sub(/.*\//, "", path)
		for (i in tool)
			if (index(path, tool[i]) == 1)
				return tool[i]
		return ""
	}
	BEGIN {
		split(tools, tool, " ")
		n = split(rules, row, "\n")
		for (i = 1; i <= n; i++)
			if (split(row[i], word, " ") && word[1] == part)
				for (j = 2; word[j] != ""; j++)
					may[word[j]] = 1
		may[part] = 1
	}
	$2 ~ /^<libsmartcols/ && part != "lib/show" { print $1 ": libsmartcols is for lib/show" }
	$2 ~ /^</ || $2 == "\"config.h" { next }
	{
		path = substr($2, 2)
		if (path !~ /^cmd\//)
			path = "lib/" path
		if (!(path in may) && !(folder(path) in may))
			print $1 " includes " path
		else if (part == "cmd" && tool_of(path) != "" && tool_of($1) != tool_of(path))
			print $1 " includes another tool: " path
	}'
}

for part in $parts; do
	[ -d "$top_srcdir/$part" ] || continue
	is "$part includes only what it may" "$(wrong_includes "$top_srcdir" "$part")" ""
done

is "every folder has a row in the table" "$(cd "$top_srcdir" &&
	find cmd lib -name '*.[ch]' -type f | sed 's,/[^/]*$,,' | sort -u |
	grep -vxF "$parts")" ""

# the check itself, on a tree that breaks every rule once
mkdir -p "$T/cmd" "$T/lib/scan" "$T/lib/ns"
printf '%s\n' '#include "run/enter.h"' '# include <libsmartcols/libsmartcols.h>' \
	'#include "cmd/xlsns.h"' '#include "cmd/opt.h"' '#include "ns/type.h"' >"$T/cmd/xunshare.c"
is "a tool's wrong includes are noticed" "$(wrong_includes "$T" cmd)" \
	"cmd/xunshare.c includes lib/run/enter.h
cmd/xunshare.c: libsmartcols is for lib/show
cmd/xunshare.c includes another tool: cmd/xlsns.h"
printf '%s\n' '#include "cmd/util.h"' '#include "ns/type.h"' '#include "show/table.h"' \
	'#include "private.h"' >"$T/lib/scan/proc.c"
is "the library's are, too" "$(wrong_includes "$T" lib/scan)" \
	"lib/scan/proc.c includes cmd/util.h
lib/scan/proc.c includes lib/show/table.h"
