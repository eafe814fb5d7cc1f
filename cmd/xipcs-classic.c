/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* xipcs: the output of ipcs(1), which scripts read, byte for byte. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/ipc.h"
#include "cmd/util.h"
#include "cmd/xipcs.h"
#include "size.h"

/* Three texts of ctime(3)'s kind may be in one printf. */
static const char *show_time(int64_t when, size_t from)
{
	static char texts[3][64];
	static unsigned turn;
	char *text = texts[turn++ % 3];
	time_t t = (time_t)when;
	struct tm tm;

	if (!when)
		return "Not set";
	if (!localtime_r(&t, &tm) ||
	    !strftime(text, sizeof(texts[0]), "%a %b %e %H:%M:%S %Y", &tm))
		return "?";
	return text + from;
}

static const char *date(int64_t when)
{
	return show_time(when, when ? 4 : 0);
}

static const char *full_date(int64_t when)
{
	return show_time(when, 0);
}

/* Two users or groups may be in one printf. */
static const char *number(unsigned id)
{
	static char texts[2][16];
	static unsigned turn;
	char *text = texts[turn++ % 2];

	snprintf(text, sizeof(texts[0]), "%u", id);
	return text;
}

static const char *user(uid_t uid)
{
	const char *name = xipcs_user(uid);

	return name ? name : number(uid);
}

static const char *group(gid_t gid)
{
	const char *name = xipcs_group(gid);

	return name ? name : number(gid);
}

static const char *owner(const struct xns_ipc_object *o)
{
	return user(o->uid);
}

/* --- one row a kind and view -------------------------------------------------------- */

static void print_size(uint64_t bytes, int width)
{
	char text[XNS_SIZE_TEXT];

	if (want.unit == UNIT_HUMAN)
		printf("%6s%*s ", xns_format_size(bytes, text), width - 6, "");
	else
		printf("%-*" PRIu64 " ", width, bytes);
}

static void list_msg(const struct xns_ipc_object *o)
{
	printf("0x%08x %-10d %-10.10s %-10o ", o->key, o->id, owner(o), o->mode & 0777);
	print_size(o->size, 12);
	printf("%-12" PRIu64 "\n", o->count);
}

static void list_shm(const struct xns_ipc_object *o)
{
	printf("0x%08x %-10d %-10.10s %-10o ", o->key, o->id, owner(o), o->mode & 0777);
	print_size(o->size, 10);
	printf("%-10" PRIu64 " %-6s %-6s\n", o->count, o->mode & XNS_IPC_DEST ? "dest" : " ",
	       o->mode & XNS_IPC_LOCKED ? "locked" : " ");
}

static void list_sem(const struct xns_ipc_object *o)
{
	printf("0x%08x %-10d %-10.10s %-10o %-10" PRIu64 "\n", o->key, o->id, owner(o),
	       o->mode & 0777, o->count);
}

static void time_msg(const struct xns_ipc_object *o)
{
	printf("%-8d %-10.10s %-20.16s %-20.16s %-20.16s\n", o->id, owner(o), date(o->atime),
	       date(o->dtime), date(o->ctime));
}

static void time_shm(const struct xns_ipc_object *o)
{
	printf("%-10d %-10.10s %-20.16s %-20.16s %-20.16s\n", o->id, owner(o), date(o->atime),
	       date(o->dtime), date(o->ctime));
}

static void time_sem(const struct xns_ipc_object *o)
{
	printf("%-8d %-10.10s  %-26.24s %-26.24s\n", o->id, owner(o), full_date(o->atime),
	       full_date(o->ctime));
}

static void pid_msg(const struct xns_ipc_object *o)
{
	printf("%-8d %-10.10s  %5d     %5d\n", o->id, owner(o), o->pid[0], o->pid[1]);
}

static void pid_shm(const struct xns_ipc_object *o)
{
	printf("%-10d %-10.10s %-10d %-10d\n", o->id, owner(o), o->pid[0], o->pid[1]);
}

static void creator(const struct xns_ipc_object *o)
{
	printf("%-10d %-10o", o->id, o->mode & 0777);
	printf(" %-10s %-10s", user(o->cuid), group(o->cgid));
	printf(" %-10s %-10s\n", user(o->uid), group(o->gid));
}

