/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Reading processes, apart from adding what was read to the snapshot: a reader looks at the
 * context and the wishes of a scan only, and writes plain records into a batch of its own. So
 * several may run at once, each with its batch, and one of them adds the batches one by one.
 */
#ifndef XNS_SCAN_READ_H
#define XNS_SCAN_READ_H

#include "scan/snapshot.h"

struct read_proc {
	uint32_t pid, flags; /* PROC_UNREADABLE */
	uint32_t inode[XNS_NTYPES];
};

/* A thread, a descriptor, a future child: something of a process that holds a namespace. */
struct read_hold {
	uint32_t pid, tid; /* tid 0: of the whole process */
	uint32_t inode;
	int32_t fd; /* -1: none */
	uint8_t type, kind;
};

/* What is read of a process only where it is shown: detail.c. */
struct read_detail {
	uint32_t proc;  /* its index in the snapshot */
	uint32_t flags; /* PROC_*: what is known of it, before and after */
	uint32_t ppid, uid;
	uint32_t faults;
	char *command; /* freed with the batch; NULL */
};

struct xns_batch {
	struct read_proc *procs;
	size_t nprocs, procs_cap;
	struct read_hold *holds;
	size_t nholds, holds_cap;
	struct snap_table *tables;
	size_t ntables, tables_cap;
	struct read_detail *details;
	size_t ndetails, details_cap;
	bool failed; /* memory ran out: something is missing */
	/* What could not be seen: processes; namespaces for children that have none yet, on
	 * this kernel; descriptors of which it is not known to what they belong; threads of
	 * which it is not known whether they have descriptors of their own. */
	uint32_t unreadable, unborn, unread_files, untold;
	uint32_t faults; /* reads that failed as they should not */
};

/* Adds all of @batch to the snapshot, and empties it. Returns 0 or -ENOMEM. */
int xns_batch_flush(struct xns_scan *s, struct xns_batch *batch);
void xns_batch_free(struct xns_batch *batch);
void xns_batch_hold(struct xns_batch *batch, const struct read_hold *hold);

/* The namespaces of a task: those it is in, and those its children will be in (0: none). */
struct read_links {
	uint32_t inode[XNS_NTYPES], children[XNS_NTYPES];
};

/* Which links of a task are read. */
enum {
	LINKS_OWN = 1 << 0,      /* all types */
	LINKS_PER_TASK = 1 << 1, /* types that may differ between threads */
	LINKS_CHILDREN = 1 << 2,
};

/*
 * Reads the links of the directory @path ("1/ns", "1/task/2/ns") below @dirfd. What is not
 * there is 0; a zombie has but a few. Returns 0, -ESRCH (gone), -EACCES, or what else went
 * wrong (snap_is_fault()).
 */
int xns_read_links(int dirfd, const char *path, unsigned which, struct read_links *links);

/*
 * The PID namespace that the children of @tid will be in, where it has no process yet, so that
 * no link shows it: its inode; 0: none; -ENOTTY: the kernel does not tell (before 6.11).
 */
int64_t xns_read_unborn(uint32_t pid, uint32_t tid);

/* Completes the links of a task with what no link shows, and adds what differs from @leader;
 * @tid is 0 for the leader itself. */
void xns_read_children(const struct xns_scan *s, uint32_t pid, uint32_t tid,
		       struct read_links *links, const struct read_links *leader,
		       struct xns_batch *batch);

/* The process and, where the scan wants them, its threads: proc.c, task.c. */
void xns_read_proc(const struct xns_scan *s, uint32_t pid, struct xns_batch *batch);
void xns_read_threads(const struct xns_scan *s, uint32_t pid, const struct read_links *leader,
		      struct xns_batch *batch);

/* Puts what was read into the snapshot, and frees it. Returns 0 or -ENOMEM. */
int xns_note_detail(struct xns_scan *s, struct read_detail *detail);

/* Another process's descriptor as one of our own, for a moment; or a negative errno. */
int xns_borrow_fd(const struct xns_scan *s, uint32_t pid, uint32_t tid, int number);

/* --- directories of numbers ------------------------------------------------------------- */

struct xns_dir {
	int fd;
	ssize_t at, len; /* len < 0: the errno that reading ended with */
	_Alignas(8) char buf[4096];
};

/* Opens @path below @dirfd. Returns 0 or a negative errno; close dir->fd afterwards. */
int xns_dir_open(struct xns_dir *dir, int dirfd, const char *path);

/* The next entry that is a number; its text, or NULL at the end. */
const char *xns_dir_next(struct xns_dir *dir, uint32_t *number);

#endif
