/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A reader of BTF (Documentation/bpf/btf.rst) that trusts nothing it reads: every offset is
 * checked against the section it points into before it is followed.
 */
#include "config.h"

#include <fcntl.h>
#include <linux/btf.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "private.h"
#include "scan/btf.h"

#define KIND_DECL_TAG 17 /* 5.16 */
#define KIND_ENUM64   19 /* 6.0 */
#define KIND_LAST     19
#define MAX_WANTED    250
#define MAX_INNER     64        /* members without a name that one question looks into */
#define MAX_BLOB      (1 << 28) /* vmlinux has about 6 MB */

int xns_btf_init(struct xns_btf *btf, const void *data, size_t size)
{
	/* newer headers know a longer one than older kernels have: what we read is enough */
	enum { HEAD = offsetof(struct btf_header, str_len) + sizeof(uint32_t) };
	struct btf_header head = { 0 };

	if (size < HEAD)
		return -EINVAL;
	memcpy(&head, data, HEAD);
	if (head.magic != BTF_MAGIC || head.version != BTF_VERSION || head.hdr_len < HEAD ||
	    head.hdr_len > size)
		return -EINVAL;
	size -= head.hdr_len;
	if (head.type_off > size || head.type_len > size - head.type_off ||
	    head.str_off > size || head.str_len > size - head.str_off)
		return -EINVAL;
	const unsigned char *body = (const unsigned char *)data + head.hdr_len;
	*btf = (struct xns_btf){
		.types = body + head.type_off,
		.types_len = head.type_len,
		.strings = (const char *)body + head.str_off,
		.strings_len = head.str_len,
	};
	if ((uintptr_t)btf->types % _Alignof(struct btf_type) != 0)
		return -EINVAL;
	/* The first string is empty and the last one ends: any offset below is a safe string.
	 */
	if (btf->strings_len == 0 || btf->strings[0] || btf->strings[btf->strings_len - 1])
		return -EINVAL;
	return 0;
}

static const char *name_at(const struct xns_btf *btf, uint32_t offset)
{
	return offset < btf->strings_len ? btf->strings + offset : "";
}

/* How many bytes the type takes, its tail included; 0 for a kind that we do not know. */
static size_t type_size(const struct btf_type *type)
{
	static const struct {
		uint8_t fixed, each;
	} tail[KIND_LAST + 1] = {
		[BTF_KIND_INT] = { 4, 0 },        [BTF_KIND_PTR] = { 0, 0 },
		[BTF_KIND_ARRAY] = { 12, 0 },     [BTF_KIND_STRUCT] = { 0, 12 },
		[BTF_KIND_UNION] = { 0, 12 },     [BTF_KIND_ENUM] = { 0, 8 },
		[BTF_KIND_FUNC_PROTO] = { 0, 8 }, [BTF_KIND_VAR] = { 4, 0 },
		[BTF_KIND_DATASEC] = { 0, 12 },   [KIND_DECL_TAG] = { 4, 0 },
		[KIND_ENUM64] = { 0, 12 },
	};
	uint32_t kind = BTF_INFO_KIND(type->info);

	if (kind == 0 || kind > KIND_LAST)
		return 0;
	return sizeof(*type) + tail[kind].fixed + tail[kind].each * BTF_INFO_VLEN(type->info);
}

/* The type at @at bytes, and in @next where the one after it begins; NULL at a broken one. */
static const struct btf_type *type_at(const struct xns_btf *btf, size_t at, size_t *next)
{
	const struct btf_type *type = (const void *)(btf->types + at);

	if (btf->types_len - at < sizeof(*type))
		return NULL;
	size_t size = type_size(type);
	if (size == 0 || size > btf->types_len - at)
		return NULL;
	*next = at + size;
	return type;
}

/* Walks to type @id: for the few that have no name. */
static const struct btf_type *type_by_id(const struct xns_btf *btf, uint32_t id)
{
	const struct btf_type *type = NULL;
	size_t at = 0;

	for (uint32_t i = 1; i <= id; i++) {
		if (at >= btf->types_len)
			return NULL;
		type = type_at(btf, at, &at);
		if (!type)
			return NULL;
	}
	return type;
}

