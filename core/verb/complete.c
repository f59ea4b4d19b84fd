/* complete.c - what could stand in an argument's place, from the live graph: for forms, the palette and shells. */
#include "core/verb/verb.h"

#include <string.h>

#include "core/graph/free_address.h"
#include "core/graph/names.h"

struct completion {
        const char *prefix;
        size_t max, count;
        void (*fn)(void *user, const char *word);
        void *user;
};

static void offer(struct completion *c, const char *word)
{
        if (c->count >= c->max || !str_has_prefix(word, c->prefix))
                return;
        c->fn(c->user, word);
        c->count++;
}

static void offer_jails(struct completion *c, const struct graph *g)
{
        for (size_t i = 0; i < g->jail_count; i++) {
                if (g->jails[i].state == JAIL_ALIVE)
                        offer(c, g->jails[i].name);
        }
}

static void offer_iface(struct completion *c, const struct graph *g, size_t iface)
{
        CLEANUP(text_done) struct text t = {0};

        query_put_iface(&t, g, iface);
        offer(c, text_str(&t));
}

static bool is_bridge(const struct iface *i)
{
        return i->kind == KIND_BRIDGE;
}

/* Those that fit; NULL: all. */
static void offer_ifaces(struct completion *c, const struct graph *g, bool (*fits)(const struct iface *i))
{
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                if (iface_is_hidden(f) || (fits && !fits(f)))
                        continue;
                offer_iface(c, g, i);
        }
}

/* A node is written by its name where that says which one is meant, else by its id. */
static void put_node(struct text *t, const struct graph *g, size_t node)
{
        const struct node *n = &g->nodes[node];
        size_t same = 0;

        if (n->name) {
                for (size_t i = 0; i < g->node_count; i++)
                        same += g->nodes[i].name && strcmp(g->nodes[i].name, n->name) == 0;
        }
        if (same == 1)
                text_put(t, n->name);
        else
                text_putf(t, "[%08x]", n->id);
}

static void offer_nodes(struct completion *c, const struct graph *g)
{
        for (size_t i = 0; i < g->node_count; i++) {
                CLEANUP(text_done) struct text t = {0};

                put_node(&t, g, i);
                offer(c, text_str(&t));
        }
}

static void offer_hook(struct completion *c, const struct graph *g, size_t node, const char *hook)
{
        CLEANUP(text_done) struct text t = {0};

        put_node(&t, g, node);
        text_putf(&t, ":%s", hook);
        offer(c, text_str(&t));
}

/* The hooks that are there, and those that the node's type would take. */
static void offer_hooks(struct completion *c, const struct graph *g)
{
        for (size_t i = 0; i < g->node_count; i++) {
                const struct node *n = &g->nodes[i];

                for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next)
                        offer_hook(c, g, i, g->hooks[k].name);
                if (strcmp(n->type, "bridge") == 0) {
                        offer_hook(c, g, i, "link");
                } else if (strcmp(n->type, "hub") == 0) {
                        offer_hook(c, g, i, "hook");
                } else if (strcmp(n->type, "eiface") == 0) {
                        if (graph_find_hook(g, i, "ether") == NONE)
                                offer_hook(c, g, i, "ether");
                } else if (strcmp(n->type, "tee") == 0) {
                        static const char *const hooks[] = {"left", "right", "left2right", "right2left"};

                        for (size_t k = 0; k < ARRAY_SIZE(hooks); k++)
                                if (graph_find_hook(g, i, hooks[k]) == NONE)
                                        offer_hook(c, g, i, hooks[k]);
                } else if (n->iface != NONE && g->ifaces[n->iface].role == ROLE_VLAN) {
                        if (graph_find_hook(g, i, "downstream") == NONE)
                                offer_hook(c, g, i, "downstream");
                        if (graph_find_hook(g, i, "nomatch") == NONE)
                                offer_hook(c, g, i, "nomatch");
                        offer_hook(c, g, i, "vlan");
                } else if (strcmp(n->type, "nat") == 0) {
                        if (graph_find_hook(g, i, "in") == NONE)
                                offer_hook(c, g, i, "in");
                        if (graph_find_hook(g, i, "out") == NONE)
                                offer_hook(c, g, i, "out");
                } else if (strcmp(n->type, "lagg") == 0) {
                        offer_hook(c, g, i, "link");
                } else if (strcmp(n->type, "one2many") == 0) {
                        offer_hook(c, g, i, "many");
                        if (graph_find_hook(g, i, "one") == NONE)
                                offer_hook(c, g, i, "one");
                } else if (strcmp(n->type, "iface") == 0 && n->iface != NONE &&
                           g->ifaces[n->iface].role == ROLE_IFACE) {
                        if (!n->hook_count) {
                                offer_hook(c, g, i, "inet");
                                offer_hook(c, g, i, "inet6");
                        }
                } else if (strcmp(n->type, "ether") == 0) {
                        if (graph_find_hook(g, i, "lower") == NONE)
                                offer_hook(c, g, i, "lower");
                        if (graph_find_hook(g, i, "upper") == NONE)
                                offer_hook(c, g, i, "upper");
                        if (graph_find_hook(g, i, "orphans") == NONE && graph_find_hook(g, i, "lower") == NONE)
                                offer_hook(c, g, i, "orphans");
                }
        }
}

static void offer_choices(struct completion *c, const char *choices)
{
        while (*choices) {
                size_t n = strcspn(choices, "|");
                CLEANUP(freep) char *word = xstrndup(choices, n);

                offer(c, word);
                choices += n + (choices[n] == '|');
        }
}

