/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Namespace descriptors of lib/ns/handle.c, tried on this process's own. */
#include "config.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "ns/handle.h"
#include "private.h"

Test(handle, links_are_parsed)
{
	enum xns_type type = XNS_MNT;
	uint32_t inode = 0;
	static const char *const bad[] = {
		"",
		"net",
		"net:",
		"net:[]",
		"net:[1",
		"net:[1]x",
		"net:[-1]",
		"foo:[1]",
		"nets:[1]",
		"ne:[1]",
		"net:[4294967296]",
		"pid_for_children:[1]",
		"net:[1 ]",
	};

	cr_assert_eq(xns_handle_parse_link("net:[4026531833]", 16, &type, &inode), 0);
	cr_assert_eq(type, XNS_NET);
	cr_assert_eq(inode, 4026531833u);
	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_eq(xns_handle_parse_link(bad[i], strlen(bad[i]), &type, &inode),
			     -EINVAL, "'%s'", bad[i]);
}

Test(handle, own_namespaces_are_identified)
{
	char path[64], link[64];

	xns_for_each_type (t) {
		enum xns_type type, link_type;
		uint32_t inode, link_inode;

		snprintf(path, sizeof(path), "/proc/self/ns/%s", xns_types[t].name);
		ssize_t n = readlink(path, link, sizeof(link));
		if (n < 0)
			continue;
		xns_auto_close int fd = xns_handle_open(AT_FDCWD, path);
		xns_auto_close int opath = open(path, O_PATH | O_CLOEXEC);
		cr_assert_geq(fd, 0);
		cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
		cr_assert_eq(xns_handle_parse_link(link, (size_t)n, &link_type, &link_inode),
			     0);
		cr_assert_eq(xns_handle_identify(fd, &type, &inode), 0);
		cr_assert(type == t && inode == link_inode);
		cr_assert_eq(xns_handle_identify(opath, &type, &inode), 0, "O_PATH: %s", path);
		cr_assert(type == t && inode == link_inode);
	}
}

Test(handle, relations_and_ids)
{
	xns_auto_close int net = xns_handle_open(AT_FDCWD, "/proc/self/ns/net");
	xns_auto_close int owner = xns_handle_owner(net);
	enum xns_type type;
	uint32_t inode;
	uint64_t id;
	uid_t uid;

	cr_assert_geq(owner, 0);
	cr_assert_eq(xns_handle_identify(owner, &type, &inode), 0);
	cr_assert_eq(type, XNS_USER);
	cr_assert_eq(xns_handle_owner_uid(owner, &uid), 0);
	cr_assert_eq(xns_handle_owner_uid(net, &uid), -EINVAL);
	cr_assert_eq(xns_handle_parent(net), -EINVAL, "a network namespace has no parent");
	int rc = xns_handle_id(net, &id);
	cr_assert(rc == -ENOTTY || (rc == 0 && id != 0));
	if (rc == 0) {
		struct stat st;

		fstat(net, &st);
		xns_auto_close int again = xns_handle_open_id(XNS_NET, id, (uint32_t)st.st_ino);
		if (again >= 0) {
			cr_assert_eq(xns_handle_identify(again, &type, &inode), 0);
			cr_assert_eq(inode, (uint32_t)st.st_ino);
		}
	}
}

Test(handle, what_is_no_namespace_is_refused_without_opening_it)
{
	char fifo[] = "/tmp/xns-unit-XXXXXX";
	enum xns_type type;
	uint32_t inode;

	cr_assert_not_null(mkdtemp(fifo));
	char path[64];
	snprintf(path, sizeof(path), "%s/f", fifo);
	cr_assert_eq(mkfifo(path, 0600), 0);
	alarm(5); /* a blocked open would hang for ever */
	cr_assert_eq(xns_handle_open(AT_FDCWD, path), -EINVAL);
	unlink(path);
	rmdir(fifo);
	cr_assert_eq(xns_handle_open(AT_FDCWD, "/dev/null"), -EINVAL);
	cr_assert_eq(xns_handle_open(AT_FDCWD, "/nonexistent"), -ENOENT);
	xns_auto_close int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	cr_assert_eq(xns_handle_identify(null, &type, &inode), -EINVAL);
}
