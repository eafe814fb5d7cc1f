/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A prepared plan in words, step by step, for --explain and --dry-run. */
#include "config.h"

#include "run/enter.h"

/* A step has a test for being part of @plan, and a text. */
struct step {
	bool (*wanted)(const struct xns_entry *plan);
	void (*text)(const struct xns_entry *plan, char *text, size_t size, char *call,
		     size_t call_size);
};

static bool always(const struct xns_entry *plan)
{
	(void)plan;
	return true;
}

static void list_types(unsigned types, char *text, size_t size)
{
	size_t n = 0;

	*text = '\0';
	xns_for_each_type (t)
		if ((types & XNS_TYPE_BIT(t)) && n < size)
			n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", " : "",
					      xns_types[t].name);
}

static bool has_target(const struct xns_entry *plan)
{
	return plan->target.dir >= 0;
}

static void say_target(const struct xns_entry *plan, char *text, size_t size, char *call,
		       size_t call_size)
{
	snprintf(text, size, "hold process %d", plan->target.pid);
	snprintf(call, call_size,
		 plan->target.pidfd >= 0 ? "pidfd_open(%d), open(/proc/%d)" : "open(/proc/%d)",
		 plan->target.pid, plan->target.pid);
}

static bool has_left_out(const struct xns_entry *plan)
{
	return plan->left_out != 0;
}

static void say_left_out(const struct xns_entry *plan, char *text, size_t size, char *call,
			 size_t call_size)
{
	char types[96];

	list_types(plan->left_out, types, sizeof(types));
	snprintf(text, size, "leave out what is the caller's own, or unknown here: %s", types);
	snprintf(call, call_size, "-");
}

static bool needs_stand_in(const struct xns_entry *plan)
{
	return plan->stand_in >= 0;
}

static void say_stand_in(const struct xns_entry *plan, char *text, size_t size, char *call,
			 size_t call_size)
{
	(void)plan;
	snprintf(text, size, "keep this program's file out of the target's reach");
	snprintf(call, call_size, "memfd_create, fcntl(F_ADD_SEALS)");
}

static bool has_pty(const struct xns_entry *plan)
{
	return plan->o.pty;
}

static void say_pty(const struct xns_entry *plan, char *text, size_t size, char *call,
		    size_t call_size)
{
	(void)plan;
	snprintf(text, size, "go on in a child with a terminal of its own, and relay");
	snprintf(call, call_size, "posix_openpt, clone, setsid, ioctl(TIOCSCTTY)");
}

static void say_dumpable(const struct xns_entry *plan, char *text, size_t size, char *call,
			 size_t call_size)
{
	(void)plan;
	snprintf(text, size, "be untraceable until the program runs");
	snprintf(call, call_size, "prctl(PR_SET_DUMPABLE, 0)");
}

static bool joins(const struct xns_entry *plan)
{
	return plan->types != 0;
}

static void say_join(const struct xns_entry *plan, char *text, size_t size, char *call,
		     size_t call_size)
{
	char types[96];

	list_types(plan->types, types, sizeof(types));
	if (plan->one_call) {
		snprintf(text, size, "join at once: %s", types);
		snprintf(call, call_size, "setns(pidfd, all flags)");
	} else {
		snprintf(text, size, "join one by one%s: %s",
			 plan->types & XNS_TYPE_BIT(XNS_USER)
				 ? ", the user namespace when the others allow"
				 : "",
			 types);
		snprintf(call, call_size, "setns(fd, flag) each");
	}
}

static bool has_root(const struct xns_entry *plan)
{
	return plan->root >= 0;
}

static void say_root(const struct xns_entry *plan, char *text, size_t size, char *call,
		     size_t call_size)
{
	(void)plan;
	snprintf(text, size, "change the root directory and go to its top");
	snprintf(call, call_size, "fchdir, chroot(\".\"), chdir(\"/\")");
}

static bool has_wd(const struct xns_entry *plan)
{
	return plan->wd >= 0 || plan->o.wdns;
}

static void say_wd(const struct xns_entry *plan, char *text, size_t size, char *call,
		   size_t call_size)
{
	snprintf(text, size, "go to '%s'%s", plan->wd >= 0 ? plan->wd_name : plan->o.wdns,
		 plan->o.wd_outside ? "" : ", which must be inside");
	snprintf(call, call_size, plan->wd >= 0 ? "fchdir, getcwd" : "chdir, getcwd");
}

static bool forks(const struct xns_entry *plan)
{
	return plan->fork;
}

static void say_fork(const struct xns_entry *plan, char *text, size_t size, char *call,
		     size_t call_size)
{
	snprintf(text, size, "fork: only children are in the PID namespace%s",
		 plan->cgroups.v2 >= 0 ? "; start in the target's cgroup" : "");
	snprintf(call, call_size,
		 plan->cgroups.v2 >= 0 ? "clone3(CLONE_INTO_CGROUP)" : "clone3");
}

