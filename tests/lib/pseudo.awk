# pseudo.awk - a text in a language that nobody speaks: each vowel is written twice, the first time with dots. So a text is
# two fifths longer than in English, and a word in which all letters are plain was not translated. For msgfilter.
#
# Directives of printf stay as they are, and so do the keys of hints ("Enter:act q:quit").
BEGIN {
        RS = "\001" # the whole: also whether a line ends it
        split("a e i o u A E I O U", plain, " ")
        split("ä ë ï ö ü Ä Ë Ï Ö Ü", dotted, " ")
        for (i in plain)
                other[plain[i]] = dotted[i] plain[i]
}
function speak(s,    out, c, i) {
        out = ""
        for (i = 1; i <= length(s); i++) {
                c = substr(s, i, 1)
                out = out (c in other ? other[c] : c)
        }
        return out
}
# All but what printf replaces.
function sentence(s,    out) {
        out = ""
        while (match(s, /%([-+ #0]*[0-9*]*(\.[0-9*]+)?(hh|h|ll|l|z)?[a-zA-Z%]|[-+ #0-9]*<[A-Za-z0-9]+>)/)) {
                out = out speak(substr(s, 1, RSTART - 1)) substr(s, RSTART, RLENGTH)
                s = substr(s, RSTART + RLENGTH)
        }
        return out speak(s)
}
{ text = $0 }
END {
        count = split(text, words, " ")
        is_hint = count > 0
        for (i = 1; i <= count; i++)
                if (words[i] !~ /^[^ ]+:[^ ]+$/ && words[i] != "%s")
                        is_hint = 0
        if (!is_hint) {
                printf "%s", sentence(text)
        } else {
                for (i = 1; i <= count; i++) {
                        at = index(substr(words[i], 2), ":")
                        printf "%s%s", (i > 1 || text ~ /^ / ? " " : ""),
                                at ? substr(words[i], 1, at + 1) sentence(substr(words[i], at + 2)) : words[i]
                }
                if (text ~ / $/)
                        printf " "
        }
}
