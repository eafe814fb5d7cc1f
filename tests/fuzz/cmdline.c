/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The arguments of /proc/PID/cmdline joined to one text. */
#include "config.h"

#include "private.h"
#include "scan/text.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(cmdline)
{
	char *text = fuzz_text(data, size);
	size_t len = xns_join_arguments(text, size);

	FUZZ_CHECK(len <= size);
	FUZZ_CHECK(strlen(text) == len);
	for (size_t i = 0; i < len; i++)
		FUZZ_CHECK(text[i] == (data[i] ? (char)data[i] : ' '));
	free(text);
	return 0;
}
