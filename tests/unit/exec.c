/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executing programs, and the cause where that fails: every kind of broken program. */
#include "config.h"

#include <criterion/criterion.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "run/exec.h"
#include "run/supervise.h"

static char dir[] = "/tmp/xns-exec.XXXXXX";

static void make_dir(void)
{
	cr_assert_not_null(mkdtemp(dir));
}

static void remove_dir(void)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	cr_assert_eq(system(cmd), 0);
}

static const char *put(const char *name, const void *text, size_t len, mode_t mode)
{
	static char path[64];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, len), (ssize_t)len);
	cr_assert_eq(fchmod(fd, mode), 0);
	close(fd);
	return path;
}

/* Executes @file in a child as a launcher does; its wait status, or the error. */
static int run_in(const char *file, const char *path, char *const argv[], struct xns_ctx *ctx)
{
	char *const env[] = { (char *)"A=1", NULL };
	struct xns_exec what = { .file = file, .argv = argv, .envp = env, .path = path };
	struct xns_child child;
	int status;

	int rc = xns_child_fork(ctx, &child, -1);
	cr_assert_geq(rc, 0);
	if (rc == 0)
		xns_child_fail(ctx, &child, xns_exec(ctx, &what));
	rc = xns_child_wait_exec(ctx, &child);
	if (rc < 0)
		return rc;
	cr_assert_eq(xns_child_wait(ctx, &child, &status), 0);
	return status;
}

static int run(const char *file, struct xns_ctx *ctx)
{
	char *const argv[] = { (char *)file, (char *)"x", NULL };

	return run_in(file, "/bin:/usr/bin", argv, ctx);
}

Test(exec, programs_run, .init = make_dir, .fini = remove_dir)
{
	struct xns_ctx *ctx;

	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(run("/bin/true", ctx), 0);
	cr_assert_eq(run("false", ctx), 1 << 8);
	/* a script without "#!" is /bin/sh's, with its arguments and the given environment */
	cr_assert_eq(run(put("plain", "[ \"$1$A\" = x1 ] && exit 7\n", 27, 0755), ctx), 7 << 8);
	xns_free(ctx);
}

Test(exec, causes, .init = make_dir, .fini = remove_dir)
{
	struct xns_ctx *ctx;
	static const struct {
		const char *name, *text;
		mode_t mode;
		int err;
		const char *cause;
	} t[] = {
		{ "noexec", "#!/bin/sh\n", 0644, -EACCES,
		  "has no execute permission (mode 0644)" },
		{ "empty", "", 0755, 0, "" },
		{ "lost", "#!/nonexistent/python -x\n", 0755, -ENOENT,
		  "is there, but not the interpreter its first line names: "
		  "/nonexistent/python is not there: there is no /nonexistent" },
		{ "crlf", "#!/bin/sh\r\n", 0755, -ENOENT, "(the line ends in CR LF)" },
		{ "noname", "#! \n", 0755, 0, "" },
	};

	cr_assert_eq(xns_new(&ctx), 0);
	for (size_t i = 0; i < XNS_COUNT(t); i++) {
		const char *path = put(t[i].name, t[i].text, strlen(t[i].text), t[i].mode);

		cr_assert_eq(run(path, ctx), t[i].err, "%s", t[i].name);
		if (t[i].err)
			cr_assert(strstr(xns_hint(ctx), t[i].cause), "%s: %s", t[i].name,
				  xns_hint(ctx));
	}
	cr_assert_eq(run(dir, ctx), -EACCES);
	cr_assert(strstr(xns_hint(ctx), "is a directory"), "%s", xns_hint(ctx));
	cr_assert_eq(run("/nonexistent/x", ctx), -ENOENT);
	cr_assert_str_eq(xns_error(ctx), "failed to execute /nonexistent/x");
	cr_assert_str_eq(xns_hint(ctx),
			 "the program /nonexistent/x is not there: there is no /nonexistent");
	cr_assert_eq(run("xns-no-such", ctx), -ENOENT);
	cr_assert_str_eq(xns_hint(ctx),
			 "no directory of PATH has 'xns-no-such' (/bin:/usr/bin)");
	cr_assert_eq(run("", ctx), -ENOENT);
	xns_free(ctx);
}