/* --- the views that are lists ------------------------------------------------------- */

struct layout {
	const char *head; /* title and column names */
	void (*row)(const struct xns_ipc_object *o);
};

#define TITLE(text)  "------ " text " --------\n"
#define LIST_COLUMNS "owner      perms      "
#define ID_COLUMNS   "perms      cuid       cgid       uid        gid       \n"

/* clang-format off */
static const struct layout layouts[][3] = {
	[VIEW_LIST] = {
		[XNS_IPC_MSG] = { TITLE("Message Queues")
			"key        msqid      " LIST_COLUMNS "%-12s messages    \n", list_msg },
		[XNS_IPC_SHM] = { TITLE("Shared Memory Segments")
			"key        shmid      " LIST_COLUMNS "%-10s nattch     status      \n", list_shm },
		[XNS_IPC_SEM] = { TITLE("Semaphore Arrays")
			"key        semid      " LIST_COLUMNS "nsems     \n", list_sem },
	},
	[VIEW_TIME] = {
		[XNS_IPC_MSG] = { TITLE("Message Queues Send/Recv/Change Times")
			"msqid    owner      send                 recv                 "
			"change              \n", time_msg },
		[XNS_IPC_SHM] = { TITLE("Shared Memory Attach/Detach/Change Times")
			"shmid      owner      attached             detached             "
			"changed             \n", time_shm },
		[XNS_IPC_SEM] = { TITLE("Semaphore Operation/Change Times")
			"semid    owner      last-op                    last-changed              \n",
			time_sem },
	},
	[VIEW_PID] = {
		[XNS_IPC_MSG] = { TITLE("Message Queues PIDs")
			"msqid      owner      lspid      lrpid     \n", pid_msg },
		[XNS_IPC_SHM] = { TITLE("Shared Memory Creator/Last-op PIDs")
			"shmid      owner      cpid       lpid      \n", pid_shm },
	},
	[VIEW_CREATOR] = {
		[XNS_IPC_MSG] = { TITLE("Message Queues Creators/Owners")
			"msqid      " ID_COLUMNS, creator },
		[XNS_IPC_SHM] = { TITLE("Shared Memory Segment Creators/Owners")
			"shmid      " ID_COLUMNS, creator },
		[XNS_IPC_SEM] = { TITLE("Semaphore Arrays Creators/Owners")
			"semid      " ID_COLUMNS, creator },
	},
};
/* clang-format on */

static void print_head(enum xns_ipc_kind kind, const char *head)
{
	const char *mark = strchr(head, '%');

	if (!mark) {
		fputs(head, stdout);
		return;
	}
	/* only the header of sizes changes with the unit */
	printf("%.*s", (int)(mark - head), head);
	if (kind == XNS_IPC_MSG)
		printf("%-12s", want.unit == UNIT_HUMAN ? "size" : "used-bytes");
	else
		printf("%-10s", want.unit == UNIT_HUMAN ? "size" : "bytes");
	fputs(mark + strlen("%-10s"), stdout);
}

static void print_list(enum xns_ipc_kind kind, const struct xns_ipc_list *list)
{
	const struct layout *layout = &layouts[want.view][kind];

	if (!layout->row)
		return;
	print_head(kind, layout->head);
	for (const struct xns_ipc_object *o = NULL; (o = xns_ipc_next(list, o));)
		if (o->kind == kind)
			layout->row(o);
}

/* --- limits and summary ------------------------------------------------------------- */

/* "name (bytes) = 8192", "name (kbytes) = 8", "name = 8K". */
static void print_limit(const char *name, bool kbytes, uint64_t bytes)
{
	char text[XNS_SIZE_TEXT];

	if (want.unit == UNIT_HUMAN)
		printf("%s = %s\n", name, xns_format_size(bytes, text));
	else if (kbytes && want.unit == UNIT_DEFAULT)
		printf("%s (kbytes) = %" PRIu64 "\n", name, bytes / 1024);
	else
		printf("%s (bytes) = %" PRIu64 "\n", name, bytes);
}

