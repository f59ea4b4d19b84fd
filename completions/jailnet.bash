# jailnet.bash - bash asks jailnet itself what a word may become. What comes back is quoted already.
_jailnet() {
        local LC_ALL=C # COMP_POINT counts bytes
        local program=${1/#\~\//$HOME/} line=${COMP_LINE:0:COMP_POINT} found
        line=${line#*"$1"}
        if [[ ${program##*/} != jailnet ]]; then # one of FreeBSD's names: if it is jailnet's
                line=" ${program##*/}$line"
                program=$(readlink -f -- "$(type -P -- "$program")")
                [[ ${program##*/} == jailnet ]] || return
        fi
        found=$("$program" complete --bash "$line" "$COMP_WORDBREAKS" 2>/dev/null)
        [[ $? != 3 ]] || compopt -o default # names of files, where nothing else fits
        COMPREPLY=()
        [[ -z $found ]] || mapfile -t COMPREPLY <<<"$found"
        [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[/:=] ]] || compopt -o nospace
}
# ifconfig is completed by others, too: ours only where it is ours.
complete -F _jailnet jailnet ngctl jail jls jexec jib jng
[[ $(readlink -f -- "$(type -P ifconfig)") != */jailnet ]] || complete -F _jailnet ifconfig
