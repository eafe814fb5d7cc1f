/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel alone costs: the least that any program must do to learn every process's
 * namespaces. Nothing is kept and nothing is printed.
 *
 *   limit links   open each /proc/PID/ns (O_PATH), read the eight links
 *   limit bpf     run the task iterator's program over all tasks and drop its records
 */
#include "config.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>

#include "private.h"
#include "scan/bpf.h"
#include "scan/bpfprog.h"

static int links(void)
{
	static const char *const names[] = { "mnt", "net",  "pid",    "uts",
					     "ipc", "user", "cgroup", "time" };
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[64], link[64];

	if (!proc)
		err(1, "/proc");
	while ((entry = readdir(proc))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		strcpy(stpcpy(path, entry->d_name), "/ns");
		int ns = openat(dirfd(proc), path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (ns < 0)
			continue;
		for (size_t i = 0; i < XNS_COUNT(names); i++)
			if (readlinkat(ns, names[i], link, sizeof(link)) < 0)
				continue;
		close(ns);
	}
	closedir(proc);
	return 0;
}

static int bpf(void)
{
	static struct xns_asm program;
	static char buf[1 << 16];
	struct xns_kernel_facts facts;
	struct xns_btf btf;
	void *data;
	size_t size;
	ssize_t n;

	if (xns_btf_map("/sys/kernel/btf/vmlinux", &data, &size) < 0 ||
	    xns_btf_init(&btf, data, size) < 0 || xns_bpf_facts(&btf, &facts) < 0)
		errx(1, "no usable BTF");
	xns_bpf_task_program(&program, &facts, 0);
	xns_auto_close int fd = xns_bpf_iterate(&program, xns_bpf_task_iterator(&facts), 0);
	if (fd < 0)
		errx(1, "bpf: %s", strerror(-fd));
	while ((n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EAGAIN))
		continue;
	return n < 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "links") == 0)
		return links();
	if (argc == 2 && strcmp(argv[1], "bpf") == 0)
		return bpf();
	errx(2, "usage: limit links|bpf");
}
