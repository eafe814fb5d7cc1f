/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lib/ipc in an IPC namespace of its own: keys, names, rollback, the helper in another one. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>

#include "ipc/ipc.h"

static struct xns_ctx *ctx;
static struct xns_ipc *own;

/* Each test is a process of its own, so this namespace ends with it. */
static void setup(void)
{
	if (unshare(CLONE_NEWIPC) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWIPC) < 0)
		cr_skip_test("needs root (tests/func/units-ipc.t has it)");
	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(xns_ipc_open(ctx, NULL, &own), 0);
}

static void teardown(void)
{
	xns_ipc_close(own);
	xns_free(ctx);
}

TestSuite(ipc, .init = setup, .fini = teardown);

static size_t count(struct xns_ipc *ipc, unsigned kinds)
{
	struct xns_ipc_list *list = NULL;
	size_t n = 0;

	cr_assert_eq(xns_ipc_get_list(ipc, kinds, &list), 0, "%s", xns_error(ctx));
	for (const struct xns_ipc_object *o = NULL; (o = xns_ipc_next(list, o));)
		n++;
	xns_ipc_list_free(list);
	return n;
}

enum { SYSV = 1 << XNS_IPC_SHM | 1 << XNS_IPC_MSG | 1 << XNS_IPC_SEM };

static unsigned asked;

/* A bad die: private, twice the same taken key, then a free one. */
static uint32_t unlucky(void)
{
	static const uint32_t keys[] = { IPC_PRIVATE, 0x55, 0x55, 0x66 };

	return keys[asked++ % XNS_COUNT(keys)];
}

static uint32_t always_taken(void)
{
	asked++;
	return 0x55;
}

Test(ipc, a_key_that_is_taken_is_drawn_again)
{
	for (enum xns_ipc_kind k = XNS_IPC_SHM; k <= XNS_IPC_SEM; k++) {
		struct xns_ipc_spec spec = { .size = sizeof(spec),
					     .kind = k,
					     .amount = 1,
					     .has_key = true,
					     .key = 0x55 };
		struct xns_ipc_made first, made;

		asked = 0;
		cr_assert_eq(xns_sysv_make(own, &spec, unlucky, &first), 0);
		cr_assert_eq(asked, 0, "a given key needs no die");
		cr_assert_eq(xns_sysv_make(own, &spec, unlucky, &made), -EEXIST);
		spec.has_key = false;
		cr_assert_eq(xns_sysv_make(own, &spec, unlucky, &made), 0);
		cr_assert_eq(asked, 4);
		cr_assert_eq(made.key, 0x66);
		cr_assert_neq(made.id, first.id);
		asked = 0;
		cr_assert_eq(xns_sysv_make(own, &spec, always_taken, &made), -EEXIST);
		cr_assert(asked > 10 && asked < 100000, "it ends");
	}
	cr_assert_eq(count(own, SYSV), 6);
}

Test(ipc, random_keys_differ)
{
	uint32_t a = xns_sysv_random_key(), b = xns_sysv_random_key();

	cr_assert(a != b || xns_sysv_random_key() != a);
}

Test(ipc, all_or_none)
{
	struct xns_ipc_spec specs[] = {
		{ .size = sizeof(specs[0]), .kind = XNS_IPC_SHM, .amount = 10 },
		{ .size = sizeof(specs[0]), .kind = XNS_IPC_MSG },
		{ .size = sizeof(specs[0]),
		  .kind = XNS_IPC_SEM,
		  .amount = UINT64_C(1) << 32 | 1 },
	};
	size_t failed = 9;

	cr_assert_eq(xns_ipc_make(own, specs, 3, &failed), -EINVAL);
	cr_assert_eq(failed, 2);
	cr_assert_eq(count(own, SYSV), 0);
	specs[2].amount = 3;
	cr_assert_eq(xns_ipc_make(own, specs, 3, &failed), 0);
	cr_assert_eq(count(own, SYSV), 3);
	specs[0].size = offsetof(struct xns_ipc_spec, made_key);
	cr_assert_eq(xns_ipc_make(own, specs, 1, &failed), -EINVAL, "too short a struct");
	specs[0].size = sizeof(specs[0]);
	struct xns_ipc_ref refs[] = {
		{ .kind = XNS_IPC_SHM, .id = specs[0].id },
		{ .kind = XNS_IPC_MSG, .by_key = true, .key = specs[1].made_key },
		{ .kind = XNS_IPC_MSG, .by_key = true, .key = specs[1].made_key },
		{ .kind = XNS_IPC_SEM, .id = specs[2].id },
		{ .kind = XNS_IPC_SEM, .by_key = true },
		{ .kind = XNS_IPC_PSEM },
	};
	cr_assert_eq(xns_ipc_remove(own, refs, XNS_COUNT(refs)), 0);
	cr_assert(refs[0].result == 0 && refs[1].result == 0 && refs[3].result == 0);
	cr_assert_eq(refs[1].id, specs[1].id);
	cr_assert_eq(refs[2].result, -ENOENT);
	cr_assert_eq(refs[4].result, -EINVAL, "the private key names nothing");
	cr_assert_eq(refs[5].result, -EINVAL, "a name is missing");
	cr_assert_eq(count(own, SYSV), 0);
}

