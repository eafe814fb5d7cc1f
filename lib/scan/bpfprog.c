/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The facts of the running kernel that the programs are made for, and what they share. */
#include "config.h"

#include "private.h"
#include "scan/bpfemit.h"

#define AT(struct_name, member_name)                                               \
	{                                                                          \
		.what = XNS_BTF_OFFSET, .name = struct_name, .member = member_name \
	}
static const struct xns_btf_want wanted[N_FACTS] = {
	[TASK_ID] = { .what = XNS_BTF_STRUCT, .name = "task_struct" },
	[TASK_PID] = AT("task_struct", "pid"),
	[TASK_TGID] = AT("task_struct", "tgid"),
	[TASK_LEADER] = AT("task_struct", "group_leader"),
	[TASK_PARENT] = AT("task_struct", "real_parent"),
	[TASK_THREAD_PID] = AT("task_struct", "thread_pid"),
	[TASK_CRED] = AT("task_struct", "real_cred"),
	[TASK_NSPROXY] = AT("task_struct", "nsproxy"),
	[TASK_START] = AT("task_struct", "start_boottime"),
	[TASK_EXIT_STATE] = AT("task_struct", "exit_state"),
	[TASK_FILES] = AT("task_struct", "files"),
	[NSPROXY_MNT] = AT("nsproxy", "mnt_ns"),
	[NSPROXY_UTS] = AT("nsproxy", "uts_ns"),
	[NSPROXY_IPC] = AT("nsproxy", "ipc_ns"),
	[NSPROXY_NET] = AT("nsproxy", "net_ns"),
	[NSPROXY_CGROUP] = AT("nsproxy", "cgroup_ns"),
	[NSPROXY_TIME] = AT("nsproxy", "time_ns"),
	[NSPROXY_PID_CHILDREN] = AT("nsproxy", "pid_ns_for_children"),
	[NSPROXY_TIME_CHILDREN] = AT("nsproxy", "time_ns_for_children"),
	[CRED_EUID] = AT("cred", "euid"),
	[CRED_USER_NS] = AT("cred", "user_ns"),
	[PID_LEVEL] = AT("pid", "level"),
	[PID_NUMBERS] = AT("pid", "numbers"),
	[UPID_NR] = AT("upid", "nr"),
	[UPID_NS] = AT("upid", "ns"),
	[UPID_SIZE] = { .what = XNS_BTF_SIZE, .name = "upid" },
	[COMMON_INUM] = AT("ns_common", "inum"),
	[MNT_COMMON] = AT("mnt_namespace", "ns"),
	[MNT_OWNER] = AT("mnt_namespace", "user_ns"),
	[UTS_COMMON] = AT("uts_namespace", "ns"),
	[UTS_OWNER] = AT("uts_namespace", "user_ns"),
	[IPC_COMMON] = AT("ipc_namespace", "ns"),
	[IPC_OWNER] = AT("ipc_namespace", "user_ns"),
	[NET_COMMON] = AT("net", "ns"),
	[NET_OWNER] = AT("net", "user_ns"),
	[PIDNS_COMMON] = AT("pid_namespace", "ns"),
	[PIDNS_OWNER] = AT("pid_namespace", "user_ns"),
	[PIDNS_PARENT] = AT("pid_namespace", "parent"),
	[USER_COMMON] = AT("user_namespace", "ns"),
	[USER_PARENT] = AT("user_namespace", "parent"),
	[USER_MAKER] = AT("user_namespace", "owner"),
	[CGROUP_COMMON] = AT("cgroup_namespace", "ns"),
	[CGROUP_OWNER] = AT("cgroup_namespace", "user_ns"),
	[TIME_COMMON] = AT("time_namespace", "ns"),
	[TIME_OWNER] = AT("time_namespace", "user_ns"),
	[FILE_INODE] = AT("file", "f_inode"),
	[FILE_PRIVATE] = AT("file", "private_data"),
	[INODE_MODE] = AT("inode", "i_mode"),
	[INODE_RDEV] = AT("inode", "i_rdev"),
	[INODE_SB] = AT("inode", "i_sb"),
	[INODE_PRIVATE] = AT("inode", "i_private"),
	[SB_MAGIC] = AT("super_block", "s_magic"),
	[SOCKET_SK] = AT("socket", "sk"),
	[SOCK_COMMON] = AT("sock", "__sk_common"),
	[COMMON_NET] = AT("sock_common", "skc_net"), /* a struct of one pointer */
	[ITER_TASK] = { .what = XNS_BTF_FUNC, .name = "bpf_iter_task" },
	[ITER_FILE] = { .what = XNS_BTF_FUNC, .name = "bpf_iter_task_file" },
	[RDONLY_CAST] = { .what = XNS_BTF_FUNC, .name = "bpf_rdonly_cast" },
	[COMMON_ID] = { .what = XNS_BTF_STRUCT, .name = "ns_common" },
	[COMMON_CHAIN] = AT("ns_common", "ns_list_node"),
	[COMMON_NSID] = AT("ns_common", "ns_id"),
	[COMMON_TYPE] = AT("ns_common", "ns_type"),
	[COMMON_OPS] = AT("ns_common", "ops"),
	[OPS_TYPE] = AT("proc_ns_operations", "type"),
};
#undef AT

