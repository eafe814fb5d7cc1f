/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Groups, ids and capabilities of a program that runs in other namespaces. */
#include "config.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "run/enter.h"

#define UNMAPPED ((uint64_t)UINT32_MAX)

typedef struct __user_cap_data_struct caps_data[_LINUX_CAPABILITY_U32S_3];

static int caps_get(caps_data data)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capget, &head, data) < 0 ? -errno : 0;
}

static int caps_set(caps_data data)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	return syscall(SYS_capset, &head, data) < 0 ? -errno : 0;
}

/*
 * The id of the joined user namespace to take where it has no 0: our own where it is mapped,
 * else the first that is. The map is read through the /proc held since before.
 */
static uint64_t pick_mapped(struct xns_ctx *ctx, const char *map_name, uint32_t own)
{
	xns_auto_free char *text = NULL;
	uint64_t picked = UNMAPPED;

	if (xns_read_file(ctx->proc_fd, map_name, 65536, &text) < 0)
		return UNMAPPED;
	for (char *line = text, *save = NULL; (line = strtok_r(line, "\n", &save));
	     line = NULL) {
		unsigned inner, outer, count;

		if (sscanf(line, "%u %u %u", &inner, &outer, &count) != 3)
			continue;
		if (own >= inner && own - inner < count)
			return own;
		if (picked == UNMAPPED)
			picked = inner;
	}
	return picked;
}

/* What the target has in @field ("Uid:") of its status, seen from where we are now. */
static int followed(struct xns_ctx *ctx, const struct xns_entry *plan, const char *field,
		    uint32_t *id)
{
	char value[128];
	uint64_t effective = 0;
	const char *second;
	int err = xns_proc_status(ctx, plan->target.dir, field, value, sizeof(value));

	if (err < 0)
		return err;
	second = strchr(value, '\t'); /* real, effective, saved, file system */
	if (!second ||
	    xns_parse_u64(second + 1, strcspn(second + 1, "\t"), UINT32_MAX, &effective) < 0)
		return xns_fail(ctx, EINVAL, "parse %s of process %d", field, plan->target.pid);
	*id = (uint32_t)effective;
	return 0;
}

/*
 * Which id to set: *@wanted. @what is "uid" or "gid", @field its line in status. Returns 1
 * where one is to be set, 0 where not.
 */
static int wanted_id(struct xns_ctx *ctx, const struct xns_entry *plan, enum xns_id_from from,
		     const char *field, uint32_t given, uint32_t *wanted)
{
	int err;

	switch (from) {
	case XNS_ID_GIVEN:
		*wanted = given;
		return 1;
	case XNS_ID_FOLLOW:
		err = followed(ctx, plan, field, wanted);
		return err < 0 ? err : 1;
	case XNS_ID_DEFAULT:
		*wanted = 0;
		return (plan->types & XNS_TYPE_BIT(XNS_USER)) != 0;
	default:
		return 0;
	}
}

static int note_groups(struct xns_entry *plan)
{
	snprintf(plan->note, sizeof(plan->note),
		 "the user namespace denies setgroups: supplementary groups are kept");
	return 0;
}

static void drop_groups(struct xns_ctx *ctx, struct xns_entry *plan, int *err)
{
	xns_auto_free char *text = NULL;

	if (setgroups(0, NULL) == 0)
		return;
	*err = -errno;
	if (*err == -EPERM && getgroups(0, NULL) == 0)
		*err = 0;
	else if (*err == -EPERM &&
		 xns_read_file(ctx->proc_fd, "self/setgroups", 16, &text) > 0 &&
		 strncmp(text, "deny", 4) == 0)
		*err = note_groups(plan);
	if (*err < 0)
		xns_fail(ctx, -*err, "drop the supplementary groups");
}

static int set_uid(uint32_t id)
{
	return setresuid(id, id, id);
}

static int set_gid(uint32_t id)
{
	return setresgid(id, id, id);
}

