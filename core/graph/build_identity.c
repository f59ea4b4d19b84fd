/*
 * build_identity.c - which interface is which: the inventory's number for each, also when it has moved.
 *
 * In the order of trust: cookie and ifindex; jailnet's mark; the device's own address; the pinned address; name, kind
 * and address together; for one that is pinned, jail and name: whoever made it anew, it must have that address. A row
 * is given away once.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/build_internal.h"
#include "core/graph/marks.h"

#define MARK_NUMBER_MAX 0x7fffffffu /* a mark is foreign text: it may not use up the numbers */

/* A row of the registry by something that may recognise it. */
struct clue {
        uint64_t key; /* a number, or an address */
        size_t row;
};

struct clues {
        struct clue *items;
        size_t count;
};

struct identities {
        struct graph_build *b;
        size_t *row_of;   /* by interface; NONE */
        bool *is_used;    /* by row */
        size_t row_count; /* rows that were there before */
        bool has_clues;   /* most often nothing is new, and none are asked for */
        struct clues numbers, permanents, pins, macs, names;
};

static uint64_t mac_key(struct mac m)
{
        uint64_t key = 0;

        for (unsigned i = 0; m.is_set && i < sizeof(m.bytes); i++)
                key = key << 8 | m.bytes[i];
        return key;
}

/* FNV-1a: rows of one key are compared in full. */
static uint64_t name_key(const char *jail, const char *name)
{
        uint64_t key = 0xcbf29ce484222325u;

        for (const char *c = jail; *c; c++)
                key = (key ^ (uint8_t)*c) * 0x100000001b3u;
        key = (key ^ '/') * 0x100000001b3u;
        for (const char *c = name; *c; c++)
                key = (key ^ (uint8_t)*c) * 0x100000001b3u;
        return key;
}

static int compare_clue(const void *a, const void *b)
{
        const struct clue *x = a, *y = b;

        if (x->key != y->key)
                return x->key > y->key ? 1 : -1;
        return (x->row > y->row) - (x->row < y->row);
}

static void clue_add(struct clues *c, uint64_t key, size_t row)
{
        if (key)
                c->items[c->count++] = (struct clue){key, row};
}

/* The first clue with that key; step on while the key stays. */
static size_t clue_first(const struct clues *c, uint64_t key)
{
        size_t low = 0, high = c->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (c->items[middle].key < key)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static bool clue_has(const struct clues *c, uint64_t key)
{
        size_t at = clue_first(c, key);

        return at < c->count && c->items[at].key == key;
}

/* Before the first is asked for, and before rows are added. */
static void clues_make(struct identities *ids)
{
        const struct registry *r = ids->b->registry;
        struct clues *all[] = {&ids->numbers, &ids->permanents, &ids->pins, &ids->macs, &ids->names};

        if (ids->has_clues)
                return;
        ids->has_clues = true;
        for (size_t k = 0; k < ARRAY_SIZE(all); k++)
                all[k]->items = xcalloc(r->iface_count, sizeof(struct clue));
        for (size_t i = 0; i < r->iface_count; i++) {
                clue_add(&ids->numbers, r->ifaces[i].number, i);
                clue_add(&ids->permanents, mac_key(r->ifaces[i].permanent), i);
                clue_add(&ids->pins, mac_key(r->ifaces[i].pin), i);
                clue_add(&ids->macs, mac_key(r->ifaces[i].mac), i);
                if (r->ifaces[i].pin_source != PIN_NONE && r->ifaces[i].jail[0])
                        clue_add(&ids->names, name_key(r->ifaces[i].jail, r->ifaces[i].name), i);
        }
        for (size_t k = 0; k < ARRAY_SIZE(all); k++)
                sort_items(all[k]->items, all[k]->count, sizeof(struct clue), compare_clue);
}

static bool kind_fits(const struct reg_iface *row, const struct iface *f)
{
        return !row->name[0] /* a row that was only reserved */ ||
                strncmp(row->kind, f->kind_name, sizeof(row->kind) - 1) == 0;
}

/* A row may be given to another interface: its own is not to be seen, though its jail was read, and after it was told.
 */
static bool is_free(const struct identities *ids, size_t row)
{
        const struct graph *g = ids->b->g;
        const struct reg_iface *r = &ids->b->registry->ifaces[row];

        if (ids->is_used[row] || r->is_ahead)
                return false;
        if (r->is_gone)
                return true;

        size_t jail = graph_find_jail_cookie(g, r->id.cookie);

        return jail == NONE || !build_jail_is_unread(g, jail);
}

/* It was seen before it was marked, as another, and the row whose number the mark tells waits for it. */
static bool is_misnumbered(struct identities *ids, size_t i, const struct reg_iface *row)
{
        const struct iface_mark *mark = &ids->b->marks[i];
        size_t at;

        if (!mark->is_there || mark->number == row->number)
                return false;
        clues_make(ids);
        at = clue_first(&ids->numbers, mark->number);
        if (at >= ids->numbers.count || ids->numbers.items[at].key != mark->number)
                return false;

        const struct reg_iface *own = &ids->b->registry->ifaces[ids->numbers.items[at].row];

        return own->is_gone && kind_fits(own, &ids->b->g->ifaces[i]);
}

static void match_identities(struct identities *ids)
{
        const struct graph *g = ids->b->g;
        struct registry *r = ids->b->registry;

        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];
                struct reg_iface *row = f->id.cookie ? registry_find_iface(r, f->id) : NULL;

                ids->row_of[i] = NONE;
                if (!row)
                        continue;
                if (kind_fits(row, f) && !is_misnumbered(ids, i, row)) {
                        ids->row_of[i] = (size_t)(row - r->ifaces);
                        ids->is_used[row - r->ifaces] = true;
                } else { /* the index was given to another thing, or the row to another's */
                        row->is_gone = row->is_changed = true;
                }
        }
}

