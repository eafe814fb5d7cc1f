/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BTF with any offsets and lengths in it, asked each kind of question. */
#include "config.h"

#include "private.h"
#include "scan/btf.h"
#include "tests/fuzz/fuzz.h"

static const struct xns_btf_want questions[] = {
	{ XNS_BTF_OFFSET, "outer", "first" }, { XNS_BTF_OFFSET, "outer", "deep" },
	{ XNS_BTF_OFFSET, "outer", "bits" },  { XNS_BTF_OFFSET, "outer", "absent" },
	{ XNS_BTF_SIZE, "outer", NULL },      { XNS_BTF_STRUCT, "outer", NULL },
	{ XNS_BTF_FUNC, "work", NULL },       { XNS_BTF_SIZE, "nowhere", NULL },
};
#define N XNS_COUNT(questions)

FUZZ_TARGET(btf)
{
	void *blob = fuzz_bytes(data, size);
	struct xns_btf btf;
	int32_t answer[N];

	if (xns_btf_init(&btf, blob, size) == 0 &&
	    xns_btf_ask(&btf, questions, N, answer) == 0) {
		for (size_t i = 0; i < N; i++)
			FUZZ_CHECK(answer[i] >= XNS_BTF_MISSING);
		FUZZ_CHECK(answer[7] == XNS_BTF_MISSING || memmem(blob, size, "nowhere", 8));
	}
	free(blob);
	return 0;
}
