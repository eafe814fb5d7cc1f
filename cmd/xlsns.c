/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xlsns: list the namespaces of this machine. Options in, a scan and a table out. */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/color.h"
#include "cmd/meant.h"
#include "cmd/opt.h"
#include "cmd/util.h"
#include "ns/type.h"
#include "show/ns.h"
#include "show/report.h"
#include "xns.h"

struct xlsns {
	struct show_ns_options show;
	const char *columns; /* -o */
	bool all_columns, list_columns, list, tree_given;
	bool quiet, complete, report;
	unsigned backend;
	pid_t task;
	const char *members; /* selector: list the processes in it */
	const char *why;     /* selector: list its holders */
};

enum { EXCL_FORMAT = 1, EXCL_WHICH = 2, EXCL_LEAKED = 4, EXCL_REPORT = 8 };

static void set_type(void *state, const struct opt *opt, const char *arg)
{
	struct xlsns *x = state;

	(void)opt;
	for (bool more = true; more; arg++) {
		size_t len = strcspn(arg, ",");
		char name[16];

		snprintf(name, sizeof(name), "%.*s", len < 15 ? (int)len : 15, arg);
		int type = xns_type_from_name(name);
		if (type < 0)
			die_with_hint(
				"types are mnt, net, ipc, user, pid, uts, cgroup and time",
				"unknown namespace type: %s", name);
		x->show.types |= 1u << type;
		arg += len;
		more = *arg == ',';
	}
}

static const struct {
	const char *name;
	enum show_tree tree;
} trees[] = {
	{ "owner", SHOW_TREE_OWNER },
	{ "parent", SHOW_TREE_PARENT },
	{ "process", SHOW_TREE_PROCESS },
};
#define NTREES (sizeof(trees) / sizeof(trees[0]))

static void set_tree(void *state, const struct opt *opt, const char *arg)
{
	struct xlsns *x = state;

	if (!arg)
		arg = trees[0].name;
	if (*arg == '=')
		arg++;
	for (size_t i = 0; i < NTREES; i++) {
		if (strcmp(arg, trees[i].name) == 0) {
			x->show.tree = trees[i].tree;
			x->tree_given = true;
			return;
		}
	}
	die_with_choices(opt->metavar, "unknown tree type: %s", arg);
}

static void set_task(void *state, const struct opt *opt, const char *arg)
{
	struct xlsns *x = state;

	(void)opt;
	x->task = (pid_t)parse_number(arg, 1, INT32_MAX, "PID argument");
}

static void set_filter(void *state, const struct opt *opt, const char *arg)
{
	(void)opt;
	((struct xlsns *)state)->show.style.filter = arg;
}

/* The report is a part of the JSON: there is no other place for it. */
static void set_report(void *state, const struct opt *opt, const char *arg)
{
	struct xlsns *x = state;

	(void)opt;
	(void)arg;
	x->report = x->show.style.json = true;
}

static void set_backend(void *state, const struct opt *opt, const char *arg)
{
	static const char *const names[] = {
		[XNS_BACKEND_AUTO] = "auto",
		[XNS_BACKEND_PROCFS] = "procfs",
		[XNS_BACKEND_BPF] = "bpf",
	};
	struct xlsns *x = state;

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(arg, names[i]) == 0) {
			x->backend = i;
			return;
		}
	}
	die_with_choices(opt->metavar, "unknown back end: %s", arg);
}

static struct xlsns x;

