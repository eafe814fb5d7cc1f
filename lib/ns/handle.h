/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A namespace as a descriptor: opening one without being fooled or blocked, and what the kernel
 * tells about it. All functions return a descriptor or 0, and a negative errno; none prints.
 */
#ifndef XNS_NS_HANDLE_H
#define XNS_NS_HANDLE_H

#include <stdint.h>
#include <sys/types.h>

#include "ns/type.h"

/*
 * Which namespace @fd (opened, or O_PATH) is: type and inode. -EINVAL where it is none: every
 * other kind of file, also one that is mounted over an nsfs path. Never blocks.
 */
int xns_handle_identify(int fd, enum xns_type *type, uint32_t *inode);

/*
 * Opens the namespace at @path below @dirfd. The path is looked up with O_PATH and is opened
 * only once it is known to be a namespace, so a FIFO or a device there does no harm.
 * -EINVAL: it is no namespace.
 */
int xns_handle_open(int dirfd, const char *path);

/* The same for what has been looked up already: @found is an O_PATH descriptor. */
int xns_handle_reopen(int found);

/* Opens the namespace with 64-bit id @id (6.18; @inode 0 is enough from 6.19). -ESTALE: none.
 */
int xns_handle_open_id(enum xns_type type, uint64_t id, uint32_t inode);

/*
 * The owning user namespace, or the parent (pid and user only, else -EINVAL), as a new
 * descriptor. -EPERM: it is above what the caller may see. -ENOTTY: kernel before 4.9.
 */
int xns_handle_owner(int fd);
int xns_handle_parent(int fd);

/* The user id, as the caller sees it, that made the user namespace @fd. */
int xns_handle_owner_uid(int fd, uid_t *uid);

/* The 64-bit id, never used again. -ENOTTY: kernel before 6.18 (6.11 for mount namespaces). */
int xns_handle_id(int fd, uint64_t *id);

/*
 * Splits "net:[4026531833]", as readlink(2) gives it, into type and inode.
 * Returns 0; -EINVAL where @link (of @len bytes) is no such text.
 */
int xns_handle_parse_link(const char *link, size_t len, enum xns_type *type, uint32_t *inode);

#endif
