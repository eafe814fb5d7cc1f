/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes and modes of lib/size.c: what is read, what is refused, how sizes are written. */
#include "config.h"

#include <criterion/criterion.h>
#include <inttypes.h>

#include "private.h"
#include "size.h"

Test(size, sizes_are_read_whole)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "0", 0 },
		{ "1", 1 },
		{ "010", 8 },
		{ "0x10", 16 },
		{ "0X1f", 31 },
		{ "0x10K", 16384 },
		{ "1K", 1024 },
		{ "1k", 1024 },
		{ "1KiB", 1024 },
		{ "1kib", 1024 },
		{ "1KB", 1000 },
		{ "1kb", 1000 },
		{ "2M", 2097152 },
		{ "2MB", 2000000 },
		{ "1G", 1073741824 },
		{ "3T", 3298534883328 },
		{ "1P", 1125899906842624 },
		{ "15E", UINT64_C(15) << 60 },
		{ "18EB", UINT64_C(18000000000000000000) },
		{ "1.5K", 1536 },
		{ "0.5M", 524288 },
		{ "0.0001KB", 0 },
		{ "1.999999999999999999K", 2047 },
		{ "15.999999999E", UINT64_C(18446744072556630111) },
		{ "18446744073709551615", UINT64_MAX },
		{ "0xffffffffffffffff", UINT64_MAX },
	};

	for (size_t i = 0; i < XNS_COUNT(good); i++) {
		uint64_t bytes = 7;

		cr_assert_eq(xns_parse_size(good[i].text, &bytes), 0, "%s", good[i].text);
		cr_assert_eq(bytes, good[i].bytes, "%s: %" PRIu64, good[i].text, bytes);
	}
}

Test(size, what_is_no_size_is_refused)
{
	static const char *const bad[] = {
		"",    "-1",  "+1",  " 1",   "1 ",   "x",      "1x",  "0x",  "0xg",   "08",
		"09K", "1.5", "1.",  "1.K",  ".5K",  "K",      "1B",  "1iB", "1KiBx", "1KK",
		"1Ki", "1K1", "1e3", "1,5K", "1KB ", "0x1.8K", "1\n", "1@",  "1\x0b", "1k\xff",
	};
	static const char *const large[] = {
		"18446744073709551616",
		"16E",
		"1Z",
		"1Y",
		"0x10000000000000000",
		"99999999999999999999",
		"19EB",
		"15.99999999999999999999Z",
	};
	uint64_t bytes = 7;

	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_eq(xns_parse_size(bad[i], &bytes), -EINVAL, "'%s'", bad[i]);
	for (size_t i = 0; i < XNS_COUNT(large); i++)
		cr_assert_eq(xns_parse_size(large[i], &bytes), -ERANGE, "'%s'", large[i]);
	cr_assert_eq(bytes, 7, "a failure leaves the value alone");
}

Test(size, modes)
{
	static const char *const bad[] = { "", "8", "-1", "+7", " 7", "7 ", "u=rw", "0x7" };
	uint32_t mode = 1;

	cr_assert_eq(xns_parse_mode("0", &mode), 0);
	cr_assert_eq(mode, 0);
	cr_assert_eq(xns_parse_mode("0644", &mode), 0);
	cr_assert_eq(mode, 0644);
	cr_assert_eq(xns_parse_mode("7777", &mode), 0);
	cr_assert_eq(mode, 07777);
	cr_assert_eq(xns_parse_mode("10000", &mode), -ERANGE);
	cr_assert_eq(xns_parse_mode("7777777777777777777777777", &mode), -ERANGE);
	for (size_t i = 0; i < XNS_COUNT(bad); i++)
		cr_assert_eq(xns_parse_mode(bad[i], &mode), -EINVAL, "'%s'", bad[i]);
	cr_assert_eq(mode, 07777);
}

Test(size, sizes_are_written)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} all[] = {
		{ 0, "0B" },
		{ 1023, "1023B" },
		{ 1024, "1K" },
		{ 1075, "1K" },
		{ 1076, "1.1K" },
		{ 12345, "12.1K" },
		{ 1048000, "1023.4K" },
		{ 1048575, "1024K" },
		{ 1048576, "1M" },
		{ 1205862, "1.1M" },
		{ 1205863, "1.2M" },
		{ 3000000000, "2.8G" },
		{ UINT64_C(1) << 44, "16T" },
		{ UINT64_MAX, "16E" },
	};
	char text[XNS_SIZE_TEXT];

	for (size_t i = 0; i < XNS_COUNT(all); i++)
		cr_assert_str_eq(xns_format_size(all[i].bytes, text), all[i].text);
}
