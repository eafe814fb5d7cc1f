/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libxns: find, make, enter and describe Linux namespaces and IPC objects.
 *
 * Functions that can fail return 0 (or a count) and a negative errno; the context keeps one
 * message that names the step and the object, see xns_error(). Pointers that a getter returns
 * belong to the object they came from. Every descriptor is close-on-exec.
 * A context and what comes from it belong to one thread at a time.
 *
 * Structs that the caller fills in begin with their size as the caller's header has it. A
 * function that takes one returns -EINVAL for a size that is none, and -E2BIG where something
 * is set that only a newer library knows.
 */
#ifndef XNS_H
#define XNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- context -------------------------------------------------------------------------- */

struct xns_ctx;

/**
 * xns_new - make a context.
 * @ctx: where the new context is put; free it with xns_free().
 *
 * Opens /proc and checks that it is a procfs.
 * Return: 0; -ENOMEM; -ENOENT, -EACCES or another errno of open(2); -ENODEV where /proc is no
 * procfs. No context is made on failure.
 * Since: 0.1
 */
int xns_new(struct xns_ctx **ctx);

/**
 * xns_free - free a context. @ctx may be NULL.
 * Since: 0.1
 */
void xns_free(struct xns_ctx *ctx);

/**
 * xns_set_proc - read another tree instead of /proc.
 * @ctx: the context.
 * @fd: a descriptor of the tree's top directory; it is duplicated.
 *
 * For tests, and for a procfs of another PID namespace.
 * Return: 0; -EBADF, -EMFILE.
 * Since: 0.1
 */
int xns_set_proc(struct xns_ctx *ctx, int fd);

/**
 * xns_error - the step and the object of the last failure, such as "open /proc/1/ns/net".
 * Return: a string that lives until the next call with this context; empty before any failure.
 * Since: 0.1
 */
const char *xns_error(const struct xns_ctx *ctx);

/**
 * xns_hint - the cause of the last failure, where it is known: which limit was reached, which
 * capability is missing. A sentence for people, without a full stop.
 * Return: a string that lives until the next call with this context; empty where the cause is
 * not known.
 * Since: 0.1
 */
const char *xns_hint(const struct xns_ctx *ctx);

/**
 * xns_version - the version of the library that is running, such as "0.1.0".
 * Since: 0.1
 */
const char *xns_version(void);

/* --- namespace types ------------------------------------------------------------------ */

/** enum xns_type - the kinds of namespace that Linux has. */
enum xns_type {
	XNS_MNT,
	XNS_UTS,
	XNS_IPC,
	XNS_NET,
	XNS_PID,
	XNS_USER,
	XNS_CGROUP,
	XNS_TIME,
	XNS_NTYPES /* how many; grows when Linux does */
};

/**
 * xns_type_name - the name of a type as in /proc/PID/ns, such as "mnt".
 * Return: a static string; NULL for a number that is no type.
 * Since: 0.1
 */
const char *xns_type_name(enum xns_type type);

/**
 * xns_type_flag - the CLONE_NEW* flag of a type (clone(2)).
 * Return: the flag; 0 for a number that is no type.
 * Since: 0.1
 */
uint64_t xns_type_flag(enum xns_type type);

/**
 * xns_type_from_name - the type of a name such as "mnt".
 * Return: an enum xns_type; -EINVAL.
 * Since: 0.1
 */
int xns_type_from_name(const char *name);

/**
 * xns_type_from_flag - the type of one CLONE_NEW* flag.
 * Return: an enum xns_type; -EINVAL.
 * Since: 0.1
 */
int xns_type_from_flag(uint64_t flag);

/* --- scanning ------------------------------------------------------------------------- */

struct xns_scan; /* what one scan found; does not change afterwards */
struct xns_ns;   /* a namespace in it */
struct xns_proc; /* a process in it */

/** What a scan looks at, beside the namespaces of processes. */
enum {
	XNS_SCAN_TASKS = 1 << 0,  /* threads that differ from their process; *_for_children */
	XNS_SCAN_FDS = 1 << 1,    /* open descriptors, sockets and tun devices */
	XNS_SCAN_MOUNTS = 1 << 2, /* bind mounts, in every mount namespace */
	XNS_SCAN_KERNEL = 1 << 3, /* the kernel's own lists (listns, mount namespaces) */
	XNS_SCAN_RELATIONS = 1 << 4,  /* parents and owners */
	XNS_SCAN_IDS = 1 << 5,        /* 64-bit ids */
	XNS_SCAN_NETNSIDS = 1 << 6,   /* numbers that network namespaces have for each other */
	XNS_SCAN_OWNER_UIDS = 1 << 7, /* who made the owning user namespace */
	XNS_SCAN_FIND = (1 << 5) - 1, /* every way of finding namespaces */
	XNS_SCAN_HOLDERS = 1 << 8,    /* every holder, not only every namespace: takes longer */
	XNS_SCAN_ALL = (1 << 9) - 1,
	XNS_SCAN_LEADERS = 1 << 9, /* what xns_proc_ppid(), _uid() and _command() tell of all
				    * leaders, at once: faster than when asked one by one */
};

