/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Our reading of mountinfo against libmount's, which lsns(8) uses: of this machine's own, with
 * namespaces on names that need escaping, and of texts such as the kernel writes. The texts
 * come from a number, so a failure comes again.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <libmount.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "ns/handle.h"
#include "private.h"
#include "scan/mountinfo.h"

static char dir[] = "/tmp/xns-mountinfo.XXXXXX";
static char file[64]; /* below it */

static void remove_dir(void)
{
	umount2(dir, MNT_DETACH); /* of this test's own mount namespace, if it made one */
	unlink(file);
	rmdir(dir);
}

static void make_dir(void)
{
	cr_assert_not_null(mkdtemp(dir));
	atexit(remove_dir); /* also when the test fails, which .fini would not be */
	snprintf(file, sizeof(file), "%s/mountinfo", dir);
}

TestSuite(mountinfo, .init = make_dir);

/* --- the comparison --------------------------------------------------------------------- */

static struct libmnt_table *theirs(const char *text, size_t len)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, text, len), (ssize_t)len);
	close(fd);
	struct libmnt_table *table = mnt_new_table_from_file(file);
	cr_assert_not_null(table);
	return table;
}

static bool may_wait(const char *fstype)
{
	static const char *const slow[] = { "fuse", "nfs", "cifs",   "smb", "9p",
					    "ceph", "afs", "autofs", "gfs", "ocfs" };

	for (size_t i = 0; i < XNS_COUNT(slow); i++)
		if (strncmp(fstype, slow[i], strlen(slow[i])) == 0)
			return true;
	return false;
}

static bool is_below(const char *path, const char *top)
{
	size_t len = strcmp(top, "/") == 0 ? 0 : strlen(top);

	return strncmp(path, top, len) == 0 && path[len] == '/';
}

/* Is the way to @path slow by libmount's table? */
static bool expect_wait(struct libmnt_table *table, const char *path)
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool wait = false;

	while (mnt_table_next_fs(table, iter, &fs) == 0)
		wait |= is_below(path, mnt_fs_get_target(fs)) &&
			may_wait(mnt_fs_get_fstype(fs));
	mnt_free_iter(iter);
	return wait;
}

/* Compares all of @text, which is changed; returns how many namespaces there were. */
static unsigned compare(const char *what, char *text)
{
	size_t len = strlen(text);
	char *again = strdup(text), *at = text;
	struct libmnt_table *table = theirs(text, len);
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct xns_nsfs_mount mine;
	struct libmnt_fs *fs;
	unsigned n = 0;

	while (mnt_table_next_fs(table, iter, &fs) == 0) {
		const char *root = mnt_fs_get_root(fs), *path = mnt_fs_get_target(fs);
		enum xns_type type;
		uint32_t inode;

		cr_assert(root && path);
		memcpy(text, again, len + 1);
		cr_assert_eq(xns_mountinfo_may_wait(text, path), expect_wait(table, path),
			     "%s: the way to %s", what, path);
		if (strcmp(mnt_fs_get_fstype(fs), "nsfs") != 0 ||
		    xns_handle_parse_link(root, strlen(root), &type, &inode) < 0)
			continue;
		/* what was read so far is gone, so one more has to be found from the start */
		memcpy(text, again, len + 1);
		at = text;
		n++;
		for (unsigned i = 0; i < n; i++)
			cr_assert(xns_mountinfo_next(&at, &mine), "%s: number %u, %s", what, n,
				  path);
		cr_assert(mine.type == type && mine.inode == inode, "%s: %s:[%u], not %s", what,
			  xns_types[mine.type].name, mine.inode, root);
		cr_assert_str_eq(mine.path, path, "%s", what);
	}
	cr_assert_not(xns_mountinfo_next(&at, &mine), "%s: one too many: %s", what, mine.path);
	mnt_free_iter(iter);
	mnt_unref_table(table);
	free(again);
	return n;
}

/* --- the kernel's text ------------------------------------------------------------------ */

