/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment of another process: NAME=value only, and nothing for the dynamic loader. */
#include "config.h"

#include "private.h"
#include "run/environ.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(environ)
{
	for (int drop = 0; drop < 2; drop++) {
		char *text = fuzz_text(data, size);
		char **envp = xns_environ_parse(text, size, drop);

		FUZZ_CHECK(envp);
		for (char **e = envp; *e; e++) {
			FUZZ_CHECK(*e >= text && *e + strlen(*e) <= text + size);
			FUZZ_CHECK(strchr(*e, '=') && **e != '=');
			FUZZ_CHECK(!drop || strncmp(*e, "LD_", 3) != 0);
		}
		xns_environ_free(envp); /* the text, too */
	}
	return 0;
}
