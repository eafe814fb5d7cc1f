#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# IPC namespaces that nobody is in are looked into like any other; owners of new objects.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need unshare
begin_inside unshare -mi --propagation private

: >"$T/ipc"
at_exit 'umount "$T/ipc" 2>/dev/null'
key=$(($$ + 1879048192))
run xunshare --ipc="$T/ipc" xipcmk -M 4096 --key $key --quiet
is "an object in a namespace of its own" "$rc $err" "0 "
inode=$(stat -L -c %i "$T/ipc")
is "nobody is in it" "$(xlsns -q -r -n -o NS,NPROCS | grep "^$inode ")" "$inode 0"
like "--all-namespaces looks into it" "$(xipcs --all-namespaces -m -r -o NS,KEY,SIZE 2>&1)" \
	"^$inode $(printf '0x%08x' $key) "
like "--ns FILE too" "$(xipcs --ns "$T/ipc" -m -b)" "^$(printf '0x%08x' $key) .* 4096 "
umount "$T/ipc"
unlike "it has gone" "$(xipcs --all-namespaces -m -r -o NS,KEY 2>&1)" "^$inode "

for kind in "-M 4096" -Q "-S 3"; do
	# shellcheck disable=SC2086 # an option with its argument
	run xipcmk $kind --owner 7:8 --quiet
	is "xipcmk $kind --owner: made" "$rc $err" "0 "
	case $kind in
	-M*) what=m ;;
	-Q*) what=q ;;
	*) what=s ;;
	esac
	is "... and given away" "$(xipcs -$what -r -o ID,UID,GID --noheadings 2>&1 |
		sed -n "s/^$out //p")" "7 8"
done
# The kernel gives no group but one's own to a user: nothing stays behind.
run setpriv --reuid 1000 --regid 1000 --clear-groups "$top_builddir/cmd/xipcmk" -q -n xns-held-$$ \
	--owner 7:8
is "who may not give it away: fails" "$rc $out" "1 "
like "... says so" "$err" "create POSIX message queue 'xns-held-$$': Operation not permitted"
unlike "... and leaves nothing" "$(xipcs -Q 2>&1)" "xns-held-$$"
