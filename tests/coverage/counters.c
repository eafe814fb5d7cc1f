/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Coverage builds only: gcov's counters in a file that all processes of a program share. gcov
 * itself writes when a process exits; ours leave by _exit(2), execve(2) or a signal, in other
 * roots, as other users, where no file can be opened any more. Counting in shared memory needs
 * nothing at the end, and the code under test has no hooks. tests/coverage/report runs each
 * program once more, beside the file "dump", to turn its counters into .gcda files.
 */
#include "config.h"

#include <elf.h>
#include <fcntl.h>
#include <gcov.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern char xns_counters_start[], xns_counters_end[]; /* counters.ld */
extern const ElfW(Ehdr) __ehdr_start;

void __wrap___gcov_exit(void);

/* What every object file's destructor calls, --wrap sends here: the counters stay in the file.
 */
void __wrap___gcov_exit(void)
{
}

/* The file is named after the build ID, which tells each program and shared library apart. */
static void name_file(char *path, size_t size)
{
	const char *base = (const char *)&__ehdr_start;
	const ElfW(Phdr) *ph = (const void *)(base + __ehdr_start.e_phoff);
	int len = snprintf(path, size, "%s/", XNS_COUNTERS_DIR);

	for (int i = 0; i < __ehdr_start.e_phnum; i++) {
		const char *note = base + ph[i].p_vaddr, *end = note + ph[i].p_memsz;

		while (ph[i].p_type == PT_NOTE && note < end) {
			const ElfW(Nhdr) *n = (const void *)note;
			const unsigned char *id = (const void *)(note + sizeof(*n) + 4);

			for (unsigned b = 0; n->n_type == NT_GNU_BUILD_ID && b < n->n_descsz;
			     b++)
				len += snprintf(path + len, size - (size_t)len, "%02x", id[b]);
			note = (const char *)id + ((n->n_descsz + 3) & ~3U);
		}
	}
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		return fd;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0)
		fchmod(fd, 0666); /* whatever the umask: tests run as several users */
	return fd;
}

__attribute__((constructor)) static void share_counters(void)
{
	const bool dump = access(XNS_COUNTERS_DIR "/dump", F_OK) == 0;
	size_t size = (size_t)(xns_counters_end - xns_counters_start);
	char path[4096];

	name_file(path, sizeof(path));
	int fd = open_file(path);
	if (fd < 0)
		return; /* in another root, perhaps: this process is not counted */
	/* What gcov finds in .gcda files it adds to the counters: that is not for the file. */
	if (ftruncate(fd, (off_t)size) == 0)
		mmap(xns_counters_start, size, PROT_READ | PROT_WRITE,
		     MAP_FIXED | (dump ? MAP_PRIVATE : MAP_SHARED), fd, 0);
	close(fd);
	if (dump) {
		__gcov_dump();
		_exit(0);
	}
}
