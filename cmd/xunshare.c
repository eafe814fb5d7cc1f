/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xunshare: runs a program in new namespaces. Options become a struct xns_create. */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/opt.h"
#include "cmd/util.h"
#include "kernel.h"
#include "ns/type.h"
#include "private.h"

#define MAX_RANGES 340 /* lines that the kernel takes */

struct ranges {
	struct xns_map_range v[MAX_RANGES];
	size_t n;
};

static struct {
	struct xns_create plan;
	const char *pin[XNS_NTYPES];
	struct ranges users, groups;
	bool single_group; /* --map-group, -r, -c: setgroups has to be denied */
	const char *name, *forget;
	bool explain, dry_run;
	bool clear_env;
	const char *keep_env;
	char directory[4096];
} s;

/* --- options ---------------------------------------------------------------------------- */

/* Handlers whose parameters tell all in one place: @value is what the row gives. */
#define HANDLER(name)                                                   \
	static void name(void *state __attribute__((unused)),           \
			 const struct opt *opt __attribute__((unused)), \
			 const char *arg __attribute__((unused)))

HANDLER(on_type)
{
	s.plan.flags |= xns_types[opt->value].flag;
	if (arg)
		s.pin[opt->value] = arg;
}

HANDLER(on_fork_signals)
{
	s.plan.fork = s.plan.forward = true;
}

HANDLER(on_init)
{
	s.plan.fork = s.plan.init = true;
}

HANDLER(on_kill_child)
{
	const char *name = arg ? arg : "KILL";

	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	s.plan.fork = true;
	s.plan.kill_child = 0;
	for (int sig = 1; sig < NSIG; sig++) {
		const char *known = sigabbrev_np(sig);

		if (known && strcmp(known, name) == 0)
			s.plan.kill_child = sig;
	}
	if (!s.plan.kill_child)
		die("unknown signal: %s", arg);
}

HANDLER(on_mount_proc)
{
	s.plan.flags |= CLONE_NEWNS;
	s.plan.mount_proc = arg ? arg : "/proc";
}

/* Below /proc it takes the procfs of the new namespaces, so that one is mounted first. */
HANDLER(on_mount_binfmt)
{
	s.plan.flags |= CLONE_NEWNS | CLONE_NEWUSER;
	if (!arg && !s.plan.mount_proc)
		s.plan.mount_proc = "/proc";
	if (arg || !s.plan.mount_binfmt)
		s.plan.mount_binfmt = arg ? arg : "/proc/sys/fs/binfmt_misc";
}

HANDLER(on_load_interp)
{
	on_mount_binfmt(NULL, NULL, NULL);
	s.plan.load_interp = arg;
}

static void map_user(uint32_t id)
{
	s.plan.flags |= CLONE_NEWUSER;
	s.plan.users.single = true;
	s.plan.users.single_inner = id;
}

static void map_group(uint32_t id)
{
	s.plan.flags |= CLONE_NEWUSER;
	s.plan.groups.single = true;
	s.plan.groups.single_inner = id;
	s.single_group = true;
}

static bool is_number(const char *text)
{
	return *text >= '0' && *text <= '9';
}

HANDLER(on_map_user)
{
	const struct passwd *pw = is_number(arg) ? NULL : getpwnam(arg);

	/* The highest number means "no id" to the kernel. */
	map_user(pw ? pw->pw_uid : (uint32_t)parse_number(arg, 0, UINT32_MAX - 1, "user"));
}

HANDLER(on_map_group)
{
	const struct group *gr = is_number(arg) ? NULL : getgrnam(arg);

	map_group(gr ? gr->gr_gid : (uint32_t)parse_number(arg, 0, UINT32_MAX - 1, "group"));
}

HANDLER(on_map_root)
{
	map_user(0);
	map_group(0);
}

HANDLER(on_map_current)
{
	map_user(geteuid());
	map_group(getegid());
}

