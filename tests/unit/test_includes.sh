# Proves that the include lines run downwards only: which layer may include which, who may see curses, netlink and SQLite.
# An arrow drawn the wrong way is noticed the same day.
cd "${SOURCE:?}" || exit 1
failed=0
files=0

# allow FOLDER PATTERN: the project's headers that files of that folder (not of folders in it) may include
allow() {
        for file in "$1"/*.[ch]; do
                files=$((files + 1))
                wrong=$(sed -n 's/^#include "\(.*\)"$/\1/p' "$file" | grep -vE "^($2)") || continue
                echo "$file: may not include:" $wrong
                failed=1
        done
}

# only LIBRARY PATTERN FOLDER...: no file below these folders includes it but those whose path matches
only() {
        library=$1 pattern=$2
        shift 2
        wrong=$(grep -rlE "^#include <$library" --include='*.[ch]' "$@" | grep -vE "^($pattern)") || return 0
        echo "may not include <$library>:" $wrong
        failed=1
}

allow core/base 'core/base/'
allow core/graph 'core/(base|graph)/'
allow core/verb 'core/(base|graph|verb)/'
allow core/plan 'core/(base|graph|verb|plan)/'
allow core/doctor 'core/(base|graph|verb|plan|doctor)/'
allow core/path 'core/(base|graph|path)/'
allow core/dialect 'core/(base|graph|verb|plan|dialect)/'
allow core/kinds 'core/(base|graph|plan|kinds)/'
allow core/kernel 'core/(base|graph|plan|kinds|kernel)/'
allow core/exec 'core/(base|graph|verb|plan|kinds|kernel|exec)/'
allow db 'core/(base|graph|verb|plan|exec)/|db/'
allow ui/tui/layout 'core/(base|graph)/|ui/tui/layout/'
allow ui/tui 'core/(base|graph|verb|plan|path|doctor|dialect)/|ui/(app\.h|tui/)'
allow ui/tui/views 'core/(base|graph|verb|plan|path|doctor)/|ui/(app\.h|tui/)'
allow ui/cli 'core/(base|graph|verb|plan|path|doctor|dialect)/|ui/(app\.h|cli/|tui/console\.h|tui/layout/layout\.h)'

only '(curses|ncursesw|menu|form|panel|term)' 'ui/tui/(term|dialog|palette|form)' core db ui
only 'netlink/' 'core/(kinds|kernel)/' core db ui
only 'sqlite3' 'db/' core db ui

echo "$files files looked at"
[ "$files" -gt 100 ] || failed=1
exit $failed
