/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stand-in that calls execve(2) for us: one function, made an ELF file in sealed memory. */
#include "config.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "run/sealed.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* 6.3 */
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020 /* 6.3 */
#endif

#define NOBODY_AT_ALL (UINT32_MAX - 1) /* the highest id there is */

#if defined(__x86_64__) || defined(__aarch64__)

/*
 * Everything between the section's start and end is copied, and runs without a C library, a
 * stack protector or any other data: nothing may be called or instrumented here.
 */
#define STAND_IN __attribute__((section("xns_stand_in"), used, noinline))
#ifdef __clang__
#define BARE \
	__attribute__((no_stack_protector, no_sanitize("all"), no_profile_instrument_function))
#else
#define BARE                                                                                 \
	__attribute__((no_stack_protector, no_sanitize("address"), no_sanitize("undefined"), \
		       no_profile_instrument_function, optimize("O1")))
#endif

extern const char __start_xns_stand_in[], __stop_xns_stand_in[], xns_stand_in_entry[];
extern const ElfW(Ehdr) __ehdr_start;

#if defined(__x86_64__)
__asm__(".pushsection xns_stand_in,\"ax\",@progbits\n"
	".hidden xns_stand_in_entry\n"
	"xns_stand_in_entry:\n"
	"	endbr64\n"
	"	mov	%rsp, %rdi\n"
	"	and	$-16, %rsp\n"
	"	call	xns_stand_in_main\n"
	"	hlt\n"
	".popsection\n");
#define SYSCALL3(result, number, a, b, c)                                      \
	__asm__ volatile("syscall"                                             \
			 : "=a"(result)                                        \
			 : "0"((long)(number)), "D"(a), "S"(b), "d"((long)(c)) \
			 : "rcx", "r11", "memory")
#else
__asm__(".pushsection xns_stand_in,\"ax\",@progbits\n"
	".hidden xns_stand_in_entry\n"
	"	.balign	4\n"
	"xns_stand_in_entry:\n"
	"	hint	#36\n" /* bti jc */
	"	mov	x0, sp\n"
	"	b	xns_stand_in_main\n"
	".popsection\n");
#define SYSCALL3(result, number, a, b, c)                       \
	do {                                                    \
		register long r8_ __asm__("x8") = (number);     \
		register long r0_ __asm__("x0") = (long)(a);    \
		register long r1_ __asm__("x1") = (long)(b);    \
		register long r2_ __asm__("x2") = (long)(c);    \
		__asm__ volatile("svc 0"                        \
				 : "+r"(r0_)                    \
				 : "r"(r8_), "r"(r1_), "r"(r2_) \
				 : "memory");                   \
		(result) = r0_;                                 \
	} while (0)
#endif

/* The stack as the kernel makes it: argc, argv = { complaint, path, program's argv... }, envp
 */
STAND_IN BARE _Noreturn void xns_stand_in_main(long *stack);

STAND_IN BARE _Noreturn void xns_stand_in_main(long *stack)
{
	long argc = stack[0], len = 0, err;
	char **argv = (char **)(stack + 1);

	/* Fewer arguments than we give: somebody runs the memory file by itself. */
	if (argc >= 3) {
		SYSCALL3(err, SYS_execve, argv[1], argv + 2, argv + argc + 1);
		err = -err;
		for (char *p = argv[0]; *p; p++) {
			len++;
			if (err && p[0] == '0' && p[1] == '0' && p[2] == '0') {
				p[0] = (char)('0' + err / 100 % 10);
				p[1] = (char)('0' + err / 10 % 10);
				p[2] = (char)('0' + err % 10);
				err = 0;
			}
		}
		SYSCALL3(err, SYS_write, 2L, argv[0], len);
	}
	for (;;)
		SYSCALL3(err, SYS_exit_group, 126L, 0L, 0);
}

/* One loadable segment, read and execute; the machine is that of our own ELF header. */
static ssize_t build(char *image, size_t size)
{
	struct {
		ElfW(Ehdr) e;
		ElfW(Phdr) p[2];
	} head = { .e = __ehdr_start };
	size_t code = (size_t)(__stop_xns_stand_in - __start_xns_stand_in);
	const size_t base = 0x10000000, total = sizeof(head) + code;

	if (total > size)
		return -ENOSPC;
	head.e.e_type = ET_EXEC;
	head.e.e_entry =
		base + sizeof(head) + (size_t)(xns_stand_in_entry - __start_xns_stand_in);
	head.e.e_phoff = offsetof(typeof(head), p);
	head.e.e_phnum = XNS_COUNT(head.p);
	head.e.e_shoff = head.e.e_shnum = head.e.e_shstrndx = 0;
	head.p[0] = (ElfW(Phdr)){ .p_type = PT_LOAD,
				  .p_flags = PF_R | PF_X,
				  .p_vaddr = base,
				  .p_paddr = base,
				  .p_filesz = total,
				  .p_memsz = total,
				  .p_align = 0x10000 };
	head.p[1] =
		(ElfW(Phdr)){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16 };
	memcpy(image, &head, sizeof(head));
	memcpy(image + sizeof(head), __start_xns_stand_in, code);
	return (ssize_t)total;
}

#else

static ssize_t build(char *image, size_t size)
{
	(void)image;
	(void)size;
	return -ENOSYS;
}

#endif

int xns_sealed_new(struct xns_ctx *ctx)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	char image[4096];
	ssize_t len = build(image, sizeof(image));

	if (len < 0)
		return xns_fail(ctx, (int)-len, "build the stand-in that executes the program");
	xns_auto_close int fd =
		memfd_create("xns-exec", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("xns-exec", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return xns_fail(ctx, errno, "make an executable memory file (memfd_create)");
	if (write(fd, image, (size_t)len) != len)
		return xns_fail(ctx, errno ? errno : EIO, "write a memory file");
	/*
	 * What may be executed but not read is not dumpable, so that the stand-in cannot be
	 * traced from inside either (would_dump in the kernel's fs/exec.c). An owner that no
	 * user namespace of a container maps keeps its root from being above that.
	 */
	if (fchmod(fd, 0111) < 0)
		return xns_fail(ctx, errno, "make a memory file unreadable");
	if (fchown(fd, NOBODY_AT_ALL, NOBODY_AT_ALL) < 0 && errno != EPERM && errno != EINVAL)
		return xns_fail(ctx, errno, "give a memory file away");
	if (fcntl(fd, F_ADD_SEALS, seals | F_SEAL_EXEC) < 0 &&
	    fcntl(fd, F_ADD_SEALS, seals) < 0)
		return xns_fail(ctx, errno, "seal a memory file");
	return xns_steal_fd(&fd);
}

int xns_sealed_exec(int fd, const char *complaint, const char *path, char *const *argv,
		    char *const *envp)
{
	size_t n = 0;

	while (argv[n])
		n++;
	char **all = calloc(n + 3, sizeof(*all));
	if (!all)
		return -ENOMEM;
	all[0] = (char *)(uintptr_t)complaint;
	all[1] = (char *)(uintptr_t)path;
	memcpy(all + 2, argv, n * sizeof(*all));
	execveat(fd, "", all, envp, AT_EMPTY_PATH);
	int err = errno;
	free(all);
	return -err;
}
