/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xnsenter: runs a program in namespaces that exist. Options become a struct xns_enter. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/opt.h"
#include "cmd/util.h"
#include "ns/type.h"
#include "private.h"

enum { X_WD = 1, X_MOUNT = 2, X_UID = 4, X_GID = 8 };

/* An option with an optional argument: given at all, and with what (NULL: nothing). */
struct may {
	bool given;
	const char *arg;
};

static struct {
	struct xns_enter plan;
	struct may type[XNS_NTYPES];
	struct may root, wd, wdns;
	const char *net_socket, *name;
	bool explain, dry_run;
	char directory[4096];
	struct xns_source sources[XNS_NTYPES + 1];
} s;

/* --- options ---------------------------------------------------------------------------- */

/* Stores "given, with @arg"; the equals sign that people put behind a letter is dropped. */
static void on_may(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	if (arg && *arg == '=')
		arg++;
	*(struct may *)opt->value = (struct may){ true, arg };
}

static void on_type(void *state, const struct opt *opt, const char *arg)
{
	struct opt row = *opt;

	row.value = (intptr_t)&s.type[opt->value];
	on_may(state, &row, arg);
}

static uint32_t parse_id(const char *arg, enum xns_id_from *from, const char *what)
{
	*from = XNS_ID_FOLLOW;
	if (strcmp(arg, "follow") == 0)
		return 0;
	*from = XNS_ID_GIVEN;
	/* The highest number means "no change" to the kernel. */
	return (uint32_t)parse_number(arg, 0, UINT32_MAX - 1, what);
}

static void on_setuid(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	s.plan.uid = parse_id(arg, &s.plan.uid_from, "user id");
}

static void on_setgid(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	s.plan.gid = parse_id(arg, &s.plan.gid_from, "group id");
}

static void on_preserve_credentials(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	(void)arg;
	if (s.plan.uid_from == XNS_ID_DEFAULT)
		s.plan.uid_from = XNS_ID_KEEP;
	if (s.plan.gid_from == XNS_ID_DEFAULT)
		s.plan.gid_from = XNS_ID_KEEP;
}

/* Looked at now, before descriptors of our own take the numbers. */
static void on_preserve_fds(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	s.plan.preserve_fds = (unsigned)parse_number(arg, 0, 1 << 20, "number of descriptors");
	for (unsigned fd = 3; fd < 3 + s.plan.preserve_fds; fd++)
		if (fcntl((int)fd, F_GETFD) < 0)
			die("--preserve-fds=%s: descriptor %u is not open", arg, fd);
}

