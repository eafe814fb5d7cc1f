/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xunshare's options: THE table of them, and what each says of the plan. */
#include "config.h"

#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/meant.h"
#include "cmd/util.h"
#include "cmd/xunshare.h"
#include "kernel.h"
#include "ns/type.h"

struct request request;

static XUNSHARE_HANDLER(on_type)
{
	request.plan.flags |= xns_types[opt->value].flag;
	if (arg)
		request.pin[opt->value] = arg;
}

static XUNSHARE_HANDLER(on_fork_signals)
{
	request.plan.fork = request.plan.forward = true;
}

static XUNSHARE_HANDLER(on_init)
{
	request.plan.fork = request.plan.init = true;
}

static XUNSHARE_HANDLER(on_kill_child)
{
	const char *name = arg ? arg : "KILL";

	if (strncmp(name, "SIG", 3) == 0)
		name += 3;
	request.plan.fork = true;
	request.plan.kill_child = 0;
	for (int sig = 1; sig < NSIG; sig++) {
		const char *known = sigabbrev_np(sig);

		if (known && strcmp(known, name) == 0)
			request.plan.kill_child = sig;
	}
	if (!request.plan.kill_child)
		die("unknown signal: %s", arg);
}

static XUNSHARE_HANDLER(on_mount_proc)
{
	request.plan.flags |= CLONE_NEWNS;
	request.plan.mount_proc = arg ? arg : "/proc";
}

/* Below /proc it takes the procfs of the new namespaces, so that one is mounted first. */
static XUNSHARE_HANDLER(on_mount_binfmt)
{
	request.plan.flags |= CLONE_NEWNS | CLONE_NEWUSER;
	if (!arg && !request.plan.mount_proc)
		request.plan.mount_proc = "/proc";
	if (arg || !request.plan.mount_binfmt)
		request.plan.mount_binfmt = arg ? arg : "/proc/sys/fs/binfmt_misc";
}

static XUNSHARE_HANDLER(on_load_interp)
{
	on_mount_binfmt(NULL, NULL, NULL);
	request.plan.load_interp = arg;
}

static uint32_t parse_id(const char *text, const char *what)
{
	return (uint32_t)parse_number(text, 0, UINT32_MAX - 1, what);
}

static XUNSHARE_HANDLER(on_owner)
{
	char uid[16];
	size_t len = strcspn(arg, ":");

	if (!arg[len] || len >= sizeof(uid))
		die("invalid owner: '%s': not UID:GID", arg);
	memcpy(uid, arg, len);
	uid[len] = '\0';
	request.plan.flags |= CLONE_NEWUSER;
	request.plan.owner = true;
	request.plan.owner_uid = parse_id(uid, "owner's user id");
	request.plan.owner_gid = parse_id(arg + len + 1, "owner's group id");
}

static XUNSHARE_HANDLER(on_propagation)
{
	static const char *const names[] = {
		[XNS_PROPAGATION_PRIVATE] = "private",
		[XNS_PROPAGATION_SHARED] = "shared",
		[XNS_PROPAGATION_SLAVE] = "slave",
		[XNS_PROPAGATION_UNCHANGED] = "unchanged",
	};

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], arg) == 0) {
			request.plan.propagation = (enum xns_propagation)i;
			return;
		}
	}
	die_with_choices(opt->metavar, "unsupported propagation mode: %s", arg);
}

static XUNSHARE_HANDLER(on_setgroups)
{
	if (strcmp(arg, "allow") == 0)
		request.plan.setgroups = XNS_SETGROUPS_ALLOW;
	else if (strcmp(arg, "deny") == 0)
		request.plan.setgroups = XNS_SETGROUPS_DENY;
	else
		die_with_choices(opt->metavar, "unsupported --setgroups argument '%s'", arg);
}

static XUNSHARE_HANDLER(on_setuid)
{
	request.plan.set_uid = true;
	request.plan.uid = parse_id(arg, "user id");
}

