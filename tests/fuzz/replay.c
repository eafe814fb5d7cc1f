/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * All fuzz targets without a fuzzer: each runs over its corpus, over every beginning of each
 * file of it, and over copies with bytes changed by a fixed pseudo-random sequence. TAP.
 */
#include "config.h"

#include <dirent.h>
#include <stdbool.h>

#include "tests/fuzz/fuzz.h"

enum { MAX_FILE = 65536, CHANGED = 300 };

/* clang-format off */
#define TARGETS(X) \
	X(btf) X(cgroup) X(cgroupline) X(cmdline) X(environ) X(idmap) X(link) X(mountinfo) \
	X(netlink) X(number) X(passwd) X(program) X(safetext) X(size) X(status) X(subid) \
	X(target)
/* clang-format on */

#define DECLARE(name) int fuzz_##name(const uint8_t *data, size_t size);
TARGETS(DECLARE)

static const struct target {
	const char *name;
	int (*run)(const uint8_t *data, size_t size);
} targets[] = {
#define ROW(name) { #name, fuzz_##name },
	TARGETS(ROW)
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void run_variants(const struct target *t, uint8_t *data, size_t size)
{
	uint32_t state = (uint32_t)size;
	uint8_t *changed = malloc(size + 1);

	FUZZ_CHECK(changed);
	t->run(data, size);
	for (size_t n = 0; n < size && n < 2048; n++)
		t->run(data, n);
	for (int i = 0; size && i < CHANGED; i++) {
		memcpy(changed, data, size);
		for (uint32_t n = next_random(&state) % 4 + 1; n; n--)
			changed[next_random(&state) % size] = (uint8_t)next_random(&state);
		t->run(changed, size);
	}
	free(changed);
}

static int run_file(const struct target *t, const char *path)
{
	uint8_t *data = malloc(MAX_FILE);
	FILE *f = fopen(path, "rbe");
	bool ok = data && f;

	if (ok)
		run_variants(t, data, fread(data, 1, MAX_FILE, f));
	if (f)
		fclose(f);
	free(data);
	return ok;
}

/* The number of files, or -1 for what is no target. */
static int run_corpus(const char *name, const char *dir_name)
{
	const struct target *t = targets, *end = targets + sizeof(targets) / sizeof(targets[0]);
	const struct dirent *entry;
	int files = 0;

	while (t < end && strcmp(t->name, name) != 0)
		t++;
	DIR *dir = t < end ? opendir(dir_name) : NULL;
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		char *path;

		if (entry->d_name[0] == '.')
			continue;
		FUZZ_CHECK(asprintf(&path, "%s/%s", dir_name, entry->d_name) > 0);
		files += run_file(t, path);
		free(path);
	}
	closedir(dir);
	return files;
}

int main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	const struct dirent *entry;
	char *corpus, *path;
	size_t done = 0, good = 0, wanted = sizeof(targets) / sizeof(targets[0]);

	if (argc > 1)
		corpus = strdup(argv[1]);
	else if (asprintf(&corpus, "%s/tests/fuzz/corpus", top ? top : ".") < 0)
		corpus = NULL;
	DIR *dir = corpus ? opendir(corpus) : NULL;
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		FUZZ_CHECK(asprintf(&path, "%s/%s", corpus, entry->d_name) > 0);
		fflush(stdout); /* where a crash ends it all */
		int files = run_corpus(entry->d_name, path);
		printf("%s %zu - %s: %d files\n", files > 0 ? "ok" : "not ok", ++done,
		       entry->d_name, files);
		good += files > 0;
		free(path);
	}
	printf("%s %zu - every target has a corpus\n", good == wanted ? "ok" : "not ok",
	       done + 1);
	printf("1..%zu\n", done + 1);
	if (dir)
		closedir(dir);
	free(corpus);
	return 0;
}
