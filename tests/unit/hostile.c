/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scanning /proc trees that somebody made up: nothing is where it should be, nothing is of the
 * kind it should be, numbers and texts are wild. A scan ends, says what it saw in numbers that
 * add up, and never waits. Each tree comes from its number alone.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <sys/stat.h>

#include "scan/snapshot.h"
#include "tests/unit/fakeproc.h"

enum { TREES = 240 };

static struct fakeproc f;
static bool made;

static void clean(void)
{
	if (made)
		fakeproc_remove(&f);
	made = false;
}

TestSuite(hostile, .fini = clean);

static uint32_t state;

static uint32_t roll(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

/* Numbers that parsers get wrong, and ordinary ones. */
static const char *number(void)
{
	static const char *const odd[] = {
		"0",          "1",
		"-1",         "2147483647",
		"2147483648", "4294967295",
		"4294967296", "18446744073709551616",
		"00012",      "1 2",
		"+7",         "0x10",
		"",           "9999999999999999999999999999999999999999999999"
	};
	static char text[4][16];
	static unsigned turn;

	if (roll(3) == 0)
		return odd[roll(XNS_COUNT(odd))];
	char *t = text[++turn % 4];
	snprintf(t, sizeof(text[0]), "%u", roll(40) + 1);
	return t;
}

static const char *link_text(void)
{
	static const char *const types[] = {
		"mnt",    "net", "pid",   "user",   "uts",  "ipc",        "cgroup", "time",
		"socket", "",    "mnt\n", "\x1b[m", "pipe", "anon_inode", "NET",    "pid:[1]",
	};
	static const char *const forms[] = { "%s:[%s]", "%s:[%s]", "%s:[%s]", "%s:[%s",
					     "%s:%s",   "%s[%s]",  "%s:[%s]x" };
	static char text[128];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(text, sizeof(text), forms[roll(XNS_COUNT(forms))],
		 types[roll(XNS_COUNT(types))], number());
#pragma GCC diagnostic pop
	return text;
}

static void path_of(char *full, size_t size, const char *path)
{
	snprintf(full, size, "%s/%s", f.dir, path);
}

static void put_link(const char *full)
{
	const char *text = link_text();

	if (symlink(*text ? text : "x", full) < 0)
		cr_assert_eq(errno, EEXIST, "%s", full);
}

/* Anything at @path: a link, a text, a FIFO, a directory, a loop, nothing. */
static void put_anything(const char *path)
{
	static char big[70 * 1024];
	char full[256], text[512];
	size_t len = 0;

	path_of(full, sizeof(full), path);
	switch (roll(9)) {
	case 0:
		cr_assert_eq(mkfifo(full, 0600), 0);
		return;
	case 1:
		mkdir(full, 0700);
		return;
	case 2: /* leads to itself */
		cr_assert_eq(symlink(full, full), 0);
		return;
	case 3:
		return;
	case 4:
		if (roll(4))
			return;
		if (!big[0])
			for (size_t i = 0; i < sizeof(big); i++)
				big[i] = "Uid:\t1\n\0PPid"[i % 12];
		fakeproc_file(&f, path, big, sizeof(big) - roll(100));
		return;
	case 5:
		len = roll(sizeof(text));
		for (size_t i = 0; i < len; i++)
			text[i] = (char)roll(256);
		fakeproc_file(&f, path, text, len);
		return;
	case 6:
		len = (size_t)snprintf(text, sizeof(text),
				       "Name:\t%s\nPPid:\t%s\nUid:\t%s\t%s\n", link_text(),
				       number(), number(), number());
		fakeproc_file(&f, path, text, len);
		return;
	case 7:
		len = (size_t)snprintf(text, sizeof(text),
				       "%s %s 0:4 %s /mnt/a\\040b\\012%s rw - nsfs nsfs rw\n"
				       "%s\n0::/docker/%s\n",
				       number(), number(), link_text(), number(), link_text(),
				       link_text());
		fakeproc_file(&f, path, text, len);
		return;
	default:
		put_link(full);
	}
}

static void make_dir(const char *path)
{
	char full[256];

	path_of(full, sizeof(full), path);
	mkdir(full, 0700);
}

static void make_links(const char *dir)
{
	static const char *const names[] = { "mnt",
					     "net",
					     "pid",
					     "user",
					     "uts",
					     "ipc",
					     "time",
					     "cgroup",
					     "bogus",
					     "pid_for_children",
					     "time_for_children" };
	char path[160], full[256];

	make_dir(dir);
	for (size_t i = 0; i < XNS_COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		path_of(full, sizeof(full), path);
		if (roll(4) == 0)
			put_anything(path);
		else
			put_link(full);
	}
}

static void make_process(const char *pid)
{
	static const char *const files[] = { "status",    "cmdline", "comm",   "cgroup",
					     "mountinfo", "stat",    "environ" };
	char path[160];

	make_dir(pid);
	for (size_t i = 0; i < XNS_COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", pid, files[i]);
		put_anything(path);
	}
	snprintf(path, sizeof(path), "%s/ns", pid);
	if (roll(6) == 0)
		put_anything(path);
	else
		make_links(path);
	snprintf(path, sizeof(path), "%s/fd", pid);
	make_dir(path);
	for (uint32_t i = roll(4); i; i--) {
		snprintf(path, sizeof(path), "%s/fd/%u%s", pid, i, roll(8) ? "" : "x");
		put_anything(path);
	}
	snprintf(path, sizeof(path), "%s/task", pid);
	make_dir(path);
	for (uint32_t i = roll(3); i; i--) {
		snprintf(path, sizeof(path), "%s/task/%u", pid, i * 7);
		make_dir(path);
		snprintf(path, sizeof(path), "%s/task/%u/ns", pid, i * 7);
		make_links(path);
	}
}

static void make_tree(uint32_t number_of_tree)
{
	static const char *const others[] = { "self", "thread-self",          "net", "00",
					      "1x",   "99999999999999999999", "-5",  " 3" };
	char pid[16];

	state = number_of_tree * 2654435761u;
	for (uint32_t i = roll(8); i; i--) {
		snprintf(pid, sizeof(pid), "%u", i * (roll(3) + 1));
		char full[256];
		path_of(full, sizeof(full), pid);
		struct stat st;
		if (lstat(full, &st) == 0)
			continue;
		if (roll(8) == 0)
			put_anything(pid);
		else
			make_process(pid);
	}
	for (size_t i = 0; i < XNS_COUNT(others); i++) {
		if (roll(3))
			put_anything(others[i]);
		else
			make_process(others[i]);
	}
}

/* Asks everything, and adds up what can be added up. */
static void check_scan(const struct xns_scan *scan, uint32_t tree)
{
	size_t counted = 0, members = 0;
	uint32_t last = 0;

	for (const struct xns_ns *ns = NULL; (ns = xns_scan_next_ns(scan, ns));) {
		const struct xns_proc *leader = xns_ns_leader(scan, ns);

		cr_assert_geq(xns_ns_inode(ns), last, "tree %u", tree);
		last = xns_ns_inode(ns);
		counted += xns_ns_nprocs(ns);
		cr_assert_eq(leader != NULL, xns_ns_nprocs(ns) > 0, "tree %u", tree);
		if (leader)
			cr_assert_eq(xns_proc_ns(scan, leader, xns_ns_type(ns)), ns, "tree %u",
				     tree);
	}
	for (const struct xns_proc *p = NULL; (p = xns_scan_next_proc(scan, p));) {
		const char *command = xns_proc_command(scan, p);
		uid_t uid;

		cr_assert_gt(xns_proc_pid(p), 0);
		xns_proc_ppid(scan, p);
		xns_proc_uid(scan, p, &uid);
		cr_assert_lt(command ? strlen(command) : 0, 256 * 1024);
		xns_for_each_type (t)
			members += xns_proc_ns(scan, p, t) != NULL;
	}
	cr_assert_eq(counted, members, "tree %u: %zu members, %zu counted", tree, members,
		     counted);
}

/* The time limit is there to end a scan that waits for a FIFO. */
Test(hostile, trees, .timeout = 120)
{
	for (uint32_t tree = 0; tree < TREES; tree++) {
		struct xns_scan_options options = {
			.size = sizeof(options),
			.what = tree % 2 ? XNS_SCAN_ALL | XNS_SCAN_LEADERS : XNS_SCAN_OWNER_UIDS
		};
		struct xns_scan *scan = NULL;

		fakeproc_make(&f);
		made = true;
		make_tree(tree);
		int err = xns_scan_new(f.ctx, &options, &scan);
		cr_assert_eq(err, 0, "tree %u: %s: %s", tree, xns_error(f.ctx), strerror(-err));
		check_scan(scan, tree);
		xns_scan_free(scan);
		clean();
	}
}
