/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The snapshot: every namespace, process and holder that the collectors found. Collectors only
 * add facts through the snap_* functions; after xns_scan_new() returns nothing changes any
 * more.
 *
 * Namespaces are found through an open-addressing hash keyed by (inode, type), with the last
 * hit of each type remembered, since neighbours mostly share theirs.
 */
#ifndef XNS_SCAN_SNAPSHOT_H
#define XNS_SCAN_SNAPSHOT_H

#include "arena.h"
#include "ns/type.h"
#include "private.h"

enum { SNAP_NONE = UINT32_MAX };

/* What is known about a namespace or a process; the rest has to be asked for. */
enum {
	NS_KNOWS_ID = 1 << 0,
	NS_KNOWS_OWNER = 1 << 1,  /* owner is set, or the kernel does not show it */
	NS_KNOWS_PARENT = 1 << 2, /* likewise */
	NS_KNOWS_OWNER_UID = 1 << 3,
	NS_KNOWS_NETNSID = 1 << 4,
	NS_KNOWS_MOUNTS =
		1 << 5, /* what is mounted in this mount namespace has been looked at */

	PROC_KNOWS_IDS = 1 << 0, /* parent and user */
	PROC_KNOWS_COMMAND = 1 << 1,
	PROC_UNREADABLE = 1 << 2, /* its namespace links may not be read */
	PROC_TAKEN = 1 << 3,      /* xns_read_leaders() has it */
};

struct xns_ns {
	uint64_t id;
	uint32_t inode;
	uint32_t nprocs, ntasks;
	uint32_t leader;        /* index of the process with the lowest PID, or SNAP_NONE */
	uint32_t parent, owner; /* indices, or SNAP_NONE */
	uint32_t first, last;   /* its list of holders, or SNAP_NONE */
	uint32_t nholders;      /* in that list: without member processes and relatives */
	uint32_t nrelated;      /* namespaces whose parent or owner it is */
	uid_t owner_uid;
	int32_t netnsid; /* -1: unassigned */
	uint16_t heldby; /* bit mask of enum xns_holder_kind */
	uint8_t type;
	uint8_t known; /* NS_KNOWS_* */
};

struct xns_proc {
	uint32_t pid, ppid;
	uid_t uid;
	uint32_t flags;   /* PROC_* */
	uint32_t set;     /* index of its namespaces: many processes share theirs */
	uint32_t command; /* index + 1; 0: none, or not asked for yet */
};

/* The namespaces that a process is in; of processes next to each other each is kept once. */
struct snap_set {
	uint32_t ns[XNS_NTYPES]; /* index + 1; 0: not known */
};

enum { SNAP_RECENT = 8 };

struct snap_recent {
	uint32_t inode[XNS_NTYPES];
	uint32_t set;
};

/* A holder that is kept: those that follow from members and relations are not. */
struct snap_holder {
	uint32_t next;     /* of the same namespace, or SNAP_NONE */
	uint32_t pid, tid; /* 0: none */
	int32_t fd;        /* -1: none */
	uint32_t via;      /* index of the mount namespace that the path is in, or SNAP_NONE */
	uint8_t kind;
	const char *path; /* in the arena */
};

/* A thread with a descriptor table of its own. */
struct snap_table {
	uint32_t pid, tid;
};

struct snap_gap {
	enum xns_gap_kind kind;
	uint64_t count;
	const char *what, *cure; /* static */
};

struct xns_scan {
	struct xns_ctx *ctx;
	unsigned what; /* XNS_SCAN_* */
	enum xns_backend wanted_backend;

	struct xns_ns *ns;
	size_t nns, ns_cap;
	struct xns_proc *procs;
	size_t nprocs, procs_cap;
	struct snap_set *sets;
	size_t nsets, sets_cap;
	const char **commands; /* in the arena */
	size_t ncommands, commands_cap;
	struct snap_holder *holders;
	size_t nholders, holders_cap;
	struct snap_table *tables;
	size_t ntables, tables_cap;
	struct snap_gap *gaps;
	size_t ngaps, gaps_cap;
	struct xns_arena arena;     /* of texts */
	uint32_t own_mnt;           /* the caller's mount namespace, or SNAP_NONE */
	uint32_t own_pid, own_user; /* inodes of the caller's; 0: not known */
	bool own_mounts_known;      /* what is mounted in it has been looked at */

	uint32_t *order;     /* namespaces sorted by inode; made by snap_finish() */
	const char *backend; /* how processes were found */
	struct xns_bpf *bpf; /* NULL where not with BPF */
	int rtnl;            /* netlink socket of netnsid.c, or -1 */

	/* lookup */
	uint32_t *buckets; /* index + 1 */
	uint32_t mask;
	uint32_t last_inode[XNS_NTYPES], last_index[XNS_NTYPES];
	struct snap_recent recent[SNAP_RECENT];
	unsigned turn;
};

int snap_init(struct xns_scan *s, struct xns_ctx *ctx);
void snap_release(struct xns_scan *s);

