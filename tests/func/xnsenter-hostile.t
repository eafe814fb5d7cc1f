#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Containers that wait for root to come in. Each test fails with nsenter 2.38.1, apart from those
# of options that it lacks: run with XNSENTER=nsenter to see it.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need_userns
XNSENTER=${XNSENTER:-xnsenter}
hostile=$top_builddir/tests/func/hostile

first_child() {
	cut -d' ' -f1 "/proc/$1/task/$1/children" | grep .
}

runs() { # PID NAME
	[ "$(cat "/proc/$1/comm")" = "$2" ]
}

# --- root of a container traces whoever comes in (CVE-2016-9962)
spawn unshare -U sleep 100
holder=$pid
wait_for 5 runs "$holder" sleep
echo 0 100000 65536 >"/proc/$holder/uid_map"
echo 0 100000 65536 >"/proc/$holder/gid_map"
true=$(readlink -f /bin/true)
nsenter -U -t "$holder" unshare -mpf --mount-proc "$hostile" trace "$true" >"$T/traced" 2>&1 &
tracer=$!
at_exit "kill -9 $tracer 2>/dev/null"
ok "a tracer waits inside" wait_for 5 grep -q ready "$T/traced"
inside=$(first_child "$tracer")
at_exit "kill -9 $inside 2>/dev/null"
(
	i=0
	while [ "$i" -lt 300 ]; do
		i=$((i + 1))
		"$XNSENTER" -t "$inside" -p -m -U /bin/true
	done
) >/dev/null 2>&1
kill -TERM "$inside"
wait_for 5 grep -q early "$T/traced"
like "300 entries, none traced before it became the program" "$(cat "$T/traced")" \
	'^early 0 met [1-9][0-9]'
wait "$tracer"

# --- the program is #!/proc/self/exe, its loader writes to that (CVE-2019-5736)
if [ "$(uname -m)" = x86_64 ] && command -v "${CC:-cc}" >/dev/null; then
	mkdir -p "$T/root/proc" "$T/root/lib64" "$T/host"
	"${CC:-cc}" -O1 -w -static -nostdlib -fno-stack-protector -o "$T/root/evil" \
		"$top_srcdir/tests/func/evil-loader.c"
	printf '#!/proc/self/exe\n' >"$T/root/script"
	ln -s /proc/self/exe "$T/root/link"
	chmod 755 "$T/root/script"
	# copies, so that a success harms nothing
	cp "$(command -v "$XNSENTER")" "$T/host/enter"
	loader=$(readelf -lW "$T/host/enter" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
	mkdir -p "$T/root/${loader%/*}"
	cp "$T/root/evil" "$T/root/$loader"
	before=$(cksum <"$T/host/enter")
	spawn unshare -m sh -c "mount --bind '$T/root' '$T/root' && mount -t proc proc '$T/root/proc' &&
		mount --bind '$T/host' '$T/host' && exec sleep 100"
	wait_for 5 runs "$pid" sleep
	for way in "-m -r$T/root" "-r$T/root"; do
		for what in /script /link; do
			# shellcheck disable=SC2086
			rm "$T/host/enter"
			cp "$(command -v "$XNSENTER")" "$T/host/enter"
			case $way in
			-m*) (cd "$T/host" && ./enter -t "$pid" -m "-r/proc/$pid/root/$T/root" "$what") ;;
			*) unshare -m sh -c "mount -t proc proc '$T/root/proc'; cd '$T/host'
				exec ./enter -t $pid -u -r'$T/root' $what" ;;
			esac >"$T/evil.out" 2>&1
			! grep -q '^in$' "$T/evil.out" || wait_for 2 grep -q writ "$T/evil.out"
			is "$what with ${way%%/*}: the host's file is as it was" \
				"$(cksum <"$T/host/enter")" "$before"
			unlike "... and was not executed inside" "$(cat "$T/evil.out")" '^(in|written)$'
		done
	done
else
	skip 8 "needs x86-64 and a C compiler"
fi

