# SPDX-License-Identifier: LGPL-2.1-or-later
"""One fault, one run, one verdict.

A command runs once without a fault; what it printed and what it did is what is right. Then each
of its system calls fails once with each of a few errors, and each of its allocations once.
"""
import collections
import difflib
import mmap
import os
import re
import signal
import struct
import subprocess
import time

import cell

TIMEOUT = 5
TRACE = "/tmp/trace"
PAGE = "/tmp/page"

# Every tool begins with program_init(), whose first call is this one.
MAIN = re.compile(r"fcntl\(0, F_GETFD")
CALL = re.compile(r"^(\d+) +([a-z0-9_]+)\(")

# Calls whose failure would say nothing about the tools:
NEVER = {
    # end the process, or are the C library's own, which it aborts on
    "exit", "exit_group", "rt_sigreturn", "restart_syscall", "futex",
    # cannot fail: a negative result would be taken for an address or a number
    "brk", "getpid", "gettid", "getppid", "getpgrp", "getuid", "geteuid", "getgid", "getegid",
    "umask", "sched_yield", "set_tid_address",
    # cannot fail with valid arguments, and nobody could go on without
    "rt_sigprocmask", "rt_sigaction",
    # Linux closes the descriptor whatever it returns; an injected error would leave it open
    "close",
}

COMMON = ["ENOMEM", "EPERM", "ENOSYS"]
MORE = {
    "EMFILE": {"open", "openat", "openat2", "pipe2", "dup", "dup2", "dup3", "socket", "fcntl",
               "memfd_create", "pidfd_open", "signalfd4", "eventfd2", "open_tree", "fsopen"},
    "ENOSPC": {"unshare", "clone", "clone3", "mount", "write", "mkdirat", "mkdir", "msgget",
               "shmget", "semget", "mq_open", "move_mount", "ftruncate", "setns", "fallocate"},
    "EINTR": {"read", "poll", "ppoll", "wait4", "waitid", "recvfrom", "recvmsg"},
    "EAGAIN": {"clone", "clone3", "fork", "vfork"},
    "EIO": {"read", "pread64", "write", "getdents64", "readlinkat", "readlink", "fstat",
            "newfstatat", "statx", "ioctl", "lseek", "mmap"},
    "EACCES": {"openat", "open", "readlinkat", "ioctl", "ptrace", "setns"},
}


def errors_of(call):
    return COMMON + [e for e, calls in MORE.items() if call in calls]


Result = collections.namedtuple("Result", "status out err delta hang")


def last_words(name):
    try:
        with open(name, errors="replace") as f:
            return f.read()
    except OSError:
        return ""


def digest(text, exact):
    """Without what may differ: new numbers, padding, a user's number in place of the name."""
    text = "\n".join(line for line in text.splitlines() if "strace" not in line)
    text = re.sub(r"\broot\b", "0", text)
    if not exact:
        text = re.sub(r"\d+", "#", re.sub(r"\b0x[0-9a-f]+", "#", text))
    return re.sub(r"[ \t]+", " ", text)


def execute(argv, row, env):
    """Runs @argv between two looks at the state, which is then as it was before."""
    clean = cell.state()
    if row.get("before"):
        subprocess.run(["sh", "-c", row["before"]], env=env, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, check=True)
    for what in row.get("ipc", ()):
        cell.make_ipc(what, 0x77)
    before = cell.state()
    with open("/tmp/out", "wb") as out, open("/tmp/err", "wb") as err:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                 env=env, cwd=cell.WORK)
    hang = False
    try:
        child.wait(TIMEOUT)
    except subprocess.TimeoutExpired:
        hang = True
    after = cell.state()
    delta = cell.unnumbered(after - before) + \
        ["removed " + i for i in cell.unnumbered(before - after)]
    if hang:
        cell.kill_new(before)
        child.wait()
    text = last_words("/tmp/out")
    if row.get("after") and not hang:
        text += subprocess.run(["sh", "-c", row["after"]], env=env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True).stdout
    cell.restore(clean)
    return Result(child.returncode, digest(text, row["exact"]), last_words("/tmp/err"), delta, hang)