/* clang-format off */
static const struct opt options[] = {
	{ .letter = 'J', .name = "json", OPT_BOOL(x.show.style.json), .exclusive = EXCL_FORMAT,
	  .help = "use JSON output format" },
	{ .letter = 'l', .name = "list", OPT_BOOL(x.list),
	  .help = "use list format output" },
	{ .letter = 'n', .name = "noheadings", OPT_BOOL(x.show.style.no_headings),
	  .help = "don't print headings" },
	{ .letter = 'o', .name = "output", .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS,
	  .metavar = "list", OPT_TEXT(x.columns), .help = "columns to print, or to add: +<list>" },
	{ .name = "output-all", OPT_BOOL(x.all_columns), .help = "print all columns that lsns has; -o ALL: really all" },
	{ .letter = 'P', .name = "persistent", OPT_BOOL(x.show.persistent_only),
	  .exclusive = EXCL_WHICH, .help = "namespaces without processes" },
	{ .letter = 'p', .name = "task", .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS,
	  .metavar = "pid", .handle = set_task, .exclusive = EXCL_WHICH | EXCL_LEAKED,
	  .help = "namespaces of a process or thread" },
	{ .letter = 'Q', .name = "filter", .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS,
	  .metavar = "expr", .handle = set_filter, .help = "apply display filter" },
	{ .letter = 'r', .name = "raw", OPT_BOOL(x.show.style.raw),
	  .exclusive = EXCL_FORMAT | EXCL_REPORT,
	  .help = "use the raw output format" },
	{ .letter = 'u', .name = "notruncate", OPT_BOOL(x.show.style.no_truncate),
	  .help = "don't truncate text in columns" },
	{ .letter = 'W', .name = "nowrap", OPT_BOOL(x.show.style.no_wrap),
	  .help = "don't use multi-line representation" },
	{ .letter = 't', .name = "type", .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS,
	  .metavar = "list", .handle = set_type,
	  .help = "mnt, net, ipc, user, pid, uts, cgroup, time" },
	{ .letter = 'T', .name = "tree", .letter_arg = OPT_MAY, .name_arg = OPT_MAY,
	  .metavar = "owner|parent|process", .handle = set_tree,
	  .help = "tree by owner, parent or process" },
	{ .name = "why", .name_arg = OPT_NEEDS, .metavar = "ns", OPT_TEXT(x.why),
	  .exclusive = EXCL_WHICH | EXCL_LEAKED, .help = "what keeps this namespace alive" },
	{ .name = "leaked", OPT_BOOL(x.show.leaked_only), .exclusive = EXCL_LEAKED,
	  .help = "namespaces that nobody is in, and not mounted here" },
	{ .name = "complete", OPT_BOOL(x.complete),
	  .help = "exit with 3 if anything could not be seen" },
	{ .name = "report", .handle = set_report, .exclusive = EXCL_REPORT,
	  .help = "add what could not be seen to the JSON output" },
	{ .letter = 'q', .name = "quiet", OPT_BOOL(x.quiet),
	  .help = "don't say what could not be seen" },
	COLOR_OPTION,
	{ .letter = 'H', .name = "list-columns", OPT_BOOL(x.list_columns),
	  .help = "list the available columns" },
	{ .name = "backend", .name_arg = OPT_NEEDS, .metavar = "auto|procfs|bpf",
	  .handle = set_backend, .help = "how to find processes" },
	OPT_COMMON,
	OPT_END,
};
/* clang-format on */

static const struct opt_program program = {
	.usage = "[options] [<namespace>]",
	.summary = "List the namespaces of this machine, or the processes in one.",
	.more = "A namespace is <inode>, <type>:[<inode>], id:<n>, a path or @<name>.\n",
	.man = "xlsns(8)",
	.opts = options,
};

static void choose_colors(void)
{
	struct color colors[] = {
		{ "header", "\033[1m" },
		{ "persistent", "\033[33m" },
		{ "hidden", "\033[31m" },
	};

	x.show.style.color = color_init(colors, 3);
	x.show.style.header_color = colors[0].sequence;
	x.show.persistent_color = colors[1].sequence;
	x.show.hidden_color = colors[2].sequence;
}

static void choose_columns(struct show_selection *columns)
{
	const char *wrong;

	*columns = x.why ? show_why_columns() : show_ns_columns();
	if (x.why)
		show_select(columns, "ALL");
	else if (x.members)
		show_select(columns, "PID,PPID,USER,COMMAND");
	else if (x.show.types & 1u << XNS_NET)
		show_select(columns, "NS,TYPE,NPROCS,PID,USER,NETNSID,NSFS,COMMAND");
	else
		show_select(columns, "NS,TYPE,NPROCS,PID,USER,COMMAND");
	if (x.all_columns)
		show_select_all(columns);
	if (x.columns && (wrong = show_select(columns, x.columns)))
		die_unknown_column(wrong, columns->all, columns->nall, sizeof(*columns->all));
}

static int fail(struct xns_ctx *ctx, int err)
{
	warn("%s: %s", xns_error(ctx), strerror(-err));
	if (err == -EACCES)
		hint("it is another user's: run as root");
	return EXIT_FAILURE;
}

/* What may have been meant by a @selector that names no namespace. */
static void hint_selector(const struct xns_scan *scan, const char *selector, int err)
{
	size_t digits = strspn(selector, "0123456789");
	struct meant tree = { .wrong = selector };

	for (size_t i = 0; i < NTREES; i++)
		meant_try(&tree, trees[i].name);
	if (!selector[digits] && xns_scan_find_proc(scan, (pid_t)strtol(selector, NULL, 10)))
		hint("a number is an inode; the namespaces of a process: -p %s", selector);
	else if (xns_type_from_name(selector) >= 0)
		hint("all namespaces of this type: -t %s", selector);
	else if (tree.word)
		hint("did you mean --tree=%s?", tree.word);
	else if (err == -EACCES)
		hint("it is another user's: run as root");
	else if (err == -EINVAL && !strchr(selector, '/'))
		hint("a namespace is <inode>, <type>:[<inode>], id:<n>, a path with a slash "
		     "or @<name>");
}

