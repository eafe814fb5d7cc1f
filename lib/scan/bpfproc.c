/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Processes by way of the kernel's own walk of its tasks: one program, a few reads, no matter
 * how many there are. Only where it can be trusted to say what /proc would say.
 */
#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "kernel.h"
#include "ns/handle.h"
#include "scan/bpf.h"
#include "scan/bpfscan.h"

#define BTF_PATH "/sys/kernel/btf/vmlinux"

/* Below this many processes reading their links costs less than loading a program. */
enum { WORTH_IT = 32 };

/* --- whether ---------------------------------------------------------------------------- */

/*
 * The iterator walks the PID namespace that we are in. Our status has one number for each
 * namespace from /proc's down to that: one means that both are the same.
 */
static bool proc_is_of_our_pid_namespace(struct xns_scan *s)
{
	xns_auto_free char *status = NULL;

	if (!s->ctx->own_proc ||
	    xns_read_file(s->ctx->proc_fd, "self/status", 65536, &status) < 0)
		return false;
	const char *line = strstr(status, "\nNSpid:\t");
	if (!line)
		return false;
	line += strlen("\nNSpid:\t");
	size_t digits = strspn(line, "0123456789");
	uint64_t pid;
	return line[digits] == '\n' && xns_parse_u64(line, digits, INT32_MAX, &pid) == 0 &&
	       (pid_t)pid == getpid();
}

/* The number of links of /proc is that of its own directories and of all processes. */
static size_t count_processes(struct xns_scan *s)
{
	struct stat st;

	return fstat(s->ctx->proc_fd, &st) == 0 ? st.st_nlink : 0;
}

static int read_facts(struct xns_kernel_facts *facts)
{
	struct xns_btf btf;
	void *data;
	size_t size;
	int err = xns_btf_map(BTF_PATH, &data, &size);

	if (err < 0)
		return err;
	err = xns_btf_init(&btf, data, size);
	if (err == 0)
		err = xns_bpf_facts(&btf, facts);
	xns_btf_unmap(data, size);
	return err;
}

/* --- what the records say --------------------------------------------------------------- */

/* Relations of a namespace by inode: kept until it is known which of them have processes. */
struct relatives {
	uint32_t owner, parent, maker;
};

struct reading {
	struct xns_scan *s;
	struct relatives *relatives; /* by index of the namespace */
	size_t cap;
	struct xns_bpf_task *threads; /* kept until all processes are there */
	size_t nthreads, threads_cap;
	int64_t first_level; /* of the first record, -1 before it */
	uint32_t self;       /* our own PID */
	bool self_seen;
};

static int note_relatives(struct reading *r, uint32_t ns, enum xns_type t,
			  const struct xns_bpf_task *task)
{
	size_t had = r->cap;

	if (xns_grow(&r->relatives, &r->cap, ns + 1, sizeof(*r->relatives)) < 0)
		return -ENOMEM;
	memset(r->relatives + had, 0, (r->cap - had) * sizeof(*r->relatives));
	struct relatives *of = &r->relatives[ns];
	of->owner = task->owner[t];
	of->parent = t == XNS_PID ? task->pid_parent : t == XNS_USER ? task->owner[t] : 0;
	of->maker = task->user_maker;
	return 0;
}

static int hold(struct xns_scan *s, enum xns_type t, uint32_t inode, enum xns_holder_kind kind,
		const struct xns_bpf_task *task)
{
	uint32_t ns = snap_ns(s, t, inode);

	if (ns == SNAP_NONE)
		return -ENOMEM;
	return snap_hold(s, &(struct snap_hold){ .ns = ns,
						 .kind = kind,
						 .pid = task->tgid,
						 .tid = task->tid,
						 .fd = -1,
						 .via = SNAP_NONE });
}

/* Whether the leader of the task's process has the same for its children. */
static bool leader_holds(const struct xns_scan *s, enum xns_type t, uint32_t inode,
			 const struct xns_bpf_task *task)
{
	uint32_t ns = task->tid == task->tgid ? SNAP_NONE : snap_find(s, t, inode);
	uint32_t h = ns == SNAP_NONE ? SNAP_NONE : s->ns[ns].first;

	while (h != SNAP_NONE &&
	       (s->holders[h].kind != XNS_HELD_CHILDREN || s->holders[h].tid != task->tgid))
		h = s->holders[h].next;
	return h != SNAP_NONE;
}