/* Pages times @size, at most what 64 bits hold in whole pages. */
static uint64_t pages(uint64_t n, uint64_t size)
{
	return n > UINT64_MAX / size ? UINT64_MAX - UINT64_MAX % size : n * size;
}

static void print_limits(enum xns_ipc_kind kind, const struct xns_ipc_limits *l)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	switch (kind) {
	case XNS_IPC_MSG:
		printf(TITLE("Messages Limits") "max queues system wide = %" PRIu64 "\n",
		       l->msgmni);
		print_limit("max size of message", false, l->msgmax);
		print_limit("default max size of queue", false, l->msgmnb);
		break;
	case XNS_IPC_SHM:
		printf(TITLE("Shared Memory Limits") "max number of segments = %" PRIu64 "\n",
		       l->shmmni);
		print_limit("max seg size", true, l->shmmax);
		if (want.unit == UNIT_DEFAULT)
			printf("max total shared memory (kbytes) = %" PRIu64 "\n",
			       pages(l->shmall, page / 1024));
		else
			print_limit("max total shared memory", true, pages(l->shmall, page));
		print_limit("min seg size", false, l->shmmin);
		break;
	default:
		printf(TITLE("Semaphore Limits") "max number of arrays = %" PRIu64 "\n"
						 "max semaphores per array = %" PRIu64 "\n"
						 "max semaphores system wide = %" PRIu64 "\n"
						 "max ops per semop call = %" PRIu64 "\n"
						 "semaphore max value = %" PRIu64 "\n",
		       l->semmni, l->semmsl, l->semmns, l->semopm, l->semvmx);
	}
}

static void print_summary(enum xns_ipc_kind kind, const struct xns_ipc_limits *l)
{
	char text[XNS_SIZE_TEXT];

	switch (kind) {
	case XNS_IPC_MSG:
		printf(TITLE("Messages Status") "allocated queues = %" PRIu64
						"\nused headers = %" PRIu64 "\n",
		       l->msg_queues, l->msg_messages);
		if (want.unit == UNIT_HUMAN)
			printf("used space = %s\n", xns_format_size(l->msg_bytes, text));
		else if (want.unit == UNIT_BYTES)
			printf("used space (bytes) = %" PRIu64 "\n", l->msg_bytes);
		else
			printf("used space = %" PRIu64 " bytes\n", l->msg_bytes);
		break;
	case XNS_IPC_SHM:
		printf(TITLE("Shared Memory Status") "segments allocated %" PRIu64 "\n"
						     "pages allocated %" PRIu64 "\n"
						     "pages resident  %" PRIu64 "\n"
						     "pages swapped   %" PRIu64 "\n"
						     "Swap performance: %" PRIu64
						     " attempts\t %" PRIu64 " successes\n",
		       l->shm_segments, l->shm_pages, l->shm_rss, l->shm_swap,
		       l->shm_swap_attempts, l->shm_swap_successes);
		break;
	default:
		printf(TITLE("Semaphore Status") "used arrays = %" PRIu64
						 "\nallocated semaphores = %" PRIu64 "\n",
		       l->sem_sets, l->sem_semaphores);
	}
}

/* --- one object --------------------------------------------------------------------- */

static void detail_shm(const struct xns_ipc_object *o)
{
	char text[XNS_SIZE_TEXT];

	printf("\nShared memory Segment shmid=%d\nuid=%u\tgid=%u\tcuid=%u\tcgid=%u\n"
	       "mode=%#o\taccess_perms=%#o\n",
	       o->id, o->uid, o->gid, o->cuid, o->cgid, o->mode, o->mode & 0777);
	if (want.unit == UNIT_HUMAN)
		printf("size=%s", xns_format_size(o->size, text));
	else
		printf("bytes=%" PRIu64, o->size);
	printf("\tlpid=%d\tcpid=%d\tnattch=%" PRIu64 "\n", o->pid[1], o->pid[0], o->count);
	printf("att_time=%-26.24s\ndet_time=%-26.24s\nchange_time=%-26.24s\n\n",
	       full_date(o->atime), full_date(o->dtime), full_date(o->ctime));
}

