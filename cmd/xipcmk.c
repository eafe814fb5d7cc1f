/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcmk: makes IPC objects, all that are asked for or none. */
#include "config.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/opt.h"
#include "cmd/util.h"
#include "show/cell.h"
#include "size.h"

static struct {
	bool wanted[XNS_IPC_NKINDS];
	const char *amount[XNS_IPC_NKINDS];
	const char *mode, *name, *ns, *key, *owner;
	bool quiet, json, print_key;
} want = { .mode = "0644" };

static void want_kind(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	want.wanted[opt->value] = true;
	want.amount[opt->value] = arg;
}

#define KIND(k, l, n, a, m, h)                                                  \
	{                                                                       \
		.letter = (l), .name = (n), .letter_arg = (a), .name_arg = (a), \
		.metavar = (m), .help = (h), .handle = want_kind, .value = (k)  \
	}
#define TEXT(l, n, m, h, variable)                                                          \
	{                                                                                   \
		.letter = (l), .name = (n), .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS, \
		.metavar = (m), .help = (h), OPT_TEXT(variable)                             \
	}

static const struct opt options[] = {
	KIND(XNS_IPC_SHM, 'M', "shmem", OPT_NEEDS, "size",
	     "create shared memory segment of <size>"),
	KIND(XNS_IPC_PSHM, 'm', "posix-shmem", OPT_NEEDS, "size",
	     "create POSIX shared memory of <size>"),
	KIND(XNS_IPC_SEM, 'S', "semaphore", OPT_NEEDS, "number",
	     "create semaphore set with <number> elements"),
	KIND(XNS_IPC_PSEM, 's', "posix-semaphore", OPT_NONE, NULL, "create POSIX semaphore"),
	KIND(XNS_IPC_MSG, 'Q', "queue", OPT_NONE, NULL, "create message queue"),
	KIND(XNS_IPC_PMSG, 'q', "posix-mqueue", OPT_NONE, NULL, "create POSIX message queue"),
	TEXT('p', "mode", "mode", "permissions in octal (default is 0644)", want.mode),
	TEXT('n', "name", "name", "name of the POSIX objects", want.name),
	TEXT(0, "key", "key", "use this System V key, not a random one", want.key),
	TEXT(0, "owner", "uid[:gid]", "give the objects to another owner", want.owner),
	TEXT(0, "ns", "PID|file", "create in this IPC namespace", want.ns),
	OPT_SECTION("Output options"),
	{ .letter = 'J', .name = "json", .help = "use JSON output", OPT_BOOL(want.json) },
	{ .name = "print-key", .help = "print the System V key too", OPT_BOOL(want.print_key) },
	{ .name = "quiet", .help = "print nothing but the id or name", OPT_BOOL(want.quiet) },
	OPT_SECTION("Common options"),
	OPT_COMMON,
	OPT_END,
};

static const struct opt_program program = {
	.usage = "[options]",
	.summary = "Create System V and POSIX IPC objects.",
	.more = "Arguments:\n"
		" <size> may be followed by KiB, MiB, GiB, TiB, PiB, EiB (the \"iB\" is "
		"optional)\n"
		" or by KB, MB, GB, TB, PB, EB. POSIX objects need --name.\n",
	.man = "xipcmk(1)",
	.opts = options,
};

static uint64_t parse_size(const char *text, uint64_t min, uint64_t max)
{
	uint64_t size = 0;
	int err = xns_parse_size(text, &size);

	if (err == -EINVAL)
		die_with_hint("a size is a number, and behind it K, M, G, T, P or E",
			      "failed to parse size: '%s'", text);
	if (err == -ERANGE || size < min || size > max)
		die("size out of range (%" PRIu64 " to %" PRIu64 "): '%s'", min, max, text);
	return size;
}

static uint32_t parse_mode(const char *text)
{
	uint32_t mode = 0;
	int err = xns_parse_mode(text, &mode);

	if (err == -EINVAL)
		die_with_hint("a mode is octal, such as 0600", "failed to parse mode: '%s'",
			      text);
	if (err == -ERANGE)
		die("mode out of range (0 to 07777): '%s'", text);
	return mode;
}

