/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program that is run on each task of the machine and writes struct xns_bpf_task. */
#include "config.h"

#include "private.h"
#include "scan/bpfemit.h"

#define RECORD   (-(int32_t)sizeof(struct xns_bpf_task))
#define FIELD(f) (RECORD + (int32_t)offsetof(struct xns_bpf_task, f))
#define SCRATCH  (RECORD - 8)

static void store_task(struct xns_asm *a, int32_t field, int reg)
{
	xns_asm_store(a, BPF_W, XNS_FRAME, field, reg);
}

/* inode and owner of the namespace of type @t that register 1 points to. */
static void store_namespace(struct xns_asm *a, const int32_t *v, enum xns_type t)
{
	int32_t index = (int32_t)(t * sizeof(uint32_t));

	xns_asm_load(a, BPF_W, 2, 1, v[xns_bpf_places[t].common] + v[COMMON_INUM]);
	store_task(a, FIELD(inode) + index, 2);
	xns_asm_load(a, BPF_DW, 2, 1, v[xns_bpf_places[t].owner]);
	xns_asm_load(a, BPF_W, 2, 2, v[USER_COMMON] + v[COMMON_INUM]);
	store_task(a, FIELD(owner) + index, 2);
}

/* Numbers, user, start: what a task has, dead or alive. */
static void store_identity(struct xns_asm *a, const int32_t *v, int level)
{
	store_task(a, FIELD(tid), 1);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_LEADER]);
	xns_bpf_load_number(a, v, level, 2, 1, 3);
	store_task(a, FIELD(tgid), 2);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_PARENT]);
	xns_asm_load(a, BPF_DW, 1, 1, v[TASK_LEADER]);
	xns_bpf_load_number(a, v, level, 2, 1, 3);
	store_task(a, FIELD(ppid), 2);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_START]);
	xns_asm_store(a, BPF_DW, XNS_FRAME, FIELD(start), 1);
	xns_asm_load(a, BPF_W, 1, TASK, v[TASK_EXIT_STATE]);
	store_task(a, FIELD(exit_state), 1);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_CRED]);
	xns_asm_load(a, BPF_W, 2, 1, v[CRED_EUID]);
	store_task(a, FIELD(euid), 2);
	xns_asm_load(a, BPF_DW, 1, 1, v[CRED_USER_NS]);
	xns_asm_load(a, BPF_W, 2, 1, v[USER_MAKER]);
	store_task(a, FIELD(user_maker), 2);
	store_namespace(a, v, XNS_USER);
}

/* The namespaces of the nsproxy in register @proxy. */
static void store_proxied(struct xns_asm *a, const int32_t *v, int proxy)
{
	xns_for_each_type (t) {
		if (t == XNS_PID || t == XNS_USER)
			continue;
		xns_asm_load(a, BPF_DW, 1, proxy, v[xns_bpf_places[t].nsproxy]);
		store_namespace(a, v, t);
	}
	xns_asm_load(a, BPF_DW, 1, proxy, v[NSPROXY_PID_CHILDREN]);
	xns_asm_load(a, BPF_W, 2, 1, v[PIDNS_COMMON] + v[COMMON_INUM]);
	store_task(a, FIELD(pid_children), 2);
	xns_asm_load(a, BPF_DW, 1, proxy, v[NSPROXY_TIME_CHILDREN]);
	xns_asm_load(a, BPF_W, 2, 1, v[TIME_COMMON] + v[COMMON_INUM]);
	store_task(a, FIELD(time_children), 2);
}

/*
 * The PID namespace a task is in: numbers[level].ns of its struct pid. Plain loads take
 * constant offsets only, so below the initial one it is read apart, and then nearly always is
 * the one that nsproxy points to; of another, the relations are left for the caller to find
 * out.
 */
static void store_pid_namespace(struct xns_asm *a, const int32_t *v, int proxy)
{
	int32_t ns = v[PID_NUMBERS] + v[UPID_NS];

	xns_asm_load(a, BPF_DW, 3, TASK, v[TASK_THREAD_PID]);
	xns_asm_load(a, BPF_W, 4, 3, v[PID_LEVEL]);
	store_task(a, FIELD(level), 4);
	uint32_t deep = xns_asm_jump_if(a, BPF_JNE, 4, 0);
	xns_asm_load(a, BPF_DW, 1, 3, ns);
	uint32_t typed = xns_asm_jump(a);
	xns_asm_land(a, deep);
	xns_asm_alu(a, BPF_AND, 4, 63);
	xns_asm_alu(a, BPF_MUL, 4, v[UPID_SIZE]);
	xns_asm_alu_reg(a, BPF_ADD, 3, 4);
	xns_bpf_probe(a, SCRATCH, 8, ns);
	xns_asm_load(a, BPF_DW, 3, XNS_FRAME, SCRATCH);
	xns_asm_load(a, BPF_DW, 1, proxy, v[NSPROXY_PID_CHILDREN]);
	uint32_t other = xns_asm_jump_if_reg(a, BPF_JNE, 1, 3);
	xns_asm_land(a, typed);
	store_namespace(a, v, XNS_PID);
	xns_asm_load(a, BPF_DW, 1, 1, v[PIDNS_PARENT]);
	xns_asm_load(a, BPF_W, 1, 1, v[PIDNS_COMMON] + v[COMMON_INUM]);
	store_task(a, FIELD(pid_parent), 1);
	uint32_t done = xns_asm_jump(a);
	xns_asm_land(a, other);
	xns_bpf_probe(a, FIELD(inode[XNS_PID]), 4, v[PIDNS_COMMON] + v[COMMON_INUM]);
	xns_asm_store_value(a, BPF_W, XNS_FRAME, FIELD(owner[XNS_PID]), 0);
	xns_asm_store_value(a, BPF_W, XNS_FRAME, FIELD(pid_parent), 0);
	xns_asm_land(a, done);
}

void xns_bpf_task_program(struct xns_asm *a, const struct xns_kernel_facts *facts, int level)
{
	enum { PROXY = 8 };
	const int32_t *v = facts->value;

	memset(a, 0, sizeof(*a));
	uint32_t end = xns_bpf_begin(a, v, 1);
	xns_asm_load(a, BPF_DW, PROXY, TASK, v[TASK_NSPROXY]);
	xns_asm_load(a, BPF_W, 1, TASK, v[TASK_PID]);
	xns_asm_load(a, BPF_W, 2, TASK, v[TASK_TGID]);
	uint32_t leads = xns_asm_jump_if_reg(a, BPF_JEQ, 1, 2);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_LEADER]);
	xns_asm_load(a, BPF_DW, 1, 1, v[TASK_NSPROXY]);
	uint32_t same = xns_asm_jump_if_reg(a, BPF_JEQ, 1, PROXY);
	xns_asm_land(a, leads);

	xns_bpf_load_number(a, v, level, 1, TASK, 2);
	uint32_t outside = xns_asm_jump_if(a, BPF_JEQ, 1, 0);
	store_identity(a, v, level);
	store_proxied(a, v, PROXY);
	store_pid_namespace(a, v, PROXY);
	xns_bpf_write(a, RECORD, sizeof(struct xns_bpf_task));

	xns_asm_land(a, outside);
	xns_asm_land(a, same);
	xns_asm_land(a, end);
	xns_bpf_leave(a);
}
