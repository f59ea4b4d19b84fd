/* show_dot.c - the graph for Graphviz: jails as clusters, their interfaces in them, hooks at both ends of each edge. */
#include <inttypes.h>
#include <string.h>

#include "ui/cli/show_internal.h"

/* Foreign text inside double quotes. An ampersand would begin an entity, a backslash one of Graphviz's own escapes. */
static void put_label(struct text *t, const char *s)
{
        CLEANUP(text_done) struct text visible = {0};

        text_put_visible(&visible, s);
        for (const char *p = text_str(&visible); *p; p++) {
                if (*p == '"' || *p == '\\')
                        text_put_char(t, '\\');
                if (*p == '&')
                        text_put(t, "&amp;");
                else
                        text_put_char(t, *p);
        }
}

static void put_node(struct text *t, const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];
        const struct iface *f = &g->ifaces[n->iface];
        CLEANUP(text_done) struct text note = {0};
        char address[PREFIX_TEXT_SIZE];

        text_putf(t, "                n%08" PRIx32 " [label=\"", n->id);
        put_label(t, f->name);
        put_node_note(&note, g, node);
        if (note.length) {
                text_put(t, "\\n");
                put_label(t, text_str(&note));
        }
        text_putf(t, "\\n%s %s", n->type, state_word(f));
        for (size_t i = 0; i < f->address_count; i++)
                text_putf(t, "\\n%s", prefix_format(&f->addresses[i], address));
        text_putf(t, "\", shape=%s%s];\n", f->kind == KIND_BRIDGE ? "box3d" : "box", f->is_up ? "" : ", style=dashed");
}

static void put_guest(struct text *t, const struct guest *guest)
{
        CLEANUP(text_done) struct text words = {0};

        text_putf(t, "                n%08" PRIx32 " [label=\"", guest_node_id(guest));
        if (guest->kind == GUEST_JAIL)
                put_label(t, guest->name);
        else
                text_putf(t, "nat %d", guest->number);
        text_putf(t, "\\n%s", guest_kind_name(guest->kind));
        for (size_t k = 0; k < guest->use_count; k++) {
                text_clear(&words);
                guest_put(&words, guest, guest->uses[k].iface);
                if (guest_is_first_use(guest, k))
                        text_putf(t, "\\n%s", text_str(&words));
        }
        text_put(t, "\", shape=oval];\n");
}

static void put_uses(struct text *t, const struct pick *p, const struct guest *guest)
{
        for (size_t k = 0; k < guest->use_count; k++) {
                size_t iface = guest->uses[k].iface;

                if (iface != NONE && p->ifaces[iface] && pick_is_drawn(p, p->g->ifaces[iface].node) &&
                    guest_is_first_use(guest, k))
                        text_putf(t, "        n%08" PRIx32 " -- n%08" PRIx32 " [style=dashed];\n", guest_node_id(guest),
                                  p->g->nodes[p->g->ifaces[iface].node].id);
        }
}

static void put_edge(struct text *t, const struct graph *g, const struct edge *e)
{
        const struct hook *a = &g->hooks[e->a], *b = &g->hooks[e->b];

        text_putf(t, "        n%08" PRIx32 " -- n%08" PRIx32 " [taillabel=\"", g->nodes[a->node].id,
                  g->nodes[b->node].id);
        put_label(t, a->name);
        text_put(t, "\", headlabel=\"");
        put_label(t, b->name);
        text_put(t, "\"];\n");
}

void write_dot(struct text *t, const struct pick *p)
{
        const struct graph *g = p->g;

        text_put(t, "graph jailnet {\n");
        text_put(t, "        graph [rankdir=LR, fontname=\"sans-serif\", labelloc=t, label=\"");
        put_label(t, g->hostname);
        text_put(t, "\"];\n");
        text_put(t, "        node [fontname=\"sans-serif\", fontsize=11];\n");
        text_put(t, "        edge [fontname=\"sans-serif\", fontsize=9];\n");
        for (size_t j = 0; j < g->jail_count; j++) {
                const struct jail *jail = &g->jails[j];

                if (!p->jails[j])
                        continue;
                text_putf(t, "        subgraph cluster_%d {\n                label=\"", jail->jid);
                put_label(t, jail->name);
                if (jail->state != JAIL_ALIVE)
                        text_putf(t, " (%s)", jail_state_name(jail->state));
                text_putf(t, "\";\n                style=\"rounded%s\";\n", jail->state == JAIL_ALIVE ? "" : ",dashed");
                for (size_t i = jail->iface_first; i != NONE; i = g->ifaces[i].next)
                        if (g->nodes[g->ifaces[i].node].iface == i && pick_is_drawn(p, g->ifaces[i].node))
                                put_node(t, g, g->ifaces[i].node);
                for (size_t k = 0; k < g->guest_count; k++)
                        if (g->guests[k].jail == j)
                                put_guest(t, &g->guests[k]);
                text_put(t, "        }\n");
        }
        for (size_t e = 0; e < g->edge_count; e++)
                if (p->edges[e] && pick_is_drawn(p, g->hooks[g->edges[e].a].node) &&
                    pick_is_drawn(p, g->hooks[g->edges[e].b].node))
                        put_edge(t, g, &g->edges[e]);
        for (size_t k = 0; k < g->guest_count; k++)
                if (p->jails[g->guests[k].jail])
                        put_uses(t, p, &g->guests[k]);
        text_put(t, "}\n");
}
