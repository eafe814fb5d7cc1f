/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The assembler, and the programs run on this machine's kernel where we may. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "ns/handle.h"
#include "private.h"
#include "scan/bpf.h"
#include "scan/bpfemit.h"
#include "scan/bpfscan.h"

Test(bpfasm, instructions_are_those_of_the_kernel)
{
	struct xns_asm a = { 0 };

	xns_asm_set(&a, 1, 7);
	xns_asm_load(&a, BPF_DW, 2, 10, -8);
	uint32_t jump = xns_asm_jump_if(&a, BPF_JEQ, 1, 0);
	xns_asm_store(&a, BPF_W, 10, -4, 1);
	xns_asm_land(&a, jump);
	xns_asm_exit(&a);
	cr_assert_eq(a.count, 5u);
	cr_assert(!a.broken);
	/* From Documentation/bpf/standardization/instruction-set.rst. */
	static const uint8_t wanted[] = {
		0xb7, 0x01, 0x00, 0x00, 7,    0,    0, 0, 0x79, 0xa2, 0xf8, 0xff, 0,    0, 0,
		0,    0x15, 0x01, 0x01, 0x00, 0,    0, 0, 0,    0x63, 0x1a, 0xfc, 0xff, 0, 0,
		0,    0,    0x95, 0x00, 0x00, 0x00, 0, 0, 0,    0,
	};
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		cr_assert_eq(memcmp(a.insn, wanted, sizeof(wanted)), 0);
}

Test(bpfasm, what_does_not_fit_breaks_the_program)
{
	struct xns_asm a = { 0 };

	xns_asm_load(&a, BPF_W, 1, 2, 40000);
	cr_assert(a.broken);
	cr_assert_eq(xns_bpf_iterate(&a, 1, 0), -E2BIG);
	memset(&a, 0, sizeof(a));
	for (int i = 0; i < XNS_ASM_MAX; i++)
		xns_asm_exit(&a);
	cr_assert(!a.broken);
	xns_asm_exit(&a);
	cr_assert(a.broken);
	cr_assert_eq(a.count, (uint32_t)XNS_ASM_MAX);
}

/* The facts of this kernel; the test is skipped where there are none or we may not use them. */
static void kernel_facts(struct xns_kernel_facts *facts)
{
	struct xns_btf btf;
	void *data;
	size_t size;
	char link[64] = "";

	if (!xns_bpf_capable() || readlink("/proc/self/ns/user", link, sizeof(link) - 1) < 0 ||
	    strcmp(link, "user:[4026531837]") != 0)
		cr_skip_test("needs CAP_BPF and CAP_PERFMON");
	if (xns_btf_map("/sys/kernel/btf/vmlinux", &data, &size) < 0)
		cr_skip_test("no kernel BTF");
	cr_assert_eq(xns_btf_init(&btf, data, size), 0);
	int rc = xns_bpf_facts(&btf, facts);
	xns_btf_unmap(data, size);
	if (rc == -ENOENT)
		cr_skip_test("the kernel's BTF lacks a fact");
	cr_assert_eq(rc, 0);
}

/* Loads @a and reads records of @size bytes until one has our numbers (its first two words)
 * and, where @fd_wanted is not -1, is about that descriptor. */
static bool find_record(const struct xns_asm *a, int32_t iterator, void *record, size_t size,
			int fd_wanted)
{
	static char buf[1 << 16];
	xns_auto_close int fd = xns_bpf_iterate(a, iterator, 0);
	uint32_t self = (uint32_t)getpid();
	ssize_t n;

	if (fd == -EPERM)
		cr_skip_test("bpf(2) is not permitted");
	cr_assert_geq(fd, 0, "load: %s", strerror(-fd));
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at + (ssize_t)size <= n; at += (ssize_t)size) {
			uint32_t words[4];

			memcpy(words, buf + at, sizeof(words));
			if (words[0] != self || words[1] != self ||
			    (fd_wanted >= 0 && words[2] != (uint32_t)fd_wanted))
				continue;
			memcpy(record, buf + at, size);
			return true;
		}
	cr_assert_eq(n, 0);
	return false;
}

/* PID namespaces nest: the depth of ours is the least that any task has. */
static struct xns_bpf_task own_task(const struct xns_kernel_facts *facts)
{
	static struct xns_asm a;
	struct xns_bpf_task task;

	for (int level = 0; level <= 32; level++) {
		xns_bpf_task_program(&a, facts, level);
		if (find_record(&a, xns_bpf_task_iterator(facts), &task, sizeof(task), -1) &&
		    task.level == (uint32_t)level)
			return task;
	}
	cr_assert_fail("our own task was not found");
	return task;
}

static uint32_t link_inode(const char *name)
{
	char path[64], link[64];
	enum xns_type type;
	uint32_t inode = 0;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	ssize_t n = readlink(path, link, sizeof(link));
	if (n > 0)
		cr_assert_eq(xns_handle_parse_link(link, (size_t)n, &type, &inode), 0);
	return inode;
}