def count_calls(trace):
    """{(call, N): first line} of the calls between main() and the execution of a program.

    N counts the calls of one process from where strace began to watch it: what strace's when=
    counts, too.
    """
    sites = {}
    counts = collections.defaultdict(int)
    started, left = set(), set()
    first = None
    for line in trace.splitlines():
        found = CALL.match(line)
        if not found:
            resumed = re.match(r"^(\d+) +<\.\.\. execve resumed>.*= 0$", line)
            if resumed and resumed.group(1) in started:
                left.add(resumed.group(1))
            continue
        pid, call = found.groups()
        first = first or pid
        if pid != first:
            started.add(pid)
        counts[pid, call] += 1
        if pid not in started:
            if MAIN.search(line):
                started.add(pid)
            else:
                continue
        if pid in left or call in NEVER:
            continue
        sites.setdefault((call, counts[pid, call]), line)
        if call == "execve" and line.endswith("= 0"):
            left.add(pid)
    return sites


def learn_calls(argv, row, env):
    # Linux 6.18 hands out ids of mount namespaces by processor: a new one may have a lower id
    # than ours and then cannot be pinned here (ELOOP). Another time it can.
    for _ in range(20):
        result = execute(["strace", "-f", "-qq", "-o", TRACE] + argv, row, env)
        if result.status == 0:
            break
    return count_calls(last_words(TRACE)), result


def difference(right, got):
    """The first lines in which two texts differ."""
    lines = [d for d in difflib.ndiff(right.splitlines(), got.splitlines()) if d[0] in "-+"]
    return "exit 0, but the output differs: " + " | ".join(line[:120] for line in lines[:4])


def judge(row, right, got, where):
    """What is wrong with a run that had a fault: a word and an explanation, or None."""
    if got.hang:
        return "hang", f"still there after {TIMEOUT} s: {got.delta}"
    if got.status < 0:
        return "crash", f"died of {signal.Signals(-got.status).name}"
    if got.status == 0:
        if got.delta != right.delta:
            return "wrong", f"exit 0 but {got.delta} instead of {right.delta}"
        told = set(got.err.splitlines()) - set(right.err.splitlines())
        if got.out != right.out and (row["launcher"] or not told):
            return "silent", difference(right.out, got.out)
        return None
    # Once the program was executed, what was made for it stays.
    may_stay = row.get("partial") or (row["launcher"] and got.out == right.out)
    if got.delta and not (may_stay and set(got.delta) <= set(right.delta)):
        return "left", f"exit {got.status} and left {got.delta}"
    if not got.err.strip() and not re.search(r"\bwrite(v)?\(2,", where):
        return "mute", f"exit {got.status} without a word"
    return None


def injected(call):
    """The traced lines of the fault; it strikes once in each process that comes so far.

    Not those in a program that we ran.
    """
    left, lines = set(), []
    for line in last_words(TRACE).splitlines():
        pid = line.split(" ", 1)[0]
        if "(INJECTED)" in line and pid not in left:
            lines.append(re.sub(" +", " ", line)[:160])
        if re.match(r"^\d+ +(execve\(|<\.\.\. execve resumed>).*= 0$", line):
            if call == "execve" or pid in left or "/cmd/x" not in line:
                left.add(pid)
    return " and ".join(lines)


def fail_call(argv, row, env, right, call, n, error):
    """Returns (was there a fault, verdict)."""
    traced = call if call == "execve" else call + ",execve"
    got = execute(["strace", "-f", "-qq", "-o", TRACE, "-e", "trace=" + traced, "-e",
                   f"inject={call}:error={error}:when={n}"] + argv, row, env)
    where = injected(call)
    if not where:
        return False, None
    verdict = judge(row, right, got, where)
    if verdict:
        verdict = (*verdict, f"{error} at {where}",
                   got.err.strip()[-200:])
    return True, verdict


class Allocations:
    """Failing allocation N of a command, by way of allocfail.so."""

    def __init__(self, library):
        self.library = library
        with open(PAGE, "wb") as f:
            f.write(bytes(12))
        with open(PAGE, "r+b") as f:
            self.page = mmap.mmap(f.fileno(), 12)

    def run(self, argv, row, env, n):
        self.page[:] = struct.pack("III", n, 0, 0)
        preload = ["env", "LD_PRELOAD=" + self.library, "XNS_ALLOC_PAGE=" + PAGE] + argv
        result = execute(preload, row, env)
        _, seen, failed = struct.unpack("III", self.page[:])
        return result, seen, failed

    def fail(self, argv, row, env, right, n):
        got, _, failed = self.run(argv, row, env, n)
        if not failed:
            return False, None
        verdict = judge(row, right, got, "")
        if verdict:
            verdict = (*verdict, f"allocation {n}", got.err.strip()[-200:])
        return True, verdict


class Clock:
    """A budget: whether there is time left, and every how many-th fault to put in."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds if seconds else None

    def left(self):
        return self.end is None or time.monotonic() < self.end
