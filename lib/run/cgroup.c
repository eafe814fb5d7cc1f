/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening and joining the cgroups of a process, version 2 and version 1. */
#include "config.h"

#include <fcntl.h>
#include <sys/vfs.h>

#include "run/cgroup.h"

#define CGROUP2_MAGIC 0x63677270
#define CGROUP1_MAGIC 0x27e0eb

enum {
	MAX_CGROUP_TEXT = 1 << 20, /* 32 lines of paths that are 4096 bytes at most */
	MAX_MOUNTINFO = 64 << 20,
};

void xns_cgroups_init(struct xns_cgroups *cgroups)
{
	*cgroups = (struct xns_cgroups){ .v2 = -1 };
}

void xns_cgroups_close(struct xns_cgroups *cgroups)
{
	if (cgroups->v2 >= 0)
		close(cgroups->v2);
	for (int i = 0; i < cgroups->n; i++)
		close(cgroups->h[i].procs);
	xns_cgroups_init(cgroups);
}

int xns_cgroup_parse(char *line, char **controllers, char **path)
{
	char *first = strchr(line, ':');
	char *second = first ? strchr(first + 1, ':') : NULL;

	if (!second || second[1] != '/')
		return -EINVAL;
	*second = '\0';
	*controllers = first + 1;
	*path = second + 1;
	return 0;
}

/* Undoes the \ooo that mountinfo writes for blanks, line breaks and backslashes, in place. */
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* Is the comma-separated list @wanted wholly among the comma-separated @options? */
static bool has_all(const char *options, const char *wanted)
{
	while (*wanted) {
		size_t len = strcspn(wanted, ",");
		const char *o = options;

		while (*o && !(strcspn(o, ",") == len && memcmp(o, wanted, len) == 0)) {
			o += strcspn(o, ",");
			o += *o == ',';
		}
		if (!*o)
			return false;
		wanted += len;
		wanted += *wanted == ',';
	}
	return true;
}

/* A mount of mountinfo(5): the fields that matter here. */
struct mount_line {
	char *root, *point, *type, *options;
};

static bool parse_mount(char *line, struct mount_line *m)
{
	char *field[6], *save = NULL, *dash = strstr(line, " - ");

	if (!dash)
		return false;
	*dash = '\0';
	for (int i = 0; i < 5; i++)
		if (!(field[i] = strtok_r(i ? NULL : line, " ", &save)))
			return false;
	m->root = field[3];
	m->point = field[4];
	dash += 3;
	m->type = strsep(&dash, " ");
	strsep(&dash, " "); /* the source, which may be empty */
	m->options = strsep(&dash, " ");
	if (!m->options)
		return false;
	unescape(m->root);
	unescape(m->point);
	return true;
}

/* Opens the directory of the cgroup @path of the hierarchy in a mount of which it is a part. */
static int open_below(const struct mount_line *m, const char *path, bool v2)
{
	size_t root_len = strcmp(m->root, "/") == 0 ? 0 : strlen(m->root);
	char full[8192];
	struct statfs fs;

	/* "/..": it is outside of our cgroup namespace, and no part of the mounted tree. */
	if (strncmp(path, "/..", 3) == 0 && (path[3] == '/' || path[3] == '\0'))
		return -ENOENT;
	if (strncmp(path, m->root, root_len) != 0 ||
	    (path[root_len] != '/' && path[root_len] != '\0'))
		return -ENOENT;
	if (snprintf(full, sizeof(full), "%s%s", m->point, path + root_len) >=
	    (int)sizeof(full))
		return -ENAMETOOLONG;
	xns_auto_close int fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	/* Something else may be mounted over it. */
	if (fs.f_type != (v2 ? CGROUP2_MAGIC : CGROUP1_MAGIC))
		return -ENOENT;
	return xns_steal_fd(&fd);
}

