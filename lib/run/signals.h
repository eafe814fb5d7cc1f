/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals of a process that stands in for its program: held, watched, and given back. */
#ifndef XNS_RUN_SIGNALS_H
#define XNS_RUN_SIGNALS_H

#include <signal.h>

#include "private.h"

/* A caller's signal state, to be given back to the program. */
struct xns_signals {
	sigset_t mask;
	struct sigaction chld;
};

/*
 * Blocks all signals and makes SIGCHLD work whatever was inherited; @saved is what
 * xns_signals_restore() gives back.
 */
void xns_signals_hold(struct xns_signals *saved);
void xns_signals_restore(const struct xns_signals *saved);

/*
 * The signals to act on: all that would end, stop or continue us, except those that the caller
 * blocks, and faults of our own. A blocked signal is not dropped by the kernel even where it is
 * ignored, so signalfd sees it (signal(7), kernel/signal.c).
 */
void xns_signals_wanted(const struct xns_signals *caller, sigset_t *set);

/* Asked when a signal is there: to ask of all of them beforehand would take 62 calls. */
bool xns_signal_is_ignored(int sig);

/*
 * Stops this process with @sig as the child was, so that the shell sees the job stopped. In an
 * orphaned process group the kernel ignores terminal stops, which is right: nobody would
 * continue us.
 */
void xns_stop_self(int sig);

#endif
