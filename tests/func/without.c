/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a program on less of a kernel: a seccomp filter has the calls that are named fail as
 *they do where they do not exist.
 *
 *	without FEATURE... -- PROGRAM [ARGUMENT...]
 *
 * A feature is a row below, or NAME=ERRNO with a number, for another failure of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/kernel.h"

/* The call, only where the low 32 bits of argument @arg, masked, are @value. */
static const struct feature {
	const char *name;
	unsigned nr;
	int err;
	unsigned arg, mask, value;
} features[] = {
	{ "bpf", SYS_bpf, EPERM, 0, 0, 0 },
	{ "clone-into-cgroup", SYS_clone3, ENOSYS, 0, 0, 0 },           /* 5.7 */
	{ "close_range", SYS_close_range, ENOSYS, 0, 0, 0 },            /* 5.9 */
	{ "kcmp", SYS_kcmp, ENOSYS, 0, 0, 0 },                          /* an option */
	{ "handles", SYS_open_by_handle_at, EBADF, 0, 0, 0 },           /* 6.18 */
	{ "ids", SYS_ioctl, ENOTTY, 1, ~0u, XNS_NS_GET_ID },            /* 6.18 */
	{ "listmount", SYS_listmount, ENOSYS, 0, 0, 0 },                /* 6.8 */
	{ "memfd-exec", SYS_memfd_create, EINVAL, 1, 0x10, 0x10 },      /* 6.3 */
	{ "memfd", SYS_memfd_create, EACCES, 0, 0, 0 },                 /* a sysctl */
	{ "mnt-ids", SYS_ioctl, ENOTTY, 1, ~0u, XNS_NS_GET_MNTNS_ID },  /* 6.11 */
	{ "mnt-next", SYS_ioctl, ENOTTY, 1, ~0u, XNS_NS_MNT_GET_NEXT }, /* 6.12 */
	{ "mnt-prev", SYS_ioctl, ENOTTY, 1, ~0u, XNS_NS_MNT_GET_PREV }, /* 6.12 */
	{ "mqueue-mounts", SYS_fsopen, ENOSYS, 0, 0, 0 },               /* 5.2 */
	{ "openat2", SYS_openat2, ENOSYS, 0, 0, 0 },                    /* 5.6 */
	{ "pidfd", SYS_pidfd_open, ENOSYS, 0, 0, 0 },                   /* 5.3 */
	{ "pidfd-getfd", SYS_pidfd_getfd, ENOSYS, 0, 0, 0 },            /* 5.6 */
	{ "pidfd-setns", SYS_setns, EINVAL, 1, CLONE_NEWUTS | CLONE_NEWIPC,
	  CLONE_NEWUTS | CLONE_NEWIPC },                                            /* 5.8 */
	{ "pidns-numbers", SYS_ioctl, ENOTTY, 1, ~0u, XNS_NS_GET_TGID_FROM_PIDNS }, /* 6.11 */
	{ "statmount", SYS_statmount, ENOSYS, 0, 0, 0 },                            /* 6.8 */
	{ "threads", SYS_clone3, EAGAIN, 0, 0, 0 },                   /* a limit */
	{ "unborn", SYS_ioctl, ENOTTY, 1, ~0u, XNS_PIDFD_GET_NS(6) }, /* 6.11 */
};

static struct sock_filter code[256];
static unsigned short len;

static void emit(unsigned short op, unsigned k, unsigned char yes, unsigned char no)
{
	if (len == sizeof(code) / sizeof(code[0])) {
		fputs("without: too many features\n", stderr);
		exit(125);
	}
	code[len++] = (struct sock_filter){ op, yes, no, k };
}

static void forbid(const struct feature *f, int err)
{
	unsigned arg = offsetof(struct seccomp_data, args) + f->arg * 8;

	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr), 0, 0);
	emit(BPF_JMP | BPF_JEQ | BPF_K, f->nr, 0, f->mask ? 4 : 1);
	if (f->mask) {
		emit(BPF_LD | BPF_W | BPF_ABS,
		     arg + (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0), 0, 0);
		emit(BPF_ALU | BPF_AND | BPF_K, f->mask, 0, 0);
		emit(BPF_JMP | BPF_JEQ | BPF_K, f->value, 0, 1);
	}
	emit(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)err, 0, 0);
}

static const struct feature *find(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (strlen(features[i].name) == n && memcmp(features[i].name, name, n) == 0)
			return &features[i];
	fprintf(stderr, "without: unknown feature: %s\n", name);
	exit(125);
}

int main(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
		size_t n = strcspn(argv[i], "=");
		const struct feature *f = find(argv[i], n);

		forbid(f, argv[i][n] ? atoi(argv[i] + n + 1) : f->err);
	}
	if (i + 1 >= argc) {
		fputs("usage: without FEATURE... -- PROGRAM [ARGUMENT...]\n", stderr);
		return 125;
	}
	emit(BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	struct sock_fprog prog = { .len = len, .filter = code };
	/* With CAP_SYS_ADMIN it needs no no_new_privs, which would change what is tested. */
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0 &&
	    (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	     syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)) {
		perror("without: seccomp");
		return 125;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 127;
}
