#!/bin/sh
# ngctl's two prompts in a real terminal: the one of the command line, with completion and history, and the console's,
# whose graph follows; and the switch between FreeBSD's and Linux's words.
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

# -- The command line's ---------------------------------------------------------------------------------------------------
term_start 100 40 "$JAILNET" sandbox -- "$JAILNET" ngctl
term_wait 'Available commands:'
term_wait 'quit       End ngctl'
term_type 'mkpeer eiface ether ether'
term_keys Enter
term_type 'list'
term_keys Enter
term_wait 'There are 2 total nodes:'
term_wait 'Name: ngeth0          Type: eiface          ID: 0000000'
term_type 'mkpeer eif'
term_keys Tab
term_type 'ether ether'
term_keys Enter
term_wait 'left to stand alone'
term_type 'name ngeth1: inn'
term_type 'er'
term_keys Enter
term_type 'mkpeer inner: bridge ether link0'
term_keys Enter
term_wait 'held by ngctl alone'
term_type 'show inn'
term_keys Tab
term_keys Enter
term_wait 'link0'
term_type 'frob'
term_keys Enter
term_wait '"frob": unknown command'
term_keys Up Up Enter
term_wait 'Num hooks: 1'
term_type 'quit'
term_keys Enter
term_check 'the prompt has ended' term_is_dead

palette() { # LINE
        term_keys :
        term_wait 'Tab complete'
        term_type "$1"
        term_keys Enter
}

# -- The console's --------------------------------------------------------------------------------------------------------
term_start 110 30 "$JAILNET" sandbox -- "$JAILNET"
term_wait '1 Graph'
term_keys n
term_wait 'commands for nodes and hooks'
term_at_sizes 'commands for nodes and hooks'
term_type 'mkpeer eiface ether ether'
term_keys Enter
term_wait 'Preview'
term_at_sizes 'Preview' 'iproute2:'
term_keys Enter
term_gone 'Preview'
term_wait 'ngeth0'
term_wait 'interfaces 1  bridges 0' # its hidden end is known as such, from the plan's end on
term_keys n
term_type 'mkpeer ngeth0: bridge ether link0'
term_keys Enter
term_wait 'Preview'
term_keys Enter
term_wait 'ngbr0'
term_keys n
term_type 'msg ngeth0: getif'
term_keys Tab
term_wait 'getifname'
term_keys Enter
term_wait 'response "getifname"'
term_at_sizes 'response "getifname"'
term_keys Escape
term_gone 'response "getifname"'
term_keys n
term_wait 'typed before'
term_type 'shutdown nosuch:'
term_keys Enter
term_wait 'No such file or directory'
term_at_sizes 'No such file or directory'

# Words: FreeBSD's alone, then Linux's
term_keys Escape
term_keys W
term_wait 'words: FreeBSD'
term_at_sizes 'words: FreeBSD'
term_keys n
term_type 'rmhook ngeth0: ether'
term_keys Enter
term_wait 'Preview'
term_wait 'FreeBSD:'
term_gone 'iproute2:'
term_keys Escape
term_gone 'Preview'
# The title is the equal command, and an error names the command that helps.
palette 'create jail inside'
term_wait 'Preview'
term_wait 'jail -c name=inside vnet persist'
term_keys Escape
term_gone 'Preview'
palette 'up nosuch0'
term_wait 'ifconfig -l lists them'
term_keys Escape
term_gone 'ifconfig -l lists them'
term_keys W
term_wait 'words: Linux'
palette 'create namespace inside'
term_wait 'Preview'
term_wait 'create namespace inside'
term_keys Escape
term_gone 'Preview'
term_keys 2
term_wait 'veth'
term_keys n
term_type 'rmhook ngeth0: ether'
term_keys Enter
term_wait 'iproute2:'
term_gone 'FreeBSD:'
term_keys Escape
term_keys q
term_check 'the console has ended' term_is_dead
term_end
