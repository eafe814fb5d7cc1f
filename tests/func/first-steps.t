#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What somebody meets who uses a tool for the first time: help that fits the screen, mistakes that
# are answered with what was meant, output that cannot be written.
. "${top_srcdir:?}/tests/func/tap.sh"

tools="xlsns xunshare xnsenter xipcmk xipcs xipcrm"

for tool in $tools; do
	run "$tool" --help
	is "$tool --help: exit" "$rc" 0
	is "$tool --help: no line is wider than 79" "$(echo "$out" | awk 'length > 79')" ""
	run "$tool" --hlep
	is "$tool: a misspelt option" "$rc $err" "1 $tool: unrecognized option '--hlep'
hint: did you mean --help?
Try '$tool --help' for more information."
	for sink in /dev/full closed; do
		for option in --help --version; do
			if [ "$sink" = closed ]; then
				"$tool" "$option" 2>"$T/err" >&-
			else
				"$tool" "$option" 2>"$T/err" >/dev/full
			fi
			is "$tool $option: $sink" "$? $(sed 's/: [^:]*$//' "$T/err")" \
				"1 $tool: write error"
		done
	done
done
if command -v script >/dev/null; then
	for tool in $tools; do
		for width in 40 60 80; do
			script -qec "stty cols $width rows 24; $tool --help" /dev/null </dev/null |
				tr -d '\r' >"$T/help.$width"
			is "$tool --help: nothing is wider than a terminal of $width" \
				"$(awk -v max="$width" 'length > max && !/^ -a, --all\[[^ ]*$/' "$T/help.$width")" ""
		done
		is "$tool --help: a narrow terminal gets the same words" \
			"$(tr -s ' \n' '\n\n' <"$T/help.40")" "$("$tool" --help | tr -s ' \n' '\n\n')"
		"$tool" --help >"$T/help"
		ok "$tool --help: a wide one gets what a file gets" cmp "$T/help" "$T/help.80"
	done
else
	skip 30 "needs script"
fi
like "xlsns --help fits a screen" "$(xlsns --help | wc -l)" '^ *[0-3]?[0-9]$'

# hinted "HINT" COMMAND...: exit 1, one message, and this hint
hinted() {
	wanted=$1
	shift
	run "$@"
	is "$*: exit" "$rc" 1
	is "$*: hint" "$(echo "$err" | grep '^hint: ')" "hint: $wanted"
	is "$*: one message" "$(echo "$err" | grep -vc -e '^hint: ' -e '^Try ')" 1
}

# words
hinted "did you mean NPROCS? --list-columns lists all" xlsns -o ns,nproc
hinted "--list-columns lists them" xlsns -o NONSENSE
hinted "did you mean HOLDER? --list-columns lists all" xlsns --why net:[1] -o HOLDR
hinted "did you mean KEY? --list-columns lists all" xipcs -m -o KEYS
hinted "did you mean LIMIT? --list-columns lists all" xipcs -g -o limits
hinted "types are mnt, net, ipc, user, pid, uts, cgroup and time" xlsns -t nett
hinted "it can be owner, parent or process" xlsns --tree=ownr
hinted "it can be auto, procfs or bpf" xlsns --backend=proc
hinted "it can be auto, always or never" xlsns --color=yes
hinted "it can be slave, shared, private or unchanged" xunshare --propagation=privat true
hinted "it can be allow or deny" xunshare --setgroups=no true
hinted "it can be short, full or iso" xipcs --time-format=long
hinted "it can be shm, pshm, msg, pmsg, sem or psem" xipcrm --all=shmem

# an argument that is not where it belongs
hinted "a number is an inode; the namespaces of a process: -p $$" xlsns $$
hinted "all namespaces of this type: -t net" xlsns net
hinted "did you mean --tree=owner?" xlsns -T owner
hinted "did you mean --tree=parent?" xlsns --tree parnt
hinted "a namespace is <inode>, <type>:[<inode>], id:<n>, a path with a slash or @<name>" xlsns net:1
hinted "only the long form takes an argument: --net=foo" xunshare -n=foo true
hinted "only the long form takes an argument: --uts=/run/x" xunshare -fu/run/x true
hinted "the file has to be there: touch(1) makes one" xunshare -rn "--uts=$T/none" true
hinted "-t PID says whose; -a all of them, or some of -m -u -i -n -p -U -C -T" xnsenter
hinted "-t PID says whose, or =FILE behind a type names one" xnsenter --net true
hinted "a target is PID, PID:INODE, PID@OTHER or ns:TYPE:[INODE]" xnsenter -t sshd -a
hinted "a target is PID, PID:INODE, PID@OTHER or ns:TYPE:[INODE]" xnsenter -t ns:1 -a
hinted "say what to make: -M, -S or -Q; or -m, -s or -q with --name" xipcmk
hinted "--name gives it: --name jobs" xipcmk -q
hinted "a size is a number, and behind it K, M, G, T, P or E" xipcmk -M lots
hinted "a mode is octal, such as 0600" xipcmk -Q -p rw
hinted "with it goes one of -M, -Q and -S" xipcs -N jobs
hinted "ids follow the word shm, msg or sem, or the options -m, -q and -s" xipcrm 5
like "an option that is far from any has no hint" "$(xlsns --zzzzzz 2>&1)" "^xlsns: unrec"
unlike "... none at all" "$(xlsns --zzzzzz 2>&1)" "^hint"
unlike "a number that is no process has none" "$(xlsns 999999999 2>&1)" "^hint"
if unshare -U true 2>/dev/null; then
	: >"$T/file"
	run xunshare -r --uts "$T/file" true
	is "a file behind a blank" "$rc $(echo "$err" | grep '^hint')" \
		"126 hint: a file is glued to its option: --uts=$T/file"
else
	skip 1 "needs user namespaces"
fi

# what an ordinary user may not look at
as_user=
[ "$(id -u)" -ne 0 ] || as_user="setpriv --reuid 1000 --regid 1000 --clear-groups"
# shellcheck disable=SC2086
if $as_user sh -c ': </proc/1/environ' 2>/dev/null; then
	skip 10 "may look at process 1"
else
	chmod 755 "$T"
	hinted "it is another user's: run as root" $as_user xlsns -p 1
	hinted "it is another user's: run as root" $as_user xlsns /proc/1/ns/net
	hinted "it is another user's: run as root" $as_user xipcs --ns 1
	run $as_user xipcs --all-namespaces
	like "xipcs: what an ordinary user does not see is said" "$err" \
		"^xipcs: incomplete: [0-9]+ process(es)? unreadable"
fi

# the reason of a failed write
for command in "xunshare --dry-run -u true" "xnsenter --dry-run -n -t $$ true"; do
	$command 2>"$T/err" >/dev/full
	is "$command: a full device" "$? $(cat "$T/err")" \
		"1 ${command%% *}: write error: No space left on device"
done
