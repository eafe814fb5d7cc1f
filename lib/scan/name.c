/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The names that people know namespaces by: of their mounts, and of the host they pretend to
 * be. */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <sys/utsname.h>

#include "ns/handle.h"
#include "scan/snapshot.h"

/* "/run/netns/blue" -> blue; "/run/xns/blue/net" and "/run/user/1000/xns/blue/net" -> blue. */
static bool name_from_mount(const char *path, const char *type, char *name, size_t size)
{
	static const char *const netns[] = { "/run/netns/", "/var/run/netns/" };

	for (size_t i = 0; i < XNS_COUNT(netns); i++) {
		size_t n = strlen(netns[i]);
		if (strncmp(path, netns[i], n) == 0 && !strchr(path + n, '/')) {
			snprintf(name, size, "%s", path + n);
			return true;
		}
	}
	const char *last = strrchr(path, '/');
	const char *own = strstr(path, "/xns/");
	if (strncmp(path, "/run/", 5) != 0 || !own || !last || strcmp(last + 1, type) != 0)
		return false;
	own += strlen("/xns/");
	if (own >= last || memchr(own, '/', (size_t)(last - own)))
		return false;
	snprintf(name, size, "%.*s", (int)(last - own), own);
	return true;
}

struct visit {
	int fd;
	bool done;
	struct utsname uts;
};

static void *visit_uts(void *data)
{
	struct visit *v = data;

	/* Only this thread goes there. */
	v->done = setns(v->fd, CLONE_NEWUTS) == 0 && uname(&v->uts) == 0;
	return NULL;
}

static int host_name(const struct xns_scan *scan, const struct xns_ns *ns, char *name,
		     size_t size)
{
	struct visit v = { .fd = -1 };
	uint32_t own[XNS_NTYPES];
	pthread_t thread;

	if (scan->ctx->own_proc && xns_task_ns(scan->ctx, getpid(), own) == 0 &&
	    own[XNS_UTS] == ns->inode) {
		v.done = uname(&v.uts) == 0;
	} else {
		xns_auto_close int fd =
			snap_open_ns((struct xns_scan *)scan, (uint32_t)(ns - scan->ns));
		v.fd = fd;
		if (fd >= 0 && pthread_create(&thread, NULL, visit_uts, &v) == 0)
			pthread_join(thread, NULL);
	}
	if (!v.done)
		return -ENODATA;
	snprintf(name, size, "%s", v.uts.nodename);
	return 0;
}

XNS_EXPORT int xns_ns_name(const struct xns_scan *scan, const struct xns_ns *ns, char *name,
			   size_t size)
{
	struct xns_holder mount = { .size = sizeof(mount), .kinds = 1u << XNS_HELD_MOUNT };

	while (xns_ns_next_holder(scan, ns, &mount))
		if (mount.own &&
		    name_from_mount(mount.path, xns_types[ns->type].name, name, size))
			return 0;
	return ns->type == XNS_UTS ? host_name(scan, ns, name, size) : -ENODATA;
}
