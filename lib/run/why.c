/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why the kernel refused a namespace, a map or a mount: one errno has many causes, and which it
 * was is read from limits, maps and mounts after the failure.
 */
#include "config.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "run/run.h"

static bool proc_text(struct xns_run *run, const char *name, char **text)
{
	int proc = xns_ctx_proc(run->ctx);

	return proc >= 0 && xns_read_file(proc, name, 4 << 20, text) >= 0;
}

/* A sysctl that holds a number; -1: there is none. */
static long long sysctl(struct xns_run *run, const char *name)
{
	xns_auto_free char *text = NULL;

	return proc_text(run, name, &text) ? strtoll(text, NULL, 10) : -1;
}

static bool has_cap(unsigned cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	return syscall(SYS_capget, &head, caps) == 0 &&
	       ((caps[cap / 32].effective >> (cap % 32)) & 1);
}

static bool in_seccomp(struct xns_run *run)
{
	xns_auto_free char *text = NULL;

	return proc_text(run, "self/status", &text) && strstr(text, "\nSeccomp:\t2");
}

/* In a chroot the root directory is no mount point (unless it was made one on purpose). */
static bool in_chroot(struct xns_run *run)
{
	xns_auto_free char *text = NULL;
	char at[3];

	if (!proc_text(run, "self/mountinfo", &text))
		return false;
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%*s %*s %*s %*s %2s", at) == 1 && strcmp(at, "/") == 0)
			return false;
	}
	return true;
}

/* Is @id one that the caller's own user namespace has? */
static bool is_mapped(struct xns_run *run, bool group, uint32_t id)
{
	xns_auto_free char *text = NULL;
	unsigned inner, count;
	int used;

	if (!proc_text(run, group ? "self/gid_map" : "self/uid_map", &text))
		return true;
	for (const char *p = text; sscanf(p, "%u %*u %u%n", &inner, &count, &used) == 2;
	     p += used)
		if (id >= inner && id - inner < count)
			return true;
	return false;
}

static const char *own_userns(struct xns_run *run, char link[64])
{
	int proc = xns_ctx_proc(run->ctx);
	ssize_t n = proc < 0 ? -1 : readlinkat(proc, "self/ns/user", link, 63);

	link[n > 0 ? n : 0] = '\0';
	return n > 0 ? link : "the current user namespace";
}

static void why_limit(struct xns_run *run)
{
	char limits[256] = "", one[64];

	xns_for_each_type (t) {
		if (!(run->flags & xns_types[t].flag))
			continue;
		snprintf(one, sizeof(one), "sys/user/max_%s_namespaces", xns_types[t].name);
		long long max = sysctl(run, one);

		if (max < 0)
			continue;
		snprintf(one, sizeof(one), "user.max_%s_namespaces = %lld", xns_types[t].name,
			 max);
		if (max == 0) {
			xns_because(run->ctx, "%s forbids it (sysctl)", one);
			return;
		}
		size_t len = strlen(limits);
		snprintf(limits + len, sizeof(limits) - len, "%s%s", len ? ", " : "", one);
	}
	xns_because(run->ctx,
		    "a limit is reached, here or in a namespace above: %s; or user or PID "
		    "namespaces are nested 32 deep",
		    limits);
}

static void why_forbidden(struct xns_run *run)
{
	char link[64];

	if (!(run->flags & CLONE_NEWUSER)) {
		if (!has_cap(CAP_SYS_ADMIN))
			xns_because(run->ctx,
				    "needs CAP_SYS_ADMIN in %s; with a new user namespace "
				    "(-U, -r) an ordinary user has it there",
				    own_userns(run, link));
		else if (in_seccomp(run))
			xns_because(run->ctx, "a seccomp filter of this process may forbid it");
		return;
	}
	if (in_chroot(run))
		xns_because(run->ctx,
			    "this is a chroot: the kernel makes no user namespace in one");
	else if (!is_mapped(run, false, geteuid()) || !is_mapped(run, true, getegid()))
		xns_because(run->ctx, "the caller's user or group id is not mapped in %s",
			    own_userns(run, link));
	else if (sysctl(run, "sys/kernel/unprivileged_userns_clone") == 0)
		xns_because(run->ctx,
			    "kernel.unprivileged_userns_clone = 0 forbids it (sysctl)");
	else if (sysctl(run, "sys/kernel/apparmor_restrict_unprivileged_userns") > 0)
		xns_because(run->ctx,
			    "kernel.apparmor_restrict_unprivileged_userns = 1: AppArmor "
			    "restricts it to programs with a profile");
	else if (in_seccomp(run))
		xns_because(run->ctx, "a seccomp filter of this process may forbid it");
	else /* a chroot into a mount point cannot be told from a root */
		xns_because(run->ctx, "this is a chroot, or a security module forbids it");
}

