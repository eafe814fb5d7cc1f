/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * xipcs: lists IPC objects. One set of options serves ipcs(1) and lsipc(1): ipcs' letters mean
 * what they mean there, and an option that only lsipc has asks for its tables.
 */
#include "config.h"

#include <fcntl.h>
#include <grp.h>
#include <locale.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/opt.h"
#include "cmd/util.h"
#include "cmd/xipcs.h"
#include "private.h"

struct xipcs want;

int xipcs_id(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || text[digits])
		die("failed to parse id argument: '%s'", text);
	return (int)parse_number(text, 0, INT32_MAX, "id");
}

/* --- names: each is asked for once in a row, since an answer may come over a network --- */

struct name {
	bool known;
	unsigned id;
	char text[256];
};

static const char *cached(struct name cache[2], unsigned id, const char *(*find)(unsigned))
{
	struct name *n = cache[0].known && cache[0].id == id ? &cache[0] : &cache[1];

	if (n->known && n->id == id)
		return n->text[0] ? n->text : NULL;
	cache[1] = cache[0];
	const char *found = find(id);
	cache[0].known = true;
	cache[0].id = id;
	snprintf(cache[0].text, sizeof(cache[0].text), "%s", found ? found : "");
	return cache[0].text[0] ? cache[0].text : NULL;
}

static const char *find_user(unsigned id)
{
	const struct passwd *pw = getpwuid(id);

	return pw ? pw->pw_name : NULL;
}

static const char *find_group(unsigned id)
{
	const struct group *gr = getgrgid(id);

	return gr ? gr->gr_name : NULL;
}

const char *xipcs_user(uid_t uid)
{
	static struct name cache[2];

	return cached(cache, uid, find_user);
}

const char *xipcs_group(gid_t gid)
{
	static struct name cache[2];

	return cached(cache, gid, find_group);
}

char *xipcs_command(pid_t pid)
{
	enum { MAX_COMMAND = 1 << 20 };
	char path[64], *text = NULL;

	if (pid <= 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	ssize_t n = xns_read_file(AT_FDCWD, path, MAX_COMMAND, &text);
	if (n <= 0)
		free(text);
	if (n <= 0)
		return NULL;
	while (n > 0 && !text[n - 1])
		n--;
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	return text;
}

/* --- options ------------------------------------------------------------------------ */

static void set_kind(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)arg;
	want.kinds |= 1u << opt->value;
}

/* A kind that only lsipc knows. */
static void set_posix(void *state, const struct opt *opt, const char *arg)
{
	set_kind(state, opt, arg);
	want.table = true;
}

static void set_all(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	(void)arg;
	want.kinds |= 1u << XNS_IPC_SHM | 1u << XNS_IPC_MSG | 1u << XNS_IPC_SEM;
	want.all = true;
}

static void set_view(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)arg;
	want.view = (enum xipcs_view)opt->value;
}

static void set_unit(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)arg;
	want.unit = (enum xipcs_unit)opt->value;
}

static void ask_table(void *state, const struct opt *opt, const char *arg)
{
	opt_set_true(state, opt, arg);
	want.table = true;
}

static void ask_table_text(void *state, const struct opt *opt, const char *arg)
{
	opt_set_text(state, opt, arg);
	want.table = true;
}

/* lsipc's formats exclude each other as there. */
enum { FORMAT = 1 };

#define ROW(l, n, h, handler, v)                                              \
	{                                                                     \
		.letter = (l), .name = (n), .help = (h), .handle = (handler), \
		.value = (intptr_t)(v)                                        \
	}
#define FORMAT_ROW(l, n, h, variable)                                         \
	{                                                                     \
		.letter = (l), .name = (n), .help = (h), .handle = ask_table, \
		.value = (intptr_t) & (variable), .exclusive = FORMAT         \
	}
#define TEXT(l, n, m, h, handler, variable)                                                 \
	{                                                                                   \
		.letter = (l), .name = (n), .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS, \
		.metavar = (m), .help = (h), .handle = (handler),                           \
		.value = (intptr_t) & (variable)                                            \
	}