Test(bpf, our_own_task_is_as_procfs_has_it)
{
	struct xns_kernel_facts facts;

	kernel_facts(&facts);
	struct xns_bpf_task task = own_task(&facts);
	xns_for_each_type (t)
		cr_assert_eq(task.inode[t], link_inode(xns_types[t].name), "%s: %u",
			     xns_types[t].name, task.inode[t]);
	cr_assert_eq(task.pid_children, link_inode("pid_for_children"));
	cr_assert_eq(task.time_children, link_inode("time_for_children"));
	cr_assert_eq(task.ppid, (uint32_t)getppid());
	cr_assert_eq(task.euid, geteuid());
	cr_assert_eq(task.exit_state, 0u);
	xns_for_each_type (t) {
		char path[64];
		enum xns_type type;
		uint32_t inode = 0;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", xns_types[t].name);
		xns_auto_close int fd = xns_handle_open(AT_FDCWD, path);
		if (fd < 0)
			continue;
		xns_auto_close int owner = xns_handle_owner(fd);
		if (owner >= 0)
			cr_assert_eq(xns_handle_identify(owner, &type, &inode), 0);
		cr_assert_eq(task.owner[t], inode, "%s: %u", xns_types[t].name, task.owner[t]);
	}
}

Test(bpf, descriptors_of_namespaces_and_sockets)
{
	static struct xns_asm a;
	struct xns_kernel_facts facts;
	struct xns_bpf_file file;

	kernel_facts(&facts);
	int level = (int)own_task(&facts).level;
	xns_auto_close int uts = xns_handle_open(AT_FDCWD, "/proc/self/ns/uts");
	xns_auto_close int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	xns_auto_close int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int32_t iterator = xns_bpf_file_iterator(&facts);

	xns_bpf_file_program(&a, &facts, level, false);
	cr_assert(find_record(&a, iterator, &file, sizeof(file), uts));
	cr_assert_eq(file.kind, (uint32_t)XNS_BPF_NSFS);
	cr_assert_eq(file.inode, link_inode("uts"));
	cr_assert_eq(file.flag, (uint32_t)xns_types[XNS_UTS].flag);
	cr_assert(!find_record(&a, iterator, &file, sizeof(file), null));
	cr_assert(!find_record(&a, iterator, &file, sizeof(file), sock), "our own net");

	xns_bpf_file_program(&a, &facts, level, true);
	cr_assert(find_record(&a, iterator, &file, sizeof(file), sock));
	cr_assert_eq(file.kind, (uint32_t)XNS_BPF_SOCKET);
	cr_assert_eq(file.inode, link_inode("net"));
}

static struct xns_scan *scan_all(struct xns_ctx *ctx)
{
	struct xns_scan_options options = { .size = sizeof(options),
					    .what = XNS_SCAN_ALL,
					    .backend = XNS_BACKEND_BPF };
	struct xns_scan *scan = NULL;

	cr_assert_eq(xns_scan_new(ctx, &options, &scan), 0, "%s", xns_error(ctx));
	return scan;
}

/* Other tests make namespaces and let them go meanwhile, some for messages in flight. */
Test(bpf, the_census_tells_whether_all_have_been_found)
{
	struct xns_kernel_facts facts;
	struct xns_ctx *ctx;
	struct xns_scan *scan = NULL;
	bool all = false;

	kernel_facts(&facts);
	if (facts.value[COMMON_CHAIN] == XNS_BTF_MISSING || own_task(&facts).level != 0)
		cr_skip_test("needs Linux 6.18, and the initial PID namespace");
	cr_assert_eq(xns_new(&ctx), 0);
	for (int i = 0; i < 300 && !all; i++) {
		if (i)
			usleep(100000);
		xns_scan_free(scan);
		scan = scan_all(ctx);
		all = xns_bpf_missing(scan) == 0;
	}
	cr_assert(all, "never complete");
	cr_assert_eq(unshare(CLONE_NEWUTS), 0);
	cr_assert_eq(xns_bpf_missing(scan), 1 << XNS_UTS, "one has come since");
	xns_scan_free(scan);
	scan = scan_all(ctx);
	uint32_t inode = link_inode("uts");
	cr_assert(xns_scan_find_ns(scan, XNS_UTS, inode));
	xns_scan_free(scan);
	xns_free(ctx);
}

/* More of one type than the kernel hands out at once, and nothing but descriptors holds them.
 */
Test(bpf, a_long_chain_is_listed_page_by_page)
{
	enum { MANY = 3500 };
	static int fd[MANY];
	struct rlimit room = { .rlim_cur = MANY + 100, .rlim_max = MANY + 100 };
	/* without holders: the list is all that finds them */
	struct xns_scan_options options = { .size = sizeof(options),
					    .what = XNS_SCAN_KERNEL | XNS_SCAN_IDS,
					    .backend = XNS_BACKEND_BPF };
	struct xns_kernel_facts facts;
	struct xns_scan *scan;
	struct xns_ctx *ctx;
	struct stat st;

	kernel_facts(&facts);
	if (facts.value[COMMON_CHAIN] == XNS_BTF_MISSING || own_task(&facts).level != 0)
		cr_skip_test("needs Linux 6.18, and the initial PID namespace");
	cr_assert_eq(setrlimit(RLIMIT_NOFILE, &room), 0);
	for (int i = 0; i < MANY; i++) {
		cr_assert_eq(unshare(CLONE_NEWUTS), 0);
		fd[i] = xns_handle_open(AT_FDCWD, "/proc/self/ns/uts");
		cr_assert_geq(fd[i], 0);
	}
	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(xns_scan_new(ctx, &options, &scan), 0);
	for (int i = 0; i < MANY; i++) {
		cr_assert_eq(fstat(fd[i], &st), 0);
		const struct xns_ns *ns = xns_scan_find_ns(scan, XNS_UTS, (uint32_t)st.st_ino);
		cr_assert(ns, "%d", i);
		uint64_t id = 0;
		cr_assert_eq(xns_handle_id(fd[i], &id), 0);
		cr_assert_eq(xns_ns_id(ns), id);
	}
	xns_scan_free(scan);
	xns_free(ctx);
}
