/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lib/scan/btf.c: a BTF made here, the same one broken in every way, and the kernel's. */
#include "config.h"

#include <criterion/criterion.h>
#include <linux/btf.h>

#include "private.h"
#include "scan/btf.h"

#define INFO(kind, vlen, kflag) ((uint32_t)(kflag) << 31 | (uint32_t)(kind) << 24 | (vlen))

/* Names by their place in the string section. */
#define STRINGS "\0int\0outer\0first\0deep\0bits\0work\0hole"
enum { NONE = 0, INT = 1, OUTER = 5, FIRST = 11, DEEP = 17, BITS = 22, WORK = 27, HOLE = 32 };

/* struct outer { int first; struct { int hole; union { int deep; }; }; int bits:3; };
 * with an int, a function prototype and the function work() around it. */
static const uint32_t types[] = {
	INT,
	INFO(BTF_KIND_INT, 0, 0),
	4,
	0x01000020,
	NONE,
	INFO(BTF_KIND_UNION, 1, 0),
	4,
	DEEP,
	1,
	0,
	NONE,
	INFO(BTF_KIND_STRUCT, 2, 0),
	8,
	HOLE,
	1,
	0,
	NONE,
	2,
	32,
	OUTER,
	INFO(BTF_KIND_STRUCT, 3, 1),
	16,
	FIRST,
	1,
	0,
	NONE,
	3,
	32,
	BITS,
	1,
	3u << 24 | 96,
	NONE,
	INFO(BTF_KIND_FUNC_PROTO, 0, 0),
	0,
	WORK,
	INFO(BTF_KIND_FUNC, 0, 0),
	5,
};

struct blob {
	struct btf_header head;
	uint32_t types[XNS_COUNT(types)];
	char strings[sizeof(STRINGS)];
};

static void make_blob(struct blob *blob)
{
	memset(blob, 0, sizeof(*blob));
	blob->head = (struct btf_header){
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(blob->head),
		.type_len = sizeof(types),
		.str_off = sizeof(types),
		.str_len = sizeof(STRINGS),
	};
	memcpy(blob->types, types, sizeof(types));
	memcpy(blob->strings, STRINGS, sizeof(STRINGS));
}

static const struct xns_btf_want questions[] = {
	{ XNS_BTF_OFFSET, "outer", "first" },  { XNS_BTF_OFFSET, "outer", "deep" },
	{ XNS_BTF_OFFSET, "outer", "hole" },   { XNS_BTF_OFFSET, "outer", "bits" },
	{ XNS_BTF_OFFSET, "outer", "absent" }, { XNS_BTF_SIZE, "outer", NULL },
	{ XNS_BTF_STRUCT, "outer", NULL },     { XNS_BTF_FUNC, "work", NULL },
	{ XNS_BTF_STRUCT, "work", NULL },      { XNS_BTF_FUNC, "outer", NULL },
	{ XNS_BTF_SIZE, "nowhere", NULL },
};
static const int32_t answers[] = { 0, 8, 4, -1, -1, 16, 4, 6, -1, -1, -1 };
#define N XNS_COUNT(questions)

Test(btf, questions_are_answered)
{
	struct blob blob;
	struct xns_btf btf;
	int32_t got[N];

	make_blob(&blob);
	cr_assert_eq(xns_btf_init(&btf, &blob, sizeof(blob)), 0);
	cr_assert_eq(xns_btf_ask(&btf, questions, N, got), 0);
	for (size_t i = 0; i < N; i++)
		cr_assert_eq(got[i], answers[i], "question %zu: %d", i, got[i]);
}

/* Asks in a copy of exactly @size bytes, so that a sanitizer sees each byte read beyond it. */
static int ask_copy(const struct blob *blob, size_t size)
{
	xns_auto_free void *copy = malloc(size ? size : 1);
	struct xns_btf btf;
	int32_t got[N];

	memcpy(copy, blob, size);
	int rc = xns_btf_init(&btf, copy, size);
	return rc < 0 ? rc : xns_btf_ask(&btf, questions, N, got);
}

Test(btf, a_short_blob_is_refused)
{
	struct blob blob;

	make_blob(&blob);
	size_t whole = offsetof(struct blob, strings) + sizeof(STRINGS);
	for (size_t size = 0; size < whole; size++)
		cr_assert_eq(ask_copy(&blob, size), -EINVAL, "%zu bytes", size);
	cr_assert_eq(ask_copy(&blob, whole), 0);
}

Test(btf, types_that_end_too_early_are_refused)
{
	struct blob blob;
	/* Where a type ends the rest is just a smaller blob. */
	static const size_t ends[] = { 16, 40, 76, 124, 136 };

	for (size_t len = 4; len < sizeof(types); len += 4) {
		bool whole = false;

		for (size_t i = 0; i < XNS_COUNT(ends); i++)
			whole = whole || ends[i] == len;
		make_blob(&blob);
		blob.head.type_len = (uint32_t)len;
		cr_assert_eq(ask_copy(&blob, sizeof(blob)), whole ? 0 : -EINVAL,
			     "types of %zu bytes", len);
	}
}

Test(btf, no_change_of_a_byte_leads_astray)
{
	struct blob blob;

	for (size_t at = 0; at < sizeof(blob); at++)
		for (int bit = 0; bit < 8; bit++) {
			make_blob(&blob);
			((unsigned char *)&blob)[at] ^= (unsigned char)(1 << bit);
			int rc = ask_copy(&blob, sizeof(blob));
			cr_assert(rc == 0 || rc == -EINVAL);
		}
}

Test(btf, a_structure_within_itself_ends)
{
	struct blob blob;

	make_blob(&blob);
	blob.types[4 + 6 + 7] = 3; /* the inner structure's nameless member is itself */
	cr_assert_eq(ask_copy(&blob, sizeof(blob)), 0);
}

Test(btf, the_kernel_s_own)
{
	static const struct xns_btf_want want[] = {
		{ XNS_BTF_OFFSET, "task_struct", "nsproxy" },
		{ XNS_BTF_SIZE, "task_struct", NULL },
		{ XNS_BTF_OFFSET, "ns_common", "inum" },
		{ XNS_BTF_FUNC, "bpf_iter_task", NULL },
	};
	struct xns_btf btf;
	int32_t got[XNS_COUNT(want)];
	void *data;
	size_t size;

	if (xns_btf_map("/sys/kernel/btf/vmlinux", &data, &size) < 0)
		cr_skip_test("no kernel BTF");
	cr_assert_eq(xns_btf_init(&btf, data, size), 0);
	cr_assert_eq(xns_btf_ask(&btf, want, XNS_COUNT(want), got), 0);
	cr_assert(got[0] > 0 && got[0] < got[1]);
	cr_assert_geq(got[2], 0);
	xns_btf_unmap(data, size);
}

Test(btf, what_cannot_be_read_is_an_error)
{
	void *data;
	size_t size;

	cr_assert_eq(xns_btf_map("/nonexistent", &data, &size), -ENOENT);
	cr_assert_eq(xns_btf_map("/dev/null", &data, &size), -EINVAL);
}
