# jailnet.fish - fish asks jailnet itself what a word may become, and quotes what it inserts.
function __jailnet_complete
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set -l typed (commandline -ct)
    set -l word (string unescape -- $typed)
    or set word (string replace -r '^[\'"]' '' -- $typed)
    $words[1] complete -- $words[2..-1] "$word" 2>/dev/null
    if test $status = 3
        __fish_complete_path "$word"
    end
end
complete -c jailnet -f -a '(__jailnet_complete)'
