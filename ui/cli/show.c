/* show.c - which writer, and which part of the graph. */
#include "ui/cli/show.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/graph/path.h"
#include "ui/cli/show_internal.h"

static const char *const format_words[] = {[SHOW_TEXT] = "text", [SHOW_TREE] = "tree",       [SHOW_JSON] = "json",
                                           [SHOW_DOT] = "dot",   [SHOW_MERMAID] = "mermaid", [SHOW_SVG] = "svg"};

int show_format_parse(const char *word, enum show_format *ret, struct err *e)
{
        for (size_t i = 0; i < ARRAY_SIZE(format_words); i++) {
                if (strcmp(word, format_words[i]) == 0) {
                        *ret = (enum show_format)i;
                        return 0;
                }
        }
        return err_set(e, -EINVAL, "%s: no such format; choose text, tree, json, dot, mermaid or svg", word);
}

const char *kind_word(const struct iface *f)
{
        switch (f->kind) {
        case KIND_PHYSICAL: return "physical";
        case KIND_LOOPBACK: return "loopback";
        case KIND_VETH: return "veth";
        case KIND_BRIDGE: return "bridge";
        case KIND_VLAN: return "vlan";
        case KIND_MACVLAN: return "macvlan";
        case KIND_MACVTAP: return "macvtap";
        case KIND_IPVLAN: return "ipvlan";
        case KIND_VXLAN: return "vxlan";
        case KIND_TUN: return "tun";
        case KIND_TAP: return "tap";
        case KIND_BOND: return "bond";
        case KIND_DUMMY: return "dummy";
        case KIND_IFB: return "ifb";
        case KIND_OTHER: break;
        }
        return f->kind_name[0] ? f->kind_name : "other";
}

const char *state_word(const struct iface *f)
{
        if (f->role == ROLE_TEE)
                return "passes";
        if (!f->is_up)
                return "down";
        return f->is_running ? "up" : "no carrier";
}

void put_node_name(struct text *t, const struct graph *g, size_t node)
{
        if (g->nodes[node].name)
                text_put(t, g->nodes[node].name);
        else
                text_putf(t, "[%08" PRIx32 "]", g->nodes[node].id);
}

void put_node_note(struct text *t, const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];
        const struct iface *f = &g->ifaces[n->iface];
        char usual[NODE_NAME_SIZE];

        path_node_name(f->name, usual);
        if (!n->name || (n->jail == f->jail && strcmp(n->name, usual) == 0))
                return;
        text_put(t, "node ");
        if (n->jail != f->jail)
                text_putf(t, "%s/", g->jails[n->jail].name);
        text_put(t, n->name);
}

bool pick_is_drawn(const struct pick *p, size_t node)
{
        return p->nodes[node] && (p->o->is_raw || !iface_is_hidden(&p->g->ifaces[p->g->nodes[node].iface]));
}

/* The edges at a node, of those kinds (a set of bits), and the nodes at their other ends. */
static void take_edges(struct pick *p, size_t node, unsigned kinds, size_t *reached, size_t *reached_count)
{
        const struct graph *g = p->g;
        const struct node *n = &g->nodes[node];

        for (size_t h = n->hook_first; h != NONE; h = g->hooks[h].next) {
                size_t edge = g->hooks[h].edge, other = g->hooks[graph_hook_peer(g, h)].node;

                if (!(kinds & 1u << g->edges[edge].kind))
                        continue;
                p->edges[edge] = true;
                if (!p->nodes[other]) {
                        p->nodes[other] = true;
                        if (reached)
                                reached[(*reached_count)++] = other;
                }
        }
}

