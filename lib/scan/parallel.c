/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The threads of xns_read_many(). Each takes the next few of what is to be read. What it found
 * is added when its turn has come, by whoever finishes then: so nobody waits, and the snapshot
 * is the same whatever runs first.
 */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "scan/parallel.h"

enum {
	CHUNK = 32,
	WORTH_IT = 128, /* a thread takes as long to start as a few processes to read */
	MAX_THREADS = 8,
};

/* What was found in one chunk, from when it has been read to when it is added. */
struct chunk {
	struct xns_batch batch;
	bool read;
};

struct work {
	struct xns_scan *s;
	void (*read)(const void *arg, size_t i, struct xns_batch *batch);
	const void *arg;
	size_t n;
	struct chunk *chunks;
	size_t nchunks;

	pthread_mutex_t lock;
	size_t taken, added; /* chunks */
	int err;
};

/* Adds what can be added by now. @spare gets the memory of a batch that is no longer in use. */
static void add_in_turn(struct work *w, struct xns_batch *spare)
{
	for (; w->added < w->nchunks && w->chunks[w->added].read; w->added++) {
		struct xns_batch *batch = &w->chunks[w->added].batch;

		if (!w->err)
			w->err = xns_batch_flush(w->s, batch);
		xns_batch_free(spare);
		*spare = *batch;
		*batch = (struct xns_batch){ 0 };
	}
}

static void *run(void *data)
{
	__attribute__((cleanup(xns_batch_free))) struct xns_batch batch = { 0 };
	struct work *w = data;

	pthread_mutex_lock(&w->lock);
	while (!w->err && w->taken < w->nchunks) {
		size_t at = w->taken++;
		size_t end = (at + 1) * CHUNK < w->n ? (at + 1) * CHUNK : w->n;

		pthread_mutex_unlock(&w->lock);
		for (size_t i = at * CHUNK; i < end; i++)
			w->read(w->arg, i, &batch);
		pthread_mutex_lock(&w->lock);
		w->chunks[at] = (struct chunk){ .batch = batch, .read = true };
		batch = (struct xns_batch){ 0 };
		add_in_turn(w, &batch);
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

	w.nchunks = (n + CHUNK - 1) / CHUNK;
	w.chunks = calloc(w.nchunks + 1, sizeof(*w.chunks));
	if (!w.chunks)
		return -ENOMEM;
	pthread_mutex_init(&w.lock, NULL);
	/* The caller's signals are for the caller's threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started + 1 < wanted && pthread_create(&threads[started], NULL, run, &w) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	run(&w); /* does it all where no thread could be had */
	while (started)
		pthread_join(threads[--started], NULL);
	pthread_mutex_destroy(&w.lock);
	/* after a failure some were read for nothing */
	for (size_t i = 0; i < w.nchunks; i++)
		xns_batch_free(&w.chunks[i].batch);
	free(w.chunks);
	return w.err;
}
