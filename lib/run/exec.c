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

/* By way of a stand-in, which there is no way back from. Returns a negative errno. */
static int exec_sealed(int stand_in, const char *path, char *const *argv, char *const *envp)
{
	static const char begin[] = "failed to execute ", end[] = ": error 000\n";
	char complaint[512];
	const size_t room = sizeof(complaint) - sizeof(begin) - sizeof(end);
	const size_t n = strnlen(path, room);
	int err = xns_exec_check(path);

	if (err < 0)
		return err;
	/* Without printf(3): in a process just forked, each page of libc costs a fault. */
	memcpy(complaint, begin, sizeof(begin) - 1);
	memcpy(complaint + sizeof(begin) - 1, path, n);
	memcpy(complaint + sizeof(begin) - 1 + n, end, sizeof(end));
	return xns_sealed_exec(stand_in, complaint, path, argv, envp);
}

/* execve(2), of a file that may be others'. Returns a negative errno. */
static int exec_file(const char *path, char *const *argv, const struct xns_exec *what)
{
	if (what->stand_in)
		return exec_sealed(what->stand_in, path, argv, what->envp);
	execve(path, argv, what->envp);
	return -errno;
}

/* Hands the script @path to /bin/sh, which execve(2) refused with ENOEXEC. */
static int exec_script(const char *path, const struct xns_exec *what)
{
	size_t n = 0;

	if (!xns_exec_is_text(path))
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
		size_t len = 0; /* without strcspn(3), for the reason above */

		while (dir[len] && dir[len] != ':')
			len++;
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

int xns_take_program(struct xns_ctx *ctx, struct xns_program *to,
		     const struct xns_program *from)
{
	int err =
		xns_take_options(to, sizeof(*to), from, XNS_SIZE_TO(struct xns_program, shell));

	return err < 0 ? xns_fail(ctx, -err, "take a program of %zu bytes", from->size) : 0;
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
