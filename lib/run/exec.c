/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking a program up in PATH, executing it, and the default shell. */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <pwd.h>
#include <sys/stat.h>

#include "run/exec.h"
#include "run/sealed.h"

#define DEFAULT_PATH "/bin:/usr/bin" /* what execvp(3) takes without PATH, minus "." */

/* A file without "#!" is a script for /bin/sh, unless it is binary (POSIX: "not text"). */
static bool is_text(const char *path)
{
	struct stat st;
	char head[256];

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	xns_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));

	/* As shells do: a NUL byte on the first line makes it binary. */
	for (ssize_t i = 0; i < n && head[i] != '\n'; i++)
		if (head[i] == '\0')
			return false;
	return n >= 0;
}

/*
 * What execve(2) would say of @path, as far as it can be told without doing it: with a stand-in
 * there is no way back.
 */
static int would_fail(const char *path)
{
	char cause[64] = "", head[2];
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0)
		return -EACCES;
	xns_exec_cause(ENOENT, path, cause, sizeof(cause));
	if (*cause)
		return -ENOENT;
	/* Text without "#!" is for /bin/sh; what else there is, the kernel is to judge. */
	xns_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
	    memcmp(head, "#!", 2) != 0 && is_text(path))
		return -ENOEXEC;
	return 0;
}

/* execve(2), of a file that may be others'. Returns a negative errno. */
static int exec_file(const char *path, char *const *argv, const struct xns_exec *what)
{
	char complaint[512];
	int err;

	if (!what->stand_in) {
		execve(path, argv, what->envp);
		return -errno;
	}
	if ((err = would_fail(path)) < 0)
		return err;
	snprintf(complaint, sizeof(complaint), "failed to execute %.400s: error 000\n", path);
	return xns_sealed_exec(what->stand_in, complaint, path, argv, what->envp);
}

/* Hands the script @path to /bin/sh, which execve(2) refused with ENOEXEC. */
static int exec_script(const char *path, const struct xns_exec *what)
{
	size_t n = 0;

	if (!is_text(path))
		return -ENOEXEC;
	while (what->argv[n])
		n++;
	char **argv = calloc(n + 3, sizeof(*argv));
	if (!argv)
		return -ENOMEM;
	argv[0] = (char *)(uintptr_t)_PATH_BSHELL;
	argv[1] = (char *)(uintptr_t)path;
	if (n > 1)
		memcpy(argv + 2, what->argv + 1, (n - 1) * sizeof(*argv));
	int err = exec_file(argv[0], argv, what);
	free(argv);
	return err;
}

static int exec_path(const char *path, const struct xns_exec *what)
{
	int err = exec_file(path, what->argv, what);

	return err == -ENOEXEC ? exec_script(path, what) : err;
}

/* Errors of one directory of PATH that do not end the search: execvp(3). */
static bool try_next(int err)
{
	switch (err) {
	case ENOENT:
	case ENOTDIR:
	case EACCES:
	case ELOOP:
	case ENAMETOOLONG:
	case ESTALE:
	case ENODEV:
	case ETIMEDOUT:
		return true;
	default:
		return false;
	}
}

/* The path of @file in the directory @dir of @len bytes; false where it is too long. */
static bool join(char path[PATH_MAX], const char *dir, size_t len, const char *file)
{
	size_t n = strlen(file);

	if (len + 1 + n >= PATH_MAX)
		return false;
	memcpy(path, dir, len);
	if (len)
		path[len++] = '/';
	memcpy(path + len, file, n + 1);
	return true;
}

/* Says why @path could not be executed; with an empty one, that PATH has no such program. */
static int failed(struct xns_ctx *ctx, const struct xns_exec *what, int err, const char *path)
{
	char cause[384] = "";

	xns_fail(ctx, -err, "failed to execute %s", what->file);
	if (*path)
		xns_exec_cause(-err, path, cause, sizeof(cause));
	else
		snprintf(cause, sizeof(cause), "no directory of PATH has '%s' (%s)", what->file,
			 what->path ? what->path : DEFAULT_PATH);
	if (*cause && what->root)
		xns_because(ctx, "inside %s: %s", what->root, cause);
	else if (*cause)
		xns_because(ctx, "%s", cause);
	ctx->exit_code = err == -ENOENT ? 127 : 126;
	return err;
}

/* lstat(2) costs a fraction of an execve(2) that finds nothing; in doubt, that is to tell. */
static bool may_be_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

/*
 * Tries each directory of PATH. A failure is about the first file that may not be executed, or
 * else the first that is there.
 */
static int exec_search(struct xns_ctx *ctx, const struct xns_exec *what)
{
	const char *dir = what->path ? what->path : DEFAULT_PATH;
	const char *found = NULL;
	size_t found_len = 0;
	int result = -ENOENT;
	char path[PATH_MAX];

	for (;; dir++) {
		size_t len = strcspn(dir, ":");

		if (join(path, dir, len, what->file) && may_be_there(path)) {
			int err = exec_path(path, what);

			if (!try_next(-err))
				return failed(ctx, what, err, path);
			if (!found || (err == -EACCES && result != -EACCES)) {
				found = dir;
				found_len = len;
			}
			if (err == -EACCES)
				result = err;
		}
		dir += len;
		if (!*dir)
			break;
	}
	if (!found || !join(path, found, found_len, what->file))
		*path = '\0';
	return failed(ctx, what, result, path);
}

int xns_exec(struct xns_ctx *ctx, const struct xns_exec *what)
{
	if (!*what->file)
		return failed(ctx, what, -ENOENT, "");
	if (strchr(what->file, '/'))
		return failed(ctx, what, exec_path(what->file, what), what->file);
	return exec_search(ctx, what);
}

const char *xns_default_shell(const char *from_env, uid_t uid)
{
	static char shell[PATH_MAX];

	if (from_env && *from_env)
		return from_env;
	const struct passwd *pw = getpwuid(uid);
	if (!pw || !pw->pw_shell || !*pw->pw_shell || strlen(pw->pw_shell) >= sizeof(shell))
		return _PATH_BSHELL;
	return strcpy(shell, pw->pw_shell);
}

char *xns_login_name(const char *shell)
{
	const char *slash = strrchr(shell, '/');
	char *name;

	if (asprintf(&name, "-%s", slash ? slash + 1 : shell) < 0)
		return NULL;
	return name;
}
