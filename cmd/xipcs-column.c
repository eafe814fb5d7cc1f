/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The columns of xipcs' tables: one row a column, each a pure function of an object. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/ipc.h"
#include "cmd/meant.h"
#include "cmd/util.h"
#include "cmd/xipcs.h"
#include "size.h"

static const struct xns_ipc_object *object(const void *row)
{
	return ((const struct xipcs_row *)row)->object;
}

/* --- values ------------------------------------------------------------------------- */

static void put_number(struct show_cell *cell, uint64_t n)
{
	if (n != XNS_IPC_UNKNOWN)
		show_printf(cell, "%" PRIu64, n);
}

static void put_size(struct show_cell *cell, uint64_t bytes)
{
	char text[XNS_SIZE_TEXT];

	if (want.unit == UNIT_BYTES)
		put_number(cell, bytes);
	else if (bytes != XNS_IPC_UNKNOWN)
		show_put(cell, xns_format_size(bytes, text));
}

static void put_name(struct show_cell *cell, const char *name)
{
	if (name)
		show_put(cell, name);
}

static enum { TIME_SHORT, TIME_FULL, TIME_ISO } time_format;

void xipcs_set_time_format(const char *fallback)
{
	const char *format = want.time_format ? want.time_format : fallback;

	if (strcmp(format, "short") == 0)
		time_format = TIME_SHORT;
	else if (strcmp(format, "full") == 0)
		time_format = TIME_FULL;
	else if (strcmp(format, "iso") == 0)
		time_format = TIME_ISO;
	else
		die_with_choices("short|full|iso", "unknown time format: %s", format);
}

/* Today the hour, this year the day, else the year too. */
static void format_short(const struct tm *tm, char *text, size_t size)
{
	time_t t = time(NULL);
	struct tm now;

	if (!localtime_r(&t, &now) || now.tm_year != tm->tm_year)
		strftime(text, size, "%Y-%b%d", tm);
	else if (now.tm_yday != tm->tm_yday)
		strftime(text, size, "%b%d", tm);
	else
		strftime(text, size, "%H:%M", tm);
}

static void put_time(struct show_cell *cell, int64_t when)
{
	time_t t = (time_t)when;
	char text[64] = "";
	struct tm tm;

	if (!when || !localtime_r(&t, &tm))
		return;
	if (time_format == TIME_SHORT) {
		format_short(&tm, text, sizeof(text));
	} else if (time_format == TIME_FULL) {
		strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm);
	} else {
		/* %z is +hhmm, ISO 8601's extended form has a colon there */
		size_t n = strftime(text, sizeof(text) - 1, "%Y-%m-%dT%H:%M:%S%z", &tm);
		if (n > 2) {
			memmove(text + n - 1, text + n - 2, 3);
			text[n - 2] = ':';
		}
	}
	show_put(cell, text);
}

/* --- getters: empty for an object of a kind that has no such thing ------------------- */

enum {
	SHM = 1 << XNS_IPC_SHM,
	MSG = 1 << XNS_IPC_MSG,
	SEM = 1 << XNS_IPC_SEM,
	PSHM = 1 << XNS_IPC_PSHM,
	PMSG = 1 << XNS_IPC_PMSG,
	PSEM = 1 << XNS_IPC_PSEM,
	SYSV = SHM | MSG | SEM,
	POSIX = PSHM | PMSG | PSEM,
	ANY = SYSV | POSIX,
};

/* clang-format off */
#define GET(name, kinds, action)                                             \
	static void get_##name(struct show_cell *cell, const void *row)      \
	{                                                                    \
		const struct xns_ipc_object *o = object(row);                \
                                                                             \
		if ((kinds) & 1 << o->kind)                                  \
			action;                                              \
	}

