/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answer to RTM_GETNSID, with any lengths in it. */
#include "config.h"

#include "ns/netnsid.h"
#include "private.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(netlink)
{
	char *answer = fuzz_bytes(data, size);
	int32_t id;

	FUZZ_CHECK(xns_netnsid_parse(answer, size, &id) <= 0);
	free(answer);
	return 0;
}
