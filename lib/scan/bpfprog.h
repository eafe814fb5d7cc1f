/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The programs that walk the kernel's tasks and descriptors, and the records they write. They
 * are assembled for the running kernel from its own BTF.
 */
#ifndef XNS_SCAN_BPFPROG_H
#define XNS_SCAN_BPFPROG_H

#include "ns/type.h"
#include "scan/bpfasm.h"
#include "scan/btf.h"

/*
 * A process (its leading thread), or a thread whose nsproxy is not the leader's. Inodes that
 * are 0 are not there: a dead task has a pid and a user namespace only.
 */
struct xns_bpf_task {
	uint32_t tgid, tid;    /* numbers in the PID namespace at the level asked for */
	uint32_t ppid;         /* 0: the parent is outside of it */
	uint32_t euid;         /* as the initial user namespace has it */
	uint64_t start;        /* ns since boot, as in /proc/PID/stat */
	uint32_t exit_state;   /* not 0: zombie or dead */
	uint32_t level;        /* depth of its own PID namespace */
	uint32_t pid_children; /* inodes of *_for_children */
	uint32_t time_children;
	uint32_t pid_parent; /* parent of inode[XNS_PID]; 0: it is the first */
	uint32_t user_maker; /* user id that made inode[XNS_USER] */
	uint32_t inode[XNS_NTYPES];
	uint32_t owner[XNS_NTYPES]; /* user namespace that owns it; of a user one, the parent */
};

enum xns_bpf_kind {
	XNS_BPF_NSFS,   /* descriptor of a namespace */
	XNS_BPF_SOCKET, /* inode is its network namespace's */
	XNS_BPF_TUN,    /* /dev/net/tun: whose network namespace is to be asked for */
};

struct xns_bpf_file {
	uint32_t tgid, tid; /* tid is not tgid where a thread has descriptors of its own */
	uint32_t fd;
	uint32_t kind;
	uint32_t inode;
	uint32_t flag;  /* CLONE_NEW*, for XNS_BPF_NSFS */
	uint64_t table; /* which table of descriptors, for telling them apart */
};

/* What the programs need to know of the kernel. */
#define XNS_KERNEL_FACTS 80
struct xns_kernel_facts {
	int32_t value[XNS_KERNEL_FACTS];
};

/* Takes the facts out of @btf. -EINVAL: malformed; -ENOENT: not all are there. */
int xns_bpf_facts(const struct xns_btf *btf, struct xns_kernel_facts *facts);

/* BTF ids of the iterators. */
int32_t xns_bpf_task_iterator(const struct xns_kernel_facts *facts);
int32_t xns_bpf_file_iterator(const struct xns_kernel_facts *facts);

/*
 * The programs. @level is the depth of the PID namespace whose numbers are wanted (0: the
 * initial one); tasks that have no number there are left out. @all_sockets: also those that
 * belong to the network namespace that their process's leader is in.
 */
void xns_bpf_task_program(struct xns_asm *a, const struct xns_kernel_facts *facts, int level);
void xns_bpf_file_program(struct xns_asm *a, const struct xns_kernel_facts *facts, int level,
			  bool all_sockets);

#endif
