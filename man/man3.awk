# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes one page of section 3 a function from the doc comments of lib/xns.h, so that the header
# and its manual cannot disagree:
#
#	awk -v dir=DIRECTORY -v date='November 22, 2026' -v version=0.1.0 -f man3.awk lib/xns.h
#
# A doc comment is "name - summary", then "@parameter: text" lines, text, "Return: text" and
# "Since: version". Lines that begin with a tab are an example, kept as they are. Structs, enums
# and constants that a function needs, directly or through others, are shown on its page.

function trim(s) {
	gsub(/^[ \t\n]+|[ \t\n]+$/, "", s)
	return s
}

# --- reading: comments, then the declaration that follows each ------------------------------

/^\/\* --- / {
	section = $0
	gsub(/^\/\* --- | -+ *\*\/$/, "", section)
}

/^\/\*\*/ && !in_comment {
	comment = ""
	in_comment = 1
}

in_comment {
	line = $0
	ends = line ~ /\*\/[ \t]*$/
	sub(/^[ \t]*\/?\*+ ?/, "", line)
	sub(/[ \t]*\*\/[ \t]*$/, "", line)
	if (line == "/")
		line = ""
	comment = comment line "\n"
	if (ends) {
		in_comment = 0
		declaration = ""
		in_declaration = 1
	}
	next
}

