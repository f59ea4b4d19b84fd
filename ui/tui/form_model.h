/*
 * form_model.h - a verb's arguments and options as the fields of a form, and back as an intent. No terminal.
 */
#ifndef UI_TUI_FORM_MODEL_H
#define UI_TUI_FORM_MODEL_H

#include "core/base/text.h"
#include "core/verb/verb.h"

#define FORM_FIELDS_MAX (VERB_ARGS_MAX + VERB_OPTIONS_MAX)

struct form_field {
        const struct verb_arg *arg;       /* NULL: a plain switch */
        const struct verb_option *option; /* NULL: a positional argument */
        bool is_switch, is_on;
        char *value;     /* raw; foreign text when it came from the graph; never NULL */
        char error[256]; /* why the value can't be taken; "" fine */
        bool is_missing; /* empty, and needed */
        char free[64];   /* an address that fits, while it is empty: free, or whom others send by; "" unknown */
};

struct form_model {
        const struct verb *verb;
        struct form_field fields[FORM_FIELDS_MAX];
        size_t count;
        char *words[INTENT_VALUES_MAX + VERB_OPTIONS_MAX * 3]; /* what intents borrow */
        size_t word_count;
};

void form_model_init(struct form_model *m, const struct verb *v);
void form_model_done(struct form_model *m);
void form_model_set(struct form_model *m, size_t field, const char *value);

/* Fills the positional fields and options from an intent, as far as it has them. */
void form_model_fill(struct form_model *m, const struct intent *in);

/* Looks at each value; true when the whole can be planned. */
bool form_model_check(struct form_model *m, const struct graph *g);

/* The request; its strings last until the next change of m. */
void form_model_intent(struct form_model *m, struct intent *ret);

/* What a field is about, in a few words: "required", "one of a|b", "10.0.0.2/24", ... */
void form_field_put_hint(struct text *t, const struct form_field *f);

/* Completions of what is typed (of the last word where a field takes several). As verb_complete. */
size_t form_field_complete(struct form_model *m, const struct form_field *f, const struct graph *g, size_t max,
                           void (*fn)(void *user, const char *word), void *user);
/* Puts a completion in the place of what was typed. */
void form_field_take(struct form_field *f, const char *word);

/* The next (or previous) one of a field with choices; "" when it may be empty. False: it has none. */
bool form_field_cycle(struct form_field *f, int direction);

#endif
