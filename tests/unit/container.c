/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From a cgroup path to a container: one row for each way that a runtime names one. */
#include "config.h"

#include <criterion/criterion.h>

#include "private.h"
#include "whose/container.h"

#define H   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define H2  "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD "22fd933a-ee61-4a52-9f5b-0123456789ab"

static const struct {
	const char *path, *runtime, *container, *pod, *unit;
	unsigned depth;
} cases[] = {
	{ "/system.slice/docker-" H ".scope", "docker", H, "", "docker-" H ".scope", 1 },
	{ "/docker/" H, "docker", H, "", "", 1 },
	{ "/docker/" H "/docker/" H2, "docker", H2, "", "", 2 },
	{ "/docker/" H "/init.scope", "docker", H, "", "init.scope", 1 },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
	  "22fd933a_ee61_4a52_9f5b_0123456789ab.slice/cri-containerd-" H ".scope",
	  "containerd", H, POD, "cri-containerd-" H ".scope", 1 },
	{ "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod"
	  "22fd933a_ee61_4a52_9f5b_0123456789ab.slice/cri-containerd-" H ".scope",
	  "containerd", H, POD, "cri-containerd-" H ".scope", 1 },
	{ "/kubepods/besteffort/pod" POD "/" H, "kubernetes", H, POD, "", 1 },
	{ "/kubepods/pod0123456789abcdef0123456789abcdef/" H, "kubernetes", H,
	  "0123456789abcdef0123456789abcdef", "", 1 },
	{ "/system.slice/containerd.service/kubepods-burstable-pod"
	  "22fd933a_ee61_4a52_9f5b_0123456789ab.slice:cri-containerd:" H,
	  "containerd", H, "", "containerd.service", 1 },
	{ "/kubepods.slice/crio-" H ".scope", "cri-o", H, "", "crio-" H ".scope", 1 },
	{ "/kubepods.slice/crio-conmon-" H ".scope", "", "", "", "crio-conmon-" H ".scope", 0 },
	{ "/machine.slice/libpod-" H ".scope/container", "podman", H, "", "libpod-" H ".scope",
	  1 },
	{ "/machine.slice/libpod-conmon-" H ".scope", "", "", "", "libpod-conmon-" H ".scope",
	  0 },
	{ "/machine.slice/machine-libpod_pod_x.slice/libpod_pod_" H2 ".slice/libpod-" H
	  ".scope",
	  "podman", H, H2, "libpod-" H ".scope", 1 },
	{ "/system.slice/web.service/libpod-payload-" H, "podman", H, "", "web.service", 1 },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" H ".scope",
	  "podman", H, "", "libpod-" H ".scope", 1 },
	{ "/user.slice/user@1000.service/podman-77.scope/" H, "podman", H, "",
	  "podman-77.scope", 1 },
	{ "/lxc.payload.web", "lxc", "web", "", "", 1 },
	{ "/lxc.payload.web/system.slice/nginx.service", "lxc", "web", "", "nginx.service", 1 },
	{ "/lxc/web", "lxc", "web", "", "", 1 },
	{ "/lxc.payload/web", "lxc", "web", "", "", 1 },
	{ "/lxc.monitor.web", "", "", "", "", 0 },
	{ "/machine.slice/machine-my\\x2dbox.scope/payload", "nspawn", "my-box", "",
	  "machine-my\\x2dbox.scope", 1 },
	{ "/machine.slice/systemd-nspawn@box.service/payload", "nspawn", "box", "",
	  "systemd-nspawn@box.service", 1 },
	{ "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "", "", "",
	  "machine-qemu\\x2d1\\x2dvm.scope", 0 },
	{ "/machine.slice/machine-lxc\\x2d12\\x2dbox.scope", "libvirt", "12-box", "",
	  "machine-lxc\\x2d12\\x2dbox.scope", 1 },
	{ "/user.slice/app-flatpak-org.mozilla.firefox-2891.scope", "flatpak",
	  "org.mozilla.firefox-2891", "", "app-flatpak-org.mozilla.firefox-2891.scope", 1 },
	{ "/docker/buildkit/n4eu0u1234567890123456789", "buildkit", "n4eu0u1234567890123456789",
	  "", "", 1 },
	{ "/system.slice/system.slice:docker:" H, "docker", H, "", "", 1 },
	{ "/system.slice/garden.service/garden/good/2f57368b-0eda-4e52-64d8-af5c", "garden",
	  "2f57368b-0eda-4e52-64d8-af5c", "", "garden.service", 1 },
	{ "/default/" H, "containerd", H, "", "", 1 },
	/* none */
	{ "/system.slice/ssh.service", "", "", "", "ssh.service", 0 },
	{ "/user.slice/user-1000.slice/session-3.scope", "", "", "", "session-3.scope", 0 },
	{ "/system.slice/docker-short.scope", "", "", "", "docker-short.scope", 0 },
	{ "/", "", "", "", "", 0 },
	{ "", "", "", "", "", 0 },
	{ "///", "", "", "", "", 0 },
	{ "/../../docker/" H, "docker", H, "", "", 1 },
	{ "/..", "", "", "", "", 0 },
	{ "/..x/docker/" H, "docker", H, "", "", 1 },
};

Test(container, paths)
{
	for (size_t i = 0; i < XNS_COUNT(cases); i++) {
		struct xns_whose w;

		xns_whose_from_path(cases[i].path, strlen(cases[i].path), &w);
		cr_expect_str_eq(w.runtime, cases[i].runtime, "%s: runtime %s", cases[i].path,
				 w.runtime);
		cr_expect_str_eq(w.container, cases[i].container, "%s: %s", cases[i].path,
				 w.container);
		cr_expect_str_eq(w.pod, cases[i].pod, "%s: pod %s", cases[i].path, w.pod);
		cr_expect_str_eq(w.unit, cases[i].unit, "%s: unit %s", cases[i].path, w.unit);
		cr_expect_eq(w.depth, cases[i].depth, "%s: depth %u", cases[i].path, w.depth);
	}
}

Test(container, which_line_counts)
{
	struct xns_whose w;

	xns_whose_from_cgroup("2:memory:/docker/" H2 "\n0::/lxc.payload.a\n", &w);
	cr_assert_str_eq(w.container, "a", "cgroup v2 first");
	xns_whose_from_cgroup("5:cpu,memory:/lxc/m\n1:name=systemd:/lxc/s\n0::/\n", &w);
	cr_assert_str_eq(w.container, "s", "systemd where v2 is at the root");
	xns_whose_from_cgroup("5:cpu,memory:/lxc/m\n", &w);
	cr_assert_str_eq(w.container, "m", "one of several controllers");
	xns_whose_from_cgroup("0::/lxc/with:colon", &w);
	cr_assert_str_eq(w.container, "with:colon", "names may hold colons");
	xns_whose_from_cgroup("", &w);
	cr_assert_str_eq(w.container, "");
	xns_whose_from_cgroup("junk\n::\n0:\n\n", &w);
	cr_assert_str_eq(w.container, "");
}

Test(container, long_names_are_cut)
{
	char path[2000] = "/lxc/";
	struct xns_whose w;

	memset(path + 5, 'x', 1500);
	xns_whose_from_path(path, 1505, &w);
	cr_assert_eq(strlen(w.container), XNS_WHOSE_MAX - 1);
}
