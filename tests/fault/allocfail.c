/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * LD_PRELOAD library of tests/fault/run: fails one allocation of a program, counted from the
 * start of its main(). XNS_ALLOC_PAGE names a file that holds { wanted, seen, failed }, three
 * 32-bit numbers shared with all of the program's processes: allocation number "wanted" fails
 * (0: none), "seen" counts them, "failed" is set once it was.
 *
 * A program that is executed from there is left alone: it is another program.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WANTED, SEEN, FAILED, NUMBERS };

static uint32_t *page; /* NULL before main() */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local int in_other;

static int fails(void)
{
	if (!page || in_other)
		return 0;
	uint32_t n = __atomic_add_fetch(&page[SEEN], 1, __ATOMIC_RELAXED);
	if (n != page[WANTED])
		return 0;
	page[FAILED] = 1;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}

void *reallocarray(void *old, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return fails() ? NULL : __libc_realloc(old, all);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return fails() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
	if (fails())
		return ENOMEM;
	*p = __libc_memalign(alignment, size);
	return *p ? 0 : ENOMEM;
}

/*
 * glibc itself crashes where memory runs out inside its name service switch (2.36: a failed
 * assertion in nss_database.c, a null pointer in the reader of nsswitch.conf). Not our fault.
 */
struct passwd *getpwuid(uid_t uid)
{
	struct passwd *(*real)(uid_t) =
		(struct passwd * (*)(uid_t)) dlsym(RTLD_NEXT, "getpwuid");

	in_other++;
	struct passwd *found = real(uid);
	in_other--;
	return found;
}

struct passwd *getpwnam(const char *name)
{
	struct passwd *(*real)(const char *) =
		(struct passwd * (*)(const char *)) dlsym(RTLD_NEXT, "getpwnam");

	in_other++;
	struct passwd *found = real(name);
	in_other--;
	return found;
}

struct group *getgrgid(gid_t gid)
{
	struct group *(*real)(gid_t) = (struct group * (*)(gid_t)) dlsym(RTLD_NEXT, "getgrgid");

	in_other++;
	struct group *found = real(gid);
	in_other--;
	return found;
}

struct group *getgrnam(const char *name)
{
	struct group *(*real)(const char *) =
		(struct group * (*)(const char *)) dlsym(RTLD_NEXT, "getgrnam");

	in_other++;
	struct group *found = real(name);
	in_other--;
	return found;
}

/* libsmartcols (2.38) leaves a cell out where memory runs out while it prints, and says 0. */
struct libscols_table;
int scols_print_table(struct libscols_table *table);
int scols_print_table(struct libscols_table *table)
{
	int (*real)(struct libscols_table *) =
		(int (*)(struct libscols_table *))dlsym(RTLD_NEXT, "scols_print_table");

	in_other++;
	int rc = real(table);
	in_other--;
	return rc;
}

static int (*real_main)(int, char **, char **);

static int main_here(int argc, char **argv, char **envp)
{
	const char *name = getenv("XNS_ALLOC_PAGE");
	int fd = name ? open(name, O_RDWR | O_CLOEXEC) : -1;

	unsetenv("LD_PRELOAD");
	unsetenv("XNS_ALLOC_PAGE");
	if (fd >= 0) {
		void *map = mmap(NULL, NUMBERS * sizeof(*page), PROT_READ | PROT_WRITE,
				 MAP_SHARED, fd, 0);
		close(fd);
		page = map == MAP_FAILED ? NULL : map;
	}
	return real_main(argc, argv, envp);
}

int __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
		      void *stack);
int __libc_start_main(int (*entry)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void), void (*rtld_fini)(void),
		      void *stack)
{
	__typeof__(&__libc_start_main) start =
		(__typeof__(&__libc_start_main))dlsym(RTLD_NEXT, "__libc_start_main");

	real_main = entry;
	return start(main_here, argc, argv, init, fini, rtld_fini, stack);
}
