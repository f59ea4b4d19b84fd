/* fold.c - what the lesser levels leave out: ports that become one trunk, and leaf jails that become words in a group.
 */
#include "core/base/alloc.h"
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

/* What a leaf jail hangs on. */
enum anchor_kind { ANCHOR_NOTHING, ANCHOR_TRUNK, ANCHOR_DIRECT, ANCHOR_UNSEEN, ANCHOR_SEVERAL };

struct anchor {
        enum anchor_kind kind;
        size_t index; /* interface or jail */
};

static void anchor_add(struct anchor *a, struct anchor more)
{
        if (a->kind == ANCHOR_NOTHING)
                *a = more;
        else if (a->kind != more.kind || a->index != more.index)
                a->kind = ANCHOR_SEVERAL;
}

static void anchor_edge(const struct draft *d, size_t e, struct anchor *anchors)
{
        const struct graph *g = d->g;
        size_t ends[2] = {draft_edge_iface(g, g->edges[e].a), draft_edge_iface(g, g->edges[e].b)};

        if (ends[0] == NONE || ends[1] == NONE || !d->shown[ends[0]] || !d->shown[ends[1]])
                return;

        size_t jails[2] = {g->ifaces[ends[0]].jail, g->ifaces[ends[1]].jail};

        if (jails[0] == jails[1])
                return;
        if (g->edges[e].kind != EDGE_PAIR) {
                anchors[jails[0]].kind = ANCHOR_SEVERAL; /* something hangs on it */
                anchor_add(&anchors[jails[1]], (struct anchor){ANCHOR_TRUNK, ends[0]});
                return;
        }
        for (int n = 0; n < 2; n++) {
                size_t far = ends[!n];

                if (is_port(d, far))
                        anchor_add(&anchors[jails[n]],
                                   (struct anchor){ANCHOR_TRUNK, draft_edge_iface(g, g->edges[d->owner[far]].a)});
                else
                        anchor_add(&anchors[jails[n]], (struct anchor){ANCHOR_DIRECT, jails[!n]});
        }
}

static size_t find_group(struct draft *d, struct anchor a)
{
        uint64_t id = a.kind == ANCHOR_TRUNK ? d->g->ifaces[a.index].number
                : a.kind == ANCHOR_DIRECT    ? draft_jail_key(d->g, a.index)
                                             : 0;
        uint64_t key = draft_key(KEY_GROUP, (uint64_t)a.kind, id);

        for (size_t b = 0; b < d->box_count; b++) {
                if (d->boxes[b].key == key)
                        return d->boxes[b].first_child;
        }

        size_t box = draft_add_box(d, LAYOUT_GROUP, key, NONE);

        if (a.kind == ANCHOR_TRUNK)
                d->boxes[box].title = d->g->ifaces[a.index].name;
        else if (a.kind == ANCHOR_DIRECT)
                d->boxes[box].title = draft_printf(d, "direct to %s", a.index ? d->g->jails[a.index].name : "host");
        else
                d->boxes[box].title = "not connected";
        return draft_add_row(d, box, NONE, ROW_CHIPS, draft_key(KEY_GROUP, key, 1));
}

static void add_chip(struct draft *d, size_t row, size_t jail)
{
        struct draft_row *r = &d->rows[row];

        r->chips = array_grow(r->chips, &r->chip_capacity, r->chip_count, sizeof(*r->chips));
        r->chips[r->chip_count++] = jail;
        d->leaf_of[jail] = row;
}

void draft_fold_leaves(struct draft *d)
{
        const struct graph *g = d->g;
        CLEANUP(freep) struct anchor *anchors = xcalloc(g->jail_count + 1, sizeof(*anchors));
        CLEANUP(freep) bool *has_any = xcalloc(g->jail_count + 1, sizeof(*has_any));

        for (size_t e = 0; e < g->edge_count; e++)
                anchor_edge(d, e, anchors);
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (!d->shown[i])
                        continue;
                has_any[f->jail] = true;
                if (f->peer_state == PEER_OUT_OF_SIGHT)
                        anchor_add(&anchors[f->jail], (struct anchor){ANCHOR_UNSEEN, 0});
                if (f->kind == KIND_BRIDGE || f->kind == KIND_BOND)
                        anchors[f->jail].kind = ANCHOR_SEVERAL;
        }
        anchors[0].kind = ANCHOR_SEVERAL;
        for (size_t j = 1; j < g->jail_count; j++) {
                struct anchor a = anchors[j];

                /* Two jails joined to each other only: one of them must stay a box. */
                if (a.kind == ANCHOR_DIRECT && anchors[a.index].kind == ANCHOR_DIRECT && anchors[a.index].index == j) {
                        anchors[j].kind = ANCHOR_SEVERAL;
                        continue;
                }
                if (a.kind == ANCHOR_SEVERAL || a.kind == ANCHOR_UNSEEN)
                        continue;
                if (!has_any[j] && d->o->shows_jail && !d->o->shows_jail(d->o->context, j))
                        continue;
                add_chip(d, find_group(d, a), j);
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                if (d->shown[i])
                        d->row_of[i] = d->leaf_of[g->ifaces[i].jail];
        }
        for (size_t b = 0; b < d->box_count; b++) {
                const struct draft_row *r = &d->rows[d->boxes[b].first_child];
                size_t bad = 0;

                for (size_t n = 0; n < r->chip_count; n++)
                        bad += draft_has_trouble(d, r->chips[n]) ? 1 : 0;
                d->boxes[b].subtitle = draft_printf(d, "%zu jail%s", r->chip_count, r->chip_count == 1 ? "" : "s");
                if (bad)
                        d->boxes[b].badges[d->boxes[b].badge_count++] = (struct badge){
                                LAYOUT_INK_BAD, LAYOUT_SIGN_DOWN, draft_printf(d, "%zu with a link down", bad)};
        }
}
