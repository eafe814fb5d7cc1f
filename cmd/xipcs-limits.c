/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcs: the limits of a namespace and how much of them is used, as lsipc --global has it. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/ipc.h"
#include "cmd/meant.h"
#include "cmd/util.h"
#include "cmd/xipcs.h"
#include "size.h"

/* One limit: what it is called, and where the library's struct has it and its use. */
struct limit {
	enum xns_ipc_kind kind;
	const char *name, *help;
	size_t limit, used; /* offsets; used 0: nothing counts against it */
	bool is_size;
};

#define AT(field) offsetof(struct xns_ipc_limits, field)

/* clang-format off */
static const struct limit rows[] = {
	{ XNS_IPC_MSG,  "MSGMNI", "Number of System V message queues", AT(msgmni), AT(msg_queues), false },
	{ XNS_IPC_MSG,  "MSGMAX", "Max size of System V message (bytes)", AT(msgmax), 0, true },
	{ XNS_IPC_MSG,  "MSGMNB", "Default max size of System V queue (bytes)", AT(msgmnb), 0, true },
	{ XNS_IPC_PMSG, "MQUMNI", "Number of POSIX message queues", AT(mq_queues_max), AT(mq_queues), false },
	{ XNS_IPC_PMSG, "MQUMAX", "Max size of POSIX message (bytes)", AT(mq_msgsize_max), 0, true },
	{ XNS_IPC_PMSG, "MQUMNB", "Number of messages in POSIX message queue", AT(mq_msg_max), 0, false },
	{ XNS_IPC_SHM,  "SHMMNI", "Shared memory segments", AT(shmmni), AT(shm_segments), false },
	{ XNS_IPC_SHM,  "SHMALL", "Shared memory pages", AT(shmall), AT(shm_pages), false },
	{ XNS_IPC_SHM,  "SHMMAX", "Max size of shared memory segment (bytes)", AT(shmmax), 0, true },
	{ XNS_IPC_SHM,  "SHMMIN", "Min size of shared memory segment (bytes)", AT(shmmin), 0, true },
	{ XNS_IPC_SEM,  "SEMMNI", "Number of semaphore identifiers", AT(semmni), AT(sem_sets), false },
	{ XNS_IPC_SEM,  "SEMMNS", "Total number of semaphores", AT(semmns), AT(sem_semaphores), false },
	{ XNS_IPC_SEM,  "SEMMSL", "Max semaphores per semaphore set.", AT(semmsl), 0, false },
	{ XNS_IPC_SEM,  "SEMOPM", "Max number of operations per semop(2)", AT(semopm), 0, false },
	{ XNS_IPC_SEM,  "SEMVMX", "Semaphore max value", AT(semvmx), 0, false },
};
/* clang-format on */

static struct xns_ipc_limits limits = { .size = sizeof(limits) };

static uint64_t value(size_t offset)
{
	uint64_t v;

	memcpy(&v, (const char *)&limits + offset, sizeof(v));
	return v;
}

static void get_resource(struct show_cell *cell, const void *row)
{
	show_put(cell, ((const struct limit *)row)->name);
}

static void get_description(struct show_cell *cell, const void *row)
{
	show_put(cell, ((const struct limit *)row)->help);
}

static void get_limit(struct show_cell *cell, const void *row)
{
	const struct limit *l = row;
	char text[XNS_SIZE_TEXT];

	if (value(l->limit) == XNS_IPC_UNKNOWN)
		show_put(cell, "-");
	else if (l->is_size && want.unit != UNIT_BYTES)
		show_put(cell, xns_format_size(value(l->limit), text));
	else
		show_printf(cell, "%" PRIu64, value(l->limit));
}

static void get_used(struct show_cell *cell, const void *row)
{
	const struct limit *l = row;

	if (!l->used || value(l->used) == XNS_IPC_UNKNOWN)
		show_put(cell, "-");
	else
		show_printf(cell, "%" PRIu64, value(l->used));
}

static void get_percent(struct show_cell *cell, const void *row)
{
	const struct limit *l = row;
	uint64_t limit = value(l->limit);

	if (!l->used || !limit || limit == XNS_IPC_UNKNOWN || value(l->used) == XNS_IPC_UNKNOWN)
		show_put(cell, "-");
	else
		show_printf(cell, "%2.2f%%", (double)value(l->used) / (double)limit * 100);
}

static const struct show_column columns[] = {
	{ "RESOURCE", 0, 0, SHOW_STRING, "resource name", get_resource },
	{ "DESCRIPTION", 0, SHOW_TRUNC, SHOW_STRING, "resource description", get_description },
	{ "LIMIT", 0, SHOW_RIGHT, SHOW_STRING, "limit of the namespace", get_limit },
	{ "USED", 0, SHOW_RIGHT, SHOW_STRING, "currently used", get_used },
	{ "USE%", 0, SHOW_RIGHT, SHOW_STRING, "part of the limit that is used", get_percent },
};

int xipcs_limits(void)
{
	struct show_selection sel = { .all = columns, .nall = 5 };
	const char *why = NULL, *wrong;
	bool failed = false;

	show_select_all(&sel);
	if (want.columns && (wrong = show_select(&sel, want.columns)))
		die_unknown_column(wrong, sel.all, sel.nall, sizeof(*sel.all));
	want.style.name = "ipclimits";
	if (want.list_columns) {
		if (show_list_columns(&sel, "xipcs-columns", &want.style) == 0)
			return EXIT_SUCCESS;
		die("cannot print the columns: %s", strerror(ENOMEM));
	}
	struct xns_ipc *ipc = ipc_open(want.ns);
	int err = xns_ipc_get_limits(ipc, &limits);
	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	struct show_table *table = show_table_new(&sel, &want.style, &why);
	for (size_t i = 0; table && !failed && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!want.kinds || want.kinds & 1u << rows[i].kind)
			show_add(table, &rows[i], &failed);
	if (!table || failed || show_print(table) < 0)
		die("cannot print the table: %s", strerror(ENOMEM));
	show_table_free(table);
	ipc_close();
	return EXIT_SUCCESS;
}