static bool has_members(const struct btf_type *type)
{
	uint32_t kind = BTF_INFO_KIND(type->info);

	return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

/* Byte offset of @name in @type, looking into its members without a name. */
static int32_t member_offset(const struct xns_btf *btf, const struct btf_type *type,
			     const char *name, int *inner_left)
{
	const struct btf_member *member = (const void *)(type + 1);
	uint32_t count = BTF_INFO_VLEN(type->info);

	for (uint32_t i = 0; i < count; i++) {
		uint32_t bits = member[i].offset;

		if (strcmp(name_at(btf, member[i].name_off), name) != 0)
			continue;
		if (BTF_INFO_KFLAG(type->info)) {
			if (BTF_MEMBER_BITFIELD_SIZE(bits))
				return XNS_BTF_MISSING;
			bits = BTF_MEMBER_BIT_OFFSET(bits);
		}
		return bits % 8 ? XNS_BTF_MISSING : (int32_t)(bits / 8);
	}
	for (uint32_t i = 0; i < count; i++) {
		if (*name_at(btf, member[i].name_off))
			continue;
		if ((*inner_left)-- <= 0)
			break;
		const struct btf_type *inner = type_by_id(btf, member[i].type);
		if (!inner || !has_members(inner))
			continue;
		int32_t within = member_offset(btf, inner, name, inner_left);
		if (within != XNS_BTF_MISSING)
			return within + (int32_t)(BTF_MEMBER_BIT_OFFSET(member[i].offset) / 8);
	}
	return XNS_BTF_MISSING;
}

static void answer_row(const struct xns_btf *btf, const struct btf_type *type, uint32_t id,
		       const struct xns_btf_want *want, int32_t *answer)
{
	bool is_func = BTF_INFO_KIND(type->info) == BTF_KIND_FUNC;
	int inner_left = MAX_INNER;

	if (*answer != XNS_BTF_MISSING || is_func != (want->what == XNS_BTF_FUNC))
		return;
	switch (want->what) {
	case XNS_BTF_OFFSET:
		*answer = member_offset(btf, type, want->member, &inner_left);
		break;
	case XNS_BTF_SIZE:
		*answer = type->size <= INT32_MAX ? (int32_t)type->size : XNS_BTF_MISSING;
		break;
	case XNS_BTF_STRUCT:
	case XNS_BTF_FUNC:
		*answer = (int32_t)id;
		break;
	}
}

/* Rows by what they ask for and how it begins: nearly every type is passed over at once. */
struct index {
	uint8_t first[256]; /* row + 1 */
	uint8_t next[MAX_WANTED];
	bool seen[MAX_WANTED];
	size_t unseen; /* structures and functions not met yet */
};

static uint8_t bucket_of(const char *name, bool is_func)
{
	return (uint8_t)(name[0] * 7 + (name[0] ? name[1] * 31 : 0) + is_func * 128);
}

static void make_index(struct index *index, const struct xns_btf_want *want, size_t n)
{
	memset(index, 0, sizeof(*index));
	for (size_t i = n; i-- > 0;) {
		bool is_func = want[i].what == XNS_BTF_FUNC;
		uint8_t *first = &index->first[bucket_of(want[i].name, is_func)];

		/* Only the first row of a run about the same thing is looked up. */
		if (i > 0 && strcmp(want[i].name, want[i - 1].name) == 0 &&
		    is_func == (want[i - 1].what == XNS_BTF_FUNC))
			continue;
		index->next[i] = *first;
		*first = (uint8_t)(i + 1);
		index->unseen++;
	}
}

int xns_btf_ask(const struct xns_btf *btf, const struct xns_btf_want *want, size_t n,
		int32_t *answer)
{
	struct index index;
	uint32_t id = 1;

	if (n > MAX_WANTED)
		return -EINVAL;
	for (size_t i = 0; i < n; i++)
		answer[i] = XNS_BTF_MISSING;
	make_index(&index, want, n);
	/* What all of the rows ask about is met half-way through, as a rule. */
	for (size_t at = 0; at < btf->types_len && index.unseen; id++) {
		const struct btf_type *type = type_at(btf, at, &at);

		if (!type)
			return -EINVAL;
		uint32_t kind = BTF_INFO_KIND(type->info);
		if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_FUNC)
			continue;
		const char *name = name_at(btf, type->name_off);
		uint8_t bucket = bucket_of(name, kind == BTF_KIND_FUNC);
		for (size_t i = index.first[bucket]; i; i = index.next[i - 1]) {
			if (strcmp(want[i - 1].name, name) != 0)
				continue;
			index.unseen -= !index.seen[i - 1];
			index.seen[i - 1] = true;
			for (size_t k = i - 1; k < n && strcmp(want[k].name, name) == 0; k++)
				answer_row(btf, type, id, &want[k], &answer[k]);
		}
	}
	return 0;
}

int xns_btf_map(const char *path, void **data, size_t *size)
{
	xns_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	size_t done = 0;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size <= 0 || st.st_size > MAX_BLOB)
		return -EINVAL;
	size_t want = (size_t)st.st_size;
	/* sysfs can map it since 6.16. */
	void *map = mmap(NULL, want, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (map == MAP_FAILED) {
		map = mmap(NULL, want, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);
		if (map == MAP_FAILED)
			return -errno;
		while (done < want) {
			ssize_t n = read(fd, (char *)map + done, want - done);
			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0) {
				int err = n < 0 ? errno : EINVAL;
				munmap(map, want);
				return -err;
			}
			done += (size_t)n;
		}
	}
	*data = map;
	*size = want;
	return 0;
}

void xns_btf_unmap(void *data, size_t size)
{
	munmap(data, size);
}