static const struct opt options[] = {
	{ 'a', "all", .help = "enter all namespaces of the target", OPT_BOOL(s.plan.all) },
	{ 't', "target", OPT_NEEDS, OPT_NEEDS, "pid", "process to take namespaces from",
	  OPT_TEXT(s.plan.target) },
	{ .kind = OPT_TYPES,
	  .letter_arg = OPT_MAY,
	  .name_arg = OPT_MAY,
	  .metavar = "file",
	  .help = "enter %s namespace",
	  .handle = on_type },
	{ 'N', "net-socket", OPT_NEEDS, OPT_NEEDS, "fd",
	  "enter network namespace of a socket of the target", OPT_TEXT(s.net_socket) },
	{ .name = "user-parent",
	  .help = "enter parent user namespace",
	  OPT_BOOL(s.plan.user_parent) },
	{ .name = "name",
	  .name_arg = OPT_NEEDS,
	  .metavar = "name",
	  .help = "enter what xunshare --name made",
	  OPT_TEXT(s.name) },
	{ .name = "netns",
	  .name_arg = OPT_NEEDS,
	  .metavar = "name",
	  .help = "as ip netns exec: with its own /sys and /etc",
	  OPT_TEXT(s.plan.netns) },
	OPT_SECTION("Program"),
	{ 'S', "setuid", OPT_NEEDS, OPT_NEEDS, "uid|follow", "set uid in entered namespace",
	  .handle = on_setuid },
	{ 'G', "setgid", OPT_NEEDS, OPT_NEEDS, "gid|follow", "set gid in entered namespace",
	  .handle = on_setgid },
	{ .name = "preserve-credentials",
	  .help = "do not touch uids or gids",
	  .handle = on_preserve_credentials },
	{ .name = "keep-caps",
	  .help = "retain capabilities granted in user namespaces",
	  OPT_BOOL(s.plan.keep_caps) },
	{ .name = "drop-caps",
	  .help = "have no capability that the target cannot get",
	  OPT_BOOL(s.plan.drop_caps) },
	{ .name = "no-new-privs",
	  .help = "gain no privileges by set-user-ID programs",
	  OPT_BOOL(s.plan.no_new_privs) },
	{ 'r', "root", OPT_MAY, OPT_MAY, "dir", "set the root directory", .handle = on_may,
	  .value = (intptr_t)&s.root },
	{ 'w', "wd", OPT_MAY, OPT_MAY, "dir", "set the working directory", .handle = on_may,
	  .value = (intptr_t)&s.wd, .exclusive = X_WD },
	{ 'W', "wdns", OPT_MAY, OPT_MAY, "dir", "set the working directory in namespace",
	  .handle = on_may, .value = (intptr_t)&s.wdns, .exclusive = X_WD },
	{ .name = "wd-outside",
	  .help = "let --wd lead out of what is entered",
	  OPT_BOOL(s.plan.wd_outside) },
	{ 'e', "env", .help = "take the environment of the target", OPT_BOOL(s.plan.env) },
	{ .name = "pty", .help = "give <program> a terminal of its own", OPT_BOOL(s.plan.pty) },
	{ 'F', "no-fork", .help = "do not fork before executing <program>",
	  OPT_BOOL(s.plan.no_fork) },
	{ 'c', "join-cgroup", .help = "join the cgroups of the target",
	  OPT_BOOL(s.plan.join_cgroup) },
	{ 'Z', "follow-context", .help = "take the security context of the target",
	  OPT_BOOL(s.plan.follow_label) },
	{ .name = "preserve-fds",
	  .name_arg = OPT_NEEDS,
	  .metavar = "n",
	  .help = "pass descriptors 3 to 2 + n on",
	  .handle = on_preserve_fds },
	OPT_SECTION("Other options"),
	{ .name = "explain", .help = "say what is done, step by step", OPT_BOOL(s.explain) },
	{ .name = "dry-run", .help = "only say what would be done", OPT_BOOL(s.dry_run) },
	OPT_COMMON,
	OPT_END,
};

static const struct opt_program program = {
	.usage = "[options] [<program> [<argument>...]]",
	.summary = "Run a program with namespaces of other processes.",
	.more = "<file> is a namespace file or :NSID, for --net also @NAME of ip-netns(8).\n"
		"<pid> is PID, PID:INODE, PID@OTHER or ns:TYPE:[INODE].\n",
	.man = "xnsenter(1)",
	.opts = options,
	.stop_at_operand = true,
};

/* --- from options to a plan ------------------------------------------------------------- */

static _Noreturn void fail(const struct xns_ctx *ctx, int rc, int exit_code)
{
	/* What is wrong with the command line alone has no errno worth telling. */
	if (rc == -EINVAL && strncmp(xns_error(ctx), "no ", 3) == 0)
		warn("%s", xns_error(ctx));
	else
		warn("%s: %s", xns_error(ctx), strerror(-rc));
	if (rc == -EINVAL && strcmp(xns_error(ctx), "no namespace specified") == 0)
		hint("-t PID says whose; -a all of them, or some of -m -u -i -n -p -U -C -T");
	if (*xns_hint(ctx))
		hint("%s", xns_hint(ctx));
	exit(exit_code);
}

static void on_note(void *arg, const char *text)
{
	(void)arg;
	warn("%s", text);
}

static void need_target(bool given, const char *option)
{
	if (given && !s.plan.target)
		die_with_hint("-t PID says whose, or =FILE behind a type names one",
			      "no target PID specified for --%s", option);
}