/* "INNER:OUTER:COUNT", or "OUTER,INNER,COUNT" as before util-linux 2.39. */
static struct xns_idrange parse_range(const char *text)
{
	const char sep = strchr(text, ',') ? ',' : ':';
	uint64_t n[3];
	const char *p = text;

	for (int i = 0; i < 3; i++) {
		size_t len = strcspn(p, (const char[]){ sep, '\0' });

		if (xns_parse_u64(p, len, UINT32_MAX, &n[i]) < 0 ||
		    p[len] != (i < 2 ? sep : '\0'))
			die("invalid mapping '%s': not INNER:OUTER:COUNT, auto, subids or all",
			    text);
		p += len + 1;
	}
	if (n[2] == 0)
		die("invalid mapping '%s': the count is 0", text);
	if (n[0] + n[2] > UINT32_MAX || n[1] + n[2] > UINT32_MAX)
		die("invalid mapping '%s': ids end at 4294967294", text);
	bool old = sep == ',';
	return (struct xns_idrange){ (uint32_t)n[old], (uint32_t)n[!old], (uint32_t)n[2] };
}

static void add_range(struct ranges *ranges, const char *text)
{
	struct xns_map_range *r = &ranges->v[ranges->n];

	s.plan.flags |= CLONE_NEWUSER;
	if (ranges->n == MAX_RANGES)
		die("too many mappings: the kernel takes %d", MAX_RANGES);
	ranges->n++;
	if (strcmp(text, "auto") == 0)
		r->kind = XNS_RANGE_AUTO;
	else if (strcmp(text, "subids") == 0)
		r->kind = XNS_RANGE_SUBIDS;
	else if (strcmp(text, "all") == 0)
		r->kind = XNS_RANGE_ALL;
	else
		r->range = parse_range(text);
}

HANDLER(on_map_users)
{
	add_range(&s.users, arg);
}

HANDLER(on_map_groups)
{
	add_range(&s.groups, arg);
}

HANDLER(on_map_auto)
{
	add_range(&s.users, "auto");
	add_range(&s.groups, "auto");
}

HANDLER(on_map_subids)
{
	add_range(&s.users, "subids");
	add_range(&s.groups, "subids");
}

static uint32_t parse_id(const char *text, const char *what)
{
	return (uint32_t)parse_number(text, 0, UINT32_MAX - 1, what);
}

HANDLER(on_owner)
{
	char uid[16];
	size_t len = strcspn(arg, ":");

	if (!arg[len] || len >= sizeof(uid))
		die("invalid owner: '%s': not UID:GID", arg);
	memcpy(uid, arg, len);
	uid[len] = '\0';
	s.plan.flags |= CLONE_NEWUSER;
	s.plan.owner = true;
	s.plan.owner_uid = parse_id(uid, "owner's user id");
	s.plan.owner_gid = parse_id(arg + len + 1, "owner's group id");
}

HANDLER(on_propagation)
{
	static const char *const names[] = {
		[XNS_PROPAGATION_PRIVATE] = "private",
		[XNS_PROPAGATION_SHARED] = "shared",
		[XNS_PROPAGATION_SLAVE] = "slave",
		[XNS_PROPAGATION_UNCHANGED] = "unchanged",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], arg) == 0) {
			s.plan.propagation = (enum xns_propagation)i;
			return;
		}
	}
	die("unsupported propagation mode: %s", arg);
}

HANDLER(on_setgroups)
{
	if (strcmp(arg, "allow") == 0)
		s.plan.setgroups = XNS_SETGROUPS_ALLOW;
	else if (strcmp(arg, "deny") == 0)
		s.plan.setgroups = XNS_SETGROUPS_DENY;
	else
		die("unsupported --setgroups argument '%s'", arg);
}

HANDLER(on_setuid)
{
	s.plan.set_uid = true;
	s.plan.uid = parse_id(arg, "user id");
}