/** What holds a namespace: why it is still there. */
enum xns_holder_kind {
	XNS_HELD_PROC,     /* a process is in it */
	XNS_HELD_TASK,     /* a thread that differs from its process's leader is */
	XNS_HELD_FD,       /* an open descriptor */
	XNS_HELD_SOCKET,   /* a socket that was made in it */
	XNS_HELD_TUN,      /* a /dev/net/tun descriptor */
	XNS_HELD_MOUNT,    /* a bind mount of it */
	XNS_HELD_CHILDREN, /* children of a process or thread will be born into it */
	XNS_HELD_PARENT,   /* it is the parent of another */
	XNS_HELD_OWNER,    /* it owns another */
	XNS_HELD_KERNEL,   /* the kernel lists it; no holder could be seen */
	XNS_HELD_KINDS
};

/** Why something was not seen. */
enum xns_gap_kind {
	XNS_GAP_UNREADABLE, /* no permission */
	XNS_GAP_KERNEL,     /* the kernel cannot tell */
	XNS_GAP_FAILED,     /* it went wrong: no memory, no descriptors, an I/O error */
};

/** How processes are found. */
enum xns_backend {
	XNS_BACKEND_AUTO,   /* the fastest that can be used */
	XNS_BACKEND_PROCFS, /* by reading /proc */
	XNS_BACKEND_BPF,    /* by the kernel's own walk of its tasks; or the scan fails */
};

/**
 * struct xns_gap - something that could not be seen.
 * @size: sizeof(struct xns_gap), set by the caller.
 * @kind: why.
 * @what: what it is, such as "processes"; static.
 * @count: how many there are; 0 where that cannot be known.
 * @cure: what would show it, or why nothing does: "run as root", "kernel < 6.19"; static.
 */
struct xns_gap {
	size_t size;
	enum xns_gap_kind kind;
	const char *what;
	uint64_t count;
	const char *cure;
};

/**
 * struct xns_holder - one thing that holds a namespace, see xns_ns_next_holder().
 * @size: sizeof(struct xns_holder), set by the caller.
 * @kinds: only these, a mask of 1 << enum xns_holder_kind; 0 for all; set by the caller.
 * @kind: what it is.
 * @proc: the process, where it was seen; NULL.
 * @pid: of the process, thread, descriptor or future child; 0.
 * @tid: of the thread; that of the leader where it is the process's; 0 for a member process.
 * @fd: number of the descriptor, socket or tun descriptor; -1.
 * @path: mount point, as seen from the root of the mount namespace @via; NULL.
 * @via: mount: the mount namespace that it is in. Parent and owner: the namespace that it is
 * the parent or owner of. Otherwise NULL.
 * @own: whether @via is the caller's mount namespace, and @path so means what it says.
 * @at, @part: where the iteration stands; 0 at the start, then not the caller's.
 */
struct xns_holder {
	size_t size;
	unsigned kinds;
	enum xns_holder_kind kind;
	const struct xns_proc *proc;
	pid_t pid, tid;
	int fd;
	const char *path;
	const struct xns_ns *via;
	bool own;
	unsigned part;
	uint64_t at;
};

/**
 * struct xns_scan_options - how to scan. Set @size to sizeof(struct xns_scan_options) and the
 * rest to 0 first.
 * @size: of this struct.
 * @what: XNS_SCAN_* bits; 0 means XNS_SCAN_ALL.
 * @backend: enum xns_backend. BPF needs CAP_BPF and CAP_PERFMON (or CAP_SYS_ADMIN) in the
 * initial user namespace, BTF (/sys/kernel/btf), and a /proc of the caller's PID namespace.
 */
struct xns_scan_options {
	size_t size;
	unsigned what;
	unsigned backend;
};

/**
 * xns_scan_new - find the namespaces of the machine.
 * @ctx: the context; it must outlive the scan.
 * @options: how, or NULL for everything.
 * @scan: where the result is put; free it with xns_scan_free().
 *
 * Processes that end meanwhile are left out; what may not be read is counted, see
 * xns_scan_gap().
 * Return: 0; -EINVAL, -E2BIG (options); -ENOTSUP (XNS_BACKEND_BPF cannot be used); -ENOMEM;
 * -EMFILE; an errno of reading /proc. Since: 0.1
 */
int xns_scan_new(struct xns_ctx *ctx, const struct xns_scan_options *options,
		 struct xns_scan **scan);

/**
 * xns_scan_free - free a scan and all that came from it. @scan may be NULL.
 * Since: 0.1
 */
void xns_scan_free(struct xns_scan *scan);

/**
 * xns_scan_context - the context that the scan was made with.
 * Return: the context.
 * Since: 0.1
 */
struct xns_ctx *xns_scan_context(const struct xns_scan *scan);

/**
 * xns_scan_next_ns - the next namespace of a scan, by inode.
 * @prev: the one before; NULL for the first.
 *
 * Return: a namespace that belongs to the scan; NULL after the last.
 * Since: 0.1
 */
const struct xns_ns *xns_scan_next_ns(const struct xns_scan *scan, const struct xns_ns *prev);

/**
 * xns_scan_find_ns - the namespace with this inode.
 * @type: its type; -1 for any.
 * @inode: as in readlink("/proc/PID/ns/...").
 * Return: a namespace that belongs to the scan; NULL where there is none.
 * Since: 0.1
 */
const struct xns_ns *xns_scan_find_ns(const struct xns_scan *scan, int type, uint32_t inode);

