/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Namespaces that outlive their processes: files to bind them on are found or made, the binds
 * are made all or none, and everything can be taken back. Runs in the helper, since it is the
 * old mount namespace where the files are.
 */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "kernel.h"
#include "run/run.h"

struct xns_pin {
	enum xns_type type;
	int target;          /* O_PATH: the file to bind on, or -1 */
	ino_t bound;         /* the namespace that was bound, or 0 */
	bool made;           /* we made the file */
	char path[PATH_MAX]; /* absolute */
};

bool xns_pins_wanted(const struct xns_run *run)
{
	const struct xns_create *plan = run->plan;

	if (plan->name_dir || plan->netns)
		return true;
	xns_for_each_type (t)
		if (plan->pin && plan->pin[t])
			return true;
	return false;
}

static int make_absolute(struct xns_run *run, struct xns_pin *pin, const char *path)
{
	char cwd[PATH_MAX] = "";

	if (*path != '/' && !getcwd(cwd, sizeof(cwd)))
		return xns_fail(run->ctx, errno, "find the working directory");
	int n = snprintf(pin->path, sizeof(pin->path), "%s%s%s", cwd, *cwd ? "/" : "", path);
	if (n < 0 || n >= (int)sizeof(pin->path))
		return xns_fail(run->ctx, ENAMETOOLONG, "open %s", path);
	return 0;
}

/* Takes the file at @path for @type; with @make it must not exist yet. */
static int add_pin(struct xns_run *run, struct xns_pins *pins, enum xns_type type,
		   const char *path, bool make)
{
	if (xns_grow(&pins->v, &pins->cap, pins->n + 1, sizeof(*pins->v)) < 0)
		return xns_fail(run->ctx, ENOMEM, "pin a namespace");
	struct xns_pin *pin = &pins->v[pins->n];
	*pin = (struct xns_pin){ .type = type, .target = -1 };
	int rc = make_absolute(run, pin, path);
	if (rc < 0)
		return rc;
	if (make) {
		int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0444);

		if (fd < 0) {
			xns_fail(run->ctx, errno, "create %s", path);
			if (errno == EEXIST)
				xns_because(run->ctx, "the name is taken");
			return -errno;
		}
		close(fd);
		pin->made = true;
	}
	pins->n++;
	pin->target = xns_open_target(run->ctx, path);
	if (pin->target == -ENOENT)
		xns_because(run->ctx, "the file has to be there: touch(1) makes one");
	return pin->target < 0 ? pin->target : 0;
}

/* mkdir for a directory that all names share; it may be there. */
static int make_base(struct xns_run *run, const char *dir)
{
	struct stat st;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return xns_fail(run->ctx, errno, "make the directory %s", dir);
	if (lstat(dir, &st) < 0)
		return xns_fail(run->ctx, errno, "find %s", dir);
	if (!S_ISDIR(st.st_mode) || (st.st_uid != run->euid && st.st_uid != 0)) {
		xns_fail(run->ctx, ENOTDIR, "use %s", dir);
		xns_because(run->ctx, "it is no directory of root or of this user");
		return -ENOTDIR;
	}
	return 0;
}

/*
 * A directory of our own, mounted on itself and private: a mount namespace can only be pinned
 * on a mount that does not propagate.
 */
