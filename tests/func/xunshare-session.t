#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The sessions that xunshare is for, as written in its manual page; as root, and with -r as an
# ordinary user.
. "${top_srcdir:?}/tests/func/tap.sh"
need_userns
need ps readlink
chmod 755 "$T"

sessions() { # WHO PREFIX...: the sessions, run as PREFIX xunshare $R ...
	who=$1
	shift
	is "$who: --mount: mounts stay inside" "$(echo 'mount -t tmpfs none /mnt && echo mounted
		grep -c " /mnt tmpfs " /proc/mounts' | "$@" --mount /bin/sh)" "mounted
1"
	unlike "$who: and are not seen outside" "$(cat /proc/mounts)" ' /mnt tmpfs '
	is "$who: -fp --mount-proc: PID 1, ps shows the inside" "$(echo 'echo $$; ps -o pid=,comm=' |
		"$@" -fp --mount-proc /bin/sh | tr -s ' \n' '  ')" "1 1 sh 2 ps "
	is "$who: -Cm: the cgroup is the root" "$("$@" -Cm sed -n 's/.*://p' /proc/self/cgroup | sort -u)" /
	is "$who: --net: lo alone" "$("$@" --net sed '1,2d; s/: .*//; s/ //g' /proc/net/dev)" lo
	is "$who: --net --lo-up: which is up" "$("$@" --lo-up sed -n '2,$s/.*127.0.0.1/up/p' /proc/net/fib_trie | head -1)" up
	is "$who: --uts: a host name of its own" "$("$@" --uts sh -c 'hostname xns-inside && hostname')" xns-inside
	is "$who: --hostname" "$("$@" --hostname xns-inside hostname)" xns-inside
	unlike "$who: and not outside" "$(hostname)" xns-inside
	is "$who: --ipc: no object of the host" "$("$@" --ipc ipcs -m | grep -c '^0x')" 0
	is "$who: --user" "$("$@" --user sh -c 'readlink /proc/self/ns/user' | grep -c '^user:')" 1
}

if [ "$(id -u)" -eq 0 ]; then
	ipcs=$(ipcmk -M 64 | sed 's/.*: //')
	at_exit "ipcrm -m $ipcs"
	sessions root xunshare
	sessions user setpriv --reuid 1000 --regid 1000 --clear-groups xunshare -r
else
	sessions user xunshare -r
fi

# the default shell is a login shell
is "no program: SHELL as a login shell" "$(echo 'echo $0' | SHELL=/bin/sh xunshare)" -sh
is "an empty SHELL is none" "$(echo 'echo here' | SHELL='' xunshare)" here

# environment
is "--clear-env" "$(A=1 xunshare --clear-env env)" ""
is "--whitelist-env" "$(AA=1 A=2 B=3 xunshare --whitelist-env A,C env)" A=2

# what is told is what is done, in order, and a dry run does nothing
run xunshare --dry-run -rfp --mount-proc -w / false
is "--dry-run: exit" "$rc" 0
is "--dry-run: the steps" "$(echo "$out" | sed 's/^ *[0-9]*\. //; s/  .*//' | paste -sd ,)" \
	"unshare,write /proc/self/setgroups,write uid_map, gid_map,fork,mount,chdir,mount,execve"
run xunshare --explain -r sh -c 'exit 6'
is "--explain: and does it" "$rc" 6
like "--explain: on stderr" "$err" 'map users \(inner outer count\) 0 [0-9]+ 1'

# chroot: which of the two is missing?
mkdir -p "$T/root/bin"
cp /bin/true "$T/root/bin/"
printf '#!/nonexistent/interpreter\n' >"$T/root/bin/script"
chmod 755 "$T/root/bin/script"
run xunshare -r -R "$T/root" /bin/none
is "-R: no program" "$rc" 127
like "-R: and says it" "$err" "hint: inside $T/root: the program /bin/none is not there"
run xunshare -r -R "$T/root" /bin/true
is "-R: no ELF interpreter" "$rc" 127
like "-R: and names it" "$err" "hint: inside $T/root: /bin/true is there, but not the interpreter it was linked with: /lib.*ld-"
run xunshare -r -f -R "$T/root" /bin/script
is "-R: no script interpreter" "$rc" 127
like "-R: and names it" "$err" "its first line names: /nonexistent/interpreter is not there"
