/* content.c - from the graph to boxes with rows. What goes where on the screen comes later. */
#include <stdarg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/layout/draft.h"

#define MAX_ADDRESS_ROWS 4

uint64_t draft_key(enum key_kind kind, uint64_t a, uint64_t b)
{
        uint64_t h = 0x9e3779b97f4a7c15u * (uint64_t)kind;

        h = (h ^ a) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
        h = (h ^ b) * 0xc4ceb9fe1a85ec53u;
        h ^= h >> 29;
        return h ? h : 1;
}

uint64_t draft_jail_key(const struct graph *g, size_t jail)
{
        const struct jail *j = &g->jails[jail];

        if (jail == 0)
                return draft_key(KEY_JAIL, 0, 0); /* the host keeps its place over reboots too */
        return j->cookie ? draft_key(KEY_JAIL, j->cookie, 1) : draft_key(KEY_JAIL, (uint64_t)j->jid, 2);
}

size_t draft_edge_iface(const struct graph *g, size_t hook)
{
        return g->nodes[g->hooks[hook].node].iface;
}

const char *draft_printf(struct draft *d, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);

        CLEANUP(freep) char *s = xvasprintf(intl_text(fmt), ap);

        va_end(ap);
        return arena_strdup(&d->out->arena, s);
}

size_t draft_add_box(struct draft *d, enum layout_item_kind kind, uint64_t key, size_t jail)
{
        d->boxes = array_grow(d->boxes, &d->box_capacity, d->box_count, sizeof(*d->boxes));
        d->boxes[d->box_count] = (struct draft_box){.kind = kind,
                                                    .key = key,
                                                    .jail = jail,
                                                    .home = NONE,
                                                    .title = "",
                                                    .first_child = NONE,
                                                    .last_child = NONE,
                                                    .column = -1,
                                                    .old_y = DRAFT_UNKNOWN};
        return d->box_count++;
}

size_t draft_add_row(struct draft *d, size_t box, size_t parent, enum row_shape shape, uint64_t key)
{
        size_t n = d->row_count;

        d->rows = array_grow(d->rows, &d->row_capacity, n, sizeof(*d->rows));
        d->rows[n] = (struct draft_row){.key = key,
                                        .shape = shape,
                                        .object = {OBJECT_NONE, NONE},
                                        .box = box,
                                        .parent = parent,
                                        .first_child = NONE,
                                        .last_child = NONE,
                                        .next = NONE,
                                        .rank = (int64_t)n,
                                        .iface = NONE,
                                        .joint = NONE,
                                        .upper = NONE,
                                        .lower = NONE,
                                        .hook = NONE,
                                        .mate = NONE,
                                        .old_y = DRAFT_UNKNOWN};
        d->row_count++;

        size_t *first = parent == NONE ? &d->boxes[box].first_child : &d->rows[parent].first_child;
        size_t *last = parent == NONE ? &d->boxes[box].last_child : &d->rows[parent].last_child;

        if (*last == NONE)
                *first = n;
        else
                d->rows[*last].next = n;
        *last = n;
        return n;
}

static bool shows(const struct draft *d, size_t iface)
{
        if (d->o->shows)
                return d->o->shows(d->o->context, iface);
        return !iface_is_hidden(&d->g->ifaces[iface]);
}

/* With a filter, what matches brings along what it hangs on; else matches would float without their edges. */
static void choose_shown(struct draft *d)
{
        const struct graph *g = d->g;

        for (size_t i = 0; i < g->iface_count; i++)
                d->shown[i] = shows(d, i);
        if (!d->o->is_filtered)
                return;

        CLEANUP(freep) bool *asked = xcalloc(g->iface_count + 1, sizeof(*asked));

        memcpy(asked, d->shown, g->iface_count * sizeof(*asked));
        for (size_t e = 0; e < g->edge_count; e++) {
                size_t a = draft_edge_iface(g, g->edges[e].a), b = draft_edge_iface(g, g->edges[e].b);

                if (a == NONE || b == NONE || (!asked[a] && !asked[b]))
                        continue;
                if (g->edges[e].kind == EDGE_PAIR || asked[b])
                        d->shown[a] = true;
                if (g->edges[e].kind == EDGE_PAIR || g->ifaces[a].jail != g->ifaces[b].jail)
                        d->shown[b] = true;
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                if (d->shown[i] && g->ifaces[i].master != NONE)
                        d->shown[g->ifaces[i].master] = true;
        }
}

