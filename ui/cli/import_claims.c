/* import_claims.c - what imports made for files, held against what the files want now. */
#include "ui/cli/import_claims.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"

static bool is_given(const struct sources *in, const char *file)
{
        for (size_t i = 0; i < in->count; i++)
                if (in->items[i]->real && strcmp(in->items[i]->real, file) == 0)
                        return true;
        return false;
}

/* A file that was in one of these folders, and is not there any more: it wants nothing. */
static bool has_gone(char *const *folders, size_t count, const char *file)
{
        for (size_t i = 0; i < count; i++) {
                size_t n = folders[i] ? strlen(folders[i]) : 0;

                if (n && strncmp(file, folders[i], n) == 0 && file[n] == '/' && access(file, F_OK) != 0)
                        return true;
        }
        return false;
}

int import_claims_load(struct import_claims *c, struct app *a, const struct sources *in, const char *const *words,
                       size_t count, struct err *e)
{
        char **folders = xcalloc(count + 1, sizeof(*folders));
        int r = a->imported(a, &c->all, e);

        for (size_t i = 0; i < count; i++)
                folders[i] = realpath(words[i], NULL);
        for (size_t k = 0; r == 0 && k < c->all.count; k++)
                if (is_given(in, c->all.list[k].file) || has_gone(folders, count, c->all.list[k].file))
                        claims_add(&c->old, &c->all.list[k]);
        for (size_t i = 0; i < count; i++)
                free(folders[i]);
        free(folders);
        return r;
}

void import_claims_done(struct import_claims *c)
{
        claims_done(&c->all);
        claims_done(&c->old);
        claims_done(&c->wanted);
        claims_done(&c->left);
}

bool import_claims_any(const struct import_claims *c)
{
        return c->old.count > 0;
}

void import_claims_end_all(struct import_claims *c, struct dialect *d)
{
        struct claims left = {0};

        takeback(d, &c->old, &left);
        claims_done(&left);
}

/* Does a file that is not imported now want it, too? */
static bool is_others(const struct import_claims *c, const struct claim *one)
{
        for (size_t k = 0; k < c->all.count; k++) {
                const struct claim *o = &c->all.list[k];
                struct claim same = *one;

                same.file = o->file;
                if (!claims_find(&c->old, o, o->file) && claims_find(&c->all, &same, o->file) == o)
                        return true;
        }
        return false;
}

/* Is the same route, by another way, in the files? */
static bool is_replaced(const struct import_claims *c, const struct claim *one)
{
        for (size_t k = 0; k < c->wanted.count && *one->was; k++) {
                const struct claim *w = &c->wanted.list[k];

                if (strcmp(one->kind, "route") == 0 && strcmp(w->kind, one->kind) == 0 &&
                    strcmp(w->jail, one->jail) == 0 && strcmp(w->name, one->name) == 0)
                        return true;
        }
        return false;
}

void import_claims_end(struct import_claims *c, struct dialect *d)
{
        struct claims named = {0}, gone = {0};

        takeback_names(d, &c->old, &c->wanted, &named);
        for (size_t k = 0; k < named.count; k++)
                if (!claims_find(&c->wanted, &named.list[k], NULL) && !is_others(c, &named.list[k])) {
                        struct claim one = named.list[k];

                        if (is_replaced(c, &one))
                                one.was = ""; /* something else comes in its place */
                        claims_add(&gone, &one);
                }
        takeback(d, &gone, &c->left);
        claims_add_all(&c->all, &named); /* under the names that they have now */
        claims_done(&named);
        claims_done(&gone);
}

static bool is_alike(const struct claim *a, const struct claim *b)
{
        return strcmp(a->value, b->value) == 0 && strcmp(a->was, b->was) == 0;
}

/* What was there before the first that asked for it: as it is known from the picture without all that was made. */
static const char *was_before(const struct import_claims *c, const struct claims *made, const struct claim *w)
{
        const struct claim *first = claims_find(&c->wanted, w, w->file);

        if (!first || !first->is_new)
                first = claims_find(made, w, NULL);
        return first ? first->was : w->was;
}

void import_claims_put(const struct import_claims *c, const struct dialect *d, struct plan *p)
{
        struct claims made = {0}; /* by imports, this one or another, whichever file asked first */

        claims_add_all(&made, &c->all);
        for (size_t k = 0; k < d->wants.count; k++)
                if (d->wants.list[k].is_new)
                        claims_add(&made, &d->wants.list[k]);
        for (size_t k = 0; k < d->wants.count; k++) {
                const struct claim *w = &d->wants.list[k];

                struct claim one = *w;
                const struct claim *old = claims_find(&c->old, w, w->file);

                one.was = was_before(c, &made, w);
                if (!claims_find(&made, w, NULL) || (old && is_alike(old, &one)))
                        continue;
                claims_add(&p->imported, &one);
                if (old)
                        claims_add(&p->withdrawn, old);
        }
        for (size_t k = 0; k < c->old.count; k++) {
                const struct claim *o = &c->old.list[k];

                if (!claims_find(&d->wants, o, o->file) && !claims_find(&c->wanted, o, o->file) &&
                    !claims_find(&c->left, o, o->file))
                        claims_add(&p->withdrawn, o);
        }
        claims_done(&made);
}

int import_claims_keep(const struct import_claims *c, const struct dialect *d, struct app *a, struct err *e)
{
        CLEANUP(plan_freep) struct plan *none = plan_new("import");

        import_claims_put(c, d, none);
        return none->imported.count || none->withdrawn.count ? a->claim(a, none, e) : 0;
}