/**
 * xns_scan_select - the namespace that a user names.
 * @text: its inode; "net:[4026531833]" as readlink(1) prints it; "id:N", its 64-bit id (the
 * scan must have looked for ids); a path with a slash in it, such as /proc/1/ns/net; or
 * "@NAME", the name that ip-netns(8) gave it, or else the file name of a place where it is
 * mounted.
 * @ns: where it is put; it belongs to the scan.
 *
 * On failure xns_error() is a whole sentence, which needs no strerror(3) behind it.
 * Return: 0; -EINVAL: not of that form, or a path that is no namespace; -ENOENT: not found;
 * -ENOTUNIQ: several have this name; an errno of open(2).
 * Since: 0.1
 */
int xns_scan_select(const struct xns_scan *scan, const char *text, const struct xns_ns **ns);

/**
 * xns_scan_next_proc - the next process of a scan, by PID.
 * @prev: the one before; NULL for the first.
 *
 * Return: a process that belongs to the scan; NULL after the last.
 * Since: 0.1
 */
const struct xns_proc *xns_scan_next_proc(const struct xns_scan *scan,
					  const struct xns_proc *prev);

/**
 * xns_scan_find_proc - the process with this PID.
 * Return: a process that belongs to the scan; NULL where there was none.
 * Since: 0.1
 */
const struct xns_proc *xns_scan_find_proc(const struct xns_scan *scan, pid_t pid);

/**
 * xns_scan_backend - how processes were found: "procfs" or "bpf".
 * Since: 0.1
 */
const char *xns_scan_backend(const struct xns_scan *scan);

/**
 * xns_scan_gap - something that could not be seen.
 * @n: 0 for the first.
 * @gap: where it is put; @gap->size is set by the caller.
 * Return: whether there is an Nth.
 * Since: 0.1
 */
bool xns_scan_gap(const struct xns_scan *scan, size_t n, struct xns_gap *gap);

/**
 * xns_task_ns - the namespaces of one process or thread.
 * @ctx: the context.
 * @tid: its PID or TID.
 * @inode: XNS_NTYPES inodes; 0 where there is none to be seen (a zombie, a kernel without the
 * type).
 * Return: 0; -ESRCH; -EACCES.
 * Since: 0.1
 */
int xns_task_ns(struct xns_ctx *ctx, pid_t tid, uint32_t inode[XNS_NTYPES]);

/* --- a namespace ---------------------------------------------------------------------- */

/** xns_ns_type - the type of a namespace. Since: 0.1 */
enum xns_type xns_ns_type(const struct xns_ns *ns);

/**
 * xns_ns_inode - the inode number of a namespace, as in readlink("/proc/PID/ns/...").
 *
 * The kernel uses the number again after the namespace's end.
 * Since: 0.1
 */
uint32_t xns_ns_inode(const struct xns_ns *ns);

/**
 * xns_ns_id - the 64-bit id of a namespace, which is never used again until the next boot.
 * Return: the id (NS_GET_ID, Linux 6.18; for mount namespaces 6.8); 0 where it is not known.
 * Since: 0.1
 */
uint64_t xns_ns_id(const struct xns_ns *ns);

/** xns_ns_nprocs - the number of processes in a namespace. Since: 0.1 */
unsigned xns_ns_nprocs(const struct xns_ns *ns);

/**
 * xns_ns_ntasks - the number of threads in a namespace whose process is in another.
 * Since: 0.1
 */
unsigned xns_ns_ntasks(const struct xns_ns *ns);

/**
 * xns_ns_heldby - what kinds of holder keep a namespace alive.
 * Return: a sum of 1 << kind, each of enum xns_holder_kind.
 * Since: 0.1
 */
unsigned xns_ns_heldby(const struct xns_ns *ns);

/**
 * xns_ns_leader - the process with the lowest PID in a namespace.
 * Return: a process that belongs to the scan; NULL where it has none.
 * Since: 0.1
 */
const struct xns_proc *xns_ns_leader(const struct xns_scan *scan, const struct xns_ns *ns);

/**
 * xns_ns_parent - the parent of a PID or user namespace.
 * Return: a namespace that belongs to the scan; NULL: none, or above what the caller may see.
 * Since: 0.1
 */
const struct xns_ns *xns_ns_parent(const struct xns_scan *scan, const struct xns_ns *ns);

/**
 * xns_ns_owner - the user namespace that owns a namespace.
 * Return: a namespace that belongs to the scan; NULL: none, or above what the caller may see.
 * Since: 0.1
 */
const struct xns_ns *xns_ns_owner(const struct xns_scan *scan, const struct xns_ns *ns);

/**
 * xns_ns_owner_uid - the user that made a user namespace, or the owner of another namespace.
 * @uid: where the id, as the caller's user namespace maps it, is put.
 * Return: 0; -ENODATA where it is not known.
 * Since: 0.1
 */
int xns_ns_owner_uid(const struct xns_scan *scan, const struct xns_ns *ns, uid_t *uid);

/**
 * xns_ns_netnsid - the number that the caller's network namespace has for another.
 * @id: where it is put; -1: none assigned.
 * Return: 0; -ENODATA where it is not known; -EINVAL where it is no network namespace.
 * Since: 0.1
 */
int xns_ns_netnsid(const struct xns_ns *ns, int *id);

/**
 * xns_ns_nholders - how many holders xns_ns_next_holder() tells of.
 * Since: 0.1
 */
size_t xns_ns_nholders(const struct xns_ns *ns);

