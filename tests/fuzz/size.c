/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes and modes as people write them; what is written back is read back. */
#include "config.h"

#include "private.h"
#include "size.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(size)
{
	char *text = fuzz_text(data, size), shown[XNS_SIZE_TEXT];
	uint64_t bytes;
	uint32_t mode;

	if (xns_parse_size(text, &bytes) == 0) {
		FUZZ_CHECK(*text >= '0' && *text <= '9');
		FUZZ_CHECK(strlen(xns_format_size(bytes, shown)) < sizeof(shown));
	}
	if (xns_parse_mode(text, &mode) == 0) {
		FUZZ_CHECK(mode <= 07777);
		FUZZ_CHECK(strspn(text, "01234567") == strlen(text) && *text);
	}
	free(text);
	return 0;
}