/*
 * The inode of our own namespace with the link @name, 0 for a kernel without that type. A
 * negative errno where the link cannot be read; the inode is 0 then, too.
 */
int snap_own_inode(const struct xns_scan *s, const char *name, uint32_t *inode);

/* Forgets everything that was added: a collector that was misled begins anew. -ENOMEM. */
int snap_clear(struct xns_scan *s);

/* The index of a namespace, which is added if it is new; SNAP_NONE when memory is short. */
uint32_t snap_ns(struct xns_scan *s, enum xns_type type, uint32_t inode);

/* The index of a known namespace, or SNAP_NONE. */
uint32_t snap_find(const struct xns_scan *s, enum xns_type type, uint32_t inode);

/*
 * Adds a process with the inodes of its namespaces (0: not known). PIDs come in any order, each
 * once. Returns its index, or -ENOMEM.
 */
int64_t snap_add_proc(struct xns_scan *s, uint32_t pid, const uint32_t inode[XNS_NTYPES],
		      uint32_t flags);

/* Makes room for @n processes at once, which leaves no holes behind in the heap. -ENOMEM. */
int snap_expect_procs(struct xns_scan *s, size_t n);

/* The index of @proc's namespace of @type, or SNAP_NONE where it is not known. */
static inline uint32_t snap_ns_of(const struct xns_scan *s, const struct xns_proc *proc,
				  enum xns_type type)
{
	return s->sets[proc->set].ns[type] - 1;
}

/* Keeps a copy of @text as the command of @proc. Returns 0 or -ENOMEM. */
int snap_set_command(struct xns_scan *s, struct xns_proc *proc, const char *text);

/*
 * A holder that is no process. Fields that do not apply are 0, -1 for fd, SNAP_NONE for via;
 * @path is copied. Returns 0 or -ENOMEM.
 */
struct snap_hold {
	uint32_t ns;
	enum xns_holder_kind kind;
	uint32_t pid, tid;
	int32_t fd;
	uint32_t via;
	const char *path;
};
int snap_hold(struct xns_scan *s, const struct snap_hold *hold);

/* A thread that has descriptors of its own. Returns 0 or -ENOMEM. */
int snap_add_table(struct xns_scan *s, uint32_t pid, uint32_t tid);

/*
 * Something that could not be seen; @count is added to what was said before. @cure is what
 * would help: "run as root", "kernel < 6.19". Both texts are static.
 */
void snap_gap(struct xns_scan *s, enum xns_gap_kind kind, uint64_t count, const char *what,
	      const char *cure);

/* The cure where privileges are what is missing. */
const char *snap_cure(void);

/* Sorts processes by PID. Later additions do no harm, and need another call. */
int snap_sort_procs(struct xns_scan *s);

/*
 * Does @err (either sign) say neither that something is gone, or of another kind, nor that we
 * may not look? Then a part of the answer is missing for a reason that has to be told.
 */
bool snap_is_fault(int err);

/* @count reads that failed so. */
void snap_faults(struct xns_scan *s, uint64_t count);

/* Sorts processes by PID and namespaces by inode: the end of every scan. */
int snap_finish(struct xns_scan *s);

/* The process with this PID, or NULL; only after snap_sort_procs(). */
struct xns_proc *snap_proc(const struct xns_scan *s, uint32_t pid);

/*
 * Opens namespace @index through whatever is known to hold it, and checks that it is the one.
 * Returns a descriptor that the caller closes, or a negative errno.
 */
int snap_open_ns(struct xns_scan *s, uint32_t index);

/* --- collectors ----------------------------------------------------------------------- */

/*
 * One way of finding namespaces. It adds facts to the snapshot, calls snap_gap() for what the
 * kernel or permissions keep from it, and fails only where the scan as a whole must (-ENOMEM).
 */
struct xns_collector {
	unsigned bit; /* XNS_SCAN_*; 0: always */
	int (*collect)(struct xns_scan *s);
};

int xns_collect_procs(struct xns_scan *s);  /* proc.c, with the threads of task.c */
int xns_collect_kernel(struct xns_scan *s); /* kernel.c: the kernel's own lists */
int xns_collect_mounts(struct xns_scan *s); /* mount.c: of mount namespaces not looked at yet */
int xns_collect_files(struct xns_scan *s);  /* fd.c */

/* Parents, owners, ids and netnsids; adds the namespaces that it meets on the way. */
int xns_relate(struct xns_scan *s);

/* What the getters tell of the leaders of namespaces, read at once: detail.c. */
int xns_read_leaders(struct xns_scan *s);

/*
 * The same for namespace @index, of which a collector has a descriptor at hand: it need not be
 * opened again then. The descriptor stays the caller's.
 */
int xns_relate_one(struct xns_scan *s, uint32_t index, int fd);

/* Adds the namespace that @fd, which stays the caller's, is open on, and relates it. */
int xns_add_open(struct xns_scan *s, enum xns_type type, int fd, uint64_t id);

#endif