static void offer_addresses_of(struct completion *c, const struct iface *f)
{
        char buf[PREFIX_TEXT_SIZE];

        for (size_t k = 0; k < f->address_count; k++) {
                if (!prefix_is_link_local(&f->addresses[k]))
                        offer(c, prefix_format(&f->addresses[k], buf));
        }
}

/* The interface whose network a request is about; NONE: it does not tell. */
static size_t iface_meant(const struct intent *rest, const struct graph *g)
{
        const char *word = NULL;
        size_t iface;

        if (rest && rest->verb == VERB_CREATE_JAIL)
                word = intent_option(rest, "bridge");
        else if (rest && (rest->verb == VERB_ADDRESS_ADD || rest->verb == VERB_ADDRESS_DEL) && rest->value_count)
                word = rest->values[0];
        return word && query_iface(g, word, &iface, NULL) == 0 ? iface : NONE;
}

/* Of what is to be removed those that are there; of what is to be added one that nobody has, where the network is
 * known. */
static void offer_addresses(struct completion *c, const struct intent *rest, const struct graph *g)
{
        size_t iface = iface_meant(rest, g);
        struct prefix p;
        char buf[PREFIX_TEXT_SIZE];

        if (rest && (rest->verb == VERB_CREATE_JAIL || rest->verb == VERB_ADDRESS_ADD)) {
                if (iface != NONE && free_address_on(g, iface, &p, NULL))
                        offer(c, prefix_format(&p, buf));
                return;
        }
        for (size_t i = 0; i < g->iface_count; i++) {
                if (iface == NONE ? g->ifaces[i].kind != KIND_LOOPBACK : iface == i)
                        offer_addresses_of(c, &g->ifaces[i]);
        }
}

/* Whom others on that segment send by. */
static void offer_gateway_on(struct completion *c, const struct graph *g, size_t iface)
{
        struct prefix p, gateway;
        char buf[PREFIX_TEXT_SIZE];

        if (iface != NONE && free_address_on(g, iface, &p, &gateway) && gateway.family)
                offer(c, prefix_format_addr(&gateway, buf));
}

static void offer_gateways(struct completion *c, const struct intent *rest, const struct graph *g)
{
        size_t jail;

        offer_gateway_on(c, g, iface_meant(rest, g));
        if (!rest || rest->verb != VERB_ROUTE_ADD || !rest->value_count ||
            query_jail(g, rest->values[0], &jail, NULL) < 0)
                return;
        for (size_t i = g->jails[jail].iface_first; i != NONE; i = g->ifaces[i].next)
                offer_gateway_on(c, g, i);
}

static void offer_new_names(struct completion *c, const struct graph *g)
{
        static const char *const stems[] = {"bridge", "lagg", "ngeth", "tap", "vxlan"};

        for (size_t i = 0; i < ARRAY_SIZE(stems); i++) {
                CLEANUP(freep) char *name = xasprintf("%s%u", stems[i], name_lowest_unit(g, stems[i], false));

                offer(c, name);
        }

        unsigned unit = name_lowest_unit(g, "epair", true);
        CLEANUP(freep) char *a = xasprintf("epair%ua", unit);
        CLEANUP(freep) char *b = xasprintf("epair%ub", unit);

        offer(c, a);
        offer(c, b);
        for (size_t i = 1; i < g->jail_count; i++) {
                CLEANUP(freep) char *word = xasprintf("%s/", g->jails[i].name);

                if (g->jails[i].state == JAIL_ALIVE)
                        offer(c, word);
        }
}

size_t verb_complete(const struct verb_arg *a, const struct intent *rest, const char *prefix, const struct graph *g,
                     size_t max, void (*fn)(void *user, const char *word), void *user)
{
        struct completion c = {.prefix = prefix, .max = max, .fn = fn, .user = user};

        switch (a->type) {
        case ARG_JAIL: offer_jails(&c, g); break;
        case ARG_JAIL_ANY:
                offer_jails(&c, g);
                for (size_t i = 0; i < g->guest_count; i++)
                        if (g->guests[i].kind == GUEST_JAIL)
                                offer(&c, g->guests[i].name);
                break;
        case ARG_IFACE: offer_ifaces(&c, g, NULL); break;
        case ARG_BRIDGE: offer_ifaces(&c, g, is_bridge); break;
        case ARG_MASTER: offer_ifaces(&c, g, iface_takes_ports); break;
        case ARG_OBJECT:
                offer_ifaces(&c, g, NULL);
                offer_jails(&c, g);
                break;
        case ARG_IFACE_NEW: offer_new_names(&c, g); break;
        case ARG_NODE: offer_nodes(&c, g); break;
        case ARG_NODE_HOOK: offer_hooks(&c, g); break;
        case ARG_ADDRESS: offer_addresses(&c, rest, g); break;
        case ARG_IP: offer_gateways(&c, rest, g); break;
        case ARG_DESTINATION: offer(&c, "default"); break;
        case ARG_CHOICE: offer_choices(&c, a->choices); break;
        case ARG_MTU:
                offer(&c, "1500");
                offer(&c, "9000");
                break;
        case ARG_HOOK_NEW:
                offer(&c, "link");
                offer(&c, "uplink");
                break;
        case ARG_JAIL_NEW:
        case ARG_IFACE_PLAIN:
        case ARG_NODE_NEW:
        case ARG_MAC:
        case ARG_VLAN_ID:
        case ARG_VXLAN_ID:
        case ARG_NUMBER:
        case ARG_TEXT:
        case ARG_PATH: break; /* free to choose */
        }
        return c.count;
}
