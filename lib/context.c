/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The context: which /proc is read, and the message of the last failure. */
#include "config.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "private.h"

/* A procfs of another PID namespace numbers us otherwise, or not at all. */
static bool is_own_proc(int proc_fd)
{
	char self[16], pid[16];
	ssize_t n = readlinkat(proc_fd, "self", self, sizeof(self));

	xns_put_u64(pid, (uint32_t)getpid());
	return n > 0 && (size_t)n == strlen(pid) && memcmp(self, pid, (size_t)n) == 0;
}

/* Opens /proc; -ENODEV where something else is mounted there. */
static int open_proc(void)
{
	xns_auto_close int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	if (fs.f_type != XNS_PROC_MAGIC)
		return -ENODEV;
	return xns_steal_fd(&fd);
}

int xns_ctx_proc(struct xns_ctx *ctx)
{
	if (ctx->proc_fd < 0) {
		int fd = open_proc();

		if (fd == -ENODEV) {
			xns_fail(ctx, ENODEV, "open /proc");
			xns_because(ctx, "what is mounted on /proc is no procfs");
			return fd;
		}
		if (fd < 0)
			return xns_fail(ctx, -fd, "open /proc");
		ctx->proc_fd = fd;
		ctx->own_proc = is_own_proc(fd);
	}
	return ctx->proc_fd;
}

XNS_EXPORT int xns_new(struct xns_ctx **ctx)
{
	int fd = open_proc();
	struct xns_ctx *new;

	if (fd < 0)
		return fd;
	new = calloc(1, sizeof(*new));
	if (!new) {
		close(fd);
		return -ENOMEM;
	}
	new->proc_fd = fd;
	new->own_proc = is_own_proc(fd);
	*ctx = new;
	return 0;
}

XNS_EXPORT void xns_free(struct xns_ctx *ctx)
{
	if (!ctx)
		return;
	if (ctx->proc_fd >= 0)
		close(ctx->proc_fd);
	free(ctx);
}

XNS_EXPORT int xns_set_proc(struct xns_ctx *ctx, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);

	if (copy < 0)
		return xns_fail(ctx, errno, "duplicate the /proc descriptor");
	if (ctx->proc_fd >= 0)
		close(ctx->proc_fd);
	ctx->proc_fd = copy;
	ctx->own_proc = false;
	return 0;
}

XNS_EXPORT const char *xns_error(const struct xns_ctx *ctx)
{
	return ctx->message;
}

XNS_EXPORT const char *xns_hint(const struct xns_ctx *ctx)
{
	return ctx->hint;
}

XNS_EXPORT const char *xns_version(void)
{
	return PACKAGE_VERSION;
}

int xns_fail(struct xns_ctx *ctx, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(ctx->message, sizeof(ctx->message), fmt, args) < 0)
		ctx->message[0] = '\0';
	va_end(args);
	ctx->hint[0] = '\0';
	ctx->exit_code = 1;
	return -err;
}

void xns_because(struct xns_ctx *ctx, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(ctx->hint, sizeof(ctx->hint), fmt, args) < 0)
		ctx->hint[0] = '\0';
	va_end(args);
}
