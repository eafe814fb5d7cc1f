/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that is run on each open descriptor of the machine and writes struct
 * xns_bpf_file. */
#include "config.h"

#include <sys/stat.h>

#include "kernel.h"
#include "private.h"
#include "scan/bpfemit.h"

#define RECORD       (-(int32_t)sizeof(struct xns_bpf_file))
#define FIELD(f)     (RECORD + (int32_t)offsetof(struct xns_bpf_file, f))
#define SCRATCH      (RECORD - 8)
#define SOCKFS_MAGIC 0x534f434b
#define TUN_DEVICE   ((10 << 20) | 200) /* as the kernel's MKDEV puts it */

static void store_file(struct xns_asm *a, int32_t field, int reg)
{
	xns_asm_store(a, BPF_W, XNS_FRAME, field, reg);
}

static void store_file_value(struct xns_asm *a, int32_t field, int32_t value)
{
	xns_asm_store_value(a, BPF_W, XNS_FRAME, field, value);
}

/* The inode in register @inode is nsfs': its i_private is the ns_common. */
static void store_nsfs(struct xns_asm *a, const int32_t *v, int inode)
{
	store_file_value(a, FIELD(kind), XNS_BPF_NSFS);
	xns_asm_load(a, BPF_DW, 3, inode, v[INODE_PRIVATE]);
	xns_bpf_probe(a, FIELD(inode), 4, v[COMMON_INUM]);
	xns_asm_load(a, BPF_DW, 3, inode, v[INODE_PRIVATE]);
	if (v[COMMON_TYPE] != XNS_BTF_MISSING) {
		xns_bpf_probe(a, FIELD(flag), 4, v[COMMON_TYPE]);
		return;
	}
	xns_bpf_probe(a, SCRATCH, 8, v[COMMON_OPS]);
	xns_asm_load(a, BPF_DW, 3, XNS_FRAME, SCRATCH);
	xns_bpf_probe(a, FIELD(flag), 4, v[OPS_TYPE]);
}

/* The file in register @file is a socket. Returns the jump that is taken where it is of no
 * interest. */
static uint32_t store_socket(struct xns_asm *a, const int32_t *v, int file, bool all)
{
	store_file_value(a, FIELD(kind), XNS_BPF_SOCKET);
	store_file_value(a, FIELD(flag), 0);
	xns_asm_load(a, BPF_DW, 3, file, v[FILE_PRIVATE]);
	xns_bpf_probe(a, SCRATCH, 8, v[SOCKET_SK]);
	xns_asm_load(a, BPF_DW, 3, XNS_FRAME, SCRATCH);
	xns_bpf_probe(a, SCRATCH, 8, v[SOCK_COMMON] + v[COMMON_NET]);
	xns_asm_load(a, BPF_DW, 3, XNS_FRAME, SCRATCH);
	if (all)
		xns_asm_set(a, 1, 0);
	else {
		xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_LEADER]);
		xns_asm_load(a, BPF_DW, 1, 1, v[TASK_NSPROXY]);
		xns_asm_load(a, BPF_DW, 1, 1, v[NSPROXY_NET]);
	}
	uint32_t dull = xns_asm_jump_if_reg(a, BPF_JEQ, 1, 3);
	xns_bpf_probe(a, FIELD(inode), 4, v[NET_COMMON] + v[COMMON_INUM]);
	return dull;
}

void xns_bpf_file_program(struct xns_asm *a, const struct xns_kernel_facts *facts, int level,
			  bool all_sockets)
{
	enum { CTX = 6, INODE = 8 }; /* the context's register then holds the file */
	const int32_t *v = facts->value;

	memset(a, 0, sizeof(*a));
	xns_asm_move(a, CTX, 1);
	uint32_t no_task = xns_bpf_begin(a, v, CTX);
	xns_asm_load(a, BPF_W, 1, CTX, CTX_FD);
	store_file(a, FIELD(fd), 1);
	xns_asm_load(a, BPF_DW, CTX, CTX, CTX_FILE);
	uint32_t no_file = xns_asm_jump_if(a, BPF_JEQ, CTX, 0);
	xns_asm_load(a, BPF_DW, INODE, CTX, v[FILE_INODE]);
	xns_asm_load(a, BPF_DW, 2, INODE, v[INODE_SB]);
	xns_asm_load(a, BPF_DW, 2, 2, v[SB_MAGIC]);

	uint32_t nsfs = xns_asm_jump_if(a, BPF_JEQ, 2, XNS_NSFS_MAGIC);
	uint32_t socket = xns_asm_jump_if(a, BPF_JEQ, 2, SOCKFS_MAGIC);
	xns_asm_load(a, BPF_W, 1, INODE, v[INODE_RDEV]);
	uint32_t other = xns_asm_jump_if(a, BPF_JNE, 1, TUN_DEVICE);
	xns_asm_load(a, BPF_H, 1, INODE, v[INODE_MODE]);
	xns_asm_alu(a, BPF_AND, 1, S_IFMT);
	uint32_t no_device = xns_asm_jump_if(a, BPF_JNE, 1, S_IFCHR);
	store_file_value(a, FIELD(kind), XNS_BPF_TUN);
	store_file_value(a, FIELD(inode), 0);
	store_file_value(a, FIELD(flag), 0);
	uint32_t tun_done = xns_asm_jump(a);

	xns_asm_land(a, nsfs);
	store_nsfs(a, v, INODE);
	uint32_t nsfs_done = xns_asm_jump(a);

	xns_asm_land(a, socket);
	uint32_t dull = store_socket(a, v, CTX, all_sockets);

	xns_asm_land(a, tun_done);
	xns_asm_land(a, nsfs_done);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_FILES]);
	xns_asm_store(a, BPF_DW, XNS_FRAME, FIELD(table), 1);
	xns_bpf_load_number(a, v, level, 1, TASK, 2);
	store_file(a, FIELD(tid), 1);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_LEADER]);
	xns_bpf_load_number(a, v, level, 2, 1, 3);
	store_file(a, FIELD(tgid), 2);
	xns_bpf_write(a, RECORD, sizeof(struct xns_bpf_file));

	xns_asm_land(a, dull);
	xns_asm_land(a, other);
	xns_asm_land(a, no_device);
	xns_asm_land(a, no_file);
	xns_asm_land(a, no_task);
	xns_bpf_leave(a);
}
