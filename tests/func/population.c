/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A population that is hard to list: for tests that compare two ways of listing it. As root, in
 * a PID namespace of its own: population COMMAND... makes it, runs the command and exits as it
 * does. Everything else ends with it, since it is the namespace's first process.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int ready[2];

static void must(long rc, const char *what)
{
	if (rc < 0)
		err(99, "%s", what);
}

/* The child is as it should be: tells, and waits for its end. */
_Noreturn static void settle(const char *name)
{
	prctl(PR_SET_NAME, name);
	must(write(ready[1], "x", 1), "write");
	for (;;)
		pause();
}

static void *in_thread(void *what)
{
	must(unshare((int)(long)what), "unshare in a thread");
	settle("thread");
	return NULL;
}

static void *after_leader(void *leader)
{
	pthread_join(*(pthread_t *)leader, NULL);
	settle("orphan-thread");
	return NULL;
}

static void start_thread(void *(*run)(void *), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, arg))
		errx(99, "pthread_create");
}

/* A thread in a UTS and an IPC namespace that its process is not in. */
static void odd_thread(void)
{
	start_thread(in_thread, (void *)(long)(CLONE_NEWUTS | CLONE_NEWIPC));
	for (;;)
		pause();
}

/* A namespace that only a thread is left in: its process's first thread has ended. */
static void dead_leader(void)
{
	static pthread_t self;

	must(unshare(CLONE_NEWUTS), "unshare");
	self = pthread_self();
	start_thread(after_leader, &self);
	pthread_exit(NULL);
}

static void zombie(void)
{
	pid_t pid = fork();

	must(pid, "fork");
	if (pid == 0)
		_exit(0);
	siginfo_t info;
	must(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), "waitid");
	settle("zombie's parent");
}

/* A child in a new PID namespace, and below it another one. */
static void nested(void)
{
	for (int depth = 0; depth < 2; depth++) {
		must(unshare(CLONE_NEWPID), "unshare");
		pid_t pid = fork();
		must(pid, "fork");
		if (pid > 0)
			settle("nest");
	}
	settle("nested");
}

static void unborn(void)
{
	must(unshare(CLONE_NEWPID), "unshare");
	must(unshare(CLONE_NEWTIME), "unshare");
	settle("unborn");
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	must(write(fd, text, strlen(text)), path);
	close(fd);
}

static void other_user(void)
{
	must(unshare(CLONE_NEWUSER | CLONE_NEWNET), "unshare");
	/* Who has no numbers in a user namespace cannot make one in it. */
	put("/proc/self/setgroups", "deny");
	put("/proc/self/gid_map", "0 0 1");
	put("/proc/self/uid_map", "0 0 1");
	must(unshare(CLONE_NEWUSER), "unshare");
	must(unshare(CLONE_NEWCGROUP | CLONE_NEWNS), "unshare");
	settle("other user");
}

/* Leaves one namespace that a descriptor holds, and one that a socket holds. */
static void holds(void)
{
	int uts = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	int net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

	must(unshare(CLONE_NEWUTS | CLONE_NEWNET), "unshare");
	must(open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC), "open");
	must(socket(AF_UNIX, SOCK_STREAM, 0), "socket");
	must(setns(uts, CLONE_NEWUTS), "setns");
	must(setns(net, CLONE_NEWNET), "setns");
	close(uts);
	close(net);
	settle("holds");
}

/* Descriptors of a thread that does not share them. */
static void *own_files(void *unused)
{
	(void)unused;
	must(unshare(CLONE_FILES), "unshare");
	int uts = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	must(unshare(CLONE_NEWUTS), "unshare");
	must(open("/proc/thread-self/ns/uts", O_RDONLY | O_CLOEXEC), "open");
	must(setns(uts, CLONE_NEWUTS), "setns");
	close(uts);
	settle("own files");
	return NULL;
}

static void thread_files(void)
{
	start_thread(own_files, NULL);
	for (;;)
		pause();
}

static void (*const makers[])(void) = {
	odd_thread, dead_leader, zombie, nested, unborn, other_user, holds, thread_files,
};
enum {
	MAKERS = sizeof(makers) / sizeof(makers[0]),
	READY = MAKERS + 2 /* nested tells thrice */
};

int main(int argc, char **argv)
{
	struct pollfd told = { .events = POLLIN };
	char c;
	int status;

	if (argc < 2 || getpid() != 1)
		errx(99, "to be run as the first process of a PID namespace, with a command");
	must(pipe2(ready, O_CLOEXEC), "pipe");
	for (int i = 0; i < MAKERS; i++) {
		pid_t pid = fork();
		must(pid, "fork");
		if (pid == 0)
			makers[i]();
	}
	close(ready[1]);
	told.fd = ready[0];
	for (int i = 0; i < READY; i++)
		if (poll(&told, 1, 10000) != 1 || read(ready[0], &c, 1) != 1)
			errx(99, "a part of the population failed");
	pid_t command = fork();
	must(command, "fork");
	if (command == 0) {
		execvp(argv[1], argv + 1);
		err(99, "%s", argv[1]);
	}
	while (wait(&status) != command)
		continue;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
