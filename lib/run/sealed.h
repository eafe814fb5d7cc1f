/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * execve(2) of a file that others control. While the kernel looks up the interpreter of such a
 * file, /proc/self/exe still is the program that calls execve: "#!/proc/self/exe" would hand
 * our own executable to whoever wrote the file, and with it the right to overwrite it
 * (CVE-2019-5736). So the call is made by a few bytes of code in a sealed memory file instead.
 */
#ifndef XNS_RUN_SEALED_H
#define XNS_RUN_SEALED_H

#include "private.h"

/*
 * Makes the stand-in, while /proc and the memory file are still ours to judge. Returns a
 * descriptor for xns_sealed_exec(); -ENOSYS where there is no stand-in for this machine,
 * -EACCES where the sysctl vm.memfd_noexec forbids executable memory files.
 */
int xns_sealed_new(struct xns_ctx *ctx);

/*
 * As execve(2), by way of the stand-in @fd. Only a failure to start the stand-in is returned,
 * as negative errno. Once it runs, a failing execve makes it print @complaint, in which the
 * first three '0' in a row become the errno, and exit with 126; so test beforehand what can be.
 */
int xns_sealed_exec(int fd, const char *complaint, const char *path, char *const *argv,
		    char *const *envp);

#endif
