#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Names and pins where the place for them is others', taken or unfit: said, and nothing stays.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare
begin_inside unshare -m
mount -t tmpfs none /run

refused() { # NAME MESSAGE HINT ARGUMENT...: xunshare exits 1 and says so
	what=$1 message=$2 hint=$3
	shift 3
	run xunshare "$@"
	is "$what: fails" "$rc $out" "1 "
	is "$what: is said" "$err" "$(printf 'xunshare: %s\n' "$message" && [ -z "$hint" ] ||
		echo "hint: $hint")"
}
no_dir='it is no directory of root or of this user'

: >/run/xns
refused "a file for /run/xns" "use /run/xns: Not a directory" "$no_dir" --uts --name a true
rm /run/xns
ln -s "$T" /run/xns
refused "a link for it" "use /run/xns: Not a directory" "$no_dir" --uts --name a true
rm /run/xns
mkdir /run/xns
chown 1234 /run/xns
refused "another user's directory" "use /run/xns: Not a directory" "$no_dir" --uts --name a true
chown 0 /run/xns
mkdir /run/xns/a
refused "a name that is taken" "make the directory /run/xns/a: File exists" \
	"the name is taken; --forget gives it up" --uts --name a true
chown 1234 /run/xns/a
refused "to forget another user's" "forget /run/xns/a: Operation not permitted" \
	"it belongs to user 1234" --forget a
chown 0 /run/xns/a
: >/run/xns/a/mine
refused "to forget what has more in it" "remove /run/xns/a: Directory not empty" "" --forget a
rm /run/xns/a/mine
ok "to forget what is left of a name" xunshare --forget a
: >/run/netns
refused "a file for /run/netns" "use /run/netns: Not a directory" "$no_dir" --netns a true
rm /run/netns
mkdir /run/netns
: >/run/netns/a
refused "a network's name that is taken" "create /run/netns/a: File exists" "the name is taken" \
	--netns a true

# A pin fails when the program's process waits already: it is ended.
mkdir "$T/shared"
mount -t tmpfs none "$T/shared"
at_exit 'umount -l "$T/shared" 2>/dev/null'
mount --make-shared "$T/shared"
: >"$T/shared/uts"
: >"$T/shared/mnt"
run xunshare -f --uts="$T/shared/uts" --mount="$T/shared/mnt" sh -c "echo ran >$T/ran"
is "a mount namespace on a shared mount: fails" "$rc $out" "1 "
# which of the two the kernel finds first depends on the processor (lib/run/why.c)
like "... is said" "$err" "bind /proc/[0-9]+/ns/mnt on $T/shared/mnt: (Invalid|Too many levels)"
like "... with a hint" "$err" "hint: (a mount namespace can be pinned only|the kernel takes it for)"
ok "the program did not run" test ! -e "$T/ran"
is "nothing is bound" "$(grep -c "$T/shared/" /proc/self/mountinfo)" 0

# The second one fails: the first is taken back.
: >"$T/shared/pid"
run xunshare --uts="$T/shared/uts" --pid="$T/shared/pid" sh -c "echo ran >$T/ran"
is "a PID namespace without a process: fails" "$rc $out" "1 "
like "... with a hint" "$err" "^hint: the PID namespace has no process yet: add --fork"
ok "the program did not run" test ! -e "$T/ran"
is "the first pin is undone" "$(grep -c "$T/shared/" /proc/self/mountinfo)" 0
ok "its file stays, as it was there before" test -e "$T/shared/uts"
