/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The three bpf(2) calls between a program and the records it writes. */
#include "config.h"

#include <linux/capability.h>
#include <sys/syscall.h>

#include "private.h"
#include "scan/bpf.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38 /* 5.8 */
#endif
#ifndef CAP_BPF
#define CAP_BPF 39 /* 5.8 */
#endif

bool xns_bpf_capable(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &head, data) < 0)
		return false;
#define HAS(cap) (data[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap))
	return HAS(CAP_SYS_ADMIN) || (HAS(CAP_BPF) && HAS(CAP_PERFMON));
#undef HAS
}

static int sys_bpf(int command, union bpf_attr *attr)
{
	long rc = syscall(SYS_bpf, command, attr, sizeof(*attr));

	return rc < 0 ? -errno : (int)rc;
}

int xns_bpf_iterate(const struct xns_asm *a, int32_t iterator, uint32_t task)
{
	struct {
		uint32_t tid, pid, pid_fd;
	} only = { .tid = task }; /* of union bpf_iter_link_info */
	union bpf_attr attr;

	if (a->broken)
		return -E2BIG;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_TRACING;
	attr.expected_attach_type = BPF_TRACE_ITER;
	attr.attach_btf_id = (uint32_t)iterator;
	attr.insn_cnt = a->count;
	attr.insns = (uintptr_t)a->insn;
	/* Reading kernel memory is for programs under the kernel's own licence only; this one
	 * is assembled here, from our LGPL code, which may be used under the GPL. */
	attr.license = (uintptr_t) "GPL";
	xns_auto_close int program = sys_bpf(BPF_PROG_LOAD, &attr);
	if (program < 0)
		return program;

	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = (uint32_t)program;
	attr.link_create.attach_type = BPF_TRACE_ITER;
	if (task) {
		attr.link_create.iter_info = (uintptr_t)&only;
		attr.link_create.iter_info_len = sizeof(only);
	}
	xns_auto_close int link = sys_bpf(BPF_LINK_CREATE, &attr);
	if (link < 0)
		return link;

	memset(&attr, 0, sizeof(attr));
	attr.iter_create.link_fd = (uint32_t)link;
	return sys_bpf(BPF_ITER_CREATE, &attr); /* bpf descriptors are close-on-exec */
}
