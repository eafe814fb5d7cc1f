/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of mountinfo: what is taken out of it lies within it. */
#include "config.h"

#include "private.h"
#include "scan/mountinfo.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(mountinfo)
{
	char *text = fuzz_text(data, size), *other = fuzz_text(data, size);
	struct xns_nsfs_mount mount;
	char *at = text;

	while (xns_mountinfo_next(&at, &mount)) {
		FUZZ_CHECK((unsigned)mount.type < XNS_NTYPES);
		FUZZ_CHECK(mount.path >= text &&
			   mount.path + strlen(mount.path) <= text + size);
	}
	FUZZ_CHECK(at >= text && at <= text + size);
	xns_mountinfo_may_wait(other, "/run/netns/a");
	free(text);
	free(other);
	return 0;
}
