# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# What the lines  .\" before  and  .\" if  of the manual pages may call: the targets that a session
# is about. Sourced by the session's shell, see man-examples.t; ${stage:?} is its directory. All
# that runs ends with the session.

trap 'kill $(jobs -p) $box 2>/dev/null' EXIT

# box [OPTION...]: "sleep 1000" under xunshare with these options; $box is its PID.
box() {
	local child tries=100
	rm -f "${stage:?}/ready"
	mkfifo "$stage/ready" || return
	xunshare "$@" sh -c 'echo ready; exec sleep 1000 >/dev/null 2>&1' \
		</dev/null >"$stage/ready" &
	box=$!
	read -r -t 30 _ <"$stage/ready" || return
	while child=$(ps -o pid= --ppid "$box") && [ -n "$child" ]; do
		box=${child##* }
	done
	until [ "$(cat "/proc/$box/comm")" = sleep ]; do
		[ $((tries -= 1)) -gt 0 ] || return
		sleep 0.05
	done
}

# hold FILE [COMMAND...]: a process with FILE open as descriptor 7, "sleep 1000" by default.
hold() {
	local file=$1 tries=100
	shift
	[ $# -gt 0 ] || set -- sleep 1000
	"$@" 7<"$file" >/dev/null 2>&1 &
	holder=$!
	until [ -e "/proc/$holder/fd/7" ] && [ "$(cat "/proc/$holder/comm")" = "$1" ]; do
		[ $((tries -= 1)) -gt 0 ] || return
		sleep 0.05
	done
}

# gone PID: ends it, and waits until it has.
gone() {
	local tries=100
	kill "$1"
	while [ -d "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null; do
		[ $((tries -= 1)) -gt 0 ] || return
		sleep 0.05
	done
}

# web PID: a server on port 8080 in the network of a process.
web() {
	local tries=200
	mkdir -p "${stage:?}/www"
	xnsenter -n -t "$1" python3 -m http.server --bind 127.0.0.1 --directory "$stage/www" 8080 \
		>/dev/null 2>&1 </dev/null &
	until xnsenter -n -t "$1" ss -Htln | grep -q :8080; do
		[ $((tries -= 1)) -gt 0 ] || return
		sleep 0.05
	done
}

# has_cgroup2; in_cgroup PATH PID: what moves a process below a cgroup that man-examples.t removes
has_cgroup2() {
	mkdir -p "${stage:?}/cg" && mount -t cgroup2 none "$stage/cg"
}
in_cgroup() {
	mkdir -p "${stage:?}/cg/${cgroup:?}/$1" && echo "$2" >"$stage/cg/$cgroup/$1/cgroup.procs"
}
