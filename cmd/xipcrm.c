/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcrm: removes IPC objects. Each that is asked for is tried; each failure is reported. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/meant.h"
#include "cmd/opt.h"
#include "cmd/util.h"
#include "private.h"

/* What is to be removed, and the words that the user had for it. */
struct jobs {
	struct xns_ipc_ref *refs;
	struct word {
		const char *text; /* NULL: found by --all */
		bool verbose;     /* -v came before it, as ipcrm has it */
	} * words;
	size_t n;
};

static struct jobs jobs;
static unsigned all_kinds; /* bits of enum xns_ipc_kind */
static bool everything;    /* --all without a kind: what is out of reach is passed over */
static const char *ns;
static bool verbose;

static void add_job(struct jobs *list, struct xns_ipc_ref ref, const char *text)
{
	struct xns_ipc_ref *refs = reallocarray(list->refs, list->n + 1, sizeof(*refs));
	if (refs)
		list->refs = refs;
	struct word *words = reallocarray(list->words, list->n + 1, sizeof(*words));
	if (words)
		list->words = words;
	if (!refs || !words)
		die("cannot allocate memory");
	refs[list->n] = ref;
	words[list->n++] = (struct word){ .text = text, .verbose = verbose };
}

static void free_jobs(struct jobs *list)
{
	free(list->refs);
	free(list->words);
	*list = (struct jobs){ 0 };
}

/* An id is a decimal number; the kernel's ids are never negative. */
static int parse_id(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || text[digits])
		die("failed to parse argument: '%s'", text);
	return (int)parse_number(text, 0, INT32_MAX, "id");
}

static void by_id(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	add_job(&jobs,
		(struct xns_ipc_ref){ .kind = (enum xns_ipc_kind)opt->value,
				      .id = parse_id(arg) },
		arg);
}

static void by_key(void *state, const struct opt *opt, const char *arg)
{
	struct xns_ipc_ref ref = { .kind = (enum xns_ipc_kind)opt->value, .by_key = true };
	int err = ipc_parse_key(arg, &ref.key);

	(void)state;
	if (err == -EINVAL)
		die("failed to parse argument: '%s'", arg);
	if (err == -ERANGE || ref.key == 0)
		die("illegal key (%s)", arg);
	add_job(&jobs, ref, arg);
}

static void by_name(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	add_job(&jobs,
		(struct xns_ipc_ref){ .kind = (enum xns_ipc_kind)opt->value, .name = arg },
		arg);
}

static void all_of(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	if (!arg) {
		everything = true;
		return;
	}
	if (*arg == '=')
		arg++; /* "-a=shm" is "-ashm", as ipcrm has it since 2.41 or earlier */
	for (int k = 0; k < XNS_IPC_NKINDS; k++)
		if (strcmp(arg, ipc_kinds[k].keyword) == 0) {
			all_kinds |= 1u << k;
			return;
		}
	die_with_choices(opt->metavar, "unknown argument: %s", arg);
}

#define ROW(l, n, m, h, handler, k)                                                         \
	{                                                                                   \
		.letter = (l), .name = (n), .letter_arg = OPT_NEEDS, .name_arg = OPT_NEEDS, \
		.metavar = (m), .help = (h), .handle = (handler), .value = (k)              \
	}

static const struct opt options[] = {
	ROW('m', "shmem-id", "id", "remove shared memory segment by id", by_id, XNS_IPC_SHM),
	ROW('M', "shmem-key", "key", "remove shared memory segment by key", by_key,
	    XNS_IPC_SHM),
	ROW(0, "posix-shmem", "name", "remove POSIX shared memory by name", by_name,
	    XNS_IPC_PSHM),
	ROW('q', "queue-id", "id", "remove message queue by id", by_id, XNS_IPC_MSG),
	ROW('Q', "queue-key", "key", "remove message queue by key", by_key, XNS_IPC_MSG),
	ROW(0, "posix-mqueue", "name", "remove POSIX message queue by name", by_name,
	    XNS_IPC_PMSG),
	ROW('s', "semaphore-id", "id", "remove semaphore set by id", by_id, XNS_IPC_SEM),
	ROW('S', "semaphore-key", "key", "remove semaphore set by key", by_key, XNS_IPC_SEM),
	ROW(0, "posix-semaphore", "name", "remove POSIX semaphore by name", by_name,
	    XNS_IPC_PSEM),
	{ .letter = 'a',
	  .name = "all",
	  .letter_arg = OPT_MAY,
	  .name_arg = OPT_MAY,
	  .metavar = "shm|pshm|msg|pmsg|sem|psem",
	  .help = "remove all (of one kind)",
	  .handle = all_of },
	ROW(0, "ns", "PID|file", "remove in this IPC namespace", opt_set_text, (intptr_t)&ns),
	{ .letter = 'v',
	  .name = "verbose",
	  .help = "explain what is being done",
	  OPT_BOOL(verbose) },
	OPT_COMMON,
	OPT_END,
};

static const struct opt_program program = {
	.usage = "[options]\n xipcrm shm|msg|sem <id>...",
	.summary = "Remove System V and POSIX IPC objects.",
	.man = "xipcrm(1)",
	.opts = options,
};

static void try_help(void)
{
	fprintf(stderr, "Try '%s --help' for more information.\n", program_name);
	exit(EXIT_FAILURE);
}

