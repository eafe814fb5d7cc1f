/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * No leak check when Criterion's own processes end: it would only see what Criterion never
 * frees, as tests run in workers that end without one. Leaks are looked for by the functional
 * tests, and where a test asks with __lsan_do_recoverable_leak_check().
 */
#include "config.h"

#ifdef XNS_SANITIZED
const char *__lsan_default_options(void);
__attribute__((visibility("default"))) const char *__lsan_default_options(void)
{
	return "leak_check_at_exit=0";
}
#endif