static bool joins_cgroups(const struct xns_entry *plan)
{
	return plan->cgroups.n > (plan->fork && plan->cgroups.v2 >= 0);
}

static void say_cgroups(const struct xns_entry *plan, char *text, size_t size, char *call,
			size_t call_size)
{
	snprintf(text, size, "join %d cgroup%s of the target", plan->cgroups.n,
		 plan->cgroups.n == 1 ? "" : "s");
	snprintf(call, call_size, "write(cgroup.procs, \"0\")");
}

static bool has_label(const struct xns_entry *plan)
{
	return *plan->label;
}

static void say_label(const struct xns_entry *plan, char *text, size_t size, char *call,
		      size_t call_size)
{
	snprintf(text, size, "take the security label '%s'", plan->label);
	snprintf(call, call_size, "write(/proc/self/attr/exec)");
}

static bool changes_ids(const struct xns_entry *plan)
{
	bool user = plan->types & XNS_TYPE_BIT(XNS_USER);

	return plan->o.uid_from >= XNS_ID_GIVEN || plan->o.gid_from >= XNS_ID_GIVEN ||
	       (user &&
		(plan->o.uid_from == XNS_ID_DEFAULT || plan->o.gid_from == XNS_ID_DEFAULT));
}

static void say_id(enum xns_id_from from, bool user, uint32_t given, const char *what,
		   char *text, size_t size)
{
	if (from == XNS_ID_GIVEN)
		snprintf(text, size, "%s %u", what, given);
	else if (from == XNS_ID_FOLLOW)
		snprintf(text, size, "the target's %s", what);
	else if (from == XNS_ID_DEFAULT && user)
		snprintf(text, size, "%s 0", what);
	else
		snprintf(text, size, "the same %s", what);
}

static void say_ids(const struct xns_entry *plan, char *text, size_t size, char *call,
		    size_t call_size)
{
	bool user = plan->types & XNS_TYPE_BIT(XNS_USER);
	char gid[32], uid[32];
	bool groups = plan->o.gid_from >= XNS_ID_GIVEN ||
		      (plan->o.gid_from == XNS_ID_DEFAULT && user);

	say_id(plan->o.gid_from, user, plan->o.gid, "gid", gid, sizeof(gid));
	say_id(plan->o.uid_from, user, plan->o.uid, "uid", uid, sizeof(uid));
	snprintf(text, size, "%srun as %s and %s%s", groups ? "drop the groups, " : "", uid,
		 gid, plan->o.keep_caps ? ", keeping capabilities" : "");
	snprintf(call, call_size, "%ssetresgid, setresuid", groups ? "setgroups, " : "");
}

static bool drops_caps(const struct xns_entry *plan)
{
	return plan->o.drop_caps;
}

static void say_caps(const struct xns_entry *plan, char *text, size_t size, char *call,
		     size_t call_size)
{
	snprintf(text, size, "keep no capability beyond the target's bounding set %016llx",
		 (unsigned long long)plan->bounding);
	snprintf(call, call_size, "prctl(PR_CAPBSET_DROP), capset");
}

static bool no_new_privs(const struct xns_entry *plan)
{
	return plan->o.no_new_privs;
}

static void say_nnp(const struct xns_entry *plan, char *text, size_t size, char *call,
		    size_t call_size)
{
	(void)plan;
	snprintf(text, size, "gain no privileges by exec");
	snprintf(call, call_size, "prctl(PR_SET_NO_NEW_PRIVS, 1)");
}

static void say_fds(const struct xns_entry *plan, char *text, size_t size, char *call,
		    size_t call_size)
{
	snprintf(text, size, "close every descriptor above %u", 2 + plan->o.preserve_fds);
	snprintf(call, call_size, "close_range(%u, ~0, CLOEXEC)", 3 + plan->o.preserve_fds);
}

/* In the order in which run/enter.c takes them. */
static const struct step steps[] = {
	{ has_target, say_target },
	{ has_left_out, say_left_out },
	{ needs_stand_in, say_stand_in },
	{ has_pty, say_pty },
	{ always, say_dumpable },
	{ joins, say_join },
	{ has_root, say_root },
	{ has_wd, say_wd },
	{ forks, say_fork },
	{ joins_cgroups, say_cgroups },
	{ has_label, say_label },
	{ drops_caps, say_caps },
	{ changes_ids, say_ids },
	{ no_new_privs, say_nnp },
	{ always, say_fds },
};

bool xns_entry_describe(const struct xns_entry *plan, unsigned n, char *text, size_t size,
			char *call, size_t call_size)
{
	for (size_t i = 0; i < XNS_COUNT(steps); i++) {
		if (!steps[i].wanted(plan) || n-- > 0)
			continue;
		steps[i].text(plan, text, size, call, call_size);
		return true;
	}
	return false;
}
