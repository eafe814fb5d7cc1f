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
	LINE_SIZE = 256,   /* how much of a "#!" line the kernel reads (BINPRM_BUF_SIZE, 5.1) */
	MAX_NESTING = 5,   /* how many interpreters it follows (exec_binprm) */
	MAX_PHDRS = 1024,  /* far more than any program has */
	INTERP_SIZE = 512, /* a longer path of an interpreter is not looked at */
};

enum kind { UNKNOWN, TEXT, SCRIPT, ELF, FOREIGN_ELF };

/* The beginning of a file, where what is asked mostly is, and the file for the rest. */
struct image {
	int fd;
	ssize_t n;
	char head[1024];
};

static int open_regular(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static bool image_read(const struct image *image, uint64_t at, void *to, size_t size)
{
	if (at <= (uint64_t)image->n && size <= (uint64_t)image->n - at) {
		memcpy(to, image->head + at, size);
		return true;
	}
	return at <= INT64_MAX - size && pread(image->fd, to, size, (off_t)at) == (ssize_t)size;
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

/* What of a program header of either word size is of interest. */
struct segment {
	uint32_t type;
	uint64_t offset, size;
};

static bool read_segment(const struct image *image, bool wide, uint64_t at, struct segment *to)
{
	Elf64_Phdr p64;
	Elf32_Phdr p32;

	if (wide && image_read(image, at, &p64, sizeof(p64)))
		*to = (struct segment){ p64.p_type, p64.p_offset, p64.p_filesz };
	else if (!wide && image_read(image, at, &p32, sizeof(p32)))
		*to = (struct segment){ p32.p_type, p32.p_offset, p32.p_filesz };
	else
		return false;
	return true;
}

/* What the file says of itself may be a lie, so everything is checked. */
static bool elf_interpreter(const struct image *image, char *interp, size_t size)
{
	const bool wide = image->head[EI_CLASS] == ELFCLASS64;
	const size_t entry = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	struct segment s = { 0 };
	Elf64_Ehdr e64;
	Elf32_Ehdr e32;

	memcpy(&e64, image->head, sizeof(e64));
	memcpy(&e32, image->head, sizeof(e32));
	const uint64_t table = wide ? e64.e_phoff : e32.e_phoff;
	const unsigned n = wide ? e64.e_phnum : e32.e_phnum;
	if ((wide ? e64.e_phentsize : e32.e_phentsize) != entry || n > MAX_PHDRS ||
	    table > INT32_MAX)
		return false;
	for (unsigned i = 0; i < n && s.type != PT_INTERP; i++)
		if (!read_segment(image, wide, table + i * entry, &s))
			return false;
	/* the text with its NUL */
	return s.type == PT_INTERP && s.size >= 2 && s.size <= size &&
	       image_read(image, s.offset, interp, (size_t)s.size) &&
	       interp[s.size - 1] == '\0';
}

/* As shells do: a NUL byte on the first line makes it binary. */
static bool is_text(const struct image *image)
{
	for (ssize_t i = 0; i < image->n && image->head[i] != '\n'; i++)
		if (image->head[i] == '\0')
			return false;
	return true;
}

static enum kind kind_of(const struct image *image, char *interp, size_t size)
{
	const unsigned char ours = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	const char *head = image->head;
	const ssize_t n = image->n;

	if (n > 2 && head[0] == '#' && head[1] == '!') {
		if (!script_interpreter(head, n < LINE_SIZE ? n : LINE_SIZE, interp, size))
			*interp = '\0';
		return SCRIPT;
	}
	if (n < (ssize_t)sizeof(Elf64_Ehdr) || memcmp(head, ELFMAG, SELFMAG) != 0)
		return n >= 0 && is_text(image) ? TEXT : UNKNOWN;
	if ((unsigned char)head[EI_DATA] != ours)
		return FOREIGN_ELF;
	if ((head[EI_CLASS] != ELFCLASS64 && head[EI_CLASS] != ELFCLASS32) ||
	    !elf_interpreter(image, interp, size))
		*interp = '\0';
	return ELF;
}

/* Reads what @path is; @interp gets the interpreter it names, or stays empty. */
static enum kind inspect(const char *path, char *interp, size_t size)
{
	struct image image = { .fd = open_regular(path) };

	*interp = '\0';
	if (image.fd < 0)
		return UNKNOWN;
	image.n = pread(image.fd, image.head, sizeof(image.head), 0);
	enum kind kind = kind_of(&image, interp, size);
	close(image.fd);
	return kind;
}

bool xns_exec_is_text(const char *path)
{
	char interp[INTERP_SIZE];
	enum kind kind = inspect(path, interp, sizeof(interp));

	return kind == TEXT || kind == SCRIPT;
}

int xns_exec_check(const char *path)
{
	char interp[2][INTERP_SIZE];
	enum kind kind = SCRIPT;
	struct stat st;

	for (int i = 0; i < MAX_NESTING && kind == SCRIPT && *path; i++) {
		if (stat(path, &st) < 0)
			return -errno;
		if (!S_ISREG(st.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0)
			return -EACCES;
		kind = inspect(path, interp[i % 2], INTERP_SIZE);
		/* Text without "#!" is for /bin/sh; else the kernel is to judge. */
		if (kind == TEXT && i == 0)
			return -ENOEXEC;
		path = interp[i % 2];
	}
	return kind == ELF && *path && stat(path, &st) < 0 ? -errno : 0;
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
	char now[PATH_MAX], interp[INTERP_SIZE];
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
			memcpy(now, interp, sizeof(interp));
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
	char part[PATH_MAX], interp[INTERP_SIZE];
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
	char interp[INTERP_SIZE];
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size == 0)
		snprintf(text, size, "%s is empty", path);
	else if (inspect(path, interp, sizeof(interp)) > TEXT && !*interp)
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
