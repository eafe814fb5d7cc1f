# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command lines that faults are put into.

Each row is (tool and arguments, settings). In the text, $M is a program that prints "ran", $W
the work directory, $T a process with namespaces of its own. Settings:

    once    sh, before the row
    before  sh, before each run
    after   sh, whose output is part of the result
    ipc     System V objects that are there at each run, with key 0x77
    target  True: start the process $T
    partial True: part of the work may be done when it fails (it is said what was not)
"""

ROWS = [
    # --- xlsns: the whole scan, and each way of choosing and showing
    ("xlsns", {}),
    ("xlsns -o NS,TYPE,NPROCS", {"target": True}),
    ("xlsns -l -n", {"target": True}),
    ("xlsns -J", {"target": True}),
    ("xlsns -r -o NS,TYPE,PATH,NPROCS,UID,USER", {"target": True}),
    ("xlsns --output-all", {"target": True}),
    ("xlsns --output-all -J", {"target": True}),
    ("xlsns -t net", {"target": True}),
    ("xlsns -t user,pid -T=owner", {"target": True}),
    ("xlsns -T=parent", {"target": True}),
    ("xlsns -p $T", {"target": True}),
    ("xlsns -P -o NS,TYPE,NSFS",
     {"once": "touch $W/bind; unshare --net=$W/bind true"}),
    ("xlsns -n $MNT", {"target": True}),
    ("xlsns -H", {}),
    ("xlsns --help", {}),
    # --- xunshare
    ("xunshare $M", {}),
    ("xunshare -m $M", {}),
    ("xunshare -u -i -n -C $M", {}),
    ("xunshare -p -f $M", {}),
    ("xunshare -p -f --mount-proc $M", {}),
    ("xunshare -p -f --kill-child $M", {}),
    ("xunshare -U -r $M", {}),
    ("xunshare -U --map-current-user $M", {}),
    ("xunshare -U --map-users 0:0:10 --map-groups 0:0:10 $M", {}),
    ("xunshare -T --monotonic 100 --boottime 200 -f $M", {}),
    ("xunshare --mount=$W/mnt $M",
     {"once": "mkdir $W/p; mount --bind $W/p $W/p; mount --make-private $W/p; touch $W/p/mnt",
      "args": "xunshare --mount=$W/p/mnt $M"}),
    ("xunshare --net=$W/net --uts=$W/uts $M", {"once": "touch $W/net $W/uts"}),
    ("xunshare -p --fork --pid=$W/pid $M", {"once": "touch $W/pid"}),
    ("xunshare -R $W/root -w / /mark", {"once": "mkdir $W/root; cp $M $W/root/mark"}),
    ("xunshare -S 1000 -G 1000 $M", {}),
    ("xunshare -U -r --keep-caps $M", {}),
    ("xunshare --help", {}),
    # --- xnsenter
    ("xnsenter -t $T -m $M", {"target": True}),
    ("xnsenter -t $T -u -i -n -C $M", {"target": True}),
    ("xnsenter -t $T -p $M", {"target": True}),
    ("xnsenter -t $T -p -F $M", {"target": True}),
    ("xnsenter -a -t $T $M", {"target": True}),
    ("xnsenter -t $T -r -w $M", {"target": True}),
    ("xnsenter -t $T -e $M", {"target": True}),
    ("xnsenter -n$W/bind $M", {"once": "touch $W/bind; unshare --net=$W/bind true"}),
    ("xnsenter -t $T -n -S 1000 -G 1000 $M", {"target": True}),
    ("xnsenter -t $T -W/ -m $M", {"target": True}),
    ("xnsenter --help", {}),
    # --- System V and POSIX IPC
    ("xipcmk -M 4096", {}),
    ("xipcmk -Q", {}),
    ("xipcmk -S 3", {}),
    ("xipcmk -M 4096 -Q -S 3", {}),
    ("xipcmk -m 4096 -n fault", {}),
    ("xipcmk -q -n fault", {}),
    ("xipcmk -s -n fault", {}),
    ("xipcs", {"once": "ipcmk -M 4096; ipcmk -Q; ipcmk -S 2"}),
    ("xipcs -a -t", {"once": "ipcmk -M 4096; ipcmk -Q; ipcmk -S 2"}),
    ("xipcs -l", {}),
    ("xipcs -u", {"once": "ipcmk -M 4096; ipcmk -Q; ipcmk -S 2"}),
    ("xipcmk -M 4096 -Q --ns $T", {"target": True}),
    ("xipcs --ns $T", {"target": True}),
    ("xipcrm -Q 0x77", {"ipc": ["msg"]}),
    ("xipcrm -M 0x77 -S 0x77", {"ipc": ["shm", "sem"], "partial": True}),
    ("xipcrm -a", {"ipc": ["shm", "sem", "msg"], "partial": True}),
]
