/* jailconf_merge.c - one jail's parameters: the blocks that fit it, in the file's order; then variables; then checks.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/dialect/jailconf_parts.h"

#define VARIABLES_DEEP 64
#define VALUE_MAX      65536 /* bytes: variables that double each other end here */
#define VALUES_MAX     4096

/* -- Names of blocks ----------------------------------------------------------------------------------------------- */

/* Is the first dot-component of s a star? */
static bool is_star(const char *s)
{
        return s[0] == '*' && (s[1] == '\0' || s[1] == '.');
}

bool jailconf_is_wild(const char *block)
{
        for (const char *s = block; s; s = strchr(s, '.')) {
                s += *s == '.';
                if (is_star(s))
                        return true;
        }
        return false;
}

bool jailconf_fits(const char *block, const char *jail)
{
        while (*block && *jail) {
                size_t length = strcspn(block, "."), own = strcspn(jail, ".");

                if (is_star(block) && !block[1])
                        return true; /* the last star stands for all that is left */
                if (!is_star(block) && (length != own || strncmp(block, jail, own) != 0))
                        return false;
                block += length;
                jail += own;
                if (!*block || !*jail)
                        return !*block && !*jail;
                block++;
                jail++;
        }
        return !*block && !*jail;
}

/* -- Merging ------------------------------------------------------------------------------------------------------- */

enum entry_state { ENTRY_RAW, ENTRY_BUSY, ENTRY_DONE };

struct entry {
        const char *name;
        bool is_variable;
        const struct conf_param *from; /* the last statement: errors are told there */
        const struct conf_string **raw;
        struct conf_file **files; /* of each raw value */
        size_t raw_count, raw_capacity, file_capacity;
        enum entry_state state;
        const char **values;
        size_t count, capacity;
};

struct merge {
        struct jailconf *conf;
        const char *jail;
        struct entry *entries;
        size_t count, capacity;
        struct arena *arena; /* of the result */
};

static void merge_done(struct merge *m)
{
        for (size_t i = 0; i < m->count; i++) {
                free(m->entries[i].raw);
                free(m->entries[i].files);
                free(m->entries[i].values);
        }
        free(m->entries);
}

static int fail_at(struct merge *m, const struct conf_param *p, struct err *e, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));

static int fail_at(struct merge *m, const struct conf_param *p, struct err *e, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *sentence = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        return conf_fail(m->conf, p ? p->file : NULL, p ? p->at : 0, e, "%s", sentence);
}

static struct entry *find(const struct merge *m, const char *name)
{
        for (size_t i = 0; i < m->count; i++)
                if (strcmp(m->entries[i].name, name) == 0)
                        return &m->entries[i];
        return NULL;
}

static struct entry *add(struct merge *m, const char *name)
{
        m->entries = array_grow(m->entries, &m->capacity, m->count, sizeof(*m->entries));
        m->entries[m->count] = (struct entry){.name = name};
        return &m->entries[m->count++];
}

static void add_raw(struct entry *n, const struct conf_string *s, struct conf_file *f)
{
        n->raw = array_grow(n->raw, &n->raw_capacity, n->raw_count, sizeof(struct conf_string *));
        n->files = array_grow(n->files, &n->file_capacity, n->raw_count, sizeof(struct conf_file *));
        n->files[n->raw_count] = f;
        n->raw[n->raw_count++] = s;
}

static const struct conf_piece false_piece = {.text = "false"};
static const struct conf_string false_string = {.pieces = &false_piece, .count = 1, .parts = 1};