in_declaration {
	if (n_open > 0 || (!/^[ \t]*$/ && !/^#endif/)) {
		declaration = declaration $0 "\n"
		n_open += gsub(/{/, "{")
		n_open -= gsub(/}/, "}")
		if (n_open > 0 || (declaration !~ /^#define/ && !/;[ \t]*(\/\*.*\*\/)?[ \t]*$/))
			next
		if (declaration ~ /^#define/ && !/\\$/)
			next # a group of defines ends with a blank line
	}
	if (declaration == "")
		next
	in_declaration = 0
	keep(comment, declaration)
}

function keep(doc, text,	name) {
	if (text ~ /^(struct|enum|#define)/ && (text ~ /{/ || text ~ /^#define/)) {
		definition[++n_definitions] = text
		definition_doc[n_definitions] = doc
		return
	}
	name = text
	sub(/\(.*/, "", name)
	sub(/[ \t\n]+$/, "", name)
	sub(/.*[ \t*]/, "", name)
	if (name !~ /^xns_[a-z0-9_]+$/)
		return
	functions[++n_functions] = name
	doc_of[name] = doc
	prototype[name] = text
	section_of[name] = section
}

# --- words: what looks like a reference becomes one -----------------------------------------

# The macro line for @word, with the punctuation around it; "" where it is an ordinary word.
function mark_word(word, macro,	before, after) {
	before = after = ""
	while (match(word, /^[("[]/) && word !~ /^"[^"]*"[.,;:)]*$/) {
		before = before substr(word, 1, 1)
		word = substr(word, 2)
	}
	if (word ~ /^[a-z_0-9.+-]+\([0-9]\)[.,;:)]*$/) {
		macro = word
		sub(/\(.*/, "", macro)
		after = word
		sub(/^[^)]*\)/, "", after)
		return xr(before, macro, substr(word, length(macro) + 2, 1), after)
	}
	if (word ~ /^xns_[a-z0-9_]+\(\)/) {
		macro = word
		sub(/\(.*/, "", macro)
		after = word
		sub(/^[^)]*\)/, "", after)
		if (macro in doc_of && macro != current && after !~ /[^.,;:)]/)
			return xr(before, macro, 3, after)
		return macro_line("Fn", before, macro, after)
	}
	if (word ~ /^\*?@[a-z_0-9]+/) {
		match(word, /^\*?@[a-z_0-9]+/)
		macro = substr(word, 1, RLENGTH)
		after = substr(word, RLENGTH + 1)
		sub(/@/, "", macro)
		return macro_line("Fa", before, macro, after)
	}
	if (word ~ /^-E[A-Z0-9]+[.,;:)]*$/) {
		match(word, /^-E[A-Z0-9]+/)
		macro = substr(word, 2, RLENGTH - 1)
		return macro_line("Er", before, "\\-" macro, substr(word, RLENGTH + 1))
	}
	if (word ~ /^(XNS|CLONE|O|PR|SIG|RLIMIT|LC)_[A-Z_0-9*]+[.,;:)]*$/ || word ~ /^NULL[.,;:)]*$/) {
		match(word, /^[A-Z_0-9*]+/)
		return macro_line("Dv", before, substr(word, 1, RLENGTH), substr(word, RLENGTH + 1))
	}
	return ""
}

function xr(before, name, page, after) {
	return macro_line("Xr", before, name " " page, after)
}

# A macro with its punctuation as arguments of their own; a part of a word stays glued.
function macro_line(macro, before, text, after,	line) {
	if (before == "" || before == "(" || before == "[")
		line = "." macro (before == "" ? "" : " " before) " " text
	else
		line = ".No " before " Ns " macro " " text
	if (after ~ /^[^.,;:)]/)
		return line " Ns " after
	while (after != "") {
		line = line " " substr(after, 1, 1)
		after = substr(after, 2)
	}
	return line
}

# Prints prose: a macro on a line of its own, a new line after each sentence.
function prose(text,	words, n, i, line, marked) {
	n = split(text, words, /[ \t\n]+/)
	line = ""
	for (i = 1; i <= n; i++) {
		if (words[i] == "")
			continue
		marked = mark_word(words[i])
		if (marked != "") {
			if (line != "")
				print line > file
			line = ""
			print marked > file
			continue
		}
		if (line != "" && length(line words[i]) > 75) {
			print line > file
			line = ""
		}
		line = line (line == "" ? "" : " ") escape_word(words[i], line == "")
		if (words[i] ~ /[.?!]["')]*$/) {
			print line > file
			line = ""
		}
	}
	if (line != "")
		print line > file
}

function escape_word(s, first) {
	gsub(/\\/, "\\e", s)
	if (first && s ~ /^[.']/)
		s = "\\&" s
	if (s ~ /^--?[a-zA-Z0-9]/)
		gsub(/-/, "\\-", s)
	return s
}

# --- one page -------------------------------------------------------------------------------

# Takes the comment apart: summary, parameters, text, result, since.
function parse(doc,	lines, n, i, s, into, at) {
	n_params = 0
	text = result = since = summary = ""
	if (match(doc, /Since: [0-9.]+[0-9]/)) {
		since = substr(doc, RSTART + 7, RLENGTH - 7)
		doc = substr(doc, 1, RSTART - 1) substr(doc, RSTART + RLENGTH)
	}
	n = split(doc, lines, "\n")
	into = "summary"
	for (i = 1; i <= n; i++) {
		s = lines[i]
		if (into == "summary" && summary == "") {
			if (trim(s) == "")
				continue
			sub(/^xns_[a-z0-9_]+ - /, "", s)
		}
		if (match(s, /^@[a-z_0-9]+(, @[a-z_0-9]+)*: /)) {
			into = "param"
			param_name[++n_params] = substr(s, 1, RLENGTH - 2)
			gsub(/@/, "", param_name[n_params])
			param_text[n_params] = substr(s, RLENGTH + 1)
			continue
		}
		if (s ~ /^Return: /) {
			into = "result"
			sub(/^Return: /, "", s)
		}
		if (trim(s) == "" && into != "result")
			into = "text"
		if (into == "param")
			param_text[n_params] = param_text[n_params] "\n" s
		else if (into == "summary")
			summary = summary (summary == "" ? "" : " ") s
		else if (into == "result")
			result = result "\n" s
		else
			text = text "\n" s
	}
	# what follows the summary's first sentence belongs to the text
	summary = trim(summary)
	if (match(summary, /\. +[A-Z@]/)) {
		text = trim(substr(summary, RSTART + 1)) "\n" text
		summary = substr(summary, 1, RSTART)
	}
	sub(/\.$/, "", summary)
	gsub(/@/, "", summary)
}

# Text with paragraphs and examples.
function body(s,	lines, n, i, para, literal) {
	n = split(s, lines, "\n")
	para = ""
	for (i = 1; i <= n; i++) {
		if (lines[i] ~ /^\t/ || (literal && lines[i] == "" && lines[i + 1] ~ /^\t/)) {
			if (!literal) {
				prose(para)
				para = ""
				print ".Bd -literal -offset indent" > file
				literal = 1
			}
			print verbatim(substr(lines[i], 2)) > file
			continue
		}
		if (literal) {
			print ".Ed" > file
			literal = 0
			began = 1
		}
		if (trim(lines[i]) == "" && trim(para) != "") {
			begin_paragraph()
			prose(para)
			para = ""
		} else {
			para = para " " lines[i]
		}
	}
	if (literal)
		print ".Ed" > file
	if (trim(para) != "") {
		begin_paragraph()
		prose(para)
	}
}

function begin_paragraph() {
	if (began)
		print ".Pp" > file
	began = 1
}

function verbatim(s) {
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	if (s ~ /^[.']/)
		s = "\\&" s
	gsub(/\t/, "    ", s)
	return s
}

# .Ft, .Fo, .Fa, .Fc from a C prototype.
function synopsis(name,	p, head, args, n, i, part, depth, c, arg) {
	p = prototype[name]
	gsub(/[ \t\n]+/, " ", p)
	head = substr(p, 1, index(p, name "(") - 1)
	args = substr(p, index(p, name "(") + length(name) + 1)
	sub(/\) *;.*$/, "", args)
	print ".Ft " trim(head) > file
	print ".Fo " name > file
	arg = ""
	depth = 0
	for (i = 1; i <= length(args); i++) {
		c = substr(args, i, 1)
		depth += (c == "(") - (c == ")")
		if (c == "," && depth == 0) {
			print ".Fa \"" trim(arg) "\"" > file
			arg = ""
		} else {
			arg = arg c
		}
	}
	print ".Fa \"" trim(arg) "\"" > file
	print ".Fc" > file
}

# Marks in need[] the definitions that @s mentions, and those that they mention.
function mention(s,	i, names, n, j, tag) {
	for (i = 1; i <= n_definitions; i++) {
		if (i in need)
			continue
		if (mentions(s, i)) {
			need[i] = 1
			mention(definition[i])
		}
	}
}

function mentions(s, i,	text, word, stem) {
	text = definition[i]
	if (match(text, /^(struct|enum) [a-z_0-9]+/)) {
		word = substr(text, RSTART, RLENGTH)
		if (s ~ (word "[^a-z_0-9]"))
			return 1
	}
	if (text ~ /^struct/)
		return 0
	# its constants, by name or as PREFIX_*
	gsub(/\/\*[^*]*\*\//, " ", text)
	while (match(text, /XNS_[A-Z0-9_]+/)) {
		word = substr(text, RSTART, RLENGTH)
		text = substr(text, RSTART + RLENGTH)
		if (word == "XNS_NTYPES")
			continue
		if (s ~ (word "[^A-Z0-9_]"))
			return 1
		stem = word
		while (sub(/_[A-Z0-9]*$/, "", stem) && stem != "XNS")
			if (index(s, stem "_*"))
				return 1
	}
	return 0
}

function see_also(name,	i, n, list, j, t) {
	n = 0
	for (i = 1; i <= n_functions; i++)
		if (section_of[functions[i]] == section_of[name] && functions[i] != name)
			list[++n] = functions[i]
	for (i = 2; i <= n; i++) {
		t = list[i]
		for (j = i - 1; j >= 1 && list[j] > t; j--)
			list[j + 1] = list[j]
		list[j + 1] = t
	}
	print ".Xr libxns 3 ," > file
	for (i = 1; i <= n; i++)
		print ".Xr " list[i] " 3 ," > file
	print ".Xr xns 7" > file
}

function parameters(	i) {
	if (n_params == 0)
		return
	print ".Bl -tag -width Ds" > file
	for (i = 1; i <= n_params; i++) {
		gsub(/, /, " , ", param_name[i])
		print ".It Fa " param_name[i] > file
		prose(capital(trim(param_text[i])))
	}
	print ".El" > file
	began = 1
}

function definitions(name,	i) {
	for (i in need)
		delete need[i]
	mention(prototype[name] doc_of[name])
	for (i = 1; i <= n_definitions; i++) {
		if (!(i in need))
			continue
		parse(definition_doc[i])
		if (match(summary, /^(struct|enum) [a-z0-9_]+ - /))
			summary = substr(summary, RLENGTH + 1)
		if (summary != "") {
			begin_paragraph()
			prose(capital(summary) ":")
		}
		print ".Bd -literal" > file
		print verbatim_block(definition[i]) > file
		print ".Ed" > file
		parameters()
		if (trim(text) != "") {
			if (n_params == 0)
				began = 1
			body(text)
		}
	}
}

function capital(s) {
	return toupper(substr(s, 1, 1)) substr(s, 2)
}

# What apropos(1) shows: up to the first colon or semicolon.
function brief(s) {
	sub(/[;:] .*/, "", s)
	return s
}

function page(name,	what, from) {
	current = name
	parse(doc_of[name])
	what = result
	from = since
	file = dir "/" name ".3"
	print ".\\\" Made from lib/xns.h by man/man3.awk: edit the comment there." > file
	print ".Dd " date "\n.Dt " toupper(name) " 3\n.Os" > file
	print ".Sh NAME\n.Nm " name "\n.Nd " brief(summary) > file
	print ".Sh LIBRARY\nlibxns\n.Pq \\-lxns" > file
	print ".Sh SYNOPSIS\n.In xns.h" > file
	synopsis(name)
	print ".Sh DESCRIPTION" > file
	began = 1
	if (prototype[name] !~ /^void [^*]/ && trim(what) == "")
		prose("Returns " summary ".")
	else
		prose(capital(summary) ".")
	parameters()
	body(text)
	definitions(name)
	if (trim(what) != "") {
		print ".Sh RETURN VALUES" > file
		began = 0
		body(capital(trim(what)))
	}
	print ".Sh SEE ALSO" > file
	see_also(name)
	print ".Sh HISTORY\n.Fn " name "\nappeared in xns " from "." > file
	close(file)
}

function verbatim_block(s,	lines, n, i, out) {
	sub(/\n$/, "", s)
	n = split(s, lines, "\n")
	out = ""
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? "\n" : "") verbatim(lines[i])
	return out
}

END {
	for (f = 1; f <= n_functions; f++)
		page(functions[f])
	if (n_functions == 0)
		exit 1
}
