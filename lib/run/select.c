/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Targets by the names that people give them. */
#include "config.h"

#include <limits.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "kernel.h"
#include "ns/handle.h"
#include "run/enter.h"
#include "run/nsref.h"
#include "run/select.h"

struct member {
	pid_t pid;
	uint32_t ns[XNS_NTYPES];
};

struct members {
	enum xns_type type;
	uint32_t inode;
	unsigned types;
	struct member *m;
	size_t n, cap;
	bool denied;
};

/* Remembers a process of the wanted namespace unless one like it is known. */
static int add_member(void *arg, pid_t pid, int dir)
{
	struct members *s = arg;
	struct member new = { .pid = pid };
	uint32_t inode = 0;
	int err = xns_proc_ns_inode(dir, xns_types[s->type].name, &inode);

	s->denied |= err == -EACCES;
	if (err < 0 || inode != s->inode)
		return 0;
	xns_for_each_type (t)
		if (s->types & XNS_TYPE_BIT(t))
			xns_proc_ns_inode(dir, xns_types[t].name, &new.ns[t]);
	for (size_t i = 0; i < s->n; i++) {
		if (memcmp(s->m[i].ns, new.ns, sizeof(new.ns)) != 0)
			continue;
		if (pid < s->m[i].pid)
			s->m[i].pid = pid;
		return 0;
	}
	if ((err = xns_grow(&s->m, &s->cap, s->n + 1, sizeof(*s->m))) < 0)
		return err;
	s->m[s->n++] = new;
	return 0;
}

static int by_pid(const void *a, const void *b)
{
	pid_t x = ((const struct member *)a)->pid, y = ((const struct member *)b)->pid;

	return (x > y) - (x < y);
}

static int list_candidates(struct xns_ctx *ctx, const struct members *s)
{
	char list[384] = "";
	size_t n = 0, i;

	for (i = 0; i < s->n && n < sizeof(list) - 16; i++)
		n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%d", i ? ", " : "",
				      s->m[i].pid);
	xns_fail(ctx, ENOTUNIQ, "choose a process of %s:[%u]", xns_types[s->type].name,
		 s->inode);
	xns_because(ctx,
		    "processes in it differ in other namespaces that are wanted; candidates: "
		    "%s%s",
		    list, i < s->n ? ", ..." : "");
	return -ENOTUNIQ;
}

static int not_a_target(struct xns_ctx *ctx, const char *prefix, const char *text)
{
	xns_fail(ctx, EINVAL, "parse the target '%s%s'", prefix, text);
	xns_because(ctx, "a target is PID, PID:INODE, PID@OTHER or ns:TYPE:[INODE]");
	return -EINVAL;
}

static int select_by_ns(struct xns_ctx *ctx, const char *text, unsigned types,
			struct xns_target *target)
{
	struct members s = { .types = types };
	const char *colon = strchr(text, ':');
	xns_auto_free void *owned = NULL;
	char link[64];
	int err;

	/* "net:[4026531833]", or without the brackets, which a shell may want quoted */
	if (!colon ||
	    snprintf(link, sizeof(link), "%.*s:[%.*s]", (int)(colon - text), text,
		     (int)strcspn(colon + 1 + (colon[1] == '['), "]"),
		     colon + 1 + (colon[1] == '[')) >= (int)sizeof(link) ||
	    xns_handle_parse_link(link, strlen(link), &s.type, &s.inode) < 0)
		return not_a_target(ctx, "ns:", text);
	err = xns_for_each_process(ctx, add_member, &s);
	owned = s.m;
	if (err < 0)
		return err == -ENOMEM ? xns_fail(ctx, ENOMEM, "list the processes") : err;
	if (s.n == 0) {
		xns_fail(ctx, ESRCH, "find a process in %s:[%u]", xns_types[s.type].name,
			 s.inode);
		if (s.denied)
			xns_because(ctx, "the namespaces of some processes could not be read");
		return -ESRCH;
	}
	qsort(s.m, s.n, sizeof(*s.m), by_pid);
	if (s.n > 1)
		return list_candidates(ctx, &s);
	return xns_target_open(ctx, target, s.m[0].pid, 0);
}

struct inner {
	uint32_t pid_ns; /* inode */
	uint64_t inner;  /* number in that namespace */
	pid_t found;
};

/* The last number of NSpid is the one in the process's own PID namespace. */
static int match_inner(void *arg, pid_t pid, int dir)
{
	struct inner *s = arg;
	char value[512];
	uint32_t ns;
	uint64_t last;
	struct xns_ctx scratch = { .proc_fd = -1 };

	if (xns_proc_ns_inode(dir, "pid", &ns) < 0 || ns != s->pid_ns ||
	    xns_proc_status(&scratch, dir, "NSpid:", value, sizeof(value)) < 0)
		return 0;
	const char *tab = strrchr(value, '\t');
	const char *number = tab ? tab + 1 : value;
	if (xns_parse_u64(number, strlen(number), INT_MAX, &last) == 0 && last == s->inner)
		s->found = pid;
	return s->found != 0;
}

static int select_inner(struct xns_ctx *ctx, uint64_t inner, pid_t other,
			struct xns_target *target)
{
	struct inner s = { .inner = inner };
	struct xns_target holder;
	int err = xns_target_open(ctx, &holder, other, 0);

	if (err < 0)
		return err;
	xns_auto_close int ns = xns_target_ns(ctx, &holder, XNS_PID);
	if (ns >= 0)
		err = xns_target_check(ctx, &holder);
	xns_target_close(&holder);
	if (ns < 0 || err < 0)
		return ns < 0 ? ns : err;
	int found = ioctl(ns, XNS_NS_GET_TGID_FROM_PIDNS, inner);
	struct stat st;
	if (found < 0 && errno != ESRCH && fstat(ns, &st) == 0) {
		s.pid_ns = (uint32_t)st.st_ino;
		err = xns_for_each_process(ctx, match_inner, &s);
		if (err < 0)
			return err;
		found = s.found;
	}
	if (found <= 0)
		return xns_fail(ctx, ESRCH, "find process %llu in the PID namespace of %d",
				(unsigned long long)inner, other);
	return xns_target_open(ctx, target, found, 0);
}

int xns_target_select(struct xns_ctx *ctx, const char *text, unsigned types,
		      struct xns_target *target)
{
	uint64_t pid, second = 0;
	size_t len = 0;

	while (text[len] >= '0' && text[len] <= '9')
		len++;
	if (strncmp(text, "ns:", 3) == 0)
		return select_by_ns(ctx, text + 3, types, target);
	if (xns_parse_u64(text, len, INT_MAX, &pid) < 0 || pid == 0)
		return not_a_target(ctx, "", text);
	if (!text[len])
		return xns_target_open(ctx, target, (pid_t)pid, 0);
	if (text[len] == ':' &&
	    xns_parse_u64(text + len + 1, strlen(text + len + 1), UINT64_MAX, &second) == 0)
		return xns_target_open(ctx, target, (pid_t)pid, second);
	if (text[len] == '@' &&
	    xns_parse_u64(text + len + 1, strlen(text + len + 1), INT_MAX, &second) == 0 &&
	    second)
		return select_inner(ctx, pid, (pid_t)second, target);
	return not_a_target(ctx, "", text);
}
