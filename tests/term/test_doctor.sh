#!/bin/sh
# The doctor in the real console: a badge appears by itself when something is made wrong, ! lists it with what was seen and
# what mends it, Enter previews that plan, and when it has run the badge is gone. At three sizes, and by mouse.
. "${SOURCE:?}/tests/lib/term.sh"

command -v ip >/dev/null || {
        echo 'skipped: ip is not installed'
        exit 77
}
why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
        echo "skipped: $why"
        exit 77
}

# The hand beside the console: what it is told through a file, since the terminal is the console's.
cat >"$term_work/script" <<'END'
{
        "$JAILNET" create bridge br0
        "$JAILNET" address add br0 10.0.0.1/24
        "$JAILNET" up br0
        for jail in www db; do
                "$JAILNET" create jail $jail
                "$JAILNET" create epair e0a_$jail $jail/e0b_$jail
                "$JAILNET" attach e0a_$jail br0
                "$JAILNET" up e0a_$jail
                "$JAILNET" up $jail/e0b_$jail
        done
        "$JAILNET" address add www/e0b_www 10.0.0.2/24
        "$JAILNET" address add db/e0b_db 10.0.0.3/24
} >/dev/null
while read -r order <"$term_work/orders"; do
        eval "$order" >/dev/null 2>&1
        echo $? >"$term_work/done"
done &
"$JAILNET"
END
order() {
        echo "$*" >"$term_work/orders"
        read -r status <"$term_work/done"
        return "$status"
}
has_badge() { term_screen | head -1 | grep -qF -- "$1"; }
has_no_badge() { ! term_screen | head -1 | grep -qE 'warning|error|notice'; }

rm -f "$term_work/orders" "$term_work/done"
mkfifo "$term_work/orders" "$term_work/done"
export term_work
for size in '80 24' '120 40' '200 60'; do
        term_start ${size% *} ${size#* } "$JAILNET" sandbox -- sh "$term_work/script"
        term_wait 'live' 60
        term_keys '!'
        term_wait 'checks found nothing'
        has_no_badge || term_fail "$size: a badge on a healthy network"
        order ip -n db link set e0b_db mtu 1400
        term_check "$size: the badge of a warning" has_badge '! 1 warning'
        term_wait 'mtu-step'
        order ip -n www link set e0b_www down
        term_check "$size: the badge counts" has_badge '! 3 warnings' # and the inventory wants it up
        order ip -n www link set e0b_www up
        term_check "$size: one is gone by itself" has_badge '! 1 warning'
        term_keys Home
        term_wait '1400 bytes on db/e0b_db, but 1500 on'
        term_wait 'jailnet mtu db/e0b_db 1500'
        term_wait 'Enter preview the remedy'
        term_keys Enter
        term_wait 'Preview: nothing is done yet'
        term_wait 'mtu db/e0b_db 1500'
        term_keys Enter
        term_wait 'done: mtu db/e0b_db 1500'
        term_wait 'checks found nothing'
        term_check "$size: no badge" has_no_badge

        # Where a person has to decide, the list says what; the bar has its object selected, for all views.
        order ip -n db address add 10.0.0.2/24 dev e0b_db
        term_check "$size: the badge of an error" has_badge '! 1 error'
        term_keys Up
        term_keys Enter
        term_wait 'no command mends that by itself'
        term_keys 3
        term_gone 'duplicate-address'
        term_wait 'db/e0b_db'
        order ip -n db address del 10.0.0.2/24 dev e0b_db
        term_check "$size: healthy again" has_no_badge
        term_keys q
        term_check "$size: it ends" term_is_dead
done

# By mouse: the badge opens the list.
term_start 120 40 "$JAILNET" sandbox -- sh "$term_work/script"
term_wait 'live' 60
order ip -n db link set e0b_db mtu 1400
term_check 'the badge' has_badge '! 1 warning'
column=$(term_screen | head -1 | awk '{print index($0, "! 1 warning")}')
x=$(printf "\\$(printf %o $((column + 32)))") # as terminals told it before SGR: a byte each, from 33 on
term_type "$(printf '\033[M %s!' "$x")"
term_type "$(printf '\033[M#%s!' "$x")"
term_wait 'mtu-step'
term_end
