/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What xipcmk, xipcs and xipcrm share. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/util.h"
#include "size.h"

const struct ipc_kind ipc_kinds[XNS_IPC_NKINDS] = {
	[XNS_IPC_SHM] = { "shm", "Shared memory", "shared memory segment", false, 'M' },
	[XNS_IPC_MSG] = { "msg", "Message queue", "message queue", false, 'Q' },
	[XNS_IPC_SEM] = { "sem", "Semaphore", "semaphore", false, 'S' },
	[XNS_IPC_PSHM] = { "pshm", "POSIX shared memory", "POSIX shared memory", true, 'm' },
	[XNS_IPC_PMSG] = { "pmsg", "POSIX message queue", "POSIX message queue", true, 'q' },
	[XNS_IPC_PSEM] = { "psem", "POSIX semaphore", "POSIX semaphore", true, 's' },
};

static struct xns_ctx *ctx;
static struct xns_ipc *opened;

struct xns_ctx *ipc_context(void)
{
	return ctx;
}

const char *ipc_error(void)
{
	return xns_error(ctx);
}

struct xns_ipc *ipc_open(const char *where)
{
	int err = xns_new(&ctx);

	if (err < 0)
		die("cannot use /proc: %s", strerror(-err));
	err = xns_ipc_open(ctx, where, &opened);
	if (err == -EACCES)
		die_with_hint("it is another user's: run as root", "%s: %s", xns_error(ctx),
			      strerror(-err));
	if (err < 0)
		die("%s: %s", xns_error(ctx), strerror(-err));
	return opened;
}

void ipc_close(void)
{
	xns_ipc_close(opened);
	xns_free(ctx);
	opened = NULL;
	ctx = NULL;
}

int ipc_parse_key(const char *text, uint32_t *key)
{
	uint64_t value;
	size_t len = strlen(text);

	/* a key is written like a size without suffix */
	if (len && strspn(text, "0123456789abcdefABCDEFxX") != len)
		return -EINVAL;
	int err = xns_parse_size(text, &value);
	if (err < 0)
		return err;
	if (value > UINT32_MAX)
		return -ERANGE;
	*key = (uint32_t)value;
	return 0;
}

/* --- limits ------------------------------------------------------------------------- */

static void say(const char *name, uint64_t limit, const char *unit, uint64_t used)
{
	if (limit == XNS_IPC_UNKNOWN)
		hint("%s is reached", name);
	else if (used == XNS_IPC_UNKNOWN)
		hint("%s allows %" PRIu64 " %s here", name, limit, unit);
	else
		hint("%s allows %" PRIu64 " %s here, %" PRIu64 " in use", name, limit, unit,
		     used);
}

static void hint_shm(const struct xns_ipc_limits *l, const struct xns_ipc_spec *spec, int err)
{
	if (err == -EINVAL && spec->amount <= l->shmmax)
		hint("%" PRIu64 " bytes are more than a file can have", spec->amount);
	else if (err == -EINVAL)
		say("kernel.shmmax", l->shmmax, "bytes a segment", XNS_IPC_UNKNOWN);
	else if (err == -ENOSPC && l->shm_segments >= l->shmmni)
		say("kernel.shmmni", l->shmmni, "segments", l->shm_segments);
	else if (err == -ENOSPC)
		say("kernel.shmall", l->shmall, "pages", l->shm_pages);
	else if (err == -ENOMEM)
		hint("%" PRIu64 " bytes are more than the kernel can commit now (see "
		     "vm.overcommit_memory)",
		     spec->amount);
}

static void hint_sem(const struct xns_ipc_limits *l, int err)
{
	if (err == -EINVAL)
		say("kernel.sem (1st number)", l->semmsl, "semaphores a set", XNS_IPC_UNKNOWN);
	else if (err == -ENOSPC && l->sem_sets >= l->semmni)
		say("kernel.sem (4th number)", l->semmni, "sets", l->sem_sets);
	else if (err == -ENOSPC)
		say("kernel.sem (2nd number)", l->semmns, "semaphores", l->sem_semaphores);
}

static void hint_mqueue(const struct xns_ipc_limits *l, int err)
{
	if (err == -ENOSPC)
		say("fs.mqueue.queues_max", l->mq_queues_max, "queues", l->mq_queues);
	else if (err == -EMFILE)
		say("RLIMIT_MSGQUEUE", l->mq_bytes, "bytes for all queues of a user",
		    XNS_IPC_UNKNOWN);
	else if (err == -EINVAL) {
		say("fs.mqueue.msg_max", l->mq_msg_max, "messages a queue", XNS_IPC_UNKNOWN);
		say("fs.mqueue.msgsize_max", l->mq_msgsize_max, "bytes a message",
		    XNS_IPC_UNKNOWN);
	}
}

void ipc_hint_limit(struct xns_ipc *ipc, const struct xns_ipc_spec *spec, int err)
{
	struct xns_ipc_limits l = { .size = sizeof(l) };
	bool named =
		spec->name && strpbrk(spec->name[0] == '/' ? spec->name + 1 : spec->name, "/");

	if (named || (spec->name && strspn(spec->name, "/.") == strlen(spec->name))) {
		hint("a POSIX name is one file name, with or without a slash before it");
		return;
	}
	if (err == -EEXIST || xns_ipc_get_limits(ipc, &l) < 0)
		return;
	if (spec->kind == XNS_IPC_SHM)
		hint_shm(&l, spec, err);
	else if (spec->kind == XNS_IPC_SEM)
		hint_sem(&l, err);
	else if (spec->kind == XNS_IPC_MSG && err == -ENOSPC)
		say("kernel.msgmni", l.msgmni, "queues", l.msg_queues);
	else if (spec->kind == XNS_IPC_PMSG)
		hint_mqueue(&l, err);
	else if (err == -ENOSPC)
		hint("the file system at /dev/shm is full");
}
