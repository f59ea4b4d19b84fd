/* jibjng.c - what jib and jng have in common. */
#include "core/dialect/jibjng.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int jibjng_usage(struct dialect *d, const char *program, const struct jibjng_action *a)
{
        text_putf(&d->said, "Usage: %s %s\n", program, a->synopsis);
        text_putf(&d->out, "\t%s\n", a->help);
        return 1;
}

int jibjng_run(struct dialect *d, const struct jibjng_action *actions, size_t count, int argc, char **argv,
               struct err *e)
{
        for (size_t i = 0; argc > 1 && i < count; i++)
                if (strcmp(actions[i].name, argv[1]) == 0)
                        return actions[i].run(d, argc - 2, argv + 2, e);
        text_putf(&d->said, "Usage: %s action [arguments]\nActions:\n", argv[0]);
        for (size_t i = 0; i < count; i++)
                text_putf(&d->said, "\t%s\n\t\t%s\n", actions[i].synopsis, actions[i].help);
        return 1;
}

bool jibjng_is_name(const char *name)
{
        return *name && name[strspn(name, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")] == '\0';
}

const char *jibjng_name_of(const char *iface, const char *stem, char side)
{
        const char *digits = str_has_prefix(iface, stem) ? iface + strlen(stem) : "";
        const char *rest = digits + strspn(digits, "0123456789");

        if (rest == digits || (side && *rest++ != side) || *rest++ != '_' || !*rest)
                return NULL;
        return rest;
}

unsigned jibjng_next_use(struct jibjng_uses *u, const char *parent)
{
        size_t i = 0;

        while (i < u->count && strcmp(u->parents[i], parent) != 0)
                i++;
        if (i == ARRAY_SIZE(u->parents))
                return 0; /* more parents than a line has words for */
        if (i == u->count)
                u->parents[u->count++] = parent;
        return u->counts[i]++;
}

int jibjng_set_mac(struct dialect *d, const char *program, const char *word, const char *parent_word, const char *jail,
                   unsigned n, struct err *e)
{
        CLEANUP(freep) char *rule = xasprintf("--%s", program);
        CLEANUP(freep) char *use = xasprintf("%u", n);
        struct err clash = {0};
        int r;

        if (d->is_strict)
                return dialect_add(d, e, "pin", word, "--shared", rule, parent_word, jail, use, NULL);
        r = dialect_add(d, &clash, "pin", word, rule, parent_word, jail, use, NULL);
        if (r != -EEXIST) {
                if (r < 0 && e)
                        *e = clash;
                return r;
        }

        /* The sum of a name is 16 bits, few of which differ among everyday names. */
        clash.what[strcspn(clash.what, ";")] = '\0'; /* what to do about it is done */
        dialect_say(d, "%s: %s: %s; a stable other address is set (--strict sets the rule's)", program, word,
                    clash.what);
        return dialect_add(d, e, "pin", word, "--stable", NULL);
}

static int by_text(const void *a, const void *b)
{
        return strcmp(*(char *const *)a, *(char *const *)b);
}

void jibjng_put_sorted(struct text *t, char **words, size_t count)
{
        const char *last = NULL;

        qsort(words, count, sizeof(*words), by_text);
        for (size_t i = 0; i < count; i++) {
                if (!last || strcmp(last, words[i]) != 0) {
                        text_put_visible(t, words[i]);
                        text_put_char(t, '\n');
                }
                last = words[i];
        }
        for (size_t i = 0; i < count; i++)
                free(words[i]);
}
