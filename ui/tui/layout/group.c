/*
 * group.c - the lines of a group: its jails as chips, or, on the lowest level, a line for all whose names are alike.
 *
 * Names are alike when they differ in a number only: web1 and web24, db-3-eu and db-4-eu.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/layout/draft.h"

#define ALIKE_MIN 3 /* fewer are shown by name */
#define LOOSE_MAX 8 /* more jails that are like no other become a line too */

/* The name with its last number replaced by '*'; the length of what is before that, or 0 when it has no number. */
size_t draft_name_stem(const char *name, char stem[DRAFT_STEM_SIZE])
{
        size_t end = strlen(name);

        while (end && !isdigit((unsigned char)name[end - 1]))
                end--;

        size_t begin = end;

        while (begin && isdigit((unsigned char)name[begin - 1]))
                begin--;
        if (!end || !begin || !str_format(stem, DRAFT_STEM_SIZE, "%.*s*%s", (int)begin, name, name + end)) {
                stem[0] = '\0'; /* no number, nothing but a number, or too long a name */
                return 0;
        }
        return begin;
}

struct named {
        char stem[DRAFT_STEM_SIZE];
        const char *name;
        size_t jail;
};

static int compare_named(const void *a, const void *b)
{
        const struct named *x = a, *y = b;
        int order = strcmp(x->stem, y->stem);

        return order ? order : strverscmp(x->name, y->name);
}

static bool is_pending_in(const struct draft *d, size_t jail)
{
        for (size_t n = 0; n < d->g->loan_count; n++) {
                if (d->g->loans[n].state == LOAN_PENDING && d->g->loans[n].jail == jail)
                        return true;
        }
        return false;
}

void draft_group_badges(struct draft *d, const size_t *jails, size_t count, struct badge *badges, size_t *badge_count)
{
        size_t down = 0, dying = 0, pending = 0;

        for (size_t n = 0; n < count; n++) {
                down += draft_has_trouble(d, jails[n]) ? 1 : 0;
                dying += d->g->jails[jails[n]].state == JAIL_DYING ? 1 : 0;
                pending += d->g->loan_count && is_pending_in(d, jails[n]) ? 1 : 0;
        }
        if (pending)
                badges[(*badge_count)++] = (struct badge){LAYOUT_INK_PENDING, LAYOUT_SIGN_PENDING,
                                                          draft_printf(d, "%zu pending", pending)};
        else if (dying)
                badges[(*badge_count)++] =
                        (struct badge){LAYOUT_INK_PENDING, LAYOUT_SIGN_PENDING, draft_printf(d, "%zu dying", dying)};
        if (down)
                badges[(*badge_count)++] =
                        (struct badge){LAYOUT_INK_BAD, LAYOUT_SIGN_DOWN, draft_printf(d, "%zu down", down)};
}

static void add_chips(struct draft *d, size_t box, size_t parent, uint64_t key, const size_t *jails, size_t count)
{
        size_t row = draft_add_row(d, box, parent, ROW_CHIPS, key);
        struct draft_row *r = &d->rows[row];

        for (size_t n = 0; n < count; n++) {
                r->chips = array_grow(r->chips, &r->chip_capacity, r->chip_count, sizeof(*r->chips));
                r->chips[r->chip_count++] = jails[n];
        }
}

static void add_fold(struct draft *d, size_t box, const char *name, uint64_t id, const size_t *jails, size_t count)
{
        uint64_t key = draft_key(KEY_FOLD, d->boxes[box].key, id);
        size_t row = draft_add_row(d, box, NONE, ROW_FOLD, key);
        struct draft_row *r = &d->rows[row];

        r->name = draft_printf(d, "%s  %zu jails", name, count);
        r->chips = arena_alloc(&d->out->arena, count * sizeof(*r->chips));
        memcpy(r->chips, jails, count * sizeof(*r->chips));
        r->chip_count = count;
        draft_group_badges(d, jails, count, r->badges, &r->badge_count);
        if (d->o->is_open && d->o->is_open(d->o->context, key))
                add_chips(d, box, row, draft_key(KEY_FOLD, key, 1), jails, count);
}

static uint64_t text_id(const char *s)
{
        uint64_t h = 0;

        for (; *s; s++)
                h = draft_key(KEY_FOLD, h, (uint8_t)*s);
        return h;
}

/* "web" of "web*": what stands for all of them, without what only joined it to the number. */
static const char *fold_name(struct draft *d, const char *stem)
{
        size_t star = (size_t)(strchr(stem, '*') - stem), end = star;

        if (stem[star + 1])
                return draft_printf(d, "%s", stem);
        while (end > 1 && !isalnum((unsigned char)stem[end - 1]) && (unsigned char)stem[end - 1] < 0x80)
                end--;
        return draft_printf(d, "%.*s", (int)end, stem);
}

static void add_folds(struct draft *d, size_t box)
{
        size_t count = d->boxes[box].jail_count, loose_count = 0;
        CLEANUP(freep) struct named *named = xcalloc(count + 1, sizeof(*named));
        CLEANUP(freep) size_t *alike = xcalloc(count + 1, sizeof(*alike));
        CLEANUP(freep) size_t *loose = xcalloc(count + 1, sizeof(*loose));

        for (size_t n = 0; n < count; n++) {
                named[n].jail = d->boxes[box].jails[n];
                named[n].name = d->g->jails[named[n].jail].name;
                (void)draft_name_stem(named[n].name, named[n].stem);
        }
        qsort(named, count, sizeof(*named), compare_named);
        for (size_t first = 0, end = 0; first < count; first = end) {
                while (end < count && strcmp(named[end].stem, named[first].stem) == 0)
                        end++;
                for (size_t n = first; n < end; n++)
                        alike[n - first] = named[n].jail;
                if (named[first].stem[0] && end - first >= ALIKE_MIN) {
                        add_fold(d, box, fold_name(d, named[first].stem), text_id(named[first].stem), alike,
                                 end - first);
                } else {
                        memcpy(loose + loose_count, alike, (end - first) * sizeof(*loose));
                        loose_count += end - first;
                }
        }
        if (loose_count > LOOSE_MAX)
                add_fold(d, box, loose_count < count ? _("others") : _("all"), 0, loose, loose_count);
        else if (loose_count)
                add_chips(d, box, NONE, draft_key(KEY_GROUP, d->boxes[box].key, 1), loose, loose_count);
}

void draft_group_rows(struct draft *d, size_t box)
{
        struct draft_box *b = &d->boxes[box];

        b->subtitle = draft_printf(d, intl_plural("%zu jail", "%zu jails", b->jail_count), b->jail_count);
        draft_group_badges(d, b->jails, b->jail_count, b->badges, &b->badge_count);
        if (d->o->level == LAYOUT_GROUPS)
                add_folds(d, box);
        else
                add_chips(d, box, NONE, draft_key(KEY_GROUP, b->key, 1), b->jails, b->jail_count);
}
