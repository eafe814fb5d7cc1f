/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public getters of namespaces and processes: pure functions of the snapshot. */
#include "config.h"

#include "scan/snapshot.h"

XNS_EXPORT enum xns_type xns_ns_type(const struct xns_ns *ns)
{
	return (enum xns_type)ns->type;
}

XNS_EXPORT uint32_t xns_ns_inode(const struct xns_ns *ns)
{
	return ns->inode;
}

XNS_EXPORT uint64_t xns_ns_id(const struct xns_ns *ns)
{
	return ns->known & NS_KNOWS_ID ? ns->id : 0;
}

XNS_EXPORT unsigned xns_ns_nprocs(const struct xns_ns *ns)
{
	return ns->nprocs;
}

XNS_EXPORT unsigned xns_ns_ntasks(const struct xns_ns *ns)
{
	return ns->ntasks;
}

XNS_EXPORT unsigned xns_ns_heldby(const struct xns_ns *ns)
{
	return ns->heldby;
}

XNS_EXPORT size_t xns_ns_nholders(const struct xns_ns *ns)
{
	size_t n = (size_t)ns->nprocs + ns->nholders + ns->nrelated;

	return n || !ns->heldby ? n : 1; /* the kernel, if nothing else is known */
}

XNS_EXPORT const struct xns_proc *xns_ns_leader(const struct xns_scan *scan,
						const struct xns_ns *ns)
{
	return ns->leader == SNAP_NONE ? NULL : &scan->procs[ns->leader];
}

XNS_EXPORT const struct xns_ns *xns_ns_parent(const struct xns_scan *scan,
					      const struct xns_ns *ns)
{
	return ns->parent == SNAP_NONE ? NULL : &scan->ns[ns->parent];
}

XNS_EXPORT const struct xns_ns *xns_ns_owner(const struct xns_scan *scan,
					     const struct xns_ns *ns)
{
	return ns->owner == SNAP_NONE ? NULL : &scan->ns[ns->owner];
}

XNS_EXPORT int xns_ns_owner_uid(const struct xns_scan *scan, const struct xns_ns *ns,
				uid_t *uid)
{
	const struct xns_ns *user = ns->type == XNS_USER ? ns : xns_ns_owner(scan, ns);

	if (!user || !(user->known & NS_KNOWS_OWNER_UID))
		return -ENODATA;
	*uid = user->owner_uid;
	return 0;
}

XNS_EXPORT int xns_ns_netnsid(const struct xns_ns *ns, int *id)
{
	if (ns->type != XNS_NET)
		return -EINVAL;
	if (!(ns->known & NS_KNOWS_NETNSID))
		return -ENODATA;
	*id = ns->netnsid;
	return 0;
}

XNS_EXPORT pid_t xns_proc_pid(const struct xns_proc *proc)
{
	return (pid_t)proc->pid;
}

XNS_EXPORT bool xns_proc_readable(const struct xns_proc *proc)
{
	return !(proc->flags & PROC_UNREADABLE);
}

XNS_EXPORT const struct xns_ns *xns_proc_ns(const struct xns_scan *scan,
					    const struct xns_proc *proc, enum xns_type type)
{
	uint32_t i = (unsigned)type < XNS_NTYPES ? snap_ns_of(scan, proc, type) : SNAP_NONE;

	return i == SNAP_NONE ? NULL : &scan->ns[i];
}
