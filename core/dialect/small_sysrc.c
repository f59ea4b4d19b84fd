/*
 * small_sysrc.c - FreeBSD's sysrc: reads and changes the variables of /etc/rc.conf or another file of that form.
 *
 * The file is edited in place: comments and all other lines stay as they are. A file that does more than set variables
 * is refused with the place (rcconf.h).
 */
#include <errno.h>
#include <string.h>

#include "core/dialect/rcconf.h"
#include "core/dialect/small.h"

#define DEFAULT_FILE "/etc/rc.conf"
#define USAGE        "usage: sysrc [-ceinNqx] [-f FILE] NAME[[+|-]=VALUE] ... | -a"

/* What FreeBSD has for the network when rc.conf says nothing. */
static const struct {
        const char *name, *value;
} defaults[] = {
        {"cloned_interfaces", ""},     {"defaultrouter", "NO"}, {"gateway_enable", "NO"}, {"ipv6_defaultrouter", "NO"},
        {"ipv6_gateway_enable", "NO"}, {"jail_enable", "NO"},   {"jail_list", ""},        {"pf_enable", "NO"},
        {"pf_rules", "/etc/pf.conf"},  {"static_routes", ""},
};

struct call {
        struct dialect *d;
        const char *path;
        bool is_check, has_equals, is_unknown_fine, is_value_alone, is_name_alone, is_quiet, removes, is_all;
        char *text; /* the file's, as the changes so far leave it; "" when there is none */
        size_t length;
        bool is_changed;
};

/* One reading of the text as it is now. */
struct reading {
        struct source source;
        struct rc_file file;
};

static int reading_begin(struct reading *r, const struct call *c, struct err *e)
{
        *r = (struct reading){.source = {.name = c->path, .text = c->text, .length = c->length}};
        return rcconf_read(&r->source, &r->file, e);
}

static void reading_end(struct reading *r)
{
        rcconf_done(&r->file);
        source_done(&r->source);
}

static const char *default_of(const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
                if (strcmp(defaults[i].name, name) == 0)
                        return defaults[i].value;
        return NULL;
}

static bool is_name(const char *name, size_t length)
{
        static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

        return length > 0 && strspn(name, letters) >= length && !strchr("0123456789", name[0]);
}

static void print(struct call *c, const char *name, const char *value)
{
        struct text *t = &c->d->out;

        if (c->has_equals) {
                rcconf_put(t, false, name, value);
                return;
        }
        if (!c->is_value_alone)
                text_putf(t, "%s%s", name, c->is_name_alone ? "" : ": ");
        if (!c->is_name_alone)
                text_put_visible(t, value);
        text_put_char(t, '\n');
}

/* Puts bytes in the place of those from start to end. */
static void replace(struct call *c, size_t start, size_t end, const char *with)
{
        struct text t = {0};

        text_put_n(&t, c->text, start);
        text_put(&t, with);
        text_put_n(&t, c->text + end, c->length - end);
        free(c->text);
        c->length = t.length;
        c->text = t.s ? text_take(&t) : xstrdup("");
        c->is_changed = true;
}

static void set(struct call *c, const struct rc_variable *v, const char *name, const char *value)
{
        CLEANUP(text_done) struct text line = {0};

        if (!v && c->length > 0 && c->text[c->length - 1] != '\n')
                text_put_char(&line, '\n');
        rcconf_put(&line, v && v->is_exported, name, value);
        if (!v) {
                replace(c, c->length, c->length, text_str(&line));
                return;
        }
        line.s[--line.length] = '\0'; /* the end of the line is there */
        replace(c, v->start, v->end, text_str(&line));
}

/* The items of a list, with what stands between them: a blank, or the value's first character when it is no letter. */
static bool has_item(const char *list, const char *item, size_t length, const char *between)
{
        for (const char *s = list; *s;) {
                size_t n = strcspn(s, between);

                if (n == length && strncmp(s, item, n) == 0)
                        return true;
                s += n + (s[n] != '\0');
        }
        return false;
}

static char *with_items(const char *list, const char *items, bool removes)
{
        bool is_marked = *items && !is_name(items, 1) && !strchr("0123456789/.", *items);
        char mark[2] = {is_marked ? *items : ' ', '\0'};
        const char *between = is_marked ? mark : " \t\n";
        const char *from = removes ? list : items;
        struct text t = {0};

        if (!removes)
                text_put(&t, list);
        for (const char *s = from; *s;) {
                size_t n = strcspn(s, between);

                if (n > 0 && !has_item(removes ? items : list, s, n, between)) {
                        if (t.length > 0 || (is_marked && !removes && *list))
                                text_put(&t, mark);
                        text_put_n(&t, s, n);
                }
                s += n + (s[n] != '\0');
        }
        return t.s ? text_take(&t) : xstrdup("");
}

static void print_change(struct call *c, const char *name, const char *before, const char *after)
{
        struct text *t = &c->d->out;

        text_putf(t, "%s: ", name);
        text_put_visible(t, before);
        text_put(t, " -> ");
        text_put_visible(t, after);
        text_put_char(t, '\n');
}