/**
 * xns_ns_next_holder - what holds a namespace, one after another.
 * @holder: set @size, and @kinds if only some are wanted, and the rest to 0 before the first
 * call. Its texts and objects belong to the scan.
 *
 * Member processes come first, by PID; then threads, descriptors and mounts as they were found;
 * then the namespaces whose parent or owner it is, by inode. A socket or tun descriptor counts
 * only where its process is in another network namespace.
 * Return: whether there was one more.
 * Since: 0.1
 */
bool xns_ns_next_holder(const struct xns_scan *scan, const struct xns_ns *ns,
			struct xns_holder *holder);

/**
 * xns_holder_name - what a kind of holder is called, such as "fd".
 * Return: a static string; NULL for a number that is no kind.
 * Since: 0.1
 */
const char *xns_holder_name(enum xns_holder_kind kind);

/**
 * xns_ns_is_leaked - whether nobody would miss it: there is no process and no thread in it, and
 * it is mounted neither in the mount namespace of PID 1 nor in the caller's.
 * Since: 0.1
 */
bool xns_ns_is_leaked(const struct xns_scan *scan, const struct xns_ns *ns);

/**
 * xns_ns_open - open a namespace through whatever holds it.
 *
 * Waits for no file system and no process, and is not fooled by what has taken its place.
 * Return: a descriptor for the caller to close; -ENOENT, -ESTALE: it is gone, or cannot be
 * reached; -EACCES, -EPERM; -EMFILE.
 * Since: 0.1
 */
int xns_ns_open(const struct xns_scan *scan, const struct xns_ns *ns);

/* --- whose it is ---------------------------------------------------------------------- */

/** What a process's cgroup path tells about whose it is. */
enum xns_whose_kind {
	XNS_WHOSE_RUNTIME, /* "docker", "podman", "containerd", "cri-o", "lxc", "nspawn", ... */
	XNS_WHOSE_CONTAINER, /* id or name of the innermost container */
	XNS_WHOSE_POD,       /* Kubernetes pod UID, or podman pod id */
	XNS_WHOSE_UNIT,      /* innermost systemd unit */
};

struct xns_whose;

/**
 * xns_whose_new - tell whose a process is from its cgroup path; no daemon is asked.
 * @ctx: the context.
 * @pid: the process, as the context's /proc numbers it.
 * @whose: where the answer is put; free it with xns_whose_free().
 *
 * Return: 0; -ESRCH; -EACCES; -EFBIG; -ENOMEM.
 * Since: 0.1
 */
int xns_whose_new(struct xns_ctx *ctx, pid_t pid, struct xns_whose **whose);

/**
 * xns_whose_free - free what xns_whose_new() made. @whose may be NULL.
 * Since: 0.1
 */
void xns_whose_free(struct xns_whose *whose);

/**
 * xns_whose_get - one part of the answer.
 * @whose: the answer.
 * @kind: which part.
 *
 * Return: a string that belongs to @whose, of untrusted bytes, 255 at most; NULL: none.
 * Since: 0.1
 */
const char *xns_whose_get(const struct xns_whose *whose, enum xns_whose_kind kind);

/**
 * xns_ns_name - what people call a namespace: the name that "ip netns" or xunshare --name gave
 * it, or the host name of a UTS namespace.
 * @scan: the scan.
 * @ns: a namespace of it.
 * @name: where the name is put, as a string; untrusted bytes.
 * @size: bytes at @name; 256 is enough.
 *
 * Another UTS namespace's host name is read by a thread that enters it for that moment; that
 * takes CAP_SYS_ADMIN.
 * Return: 0; -ENODATA where it has none, or it could not be seen.
 * Since: 0.1
 */
int xns_ns_name(const struct xns_scan *scan, const struct xns_ns *ns, char *name, size_t size);

/* --- a process ------------------------------------------------------------------------ */

/** xns_proc_pid - the PID of a process, as the /proc that was read numbers it. Since: 0.1 */
pid_t xns_proc_pid(const struct xns_proc *proc);

/**
 * xns_proc_ns - the namespace of one type that a process is in.
 * Return: a namespace that belongs to the scan; NULL where it could not be seen.
 * Since: 0.1
 */
const struct xns_ns *xns_proc_ns(const struct xns_scan *scan, const struct xns_proc *proc,
				 enum xns_type type);

/**
 * xns_proc_readable - whether the namespaces of a process could be seen.
 * Since: 0.1
 */
bool xns_proc_readable(const struct xns_proc *proc);

/**
 * xns_proc_ppid - the PID of the parent of a process; read when it is first asked for.
 * Return: the PID, 0 for none; -1 where the process is gone.
 * Since: 0.1
 */
pid_t xns_proc_ppid(const struct xns_scan *scan, const struct xns_proc *proc);

/**
 * xns_proc_uid - the effective user id of a process; read when it is first asked for.
 * Return: 0; -ESRCH where the process is gone.
 * Since: 0.1
 */
int xns_proc_uid(const struct xns_scan *scan, const struct xns_proc *proc, uid_t *uid);

/**
 * xns_proc_command - the command line of a process.
 *
 * Arguments are joined by blanks; a process without any has its name here. It is read when it
 * is first asked for, 128 KiB at most. Untrusted bytes: not for a terminal as they are.
 * Return: a string that belongs to the scan; NULL where the process is gone.
 * Since: 0.1
 */
const char *xns_proc_command(const struct xns_scan *scan, const struct xns_proc *proc);

/* --- ending like a child ---------------------------------------------------------------- */

