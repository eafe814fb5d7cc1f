/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A /proc tree of a test's own, made when the test runs and removed with it. */
#ifndef TESTS_FAKEPROC_H
#define TESTS_FAKEPROC_H

#include "ns/type.h"
#include "private.h"

struct fakeproc {
	char dir[64];
	struct xns_ctx *ctx; /* reads this tree */
};

void fakeproc_make(struct fakeproc *f);
void fakeproc_remove(struct fakeproc *f);

/* Writes a file of the tree, with the directories above it. @text may hold NULs. */
void fakeproc_file(struct fakeproc *f, const char *path, const void *text, size_t len);

/* A process: links with inode @base + type, but for those given in @own (0: the common one). */
void fakeproc_proc(struct fakeproc *f, unsigned pid, unsigned ppid, uint32_t base,
		   const uint32_t own[XNS_NTYPES]);

/* A link PID/ns/NAME with any text. */
void fakeproc_link(struct fakeproc *f, unsigned pid, const char *name, const char *text);

#endif
