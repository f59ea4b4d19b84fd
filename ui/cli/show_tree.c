/*
 * show_tree.c - the graph for people, as a tree of jails, interfaces and what stands on them; and as a list.
 *
 * A port stands below its bridge and a VLAN below its parent where both are in one jail; whatever else an interface is
 * joined to is named behind it.
 */
#include <inttypes.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/cli/show_internal.h"
#include "ui/cli/show_table.h"

#define DEPTH_MAX 12 /* VLAN on bond on VLAN ...: nobody stacks that deep, and a loop ends here */

enum { CELL_NAME, CELL_KIND, CELL_STATE, CELL_MAC, CELL_JOINED, CELL_ADDRESSES };

struct tree {
        const struct pick *p;
        const struct graph *g;
        struct table table;
        const struct loan **loans; /* by interface: the open one; NULL */
        int64_t now;
};

/* Whether interface i stands below another one of its jail; and below which. */
static size_t above(const struct tree *t, size_t i)
{
        const struct iface *f = &t->g->ifaces[i];
        size_t up = f->master != NONE ? f->master : f->parent;

        if (up == NONE || up == i || t->g->ifaces[up].jail != f->jail || !t->p->ifaces[up] || !t->p->ifaces[i])
                return NONE;
        return up;
}

static bool is_drawn(const struct tree *t, size_t i)
{
        const struct iface *f = &t->g->ifaces[i];

        return t->p->ifaces[i] && (t->p->o->is_raw || !iface_is_hidden(f));
}

/* "jail/node:hook" of a hook, for a reader in that jail. */
static void put_hook(struct text *out, const struct graph *g, size_t hook, size_t jail)
{
        const struct hook *h = &g->hooks[hook];
        const struct node *n = &g->nodes[h->node];
        CLEANUP(text_done) struct text name = {0};

        if (n->jail != jail) {
                text_put_visible(out, g->jails[n->jail].name);
                text_put_char(out, '/');
        }
        put_node_name(&name, g, h->node);
        text_put_visible(out, text_str(&name));
        text_put_char(out, ':');
        text_put_visible(out, h->name);
}

/* What the interface's node is joined to, but for what stands above or below it in the tree. */
static void put_joined(struct text *out, const struct tree *t, size_t i)
{
        const struct graph *g = t->g;
        const struct iface *f = &g->ifaces[i];
        const struct node *n = &g->nodes[f->node];

        for (size_t h = n->hook_first; n->iface == i && h != NONE; h = g->hooks[h].next) {
                const struct edge *e = &g->edges[g->hooks[h].edge];
                size_t peer = graph_hook_peer(g, h), other = g->nodes[g->hooks[peer].node].iface;

                if (!t->p->edges[g->hooks[h].edge] || above(t, i) == other ||
                    (above(t, other) == i && e->kind != EDGE_PAIR))
                        continue;
                if (out->length)
                        text_put(out, ", ");
                if (e->kind != EDGE_PAIR) { /* that a pair's hooks are both "ether" goes without saying */
                        text_put_visible(out, g->hooks[h].name);
                        text_put(out, t->p->o->use_ascii ? " - " : " ─ ");
                        put_hook(out, g, peer, f->jail);
                        continue;
                }

                CLEANUP(text_done) struct text word = {0};

                query_put_iface(&word, g, other);
                text_put_visible(out, text_str(&word));
        }
        if (f->peer_state == PEER_OUT_OF_SIGHT)
                text_put(out, "(peer out of sight)");
        else if (f->peer_state == PEER_AMBIGUOUS)
                text_put(out, "(peer ambiguous)");
}

