/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ways to name a process (PID:INODE and the like), looked up in a /proc without processes. */
#include "config.h"

#include <fcntl.h>

#include "private.h"
#include "run/select.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(target)
{
	static struct xns_ctx ctx = { .proc_fd = -1 };
	char *text = fuzz_text(data, size);
	struct xns_target target;

	if (ctx.proc_fd < 0)
		ctx.proc_fd = open("/dev/fd/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	FUZZ_CHECK(ctx.proc_fd >= 0);
	int rc = xns_target_select(&ctx, text, ~0u, &target);
	FUZZ_CHECK(rc <= 0);
	if (rc == 0)
		xns_target_close(&target);
	FUZZ_CHECK(memchr(ctx.message, '\0', sizeof(ctx.message)));
	free(text);
	return 0;
}