Test(mountinfo, of_this_process)
{
	static const char *const names[] = { "a b",        "a\nb", "a\tb\\040",
					     "c - nsfs d", "\\",   "#e" };
	char path[128], *text;
	unsigned pinned = 0;

	if (unshare(CLONE_NEWNS) == 0 &&
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0) {
		cr_assert_eq(mount("none", dir, "tmpfs", 0, NULL), 0);
		for (size_t i = 0; i < XNS_COUNT(names); i++) {
			snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
			int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
			cr_assert_geq(fd, 0);
			close(fd);
			if (mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) == 0)
				pinned++;
		}
		cr_assert_eq(pinned, XNS_COUNT(names), "%s", strerror(errno));
	}
	cr_assert_gt(xns_read_file(AT_FDCWD, "/proc/self/mountinfo", 1 << 24, &text), 0);
	cr_assert_geq(compare("/proc/self/mountinfo", text), pinned);
	free(text);
	umount2(dir, MNT_DETACH);
}

/* --- texts like the kernel's ------------------------------------------------------------ */

static uint32_t state;

static uint32_t roll(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

#define ONE_OF(list) (list)[roll(XNS_COUNT(list))]

/* As the kernel's mangle() and seq_path() do. */
static void put_escaped(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr(" \t\n\\#", *text))
			fprintf(out, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

static void put_path(FILE *out, size_t parts)
{
	static const char *const part[] = { "run",  "netns", "a b",  "-",     " - nsfs ", "\n",
					    "\\",   "\\040", "\t\t", "\x1b[", "\xc3\xa4", "x",
					    "nsfs", "#",     "...",  "\x7f",  "\xff" };

	if (parts == 0)
		fputs("/", out);
	while (parts-- > 0) {
		fputs("/", out);
		put_escaped(out, ONE_OF(part));
	}
}

static void put_root(FILE *out, bool nsfs)
{
	static const char *const odd[] = { "/",
					   "cgroup:[]",
					   "net:[0x10]",
					   "net:[4026531840",
					   "future:[4026531840]",
					   "mnt:[99999999999]" };

	if (!nsfs)
		put_path(out, roll(3));
	else if (roll(8) == 0)
		fputs(ONE_OF(odd), out);
	else
		fprintf(out, "%s:[%u]", xns_types[roll(XNS_NTYPES)].name,
			4026531835u + roll(1000));
}

static void put_line(FILE *out, uint32_t longest)
{
	static const char *const options[] = { "rw", "ro,nosuid,nodev", "rw,relatime" };
	static const char *const types[] = {
		"ext4",  "proc", "fuse.sshfs", "nfs4",   "tmpfs",
		"nsfs2", "fuse", "fuse.nsfs",  "autofs", "cgroup2"
	};
	static const char *const tags[] = { "shared:1 ", "master:77 ", "propagate_from:3 ",
					    "unbindable " };
	static const char *const sources[] = { "none", "/dev/x y", "host:/ - nsfs ", "nsfs",
					       "-" };
	bool nsfs = roll(3) == 0;

	fprintf(out, "%u %u %u:%u ", roll(9999) + 1, roll(99), roll(260), roll(99));
	put_root(out, nsfs);
	fputc(' ', out);
	put_path(out, roll(longest));
	fprintf(out, " %s ", ONE_OF(options));
	for (size_t i = 0; i < XNS_COUNT(tags); i++)
		if (roll(3) == 0)
			fputs(tags[i], out);
	fprintf(out, "- %s ", nsfs ? "nsfs" : ONE_OF(types));
	put_escaped(out, ONE_OF(sources));
	fprintf(out, " %s", ONE_OF(options));
	fputc('\n', out);
}

static unsigned compare_made(uint32_t number, uint32_t lines, uint32_t longest)
{
	char what[64], *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	state = number;
	while (lines-- > 0)
		put_line(out, longest);
	fclose(out);
	snprintf(what, sizeof(what), "text %u", number);
	unsigned n = compare(what, text);
	free(text);
	return n;
}

Test(mountinfo, of_made_up_texts)
{
	unsigned n = 0;

	for (uint32_t number = 0; number < 200; number++)
		n += compare_made(number, number % 23, 4);
	cr_assert_gt(n, 300, "only %u namespaces were compared", n);
}

Test(mountinfo, of_very_long_lines)
{
	/* a path has 4096 bytes at most; escaped, it takes up to four times that */
	cr_assert_gt(compare_made(7, 12, 3000), 0);
}
