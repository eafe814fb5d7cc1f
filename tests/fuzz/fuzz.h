/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A fuzz target is one function that takes any bytes and must not misbehave: built with
 * libFuzzer by tests/fuzz/run, and linked with all the others into tests/fuzz/replay, which
 * make check runs over the corpora.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FUZZ_LIBFUZZER
#define FUZZ_TARGET(name)                                             \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
#else
#define FUZZ_TARGET(name)                                  \
	int fuzz_##name(const uint8_t *data, size_t size); \
	int fuzz_##name(const uint8_t *data, size_t size)
#endif

/* What must hold whatever the input was. */
#define FUZZ_CHECK(condition)                                                      \
	do {                                                                       \
		if (!(condition)) {                                                \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
				#condition);                                       \
			abort();                                                   \
		}                                                                  \
	} while (0)

/* A copy of exactly @size bytes and a NUL, so that a sanitizer sees every byte read beyond. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	FUZZ_CHECK(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* The same without the NUL, for what is told the length. */
static inline void *fuzz_bytes(const uint8_t *data, size_t size)
{
	void *bytes = malloc(size ? size : 1);

	FUZZ_CHECK(bytes);
	if (size)
		memcpy(bytes, data, size);
	return bytes;
}

#endif