/**
 * xns_pass_status - end as a process of wait status @status did.
 * @status: as from waitpid(2).
 *
 * Raises the signal that killed the process, even one that is ignored or blocked here, without
 * another core dump. Flush stdio before.
 * Return: the exit code for the caller to end with; 128 + signal where that does not end this
 * process (PID 1).
 * Since: 0.1
 */
int xns_pass_status(int status);

/* --- entering namespaces --------------------------------------------------------------- */

/** enum xns_id_from - where the user or group id of an entering program comes from. */
enum xns_id_from {
	XNS_ID_DEFAULT, /* 0 where a user namespace is joined, else as it is */
	XNS_ID_KEEP,    /* as it is */
	XNS_ID_GIVEN,   /* the number beside it */
	XNS_ID_FOLLOW,  /* the target's, as the joined user namespace sees it */
};

/** struct xns_source - one namespace by its name. */
struct xns_source {
	enum xns_type type;
	const char *from; /* a path, ":ID" (64-bit id, Linux 6.18) or, for net, "@NAME" */
};

/**
 * struct xns_enter - which namespaces to enter, where in them, and as whom.
 *
 * Begin with XNS_ENTER_INIT, which enters nothing. Strings are borrowed until xns_entry_free().
 * Since: 0.1
 */
struct xns_enter {
	size_t size; /* sizeof(struct xns_enter) */

	/* which namespaces */
	const char *target; /* "PID", "PID:INODE", "PID@OTHER" or "ns:TYPE:[INODE]" */
	uint64_t types;     /* CLONE_NEW* flags of what is taken from the target */
	bool all;           /* all types, apart from what the caller is in already */
	bool user_parent;   /* the user namespace above, or that owns the others */
	const struct xns_source *sources; /* others; the last has from = NULL. Or NULL */
	int net_socket;                   /* a socket of the target by its descriptor, or -1 */
	const char *directory;            /* of files that are named like the types, or NULL */
	const char *netns; /* as ip-netns(8) enters it, with /sys and /etc, or NULL */

	/* where in the file system; NULL: not changed; "": as the target */
	const char *root;
	const char *wd;   /* opened before anything is joined */
	const char *wdns; /* looked up inside; "" is nothing special */
	bool wd_outside;  /* @wd may lie outside of the new root */

	/* as whom */
	enum xns_id_from uid_from, gid_from;
	uid_t uid;
	gid_t gid;
	bool env;              /* the target's environment */
	bool keep_caps;        /* across the change of ids and the exec */
	bool drop_caps;        /* none that the target's bounding set lacks */
	bool no_new_privs;     /* PR_SET_NO_NEW_PRIVS */
	bool follow_label;     /* the target's security label */
	bool join_cgroup;      /* the target's cgroups */
	bool pty;              /* a terminal of its own in place of the caller's */
	bool no_fork;          /* also where a PID namespace is joined */
	unsigned preserve_fds; /* how many descriptors above 2 the program gets */

	/* called with what should be told though nothing failed; NULL: nobody is */
	void (*note)(void *arg, const char *text);
	void *note_arg;
};

#define XNS_ENTER_INIT                                             \
	{                                                          \
		.size = sizeof(struct xns_enter), .net_socket = -1 \
	}

/** struct xns_program - what is to be executed. */
struct xns_program {
	size_t size;       /* sizeof(struct xns_program) */
	char *const *argv; /* ends with NULL; argv[0] is NULL: the default shell */
	char *const *envp; /* ends with NULL */
	const char *path;  /* where argv[0] is looked up: PATH; NULL: the system's default */
	const char *shell; /* the default shell: SHELL; NULL or "": as the user database says */
};

struct xns_entry;

/**
 * xns_entry_new - open all that @options name and decide how to enter it.
 * @ctx: the context; it has to outlive the entry.
 * @options: what to enter; copied.
 * @entry: where the new entry is put; free it with xns_entry_free().
 *
 * Nothing of the calling process is changed yet. The target is held by descriptors; when this
 * succeeds it was alive after everything had been read from it.
 * Return: 0; -E2BIG (options); -EINVAL (a name that cannot be parsed, a file that is no
 * namespace of the type, or nothing to do), -ESRCH (no such target), -ENOTUNIQ (several targets
 * fit; the hint lists them), -EOPNOTSUPP (pidfds have no inodes), -ENOMEM, and errnos of
 * open(2) and read(2). Since: 0.1
 */
int xns_entry_new(struct xns_ctx *ctx, const struct xns_enter *options,
		  struct xns_entry **entry);

/**
 * xns_entry_free - close all that an entry holds. @entry may be NULL.
 * Since: 0.1
 */
void xns_entry_free(struct xns_entry *entry);

/**
 * xns_entry_step - the plan in words.
 * @entry: the entry.
 * @n: which step, from 0.
 * @what, @call: get what the step does and the system calls it takes; they live until the next
 * call with this entry.
 * Return: false after the last step.
 * Since: 0.1
 */
bool xns_entry_step(struct xns_entry *entry, unsigned n, const char **what, const char **call);

/**
 * xns_entry_join - make the calling process a member of the namespaces.
 * @ctx: the context.
 * @entry: the entry.
 *
 * The caller must have one thread. It is made non-dumpable (PR_SET_DUMPABLE). Ids, capabilities
 * and descriptors stay as they are; of a PID namespace, only later children become members.
 * Return: 0, or errnos of setns(2), chroot(2), chdir(2); -EXDEV where the working directory
 * would be outside. After a failure the process is half inside and should end. Since: 0.1
 */
int xns_entry_join(struct xns_ctx *ctx, struct xns_entry *entry);

