/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System V segments, queues and semaphore sets in the namespace of the calling process. */
#include "config.h"

#include <inttypes.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "ipc/ipc.h"

/* 4.17: like *_STAT, but without asking for read permission. */
#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15
#endif
#ifndef MSG_STAT_ANY
#define MSG_STAT_ANY 13
#endif
#ifndef SEM_STAT_ANY
#define SEM_STAT_ANY 20
#endif

union semun { /* semctl(2) leaves its definition to the caller */
	int val;
	struct semid_ds *buf;
	unsigned short *array;
	struct seminfo *info;
};

static void set_common(struct xns_ipc_object *o, enum xns_ipc_kind kind, int id,
		       const struct ipc_perm *perm, unsigned mode)
{
	*o = (struct xns_ipc_object){
		.kind = kind,
		.id = id,
		.key = (uint32_t)perm->__key,
		.mode = mode,
		.uid = perm->uid,
		.cuid = perm->cuid,
		.gid = perm->gid,
		.cgid = perm->cgid,
	};
}

/* Each of these fills @o with the object at @index; returns -1 where there is none. */
static int stat_shm(int index, struct xns_ipc_object *o)
{
	struct shmid_ds ds = { 0 };
	int id = shmctl(index, SHM_STAT_ANY, &ds);

	if (id < 0)
		id = shmctl(index, SHM_STAT, &ds);
	if (id < 0)
		return -1;
	set_common(o, XNS_IPC_SHM, id, &ds.shm_perm, ds.shm_perm.mode);
	o->pid[0] = ds.shm_cpid;
	o->pid[1] = ds.shm_lpid;
	o->size = ds.shm_segsz;
	o->count = ds.shm_nattch;
	o->ctime = ds.shm_ctime;
	o->atime = ds.shm_atime;
	o->dtime = ds.shm_dtime;
	return 0;
}

static int stat_msg(int index, struct xns_ipc_object *o)
{
	struct msqid_ds ds = { 0 };
	int id = msgctl(index, MSG_STAT_ANY, &ds);

	if (id < 0)
		id = msgctl(index, MSG_STAT, &ds);
	if (id < 0)
		return -1;
	set_common(o, XNS_IPC_MSG, id, &ds.msg_perm, ds.msg_perm.mode);
	o->pid[0] = ds.msg_lspid;
	o->pid[1] = ds.msg_lrpid;
	o->size = ds.__msg_cbytes;
	o->count = ds.msg_qnum;
	o->limit = ds.msg_qbytes;
	o->ctime = ds.msg_ctime;
	o->atime = ds.msg_stime;
	o->dtime = ds.msg_rtime;
	return 0;
}

static int stat_sem(int index, struct xns_ipc_object *o)
{
	struct semid_ds ds = { 0 };
	int id = semctl(index, 0, SEM_STAT_ANY, (union semun){ .buf = &ds });

	if (id < 0)
		id = semctl(index, 0, SEM_STAT, (union semun){ .buf = &ds });
	if (id < 0)
		return -1;
	set_common(o, XNS_IPC_SEM, id, &ds.sem_perm, ds.sem_perm.mode);
	o->count = ds.sem_nsems;
	o->ctime = ds.sem_ctime;
	o->atime = ds.sem_otime;
	return 0;
}

/* The highest index in use, or -1 with errno. */
static int last_index(enum xns_ipc_kind kind)
{
	struct shm_info shm;
	struct msginfo msg;
	struct seminfo sem;

	switch (kind) {
	case XNS_IPC_SHM:
		return shmctl(0, SHM_INFO, (struct shmid_ds *)(void *)&shm);
	case XNS_IPC_MSG:
		return msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&msg);
	default:
		return semctl(0, 0, SEM_INFO, (union semun){ .info = &sem });
	}
}

