# SPDX-License-Identifier: LGPL-2.1-or-later
"""A place where faults can do no harm, and what is in it.

The process is PID 1 of its own PID namespace, with its own mount, IPC and UTS namespaces. The
state is what a command could leave behind: mounts, processes, IPC objects, files. A state is a
set of texts; what a command did is the difference of two.
"""
import ctypes
import os
import signal
import stat
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
WORK = "/tmp/w"  # files of the commands; a tmpfs, as all of WATCHED
WATCHED = (WORK, "/dev/shm", "/dev/mqueue", "/run")


def enter(*keep):
    """Prepares the mounts; called as PID 1 of fresh namespaces. The directories @keep stay
    where they are, also where something is mounted above them."""
    if os.getpid() != 1:
        raise SystemExit("tests/fault: not in a PID namespace of its own")
    run("mount --make-rprivate /")
    # mounts of namespaces come and go outside, and take ours with them
    with open("/proc/self/mountinfo", errors="surrogateescape") as f:
        held = [line.split(" ")[4] for line in f if " - nsfs " in line]
    for path in held:
        libc.umount2(os.fsencode(path), 2)
    kept = [(path, os.open(path, os.O_PATH | os.O_DIRECTORY)) for path in keep]
    run("mount -t tmpfs tmpfs /tmp && mount -t tmpfs tmpfs /run &&"
        " mount -t tmpfs tmpfs /dev/shm && mkdir -m 755 " + WORK)
    for path, fd in kept:
        if not os.path.isdir(path):
            os.makedirs(path)
            if libc.mount(b"/proc/self/fd/%d" % fd, os.fsencode(path), None, 0x1000, None):
                raise OSError(ctypes.get_errno(), "mount", path)  # 0x1000: MS_BIND
        os.close(fd)
    run("mkdir -p /dev/mqueue; mount -t mqueue mqueue /dev/mqueue")
    os.chdir(WORK)


def run(command, **env):
    subprocess.run(["sh", "-c", command], check=True, stdin=subprocess.DEVNULL,
                   env={**os.environ, **env})


def make_ipc(what, key):
    """An object for a command to remove."""
    if what == "msg":
        libc.msgget(key, 0o1600)
    elif what == "sem":
        libc.semget(key, 2, 0o1600)
    else:
        libc.shmget(key, 100, 0o1600)


def _mounts():
    with open("/proc/self/mountinfo", errors="surrogateescape") as f:
        for line in f:
            words = line.split(" ")
            rest = words[words.index("-", 6) + 1:]
            root = words[3].split(":[")[0]  # a namespace's number says nothing
            tags = [w.split(":")[0] for w in words[6:words.index("-", 6)]]
            yield f"mount {root} {words[4]} {words[5]} {','.join(tags)} {rest[0]}"


def pids():
    return [int(n) for n in os.listdir("/proc") if n.isdigit()]


def _sysv():
    for name, owner in (("msg", "msqid"), ("sem", "semid"), ("shm", "shmid")):
        with open("/proc/sysvipc/" + name) as f:
            head = f.readline().split()
            wanted = [i for i, h in enumerate(head) if h in ("perms", "size", "nsems")]
            for line in f:
                words = line.split()
                values = " ".join(words[i] for i in wanted)
                yield f"{name} {words[head.index(owner)]} {values}"


def _files():
    for top in WATCHED:
        for where, dirs, files in os.walk(top):
            for name in dirs + files:
                path = os.path.join(where, name)
                try:
                    st = os.lstat(path)
                except OSError:
                    continue
                size = 0 if stat.S_ISDIR(st.st_mode) or where == "/dev/mqueue" else st.st_size
                yield f"file {path} {st.st_mode:o} {size}"


def state():
    reap()
    seen = set(_mounts()) | set(_files()) | set(_sysv())
    return seen | {f"process {p}" for p in pids()}


def unnumbered(items):
    """Without what is a new number each time."""
    plain = []
    for item in items:
        words = item.split(" ")
        if words[0] in ("msg", "sem", "shm"):
            words[1] = "#"
        elif words[0] == "process":
            words[1] = "#"
        plain.append(" ".join(words))
    return sorted(plain)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def kill_new(before):
    """Kills, one by one, the processes that are in this namespace and were not in @before."""
    for _ in range(200):
        new = [p for p in pids() if f"process {p}" not in before]
        for p in new:
            try:
                os.kill(p, signal.SIGKILL)
            except ProcessLookupError:
                pass
        reap()
        if not new:
            return


_REMOVE = {"msg": lambda i: libc.msgctl(i, 0, None), "sem": lambda i: libc.semctl(i, 0, 0, None),
           "shm": lambda i: libc.shmctl(i, 0, None)}


def restore(before):
    """Removes what was added since @before."""
    kill_new(before)
    for _ in range(20):
        added = state() - before
        mounts = [i for i in added if i.startswith("mount ")]
        if not mounts:
            break
        for item in sorted(mounts, key=len, reverse=True):
            libc.umount2(item.split(" ")[2].encode(), 2)
    for item in sorted(state() - before, key=len, reverse=True):
        words = item.split(" ")
        if words[0] in _REMOVE:
            _REMOVE[words[0]](int(words[1]))
        elif words[0] == "file":
            try:
                (os.rmdir if words[2].startswith("4") else os.unlink)(words[1])
            except OSError:
                pass