static uint32_t parse_key(const char *text)
{
	uint32_t key = 0;
	int err = ipc_parse_key(text, &key);

	if (err == -EINVAL)
		die("failed to parse key: '%s'", text);
	if (err == -ERANGE)
		die("key out of range (0 to 0xffffffff): '%s'", text);
	return key;
}

/* "1000:100", "root:adm", "1000", ":100". */
static void parse_owner(const char *text, struct xns_ipc_spec *spec)
{
	const char *colon = strchr(text, ':');
	char user[256];
	int len = colon ? (int)(colon - text) : (int)strlen(text);

	spec->has_owner = true;
	spec->uid = (uid_t)-1;
	spec->gid = (gid_t)-1;
	if (len >= (int)sizeof(user) || (len == 0 && (!colon || !colon[1])))
		die("invalid owner: '%s'", text);
	snprintf(user, sizeof(user), "%.*s", len, text);
	if (user[0] >= '0' && user[0] <= '9') {
		spec->uid = (uid_t)parse_number(user, 0, UINT32_MAX - 1, "owner");
	} else if (user[0]) {
		struct passwd *pw = getpwnam(user);
		if (!pw)
			die("unknown user: '%s'", user);
		spec->uid = pw->pw_uid;
	}
	if (colon && colon[1] >= '0' && colon[1] <= '9') {
		spec->gid = (gid_t)parse_number(colon + 1, 0, UINT32_MAX - 1, "group");
	} else if (colon && colon[1]) {
		struct group *gr = getgrnam(colon + 1);
		if (!gr)
			die("unknown group: '%s'", colon + 1);
		spec->gid = gr->gr_gid;
	}
}

/* Checks all arguments before anything is made. Returns how many objects are wanted. */
static size_t plan(struct xns_ipc *ipc, struct xns_ipc_spec *specs)
{
	static const enum xns_ipc_kind order[] = { XNS_IPC_SHM,  XNS_IPC_PSHM, XNS_IPC_MSG,
						   XNS_IPC_PMSG, XNS_IPC_SEM,  XNS_IPC_PSEM };
	struct xns_ipc_limits limits = { .size = sizeof(limits) };
	struct xns_ipc_spec common = { .size = sizeof(common), .mode = parse_mode(want.mode) };
	size_t n = 0;
	bool limited = want.wanted[XNS_IPC_SHM] || want.wanted[XNS_IPC_SEM];
	int err = limited ? xns_ipc_get_limits(ipc, &limits) : 0;

	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	if (want.owner)
		parse_owner(want.owner, &common);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		enum xns_ipc_kind kind = order[i];
		struct xns_ipc_spec *spec = &specs[n];

		if (!want.wanted[kind])
			continue;
		*spec = common;
		spec->kind = kind;
		if (ipc_kinds[kind].posix)
			spec->name = want.name;
		if (!ipc_kinds[kind].posix && want.key) {
			spec->has_key = true;
			spec->key = parse_key(want.key);
		}
		if (kind == XNS_IPC_SHM)
			spec->amount =
				parse_size(want.amount[kind], limits.shmmin, limits.shmmax);
		else if (kind == XNS_IPC_PSHM)
			spec->amount = parse_size(want.amount[kind], 0, INT64_MAX);
		else if (kind == XNS_IPC_SEM)
			spec->amount = parse_number(want.amount[kind], 1, limits.semmsl,
						    "number of semaphores");
		n++;
	}
	return n;
}

