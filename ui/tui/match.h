/* match.h - finding a thing by a few of its letters, and cutting a typed line into words. Pure. */
#ifndef UI_TUI_MATCH_H
#define UI_TUI_MATCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * match_score - how well the letters of wanted, in their order, are found in text; case does not count.
 *
 *   shape    0: not at all. Higher is better: letters that begin a word or follow each other count more, and a shorter
 *            text wins. An empty wanted fits everything (1). Blanks in wanted are skipped.
 */
int match_score(const char *wanted, const char *text);

#define MATCH_WORDS_MAX 40

/*
 * words_split - a typed line as a shell would cut it: blanks, quotes and backslashes.
 *
 *   shape    an open quote ends with the line. *ret_open_word: the line does not end with a blank,
 *            the last word is still being typed
 *   owner    caller frees each of the *ret_words (words_free)
 */
size_t words_split(const char *line, char *ret_words[MATCH_WORDS_MAX], bool *ret_open_word);
void words_free(char *words[], size_t count);

#endif
