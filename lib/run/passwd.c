/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A bounded reader of passwd(5) text. */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "run/passwd.h"

#define MAX_PASSWD (4u << 20)

bool xns_passwd_find(const char *text, uid_t uid, char *shell, size_t size)
{
	for (const char *line = text; *line; line += *line == '\n') {
		const char *field[7], *p = line;
		size_t len = strcspn(line, "\n");
		uint64_t number;
		int n = 0;

		line += len;
		for (field[n++] = p; n < 7 && p < line; p++)
			if (*p == ':')
				field[n++] = p + 1;
		/* name:password:uid:gid:gecos:home:shell */
		if (n < 7 ||
		    xns_parse_u64(field[2], (size_t)(field[3] - 1 - field[2]), UINT32_MAX,
				  &number) < 0 ||
		    number != uid)
			continue;
		len = strcspn(field[6], ":\n");
		if (len == 0 || len >= size || field[6][0] != '/')
			return false;
		memcpy(shell, field[6], len);
		shell[len] = '\0';
		return true;
	}
	return false;
}

/* Opens @path if it is a regular file now, and that very file: no FIFO, no device. */
static int open_regular(const struct xns_ctx *ctx, const char *path)
{
	xns_auto_close int found = open(path, O_PATH | O_CLOEXEC);
	char self[32] = "self/fd/";
	struct stat st;

	if (found < 0 || fstat(found, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size > MAX_PASSWD)
		return -1;
	xns_put_u64(self + strlen(self), (uint32_t)found);
	return openat(ctx->proc_fd, self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

bool xns_passwd_shell(const struct xns_ctx *ctx, uid_t uid, char *shell, size_t size)
{
	xns_auto_close int fd = open_regular(ctx, "/etc/passwd");
	xns_auto_free char *text = fd < 0 ? NULL : malloc(MAX_PASSWD + 1);
	size_t len = 0;
	ssize_t n;

	if (!text)
		return false;
	while (len < MAX_PASSWD && (n = read(fd, text + len, MAX_PASSWD - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	return xns_passwd_find(text, uid, shell, size);
}