static bool is_bridge_like(const struct iface *i)
{
        return i->kind == KIND_BRIDGE;
}

/* A port stands in its bridge, rather than in its bond, rather than under its parent. */
static int owner_rank(enum edge_kind k)
{
        switch (k) {
        case EDGE_PORT: return 3;
        case EDGE_MEMBER: return 2;
        case EDGE_PARENT: return 1;
        case EDGE_PAIR:
        case EDGE_UPPER: break;
        }
        return 0;
}

static void index_edges(struct draft *d)
{
        const struct graph *g = d->g;

        for (size_t e = 0; e < g->edge_count; e++) {
                const struct edge *edge = &g->edges[e];
                size_t a = draft_edge_iface(g, edge->a), b = draft_edge_iface(g, edge->b);

                d->next_edge[e] = NONE;
                if (edge->kind == EDGE_PAIR || a == NONE || b == NONE || !d->shown[a] || !d->shown[b])
                        continue;
                if (is_bridge_like(&g->ifaces[b])) { /* keeps its own frame, however it is joined */
                        d->far_next[e] = d->far_first[b];
                        d->far_first[b] = e;
                }
                if (d->last_edge[a] == NONE)
                        d->first_edge[a] = e;
                else
                        d->next_edge[d->last_edge[a]] = e;
                d->last_edge[a] = e;
                if (a != b && edge->kind != EDGE_UPPER && g->ifaces[a].jail == g->ifaces[b].jail &&
                    !is_bridge_like(&g->ifaces[b]) &&
                    (d->owner[b] == NONE || owner_rank(g->edges[d->owner[b]].kind) < owner_rank(edge->kind)))
                        d->owner[b] = e;
        }
}

static void put_addresses(struct draft *d, struct draft_row *r)
{
        const struct iface *i = &d->g->ifaces[r->iface];
        size_t count = 0;

        if (d->o->level != LAYOUT_FULL)
                return;
        for (size_t n = 0; n < i->address_count; n++)
                count += prefix_is_link_local(&i->addresses[n]) ? 0 : 1;
        if (!count)
                return;
        r->addresses = arena_alloc(&d->out->arena, count * sizeof(*r->addresses));
        for (size_t n = 0; n < i->address_count && r->address_count < MAX_ADDRESS_ROWS; n++) {
                char buf[PREFIX_TEXT_SIZE];

                if (prefix_is_link_local(&i->addresses[n]))
                        continue;
                r->addresses[r->address_count++] = arena_strdup(&d->out->arena, prefix_format(&i->addresses[n], buf));
        }
        if (count > MAX_ADDRESS_ROWS)
                r->addresses[MAX_ADDRESS_ROWS - 1] = draft_printf(d, "and %zu more", count - MAX_ADDRESS_ROWS + 1);
}

static void add_tree(struct draft *d, size_t box, size_t parent, size_t iface, size_t joint);

/* The one row of a box that stands for all its straight pairs to folded jails. */
static size_t direct_row(struct draft *d, size_t box)
{
        uint64_t key = draft_key(KEY_DIRECT, d->boxes[box].key, 0);

        for (size_t r = d->boxes[box].first_child; r != NONE; r = d->rows[r].next) {
                if (d->rows[r].key == key)
                        return r;
        }

        size_t r = draft_add_row(d, box, NONE, ROW_TEXT, key);

        d->rows[r].name = _("direct pairs");
        return r;
}

/* Whether an interface is the plain near end of a pair to a jail that is folded into a group. */
static bool leads_to_leaf(const struct draft *d, size_t iface)
{
        const struct iface *i = &d->g->ifaces[iface];

        return i->peer != NONE && d->owner[iface] == NONE && d->shown[i->peer] &&
                d->leaf_of[d->g->ifaces[i->peer].jail] != NONE && d->g->ifaces[i->peer].jail != i->jail;
}

