/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Why execve(2) refused a file. The kernel answers ENOENT for a missing program, a missing ELF
 * interpreter and a missing script interpreter alike; which it was is read from the file.
 */
#include "config.h"

#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "run/exec.h"

enum {
	HEAD_SIZE = 256,  /* how much of a "#!" line the kernel reads (BINPRM_BUF_SIZE, 5.1) */
	MAX_NESTING = 5,  /* how many interpreters it follows (exec_binprm) */
	MAX_PHDRS = 1024, /* far more than any program has */
};

enum kind { UNKNOWN, SCRIPT, ELF, FOREIGN_ELF };

static int open_regular(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* The interpreter that the "#!" line names; false where the line names none. */
static bool script_interpreter(const char *head, ssize_t n, char *interp, size_t size)
{
	ssize_t from = 2, to;

	while (from < n && (head[from] == ' ' || head[from] == '\t'))
		from++;
	for (to = from; to < n && head[to] && !strchr(" \t\n", head[to]); to++)
		;
	if (to == from || (size_t)(to - from) >= size)
		return false;
	memcpy(interp, head + from, (size_t)(to - from));
	interp[to - from] = '\0';
	return true;
}

/*
 * The PT_INTERP text at @offset, @len bytes with its NUL. What the file says of itself may be a
 * lie, so everything is checked.
 */
static bool read_interp(int fd, uint64_t offset, uint64_t len, char *interp, size_t size)
{
	if (len < 2 || len > size || offset > INT64_MAX - len)
		return false;
	return pread(fd, interp, (size_t)len, (off_t)offset) == (ssize_t)len &&
	       interp[len - 1] == '\0';
}

static bool elf64_interpreter(int fd, const void *head, char *interp, size_t size)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;

	memcpy(&eh, head, sizeof(eh));
	if (eh.e_phentsize != sizeof(ph) || eh.e_phnum > MAX_PHDRS || eh.e_phoff > INT32_MAX)
		return false;
	for (unsigned i = 0; i < eh.e_phnum; i++) {
		if (pread(fd, &ph, sizeof(ph), (off_t)(eh.e_phoff + i * sizeof(ph))) !=
		    (ssize_t)sizeof(ph))
			return false;
		if (ph.p_type == PT_INTERP)
			return read_interp(fd, ph.p_offset, ph.p_filesz, interp, size);
	}
	return false;
}

static bool elf32_interpreter(int fd, const void *head, char *interp, size_t size)
{
	Elf32_Ehdr eh;
	Elf32_Phdr ph;

	memcpy(&eh, head, sizeof(eh));
	if (eh.e_phentsize != sizeof(ph) || eh.e_phnum > MAX_PHDRS || eh.e_phoff > INT32_MAX)
		return false;
	for (unsigned i = 0; i < eh.e_phnum; i++) {
		if (pread(fd, &ph, sizeof(ph), (off_t)(eh.e_phoff + i * sizeof(ph))) !=
		    (ssize_t)sizeof(ph))
			return false;
		if (ph.p_type == PT_INTERP)
			return read_interp(fd, ph.p_offset, ph.p_filesz, interp, size);
	}
	return false;
}

/* Reads what @path is; @interp gets the interpreter it names, or stays empty. */
static enum kind inspect(const char *path, char *interp, size_t size)
{
	xns_auto_close int fd = open_regular(path);
	char head[HEAD_SIZE];
	const unsigned char ours = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;

	*interp = '\0';
	ssize_t n = fd < 0 ? -1 : pread(fd, head, sizeof(head), 0);
	if (n > 2 && head[0] == '#' && head[1] == '!') {
		if (!script_interpreter(head, n, interp, size))
			*interp = '\0';
		return SCRIPT;
	}
	if (n < (ssize_t)sizeof(Elf64_Ehdr) || memcmp(head, ELFMAG, SELFMAG) != 0)
		return UNKNOWN;
	if ((unsigned char)head[EI_DATA] != ours)
		return FOREIGN_ELF;
	bool found = head[EI_CLASS] == ELFCLASS64   ? elf64_interpreter(fd, head, interp, size)
		     : head[EI_CLASS] == ELFCLASS32 ? elf32_interpreter(fd, head, interp, size)
						    : false;
	if (!found)
		*interp = '\0';
	return ELF;
}

static const char *machine_name(const char *path)
{
	static const struct {
		uint16_t machine;
		const char *name;
	} machines[] = {
		{ EM_386, "i386" },
		{ EM_X86_64, "x86-64" },
		{ EM_ARM, "32-bit ARM" },
		{ EM_AARCH64, "ARM64" },
		{ EM_RISCV, "RISC-V" },
		{ EM_PPC, "PowerPC" },
		{ EM_PPC64, "PowerPC64" },
		{ EM_S390, "s390" },
		{ EM_MIPS, "MIPS" },
		{ EM_SPARCV9, "SPARC" },
		{ EM_LOONGARCH, "LoongArch" },
	};
	xns_auto_close int fd = open_regular(path);
	Elf32_Ehdr eh; /* e_machine has the same place in both classes */

	if (fd < 0 || pread(fd, &eh, sizeof(eh), 0) != (ssize_t)sizeof(eh))
		return NULL;
	uint16_t machine = eh.e_ident[EI_DATA] == ELFDATA2MSB ? be16toh(eh.e_machine)
							      : le16toh(eh.e_machine);
	for (size_t i = 0; i < XNS_COUNT(machines); i++)
		if (machines[i].machine == machine)
			return machines[i].name;
	return "another machine";
}

