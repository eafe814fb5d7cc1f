/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that others wrote: ELF files and scripts, looked at for why they cannot be executed.
 */
#include "config.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/exec.h"
#include "tests/fuzz/fuzz.h"

/* A memory file that stands for the program: its path. */
static const char *program_file(const uint8_t *data, size_t size)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("program", MFD_CLOEXEC);
		FUZZ_CHECK(fd >= 0 && fchmod(fd, 0755) == 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	FUZZ_CHECK(ftruncate(fd, (off_t)size) == 0);
	FUZZ_CHECK(pwrite(fd, data, size, 0) == (ssize_t)size);
	return path;
}

FUZZ_TARGET(program)
{
	static const int errors[] = { ENOENT, EACCES, ENOEXEC };
	const char *path = program_file(data, size);
	char cause[384];

	int err = xns_exec_check(path);
	FUZZ_CHECK(err <= 0);
	FUZZ_CHECK(err != -ENOEXEC || xns_exec_is_text(path));
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		cause[0] = '\0';
		xns_exec_cause(errors[i], path, cause, sizeof(cause));
		FUZZ_CHECK(strnlen(cause, sizeof(cause)) < sizeof(cause));
	}
	return 0;
}
