/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcrm: removes IPC objects. Each that is asked for is tried; each failure is reported. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/opt.h"
#include "cmd/util.h"

/* One thing to remove, and the words that the user had for it. */
struct job {
	struct xns_ipc_ref ref;
	const char *text;
	bool verbose; /* -v came before it, as ipcrm has it */
};

static struct job *jobs;
static size_t njobs;
static unsigned all_kinds; /* bits of enum xns_ipc_kind */
static bool everything;    /* --all without a kind: what is out of reach is passed over */
static const char *ns;
static bool verbose;

static void add_job(struct xns_ipc_ref ref, const char *text)
{
	struct job *more = reallocarray(jobs, njobs + 1, sizeof(*jobs));

	if (!more)
		die("cannot allocate memory");
	jobs = more;
	jobs[njobs++] = (struct job){ .ref = ref, .text = text, .verbose = verbose };
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
	add_job((struct xns_ipc_ref){ .kind = (enum xns_ipc_kind)opt->value,
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
	add_job(ref, arg);
}

static void by_name(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	add_job((struct xns_ipc_ref){ .kind = (enum xns_ipc_kind)opt->value, .name = arg },
		arg);
}

static void all_of(void *state, const struct opt *opt, const char *arg)
{
	(void)state;
	(void)opt;
	if (!arg) {
		everything = true;
		return;
	}
	for (int k = 0; k < XNS_IPC_NKINDS; k++)
		if (strcmp(arg, ipc_kinds[k].keyword) == 0) {
			all_kinds |= 1u << k;
			return;
		}
	die("unknown argument: %s", arg);
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

static void report(const struct job *job)
{
	const struct xns_ipc_ref *ref = &job->ref;
	const char *what = ref->name ? "name" : ref->by_key ? "key" : "id";

	switch (ref->result) {
	case -EINVAL:
	case -EIDRM:
	case -ENOENT:
		if (ref->name)
			warn("name `%s' not found", job->text);
		else
			warn("invalid %s (%s)", what, job->text);
		break;
	case -EACCES:
	case -EPERM:
		warn("permission denied for %s (%s)", what, job->text);
		break;
	default:
		warn("%s failed (%s): %s", what, job->text, strerror(-ref->result));
	}
}

static void say_removing(const struct job *job)
{
	const struct xns_ipc_ref *ref = &job->ref;

	if (!job->verbose)
		return;
	if (ref->name)
		printf("removing %s `%s'\n", ipc_kinds[ref->kind].noun, job->text);
	else if (ref->id >= 0) /* a key that led nowhere has none */
		printf("removing %s id `%d'\n", ipc_kinds[ref->kind].noun, ref->id);
}

/* Returns how many of the jobs failed. */
static size_t run_jobs(struct xns_ipc *ipc)
{
	size_t failed = 0;

	for (size_t i = 0; i < njobs; i++) {
		int err = xns_ipc_remove(ipc, &jobs[i].ref, 1);

		if (err < 0)
			die("%s: %s", ipc_error(), strerror(-err));
		say_removing(&jobs[i]);
		if (jobs[i].ref.result < 0) {
			report(&jobs[i]);
			failed++;
		}
	}
	return failed;
}

/* An object of --all that vanished meanwhile is what was asked for. */
static bool is_gone(int result)
{
	return result == -EINVAL || result == -EIDRM || result == -ENOENT;
}

static size_t remove_kind(struct xns_ipc *ipc, enum xns_ipc_kind kind)
{
	struct xns_ipc_list *list = NULL;
	size_t failed = 0;
	int err = xns_ipc_get_list(ipc, 1u << kind, &list);

	if (err < 0) {
		bool asked = all_kinds & 1u << kind;

		/* no namespace file leads to a /dev/shm: there is nothing to say */
		if (asked || err != -EOPNOTSUPP)
			warn("%s: %s", ipc_error(), strerror(-err));
		return asked || !ipc_kinds[kind].posix;
	}
	for (const struct xns_ipc_object *o = NULL; (o = xns_ipc_next(list, o));) {
		char id[16];
		bool posix = ipc_kinds[kind].posix;

		snprintf(id, sizeof(id), "%d", o->id);
		struct job job = {
			.ref = { .kind = kind, .id = o->id, .name = posix ? o->name : NULL },
			.text = posix ? o->name : id,
			.verbose = verbose
		};
		say_removing(&job);
		err = xns_ipc_remove(ipc, &job.ref, 1);
		if (err == 0 && is_gone(job.ref.result))
			continue;
		if (err < 0 || job.ref.result < 0) {
			report(&job);
			failed++;
		}
	}
	xns_ipc_list_free(list);
	return failed;
}

static void close_all(struct xns_ipc *ipc)
{
	xns_ipc_close(ipc);
	xns_free(ipc_context());
	free(jobs);
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
		try_help();
	}
	if (argc == 2) {
		warn("not enough arguments");
		try_help();
	}
	for (int i = 2; i < argc; i++) {
		size_t digits = strspn(argv[i], "0123456789");

		if (digits && digits < 10 && !argv[i][digits]) {
			add_job((struct xns_ipc_ref){ .kind = kinds[kind],
						      .id = (int)strtol(argv[i], NULL, 10) },
				argv[i]);
			continue;
		}
		warn("invalid id: %s", argv[i]);
		failed++;
	}
	struct xns_ipc *ipc = ipc_open(NULL);
	failed += run_jobs(ipc);
	close_all(ipc);
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
	if (argc > 1 && argv[1][0] != '-')
		return old_form(argc, argv);
	int first = opt_parse(&program, NULL, argc, argv);
	if (first < argc) {
		warn("unknown argument: %s", argv[first]);
		try_help();
	}
	if (!njobs && !all_kinds && !everything)
		return EXIT_SUCCESS;
	struct xns_ipc *ipc = ipc_open(ns);
	failed = run_jobs(ipc);
	for (int i = 0; i < XNS_IPC_NKINDS; i++)
		if (everything || all_kinds & 1u << order[i])
			failed += remove_kind(ipc, order[i]);
	close_all(ipc);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