/* The table that was asked for. 0, or -1 after the message. */
static int show(struct xns_ctx *ctx, const struct xns_scan *scan)
{
	const char *selector = x.why ? x.why : x.members, *why = NULL;
	const struct xns_ns *ns = NULL;
	int err;

	if (selector && (err = xns_scan_select(scan, selector, &ns)) < 0) {
		warn("%s", xns_error(ctx));
		hint_selector(scan, selector, err);
		return -1;
	}
	if (x.why)
		err = show_why(scan, ns, &x.show, &why);
	else if (x.members)
		err = show_members(scan, ns, &x.show, &why);
	else
		err = show_namespaces(scan, &x.show, &why);
	if (err == 0)
		return 0;
	if (why)
		warn("invalid filter '%s': %s", x.show.style.filter, why);
	else
		warn("cannot print the table: %s", strerror(ENOMEM));
	return -1;
}

/*
 * Says what could not be seen. A list of processes, or of the namespaces of one, misses nothing
 * where the kernel cannot show namespaces that no process is in.
 */
static int report(const struct xns_scan *scan)
{
	char *line;

	if (show_report_line(scan, x.task || x.members, &line) < 0) {
		warn("cannot print what is incomplete: %s", strerror(ENOMEM));
		return EXIT_FAILURE;
	}
	bool incomplete = line;
	if (line && !x.quiet) {
		if (flush_stdout() < 0) /* the table comes first */
			return EXIT_FAILURE;
		warn("incomplete: %s", line);
	}
	free(line);
	return incomplete && x.complete ? EXIT_INCOMPLETE : EXIT_SUCCESS;
}

/* The whole work behind the options: one scan, one table. */
static int list(struct xns_ctx *ctx, const struct show_selection *columns)
{
	struct xns_scan_options how = { .size = sizeof(how), .backend = x.backend };
	const char *selector = x.why ? x.why : x.members;
	struct xns_scan *scan = NULL;
	uint32_t only[XNS_NTYPES];
	char *json = NULL;
	int err;

	if (x.task) {
		err = xns_task_ns(ctx, x.task, only);
		if (err < 0)
			return fail(ctx, err);
		x.show.only = only;
	}
	how.what = XNS_SCAN_FIND | show_ns_needs(columns);
	/* Where few are shown, few leaders are asked for. */
	if (selector || x.task || x.show.types != ~0u || x.show.persistent_only ||
	    x.show.leaked_only)
		how.what &= ~(unsigned)XNS_SCAN_LEADERS;
	if (selector && strncmp(selector, "id:", 3) == 0)
		how.what |= XNS_SCAN_IDS;
	/* A list of namespaces may stop when it has them all; who asks about one wants more. */
	if (selector || x.show.leaked_only || x.show.style.filter)
		how.what |= XNS_SCAN_HOLDERS;
	err = xns_scan_new(ctx, &how, &scan);
	if (err < 0)
		return fail(ctx, err);
	if (x.report && !(json = show_report_json(scan)))
		die("cannot print the report: %s", strerror(ENOMEM));
	x.show.style.json_more = json;
	err = show(ctx, scan);
	int rc = err < 0 ? EXIT_FAILURE : report(scan);
	free(json);
	xns_scan_free(scan);
	return rc;
}

int main(int argc, char **argv)
{
	struct show_selection columns;
	struct xns_ctx *ctx = NULL;

	program_init("xlsns");
	setlocale(LC_CTYPE, "");
	x.show.style.out = stdout;
	x.show.tree = SHOW_TREE_PROCESS;
	int first = opt_parse(&program, &x, argc, argv);
	choose_colors();

	x.show.style.name = x.why ? "holders" : "namespaces";
	if (first < argc && (x.task || x.show.persistent_only || x.show.leaked_only || x.why))
		die("--%s is mutually exclusive with <namespace>", x.task  ? "task"
								   : x.why ? "why"
								   : x.show.persistent_only
									   ? "persistent"
									   : "leaked");
	if (first + 1 < argc)
		die("unexpected argument: '%s'", argv[first + 1]);
	x.members = argv[first];
	/* As lsns: -T wins over -l; with all columns there is no tree unless it is asked for.
	 */
	if (!x.tree_given && (x.list || (x.all_columns && !x.members)))
		x.show.tree = SHOW_LIST;
	choose_columns(&columns);
	x.show.columns = &columns;
	if (x.list_columns) {
		if (show_list_columns(&columns, "lsns-columns", &x.show.style) == 0)
			return EXIT_SUCCESS;
		die("cannot print the columns: %s", strerror(ENOMEM));
	}
	if (!x.show.types)
		x.show.types = ~0u;

	int err = xns_new(&ctx);
	if (err < 0)
		die("/proc: %s", err == -ENODEV ? "is not a procfs" : strerror(-err));
	int rc = list(ctx, &columns);
	xns_free(ctx);
	return rc;
}