/**
 * xns_entry_run - enter, and run a program there.
 * @ctx: the context.
 * @entry: the entry.
 * @program: what to run.
 * @status: gets the status of the program, as from waitpid(2); after a failure, the exit code
 * that a shell would have: 1, or 127 (program not found) or 126 (not executable).
 *
 * Where a PID namespace is entered, and no_fork is not set, the program is a child, and signals
 * are handed on to it until it ends. Else the program replaces the calling process, and only
 * failure returns.
 * Return: 0 once the child has ended, or a negative errno.
 * Since: 0.1
 */
int xns_entry_run(struct xns_ctx *ctx, struct xns_entry *entry,
		  const struct xns_program *program, int *status);

/* --- IPC objects ---------------------------------------------------------------------- */

/** enum xns_ipc_kind - the kinds of IPC object: System V and POSIX. */
enum xns_ipc_kind {
	XNS_IPC_SHM,  /* System V shared memory segment */
	XNS_IPC_MSG,  /* System V message queue */
	XNS_IPC_SEM,  /* System V semaphore set */
	XNS_IPC_PSHM, /* POSIX shared memory */
	XNS_IPC_PMSG, /* POSIX message queue */
	XNS_IPC_PSEM, /* POSIX named semaphore */
	XNS_IPC_NKINDS
};

/** A count that could not be read. */
#define XNS_IPC_UNKNOWN UINT64_MAX

/** Bits of xns_ipc_object.mode above the permissions: segments only. */
#define XNS_IPC_DEST   01000 /* removed, goes with the last detach */
#define XNS_IPC_LOCKED 02000 /* kept in memory (SHM_LOCK) */

/**
 * struct xns_ipc_object - one object as the kernel showed it. Fields may be added at the end.
 */
struct xns_ipc_object {
	enum xns_ipc_kind kind;
	int id;          /* System V; else -1 */
	uint32_t key;    /* System V; 0: private */
	uint32_t mode;   /* permission bits, XNS_IPC_DEST, XNS_IPC_LOCKED */
	uid_t uid, cuid; /* owner, creator (POSIX: both the owner) */
	gid_t gid, cgid;
	pid_t pid[2];   /* segment: creator, last; System V queue: last sender, receiver */
	uint64_t size;  /* bytes: of a segment; waiting in a queue (or XNS_IPC_UNKNOWN) */
	uint64_t count; /* attachments, messages, semaphores, value of a POSIX semaphore */
	uint64_t limit; /* System V queue: bytes it may hold */
	uint64_t rss;   /* System V segment: bytes in memory, in swap */
	uint64_t swap;
	int64_t ctime;  /* seconds since 1970 of the last change (POSIX: modification) */
	int64_t atime;  /* last attach, send, semaphore operation; 0: never */
	int64_t dtime;  /* last detach, receive; 0: never */
	char name[258]; /* POSIX: as it is opened; a queue's with its slash */
};

/** struct xns_ipc_sem - one semaphore of a System V set. */
struct xns_ipc_sem {
	int value;
	int ncount; /* processes that wait for it to grow */
	int zcount; /* that wait for zero */
	pid_t pid;  /* of the last operation; 0: none, or not visible */
};

/** struct xns_ipc_limits - limits and use of one IPC namespace. */
struct xns_ipc_limits {
	size_t size;                   /* sizeof(struct xns_ipc_limits), set by the caller */
	uint64_t shmmax, shmmin;       /* bytes a segment */
	uint64_t shmall, shm_pages;    /* pages: limit, used */
	uint64_t shmmni, shm_segments; /* segments: limit, used */
	uint64_t shm_rss, shm_swap;    /* pages in memory, in swap */
	uint64_t shm_swap_attempts, shm_swap_successes;
	uint64_t msgmax, msgmnb;          /* bytes a message, a queue */
	uint64_t msgmni, msg_queues;      /* queues: limit, used */
	uint64_t msg_messages, msg_bytes; /* waiting */
	uint64_t semmsl, semopm, semvmx;  /* semaphores a set, operations a call, value */
	uint64_t semmni, sem_sets;        /* sets: limit, used */
	uint64_t semmns, sem_semaphores;  /* semaphores: limit, used */
	/* POSIX message queues; XNS_IPC_UNKNOWN where the kernel does not tell */
	uint64_t mq_queues_max, mq_queues; /* queues: limit, used */
	uint64_t mq_msg_max, mq_msgsize_max;
	uint64_t mq_bytes; /* RLIMIT_MSGQUEUE of the caller */
};

/**
 * struct xns_ipc_spec - an object to make. Set the whole to zero, then what is wanted.
 */
struct xns_ipc_spec {
	size_t size; /* sizeof(struct xns_ipc_spec) */
	enum xns_ipc_kind kind;
	uint64_t amount;  /* bytes of a segment, semaphores of a set, value of a POSIX semaphore
			   */
	uint32_t mode;    /* permission bits; System V takes 0777 of them, the umask is applied
			     to POSIX objects only */
	const char *name; /* POSIX; a leading slash may be left out */
	bool has_key;     /* System V: use @key instead of a random one; 0: private */
	uint32_t key;
	bool has_owner; /* give it to @uid and @gid; -1: leave */
	uid_t uid;
	gid_t gid;
	int id;            /* set on success: System V id, else -1 */
	uint32_t made_key; /* set on success: System V key */
};

/**
 * struct xns_ipc_ref - an object to remove.
 */
