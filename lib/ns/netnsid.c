/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One RTM_GETNSID request, one answer. */
#include "config.h"

#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "ns/netnsid.h"
#include "private.h"

int xns_netnsid_open(void)
{
	struct timeval patience = { .tv_sec = 5 };
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	xns_auto_close int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0)
		return -errno;
	return xns_steal_fd(&fd);
}

/* The id attribute of an RTM_NEWNSID answer. */
static int parse_answer(const char *buf, size_t len, int32_t *id)
{
	const struct nlmsghdr *head = (const struct nlmsghdr *)buf;

	if (!NLMSG_OK(head, len))
		return -EBADMSG;
	if (head->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = NLMSG_DATA(head);
		if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*error)))
			return -EBADMSG;
		return error->error ? error->error : -EBADMSG;
	}
	if (head->nlmsg_type != RTM_NEWNSID)
		return -EBADMSG;
	size_t left = head->nlmsg_len - NLMSG_SPACE(sizeof(struct rtgenmsg));
	const struct rtattr *attr =
		(const struct rtattr *)(buf + NLMSG_SPACE(sizeof(struct rtgenmsg)));
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == NETNSA_NSID && RTA_PAYLOAD(attr) == sizeof(*id)) {
			memcpy(id, RTA_DATA(attr), sizeof(*id));
			return 0;
		}
	}
	return -EBADMSG;
}

int xns_netnsid_ask(int rtnl, int netns_fd, int32_t *id)
{
	struct {
		struct nlmsghdr head;
		struct rtgenmsg gen;
		char pad[NLMSG_ALIGN(sizeof(struct rtgenmsg)) - sizeof(struct rtgenmsg)];
		struct rtattr attr;
		int32_t fd;
	} request = {
		.head.nlmsg_len = sizeof(request),
		.head.nlmsg_type = RTM_GETNSID,
		.head.nlmsg_flags = NLM_F_REQUEST,
		.gen.rtgen_family = AF_UNSPEC,
		.attr.rta_len = RTA_LENGTH(sizeof(int32_t)),
		.attr.rta_type = NETNSA_FD,
		.fd = netns_fd,
	};
	_Alignas(struct nlmsghdr) char answer[1024];
	ssize_t n;

	if (send(rtnl, &request, sizeof(request), 0) < 0)
		return -errno;
	do
		n = recv(rtnl, answer, sizeof(answer), 0);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : parse_answer(answer, (size_t)n, id);
}