static void report(const struct xns_ipc_ref *ref, const char *text)
{
	const char *what = ref->name ? "name" : ref->by_key ? "key" : "id";
	char id[16];

	if (!text) {
		snprintf(id, sizeof(id), "%d", ref->id);
		text = ref->name ? ref->name : id;
	}
	switch (ref->result) {
	case -EINVAL:
	case -EIDRM:
	case -ENOENT:
		if (ref->name)
			warn("name `%s' not found", text);
		else
			warn("invalid %s (%s)", what, text);
		break;
	case -EACCES:
	case -EPERM:
		warn("permission denied for %s (%s)", what, text);
		break;
	default:
		warn("%s failed (%s): %s", what, text, strerror(-ref->result));
	}
}

static void say_removing(const struct xns_ipc_ref *ref)
{
	if (ref->name)
		printf("removing %s `%s'\n", ipc_kinds[ref->kind].noun, ref->name);
	else if (ref->id >= 0) /* a key that led nowhere has none */
		printf("removing %s id `%d'\n", ipc_kinds[ref->kind].noun, ref->id);
}

/* An object of --all that vanished meanwhile is what was asked for. */
static bool is_gone(int result)
{
	return result == -EINVAL || result == -EIDRM || result == -ENOENT;
}

/* Removes all in one call, and tells of each. Returns how many failed. */
static size_t run_jobs(struct xns_ipc *ipc, struct jobs *list)
{
	size_t failed = 0;
	int err = list->n ? xns_ipc_remove(ipc, list->refs, list->n) : 0;

	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	for (size_t i = 0; i < list->n; i++) {
		const struct xns_ipc_ref *ref = &list->refs[i];

		if (list->words[i].verbose)
			say_removing(ref);
		if (ref->result == 0 || (!list->words[i].text && is_gone(ref->result)))
			continue;
		report(ref, list->words[i].text);
		failed++;
	}
	return failed;
}

static size_t remove_kind(struct xns_ipc *ipc, enum xns_ipc_kind kind)
{
	struct xns_ipc_list *list = NULL;
	struct jobs found = { 0 };
	int err = xns_ipc_get_list(ipc, 1u << kind, &list);

	if (err < 0) {
		bool asked = all_kinds & 1u << kind;

		/* no namespace file leads to a /dev/shm: there is nothing to say */
		if (asked || err != -EOPNOTSUPP)
			warn("%s: %s", ipc_error(), strerror(-err));
		return asked || !ipc_kinds[kind].posix;
	}
	for (const struct xns_ipc_object *o = NULL; (o = xns_ipc_next(list, o));)
		add_job(&found,
			(struct xns_ipc_ref){ .kind = kind,
					      .id = o->id,
					      .name = ipc_kinds[kind].posix ? o->name : NULL },
			NULL);
	size_t failed = run_jobs(ipc, &found);
	free_jobs(&found);
	xns_ipc_list_free(list);
	return failed;
}

/* The old form: "shm 1 2 3". Everything after the word is an id. */
static int old_form(int argc, char **argv)
{
	static const enum xns_ipc_kind kinds[] = { XNS_IPC_SHM, XNS_IPC_MSG, XNS_IPC_SEM };
	size_t failed = 0;
	unsigned kind = 0;

	while (kind < 3 && strcmp(argv[1], ipc_kinds[kinds[kind]].keyword) != 0)
		kind++;
	if (kind == 3) {
		warn("unknown argument: %s", argv[1]);
		hint("ids follow the word shm, msg or sem, or the options -m, -q and -s");
		try_help();
	}
	if (argc == 2) {
		warn("not enough arguments");
		try_help();
	}
	for (int i = 2; i < argc; i++) {
		uint64_t id;

		if (xns_parse_u64(argv[i], strlen(argv[i]), INT32_MAX, &id) == 0) {
			add_job(&jobs,
				(struct xns_ipc_ref){ .kind = kinds[kind], .id = (int)id },
				argv[i]);
			continue;
		}
		warn("invalid id: %s", argv[i]);
		failed++;
	}
	failed += run_jobs(ipc_open(NULL), &jobs);
	ipc_close();
	free_jobs(&jobs);
	if (failed)
		return EXIT_FAILURE;
	puts("resource(s) deleted");
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const enum xns_ipc_kind order[] = { XNS_IPC_SHM,  XNS_IPC_PSHM, XNS_IPC_SEM,
						   XNS_IPC_PSEM, XNS_IPC_MSG,  XNS_IPC_PMSG };
	size_t failed;

	program_init("xipcrm");
	if (argc < 2) {
		warn("bad usage"); /* ipcrm's words, since 2.39; before it said nothing */
		try_help();
	}
	if (argv[1][0] != '-')
		return old_form(argc, argv);
	int first = opt_parse(&program, NULL, argc, argv);
	if (first < argc) {
		warn("unknown argument: %s", argv[first]);
		if (everything)
			hint("a kind is glued to the option: --all=%s", argv[first]);
		try_help();
	}
	if (!jobs.n && !all_kinds && !everything)
		return EXIT_SUCCESS;
	struct xns_ipc *ipc = ipc_open(ns);
	failed = run_jobs(ipc, &jobs);
	for (int i = 0; i < XNS_IPC_NKINDS; i++)
		if (everything || all_kinds & 1u << order[i])
			failed += remove_kind(ipc, order[i]);
	ipc_close();
	free_jobs(&jobs);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
