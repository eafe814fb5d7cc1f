#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# --pty with a terminal on our side: what is typed arrives, what is printed comes back, modes are
# the caller's before and after, and a new size is handed on.
. "${top_srcdir:?}/tests/func/tap.sh"
need_root
need python3 stty

cat >"$T/session.py" <<'EOP'
"""session.py PROGRAM ARGUMENT...: types into the program's terminal, and tells what came of it."""
import fcntl, os, pty, select, signal, struct, sys, termios, time

ROWS = 31
pid, master = pty.fork()
if pid == 0:
    size = struct.pack("HHHH", ROWS, 77, 0, 0)
    fcntl.ioctl(0, termios.TIOCSWINSZ, size)
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b""


def wait(word, seconds=20):
    """Reads until @word was printed."""
    global seen
    end = time.monotonic() + seconds
    while word not in seen and time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                seen += os.read(master, 4096)
            except OSError:
                break
    print("yes" if word in seen else "no: %r" % seen, word.decode().strip())


wait(b"size 31 77\r\n")
os.write(master, b"hello\n")
wait(b"got hello\r\n")
print("raw outside:", not termios.tcgetattr(master)[3] & termios.ICANON)
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 90, 0, 0))
wait(b"size 40 90\r\n")
# more at once than the relay and the terminals have room for; nobody reads it yet
typed = b"".join(b"%099d\n" % n for n in range(1500)) + b"end\n"
os.set_blocking(master, False)
for _ in range(400):
    try:
        typed = typed[os.write(master, typed):]
    except BlockingIOError:
        os.close(os.open(sys.argv[-1] + ".full", os.O_CREAT | os.O_WRONLY))
        time.sleep(0.05)
    if not typed:
        break
os.set_blocking(master, True)
wait(b"lines 1500\r\n")
os.write(master, b"\x03")
wait(b"interrupted\r\n")
status = 999
for _ in range(200):
    done, status = os.waitpid(pid, os.WNOHANG)
    if done:
        break
    time.sleep(0.05)
else:
    os.kill(pid, signal.SIGKILL)
print("status", os.waitstatus_to_exitcode(status))
EOP
cat >"$T/inside" <<'END'
trap 'echo size $(stty size)' WINCH
trap 'echo interrupted; exit 5' INT
echo size $(stty size)
read -r line
echo "got $line"
stty -echo
i=0
while [ ! -e "$0.full" ] && [ $i -lt 200 ]; do
	i=$((i + 1))
	sleep 0.05
done
n=0
while :; do
	read -r line || continue # SIGWINCH
	[ "$line" != end ] || break
	[ ${#line} -ne 99 ] || n=$((n + 1))
done
echo lines $n
i=0
while [ $i -lt 400 ]; do
	i=$((i + 1))
	sleep 0.05
done
END
run timeout 60 python3 "$T/session.py" xnsenter -t $$ -u --pty sh "$T/inside"
is "a session" "$rc $out" "0 yes size 31 77
yes got hello
raw outside: True
yes size 40 90
yes lines 1500
yes interrupted
status 5"
[ "$out" = "${out%status 5}" ] || exit 0
tap_comment "$err"
