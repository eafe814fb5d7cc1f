/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xlsns: list the namespaces of this machine. Options in, a scan and a table out. */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/color.h"
#include "cmd/opt.h"
#include "cmd/util.h"
#include "ns/type.h"
#include "show/ns.h"
#include "xns.h"

struct xlsns {
	struct show_ns_options show;
	const char *columns; /* -o */
	bool all_columns, list_columns, list, tree_given;
	pid_t task;
	uint32_t inode;
};

enum { EXCL_FORMAT = 1, EXCL_WHICH = 2 };

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
			die("unknown namespace type: %s", name);
		x->show.types |= 1u << type;
		arg += len;
		more = *arg == ',';
	}
}

static void set_tree(void *state, const struct opt *opt, const char *arg)
{
	static const struct {
		const char *name;
		enum show_tree tree;
	} trees[] = {
		{ "owner", SHOW_TREE_OWNER },
		{ "parent", SHOW_TREE_PARENT },
		{ "process", SHOW_TREE_PROCESS },
	};
	struct xlsns *x = state;

	(void)opt;
	if (!arg)
		arg = trees[0].name;
	if (*arg == '=')
		arg++;
	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		if (strcmp(arg, trees[i].name) == 0) {
			x->show.tree = trees[i].tree;
			x->tree_given = true;
			return;
		}
	}
	die("unknown tree type: %s", arg);
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
	  .metavar = "pid", .handle = set_task, .exclusive = EXCL_WHICH,
	  .help = "namespaces of a process or thread" },
	{ .letter = 'Q', .name = "filter", .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS,
	  .metavar = "expr", .handle = set_filter, .help = "apply display filter" },
	{ .letter = 'r', .name = "raw", OPT_BOOL(x.show.style.raw), .exclusive = EXCL_FORMAT,
	  .help = "use the raw output format" },
	{ .letter = 'u', .name = "notruncate", OPT_BOOL(x.show.style.no_truncate),
	  .help = "don't truncate text in columns" },
	{ .letter = 'W', .name = "nowrap", OPT_BOOL(x.show.style.no_wrap),
	  .help = "don't use multi-line representation" },
	{ .letter = 't', .name = "type", .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS,
	  .metavar = "list", .handle = set_type,
	  .help = "mnt, net, ipc, user, pid, uts, cgroup, time" },
	{ .letter = 'T', .name = "tree", .letter_arg = OPT_MAY, .name_arg = OPT_MAY,
	  .metavar = "rel", .handle = set_tree,
	  .help = "tree by owner, parent or process" },
	COLOR_OPTION,
	{ .letter = 'H', .name = "list-columns", OPT_BOOL(x.list_columns),
	  .help = "list the available columns" },
	OPT_COMMON,
	OPT_END,
};
/* clang-format on */

static const struct opt_program program = {
	.usage = "[options] [<namespace>]",
	.summary = "List the namespaces of this machine.",
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

	if (x.inode)
		show_select(columns, "PID,PPID,USER,COMMAND");
	else if (x.show.types & 1u << XNS_NET)
		show_select(columns, "NS,TYPE,NPROCS,PID,USER,NETNSID,NSFS,COMMAND");
	else
		show_select(columns, "NS,TYPE,NPROCS,PID,USER,COMMAND");
	if (x.all_columns)
		show_select_all(columns);
	if (x.columns && (wrong = show_select(columns, x.columns)))
		die("unknown column: %s", wrong);
}

static int fail(struct xns_ctx *ctx, int err)
{
	warn("%s: %s", xns_error(ctx), strerror(-err));
	return EXIT_FAILURE;
}

/* The whole work behind the options: one scan, one table. */
static int list(struct xns_ctx *ctx, const struct show_selection *columns)
{
	struct xns_scan_options how = { .size = sizeof(how) };
	struct xns_scan *scan = NULL;
	uint32_t only[XNS_NTYPES];
	const char *why = NULL;
	int err;

	if (x.task) {
		err = xns_task_ns(ctx, x.task, only);
		if (err < 0)
			return fail(ctx, err);
		x.show.only = only;
	}
	how.what = XNS_SCAN_FIND | show_ns_needs(columns);
	err = xns_scan_new(ctx, &how, &scan);
	if (err < 0)
		return fail(ctx, err);
	if (!x.inode) {
		err = show_namespaces(scan, &x.show, &why);
	} else {
		const struct xns_ns *ns = xns_scan_find_ns(scan, -1, x.inode);

		if (!ns)
			die("not found namespace: %u", x.inode);
		err = show_members(scan, ns, &x.show, &why);
	}
	xns_scan_free(scan);
	if (err == 0)
		return EXIT_SUCCESS;
	if (why)
		warn("invalid filter '%s': %s", x.show.style.filter, why);
	else
		warn("cannot print the table: %s", strerror(ENOMEM));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct show_selection columns = show_ns_columns();
	struct xns_ctx *ctx = NULL;

	program_init("xlsns");
	setlocale(LC_ALL, "");
	x.show.tree = SHOW_TREE_PROCESS;
	x.show.style.name = "namespaces";
	int first = opt_parse(&program, &x, argc, argv);
	choose_colors();

	if (x.list_columns)
		return show_list_columns(&columns, "lsns-columns", &x.show.style) < 0;
	if (first < argc && (x.task || x.show.persistent_only))
		die("--%s is mutually exclusive with <namespace>",
		    x.task ? "task" : "persistent");
	if (first + 1 < argc)
		die("unexpected argument: '%s'", argv[first + 1]);
	if (first < argc)
		x.inode = (uint32_t)parse_number(argv[first], 1, UINT32_MAX,
						 "namespace argument");
	/* As lsns: -T wins over -l; with all columns there is no tree unless it is asked for.
	 */
	if (!x.tree_given && (x.list || (x.all_columns && !x.inode)))
		x.show.tree = SHOW_LIST;
	choose_columns(&columns);
	x.show.columns = &columns;
	if (!x.show.types)
		x.show.types = ~0u;

	int err = xns_new(&ctx);
	if (err < 0)
		die("/proc: %s", err == -ENODEV ? "is not a procfs" : strerror(-err));
	int rc = list(ctx, &columns);
	xns_free(ctx);
	return rc;
}
