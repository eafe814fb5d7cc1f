/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lists the network namespaces of the machine, and below each what keeps it alive:
 *
 *	cc netns-holders.c $(pkg-config --cflags --libs xns) -o netns-holders
 */
#include <stdio.h>
#include <string.h>
#include <xns.h>

static void print_holder(const struct xns_scan *scan, const struct xns_holder *holder)
{
	const char *command = holder->proc ? xns_proc_command(scan, holder->proc) : NULL;

	printf("\t%s", xns_holder_name(holder->kind));
	if (holder->pid)
		printf(" of process %d", (int)holder->pid);
	if (holder->fd >= 0)
		printf(" number %d", holder->fd);
	if (holder->path)
		printf(" %s", holder->path);
	if (command)
		printf(" (%s)", command);
	printf("\n");
}

static void print_gaps(const struct xns_scan *scan)
{
	struct xns_gap gap = { .size = sizeof(gap) };

	for (size_t n = 0; xns_scan_gap(scan, n, &gap); n++)
		fprintf(stderr, "not seen: %s (%s)\n", gap.what, gap.cure);
}

int main(void)
{
	struct xns_ctx *ctx = NULL;
	struct xns_scan *scan = NULL;
	int err = xns_new(&ctx);

	if (err < 0) {
		fprintf(stderr, "/proc: %s\n", strerror(-err));
		return 1;
	}
	err = xns_scan_new(ctx, NULL, &scan);
	if (err < 0) {
		fprintf(stderr, "%s: %s\n", xns_error(ctx), strerror(-err));
		xns_free(ctx);
		return 1;
	}
	for (const struct xns_ns *ns = NULL; (ns = xns_scan_next_ns(scan, ns));) {
		struct xns_holder holder = { .size = sizeof(holder) };

		if (xns_ns_type(ns) != XNS_NET)
			continue;
		printf("net:[%u] %u processes\n", xns_ns_inode(ns), xns_ns_nprocs(ns));
		while (xns_ns_next_holder(scan, ns, &holder))
			print_holder(scan, &holder);
	}
	print_gaps(scan);
	xns_scan_free(scan);
	xns_free(ctx);
	return 0;
}
