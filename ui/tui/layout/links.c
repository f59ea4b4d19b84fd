/* links.c - from the graph's edges to the links between rows: each its own, or one for a bridge's ports or a group. */
#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/layout/draft.h"

/* Rows have one line to each side, so a second net at the same row gets a row of its own below it. */
static size_t row_for_net(struct draft *d, size_t row, uint64_t net, size_t hook, const char *far_name)
{
        struct draft_row *r = &d->rows[row];

        if (r->net != 0 && r->net != net) {
                uint64_t key = draft_key(KEY_EXTRA, r->key, net);
                size_t extra = r->first_child;

                while (extra != NONE && d->rows[extra].key != key)
                        extra = d->rows[extra].next;
                if (extra == NONE) {
                        extra = draft_add_row(d, r->box, row, ROW_STUB, key);
                        d->rows[extra].object = d->rows[row].object;
                        if (d->o->level == LAYOUT_FULL)
                                d->rows[extra].upper = hook;
                        else
                                d->rows[extra].note = draft_printf(d, "to %s", far_name ? far_name : "?");
                }
                row = extra;
                r = &d->rows[row];
        }
        r->net = net;
        if (r->hook == NONE && d->o->level == LAYOUT_FULL)
                r->hook = hook;
        return row;
}

static bool is_in_group(const struct draft *d, const struct draft_row *r)
{
        return d->boxes[r->box].kind == LAYOUT_GROUP;
}

static void add_member(struct draft_link *l, const struct draft_link *other)
{
        l->members = array_grow(l->members, &l->member_capacity, l->member_count, sizeof(*l->members));
        l->members[l->member_count++] = (struct layout_member){other->edge, {other->ifaces[0], other->ifaces[1]}};
}

/* The one line of a group stands for all: it shows what they carry together, and how many of them are down. */
static void join_line(struct draft *d, size_t row, const struct draft_link *other)
{
        struct draft_link *l = &d->links[d->rows[row].first_link];

        if (!l->member_count)
                add_member(l, l);
        add_member(l, other);
}

static void add_link(struct draft *d, size_t row_a, size_t row_b, uint64_t net, struct draft_link link, size_t hook_a,
                     size_t hook_b)
{
        if (row_a == NONE || row_b == NONE || row_a == row_b)
                return;
        /* A group is one line, however many jails are in it. */
        for (int end = 0; end < 2; end++) {
                const struct draft_row *r = &d->rows[end ? row_b : row_a];

                if (is_in_group(d, r) && r->link_count) {
                        join_line(d, end ? row_b : row_a, &link);
                        return;
                }
        }
        link.rows[0] = row_for_net(d, row_a, net, hook_a, d->rows[row_b].name);
        link.rows[1] = row_for_net(d, row_b, net, hook_b, d->rows[row_a].name);
        link.net = net;
        for (int end = 0; end < 2; end++) {
                struct draft_row *r = &d->rows[link.rows[end]];

                if (r->link_count++ == 0) {
                        r->mate = link.rows[!end];
                        r->first_link = d->link_count;
                }
        }
        d->links = array_grow(d->links, &d->link_capacity, d->link_count, sizeof(*d->links));
        d->links[d->link_count++] = link;
}

uint64_t draft_trunk_key(const struct draft *d, size_t row)
{
        return draft_key(KEY_TRUNK, d->rows[row].key, 0);
}

static bool is_trunk_row(const struct draft *d, size_t row)
{
        return row != NONE && (d->rows[row].folded_count > 0 || is_in_group(d, &d->rows[row]));
}

