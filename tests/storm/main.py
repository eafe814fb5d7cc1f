#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Races that an attacker or a busy machine wins with the wrong tools.

Each trial is bounded in time; all run in mount, PID, IPC and UTS namespaces of their own. One
line each with the number of trials and of wrong outcomes; exit status 1 if there was any.
"""
import argparse
import ctypes
import os
import random
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "fault"))
sys.dont_write_bytecode = True

import cell  # noqa: E402

libc = ctypes.CDLL(None, use_errno=True)
NEWUTS = 0x04000000
NULL = subprocess.DEVNULL


def tool(args, name):
    return os.path.join(args.builddir, "cmd", name)


def spawn(function):
    """A child that runs @function and ends."""
    pid = os.fork()
    if pid == 0:
        try:
            function()
        finally:
            os._exit(0)
    return pid


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def sleeper(new_uts=True):
    """A process in a UTS namespace of its own; returned when it is there."""
    ready, go = os.pipe()

    def sleep():
        if new_uts:
            libc.unshare(NEWUTS)
        os.write(go, b"x")
        time.sleep(1000)

    pid = spawn(sleep)
    os.read(ready, 1)
    os.close(ready)
    os.close(go)
    return pid


def uts(pid):
    return os.readlink(f"/proc/{pid}/ns/uts")


def churn():
    while True:
        pid = os.fork()
        if pid == 0:
            if os.getpid() % 3 == 0:
                libc.unshare(NEWUTS)
            os._exit(0)
        os.waitpid(pid, 0)


def listing(args):
    """Every stable process is in every list while others are born and die."""
    stable = {sleeper(): None for _ in range(10)}
    wanted = {(uts(p).strip("uts:[]"), str(p)) for p in stable}
    churners = [spawn(churn) for _ in range(3)]
    wrong = []
    for n in range(args.trials):
        got = subprocess.run([tool(args, "xlsns"), "-n", "-r", "-t", "uts", "-o", "NS,PID"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             timeout=20)
        rows = {tuple(line.split()) for line in got.stdout.splitlines()}
        if got.returncode or not wanted <= rows:
            wrong.append(f"trial {n}: exit {got.returncode}, missing {wanted - rows}")
    for p in churners + list(stable):
        end(p)
    return wrong


def recycled(args):
    """A PID that another process has by now is not entered by PID:INODE."""
    wrong, reused = [], 0
    for n in range(args.trials):
        first = sleeper()
        fd = os.pidfd_open(first)
        inode = os.fstat(fd).st_ino
        end(first)
        os.close(fd)
        with open("/proc/sys/kernel/ns_last_pid", "w") as f:
            f.write(str(first - 1))
        second = sleeper()
        reused += second == first
        got = subprocess.run([tool(args, "xnsenter"), "-t", f"{first}:{inode}", "-u", "echo", "in"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             timeout=20)
        if got.returncode == 0 or got.stdout or not got.stderr:
            wrong.append(f"trial {n}: entered {second} for {first}:{inode}")
        listed = subprocess.run([tool(args, "xlsns"), "-q", "-n", "-r", "-o", "NS", "-t", "uts", "-p",
                                 str(second)], stdout=subprocess.PIPE, text=True, timeout=20)
        if listed.stdout.strip() != uts(second).strip("uts:[]"):
            wrong.append(f"trial {n}: listed {listed.stdout!r}")
        end(second)
    if reused < args.trials * 0.9:
        wrong.append(f"only {reused} PIDs were used again")
    return wrong


def swapped(args):
    """A bind target that turns into a symbolic link leads nowhere else."""
    os.makedirs("a", exist_ok=True)
    for name in ("victim", "a/real"):
        open(name, "w").close()
    os.makedirs("victimdir", exist_ok=True)
    for name in ("a", "a/real"):  # links of root's own are followed: not somebody else's
        os.chown(name, 1000, 1000)
    victim, victim_dir = os.path.abspath("victim"), os.path.abspath("victimdir")

    def swap():
        os.setuid(1000)
        while True:
            for source in (victim, None):
                try:
                    os.unlink("a/new")
                except OSError:
                    pass
                if source:
                    os.symlink(source, "a/new")
                else:
                    os.link("a/real", "a/new")
                try:
                    os.rename("a/new", "a/target")
                except OSError:
                    pass

    def swap_dir():
        os.setuid(1000)
        while True:
            try:
                os.mkdir("a/dir")
                os.rmdir("a/dir")
                os.symlink(victim_dir, "a/dir")
                os.unlink("a/dir")
            except OSError:
                pass

    swappers = [spawn(swap), spawn(swap_dir)]
    wrong = []
    for n in range(args.trials):
        command = ([tool(args, "xunshare"), "--uts=a/target", "true"] if n % 2 else
                   [tool(args, "xunshare"), "-p", "-f", "--mount-proc=a/dir", "--propagation",
                    "unchanged", "sh", "-c", "grep -c ' " + victim_dir + " ' /proc/1/mountinfo"])
        got = subprocess.run(command, stdout=subprocess.PIPE, stderr=NULL, text=True, timeout=20)
        with open("/proc/self/mountinfo") as f:
            mounts = f.read()
        if f" {victim} " in mounts or f" {victim_dir} " in mounts or \
                got.stdout.strip() not in ("", "0"):
            wrong.append(f"trial {n}: mounted on what the link led to")
            libc.umount2(victim.encode(), 2)
        for where in ("a/target", "a/real", "a/dir"):
            while libc.umount2(where.encode(), 2 | 8) == 0:
                pass
    for p in swappers:
        end(p)
    return wrong


def gone(before):
    """Waits until the processes are those of @before again; returns what stays."""
    for _ in range(200):
        cell.reap()
        new = set(cell.pids()) - before
        if not new:
            return new
        time.sleep(0.01)
    return new


LAUNCHES = (["-p", "-f", "--kill-child"], ["-f", "--kill-child"], ["-p", "--init"],
            ["-f", "--kill-child", "-u", "-i", "-n"])


def orphans(args):
    """SIGKILL at any moment leaves no process and no mount behind."""
    rnd, wrong = random.Random(args.seed), []
    mounts = set(cell._mounts())
    for n in range(args.trials):
        before = set(cell.pids())
        child = subprocess.Popen([tool(args, "xunshare")] + LAUNCHES[n % len(LAUNCHES)] +
                                 ["sleep", "1000"], stdout=NULL, stderr=NULL)
        time.sleep(rnd.random() * 0.02)
        child.kill()
        child.wait()
        stays = gone(before)
        if stays or set(cell._mounts()) != mounts:
            wrong.append(f"trial {n}: {LAUNCHES[n % len(LAUNCHES)]} left {stays}")
            cell.kill_new({f"process {p}" for p in before})
    return wrong


def signals(args):
    """SIGTERM at any moment ends the launcher and the program, and the status says so."""
    rnd, wrong = random.Random(args.seed), []
    for n in range(args.trials):
        before = set(cell.pids())
        how = [["-f", "--forward-signals"], ["-p", "--init", "--forward-signals"]][n % 2]
        child = subprocess.Popen([tool(args, "xunshare")] + how + ["sleep", "1000"],
                                 stdout=NULL, stderr=NULL)
        time.sleep(rnd.random() * 0.02)
        child.terminate()
        try:
            status = child.wait(5)
        except subprocess.TimeoutExpired:
            status = "still running"
            child.kill()
            child.wait()
        stays = gone(before)
        if status not in (-signal.SIGTERM, 143) or stays:
            wrong.append(f"trial {n}: {how}: status {status}, left {stays}")
            cell.kill_new({f"process {p}" for p in before})
    return wrong


RACES = (listing, recycled, swapped, orphans, signals)


def main():
    p = argparse.ArgumentParser(prog="tests/storm/run", description=__doc__)
    p.add_argument("-n", "--trials", type=int, default=1000)
    p.add_argument("-b", "--builddir", default=os.environ.get("top_builddir", "."))
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    p.add_argument("race", nargs="*", help=", ".join(r.__name__ for r in RACES))
    args = p.parse_args()
    args.builddir = os.path.abspath(args.builddir)
    if os.getuid() != 0:
        print("tests/storm/run: needs root", file=sys.stderr)
        return 2
    if not args.inside:
        os.execvp("unshare", ["unshare", "-m", "-p", "-i", "-u", "-f", "--kill-child",
                              "--mount-proc", sys.executable, os.path.abspath(__file__),
                              "--inside"] + sys.argv[1:] + ["-b", args.builddir])
    cell.enter(args.builddir)
    bad = 0
    for race in RACES:
        if args.race and race.__name__ not in args.race:
            continue
        wrong = race(args)
        print(f"{race.__name__:9} {args.trials:6} trials, {len(wrong)} wrong: {race.__doc__}",
              flush=True)
        for text in wrong[:5]:
            print("    " + text)
        bad += len(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
