/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stand-in of lib/run/sealed.c: it executes, it complains, and it cannot be changed. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "run/sealed.h"

/* Runs @path by the stand-in, with standard error in a pipe; returns the wait status. */
static int run(int fd, const char *path, char *const *argv, char *said, size_t size)
{
	char *env[] = { (char *)"X=1", NULL };
	int ends[2], status;
	pid_t pid;

	cr_assert_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], 2);
		xns_sealed_exec(fd, "cannot: error 000.", path, argv, env);
		_exit(99);
	}
	close(ends[1]);
	ssize_t n = read(ends[0], said, size - 1);
	said[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	return status;
}

Test(sealed, it_executes_and_complains)
{
	char *sh[] = { (char *)"name", (char *)"-c",  (char *)"echo $0 $X $1 >&2; exit 7",
		       (char *)"zero", (char *)"one", NULL };
	char *none[] = { NULL };
	struct xns_ctx ctx = { .proc_fd = -1 };
	char said[128];
	int fd = xns_sealed_new(&ctx);

	if (fd == -ENOSYS)
		cr_skip_test("no stand-in for this machine");
	cr_assert_geq(fd, 0, "%s", ctx.message);
	int status = run(fd, "/bin/sh", sh, said, sizeof(said));
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 7, "status %x", status);
	cr_assert_str_eq(said, "zero 1 one\n");
	status = run(fd, "/nonexistent", sh, said, sizeof(said));
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 126);
	cr_assert_str_eq(said, "cannot: error 002.");
	status = run(fd, "/nonexistent", none, said, sizeof(said));
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 126);
}

Test(sealed, it_cannot_be_changed)
{
	struct xns_ctx ctx = { .proc_fd = -1 };
	int fd = xns_sealed_new(&ctx);
	struct stat st;

	if (fd == -ENOSYS)
		cr_skip_test("no stand-in for this machine");
	cr_assert_geq(fd, 0);
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	cr_assert_lt(write(fd, "x", 1), 0);
	cr_assert_lt(ftruncate(fd, 0), 0);
	cr_assert_eq(fstat(fd, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0111, "who cannot read it cannot trace it");
	close(fd);
}