static const struct opt options[] = {
	OPT_SECTION("Resource options"),
	ROW('m', "shmems", "shared memory segments", set_kind, XNS_IPC_SHM),
	ROW('q', "queues", "message queues", set_kind, XNS_IPC_MSG),
	ROW('s', "semaphores", "semaphores", set_kind, XNS_IPC_SEM),
	ROW('a', "all", "all three (default)", set_all, 0),
	ROW('M', "posix-shmems", "POSIX shared memory", set_posix, XNS_IPC_PSHM),
	ROW('Q', "posix-mqueues", "POSIX message queues", set_posix, XNS_IPC_PMSG),
	ROW('S', "posix-semaphores", "POSIX semaphores", set_posix, XNS_IPC_PSEM),
	ROW('g', "global", "limits and use as a table", ask_table, &want.global),
	TEXT('i', "id", "id", "details of one System V object", opt_set_text, want.id),
	TEXT('N', "name", "name", "details of one POSIX object", ask_table_text, want.name),
	TEXT(0, "ns", "PID|file", "look into this IPC namespace", opt_set_text, want.ns),
	ROW(0, "all-namespaces", "look into every IPC namespace (table)", ask_table,
	    &want.all_namespaces),
	ROW(0, "orphans", "segments without attachment and live creator (table)", ask_table,
	    &want.orphans),
	OPT_SECTION("Output options: ipcs"),
	ROW('t', "time", "show attach, detach and change times", set_view, VIEW_TIME),
	ROW('p', "pid", "show PIDs of creator and last operator", set_view, VIEW_PID),
	ROW('c', "creator", "show creator and owner", set_view, VIEW_CREATOR),
	ROW('l', "limits", "show resource limits (with a table option: --list)", set_view,
	    VIEW_LIMITS),
	ROW('u', "summary", "show status summary", set_view, VIEW_SUMMARY),
	ROW(0, "human", "show sizes in human-readable format", set_unit, UNIT_HUMAN),
	ROW('b', "bytes", "show sizes in bytes", set_unit, UNIT_BYTES),
	OPT_SECTION("Output options: lsipc (each asks for its tables)"),
	ROW(0, "table", "the tables, with their default columns", ask_table, &want.table),
	FORMAT_ROW('J', "json", "use JSON output", want.style.json),
	FORMAT_ROW('e', "export", "use KEY=\"value\" output", want.style.export_all),
	FORMAT_ROW('n', "newline", "one KEY=\"value\" a line", want.style.one_a_line),
	FORMAT_ROW('r', "raw", "use raw output", want.style.raw),
	FORMAT_ROW(0, "list", "list output, also with --id", want.list),
	TEXT('o', "output", "list", "columns to print (+list: add to the default)",
	     ask_table_text, want.columns),
	ROW('H', "list-columns", "list the columns", ask_table, &want.list_columns),
	ROW(0, "noheadings", "don't print headings", ask_table, &want.style.no_headings),
	ROW(0, "notruncate", "don't truncate output", ask_table, &want.style.no_truncate),
	ROW('P', "numeric-perms", "print numeric permissions", ask_table, &want.numeric_perms),
	ROW('y', "shell", "column names that are shell variables", ask_table,
	    &want.style.shell),
	TEXT(0, "time-format", "short|full|iso", "how times are shown", ask_table_text,
	     want.time_format),
	OPT_SECTION("Common options"),
	OPT_COMMON,
	OPT_END,
};

static const struct opt_program program = {
	.usage = "[resource option...] [output option...]",
	.summary = "Show information on IPC objects.",
	.man = "xipcs(1)",
	.opts = options,
};

static void check_request(void)
{
	bool single = want.kinds && !(want.kinds & (want.kinds - 1));

	if (want.id && (!single || want.kinds >= 1u << XNS_IPC_PSHM))
		die("when using an ID, a single resource must be specified");
	if (want.name && (!single || want.kinds < 1u << XNS_IPC_PSHM))
		die_with_hint("with it goes one of -M, -Q and -S",
			      "when using a name, a single POSIX resource must be specified");
	if (want.ns && want.all_namespaces)
		die("options --ns and --all-namespaces cannot be combined");
}

int main(int argc, char **argv)
{
	program_init("xipcs");
	setlocale(LC_CTYPE, "");
	want.style.out = stdout;
	int first = opt_parse(&program, NULL, argc, argv);
	if (first < argc)
		die("unexpected argument: '%s'", argv[first]);
	check_request();
	if (want.id)
		xipcs_id(want.id);
	return want.table ? xipcs_table() : xipcs_classic();
}