static int hold_for_children(struct xns_scan *s, const struct xns_bpf_task *task)
{
	const struct {
		enum xns_type type;
		uint32_t inode;
	} children[] = { { XNS_PID, task->pid_children }, { XNS_TIME, task->time_children } };

	for (size_t i = 0; i < XNS_COUNT(children) && s->what & XNS_SCAN_TASKS; i++) {
		enum xns_type t = children[i].type;
		uint32_t inode = children[i].inode;

		if (!inode || inode == task->inode[t] || leader_holds(s, t, inode, task))
			continue;
		int err = hold(s, t, inode, XNS_HELD_CHILDREN, task);
		if (err < 0)
			return err;
	}
	return 0;
}

static int add_process(struct reading *r, const struct xns_bpf_task *task)
{
	struct xns_scan *s = r->s;
	size_t had = s->nns;

	int64_t index = snap_add_proc(s, task->tgid, task->inode, 0);
	if (index < 0)
		return -ENOMEM;
	struct xns_proc *p = &s->procs[index];
	p->ppid = task->ppid;
	p->uid = task->euid;
	p->flags |= PROC_KNOWS_IDS;
	xns_for_each_type (t) {
		uint32_t ns = snap_ns_of(s, p, t);
		if (ns != SNAP_NONE && ns >= had && note_relatives(r, ns, t, task) < 0)
			return -ENOMEM;
	}
	return hold_for_children(s, task);
}

static int add_thread(struct xns_scan *s, const struct xns_bpf_task *task)
{
	/* Found by searching: the kernel walks its tasks in the order of their numbers. */
	const struct xns_proc *p = snap_proc(s, task->tgid);

	xns_for_each_type (t) {
		uint32_t ns = p ? snap_ns_of(s, p, t) : SNAP_NONE;
		if (!task->inode[t] || (ns != SNAP_NONE && s->ns[ns].inode == task->inode[t]))
			continue;
		int err = hold(s, t, task->inode[t], XNS_HELD_TASK, task);
		if (err < 0)
			return err;
	}
	return hold_for_children(s, task);
}

/*
 * Relations to namespaces with processes are what they are; those to others are left for
 * xns_relate() to ask for, since it gets hold of a namespace that nothing else leads to.
 */
static uint32_t relative_of(struct xns_scan *s, enum xns_type t, uint32_t inode,
			    enum xns_holder_kind kind)
{
	uint32_t i = inode ? snap_find(s, t, inode) : SNAP_NONE;

	if (i == SNAP_NONE || s->ns[i].leader == SNAP_NONE)
		return SNAP_NONE;
	s->ns[i].heldby |= (uint16_t)(1u << kind);
	s->ns[i].nrelated++;
	return i;
}

static void relate(struct reading *r)
{
	struct xns_scan *s = r->s;

	for (size_t i = 0; i < s->nns && i < r->cap; i++) {
		const struct relatives *of = &r->relatives[i];
		struct xns_ns *ns = &s->ns[i];

		/* The first user namespace has no owner; nothing else is without. */
		if (!of->owner && (ns->type != XNS_USER || ns->inode != XNS_INIT_USER_INODE))
			continue;
		if (xns_types[ns->type].hierarchical) {
			ns->parent = relative_of(s, ns->type, of->parent, XNS_HELD_PARENT);
			if (ns->parent != SNAP_NONE || !of->parent)
				ns->known |= NS_KNOWS_PARENT;
		}
		if (ns->type == XNS_USER) { /* its parent is its owner: one hold, not two */
			ns->owner = ns->parent;
			ns->owner_uid = of->maker;
			ns->known |= NS_KNOWS_OWNER_UID |
				     (ns->known & NS_KNOWS_PARENT ? NS_KNOWS_OWNER : 0);
			continue;
		}
		ns->owner = relative_of(s, XNS_USER, of->owner, XNS_HELD_OWNER);
		if (ns->owner != SNAP_NONE)
			ns->known |= NS_KNOWS_OWNER;
	}
}

/* --- the walk --------------------------------------------------------------------------- */

int xns_bpf_read(const struct xns_asm *a, int32_t iterator, uint32_t task, size_t size,
		 int (*use)(void *data, const void *record), void *data)
{
	_Alignas(8) char buf[XNS_BPF_BUFFER];
	xns_auto_close int fd = xns_bpf_iterate(a, iterator, task);
	ssize_t n;

	if (fd < 0)
		return fd;
	/* EAGAIN: a million objects without a record; the next read goes on from there. */
	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		for (ssize_t at = 0; at + (ssize_t)size <= n; at += (ssize_t)size) {
			int rc = use(data, buf + at);
			if (rc != 0)
				return rc;
		}
	}
	return 0;
}

