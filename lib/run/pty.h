/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A terminal of its own for a program that is not trusted with the caller's: it cannot type
 * into that (TIOCSTI), nor change its modes, nor read what is typed for others. What is typed
 * and what is printed is handed on by the waiting parent.
 */
#ifndef XNS_RUN_PTY_H
#define XNS_RUN_PTY_H

#include <poll.h>
#include <termios.h>

#include "private.h"

struct xns_pty {
	int master, slave;
	int winch;    /* SIGWINCH, once xns_pty_start() was called */
	bool in, out; /* the caller's stdin is a terminal; so is stdout or stderr */
	bool raw;     /* the modes of the caller's terminal are to be restored */
	bool tty[3];  /* which standard descriptors were terminals */
	struct termios saved;
	char typed[512]; /* not taken by the program yet */
	size_t n_typed;
};

enum { XNS_PTY_FDS = 3 };

/* Makes the terminal, with size and modes of the caller's, if that has one. */
int xns_pty_open(struct xns_ctx *ctx, struct xns_pty *pty);

/*
 * In the child: makes it the controlling terminal of a new session, in place of those of the
 * standard descriptors that are terminals.
 */
int xns_pty_enter(struct xns_ctx *ctx, struct xns_pty *pty);

/* In the parent, with signals blocked: the caller's terminal is raw from now on. */
int xns_pty_start(struct xns_ctx *ctx, struct xns_pty *pty);

/* What to poll for, and what to do with the outcome; to be repeated. */
void xns_pty_poll(const struct xns_pty *pty, struct pollfd fds[XNS_PTY_FDS]);
void xns_pty_relay(struct xns_pty *pty, const struct pollfd fds[XNS_PTY_FDS]);

/* Prints what is left, and gives the caller's terminal back as it was. */
void xns_pty_close(struct xns_pty *pty);

#endif
