/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel (6.18) chains all namespaces of a type together, whatever holds them. A census of
 * the chains, which is small, tells whether there are others than those that have been found; a
 * list tells which. Neither tells what holds them.
 */
#include "config.h"

#include "ns/handle.h"
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

/* Register 1 = the address of our own namespace of type @t. Spoils 2. */
static void load_own(struct xns_asm *a, const int32_t *v, enum xns_type t)
{
	if (t == XNS_USER) {
		xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_CRED]);
		xns_asm_load(a, BPF_DW, 1, 1, v[CRED_USER_NS]);
	} else {
		xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_NSPROXY]);
		xns_asm_load(a, BPF_DW, 1, 1, v[xns_bpf_places[t].nsproxy]);
	}
	xns_asm_alu(a, BPF_ADD, 1, v[xns_bpf_places[t].common]);
}

/* NS = the next in the chain; the jump returned is taken where it is not the one at @start. */
static uint32_t go_on(struct xns_asm *a, const int32_t *v, int32_t start)
{
	xns_asm_load(a, BPF_DW, 1, NS, v[COMMON_CHAIN]);
	xns_asm_alu(a, BPF_SUB, 1, v[COMMON_CHAIN]);
	cast_to_common(a, v);
	xns_asm_load(a, BPF_DW, 1, XNS_FRAME, start);
	return xns_asm_jump_if_reg(a, BPF_JNE, NS, 1);
}

/* --- the census ------------------------------------------------------------------------- */

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
	xns_asm_land_at(a, go_on(a, v, START), again);
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
	xns_for_each_type (t) {
		load_own(a, v, t);
		xns_asm_store(a, BPF_DW, XNS_FRAME, OWN + 8 * (int32_t)t, 1);
	}
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
	int missing; /* bits 1 << type: not known to be all */
};

static int compare(void *data, const void *record)
{
	const struct census *c = record;
	struct comparing *comparing = data;

	if (c->type >= XNS_NTYPES)
		return -EINVAL;
	const struct census *known = &comparing->known[c->type];
	if (c->count == known->count && c->sum == known->sum && c->squares == known->squares)
		comparing->missing &= ~(1 << c->type);
	return 0;
}

static bool has_chains(const struct xns_scan *s)
{
	const int32_t *v = s->bpf ? s->bpf->facts.value : NULL;

	return v && s->bpf->level == 0 && v[COMMON_CHAIN] != XNS_BTF_MISSING &&
	       v[COMMON_OPS] != XNS_BTF_MISSING && v[COMMON_NSID] != XNS_BTF_MISSING &&
	       v[RDONLY_CAST] != XNS_BTF_MISSING;
}

int xns_bpf_missing(struct xns_scan *s)
{
	struct comparing comparing = { .missing = XNS_ALL_TYPES };
	struct xns_asm a;

	if (!has_chains(s))
		return -ENOTSUP;
	count_known(s, comparing.known);
	census_program(&a, s->bpf->facts.value);
	int err = xns_bpf_read(&a, xns_bpf_task_iterator(&s->bpf->facts), (uint32_t)getpid(),
			       sizeof(struct census), compare, &comparing);
	return err < 0 ? -ENOTSUP : comparing.missing;
}

/* --- the list --------------------------------------------------------------------------- */

struct listed {
	uint64_t id;
	uint32_t inode, chain; /* which of the chains that were asked for */
};

/* As many as the kernel keeps of one run; those at the end come again in the next, in case that
 * some in front of them are gone by then. */
enum { PAGE = 1500, AGAIN = 100 };
_Static_assert(PAGE * sizeof(struct listed) <= XNS_BPF_BUFFER, "a page is one read");

#define LISTED(f)  (-(int32_t)sizeof(struct listed) + (int32_t)offsetof(struct listed, f))
#define AT         (-(int32_t)sizeof(struct listed) - 8)
#define FROM       (AT - 8)
#define TO         (FROM - 8)
#define CHAIN      (TO - 8)
#define LIST_START (CHAIN - 8)
#define LIST_OWN   (LIST_START - 8 * XNS_NTYPES)

struct listing {
	struct xns_scan *s;
	enum xns_type chains[XNS_NTYPES];
	int nchains;
	size_t n;
};

/*
 * Counted from some number that the verifier does not know, see census_program(): which chain,
 * and the place in them all, of which @skip to @skip + PAGE are wanted.
 */
static void begin_list(struct xns_asm *a, const int32_t *v, const struct listing *l,
		       int32_t skip)
{
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_START]);
	xns_asm_store(a, BPF_DW, XNS_FRAME, AT, 1);
	xns_asm_alu(a, BPF_ADD, 1, skip);
	xns_asm_store(a, BPF_DW, XNS_FRAME, FROM, 1);
	xns_asm_alu(a, BPF_ADD, 1, PAGE);
	xns_asm_store(a, BPF_DW, XNS_FRAME, TO, 1);
	xns_asm_load(a, BPF_DW, 1, TASK, v[TASK_START]);
	xns_asm_alu(a, BPF_RSH, 1, 60);
	xns_asm_store(a, BPF_DW, XNS_FRAME, CHAIN, 1);
	for (int i = 0; i < l->nchains; i++) {
		load_own(a, v, l->chains[i]);
		xns_asm_store(a, BPF_DW, XNS_FRAME, LIST_OWN + 8 * i, 1);
	}
}