/* A POSIX name may be any bytes: JSON has them as UTF-8, others as \xNN. */
static void print_json_string(const char *text)
{
	char *safe = show_safe_text(text, true);

	if (!safe)
		die("cannot allocate memory");
	putchar('"');
	for (const char *p = safe; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
	free(safe);
}

static void print_json(const struct xns_ipc_spec *specs, size_t n)
{
	printf("{\n   \"ipcobjects\": [\n      ");
	for (size_t i = 0; i < n; i++) {
		const struct xns_ipc_spec *s = &specs[i];

		printf("{\n         \"type\": \"%s\",\n", ipc_kinds[s->kind].keyword);
		if (s->name) {
			printf("         \"name\": ");
			print_json_string(s->name);
		} else {
			printf("         \"id\": %d,\n         \"key\": \"0x%08x\"", s->id,
			       s->made_key);
		}
		printf("\n      }%s", i + 1 < n ? "," : "\n");
	}
	printf("   ]\n}\n");
}

static void print_one(const struct xns_ipc_spec *s)
{
	const char *title = ipc_kinds[s->kind].title;

	if (s->name && want.quiet)
		printf("%s\n", s->name);
	else if (s->name)
		printf("%s name: %s\n", title, s->name);
	else if (want.quiet && want.print_key)
		printf("%d 0x%08x\n", s->id, s->made_key);
	else if (want.quiet)
		printf("%d\n", s->id);
	else
		printf("%s id: %d\n", title, s->id);
	if (!s->name && want.print_key && !want.quiet)
		printf("%s key: 0x%08x\n", title, s->made_key);
}

/* Nobody would learn of objects that could not be printed: they are removed again. */
static void print_or_remove(struct xns_ipc *ipc, const struct xns_ipc_spec *specs, size_t n)
{
	struct xns_ipc_ref refs[XNS_IPC_NKINDS];

	if (want.json)
		print_json(specs, n);
	else
		for (size_t i = 0; i < n; i++)
			print_one(&specs[i]);
	if (flush_stdout() == 0)
		return;
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct xns_ipc_ref){ .kind = specs[i].kind,
						.id = specs[i].id,
						.name = specs[i].name };
	if (xns_ipc_remove(ipc, refs, n) < 0)
		warn("%s", ipc_error());
	for (size_t i = 0; i < n; i++)
		if (refs[i].result < 0)
			warn("cannot remove the %s again: %s", ipc_kinds[refs[i].kind].noun,
			     strerror(-refs[i].result));
	exit(EXIT_FAILURE);
}

/* A signal between making and telling would leave objects that nobody knows of. */
static void hold_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(how, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void bad_usage(const char *reason, const char *cure)
{
	warn("%s", reason);
	hint("%s", cure);
	fprintf(stderr, "Try '%s --help' for more information.\n", program_name);
	exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	struct xns_ipc_spec specs[XNS_IPC_NKINDS];
	size_t failed = 0;
	bool any = false, any_posix = false, any_sysv = false;

	program_init("xipcmk");
	int first = opt_parse(&program, NULL, argc, argv);
	for (int k = 0; k < XNS_IPC_NKINDS; k++) {
		any |= want.wanted[k];
		any_posix |= want.wanted[k] && ipc_kinds[k].posix;
		any_sysv |= want.wanted[k] && !ipc_kinds[k].posix;
	}
	if (first < argc)
		die("unexpected argument: '%s'", argv[first]);
	if (!any)
		bad_usage("bad usage",
			  "say what to make: -M, -S or -Q; or -m, -s or -q with --name");
	if (any_posix && !want.name)
		bad_usage("name is required for POSIX IPC", "--name gives it: --name jobs");
	if (want.key && !any_sysv)
		die("--key needs a System V object");
	if (want.json && want.quiet)
		die("options --json and --quiet cannot be combined");
	struct xns_ipc *ipc = ipc_open(want.ns);
	size_t n = plan(ipc, specs);
	hold_signals(SIG_BLOCK);
	int err = xns_ipc_make(ipc, specs, n, &failed);
	if (err < 0) {
		warn("%s: %s", ipc_error(), strerror(-err));
		if (failed < n)
			ipc_hint_limit(ipc, &specs[failed], err);
		return EXIT_FAILURE;
	}
	print_or_remove(ipc, specs, n);
	hold_signals(SIG_UNBLOCK);
	ipc_close();
	return EXIT_SUCCESS;
}
