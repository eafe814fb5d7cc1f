/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The threads of xns_read_many(). Each takes the next few of what is to be read, and when it
 * has them waits for its turn to add them: so the snapshot is the same whatever runs first.
 */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "scan/parallel.h"

enum {
	CHUNK = 64,
	WORTH_IT = 400, /* fewer are read before a thread has started */
	MAX_THREADS = 8,
};

struct work {
	struct xns_scan *s;
	void (*read)(const void *arg, size_t i, struct xns_batch *batch);
	const void *arg;
	size_t n;

	pthread_mutex_t lock;
	pthread_cond_t turned;
	size_t taken, added; /* chunks */
	int err;
};

static void *run(void *data)
{
	__attribute__((cleanup(xns_batch_free))) struct xns_batch batch = { 0 };
	struct work *w = data;

	pthread_mutex_lock(&w->lock);
	while (!w->err && w->taken * CHUNK < w->n) {
		size_t chunk = w->taken++;
		size_t end = (chunk + 1) * CHUNK < w->n ? (chunk + 1) * CHUNK : w->n;

		pthread_mutex_unlock(&w->lock);
		for (size_t i = chunk * CHUNK; i < end; i++)
			w->read(w->arg, i, &batch);
		pthread_mutex_lock(&w->lock);
		while (w->added != chunk)
			pthread_cond_wait(&w->turned, &w->lock);
		if (!w->err)
			w->err = xns_batch_flush(w->s, &batch);
		w->added++;
		pthread_cond_broadcast(&w->turned);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

static int count_threads(size_t n)
{
	cpu_set_t set;

	if (n < WORTH_IT || sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return CPU_COUNT(&set) < MAX_THREADS ? CPU_COUNT(&set) : MAX_THREADS;
}

int xns_read_many(struct xns_scan *s, size_t n,
		  void (*read)(const void *arg, size_t i, struct xns_batch *batch),
		  const void *arg)
{
	struct work w = { .s = s, .read = read, .arg = arg, .n = n };
	pthread_t threads[MAX_THREADS];
	int wanted = count_threads(n), started = 0;
	sigset_t all, before;

	pthread_mutex_init(&w.lock, NULL);
	pthread_cond_init(&w.turned, NULL);
	/* The caller's signals are for the caller's threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started + 1 < wanted && pthread_create(&threads[started], NULL, run, &w) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	run(&w); /* does it all where no thread could be had */
	while (started)
		pthread_join(threads[--started], NULL);
	pthread_cond_destroy(&w.turned);
	pthread_mutex_destroy(&w.lock);
	return w.err;
}
