/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the two programs share: the names of the facts they need, and the few sequences of
 * instructions both are made of. For bpf*.c alone.
 *
 * The programs follow pointers with plain loads: the kernel turns a load from an address that
 * is none into 0, so a chain of loads needs no check on its way and ends in 0 where one pointer
 * was null.
 */
#ifndef XNS_SCAN_BPFEMIT_H
#define XNS_SCAN_BPFEMIT_H

#include "scan/bpfprog.h"

enum fact {
	TASK_ID,
	TASK_PID,
	TASK_TGID,
	TASK_LEADER,
	TASK_PARENT,
	TASK_THREAD_PID,
	TASK_CRED,
	TASK_NSPROXY,
	TASK_START,
	TASK_EXIT_STATE,
	TASK_FILES,
	NSPROXY_MNT,
	NSPROXY_UTS,
	NSPROXY_IPC,
	NSPROXY_NET,
	NSPROXY_CGROUP,
	NSPROXY_TIME,
	NSPROXY_PID_CHILDREN,
	NSPROXY_TIME_CHILDREN,
	CRED_EUID,
	CRED_USER_NS,
	PID_LEVEL,
	PID_NUMBERS,
	UPID_NR,
	UPID_NS,
	UPID_SIZE,
	COMMON_INUM,
	MNT_COMMON,
	MNT_OWNER,
	UTS_COMMON,
	UTS_OWNER,
	IPC_COMMON,
	IPC_OWNER,
	NET_COMMON,
	NET_OWNER,
	PIDNS_COMMON,
	PIDNS_OWNER,
	PIDNS_PARENT,
	USER_COMMON,
	USER_PARENT,
	USER_MAKER,
	CGROUP_COMMON,
	CGROUP_OWNER,
	TIME_COMMON,
	TIME_OWNER,
	FILE_INODE,
	FILE_PRIVATE,
	INODE_MODE,
	INODE_RDEV,
	INODE_SB,
	INODE_PRIVATE,
	SB_MAGIC,
	SOCKET_SK,
	SOCK_COMMON,
	COMMON_NET,
	ITER_TASK,
	ITER_FILE,
	FIRST_OPTIONAL,
	RDONLY_CAST = FIRST_OPTIONAL, /* 6.2 */
	COMMON_ID,
	COMMON_CHAIN, /* 6.18 */
	COMMON_NSID,  /* 6.18 */
	/* One of the next two ways tells a namespace's type. */
	COMMON_TYPE, /* 6.18 */
	COMMON_OPS,
	OPS_TYPE,
	N_FACTS
};
_Static_assert(N_FACTS <= XNS_KERNEL_FACTS, "room in struct xns_kernel_facts");

/* Where a task's nsproxy has the namespace, where that has its ns_common and its owner. */
struct xns_bpf_place {
	enum fact nsproxy, common, owner;
};
extern const struct xns_bpf_place xns_bpf_places[XNS_NTYPES];

/* Registers that both keep for the same things; the rest of 1 to 9 is scratch. */
enum { TASK = 7, SEQ = 9 };

/* The contexts of the iterators: the meta pointer (its first member is the seq_file), the task;
 * task_file's has the descriptor's number and the file after them. */
enum { CTX_META = 0, CTX_TASK = 8, CTX_FD = 16, CTX_FILE = 24 };

/* Begins a program: TASK and SEQ from the context in @ctx; returns the jump for "no task".
 * Spoils registers 0 to 5. */
uint32_t xns_bpf_begin(struct xns_asm *a, const int32_t *v, int ctx);

/* @dst = number at @level of the task in register @task; 0 where it has none. Spoils @tmp. */
void xns_bpf_load_number(struct xns_asm *a, const int32_t *v, int level, int dst, int task,
			 int tmp);

/*
 * Copies @size bytes at the address in register 3, plus @off, to the frame at @to. For where
 * the verifier does not know what a pointer points to. Spoils registers 0 to 5.
 */
void xns_bpf_probe(struct xns_asm *a, int32_t to, int size, int32_t off);

/* Writes the record of @size bytes at the frame's @record; spoils registers 0 to 5. */
void xns_bpf_write(struct xns_asm *a, int32_t record, int size);

/* Ends a program. */
void xns_bpf_leave(struct xns_asm *a);

#endif
