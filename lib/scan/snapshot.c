/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The snapshot builder: hashing, adding facts, sorting once at the end. */
#include "config.h"

#include "scan/snapshot.h"

enum { FIRST_BUCKETS = 1024 };

/* Inodes are handed out in sequence: multiply to spread them, take the upper bits. */
static uint32_t hash(enum xns_type type, uint32_t inode)
{
	return ((inode ^ (uint32_t)type << 28) * 2654435761u) >> 8;
}

static int rehash(struct xns_scan *s, uint32_t size)
{
	uint32_t *buckets = calloc(size, sizeof(*buckets));

	if (!buckets)
		return -ENOMEM;
	free(s->buckets);
	s->buckets = buckets;
	s->mask = size - 1;
	for (uint32_t i = 0; i < s->nns; i++) {
		uint32_t b = hash(s->ns[i].type, s->ns[i].inode) & s->mask;
		while (s->buckets[b])
			b = (b + 1) & s->mask;
		s->buckets[b] = i + 1;
	}
	return 0;
}

int snap_init(struct xns_scan *s, struct xns_ctx *ctx)
{
	s->ctx = ctx;
	s->rtnl = -1;
	s->own_mnt = SNAP_NONE;
	s->backend = "none";
	/* The first set is empty, which is what the recent ones begin with. */
	if (xns_grow(&s->sets, &s->sets_cap, 1, sizeof(*s->sets)) < 0)
		return -ENOMEM;
	s->sets[s->nsets++] = (struct snap_set){ 0 };
	return rehash(s, FIRST_BUCKETS);
}

void snap_release(struct xns_scan *s)
{
	xns_arena_free(&s->arena);
	if (s->rtnl >= 0)
		close(s->rtnl);
	free(s->ns);
	free(s->procs);
	free(s->sets);
	free(s->commands);
	free(s->holders);
	free(s->tables);
	free(s->gaps);
	free(s->order);
	free(s->buckets);
	free(s->bpf);
}

int snap_clear(struct xns_scan *s)
{
	struct xns_scan empty = { .what = s->what,
				  .wanted_backend = s->wanted_backend,
				  .bpf = s->bpf };
	struct xns_ctx *ctx = s->ctx;

	s->bpf = NULL;
	snap_release(s);
	*s = empty;
	return snap_init(s, ctx);
}

uint32_t snap_find(const struct xns_scan *s, enum xns_type type, uint32_t inode)
{
	for (uint32_t b = hash(type, inode) & s->mask; s->buckets[b]; b = (b + 1) & s->mask) {
		const struct xns_ns *ns = &s->ns[s->buckets[b] - 1];
		if (ns->inode == inode && ns->type == type)
			return s->buckets[b] - 1;
	}
	return SNAP_NONE;
}

static uint32_t add_ns(struct xns_scan *s, enum xns_type type, uint32_t inode)
{
	if (xns_grow(&s->ns, &s->ns_cap, s->nns + 1, sizeof(*s->ns)) < 0)
		return SNAP_NONE;
	if (s->nns * 2 > s->mask && rehash(s, (s->mask + 1) * 4) < 0)
		return SNAP_NONE;
	uint32_t i = (uint32_t)s->nns++;
	s->ns[i] = (struct xns_ns){
		.inode = inode,
		.type = (uint8_t)type,
		.leader = SNAP_NONE,
		.parent = SNAP_NONE,
		.owner = SNAP_NONE,
		.first = SNAP_NONE,
		.last = SNAP_NONE,
		.netnsid = -1,
	};
	uint32_t b = hash(type, inode) & s->mask;
	while (s->buckets[b])
		b = (b + 1) & s->mask;
	s->buckets[b] = i + 1;
	return i;
}

uint32_t snap_ns(struct xns_scan *s, enum xns_type type, uint32_t inode)
{
	if (s->last_inode[type] == inode && inode)
		return s->last_index[type];

	uint32_t i = snap_find(s, type, inode);
	if (i == SNAP_NONE)
		i = add_ns(s, type, inode);
	if (i != SNAP_NONE) {
		s->last_inode[type] = inode;
		s->last_index[type] = i;
	}
	return i;
}