static void add_children(struct draft *d, size_t row, size_t iface)
{
        const struct graph *g = d->g;

        for (size_t e = d->first_edge[iface]; e != NONE; e = d->next_edge[e]) {
                size_t b = draft_edge_iface(g, g->edges[e].b);
                size_t box = d->rows[row].box;

                if (d->owner[b] == e && d->row_of[b] == NONE) {
                        if (d->o->level != LAYOUT_FULL && draft_is_foldable_port(d, e)) {
                                d->row_of[b] = row;
                                d->rows[row].folded_count++;
                        } else {
                                add_tree(d, box, row, b, e);
                        }
                } else if (d->o->level == LAYOUT_FULL && d->owner[b] != e) {
                        size_t s = draft_add_row(d, box, row, ROW_STUB,
                                                 draft_key(KEY_STUB, g->ifaces[iface].number, g->ifaces[b].number));

                        d->rows[s].upper = d->rows[s].hook = g->edges[e].a;
                        d->rows[s].object = (struct object){OBJECT_IFACE, b};
                        if (g->edges[e].iface_b != b && shows(d, g->edges[e].iface_b))
                                d->rows[s].name = g->ifaces[g->edges[e].iface_b].name;
                        d->stub_of[e] = s;
                } else if (d->o->level != LAYOUT_FULL && g->edges[e].kind == EDGE_PORT) {
                        d->rows[row].folded_count++;
                }
        }
}

/* Hooks of a bridge at which it is the lower end: two bridges joined by their own hooks. */
static void add_far_stubs(struct draft *d, size_t row, size_t iface)
{
        const struct graph *g = d->g;

        for (size_t e = d->far_first[iface]; e != NONE && d->o->level == LAYOUT_FULL; e = d->far_next[e]) {
                size_t a = draft_edge_iface(g, g->edges[e].a);
                size_t s = draft_add_row(d, d->rows[row].box, row, ROW_STUB,
                                         draft_key(KEY_STUB, g->ifaces[iface].number, g->ifaces[a].number));

                d->rows[s].upper = d->rows[s].hook = g->edges[e].b;
                d->rows[s].object = (struct object){OBJECT_IFACE, a};
                d->far_stub_of[e] = s;
        }
}

/* Jails without a stack and rules of address translation stand below the interface that they use, and for it. */
static void add_guests(struct draft *d, size_t box, size_t row, size_t jail, size_t iface)
{
        const struct graph *g = d->g;

        for (size_t k = 0; k < g->guest_count && d->o->level == LAYOUT_FULL; k++) {
                const struct guest *guest = &g->guests[k];
                CLEANUP(text_done) struct text words = {0};
                size_t n;

                if (guest->jail != jail || !guest_uses(guest, iface))
                        continue;
                guest_put(&words, guest, iface);
                n = draft_add_row(
                        d, box, row, ROW_TEXT,
                        draft_key(KEY_GUEST, guest_node_id(guest), iface == NONE ? 0 : g->ifaces[iface].number));
                d->rows[n].object =
                        iface == NONE ? (struct object){OBJECT_JAIL, jail} : (struct object){OBJECT_IFACE, iface};
                d->rows[n].name = guest->kind == GUEST_JAIL ? guest->name : "nat";
                d->rows[n].note =
                        draft_printf(d, "%s%s", guest->kind == GUEST_JAIL ? _("jail ") : "", text_str(&words));
        }
}

static void add_tree(struct draft *d, size_t box, size_t parent, size_t iface, size_t joint)
{
        const struct iface *i = &d->g->ifaces[iface];

        if (leads_to_leaf(d, iface)) {
                size_t direct = direct_row(d, box);

                d->row_of[iface] = direct;
                d->rows[direct].folded_count++;
                return;
        }

        bool is_frame = is_bridge_like(i) && parent == NONE && d->o->level == LAYOUT_FULL;
        size_t n = draft_add_row(d, box, parent, is_frame ? ROW_FRAME : ROW_IFACE, draft_key(KEY_IFACE, i->number, 0));
        struct draft_row *r = &d->rows[n];

        d->row_of[iface] = n;
        r->iface = iface;
        r->object = (struct object){OBJECT_IFACE, iface};
        r->rank = (is_bridge_like(i) ? (int64_t)1 << 32 : 0) + (i->port_number ? i->port_number : i->id.ifindex);
        r->joint = joint;
        r->name = i->name;
        if (joint != NONE && d->o->level == LAYOUT_FULL) {
                r->upper = d->g->edges[joint].a;
                r->lower = d->g->edges[joint].b;
        }
        put_addresses(d, r);
        draft_row_badges(d, r);

        add_children(d, n, iface);
        add_far_stubs(d, n, iface);
        add_guests(d, box, n, i->jail, iface);

        r = &d->rows[n]; /* adding children may have moved the rows */
        if (r->folded_count)
                r->note = draft_printf(d, intl_plural("%zu port", "%zu ports", r->folded_count), r->folded_count);
        else if (is_frame && r->first_child == NONE) {
                size_t t = draft_add_row(d, box, n, ROW_TEXT, draft_key(KEY_TEXT, i->number, 1));

                d->rows[t].note = _("no ports");
        }
}

