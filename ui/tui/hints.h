/*
 * hints.h - the bottom line's keys, written as one string: "Enter:act +/-:zoom ::command"; '_' in a word is a blank.
 * Pure.
 */
#ifndef UI_TUI_HINTS_H
#define UI_TUI_HINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/text.h"

struct hint {
        char key[16];
        char word[64];
};

/* The next hint of *s, which moves behind it; false at the end. */
bool hint_next(const char **s, struct hint *ret);

/* The key code that a name stands for ("Enter", "Ctrl-N", "x"), as hints and settings write it; 0 when it is none, or
 * several. */
uint32_t hint_code(const char *key);

/* The name of a key code; signs that are their own names as they are, nothing for what has none. */
void hint_put_key(struct text *t, uint32_t code);

/* The n-th of the names that are no letters or signs, for lists of them; NULL behind the last. */
const char *hint_key_name(size_t n);

#endif
