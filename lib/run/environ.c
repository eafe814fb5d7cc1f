/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading the environment of another process, bounded and without believing its form. */
#include "config.h"

#include <fcntl.h>

#include "run/environ.h"

/* Three quarters of the 8 MiB stack that exec may fill with arguments (execve(2)). */
#define MAX_ENVIRON (6u << 20)

/* What glibc ignores in secure-execution mode, beside everything that begins with LD_. */
static const char *const unsafe[] = {
	"GCONV_PATH",  "GETCONF_DIR",      "GLIBC_TUNABLES",  "HOSTALIASES",
	"LOCALDOMAIN", "LOCPATH",          "MALLOC_TRACE",    "NIS_PATH",
	"NLSPATH",     "RESOLV_HOST_CONF", "RES_OPTIONS",     "TMPDIR",
	"TZDIR",       "MALLOC_CHECK_",    "MALLOC_PERTURB_", "MALLOC_TOP_PAD_"
};

static bool is_unsafe(const char *entry)
{
	size_t len = strcspn(entry, "=");

	if (strncmp(entry, "LD_", 3) == 0)
		return true;
	for (size_t i = 0; i < XNS_COUNT(unsafe); i++)
		if (strlen(unsafe[i]) == len && memcmp(entry, unsafe[i], len) == 0)
			return true;
	return false;
}

char **xns_environ_parse(char *text, size_t len, bool drop_unsafe)
{
	size_t n = 0, kept = 1;

	for (size_t i = 0; i <= len; i++)
		n += text[i] == '\0';
	/* The first slot is the text, to be freed with the array. */
	char **all = calloc(n + 2, sizeof(*all));
	if (!all)
		return NULL;
	all[0] = text;
	for (char *entry = text; entry < text + len; entry += strlen(entry) + 1) {
		const char *equals = strchr(entry, '=');

		if (!equals || equals == entry || (drop_unsafe && is_unsafe(entry)))
			continue;
		all[kept++] = entry;
	}
	return all + 1;
}

int xns_environ_read(struct xns_ctx *ctx, const struct xns_target *target, bool drop_unsafe,
		     char ***envp)
{
	char *text = NULL;
	ssize_t n = xns_read_file(target->dir, "environ", MAX_ENVIRON, &text);

	if (n == -EFBIG)
		n = -E2BIG;
	if (n < 0) {
		xns_fail(ctx, (int)-n, "read the environment of process %d", target->pid);
		if (n == -EACCES || n == -EPERM)
			xns_because(ctx, "it belongs to another user, or its program is not "
					 "readable; CAP_SYS_PTRACE would be needed");
		return (int)n;
	}
	*envp = xns_environ_parse(text, (size_t)n, drop_unsafe);
	if (!*envp) {
		free(text);
		return xns_fail(ctx, ENOMEM, "keep the environment of process %d", target->pid);
	}
	return 0;
}

void xns_environ_free(char **envp)
{
	if (!envp)
		return;
	free(envp[-1]);
	free(envp - 1);
}
