/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a hostile container does to a process that comes in, one trick a word:
 *
 *	hostile trace EXE          prints "ready", seizes whatever appears until SIGTERM, and
 *prints how often it had a process whose program was not (yet) EXE hostile environ sleeps with
 *100 kB of environment and no "=" in it hostile zombie             prints the PID of a zombie
 *child, and sleeps hostile inode PID          prints the inode of the process's pidfd hostile
 *socket             prints the number of a socket, and sleeps
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static _Noreturn void sleep_long(void)
{
	fflush(stdout);
	alarm(120); /* nothing stays behind a test that was killed */
	for (;;)
		pause();
}

/* Was the process, now seized, still on its way to the program? */
static int too_early(pid_t pid, const char *exe)
{
	char path[64], target[4096];

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return 0;
	target[n] = '\0';
	return strcmp(target, exe) != 0;
}

static volatile sig_atomic_t stop;

static void on_term(int sig)
{
	(void)sig;
	stop = 1;
}

/* Numbers are given in order, so the next processes have the next ones. */
static int trace(const char *exe)
{
	int early = 0, met = 0;
	pid_t last = getpid(), denied = 0;

	signal(SIGTERM, on_term);
	signal(SIGALRM, on_term);
	alarm(60);
	puts("ready");
	fflush(stdout);
	while (!stop) {
		for (pid_t pid = last + 1; pid < last + 16; pid++) {
			if (ptrace(PTRACE_SEIZE, pid, 0, 0) == 0) {
				early += too_early(pid, exe);
				kill(pid, SIGKILL);
				waitpid(pid, NULL, __WALL);
				last = pid;
				met += pid != denied;
				break;
			}
			if (errno == EPERM) {
				met += pid != denied;
				denied = pid;
				last = pid - 1;
				break;
			}
		}
	}
	printf("early %d met %d\n", early, met);
	return 0;
}

static int with_environ(char **argv)
{
	static char blob[100001];
	char *env[] = { blob, NULL };
	char *again[] = { argv[0], (char *)"sleep", NULL };

	memset(blob, 'A', sizeof(blob) - 1);
	execve("/proc/self/exe", again, env);
	return 1;
}

int main(int argc, char **argv)
{
	const char *trick = argc > 1 ? argv[1] : "";

	if (strcmp(trick, "trace") == 0 && argc == 3)
		return trace(argv[2]);
	if (strcmp(trick, "environ") == 0)
		return with_environ(argv);
	if (strcmp(trick, "sleep") == 0)
		sleep_long();
	if (strcmp(trick, "zombie") == 0) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		printf("%d\n", pid);
		sleep_long();
	}
	if (strcmp(trick, "inode") == 0 && argc == 3) {
		struct stat st;
		int fd = (int)syscall(SYS_pidfd_open, atoi(argv[2]), 0);
		if (fd < 0 || fstat(fd, &st) < 0)
			return 1;
		printf("%llu\n", (unsigned long long)st.st_ino);
		return 0;
	}
	if (strcmp(trick, "socket") == 0) {
		printf("%d\n", socket(AF_UNIX, SOCK_STREAM, 0));
		sleep_long();
	}
	return 2;
}