/* A program that names the interpreter @interp. */
static size_t elf_with(const char *interp, uint16_t machine, unsigned char *out)
{
	Elf64_Ehdr eh = { .e_type = ET_EXEC,
			  .e_machine = machine,
			  .e_version = EV_CURRENT,
			  .e_phoff = sizeof(eh),
			  .e_ehsize = sizeof(eh),
			  .e_phentsize = sizeof(Elf64_Phdr),
			  .e_phnum = 1 };
	Elf64_Phdr ph = { .p_type = PT_INTERP,
			  .p_offset = sizeof(eh) + sizeof(ph),
			  .p_filesz = strlen(interp) + 1 };

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	eh.e_ident[EI_DATA] = ELFDATA2LSB;
	eh.e_ident[EI_VERSION] = EV_CURRENT;
	memcpy(out, &eh, sizeof(eh));
	memcpy(out + sizeof(eh), &ph, sizeof(ph));
	memcpy(out + sizeof(eh) + sizeof(ph), interp, strlen(interp) + 1);
	return sizeof(eh) + sizeof(ph) + strlen(interp) + 1;
}

#ifdef __x86_64__
Test(exec, elf_causes, .init = make_dir, .fini = remove_dir)
{
	unsigned char file[512];
	struct xns_ctx *ctx;

	cr_assert_eq(xns_new(&ctx), 0);
	size_t len = elf_with("/lib/ld-lost.so.2", EM_X86_64, file);
	cr_assert_eq(run(put("lost", file, len, 0755), ctx), -ENOENT);
	cr_assert(strstr(xns_hint(ctx), "is there, but not the interpreter it was linked with: "
					"/lib/ld-lost.so.2 is not there"),
		  "%s", xns_hint(ctx));

	len = elf_with("/lib/ld-lost.so.2", EM_S390, file);
	cr_assert_eq(run(put("foreign", file, len, 0755), ctx), -ENOEXEC, "never sh's");
	cr_assert(strstr(xns_hint(ctx), "is a program for s390"), "%s", xns_hint(ctx));

	/* a program that lies about itself harms nobody */
	char cause[256] = "";
	len = elf_with("/lib/ld-lost.so.2", EM_X86_64, file);
	((Elf64_Phdr *)(void *)(file + sizeof(Elf64_Ehdr)))->p_filesz = UINT64_MAX;
	xns_exec_cause(ENOENT, put("liar", file, len, 0755), cause, sizeof(cause));
	cr_assert_str_eq(cause, "");
	xns_free(ctx);
}
#endif

Test(exec, special_files_are_not_opened, .init = make_dir, .fini = remove_dir, .timeout = 20)
{
	char path[64], cause[256] = "";

	snprintf(path, sizeof(path), "%s/fifo", dir);
	cr_assert_eq(mkfifo(path, 0777), 0);
	xns_exec_cause(ENOENT, path, cause, sizeof(cause));
	cr_assert_str_eq(cause, "");
	xns_exec_cause(EACCES, path, cause, sizeof(cause));
	cr_assert(strstr(cause, "is not a regular file"), "%s", cause);
}

Test(exec, path_search, .init = make_dir, .fini = remove_dir)
{
	struct xns_ctx *ctx;
	char path[128];
	char *const argv[] = { (char *)"true", NULL };

	cr_assert_eq(xns_new(&ctx), 0);
	put("true", "exit 3\n", 7, 0644); /* not executable: passed over */
	snprintf(path, sizeof(path), "/nonexistent:%s:/bin", dir);
	cr_assert_eq(run_in("true", path, argv, ctx), 0);
	put("true", "exit 3\n", 7, 0755);
	cr_assert_eq(run_in("true", path, argv, ctx), 3 << 8);
	put("only", "exit 3\n", 7, 0644);
	cr_assert_eq(run_in("only", path, argv, ctx), -EACCES);
	cr_assert(strstr(xns_hint(ctx), "only has no execute permission"), "%s", xns_hint(ctx));
	cr_assert_eq(chdir(dir), 0);
	cr_assert_eq(run_in("true", "", argv, ctx), 3 << 8, "empty: the working directory");
	cr_assert_eq(run_in("true", "/nonexistent:", argv, ctx), 3 << 8);
	xns_free(ctx);
}

Test(exec, shells)
{
	char *name = xns_login_name("/usr/bin/bash");

	cr_assert_str_eq(name, "-bash");
	free(name);
	cr_assert_str_eq(xns_default_shell("/bin/zsh", 0), "/bin/zsh");
	cr_assert_str_eq(xns_default_shell("", 4000000000u), "/bin/sh");
	cr_assert_str_eq(xns_default_shell(NULL, 4000000000u), "/bin/sh");
	cr_assert_eq(*xns_default_shell(NULL, 0), '/');
}
