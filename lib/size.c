/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes as people write and read them. */
#include "config.h"

#include <inttypes.h>
#include <strings.h>

#include "private.h"
#include "size.h"

static const char letters[] = "KMGTPEZY";

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

/* Reads digits of @base at *@at; stops at the first other character. */
static int read_digits(const char **at, unsigned base, uint64_t *value)
{
	const char *p = *at;
	uint64_t v = 0;
	int err = 0;

	for (; digit_value(*p) < (int)base; p++)
		if (__builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)digit_value(*p), &v))
			err = -ERANGE;
	if (p == *at)
		return -EINVAL;
	*at = p;
	*value = v;
	return err;
}

/* The factor that @suffix means; 0: none. */
static int read_suffix(const char *suffix, uint64_t *factor)
{
	const char *letter = *suffix ? strchr(letters, *suffix & ~0x20) : NULL;
	uint64_t unit;

	*factor = 1;
	if (!*suffix)
		return 0;
	if (!letter ||
	    !((*suffix >= 'A' && *suffix <= 'Z') || (*suffix >= 'a' && *suffix <= 'z')))
		return -EINVAL;
	if (!suffix[1] || strcasecmp(suffix + 1, "iB") == 0)
		unit = 1024;
	else if (strcasecmp(suffix + 1, "B") == 0)
		unit = 1000;
	else
		return -EINVAL;
	for (const char *l = letters; l <= letter; l++)
		if (__builtin_mul_overflow(*factor, unit, factor))
			return -ERANGE;
	return 0;
}

/* ".5" of @factor, rounded down to whole bytes; digits past the 9th are too small to count. */
static int read_fraction(const char **at, uint64_t *numerator, uint64_t *denominator)
{
	const char *p = *at + 1;

	*numerator = 0;
	*denominator = 1;
	if (*p < '0' || *p > '9')
		return -EINVAL;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (*denominator == 1000000000)
			continue;
		*numerator = *numerator * 10 + (uint64_t)(*p - '0');
		*denominator *= 10;
	}
	*at = p;
	return 0;
}

int xns_parse_size(const char *text, uint64_t *bytes)
{
	uint64_t whole, factor, numerator = 0, denominator = 1, value;
	unsigned base = 10;
	const char *p = text;
	int range = 0, err;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	} else if (p[0] == '0' && p[1] >= '0' && p[1] <= '9') {
		base = 8;
	}
	err = read_digits(&p, base, &whole);
	if (err == -ERANGE)
		range = err;
	else if (err < 0)
		return err;
	bool fraction = *p == '.' && base == 10;
	if (fraction && read_fraction(&p, &numerator, &denominator) < 0)
		return -EINVAL;
	err = fraction && !*p ? -EINVAL : read_suffix(p, &factor);
	if (err < 0 || range < 0)
		return err == -EINVAL ? err : -ERANGE;
	/* factor * numerator can exceed 64 bits: divide the large part first */
	uint64_t part = factor / denominator * numerator +
			factor % denominator * numerator / denominator;
	if (__builtin_mul_overflow(whole, factor, &value) ||
	    __builtin_add_overflow(value, part, &value))
		return -ERANGE;
	*bytes = value;
	return 0;
}

int xns_parse_mode(const char *text, uint32_t *mode)
{
	const char *p = text;
	uint64_t value;
	int err = read_digits(&p, 8, &value);

	if (err == -EINVAL || *p)
		return -EINVAL;
	if (err < 0 || value > 07777)
		return -ERANGE;
	*mode = (uint32_t)value;
	return 0;
}

const char *xns_format_size(uint64_t bytes, char text[XNS_SIZE_TEXT])
{
	int power = 0;

	while (power < 6 && bytes >> (10 * (power + 1)))
		power++;
	if (power == 0) {
		snprintf(text, XNS_SIZE_TEXT, "%" PRIu64 "B", bytes);
		return text;
	}
	uint64_t whole = bytes >> (10 * power);
	uint64_t unit = UINT64_C(1) << (10 * power), rest = bytes & (unit - 1);
	uint64_t tenths = (rest * 10 + unit / 2) / unit; /* at most 2^60 * 10.5: fits */
	if (tenths == 10) {
		whole++;
		tenths = 0;
	}
	/* both are small now, which the types should say */
	if (tenths)
		snprintf(text, XNS_SIZE_TEXT, "%u.%u%c", (unsigned)whole, (unsigned)tenths,
			 letters[power - 1]);
	else
		snprintf(text, XNS_SIZE_TEXT, "%u%c", (unsigned)whole, letters[power - 1]);
	return text;
}