static int make_name_dir(struct xns_run *run, struct xns_pins *pins)
{
	const char *dir = run->plan->name_dir;
	char path[PATH_MAX];
	int rc;

	snprintf(path, sizeof(path), "%s", dir);
	char *slash = strrchr(path, '/');
	if (slash && slash != path) {
		*slash = '\0';
		rc = make_base(run, path);
		if (rc < 0)
			return rc;
	}
	if (mkdir(dir, 0700) < 0) {
		rc = xns_fail(run->ctx, errno, "make the directory %s", dir);
		if (rc == -EEXIST)
			xns_because(run->ctx, "the name is taken; --forget gives it up");
		return rc;
	}
	pins->made_dir = dir;
	if (mount(dir, dir, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, dir, NULL, MS_PRIVATE, NULL) < 0) {
		rc = xns_fail(run->ctx, errno, "mount %s on itself", dir);
		xns_why_pin(run, -rc, XNS_NTYPES);
		return rc;
	}
	xns_for_each_type (t) {
		if (!(run->flags & xns_types[t].flag))
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, xns_types[t].name);
		rc = add_pin(run, pins, t, path, true);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* As "ip netns add" does: a shared mount, so that other mount namespaces see the names. */
static int make_netns(struct xns_run *run, struct xns_pins *pins)
{
	const char *dir = run->plan->netns_dir;
	char path[PATH_MAX];
	int rc = make_base(run, dir);

	if (rc < 0)
		return rc;
	if (mount("", dir, "none", MS_SHARED | MS_REC, NULL) < 0) {
		if (errno != EINVAL || mount(dir, dir, "none", MS_BIND | MS_REC, NULL) < 0 ||
		    mount("", dir, "none", MS_SHARED | MS_REC, NULL) < 0) {
			rc = xns_fail(run->ctx, errno, "mount %s on itself", dir);
			xns_why_pin(run, -rc, XNS_NET);
			return rc;
		}
	}
	if (snprintf(path, sizeof(path), "%s/%s", dir, run->plan->netns) >= (int)sizeof(path))
		return xns_fail(run->ctx, ENAMETOOLONG, "create %s", run->plan->netns);
	return add_pin(run, pins, XNS_NET, path, true);
}

int xns_pins_prepare(struct xns_run *run, struct xns_pins *pins)
{
	const struct xns_create *plan = run->plan;
	int rc = 0;

	xns_for_each_type (t) {
		if (rc == 0 && plan->pin && plan->pin[t])
			rc = add_pin(run, pins, t, plan->pin[t], false);
	}
	if (rc == 0 && plan->name_dir)
		rc = make_name_dir(run, pins);
	if (rc == 0 && plan->netns)
		rc = make_netns(run, pins);
	if (rc < 0)
		xns_pins_undo(pins);
	return rc;
}

static int bind_one(struct xns_run *run, struct xns_pin *pin, pid_t pid)
{
	const struct xns_type_info *type = &xns_types[pin->type];
	const char *link = type->for_children ? type->for_children : type->name;
	char source[64];
	struct stat st;

	/* The children's namespace is the new one: the caller itself stays in its own. */
	snprintf(source, sizeof(source), "%d/ns/%s", (int)pid, link);
	xns_auto_close int tree = (int)syscall(SYS_open_tree, run->ctx->proc_fd, source,
					       XNS_OPEN_TREE_CLONE | XNS_OPEN_TREE_CLOEXEC);
	if (tree >= 0 && fstat(tree, &st) == 0 &&
	    syscall(SYS_move_mount, tree, "", pin->target, "",
		    XNS_MOVE_MOUNT_F_EMPTY_PATH | XNS_MOVE_MOUNT_T_EMPTY_PATH) == 0) {
		pin->bound = st.st_ino;
		return 0;
	}
	int rc = xns_fail(run->ctx, errno, "bind /proc/%s on %s", source, pin->path);
	xns_why_pin(run, -rc, pin->type);
	return rc;
}

/* Nothing of the mounts is kept open: the program, or who comes after it, may unmount them. */
int xns_pins_bind(struct xns_run *run, struct xns_pins *pins, pid_t pid)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < pins->n; i++)
		rc = bind_one(run, &pins->v[i], pid);
	for (size_t i = 0; i < pins->n; i++)
		close(xns_steal_fd(&pins->v[i].target));
	if (rc < 0)
		xns_pins_undo(pins);
	if (chdir("/") < 0)
		return rc; /* then it is the old directory that is kept busy for a moment */
	return rc;
}

/* Unmounts what is on the file, if it still is the namespace that we bound. */
static void unbind(const struct xns_pin *pin)
{
	struct xns_ctx ctx = { .proc_fd = -1 };
	xns_auto_close int fd = xns_open_target(&ctx, pin->path);
	char path[32] = "/proc/self/fd/";
	struct statfs fs;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0 ||
	    fs.f_type != XNS_NSFS_MAGIC || st.st_ino != pin->bound)
		return;
	xns_put_u64(path + strlen(path), (uint32_t)fd);
	umount2(path, MNT_DETACH);
}

void xns_pins_undo(struct xns_pins *pins)
{
	while (pins->n) {
		struct xns_pin *pin = &pins->v[--pins->n];

		if (pin->bound)
			unbind(pin);
		if (pin->target >= 0)
			close(pin->target);
		if (pin->made)
			unlink(pin->path);
	}
	if (pins->made_dir) {
		umount2(pins->made_dir, MNT_DETACH | UMOUNT_NOFOLLOW);
		rmdir(pins->made_dir);
		pins->made_dir = NULL;
	}
}

XNS_EXPORT int xns_forget(struct xns_ctx *ctx, const char *dir)
{
	xns_auto_close int fd = open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char path[PATH_MAX];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return xns_fail(ctx, errno, "find %s", dir);
	if (st.st_uid != geteuid()) {
		xns_fail(ctx, EPERM, "forget %s", dir);
		xns_because(ctx, "it belongs to user %u", st.st_uid);
		return -EPERM;
	}
	/* The mounts above go first: they hide the files. */
	if (umount2(dir, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && errno != EINVAL)
		return xns_fail(ctx, errno, "unmount %s", dir);
	xns_for_each_type (t) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, xns_types[t].name) >=
		    (int)sizeof(path))
			return xns_fail(ctx, ENAMETOOLONG, "forget %s", dir);
		if (unlink(path) < 0 && errno != ENOENT)
			return xns_fail(ctx, errno, "remove %s", path);
	}
	if (rmdir(dir) < 0)
		return xns_fail(ctx, errno, "remove %s", dir);
	return 0;
}
