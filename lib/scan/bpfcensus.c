/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A census: the kernel (6.18) chains all namespaces of a type together. Walking the chains
 * tells no more than which there are, not what holds them; but where the processes' namespaces
 * are all of them, there is no need to look at descriptors and mounts for more.
 */
#include "config.h"

#include "private.h"
#include "scan/bpf.h"
#include "scan/bpfemit.h"
#include "scan/bpfscan.h"

/* Two sets of inodes with the same number, sum and sum of squares are taken to be the same. */
struct census {
	uint64_t type, count, sum, squares;
};

#define RECORD   (-(int32_t)sizeof(struct census))
#define FIELD(f) (RECORD + (int32_t)offsetof(struct census, f))
#define START    (RECORD - 8)
#define OWN      (START - 8 * XNS_NTYPES) /* where each chain is begun: our own namespaces */

/* Registers kept beside TASK and SEQ: a namespace, and the operations of its type. */
enum { NS = 6, OPS = 8 };

/* NS = the ns_common at the address in register 1. */
static void cast_to_common(struct xns_asm *a, const int32_t *v)
{
	xns_asm_set(a, 2, v[COMMON_ID]);
	xns_asm_call_kernel(a, v[RDONLY_CAST]);
	xns_asm_move(a, NS, 0);
}

static void store_own(struct xns_asm *a, const int32_t *v)
{
	xns_asm_load(a, BPF_DW, 2, TASK, v[TASK_NSPROXY]);
	xns_for_each_type (t) {
		if (t == XNS_USER) {
			xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_CRED]);
			xns_asm_load(a, BPF_DW, 1, 1, v[CRED_USER_NS]);
		} else {
			xns_asm_load(a, BPF_DW, 1, 2, v[xns_bpf_places[t].nsproxy]);
		}
		xns_asm_alu(a, BPF_ADD, 1, v[xns_bpf_places[t].common]);
		xns_asm_store(a, BPF_DW, XNS_FRAME, OWN + 8 * (int32_t)t, 1);
	}
}

static void add_to(struct xns_asm *a, int32_t field, int reg)
{
	xns_asm_load(a, BPF_DW, 3, XNS_FRAME, field);
	xns_asm_alu_reg(a, BPF_ADD, 3, reg);
	xns_asm_store(a, BPF_DW, XNS_FRAME, field, 3);
}

/* Walks the chain that begins at NS once around. The jump returned is taken where it does not
 * end. */
static uint32_t count_chain(struct xns_asm *a, const int32_t *v)
{
	xns_asm_store(a, BPF_DW, XNS_FRAME, START, NS);
	xns_asm_load(a, BPF_DW, OPS, NS, v[COMMON_OPS]);
	xns_asm_store_value(a, BPF_DW, XNS_FRAME, FIELD(count), 0);
	xns_asm_store_value(a, BPF_DW, XNS_FRAME, FIELD(sum), 0);
	xns_asm_store_value(a, BPF_DW, XNS_FRAME, FIELD(squares), 0);

	uint32_t again = a->count;
	uint32_t endless = xns_asm_jump_if_endless(a);
	/* The chain's anchor is no namespace; what would be its operations are other bytes. */
	xns_asm_load(a, BPF_DW, 1, NS, v[COMMON_OPS]);
	uint32_t anchor = xns_asm_jump_if_reg(a, BPF_JNE, 1, OPS);
	xns_asm_load(a, BPF_W, 1, NS, v[COMMON_INUM]);
	add_to(a, FIELD(sum), 1);
	xns_asm_alu_reg(a, BPF_MUL, 1, 1);
	add_to(a, FIELD(squares), 1);
	xns_asm_set(a, 1, 1);
	add_to(a, FIELD(count), 1);
	xns_asm_land(a, anchor);
	xns_asm_load(a, BPF_DW, 1, NS, v[COMMON_CHAIN]);
	xns_asm_alu(a, BPF_SUB, 1, v[COMMON_CHAIN]);
	cast_to_common(a, v);
	xns_asm_load(a, BPF_DW, 1, XNS_FRAME, START);
	uint32_t back = xns_asm_jump_if_reg(a, BPF_JNE, NS, 1);
	xns_asm_land_at(a, back, again);
	return endless;
}

/*
 * A loop over the types. The verifier goes through it once, not once for each type, since it
 * does not know the number that it begins with: a time since boot, too short by far for the
 * bits that are left of it not to be 0. That makes loading the program three times faster.
 */
static void census_program(struct xns_asm *a, const int32_t *v)
{
	memset(a, 0, sizeof(*a));
	uint32_t no_task = xns_bpf_begin(a, v, 1);
	store_own(a, v);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_START]);
	xns_asm_alu(a, BPF_RSH, 1, 60);
	xns_asm_store(a, BPF_DW, XNS_FRAME, FIELD(type), 1);

	uint32_t next = a->count;
	uint32_t too_often = xns_asm_jump_if_endless(a);
	xns_asm_load(a, BPF_DW, 1, XNS_FRAME, FIELD(type));
	uint32_t done = xns_asm_jump_if(a, BPF_JGE, 1, XNS_NTYPES);
	xns_asm_alu(a, BPF_MUL, 1, 8);
	xns_asm_move(a, 2, XNS_FRAME);
	xns_asm_alu_reg(a, BPF_ADD, 2, 1);
	xns_asm_load(a, BPF_DW, 1, 2, OWN);
	cast_to_common(a, v);
	uint32_t endless = count_chain(a, v);
	xns_bpf_write(a, RECORD, sizeof(struct census));
	xns_asm_set(a, 1, 1);
	add_to(a, FIELD(type), 1);
	xns_asm_land_at(a, xns_asm_jump(a), next);

	xns_asm_land(a, endless);
	xns_asm_land(a, done);
	xns_asm_land(a, too_often);
	xns_asm_land(a, no_task);
	xns_bpf_leave(a);
}

/* What the snapshot would answer. */
static void count_known(const struct xns_scan *s, struct census of[XNS_NTYPES])
{
	memset(of, 0, XNS_NTYPES * sizeof(*of));
	for (size_t i = 0; i < s->nns; i++) {
		struct census *c = &of[s->ns[i].type];
		uint64_t inode = s->ns[i].inode;

		c->count++;
		c->sum += inode;
		c->squares += inode * inode;
	}
}

struct comparing {
	struct census known[XNS_NTYPES];
	unsigned same;
};

static int compare(void *data, const void *record)
{
	const struct census *c = record;
	struct comparing *comparing = data;

	if (c->type >= XNS_NTYPES)
		return -EINVAL;
	const struct census *known = &comparing->known[c->type];
	comparing->same += c->count == known->count && c->sum == known->sum &&
			   c->squares == known->squares;
	return 0;
}

bool xns_bpf_knows_all(struct xns_scan *s)
{
	struct comparing comparing = { 0 };
	struct xns_asm a;

	if (!s->bpf || s->bpf->level != 0)
		return false;
	const int32_t *v = s->bpf->facts.value;
	if (v[COMMON_CHAIN] == XNS_BTF_MISSING || v[COMMON_OPS] == XNS_BTF_MISSING ||
	    v[RDONLY_CAST] == XNS_BTF_MISSING)
		return false;
	count_known(s, comparing.known);
	census_program(&a, v);
	int err = xns_bpf_read(&a, xns_bpf_task_iterator(&s->bpf->facts), (uint32_t)getpid(),
			       sizeof(struct census), compare, &comparing);
	return err == 0 && comparing.same == XNS_NTYPES;
}
