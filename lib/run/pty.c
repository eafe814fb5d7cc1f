/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pseudo terminals: making one, and relaying between it and the caller's terminal. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

#include "run/pty.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41) /* 4.13 */
#endif

static void copy_size(const struct xns_pty *pty)
{
	struct winsize size;

	for (int fd = 0; fd < 3; fd++)
		if (pty->tty[fd] && ioctl(fd, TIOCGWINSZ, &size) == 0) {
			ioctl(pty->master, TIOCSWINSZ, &size);
			return;
		}
}

int xns_pty_open(struct xns_ctx *ctx, struct xns_pty *pty)
{
	*pty = (struct xns_pty){ .master = -1, .slave = -1, .winch = -1 };
	for (int fd = 0; fd < 3; fd++)
		pty->tty[fd] = isatty(fd);
	pty->in = pty->tty[0];
	pty->out = pty->tty[1] || pty->tty[2];
	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (pty->master < 0 || grantpt(pty->master) < 0 || unlockpt(pty->master) < 0)
		return xns_fail(ctx, errno, "make a terminal");
	/* Not by its path: /dev/pts may be that of somebody else. */
	pty->slave = ioctl(pty->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty->slave < 0)
		return xns_fail(ctx, errno, "open the terminal (TIOCGPTPEER)");
	copy_size(pty);
	if (pty->in && tcgetattr(0, &pty->saved) == 0)
		tcsetattr(pty->slave, TCSANOW, &pty->saved);
	return 0;
}

int xns_pty_enter(struct xns_ctx *ctx, struct xns_pty *pty)
{
	if (setsid() < 0 || ioctl(pty->slave, TIOCSCTTY, 0) < 0)
		return xns_fail(ctx, errno, "make the terminal the controlling one");
	for (int fd = 0; fd < 3; fd++)
		if (pty->tty[fd] && dup2(pty->slave, fd) < 0)
			return xns_fail(ctx, errno, "put the terminal in place");
	close(pty->slave);
	close(pty->master);
	pty->slave = pty->master = -1;
	return 0;
}

int xns_pty_start(struct xns_ctx *ctx, struct xns_pty *pty)
{
	struct termios raw = pty->saved;
	sigset_t winch;

	/*
	 * The slave stays open here: the program may close its own and open /dev/tty later, and
	 * the child's end is known from the child.
	 */
	sigemptyset(&winch);
	sigaddset(&winch, SIGWINCH);
	pty->winch = signalfd(-1, &winch, SFD_CLOEXEC | SFD_NONBLOCK);
	if (pty->winch < 0)
		return xns_fail(ctx, errno, "make a signal descriptor");
	if (!pty->in)
		return 0;
	cfmakeraw(&raw);
	if (tcsetattr(0, TCSANOW, &raw) < 0)
		return xns_fail(ctx, errno, "make the terminal raw");
	pty->raw = true;
	return 0;
}

void xns_pty_poll(const struct xns_pty *pty, struct pollfd fds[XNS_PTY_FDS])
{
	short to_master = pty->n_typed ? POLLOUT : 0;

	/* Nothing is read that the program has no room for yet. */
	fds[0] = (struct pollfd){ pty->in && !pty->n_typed ? 0 : -1, POLLIN, 0 };
	fds[1] = (struct pollfd){ pty->master, (short)(POLLIN | to_master), 0 };
	fds[2] = (struct pollfd){ pty->winch, POLLIN, 0 };
}

static void write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* What the program printed goes to the caller's terminal. False: there is no more now. */
static bool print_some(struct xns_pty *pty)
{
	char text[4096];
	ssize_t n = read(pty->master, text, sizeof(text));

	if (n > 0 && pty->out)
		write_all(pty->tty[1] ? 1 : 2, text, (size_t)n);
	if (n < 0 && errno == EINTR)
		return true;
	return n > 0;
}

void xns_pty_relay(struct xns_pty *pty, const struct pollfd fds[XNS_PTY_FDS])
{
	struct signalfd_siginfo si;
	ssize_t n;

	if (fds[2].revents && read(pty->winch, &si, sizeof(si)) > 0)
		copy_size(pty);
	if (fds[0].revents) {
		n = read(0, pty->typed, sizeof(pty->typed));
		if (n <= 0 && !(n < 0 && (errno == EINTR || errno == EAGAIN)))
			pty->in = false;
		pty->n_typed = n > 0 ? (size_t)n : 0;
	}
	if (pty->n_typed) {
		n = write(pty->master, pty->typed, pty->n_typed);
		if (n > 0) {
			pty->n_typed -= (size_t)n;
			memmove(pty->typed, pty->typed + n, pty->n_typed);
		}
	}
	if (fds[1].revents & POLLIN)
		print_some(pty);
}

void xns_pty_close(struct xns_pty *pty)
{
	struct pollfd left = { .fd = pty->master, .events = POLLIN };

	xns_cleanup_close(&pty->slave);
	pty->slave = -1;
	/*
	 * poll(2) brings what is on its way. Bounded: something may be left behind that prints
	 * for ever.
	 */
	for (int i = 0; pty->master >= 0 && i < 64; i++)
		if (poll(&left, 1, 0) <= 0 || !(left.revents & POLLIN) || !print_some(pty))
			break;
	/* What a terminal answered to the program's last words is not for the caller. */
	if (pty->raw)
		tcsetattr(0, TCSAFLUSH, &pty->saved);
	xns_cleanup_close(&pty->master);
	xns_cleanup_close(&pty->slave);
	xns_cleanup_close(&pty->winch);
	pty->master = pty->slave = pty->winch = -1;
	pty->raw = false;
}
