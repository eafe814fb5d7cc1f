/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Diagnostics, strict numbers and checked output. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "cmd/util.h"
#include "private.h"

const char *program_name = PACKAGE_NAME;

static void flush_at_exit(void)
{
	if (flush_stdout() < 0)
		_exit(EXIT_FAILURE);
}

void program_init(const char *name)
{
	program_name = name;
	if (getauxval(AT_SECURE)) {
		warn("refuses to run set-user-ID, set-group-ID or with file capabilities");
		_exit(EXIT_FAILURE);
	}
	/*
	 * A closed standard descriptor must not be given to the next file that is opened. The
	 * stand-in has the wrong direction, so that using it fails, and a program that we
	 * execute finds the descriptor closed as we did.
	 */
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", (fd ? O_RDONLY : O_WRONLY) | O_CLOEXEC) != fd)
			_exit(EXIT_FAILURE);
	}
	atexit(flush_at_exit);
}

/* One line on stderr in one write, so that lines of several processes do not mix. */
static void CMD_PRINTF(2, 0) print_line(const char *prefix, const char *fmt, va_list args)
{
	char text[2048], line[2600];
	size_t n;

	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		return;
	n = (size_t)snprintf(line, sizeof(line), "%s: ", prefix);
	for (const char *p = text; *p && n < sizeof(line) - 8; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c == 0x7f)
			n += (size_t)snprintf(line + n, sizeof(line) - n, "\\x%02x", c);
		else
			line[n++] = (char)c;
	}
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, n) < 0)
		return; /* nowhere left to say it */
}

void warn(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line(program_name, fmt, args);
	va_end(args);
}

void die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line(program_name, fmt, args);
	va_end(args);
	exit(EXIT_FAILURE);
}

void die_with_hint(const char *hint_text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line(program_name, fmt, args);
	va_end(args);
	hint("%s", hint_text);
	exit(EXIT_FAILURE);
}

void hint(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("hint", fmt, args);
	va_end(args);
}

int flush_stdout(void)
{
	static bool said;

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	if (!said)
		warn("write error: %s", strerror(errno ? errno : EIO));
	said = true;
	return -1;
}

uint64_t parse_number(const char *text, uint64_t min, uint64_t max, const char *what)
{
	uint64_t value = 0;
	int err = xns_parse_u64(text, strlen(text), UINT64_MAX, &value);

	if (err == -EINVAL)
		die("invalid %s: '%s'", what, text);
	if (err == -ERANGE || value < min || value > max)
		die("%s out of range (%" PRIu64 " to %" PRIu64 "): '%s'", what, min, max, text);
	return value;
}

#ifdef XNS_SANITIZED
/*
 * LeakSanitizer asks. At exit it starts a helper, which must see us as its parent: in another
 * PID namespace it does not, ends at once, and we would wait for it for ever.
 */
int __lsan_is_turned_off(void);
__attribute__((visibility("default"))) int __lsan_is_turned_off(void)
{
	char own[64] = "", children[64] = "";

	return readlink("/proc/self/ns/pid", own, sizeof(own) - 1) < 0 ||
	       readlink("/proc/self/ns/pid_for_children", children, sizeof(children) - 1) < 0 ||
	       strcmp(own, children) != 0;
}
#endif