static size_t match_mark(const struct identities *ids, size_t i)
{
        const struct iface_mark *mark = &ids->b->marks[i];
        size_t at = mark->is_there ? clue_first(&ids->numbers, mark->number) : NONE;

        if (at >= ids->numbers.count || ids->numbers.items[at].key != mark->number)
                return NONE;

        size_t row = ids->numbers.items[at].row;

        return is_free(ids, row) && kind_fits(&ids->b->registry->ifaces[row], &ids->b->g->ifaces[i]) ? row : NONE;
}

static size_t match_mac(const struct identities *ids, const struct clues *c, struct mac m, const struct iface *f,
                        bool by_name)
{
        uint64_t key = mac_key(m);

        for (size_t at = key ? clue_first(c, key) : NONE; at < c->count && c->items[at].key == key; at++) {
                size_t row = c->items[at].row;
                const struct reg_iface *r = &ids->b->registry->ifaces[row];

                if (is_free(ids, row) && kind_fits(r, f) && (!by_name || strcmp(r->name, f->name) == 0))
                        return row;
        }
        return NONE;
}

/* A pinned one that is gone, and another of its name and kind in a jail of the same name: it is the same thing again,
 * unless the devices tell that they are two, or it bears a mark of its own. */
static size_t match_name(const struct identities *ids, size_t i)
{
        const struct iface *f = &ids->b->g->ifaces[i];
        char jail[JAIL_NAME_SIZE];

        (void)str_copy(jail, sizeof(jail), ids->b->g->jails[f->jail].name); /* cut, as the row's */
        if (ids->b->marks[i].is_there)
                return NONE;

        uint64_t key = name_key(jail, f->name);

        for (size_t at = clue_first(&ids->names, key); at < ids->names.count && ids->names.items[at].key == key; at++) {
                size_t row = ids->names.items[at].row;
                const struct reg_iface *r = &ids->b->registry->ifaces[row];
                bool are_two = r->permanent.is_set && f->permanent.is_set && !mac_equal(r->permanent, f->permanent);

                if (is_free(ids, row) && kind_fits(r, f) && !are_two && strcmp(r->name, f->name) == 0 &&
                    strcmp(r->jail, jail) == 0)
                        return row;
        }
        return NONE;
}

/* The interface left its place: the row follows, and one that left the host is lent. */
static void follow(struct identities *ids, size_t i, size_t row)
{
        struct registry *r = ids->b->registry;
        struct reg_iface *known = &r->ifaces[row];
        const struct graph *g = ids->b->g;
        const struct iface *f = &g->ifaces[i];
        uint64_t home = g->jails[0].cookie;

        if (known->id.cookie == home && home && f->jail != 0) {
                const struct jail *j = &g->jails[f->jail];
                struct reg_loan *l = registry_add_loan(r, known->number, j->cookie);

                (void)str_copy(l->iface, sizeof(l->iface), known->name);
                (void)str_copy(l->jail, sizeof(l->jail), j->name);
                l->mac = f->mac;
                l->handle = j->handle;
                l->cookie = j->cookie;
        }
        known->id = f->id;
        known->is_gone = false;
        known->is_changed = true;
        ids->row_of[i] = row;
        ids->is_used[row] = true;
}

