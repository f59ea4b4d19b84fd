# jailnet.fish - fish asks jailnet itself what a word may become, and quotes what it inserts.
function __jailnet_complete
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set -l typed (commandline -ct)
    set -l word (string unescape -- $typed)
    or set word (string replace -r '^[\'"]' '' -- $typed)
    set -l program $words[1]
    set -e words[1]
    if test (basename -- $program) != jailnet # one of FreeBSD's names: if it is jailnet's
        set words (basename -- $program) $words
        set program (readlink -f -- (command -s -- $program))
        test (basename -- "$program") = jailnet
        or return
    end
    $program complete -- $words "$word" 2>/dev/null
    if test $status = 3
        __fish_complete_path "$word"
    end
end
for name in jailnet ngctl jail jls jexec jib jng
    complete -c $name -f -a '(__jailnet_complete)'
end
