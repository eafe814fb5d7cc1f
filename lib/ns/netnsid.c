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

int xns_netnsid_parse(const void *answer, size_t len, int32_t *id)
{
	const char *buf = answer;
	const struct nlmsghdr *head = answer;

	if (len > INT32_MAX || !NLMSG_OK(head, len))
		return -EBADMSG;
	if (head->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *error = NLMSG_DATA(head);
		if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*error)))
			return -EBADMSG;
		return error->error < 0 ? error->error : -EBADMSG;
	}
	if (head->nlmsg_type != RTM_NEWNSID)
		return -EBADMSG;
	/* With a sign: RTA_NEXT takes away the padding too, which the last one need not have.
	 */
	int left = (int)head->nlmsg_len - (int)NLMSG_SPACE(sizeof(struct rtgenmsg));
	const struct rtattr *attr =
		(const struct rtattr *)(buf + NLMSG_SPACE(sizeof(struct rtgenmsg)));
	while (RTA_OK(attr, left)) {
		if (attr->rta_type == NETNSA_NSID && RTA_PAYLOAD(attr) == sizeof(*id)) {
			memcpy(id, RTA_DATA(attr), sizeof(*id));
			return 0;
		}
		left -= (int)RTA_ALIGN(attr->rta_len);
		attr = (const struct rtattr *)((const char *)attr + RTA_ALIGN(attr->rta_len));
	}
	return -EBADMSG;
}

/*
 * The kernel's answer to request @sequence. One that comes late, to an earlier question that
 * was given up, is not ours; nor is what another program sends here.
 */
static ssize_t receive(int rtnl, uint32_t sequence, void *answer, size_t size)
{
	const struct nlmsghdr *head = answer;
	struct sockaddr_nl from;

	for (int tries = 0; tries < 64; tries++) {
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(rtnl, answer, size, 0, (struct sockaddr *)&from, &len);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n >= (ssize_t)sizeof(*head) && len == sizeof(from) && from.nl_pid == 0 &&
		    head->nlmsg_seq == sequence)
			return n;
	}
	return -EBADMSG;
}

int xns_netnsid_ask(int rtnl, int netns_fd, int32_t *id)
{
	static _Atomic uint32_t last;
	uint32_t sequence = ++last;
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
		.head.nlmsg_seq = sequence,
		.gen.rtgen_family = AF_UNSPEC,
		.attr.rta_len = RTA_LENGTH(sizeof(int32_t)),
		.attr.rta_type = NETNSA_FD,
		.fd = netns_fd,
	};
	_Alignas(struct nlmsghdr) char answer[1024];

	if (send(rtnl, &request, sizeof(request), 0) < 0)
		return -errno;
	ssize_t n = receive(rtnl, sequence, answer, sizeof(answer));
	return n < 0 ? (int)n : xns_netnsid_parse(answer, (size_t)n, id);
}