/* The index of the set of these namespaces, or SNAP_NONE when memory is short. */
static uint32_t add_set(struct xns_scan *s, const uint32_t inode[XNS_NTYPES])
{
	struct snap_recent *recent;
	struct snap_set set = { 0 };

	for (unsigned i = 0; i < SNAP_RECENT; i++) {
		recent = &s->recent[(s->turn + i) % SNAP_RECENT];
		if (memcmp(recent->inode, inode, sizeof(recent->inode)) == 0)
			return recent->set;
	}
	xns_for_each_type (t) {
		uint32_t ns = inode[t] ? snap_ns(s, t, inode[t]) : SNAP_NONE;

		if (inode[t] && ns == SNAP_NONE)
			return SNAP_NONE;
		set.ns[t] = ns + 1;
	}
	if (xns_grow(&s->sets, &s->sets_cap, s->nsets + 1, sizeof(*s->sets)) < 0)
		return SNAP_NONE;
	s->turn = (s->turn + SNAP_RECENT - 1) % SNAP_RECENT;
	recent = &s->recent[s->turn];
	memcpy(recent->inode, inode, sizeof(recent->inode));
	recent->set = (uint32_t)s->nsets;
	s->sets[s->nsets++] = set;
	return recent->set;
}

int snap_expect_procs(struct xns_scan *s, size_t n)
{
	return xns_grow(&s->procs, &s->procs_cap, n, sizeof(*s->procs));
}

int64_t snap_add_proc(struct xns_scan *s, uint32_t pid, const uint32_t inode[XNS_NTYPES],
		      uint32_t flags)
{
	if (xns_grow(&s->procs, &s->procs_cap, s->nprocs + 1, sizeof(*s->procs)) < 0)
		return -ENOMEM;
	uint32_t set = add_set(s, inode);
	if (set == SNAP_NONE)
		return -ENOMEM;
	uint32_t index = (uint32_t)s->nprocs++;

	s->procs[index] = (struct xns_proc){ .pid = pid, .flags = flags, .set = set };
	xns_for_each_type (t) {
		uint32_t i = s->sets[set].ns[t];

		if (i == 0)
			continue;
		struct xns_ns *ns = &s->ns[i - 1];
		ns->nprocs++;
		ns->heldby |= 1u << XNS_HELD_PROC;
		if (ns->leader == SNAP_NONE || pid < s->procs[ns->leader].pid)
			ns->leader = index;
	}
	return index;
}

/* A copy that lives as long as the snapshot. */
static const char *keep_text(struct xns_scan *s, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = xns_arena_take(&s->arena, len);

	return copy ? memcpy(copy, text, len) : NULL;
}

int snap_set_command(struct xns_scan *s, struct xns_proc *proc, const char *text)
{
	const char *copy = keep_text(s, text);

	if (!copy || xns_grow(&s->commands, &s->commands_cap, s->ncommands + 1,
			      sizeof(*s->commands)) < 0)
		return -ENOMEM;
	s->commands[s->ncommands++] = copy;
	proc->command = (uint32_t)s->ncommands;
	return 0;
}

/* Copies of a mount namespace hold the same paths: each is kept once. */
static const char *keep_path(struct xns_scan *s, uint32_t last, const char *path)
{
	const char *before = last == SNAP_NONE ? NULL : s->holders[last].path;

	return before && strcmp(before, path) == 0 ? before : keep_text(s, path);
}

int snap_hold(struct xns_scan *s, const struct snap_hold *hold)
{
	struct xns_ns *ns = &s->ns[hold->ns];
	uint32_t index = (uint32_t)s->nholders;
	const char *path = NULL;

	if (xns_grow(&s->holders, &s->holders_cap, s->nholders + 1, sizeof(*s->holders)) < 0)
		return -ENOMEM;
	if (hold->path && !(path = keep_path(s, ns->last, hold->path)))
		return -ENOMEM;
	s->holders[s->nholders++] = (struct snap_holder){
		.next = SNAP_NONE,
		.pid = hold->pid,
		.tid = hold->tid,
		.fd = hold->fd,
		.via = hold->via,
		.kind = (uint8_t)hold->kind,
		.path = path,
	};
	if (ns->first == SNAP_NONE)
		ns->first = index;
	else
		s->holders[ns->last].next = index;
	ns->last = index;
	ns->nholders++;
	ns->heldby |= (uint16_t)(1u << hold->kind);
	if (hold->kind == XNS_HELD_TASK)
		ns->ntasks++;
	return 0;
}