/* Memory and swap use, which only /proc/sysvipc tells; without it they stay 0. */
static void add_resident(struct xns_ipc *ipc, struct xns_ipc_object *objects, size_t n)
{
	enum { MAX_TABLE = 64 << 20 };
	xns_auto_free char *text = NULL;
	size_t i = 0;

	if (n == 0 || xns_read_file(ipc->ctx->proc_fd, "sysvipc/shm", MAX_TABLE, &text) < 0)
		return;
	for (char *line = strchr(text, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
		uint64_t rss, swap;
		int id;

		if (sscanf(line,
			   "%*d %d %*o %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %" SCNu64
			   " %" SCNu64,
			   &id, &rss, &swap) != 3)
			continue;
		/* Both are in the kernel's order: one pass, and a vanished one is passed over.
		 */
		for (size_t tried = 0; tried < n; tried++, i = (i + 1) % n) {
			if (objects[i].id != id)
				continue;
			objects[i].rss = rss;
			objects[i].swap = swap;
			break;
		}
	}
}

int xns_sysv_list(struct xns_ipc *ipc, enum xns_ipc_kind kind, struct xns_blob *objects)
{
	static int (*const stat_one[])(int, struct xns_ipc_object *) = {
		[XNS_IPC_SHM] = stat_shm,
		[XNS_IPC_MSG] = stat_msg,
		[XNS_IPC_SEM] = stat_sem,
	};
	size_t start = objects->len;
	int last = last_index(kind);

	if (last < 0)
		return xns_fail(ipc->ctx, errno, "list System V objects");
	for (int i = 0; i <= last; i++) {
		struct xns_ipc_object o;

		if (stat_one[kind](i, &o) < 0)
			continue; /* a gap, or it vanished */
		if (xns_blob_add(objects, &o, sizeof(o)) < 0)
			return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	}
	if (kind == XNS_IPC_SHM && objects->len > start)
		add_resident(ipc, (struct xns_ipc_object *)(void *)(objects->data + start),
			     (objects->len - start) / sizeof(struct xns_ipc_object));
	return 0;
}

/* --- the semaphores of a set -------------------------------------------------------- */

static int read_sem(int id, int i, struct xns_ipc_sem *sem)
{
	sem->value = semctl(id, i, GETVAL);
	sem->ncount = semctl(id, i, GETNCNT);
	sem->zcount = semctl(id, i, GETZCNT);
	sem->pid = semctl(id, i, GETPID);
	return sem->value < 0 || sem->ncount < 0 || sem->zcount < 0 || sem->pid < 0 ? -errno
										    : 0;
}

static int list_sems(struct xns_ipc *ipc, void *arg, struct xns_blob *out)
{
	struct semid_ds ds = { 0 };
	int id = *(int *)arg;

	if (semctl(id, 0, IPC_STAT, (union semun){ .buf = &ds }) < 0)
		return xns_fail(ipc->ctx, errno, "read semaphore set %d", id);
	for (unsigned long i = 0; i < ds.sem_nsems && i <= INT32_MAX; i++) {
		struct xns_ipc_sem sem;
		int err = read_sem(id, (int)i, &sem);

		if (err < 0)
			return xns_fail(ipc->ctx, -err, "read semaphore %lu of set %d", i, id);
		if (xns_blob_add(out, &sem, sizeof(sem)) < 0)
			return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	}
	return 0;
}

XNS_EXPORT int xns_ipc_get_sems(struct xns_ipc *ipc, int id, struct xns_ipc_sem **sems,
				size_t *n)
{
	xns_auto_blob struct xns_blob out = { 0 };
	int err = xns_ipc_call(ipc, list_sems, &id, &out);

	if (err < 0)
		return err;
	*n = out.len / sizeof(**sems);
	*sems = (struct xns_ipc_sem *)xns_steal_ptr(&out.data);
	return 0;
}

/* --- making and removing ------------------------------------------------------------ */

uint32_t xns_sysv_random_key(void)
{
	uint32_t key;

	/* 4 bytes never come short; without random numbers any key is worth trying */
	if (getrandom(&key, sizeof(key), GRND_NONBLOCK) != sizeof(key))
		key = (uint32_t)getpid() * 2654435761u;
	return key;
}

static int get_new(const struct xns_ipc_spec *spec, uint32_t key)
{
	int flags = IPC_CREAT | IPC_EXCL | (int)(spec->mode & 0777);

	switch (spec->kind) {
	case XNS_IPC_SHM:
		return shmget((key_t)key, spec->amount, flags);
	case XNS_IPC_MSG:
		return msgget((key_t)key, flags);
	default:
		if (spec->amount > INT32_MAX) {
			errno = EINVAL;
			return -1;
		}
		return semget((key_t)key, (int)spec->amount, flags);
	}
}

static int give_away(const struct xns_ipc_spec *spec, int id)
{
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct semid_ds sem;
	struct ipc_perm *perm = spec->kind == XNS_IPC_SHM   ? &shm.shm_perm
				: spec->kind == XNS_IPC_MSG ? &msg.msg_perm
							    : &sem.sem_perm;
	int rc = spec->kind == XNS_IPC_SHM ? shmctl(id, IPC_STAT, &shm)
		 : spec->kind == XNS_IPC_MSG
			 ? msgctl(id, IPC_STAT, &msg)
			 : semctl(id, 0, IPC_STAT, (union semun){ .buf = &sem });
	if (rc < 0)
		return -errno;
	if (spec->uid != (uid_t)-1)
		perm->uid = spec->uid;
	if (spec->gid != (gid_t)-1)
		perm->gid = spec->gid;
	rc = spec->kind == XNS_IPC_SHM   ? shmctl(id, IPC_SET, &shm)
	     : spec->kind == XNS_IPC_MSG ? msgctl(id, IPC_SET, &msg)
					 : semctl(id, 0, IPC_SET, (union semun){ .buf = &sem });
	return rc < 0 ? -errno : 0;
}

static int make_with_key(struct xns_ipc *ipc, const struct xns_ipc_spec *spec,
			 uint32_t (*random_key)(void), uint32_t *key)
{
	enum { TRIES = 1000 };
	static const char *const what[] = {
		[XNS_IPC_SHM] = "shared memory segment",
		[XNS_IPC_MSG] = "message queue",
		[XNS_IPC_SEM] = "semaphore set",
	};

	for (int i = 0; i < TRIES; i++) {
		*key = spec->has_key ? spec->key : random_key();
		if (*key == IPC_PRIVATE && !spec->has_key)
			continue;
		int id = get_new(spec, *key);
		if (id >= 0)
			return id;
		if (errno != EEXIST || spec->has_key)
			break;
	}
	int err = errno;
	if (err == EEXIST)
		return xns_fail(ipc->ctx, err, "create a %s with key 0x%08x", what[spec->kind],
				*key);
	return xns_fail(ipc->ctx, err, "create a %s", what[spec->kind]);
}

int xns_sysv_make(struct xns_ipc *ipc, const struct xns_ipc_spec *spec,
		  uint32_t (*random_key)(void), struct xns_ipc_made *made)
{
	uint32_t key = 0;
	int id = make_with_key(ipc, spec, random_key, &key);

	if (id < 0)
		return id;
	int err = spec->has_owner ? give_away(spec, id) : 0;
	if (err < 0) {
		xns_sysv_remove(spec->kind, id);
		return xns_fail(ipc->ctx, -err, "change the owner");
	}
	*made = (struct xns_ipc_made){ .id = id, .key = key };
	return 0;
}

int xns_sysv_remove(enum xns_ipc_kind kind, int id)
{
	int rc = kind == XNS_IPC_SHM   ? shmctl(id, IPC_RMID, NULL)
		 : kind == XNS_IPC_MSG ? msgctl(id, IPC_RMID, NULL)
				       : semctl(id, 0, IPC_RMID);

	return rc < 0 ? -errno : 0;
}

int xns_sysv_find(enum xns_ipc_kind kind, uint32_t key)
{
	if (key == IPC_PRIVATE)
		return -EINVAL;
	int id = kind == XNS_IPC_SHM   ? shmget((key_t)key, 0, 0)
		 : kind == XNS_IPC_MSG ? msgget((key_t)key, 0)
				       : semget((key_t)key, 0, 0);
	return id < 0 ? -errno : id;
}