const struct xns_bpf_place xns_bpf_places[XNS_NTYPES] = {
	[XNS_MNT] = { NSPROXY_MNT, MNT_COMMON, MNT_OWNER },
	[XNS_UTS] = { NSPROXY_UTS, UTS_COMMON, UTS_OWNER },
	[XNS_IPC] = { NSPROXY_IPC, IPC_COMMON, IPC_OWNER },
	[XNS_NET] = { NSPROXY_NET, NET_COMMON, NET_OWNER },
	[XNS_PID] = { NSPROXY_PID_CHILDREN, PIDNS_COMMON, PIDNS_OWNER },
	[XNS_USER] = { N_FACTS, USER_COMMON, USER_PARENT },
	[XNS_CGROUP] = { NSPROXY_CGROUP, CGROUP_COMMON, CGROUP_OWNER },
	[XNS_TIME] = { NSPROXY_TIME, TIME_COMMON, TIME_OWNER },
};

int xns_bpf_facts(const struct xns_btf *btf, struct xns_kernel_facts *facts)
{
	const int32_t *v = facts->value;
	int rc = xns_btf_ask(btf, wanted, N_FACTS, facts->value);

	if (rc < 0)
		return rc;
	for (int i = 0; i < FIRST_OPTIONAL; i++)
		if (v[i] == XNS_BTF_MISSING)
			return -ENOENT;
	if (v[COMMON_TYPE] == XNS_BTF_MISSING &&
	    (v[COMMON_OPS] == XNS_BTF_MISSING || v[OPS_TYPE] == XNS_BTF_MISSING))
		return -ENOENT;
	return 0;
}

int32_t xns_bpf_task_iterator(const struct xns_kernel_facts *facts)
{
	return facts->value[ITER_TASK];
}

int32_t xns_bpf_file_iterator(const struct xns_kernel_facts *facts)
{
	return facts->value[ITER_FILE];
}

/* --- what both programs are made of ----------------------------------------------------- */

uint32_t xns_bpf_begin(struct xns_asm *a, const int32_t *v, int ctx)
{
	xns_asm_load(a, BPF_DW, SEQ, ctx, CTX_META);
	xns_asm_load(a, BPF_DW, SEQ, SEQ, 0);
	xns_asm_load(a, BPF_DW, TASK, ctx, CTX_TASK);
	uint32_t none = xns_asm_jump_if(a, BPF_JEQ, TASK, 0);
	if (v[RDONLY_CAST] != XNS_BTF_MISSING) {
		/* Spares the verifier its search, by name, for what is trusted in each type on
		 * the way: 12 ms for the task program on 6.18. */
		xns_asm_move(a, 1, TASK);
		xns_asm_set(a, 2, v[TASK_ID]);
		xns_asm_call_kernel(a, v[RDONLY_CAST]);
		xns_asm_move(a, TASK, 0);
	}
	return none;
}

void xns_bpf_load_number(struct xns_asm *a, const int32_t *v, int level, int dst, int task,
			 int tmp)
{
	int32_t nr = v[PID_NUMBERS] + level * v[UPID_SIZE] + v[UPID_NR];

	xns_asm_load(a, BPF_DW, tmp, task, v[TASK_THREAD_PID]);
	if (level == 0) {
		xns_asm_load(a, BPF_W, dst, tmp, nr);
		return;
	}
	xns_asm_load(a, BPF_W, dst, tmp, v[PID_LEVEL]);
	uint32_t deep = xns_asm_jump_if(a, BPF_JGE, dst, level);
	xns_asm_set(a, dst, 0);
	uint32_t done = xns_asm_jump(a);
	xns_asm_land(a, deep);
	xns_asm_load(a, BPF_W, dst, tmp, nr);
	xns_asm_land(a, done);
}

void xns_bpf_probe(struct xns_asm *a, int32_t to, int size, int32_t off)
{
	xns_asm_alu(a, BPF_ADD, 3, off);
	xns_asm_move(a, 1, XNS_FRAME);
	xns_asm_alu(a, BPF_ADD, 1, to);
	xns_asm_set(a, 2, size);
	xns_asm_call(a, BPF_FUNC_probe_read_kernel);
}

void xns_bpf_write(struct xns_asm *a, int32_t record, int size)
{
	xns_asm_move(a, 1, SEQ);
	xns_asm_move(a, 2, XNS_FRAME);
	xns_asm_alu(a, BPF_ADD, 2, record);
	xns_asm_set(a, 3, size);
	xns_asm_call(a, BPF_FUNC_seq_write);
}

void xns_bpf_leave(struct xns_asm *a)
{
	xns_asm_set(a, 0, 0);
	xns_asm_exit(a);
}
