/* remedy.c - a finding's remedy as lines to type, and as one plan. */
#include <errno.h>
#include <string.h>

#include "core/doctor/doctor.h"
#include "core/plan/chain.h"

void remedy_put_line(struct text *t, const struct remedy_line *l)
{
        for (size_t k = 0; l->words[k]; k++) {
                if (k)
                        text_put_char(t, ' ');
                text_put_shell(t, l->words[k]);
        }
}

bool remedy_is_restore(const struct finding *f)
{
        return f->remedy_count == 1 && strcmp(f->remedy[0].words[0], "restore") == 0;
}

static int add_line(struct plan_chain *c, const struct remedy_line *l, struct err *e)
{
        char *words[REMEDY_WORDS_MAX] = {NULL};
        struct intent in = {0};
        int count = 0;

        for (; l->words[count]; count++)
                words[count] = xstrdup(l->words[count]);

        int r = verb_parse(count, words, &in, e);

        if (r == 0)
                r = plan_chain_add(c, &in, e);
        for (int k = 0; k < count; k++)
                free(words[k]);
        return r;
}

int remedy_plan(const struct finding *f, const struct graph *g, struct plan **ret, struct err *e)
{
        CLEANUP(plan_chain_freep) struct plan_chain *c = plan_chain_new(g);
        CLEANUP(text_done) struct text words = {0};

        if (f->remedy_count == 0 || remedy_is_restore(f))
                return err_set(e, -ENOENT, "%s: %s", f->name,
                               *f->advice ? f->advice : "there is no verb that mends it");
        for (size_t k = 0; k < f->remedy_count; k++) {
                int r = add_line(c, &f->remedy[k], e);

                if (r < 0)
                        return r;
                if (k)
                        text_put(&words, "; ");
                remedy_put_line(&words, &f->remedy[k]);
        }
        *ret = plan_chain_finish(c, text_str(&words), text_str(&words));
        return 0;
}
