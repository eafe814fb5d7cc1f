/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The small helpers of private.h: growing arrays, numbers as text, whole files. */
#include "config.h"

#include <fcntl.h>

#include "private.h"

int xns_grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t wanted = *cap ? *cap : 16;

	if (need <= *cap)
		return 0;
	while (wanted < need)
		if (__builtin_mul_overflow(wanted, 2, &wanted))
			return -ENOMEM;
	void *bigger = reallocarray(*(void **)array, wanted, size);
	if (!bigger)
		return -ENOMEM;
	*(void **)array = bigger;
	*cap = wanted;
	return 0;
}

int xns_take_options(void *to, size_t size, const void *from, size_t first)
{
	const unsigned char *bytes = from;
	size_t given;

	memcpy(&given, from, sizeof(given));
	if (given < first || given > 64 * 1024)
		return -EINVAL;
	for (size_t i = size; i < given; i++)
		if (bytes[i])
			return -E2BIG;
	memset(to, 0, size);
	memcpy(to, from, given < size ? given : size);
	memcpy(to, &size, sizeof(size));
	return 0;
}

int xns_parse_u64(const char *s, size_t len, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;

	if (len == 0)
		return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return -EINVAL;
	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s[i] - '0'), &v))
			return -ERANGE;
	if (v > max)
		return -ERANGE;
	*value = v;
	return 0;
}

char *xns_put_u64(char *at, uint64_t value)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = (char)('0' + value % 10);
	while (value /= 10);
	while (n)
		*at++ = digits[--n];
	*at = '\0';
	return at;
}

ssize_t xns_read_file(int dirfd, const char *name, size_t max, char **text)
{
	xns_auto_close int fd =
		openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	xns_auto_free char *buf = NULL;
	size_t cap = 0, len = 0;

	if (fd < 0)
		return -errno;
	for (;;) {
		if (xns_grow(&buf, &cap, len + 4096, 1) < 0)
			return -ENOMEM;
		ssize_t n = read(fd, buf + len, cap - len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		len += (size_t)n;
		if (len > max)
			return -EFBIG;
	}
	buf[len] = '\0';
	*text = xns_steal_ptr(&buf);
	return (ssize_t)len;
}
