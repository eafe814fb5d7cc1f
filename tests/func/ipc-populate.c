/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * For tests of the IPC tools: makes an IPC namespace and a mount namespace with its own
 * /dev/shm (and /dev/mqueue), fills them with objects of every kind in every state that a
 * listing can show, runs a command, and ends with its exit status. An ordinary user gets a user
 * namespace too. What needs privileges (other owners, locking) is left out where it is refused.
 *
 *   ipc-populate [--sysv | --empty | --posix] COMMAND...
 *
 * Where namespaces are refused, the command runs with IPC_POPULATE=refused in its environment
 * and nothing is made.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OTHER = 1000, NAMELESS = 54321 };

static void check(int failed, const char *step)
{
	if (failed) {
		perror(step);
		exit(99);
	}
}

static int segment(int key, size_t size, int mode)
{
	int id = shmget(key, size, IPC_CREAT | IPC_EXCL | mode);

	check(id < 0, "shmget");
	return id;
}

static void give_segment(int id, uid_t uid, gid_t gid)
{
	struct shmid_ds ds;

	check(shmctl(id, IPC_STAT, &ds) < 0, "shmctl");
	ds.shm_perm.uid = uid;
	ds.shm_perm.gid = gid;
	(void)shmctl(id, IPC_SET, &ds);
}

static void make_segments(void)
{
	int gap = segment(0x1000, 1, 0600);
	int id = segment(0x1001, 4096, 0644);

	check(shmat(id, NULL, 0) == (void *)-1, "shmat");
	give_segment(segment(0x1002, 1 << 20, 0600), OTHER, OTHER);
	id = segment(IPC_PRIVATE, 12345, 0666); /* "dest": removed, still attached twice */
	check(shmat(id, NULL, 0) == (void *)-1, "shmat");
	check(shmat(id, NULL, SHM_RDONLY) == (void *)-1, "shmat");
	check(shmctl(id, IPC_RMID, NULL) < 0, "shmctl");
	id = segment((int)0xdeadbeef, 1000, 0);
	(void)shmctl(id, SHM_LOCK, NULL);
	void *at = shmat(id, NULL, 0);
	if (at != (void *)-1)
		check(shmdt(at) < 0, "shmdt");
	/* Not reserved: the machine need not have that much memory. */
	give_segment(segment(IPC_PRIVATE, 3000000000u, SHM_NORESERVE | 0440), NAMELESS,
		     NAMELESS);
	id = shmget(0x1006, (size_t)1 << 44, IPC_CREAT | IPC_EXCL | SHM_NORESERVE | 0604);
	check(id < 0, "shmget");
	check(shmctl(gap, IPC_RMID, NULL) < 0, "shmctl");
}

static int queue(int key, int mode, int messages)
{
	struct {
		long type;
		char text[100];
	} message = { .type = 1 };
	int id = msgget(key, IPC_CREAT | IPC_EXCL | mode);

	check(id < 0, "msgget");
	for (int i = 0; i < messages; i++)
		check(msgsnd(id, &message, sizeof(message.text) - (size_t)i, IPC_NOWAIT) < 0,
		      "msgsnd");
	if (messages)
		check(msgrcv(id, &message, sizeof(message.text), 0, IPC_NOWAIT) < 0, "msgrcv");
	return id;
}

static void make_queues(void)
{
	struct msqid_ds ds;
	int gap = queue(0x2000, 0600, 0);
	int id = queue(0x2002, 0660, 0);

	queue(0x2001, 0644, 4);
	check(msgctl(id, IPC_STAT, &ds) < 0, "msgctl");
	ds.msg_perm.uid = OTHER;
	(void)msgctl(id, IPC_SET, &ds);
	queue(IPC_PRIVATE, 0777, 1);
	check(msgctl(gap, IPC_RMID, NULL) < 0, "msgctl");
}

static void make_semaphores(void)
{
	union {
		int value;
		struct semid_ds *ds;
	} arg;
	struct semid_ds ds;
	struct sembuf up = { .sem_num = 3, .sem_op = 7 };
	int gap = semget(0x3000, 1, IPC_CREAT | IPC_EXCL | 0600);
	int id = semget(0x3001, 1, IPC_CREAT | IPC_EXCL | 0644);

	check(gap < 0 || id < 0, "semget");
	id = semget(0x3002, 5, IPC_CREAT | IPC_EXCL | 0666);
	check(id < 0, "semget");
	check(semop(id, &up, 1) < 0, "semop");
	arg.value = 32767;
	check(semctl(id, 1, SETVAL, arg) < 0, "semctl");
	arg.ds = &ds;
	check(semctl(id, 0, IPC_STAT, arg) < 0, "semctl");
	ds.sem_perm.uid = OTHER;
	ds.sem_perm.gid = OTHER;
	(void)semctl(id, 0, IPC_SET, arg);
	check(semget(IPC_PRIVATE, 100, IPC_CREAT | 0600) < 0, "semget");
	check(semctl(gap, 0, IPC_RMID) < 0, "semctl");
}

static void make_posix(void)
{
	struct mq_attr attr = { .mq_maxmsg = 5, .mq_msgsize = 64 };
	int fd = shm_open("/xns-shm", O_CREAT | O_EXCL | O_RDWR, 0640);

	check(fd < 0 || ftruncate(fd, 5000) < 0, "shm_open");
	close(fd);
	fd = shm_open("/xns-empty", O_CREAT | O_EXCL | O_RDWR, 0600);
	check(fd < 0, "shm_open");
	if (fchown(fd, OTHER, OTHER) < 0) {
		/* an ordinary user keeps it */
	}
	close(fd);
	check(sem_open("/xns-sem", O_CREAT | O_EXCL, 0644, 7) == SEM_FAILED, "sem_open");
	mqd_t q = mq_open("/xns-mq", O_CREAT | O_EXCL | O_RDWR, 0644, &attr);
	check(q == (mqd_t)-1, "mq_open");
	check(mq_send(q, "hello", 5, 3) < 0, "mq_send");
	mq_close(q);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	check(fd < 0 || write(fd, text, strlen(text)) < 0, path);
	close(fd);
}

static int become_root(void)
{
	char map[64];
	unsigned uid = geteuid(), gid = getegid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWIPC | CLONE_NEWNS) < 0)
		return -1;
	put("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	put("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	put("/proc/self/gid_map", map);
	return 0;
}

static int make_namespaces(void)
{
	if (unshare(CLONE_NEWIPC | CLONE_NEWNS) < 0 && (errno != EPERM || become_root() < 0))
		return -1;
	check(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0, "mount /");
	check(mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") < 0, "mount /dev/shm");
	if (mount("mqueue", "/dev/mqueue", "mqueue", 0, NULL) < 0 && errno != ENOENT)
		check(1, "mount /dev/mqueue");
	return 0;
}

int main(int argc, char **argv)
{
	int status, first = 1;
	const char *what = argc > 1 ? argv[1] : "";

	if (strncmp(what, "--", 2) == 0)
		first = 2;
	if (make_namespaces() < 0) {
		setenv("IPC_POPULATE", "refused", 1);
	} else if (strcmp(what, "--empty") != 0) {
		make_segments();
		make_queues();
		make_semaphores();
		if (strcmp(what, "--posix") == 0)
			make_posix();
	}
	if (first >= argc)
		return 0;
	pid_t child = fork();
	check(child < 0, "fork");
	if (child == 0) {
		execvp(argv[first], argv + first);
		_exit(127);
	}
	check(waitpid(child, &status, 0) < 0, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}
