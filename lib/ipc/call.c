/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening an IPC namespace to act in, and running a function inside it. */
#include "config.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "ipc/ipc.h"
#include "kernel.h"
#include "ns/handle.h"

int xns_blob_reserve(struct xns_blob *blob, size_t n)
{
	return xns_grow(&blob->data, &blob->cap, blob->len + n, 1);
}

int xns_blob_add(struct xns_blob *blob, const void *bytes, size_t n)
{
	if (n == 0)
		return 0;
	if (n > SIZE_MAX - blob->len || xns_grow(&blob->data, &blob->cap, blob->len + n, 1) < 0)
		return -ENOMEM;
	memcpy(blob->data + blob->len, bytes, n);
	blob->len += n;
	return 0;
}

void xns_blob_free(struct xns_blob *blob)
{
	free(blob->data);
	*blob = (struct xns_blob){ 0 };
}

/*
 * /dev/shm as the process sees it. A symbolic link there leads to where it would for that
 * process, never out of its root.
 */
static int open_shm_dir(int root)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root, "dev/shm", &how, sizeof(how));
}

/* All that is opened hangs on one /proc/PID directory, so a recycled PID is never mixed in. */
static int open_pid(struct xns_ipc *ipc, const char *pid)
{
	xns_auto_close int dir =
		openat(ipc->ctx->proc_fd, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return xns_fail(ipc->ctx, errno == ENOENT ? ESRCH : errno, "open process %s",
				pid);
	ipc->ns = xns_handle_open(dir, "ns/ipc");
	if (ipc->ns < 0)
		return xns_fail(ipc->ctx, -ipc->ns, "open /proc/%s/ns/ipc", pid);
	/* Without it, only POSIX shared memory and semaphores are out of reach. */
	xns_auto_close int root = openat(dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root >= 0)
		ipc->shm_dir = open_shm_dir(root);
	ipc->named_pid = true;
	return 0;
}

static int open_file(struct xns_ipc *ipc, const char *path)
{
	enum xns_type type;
	uint32_t inode;

	ipc->ns = xns_handle_open(AT_FDCWD, path);
	if (ipc->ns < 0 && ipc->ns != -EINVAL)
		return xns_fail(ipc->ctx, -ipc->ns, "open the IPC namespace %s", path);
	if (ipc->ns < 0 || xns_handle_identify(ipc->ns, &type, &inode) < 0 || type != XNS_IPC)
		return xns_fail(ipc->ctx, EINVAL, "%s is no IPC namespace", path);
	return 0;
}

/* The caller's own namespace needs no joining, and so no privilege. */
static void drop_own(struct xns_ipc *ipc)
{
	xns_auto_close int own = xns_handle_open(ipc->ctx->proc_fd, "self/ns/ipc");
	enum xns_type type;
	uint32_t own_inode, inode;

	if (own < 0 || xns_handle_identify(own, &type, &own_inode) < 0 ||
	    xns_handle_identify(ipc->ns, &type, &inode) < 0 || own_inode != inode)
		return;
	close(ipc->ns);
	ipc->ns = -1;
}

static bool is_number(const char *text)
{
	uint64_t pid;

	return xns_parse_u64(text, strlen(text), INT32_MAX, &pid) == 0;
}

XNS_EXPORT int xns_ipc_open(struct xns_ctx *ctx, const char *where, struct xns_ipc **ipc)
{
	struct xns_ipc *new = malloc(sizeof(*new));
	int err = 0;

	if (!new)
		return xns_fail(ctx, ENOMEM, "allocate memory");
	*new = (struct xns_ipc){ .ctx = ctx, .ns = -1, .shm_dir = -1 };
	if (!where)
		new->shm_dir = open("/dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	else
		err = is_number(where) ? open_pid(new, where) : open_file(new, where);
	if (err < 0) {
		xns_ipc_close(new);
		return err;
	}
	if (where)
		drop_own(new);
	*ipc = new;
	return 0;
}

/* A namespace without processes is reached through whatever else holds it. */
static int open_held(struct xns_ctx *ctx, const struct xns_scan *scan, const struct xns_ns *ns,
		     struct xns_ipc **ipc)
{
	xns_auto_close int fd = xns_ns_open(scan, ns);

	if (fd < 0)
		return fd;
	struct xns_ipc *new = malloc(sizeof(*new));
	if (!new)
		return xns_fail(ctx, ENOMEM, "allocate memory");
	*new = (struct xns_ipc){ .ctx = ctx, .ns = xns_steal_fd(&fd), .shm_dir = -1 };
	drop_own(new);
	*ipc = new;
	return 0;
}

XNS_EXPORT int xns_ipc_open_ns(struct xns_ctx *ctx, const struct xns_scan *scan,
			       const struct xns_ns *ns, struct xns_ipc **ipc)
{
	const struct xns_proc *leader = xns_ns_leader(scan, ns);
	char pid[16];

	if (xns_ns_type(ns) != XNS_IPC)
		return xns_fail(ctx, EINVAL, "open the namespace %u as one of IPC",
				xns_ns_inode(ns));
	if (leader) {
		xns_put_u64(pid, (uint32_t)xns_proc_pid(leader));
		return xns_ipc_open(ctx, pid, ipc);
	}
	return open_held(ctx, scan, ns, ipc);
}

XNS_EXPORT void xns_ipc_close(struct xns_ipc *ipc)
{
	if (!ipc)
		return;
	if (ipc->ns >= 0)
		close(ipc->ns);
	if (ipc->shm_dir >= 0)
		close(ipc->shm_dir);
	free(ipc);
}

/* --- the helper --------------------------------------------------------------------- */

/* What the helper sends before the bytes of its blob. */
struct answer {
	int result;
	size_t len;
	char message[sizeof(((struct xns_ctx *)NULL)->message)];
};

/* Enters the IPC namespace; before it the user namespace @user, where that is not -1. */
static int enter(struct xns_ipc *ipc, int user)
{
	char ipc_path[32] = "/proc/self/fd/", user_path[32] = "/proc/self/fd/";
	struct xns_source sources[] = { { XNS_IPC, ipc_path }, { XNS_USER, user_path }, { 0 } };
	struct xns_enter how = XNS_ENTER_INIT;
	struct xns_entry *entry = NULL;

	xns_put_u64(ipc_path + strlen(ipc_path), (uint32_t)ipc->ns);
	if (user >= 0)
		xns_put_u64(user_path + strlen(user_path), (uint32_t)user);
	else
		sources[1].from = NULL;
	how.sources = sources;
	int err = xns_entry_new(ipc->ctx, &how, &entry);
	if (err == 0)
		err = xns_entry_join(ipc->ctx, entry);
	xns_entry_free(entry);
	return err;
}

/*
 * Joins the namespace; its owning user namespace first, where the caller may do it only from
 * there (rootless containers). The caller's own user namespace is kept where that is enough,
 * so that owners are seen with the caller's ids.
 */
static int join(struct xns_ipc *ipc)
{
	int err = enter(ipc, -1);

	if (err != -EPERM)
		return err;
	xns_auto_close int owner = xns_handle_owner(ipc->ns);
	/* Mounting mqueue later needs a mount namespace that belongs to the user namespace. */
	if (owner < 0 || enter(ipc, owner) < 0 || unshare(CLONE_NEWNS) < 0)
		return xns_fail(ipc->ctx, EPERM, "join the IPC namespace");
	return 0;
}

static int write_all(int fd, const void *bytes, size_t n)
{
	for (const char *p = bytes; n > 0;) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int read_all(int fd, void *bytes, size_t n)
{
	for (char *p = bytes; n > 0;) {
		ssize_t got = read(fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -EIO;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

static _Noreturn void helper(struct xns_ipc *ipc, xns_ipc_fn *fn, void *arg, int to)
{
	struct answer answer = { 0 };
	xns_auto_blob struct xns_blob out = { 0 };

	signal(SIGPIPE, SIG_IGN);
	answer.result = join(ipc);
	if (answer.result == 0)
		answer.result = fn(ipc, arg, &out);
	answer.len = out.len;
	memcpy(answer.message, ipc->ctx->message, sizeof(answer.message));
	_exit(write_all(to, &answer, sizeof(answer)) < 0 ||
	      write_all(to, out.data, out.len) < 0);
}

static int receive(struct xns_ctx *ctx, int from, struct xns_blob *out)
{
	struct answer answer;
	int err = read_all(from, &answer, sizeof(answer));

	if (err == 0 && xns_grow(&out->data, &out->cap, answer.len, 1) < 0)
		err = -ENOMEM;
	if (err == 0)
		err = read_all(from, out->data, answer.len);
	if (err < 0)
		return xns_fail(ctx, -err, "read the answer of the helper in the namespace");
	out->len = answer.len;
	memcpy(ctx->message, answer.message, sizeof(ctx->message));
	return answer.result;
}

int xns_ipc_call(struct xns_ipc *ipc, xns_ipc_fn *fn, void *arg, struct xns_blob *out)
{
	int ends[2], status;

	if (ipc->ns < 0)
		return fn(ipc, arg, out);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return xns_fail(ipc->ctx, errno, "make a pipe");
	xns_auto_close int from = ends[0];
	pid_t child = fork();
	if (child < 0) {
		int err = errno;

		close(ends[1]);
		return xns_fail(ipc->ctx, err, "fork the helper for the namespace");
	}
	if (child == 0)
		helper(ipc, fn, arg, ends[1]);
	close(ends[1]);
	int err = receive(ipc->ctx, from, out);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return err;
}