Test(ipc, owners_and_semaphores)
{
	struct xns_ipc_spec spec = { .size = sizeof(spec),
				     .kind = XNS_IPC_SEM,
				     .amount = 3,
				     .mode = 0600,
				     .has_owner = true,
				     .uid = geteuid(),
				     .gid = (gid_t)-1 };
	struct xns_ipc_sem *sems = NULL;
	size_t n = 0;

	cr_assert_eq(xns_ipc_make(own, &spec, 1, NULL), 0, "%s", xns_error(ctx));
	cr_assert_eq(xns_ipc_get_sems(own, spec.id, &sems, &n), 0);
	cr_assert_eq(n, 3);
	cr_assert_eq(sems[2].value, 0);
	free(sems);
	cr_assert_eq(xns_ipc_get_sems(own, spec.id + 1, &sems, &n), -EINVAL);
}

Test(ipc, names_of_posix_objects)
{
	static const char *const bad[] = {
		"", "/", ".", "..", "/.", "/..", "a/b", "//a", "a/"
	};
	char file[NAME_MAX + 1], name[300];

	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_eq(xns_posix_file_name(XNS_IPC_PSHM, bad[i], file, sizeof(file)),
			     -EINVAL, "%s", bad[i]);
	cr_assert_eq(xns_posix_file_name(XNS_IPC_PSHM, "/a", file, sizeof(file)), 0);
	cr_assert_str_eq(file, "a");
	cr_assert_eq(xns_posix_file_name(XNS_IPC_PSEM, "a", file, sizeof(file)), 0);
	cr_assert_str_eq(file, "sem.a");
	memset(name, 'x', sizeof(name));
	name[NAME_MAX] = '\0';
	cr_assert_eq(xns_posix_file_name(XNS_IPC_PSHM, name, file, sizeof(file)), 0);
	cr_assert_eq(xns_posix_file_name(XNS_IPC_PSEM, name, file, sizeof(file)),
		     -ENAMETOOLONG);
	name[NAME_MAX] = 'x';
	name[NAME_MAX + 1] = '\0';
	cr_assert_eq(xns_posix_file_name(XNS_IPC_PSHM, name, file, sizeof(file)),
		     -ENAMETOOLONG);
}

Test(ipc, limits_count_what_is_there)
{
	struct xns_ipc_spec specs[] = {
		{ .size = sizeof(specs[0]), .kind = XNS_IPC_SHM, .amount = 10 },
		{ .size = sizeof(specs[0]), .kind = XNS_IPC_MSG },
		{ .size = sizeof(specs[0]), .kind = XNS_IPC_SEM, .amount = 5 },
	};
	struct xns_ipc_limits l = { .size = sizeof(l) };

	cr_assert_eq(xns_ipc_make(own, specs, 3, NULL), 0);
	cr_assert_eq(xns_ipc_get_limits(own, &l), 0);
	cr_assert(l.shm_segments == 1 && l.msg_queues == 1 && l.sem_sets == 1);
	cr_assert(l.sem_semaphores == 5 && l.shm_pages == 1);
	cr_assert(l.shmmax > 0 && l.shmmni > 0 && l.msgmni > 0 && l.semmni > 0);
	l.size = 8;
	cr_assert_eq(xns_ipc_get_limits(own, &l), -EINVAL);
}

/* Lists are larger than a pipe: the helper must not wait for ever. */
Test(ipc, another_namespace)
{
	int ready[2];
	char c, pid[16];

	cr_assert_eq(pipe(ready), 0);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		if (unshare(CLONE_NEWIPC) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWIPC) < 0)
			_exit(1);
		for (int i = 0; i < 500; i++)
			if (msgget(i + 1, IPC_CREAT | 0600) < 0)
				_exit(1);
		cr_assert_eq(write(ready[1], "x", 1), 1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	bool there = read(ready[0], &c, 1) == 1;
	struct xns_ipc *ipc = NULL;
	xns_put_u64(pid, (uint32_t)child);
	if (there)
		cr_assert_eq(xns_ipc_open(ctx, pid, &ipc), 0, "%s", xns_error(ctx));
	size_t n = there ? count(ipc, SYSV) : 0;
	struct xns_ipc_spec spec = {
		.size = sizeof(spec), .kind = XNS_IPC_MSG, .has_key = true, .key = 3
	};
	int err = there ? xns_ipc_make(ipc, &spec, 1, NULL) : 0;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	xns_ipc_close(ipc);
	if (!there)
		cr_skip_test("needs a second IPC namespace");
	cr_assert_eq(n, 500);
	cr_assert_eq(err, -EEXIST);
	cr_assert_str_eq(xns_error(ctx), "create a message queue with key 0x00000003");
	cr_assert_eq(count(own, SYSV), 0, "we have not moved");
	cr_assert_eq(xns_ipc_open(ctx, pid, &ipc), -ESRCH);
	cr_assert_eq(xns_ipc_open(ctx, "/dev/null", &ipc), -EINVAL);
	cr_assert_eq(xns_ipc_open(ctx, "/proc/self/ns/net", &ipc), -EINVAL);
}
