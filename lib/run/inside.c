/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small things that are set in the new namespaces: host name, loop-back, credentials.
 */
#include "config.h"

#include <grp.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "kernel.h"
#include "run/run.h"

int xns_set_hostname(struct xns_run *run)
{
	const char *name = run->plan->hostname;

	if (sethostname(name, strlen(name)) < 0)
		return xns_fail(run->ctx, errno, "set the host name to '%s'", name);
	return 0;
}

int xns_set_lo_up(struct xns_run *run)
{
	xns_auto_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { .ifr_name = "lo" };

	if (fd < 0 && errno == EAFNOSUPPORT)
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &req) < 0)
		return xns_fail(run->ctx, errno, "set the interface lo up");
	req.ifr_flags = (short)(req.ifr_flags | IFF_UP);
	if (ioctl(fd, SIOCSIFFLAGS, &req) < 0)
		return xns_fail(run->ctx, errno, "set the interface lo up");
	return 0;
}

static void why_ids(struct xns_run *run, const char *what, uint32_t id)
{
	if (errno == EINVAL)
		xns_because(run->ctx,
			    "%s %u is not mapped in the user namespace: see "
			    "--map-user, --map-users, --map-auto",
			    what, id);
	else if (errno == EPERM && strcmp(what, "group list") == 0)
		xns_because(run->ctx,
			    "setgroups is denied in this user namespace, as it must be "
			    "where an ordinary user maps a single group; leave out -G, "
			    "or map groups with --map-groups or --map-auto");
	else if (errno == EPERM)
		xns_because(run->ctx, "changing ids needs CAP_SETUID or CAP_SETGID in the user "
				      "namespace of the program");
}

int xns_change_ids(struct xns_run *run)
{
	const struct xns_create *plan = run->plan;
	int rc = 0;

	if (plan->set_gid) {
		if (setgroups(0, NULL) < 0) {
			rc = xns_fail(run->ctx, errno, "setgroups failed");
			why_ids(run, "group list", 0);
			return rc;
		}
		if (setgid(plan->gid) < 0) {
			rc = xns_fail(run->ctx, errno, "setgid failed");
			why_ids(run, "group", plan->gid);
			return rc;
		}
	}
	if (plan->set_uid) {
		if (plan->keep_caps && (run->flags & CLONE_NEWUSER))
			prctl(PR_SET_KEEPCAPS, 1L);
		if (setuid(plan->uid) < 0) {
			rc = xns_fail(run->ctx, errno, "setuid failed");
			why_ids(run, "user", plan->uid);
		}
	}
	return rc;
}

/* Every permitted capability becomes inheritable and ambient, which execve(2) preserves. */
int xns_keep_caps(struct xns_run *run)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];

	if (syscall(SYS_capget, &head, caps) < 0)
		return xns_fail(run->ctx, errno, "read capabilities");
	for (int i = 0; i < 2; i++) {
		caps[i].effective = caps[i].permitted;
		caps[i].inheritable = caps[i].permitted;
	}
	if (syscall(SYS_capset, &head, caps) < 0)
		return xns_fail(run->ctx, errno, "set capabilities");
	for (unsigned long cap = 0; cap < 64; cap++)
		if ((caps[cap / 32].permitted >> (cap % 32)) & 1 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0L, 0L) < 0 &&
		    errno != EINVAL)
			return xns_fail(run->ctx, errno, "raise ambient capability %lu", cap);
	return 0;
}