enum { WRONG_LEVEL = 1, MISREAD = 2 };

/* The kernel's record of this process against what /proc has: else nothing can be trusted. */
static bool is_right(struct xns_scan *s, const struct xns_bpf_task *task)
{
	uint32_t inode;

	xns_for_each_type (t) {
		if (snap_own_inode(s, xns_types[t].name, &inode) < 0 || inode != task->inode[t])
			return false;
		const char *children = xns_types[t].for_children;
		uint32_t seen = t == XNS_PID ? task->pid_children : task->time_children;
		if (children && snap_own_inode(s, children, &inode) == 0 && inode &&
		    inode != seen)
			return false;
	}
	return task->ppid == (uint32_t)getppid() && task->euid == geteuid();
}

static int use_task(void *data, const void *record)
{
	const struct xns_bpf_task *task = record;
	struct reading *r = data;

	if (r->first_level < 0) {
		/* The first process of a PID namespace is exactly as deep as that. */
		r->first_level = task->level;
		if (task->level != (uint32_t)r->s->bpf->level)
			return WRONG_LEVEL;
	}
	if (task->tid == task->tgid) {
		if (task->tgid == r->self) {
			if (!is_right(r->s, task))
				return MISREAD;
			r->self_seen = true;
		}
		return add_process(r, task);
	}
	if (!(r->s->what & XNS_SCAN_TASKS))
		return 0;
	if (xns_grow(&r->threads, &r->threads_cap, r->nthreads + 1, sizeof(*r->threads)) < 0)
		return -ENOMEM;
	r->threads[r->nthreads++] = *task;
	return 0;
}

static int read_tasks(struct reading *r)
{
	const struct xns_bpf *bpf = r->s->bpf;
	struct xns_asm a;

	r->first_level = -1;
	xns_bpf_task_program(&a, &bpf->facts, bpf->level);
	return xns_bpf_read(&a, xns_bpf_task_iterator(&bpf->facts), 0,
			    sizeof(struct xns_bpf_task), use_task, r);
}

static int walk(struct reading *r)
{
	struct xns_scan *s = r->s;
	int rc = read_tasks(r);

	if (rc == WRONG_LEVEL) {
		s->bpf->level = (int)r->first_level;
		rc = read_tasks(r);
	}
	if (rc == 0 && !r->self_seen)
		rc = MISREAD;
	for (size_t i = 0; rc == 0 && i < r->nthreads; i++)
		rc = add_thread(s, &r->threads[i]);
	if (rc == 0)
		relate(r);
	return rc;
}

/* Why not, where it is not for the scan to fail. */
static int refuse(struct xns_scan *s, const char *why)
{
	free(s->bpf);
	s->bpf = NULL;
	return xns_fail(s->ctx, ENOTSUP, "BPF: %s", why);
}

int xns_bpf_collect_procs(struct xns_scan *s, bool forced)
{
	struct reading r = { .s = s, .self = (uint32_t)getpid() };
	uint32_t user;

	if (!xns_bpf_capable() || snap_own_inode(s, "user", &user) < 0 ||
	    user != XNS_INIT_USER_INODE)
		return refuse(s, "needs CAP_BPF and CAP_PERFMON in the initial user namespace");
	if (!proc_is_of_our_pid_namespace(s))
		return refuse(s, "/proc is not that of our PID namespace");
	size_t about = count_processes(s);
	if (!forced && about <= WORTH_IT)
		return refuse(s, "few processes");
	s->bpf = calloc(1, sizeof(*s->bpf));
	if (!s->bpf || snap_expect_procs(s, about) < 0)
		return -ENOMEM;
	int rc = read_facts(&s->bpf->facts);
	if (rc < 0)
		return refuse(s, rc == -ENOENT ? "the kernel does not describe its types"
					       : "the kernel's BTF cannot be read");
	rc = walk(&r);
	free(r.relatives);
	free(r.threads);
	if (rc == 0) {
		s->backend = "bpf";
		return 0;
	}
	if (rc == -ENOMEM)
		return rc;
	if (snap_clear(s) < 0)
		return -ENOMEM;
	return refuse(s, rc == MISREAD ? "the kernel's records are not what /proc says"
				       : "the program was refused");
}