struct xns_ipc_ref {
	enum xns_ipc_kind kind;
	int id; /* System V; with by_key it is set to what was found, or negative */
	bool by_key;
	uint32_t key;
	const char *name; /* POSIX */
	int result;       /* set: 0 or a negative errno */
};

struct xns_ipc;
struct xns_ipc_list;

/**
 * xns_ipc_open - open an IPC namespace to act in.
 * @ctx: the context; it must outlive the result.
 * @where: NULL for the caller's own; a PID in decimal; or the path of a namespace file.
 * @ipc: where the result is put; free it with xns_ipc_close().
 *
 * POSIX shared memory and semaphores live in /dev/shm of a mount namespace: the caller's, or
 * that of the process @where; with a path there are none. The other functions fork a helper
 * that joins the namespace, unless it is the caller's own.
 * Return: 0; -ESRCH; -ENOENT, -EACCES; -EINVAL (the path is no IPC namespace); -ENOMEM.
 * Since: 0.1
 */
int xns_ipc_open(struct xns_ctx *ctx, const char *where, struct xns_ipc **ipc);

/**
 * xns_ipc_open_ns - like xns_ipc_open(), for an IPC namespace that a scan found.
 * @ctx: the context of the scan.
 * @scan: the scan.
 * @ns: one of its IPC namespaces.
 * @ipc: where the result is put; free it with xns_ipc_close(). It does not need the scan.
 * Return: 0; -EINVAL (another type); -ESRCH, -ENOENT, -ESTALE (it ended meanwhile, or there is
 * no way to it); those of xns_ipc_open().
 * Since: 0.1
 */
int xns_ipc_open_ns(struct xns_ctx *ctx, const struct xns_scan *scan, const struct xns_ns *ns,
		    struct xns_ipc **ipc);

/**
 * xns_ipc_close - free what xns_ipc_open() made. @ipc may be NULL.
 * Since: 0.1
 */
void xns_ipc_close(struct xns_ipc *ipc);

/**
 * xns_ipc_get_list - list objects.
 * @ipc: the namespace.
 * @kinds: the kinds wanted, as a sum of 1 << enum xns_ipc_kind.
 * @list: where the list is put; free it with xns_ipc_list_free().
 *
 * An object that vanishes meanwhile is left out. Kernels before 4.17 show only what the caller
 * may read.
 * Return: 0; -EPERM (may not join the namespace; or message queues are not mounted and the
 * caller may not mount them); -EOPNOTSUPP (POSIX memory or semaphores, which this namespace
 * does not lead to); -ENOSYS; -ENOMEM, -EMFILE, -EAGAIN.
 * Since: 0.1
 */
int xns_ipc_get_list(struct xns_ipc *ipc, unsigned kinds, struct xns_ipc_list **list);

/**
 * xns_ipc_list_free - free a list. @list may be NULL.
 * Since: 0.1
 */
void xns_ipc_list_free(struct xns_ipc_list *list);

/**
 * xns_ipc_next - the object after @prev; the first for NULL.
 *
 * Sorted by kind; System V objects in the kernel's order, POSIX objects by name.
 * Return: a pointer that lives as long as the list; NULL at the end.
 * Since: 0.1
 */
const struct xns_ipc_object *xns_ipc_next(const struct xns_ipc_list *list,
					  const struct xns_ipc_object *prev);

/**
 * xns_ipc_get_sems - the semaphores of a System V set.
 * @id: the set.
 * @sems: where the array is put; free(3) it.
 * @n: how many there are.
 * Return: 0; -EINVAL or -EIDRM (no such set); -EACCES; -ENOMEM; and those of joining.
 * Since: 0.1
 */
int xns_ipc_get_sems(struct xns_ipc *ipc, int id, struct xns_ipc_sem **sems, size_t *n);

/**
 * xns_ipc_get_limits - limits and use.
 * @limits: its size field must be set.
 * Return: 0; -EINVAL (unknown size); -ENOSYS; and those of joining.
 * Since: 0.1
 */
int xns_ipc_get_limits(struct xns_ipc *ipc, struct xns_ipc_limits *limits);

/**
 * xns_ipc_make - make objects, all or none.
 * @specs: @n objects; id and made_key are set on success.
 * @n: how many.
 * @failed: set to the index of the spec that failed; may be NULL.
 *
 * Nothing that exists is ever opened, truncated or changed. A random key that is taken is
 * replaced by another.
 * Return: 0; -EEXIST; -E2BIG (specs); -EINVAL (a size, name or count that cannot be); -ENOSPC
 * (a limit of the namespace), -EMFILE (RLIMIT_MSGQUEUE); -ENOMEM, -EACCES, -EPERM,
 * -ENAMETOOLONG, -EOPNOTSUPP; and those of joining. Since: 0.1
 */
int xns_ipc_make(struct xns_ipc *ipc, struct xns_ipc_spec *specs, size_t n, size_t *failed);

/**
 * xns_ipc_remove - remove objects; each is tried.
 * @refs: @n objects; the result of each is set.
 * @n: how many.
 * Return: 0, also where some could not be removed: -EINVAL, -EIDRM (no such id), -ENOENT (no
 * such key or name), -EPERM, -EACCES in their result fields; those of joining.
 * Since: 0.1
 */
int xns_ipc_remove(struct xns_ipc *ipc, struct xns_ipc_ref *refs, size_t n);

/* --- making namespaces ---------------------------------------------------------------- */

