/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* subuid(5): only a line whose whole first field is the name or the number counts. */
#include "config.h"

#include "private.h"
#include "run/idmap.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(subid)
{
	char *text = fuzz_text(data, size);
	struct xns_idrange range;

	if (xns_subid_find(text, "user", 1000, &range) == 0)
		FUZZ_CHECK(strstr(text, "user:") || strstr(text, "1000:"));
	if (xns_subid_find(text, NULL, 0, &range) == 0)
		FUZZ_CHECK(strstr(text, "0:"));
	free(text);
	return 0;
}
