/* fold.c - what the lesser levels leave out: ports that become one trunk, and leaf jails that become a group's. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "ui/tui/layout/draft.h"

static bool is_port(const struct draft *d, size_t iface)
{
        return d->owner[iface] != NONE && d->g->edges[d->owner[iface]].kind == EDGE_PORT;
}

/* A port that does no more than lead to another jail. Not when both ends are ports: the line would be in two trunks. */
bool draft_is_foldable_port(const struct draft *d, size_t edge)
{
        const struct graph *g = d->g;
        size_t port = draft_edge_iface(g, g->edges[edge].b);
        const struct iface *i = &g->ifaces[port];

        if (g->edges[edge].kind != EDGE_PORT || i->kind != KIND_VETH)
                return false;
        if (i->peer_state == PEER_OUT_OF_SIGHT)
                return true;
        return i->peer != NONE && d->shown[i->peer] && g->ifaces[i->peer].jail != i->jail &&
                g->ifaces[i->peer].role != ROLE_FABRIC && !is_port(d, i->peer);
}

/* What a leaf jail hangs on: nothing, one jail directly, or some trunks. */
enum anchor_kind { ANCHOR_NOTHING, ANCHOR_TRUNK, ANCHOR_DIRECT, ANCHOR_NOT_A_LEAF };

#define TRUNKS_MAX      4
#define MANY_LEGGED_MIN 3

struct anchor {
        enum anchor_kind kind;
        size_t jail;               /* ANCHOR_DIRECT */
        size_t trunks[TRUNKS_MAX]; /* interfaces, ascending */
        size_t trunk_count;
};

static void hang_on_trunk(struct anchor *a, size_t trunk)
{
        size_t at = 0;

        if (a->kind == ANCHOR_NOTHING)
                a->kind = ANCHOR_TRUNK;
        else if (a->kind != ANCHOR_TRUNK)
                a->kind = ANCHOR_NOT_A_LEAF;
        while (at < a->trunk_count && a->trunks[at] < trunk)
                at++;
        if (a->kind != ANCHOR_TRUNK || (at < a->trunk_count && a->trunks[at] == trunk))
                return;
        if (a->trunk_count == TRUNKS_MAX) {
                a->kind = ANCHOR_NOT_A_LEAF;
                return;
        }
        memmove(&a->trunks[at + 1], &a->trunks[at], (a->trunk_count - at) * sizeof(a->trunks[0]));
        a->trunks[at] = trunk;
        a->trunk_count++;
}

static void hang_on_jail(struct anchor *a, size_t jail)
{
        if (a->kind == ANCHOR_NOTHING)
                *a = (struct anchor){.kind = ANCHOR_DIRECT, .jail = jail};
        else if (a->kind != ANCHOR_DIRECT || a->jail != jail)
                a->kind = ANCHOR_NOT_A_LEAF;
}

/* trunk_of: by interface, the trunk at its other end. */
static void anchor_edge(const struct draft *d, size_t e, struct anchor *anchors, size_t *trunk_of)
{
        const struct graph *g = d->g;
        size_t ends[2] = {draft_edge_iface(g, g->edges[e].a), draft_edge_iface(g, g->edges[e].b)};

        if (ends[0] == NONE || ends[1] == NONE || !d->shown[ends[0]] || !d->shown[ends[1]])
                return;

        size_t jails[2] = {g->ifaces[ends[0]].jail, g->ifaces[ends[1]].jail};

        if (jails[0] == jails[1])
                return;
        if (g->edges[e].kind != EDGE_PAIR) {
                anchors[jails[0]].kind = ANCHOR_NOT_A_LEAF; /* something hangs on it */
                hang_on_trunk(&anchors[jails[1]], ends[0]);
                trunk_of[ends[1]] = ends[0];
                return;
        }
        for (int n = 0; n < 2; n++) {
                size_t far = ends[!n];

                if (is_port(d, far)) {
                        trunk_of[ends[n]] = draft_edge_iface(g, g->edges[d->owner[far]].a);
                        hang_on_trunk(&anchors[jails[n]], trunk_of[ends[n]]);
                } else {
                        hang_on_jail(&anchors[jails[n]], jails[!n]);
                }
        }
}

static uint64_t group_key(const struct draft *d, const struct anchor *a)
{
        uint64_t id = a->kind == ANCHOR_DIRECT ? draft_jail_key(d->g, a->jail) : 0;

        for (size_t n = 0; n < a->trunk_count; n++) {
                uint64_t number = d->g->ifaces[a->trunks[n]].number;

                id = n ? draft_key(KEY_GROUP, id, number) : number;
        }
        return draft_key(KEY_GROUP, (uint64_t)a->kind, id);
}

static const char *group_title(struct draft *d, const struct anchor *a)
{
        const char *title = NULL;

        if (a->kind == ANCHOR_DIRECT)
                return draft_printf(d, "direct to %s", a->jail ? d->g->jails[a->jail].name : "host");
        for (size_t n = 0; n < a->trunk_count; n++) {
                const char *name = d->g->ifaces[a->trunks[n]].name;

                title = title ? draft_printf(d, "%s + %s", title, name) : name;
        }
        return title ? title : _("not connected");
}

static uint64_t trunk_row_key(const struct draft *d, uint64_t group, size_t trunk)
{
        return draft_key(KEY_GROUP, group, (uint64_t)d->g->ifaces[trunk].number << 1);
}