/* Sets one id; where 0 is only the default and has no mapping, another one. */
static int set_id(struct xns_ctx *ctx, struct xns_entry *plan, bool is_uid, uint32_t id,
		  bool is_default)
{
	int (*set)(uint32_t) = is_uid ? set_uid : set_gid;
	const char *what = is_uid ? "uid" : "gid";

	if (set(id) == 0)
		return 0;
	int err = errno;
	if (err == EINVAL && is_default) {
		uint64_t other = pick_mapped(ctx, is_uid ? "self/uid_map" : "self/gid_map",
					     is_uid ? getuid() : getgid());
		/* Nobody is mapped: nothing to be set, and we stay the overflow id. */
		bool stay = other == UNMAPPED;

		if (stay || set((uint32_t)other) == 0) {
			snprintf(plan->note, sizeof(plan->note),
				 stay ? "the user namespace maps no %s at all: unchanged"
				      : "the user namespace maps no %s 0: %u is taken",
				 what, (unsigned)other);
			return 0;
		}
	}
	xns_fail(ctx, err, "set %s %u", what, id);
	if (err == EINVAL)
		xns_because(ctx, "%s %u has no mapping in the user namespace", what, id);
	return -err;
}

/* Makes what is permitted survive the exec of a program that is not root's: ambient. */
static int keep_caps(struct xns_ctx *ctx)
{
	caps_data data;
	int err = caps_get(data);

	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		data[i].inheritable = data[i].effective = data[i].permitted;
	if (err == 0)
		err = caps_set(data);
	if (err < 0)
		return xns_fail(ctx, -err, "keep the capabilities");
	for (unsigned cap = 0; cap < 64; cap++)
		if ((data[cap / 32].permitted & (1u << cap % 32)) &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return xns_fail(ctx, errno, "keep capability %u", cap);
	return 0;
}

/* Takes out of the bounding set what the target's lacks; needs CAP_SETPCAP, so before setuid.
 */
static int drop_bounding(struct xns_ctx *ctx, uint64_t bounding)
{
	for (unsigned cap = 0; cap < 64; cap++) {
		if ((bounding >> cap & 1) || prctl(PR_CAPBSET_READ, cap, 0, 0, 0) != 1)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return xns_fail(ctx, errno, "drop capability %u", cap);
	}
	return 0;
}

/* The other sets follow, after setuid, which may need what is dropped here. */
static int drop_caps(struct xns_ctx *ctx, uint64_t bounding)
{
	caps_data data;
	int err = caps_get(data);

	for (int i = 0; err == 0 && i < _LINUX_CAPABILITY_U32S_3; i++) {
		uint32_t keep = (uint32_t)(bounding >> 32 * i);

		data[i].effective &= keep;
		data[i].permitted &= keep;
		data[i].inheritable &= keep;
	}
	if (err == 0)
		err = caps_set(data);
	return err < 0 ? xns_fail(ctx, -err, "drop the capabilities that the target lacks") : 0;
}

int xns_entry_ids(struct xns_ctx *ctx, struct xns_entry *plan)
{
	uint32_t uid = 0, gid = 0;
	/* Both are found out first: the target's status may be beyond reach afterwards. */
	int with_gid = wanted_id(ctx, plan, plan->o.gid_from, "Gid:", plan->o.gid, &gid);
	int with_uid = wanted_id(ctx, plan, plan->o.uid_from, "Uid:", plan->o.uid, &uid);
	int err = 0;

	if (with_gid < 0 || with_uid < 0)
		return with_gid < 0 ? with_gid : with_uid;
	if (plan->o.drop_caps && (err = drop_bounding(ctx, plan->bounding)) < 0)
		return err;
	if (plan->o.keep_caps && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return xns_fail(ctx, errno, "keep capabilities across setuid");
	if (with_gid) {
		drop_groups(ctx, plan, &err);
		if (err == 0)
			err = set_id(ctx, plan, false, gid, plan->o.gid_from == XNS_ID_DEFAULT);
	}
	if (err == 0 && with_uid)
		err = set_id(ctx, plan, true, uid, plan->o.uid_from == XNS_ID_DEFAULT);
	if (err == 0 && plan->o.drop_caps)
		err = drop_caps(ctx, plan->bounding);
	if (err == 0 && plan->o.keep_caps)
		err = keep_caps(ctx);
	return err;
}