/** struct xns_idrange - @count ids from @inner inside are the ids from @outer outside. */
struct xns_idrange {
	uint32_t inner, outer, count;
};

/** struct xns_map_range - one range of an id map, or where it comes from. */
struct xns_map_range {
	enum {
		XNS_RANGE_GIVEN,  /* @range */
		XNS_RANGE_AUTO,   /* the caller's first subordinate range, from 0 inside */
		XNS_RANGE_SUBIDS, /* the same range, to itself */
		XNS_RANGE_ALL,    /* every id of the caller's own namespace, to itself */
	} kind;
	struct xns_idrange range;
};

/** struct xns_map_plan - what a user namespace's users, or its groups, are to be. */
struct xns_map_plan {
	bool single; /* the caller's effective id is @single_inner inside; ranges go around */
	uint32_t single_inner;
	const struct xns_map_range *ranges;
	size_t nranges;
};

/** enum xns_propagation - mount propagation of the whole tree in a new mount namespace. */
enum xns_propagation {
	XNS_PROPAGATION_PRIVATE,
	XNS_PROPAGATION_SHARED,
	XNS_PROPAGATION_SLAVE,
	XNS_PROPAGATION_UNCHANGED,
};

/** enum xns_setgroups - what becomes of setgroups(2) in a new user namespace. */
enum xns_setgroups {
	XNS_SETGROUPS_KEEP,
	XNS_SETGROUPS_ALLOW,
	XNS_SETGROUPS_DENY,
};

/**
 * struct xns_create - a plan: which namespaces to make, and what they are to be like.
 *
 * Begin with { .size = sizeof(struct xns_create) }: everything else may stay 0. Strings and
 * arrays are borrowed until the call returns.
 */
struct xns_create {
	size_t size;    /* sizeof(struct xns_create) */
	uint64_t flags; /* the CLONE_NEW* of each namespace to make */

	/* where they outlive their processes: existing files, by enum xns_type; may be NULL */
	const char *const *pin;
	const char *name_dir;  /* or a directory to be made, with a file for each */
	const char *netns_dir; /* with @netns: where "ip netns" looks, such as "/run/netns" */
	const char *netns;     /* the network namespace gets this name there */

	bool fork;      /* the program is a child, the caller waits for it */
	bool forward;   /* SIGINT and SIGTERM are passed on to it */
	bool init;      /* PID 1 is an init of our own; implies @fork and @forward */
	int kill_child; /* this signal when the caller dies, or 0; implies @fork */

	struct xns_map_plan users, groups;
	enum xns_setgroups setgroups;
	bool owner; /* the user namespace belongs to @owner_uid, @owner_gid */
	uid_t owner_uid;
	gid_t owner_gid;

	bool set_monotonic, set_boottime;
	int64_t monotonic, boottime; /* clock offsets, seconds */

	const char *hostname;
	bool lo_up; /* the loop-back interface is set up */

	enum xns_propagation propagation;
	const char *mount_proc;   /* directory to mount a procfs on, inside @root */
	const char *mount_binfmt; /* directory for binfmt_misc, inside @root */
	const char *load_interp;  /* a line for its register file */
	const char *root, *wd;    /* new root; new working directory, inside it */

	bool set_uid, set_gid; /* @set_gid also drops supplementary groups */
	uid_t uid;
	gid_t gid;
	bool keep_caps; /* with a new user namespace: capabilities survive execve(2) */
};

/**
 * xns_create_run - carry the plan out.
 * @ctx: the context.
 * @plan: the plan.
 * @program: what to run there; the default shell is looked up before anything is made.
 * @status: gets the program's status as from waitpid(2). On failure, the status that a shell
 * would have given: exit code 127, the program was not found; 126, it could not be executed;
 * 1, another step failed.
 *
 * Without @fork (or what implies it) the program replaces the caller and only failures return.
 * With it, the caller is in the new namespaces itself afterwards (but for PID and time), has
 * waited for the program, and passed signals on. For a process with one thread. On failure
 * nothing that was made outside the new namespaces is left; the caller may be in some of them
 * and should end.
 * Return: 0; -EINVAL, -E2BIG (@plan, @program); a negative errno of the step that failed, with
 * xns_error() and xns_hint().
 * Since: 0.1
 */
int xns_create_run(struct xns_ctx *ctx, const struct xns_create *plan,
		   const struct xns_program *program, int *status);

/**
 * xns_create_explain - tell the steps of a plan, in order, without carrying any out.
 * @plan: the plan.
 * @program: what would be run.
 * @line: called once a step with the system call and a sentence on what it is for.
 * @arg: handed to @line.
 *
 * Return: 0; a negative errno where the plan cannot be carried out as it is (no subordinate
 * ids, ranges that overlap).
 * Since: 0.1
 */
int xns_create_explain(struct xns_ctx *ctx, const struct xns_create *plan,
		       const struct xns_program *program,
		       void (*line)(void *arg, const char *call, const char *purpose),
		       void *arg);

/**
 * xns_forget - undo what @name_dir of struct xns_create made: unpin all namespaces in the
 * directory @dir and remove it.
 * Return: 0; -ENOENT: no such directory; -ENOTDIR, -EPERM: it was not made by this function;
 * another errno of umount2(2) or rmdir(2).
 * Since: 0.1
 */
int xns_forget(struct xns_ctx *ctx, const char *dir);

#ifdef __cplusplus
}
#endif

#endif