static void fill_row(struct tree *t, struct table_row *r, size_t i)
{
        const struct iface *f = &t->g->ifaces[i];
        const struct loan *l = t->loans[i];
        char mac[MAC_TEXT_SIZE], address[PREFIX_TEXT_SIZE], age[AGE_TEXT_SIZE];
        const char *type = t->g->nodes[f->node].type;

        text_put_visible(&r->cells[CELL_NAME], f->name);
        if (role_is_hidden(f->role))
                text_put(&r->cells[CELL_KIND], "fabric");
        else
                text_put_visible(&r->cells[CELL_KIND], role_has_fabric(f->role) ? type : kind_word(f));
        text_put(&r->cells[CELL_STATE], state_word(f));
        r->paints[CELL_STATE] = iface_is_down(f)       ? PAINT_BAD
                : f->is_running || f->role == ROLE_TEE ? PAINT_GOOD
                                                       : PAINT_WARN;
        if (l) {
                text_putf(&r->cells[CELL_STATE], ", %s %s", _(loan_state_name(l->state)),
                          l->since ? clock_format_age(t->now - l->since, age) : "?");
                r->paints[CELL_STATE] = PAINT_WARN;
        }
        if (f->kind != KIND_LOOPBACK)
                text_put(&r->cells[CELL_MAC], mac_format(f->mac, mac));
        if (f->pin.is_set)
                text_put(&r->cells[CELL_MAC], mac_equal(f->pin, f->mac) ? " pinned" : " not as pinned");
        put_joined(&r->cells[CELL_JOINED], t, i);
        for (size_t k = 0; k < f->address_count; k++)
                text_putf(&r->cells[CELL_ADDRESSES], "%s%s", k ? " " : "", prefix_format(&f->addresses[k], address));
        if (f->alias) {
                text_put(&r->cells[CELL_ADDRESSES], r->cells[CELL_ADDRESSES].length ? "  (" : "(");
                text_put_visible(&r->cells[CELL_ADDRESSES], f->alias);
                text_put_char(&r->cells[CELL_ADDRESSES], ')');
        }
        if (f->warning) {
                text_put(&r->cells[CELL_ADDRESSES], r->cells[CELL_ADDRESSES].length ? "  ! " : "! ");
                text_put_visible(&r->cells[CELL_ADDRESSES], f->warning);
                r->paints[CELL_ADDRESSES] = PAINT_WARN;
        }
}

/* The name of the hook on `up`'s node that leads to i's; NULL. */
static const char *hook_towards(const struct graph *g, size_t up, size_t i)
{
        const struct node *n = &g->nodes[g->ifaces[i].node];

        for (size_t h = n->hook_first; h != NONE; h = g->hooks[h].next) {
                size_t peer = graph_hook_peer(g, h);

                if (g->hooks[peer].node == g->ifaces[up].node)
                        return g->hooks[peer].name;
        }
        return NULL;
}

/* What stands below one interface: ports by number, then VLANs and the like; made once for all, as ranges. */
struct below {
        size_t up, iface;
};

static int compare_below(const void *a, const void *b, void *context)
{
        const struct graph *g = ((const struct tree *)context)->g;
        const struct below *x = a, *y = b;
        unsigned p = g->ifaces[x->iface].port_number, q = g->ifaces[y->iface].port_number;

        if (x->up != y->up)
                return x->up > y->up ? 1 : -1;
        if (p != q)
                return p > q ? 1 : -1;
        return (x->iface > y->iface) - (x->iface < y->iface);
}

