/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the kernel alone costs: the least that any program must do to learn every process's
 * namespaces. Nothing is kept and nothing is printed.
 *
 *   limit links   open each /proc/PID/ns (O_PATH), read the eight links
 *   limit proc    all that finding what has no process takes: ten links, whether there are
 *                 threads, and where each descriptor leads
 *   limit bpf     run the task iterator's program over all tasks and drop its records
 */
#include "config.h"

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "private.h"
#include "scan/bpf.h"
#include "scan/bpfprog.h"

static void read_link(int dir, const char *name)
{
	char link[256];

	if (readlinkat(dir, name, link, sizeof(link)) < 0)
		return; /* gone, or a type that this kernel lacks: it has cost what it costs */
}

static void read_namespaces(int proc, const char *pid, size_t n)
{
	static const char *const names[] = { "mnt",
					     "net",
					     "pid",
					     "uts",
					     "ipc",
					     "user",
					     "cgroup",
					     "time",
					     "pid_for_children",
					     "time_for_children" };
	char path[64];

	strcpy(stpcpy(path, pid), "/ns");
	xns_auto_close int ns = openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; ns >= 0 && i < n; i++)
		read_link(ns, names[i]);
}

static void read_descriptors(int proc, const char *pid)
{
	struct dirent *entry;
	struct stat st;
	char path[64];

	strcpy(stpcpy(path, pid), "/task");
	if (fstatat(proc, path, &st, 0) < 0)
		return;
	strcpy(stpcpy(path, pid), "/fd");
	int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			read_link(fd, entry->d_name);
	if (dir)
		closedir(dir);
}

static int read_proc(bool all)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		err(1, "/proc");
	while ((entry = readdir(proc))) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		read_namespaces(dirfd(proc), entry->d_name, all ? 10 : 8);
		if (all)
			read_descriptors(dirfd(proc), entry->d_name);
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
		return read_proc(false);
	if (argc == 2 && strcmp(argv[1], "proc") == 0)
		return read_proc(true);
	if (argc == 2 && strcmp(argv[1], "bpf") == 0)
		return bpf();
	errx(2, "usage: limit links|proc|bpf");
}