static void add_edge_link(struct draft *d, size_t e)
{
        const struct graph *g = d->g;
        const struct edge *edge = &g->edges[e];
        size_t a = draft_edge_iface(g, edge->a), b = draft_edge_iface(g, edge->b);

        if (a == NONE || b == NONE || a == b || !d->shown[a] || !d->shown[b] || d->row_of[b] == NONE)
                return;
        if (edge->kind != EDGE_PAIR && d->owner[b] == e)
                return; /* stands in the row */

        size_t row_a = d->stub_of[e] != NONE ? d->stub_of[e] : d->row_of[a];
        size_t row_b = d->far_stub_of[e] != NONE ? d->far_stub_of[e] : d->row_of[b];
        struct draft_link link = {.edge = e, .ifaces = {edge->iface_a, edge->iface_b}};
        uint64_t low = g->ifaces[a].number, high = g->ifaces[b].number;
        uint64_t net = draft_key(KEY_NET, low < high ? low : high, (low < high ? high : low) << 3 | edge->kind);

        if (row_a == NONE)
                return;
        if (edge->kind != EDGE_PAIR && link.ifaces[1] != NONE) /* the fabric end's own state, not the bridge's */
                link.ifaces[0] = b;
        if (d->o->level != LAYOUT_FULL) {
                bool upper_bundles = edge->kind != EDGE_PAIR;

                if (is_trunk_row(d, row_a) || upper_bundles) {
                        net = draft_trunk_key(d, row_a);
                        link.is_trunk = true;
                } else if (is_trunk_row(d, row_b)) {
                        net = draft_trunk_key(d, row_b);
                        link.is_trunk = true;
                }
                if (is_in_group(d, &d->rows[row_a]) && is_trunk_row(d, row_b))
                        net = draft_trunk_key(d, row_b);
        }
        add_link(d, row_a, row_b, net, link, edge->a, edge->b);
}

/* Ends whose other end can't be seen get a stub in a box that says so: this is not "no peer". */
static void add_unseen(struct draft *d, size_t iface)
{
        const struct iface *i = &d->g->ifaces[iface];
        size_t row = d->row_of[iface];

        if (row == NONE || is_in_group(d, &d->rows[row]))
                return;

        uint64_t key = draft_key(KEY_UNSEEN, draft_jail_key(d->g, i->jail), 0);
        size_t box = d->box_count > 0 && d->boxes[d->box_count - 1].key == key ? d->box_count - 1 : NONE;

        if (box == NONE) {
                box = draft_add_box(d, LAYOUT_UNSEEN, key, NONE);
                d->boxes[box].home = d->rows[row].box;
                d->boxes[box].title = _("? out of sight");
        }

        bool is_trunk = d->rows[row].folded_count > 0;
        uint64_t net = is_trunk ? draft_trunk_key(d, row) : draft_key(KEY_NET, i->number, 1);
        uint64_t row_key = draft_key(KEY_UNSEEN, is_trunk ? net : i->number, 1);
        size_t stub = NONE;

        for (size_t r = d->boxes[box].first_child; is_trunk && r != NONE; r = d->rows[r].next)
                stub = d->rows[r].key == row_key ? r : stub;
        if (stub != NONE) {
                d->rows[stub].note = draft_printf(d, "%zu ends", ++d->rows[stub].folded_count);
                return;
        }
        stub = draft_add_row(d, box, NONE, ROW_TEXT, row_key);
        if (is_trunk) {
                d->rows[stub].folded_count = 1;
                d->rows[stub].note = _("1 end");
        } else {
                d->rows[stub].note = i->link_ifindex ? draft_printf(d, "if%d", i->link_ifindex) : "?";
        }

        struct draft_link link = {.edge = NONE, .ifaces = {iface, NONE}, .is_unseen = true, .is_trunk = is_trunk};
        size_t hook = NONE;

        for (size_t h = i->node == NONE ? NONE : d->g->nodes[i->node].hook_first; h != NONE; h = d->g->hooks[h].next)
                if (d->g->hooks[h].edge == NONE)
                        hook = h;
        if (hook == NONE && !is_trunk && d->o->level == LAYOUT_FULL)
                d->rows[row].hook_text = i->kind == KIND_VETH ? "ether" : "downstream"; /* as it would be by default */
        add_link(d, row, stub, net, link, hook, NONE);
}

void draft_links(struct draft *d)
{
        const struct graph *g = d->g;

        for (size_t e = 0; e < g->edge_count; e++)
                add_edge_link(d, e);
        for (size_t i = 0; i < g->iface_count; i++) {
                if (d->shown[i] && g->ifaces[i].peer_state == PEER_OUT_OF_SIGHT)
                        add_unseen(d, i);
        }
}
