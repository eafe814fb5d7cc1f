#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# --init: the program's status, orphans, signals, a terminal's ^C ^Z ^\, and the end of all.
. "${top_srcdir:?}/tests/func/tap.sh"
need_userns
need python3 ps
r=
[ "$(id -u)" -eq 0 ] || r=-r
init="xunshare $r -p --init --mount-proc"

run $init sh -c 'exit 42'
is "exit status" "$rc" 42
run $init sh -c 'kill -TERM $$'
is "death by a signal" "$rc" 143
run $init nosuchprogram
is "no program: 127" "$rc" 127
like "and the message is there" "$err" 'xunshare: failed to execute nosuchprogram: No such file'
run $init /etc/passwd
is "no executable: 126" "$rc" 126
is "the program is no PID 1" "$($init sh -c 'echo $$')" 2
is "orphans are reaped" "$($init sh -c '(sh -c "sleep 0.01 & :"); sleep 0.2; ps -o stat= -e' | grep -c Z)" 0
run $init sh -c 'kill -9 1; kill -TERM 1; sleep 0.3; exit 3'
is "process 1 hands on what the inside sends it" "$rc" 143
run xunshare $r --init true
is "--init needs --pid" "$rc" 1

cat >"$T/terminal.py" <<'END'
import os, pty, re, signal, sys, time

what, argv = sys.argv[1], sys.argv[2:]

def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
        return [int(n) for n in f.read().split()]

def state(pid):
    try:
        with open("/proc/%d/stat" % pid) as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "gone"

def read_until(fd, wanted):
    buf = b""
    while wanted not in buf:
        buf += os.read(fd, 1000)
    return buf

def until(check):
    for _ in range(200):
        if check():
            return True
        time.sleep(0.02)
    return False

# A little shell: the launcher is a foreground job in a process group of its own.
master, slave = pty.openpty()
os.setsid()
import fcntl, termios
fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
pid = os.fork()
if pid == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(slave, os.getpid())
    for fd in 0, 1, 2:
        os.dup2(slave, fd)
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execvp(argv[0], argv + ["sh", "-c", "echo ready; exec sleep 30"])
signal.alarm(20)
read_until(master, b"ready")
until(lambda: children(pid))
one = children(pid)[0]
until(lambda: children(one) and open("/proc/%d/comm" % children(one)[0]).read() == "sleep\n")
program = children(one)[0]
if what == "stop":
    os.write(master, b"\x1a")
    _, status = os.waitpid(pid, os.WUNTRACED)
    print("stopped", os.WIFSTOPPED(status) and os.WSTOPSIG(status) == signal.SIGTSTP,
          state(program))
    os.kill(-pid, signal.SIGCONT)
    print("continued", until(lambda: state(program) == "S"), until(lambda: state(pid) == "S"))
    what = "int"
if what == "kill":
    os.kill(pid, signal.SIGKILL)
else:
    os.write(master, {"int": b"\x03", "quit": b"\x1c"}[what])
_, status = os.waitpid(pid, 0)
print("ended by", os.WTERMSIG(status))
print("gone", until(lambda: state(program) in ("Z", "gone")))
END
tty() { timeout 30 python3 "$T/terminal.py" "$@" 2>&1 | paste -sd ' '; }
# shellcheck disable=SC2086
is "^C ends the program" "$(tty int $init)" "ended by 2 gone True"
# shellcheck disable=SC2086
is "^\\ ends the program" "$(tty quit $init)" "ended by 3 gone True"
# shellcheck disable=SC2086
is "^Z stops it, fg continues it" "$(tty stop $init)" \
	"stopped True T continued True True ended by 2 gone True"
# shellcheck disable=SC2086
is "SIGKILL of xunshare ends all" "$(tty kill $init)" "ended by 9 gone True"
if [ "$(id -u)" -eq 0 ]; then
	# shellcheck disable=SC2086
	is "also of another user's" "$(tty kill $init -S 65534)" "ended by 9 gone True"
else
	skip 1 "needs root"
fi
