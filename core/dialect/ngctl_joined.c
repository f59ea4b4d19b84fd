/* ngctl_joined.c - which edges the lines of a script ask for, and which nodes they made: told by names at its end. */
#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

void joined_note(struct ngctl *n, uint32_t node, const char *hook, bool is_new)
{
        struct joined one = {.node = node, .is_new = is_new};

        if (!n->only_adds)
                return;
        (void)str_copy(one.hook, sizeof(one.hook), hook); /* cut as the hook's name is */
        n->joined = array_grow(n->joined, &n->joined_capacity, n->joined_count, sizeof(*n->joined));
        n->joined[n->joined_count++] = one;
}

void joined_note_made(struct ngctl *n, size_t node)
{
        if (!n->only_adds || node == NONE)
                return;
        n->made = array_grow(n->made, &n->made_capacity, n->made_count, sizeof(*n->made));
        n->made[n->made_count++] = dialect_graph(n->d)->nodes[node].id;
}

bool ngctl_has_made(struct ngctl *n, const char *name)
{
        size_t node = ngview_node_named(n, name);

        for (size_t k = 0; node != NONE && k < n->made_count; k++)
                if (n->made[k] == dialect_graph(n->d)->nodes[node].id)
                        return true;
        return false;
}

void ngctl_each_joined(struct ngctl *n, void (*fn)(void *user, const char *a, const char *b, bool is_new), void *user)
{
        const struct graph *g = dialect_graph(n->d);

        for (size_t k = 0; k < n->joined_count; k++) {
                size_t node = graph_find_node(g, n->joined[k].node);
                size_t hook = node == NONE ? NONE : graph_find_hook(g, node, n->joined[k].hook);
                size_t peer = hook == NONE ? NONE : graph_hook_peer(g, hook);
                const struct node *other = peer == NONE ? NULL : &g->nodes[g->hooks[peer].node];

                if (!other || !other->name || !g->nodes[node].name)
                        continue;

                CLEANUP(freep) char *a = xasprintf("%s:%s", g->nodes[node].name, g->hooks[hook].name);
                CLEANUP(freep) char *b = xasprintf("%s:%s", other->name, g->hooks[peer].name);

                fn(user, a, b, n->joined[k].is_new);
        }
}

const char *ngctl_name_at(struct ngctl *n, const char *address)
{
        struct place at = {0};

        if (ngview_resolve(n, HERE, address, &at) < 0 || at.is_own)
                return NULL;
        return arena_strdup(&n->d->arena, ngview_name(n, at));
}

void ngctl_note_made(struct ngctl *n, const char *name)
{
        joined_note_made(n, ngview_node_named(n, name));
}
