/*
 * settings.h - how a user likes the console: an INI file of their own, $XDG_CONFIG_HOME/jailnet/settings (~/.config
 * when that is not set). docs/settings.example has every line with its meaning.
 */
#ifndef UI_TUI_SETTINGS_H
#define UI_TUI_SETTINGS_H

#include "core/base/text.h"
#include "core/plan/plan.h"
#include "ui/tui/theme.h"

#define SETTINGS_KEYS_MAX 128

struct settings {
        enum theme theme;
        size_t view;   /* that the console begins with */
        bool is_ascii; /* draw with ASCII although the terminal could do more */
        bool has_mouse;
        bool is_read_only;
        enum plan_words words;
        struct {
                uint32_t pressed, meant; /* key codes */
        } keys[SETTINGS_KEYS_MAX];
        size_t key_count;
};

void settings_default(struct settings *s);

/*
 * settings_read - takes a file over what s holds; what a line gets wrong stays as it was.
 *
 *   file       NULL: the user's own, which need not be there
 *   ret_wrong  one line for each that is wrong: "FILE:7: theme = pink: no such theme; default, contrast or blind"
 *   errors     the file that was named cannot be read; nothing for one's own when it is not there
 */
int settings_read(struct settings *s, const char *file, struct text *ret_wrong, struct err *e);

/*
 * settings_write - keeps theme, view, words, ascii, mouse and read-only in the user's own file.
 *
 *   shape    lines that set one of these are changed, what differs from what is usual is added, everything else stays:
 *            comments, other sections, the order
 *   file     NULL: the user's own, which is made when it is not there
 *   owner    caller frees *ret_path
 *   errors   the file can't be read or written; it is as before then
 */
int settings_write(const struct settings *s, const char *file, char **ret_path, struct err *e);

/* The text that it writes, when it was that before. */
void settings_put(struct text *t, const struct settings *s, const char *before);

/* The key that is meant by one that was pressed. */
uint32_t settings_key(const struct settings *s, uint32_t pressed);

#endif