HANDLER(on_setgid)
{
	s.plan.set_gid = true;
	s.plan.gid = parse_id(arg, "group id");
}

/* Seconds; what the kernel makes of their sum with the clock is its affair. */
static int64_t parse_offset(const char *arg, const char *what)
{
	const bool negative = *arg == '-';
	uint64_t n;

	if (xns_parse_u64(arg + negative, strlen(arg + negative), INT64_MAX, &n) < 0)
		die("failed to parse %s offset: '%s'", what, arg);
	return negative ? -(int64_t)n : (int64_t)n;
}

HANDLER(on_monotonic)
{
	s.plan.set_monotonic = true;
	s.plan.monotonic = parse_offset(arg, opt->name);
}

HANDLER(on_boottime)
{
	s.plan.set_boottime = true;
	s.plan.boottime = parse_offset(arg, opt->name);
}

HANDLER(on_hostname)
{
	s.plan.flags |= CLONE_NEWUTS;
	s.plan.hostname = arg;
}

HANDLER(on_lo_up)
{
	s.plan.flags |= CLONE_NEWNET;
	s.plan.lo_up = true;
}

HANDLER(on_netns)
{
	s.plan.flags |= CLONE_NEWNET;
	s.plan.netns = arg;
	s.plan.netns_dir = "/run/netns";
}

HANDLER(on_keep_env)
{
	s.clear_env = true;
	s.keep_env = arg;
}

#define NEEDS(long_name, variable, text, on)                                                 \
	{                                                                                    \
		.name = long_name, .name_arg = OPT_NEEDS, .metavar = variable, .help = text, \
		.handle = on                                                                 \
	}

#define TEXT(long_name, variable, text, where)                                               \
	{                                                                                    \
		.name = long_name, .name_arg = OPT_NEEDS, .metavar = variable, .help = text, \
		OPT_TEXT(where)                                                              \
	}

