/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The identity of a new user namespace: its owner, its id maps, its setgroups switch. */
#include "config.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>

#include "kernel.h"
#include "run/run.h"
#include "run/spawn.h"

#ifndef XNS_NEWUIDMAP
#define XNS_NEWUIDMAP "/usr/bin/newuidmap"
#endif
#ifndef XNS_NEWGIDMAP
#define XNS_NEWGIDMAP "/usr/bin/newgidmap"
#endif

/* A map of nothing but the caller's own id can be written from inside, by anybody. */
bool xns_maps_by_helper(const struct xns_run *run)
{
	return (run->users.n &&
		(run->plan->owner || !xns_idmap_is_own(&run->users, run->euid))) ||
	       (run->groups.n &&
		(run->plan->owner || !xns_idmap_is_own(&run->groups, run->egid)));
}

/* The owner of a user namespace is whoever makes it, so the caller becomes that user. */
int xns_become_owner(struct xns_run *run)
{
	const struct xns_create *plan = run->plan;

	if (setgroups(0, NULL) < 0)
		return xns_fail(run->ctx, errno, "drop supplementary groups");
	if (setresgid(plan->owner_gid, plan->owner_gid, plan->owner_gid) < 0)
		return xns_fail(run->ctx, errno, "become group %u", plan->owner_gid);
	if (setresuid(plan->owner_uid, plan->owner_uid, plan->owner_uid) < 0)
		return xns_fail(run->ctx, errno, "become user %u", plan->owner_uid);
	return 0;
}

