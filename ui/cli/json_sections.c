/* json_sections.c - items are taken by the dozen, and what became of them is put together under a lock. */
#include "ui/cli/json_sections.h"

#include <pthread.h>

#include "core/base/alloc.h"

#define MANY    600 /* items: below, a thread costs more than it brings */
#define AT_ONCE 64  /* less than 64 KiB of most */

struct piece {
        const struct json_section *section;
        size_t from, to;
        struct json_out text;
        bool is_made;
};

struct whole {
        struct json_out around; /* as out is before the first, and between the sections */
        const void *context;
        pthread_mutex_t lock; /* on all below */
        struct json_out *out;
        struct piece *pieces;
        size_t count, taken, put;
        struct json_out *spare; /* whose room is used again, `spares` of them */
        size_t spares;
};

static void make(const struct whole *all, struct piece *p)
{
        json_out_begin_piece(&p->text, &all->around, p->section->key ? 1 : 0);
        for (size_t k = p->from; k < p->to; k++)
                p->section->put(&p->text, all->context, k);
}

static void put(struct whole *all, struct piece *p)
{
        const char *key = p->section->key;

        if (key && p->from == 0)
                json_out_open(all->out, key, '[');
        json_out_piece(all->out, &p->text);
        if (key && p->to == p->section->count)
                json_out_close(all->out, ']');
        all->spare[all->spares++] = p->text;
}

/* With the lock: takes pieces as long as there are some, and puts what can be put. */
static void work(struct whole *all)
{
        while (all->taken < all->count) {
                struct piece *p = &all->pieces[all->taken++];

                if (all->spares)
                        p->text = all->spare[--all->spares];
                (void)pthread_mutex_unlock(&all->lock);
                make(all, p);
                (void)pthread_mutex_lock(&all->lock);
                p->is_made = true;
                while (all->put < all->count && all->pieces[all->put].is_made)
                        put(all, &all->pieces[all->put++]);
        }
}

static void *help(void *context)
{
        struct whole *all = context;

        (void)pthread_mutex_lock(&all->lock);
        work(all);
        (void)pthread_mutex_unlock(&all->lock);
        return NULL;
}

/* An empty array is a piece too. */
static size_t count_pieces(const struct json_section *s)
{
        return s->key && !s->count ? 1 : (s->count + AT_ONCE - 1) / AT_ONCE;
}

static void cut(struct whole *all, const struct json_section *s)
{
        size_t pieces = count_pieces(s);

        for (size_t k = 0; k < pieces; k++) {
                size_t from = k * AT_ONCE, to = k + 1 < pieces ? from + AT_ONCE : s->count;

                all->pieces[all->count++] = (struct piece){.section = s, .from = from, .to = to};
        }
}

void json_sections_put(struct json_out *w, const struct json_section *sections, size_t count, const void *context)
{
        struct whole all = {.around = *w, .out = w, .context = context};
        size_t items = 0, pieces = 0;
        pthread_t helper;
        bool has_helper;

        for (size_t k = 0; k < count; k++) {
                items += sections[k].count;
                pieces += count_pieces(&sections[k]);
        }
        all.pieces = xcalloc(pieces, sizeof(*all.pieces));
        all.spare = xcalloc(pieces, sizeof(*all.spare));
        for (size_t k = 0; k < count; k++)
                cut(&all, &sections[k]);
        (void)pthread_mutex_init(&all.lock, NULL);
        has_helper = items >= MANY && pthread_create(&helper, NULL, help, &all) == 0;
        (void)help(&all);
        if (has_helper)
                (void)pthread_join(helper, NULL); /* it ends by itself */
        (void)pthread_mutex_destroy(&all.lock);
        while (all.spares)
                json_out_end_piece(&all.spare[--all.spares]);
        free(all.pieces);
        free(all.spare);
}