/* The nodes of an object; then their neighbours; and behind the other end of a pair the bridge that it is a port of. */
static void take_object(struct pick *p, struct object o)
{
        static const unsigned all = ~0u, ports = 1u << EDGE_PORT | 1u << EDGE_MEMBER;
        const struct graph *g = p->g;
        CLEANUP(freep) size_t *seeds = xcalloc(g->node_count, sizeof(*seeds));
        CLEANUP(freep) size_t *reached = xcalloc(g->node_count, sizeof(*reached));
        size_t seed_count = 0, reached_count = 0;

        for (size_t n = 0; n < g->node_count; n++) {
                bool is_seed = false;

                switch (o.type) {
                case OBJECT_NONE: break;
                case OBJECT_JAIL:
                        is_seed = g->nodes[n].jail == o.index || g->ifaces[g->nodes[n].iface].jail == o.index;
                        break;
                case OBJECT_IFACE: is_seed = g->ifaces[o.index].node == n; break;
                case OBJECT_NODE: is_seed = o.index == n; break;
                }
                p->nodes[n] = is_seed;
                if (is_seed)
                        seeds[seed_count++] = n;
        }
        for (size_t i = 0; i < seed_count; i++)
                take_edges(p, seeds[i], all, reached, &reached_count);
        for (size_t i = 0; i < reached_count; i++)
                if (g->ifaces[g->nodes[reached[i]].iface].kind == KIND_VETH)
                        take_edges(p, reached[i], ports, NULL, NULL);
        if (o.type == OBJECT_JAIL)
                p->jails[o.index] = true;
}

static void take_all(struct pick *p)
{
        const struct graph *g = p->g;

        for (size_t i = 0; i < g->jail_count; i++)
                p->jails[i] = true;
        for (size_t i = 0; i < g->node_count; i++)
                p->nodes[i] = true;
        for (size_t i = 0; i < g->edge_count; i++)
                p->edges[i] = true;
}

int pick_make(struct pick *p, const struct graph *g, const struct show_options *o, struct err *e)
{
        struct object object = {0};

        if (o->object) {
                int r = query_object(g, o->object, &object, e);

                if (r < 0)
                        return r;
        }
        *p = (struct pick){
                .g = g,
                .o = o,
                .jails = xcalloc(g->jail_count, sizeof(bool)),
                .ifaces = xcalloc(g->iface_count, sizeof(bool)),
                .nodes = xcalloc(g->node_count, sizeof(bool)),
                .edges = xcalloc(g->edge_count, sizeof(bool)),
                .loans = xcalloc(g->loan_count, sizeof(bool)),
        };
        if (o->object)
                take_object(p, object);
        else
                take_all(p);
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];
                bool is_hidden_end = role_is_hidden(f->role) && iface_is_hidden(f);

                p->ifaces[i] = p->nodes[f->node] && (o->is_raw || !is_hidden_end);
        }
        for (size_t n = 0; n < g->node_count; n++)
                if (p->nodes[n])
                        p->jails[g->nodes[n].jail] = p->jails[g->ifaces[g->nodes[n].iface].jail] = true;
        for (size_t i = 0; i < g->loan_count; i++)
                p->loans[i] = !o->object || (g->loans[i].iface_index != NONE && p->ifaces[g->loans[i].iface_index]) ||
                        (object.type == OBJECT_JAIL && g->loans[i].jail == object.index);
        return 0;
}

void pick_done(struct pick *p)
{
        free(p->jails);
        free(p->ifaces);
        free(p->nodes);
        free(p->edges);
        free(p->loans);
        *p = (struct pick){0};
}

int show_write(const struct graph *g, enum show_format f, const struct show_options *o, FILE *out, struct err *e)
{
        CLEANUP(pick_done) struct pick p = {0};
        CLEANUP(text_done) struct text t = {0};
        int r = pick_make(&p, g, o, e);

        if (r < 0)
                return r;
        switch (f) {
        case SHOW_TEXT: write_text(&t, &p); break;
        case SHOW_TREE: write_tree(&t, &p); break;
        case SHOW_JSON: r = write_json(out, &p); break;
        case SHOW_DOT: write_dot(&t, &p); break;
        case SHOW_MERMAID: write_mermaid(&t, &p); break;
        case SHOW_SVG: write_svg(&t, &p); break;
        }
        if (r < 0 || fputs(text_str(&t), out) < 0 || fflush(out) != 0)
                return err_set(e, -EIO, "the picture cannot be written; see whether the disk is full");
        return 0;
}
