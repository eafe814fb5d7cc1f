/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Listing, making and removing objects of all kinds: the public calls over sysv.c and posix.c.
 */
#include "config.h"

#include "ipc/ipc.h"

static bool is_sysv(enum xns_ipc_kind kind)
{
	return kind <= XNS_IPC_SEM;
}

/* --- listing ------------------------------------------------------------------------ */

struct xns_ipc_list {
	struct xns_ipc_object *objects;
	size_t n;
};

static int compare_names(const void *a, const void *b)
{
	const struct xns_ipc_object *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int list_kinds(struct xns_ipc *ipc, void *arg, struct xns_blob *out)
{
	unsigned kinds = *(unsigned *)arg;
	int err = 0;

	for (enum xns_ipc_kind k = 0; k < XNS_IPC_NKINDS && err == 0; k++) {
		size_t start = out->len;

		if (!(kinds & 1u << k))
			continue;
		if (is_sysv(k))
			err = xns_sysv_list(ipc, k, out);
		else if (k == XNS_IPC_PMSG)
			err = xns_mqueue_list(ipc, out);
		else
			err = xns_posix_list(ipc, k, out);
		if (!is_sysv(k) && out->len > start)
			qsort(out->data + start,
			      (out->len - start) / sizeof(struct xns_ipc_object),
			      sizeof(struct xns_ipc_object), compare_names);
	}
	return err;
}

XNS_EXPORT int xns_ipc_get_list(struct xns_ipc *ipc, unsigned kinds, struct xns_ipc_list **list)
{
	xns_auto_blob struct xns_blob out = { 0 };
	int err = xns_ipc_call(ipc, list_kinds, &kinds, &out);

	if (err < 0)
		return err;
	struct xns_ipc_list *new = malloc(sizeof(*new));
	if (!new)
		return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	new->n = out.len / sizeof(*new->objects);
	new->objects = (struct xns_ipc_object *)xns_steal_ptr(&out.data);
	*list = new;
	return 0;
}

XNS_EXPORT void xns_ipc_list_free(struct xns_ipc_list *list)
{
	if (!list)
		return;
	free(list->objects);
	free(list);
}

XNS_EXPORT const struct xns_ipc_object *xns_ipc_next(const struct xns_ipc_list *list,
						     const struct xns_ipc_object *prev)
{
	size_t next = prev ? (size_t)(prev - list->objects) + 1 : 0;

	return next < list->n ? &list->objects[next] : NULL;
}

/* --- making: all or none ------------------------------------------------------------ */

struct make_job {
	const struct xns_ipc_spec *specs;
	size_t n;
};

static int make_one(struct xns_ipc *ipc, const struct xns_ipc_spec *spec,
		    struct xns_ipc_made *made)
{
	*made = (struct xns_ipc_made){ .id = -1 };
	if ((unsigned)spec->kind >= XNS_IPC_NKINDS || (!is_sysv(spec->kind) && !spec->name))
		return xns_fail(ipc->ctx, EINVAL, "make an object of an unknown kind");
	if (is_sysv(spec->kind))
		return xns_sysv_make(ipc, spec, xns_sysv_random_key, made);
	return spec->kind == XNS_IPC_PMSG ? xns_mqueue_make(ipc, spec)
					  : xns_posix_make(ipc, spec);
}

static int remove_object(struct xns_ipc *ipc, enum xns_ipc_kind kind, int id, const char *name)
{
	if (is_sysv(kind))
		return xns_sysv_remove(kind, id);
	return kind == XNS_IPC_PMSG ? xns_mqueue_remove(ipc, name)
				    : xns_posix_remove(ipc, kind, name);
}

/* The answer: how many could be made, then what each of them is. */
static int make_all(struct xns_ipc *ipc, void *arg, struct xns_blob *out)
{
	const struct make_job *job = arg;
	xns_auto_free struct xns_ipc_made *made = calloc(job->n + 1, sizeof(*made));
	size_t done = 0;
	int err = made ? xns_blob_reserve(out, sizeof(done) + job->n * sizeof(*made)) : -ENOMEM;

	while (err == 0 && done < job->n) {
		err = make_one(ipc, &job->specs[done], &made[done]);
		done += err == 0;
	}
	if (xns_blob_add(out, &done, sizeof(done)) < 0 ||
	    (made && xns_blob_add(out, made, done * sizeof(*made)) < 0))
		err = -ENOMEM;
	if (err == -ENOMEM && !ipc->ctx->message[0])
		xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	if (err < 0)
		for (size_t i = done; i-- > 0;)
			remove_object(ipc, job->specs[i].kind, made[i].id, job->specs[i].name);
	return err;
}

/* The caller's specs, whose elements are as long as its header has them, as they are here. */
static int take_specs(struct xns_ctx *ctx, const struct xns_ipc_spec *from, size_t n,
		      struct xns_ipc_spec *to)
{
	for (size_t i = 0; i < n; i++) {
		const char *at = (const char *)from + i * from->size;
		int err = xns_take_options(&to[i], sizeof(*to), at,
					   XNS_SIZE_TO(struct xns_ipc_spec, made_key));

		if (err < 0)
			return xns_fail(ctx, -err, "take what to make");
	}
	return 0;
}

XNS_EXPORT int xns_ipc_make(struct xns_ipc *ipc, struct xns_ipc_spec *specs, size_t n,
			    size_t *failed)
{
	xns_auto_free struct xns_ipc_spec *own = calloc(n + 1, sizeof(*own));
	struct make_job job = { .specs = own, .n = n };
	xns_auto_blob struct xns_blob out = { 0 };
	size_t done = 0;

	ipc->ctx->message[0] = '\0';
	if (failed)
		*failed = 0;
	if (!own)
		return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	int err = take_specs(ipc->ctx, specs, n, own);
	if (err < 0)
		return err;
	err = xns_blob_reserve(&out, sizeof(done) + n * sizeof(struct xns_ipc_made));

	if (err < 0)
		return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	err = xns_ipc_call(ipc, make_all, &job, &out);
	if (out.len >= sizeof(done))
		memcpy(&done, out.data, sizeof(done));
	if (failed)
		*failed = done;
	for (size_t i = 0; err == 0 && i < n; i++) {
		struct xns_ipc_made made;

		struct xns_ipc_spec *spec =
			(struct xns_ipc_spec *)((char *)specs + i * specs->size);

		memcpy(&made, out.data + sizeof(done) + i * sizeof(made), sizeof(made));
		spec->id = made.id;
		spec->made_key = made.key;
	}
	return err;
}

/* --- removing ----------------------------------------------------------------------- */

struct remove_job {
	const struct xns_ipc_ref *refs;
	size_t n;
};

/* What remove_all() sends for each. */
struct removed {
	int result, id;
};

static int remove_one(struct xns_ipc *ipc, const struct xns_ipc_ref *ref, int *id)
{
	*id = ref->id;
	if ((unsigned)ref->kind >= XNS_IPC_NKINDS || (!is_sysv(ref->kind) && !ref->name))
		return -EINVAL;
	if (is_sysv(ref->kind) && ref->by_key) {
		*id = xns_sysv_find(ref->kind, ref->key);
		if (*id < 0)
			return *id;
	}
	return remove_object(ipc, ref->kind, *id, ref->name);
}

static int remove_all(struct xns_ipc *ipc, void *arg, struct xns_blob *out)
{
	const struct remove_job *job = arg;

	/* Once an object is gone, nothing must keep us from saying so. */
	if (xns_blob_reserve(out, job->n * sizeof(struct removed)) < 0)
		return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	for (size_t i = 0; i < job->n; i++) {
		struct removed one;

		one.result = remove_one(ipc, &job->refs[i], &one.id);
		if (xns_blob_add(out, &one, sizeof(one)) < 0)
			return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	}
	return 0;
}

XNS_EXPORT int xns_ipc_remove(struct xns_ipc *ipc, struct xns_ipc_ref *refs, size_t n)
{
	struct remove_job job = { .refs = refs, .n = n };
	xns_auto_blob struct xns_blob out = { 0 };
	int err = xns_blob_reserve(&out, n * sizeof(struct removed));

	if (err < 0)
		return xns_fail(ipc->ctx, ENOMEM, "allocate memory");
	err = xns_ipc_call(ipc, remove_all, &job, &out);

	for (size_t i = 0; err == 0 && i < n; i++) {
		struct removed one;

		memcpy(&one, out.data + i * sizeof(one), sizeof(one));
		refs[i].result = one.result;
		refs[i].id = one.id;
	}
	return err;
}
