/* settings.c - reads the user's settings with inih; each value has its place in a table. */
#include "ui/tui/settings.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/tui/hints.h"

/* A reading under way: inih tells values, not lines. */
struct reading {
        struct settings *s;
        const char *path;
        FILE *file;
        int line;
        struct text *wrong;
};

static const char *const view_names[] = {"graph", "table", "details", "returns", "journal", "top", "events", "doctor"};
static const char *const words_names[] = {
        [PLAN_WORDS_BOTH] = "both", [PLAN_WORDS_FREEBSD] = "freebsd", [PLAN_WORDS_LINUX] = "linux"};
static const char *const switch_names[] = {"no", "yes"};

static void say_wrong(struct reading *r, const char *name, const char *value, const char *what)
{
        CLEANUP(text_done) struct text words = {0};

        text_putf(&words, "%s = %s", name, value);
        text_putf(r->wrong, "%s:%d: ", r->path, r->line);
        text_put_visible(r->wrong, text_str(&words));
        text_putf(r->wrong, ": %s\n", what);
}

/* Which of some words; what there is is said where it is none. */
static bool choose(struct reading *r, const char *name, const char *value, const char *const *words, size_t count,
                   size_t *ret)
{
        CLEANUP(text_done) struct text what = {0};

        for (size_t n = 0; n < count; n++) {
                if (strcmp(words[n], value) == 0) {
                        *ret = n;
                        return true;
                }
        }
        text_put(&what, "write ");
        for (size_t n = 0; n < count; n++)
                text_putf(&what, "%s%s", n == 0 ? "" : n + 1 < count ? ", " : " or ", words[n]);
        say_wrong(r, name, value, text_str(&what));
        return false;
}

static bool take_switch(struct reading *r, const char *name, const char *value, bool *ret)
{
        size_t n = 0;
        bool is_good = choose(r, name, value, switch_names, ARRAY_SIZE(switch_names), &n);

        if (is_good)
                *ret = n == 1;
        return is_good;
}

static void take_console(struct reading *r, const char *name, const char *value)
{
        size_t n = 0;

        if (strcmp(name, "theme") == 0) {
                if (choose(r, name, value, theme_names, THEME_COUNT, &n))
                        r->s->theme = (enum theme)n;
        } else if (strcmp(name, "view") == 0) {
                if (choose(r, name, value, view_names, ARRAY_SIZE(view_names), &n))
                        r->s->view = n;
        } else if (strcmp(name, "words") == 0) {
                if (choose(r, name, value, words_names, ARRAY_SIZE(words_names), &n))
                        r->s->words = (enum plan_words)n;
        } else if (strcmp(name, "ascii") == 0) {
                (void)take_switch(r, name, value, &r->s->is_ascii); /* a wrong one was said */
        } else if (strcmp(name, "mouse") == 0) {
                (void)take_switch(r, name, value, &r->s->has_mouse);
        } else if (strcmp(name, "read-only") == 0) {
                (void)take_switch(r, name, value, &r->s->is_read_only);
        } else {
                say_wrong(r, name, value, "no such setting; theme, view, words, ascii, mouse and read-only are");
        }
}

static void take_key(struct reading *r, const char *name, const char *value)
{
        uint32_t pressed = hint_code(name), meant = hint_code(value);

        if (!pressed || !meant)
                say_wrong(
                        r, name, value,
                        "no such key; write KEY = KEY, each one letter or sign, or a name such as F5, Ctrl-N, PageUp");
        else if (r->s->key_count == SETTINGS_KEYS_MAX)
                say_wrong(r, name, value, "too many keys");
        else {
                r->s->keys[r->s->key_count].pressed = pressed;
                r->s->keys[r->s->key_count++].meant = meant;
        }
}

static int take_value(void *user, const char *section, const char *name, const char *value)
{
        struct reading *r = user;

        if (strcmp(section, "console") == 0)
                take_console(r, name, value);
        else if (strcmp(section, "keys") == 0)
                take_key(r, name, value);
        else
                say_wrong(r, name, value, "belongs to no section; begin one with [console] or [keys]");
        return 1; /* said already: inih's own errors are lines that it can't take apart */
}

static char *read_line(char *buf, int size, void *user)
{
        struct reading *r = user;

        r->line++;
        return fgets(buf, size, r->file);
}

/* The user's own file; NULL where no home is known. Caller frees. */
static char *own_path(void)
{
        const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

        if (config && config[0] == '/')
                return xasprintf("%s/jailnet/settings", config);
        return home && home[0] == '/' ? xasprintf("%s/.config/jailnet/settings", home) : NULL;
}

void settings_default(struct settings *s)
{
        *s = (struct settings){.has_mouse = true};
}

int settings_read(struct settings *s, const char *file, struct text *ret_wrong, struct err *e)
{
        CLEANUP(freep) char *path = file ? xstrdup(file) : own_path();
        struct reading r = {.s = s, .path = path, .wrong = ret_wrong};

        if (!path)
                return 0;
        r.file = fopen(path, "re");
        if (!r.file)
                return !file && (errno == ENOENT || errno == ENOTDIR) ? 0
                                                                      : err_set(e, -errno, "%s: cannot be read", path);

        int first_bad = ini_parse_stream(read_line, &r, take_value, &r);

        (void)fclose(r.file); /* only read */
        if (first_bad > 0)
                text_putf(ret_wrong, "%s:%d: is neither NAME = VALUE nor a [SECTION]\n", path, first_bad);
        return 0;
}

uint32_t settings_key(const struct settings *s, uint32_t pressed)
{
        for (size_t n = 0; n < s->key_count; n++) {
                if (s->keys[n].pressed == pressed)
                        return s->keys[n].meant;
        }
        return pressed;
}
