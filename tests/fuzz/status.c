/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of /proc/PID/status, whose first one holds a name that the process chose. */
#include "config.h"

#include "private.h"
#include "scan/text.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(status)
{
	char *text = fuzz_text(data, size);
	uint32_t value;

	xns_status_number(text, "\nPPid:", 0, &value);
	xns_status_number(text, "\nUid:", 1, &value);
	xns_status_number(text, "\nUid:", 3, &value);
	free(text);
	return 0;
}
