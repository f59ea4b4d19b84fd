/* commands.h - what was done, or would be, as lines for a shell. Pure. */
#ifndef UI_TUI_COMMANDS_H
#define UI_TUI_COMMANDS_H

#include "core/base/text.h"

/* A plan's words ("up a; up b") as a line each: "jailnet up a". A semicolon within quotes ends none. */
void commands_put(struct text *t, const char *words);

/* Base64, as terminals take it. */
void base64_put(struct text *t, const char *bytes, size_t n);

#endif
