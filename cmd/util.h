/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Diagnostics, strict numbers, exit codes and checked output: what every tool's main needs. */
#ifndef UTIL_H
#define UTIL_H

#include <stdbool.h>
#include <stdint.h>

#define CMD_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/* Exit codes beside EXIT_SUCCESS and EXIT_FAILURE. */
enum {
	EXIT_KERNEL = 2,     /* the kernel lacks a needed interface (xlsns) */
	EXIT_INCOMPLETE = 3, /* --complete, and something was missed (xlsns) */
	EXIT_NOT_EXECUTED = 126,
	EXIT_NOT_FOUND = 127,
};

/* The name that messages begin with. */
extern const char *program_name;

/*
 * First call of every main: sets the name, refuses to run set-user-ID, and makes sure that
 * standard descriptors are open and that a failed write to stdout is noticed at exit.
 */
void program_init(const char *name);

/* "<name>: <text>" on stderr; text from others is printed with control characters escaped. */
void warn(const char *fmt, ...) CMD_PRINTF(1, 2);
_Noreturn void die(const char *fmt, ...) CMD_PRINTF(1, 2);

/* As die(), with the line "hint: <text>" below it, which tells what to do instead. */
_Noreturn void die_with_hint(const char *hint_text, const char *fmt, ...) CMD_PRINTF(2, 3);

/* "hint: <text>" on stderr: the known cause of the failure just reported. */
void hint(const char *fmt, ...) CMD_PRINTF(1, 2);

/*
 * Flushes stdout and says if anything was lost ("write error: <reason>"). Returns 0, or -1
 * after the message. Runs at exit as well, and then turns the exit code into 1.
 */
int flush_stdout(void);

/*
 * A decimal number that is the whole of @text, within @min and @max. Dies with
 * "invalid <what>: '<text>'" or "<what> out of range (<min> to <max>): '<text>'".
 */
uint64_t parse_number(const char *text, uint64_t min, uint64_t max, const char *what);

#endif
