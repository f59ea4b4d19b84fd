/* settings.c - reads the user's settings with inih, and writes them back into the lines that are there. */
#include "ui/tui/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* -- Writing ----------------------------------------------------------------------------------------------------- */

enum setting { SETTING_THEME, SETTING_VIEW, SETTING_WORDS, SETTING_ASCII, SETTING_MOUSE, SETTING_READ_ONLY, SETTINGS };

static const char *const setting_names[SETTINGS] = {"theme", "view", "words", "ascii", "mouse", "read-only"};

static const char *value_of(const struct settings *s, enum setting n)
{
        switch (n) {
        case SETTING_THEME: return theme_names[s->theme];
        case SETTING_VIEW: return view_names[s->view];
        case SETTING_WORDS: return words_names[s->words];
        case SETTING_ASCII: return switch_names[s->is_ascii];
        case SETTING_MOUSE: return switch_names[s->has_mouse];
        case SETTING_READ_ONLY: return switch_names[s->is_read_only];
        case SETTINGS: break;
        }
        return "";
}

/* Which setting a line of the section sets; SETTINGS: none. */
static enum setting setting_of(const char *line, size_t length)
{
        const char *end = memchr(line, '=', length);
        size_t n = 0, name;

        if (!end)
                return SETTINGS;
        while (line < end && (*line == ' ' || *line == '\t'))
                line++;
        name = (size_t)(end - line);
        while (name && (line[name - 1] == ' ' || line[name - 1] == '\t'))
                name--;
        while (n < SETTINGS && (strlen(setting_names[n]) != name || strncmp(setting_names[n], line, name) != 0))
                n++;
        return (enum setting)n;
}

/* Those that are not told yet and are not as they are without a line. */
static void put_missing(struct text *t, const struct settings *s, const bool *is_told)
{
        struct settings usual;

        settings_default(&usual);
        for (enum setting n = 0; n < SETTINGS; n++)
                if (!is_told[n] && strcmp(value_of(s, n), value_of(&usual, n)) != 0)
                        text_putf(t, "%s = %s\n", setting_names[n], value_of(s, n));
}

void settings_put(struct text *t, const struct settings *s, const char *before)
{
        bool is_told[SETTINGS] = {false}, is_console = false, was_console = false;

        for (const char *line = before; *line;) {
                size_t length = strcspn(line, "\n"), blanks = strspn(line, " \t");
                enum setting n = is_console ? setting_of(line, length) : SETTINGS;

                if (line[blanks] == '[') {
                        if (is_console)
                                put_missing(t, s, is_told);
                        is_console = !was_console && strncasecmp(line + blanks, "[console]", 9) == 0;
                        was_console = was_console || is_console;
                }
                if (n == SETTINGS)
                        text_putf(t, "%.*s\n", (int)length, line);
                else if (!is_told[n]) /* of several, one */
                        text_putf(t, "%s = %s\n", setting_names[n], value_of(s, n));
                if (n != SETTINGS)
                        is_told[n] = true;
                line += length + (line[length] == '\n');
        }
        if (!was_console)
                text_putf(t, "%s[console]\n", *before ? "\n" : "");
        if (!was_console || is_console)
                put_missing(t, s, is_told);
}

/* A file's text, "" when there is none. */
static int read_whole(const char *path, struct text *ret, struct err *e)
{
        FILE *f = fopen(path, "re");
        char buf[4096];
        size_t n;

        if (!f)
                return errno == ENOENT ? 0 : err_set(e, -errno, "%s: cannot be read", path);
        while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
                text_put_n(ret, buf, n);

        bool is_bad = ferror(f);

        (void)fclose(f); /* only read */
        return is_bad ? err_set(e, -EIO, "%s: cannot be read", path) : 0;
}

/* Its folders, the last two of which are the user's own choice. */
static void make_folders(const char *path)
{
        CLEANUP(freep) char *folder = xstrdup(path);

        for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
                *slash = '\0';
                (void)mkdir(folder, 0700); /* it is there, or opening the file tells why not */
                *slash = '/';
        }
}

/* Beside it first: whoever reads meanwhile finds the old one whole, or the new one. */
static int replace(const char *path, const struct text *t, struct err *e)
{
        CLEANUP(freep) char *beside = xasprintf("%s.%d", path, (int)getpid());
        struct stat was;
        mode_t mode = stat(path, &was) == 0 ? was.st_mode & 0777 : 0600;
        int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        int r = fd < 0 ? -errno : 0;

        if (r == 0 && write(fd, t->s, t->length) != (ssize_t)t->length)
                r = -EIO;
        if (fd >= 0 && close(fd) < 0 && r == 0)
                r = -errno;
        if (r == 0 && rename(beside, path) < 0)
                r = -errno;
        if (r < 0 && fd >= 0)
                (void)unlink(beside); /* what could not be written whole is nothing */
        return r < 0 ? err_set(e, r, "%s: cannot be written; nothing was changed there", path) : 0;
}

int settings_write(const struct settings *s, const char *file, char **ret_path, struct err *e)
{
        CLEANUP(freep) char *named = file ? xstrdup(file) : own_path(), *path = named ? realpath(named, NULL) : NULL;
        CLEANUP(text_done) struct text before = {0}, after = {0};
        int r;

        if (!named)
                return err_set(e, -ENOENT, "settings: there is no home to keep them in; set HOME");
        if (!path) { /* not there yet */
                make_folders(named);
                path = xstrdup(named);
        }
        r = read_whole(path, &before, e);
        if (r == 0)
                settings_put(&after, s, text_str(&before));
        if (r == 0)
                r = replace(path, &after, e);
        if (r == 0)
                *ret_path = TAKE(path);
        return r;
}

uint32_t settings_key(const struct settings *s, uint32_t pressed)
{
        for (size_t n = 0; n < s->key_count; n++) {
                if (s->keys[n].pressed == pressed)
                        return s->keys[n].meant;
        }
        return pressed;
}
