/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Kernel constants that the headers of supported distributions lack, each with the kernel that
 * brought it. Whether the running kernel has one is found out by trying it, never by its
 * version.
 */
#ifndef XNS_KERNEL_H
#define XNS_KERNEL_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <sched.h>
#include <stdint.h>
#include <sys/syscall.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080 /* 5.6 */
#endif
#ifndef CLONE_NEWCGROUP
#define CLONE_NEWCGROUP 0x02000000 /* 4.6 */
#endif

#define XNS_NSIO 0xb7
#ifndef NS_GET_USERNS
#define NS_GET_USERNS    _IO(XNS_NSIO, 0x1) /* 4.9 */
#define NS_GET_PARENT    _IO(XNS_NSIO, 0x2) /* 4.9: pid and user only, else EINVAL */
#define NS_GET_NSTYPE    _IO(XNS_NSIO, 0x3) /* 4.11 */
#define NS_GET_OWNER_UID _IO(XNS_NSIO, 0x4) /* 4.11: user only, else EINVAL */
#endif

/* The next are named by us: glibc and old linux/nsfs.h lack them, newer headers have them. */
struct xns_mnt_ns_info {
	__u32 size;
	__u32 nr_mounts;
	__u64 mnt_ns_id;
};
#define XNS_NS_GET_MNTNS_ID        _IOR(XNS_NSIO, 0x5, __u64)                  /* 6.11 */
#define XNS_NS_GET_PID_FROM_PIDNS  _IOR(XNS_NSIO, 0x6, int)                    /* 6.11 */
#define XNS_NS_GET_TGID_FROM_PIDNS _IOR(XNS_NSIO, 0x7, int)                    /* 6.11 */
#define XNS_NS_GET_PID_IN_PIDNS    _IOR(XNS_NSIO, 0x8, int)                    /* 6.11 */
#define XNS_NS_GET_TGID_IN_PIDNS   _IOR(XNS_NSIO, 0x9, int)                    /* 6.11 */
#define XNS_NS_MNT_GET_INFO        _IOR(XNS_NSIO, 0xa, struct xns_mnt_ns_info) /* 6.12 */
#define XNS_NS_MNT_GET_NEXT        _IOR(XNS_NSIO, 0xb, struct xns_mnt_ns_info) /* 6.12 */
#define XNS_NS_MNT_GET_PREV        _IOR(XNS_NSIO, 0xc, struct xns_mnt_ns_info) /* 6.12 */
#define XNS_NS_GET_ID              _IOR(XNS_NSIO, 0xd, __u64)                  /* 6.18 */

#define XNS_NSFS_MAGIC 0x6e736673
#define XNS_PROC_MAGIC 0x9fa0

/* The initial namespaces' inodes; others of them vary between kernels. */
#define XNS_INIT_USER_INODE 0xeffffffdu
#define XNS_INIT_PID_INODE  0xeffffffcu

/* Every namespace's file handle is of this type (name_to_handle_at, 6.18). */
#define XNS_FILEID_NSFS  0xf1
#define XNS_FD_NSFS_ROOT (-10003)
struct xns_nsfs_handle {
	__u64 ns_id;
	__u32 ns_type;
	__u32 ns_inum;
};

/* PIDFD_GET_*_NAMESPACE, 6.11 */
#define XNS_PIDFD_GET_NS(n) _IO(0xff, n)
#define XNS_PIDFD_THREAD    0200 /* O_EXCL, 6.9 */

/* PIDFD_GET_INFO, 6.13 */
struct xns_pidfd_info {
	__u64 mask;
	__u64 cgroupid;
	__u32 pid, tgid, ppid;
	__u32 ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
	__u32 spare;
};
#define XNS_PIDFD_GET_INFO   _IOWR(0xff, 11, struct xns_pidfd_info)
#define XNS_PIDFD_INFO_PID   (1u << 0)
#define XNS_PIDFD_INFO_CREDS (1u << 1)

#define XNS_SIOCGSKNS 0x894c /* 4.10 */

/* glibc's <sys/mount.h> and <linux/mount.h> exclude each other before 2.37, so: by us. 5.2 */
#ifndef SYS_open_tree
#define SYS_open_tree 428
#endif
#ifndef SYS_move_mount
#define SYS_move_mount 429
#endif
#define XNS_OPEN_TREE_CLONE         1
#define XNS_OPEN_TREE_CLOEXEC       02000000 /* O_CLOEXEC */
#define XNS_MOVE_MOUNT_F_EMPTY_PATH 0x4
#define XNS_MOVE_MOUNT_T_EMPTY_PATH 0x40

/* statmount and listmount, 6.8; mnt_ns_id 6.11 */
struct xns_mnt_id_req {
	__u32 size;
	__u32 spare;
	__u64 mnt_id;
	__u64 param;
	__u64 mnt_ns_id;
};
struct xns_statmount {
	__u32 size;
	__u32 mnt_opts;
	__u64 mask;
	__u32 sb_dev_major, sb_dev_minor;
	__u64 sb_magic;
	__u32 sb_flags;
	__u32 fs_type;
	__u64 mnt_id, mnt_parent_id;
	__u32 mnt_id_old, mnt_parent_id_old;
	__u64 mnt_attr, mnt_propagation, mnt_peer_group, mnt_master, propagate_from;
	__u32 mnt_root, mnt_point; /* offsets of texts in str */
	__u64 mnt_ns_id;
	__u64 spare[49];
	char str[];
};
#define XNS_STATMOUNT_SB_BASIC  (1u << 0)
#define XNS_STATMOUNT_MNT_ROOT  (1u << 3)
#define XNS_STATMOUNT_MNT_POINT (1u << 4)
#define XNS_LSMT_ROOT           UINT64_MAX

/* listns, 6.19 */
struct xns_ns_id_req {
	__u32 size;
	__u32 spare;
	__u64 ns_id; /* list those after it */
	__u32 ns_type;
	__u32 spare2;
	__u64 user_ns_id;
};

#define XNS_KCMP_FILES 2 /* 3.5 */

/* openat2, 5.6: linux/openat2.h cannot be had beside fcntl.h everywhere */
struct xns_open_how {
	__u64 flags, mode, resolve;
};
#define XNS_RESOLVE_NO_MAGICLINKS 0x02
#define XNS_RESOLVE_NO_SYMLINKS   0x04
#define XNS_RESOLVE_CACHED        0x20 /* 5.12 */

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434 /* 5.3 */
#endif
#ifndef SYS_openat2
#define SYS_openat2 437 /* 5.6 */
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438 /* 5.6 */
#endif
#ifndef SYS_statmount
#define SYS_statmount 457 /* 6.8 */
#endif
#ifndef SYS_listmount
#define SYS_listmount 458 /* 6.8; the namespace id: 6.11 */
#endif
#ifndef SYS_listns
#define SYS_listns 470 /* 6.19 */
#endif

#endif
