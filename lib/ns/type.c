/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* THE table of namespace types. A ninth type is one new row (and its place in enum xns_type).
 */
#include "config.h"

#include "kernel.h"
#include "ns/type.h"
#include "private.h"

/* clang-format off */
const struct xns_type_info xns_types[XNS_NTYPES] = {
	[XNS_MNT]    = { .name = "mnt",    .flag = CLONE_NEWNS,     .option = "mount",  .letter = 'm',
			 .per_task = true, .pidfd_get = 3, .entry = 7, .help = "mount" },
	[XNS_UTS]    = { .name = "uts",    .flag = CLONE_NEWUTS,    .option = "uts",    .letter = 'u',
			 .per_task = true, .again = true, .pidfd_get = 10, .entry = 3, .help = "UTS (host name)" },
	[XNS_IPC]    = { .name = "ipc",    .flag = CLONE_NEWIPC,    .option = "ipc",    .letter = 'i',
			 .per_task = true, .pidfd_get = 2, .entry = 2, .help = "System V and POSIX IPC" },
	[XNS_NET]    = { .name = "net",    .flag = CLONE_NEWNET,    .option = "net",    .letter = 'n',
			 .per_task = true, .again = true, .pidfd_get = 4, .entry = 4, .help = "network" },
	[XNS_PID]    = { .name = "pid",    .flag = CLONE_NEWPID,    .option = "pid",    .letter = 'p',
			 .hierarchical = true, .for_children = "pid_for_children",
			 .pidfd_get = 5, .pidfd_get_children = 6, .entry = 5, .help = "PID" },
	[XNS_USER]   = { .name = "user",   .flag = CLONE_NEWUSER,   .option = "user",   .letter = 'U',
			 .hierarchical = true, .pidfd_get = 9, .entry = 0, .help = "user" },
	[XNS_CGROUP] = { .name = "cgroup", .flag = CLONE_NEWCGROUP, .option = "cgroup", .letter = 'C',
			 .per_task = true, .again = true, .pidfd_get = 1, .entry = 1, .help = "cgroup" },
	[XNS_TIME]   = { .name = "time",   .flag = CLONE_NEWTIME,   .option = "time",   .letter = 'T',
			 .for_children = "time_for_children", .again = true,
			 .pidfd_get = 7, .pidfd_get_children = 8, .entry = 6, .help = "time" },
};
/* clang-format on */

XNS_EXPORT const char *xns_type_name(enum xns_type type)
{
	return (unsigned)type < XNS_NTYPES ? xns_types[type].name : NULL;
}

XNS_EXPORT uint64_t xns_type_flag(enum xns_type type)
{
	return (unsigned)type < XNS_NTYPES ? xns_types[type].flag : 0;
}

XNS_EXPORT int xns_type_from_name(const char *name)
{
	xns_for_each_type (t)
		if (strcmp(xns_types[t].name, name) == 0)
			return (int)t;
	return -EINVAL;
}

XNS_EXPORT int xns_type_from_flag(uint64_t flag)
{
	xns_for_each_type (t)
		if (xns_types[t].flag == flag)
			return (int)t;
	return -EINVAL;
}