GET(type,    ANY,         show_put(cell, ipc_kinds[o->kind].keyword))
GET(key,     SYSV,        show_printf(cell, "0x%08x", o->key))
GET(id,      SYSV,        show_printf(cell, "%d", o->id))
GET(name,    POSIX,       show_put(cell, o->name))
GET(cuid,    ANY,         put_number(cell, o->cuid))
GET(cuser,   ANY,         put_name(cell, xipcs_user(o->cuid)))
GET(cgid,    ANY,         put_number(cell, o->cgid))
GET(cgroup,  ANY,         put_name(cell, xipcs_group(o->cgid)))
GET(uid,     SYSV,        put_number(cell, o->uid))
GET(user,    SYSV,        put_name(cell, xipcs_user(o->uid)))
GET(gid,     SYSV,        put_number(cell, o->gid))
GET(group,   SYSV,        put_name(cell, xipcs_group(o->gid)))
GET(ctime,   SYSV,        put_time(cell, o->ctime))
GET(mtime,   POSIX,       put_time(cell, o->ctime))
GET(size,    SHM | PSHM,  put_size(cell, o->size))
GET(nattch,  SHM,         put_number(cell, o->count))
GET(attach,  SHM,         put_time(cell, o->atime))
GET(detach,  SHM,         put_time(cell, o->dtime))
GET(cpid,    SHM,         show_printf(cell, "%d", o->pid[0]))
GET(lpid,    SHM,         show_printf(cell, "%d", o->pid[1]))
GET(rss,     SHM,         put_size(cell, o->rss))
GET(swap,    SHM,         put_size(cell, o->swap))
GET(used,    MSG | PMSG,  put_size(cell, o->size))
GET(msgs,    MSG | PMSG,  put_number(cell, o->count))
GET(qbytes,  MSG | PMSG,  put_size(cell, o->limit))
GET(send,    MSG,         put_time(cell, o->atime))
GET(recv,    MSG,         put_time(cell, o->dtime))
GET(lspid,   MSG,         show_printf(cell, "%d", o->pid[0]))
GET(lrpid,   MSG,         show_printf(cell, "%d", o->pid[1]))
GET(nsems,   SEM,         put_number(cell, o->count))
GET(otime,   SEM,         put_time(cell, o->atime))
GET(sval,    PSEM,        put_number(cell, o->count))
/* clang-format on */

static void get_ns(struct show_cell *cell, const void *row)
{
	const struct xipcs_row *r = row;

	if (r->ns)
		show_printf(cell, "%" PRIu32, r->ns);
}

static void get_owner(struct show_cell *cell, const void *row)
{
	const char *name = xipcs_user(object(row)->uid);

	if (name)
		show_put(cell, name);
	else
		put_number(cell, object(row)->uid);
}

static void get_perms(struct show_cell *cell, const void *row)
{
	static const char letters[] = "rwxrwxrwx";
	unsigned mode = object(row)->mode & 0777;
	char text[10] = "---------";

	if (want.numeric_perms) {
		show_printf(cell, "%#o", mode);
		return;
	}
	for (int i = 0; i < 9; i++)
		if (mode & 0400u >> i)
			text[i] = letters[i];
	show_put(cell, text);
}

static void get_status(struct show_cell *cell, const void *row)
{
	unsigned mode = object(row)->kind == XNS_IPC_SHM ? object(row)->mode : 0;

	if (mode & XNS_IPC_DEST)
		show_put(cell, "dest");
	if (mode & XNS_IPC_LOCKED)
		show_put(cell, mode & XNS_IPC_DEST ? ",locked" : "locked");
}

static void get_command(struct show_cell *cell, const void *row)
{
	const struct xns_ipc_object *o = object(row);
	char *command = o->kind == XNS_IPC_SHM ? xipcs_command(o->pid[0]) : NULL;

	put_name(cell, command);
	free(command);
}

/* --- the table ---------------------------------------------------------------------- */

struct xipcs_column {
	const char *name;
	unsigned flags;
	unsigned kinds;
	const char *title; /* in the details of one object; NULL: not there by default */
	const char *help;
	void (*get)(struct show_cell *cell, const void *row);
};

#define R SHOW_RIGHT