static int merge_param(struct merge *m, const struct conf_param *p, struct err *e)
{
        CLEANUP(text_done) struct text plain = {0};
        const struct param_type *type = p->is_variable ? NULL : param_find(p->name, &plain);
        bool is_negated = plain.length > 0;
        const char *name = p->name;

        if (!p->is_variable && !type) {
                const char *near = param_nearest(p->name);

                return near ? fail_at(m, p, e, "%s: unknown parameter; did you mean %s?", p->name, near)
                            : fail_at(m, p, e, "%s: unknown parameter", p->name);
        }
        if (!p->is_variable && (strcmp(name, "name") == 0 || strcmp(name, "jid") == 0) && p->file)
                return fail_at(m, p, e, "%s: cannot be set again; the block's name is it", name);
        if (is_negated) {
                if (p->count)
                        return fail_at(m, p, e, "%s: takes no value; write it bare, or %s = false", name,
                                       text_str(&plain));
                name = arena_strdup(&m->conf->arena, text_str(&plain));
        }

        struct entry *n = find(m, name);

        if (n && n->from && n->is_variable != p->is_variable)
                return fail_at(m, p, e, "$%s: there is a parameter of that name too; call the variable otherwise",
                               name);
        if (!n)
                n = add(m, name);
        n->is_variable = p->is_variable;
        n->from = p;
        if (p->way != WAY_ADD || is_negated)
                n->raw_count = 0;
        if (is_negated)
                add_raw(n, &false_string, NULL);
        for (size_t i = 0; i < p->count; i++)
                add_raw(n, &p->values[i], p->file);
        return 0;
}

/* -- Variables ----------------------------------------------------------------------------------------------------- */

static int expand(struct merge *m, struct entry *n, unsigned depth, struct err *e);

static int add_value(struct merge *m, struct entry *n, const char *value, struct err *e)
{
        if (n->count >= VALUES_MAX)
                return fail_at(m, n->from, e, "%s: has more than %d values", n->name, VALUES_MAX);
        n->values = array_grow(n->values, &n->capacity, n->count, sizeof(*n->values));
        n->values[n->count++] = value;
        return 0;
}

/* The entry that a piece names, replaced itself. */
static int look_up(struct merge *m, struct conf_file *f, const struct conf_piece *piece, unsigned depth,
                   struct entry **ret, struct err *e)
{
        struct entry *n = find(m, piece->text);

        if (!n)
                return conf_fail(m->conf, f, piece->at, e, "%s: variable \"%s\" not found; define it: $%s = \"...\";",
                                 m->jail, piece->text, piece->text);
        if (n->state == ENTRY_BUSY)
                return conf_fail(m->conf, f, piece->at, e, "%s: variable loop: \"%s\" is made of itself", m->jail,
                                 piece->text);
        if (depth >= VARIABLES_DEEP)
                return conf_fail(m->conf, f, piece->at, e, "%s: variables stand in each other more than %d deep",
                                 m->jail, VARIABLES_DEEP);

        int r = expand(m, n, depth + 1, e);

        *ret = n;
        return r;
}

static int expand_string(struct merge *m, struct entry *n, const struct conf_string *s, struct conf_file *f,
                         unsigned depth, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t i = 0; i < s->count; i++) {
                const struct conf_piece *piece = &s->pieces[i];
                struct entry *other = NULL;

                if (!piece->is_variable) {
                        text_put(&t, piece->text);
                        continue;
                }

                int r = look_up(m, f, piece, depth, &other, e);

                if (r < 0 || !other)
                        return r;
                if (s->count == 1 && !s->is_quoted) {
                        for (size_t k = 0; r == 0 && k < other->count; k++)
                                r = add_value(m, n, other->values[k], e);
                        return r;
                }
                if (other->count > 1)
                        return conf_fail(m->conf, f, piece->at, e,
                                         "%s: \"%s\" is a list of %zu; it can only be a value as a whole", m->jail,
                                         piece->text, other->count);
                text_put(&t, other->count ? other->values[0] : "");
                if (t.length > VALUE_MAX)
                        return conf_fail(m->conf, f, piece->at, e, "%s: this value gets longer than %d bytes", m->jail,
                                         VALUE_MAX);
        }
        return add_value(m, n, arena_strdup(m->arena, text_str(&t)), e);
}

static int expand(struct merge *m, struct entry *n, unsigned depth, struct err *e)
{
        int r = 0;

        if (n->state == ENTRY_DONE)
                return 0;
        n->state = ENTRY_BUSY;
        for (size_t i = 0; r == 0 && i < n->raw_count; i++)
                r = expand_string(m, n, n->raw[i], n->files[i], depth, e);
        n->state = ENTRY_DONE;
        return r;
}

/* ------------------------------------------------------------------------------------------------------------------ */

