/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The signal state that a launcher changes while its program runs, and death and stop by
 * signal. */
#include "config.h"

#include <sys/prctl.h>
#include <sys/wait.h>

#include "run/signals.h"

void xns_signals_hold(struct xns_signals *saved)
{
	struct sigaction chld = { .sa_handler = SIG_DFL };
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &saved->mask);
	/* Inherited as ignored, children would vanish without a status. */
	sigaction(SIGCHLD, &chld, &saved->chld);
}

void xns_signals_restore(const struct xns_signals *saved)
{
	sigaction(SIGCHLD, &saved->chld, NULL);
	sigprocmask(SIG_SETMASK, &saved->mask, NULL);
}

void xns_signals_wanted(const struct xns_signals *caller, sigset_t *set)
{
	static const int never[] = { SIGSEGV, SIGBUS,  SIGFPE,   SIGILL, SIGTRAP, SIGSYS,
				     SIGABRT, SIGPIPE, SIGWINCH, SIGURG, SIGTTIN, SIGTTOU };

	sigfillset(set);
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (sigismember(&caller->mask, sig) == 1)
			sigdelset(set, sig);
	for (size_t i = 0; i < XNS_COUNT(never); i++)
		sigdelset(set, never[i]);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGCONT);
}

bool xns_signal_is_ignored(int sig)
{
	struct sigaction now;

	return sigaction(sig, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

void xns_stop_self(int sig)
{
	struct sigaction now;
	sigset_t one;

	if (sigaction(sig, NULL, &now) < 0 || now.sa_handler != SIG_DFL)
		sig = SIGSTOP;
	raise(sig);
	sigemptyset(&one);
	sigaddset(&one, sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL); /* here it takes effect */
	sigprocmask(SIG_BLOCK, &one, NULL);
}

XNS_EXPORT int xns_pass_status(int status)
{
	struct sigaction act = { .sa_handler = SIG_DFL };
	sigset_t one;

	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	int sig = WTERMSIG(status);
	prctl(PR_SET_DUMPABLE, 0L); /* the child's core is the one to keep */
	sigaction(sig, &act, NULL);
	sigemptyset(&one);
	sigaddset(&one, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	return 128 + sig;
}