static size_t find_group(struct draft *d, const struct anchor *a)
{
        uint64_t key = group_key(d, a);

        for (size_t b = 0; b < d->box_count; b++) {
                if (d->boxes[b].key == key)
                        return b;
        }

        size_t box = draft_add_box(d, LAYOUT_GROUP, key, NONE);

        d->boxes[box].title = group_title(d, a);
        for (size_t n = 0; a->trunk_count > 1 && n < a->trunk_count; n++) { /* a line for the edge to each of them */
                size_t r = draft_add_row(d, box, NONE, ROW_TEXT, trunk_row_key(d, key, a->trunks[n]));

                d->rows[r].note = draft_printf(d, "on %s", d->g->ifaces[a->trunks[n]].name);
        }
        return box;
}

/* The row of a leaf jail's group at which an interface's edge ends. */
static size_t row_for(const struct draft *d, size_t iface, size_t trunk)
{
        size_t first = d->leaf_of[d->g->ifaces[iface].jail];

        if (first == NONE || trunk == NONE)
                return first;

        uint64_t key = trunk_row_key(d, d->boxes[d->rows[first].box].key, trunk);

        for (size_t r = first; r != NONE; r = d->rows[r].next) {
                if (d->rows[r].key == key)
                        return r;
        }
        return first;
}

static void find_anchors(const struct draft *d, struct anchor *anchors, size_t *trunk_of, bool *has_any)
{
        const struct graph *g = d->g;

        for (size_t i = 0; i < g->iface_count; i++)
                trunk_of[i] = NONE;
        for (size_t e = 0; e < g->edge_count; e++)
                anchor_edge(d, e, anchors, trunk_of);
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (!d->shown[i])
                        continue;
                has_any[f->jail] = true;
                if (f->peer_state == PEER_OUT_OF_SIGHT || f->kind == KIND_BRIDGE || f->kind == KIND_BOND)
                        anchors[f->jail].kind = ANCHOR_NOT_A_LEAF;
        }
        anchors[0].kind = ANCHOR_NOT_A_LEAF;
}

static int compare_keys(const void *a, const void *b)
{
        uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

        return x < y ? -1 : x > y;
}

/* A jail with several legs is more likely a router than a leaf, unless there are many that hang on the same. */
static void keep_routers(const struct draft *d, struct anchor *anchors)
{
        size_t count = 0;
        CLEANUP(freep) uint64_t *keys = xcalloc(d->g->jail_count + 1, sizeof(*keys));

        for (size_t j = 0; j < d->g->jail_count; j++) {
                if (anchors[j].kind == ANCHOR_TRUNK && anchors[j].trunk_count > 1)
                        keys[count++] = group_key(d, &anchors[j]);
        }
        if (!count)
                return;
        qsort(keys, count, sizeof(*keys), compare_keys);
        for (size_t j = 0; j < d->g->jail_count; j++) {
                if (anchors[j].kind != ANCHOR_TRUNK || anchors[j].trunk_count < 2)
                        continue;

                uint64_t key = group_key(d, &anchors[j]);
                const uint64_t *at = bsearch(&key, keys, count, sizeof(*keys), compare_keys);
                size_t same = 1;

                for (const uint64_t *k = at; k > keys && k[-1] == key; k--)
                        same++;
                for (const uint64_t *k = at; k + 1 < keys + count && k[1] == key; k++)
                        same++;
                if (same < MANY_LEGGED_MIN)
                        anchors[j].kind = ANCHOR_NOT_A_LEAF;
        }
}

void draft_fold_leaves(struct draft *d)
{
        const struct graph *g = d->g;
        CLEANUP(freep) struct anchor *anchors = xcalloc(g->jail_count + 1, sizeof(*anchors));
        CLEANUP(freep) size_t *trunk_of = xcalloc(g->iface_count + 1, sizeof(*trunk_of));
        CLEANUP(freep) bool *has_any = xcalloc(g->jail_count + 1, sizeof(*has_any));

        find_anchors(d, anchors, trunk_of, has_any);
        keep_routers(d, anchors);
        for (size_t j = 1; j < g->jail_count; j++) {
                struct anchor *a = &anchors[j];

                /* Two jails joined to each other only: one of them must stay a box. */
                if (a->kind == ANCHOR_DIRECT && anchors[a->jail].kind == ANCHOR_DIRECT && anchors[a->jail].jail == j)
                        a->kind = ANCHOR_NOT_A_LEAF;
                if (a->kind == ANCHOR_NOT_A_LEAF)
                        continue;
                if (!has_any[j] && d->o->shows_jail && !d->o->shows_jail(d->o->context, j))
                        continue;

                size_t box = find_group(d, a); /* moves the boxes */
                struct draft_box *b = &d->boxes[box];

                b->jails = array_grow(b->jails, &b->jail_capacity, b->jail_count, sizeof(*b->jails));
                b->jails[b->jail_count++] = j;
        }
        for (size_t b = 0; b < d->box_count; b++) {
                draft_group_rows(d, b);
                for (size_t n = 0; n < d->boxes[b].jail_count; n++)
                        d->leaf_of[d->boxes[b].jails[n]] = d->boxes[b].first_child;
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                if (d->shown[i])
                        d->row_of[i] = row_for(d, i, trunk_of[i]);
        }
}