static void check_options(void)
{
	xns_for_each_type (t)
		need_target(s.type[t].given && !s.type[t].arg, xns_types[t].option);
	need_target(s.plan.all, "all");
	need_target(s.net_socket, "net-socket");
	need_target(s.root.given && !s.root.arg, "root");
	need_target(s.wd.given && !s.wd.arg, "wd");
	need_target(s.plan.env, "env");
	need_target(s.plan.join_cgroup, "join-cgroup");
	need_target(s.plan.follow_label, "follow-context");
	need_target(s.plan.drop_caps, "drop-caps");
	need_target(s.plan.uid_from == XNS_ID_FOLLOW, "setuid=follow");
	need_target(s.plan.gid_from == XNS_ID_FOLLOW, "setgid=follow");
	if (s.plan.netns && (s.plan.all || s.type[XNS_MNT].given || s.type[XNS_NET].given ||
			     s.name || s.net_socket))
		die("--netns makes a mount namespace of its own and cannot be combined with "
		    "--all, --mount, --net, --net-socket and --name");
}

/* Where xunshare --name pins namespaces: in a directory of root's, or of the user's. */
static void choose_directory(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int n;

	if (!*s.name || strchr(s.name, '/') || s.name[0] == '.')
		die("invalid name: '%s'", s.name);
	if (geteuid() != 0 && (!runtime || *runtime != '/'))
		die("--name=%s: XDG_RUNTIME_DIR is not set", s.name);
	n = snprintf(s.directory, sizeof(s.directory), "%s/xns/%s",
		     geteuid() == 0 ? "/run" : runtime, s.name);
	if (n >= (int)sizeof(s.directory))
		die("--name=%s: %s", s.name, strerror(ENAMETOOLONG));
	s.plan.directory = s.directory;
}

/* An argument that names a directory, or "" for that of the target. */
static const char *directory(const struct may *may, const char *of_target)
{
	if (!may->given || !may->arg)
		return may->given ? of_target : NULL;
	if (!*may->arg)
		die("open '': %s", strerror(ENOENT));
	return may->arg;
}

static void make_plan(void)
{
	struct xns_source *source = s.sources;

	check_options();
	xns_for_each_type (t) {
		if (s.type[t].arg)
			*source++ = (struct xns_source){ t, s.type[t].arg };
		else if (s.type[t].given)
			s.plan.types |= xns_types[t].flag;
	}
	s.plan.sources = s.sources;
	if (s.name)
		choose_directory();
	if (s.net_socket)
		s.plan.net_socket =
			(int)parse_number(s.net_socket, 0, INT32_MAX, "socket descriptor");
	s.plan.root = directory(&s.root, "");
	s.plan.wd = directory(&s.wd, "");
	s.plan.wdns = directory(&s.wdns, ".");
	s.plan.note = on_note;
}

static void explain(struct xns_entry *entry, FILE *to)
{
	const char *what, *call;

	for (unsigned n = 0; xns_entry_step(entry, n, &what, &call); n++)
		fprintf(to, "%2u. %-58s %s\n", n + 1, what, call);
	if (to == stdout && flush_stdout() < 0)
		exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	struct xns_program run = {
		.size = sizeof(run),
		.envp = environ,
		.path = getenv("PATH"),
		.shell = getenv("SHELL"),
	};
	static struct xns_entry *entry; /* in use to the end: exit frees them */
	static struct xns_ctx *ctx;
	int status, rc;

	program_init("xnsenter");
	s.plan = (struct xns_enter)XNS_ENTER_INIT;
	run.argv = argv + opt_parse(&program, NULL, argc, argv);
	make_plan();
	if ((rc = xns_new(&ctx)) < 0)
		die("open /proc: %s", strerror(-rc));
	if ((rc = xns_entry_new(ctx, &s.plan, &entry)) < 0)
		fail(ctx, rc, EXIT_FAILURE);
	if (s.explain || s.dry_run)
		explain(entry, s.dry_run ? stdout : stderr);
	if (s.dry_run)
		return EXIT_SUCCESS;
	if ((rc = xns_entry_run(ctx, entry, &run, &status)) < 0)
		fail(ctx, rc, WEXITSTATUS(status));
	return xns_pass_status(status);
}