static void match_moved(struct identities *ids)
{
        const struct graph *g = ids->b->g;

        /* Round by round, so that a weak clue never takes a row from a strong one. */
        for (int round = 0; round < 5; round++) {
                for (size_t i = 0; i < g->iface_count; i++) {
                        const struct iface *f = &g->ifaces[i];
                        size_t row = NONE;

                        if (ids->row_of[i] != NONE || f->kind == KIND_LOOPBACK || !f->id.cookie)
                                continue;
                        if (round == 0)
                                row = match_mark(ids, i);
                        else if (round == 1)
                                row = match_mac(ids, &ids->permanents, f->permanent, f, false);
                        else if (round == 2)
                                row = match_mac(ids, &ids->pins, f->mac, f, false);
                        else if (round == 3)
                                row = match_mac(ids, &ids->macs, f->mac, f, true);
                        else
                                row = match_name(ids, i);
                        if (row != NONE)
                                follow(ids, i, row);
                }
        }
}

/* Is there one without a row? */
static bool has_unknown(const struct identities *ids)
{
        for (size_t i = 0; i < ids->b->g->iface_count; i++)
                if (ids->row_of[i] == NONE)
                        return true;
        return false;
}

static uint32_t next_number(struct identities *ids)
{
        struct registry *r = ids->b->registry;

        while (r->next_number == 0 || clue_has(&ids->numbers, r->next_number))
                r->next_number++;
        return r->next_number++;
}

static void add_row(struct identities *ids, size_t i, uint32_t number)
{
        struct registry *r = ids->b->registry;

        r->ifaces = array_grow(r->ifaces, &r->iface_capacity, r->iface_count, sizeof(*r->ifaces));
        ids->row_of[i] = r->iface_count;
        r->ifaces[r->iface_count++] =
                (struct reg_iface){.number = number, .id = ids->b->g->ifaces[i].id, .is_new = true};
}

/* On its way from one jail to another a link can be seen in both, when the new one was read before its leave was heard
 * of: mark, name and address are those of a row that the old place has still. The next picture knows better. */
static bool is_passing(const struct identities *ids, size_t i)
{
        const struct iface_mark *mark = &ids->b->marks[i];
        const struct iface *f = &ids->b->g->ifaces[i];
        size_t at = mark->is_there ? clue_first(&ids->numbers, mark->number) : NONE;

        if (at >= ids->numbers.count || ids->numbers.items[at].key != mark->number)
                return false;

        size_t row = ids->numbers.items[at].row;
        const struct reg_iface *r = &ids->b->registry->ifaces[row];

        return ids->is_used[row] && !iface_id_equal(r->id, f->id) && kind_fits(r, f) && strcmp(r->name, f->name) == 0 &&
                r->mac.is_set && mac_equal(r->mac, f->mac);
}

/* Rows for interfaces seen for the first time. A mark's number is kept, so that a lost inventory comes back as it was.
 */
static void add_new(struct identities *ids)
{
        struct graph_build *b = ids->b;
        const struct graph *g = b->g;
        struct clues marked = {.items = xcalloc(g->iface_count, sizeof(struct clue))};

        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface_mark *mark = &b->marks[i];

                if (ids->row_of[i] == NONE && g->ifaces[i].id.cookie && mark->is_there &&
                    mark->number <= MARK_NUMBER_MAX && !clue_has(&ids->numbers, mark->number))
                        clue_add(&marked, mark->number, i);
        }
        sort_items(marked.items, marked.count, sizeof(struct clue), compare_clue);
        for (size_t k = 0; k < marked.count; k++) {
                uint32_t number = (uint32_t)marked.items[k].key;

                if (k && marked.items[k - 1].key == number)
                        continue; /* a copied mark: it gets a number of its own below */
                add_row(ids, marked.items[k].row, number);
                if (number >= b->registry->next_number)
                        b->registry->next_number = number + 1;
        }
        free(marked.items);
        for (size_t i = 0; i < g->iface_count; i++)
                if (ids->row_of[i] == NONE && g->ifaces[i].id.cookie && !is_passing(ids, i))
                        add_row(ids, i, next_number(ids));
}