static void why_unknown(struct xns_run *run)
{
	char name[32];
	int proc = xns_ctx_proc(run->ctx);

	xns_for_each_type (t) {
		snprintf(name, sizeof(name), "self/ns/%s", xns_types[t].name);
		if (proc >= 0 && (run->flags & xns_types[t].flag) &&
		    faccessat(proc, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			xns_because(run->ctx, "this kernel has no %s namespaces",
				    xns_types[t].name);
	}
}

void xns_why_unshare(struct xns_run *run, int err)
{
	switch (err) {
	case ENOSPC:
	case EUSERS: /* before 4.9 */
		why_limit(run);
		break;
	case EPERM:
		why_forbidden(run);
		break;
	case EINVAL:
		why_unknown(run);
		break;
	default:
		break;
	}
}

static const struct xns_idrange *first_unmapped(struct xns_run *run, bool group)
{
	const struct xns_idmap *map = group ? &run->groups : &run->users;

	for (size_t i = 0; i < map->n; i++)
		if (!is_mapped(run, group, map->v[i].outer) ||
		    !is_mapped(run, group, map->v[i].outer + map->v[i].count - 1))
			return &map->v[i];
	return NULL;
}

void xns_why_map(struct xns_run *run, int err, bool group)
{
	const struct xns_idrange *r;
	bool helper = xns_maps_by_helper(run);
	char link[64];

	if (err != EPERM && err != EACCES)
		return;
	if (sysctl(run, "sys/kernel/apparmor_restrict_unprivileged_userns") > 0 &&
	    run->euid != 0)
		xns_because(run->ctx,
			    "kernel.apparmor_restrict_unprivileged_userns = 1: AppArmor "
			    "gives no capabilities in the new user namespace");
	else if (helper && (r = first_unmapped(run, group)))
		xns_because(run->ctx, "the outer %ss %u to %u are not all mapped in %s",
			    group ? "group" : "user", r->outer, r->outer + r->count - 1,
			    own_userns(run, link));
	else if (helper && !has_cap(group ? CAP_SETGID : CAP_SETUID))
		xns_because(run->ctx, "needs %s in %s", group ? "CAP_SETGID" : "CAP_SETUID",
			    own_userns(run, link));
	else if (group && run->euid != 0 && run->plan->setgroups != XNS_SETGROUPS_DENY)
		xns_because(run->ctx,
			    "an ordinary user can map a group only where setgroups is "
			    "denied: add --setgroups deny");
	else if (!group && !helper && run->euid == 0 && !has_cap(CAP_SETFCAP))
		xns_because(run->ctx, "mapping user 0 needs CAP_SETFCAP since Linux 5.12");
}

void xns_why_mount_proc(struct xns_run *run, int err)
{
	xns_auto_free char *text = NULL;
	char at[128], found[128] = "";

	if (err != EPERM && err != EBUSY)
		return;
	if ((run->flags & CLONE_NEWUSER) && !(run->flags & CLONE_NEWPID)) {
		xns_because(run->ctx, "in a new user namespace a procfs can be mounted only "
				      "together with a new PID namespace: add -p -f");
		return;
	}
	if (!proc_text(run, "self/mountinfo", &text))
		return;
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%*s %*s %*s %*s %127s", at) == 1 &&
		    strncmp(at, "/proc/", 6) == 0 &&
		    strcmp(at, "/proc/sys/fs/binfmt_misc") != 0)
			strcpy(found, at);
	}
	if (*found)
		xns_because(run->ctx,
			    "/proc is masked: with mounts over parts of it (%s), the "
			    "kernel lets no new procfs uncover them",
			    found);
	else if (!has_cap(CAP_SYS_ADMIN))
		xns_because(run->ctx, "needs CAP_SYS_ADMIN: an ordinary user has it with -r");
}

void xns_why_pin(struct xns_run *run, int err, enum xns_type type)
{
	char link[64];

	if (err == EPERM)
		xns_because(run->ctx,
			    "a bind mount needs CAP_SYS_ADMIN in the user namespace that "
			    "owns the mount namespace, and that is %s or one above",
			    own_userns(run, link));
	else if (err == ELOOP && type == XNS_MNT)
		/* Each processor has its own batch of ids: newer need not be higher. */
		xns_because(run->ctx,
			    "the kernel takes it for older than the mount namespace it is "
			    "mounted in, going by their ids (Linux 6.18): try again, or with "
			    "taskset on one processor");
	else if (err == EINVAL && type == XNS_MNT)
		xns_because(run->ctx,
			    "a mount namespace can be pinned only on a mount that is not "
			    "shared: mount --bind DIR DIR; mount --make-private DIR");
	else if (err == ENOENT && type == XNS_PID)
		xns_because(run->ctx, "the PID namespace has no process yet: add --fork");
}
