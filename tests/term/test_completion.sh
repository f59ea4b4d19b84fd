#!/bin/sh
# Completion in the real bash, zsh and fish: words of commands, live objects, files; and names that would be something else
# to a shell arrive at the program as they are. A jail may be called what you like, by who may make jails.
if [ "${1-}" != inside ]; then
        for need in ip jq; do
                command -v $need >/dev/null || {
                        echo "skipped: $need is not installed"
                        exit 77
                }
        done
        why=$("${JAILNET:?}" sandbox -- true 2>&1) || {
                echo "skipped: $why"
                exit 77
        }
        exec "$JAILNET" sandbox -- sh "$0" inside
fi
. "${SOURCE:?}/tests/lib/term.sh"

mkdir "$term_work/bin" "$term_work/home" "$term_work/here"
# Completes as jailnet does, and of what it is called with tells the words.
cat >"$term_work/bin/jailnet" <<END
#!/bin/sh
[ "\$1" != complete ] || exec "$JAILNET" "\$@"
printf '<%s>' "\$@" >"$term_work/ran.new"
mv "$term_work/ran.new" "$term_work/ran"
END
chmod +x "$term_work/bin/jailnet"
for name in ngctl jail jexec jib; do ln -s jailnet "$term_work/bin/$name"; done
PATH=$term_work/bin:$PATH HOME=$term_work/home XDG_CONFIG_HOME=$term_work/home XDG_DATA_HOME=$term_work/home
export PATH HOME XDG_CONFIG_HOME XDG_DATA_HOME
cd "$term_work/here" || exit 1
echo 'create bridge x' >'some file'

for name in 'sp ace' "qu'ote" 'ca$(touch pwned)h' 'se;mi|x' 'st*r' 'do"c`d' 'he#re' 'ti~l!d' 'éa'; do
        ip netns add "$name" || term_fail "cannot make the jail $name"
done
"$JAILNET" batch - >/dev/null <<'END' || term_fail 'cannot make the network'
create bridge br0
create epair e0a_web e0b_web
attach e0a_web br0
END

arrived() { [ "$(cat "$term_work/ran" 2>/dev/null)" = "$1" ]; }
completes() { # TYPED WANTED: what is typed, a tab and Enter call jailnet with these words
        rm -f "$term_work/ran"
        term_type "${program:-jailnet} $1"
        term_keys Tab
        term_keys Enter
        term_until "$TERM_WAIT" arrived "$2" ||
                term_fail "$shell: '$1' and a tab is '$(cat "$term_work/ran" 2>/dev/null)' instead of '$2'"
        [ ! -e pwned ] || term_fail "$shell: a name was run"
}

try() { # CMD...: in that shell
        term_start 160 40 "$@"
        term_wait 'ready>'
        completes 'attac' '<attach>'
        completes 'create ep' '<create><epair>'
        completes 'up e0a' '<up><e0a_web>'
        completes 'attach e0b_web ' '<attach><e0b_web><br0>'
        completes 'create bridge x --st' '<create><bridge><x><--stp>'
        completes 'disconnect e0a_web:lo' '<disconnect><e0a_web:lower>'
        completes 'doctor mtu' '<doctor><mtu-step>'
        completes '--db some' '<--db><some file>'
        completes 'batch some' '<batch><some file>'
        completes 'destroy sp' '<destroy><sp ace>'
        completes 'destroy qu' "<destroy><qu'ote>"
        completes 'destroy ca' '<destroy><ca$(touch pwned)h>'
        completes 'destroy se' '<destroy><se;mi|x>'
        completes 'destroy st' '<destroy><st*r>'
        completes 'destroy do' '<destroy><do"c`d>'
        completes 'destroy he' '<destroy><he#re>'
        completes 'destroy ti' '<destroy><ti~l!d>'
        completes 'destroy é' '<destroy><éa>'
        completes 'destroy "sp' '<destroy><sp ace>'
        completes "destroy 'sp" '<destroy><sp ace>'
        completes "move e0a_web sp" '<move><e0a_web><sp ace>'
        # FreeBSD's names, which are links to it.
        program=ngctl completes 'sho' '<show>'
        program=ngctl completes 'show br' '<show><br0:>'
        program=jexec completes 'sp' '<sp ace>'
        program=jail completes '-r sp' '<-r><sp ace>'
        program=jib completes 'add' '<addm>'
        tried=$((tried + 1))
}

tried=0
for shell in bash zsh fish; do
        command -v $shell >/dev/null || {
                echo "$shell is not installed: not tried"
                continue
        }
        case $shell in
        bash)
                cat >"$term_work/rc.bash" <<END
. "$SOURCE/completions/jailnet.bash"
PS1='ready> '
END
                try bash --noprofile --rcfile "$term_work/rc.bash" -i
                ;;
        zsh)
                cat >"$term_work/home/.zshrc" <<END
fpath=("$SOURCE/completions" \$fpath)
autoload -U compinit
compinit -u -d "$term_work/home/dump"
PS1='ready> '
END
                try env ZDOTDIR="$term_work/home" zsh -d -i
                ;;
        fish)
                cat >"$term_work/rc.fish" <<END
source "$SOURCE/completions/jailnet.fish"
function fish_prompt; echo -n 'ready> '; end
function fish_right_prompt; end
set -g fish_greeting
set -g fish_autosuggestion_enabled 0
END
                try fish --no-config -C "source '$term_work/rc.fish'" -i
                ;;
        esac
done
[ "$tried" -gt 0 ] || {
        echo 'skipped: neither bash, zsh nor fish is installed'
        exit 77
}
echo "$tried shells"
term_end
