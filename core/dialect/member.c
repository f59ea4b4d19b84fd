/* member.c - bridges' members, with the host's stack behind them. */
#include "core/dialect/member.h"

size_t dialect_master(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return role_has_fabric(i->role) && i->peer != NONE ? g->ifaces[i->peer].master : i->master;
}

static bool has_addresses(const struct iface *i)
{
        for (size_t k = 0; k < i->address_count; k++)
                if (!prefix_is_link_local(&i->addresses[k]))
                        return true;
        return false;
}

static const char *hook_word(struct dialect *d, const struct graph *g, size_t iface, const char *hook)
{
        CLEANUP(freep) char *word = xasprintf("[%x]:%s", g->nodes[g->ifaces[iface].node].id, hook);

        return arena_strdup(&d->arena, word);
}

int dialect_add_member(struct dialect *d, const char *who, size_t bridge, size_t iface, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = &g->ifaces[iface], *b = &g->ifaces[bridge];
        const char *word = dialect_word(d, i->jail, i->name), *bridge_word = dialect_word(d, b->jail, b->name);
        bool goes_along = !role_has_fabric(i->role) && has_addresses(i);

        if (!goes_along)
                return dialect_add(d, e, "attach", word, bridge_word, NULL);

        int r = dialect_add(d, e, "attach", word, bridge_word, "--upper", NULL);

        if (r == 0)
                dialect_say(d, "%s: %s: its addresses are %s's from now on: Linux does not answer on a member", who,
                            word, bridge_word);
        return r;
}

int dialect_answer_on_member(struct dialect *d, const char *who, size_t iface, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = &g->ifaces[iface];
        size_t bridge = role_has_fabric(i->role) ? NONE : i->master;

        if (bridge == NONE || g->ifaces[bridge].kind != KIND_BRIDGE || graph_find_hook(g, i->node, "upper") != NONE)
                return 0;
        dialect_say(d, "%s: %s: is a member of %s, which gets the address: Linux does not answer on a member", who,
                    dialect_word(d, i->jail, i->name), dialect_word(d, i->jail, g->ifaces[bridge].name));
        return dialect_add(d, e, "connect", hook_word(d, g, iface, "upper"), hook_word(d, g, bridge, "link"), NULL);
}

int dialect_remove_member(struct dialect *d, size_t iface, struct err *e)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = &g->ifaces[iface];
        const char *word = dialect_word(d, i->jail, i->name), *upper = hook_word(d, g, iface, "upper");
        bool has_upper = graph_find_hook(g, i->node, "upper") != NONE;
        int r = dialect_add(d, e, "detach", word, NULL);

        return r == 0 && has_upper ? dialect_add(d, e, "disconnect", upper, NULL) : r;
}