/* Writes a file of process @pid, 0: of this one, in one write(2): the kernel takes no other. */
static int write_file(struct xns_run *run, pid_t pid, const char *name, const char *text)
{
	char path[48] = "self";

	if (pid)
		xns_put_u64(path, (uint32_t)pid);
	strcat(strcat(path, "/"), name);
	xns_auto_close int fd = openat(run->ctx->proc_fd, path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return xns_fail(run->ctx, errno, "write /proc/%s", path);
	return 0;
}

/*
 * The files of a process that is not dumpable (its program may not be read, say) belong to
 * root, and its owner could not write them. Nobody but that owner can make use of the moment.
 */
static void let_write(struct xns_run *run)
{
	if (!run->dumpable)
		prctl(PR_SET_DUMPABLE, 1L);
}

static void end_let_write(struct xns_run *run)
{
	if (!run->dumpable)
		prctl(PR_SET_DUMPABLE, 0L);
}

static int setgroups_of(struct xns_run *run, pid_t pid)
{
	bool deny = run->plan->setgroups == XNS_SETGROUPS_DENY;
	int rc = write_file(run, pid, "setgroups", deny ? "deny" : "allow");

	if (rc < 0 && deny && !(run->flags & CLONE_NEWUSER))
		xns_because(run->ctx, "only a new user namespace can deny setgroups");
	else if (rc < 0 && !deny)
		xns_because(run->ctx,
			    "setgroups is denied in this user namespace, and stays so "
			    "in those below");
	return rc;
}

/* Offsets can be set until the namespace has its first member: time_namespaces(7). */
static int offsets_of(struct xns_run *run, pid_t pid)
{
	const struct xns_create *plan = run->plan;
	char text[96] = "";
	int n = 0;

	if (plan->set_monotonic)
		n += snprintf(text, sizeof(text), "monotonic %lld 0\n",
			      (long long)plan->monotonic);
	if (plan->set_boottime)
		snprintf(text + n, sizeof(text) - (size_t)n, "boottime %lld 0\n",
			 (long long)plan->boottime);
	int rc = write_file(run, pid, "timens_offsets", text);
	if (rc == -ERANGE)
		xns_because(run->ctx, "a clock cannot be set below zero, nor beyond 146 years");
	return rc;
}

/*
 * What needs the files of this process in /proc: written by the helper where they are not ours
 * any more, because the owner of the user namespace is somebody else.
 */
static int write_for_self(struct xns_run *run, enum xns_helper_op op,
			  int (*write_of)(struct xns_run *, pid_t))
{
	if (run->plan->owner)
		return xns_helper_ask(run, op);
	let_write(run);
	int rc = write_of(run, 0);
	end_let_write(run);
	return rc;
}

int xns_write_setgroups(struct xns_run *run)
{
	return write_for_self(run, XNS_HELPER_SETGROUPS, setgroups_of);
}

int xns_write_offsets(struct xns_run *run)
{
	return write_for_self(run, XNS_HELPER_OFFSETS, offsets_of);
}

static int write_own(struct xns_run *run, const struct xns_idmap *map, bool group)
{
	xns_auto_free char *text = xns_idmap_text(map, '\n');

	if (!map->n)
		return 0;
	if (!text)
		return xns_fail(run->ctx, ENOMEM, "write the id map");
	int rc = write_file(run, 0, group ? "gid_map" : "uid_map", text);
	if (rc < 0)
		xns_why_map(run, -rc, group);
	return rc;
}

int xns_write_own_maps(struct xns_run *run)
{
	int rc;

	let_write(run);
	if (xns_maps_by_helper(run)) {
		rc = xns_helper_ask(run, XNS_HELPER_MAPS);
	} else {
		rc = write_own(run, &run->users, false);
		if (rc == 0)
			rc = write_own(run, &run->groups, true);
	}
	end_let_write(run);
	return rc;
}

/* "newuidmap PID INNER OUTER COUNT ..." */
static int ask_newidmap(struct xns_run *run, const struct xns_idmap *map, pid_t pid, bool group)
{
	char *program = (char *)(uintptr_t)(group ? XNS_NEWGIDMAP : XNS_NEWUIDMAP);
	xns_auto_free char *text = xns_idmap_text(map, ' ');
	char **argv = calloc(3 + 3 * map->n, sizeof(*argv));
	char pid_text[16], said[400];
	size_t n = 2;

	if (!text || !argv) {
		free(argv);
		return xns_fail(run->ctx, ENOMEM, "execute %s", program);
	}
	xns_put_u64(pid_text, (uint32_t)pid);
	argv[0] = program;
	argv[1] = pid_text;
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[n++] = word;
	int rc = xns_spawn(run->ctx, argv, said, sizeof(said));
	free(argv);
	if (rc == 0)
		return 0;
	if (rc > 0)
		xns_fail(run->ctx, EPERM, "map %s with %s", group ? "groups" : "users",
			 program);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0L, 0L, 0L, 0L) == 1)
		xns_because(run->ctx,
			    "no_new_privs is set, so %s cannot have the privilege it "
			    "needs; only the caller's own id can be mapped (-r, -c)",
			    program);
	else if (rc == -ENOENT)
		xns_because(run->ctx,
			    "an ordinary user needs %s (package uidmap or shadow) to "
			    "map more than the own id",
			    program);
	else if (rc > 0 && *said)
		xns_because(run->ctx, "%.*s", (int)strcspn(said, "\n"), said);
	return rc < 0 ? rc : -EPERM;
}

static int write_one_of(struct xns_run *run, const struct xns_idmap *map, pid_t pid, bool group)
{
	xns_auto_free char *text = xns_idmap_text(map, '\n');

	if (!map->n)
		return 0;
	if (run->euid != 0)
		return ask_newidmap(run, map, pid, group);
	if (!text)
		return xns_fail(run->ctx, ENOMEM, "write the id map");
	int rc = write_file(run, pid, group ? "gid_map" : "uid_map", text);
	if (rc < 0)
		xns_why_map(run, -rc, group);
	return rc;
}

int xns_write_outside(struct xns_run *run, enum xns_helper_op op, pid_t pid)
{
	if (op == XNS_HELPER_SETGROUPS)
		return setgroups_of(run, pid);
	if (op == XNS_HELPER_OFFSETS)
		return offsets_of(run, pid);
	int rc = write_one_of(run, &run->users, pid, false);
	return rc < 0 ? rc : write_one_of(run, &run->groups, pid, true);
}
