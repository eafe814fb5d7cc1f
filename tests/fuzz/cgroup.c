/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc/PID/cgroup, whose paths name containers: texts that end, within their arrays. */
#include "config.h"

#include "private.h"
#include "tests/fuzz/fuzz.h"
#include "whose/container.h"

static void check(const struct xns_whose *whose)
{
	FUZZ_CHECK(memchr(whose->runtime, '\0', sizeof(whose->runtime)));
	FUZZ_CHECK(memchr(whose->container, '\0', sizeof(whose->container)));
	FUZZ_CHECK(memchr(whose->pod, '\0', sizeof(whose->pod)));
	FUZZ_CHECK(memchr(whose->unit, '\0', sizeof(whose->unit)));
	FUZZ_CHECK(!whose->container[0] || whose->depth > 0);
}

FUZZ_TARGET(cgroup)
{
	char *text = fuzz_text(data, size), *bytes = fuzz_bytes(data, size);
	struct xns_whose whose;

	memset(&whose, 'x', sizeof(whose));
	xns_whose_from_cgroup(text, &whose);
	check(&whose);
	memset(&whose, 'x', sizeof(whose));
	xns_whose_from_path(bytes, size, &whose);
	check(&whose);
	free(text);
	free(bytes);
	return 0;
}
