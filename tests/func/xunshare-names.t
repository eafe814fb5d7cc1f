#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Namespaces that stay: --name and --forget, --netns, files; all or none; and no way for others
# to choose where a mount goes.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need nsenter setpriv stat
# A mount namespace whose id is lower than ours cannot be pinned. Linux 6.18 hands ids out in a batch
# for each processor: let us stay on one, from a mount namespace on that was made there.
begin_on_one() {
	cpu=$(awk '/^Cpus_allowed_list/ { sub(/[-,].*/, "", $2); print $2 }' /proc/self/status)
	! taskset -c "$cpu" true 2>/dev/null || begin_inside taskset -c "$cpu" unshare -m
}
begin_on_one
name=xns-test-$$
dir=/run/xns/$name
at_exit "xunshare --forget $name 2>/dev/null; umount -l /run/netns/$name 2>/dev/null; rm -f /run/netns/$name"
chmod 755 "$T"
mounts() { grep -c -e "$name" -e "$T" /proc/self/mountinfo; }

run xunshare --name "$name" --uts --ipc --net sh -c 'hostname inside; readlink /proc/self/ns/net'
is "--name" "$rc" 0
is "a file for each namespace" "$(cd "$dir" && echo *)" "ipc net uts"
is "which is it" "$(stat -L -c %i "$dir/net")" "$(echo "$out" | tr -dc 0-9)"
is "the directory is private" "$(stat -c %a:%u "$dir")" 700:0
is "nsenter enters it" "$(nsenter --uts="$dir/uts" hostname)" inside
is "xnsenter does by its name" "$(xnsenter --name "$name" hostname)" inside
is "xlsns shows the name" "$(xlsns -q -r -n -t net -o NS,NAME |
	grep "^$(stat -L -c %i "$dir/net") ")" "$(stat -L -c %i "$dir/net") $name"
run xunshare --name "$name" --uts true
is "a name is given once" "$rc" 1
like "and the hint tells how to free it" "$err" 'hint: .*--forget'
ok "--forget" xunshare --forget "$name"
ok "nothing is left" test ! -e "$dir"
is "no mount either" "$(mounts)" 0
fails "there is nothing more to forget" xunshare --forget "$name"

run xunshare --name "$name" -muinCT -f --pid true
is "all types but user" "$rc" 0
is "their files" "$(cd "$dir" && echo *)" "cgroup ipc mnt net pid time uts"
ok "--forget again" xunshare --forget "$name"
run xunshare --name "$name" --uts nosuchprogram
is "no program: 127" "$rc" 127
ok "and no name" test ! -e "$dir"
run xunshare --name "$name" --uts --user --map-users 0:0:5 -R "$T/none" true
is "a failing step" "$rc" 1
ok "leaves no name" test ! -e "$dir"
is "and no mount" "$(mounts)" 0
for bad in '' . .. a/b ../x; do
	fails "no name: '$bad'" xunshare --name "$bad" --uts true
	fails "none to forget: '$bad'" xunshare --forget "$bad"
done
mkdir -p /run/xns
ln -s "$T" "/run/xns/$name"
fails "a link is no name" xunshare --forget "$name"
rm "/run/xns/$name"

run xunshare --netns "$name" readlink /proc/self/ns/net
is "--netns" "$rc" 0
is "the name's namespace" "net:[$(stat -L -c %i "/run/netns/$name")]" "$out"
fails "it is taken" xunshare --netns "$name" true
if command -v ip >/dev/null; then
	like "ip netns lists it" "$(ip netns list)" "^$name"
	ok "ip netns runs something in it" ip netns exec "$name" true
	ok "ip netns deletes it" ip netns del "$name"
	ok "ip netns adds one" ip netns add "$name"
	ok "xnsenter enters that" xnsenter --net="/run/netns/$name" true
	ip netns del "$name"
	: >"/run/netns/$name"
	ok "--net=/run/netns/NAME" xunshare --net="/run/netns/$name" true
	like "is in its list too" "$(ip netns list)" "^$name"
	ip netns del "$name"
else
	skip 7 "needs ip"
	umount "/run/netns/$name"
	rm "/run/netns/$name"
fi
run xunshare --netns "$name" nosuchprogram
is "--netns: no program" "$rc" 127
ok "no name" test ! -e "/run/netns/$name"

# another user's link
mkdir "$T/evil"
chmod 777 "$T/evil"
: >"$T/victim"
mkdir "$T/victim.d"
setpriv --reuid 65534 --regid 65534 --clear-groups ln -s "$T/victim" "$T/evil/pin"
setpriv --reuid 65534 --regid 65534 --clear-groups ln -s "$T/victim.d" "$T/evil/proc"
run xunshare --uts="$T/evil/pin" true
is "a pin through another user's link" "$rc" 1
like "is refused" "$err" 'hint: a symbolic link on the way belongs to another user'
is "nothing is mounted" "$(mounts)" 0
fails "--mount-proc through another user's link" xunshare --mount-proc="$T/evil/proc" true
ln -s "$T/victim" "$T/own"
ok "one's own link is good" xunshare --uts="$T/own" true
ok "and leads there" umount "$T/victim"

# --propagation unchanged: a procfs stays inside
mkdir "$T/shared"
run unshare -m --propagation unchanged sh -c 'mount -t tmpfs x "$1" && mount --make-shared "$1" && mkdir "$1/p" &&
	xunshare --propagation unchanged --mount-proc="$1/p" sh -c "stat -f -c %T \"\$0/p\"" "$1" &&
	stat -f -c %T "$1/p"; umount -l "$1"' sh "$T/shared"
is "--propagation unchanged: proc inside, not outside" "$(echo "$out" | paste -sd ' ')" "proc tmpfs"

# A mount namespace on a shared mount cannot be pinned.
unshare -m --propagation shared sh -c 'mkdir "$1/m"; mount -t tmpfs x "$1/m"; mount --make-shared "$1/m"; : >"$1/m/f"
	xunshare --mount="$1/m/f" true 2>"$1/err"; mount --make-private "$1/m"; xunshare --mount="$1/m/f" true && umount "$1/m/f"
	echo $? >"$1/rc"; umount -l "$1/m"' sh "$T"
like "--mount=FILE on a shared mount: hint" "$(cat "$T/err")" 'hint: .*not shared'
is "on a private one it works" "$(cat "$T/rc")" 0
is "no mount is left" "$(mounts)" 0
