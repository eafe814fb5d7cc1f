/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Executing the program that a launcher was asked to run, and saying why it could not be. */
#ifndef XNS_RUN_EXEC_H
#define XNS_RUN_EXEC_H

#include "private.h"

struct xns_exec {
	const char *file;  /* with a slash: a path; else it is looked up in @path */
	char *const *argv; /* ends with NULL */
	char *const *envp; /* ends with NULL; its PATH plays no part in the look-up */
	const char *path;  /* PATH of the caller; NULL: the system's default */
	const char *root;  /* for messages: the root directory that was changed to, or NULL */
	int stand_in;      /* of xns_sealed_new(): the files are others' (run/sealed.h); or 0 */
};

/*
 * As execvpe(3), but only a text file is ever handed to /bin/sh, never a binary of another
 * machine. Returns only on failure: a negative errno, of which -ENOENT means exit code 127 and
 * every other one 126; the message is "failed to execute FILE" and the hint tells the cause:
 * what is not there, the program or the interpreter it names, or why it may not be executed.
 */
int xns_exec(struct xns_ctx *ctx, const struct xns_exec *what);

/*
 * The cause of execve(2) of @path failing with @err, as one clause without a full stop.
 * Nothing is written to @text where the errno says all there is. Opens @path, but never a FIFO
 * or a device.
 */
void xns_exec_cause(int err, const char *path, char *text, size_t size);

/* Copies a caller's @from; -EINVAL or -E2BIG where its size is wrong. */
int xns_take_program(struct xns_ctx *ctx, struct xns_program *to,
		     const struct xns_program *from);

/*
 * What execve(2) would say of @path, as far as it can be told without doing it, which only
 * looks at files: 0 or a negative errno, -ENOEXEC for a text file without "#!".
 */
int xns_exec_check(const char *path);

/*
 * May /bin/sh be given @path, which execve(2) refused with ENOEXEC? Not where it is a binary
 * (POSIX: "not text"), nor what is no regular file.
 */
bool xns_exec_is_text(const char *path);

/*
 * The shell to run where no program is given: @from_env if not empty, else the shell of @uid
 * in the user database, else /bin/sh. Asks NSS, so call it before other people's namespaces or
 * roots are entered. The text is borrowed from @from_env or static.
 */
const char *xns_default_shell(const char *from_env, uid_t uid);

/*
 * "-bash" for "/bin/bash": what argv[0] of a login shell is. The caller frees it; NULL: no
 * memory.
 */
char *xns_login_name(const char *shell);

#endif