/* How long a bridge remembers: while its tree changes, as it was told or last seen. */
static void join_ageing(struct iface *f, struct reg_iface *row)
{
        const uint16_t bit = 1u << TUNE_AGEING;

        if (f->kind != KIND_BRIDGE)
                return;
        if (f->tuning_known & bit) {
                row->ageing = f->tuning[TUNE_AGEING];
                row->has_ageing = true;
        } else if (row->has_ageing) {
                f->tuning[TUNE_AGEING] = row->ageing;
                f->tuning_known |= bit;
        }
}

/* What the row tells the graph, and the graph the row. */
static void join_row(struct graph_build *b, size_t i, struct reg_iface *row)
{
        struct iface *f = &b->g->ifaces[i];
        const struct iface_mark *mark = &b->marks[i];
        char jail[JAIL_NAME_SIZE];

        (void)str_copy(jail, sizeof(jail), b->g->jails[f->jail].name); /* a cut one still tells them apart */

        bool differs = row->is_gone || strcmp(row->name, f->name) != 0 || strcmp(row->jail, jail) != 0 ||
                strcmp(row->kind, f->kind_name) != 0 ||
                (f->permanent.is_set && !mac_equal(row->permanent, f->permanent)) ||
                (f->mac.is_set && !mac_equal(row->mac, f->mac));

        (void)str_copy(row->jail, sizeof(row->jail), jail);
        (void)str_copy(row->name, sizeof(row->name), f->name);
        (void)str_copy(row->kind, sizeof(row->kind), f->kind_name);
        if (f->permanent.is_set)
                row->permanent = f->permanent;
        if (f->mac.is_set)
                row->mac = f->mac;
        row->is_gone = row->is_ahead = false;
        row->is_marked = mark->is_there && mark->number == row->number;
        if (mark->is_there && !row->is_owned) {
                row->is_owned = true;
                row->role = mark->role;
                differs = true;
        }
        if (differs)
                row->is_changed = true;

        join_ageing(f, row);
        f->number = row->number;
        f->role = row->role;
        f->is_owned = row->is_owned;
        f->pin = row->pin;
        f->pin_source = row->pin_source;
        f->long_name = arena_strdup(graph_arena(b->g), row->long_name);
}

static void mark_gone(struct identities *ids)
{
        const struct graph *g = ids->b->g;
        struct registry *r = ids->b->registry;

        for (size_t row = 0; row < ids->row_count; row++) {
                if (ids->is_used[row] || r->ifaces[row].is_gone || r->ifaces[row].is_ahead)
                        continue;

                size_t jail = graph_find_jail_cookie(g, r->ifaces[row].id.cookie);

                if (jail == NONE || !build_jail_is_unread(g, jail))
                        r->ifaces[row].is_gone = r->ifaces[row].is_changed = true;
        }
}

/* A gone row whose place was taken loses it: an identity belongs to one row. */
static void clear_taken(struct registry *r)
{
        for (size_t i = 1; i < r->iface_count; i++) {
                struct reg_iface *x = &r->ifaces[i - 1], *y = &r->ifaces[i];

                if (!x->id.cookie || !iface_id_equal(x->id, y->id))
                        continue;
                if (x->is_gone)
                        x->id = (struct iface_id){0};
                else
                        y->id = (struct iface_id){0};
        }
}

void build_identities(struct graph_build *b)
{
        struct registry *r = b->registry;
        struct identities ids = {
                .b = b,
                .row_of = xcalloc(b->g->iface_count, sizeof(size_t)),
                .is_used = xcalloc(r->iface_count, sizeof(bool)),
                .row_count = r->iface_count,
        };

        match_identities(&ids);
        if (has_unknown(&ids)) {
                clues_make(&ids);
                match_moved(&ids);
        }
        mark_gone(&ids);
        if (has_unknown(&ids))
                add_new(&ids);

        uint32_t passing = r->next_number; /* without a cookie nothing can be remembered: numbers for this graph only */

        for (size_t i = 0; i < b->g->iface_count; i++)
                if (ids.row_of[i] != NONE)
                        join_row(b, i, &r->ifaces[ids.row_of[i]]);
                else
                        b->g->ifaces[i].number = passing++;
        registry_sort(r);
        clear_taken(r);
        registry_sort(r);

        free(ids.row_of);
        free(ids.is_used);
        free(ids.numbers.items);
        free(ids.permanents.items);
        free(ids.pins.items);
        free(ids.macs.items);
        free(ids.names.items);
}
