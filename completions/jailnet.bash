# jailnet.bash - bash asks jailnet itself what a word may become. What comes back is quoted already.
_jailnet() {
        local LC_ALL=C # COMP_POINT counts bytes
        local program=${1/#\~\//$HOME/} line=${COMP_LINE:0:COMP_POINT} found
        found=$("$program" complete --bash "${line#*"$1"}" "$COMP_WORDBREAKS" 2>/dev/null)
        [[ $? != 3 ]] || compopt -o default # names of files, where nothing else fits
        COMPREPLY=()
        [[ -z $found ]] || mapfile -t COMPREPLY <<<"$found"
        [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != *[/:=] ]] || compopt -o nospace
}
complete -F _jailnet jailnet