static const struct opt options[] = {
	OPT_SECTION("Namespaces"),
	{ .kind = OPT_TYPES,
	  .name_arg = OPT_MAY,
	  .metavar = "file",
	  .help = "make a new %s namespace",
	  .handle = on_type },
	TEXT("name", "name", "pin all new namespaces under this name", s.name),
	NEEDS("netns", "name", "make a network namespace as 'ip netns add' does", on_netns),
	TEXT("forget", "name", "undo --name: let the namespaces go", s.forget),
	OPT_SECTION("Users and groups (each implies --user)"),
	NEEDS("map-user", "uid|name", "map current user to uid", on_map_user),
	NEEDS("map-group", "gid|name", "map current group to gid", on_map_group),
	{ 'r', "map-root-user", .help = "map current user to root", .handle = on_map_root },
	{ 'c', "map-current-user", .help = "map current user to itself",
	  .handle = on_map_current },
	{ .name = "map-auto",
	  .help = "map users and groups automatically",
	  .handle = on_map_auto },
	{ .name = "map-subids",
	  .help = "map the first block of subordinate ids to itself",
	  .handle = on_map_subids },
	NEEDS("map-users", "inner:outer:count|auto|subids|all", "map a range of users",
	      on_map_users),
	NEEDS("map-groups", "inner:outer:count|auto|subids|all", "map a range of groups",
	      on_map_groups),
	NEEDS("owner", "uid:gid", "set the owner of the user namespace", on_owner),
	NEEDS("setgroups", "allow|deny", "control setgroups(2) in user namespaces",
	      on_setgroups),
	OPT_SECTION("The program's surroundings"),
	{ .name = "mount-proc",
	  .name_arg = OPT_MAY,
	  .metavar = "dir",
	  .help = "mount a procfs first (implies --mount)",
	  .handle = on_mount_proc },
	{ .name = "mount-binfmt",
	  .name_arg = OPT_MAY,
	  .metavar = "dir",
	  .help = "mount binfmt_misc first (implies --user and --mount)",
	  .handle = on_mount_binfmt },
	{ 'l', "load-interp", OPT_NEEDS, OPT_NEEDS, "string",
	  "register an interpreter there (implies --mount-binfmt)", .handle = on_load_interp },
	NEEDS("propagation", "slave|shared|private|unchanged",
	      "mount propagation in the mount namespace", on_propagation),
	{ 'R', "root", OPT_NEEDS, OPT_NEEDS, "dir", "run the program with this root directory",
	  OPT_TEXT(s.plan.root) },
	{ 'w', "wd", OPT_NEEDS, OPT_NEEDS, "dir", "change the working directory",
	  OPT_TEXT(s.plan.wd) },
	NEEDS("hostname", "name", "set the host name (implies --uts)", on_hostname),
	{ .name = "lo-up",
	  .help = "set the loop-back interface up (implies --net)",
	  .handle = on_lo_up },
	NEEDS("monotonic", "offset",
	      "set clock monotonic offset (seconds) in the time namespace", on_monotonic),
	NEEDS("boottime", "offset", "set clock boottime offset (seconds) in the time namespace",
	      on_boottime),
	OPT_SECTION("The program"),
	{ 'f', "fork", .help = "fork before launching the program", OPT_BOOL(s.plan.fork) },
	{ .name = "forward-signals",
	  .help = "forward SIGTERM and SIGINT to the program (implies --fork)",
	  .handle = on_fork_signals },
	{ .name = "kill-child",
	  .name_arg = OPT_MAY,
	  .metavar = "signame",
	  .help = "when dying, kill the program (implies --fork); defaults to SIGKILL",
	  .handle = on_kill_child },
	{ .name = "init",
	  .help = "with --pid: PID 1 is a small init (implies --fork)",
	  .handle = on_init },
	{ 'S', "setuid", OPT_NEEDS, OPT_NEEDS, "uid", "set uid of the program",
	  .handle = on_setuid },
	{ 'G', "setgid", OPT_NEEDS, OPT_NEEDS, "gid", "set gid of the program",
	  .handle = on_setgid },
	{ .name = "keep-caps",
	  .help = "retain capabilities granted in user namespaces",
	  OPT_BOOL(s.plan.keep_caps) },
	{ .name = "clear-env",
	  .help = "start with an empty environment",
	  OPT_BOOL(s.clear_env) },
	NEEDS("whitelist-env", "list", "start with only these variables (comma separated)",
	      on_keep_env),
	OPT_SECTION("What is done"),
	{ .name = "explain",
	  .help = "tell the steps, with their system calls, before they are taken",
	  OPT_BOOL(s.explain) },
	{ .name = "dry-run", .help = "only tell the steps", OPT_BOOL(s.dry_run) },
	OPT_COMMON,
	OPT_END
};

static const struct opt_program program = {
	.usage = "[options] [<program> [<argument>...]]",
	.summary = "Run a program in new namespaces.",
	.man = "xunshare(1)",
	.opts = options,
	.stop_at_operand = true,
};

/* --- from options to a plan ------------------------------------------------------------- */

static void check_options(void)
{
	if (s.plan.setgroups == XNS_SETGROUPS_ALLOW && s.single_group)
		die("options --setgroups=allow and --map-group are mutually exclusive");
	if ((s.plan.set_monotonic || s.plan.set_boottime) && !(s.plan.flags & CLONE_NEWTIME))
		die("options --monotonic and --boottime require unsharing of a time namespace "
		    "(-T)");
	if (s.plan.init && !(s.plan.flags & CLONE_NEWPID))
		die("option --init requires unsharing of a PID namespace (-p)");
	if (s.name && !s.plan.flags)
		die("option --name requires a namespace to give the name to");
	if (s.plan.netns &&
	    (!*s.plan.netns || strchr(s.plan.netns, '/') || *s.plan.netns == '.'))
		die("invalid name: '%s'", s.plan.netns);
}

