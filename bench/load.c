/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A population to list: processes, some in namespaces of their own, with threads, descriptors
 * and sockets. Prints "ready N" and waits; all of it dies when this process does.
 *
 *   -n N  processes                       -k K  every Kth has a namespace of its own
 *   -t T  threads in each                 -d D  in every Dth a thread has its own UTS namespace
 *   -f F  descriptors of /dev/null        -s S  UDP sockets in each
 *   -g G  every Gth holds a descriptor of a UTS namespace that nobody is in
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct plan {
	long processes, every, threads, odd_thread, descriptors, sockets, held;
};

/* Kinds that take microseconds to make; a network namespace takes milliseconds. */
static const int kinds[] = { CLONE_NEWUTS,  CLONE_NEWIPC, CLONE_NEWCGROUP,
			     CLONE_NEWUSER, CLONE_NEWNS,  CLONE_NEWUTS | CLONE_NEWIPC };
#define N_KINDS (long)(sizeof(kinds) / sizeof(kinds[0]))

static pthread_barrier_t threads_ready;

static void *thread_main(void *odd)
{
	if (odd && unshare(CLONE_NEWUTS) < 0)
		err(1, "unshare in a thread");
	pthread_barrier_wait(&threads_ready);
	for (;;)
		pause();
	return NULL;
}

static void start_threads(long count, bool odd)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	pthread_barrier_init(&threads_ready, NULL, (unsigned)count);
	for (long i = 1; i < count; i++)
		if (pthread_create(&thread, &attr, thread_main, odd && i == 1 ? &thread : NULL))
			errx(1, "cannot start a thread");
	pthread_barrier_wait(&threads_ready);
}

/* A namespace without processes: made, held by a descriptor, left again. */
static void hold_namespace(void)
{
	int own = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	if (own < 0 || unshare(CLONE_NEWUTS) < 0 || open("/proc/self/ns/uts", O_RDONLY) < 0 ||
	    setns(own, CLONE_NEWUTS) < 0)
		err(1, "hold a namespace");
	close(own);
}

static void child_main(const struct plan *plan, long i, pid_t parent, int ready)
{
	if (plan->every && i % plan->every == 0 &&
	    unshare(kinds[(i / plan->every) % N_KINDS]) < 0)
		err(1, "unshare");
	/* After unshare(2): new credentials take it back. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	if (plan->held && i % plan->held == 0)
		hold_namespace();
	int null = open("/dev/null", O_RDWR);
	for (long k = 1; k < plan->descriptors; k++)
		if (dup(null) < 0)
			err(1, "dup");
	for (long k = 0; k < plan->sockets; k++)
		if (socket(AF_INET, SOCK_DGRAM, 0) < 0)
			err(1, "socket");
	if (plan->threads > 1)
		start_threads(plan->threads, plan->odd_thread && i % plan->odd_thread == 0);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	close(ready);
	for (;;)
		pause();
}

static void read_plan(struct plan *plan, int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "n:k:t:d:f:s:g:")) != -1) {
		long value = optarg ? atol(optarg) : 0;

		switch (c) {
		case 'n':
			plan->processes = value;
			break;
		case 'k':
			plan->every = value;
			break;
		case 't':
			plan->threads = value;
			break;
		case 'd':
			plan->odd_thread = value;
			break;
		case 'f':
			plan->descriptors = value;
			break;
		case 's':
			plan->sockets = value;
			break;
		case 'g':
			plan->held = value;
			break;
		default:
			exit(2);
		}
	}
	if (plan->processes < 1 || plan->processes > 200000)
		errx(2, "-n must be 1 to 200000");
}

int main(int argc, char **argv)
{
	struct plan plan = { .processes = 1000, .threads = 1 };
	struct rlimit many = { 400000, 400000 };
	pid_t self = getpid();
	int ready[2];
	long done = 0;
	char buf[4096];

	read_plan(&plan, argc, argv);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setrlimit(RLIMIT_NPROC, &many); /* root may have as many as it likes anyway */
	if (pipe2(ready, O_CLOEXEC) < 0)
		err(1, "pipe");
	for (long i = 0; i < plan.processes; i++) {
		pid_t pid = fork();
		if (pid < 0)
			err(1, "fork number %ld", i + 1);
		if (pid == 0) {
			close(ready[0]);
			child_main(&plan, i, self, ready[1]);
		}
	}
	close(ready[1]);
	while (done < plan.processes) {
		ssize_t n = read(ready[0], buf, sizeof(buf));
		if (n <= 0)
			break;
		done += n;
	}
	printf("ready %ld\n", done);
	fflush(stdout);
	for (;;)
		pause();
}
