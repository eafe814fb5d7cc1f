/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Makes one namespace for each way in which one can be held, and says which: a line
 *
 *	NAME HELDBY TYPE INODE PID TID FD VIA PATH
 *
 * each ("-" where there is none), "NAME skip REASON" for what cannot be made here, and "ready"
 *at the end. Then it waits to be killed; its processes die with it. To be run in a mount
 *namespace of its own, in a directory where it may make files:
 *
 *	holders [NAME...]
 *	holders --listns     the ids of all namespaces, as the kernel lists them; 77: it cannot
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "holders: %s: %s\n", what, strerror(errno));
	kill(0, SIGKILL);
	_exit(1);
}

static int check(int rc, const char *what)
{
	if (rc < 0)
		die(what);
	return rc;
}

/* --- what is said ----------------------------------------------------------------------- */

struct held {
	const char *name, *by, *type;
	unsigned long inode;
	pid_t pid, tid;
	int fd;
	unsigned long via;
	const char *path;
};

static void put_number(long n, bool there)
{
	if (there)
		printf(" %ld", n);
	else
		printf(" -");
}

static void say(const struct held *h)
{
	printf("%s %s %s %lu", h->name, h->by, h->type, h->inode);
	put_number(h->pid, h->pid);
	put_number(h->tid, h->tid);
	put_number(h->fd, h->fd >= 0);
	put_number((long)h->via, h->via);
	printf(" %s\n", h->path ? h->path : "-");
	fflush(stdout);
}

static void skip(const char *name, const char *why)
{
	printf("%s skip %s: %s\n", name, why, strerror(errno));
	fflush(stdout);
}

static unsigned long fd_inode(int fd)
{
	struct stat st;

	check(fstat(fd, &st), "fstat");
	return st.st_ino;
}

static unsigned long link_inode(const char *path)
{
	struct stat st;

	check(stat(path, &st), path);
	return st.st_ino;
}

/* --- processes and threads -------------------------------------------------------------- */

/* Inherited descriptors would hold what a parent's hold: all are closed but @keep. */
static void close_others(int keep)
{
	for (int fd = 3; fd < 256; fd++)
		if (fd != keep)
			close(fd);
}