static int assign(struct call *c, const char *name, const char *value, char sign, struct err *e)
{
        struct reading r;
        int result = reading_begin(&r, c, e);
        const struct rc_variable *v = result < 0 ? NULL : rcconf_find(&r.file, name);
        const char *before = v ? v->value : default_of(name);

        if (result == 0) {
                before = before ? before : "";

                CLEANUP(freep) char *after = sign == '=' ? xstrdup(value) : with_items(before, value, sign == '-');

                if (c->is_check)
                        result = strcmp(before, after) == 0 ? 0 : 1;
                else if (!c->is_quiet)
                        print_change(c, name, before, after);
                if (!c->is_check && (!v || strcmp(before, after) != 0))
                        set(c, v, name, after);
        }
        reading_end(&r);
        return result;
}

/* All assignments of the name go: the last one alone would bring an earlier one back. */
static int take_away(struct call *c, const char *name, struct err *e)
{
        for (bool is_first = true;; is_first = false) {
                struct reading r;
                int result = reading_begin(&r, c, e);
                const struct rc_variable *v = result < 0 ? NULL : rcconf_find(&r.file, name);

                if (v)
                        replace(c, v->start, v->end + (v->end < c->length && c->text[v->end] == '\n'), "");
                reading_end(&r);
                if (result < 0)
                        return result;
                if (!v)
                        return is_first && !c->is_unknown_fine ? err_set(e, -ENOENT, "unknown variable '%s'", name) : 0;
        }
}

static int query(struct call *c, const char *name, struct err *e)
{
        struct reading r;
        int result = reading_begin(&r, c, e);
        const char *value = result < 0 ? NULL : rcconf_value(&r.file, name);

        if (result == 0 && !value && strcmp(c->path, DEFAULT_FILE) == 0)
                value = default_of(name);
        if (result == 0 && !value && c->is_check)
                result = 1;
        else if (result == 0 && !value)
                result = c->is_unknown_fine ? 0 : err_set(e, -ENOENT, "unknown variable '%s'", name);
        else if (result == 0 && !c->is_check)
                print(c, name, value);
        reading_end(&r);
        return result;
}

static int query_all(struct call *c, struct err *e)
{
        struct reading r;
        int result = reading_begin(&r, c, e);

        for (size_t i = 0; result == 0 && i < r.file.count; i++)
                if (rcconf_find(&r.file, r.file.variables[i].name) == &r.file.variables[i])
                        print(c, r.file.variables[i].name, r.file.variables[i].value);
        reading_end(&r);
        return result;
}

static int do_word(struct call *c, const char *word, struct err *e)
{
        const char *equals = strchr(word, '=');
        char sign = equals && equals > word && strchr("+-", equals[-1]) ? equals[-1] : '=';
        size_t n = equals ? (size_t)(equals - word) - (sign != '=') : strlen(word);
        CLEANUP(freep) char *name = xstrndup(word, n);

        if (!is_name(name, n))
                return err_set(e, -EINVAL, "%s: is no name of a variable; " USAGE, word);
        if (c->removes)
                return equals ? err_set(e, -EINVAL, "%s: -x takes names alone", word) : take_away(c, name, e);
        return equals ? assign(c, name, equals + 1, sign, e) : query(c, name, e);
}

static int take_options(struct call *c, int argc, char **argv, int *ret_first, struct err *e)
{
        int i = 1;

        for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
                for (const char *s = argv[i] + 1; *s; s++) {
                        switch (*s) {
                        case 'a': c->is_all = true; break;
                        case 'c': c->is_check = true; break;
                        case 'e': c->has_equals = true; break;
                        case 'i': c->is_unknown_fine = true; break;
                        case 'n': c->is_value_alone = true; break;
                        case 'N': c->is_name_alone = true; break;
                        case 'q': c->is_quiet = true; break;
                        case 'x': c->removes = true; break;
                        case 'v': break;
                        case 'f':
                                c->path = s[1] ? s + 1 : i + 1 < argc ? argv[++i] : NULL;
                                if (!c->path)
                                        return err_set(e, -EINVAL, USAGE);
                                s = "f";
                                break;
                        default: return err_set(e, -EINVAL, "-%c: is not understood; " USAGE, *s);
                        }
                }
        }
        *ret_first = i;
        return i == argc && !c->is_all ? err_set(e, -EINVAL, USAGE) : 0;
}

int dialect_sysrc(struct dialect *d, int argc, char **argv, struct err *e)
{
        struct call c = {.d = d, .path = DEFAULT_FILE};
        int first = 0, worst = 0;
        int r = take_options(&c, argc, argv, &first, e);

        if (r < 0)
                return r;
        r = d->services->read_file(d, c.path, &c.text, &c.length, e);
        if (r == -ENOENT) {
                err_clear(e);
                c.text = xstrdup("");
                r = 0;
        }
        if (r == 0 && c.is_all)
                r = query_all(&c, e);
        for (int i = first; r >= 0 && i < argc; i++) {
                r = do_word(&c, argv[i], e);
                worst = r > worst ? r : worst;
        }
        if (r >= 0 && c.is_changed)
                r = d->services->write_file(d, c.path, c.text, c.length, e);
        if (r < 0)
                text_clear(&d->out); /* nothing was changed */
        free(c.text);
        return r < 0 ? r : worst;
}
