/* match.c - letters in order, and words in a line. */
#include "ui/tui/match.h"

#include <ctype.h>
#include <string.h>

#include "core/base/text.h"

static int lower(char c)
{
        return tolower((unsigned char)c);
}

static bool starts_word(const char *text, const char *at)
{
        return at == text || !isalnum((unsigned char)at[-1]);
}

int match_score(const char *wanted, const char *text)
{
        const char *at = text, *last = NULL;
        int score = 1;

        if (!wanted[strspn(wanted, " ")])
                return 1;
        for (; *wanted; wanted++) {
                if (*wanted == ' ')
                        continue;

                /* The next letter at a word's start is worth a jump, else the next one at all. */
                const char *found = NULL;

                if (last && lower(last[1]) == lower(*wanted))
                        found = last + 1;
                for (const char *p = at; *p && !found; p++) {
                        if (lower(*p) == lower(*wanted) && starts_word(text, p))
                                found = p;
                }
                for (const char *p = at; *p && !found; p++) {
                        if (lower(*p) == lower(*wanted))
                                found = p;
                }
                if (!found)
                        return 0;
                score += starts_word(text, found) ? 8 : 1;
                if (last && found == last + 1)
                        score += 10;
                last = found;
                at = found + 1;
        }

        int length = (int)strlen(text);

        return score * 64 - (length < 63 ? length : 63);
}

size_t words_split(const char *line, char *ret_words[MATCH_WORDS_MAX], bool *ret_open_word)
{
        size_t count = 0;

        *ret_open_word = false;
        while (count < MATCH_WORDS_MAX) {
                CLEANUP(text_done) struct text word = {0};
                char quote = '\0';

                line += strspn(line, " \t");
                if (!*line)
                        return count;
                for (; *line && (quote || (*line != ' ' && *line != '\t')); line++) {
                        if (quote && *line == quote)
                                quote = '\0';
                        else if (!quote && (*line == '\'' || *line == '"'))
                                quote = *line;
                        else if (*line == '\\' && quote != '\'' && line[1])
                                text_put_char(&word, *++line);
                        else
                                text_put_char(&word, *line);
                }
                *ret_open_word = *line == '\0';
                ret_words[count++] = text_take(&word);
        }
        return count;
}

void words_free(char *words[], size_t count)
{
        for (size_t i = 0; i < count; i++)
                free(words[i]);
}