static size_t below_first(const struct below *items, size_t count, size_t up)
{
        size_t low = 0, high = count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (items[middle].up < up)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

struct marks {
        const char *tee, *corner, *line, *blank;
};

static const struct marks *marks_of(const struct tree *t)
{
        static const struct marks ascii = {"|- ", "`- ", "|  ", "   "}, unicode = {"├─ ", "└─ ", "│  ", "   "};

        return t->p->o->use_ascii ? &ascii : &unicode;
}

/* What uses interface i (NONE: the jail's stack as a whole) stands below it, each on a row of its own. */
static size_t put_guests(struct tree *t, size_t jail, size_t i, const char *indent)
{
        const struct marks *m = marks_of(t);
        size_t left = 0;

        for (size_t k = 0; k < t->g->guest_count; k++)
                left += t->g->guests[k].jail == jail && guest_uses(&t->g->guests[k], i);
        for (size_t k = 0; indent && k < t->g->guest_count; k++) {
                const struct guest *guest = &t->g->guests[k];

                if (guest->jail != jail || !guest_uses(guest, i))
                        continue;

                struct table_row *r = table_add(&t->table);

                text_putf(&r->cells[CELL_NAME], "%s%s", indent, --left ? m->tee : m->corner);
                if (guest->kind == GUEST_JAIL)
                        text_put_visible(&r->cells[CELL_NAME], guest->name);
                else
                        text_putf(&r->cells[CELL_NAME], "nat %d", guest->number);
                text_put(&r->cells[CELL_KIND], guest_kind_name(guest->kind));
                if (guest->kind == GUEST_JAIL)
                        text_putf(&r->cells[CELL_STATE], "jid %d", guest->number);
                guest_put(&r->cells[CELL_ADDRESSES], guest, i);
        }
        return left;
}

static void put_branch(struct tree *t, const struct below *items, size_t count, size_t i, const char *indent,
                       bool is_last, unsigned depth)
{
        const struct marks *m = marks_of(t);
        struct table_row *r = table_add(&t->table);
        size_t up = above(t, i), first = below_first(items, count, i), end = first;
        const char *hook = up == NONE ? NULL : hook_towards(t->g, up, i);
        CLEANUP(freep) char *deeper = xasprintf("%s%s", indent, is_last ? m->blank : m->line);

        text_putf(&r->cells[CELL_NAME], "%s%s", indent, is_last ? m->corner : m->tee);
        if (hook) {
                text_put_visible(&r->cells[CELL_NAME], hook);
                text_put(&r->cells[CELL_NAME], "  ");
        }
        fill_row(t, r, i);
        if (depth == DEPTH_MAX)
                return;
        while (end < count && items[end].up == i)
                end++;

        size_t guests = put_guests(t, t->g->ifaces[i].jail, i, NULL); /* counted only */

        for (size_t k = first; k < end; k++)
                put_branch(t, items, count, items[k].iface, deeper, k + 1 == end && !guests, depth + 1);
        (void)put_guests(t, t->g->ifaces[i].jail, i, deeper);
}

static void put_jail_row(struct tree *t, size_t jail)
{
        const struct jail *j = &t->g->jails[jail];
        struct table_row *r = table_add(&t->table);

        text_put_visible(&r->cells[CELL_NAME], j->name);
        r->paints[CELL_NAME] = PAINT_STRONG;
        text_putf(&r->cells[CELL_KIND], "jid %d", j->jid);
        r->paints[CELL_KIND] = r->paints[CELL_MAC] = PAINT_DIM;
        text_put(&r->cells[CELL_STATE], _(jail_state_name(j->state)));
        r->paints[CELL_STATE] = j->state == JAIL_ALIVE ? PAINT_DIM : PAINT_WARN;
        if (jail == 0)
                text_put_visible(&r->cells[CELL_MAC], t->g->hostname);
        else
                text_put(&r->cells[CELL_MAC], _(jail_origin_name(j->origin)));
        if (jail != 0 && jail == t->p->o->here)
                text_put(&r->cells[CELL_JOINED], j->warning ? "you are here " : "you are here");
        if (j->warning) {
                text_put(&r->cells[CELL_JOINED], "! ");
                text_put_visible(&r->cells[CELL_JOINED], j->warning);
                r->paints[CELL_JOINED] = PAINT_WARN;
        }
}

static void put_holders(struct tree *t, size_t jail)
{
        const struct jail *j = &t->g->jails[jail];

        for (size_t i = 0; j->state == JAIL_DYING && i < j->holder_count; i++) {
                const struct holder *h = &j->holders[i];
                struct table_row *r = table_add(&t->table);
                struct text *s = &r->cells[CELL_NAME];

                r->is_loose = true;
                r->paints[CELL_NAME] = PAINT_WARN;
                text_putf(s, "   held by %s", _(holder_kind_name(h->kind)));
                if (*h->command) {
                        text_put_char(s, ' ');
                        text_put_visible(s, h->command);
                }
                if (h->pid)
                        text_putf(s, " (%d)", (int)h->pid);
                if (*h->detail) {
                        text_put(s, ": ");
                        text_put_visible(s, h->detail);
                }
        }
}

static struct tree tree_begin(const struct pick *p)
{
        const struct graph *g = p->g;
        struct tree t = {.p = p, .g = g, .now = clock_wall_s()};

        t.loans = xcalloc(g->iface_count, sizeof(void *));
        for (size_t i = g->loan_count; i-- > 0;) /* the open ones stand first, and so win */
                if (g->loans[i].iface_index != NONE && g->loans[i].state != LOAN_RETURNED)
                        t.loans[g->loans[i].iface_index] = &g->loans[i];
        return t;
}

static void tree_end(struct tree *t, struct text *out)
{
        const struct graph *g = t->g;

        table_put(out, &t->table, t->p->o->use_color);
        if (g->partial) {
                text_put(out, "partial view: ");
                text_put_visible(out, g->partial);
                text_put_char(out, '\n');
        }
        for (size_t i = 0; i < g->warning_count; i++) {
                text_put(out, "warning: ");
                text_put_visible(out, g->warnings[i]);
                text_put_char(out, '\n');
        }
        table_done(&t->table);
        free(t->loans);
}

void write_tree(struct text *out, const struct pick *p)
{
        const struct graph *g = p->g;
        struct tree t = tree_begin(p);
        CLEANUP(freep) struct below *items = xcalloc(g->iface_count, sizeof(*items));
        CLEANUP(freep) size_t *roots = xcalloc(g->iface_count, sizeof(*roots));
        size_t count = 0;

        for (size_t i = 0; i < g->iface_count; i++) {
                size_t up = above(&t, i);

                if (up != NONE && is_drawn(&t, i))
                        items[count++] = (struct below){up, i};
        }
        if (count)
                qsort_r(items, count, sizeof(*items), compare_below, &t);
        for (size_t j = 0; j < g->jail_count; j++) {
                size_t root_count = 0;

                if (!p->jails[j])
                        continue;
                put_jail_row(&t, j);
                for (size_t i = g->jails[j].iface_first; i != NONE; i = g->ifaces[i].next)
                        if (is_drawn(&t, i) && above(&t, i) == NONE)
                                roots[root_count++] = i;

                size_t loose = put_guests(&t, j, NONE, NULL);

                for (size_t k = 0; k < root_count; k++)
                        put_branch(&t, items, count, roots[k], "", k + 1 == root_count && !loose, 0);
                if (loose)
                        (void)put_guests(&t, j, NONE, "");
                put_holders(&t, j);
        }
        tree_end(&t, out);
}

/* One line an interface, the jail before its name. */
static void put_list(struct text *out, const struct pick *p)
{
        const struct graph *g = p->g;
        struct tree t = tree_begin(p);

        for (size_t j = 0; j < g->jail_count; j++) {
                if (p->jails[j])
                        put_jail_row(&t, j);
                for (size_t i = p->jails[j] ? g->jails[j].iface_first : NONE; i != NONE; i = g->ifaces[i].next) {
                        if (!is_drawn(&t, i))
                                continue;

                        struct table_row *r = table_add(&t.table);

                        text_put(&r->cells[CELL_NAME], "  ");
                        fill_row(&t, r, i);
                        (void)put_guests(&t, j, i, "  ");
                }
                if (p->jails[j])
                        put_holders(&t, j);
        }
        tree_end(&t, out);
}

void write_text(struct text *out, const struct pick *p)
{
        /* The drawing is of a whole graph; of a part of it the list tells more than boxes. */
        if (!p->o->picture || p->o->object) {
                put_list(out, p);
                return;
        }

        CLEANUP(freep) char *picture = p->o->picture(p->g, p->o->columns > 0 ? p->o->columns : 120, p->o->use_ascii);

        text_put(out, picture);

        /* What the drawing has no room for: who keeps a dying jail, what could not be read, where the reader is. */
        struct tree t = tree_begin(p);

        for (size_t j = 0; j < p->g->jail_count; j++) {
                if (p->g->jails[j].state != JAIL_DYING && (j == 0 || j != p->o->here))
                        continue;
                put_jail_row(&t, j);
                put_holders(&t, j);
        }
        tree_end(&t, out);
}
