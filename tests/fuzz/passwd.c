/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A passwd file of somebody else's: a shell within its array, or none. */
#include "config.h"

#include "private.h"
#include "run/passwd.h"
#include "tests/fuzz/fuzz.h"

FUZZ_TARGET(passwd)
{
	char *text = fuzz_text(data, size), shell[32];
	static const uid_t uids[] = { 0, 7, 1000, UINT32_MAX };

	for (size_t i = 0; i < XNS_COUNT(uids); i++) {
		memset(shell, 'x', sizeof(shell));
		if (xns_passwd_find(text, uids[i], shell, sizeof(shell)))
			FUZZ_CHECK(memchr(shell, '\0', sizeof(shell)) && strstr(text, shell));
	}
	free(text);
	return 0;
}