/* clang-format off */
static const struct xipcs_column table[XIPCS_NCOLUMNS] = {
	{ "KEY",       0, SYSV,       "Key",                "resource key", get_key },
	{ "ID",        0, SYSV,       "ID",                 "resource id", get_id },
	{ "OWNER",     R, ANY,        "Owner",              "owner's name, or UID", get_owner },
	{ "PERMS",     R, ANY,        "Permissions",        "permissions", get_perms },
	{ "CUID",      R, ANY,        "Creator UID",        "creator's UID", get_cuid },
	{ "CUSER",     0, ANY,        "Creator user",       "creator's name", get_cuser },
	{ "CGID",      R, ANY,        "Creator GID",        "creator's GID", get_cgid },
	{ "CGROUP",    0, ANY,        "Creator group",      "creator's group", get_cgroup },
	{ "UID",       R, SYSV,       "UID",                "owner's UID", get_uid },
	{ "USER",      0, SYSV,       "User name",          "owner's name", get_user },
	{ "GID",       R, SYSV,       "GID",                "owner's GID", get_gid },
	{ "GROUP",     0, SYSV,       "Group name",         "owner's group", get_group },
	{ "CTIME",     R, SYSV,       "Last change",        "time of the last change", get_ctime },
	{ "NAME",      0, POSIX,      "Name",               "POSIX name", get_name },
	{ "MTIME",     R, POSIX,      "Last action",        "time of the last action", get_mtime },
	{ "SIZE",      R, SHM | PSHM, "Segment size",       "size of the segment", get_size },
	{ "NATTCH",    R, SHM,        "Attached processes", "number of attachments", get_nattch },
	{ "STATUS",    0, SHM,        "Status",             "dest: goes with the last detach; locked", get_status },
	{ "ATTACH",    R, SHM,        "Attach time",        "time of the last attach", get_attach },
	{ "DETACH",    R, SHM,        "Detach time",        "time of the last detach", get_detach },
	{ "COMMAND",   SHOW_TRUNC, SHM, "Creator command",  "creator's command line", get_command },
	{ "CPID",      R, SHM,        "Creator PID",        "PID of the creator", get_cpid },
	{ "LPID",      R, SHM,        "Last user PID",      "PID of the last user", get_lpid },
	{ "USEDBYTES", R, MSG | PMSG, "Bytes used",         "bytes waiting", get_used },
	{ "MSGS",      0, MSG | PMSG, "Messages",           "messages waiting", get_msgs },
	{ "SEND",      R, MSG,        "Msg sent",           "time of the last send", get_send },
	{ "RECV",      R, MSG,        "Msg received",       "time of the last receive", get_recv },
	{ "LSPID",     R, MSG,        "Msg sender",         "PID of the last sender", get_lspid },
	{ "LRPID",     R, MSG,        "Msg receiver",       "PID of the last receiver", get_lrpid },
	{ "NSEMS",     R, SEM,        "Semaphores",         "number of semaphores", get_nsems },
	{ "OTIME",     R, SEM,        "Last operation",     "time of the last operation", get_otime },
	{ "SVAL",      R, PSEM,       "Value",              "value of the semaphore", get_sval },
	/* not in lsipc */
	{ "QBYTES",    R, MSG | PMSG, NULL,                 "bytes that may wait", get_qbytes },
	{ "RSS",       R, SHM,        NULL,                 "memory in use", get_rss },
	{ "SWAP",      R, SHM,        NULL,                 "swap space in use", get_swap },
	{ "NS",        R, ANY,        NULL,                 "inode of the IPC namespace", get_ns },
	{ "TYPE",      0, ANY,        NULL,                 "shm, msg, sem, pshm, pmsg or psem", get_type },
};
/* clang-format on */

struct show_selection xipcs_columns(void)
{
	static struct show_column columns[XIPCS_NCOLUMNS];

	for (size_t i = 0; i < XIPCS_NCOLUMNS; i++)
		columns[i] = (struct show_column){ .name = table[i].name,
						   .flags = table[i].flags,
						   .help = table[i].help,
						   .get = table[i].get };
	return (struct show_selection){ .all = columns, .nall = XIPCS_NCOLUMNS };
}

unsigned xipcs_column_kinds(size_t i)
{
	return table[i].kinds;
}

const char *xipcs_column_title(size_t i)
{
	return table[i].title;
}
