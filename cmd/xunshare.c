/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xunshare: runs a program in new namespaces. Its main. */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/util.h"
#include "cmd/xunshare.h"
#include "kernel.h"
#include "ns/type.h"

/* --- from options to a plan ------------------------------------------------------------- */

static void check_options(void)
{
	if (request.plan.setgroups == XNS_SETGROUPS_ALLOW && request.single_group)
		die("options --setgroups=allow and --map-group are mutually exclusive");
	if ((request.plan.set_monotonic || request.plan.set_boottime) &&
	    !(request.plan.flags & CLONE_NEWTIME))
		die("options --monotonic and --boottime require unsharing of a time namespace "
		    "(-T)");
	if (request.plan.init && !(request.plan.flags & CLONE_NEWPID))
		die("option --init requires unsharing of a PID namespace (-p)");
	if (request.name && !request.plan.flags)
		die("option --name requires a namespace to give the name to");
	if (request.plan.netns && (!*request.plan.netns || strchr(request.plan.netns, '/') ||
				   *request.plan.netns == '.'))
		die("invalid name: '%s'", request.plan.netns);
}

/* /run/xns/NAME, or below XDG_RUNTIME_DIR for ordinary users. */
static const char *name_directory(const char *name)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *base = geteuid() == 0 ? "/run" : runtime;

	if (!*name || strchr(name, '/') || *name == '.')
		die("invalid name: '%s'", name);
	if (!base || *base != '/')
		die("name %s: XDG_RUNTIME_DIR is not set", name);
	if (snprintf(request.directory, sizeof(request.directory), "%s/xns/%s", base, name) >=
	    (int)sizeof(request.directory))
		die("name %s: %s", name, strerror(ENAMETOOLONG));
	return request.directory;
}

static void make_plan(void)
{
	check_options();
	/* An ordinary user may map a group only where nobody can leave groups. */
	if (request.single_group && request.plan.setgroups == XNS_SETGROUPS_KEEP)
		request.plan.setgroups = XNS_SETGROUPS_DENY;
	request.plan.pin = request.pin;
	request.plan.users.ranges = request.users.v;
	request.plan.users.nranges = request.users.n;
	request.plan.groups.ranges = request.groups.v;
	request.plan.groups.nranges = request.groups.n;
	if (request.name)
		request.plan.name_dir = name_directory(request.name);
}

/* Is the variable @entry ("NAME=value") in the comma-separated @list? */
static bool in_list(const char *entry, const char *list)
{
	size_t len = strcspn(entry, "=");

	while (list && *list) {
		size_t n = strcspn(list, ",");

		if (n == len && strncmp(list, entry, n) == 0)
			return true;
		list += n + (list[n] == ',');
	}
	return false;
}

static char **environment(void)
{
	size_t n = 0;

	if (!request.clear_env)
		return environ;
	for (size_t i = 0; environ[i]; i++)
		n++;
	char **kept = calloc(n + 1, sizeof(*kept));
	if (!kept)
		die("%s", strerror(ENOMEM));
	n = 0;
	for (size_t i = 0; environ[i]; i++)
		if (in_list(environ[i], request.keep_env))
			kept[n++] = environ[i];
	return kept;
}

static void on_step(void *arg, const char *call, const char *purpose)
{
	static int n;

	fprintf(arg, "%2d. %-34s %s\n", ++n, call, purpose);
}

/*
 * "--net FILE PROGRAM", where "--net=FILE PROGRAM" was meant, has FILE for the program: the
 * hint, or an empty text.
 */
static const char *hint_at_file(char *const *argv)
{
	static char text[256];
	const char *option = argv[-1];

	xns_for_each_type (t)
		if (argv[0] && strchr(argv[0], '/') && strncmp(option, "--", 2) == 0 &&
		    strcmp(option + 2, xns_types[t].option) == 0)
			snprintf(text, sizeof(text), "a file is glued to its option: %s=%s",
				 option, argv[0]);
	return text;
}

static _Noreturn void fail(const struct xns_ctx *ctx, int rc, int exit_code,
			   const char *better_hint)
{
	const char *why = *better_hint ? better_hint : xns_hint(ctx);

	warn("%s: %s", xns_error(ctx), strerror(-rc));
	if (*why)
		hint("%s", why);
	exit(exit_code);
}

static void explain(struct xns_ctx *ctx, const struct xns_program *run, FILE *to)
{
	int rc = xns_create_explain(ctx, &request.plan, run, on_step, to);

	if (rc < 0)
		fail(ctx, rc, EXIT_FAILURE, "");
	if (to == stdout && flush_stdout() < 0)
		exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
	struct xns_program run = {
		.size = sizeof(run),
		.path = getenv("PATH"),
		.shell = getenv("SHELL"),
	};
	struct xns_ctx lazy = XNS_CTX_LAZY, *ctx = &lazy;
	int status, rc;

	program_init("xunshare");
	request.plan.size = sizeof(request.plan);
	run.argv = argv + opt_parse(&xunshare_program, NULL, argc, argv);
	if (request.forget) {
		rc = xns_forget(ctx, name_directory(request.forget));
		if (rc < 0)
			fail(ctx, rc, EXIT_FAILURE, "");
		return EXIT_SUCCESS;
	}
	make_plan();
	run.envp = environment();
	if (request.explain || request.dry_run)
		explain(ctx, &run, request.dry_run ? stdout : stderr);
	if (request.dry_run)
		return EXIT_SUCCESS;
	rc = xns_create_run(ctx, &request.plan, &run, &status);
	if (rc < 0)
		fail(ctx, rc, WEXITSTATUS(status),
		     WEXITSTATUS(status) >= EXIT_NOT_EXECUTED ? hint_at_file(run.argv) : "");
	if (flush_stdout() < 0)
		return EXIT_FAILURE;
	return xns_pass_status(status);
}
