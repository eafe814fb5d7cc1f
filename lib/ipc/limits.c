/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits and use of an IPC namespace. */
#include "config.h"

#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "ipc/ipc.h"

static int shm_limits(struct xns_ipc_limits *l)
{
	struct shminfo max;
	struct shm_info now;

	if (shmctl(0, IPC_INFO, (struct shmid_ds *)(void *)&max) < 0 ||
	    shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&now) < 0)
		return -errno;
	l->shmmax = max.shmmax;
	l->shmmin = max.shmmin;
	l->shmall = max.shmall;
	l->shmmni = max.shmmni;
	l->shm_segments = (uint64_t)now.used_ids;
	l->shm_pages = now.shm_tot;
	l->shm_rss = now.shm_rss;
	l->shm_swap = now.shm_swp;
	l->shm_swap_attempts = now.swap_attempts;
	l->shm_swap_successes = now.swap_successes;
	return 0;
}

/* The kernel counts in unsigned numbers that the structure has as int. */
static uint64_t count(int n)
{
	return (unsigned)n;
}

static int msg_limits(struct xns_ipc_limits *l)
{
	struct msginfo max, now;

	if (msgctl(0, IPC_INFO, (struct msqid_ds *)(void *)&max) < 0 ||
	    msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&now) < 0)
		return -errno;
	l->msgmax = count(max.msgmax);
	l->msgmnb = count(max.msgmnb);
	l->msgmni = count(max.msgmni);
	l->msg_queues = count(now.msgpool);
	l->msg_messages = count(now.msgmap);
	l->msg_bytes = count(now.msgtql);
	return 0;
}

static int sem_limits(struct xns_ipc_limits *l)
{
	union {
		int val;
		struct seminfo *info;
	} arg;
	struct seminfo max, now;

	arg.info = &max;
	if (semctl(0, 0, IPC_INFO, arg) < 0)
		return -errno;
	arg.info = &now;
	if (semctl(0, 0, SEM_INFO, arg) < 0)
		return -errno;
	l->semmsl = count(max.semmsl);
	l->semopm = count(max.semopm);
	l->semvmx = count(max.semvmx);
	l->semmni = count(max.semmni);
	l->semmns = count(max.semmns);
	l->sem_sets = count(now.semusz);
	l->sem_semaphores = count(now.semaem);
	return 0;
}

static uint64_t read_sysctl(struct xns_ipc *ipc, const char *path)
{
	xns_auto_free char *text = NULL;
	ssize_t n = xns_read_file(ipc->ctx->proc_fd, path, 64, &text);
	uint64_t value;

	if (n <= 0 ||
	    xns_parse_u64(text, (size_t)n - (text[n - 1] == '\n'), UINT64_MAX, &value))
		return XNS_IPC_UNKNOWN;
	return value;
}

static void mqueue_limits(struct xns_ipc *ipc, struct xns_ipc_limits *l)
{
	xns_auto_blob struct xns_blob queues = { 0 };
	struct rlimit bytes;

	l->mq_queues_max = read_sysctl(ipc, "sys/fs/mqueue/queues_max");
	l->mq_msg_max = read_sysctl(ipc, "sys/fs/mqueue/msg_max");
	l->mq_msgsize_max = read_sysctl(ipc, "sys/fs/mqueue/msgsize_max");
	l->mq_queues = xns_mqueue_list(ipc, &queues) < 0
			       ? XNS_IPC_UNKNOWN
			       : queues.len / sizeof(struct xns_ipc_object);
	l->mq_bytes = getrlimit(RLIMIT_MSGQUEUE, &bytes) < 0 ? XNS_IPC_UNKNOWN : bytes.rlim_cur;
}

static int get_limits(struct xns_ipc *ipc, void *arg, struct xns_blob *out)
{
	struct xns_ipc_limits l = { .size = sizeof(l) };
	int err = shm_limits(&l);

	(void)arg;
	if (err == 0)
		err = msg_limits(&l);
	if (err == 0)
		err = sem_limits(&l);
	if (err < 0)
		return xns_fail(ipc->ctx, -err, "read the limits of System V IPC");
	mqueue_limits(ipc, &l);
	ipc->ctx->message[0] = '\0'; /* queues that cannot be counted are no failure */
	return xns_blob_add(out, &l, sizeof(l));
}

XNS_EXPORT int xns_ipc_get_limits(struct xns_ipc *ipc, struct xns_ipc_limits *limits)
{
	xns_auto_blob struct xns_blob out = { 0 };

	const size_t size = limits->size;

	if (size < XNS_SIZE_TO(struct xns_ipc_limits, mq_bytes))
		return xns_fail(ipc->ctx, EINVAL, "take limits of %zu bytes", size);
	int err = xns_ipc_call(ipc, get_limits, NULL, &out);
	if (err < 0)
		return err;
	memset(limits, 0, size);
	memcpy(limits, out.data, size < sizeof(*limits) ? size : sizeof(*limits));
	limits->size = size;
	return 0;
}
