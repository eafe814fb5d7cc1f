/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The completeness of a scan: made of what the library says it could not see. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "show/report.h"

/* "processes" -> "process" for one: the words are ours, and English. */
static void put_what(FILE *f, const struct xns_gap *gap)
{
	size_t len = strlen(gap->what);

	if (gap->count == 1 && len > 3 && strcmp(gap->what + len - 3, "ses") == 0)
		len -= 2;
	else if (gap->count == 1 && gap->what[len - 1] == 's')
		len--;
	if (gap->count)
		fprintf(f, "%" PRIu64 " ", gap->count);
	fwrite(gap->what, 1, len, f);
	if (gap->kind == XNS_GAP_UNREADABLE && gap->count)
		fputs(" unreadable", f);
	else if (gap->kind == XNS_GAP_FAILED)
		fputs(" failed", f);
	fprintf(f, " (%s)", gap->cure);
}

int show_report_line(const struct xns_scan *scan, bool few, char **line)
{
	struct xns_gap gap = { .size = sizeof(gap) };
	char *text = NULL;
	size_t size, said = 0;
	FILE *f = open_memstream(&text, &size);

	*line = NULL;
	if (!f)
		return -1;
	for (size_t n = 0; xns_scan_gap(scan, n, &gap); n++) {
		if (few && gap.kind != XNS_GAP_FAILED && strncmp(gap.what, "processes", 9) != 0)
			continue;
		fputs(said++ ? "; " : "", f);
		put_what(f, &gap);
	}
	bool failed = fclose(f) != 0;
	if (failed || !said) {
		free(text);
		return failed ? -1 : 0;
	}
	*line = text;
	return 0;
}

char *show_report_json(const struct xns_scan *scan)
{
	static const char *const reasons[] = {
		[XNS_GAP_UNREADABLE] = "unreadable",
		[XNS_GAP_KERNEL] = "kernel",
		[XNS_GAP_FAILED] = "failed",
	};
	struct xns_gap gap = { .size = sizeof(gap) };
	bool complete = !xns_scan_gap(scan, 0, &gap);
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fprintf(f,
		"\"completeness\": {\n      \"complete\": %s,\n      \"backend\": \"%s\",\n"
		"      \"missed\": [",
		complete ? "true" : "false", xns_scan_backend(scan));
	for (size_t n = 0; xns_scan_gap(scan, n, &gap); n++) {
		fprintf(f, "%s\n         {\"what\": \"%s\", \"reason\": \"%s\", \"count\": ",
			n ? "," : "", gap.what, reasons[gap.kind]);
		if (gap.count)
			fprintf(f, "%" PRIu64, gap.count);
		else
			fputs("null", f);
		fprintf(f, ", \"cure\": \"%s\"}", gap.cure);
	}
	fputs(complete ? "]\n   }" : "\n      ]\n   }", f);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
