#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The ten things that unshare gets wrong. Each of these tests fails on unshare 2.38 to 2.42.
# XUNSHARE=unshare shows that.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need setpriv timeout python3
X=${XUNSHARE:-xunshare}
chmod 755 "$T"
user="setpriv --reuid 1000 --regid 1000 --clear-groups"

# in a mount namespace of its own, with FILE bound over PATH: with_file FILE PATH COMMAND...
# shellcheck disable=SC2016 # $1 is for the inner shell
with_file() {
	unshare -m sh -c 'mount --bind "$1" "$2" && shift 2 && exec timeout -k 1 5 "$@"' sh "$@"
}
# no process has the mark $1 in its command line (that of a zombie is empty)
words() { printf "%s\n" "$1" | tr -s " \t\n" "   " | sed "s/^ //; s/ $//"; }
none_left() { ! grep -qa -- "$1" /proc/[0-9]*/cmdline 2>/dev/null; }

# 1. subordinate ids: the exact name or the whole number
name=$(id -un 1000 2>/dev/null || echo user-1000)
printf '%sx:300000:10\n11000:400000:10\nroot2:500000:5\n1000:600000:7\n' "$name" >"$T/subid"
printf '0:700000:9\n' >>"$T/subid"
run with_file "$T/subid" /etc/subuid "$X" --map-users auto cat /proc/self/uid_map
is "1: root's ids are root's" "$(words "$out")" "0 700000 9"
run with_file "$T/subid" /etc/subuid "$X" --map-users auto -r cat /proc/self/uid_map
is "1: none of them is lost beside a single one" "$(words "$out")" "0 0 1 1 700000 9"
run with_file "$T/subid" /etc/subuid "$X" --map-users auto --map-user 5 cat /proc/self/uid_map
is "1: ... in the middle" "$(words "$out")" "5 0 1 0 700000 5 6 700005 4"
run with_file "$T/subid" /etc/subuid "$X" --map-users auto --map-user 9 cat /proc/self/uid_map
is "1: ... behind them" "$(words "$out")" "9 0 1 0 700000 9"
printf '1000:600000:7\nanother:1:1\n' >"$T/subid"
run with_file "$T/subid" /etc/subuid "$X" --map-users auto cat /proc/self/uid_map
is "1: root has none where no line is root's" "$rc" 1
like "1: and is told so" "$err" '/etc/subuid'

# 2. ranges are half-open
run "$X" --map-users 1:1000:10 --map-user 11 cat /proc/self/uid_map
is "2: 10 ids beside the single one" "$(words "$out")" "11 0 1 1 1000 10"
run "$X" --dry-run --map-users 0:1000:10 --map-user 5 true
like "2: --explain prints the map" "$out" '5 0 1;0 1000 5;6 1005 4'

# 3. the death signal survives a change of ids, and no moment is unprotected
cat >"$T/killed" <<'END'
#!/bin/sh
# starts "$@" (which ends with a long sleep), and kills it after $DELAY
"$@" &
p=$!
sleep "$DELAY"
kill -9 $p
wait $p 2>/dev/null
END
chmod +x "$T/killed"
export DELAY=0.3
timeout 10 "$T/killed" "$X" --kill-child -S 65534 sleep 31.4171 >/dev/null 2>&1
ok "3: --kill-child -S: the program dies with a killed parent" wait_for 2 none_left '31\.4171'
timeout 10 "$T/killed" "$X" --kill-child -fp -S 65534 sh -c 'sleep 31.4172 & sleep 31.4172; :' >/dev/null 2>&1
ok "3: with -p the whole tree" wait_for 2 none_left '31\.4172'
for DELAY in 0 0 0.001 0.002 0.003 0.004 0.005; do
	timeout 10 "$T/killed" "$X" --kill-child -S 65534 sleep 31.4173 >/dev/null 2>&1
done
ok "3: killed at any moment" wait_for 2 none_left '31\.4173'

# 4. no helper is left behind
: >"$T/pin"
timeout 5 "$X" --map-users 0:0:1 --map-users 0:5:1 echo mark7301.4 >/dev/null 2>&1
timeout 5 "$X" -U --map-users 0:0:10 --uts="$T/nonexistent" echo mark7301.4 >/dev/null 2>&1
timeout 5 "$X" --map-users 0:0:10 --monotonic=-999999999999 -T echo mark7301.4 >/dev/null 2>&1
timeout 5 unshare -U "$X" --map-users 0:0:10 echo mark7301.4 >/dev/null 2>&1
ok "4: no process after a failure" wait_for 1 none_left 'mark7301\.4'
$user timeout 5 "$X" --map-users 0:0:1000 echo mark7301.5 >/dev/null 2>&1
mkdir "$T/r"
# shellcheck disable=SC2016 # in a chroot unshare(2) fails when the helper stands already
timeout 5 unshare -m sh -c 'mount --rbind / "$1/r" && chroot "$1/r" "$2" -U --map-users 0,0,5 echo mark7301.5' \
	sh "$T" "$(command -v "$X")" >/dev/null 2>&1
ok "4: nor where unshare(2) fails" wait_for 1 none_left 'mark7301\.5'
# 5. the program starts after the pins; without the program, no pins
at_exit "while umount '$T/pin'; do :; done 2>/dev/null"
missed=0
i=0
while [ $i -lt 30 ]; do
	i=$((i + 1))
	# shellcheck disable=SC2016
	"$X" -f --uts="$T/pin" sh -c 'stat -f -c %T "$1" | grep -q nsfs' sh "$T/pin" || missed=$((missed + 1))
	umount "$T/pin" 2>/dev/null
