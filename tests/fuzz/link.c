/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of an nsfs link: what is taken must be what is written back. */
#include "config.h"

#include "ns/handle.h"
#include "private.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(link)
{
	char *link = fuzz_bytes(data, size), again[64];
	enum xns_type type;
	uint32_t inode;

	if (xns_handle_parse_link(link, size, &type, &inode) == 0) {
		int n = snprintf(again, sizeof(again), "%s:[%u]", xns_types[type].name, inode);
		FUZZ_CHECK((unsigned)type < XNS_NTYPES);
		/* Leading zeros apart, the text is the canonical one. */
		FUZZ_CHECK((size_t)n <= size && link[size - 1] == ']');
		FUZZ_CHECK(memcmp(link, again, strlen(xns_types[type].name) + 2) == 0);
	}
	free(link);
	return 0;
}
