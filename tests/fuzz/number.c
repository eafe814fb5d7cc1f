/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers: digits only, the whole text, within the limit; against strtoull(3) as the judge. */
#include "config.h"

#include "private.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(number)
{
	uint64_t max = UINT64_MAX, value = 77;

	if (size && data[0] >= 0x80) { /* a limit, of so many bits */
		max = UINT64_MAX >> (data[0] & 63);
		data++;
		size--;
	}
	char *text = fuzz_text(data, size);
	int err = xns_parse_u64(text, size, max, &value);

	size_t digits = strspn(text, "0123456789");
	if (digits != size || size == 0) {
		FUZZ_CHECK(err == -EINVAL);
	} else {
		errno = 0;
		unsigned long long judge = strtoull(text, NULL, 10);
		if (errno == ERANGE || judge > max)
			FUZZ_CHECK(err == -ERANGE);
		else
			FUZZ_CHECK(err == 0 && value == judge);
	}
	FUZZ_CHECK(err == 0 || value == 77);
	if (err == 0 && value <= UINT32_MAX) {
		char again[16];
		char *end = xns_put_u64(again, (uint32_t)value);
		FUZZ_CHECK(*end == '\0' && strtoull(again, NULL, 10) == value);
	}
	free(text);
	return 0;
}
