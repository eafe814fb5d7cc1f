/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A FUSE file system that answers for a while and then never again, with a namespace mounted on
 *a file in it:
 *
 *	stalled DIRECTORY NAMESPACE
 *
 * It mounts itself on DIRECTORY, NAMESPACE (a path) on DIRECTORY/ns, keeps a descriptor of the
 * directory, says "ready", and from then on whoever asks it anything waits until it is killed.
 * Exit status 77: there is no FUSE here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static void answer(int dev, uint64_t unique, int error, void *data, size_t size)
{
	struct fuse_out_header head = { .len = (unsigned)(sizeof(head) + size),
					.error = error,
					.unique = unique };
	struct iovec io[] = { { &head, sizeof(head) }, { data, size } };

	if (writev(dev, io, 2) < 0)
		_exit(1);
}

static struct fuse_attr attributes(uint64_t node)
{
	return (struct fuse_attr){ .ino = node,
				   .mode = node == 1 ? S_IFDIR | 0755 : S_IFREG | 0644,
				   .nlink = 1 };
}

/* Each name is the one file, and nothing may be kept: the kernel has to ask every time. */
static void serve(int dev)
{
	_Alignas(8) static char request[1 << 18];
	const struct fuse_in_header *in = (const void *)request;

	while (read(dev, request, sizeof(request)) > 0) {
		struct fuse_init_out init = { .major = FUSE_KERNEL_VERSION,
					      .minor = 31,
					      .max_write = 4096 };
		struct fuse_entry_out entry = { .nodeid = 2, .attr = attributes(2) };
		struct fuse_attr_out attr = { .attr = attributes(in->nodeid) };

		switch (in->opcode) {
		case FUSE_INIT:
			answer(dev, in->unique, 0, &init, sizeof(init));
			break;
		case FUSE_LOOKUP:
			answer(dev, in->unique, 0, &entry, sizeof(entry));
			break;
		case FUSE_GETATTR:
			answer(dev, in->unique, 0, &attr, sizeof(attr));
			break;
		case FUSE_FORGET:
		case FUSE_BATCH_FORGET:
			break;
		default:
			answer(dev, in->unique, -ENOSYS, NULL, 0);
		}
	}
	_exit(1);
}

int main(int argc, char **argv)
{
	char options[128], path[4096];
	int dev = open("/dev/fuse", O_RDWR | O_CLOEXEC);

	if (argc != 3)
		return 2;
	snprintf(options, sizeof(options), "fd=%d,rootmode=40755,user_id=0,group_id=0", dev);
	if (dev < 0 || mount("stalled", argv[1], "fuse", 0, options) < 0)
		return 77;
	pid_t server = fork();
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(dev);
	}
	snprintf(path, sizeof(path), "%s/ns", argv[1]);
	int dir = open(argv[1], O_PATH | O_CLOEXEC);
	if (dir < 0 || mount(argv[2], path, NULL, MS_BIND, NULL) < 0) {
		perror(path);
		return 1;
	}
	kill(server, SIGSTOP);
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
