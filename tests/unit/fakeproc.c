/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fake /proc trees: automake's tar would not keep their dangling links, so they are made here.
 */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>

#include "tests/unit/fakeproc.h"

void fakeproc_make(struct fakeproc *f)
{
	/* in memory where there is such a place: some tests make very many files */
	snprintf(f->dir, sizeof(f->dir), "%s/xns-fakeproc-XXXXXX",
		 access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp");
	cr_assert_not_null(mkdtemp(f->dir));
	cr_assert_eq(xns_new(&f->ctx), 0);
	int fd = open(f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cr_assert_geq(fd, 0);
	cr_assert_eq(xns_set_proc(f->ctx, fd), 0);
	close(fd);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void fakeproc_remove(struct fakeproc *f)
{
	xns_free(f->ctx);
	cr_assert(strstr(f->dir, "/xns-fakeproc-"));
	nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void make_parents(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
}

void fakeproc_file(struct fakeproc *f, const char *path, const void *text, size_t len)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", f->dir, path);
	make_parents(full);
	int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	cr_assert_geq(fd, 0, "%s", full);
	cr_assert_eq(write(fd, text, len), (ssize_t)len);
	close(fd);
}

void fakeproc_link(struct fakeproc *f, unsigned pid, const char *name, const char *text)
{
	char full[256];

	snprintf(full, sizeof(full), "%s/%u/ns/%s", f->dir, pid, name);
	make_parents(full);
	unlink(full);
	cr_assert_eq(symlink(text, full), 0);
}

void fakeproc_proc(struct fakeproc *f, unsigned pid, unsigned ppid, uint32_t base,
		   const uint32_t own[XNS_NTYPES])
{
	char path[64], text[128];

	xns_for_each_type (t) {
		snprintf(text, sizeof(text), "%s:[%u]", xns_types[t].name,
			 own && own[t] ? own[t] : base + t);
		fakeproc_link(f, pid, xns_types[t].name, text);
	}
	snprintf(path, sizeof(path), "%u/status", pid);
	snprintf(text, sizeof(text), "Name:\tp%u\nPPid:\t%u\nUid:\t%u\t%u\t0\t0\n", pid, ppid,
		 pid, pid + 1);
	fakeproc_file(f, path, text, strlen(text));
	snprintf(path, sizeof(path), "%u/cmdline", pid);
	snprintf(text, sizeof(text), "prog%u", pid);
	fakeproc_file(f, path, text, strlen(text) + 1);
}
