/* form_model.c - fields from the verb table, values checked by the verb's own types. */
#include "ui/tui/form_model.h"

#include <assert.h>
#include <string.h>

#include "core/base/intl.h"

static bool takes_several(const struct form_field *f)
{
        return (f->arg && f->arg->is_repeated) || (f->option && f->option->extra_values > 0);
}

void form_model_init(struct form_model *m, const struct verb *v)
{
        *m = (struct form_model){.verb = v};
        for (size_t i = 0; i < v->arg_count; i++)
                m->fields[m->count++] = (struct form_field){.arg = &v->args[i], .value = xstrdup("")};
        for (size_t i = 0; i < v->option_count; i++) {
                const struct verb_option *o = &v->options[i];

                m->fields[m->count++] = (struct form_field){
                        .arg = o->has_value ? &o->value : NULL,
                        .option = o,
                        .is_switch = !o->has_value,
                        .value = xstrdup(""),
                };
        }
}

static void forget_words(struct form_model *m)
{
        for (size_t i = 0; i < m->word_count; i++)
                free(m->words[i]);
        m->word_count = 0;
}

void form_model_done(struct form_model *m)
{
        forget_words(m);
        for (size_t i = 0; i < m->count; i++)
                free(m->fields[i].value);
        *m = (struct form_model){0};
}

static void set_value(struct form_field *f, const char *value)
{
        char *copy = xstrdup(value);

        free(f->value);
        f->value = copy;
}

void form_model_set(struct form_model *m, size_t field, const char *value)
{
        assert(field < m->count);
        set_value(&m->fields[field], value);
}

void form_model_fill(struct form_model *m, const struct intent *in)
{
        size_t used = 0;

        for (size_t i = 0; i < m->count; i++) {
                struct form_field *f = &m->fields[i];

                if (!f->option) {
                        CLEANUP(text_done) struct text t = {0};

                        while (used < in->value_count) {
                                if (t.length)
                                        text_put_char(&t, ' ');
                                text_put(&t, in->values[used++]);
                                if (!f->arg->is_repeated)
                                        break;
                        }
                        set_value(f, text_str(&t));
                        continue;
                }
                for (size_t o = 0; o < in->option_count; o++) {
                        if (strcmp(in->options[o].name, f->option->name) != 0)
                                continue;
                        f->is_on = true;
                        if (f->is_switch)
                                continue;

                        CLEANUP(text_done) struct text t = {0};

                        for (size_t n = 0; n < ARRAY_SIZE(in->options[o].values) && in->options[o].values[n]; n++)
                                text_putf(&t, "%s%s", n ? " " : "", in->options[o].values[n]);
                        set_value(f, text_str(&t));
                }
        }
}

/* Cuts a field of several words into them; others are one word, blanks and all. */
static size_t split(struct form_model *m, const struct form_field *f, char **ret, size_t max)
{
        size_t count = 0;
        const char *p = f->value;

        if (!*p)
                return 0;
        if (!takes_several(f)) {
                ret[count++] = m->words[m->word_count++] = xstrdup(p);
                return count;
        }
        while (count < max && m->word_count < ARRAY_SIZE(m->words)) {
                p += strspn(p, " ");

                size_t length = strcspn(p, " ");

                if (length == 0)
                        break;
                ret[count++] = m->words[m->word_count++] = xstrndup(p, length);
                p += length;
        }
        return count;
}

static void check_words(struct form_field *f, const struct graph *g)
{
        const char *p = f->value;
        size_t count = 0;

        while (*(p += strspn(p, " ")) != '\0') {
                size_t length = strcspn(p, " ");
                CLEANUP(freep) char *word = xstrndup(p, length);
                struct err e = {0};

                /* Further values of an option have types of their own, which the planner checks. */
                if ((f->arg->is_repeated || count == 0) && verb_check_arg(f->arg, word, g, &e) < 0) {
                        (void)err_sentence(&e, f->error, sizeof(f->error));
                        return;
                }
                p += length;
                count++;
        }
        if (f->option && count > 0 && count != f->option->extra_values + 1)
                (void)str_format(f->error, sizeof(f->error), _("%s: takes %u words, with blanks between them"),
                                 f->option->name, f->option->extra_values + 1); /* fits */
}

static void take_free(void *user, const char *word)
{
        struct form_field *f = user;

        (void)str_copy(f->free, sizeof(f->free), word); /* fits: an address */
}

/* What nobody has yet, for the empty fields that take an address. */
static void find_free(struct form_model *m, const struct graph *g)
{
        struct intent in;

        form_model_intent(m, &in);
        for (size_t i = 0; i < m->count; i++) {
                struct form_field *f = &m->fields[i];

                f->free[0] = '\0';
                if (!f->is_switch && !*f->value && (f->arg->type == ARG_ADDRESS || f->arg->type == ARG_IP) &&
                    (in.verb == VERB_CREATE_JAIL || in.verb == VERB_ADDRESS_ADD || in.verb == VERB_ROUTE_ADD))
                        (void)verb_complete(f->arg, &in, "", g, 1, take_free, f);
        }
}

bool form_model_check(struct form_model *m, const struct graph *g)
{
        bool is_good = true;
        const struct form_field *gap = NULL; /* an optional argument that was left out */

        for (size_t i = 0; i < m->count; i++) {
                struct form_field *f = &m->fields[i];

                f->error[0] = '\0';
                f->is_missing = false;
                if (f->is_switch)
                        continue;
                if (!*f->value) {
                        f->is_missing = !f->option && !f->arg->is_optional;
                        if (!f->option && !gap)
                                gap = f;
                } else if (!f->option && gap && !gap->is_missing) {
                        (void)str_format(f->error, sizeof(f->error), _("fill in '%s' first"),
                                         gap->arg->label); /* fits */
                } else if (takes_several(f)) {
                        check_words(f, g);
                } else {
                        struct err e = {0};

                        if (verb_check_arg(f->arg, f->value, g, &e) < 0)
                                (void)err_sentence(&e, f->error, sizeof(f->error));
                }
                is_good = is_good && !f->is_missing && !f->error[0];
        }
        find_free(m, g);
        return is_good;
}

