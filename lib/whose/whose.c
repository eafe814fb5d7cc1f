/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whose a process is: its cgroup path, read and handed to container.c. */
#include "config.h"

#include "private.h"
#include "whose/container.h"

enum { MAX_CGROUP = 64 * 1024 };

XNS_EXPORT int xns_whose_new(struct xns_ctx *ctx, pid_t pid, struct xns_whose **whose)
{
	char path[32];
	xns_auto_free char *text = NULL;

	if (pid <= 0)
		return xns_fail(ctx, ESRCH, "read the cgroup of process %d", (int)pid);
	memcpy(xns_put_u64(path, (uint32_t)pid), "/cgroup", 8);
	ssize_t n = xns_read_file(ctx->proc_fd, path, MAX_CGROUP, &text);
	if (n < 0)
		return xns_fail(ctx, n == -ENOENT ? ESRCH : (int)-n,
				"read the cgroup of process %d", (int)pid);
	struct xns_whose *new = calloc(1, sizeof(*new));
	if (!new)
		return xns_fail(ctx, ENOMEM, "read the cgroup of process %d", (int)pid);
	xns_whose_from_cgroup(text, new);
	*whose = new;
	return 0;
}

XNS_EXPORT void xns_whose_free(struct xns_whose *whose)
{
	free(whose);
}

XNS_EXPORT const char *xns_whose_get(const struct xns_whose *whose, enum xns_whose_kind kind)
{
	const char *const texts[] = {
		[XNS_WHOSE_RUNTIME] = whose->runtime,
		[XNS_WHOSE_CONTAINER] = whose->container,
		[XNS_WHOSE_POD] = whose->pod,
		[XNS_WHOSE_UNIT] = whose->unit,
	};

	if ((unsigned)kind >= XNS_COUNT(texts) || !*texts[kind])
		return NULL;
	return texts[kind];
}
