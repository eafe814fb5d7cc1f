/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls a function in the network namespace of another process and tells what it returned; this
 * process itself stays where it is. Here the function counts the network interfaces:
 *
 *	cc run-in-netns.c $(pkg-config --cflags --libs xns) -o run-in-netns
 *	./run-in-netns PID
 */
#define _GNU_SOURCE /* CLONE_NEWNET */
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xns.h>

static int count_interfaces(void)
{
	struct if_nameindex *all = if_nameindex();
	int n = 0;

	while (all && all[n].if_index)
		n++;
	if_freenameindex(all);
	return n;
}

/* In a child: joins and calls. The exit code is what @function returned; 255 is a failure. */
static int call_inside(struct xns_ctx *ctx, struct xns_entry *entry, int (*function)(void))
{
	int err = xns_entry_join(ctx, entry);

	if (err == 0)
		return function();
	fprintf(stderr, "%s: %s\n", xns_error(ctx), strerror(-err));
	return 255;
}

/* What @function returns (0 to 254) in the network namespace of process @pid, or -1. */
static int call_in_netns(struct xns_ctx *ctx, const char *pid, int (*function)(void))
{
	struct xns_enter where = XNS_ENTER_INIT;
	struct xns_entry *entry = NULL;
	int status = 0;

	where.target = pid;
	where.types = CLONE_NEWNET;
	int err = xns_entry_new(ctx, &where, &entry);
	if (err < 0) {
		fprintf(stderr, "%s: %s\n", xns_error(ctx), strerror(-err));
		return -1;
	}
	pid_t child = fork();
	if (child == 0)
		_exit(call_inside(ctx, entry, function));
	if (child > 0)
		waitpid(child, &status, 0);
	xns_entry_free(entry);
	if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 255)
		return -1;
	return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct xns_ctx *ctx = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: %s PID\n", argv[0]);
		return 1;
	}
	int err = xns_new(&ctx);
	if (err < 0) {
		fprintf(stderr, "/proc: %s\n", strerror(-err));
		return 1;
	}
	int n = call_in_netns(ctx, argv[1], count_interfaces);
	if (n >= 0)
		printf("interfaces there: %d, here: %d\n", n, count_interfaces());
	xns_free(ctx);
	return n < 0;
}
