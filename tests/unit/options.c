/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structs that begin with their size: of programs older and newer than the library. */
#include "config.h"

#include <criterion/criterion.h>
#include <sys/wait.h>

#include "private.h"

struct now {
	size_t size;
	int first, last;
	int added; /* by a later release */
};

#define FIRST XNS_SIZE_TO(struct now, last)

Test(options, an_older_program_is_understood)
{
	struct {
		size_t size;
		int first, last;
	} old = { .size = FIRST, .first = 1, .last = 2 };
	struct now now = { .added = 99 };

	cr_assert_eq(xns_take_options(&now, sizeof(now), &old, FIRST), 0);
	cr_assert_eq(now.size, sizeof(now));
	cr_assert_eq(now.first, 1);
	cr_assert_eq(now.last, 2);
	cr_assert_eq(now.added, 0);
}

Test(options, what_a_newer_program_sets_is_not_passed_over)
{
	struct {
		struct now now;
		char newer[16];
	} next = { .now = { .size = sizeof(next), .added = 3 } };
	struct now now;

	cr_assert_eq(xns_take_options(&now, sizeof(now), &next, FIRST), 0);
	cr_assert_eq(now.added, 3);
	next.newer[15] = 1;
	cr_assert_eq(xns_take_options(&now, sizeof(now), &next, FIRST), -E2BIG);
}

Test(options, a_size_that_is_none)
{
	struct now now = { .size = FIRST - 1 }, to = { .first = 7 };

	cr_assert_eq(xns_take_options(&to, sizeof(to), &now, FIRST), -EINVAL);
	now.size = SIZE_MAX;
	cr_assert_eq(xns_take_options(&to, sizeof(to), &now, FIRST), -EINVAL);
	cr_assert_eq(to.first, 7);
}

/* Through the public functions: as from a header with one more member than ours. */
Test(options, all_calls_refuse_what_they_do_not_know)
{
	struct {
		struct xns_scan_options scan;
		char more;
	} scan = { .scan.size = sizeof(scan), .more = 1 };
	struct {
		struct xns_enter enter;
		char more;
	} enter = { .enter = XNS_ENTER_INIT, .more = 1 };
	struct {
		struct xns_create create;
		char more;
	} create = { .create.size = sizeof(create), .more = 1 };
	char *argv[] = { NULL };
	struct {
		struct xns_program program;
		char more;
	} program = { .program = { .size = sizeof(program), .argv = argv, .envp = argv },
		      .more = 1 };
	struct xns_create plan = { .size = sizeof(plan) };
	struct xns_scan *found = NULL;
	struct xns_entry *entry = NULL;
	struct xns_ctx *ctx;
	int status;

	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(xns_scan_new(ctx, &scan.scan, &found), -E2BIG);
	enter.enter.size = sizeof(enter);
	cr_assert_eq(xns_entry_new(ctx, &enter.enter, &entry), -E2BIG);
	cr_assert_eq(xns_create_run(ctx, &create.create, &program.program, &status), -E2BIG);
	cr_assert_eq(xns_create_run(ctx, &plan, &program.program, &status), -E2BIG);
	cr_assert_eq(WEXITSTATUS(status), 1);
	plan.size = 8;
	cr_assert_eq(xns_create_run(ctx, &plan, &program.program, &status), -EINVAL);
	xns_free(ctx);
}

/* The elements of an array are as long as the caller's header has them. */
Test(options, an_array_of_newer_structs)
{
	struct {
		struct xns_ipc_spec spec;
		char more[40];
	} specs[2] = { { .spec = { .size = sizeof(specs[0]), .kind = XNS_IPC_NKINDS } },
		       { .spec = { .size = sizeof(specs[0]), .kind = XNS_IPC_NKINDS } } };
	struct xns_ipc *ipc;
	struct xns_ctx *ctx;
	size_t failed = 9;

	cr_assert_eq(xns_new(&ctx), 0);
	cr_assert_eq(xns_ipc_open(ctx, NULL, &ipc), 0);
	cr_assert_eq(xns_ipc_make(ipc, &specs[0].spec, 2, &failed), -EINVAL);
	cr_assert_eq(failed, 0u);
	specs[1].more[39] = 1;
	cr_assert_eq(xns_ipc_make(ipc, &specs[0].spec, 2, &failed), -E2BIG);
	xns_ipc_close(ipc);
	xns_free(ctx);
}
