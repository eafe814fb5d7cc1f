/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * THE table of steps that a plan (struct xns_create) is made of, in order: when each is wanted,
 * what it calls, what it is for, and what does it.
 */
#include "config.h"

#include <sched.h>

#include "kernel.h"
#include "run/steps.h"

/* --- which steps a plan wants, and the words for them ---------------------------------------
 */

#define WANTED(name, condition)                           \
	static bool wants_##name(const struct xns_run *r) \
	{                                                 \
		return (condition);                       \
	}
#define PURPOSE(name, ...)                                                        \
	static void tell_##name(const struct xns_run *r, char *text, size_t size) \
	{                                                                         \
		(void)r;                                                          \
		snprintf(text, size, __VA_ARGS__);                                \
	}

WANTED(owner, r->plan->owner)
PURPOSE(owner, "become %u:%u, to own the user namespace", r->plan->owner_uid,
	r->plan->owner_gid)
WANTED(prepare, xns_pins_wanted(r))
PURPOSE(prepare, "find or make what the namespaces will be pinned on (helper process)")
WANTED(unshare, r->flags != 0)
WANTED(offsets, r->plan->set_monotonic || r->plan->set_boottime)
PURPOSE(offsets, "set the clocks' offsets, before the time namespace has a member")
WANTED(setgroups, r->plan->setgroups != XNS_SETGROUPS_KEEP)
PURPOSE(setgroups, "%s setgroups(2)",
	r->plan->setgroups == XNS_SETGROUPS_DENY ? "deny" : "allow")
WANTED(maps, r->users.n || r->groups.n)
WANTED(propagation,
       (r->flags & CLONE_NEWNS) && r->plan->propagation != XNS_PROPAGATION_UNCHANGED)
WANTED(hostname, r->plan->hostname)
PURPOSE(hostname, "set the host name %s", r->plan->hostname)
WANTED(lo_up, r->plan->lo_up)
PURPOSE(lo_up, "set the loop-back interface up")
WANTED(load_interp, r->plan->load_interp && r->plan->root)
PURPOSE(load_interp, "with flag F: register the interpreter before the root changes")
WANTED(root, r->plan->root)
PURPOSE(root, "make %s the root directory", r->plan->root)
WANTED(wd, r->plan->wd)
PURPOSE(wd, "change to the directory %s", r->plan->wd)
WANTED(mount_proc, r->plan->mount_proc)
PURPOSE(mount_proc, "mount a procfs on %s", r->plan->mount_proc)
WANTED(mount_binfmt, r->plan->mount_binfmt)
PURPOSE(mount_binfmt, "mount binfmt_misc on %s%s", r->plan->mount_binfmt,
	r->plan->load_interp ? " and register the interpreter" : "")
WANTED(ids, r->plan->set_uid || r->plan->set_gid)
WANTED(keep_caps, r->plan->keep_caps && (r->flags & CLONE_NEWUSER))
PURPOSE(keep_caps, "keep the capabilities of the user namespace over execve(2)")

static void tell_unshare(const struct xns_run *r, char *text, size_t size)
{
	size_t n = (size_t)snprintf(text, size, "make new namespaces:");

	xns_for_each_type (t)
		if (r->flags & xns_types[t].flag && n < size)
			n += (size_t)snprintf(text + n, size - n, " %s", xns_types[t].name);
}

static size_t tell_map(const struct xns_idmap *map, const char *what, char *text, size_t size)
{
	xns_auto_free char *lines = xns_idmap_text(map, ';');
	int n = 0;

	if (map->n && lines) {
		lines[strlen(lines) - 1] = '\0';
		n = snprintf(text, size, "%s (inner outer count) %s", what, lines);
	}
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static void tell_maps(const struct xns_run *r, char *text, size_t size)
{
	size_t n = tell_map(&r->users, "map users", text, size);

	if (n && r->groups.n && n + 2 < size) {
		strcpy(text + n, "; ");
		n += 2;
	}
	n += tell_map(&r->groups, "map groups", text + n, size - n);
	if (xns_maps_by_helper(r))
		snprintf(text + n, size - n, " (helper process%s)",
			 r->euid ? ", with newuidmap and newgidmap" : "");
}

static void tell_propagation(const struct xns_run *r, char *text, size_t size)
{
	static const char *const names[] = { "private", "shared", "slave", "unchanged" };

	snprintf(text, size, "make all mounts %s", names[r->plan->propagation]);
}

static void tell_ids(const struct xns_run *r, char *text, size_t size)
{
	int n = 0;

	if (r->plan->set_gid)
		n = snprintf(text, size, "drop supplementary groups, become group %u%s",
			     r->plan->gid, r->plan->set_uid ? ", " : "");
	if (r->plan->set_uid)
		snprintf(text + n, size - (size_t)n, "become user %u", r->plan->uid);
}

/* --- steps that are nobody else's -----------------------------------------------------------
 */

static int do_unshare(struct xns_run *run)
{
	if (unshare((int)run->flags) == 0)
		return 0;
	int rc = xns_fail(run->ctx, errno, "unshare failed");
	xns_why_unshare(run, -rc);
	return rc;
}

static int do_prepare(struct xns_run *run)
{
	return xns_helper_ask(run, XNS_HELPER_PREPARE);
}

#define STEP(where, call, run, name)                               \
	{                                                          \
		where, call, wants_##name, run, tell_##name, false \
	}
#define STEP_BY_PROC(where, call, run, name)                      \
	{                                                         \
		where, call, wants_##name, run, tell_##name, true \
	}

/* A helper needs the caller's rights, so the caller changes no ids before it stands. */
const struct xns_step xns_steps[] = {
	STEP_BY_PROC(XNS_BEFORE, "mkdir, mount, openat", do_prepare, prepare),
	STEP(XNS_BEFORE, "setgroups, setresgid, setresuid", xns_become_owner, owner),
	STEP(XNS_MAKE, "unshare", do_unshare, unshare),
	STEP_BY_PROC(XNS_MAKE, "write /proc/self/timens_offsets", xns_write_offsets, offsets),
	STEP_BY_PROC(XNS_MAKE, "write /proc/self/setgroups", xns_write_setgroups, setgroups),
	STEP_BY_PROC(XNS_MAKE, "write uid_map, gid_map", xns_write_own_maps, maps),
	STEP(XNS_INSIDE, "mount", xns_set_propagation, propagation),
	STEP(XNS_INSIDE, "sethostname", xns_set_hostname, hostname),
	STEP(XNS_INSIDE, "ioctl SIOCSIFFLAGS", xns_set_lo_up, lo_up),
	STEP(XNS_INSIDE, "mount, write", xns_load_interp_outside, load_interp),
	STEP(XNS_INSIDE, "chroot", xns_change_root, root),
	STEP(XNS_INSIDE, "chdir", xns_change_dir, wd),
	STEP(XNS_INSIDE, "mount", xns_mount_proc, mount_proc),
	STEP(XNS_INSIDE, "mount", xns_mount_binfmt, mount_binfmt),
	STEP(XNS_LAST, "setgroups, setgid, setuid", xns_change_ids, ids),
	STEP(XNS_LAST, "capset, prctl", xns_keep_caps, keep_caps),
};

const size_t xns_nsteps = XNS_COUNT(xns_steps);

int xns_take_steps(struct xns_run *run, enum xns_where where)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < XNS_COUNT(xns_steps); i++)
		if (xns_steps[i].where == where && xns_steps[i].wanted(run))
			rc = xns_steps[i].run(run);
	return rc;
}