done
is "5: of 30 programs all find the pin" "$missed" 0
"$X" --uts="$T/pin" /nonexistent 2>/dev/null
is "5: no program, no pin" "$(grep -c "$T/pin" /proc/self/mountinfo)" 0
"$X" -f --uts="$T/pin" /nonexistent 2>/dev/null
is "5: no program, no pin, with -f" "$(grep -c "$T/pin" /proc/self/mountinfo)" 0
: >"$T/pin2"
"$X" --uts="$T/pin" --net="$T/nonexistent" true 2>/dev/null
is "5: not the one without the other" "$(grep -c "$T/pin" /proc/self/mountinfo)" 0

# 6. signals
cat >"$T/signals.py" <<'END'
import os, signal, subprocess, sys, time
x, what = sys.argv[1], sys.argv[2]

def start(script, **kw):
    p = subprocess.Popen([x, "-f", "sh", "-c", script], stdout=subprocess.PIPE, **kw)
    p.stdout.readline()
    return p

ready = "echo ready; i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); done; exit 9"
if what in ("HUP", "QUIT"):
    p = start("trap 'echo got; exit 5' %s; %s" % (what, ready))
    p.send_signal(getattr(signal, "SIG" + what))
    out = p.stdout.readline()
    print(out.decode().strip(), p.wait())
elif what == "sigchld":
    p = start("echo; exit 4", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
    print(p.wait())
elif what == "state":
    def ignore():
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    p = subprocess.Popen([x, "-f", "grep", "-E", "SigBlk|SigIgn", "/proc/self/status"],
                         stdout=subprocess.PIPE, preexec_fn=ignore)
    out = p.communicate()[0].decode().split()
    mask = lambda s: int(s, 16)
    print(mask(out[1]) == 1 << 9, bool(mask(out[3]) & 1 << 16))
elif what == "stop":
    p = start("echo; " + ready)
    kid = int(open("/proc/%d/task/%d/children" % (p.pid, p.pid)).read().split()[0])
    state = lambda pid: open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[0]
    def until(pid, wanted):
        for _ in range(100):
            if (state(pid) == "T") == wanted:
                return True
            time.sleep(0.02)
        return False
    os.kill(p.pid, signal.SIGTSTP)
    one = until(kid, True) and until(p.pid, True)
    os.kill(p.pid, signal.SIGCONT)
    print(one, until(kid, False), until(p.pid, False))
    os.kill(kid, signal.SIGKILL)
    p.wait()
elif what == "twice":
    # a terminal's ^C reaches the whole foreground group: once each
    import pty
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(x, [x, "-f", "sh", "-c",
                      "trap 'n=$((n+1))' QUIT; echo ready; i=0;"
                      "while [ $i -lt 10 ]; do sleep 0.05; i=$((i+1)); done; echo n=$n."])
    buf = b""
    while b"ready" not in buf:
        buf += os.read(fd, 100)
    os.write(fd, b"\x1c")
    try:
        while True:
            more = os.read(fd, 100)
            if not more:
                break
            buf += more
    except OSError:
        pass
    os.waitpid(pid, 0)
    print(buf.decode().replace("\r", "").split("n=")[1].split(".")[0])
END
for sig in HUP QUIT; do
	is "6: $sig reaches the program" "$(timeout 20 python3 "$T/signals.py" "$X" $sig 2>/dev/null)" "got 5"
done
is "6: SIGCHLD ignored by the caller" "$(timeout 20 python3 "$T/signals.py" "$X" sigchld 2>/dev/null)" 4
is "6: the program has the caller's signal state" \
	"$(timeout 20 python3 "$T/signals.py" "$X" state 2>/dev/null)" "True True"
is "6: stop and continue pass through" "$(timeout 20 python3 "$T/signals.py" "$X" stop 2>/dev/null)" \
	"True True True"
is "6: what the terminal sends comes once" "$(timeout 20 python3 "$T/signals.py" "$X" twice 2>/dev/null)" 1

# 7. a process that is not dumpable, since its program may not be read
mkdir "$T/bin"
cp "$(command -v "$X")" "$T/bin/copy"
chmod 711 "$T/bin/copy"
chmod 755 "$T/bin"
is "7: -r of a program that may not be read" "$($user "$T/bin/copy" -r id -u 2>&1)" 0
is "7: -c too" "$($user "$T/bin/copy" -c id -u 2>&1)" 1000

# 8. no_new_privs
printf '%s:100000:65536\n1000:100000:65536\n' "$name" >"$T/subid"
cp "$T/subid" "$T/subgid"
chmod 644 "$T/subid" "$T/subgid"
# shellcheck disable=SC2086
run with_file "$T/subid" /etc/subuid $user setpriv --no-new-privs "$X" --map-users auto true
is "8: cannot work" "$rc" 1
like "8: and says why" "$err" 'no_new_privs'

# 9. clock offsets are written before the first member exists, with -p and -f as well
run "$X" -fpT --monotonic 86400 --boottime 86400 cat /proc/self/timens_offsets
is "9: offsets" "$(words "$out")" "monotonic 86400 0 boottime 86400 0"
run "$X" --owner 1000:1000 -T --boottime 86400 cat /proc/self/timens_offsets
like "9: even where the user namespace is another's" "$out" 'boottime +86400'

# 10. descriptors: none of ours, all of the caller's
exec 7<"$T/subid"
run sh -c 'cd /proc/self/fd && set -- * && echo $*'
without=$out
for how in "" -f "-fp --mount-proc --kill-child" "--map-users 0:0:9 --map-users 20:20:1" "--uts=$T/pin" "-f --uts=$T/pin"; do
	# shellcheck disable=SC2086
	run "$X" $how sh -c 'cd /proc/self/fd && set -- * && echo $*'
	umount "$T/pin" 2>/dev/null
	is "10: descriptors with '$how'" "$out" "$without"
done
exec 7<&-