/* A child that calls @make, says one byte and then waits for its end: its pid. */
static pid_t keep_child(void (*make)(void *arg), void *arg)
{
	int ends[2];
	char byte;

	check(pipe2(ends, O_CLOEXEC), "pipe");
	pid_t pid = check(fork(), "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		make(arg);
		close_others(ends[1]);
		if (write(ends[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		die("child");
	close(ends[0]);
	return pid;
}

static void end_child(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void unshare_now(void *flags)
{
	check(unshare(*(int *)flags), "unshare");
}

/* A new namespace that nothing but the descriptor returned holds. */
static int new_ns(int flag, const char *type)
{
	char path[64];
	pid_t pid = keep_child(unshare_now, &flag);

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, type);
	int fd = check(open(path, O_RDONLY | O_CLOEXEC), path);
	end_child(pid);
	return fd;
}

static void *start_thread(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, run, arg);
	if (errno)
		die("pthread_create");
	return NULL;
}

/* --- mounts ----------------------------------------------------------------------------- */

static void bind_fd(int fd, const char *path)
{
	char from[64];

	close(check(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600), path));
	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	check(mount(from, path, NULL, MS_BIND, NULL), "bind");
}

static char *here(const char *name)
{
	char *cwd = getcwd(NULL, 0), *path;

	if (!cwd || asprintf(&path, "%s/%s", cwd, name) < 0)
		die("getcwd");
	free(cwd);
	return path;
}

/* In a new mount namespace: @fd is bound on a file there. */
struct elsewhere {
	int fd;
	char *path;
};

static void mount_there(void *arg)
{
	struct elsewhere *e = arg;

	check(unshare(CLONE_NEWNS), "unshare");
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "private");
	bind_fd(e->fd, e->path);
	close(e->fd);
}

/* --- one function for each way ---------------------------------------------------------- */

static void by_fd(struct held *h)
{
	h->fd = new_ns(CLONE_NEWUTS, h->type);
	h->inode = fd_inode(h->fd);
	h->pid = getpid();
}

/* Opened through a bind mount that is gone: the link shows no more than "/". */
static void by_fd_unmounted(struct held *h)
{
	int fd = new_ns(CLONE_NEWIPC, h->type);

	bind_fd(fd, h->name);
	h->fd = check(open(h->name, O_RDONLY | O_CLOEXEC), h->name);
	check(umount2(h->name, MNT_DETACH), "umount");
	close(fd);
	h->inode = fd_inode(h->fd);
	h->pid = getpid();
}

static void by_fd_path(struct held *h)
{
	int fd = new_ns(CLONE_NEWNET, h->type);

	bind_fd(fd, h->name);
	h->fd = check(open(h->name, O_PATH | O_CLOEXEC), h->name);
	close(fd);
	h->inode = fd_inode(h->fd);
	h->pid = getpid();
}

static void *own_table(void *arg)
{
	struct held *h = arg;
	int fd = h->fd;

	check(unshare(CLONE_FILES), "unshare files");
	h->fd = check(fcntl(fd, F_DUPFD_CLOEXEC, 300), "dup");
	close_others(-1);
	h->tid = (pid_t)syscall(SYS_gettid);
	for (;;)
		pause();
	return NULL;
}

/* Only one thread has it, in descriptors of its own. */
static void by_thread_fd(struct held *h)
{
	int fd = h->fd = new_ns(CLONE_NEWUTS, h->type);

	h->inode = fd_inode(fd);
	h->pid = getpid();
	start_thread(own_table, h);
	while (!__atomic_load_n(&h->tid, __ATOMIC_ACQUIRE))
		usleep(1000);
	close(fd);
}

/* Something opened in a network namespace that we have left since. */
static void open_in_net(struct held *h, int (*open_it)(void))
{
	int own = check(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "own net");

	check(unshare(CLONE_NEWNET), "unshare");
	h->inode = link_inode("/proc/self/ns/net");
	h->fd = open_it();
	int saved = errno;
	check(setns(own, CLONE_NEWNET), "setns");
	close(own);
	h->pid = getpid();
	errno = saved;
}

static int open_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int open_tun(void)
{
	return open("/dev/net/tun", O_RDWR | O_CLOEXEC);
}

static void by_socket(struct held *h)
{
	open_in_net(h, open_socket);
}

static void by_tun(struct held *h)
{
	open_in_net(h, open_tun);
	if (h->fd < 0)
		h->by = NULL;
}

static void by_mount(struct held *h)
{
	int fd = new_ns(CLONE_NEWNET, h->type);

	h->path = here(h->name);
	bind_fd(fd, h->path);
	h->inode = fd_inode(fd);
	h->via = link_inode("/proc/self/ns/mnt");
	close(fd);
}

static void by_mount_elsewhere(struct held *h)
{
	struct elsewhere e = { new_ns(CLONE_NEWNET, h->type), here(h->name) };
	char path[64];

	h->inode = fd_inode(e.fd);
	pid_t pid = keep_child(mount_there, &e);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	h->via = link_inode(path);
	h->path = e.path;
	close(e.fd);
}

static void send_away(int fd);

/* Mounted in a mount namespace that nobody is in; @fd holds that one. */
static int mount_nowhere(struct held *h)
{
	struct elsewhere e = { new_ns(CLONE_NEWNET, h->type), here(h->name) };
	char path[64];

	h->inode = fd_inode(e.fd);
	pid_t pid = keep_child(mount_there, &e);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	int fd = check(open(path, O_RDONLY | O_CLOEXEC), path);
	h->via = fd_inode(fd);
	h->path = e.path;
	end_child(pid);
	close(e.fd);
	return fd;
}

static void by_mount_nobody(struct held *h)
{
	mount_nowhere(h);
}

/* ... and even the descriptor of that one is in a message that nobody has received. */
static void by_mount_flight(struct held *h)
{
	int fd = mount_nowhere(h);

	send_away(fd);
}

static void send_away(int fd)
{
	int pair[2];
	char byte = 0, room[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec io = { &byte, 1 };
	struct msghdr message = { .msg_iov = &io,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(head), &fd, sizeof(int));
	check(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "socketpair");
	check((int)sendmsg(pair[0], &message, 0), "sendmsg");
	close(fd);
}

static void by_kernel_mnt(struct held *h)
{
	int fd = new_ns(CLONE_NEWNS, h->type);

	h->inode = fd_inode(fd);
	send_away(fd);
}

static void by_flight(struct held *h)
{
	int fd = new_ns(CLONE_NEWUTS, h->type);

	h->inode = fd_inode(fd);
	send_away(fd);
}

struct thread {
	int flags;
	pid_t tid;
	unsigned long inode;
};

static void *differ(void *arg)
{
	struct thread *t = arg;

	check(unshare(t->flags), "unshare in a thread");
	t->inode = link_inode(t->flags == CLONE_NEWPID ? "/proc/thread-self/ns/pid"
						       : "/proc/thread-self/ns/net");
	__atomic_store_n(&t->tid, (pid_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	for (;;)
		pause();
	return NULL;
}

static void by_task(struct held *h)
{
	struct thread *t = calloc(1, sizeof(*t));

	t->flags = CLONE_NEWNET;
	start_thread(differ, t);
	while (!__atomic_load_n(&t->tid, __ATOMIC_ACQUIRE))
		usleep(1000);
	h->inode = t->inode;
	h->pid = getpid();
	h->tid = t->tid;
}

struct shared {
	struct thread thread;
	volatile int go;
};

static struct shared *shared;

static void *outlive(void *arg)
{
	(void)arg;
	check(unshare(CLONE_NEWUTS), "unshare in a thread");
	shared->thread.inode = link_inode("/proc/thread-self/ns/uts");
	shared->thread.tid = (pid_t)syscall(SYS_gettid);
	__atomic_store_n(&shared->go, 1, __ATOMIC_RELEASE);
	for (;;)
		pause();
	return NULL;
}

/* The leader ends, its thread lives on: PID/ns shows nothing of it. */
static void by_dead_leader(struct held *h)
{
	int ends[2];

	check(pipe2(ends, O_CLOEXEC), "pipe");
	pid_t pid = check(fork(), "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close_others(ends[1]);
		shared = calloc(1, sizeof(*shared));
		start_thread(outlive, NULL);
		while (!__atomic_load_n(&shared->go, __ATOMIC_ACQUIRE))
			usleep(1000);
		if (write(ends[1], &shared->thread, sizeof(shared->thread)) < 0)
			_exit(1);
		syscall(SYS_exit, 0); /* this thread only */
	}
	struct thread t;
	if (read(ends[0], &t, sizeof(t)) != sizeof(t))
		die("dead leader");
	char path[64], state = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	for (int i = 0; i < 2000 && state != 'Z'; i++) {
		FILE *f = fopen(path, "re");
		if (!f || fscanf(f, "%*d (holders) %c", &state) != 1)
			state = 0;
		if (f)
			fclose(f);
		usleep(1000);
	}
	h->inode = t.inode;
	h->pid = pid;
	h->tid = t.tid;
}

static void unshare_and_lose(void *flags)
{
	check(unshare(*(int *)flags), "unshare");
	pid_t pid = check(fork(), "fork");
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
}

/* The inode of what PID's children will be in: from PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE, 6.11.
 */
static unsigned long pid_for_children(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/pid_for_children", (int)pid);
	if (stat(path, &st) == 0)
		return st.st_ino;
	int pidfd = (int)syscall(434, pid, 0);
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_ioctl, pidfd, 0xff06, 0);
	unsigned long inode = fd < 0 ? 0 : fd_inode(fd);
	close(fd);
	close(pidfd);
	return inode;
}

static void by_children(struct held *h, void (*make)(void *), int flag)
{
	h->pid = keep_child(make, &flag);
	h->tid = h->pid;
	h->inode = pid_for_children(h->pid);
	if (!h->inode)
		h->by = NULL;
}

static void by_children_unborn(struct held *h)
{
	by_children(h, unshare_now, CLONE_NEWPID);
}

static void by_children_dead(struct held *h)
{
	by_children(h, unshare_and_lose, CLONE_NEWPID);
}

static void by_children_time(struct held *h)
{
	int flag = CLONE_NEWTIME;
	char path[64];

	if (access("/proc/self/ns/time_for_children", F_OK) < 0) {
		h->by = NULL;
		return;
	}
	h->pid = h->tid = keep_child(unshare_now, &flag);
	snprintf(path, sizeof(path), "/proc/%d/ns/time_for_children", (int)h->pid);
	h->inode = link_inode(path);
}

static void write_file(const char *path, const char *text)
{
	int fd = check(open(path, O_WRONLY | O_CLOEXEC), path);

	check((int)write(fd, text, strlen(text)), path);
	close(fd);
}

static void unshare_user_twice(void *inode)
{
	char uid[32], gid[32];

	snprintf(uid, sizeof(uid), "0 %d 1", (int)geteuid());
	snprintf(gid, sizeof(gid), "0 %d 1", (int)getegid());
	check(unshare(CLONE_NEWUSER), "unshare user");
	*(unsigned long *)inode = link_inode("/proc/self/ns/user");
	/* Who has no name in it may not make another. */
	write_file("/proc/self/setgroups", "deny");
	write_file("/proc/self/uid_map", uid);
	write_file("/proc/self/gid_map", gid);
	check(unshare(CLONE_NEWUSER), "unshare user again");
}

static void by_parent(struct held *h)
{
	unsigned long *inode = &h->inode;
	int ends[2];

	/* Only the child knows the one in the middle. */
	check(pipe2(ends, O_CLOEXEC), "pipe");
	pid_t pid = check(fork(), "fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close_others(ends[1]);
		unshare_user_twice(inode);
		if (write(ends[1], inode, sizeof(*inode)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	if (read(ends[0], inode, sizeof(*inode)) != sizeof(*inode))
		die("parent");
}

static void by_owner(struct held *h)
{
	int flags = CLONE_NEWUSER | CLONE_NEWUTS;
	char path[64];
	pid_t pid = keep_child(unshare_now, &flags);

	snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	h->inode = link_inode(path);
	snprintf(path, sizeof(path), "/proc/%d/ns/uts", (int)pid);
	check(open(path, O_RDONLY | O_CLOEXEC), path); /* stays open */
	end_child(pid);
}

static void by_proc(struct held *h)
{
	int flag = CLONE_NEWUTS;
	char path[64];

	h->pid = keep_child(unshare_now, &flag);
	snprintf(path, sizeof(path), "/proc/%d/ns/uts", (int)h->pid);
	h->inode = link_inode(path);
}

/* --- all of them ------------------------------------------------------------------------ */

static const struct way {
	const char *name, *by, *type;
	void (*make)(struct held *h);
} ways[] = {
	{ "proc", "proc", "uts", by_proc },
	{ "fd", "fd", "uts", by_fd },
	{ "fd-unmounted", "fd", "ipc", by_fd_unmounted },
	{ "fd-path", "fd,mount", "net", by_fd_path },
	{ "thread-fd", "fd", "uts", by_thread_fd },
	{ "socket", "socket", "net", by_socket },
	{ "tun", "tun", "net", by_tun },
	{ "mount", "mount", "net", by_mount },
	{ "mount-elsewhere", "mount", "net", by_mount_elsewhere },
	{ "mount-nobody", "mount", "net", by_mount_nobody },
	{ "mount-flight", "mount", "net", by_mount_flight },
	{ "kernel-mnt", "kernel", "mnt", by_kernel_mnt },
	{ "flight", "kernel", "uts", by_flight },
	{ "task", "task", "net", by_task },
	{ "dead-leader", "task", "uts", by_dead_leader },
	{ "children-unborn", "for-children", "pid", by_children_unborn },
	{ "children-dead", "for-children", "pid", by_children_dead },
	{ "children-time", "for-children", "time", by_children_time },
	{ "parent", "parent", "user", by_parent },
	{ "owner", "owner", "user", by_owner },
};

static void make(const struct way *way)
{
	struct held h = { .name = way->name, .by = way->by, .type = way->type, .fd = -1 };

	way->make(&h);
	if (h.by)
		say(&h);
	else
		skip(way->name, "cannot be made here");
}

/* The ids of all namespaces as listns(2) gives them (6.19), one a line. */
static int list_ids(void)
{
	struct {
		unsigned size, spare;
		unsigned long ns_id;
		unsigned ns_type, spare2;
		unsigned long user_ns_id;
	} req = { .size = sizeof(req) };
	unsigned long ids[64];
	long n;

	do {
		n = syscall(470, &req, ids, 64, 0);
		if (n < 0) {
			int rc = errno == ENOSYS ? 77 : 1;
			perror("listns");
			return rc;
		}
		for (long i = 0; i < n; i++)
			printf("%lu\n", ids[i]);
		req.ns_id = n ? ids[n - 1] : 0;
	} while (n == 64);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--listns") == 0)
		return list_ids();
	setpgid(0, 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		bool wanted = argc == 1;
		for (int a = 1; a < argc; a++)
			wanted |= strcmp(argv[a], ways[i].name) == 0;
		if (wanted)
			make(&ways[i]);
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
