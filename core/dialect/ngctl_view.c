/*
 * ngctl_view.c - the netgraph of one jail as ngctl sees it: the graph's nodes, and ngctl's own socket node among them.
 *
 * The socket node and its hooks are no kernel objects. A hook that only it holds is free for real edges.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"
#include "core/graph/path.h"

bool ngview_shows(struct ngctl *n, size_t node)
{
        const struct graph *g = dialect_graph(n->d);
        const struct node *x = &g->nodes[node];

        if (x->jail != dialect_jail(n->d))
                return false;
        return x->iface == NONE || g->ifaces[x->iface].kind != KIND_LOOPBACK;
}

const char *ngview_name(struct ngctl *n, struct place p)
{
        return p.is_own ? n->name : dialect_graph(n->d)->nodes[p.node].name;
}

const char *ngview_type(struct ngctl *n, struct place p)
{
        return p.is_own ? "socket" : dialect_graph(n->d)->nodes[p.node].type;
}

uint32_t ngview_id(struct ngctl *n, struct place p)
{
        return p.is_own ? n->id : dialect_graph(n->d)->nodes[p.node].id;
}

bool ngview_same(struct place a, struct place b)
{
        return a.is_own == b.is_own && (a.is_own || a.node == b.node);
}

void ngview_put_node(struct text *t, struct ngctl *n, struct place p)
{
        if (p.is_own) {
                text_put_visible(t, n->name);
        } else {
                const struct node *x = &dialect_graph(n->d)->nodes[p.node];

                if (x->name)
                        text_put_visible(t, x->name);
                else if (graph_find_node(n->d->live, x->id) == NONE) /* its id is foretold, and may be another */
                        text_putf(t, "the new %s", x->type);
                else
                        text_putf(t, "[%" PRIx32 "]", x->id);
        }
        text_put_char(t, ':');
}

size_t ngview_node_named(struct ngctl *n, const char *name)
{
        size_t node = graph_find_node_named(dialect_graph(n->d), dialect_jail(n->d), name);

        return node != NONE && ngview_shows(n, node) ? node : NONE;
}

/* -- The socket node's hooks ------------------------------------------------------------------------------------- */

size_t own_peer(struct ngctl *n, const struct own_edge *edge)
{
        size_t node = graph_find_node(dialect_graph(n->d), edge->peer);

        return node != NONE && ngview_shows(n, node) ? node : NONE;
}

void own_remove(struct ngctl *n, const struct own_edge *edge)
{
        size_t at = (size_t)(edge - n->edges);

        memmove(n->edges + at, n->edges + at + 1, (n->edge_count - at - 1) * sizeof(*n->edges));
        n->edge_count--;
}

void own_forget(struct ngctl *n, uint32_t node)
{
        for (size_t i = n->edge_count; i-- > 0;)
                if (n->edges[i].peer == node)
                        own_remove(n, &n->edges[i]);
}

void own_add(struct ngctl *n, const char *hook, size_t peer, const char *peer_hook)
{
        const struct graph *g = dialect_graph(n->d);
        const struct node *x = &g->nodes[peer];
        struct own_edge edge = {.peer = x->id, .is_new = graph_find_node(n->d->live, x->id) == NONE};

        for (size_t i = n->edge_count; i-- > 0;)
                if (strcmp(n->edges[i].hook, hook) == 0)
                        own_remove(n, &n->edges[i]);
        (void)str_copy(edge.hook, sizeof(edge.hook), hook);
        (void)str_copy(edge.peer_hook, sizeof(edge.peer_hook), peer_hook);
        (void)str_copy(edge.name, sizeof(edge.name), x->name ? x->name : "");
        if (x->iface != NONE) {
                const struct iface *f = &g->ifaces[x->iface];

                (void)str_copy(edge.jail, sizeof(edge.jail), g->jails[f->jail].name);
                (void)str_copy(edge.iface, sizeof(edge.iface), f->name);
        }
        n->edges = array_grow(n->edges, &n->edge_capacity, n->edge_count, sizeof(*n->edges));
        memmove(n->edges + 1, n->edges, n->edge_count * sizeof(*n->edges));
        n->edges[0] = edge;
        n->edge_count++;
}

/* The node that an edge was joined to before the graph was taken anew. */
static size_t find_again(struct ngctl *n, const struct own_edge *edge)
{
        const struct graph *g = dialect_graph(n->d);
        size_t jail = edge->jail[0] ? graph_find_jail(g, edge->jail) : NONE;
        size_t iface = jail == NONE ? NONE : graph_find_iface_in(g, jail, edge->iface);

        if (!edge->is_new)
                return graph_find_node(g, edge->peer);
        if (iface != NONE)
                return g->ifaces[iface].node;
        return edge->name[0] ? ngview_node_named(n, edge->name) : NONE;
}

void ngctl_begin(struct ngctl *n, struct dialect *d)
{
        n->d = d;
        for (size_t i = n->edge_count; i-- > 0;) {
                struct own_edge *edge = &n->edges[i];
                size_t node = find_again(n, edge);
                const struct graph *g = dialect_graph(d);

                /* What somebody else has joined meanwhile, or taken away, holds. */
                if (node == NONE || !ngview_shows(n, node) || graph_find_hook(g, node, edge->peer_hook) != NONE)
                        own_remove(n, edge);
                else {
                        edge->peer = g->nodes[node].id;
                        edge->is_new = false;
                }
        }
}

/* -- Hooks ------------------------------------------------------------------------------------------------------- */

static struct view_hook real_hook(struct ngctl *n, size_t hook)
{
        const struct graph *g = dialect_graph(n->d);
        size_t peer = graph_hook_peer(g, hook);

