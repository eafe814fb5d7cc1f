/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespaces by path, by id, by name, and through a socket. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>

#include "kernel.h"
#include "ns/handle.h"
#include "run/nsref.h"

#define NETNS_DIR "/run/netns"

int xns_for_each_process(struct xns_ctx *ctx, xns_each_process *each, void *arg)
{
	int fd = openat(ctx->proc_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *proc = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;
	uint64_t pid;
	int rc = 0;

	if (!proc) {
		rc = errno;
		if (fd >= 0)
			close(fd);
		return xns_fail(ctx, rc, "list the processes");
	}
	while (rc == 0 && (d = readdir(proc))) {
		if (xns_parse_u64(d->d_name, strlen(d->d_name), INT_MAX, &pid) < 0)
			continue;
		xns_auto_close int dir = openat(ctx->proc_fd, d->d_name, O_PATH | O_CLOEXEC);
		if (dir >= 0)
			rc = each(arg, (pid_t)pid, dir);
	}
	closedir(proc);
	return rc;
}

struct by_id {
	enum xns_type type;
	uint64_t id;
	uint32_t last; /* the inode tried last: neighbours often share a namespace */
	int fd;
};

static bool has_id(int fd, uint64_t wanted)
{
	uint64_t id;

	return fd >= 0 && xns_handle_id(fd, &id) == 0 && id == wanted;
}

static int match_id(void *arg, pid_t pid, int dir)
{
	struct by_id *s = arg;
	char link[32];
	uint32_t inode;

	(void)pid;
	if (xns_proc_ns_inode(dir, xns_types[s->type].name, &inode) < 0 || inode == s->last)
		return 0;
	s->last = inode;
	snprintf(link, sizeof(link), "ns/%s", xns_types[s->type].name);
	xns_auto_close int fd = xns_handle_open(dir, link);
	if (!has_id(fd, s->id))
		return 0;
	s->fd = xns_steal_fd(&fd);
	return 1;
}

/* Namespaces that nothing but a bind mount keeps: those mounted where we can see them. */
static void match_mounts(struct xns_ctx *ctx, struct by_id *s)
{
	xns_auto_free char *text = NULL;

	if (xns_read_file(ctx->proc_fd, "self/mountinfo", 64 << 20, &text) < 0)
		return;
	for (char *line = text, *save = NULL; s->fd < 0 && (line = strtok_r(line, "\n", &save));
	     line = NULL) {
		char root[64], point[PATH_MAX];
		enum xns_type type;
		uint32_t inode;

		if (!strstr(line, " - nsfs ") ||
		    sscanf(line, "%*s %*s %*s %63s %4095s", root, point) != 2 ||
		    xns_handle_parse_link(root, strlen(root), &type, &inode) < 0 ||
		    type != s->type)
			continue;
		xns_auto_close int fd = xns_handle_open(AT_FDCWD, point);
		if (has_id(fd, s->id))
			s->fd = xns_steal_fd(&fd);
	}
}

static int open_by_id(struct xns_ctx *ctx, enum xns_type type, const char *text)
{
	struct by_id s = { .type = type, .fd = -1 };
	uint64_t own;
	int err;

	if (xns_parse_u64(text, strlen(text), UINT64_MAX, &s.id) < 0 || s.id == 0)
		return xns_fail(ctx, EINVAL, "parse the %s namespace id '%s'",
				xns_types[type].name, text);
	/* From 6.19 the id alone is enough; before, it has to be met somewhere. */
	s.fd = xns_handle_open_id(type, s.id, 0);
	if (s.fd >= 0)
		return s.fd;
	s.fd = -1;
	err = xns_for_each_process(ctx, match_id, &s);
	if (err < 0)
		return err;
	if (s.fd < 0)
		match_mounts(ctx, &s);
	if (s.fd >= 0)
		return s.fd;
	xns_auto_close int self = xns_handle_open(ctx->proc_fd, "self/ns/net");
	err = self < 0 ? 0 : xns_handle_id(self, &own);
	xns_fail(ctx, ENOENT, "find the %s namespace with id %s", xns_types[type].name, text);
	if (err == -ENOTTY)
		xns_because(ctx, "the kernel has no namespace ids (Linux 6.18 has)");
	return -ENOENT;
}

static int check_type(struct xns_ctx *ctx, enum xns_type type, const char *path, int fd)
{
	enum xns_type is;
	uint32_t inode;
	int err = xns_handle_identify(fd, &is, &inode);

	if (err < 0)
		return xns_fail(ctx, -err, "identify the namespace '%s'", path);
	if (is == type)
		return 0;
	xns_fail(ctx, EINVAL, "enter '%s' as %s namespace", path, xns_types[type].name);
	xns_because(ctx, "it is a %s namespace", xns_types[is].name);
	return -EINVAL;
}

int xns_namespace_select(struct xns_ctx *ctx, enum xns_type type, const char *text)
{
	char path[PATH_MAX];
	int err;

	if (text[0] == ':')
		return open_by_id(ctx, type, text + 1);
	snprintf(path, sizeof(path), "%s", text);
	if (type == XNS_NET && text[0] == '@') {
		if (!text[1] || strchr(text, '/') || strcmp(text, "@.") == 0 ||
		    strcmp(text, "@..") == 0)
			return xns_fail(ctx, EINVAL, "look up the network namespace '%s'",
					text + 1);
		snprintf(path, sizeof(path), NETNS_DIR "/%s", text + 1);
	}
	xns_auto_close int fd = xns_handle_open(AT_FDCWD, path);
	if (fd < 0) {
		xns_fail(ctx, -fd, "open the %s namespace '%s'", xns_types[type].name, path);
		if (fd == -EINVAL)
			xns_because(ctx, "the file is no namespace%s",
				    type == XNS_NET && text[0] == '@'
					    ? "; its bind mount may be gone"
					    : "");
		return fd;
	}
	err = check_type(ctx, type, path, fd);
	return err < 0 ? err : xns_steal_fd(&fd);
}

int xns_namespaces_named(struct xns_ctx *ctx, const char *path, int ns[XNS_NTYPES])
{
	xns_auto_close int dir = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int found = 0, err;

	if (dir < 0)
		return xns_fail(ctx, errno, "open the named namespaces '%s'", path);
	xns_for_each_type (t) {
		int fd = xns_handle_open(dir, xns_types[t].name);

		if (fd == -ENOENT)
			continue;
		if (fd < 0)
			return xns_fail(ctx, -fd, "open the %s namespace '%s/%s'",
					xns_types[t].name, path, xns_types[t].name);
		xns_cleanup_close(&ns[t]);
		ns[t] = fd;
		if ((err = check_type(ctx, t, path, fd)) < 0)
			return err;
		found++;
	}
	return found ? 0 : xns_fail(ctx, ENOENT, "find a namespace in '%s'", path);
}

int xns_namespace_of_socket(struct xns_ctx *ctx, const struct xns_target *target, int fd)
{
	xns_auto_close int copy =
		target->pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, target->pidfd, fd, 0);

	if (copy < 0)
		return xns_fail(ctx, target->pidfd < 0 ? ENOSYS : errno,
				"take descriptor %d of process %d", fd, target->pid);
	/* Copied with close-on-exec set (pidfd_getfd(2)). */
	int ns = ioctl(copy, XNS_SIOCGSKNS);
	if (ns < 0) {
		int err = errno;
		xns_fail(ctx, err, "find the network namespace of descriptor %d of process %d",
			 fd, target->pid);
		if (err == ENOTTY)
			xns_because(ctx, "the descriptor is no socket");
		return -err;
	}
	return ns;
}