# --- nothing is loaded or looked up from inside (CVE-2019-14271)
if command -v strace >/dev/null; then
	spawn unshare -muin sh -c 'exec sleep 100'
	wait_for 5 runs "$pid" sleep
	# paths that are opened or connected to after the first setns and before the program runs
	looked_up() {
		env -u SHELL LC_ALL=C.UTF-8 LANGUAGE=de strace -f -e trace=openat,open,openat2,connect,setns,execve \
			-o "$T/trace" "$XNSENTER" -t "$pid" "$@" >/dev/null 2>&1 </dev/null
		awk '/ setns\(/ { inside = 1 }
			inside && / execve\("/ && / = 0$/ { exit }
			inside && /(open|openat|openat2|connect)\(/ {
				sub(/^[0-9]* */, "")
				print
			}' "$T/trace" |
			grep -v -e "\"$program\"" -e '"/lib64/ld-linux' -e '"/lib/ld-' -e '([0-9]*, "self/fd/'
	}
	program=/bin/true
	is "a program: nothing else is opened" "$(looked_up -muin /bin/true)" ""
	program=/nonexistent
	is "a program that is not there: no message catalogue" "$(looked_up -m /nonexistent)" ""
	program=/etc/passwd # which our own reader reads
	is "a shell: no NSS, no nscd" "$(looked_up -m |
		grep -v "\"$(getent passwd 0 | cut -d: -f7)\"")" ""
	grep -q ' setns(' "$T/trace" || is "strace works" no yes
else
	skip 3 "needs strace"
fi

# --- a login shell from the target's passwd, read as text; a FIFO is not waited for
mkdir -p "$T/pw/etc" "$T/pw/bin"
cp -a /bin/sh "$T/pw/bin/" 2>/dev/null
for d in bin lib lib64 usr; do
	mkdir -p "$T/pw/$d"
done
printf 'x:x:abc:0::/:/bin/no\nroot:x:0:0:root:/root:/bin/special\n' >"$T/pw/etc/passwd"
printf '#!/bin/sh\necho special\n' >"$T/pw/bin/special"
chmod 755 "$T/pw/bin/special"
cat >"$T/shell" <<'END'
for d in bin lib lib64 usr; do
	case $d in
	bin) mount --bind /bin "$T/pw/bin" && mount -t tmpfs none "$T/pw/etc" || exit 1 ;;
	*) mount --rbind "/$d" "$T/pw/$d" || exit 1 ;;
	esac
done
printf 'x:x:abc:0::/:/bin/no\nroot:x:0:0:root:/root:/etc/special\n' >"$T/pw/etc/passwd"
printf '#!/bin/sh\necho special\n' >"$T/pw/etc/special"
chmod 755 "$T/pw/etc/special"
unset SHELL
timeout 5 "$XNSENTER" "-r$T/pw" -u/proc/self/ns/uts
rm "$T/pw/etc/passwd"
mkfifo "$T/pw/etc/passwd"
echo 'echo plain' | timeout 5 "$XNSENTER" "-r$T/pw" -u/proc/self/ns/uts
END
export T XNSENTER
is "the target's passwd names the shell, a FIFO in its place none" \
	"$(unshare -m sh "$T/shell" 2>&1)" "special
plain"

# --- descriptors stay outside
run sh -c "exec 5</ 6<>'$T/some'; $XNSENTER -u/proc/self/ns/uts ls /proc/self/fd"
is "inherited descriptors are closed" "$(echo "$out" | xargs)" "0 1 2 3"
if [ "$XNSENTER" = xnsenter ]; then
	run sh -c "exec 3</ 5</; xnsenter --preserve-fds 1 -u/proc/self/ns/uts ls /proc/self/fd"
	is "--preserve-fds" "$(echo "$out" | xargs)" "0 1 2 3 4"
	run sh -c "exec 3</; xnsenter --preserve-fds 2 -u/proc/self/ns/uts true"
	like "--preserve-fds of what is not open" "$rc $err" '^1 .*descriptor 4 is not open'

	# --- the environment of the target
	spawn "$hostile" environ
	wait_for 5 grep -q AAAA "/proc/$pid/environ"
	is "100 kB without '=' are no environment" "$(xnsenter -t "$pid" -u -e "$(command -v env)"; echo $?)" 0
	printf '#!/bin/sh\necho hostile\n' >"$T/host/id"
	chmod 755 "$T/host/id"
	spawn env "PATH=$T/host" LD_PRELOAD=/evil.so GCONV_PATH=/evil LD_AUDIT=/evil.so \
		XNS_OK="a
b" "$(command -v sleep)" 100
	wait_for 5 grep -q evil "/proc/$pid/environ"
	run xnsenter -t "$pid" -u -e id -u
	is "the target's PATH does not choose the program" "$rc $out $err" "0 0 "
	run xnsenter -t "$pid" -u -e "$(command -v env)"
	unlike "what orders the loader is left out" "$out" 'LD_PRELOAD|LD_AUDIT|GCONV_PATH'
	like "the rest is there" "$(echo "$out" | tr '\n' ,)" "PATH=$T/host,.*XNS_OK=a,b,"
fi

# --- the working directory is no way out
mkdir -p "$T/jail/bin"
if [ -x /bin/busybox ]; then
	cp /bin/busybox "$T/jail/bin/cat"
else
	printf 'int main(void) { return 0; }' >"$T/c.c"
fi
spawn unshare -m sleep 100
wait_for 5 runs "$pid" sleep
fails "--wd outside of the entered mount namespace" "$XNSENTER" -t "$pid" -m "-w$T" true
fails "--wd outside of --root" "$XNSENTER" -u/proc/self/ns/uts -r/usr -w/etc /bin/true
is "--root without --wd goes to its top" \
	"$(cd /etc && "$XNSENTER" -u/proc/self/ns/uts -r/ pwd)" /
exec 9<"$T"
ln -s "/proc/self/fd/9" "$T/door"
fails "--wdns through a link to a descriptor of ours" "$XNSENTER" -t "$pid" -m "-W$T/door" true
exec 9<&-