int snap_add_table(struct xns_scan *s, uint32_t pid, uint32_t tid)
{
	if (xns_grow(&s->tables, &s->tables_cap, s->ntables + 1, sizeof(*s->tables)) < 0)
		return -ENOMEM;
	s->tables[s->ntables++] = (struct snap_table){ pid, tid };
	return 0;
}

/* A security module, or a capability that root lacks in a container. */
const char *snap_cure(void)
{
	return geteuid() == 0 ? "even for root here" : "run as root";
}

bool snap_is_fault(int err)
{
	switch (err < 0 ? -err : err) {
	case 0:
	case ENOENT:
	case ESRCH:
	case ENOTDIR:
	case EISDIR:
	case ELOOP:
	case ESTALE:
	case EINVAL:
	case ENOTTY:
	case ENXIO:
	case EACCES:
	case EPERM:
		return false;
	default:
		return true;
	}
}

void snap_faults(struct xns_scan *s, uint64_t count)
{
	if (count)
		snap_gap(s, XNS_GAP_FAILED, count, "reads", "look again");
}

void snap_gap(struct xns_scan *s, enum xns_gap_kind kind, uint64_t count, const char *what,
	      const char *cure)
{
	for (size_t i = 0; i < s->ngaps; i++) {
		if (s->gaps[i].kind == kind && strcmp(s->gaps[i].what, what) == 0) {
			s->gaps[i].count += count;
			return;
		}
	}
	/* Not being able to say what was missed is the one thing not worth failing for. */
	if (xns_grow(&s->gaps, &s->gaps_cap, s->ngaps + 1, sizeof(*s->gaps)) == 0)
		s->gaps[s->ngaps++] = (struct snap_gap){ kind, count, what, cure };
}

static int by_pid(const void *a, const void *b)
{
	const struct xns_proc *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

int snap_sort_procs(struct xns_scan *s)
{
	size_t i = 1;

	/* /proc and the kernel's own iterator both list PIDs in order: mostly nothing to do. */
	while (i < s->nprocs && s->procs[i - 1].pid < s->procs[i].pid)
		i++;
	if (i >= s->nprocs)
		return 0;
	xns_auto_free uint32_t *leaders = malloc((s->nns + 1) * sizeof(*leaders));
	if (!leaders)
		return -ENOMEM;
	for (i = 0; i < s->nns; i++)
		if (s->ns[i].leader != SNAP_NONE)
			leaders[i] = s->procs[s->ns[i].leader].pid;
	qsort(s->procs, s->nprocs, sizeof(*s->procs), by_pid);
	for (i = 0; i < s->nns; i++)
		if (s->ns[i].leader != SNAP_NONE)
			s->ns[i].leader = (uint32_t)(snap_proc(s, leaders[i]) - s->procs);
	return 0;
}

static int by_inode(const void *a, const void *b, void *scan)
{
	const struct xns_scan *s = scan;
	const struct xns_ns *x = &s->ns[*(const uint32_t *)a],
			    *y = &s->ns[*(const uint32_t *)b];

	if (x->inode != y->inode)
		return x->inode > y->inode ? 1 : -1;
	return (int)x->type - (int)y->type;
}

int snap_finish(struct xns_scan *s)
{
	if (snap_sort_procs(s) < 0)
		return -ENOMEM;
	uint32_t *order = malloc((s->nns + 1) * sizeof(*order));
	if (!order)
		return -ENOMEM;
	for (uint32_t i = 0; i < s->nns; i++) {
		order[i] = i;
		/* It is there, so something holds it: what, only the kernel knows. */
		if (!s->ns[i].heldby)
			s->ns[i].heldby = 1u << XNS_HELD_KERNEL;
	}
	qsort_r(order, s->nns, sizeof(*order), by_inode, s);
	free(s->order);
	s->order = order;
	return 0;
}

struct xns_proc *snap_proc(const struct xns_scan *s, uint32_t pid)
{
	struct xns_proc key = { .pid = pid };

	if (!s->nprocs)
		return NULL;
	return bsearch(&key, s->procs, s->nprocs, sizeof(*s->procs), by_pid);
}