/* /run/xns/NAME, or below XDG_RUNTIME_DIR for ordinary users. */
static const char *name_directory(const char *name)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *base = geteuid() == 0 ? "/run" : runtime;

	if (!*name || strchr(name, '/') || *name == '.')
		die("invalid name: '%s'", name);
	if (!base || *base != '/')
		die("name %s: XDG_RUNTIME_DIR is not set", name);
	if (snprintf(s.directory, sizeof(s.directory), "%s/xns/%s", base, name) >=
	    (int)sizeof(s.directory))
		die("name %s: %s", name, strerror(ENAMETOOLONG));
	return s.directory;
}

static void make_plan(void)
{
	check_options();
	/* An ordinary user may map a group only where nobody can leave groups. */
	if (s.single_group && s.plan.setgroups == XNS_SETGROUPS_KEEP)
		s.plan.setgroups = XNS_SETGROUPS_DENY;
	s.plan.pin = s.pin;
	s.plan.users.ranges = s.users.v;
	s.plan.users.nranges = s.users.n;
	s.plan.groups.ranges = s.groups.v;
	s.plan.groups.nranges = s.groups.n;
	if (s.name)
		s.plan.name_dir = name_directory(s.name);
}

/* Is the variable @entry ("NAME=value") in the comma-separated @list? */
static bool in_list(const char *entry, const char *list)
{
	size_t len = strcspn(entry, "=");

	while (list && *list) {
		size_t n = strcspn(list, ",");

		if (n == len && strncmp(list, entry, n) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

static char **environment(void)
{
	size_t n = 0;

	if (!s.clear_env)
		return environ;
	for (size_t i = 0; environ[i]; i++)
		n++;
	char **kept = calloc(n + 1, sizeof(*kept));
	if (!kept)
		die("%s", strerror(ENOMEM));
	n = 0;
	for (size_t i = 0; environ[i]; i++)
		if (in_list(environ[i], s.keep_env))
			kept[n++] = environ[i];
	return kept;
}

static void on_step(void *arg, const char *call, const char *purpose)
{
	static int n;

	fprintf(arg, "%2d. %-34s %s\n", ++n, call, purpose);
}

static _Noreturn void fail(const struct xns_ctx *ctx, int rc, int exit_code)
{
	warn("%s: %s", xns_error(ctx), strerror(-rc));
	if (*xns_hint(ctx))
		hint("%s", xns_hint(ctx));
	exit(exit_code);
}

static void explain(struct xns_ctx *ctx, const struct xns_program *run, FILE *to)
{
	int rc = xns_create_explain(ctx, &s.plan, run, on_step, to);

	if (rc < 0)
		fail(ctx, rc, EXIT_FAILURE);
	fflush(to);
}

int main(int argc, char **argv)
{
	struct xns_program run = {
		.size = sizeof(run),
		.path = getenv("PATH"),
		.shell = getenv("SHELL"),
	};
	struct xns_ctx lazy = XNS_CTX_LAZY, *ctx = &lazy;
	int status, rc;

	program_init("xunshare");
	s.plan.size = sizeof(s.plan);
	run.argv = argv + opt_parse(&program, NULL, argc, argv);
	if (s.forget) {
		rc = xns_forget(ctx, name_directory(s.forget));
		if (rc < 0)
			fail(ctx, rc, EXIT_FAILURE);
		return EXIT_SUCCESS;
	}
	make_plan();
	run.envp = environment();
	if (s.explain || s.dry_run)
		explain(ctx, &run, s.dry_run ? stdout : stderr);
	if (s.dry_run)
		return EXIT_SUCCESS;
	rc = xns_create_run(ctx, &s.plan, &run, &status);
	if (rc < 0)
		fail(ctx, rc, WEXITSTATUS(status));
	if (flush_stdout() < 0)
		return EXIT_FAILURE;
	return xns_pass_status(status);
}
