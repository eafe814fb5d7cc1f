# SPDX-License-Identifier: LGPL-2.1-or-later
# fish completion for the tools of xns. Installed under the name of each. Options, and the names
# of their arguments, come from "TOOL --complete-options"; what an argument can be follows from
# its name.

# Column $argv[2] of the IPC objects that option or operand $argv[1] of a tool is about.
function __xns_ipc
    set -l kinds -mqs
    switch $argv[1]
        case -m -M '--*shm*' shm
            set kinds -m
        case -q -Q '--*queue*' msg
            set kinds -q
        case -s -S '--*sem*' sem
            set kinds -s
    end
    test $argv[2] = NAME; and set kinds (string upper -- $kinds)
    xipcs --table --noheadings -r $kinds -o $argv[2] 2>/dev/null
end

# The words that may stand for the argument named $argv[3] of option $argv[2] of a tool.
function __xns_values
    set -l tool $argv[1]
    switch $argv[2]
        case -o --output
            set -l before (string match -r '^(?:.*,|\+)' -- (commandline -ct | string replace -r '^-[^=]*=' ''))
            $tool -H -r 2>/dev/null | string replace -r '^([^ ]*).*' "$before\$1"
            return
        case -t --type
            if test "$argv[3]" = list
                set -l before (string match -r '^.*,' -- (commandline -ct | string replace -r '^-[^=]*=' ''))
                printf "$before%s\n" mnt net ipc user pid uts cgroup time
                return
            end
        case --netns
            command ls /run/netns 2>/dev/null
        case --name --forget
            string match -q 'xipc*' $tool; or command ls /run/xns 2>/dev/null
    end
    for word in (string split '|' -- $argv[3])
        switch $word
            case pid PID
                __fish_complete_pids
            case ns
                xlsns -n -r -o NS 2>/dev/null
            case file
                __fish_complete_path (commandline -ct | string replace -r '^-[^=]*=' '')
            case dir
                __fish_complete_directories (commandline -ct | string replace -r '^-[^=]*=' '') ''
            case signame
                kill -l | string split ' ' | string replace -r '^' SIG
            case id
                __xns_ipc $argv[2] ID
            case key
                test $tool = xipcrm; and __xns_ipc $argv[2] KEY
            case name
                string match -rq '^xipc[sr]' $tool; and __xns_ipc $argv[2] NAME
            case 'uid*'
                __fish_complete_users
            case 'gid*'
                __fish_complete_groups
            case '*:*'
            case '*'
                string match -q '*|*' -- $argv[3]; and echo $word
        end
    end
end

function __xns_complete
    set -l tool $argv[1]
    $tool --complete-options 2>/dev/null | while read -l -d \t spelling kind metavar help
        set -l option
        switch $spelling
            case '--*'
                set option -l (string sub -s 3 -- $spelling)
            case '*'
                set option -s (string sub -s 2 -- $spelling)
        end
        set -l values "(__xns_values $tool $spelling '$metavar')"
        switch $kind
            case none
                complete -c $tool -f $option -d $help
            case needs
                complete -c $tool -x $option -d $help -a $values
            case may
                complete -c $tool -f $option -d $help -a $values
        end
    end
    switch $tool
        case xlsns
            complete -c xlsns -f -a '(xlsns -n -r -o NS,TYPE 2>/dev/null | string replace " " \t)'
        case xunshare xnsenter
            complete -c $tool -x -a '(__fish_complete_subcommand)'
        case xipcrm
            complete -c xipcrm -f -n __fish_is_first_token -a 'shm msg sem'
            for kind in shm msg sem
                complete -c xipcrm -f -n "__fish_seen_subcommand_from $kind" -a "(__xns_ipc $kind ID)"
            end
        case '*'
            complete -c $tool -f
    end
end

for tool in xlsns xunshare xnsenter xipcmk xipcs xipcrm
    if command -q $tool
        __xns_complete $tool
    end
end