/* The directory of one line of /proc/PID/cgroup; -ENOENT where the hierarchy is not mounted. */
static int open_cgroup(const char *mountinfo, const char *controllers, const char *path)
{
	bool v2 = !*controllers;
	int result = -ENOENT;

	for (const char *at = mountinfo; *at && result < 0;) {
		size_t len = strcspn(at, "\n");
		xns_auto_free char *line = strndup(at, len);
		struct mount_line m;

		if (!line)
			return -ENOMEM;
		if (parse_mount(line, &m) && strcmp(m.type, v2 ? "cgroup2" : "cgroup") == 0 &&
		    (v2 || has_all(m.options, controllers)))
			result = open_below(&m, path, v2);
		at += len;
		at += *at == '\n';
	}
	return result;
}

static int add_cgroup(struct xns_ctx *ctx, struct xns_cgroups *cgroups, const char *mountinfo,
		      const char *controllers, const char *path)
{
	bool v2 = !*controllers;
	xns_auto_close int dir = open_cgroup(mountinfo, controllers, path);

	if (dir < 0)
		return xns_fail(ctx, -dir, "open the cgroup '%s' (%s)", path,
				v2 ? "v2" : controllers);
	int procs = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (procs < 0)
		return xns_fail(ctx, errno, "open cgroup.procs of the cgroup '%s' (%s)", path,
				v2 ? "v2" : controllers);
	cgroups->h[cgroups->n].procs = procs;
	cgroups->h[cgroups->n++].v2 = v2;
	if (v2)
		cgroups->v2 = xns_steal_fd(&dir);
	return 0;
}

/* Is the line "ID:CONTROLLERS:PATH" of another process also one of ours? */
static bool is_ours(const char *own, const char *line)
{
	size_t len = strlen(line);

	for (const char *p = own; (p = strstr(p, line)); p++)
		if ((p == own || p[-1] == '\n') && (p[len] == '\n' || p[len] == '\0'))
			return true;
	return false;
}

int xns_cgroups_open(struct xns_ctx *ctx, const struct xns_target *target,
		     struct xns_cgroups *cgroups)
{
	xns_auto_free char *text = NULL, *own = NULL, *mounts = NULL;
	int seen = 0, err;
	ssize_t n;

	xns_cgroups_init(cgroups);
	if ((n = xns_read_file(target->dir, "cgroup", MAX_CGROUP_TEXT, &text)) < 0)
		return xns_fail(ctx, (int)-n, "read /proc/%d/cgroup", target->pid);
	if ((n = xns_read_file(ctx->proc_fd, "self/cgroup", MAX_CGROUP_TEXT, &own)) < 0)
		return xns_fail(ctx, (int)-n, "read /proc/self/cgroup");
	if ((n = xns_read_file(ctx->proc_fd, "self/mountinfo", MAX_MOUNTINFO, &mounts)) < 0)
		return xns_fail(ctx, (int)-n, "read /proc/self/mountinfo");
	for (char *line = text, *end; *line; line = end) {
		char *controllers, *path;
		bool ours;

		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		ours = is_ours(own, line);
		if (xns_cgroup_parse(line, &controllers, &path) < 0)
			continue;
		seen++;
		if (ours || cgroups->n == XNS_MAX_HIERARCHIES)
			continue;
		/* A v1 system has an empty, and often unmounted, v2 hierarchy as well. */
		err = add_cgroup(ctx, cgroups, mounts, controllers, path);
		if (err == -ENOENT && strcmp(path, "/") == 0)
			continue;
		if (err < 0) {
			xns_cgroups_close(cgroups);
			return err;
		}
	}
	if (!seen)
		return xns_fail(ctx, ENOENT, "find a cgroup of process %d", target->pid);
	return 0;
}

int xns_cgroups_join(struct xns_ctx *ctx, const struct xns_cgroups *cgroups, bool v2_too)
{
	for (int i = 0; i < cgroups->n; i++) {
		if (cgroups->h[i].v2 && !v2_too)
			continue;
		if (write(cgroups->h[i].procs, "0", 1) < 0)
			return xns_fail(ctx, errno, "join the target's cgroup (%s)",
					cgroups->h[i].v2 ? "v2" : "v1");
	}
	return 0;
}
