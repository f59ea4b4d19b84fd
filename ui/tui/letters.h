/* letters.h - a letter for each row of a menu, to choose it by. Pure. */
#ifndef UI_TUI_LETTERS_H
#define UI_TUI_LETTERS_H

#include <stddef.h>

/*
 * letter_choose - the letter by which a title is best remembered.
 *
 *   shape    the first letter of a word of it, the last word's first, then any other letter of it, then a digit; in
 *            lower case
 *   used     letters that are given away already, and those with a meaning of their own; 0 when all of them are used up
 */
char letter_choose(const char *title, const char *used);

#endif