/* The namespace at NS, if its turn is in this page; the jump returned is taken behind it. */
static uint32_t list_one(struct xns_asm *a, const int32_t *v)
{
	xns_asm_load(a, BPF_DW, 1, NS, v[COMMON_OPS]);
	uint32_t anchor = xns_asm_jump_if_reg(a, BPF_JNE, 1, OPS);
	xns_asm_load(a, BPF_DW, 1, XNS_FRAME, AT);
	xns_asm_alu(a, BPF_ADD, 1, 1);
	xns_asm_store(a, BPF_DW, XNS_FRAME, AT, 1);
	xns_asm_load(a, BPF_DW, 2, XNS_FRAME, FROM);
	uint32_t before = xns_asm_jump_if_reg(a, BPF_JLE, 1, 2);
	xns_asm_load(a, BPF_DW, 2, XNS_FRAME, TO);
	uint32_t behind = xns_asm_jump_if_reg(a, BPF_JGT, 1, 2);
	xns_asm_load(a, BPF_DW, 1, NS, v[COMMON_NSID]);
	xns_asm_store(a, BPF_DW, XNS_FRAME, LISTED(id), 1);
	xns_asm_load(a, BPF_W, 1, NS, v[COMMON_INUM]);
	xns_asm_store(a, BPF_W, XNS_FRAME, LISTED(inode), 1);
	xns_asm_load(a, BPF_W, 1, XNS_FRAME, CHAIN);
	xns_asm_store(a, BPF_W, XNS_FRAME, LISTED(chain), 1);
	xns_bpf_write(a, LISTED(id), sizeof(struct listed));
	xns_asm_land(a, before);
	xns_asm_land(a, anchor);
	return behind;
}

static void list_program(struct xns_asm *a, const int32_t *v, const struct listing *l,
			 int32_t skip)
{
	memset(a, 0, sizeof(*a));
	uint32_t no_task = xns_bpf_begin(a, v, 1);
	begin_list(a, v, l, skip);

	uint32_t next = a->count;
	uint32_t too_often = xns_asm_jump_if_endless(a);
	xns_asm_load(a, BPF_DW, 1, XNS_FRAME, CHAIN);
	uint32_t done = xns_asm_jump_if(a, BPF_JGE, 1, l->nchains);
	xns_asm_alu(a, BPF_MUL, 1, 8);
	xns_asm_move(a, 2, XNS_FRAME);
	xns_asm_alu_reg(a, BPF_ADD, 2, 1);
	xns_asm_load(a, BPF_DW, 1, 2, LIST_OWN);
	cast_to_common(a, v);
	xns_asm_store(a, BPF_DW, XNS_FRAME, LIST_START, NS);
	xns_asm_load(a, BPF_DW, OPS, NS, v[COMMON_OPS]);

	uint32_t again = a->count;
	uint32_t endless = xns_asm_jump_if_endless(a);
	uint32_t behind = list_one(a, v);
	xns_asm_land_at(a, go_on(a, v, LIST_START), again);
	xns_asm_set(a, 1, 1);
	add_to(a, CHAIN, 1);
	xns_asm_land_at(a, xns_asm_jump(a), next);

	xns_asm_land(a, behind);
	xns_asm_land(a, endless);
	xns_asm_land(a, done);
	xns_asm_land(a, too_often);
	xns_asm_land(a, no_task);
	xns_bpf_leave(a);
}

/* One that cannot be opened is on its way out: nothing holds it any more. */
static int use_listed(void *data, const void *record)
{
	const struct listed *listed = record;
	struct listing *l = data;

	if (listed->chain >= (uint32_t)l->nchains)
		return -EINVAL;
	enum xns_type type = l->chains[listed->chain];
	l->n++;
	if (snap_find(l->s, type, listed->inode) != SNAP_NONE)
		return 0;
	xns_auto_close int fd = xns_handle_open_id(type, listed->id, listed->inode);
	return fd < 0 ? 0 : xns_add_open(l->s, type, fd, listed->id);
}

int xns_bpf_list(struct xns_scan *s, int types)
{
	struct listing l = { .s = s, .n = PAGE };
	struct xns_asm a;

	if (!has_chains(s))
		return -ENOTSUP;
	xns_for_each_type (t)
		if (types & 1 << t)
			l.chains[l.nchains++] = t;
	for (int32_t skip = 0; l.n == PAGE; skip += PAGE - AGAIN) {
		l.n = 0;
		list_program(&a, s->bpf->facts.value, &l, skip);
		int err =
			xns_bpf_read(&a, xns_bpf_task_iterator(&s->bpf->facts),
				     (uint32_t)getpid(), sizeof(struct listed), use_listed, &l);
		if (err < 0)
			return err;
	}
	return 0;
}

int xns_bpf_complete(struct xns_scan *s)
{
	/* Where all of them are hardly more than a page, that is asked for at once. */
	int missing = s->nns < PAGE / 2 ? XNS_ALL_TYPES : xns_bpf_missing(s);

	return missing > 0 ? xns_bpf_list(s, missing) : missing;
}
