/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line of /proc/PID/cgroup, cut at the first two colons. */
#include "config.h"

#include "private.h"
#include "run/cgroup.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(cgroupline)
{
	char *line = fuzz_text(data, size), *controllers, *path;

	if (xns_cgroup_parse(line, &controllers, &path) == 0) {
		FUZZ_CHECK(controllers > line && controllers <= line + size);
		FUZZ_CHECK(path > controllers && path <= line + size);
		FUZZ_CHECK(!strchr(controllers, ':') && path[-1] == '\0');
	}
	free(line);
	return 0;
}