static void add_remark(struct draft *d, size_t box, const char *text)
{
        size_t r = draft_add_row(d, box, NONE, ROW_TEXT, draft_key(KEY_TEXT, d->boxes[box].key, 2));

        d->rows[r].note = text;
}

/* A loan that is pending in a jail where the interface itself can't be seen. */
static void add_unseen_loans(struct draft *d, size_t box, size_t jail)
{
        for (size_t n = 0; n < d->g->loan_count; n++) {
                const struct loan *loan = &d->g->loans[n];

                if (loan->state != LOAN_PENDING || loan->jail != jail || loan->iface_index != NONE)
                        continue;

                size_t r = draft_add_row(d, box, NONE, ROW_TEXT, draft_key(KEY_TEXT, loan->number, 3));

                d->rows[r].name = loan->iface;
                d->rows[r].badges[d->rows[r].badge_count++] =
                        (struct badge){LAYOUT_INK_PENDING, LAYOUT_SIGN_PENDING, _("pending")};
        }
}

static void add_jail(struct draft *d, size_t jail)
{
        const struct graph *g = d->g;
        const struct jail *j = &g->jails[jail];
        bool has_any = false;

        for (size_t i = j->iface_first; i != NONE; i = g->ifaces[i].next)
                has_any = has_any || d->shown[i];
        if (!has_any && jail != 0 && d->o->shows_jail && !d->o->shows_jail(d->o->context, jail))
                return;

        size_t box = draft_add_box(d, LAYOUT_JAIL, draft_jail_key(g, jail), jail);
        struct draft_box *b = &d->boxes[box];

        d->box_of[jail] = box;
        b->title = jail == 0 ? "host" : j->name;
        b->subtitle = jail == 0 ? g->hostname : draft_printf(d, "jid %d", j->jid);
        draft_box_badges(d, b);

        for (size_t i = j->iface_first; i != NONE; i = g->ifaces[i].next) {
                bool is_fabric = g->ifaces[i].role == ROLE_FABRIC && g->ifaces[i].master != NONE;

                if (d->shown[i] && d->owner[i] == NONE && !is_fabric)
                        add_tree(d, box, NONE, i, NONE);
        }
        for (size_t i = j->iface_first; i != NONE; i = g->ifaces[i].next) {
                bool is_fabric = g->ifaces[i].role == ROLE_FABRIC;

                if (d->shown[i] && d->row_of[i] == NONE && !is_fabric)
                        add_tree(d, box, NONE, i, NONE); /* interfaces that own each other in a circle */
        }
        add_unseen_loans(d, box, jail);
        add_guests(d, box, NONE, jail, NONE);
        if (d->boxes[box].first_child == NONE)
                add_remark(d, box,
                           j->state == JAIL_HIDDEN              ? (j->warning ? j->warning : _("can't be read"))
                                   : has_any || !j->iface_count ? _("nothing in it")
                                                                : _("only lo"));
}

void draft_content(struct draft *d)
{
        const struct graph *g = d->g;

        choose_shown(d);
        index_edges(d);
        if (d->o->level <= LAYOUT_OVERVIEW)
                draft_fold_leaves(d);
        for (size_t j = 0; j < g->jail_count; j++) {
                if (d->leaf_of[j] == NONE)
                        add_jail(d, j);
        }
        for (size_t r = 0; r < d->row_count; r++) {
                if (d->rows[r].shape == ROW_TEXT && d->rows[r].folded_count)
                        d->rows[r].note = draft_printf(d, "%zu", d->rows[r].folded_count);
        }
        draft_links(d);
}
