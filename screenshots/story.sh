# story.sh - the recording of a whole story, sourced by make.sh: a jail is made, attached and pinned by one form; somebody
# makes a mistake; the doctor finds it; undo takes it back. Each frame is the screen of the real program, shown as long as
# a reader needs. Needs ImageMagick besides.

frames=0

# frame SECONDS/100 CAPTION: the screen as it is now with a line below it, as a part of the recording
frame() {
        frames=$((frames + 1))
        this=$term_work/frame$(printf '%03d' $frames)
        capture "$this" "jailnet: $2"
        convert "$this.png" -background '#005f87' -gravity South -splice 0x36 -font DejaVu-Sans -pointsize 18 -fill white \
                -annotate +0+9 "$2" "$this.png"
        printf -- '-delay\n%s\n%s\n' "$1" "$this.png" >>"$term_work/frames"
}

# field WORD: typed into the form's field, and on to the next
field() {
        [ -z "$1" ] || term_type "$1"
        frame 60 "$caption"
        term_keys Tab
}

cat >"$term_work/empty" <<'END'
{
        "$JAILNET" create bridge bridge0
        "$JAILNET" up bridge0
        "$JAILNET" address add bridge0 10.0.0.1/24
        "$JAILNET" create jail db --bridge bridge0 --address 10.0.0.3/24 --gateway 10.0.0.1
} >/dev/null
exec "$JAILNET"
END

story() {
        convert --version 2>/dev/null | grep -q ImageMagick || {
                echo 'make.sh: no recording: convert is missing (imagemagick)' >&2
                return 0
        }
        width=100 height=28
        : >"$term_work/frames"
        term_start $width $height "$program" sandbox -- sh "$term_work/empty"
        term_wait 'e0b_db'
        term_gone 'warning'
        frame 200 'a bridge, and one jail on it'

        caption='make a jail on the bridge, with a pinned MAC address and an IP address'
        term_keys c
        term_wait 'a network stack of its own'
        frame 150 "$caption"
        term_keys Enter
        term_wait 'Root folder'
        field web
        term_keys Tab Tab
        field bridge0
        field 10.0.0.2/24
        field 10.0.0.1
        frame 150 "$caption"
        term_keys Enter
        term_wait 'nothing is done yet'
        frame 350 'the plan, before anything is done'
        term_keys Enter
        term_wait 'done: create jail'
        frame 250 'done: the jail is on the bridge'

        caption='a mistake: another MTU than the rest of the segment'
        term_keys :
        term_wait 'Enter run'
        term_type 'mtu web/e0b_web 1400'
        frame 120 "$caption"
        term_keys Enter
        term_wait 'nothing is done yet'
        frame 300 'the preview warns'
        term_keys Enter
        term_wait 'done: mtu'
        term_wait 'warning'
        frame 200 'it is done all the same'

        term_keys '!'
        term_wait 'mtu-step'
        frame 350 'the doctor: what is wrong, why, and what mends it'
        term_keys u
        term_wait 'nothing is done yet'
        frame 250 'undo: the plan that takes it back'
        term_keys Enter
        term_wait 'Healthy'
        frame 250 'healthy again'
        term_keys 1
        term_wait 'e0b_web'
        frame 300 'as it was before the mistake'

        # One argument a line: no name of a file has a blank.
        convert $(cat "$term_work/frames") -loop 0 +dither -colors 48 -layers OptimizeTransparency "$out/story.gif"
        echo "$out/story.gif"
}
