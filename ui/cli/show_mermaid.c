/* show_mermaid.c - the graph as a Mermaid flowchart, for pages that draw it: jails as subgraphs. */
#include <inttypes.h>
#include <string.h>

#include "ui/cli/show_internal.h"

/*
 * Foreign text inside double quotes. Mermaid acts on more than quotes there (directives, markdown, HTML, icons): all
 * but plain characters become character codes, which it draws as themselves.
 */
static void put_label(struct text *t, const char *s)
{
        static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/.,= ";
        CLEANUP(text_done) struct text visible = {0};

        text_put_visible(&visible, s);
        for (const char *p = text_str(&visible); *p; p++) {
                if ((unsigned char)*p >= 0x80 || strchr(plain, *p))
                        text_put_char(t, *p);
                else
                        text_putf(t, "#%u;", (unsigned)(unsigned char)*p);
        }
}

static void put_node(struct text *t, const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];
        const struct iface *f = &g->ifaces[n->iface];
        CLEANUP(text_done) struct text note = {0};
        char address[PREFIX_TEXT_SIZE];

        text_putf(t, "    n%08" PRIx32 "%s\"", n->id, f->kind == KIND_BRIDGE ? "[[" : "[");
        put_label(t, f->name);
        put_node_note(&note, g, node);
        if (note.length) {
                text_put(t, "<br/>");
                put_label(t, text_str(&note));
        }
        text_putf(t, "<br/>%s %s", n->type, state_word(f));
        for (size_t i = 0; i < f->address_count; i++)
                text_putf(t, "<br/>%s", prefix_format(&f->addresses[i], address));
        text_putf(t, "\"%s\n", f->kind == KIND_BRIDGE ? "]]" : "]");
}

static void put_guest(struct text *t, const struct guest *guest)
{
        CLEANUP(text_done) struct text words = {0};

        text_putf(t, "    n%08" PRIx32 "([\"", guest_node_id(guest));
        if (guest->kind == GUEST_JAIL)
                put_label(t, guest->name);
        else
                text_putf(t, "nat %d", guest->number);
        text_putf(t, "<br/>%s", guest_kind_name(guest->kind));
        for (size_t k = 0; k < guest->use_count; k++) {
                text_clear(&words);
                guest_put(&words, guest, guest->uses[k].iface);
                if (guest_is_first_use(guest, k))
                        text_putf(t, "<br/>%s", text_str(&words));
        }
        text_put(t, "\"])\n");
}

static void put_uses(struct text *t, const struct pick *p, const struct guest *guest)
{
        for (size_t k = 0; k < guest->use_count; k++) {
                size_t iface = guest->uses[k].iface;

                if (iface != NONE && p->ifaces[iface] && pick_is_drawn(p, p->g->ifaces[iface].node) &&
                    guest_is_first_use(guest, k))
                        text_putf(t, "  n%08" PRIx32 " -.- n%08" PRIx32 "\n", guest_node_id(guest),
                                  p->g->nodes[p->g->ifaces[iface].node].id);
        }
}

static void put_edge(struct text *t, const struct graph *g, const struct edge *e)
{
        const struct hook *a = &g->hooks[e->a], *b = &g->hooks[e->b];

        text_putf(t, "  n%08" PRIx32 " ---|\"", g->nodes[a->node].id);
        put_label(t, a->name);
        text_put(t, " - ");
        put_label(t, b->name);
        text_putf(t, "\"| n%08" PRIx32 "\n", g->nodes[b->node].id);
}

void write_mermaid(struct text *t, const struct pick *p)
{
        const struct graph *g = p->g;
        CLEANUP(freep) struct text *jails = xcalloc(g->jail_count, sizeof(*jails));

        for (size_t n = 0; n < g->node_count; n++)
                if (pick_is_drawn(p, n))
                        put_node(&jails[g->ifaces[g->nodes[n].iface].jail], g, n);
        for (size_t k = 0; k < g->guest_count; k++)
                if (p->jails[g->guests[k].jail])
                        put_guest(&jails[g->guests[k].jail], &g->guests[k]);

        text_put(t, "flowchart LR\n");
        for (size_t j = 0; j < g->jail_count; j++) {
                if (p->jails[j] && !jails[j].length) { /* an empty subgraph is a syntax error */
                        text_putf(t, "  jail%d[\"", g->jails[j].jid);
                        put_label(t, g->jails[j].name);
                        text_put(t, "\"]\n");
                } else if (jails[j].length) {
                        text_putf(t, "  subgraph jail%d[\"", g->jails[j].jid);
                        put_label(t, g->jails[j].name);
                        if (g->jails[j].state != JAIL_ALIVE)
                                text_putf(t, " - %s", jail_state_name(g->jails[j].state));
                        text_put(t, "\"]\n");
                        text_put(t, text_str(&jails[j]));
                        text_put(t, "  end\n");
                }
                text_done(&jails[j]);
        }
        for (size_t e = 0; e < g->edge_count; e++)
                if (p->edges[e] && pick_is_drawn(p, g->hooks[g->edges[e].a].node) &&
                    pick_is_drawn(p, g->hooks[g->edges[e].b].node))
                        put_edge(t, g, &g->edges[e]);
        for (size_t k = 0; k < g->guest_count; k++)
                if (p->jails[g->guests[k].jail])
                        put_uses(t, p, &g->guests[k]);
}
