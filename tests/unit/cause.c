/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The causes of a failed exec that need other users, file systems or machines to come about. */
#include "config.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "run/exec.h"

static char dir[] = "/tmp/xns-cause.XXXXXX";

static void remove_dir(void)
{
	char cmd[64];

	umount2(dir, MNT_DETACH); /* of this test's own mount namespace, if it made one */
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		fprintf(stderr, "%s stays\n", dir);
}

static void make_dir(void)
{
	cr_assert_not_null(mkdtemp(dir));
	atexit(remove_dir); /* also when the test fails, which .fini would not be */
	cr_assert_eq(chmod(dir, 0755), 0);
}

TestSuite(cause, .init = make_dir);

static const char *path_of(const char *name)
{
	static char path[4][128];
	static unsigned turn;
	char *p = path[++turn % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

static const char *put(const char *name, const void *text, size_t len, mode_t mode)
{
	const char *path = path_of(name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, len), (ssize_t)len);
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

static const char *script(const char *name, const char *interp, mode_t mode)
{
	char text[160];

	return put(name, text, (size_t)snprintf(text, sizeof(text), "#!%s -x\n", interp), mode);
}

/* The cause of @err for @path is @wanted, in which "%s" stands for @path. */
static void expect(int err, const char *path, const char *wanted)
{
	char got[512] = "", text[512];
	const char *at = strstr(wanted, "%s");

	if (at)
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - wanted), wanted, path,
			 at + 2);
	else
		snprintf(text, sizeof(text), "%s", wanted);
	xns_exec_cause(err, path, got, sizeof(got));
	cr_assert_str_eq(got, text);
}

Test(cause, links_and_chains)
{
	const char *link = path_of("link"), *self = path_of("self");
	char wanted[256];

	cr_assert_eq(symlink("/nonexistent", link), 0);
	expect(ENOENT, link,
	       "the program %s is a symbolic link to /nonexistent, which is not there");
	const char *second = script("second", "/lost", 0755);
	snprintf(
		wanted, sizeof(wanted),
		"%s is there, but not the interpreter its first line names: /lost is not there",
		second);
	expect(ENOENT, script("first", second, 0755), wanted);
	script("self", self, 0755);
	expect(ENOENT, self, "");
	expect(ENOTDIR, path_of("second/x"), "the program %s is not there");
}

/* An ELF file that names the interpreter @interp, where there is one. */
static const char *elf32(const char *name, unsigned char data, uint16_t machine,
			 const char *interp)
{
	struct {
		Elf32_Ehdr e;
		Elf32_Phdr p[2];
		char interp[64];
	} file = { .e = { .e_machine = machine,
			  .e_phoff = sizeof(file.e),
			  .e_phentsize = sizeof(file.p[0]),
			  .e_phnum = XNS_COUNT(file.p) } };

	memcpy(file.e.e_ident, ELFMAG, SELFMAG);
	file.e.e_ident[EI_CLASS] = ELFCLASS32;
	file.e.e_ident[EI_DATA] = data;
	if (interp) {
		file.p[1].p_type = PT_INTERP;
		file.p[1].p_offset = offsetof(typeof(file), interp);
		file.p[1].p_filesz = (uint32_t)strlen(interp) + 1;
		strcpy(file.interp, interp);
	}
	return put(name, &file, sizeof(file), 0755);
}

Test(cause, programs_of_other_machines)
{
	const unsigned char ours = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	const unsigned char other = ours == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
	const uint16_t swapped = __builtin_bswap16(EM_PPC);

	expect(ENOENT, elf32("lost", ours, EM_386, "/lib/ld-lost.so.2"),
	       "%s is there, but not the interpreter it was linked with: /lib/ld-lost.so.2 is "
	       "not "
	       "there");
	expect(ENOEXEC, elf32("i386", ours, EM_386, NULL), "%s is a program for i386");
	expect(ENOEXEC, elf32("there", ours, EM_RISCV, "/bin/sh"),
	       "%s is a program for RISC-V, or a damaged one");
	expect(ENOEXEC, elf32("ppc", other, swapped, NULL), "%s is a program for PowerPC");
	expect(ENOEXEC, elf32("new", ours, 60000, NULL), "%s is a program for another machine");
	expect(ENOEXEC, put("empty", "", 0, 0755), "%s is empty");
	expect(ENOEXEC, put("junk", "\0\1\2", 3, 0755),
	       "%s is neither a program of this machine nor a script");
}

Test(cause, elf_files_that_lie)
{
	const unsigned char ours = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	const char *path = elf32("liar", ours, EM_386, "/lib/ld-lost.so.2");
	Elf32_Ehdr e;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	cr_assert_eq(read(fd, &e, sizeof(e)), (ssize_t)sizeof(e));
	const Elf32_Ehdr honest = e;
	e.e_phnum = 60000;
	cr_assert_eq(pwrite(fd, &e, sizeof(e), 0), (ssize_t)sizeof(e));
	expect(ENOENT, path, "");
	e = honest;
	e.e_phentsize = 1;
	cr_assert_eq(pwrite(fd, &e, sizeof(e), 0), (ssize_t)sizeof(e));
	expect(ENOENT, path, "");
	e = honest;
	e.e_phoff = 100000; /* beyond the file */
	cr_assert_eq(pwrite(fd, &e, sizeof(e), 0), (ssize_t)sizeof(e));
	expect(ENOENT, path, "");
	cr_assert_eq(pwrite(fd, &honest, sizeof(e), 0), (ssize_t)sizeof(e));
	expect(ENOENT, path,
	       "%s is there, but not the interpreter it was linked with: /lib/ld-lost.so.2 is "
	       "not "
	       "there");
	close(fd);
}

Test(cause, permissions)
{
	const char *interp = put("interp", "", 0, 0644), *closed = path_of("closed");
	char wanted[256];

	snprintf(wanted, sizeof(wanted), "its interpreter %s may not be executed", interp);
	expect(EACCES, script("script", interp, 0755), wanted);
	expect(EACCES, path_of("."), "%s is a directory");
	cr_assert_eq(mkdir(closed, 0700), 0);
	if (geteuid() != 0 || setresuid(65534, 65534, 0) < 0)
		cr_skip_test("needs two users");
	/* access(2) asks for the real user, so do we here; root comes back to clean up */
	snprintf(wanted, sizeof(wanted), "%s may not be searched", closed);
	expect(EACCES, path_of("closed/x/program"), wanted);
	cr_assert_eq(setresuid(0, 0, 0), 0);
	const char *mine = script("mine", "/bin/sh", 0700);
	cr_assert_eq(setresuid(65534, 65534, 0), 0);
	expect(EACCES, mine, "%s may not be executed by this user (mode 0700, owner 0:0)");
	cr_assert_eq(setresuid(0, 0, 0), 0);
	expect(EACCES, mine, "");
}

Test(cause, a_file_system_without_programs)
{
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", dir, "tmpfs", MS_NOEXEC, NULL) < 0)
		cr_skip_test("needs to mount");
	expect(EACCES, script("x", "/bin/sh", 0755), "%s is on a file system mounted noexec");
}

Test(cause, what_the_errno_says_already)
{
	expect(ETXTBSY, "/x", "%s is open for writing");
	expect(E2BIG, "/x", "arguments and environment are too long");
	expect(EIO, "/x", "");
}