static void detail_msg(const struct xns_ipc_object *o)
{
	char used[XNS_SIZE_TEXT], limit[XNS_SIZE_TEXT];

	printf("\nMessage Queue msqid=%d\nuid=%u\tgid=%u\tcuid=%u\tcgid=%u\tmode=%#o\n", o->id,
	       o->uid, o->gid, o->cuid, o->cgid, o->mode);
	if (want.unit == UNIT_HUMAN)
		printf("csize=%s\tqsize=%s", xns_format_size(o->size, used),
		       xns_format_size(o->limit, limit));
	else
		printf("cbytes=%" PRIu64 "\tqbytes=%" PRIu64, o->size, o->limit);
	printf("\tqnum=%" PRIu64 "\tlspid=%d\tlrpid=%d\n", o->count, o->pid[0], o->pid[1]);
	printf("send_time=%-26.24s\nrcv_time=%-26.24s\nchange_time=%-26.24s\n\n",
	       full_date(o->atime), full_date(o->dtime), full_date(o->ctime));
}

static void detail_sem(struct xns_ipc *ipc, const struct xns_ipc_object *o)
{
	struct xns_ipc_sem *sems = NULL;
	size_t n = 0;
	int err = xns_ipc_get_sems(ipc, o->id, &sems, &n);

	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	printf("\nSemaphore Array semid=%d\nuid=%u\t gid=%u\t cuid=%u\t cgid=%u\n"
	       "mode=%#o, access_perms=%#o\nnsems = %" PRIu64
	       "\notime = %-26.24s\nctime = %-26.24s\n",
	       o->id, o->uid, o->gid, o->cuid, o->cgid, o->mode, o->mode & 0777, o->count,
	       full_date(o->atime), full_date(o->ctime));
	printf("%-10s %-10s %-10s %-10s %-10s\n", "semnum", "value", "ncount", "zcount", "pid");
	for (size_t i = 0; i < n; i++)
		printf("%-10zu %-10d %-10d %-10d %-10d\n", i, sems[i].value, sems[i].ncount,
		       sems[i].zcount, sems[i].pid);
	putchar('\n');
	free(sems);
}

static int print_detail(struct xns_ipc *ipc, const struct xns_ipc_list *list)
{
	int id = xipcs_id(want.id);
	const struct xns_ipc_object *o = NULL;

	while ((o = xns_ipc_next(list, o)) && o->id != id)
		;
	if (!o)
		warn("id %d not found", id); /* ipcs ends with 0 then, and so do we */
	else if (o->kind == XNS_IPC_SHM)
		detail_shm(o);
	else if (o->kind == XNS_IPC_MSG)
		detail_msg(o);
	else
		detail_sem(ipc, o);
	return EXIT_SUCCESS;
}

int xipcs_classic(void)
{
	static const enum xns_ipc_kind order[] = { XNS_IPC_MSG, XNS_IPC_SHM, XNS_IPC_SEM };
	unsigned kinds = want.kinds ? want.kinds
				    : 1 << XNS_IPC_MSG | 1 << XNS_IPC_SHM | 1 << XNS_IPC_SEM;
	struct xns_ipc *ipc = ipc_open(want.ns);
	struct xns_ipc_limits limits = { .size = sizeof(limits) };
	struct xns_ipc_list *list = NULL;
	bool numbers = want.view >= VIEW_LIMITS && !want.id;
	int err = numbers ? xns_ipc_get_limits(ipc, &limits)
			  : xns_ipc_get_list(ipc, kinds, &list);

	if (err < 0)
		die("%s: %s", ipc_error(), strerror(-err));
	if (want.id)
		err = print_detail(ipc, list);
	else
		putchar('\n');
	for (size_t i = 0; i < 3 && !want.id; i++) {
		if (!(kinds & 1u << order[i]))
			continue;
		if (want.view == VIEW_LIMITS)
			print_limits(order[i], &limits);
		else if (want.view == VIEW_SUMMARY)
			print_summary(order[i], &limits);
		else
			print_list(order[i], list);
		putchar('\n');
	}
	xns_ipc_list_free(list);
	ipc_close();
	return err;
}
