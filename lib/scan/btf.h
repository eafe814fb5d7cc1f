/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * BTF, the kernel's description of its own types: where in which structure a member lies. One
 * pass answers a table of questions; nothing is built, nothing is kept.
 */
#ifndef XNS_SCAN_BTF_H
#define XNS_SCAN_BTF_H

#include <stddef.h>
#include <stdint.h>

enum xns_btf_what {
	XNS_BTF_OFFSET, /* bytes from the start of structure @name to @member */
	XNS_BTF_SIZE,   /* bytes of structure @name */
	XNS_BTF_STRUCT, /* type id of structure @name */
	XNS_BTF_FUNC,   /* type id of function @name */
};

/* One question. Rows of one structure stand together: it is then looked at once. */
struct xns_btf_want {
	enum xns_btf_what what;
	const char *name;
	const char *member;
};

#define XNS_BTF_MISSING (-1)

/* A BTF blob whose header has been checked; points into the caller's memory. */
struct xns_btf {
	const unsigned char *types;
	size_t types_len;
	const char *strings;
	size_t strings_len;
};

/* Checks the header of the @size bytes at @data. -EINVAL where it is no BTF of this machine. */
int xns_btf_init(struct xns_btf *btf, const void *data, size_t size);

/*
 * Answers @n rows of @want into @answer: offset, size or id, XNS_BTF_MISSING where there is no
 * such thing. Returns 0, or -EINVAL where the types are malformed (the answers are then void).
 */
int xns_btf_ask(const struct xns_btf *btf, const struct xns_btf_want *want, size_t n,
		int32_t *answer);

/* Maps (or where that does not work, reads) the file at @path; freed by xns_btf_unmap(). */
int xns_btf_map(const char *path, void **data, size_t *size);
void xns_btf_unmap(void *data, size_t size);

#endif
