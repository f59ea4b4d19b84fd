#!/bin/sh
# Neither what the folders of the source and the build are called nor when it is built is in what is built: a part of the
# program, built twice, is the same bytes, its debugging information with it.
: "${SOURCE:?}"
for need in cmake ninja; do
        command -v $need >/dev/null || {
                echo "skipped: $need is not installed"
                exit 77
        }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build() { # SOURCE BUILD
        mkdir -p "$work/$1"
        ln -s "$SOURCE"/* "$work/$1"
        rm -rf "${work:?}/$1/$2"
        {
                cmake -S "$work/$1" -B "$work/$1/$2" -G Ninja -DJAILNET_TESTS=OFF -DJAILNET_MAN=OFF &&
                        cmake --build "$work/$1/$2" --target jn_base
        } >"$work/log" 2>&1 || {
                cat "$work/log"
                echo "FAILED: $1 is not built in $2"
                exit 1
        }
        (cd "$work/$1/$2" && find . -name '*.o' -exec sha256sum {} + | sort -k 2) >"$work/$1.sums"
}

build one first
build a-longer-name under-another
echo "$(wc -l <"$work/one.sums") objects"
[ -s "$work/one.sums" ] || {
        echo 'FAILED: nothing was built'
        exit 1
}
diff "$work/one.sums" "$work/a-longer-name.sums" || {
        echo 'FAILED: these differ'
        exit 1
}