void form_model_intent(struct form_model *m, struct intent *ret)
{
        *ret = (struct intent){.verb = m->verb->id};
        forget_words(m);
        for (size_t i = 0; i < m->count; i++) {
                const struct form_field *f = &m->fields[i];
                char *words[INTENT_VALUES_MAX];

                if (f->is_switch) {
                        if (f->is_on)
                                ret->options[ret->option_count++].name = f->option->name;
                        continue;
                }
                if (f->option) {
                        size_t count = split(m, f, words, 3);

                        if (count == 0)
                                continue;
                        ret->options[ret->option_count].name = f->option->name;
                        for (size_t n = 0; n < count; n++)
                                ret->options[ret->option_count].values[n] = words[n];
                        ret->option_count++;
                        continue;
                }

                size_t count = split(m, f, words, INTENT_VALUES_MAX - ret->value_count);

                for (size_t n = 0; n < count; n++)
                        ret->values[ret->value_count++] = words[n];
        }
}

static const char *type_example(enum arg_type type)
{
        switch (type) {
        case ARG_JAIL:
        case ARG_JAIL_ANY: return _("a jail");
        case ARG_JAIL_NEW: return _("a new name");
        case ARG_IFACE: return _("an interface: NAME or JAIL/NAME");
        case ARG_IFACE_NEW: return _("a new name, or JAIL/NAME");
        case ARG_IFACE_PLAIN: return _("a new name");
        case ARG_BRIDGE: return _("a bridge");
        case ARG_MASTER: return _("a bridge or a lagg");
        case ARG_OBJECT: return _("a jail or an interface");
        case ARG_NODE: return _("a node");
        case ARG_NODE_NEW: return _("a node name");
        case ARG_NODE_HOOK: return "NODE:HOOK";
        case ARG_HOOK_NEW: return _("a hook name, like link2");
        case ARG_MAC: return _("like 02:00:00:00:00:01");
        case ARG_MTU: return _("bytes, like 1500");
        case ARG_VLAN_ID: return _("1 to 4094");
        case ARG_VXLAN_ID: return _("0 to 16777215");
        case ARG_NUMBER: return _("a number");
        case ARG_ADDRESS: return _("like 10.0.0.2/24");
        case ARG_IP: return _("like 10.0.0.1");
        case ARG_DESTINATION: return _("like 10.1.0.0/16, or default");
        case ARG_TEXT: return _("text");
        case ARG_PATH: return _("a path");
        case ARG_CHOICE: return "";
        }
        return "";
}

void form_field_put_hint(struct text *t, const struct form_field *f)
{
        if (f->is_switch) {
                text_put(t, _(f->option->help));
                return;
        }
        if (f->option && takes_several(f)) {
                text_put(t, _(f->option->help));
                return;
        }
        if (f->arg->type == ARG_CHOICE) {
                text_put(t, _("one of "));
                for (const char *p = f->arg->choices; *p; p++) {
                        if (*p == '|')
                                text_put(t, ", ");
                        else
                                text_put_char(t, *p);
                }
        } else if (f->free[0]) {
                text_putf(t, f->arg->type == ARG_ADDRESS ? _("%s is free") : _("like %s"), f->free);
        } else {
                text_put(t, type_example(f->arg->type));
        }
        if (f->option)
                text_putf(t, "; %s", _(f->option->help));
        else if (f->arg->is_optional)
                text_put(t, f->arg->is_repeated ? _("; none, one or several") : _("; may be empty"));
}

static const char *last_word(const struct form_field *f)
{
        const char *blank = takes_several(f) ? strrchr(f->value, ' ') : NULL;

        return blank ? blank + 1 : f->value;
}

size_t form_field_complete(struct form_model *m, const struct form_field *f, const struct graph *g, size_t max,
                           void (*fn)(void *user, const char *word), void *user)
{
        struct intent rest;

        if (f->is_switch)
                return 0;
        if (f->option && f->option->extra_values > 0 && strchr(f->value, ' '))
                return 0; /* the further words have types that the table does not tell */
        form_model_intent(m, &rest);
        return verb_complete(f->arg, &rest, last_word(f), g, max, fn, user);
}

void form_field_take(struct form_field *f, const char *word)
{
        CLEANUP(text_done) struct text t = {0};

        text_put_n(&t, f->value, (size_t)(last_word(f) - f->value));
        text_put(&t, word);
        set_value(f, text_str(&t));
}

bool form_field_cycle(struct form_field *f, int direction)
{
        if (f->is_switch) {
                f->is_on = !f->is_on;
                return true;
        }
        if (f->arg->type != ARG_CHOICE)
                return false;

        CLEANUP(freep) char *choices = xstrdup(f->arg->choices);
        const char *words[16] = {""};
        bool may_be_empty = f->option || f->arg->is_optional;
        size_t count = may_be_empty ? 1 : 0, at = 0;

        for (char *save = NULL, *w = strtok_r(choices, "|", &save); w && count < ARRAY_SIZE(words);
             w = strtok_r(NULL, "|", &save))
                words[count++] = w;
        while (at < count && strcmp(words[at], f->value) != 0)
                at++;
        if (at == count)
                at = direction > 0 ? 0 : count - 1;
        else
                at = (at + count + (size_t)(direction + (int)count)) % count;
        set_value(f, words[at]);
        return true;
}