/* @path does not resolve: is it gone itself, a dangling link, or is a directory missing? */
static void explain_absent(const char *what, const char *path, char *text, size_t size)
{
	char part[PATH_MAX], link[256];
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
		ssize_t n = readlink(path, link, sizeof(link) - 1);
		snprintf(text, size, "%s %s is a symbolic link to %.*s, which is not there",
			 what, path, (int)(n > 0 ? n : 0), link);
		return;
	}
	snprintf(part, sizeof(part), "%s", path);
	for (char *slash; (slash = strrchr(part, '/')) && slash != part;) {
		*slash = '\0';
		if (stat(part, &st) == 0)
			break;
		snprintf(text, size, "%s %s is not there: there is no %s", what, path, part);
	}
	if (!*text)
		snprintf(text, size, "%s %s is not there", what, path);
}

/* Follows the chain of interpreters to the first that is not there. */
static void explain_enoent(const char *path, char *text, size_t size)
{
	char now[PATH_MAX], interp[PATH_MAX];
	struct stat st;

	if (stat(path, &st) < 0) {
		explain_absent("the program", path, text, size);
		return;
	}
	snprintf(now, sizeof(now), "%s", path);
	for (int i = 0; i < MAX_NESTING; i++) {
		char detail[256] = "";
		enum kind kind = inspect(now, interp, sizeof(interp));

		if (!*interp)
			return;
		if (stat(interp, &st) == 0) {
			memcpy(now, interp, sizeof(now));
			continue;
		}
		explain_absent("", interp, detail, sizeof(detail));
		snprintf(text, size, "%s is there, but not the interpreter %s:%s%s", now,
			 kind == SCRIPT ? "its first line names" : "it was linked with", detail,
			 interp[strlen(interp) - 1] == '\r' ? " (the line ends in CR LF)" : "");
		return;
	}
}

static void explain_eacces(const char *path, char *text, size_t size)
{
	char part[PATH_MAX], interp[PATH_MAX];
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) < 0) {
		snprintf(part, sizeof(part), "%s", path);
		for (char *slash; errno == EACCES && (slash = strrchr(part, '/'));) {
			*slash = '\0';
			if (stat(*part ? part : "/", &st) == 0)
				snprintf(text, size, "%s may not be searched",
					 *part ? part : "/");
			if (*text || !*part)
				break;
		}
	} else if (S_ISDIR(st.st_mode)) {
		snprintf(text, size, "%s is a directory", path);
	} else if (!S_ISREG(st.st_mode)) {
		snprintf(text, size, "%s is not a regular file", path);
	} else if (!(st.st_mode & 0111)) {
		snprintf(text, size, "%s has no execute permission (mode %04o)", path,
			 (unsigned)(st.st_mode & 07777));
	} else if (statvfs(path, &fs) == 0 && (fs.f_flag & ST_NOEXEC)) {
		snprintf(text, size, "%s is on a file system mounted noexec", path);
	} else {
		inspect(path, interp, sizeof(interp));
		if (*interp && access(interp, X_OK) < 0)
			snprintf(text, size, "its interpreter %s may not be executed", interp);
		else if (access(path, X_OK) < 0)
			snprintf(text, size,
				 "%s may not be executed by this user (mode %04o, owner %u:%u)",
				 path, (unsigned)(st.st_mode & 07777), st.st_uid, st.st_gid);
	}
}

static void explain_enoexec(const char *path, char *text, size_t size)
{
	char interp[PATH_MAX];
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size == 0)
		snprintf(text, size, "%s is empty", path);
	else if (inspect(path, interp, sizeof(interp)) != UNKNOWN && !*interp)
		snprintf(text, size, "%s is a program for %s", path, machine_name(path));
	else if (*interp)
		snprintf(text, size, "%s is a program for %s, or a damaged one", path,
			 machine_name(path));
	else
		snprintf(text, size, "%s is neither a program of this machine nor a script",
			 path);
}

void xns_exec_cause(int err, const char *path, char *text, size_t size)
{
	switch (err) {
	case ENOENT:
	case ENOTDIR:
		explain_enoent(path, text, size);
		break;
	case EACCES:
		explain_eacces(path, text, size);
		break;
	case ENOEXEC:
		explain_enoexec(path, text, size);
		break;
	case ETXTBSY:
		snprintf(text, size, "%s is open for writing", path);
		break;
	case E2BIG:
		snprintf(text, size, "arguments and environment are too long");
		break;
	default:
		break;
	}
}