/* What a jail was started with is kept as JSON, which has no other bytes: a stop would miss them. */
static bool is_utf8(const char *s)
{
        int32_t c;

        while ((c = utf8_next(&s)) > 0)
                ;
        return c == 0;
}

static int check(struct merge *m, const struct entry *n, struct err *e)
{
        const struct param_type *type = param_find(n->name, NULL);

        for (size_t i = 0; type && i < n->count; i++) {
                struct err why = {0};

                if (!is_utf8(n->values[i]))
                        return fail_at(m, n->from, e, "%s: has bytes that are not UTF-8; save the file as UTF-8",
                                       n->name);
                if (param_check(type, n->values[i], &why) < 0)
                        return fail_at(m, n->from, e, "%s: %s", n->name, why.what);
        }
        if (n->count == 0 && type && (type->kind == PARAM_NUMBER || type->kind == PARAM_PATH))
                return fail_at(m, n->from, e, "%s: needs a value; write %s = VALUE;", n->name, n->name);
        return 0;
}

static bool is_number(const char *s)
{
        return *s && strspn(s, "0123456789") == strlen(s);
}

static int merge(struct merge *m, struct jail_params *ret, struct err *e)
{
        const char *const own = arena_strdup(m->arena, m->jail);
        const struct conf_piece piece = {.text = own};
        const struct conf_string name = {.pieces = &piece, .count = 1, .parts = 1};
        struct entry *n = add(m, is_number(m->jail) ? "jid" : "name");
        int r = 0;

        add_raw(n, &name, NULL);
        for (size_t i = 0; r == 0 && i < m->conf->param_count; i++) {
                const struct conf_param *p = &m->conf->params[i];

                if (p->file ? jailconf_fits(p->block, m->jail) : strcmp(p->block, m->jail) == 0)
                        r = merge_param(m, p, e);
        }
        for (size_t i = 0; r == 0 && i < m->count; i++)
                r = expand(m, &m->entries[i], 0, e);
        for (size_t i = 0; r == 0 && i < m->count; i++)
                if (!m->entries[i].is_variable)
                        r = check(m, &m->entries[i], e);
        for (size_t i = 0; r == 0 && i < m->count; i++)
                if (!m->entries[i].is_variable)
                        jail_params_set(ret, m->entries[i].name, m->entries[i].values, m->entries[i].count);
        ret->name = own;
        return r;
}

int jailconf_jail(struct jailconf *c, const char *name, struct jail_params *ret, struct err *e)
{
        struct jail_params params = {0};
        struct merge m = {.conf = c, .jail = name, .arena = &params.arena};
        bool is_there = false;
        int r;

        c->failed = NULL;
        for (size_t i = 0; i < c->jail_count; i++)
                is_there = is_there || strcmp(c->jails[i], name) == 0;
        if (!is_there)
                return err_set(e, -ENOENT, "\"%s\" not found", name);
        r = merge(&m, &params, e);
        merge_done(&m);
        if (r == 0)
                *ret = params;
        else
                jail_params_done(&params);
        return r;
}

/* A value that is one text as it is written; one with variables in it is not told from others. */
static bool is_value(const struct conf_string *s, const char *value)
{
        return s->count == 1 && !s->pieces[0].is_variable && strcmp(s->pieces[0].text, value) == 0;
}

int jailconf_blame(struct jailconf *c, const char *jail, const char *param, const char *value, struct err *e)
{
        struct conf_file *f = NULL;
        size_t at = 0;
        bool is_exact = false;

        for (size_t k = 0; k < c->param_count; k++) {
                const struct conf_param *p = &c->params[k];

                if (!p->file || p->is_variable || strcmp(p->name, param) != 0 || !jailconf_fits(p->block, jail))
                        continue;
                if (!is_exact) {
                        f = p->file;
                        at = p->at;
                }
                for (size_t i = 0; value && i < p->count; i++) {
                        if (!is_value(&p->values[i], value))
                                continue;
                        f = p->file;
                        at = p->values[i].at;
                        is_exact = true;
                }
        }
        if (!f)
                return e ? e->code : -EINVAL;
        c->failed = f;
        return source_wrap(&f->source, at, e);
}
