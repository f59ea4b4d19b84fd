/* lifeline.c - what the operator's own connection hangs on, and which steps of a plan could cut it. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "core/plan/planner.h"

#define LIFELINE_DEPTH 8 /* a VLAN on a bond in a bridge is three; deeper stacks are not looked through */

static struct prefix ssh_address; /* of this end of the session in use; family 0 none */

void plan_set_ssh_connection(const char *value)
{
        /* "CLIENT CPORT SERVER SPORT": the third word is ours. */
        ssh_address = (struct prefix){0};
        for (int word = 0; value && word < 2; word++) {
                value = strchr(value, ' ');
                if (value)
                        value++;
        }
        if (!value)
                return;

        CLEANUP(freep) char *address = xstrndup(value, strcspn(value, " %"));

        if (prefix_parse(address, &ssh_address, NULL) < 0)
                ssh_address = (struct prefix){0};
}

static const char *own_lifeline(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        for (size_t k = 0; i->jail == 0 && k < g->jails[0].route_count; k++) {
                const struct route *r = &g->routes[g->jails[0].route_first + k];

                /* What the plan itself adds carries nobody yet. */
                if (r->destination.length == 0 && r->oif == i->id.ifindex && r->type == RTN_UNICAST && !r->is_planned)
                        return "carries the host's default route";
        }
        for (size_t k = 0; ssh_address.family && k < i->address_count; k++) {
                struct prefix own = i->addresses[k];

                own.length = ssh_address.length;
                if (prefix_equal(&own, &ssh_address))
                        return "carries this SSH session";
        }
        return NULL;
}

/* An eiface leads into a jail: it is not the way out of a bridge that has a port of another sort. */
static bool is_side_way(const struct graph *g, size_t iface)
{
        if (g->ifaces[iface].role != ROLE_FABRIC)
                return false;
        for (size_t k = 0; k < g->iface_count; k++) {
                if (g->ifaces[k].master == g->ifaces[iface].master && g->ifaces[k].role != ROLE_FABRIC)
                        return true;
        }
        return false;
}

/* What stands on it (a bridge that it is a port of, a VLAN) falls with it. */
static const char *lifeline(const struct graph *g, size_t iface, int depth)
{
        const char *why = own_lifeline(g, iface);

        if (why || depth == 0)
                return why;
        if (g->ifaces[iface].master != NONE && !is_side_way(g, iface))
                why = lifeline(g, g->ifaces[iface].master, depth - 1);
        for (size_t k = g->ifaces[iface].child; !why && k != NONE; k = g->ifaces[k].next_child)
                why = lifeline(g, k, depth - 1);
        return why;
}

const char *iface_lifeline(const struct graph *g, size_t iface)
{
        return lifeline(g, iface, LIFELINE_DEPTH);
}

/* Could the operator lose the host by it? */
static bool can_cut(enum step_op op)
{
        switch (op) {
        case STEP_JAIL_DEL:
        case STEP_LINK_DEL:
        case STEP_LINK_MOVE:
        case STEP_LINK_MASTER:
        case STEP_LINK_MAC:
        case STEP_LINK_DOWN:
        case STEP_ADDRESS_DEL:
        case STEP_ROUTE_DEL: return true;
        case STEP_JAIL_ADD:
        case STEP_JAIL_RENAME:
        case STEP_LINK_ADD:
        case STEP_LINK_RENAME:
        case STEP_LINK_MTU:
        case STEP_LINK_UP:
        case STEP_LINK_ALIAS:
        case STEP_LINK_STP:
        case STEP_LINK_PROMISC:
        case STEP_PORT_ISOLATE:
        case STEP_LINK_TUNE:
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH:
        case STEP_FEED_ADD:
        case STEP_FEED_DEL:
        case STEP_PORT_VLANS:
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
        case STEP_ADDRESS_ADD:
        case STEP_ROUTE_ADD:
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_NODE_NAME:
        case STEP_HOOK_NAME:
        case STEP_PIN:
        case STEP_PERSIST:
        case STEP_LONG_NAME:
        case STEP_OP_COUNT: return false;
        }
        return false;
}

/* The interface whose loss would cut the operator off, of those that the step takes along; NONE. */
static size_t find_lifeline(const struct graph *g, const struct step *s, const char **ret_why)
{
        size_t jail = s->op == STEP_JAIL_DEL ? target_find_jail(g, &s->at) : NONE;
        size_t iface = can_cut(s->op) ? target_find_iface(g, &s->at) : NONE;

        *ret_why = iface == NONE ? NULL : lifeline(g, iface, LIFELINE_DEPTH);
        if (*ret_why || jail == NONE)
                return *ret_why ? iface : NONE;
        for (iface = g->jails[jail].iface_first; iface != NONE; iface = g->ifaces[iface].next) {
                *ret_why = lifeline(g, iface, LIFELINE_DEPTH);
                if (*ret_why)
                        return iface;
        }
        return NONE;
}

void plan_mark_lifelines(struct plan *p, size_t first, const struct graph *g)
{
        size_t told = NONE;

        for (size_t k = first; k < p->step_count; k++) {
                struct step *s = &p->steps[k];
                const char *why;

                if (!can_cut(s->op))
                        continue;

                size_t iface = find_lifeline(g, s, &why);

                if (iface == NONE)
                        continue;
                s->cuts_operator = true;
                if (told == iface)
                        continue;
                told = iface;

                CLEANUP(text_done) struct text t = {0};

                iface_put(&t, g, iface);
                plan_note(p, NOTE_WARNING, "%s %s: this can cut you off", text_str(&t), why);
        }
}
