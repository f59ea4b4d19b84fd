#!/bin/sh
# Everything that the console says is in the user's language: with a catalogue in which all vowels have dots, and every
# text is two fifths longer, no word without them is left on its screens but names, and no frame breaks. Then in German.
for need in msgen msgfilter msgfmt; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
. "${SOURCE:?}/tests/lib/term.sh"

why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}
[ -e "${LOCALES:?}/de/LC_MESSAGES/jailnet.mo" ] || {
        echo 'skipped: built without translations (no msgfmt, or no gettext in the C library)'
        exit 77
}

mkdir -p "$term_work/xx/LC_MESSAGES"
msgen --no-wrap "$SOURCE/po/jailnet.pot" 2>/dev/null |
        sed -e 's/^"Language: .*/"Language: xx\\n"/' -e '/^#, fuzzy$/d' >"$term_work/en.po" || exit 1
msgfilter --keep-header -i "$term_work/en.po" -o "$term_work/xx.po" awk -f "$SOURCE/tests/lib/pseudo.awk" || exit 1
msgfmt --check-format -o "$term_work/xx/LC_MESSAGES/jailnet.mo" "$term_work/xx.po" || exit 1

# What is the same in every language: names in the demo, kinds, types and hooks, keys, what is typed, and units.
cat >"$term_work/same" <<'END'
jailnet eth host local backend router old nic cable web api mail lan uplink link ether lower upper downstream demo holder
bridge epair eiface veth fabric physical loopback vlan vxlan macvlan tap lagg node hub wire iface tee nat one2many bond
current jib jng manual stable named container process
Arrows Enter Esc Tab Space Up Down Left Right Ctrl Alt PgUp PgDn Backspace Delete Insert Home End PageUp PageDown
create attach address add route del pin name shutdown default via jail detach move destroy rename return mtu alias
up down forwarding connect disconnect mkpeer root udp tcp inode cookie jid
ageing learning priority inet
END
tr ' ' '\n' <"$term_work/same" | sort -u >"$term_work/same.words"

# Words of plain ASCII letters with a vowel in them, which the catalogue would have given dots. Within a frame alone,
# where what is below it is cut in the middle of words.
shown() {
        if [ -n "${in_frame-}" ]; then
                term_screen | sed -n 's/^[^│]*│\(.*\)│.*/\1/p'
        else
                term_screen
        fi
}
plain_words() {
        shown | sed -E 's/(─|━|│|┃|┌|┐|└|┘|├|┤|┬|┴|┼|╋|╂|┿|┏|┓|┗|┛|╿|╽|▲|▼|●|○|◆|◷|→|←|↑|↓|…|✓|•)/ /g' |
                tr -s ' ' '\n' | grep -vE '[0-9_/.:@=<>-]' | grep -xE "[(\[\"']*[A-Za-z]{3,}[])\"',;!?~]*" |
                tr -d "][(),;\"'!?~" | grep -i '[aeiou]' | grep -vxF -f "$term_work/same.words" | sort -u
}
speaks() { # WHERE: nothing on the screen is in English; a frame that is being drawn gets a moment
        term_until 10 has_no_plain_words && return 0
        term_fail "$1: not translated: $(plain_words | tr '\n' ' ')"
}
has_no_plain_words() { [ -z "$(plain_words)" ]; }
# The screen has its lines, and each frame its lower edge and both its sides.
is_whole() {
        [ "$(term_screen | wc -l)" = "$term_height" ] && term_screen | awk '
                /┌.*┐/ { open++ } /└.*┘/ { closed++ } /(┌|└)/ && !/(┐|┘)/ { open = -1 }
                END { exit open != closed }'
}

for size in '80 24' '160 50'; do
        # shellcheck disable=SC2086 # two words
        term_start $size env LANGUAGE=xx JAILNET_LOCALEDIR="$term_work" "$JAILNET" demo
        term_wait 'db2' 30
        term_wait 'jäaïil' 30
        speaks "the graph at $size"
        term_keys 2
        term_wait 'Kïind' 20
        speaks "the table at $size"
        for key in Down Down; do term_keys $key; done
        term_keys Enter
        term_wait 'Stäatëe ' 20
        in_frame=1
        speaks "what can be done, at $size"
        term_check "the menu's frame is whole at $size" is_whole
        term_keys Escape
        in_frame=
        term_keys 3
        term_wait 'MÄAC' 20
        speaks "details at $size"
        term_keys 4
        term_wait 'Hëeld' 20
        speaks "returns at $size"
        term_keys 5
        term_wait 'Whëen' 20
        term_keys F9
        term_wait 'Cöommäand lïinëe' 20
        in_frame=1
        speaks "the first menu at $size"
        term_check "the menu is whole at $size" is_whole
        for menu in 2 3 4 5 6; do
                term_keys Right
                term_check "menu $menu is whole at $size" is_whole
                speaks "menu $menu at $size"
        done
        term_keys Escape
        in_frame=
        term_keys '!'
        term_wait 'Chëeck' 20
        speaks "the doctor at $size"
        term_keys '?'
        term_wait 'ÄArröows' 20
        speaks "help at $size"
        term_keys NPage NPage
        speaks "help's next page at $size"
        term_check "help's frame is whole at $size" is_whole
        term_keys Escape
        term_keys 5
        term_wait 'Whëen' 20
        term_keys c
        term_wait 'Crëeäatëe' 20
        in_frame=1
        speaks "what can be made, at $size"
        term_keys Enter
        term_wait 'Röoöot' 20
        speaks "a form at $size"
        term_check "the form's frame is whole at $size" is_whole
        term_type neu
        term_keys Enter
        term_wait 'Prëevïiëew' 20
        term_check "a preview is whole at $size" is_whole
        term_keys Escape
        in_frame=
done

# A language that people speak: it fits, and keys do what they do.
term_start 80 24 env LANGUAGE=de JAILNET_LOCALEDIR="$LOCALES" "$JAILNET" demo
term_wait 'db2' 30
term_wait 'q Ende' 30
term_keys 2
term_wait 'Empfängt' 20
term_keys c
term_wait 'Erstellen' 20
term_keys Enter
term_wait 'Wurzelordner' 20
term_type neu
term_keys Enter
term_wait 'Vorschau: noch ist nichts getan' 20
term_wait 'erstellen: Jail neu' 20
term_keys Enter
term_wait 'getan: ' 20
term_keys u
term_wait 'entfernen: Jail neu' 20
term_keys Enter
term_wait 'getan: undo' 20
term_end
