#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Fails each system call and each allocation of the tools once, and looks at what they do.

Every command line runs in mount, PID, IPC and UTS namespaces of its own. The last lines are the
counts; the exit status is 0 when nothing was found, 1 otherwise, 2 when it cannot run.
"""
import argparse
import json
import os
import random
import shlex
import shutil
import string
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import cell  # noqa: E402
import inject  # noqa: E402
from commands import ROWS  # noqa: E402

SHOWN = 8  # of what was found with one command line
FOUND = ("crash", "hang", "silent", "wrong", "left", "mute")


def options():
    p = argparse.ArgumentParser(prog="tests/fault/run", description=__doc__)
    p.add_argument("--quick", action="store_true",
                   help="a sample that takes a few seconds (as --seconds 4)")
    p.add_argument("--full", action="store_true", help="everything (the default)")
    p.add_argument("--seconds", type=float, default=0,
                   help="as many faults as fit, spread evenly over the command lines")
    p.add_argument("--seed", type=int, default=1, help="which sample (default: 1)")
    p.add_argument("--only", default="", help="command lines that begin with this")
    p.add_argument("--what", choices=("calls", "allocations"), help="only this kind of fault")
    p.add_argument("-b", "--builddir", default=os.environ.get("top_builddir", "."))
    p.add_argument("-j", "--jobs", type=int, default=1)
    p.add_argument("-v", "--verbose", action="store_true", help="a line for each command")
    p.add_argument("--inside", type=int, help=argparse.SUPPRESS)
    p.add_argument("--tools", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.quick:
        args.seconds = args.seconds or 4
    return args


# --- inside the namespaces: one row --------------------------------------------------------

def start_target():
    """A process with namespaces of its own; returns its PID."""
    holder = subprocess.Popen(["unshare", "-m", "-u", "-i", "-n", "-p", "-C", "-f",
                               "--kill-child", "--mount-proc", "sleep", "100000"],
                              stdin=subprocess.DEVNULL)
    for _ in range(500):
        try:
            with open(f"/proc/{holder.pid}/task/{holder.pid}/children") as f:
                child = f.read().split()
            with open(f"/proc/{child[0]}/comm") as f:
                if child and f.read() == "sleep\n":
                    return child[0]
        except (OSError, IndexError):
            pass
        subprocess.run(["sleep", "0.01"])
    raise SystemExit("the target does not start")


def prepare(line, settings, args):
    env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "SHELL")}
    env.update(LC_ALL="C", M="/tmp/mark", W=cell.WORK,
               PATH=os.path.join(args.tools, "cmd") + ":" + env["PATH"])
    shutil.copy(os.path.join(args.tools, "mark"), "/tmp/mark")
    if settings.get("target"):
        env["T"] = start_target()
        env["MNT"] = os.readlink(f"/proc/{env['T']}/ns/mnt").strip("mnt:[]")
    if settings.get("once"):
        subprocess.run(["sh", "-c", settings["once"]], env=env, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    text = settings.get("args", line)
    argv = shlex.split(string.Template(text).substitute(env))
    argv[0] = os.path.join(args.builddir, "cmd", argv[0])
    return argv, env


def one_row(args):
    line, settings = ROWS[args.inside]
    cell.enter(args.builddir, args.tools)
    tool = line.split()[0]
    row = dict(settings, launcher=tool in ("xunshare", "xnsenter"), exact=tool == "xlsns")
    argv, env = prepare(line, settings, args)
    report = {"line": line, "calls": 0, "allocations": 0, "possible": 0, "found": []}
    clock = inject.Clock(args.seconds)
    rnd = random.Random(args.seed)

    sites, right = inject.learn_calls(argv, row, env)
    if right.status != 0 or right.hang:
        report["broken"] = f"exit {right.status}: {right.err.strip()[-300:]}"
        print(json.dumps(report))
        return
    rights = {"calls": right}
    allocations = inject.Allocations(os.path.join(args.tools, "allocfail.so"))
    faults = []
    if args.what != "allocations":
        for call, n in sites:
            faults += [("calls", call, n, e) for e in inject.errors_of(call)]
    if args.what != "calls":
        for _ in range(20):
            rights["allocations"], seen, _ = allocations.run(argv, row, env, 0)
            if rights["allocations"].status == 0:
                break
        faults += [("allocations", n) for n in range(1, seen + 1)]
    report["possible"] = len(faults)
    if args.seconds:
        rnd.shuffle(faults)
    late = 0
    for kind, *what in faults:
        if not clock.left():  # of each kind there is one, however slow the machine
            if report[kind] or late >= 10:
                continue
            late += 1
        run = inject.fail_call if kind == "calls" else allocations.fail
        was, verdict = run(argv, row, env, rights[kind], *what)
        report[kind] += was
        if verdict:
            report["found"].append(verdict)
    print(json.dumps(report))


# --- outside -------------------------------------------------------------------------------

def build(tools, builddir):
    cc = shlex.split(os.environ.get("CC", "cc"))
    # static: fewer calls of its own, and it runs in an empty root
    subprocess.run(cc + ["-O1", "-static", "-o", tools + "/mark", HERE + "/mark.c"], check=True)
    subprocess.run(cc + ["-O1", "-shared", "-fPIC", "-o", tools + "/allocfail.so",
                         HERE + "/allocfail.c"], check=True)
    os.mkdir(tools + "/cmd")
    for name in os.listdir(builddir + "/cmd"):
        path = os.path.join(builddir, "cmd", name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            os.symlink(path, os.path.join(tools, "cmd", name))


def run_row(args, index, seconds):
    command = ["unshare", "-m", "-p", "-i", "-u", "-f", "--kill-child", "--mount-proc",
               sys.executable, os.path.join(HERE, "main.py"), "--inside", str(index), "--tools",
               args.tools, "-b", args.builddir, "--seconds", str(seconds), "--seed",
               str(args.seed)]
    if args.what:
        command += ["--what", args.what]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return {"line": ROWS[index][0], "calls": 0, "allocations": 0, "possible": 0,
                "found": [], "broken": f"the run of this line failed: {done.stdout[-300:]}"}


def show(report, verbose):
    faults = report["calls"] + report["allocations"]
    if report.get("broken"):
        print(f"BROKEN  {report['line']}: {report['broken']}")
    elif verbose or report["found"]:
        print(f"{faults:6} faults of {report['possible']:6}, {len(report['found']):3} found  "
              f"{report['line']}", flush=True)
    for word, text, where, said in sorted(report["found"], key=lambda f: FOUND.index(f[0]))[:SHOWN]:
        print(f"    {word.upper()} {where}\n        {text}\n        said: {said!r}", flush=True)


def main():
    args = options()
    args.builddir = os.path.abspath(args.builddir)
    if args.inside is not None:
        one_row(args)
        return 0
    if os.getuid() != 0 or not shutil.which("strace"):
        print("tests/fault/run: needs root and strace", file=sys.stderr)
        return 2
    chosen = [i for i, (line, _) in enumerate(ROWS) if line.startswith(args.only)]
    missing = {ROWS[i][0].split()[0] for i in chosen}
    missing = {t for t in missing if not os.access(f"{args.builddir}/cmd/{t}", os.X_OK)}
    chosen = [i for i in chosen if ROWS[i][0].split()[0] not in missing]
    if args.seconds:  # a line needs some time to begin with
        most = max(int(args.seconds * args.jobs / 2), 1)
        if len(chosen) > most:
            chosen = sorted(random.Random(args.seed).sample(chosen, most))
    totals = dict.fromkeys(("calls", "allocations", "possible", *FOUND, "broken"), 0)
    with tempfile.TemporaryDirectory(prefix="xns-fault.", dir="/var/tmp") as args.tools:
        build(args.tools, args.builddir)
        seconds = args.seconds * args.jobs / max(len(chosen), 1)
        with ThreadPoolExecutor(args.jobs) as pool:
            for report in pool.map(lambda i: run_row(args, i, seconds), chosen):
                show(report, args.verbose)
                for key in ("calls", "allocations", "possible"):
                    totals[key] += report[key]
                totals["broken"] += bool(report.get("broken"))
                for word, *_ in report["found"]:
                    totals[word] += 1
    print(f"{len(chosen)} command lines" +
          (f" (not built: {', '.join(sorted(missing))})" if missing else ""))
    print(f"{totals['calls']} system-call faults, {totals['allocations']} allocation faults, "
          f"of {totals['possible']} possible")
    print(f"{totals['crash']} crashes, {totals['hang']} hangs, {totals['silent']} silent "
          f"failures, {totals['wrong']} wrong results, {totals['left']} leftovers, "
          f"{totals['mute']} without a message")
    return 1 if totals["broken"] or any(totals[w] for w in FOUND) else 0


if __name__ == "__main__":
    sys.exit(main())
