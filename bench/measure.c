/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs commands in turns and says what they cost: measure ROUNDS FILE. Each line of FILE is
 * "label<TAB>command with arguments". One round goes before, to warm up. For each command
 * prints label, median wall time and CPU time in microseconds, the largest peak memory in KiB,
 * and how often it failed, with tabs between.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define MAX_COMMANDS 64
#define MAX_ARGS     40

extern char **environ;

struct command {
	char *label, *argv[MAX_ARGS + 1];
	double *wall, *cpu;
	long peak;
	int failed;
};

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static double tv_us(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int read_commands(const char *path, struct command *commands, int rounds)
{
	FILE *file = fopen(path, "re");
	char line[4096];
	int n = 0;

	if (!file)
		err(1, "%s", path);
	while (n < MAX_COMMANDS && fgets(line, sizeof(line), file)) {
		char *tab = strchr(line, '\t'), *save;
		int args = 0;

		line[strcspn(line, "\n")] = '\0';
		if (!tab)
			continue;
		*tab = '\0';
		struct command *c = &commands[n++];
		c->label = strdup(line);
		for (char *word = strtok_r(strdup(tab + 1), " ", &save);
		     word && args < MAX_ARGS; word = strtok_r(NULL, " ", &save))
			c->argv[args++] = word;
		c->wall = calloc((size_t)rounds, sizeof(double));
		c->cpu = calloc((size_t)rounds, sizeof(double));
	}
	fclose(file);
	return n;
}

static void run(struct command *c, const posix_spawn_file_actions_t *actions, int round)
{
	struct rusage use;
	int status;
	pid_t pid;

	double start = now_us();
	int rc = posix_spawnp(&pid, c->argv[0], actions, NULL, c->argv, environ);
	if (rc != 0)
		errx(1, "%s: %s", c->argv[0], strerror(rc));
	if (wait4(pid, &status, 0, &use) < 0)
		err(1, "wait");
	double wall = now_us() - start;
	if (status != 0)
		c->failed++;
	if (round < 0)
		return;
	c->wall[round] = wall;
	c->cpu[round] = tv_us(use.ru_utime) + tv_us(use.ru_stime);
	if (use.ru_maxrss > c->peak)
		c->peak = use.ru_maxrss;
}

int main(int argc, char **argv)
{
	static struct command commands[MAX_COMMANDS];
	posix_spawn_file_actions_t actions;
	int rounds = argc == 3 ? atoi(argv[1]) : 0;

	if (rounds < 1 || rounds > 100000)
		errx(2, "usage: measure ROUNDS FILE");
	int n = read_commands(argv[2], commands, rounds);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	for (int round = -1; round < rounds; round++)
		for (int i = 0; i < n; i++)
			run(&commands[i], &actions, round);
	for (int i = 0; i < n; i++) {
		struct command *c = &commands[i];

		qsort(c->wall, (size_t)rounds, sizeof(double), compare);
		qsort(c->cpu, (size_t)rounds, sizeof(double), compare);
		printf("%s\t%.0f\t%.0f\t%ld\t%d\n", c->label, c->wall[rounds / 2],
		       c->cpu[rounds / 2], c->peak, c->failed);
	}
	return 0;
}