static XUNSHARE_HANDLER(on_setgid)
{
	request.plan.set_gid = true;
	request.plan.gid = parse_id(arg, "group id");
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

static XUNSHARE_HANDLER(on_monotonic)
{
	request.plan.set_monotonic = true;
	request.plan.monotonic = parse_offset(arg, opt->name);
}

static XUNSHARE_HANDLER(on_boottime)
{
	request.plan.set_boottime = true;
	request.plan.boottime = parse_offset(arg, opt->name);
}

static XUNSHARE_HANDLER(on_hostname)
{
	request.plan.flags |= CLONE_NEWUTS;
	request.plan.hostname = arg;
}

static XUNSHARE_HANDLER(on_lo_up)
{
	request.plan.flags |= CLONE_NEWNET;
	request.plan.lo_up = true;
}

static XUNSHARE_HANDLER(on_netns)
{
	request.plan.flags |= CLONE_NEWNET;
	request.plan.netns = arg;
	request.plan.netns_dir = "/run/netns";
}

static XUNSHARE_HANDLER(on_keep_env)
{
	request.clear_env = true;
	request.keep_env = arg;
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
	TEXT("name", "name", "pin all new namespaces under this name", request.name),
	NEEDS("netns", "name", "make a network namespace as 'ip netns add' does", on_netns),
	TEXT("forget", "name", "undo --name: let the namespaces go", request.forget),
	OPT_SECTION("Users and groups (each implies --user)"),
	NEEDS("map-user", "uid|name", "map current user to uid", xunshare_on_map_user),
	NEEDS("map-group", "gid|name", "map current group to gid", xunshare_on_map_group),
	{ 'r', "map-root-user", .help = "map current user to root",
	  .handle = xunshare_on_map_root },
	{ 'c', "map-current-user", .help = "map current user to itself",
	  .handle = xunshare_on_map_current },
	{ .name = "map-auto",
	  .help = "map users and groups automatically",
	  .handle = xunshare_on_map_auto },
	{ .name = "map-subids",
	  .help = "map the first block of subordinate ids to itself",
	  .handle = xunshare_on_map_subids },
	NEEDS("map-users", "inner:outer:count|auto|subids|all", "map a range of users",
	      xunshare_on_map_users),
	NEEDS("map-groups", "inner:outer:count|auto|subids|all", "map a range of groups",
	      xunshare_on_map_groups),
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
	  "register an interpreter (implies --mount-binfmt)", .handle = on_load_interp },
	NEEDS("propagation", "slave|shared|private|unchanged",
	      "mount propagation in the mount namespace", on_propagation),
	{ 'R', "root", OPT_NEEDS, OPT_NEEDS, "dir", "run the program with this root directory",
	  OPT_TEXT(request.plan.root) },
	{ 'w', "wd", OPT_NEEDS, OPT_NEEDS, "dir", "change the working directory",
	  OPT_TEXT(request.plan.wd) },
	NEEDS("hostname", "name", "set the host name (implies --uts)", on_hostname),
	{ .name = "lo-up",
	  .help = "set the loop-back interface up (implies --net)",
	  .handle = on_lo_up },
	NEEDS("monotonic", "offset", "offset of the monotonic clock, seconds (with -T)",
	      on_monotonic),
	NEEDS("boottime", "offset", "offset of the boot-time clock, seconds (with -T)",
	      on_boottime),
	OPT_SECTION("The program"),
	{ 'f', "fork", .help = "fork before launching the program",
	  OPT_BOOL(request.plan.fork) },
	{ .name = "forward-signals",
	  .help = "hand SIGTERM and SIGINT on (implies --fork)",
	  .handle = on_fork_signals },
	{ .name = "kill-child",
	  .name_arg = OPT_MAY,
	  .metavar = "signame",
	  .help = "when dying, kill the program (implies --fork)",
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
	  OPT_BOOL(request.plan.keep_caps) },
	{ .name = "clear-env",
	  .help = "start with an empty environment",
	  OPT_BOOL(request.clear_env) },
	NEEDS("whitelist-env", "list", "start with only these variables (comma separated)",
	      on_keep_env),
	OPT_SECTION("What is done"),
	{ .name = "explain",
	  .help = "tell the steps and system calls, then take them",
	  OPT_BOOL(request.explain) },
	{ .name = "dry-run", .help = "only tell the steps", OPT_BOOL(request.dry_run) },
	OPT_COMMON,
	OPT_END
};

const struct opt_program xunshare_program = {
	.usage = "[options] [<program> [<argument>...]]",
	.summary = "Run a program in new namespaces.",
	.man = "xunshare(1)",
	.opts = options,
	.stop_at_operand = true,
};
