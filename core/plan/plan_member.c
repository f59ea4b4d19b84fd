/*
 * plan_member.c - a jail on a bridge, from one form: its stack, an epair with one end on the bridge and the other in
 * it, pinned, with address and default route. Several requests as one plan.
 */
#include <errno.h>
#include <string.h>

#include "core/plan/chain.h"
#include "core/plan/planner.h"

#define ENDS_MAX 10

struct member {
        struct plan_chain *chain;
        char *port; /* the end on the bridge, as verbs take it */
        char *end;  /* the end in the jail */
};

static void member_done(struct member *m)
{
        plan_chain_free(m->chain);
        free(m->port);
        free(m->end);
}

static int add(struct member *m, enum verb_id verb, const char *a, const char *b, const char *c, struct err *e)
{
        struct intent in = {.verb = verb, .values = {a, b, c}};

        while (in.value_count < 3 && in.values[in.value_count])
                in.value_count++;
        return plan_chain_add(m->chain, &in, e);
}

/* As jib calls them, e0a_NAME and e0b_NAME, with the first number that is free; a long name gets a plain epair. */
static int choose_names(struct member *m, const struct graph *g, size_t bridge_jail, const char *name, struct err *e)
{
        for (int i = 0; i < ENDS_MAX; i++) {
                char port[IF_NAME_SIZE], end[IF_NAME_SIZE];

                if (!str_format(port, sizeof(port), "e%da_%s", i, name) ||
                    !str_format(end, sizeof(end), "e%db_%s", i, name))
                        break;
                if (graph_find_iface_in(g, bridge_jail, port) != NONE)
                        continue;
                m->port = bridge_jail ? xasprintf("%s/%s", g->jails[bridge_jail].name, port) : xstrdup(port);
                m->end = xasprintf("%s/%s", name, end);
                return 0;
        }
        for (unsigned i = 0; i < 10000; i++) {
                char port[IF_NAME_SIZE];

                (void)str_format(port, sizeof(port), "epair%ua", i); /* fits */
                if (graph_find_iface_in(g, bridge_jail, port) != NONE)
                        continue;
                m->port = bridge_jail ? xasprintf("%s/%s", g->jails[bridge_jail].name, port) : xstrdup(port);
                m->end = xasprintf("%s/epair%ub", name, i);
                return 0;
        }
        return err_set(e, -ENOSPC, "%s: no name is left for its epair", name);
}

static int pin(struct member *m, const char *mac, struct err *e)
{
        struct intent in = {.verb = VERB_PIN, .values = {m->end, mac}, .value_count = mac ? 2 : 1};

        if (!mac)
                in.options[in.option_count++].name = "stable";
        return plan_chain_add(m->chain, &in, e);
}

/* The jail itself takes the other options. */
static int make_jail(struct member *m, const struct intent *in, struct err *e)
{
        static const char *const ours[] = {"bridge", "address", "gateway", "mac"};
        struct intent plain = *in;

        plain.words = NULL;
        plain.option_count = 0;
        for (size_t i = 0; i < in->option_count; i++) {
                bool is_ours = false;

                for (size_t k = 0; k < ARRAY_SIZE(ours); k++)
                        is_ours = is_ours || strcmp(in->options[i].name, ours[k]) == 0;
                if (!is_ours)
                        plain.options[plain.option_count++] = in->options[i];
        }
        for (size_t i = plain.option_count; i < VERB_OPTIONS_MAX; i++)
                plain.options[i].name = NULL;
        return plan_chain_add(m->chain, &plain, e);
}

int plan_create_member(struct plan *p, const struct intent *in, const struct graph *g, struct err *e)
{
        const char *name = in->values[0], *bridge = intent_option(in, "bridge");
        const char *address = intent_option(in, "address"), *gateway = intent_option(in, "gateway");
        CLEANUP(member_done) struct member m = {.chain = plan_chain_new(g)};
        size_t at = NONE;
        int r = bridge ? query_iface(g, bridge, &at, e)
                       : err_set(e, -EINVAL,
                                 "%s: address, gateway and MAC address are those of an interface on a "
                                 "bridge; add --bridge",
                                 name);

        if (r == 0)
                r = make_jail(&m, in, e);
        if (r == 0)
                r = choose_names(&m, g, g->ifaces[at].jail, name, e);
        if (r == 0)
                r = add(&m, VERB_CREATE_EPAIR, m.port, m.end, NULL, e);
        if (r == 0)
                r = pin(&m, intent_option(in, "mac"), e);
        if (r == 0)
                r = add(&m, VERB_ATTACH, m.port, bridge, NULL, e);
        if (r == 0 && !g->ifaces[at].is_up)
                r = add(&m, VERB_UP, bridge, NULL, NULL, e); /* or the jail would reach nobody */
        if (r == 0)
                r = add(&m, VERB_UP, m.end, NULL, NULL, e);
        if (r == 0 && address)
                r = add(&m, VERB_ADDRESS_ADD, m.end, address, NULL, e);
        if (r == 0 && gateway)
                r = add(&m, VERB_ROUTE_ADD, name, "default", gateway, e);
        if (r < 0)
                return r;

        CLEANUP(plan_freep) struct plan *part = plan_chain_finish(m.chain, "", "");

        plan_hand_over(p, part);
        for (size_t k = 0; k < part->freebsd_count; k++)
                plan_freebsd(p, "%s", part->freebsd[k]);
        return 0;
}