        return (struct view_hook){
                .name = g->hooks[hook].name,
                .peer = {.node = g->hooks[peer].node},
                .peer_hook = g->hooks[peer].name,
                .hook = hook,
        };
}

/* From the socket node's side. */
static struct view_hook own_hook(struct ngctl *n, const struct own_edge *edge)
{
        return (struct view_hook){
                .name = edge->hook,
                .peer = {.node = own_peer(n, edge)},
                .peer_hook = edge->peer_hook,
                .hook = NONE,
                .own = edge,
        };
}

/* From the side of its peer. */
static struct view_hook held_hook(const struct own_edge *edge)
{
        return (struct view_hook){
                .name = edge->peer_hook,
                .peer = HERE,
                .peer_hook = edge->hook,
                .hook = NONE,
                .own = edge,
        };
}

/* Is the edge one of the place's, from which side? */
static bool is_edge_of(struct ngctl *n, const struct own_edge *edge, struct place p)
{
        size_t peer = own_peer(n, edge);

        return peer != NONE && (p.is_own || peer == p.node);
}

struct view_hook *ngview_hooks(struct ngctl *n, struct place p, size_t *ret_count)
{
        const struct graph *g = dialect_graph(n->d);
        size_t real = p.is_own ? 0 : g->nodes[p.node].hook_count, count = 0;
        struct view_hook *hooks = xcalloc(real + n->edge_count + 1, sizeof(*hooks));

        for (size_t i = 0; i < n->edge_count; i++)
                if (is_edge_of(n, &n->edges[i], p))
                        hooks[count++] = p.is_own ? own_hook(n, &n->edges[i]) : held_hook(&n->edges[i]);
        *ret_count = count + real;
        for (size_t h = real ? g->nodes[p.node].hook_first : NONE; h != NONE; h = g->hooks[h].next)
                hooks[count + --real] = real_hook(n, h); /* the newest first */
        return hooks;
}

int ngview_find_hook(struct ngctl *n, struct place p, const char *name, struct view_hook *ret)
{
        const struct graph *g = dialect_graph(n->d);
        size_t hook = p.is_own ? NONE : graph_find_hook(g, p.node, name);

        /* ng_ether's older name of lower */
        if (hook == NONE && !p.is_own && strcmp(name, "divert") == 0 && strcmp(g->nodes[p.node].type, "ether") == 0)
                hook = graph_find_hook(g, p.node, "lower");
        if (hook != NONE) {
                *ret = real_hook(n, hook);
                return 0;
        }
        for (size_t i = 0; i < n->edge_count; i++) {
                const struct own_edge *edge = &n->edges[i];

                if (!is_edge_of(n, edge, p) || strcmp(p.is_own ? edge->hook : edge->peer_hook, name) != 0)
                        continue;
                *ret = p.is_own ? own_hook(n, edge) : held_hook(edge);
                return 0;
        }
        return -ENOENT;
}

/* -- Addresses --------------------------------------------------------------------------------------------------- */

static int find_start(struct ngctl *n, struct place from, const struct path_parts *parts, struct place *ret)
{
        char name[NODE_NAME_SIZE];
        uint32_t id;
        size_t node;

        if (!parts->node || (parts->node_length == 1 && parts->node[0] == '.')) {
                *ret = from;
                return 0;
        }
        if (parts->node_length >= sizeof(name))
                return -ENOENT;
        memcpy(name, parts->node, parts->node_length);
        name[parts->node_length] = '\0';

        bool is_id = path_parse_id(name, &id);

        if (is_id ? id == n->id : strcmp(name, n->name) == 0) {
                *ret = HERE;
                return 0;
        }
        node = is_id ? graph_find_node(dialect_graph(n->d), id) : ngview_node_named(n, name);
        if (node == NONE || !ngview_shows(n, node))
                return -ENOENT;
        *ret = (struct place){.node = node};
        return 0;
}

int ngview_resolve(struct ngctl *n, struct place from, const char *address, struct place *ret)
{
        struct path_parts parts;
        struct place at = {0};
        int r = path_split(address, &parts);

        if (r == 0)
                r = find_start(n, from, &parts, &at);
        for (const char *s = parts.hooks, *end = r == 0 ? s + parts.hooks_length : s; r == 0 && s < end;) {
                const char *dot = memchr(s, '.', (size_t)(end - s));
                size_t length = (size_t)((dot ? dot : end) - s);
                char name[HOOK_NAME_SIZE];
                struct view_hook hook = {0};

                if (length >= sizeof(name))
                        return -ENOENT;
                memcpy(name, s, length);
                name[length] = '\0';
                r = ngview_find_hook(n, at, name, &hook);
                if (r == 0)
                        at = hook.peer;
                s += length + (dot ? 1 : 0);
        }
        if (r == -ENOENT && !n->d->is_strict && !parts.node && *address) {
                size_t node = ngview_node_named(n, address);
                bool is_own = strcmp(address, n->name) == 0;

                if (node != NONE || is_own) {
                        say_meaning(n, "%s: taken for the node %s: (a node's name ends in a colon)", address, address);
                        *ret = is_own ? HERE : (struct place){.node = node};
                        return 0;
                }
        }
        if (r == 0)
                *ret = at;
        return r;
}

const char *ngview_word(struct ngctl *n, size_t node, const char *hook)
{
        CLEANUP(freep)
        char *word =
                xasprintf("[%" PRIx32 "]%s%s", dialect_graph(n->d)->nodes[node].id, hook ? ":" : "", hook ? hook : "");

        return arena_strdup(&n->d->arena, word);
}
