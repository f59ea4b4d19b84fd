/*
 * plan_restore_set.c - what restore sets on links and jails that are there or made, by rising dependence: marks,
 * membership, state, addresses, routes, forwarding.
 */
#include <net/if.h>
#include <string.h>

#include "core/graph/nat_rule.h"
#include "core/plan/plan_restore_parts.h"
#include "core/plan/planner.h"

static const struct iface *graph_iface(const struct restoring *r, size_t link)
{
        return r->iface[link] == NONE ? NULL : &r->g->ifaces[r->iface[link]];
}

static void set_text(struct restoring *r, size_t link, enum step_op op, const char *text)
{
        struct step s = {.op = op, .at = r->at[link]};

        (void)str_copy(s.text, sizeof(s.text), text); /* fitted in the step that set it */
        (void)restore_put(r, &s);
}

static bool has_altname(const struct iface *i, const char *name)
{
        for (size_t k = 0; i && k < i->altname_count; k++)
                if (strcmp(i->altnames[k], name) == 0)
                        return true;
        return false;
}

/* Its number is another one today: what the inventory knows by number is said again. */
static void say_again(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];

        if (!l->number || !r->at[link].number || l->number == r->at[link].number)
                return;
        if (l->node_name)
                set_text(r, link, STEP_NODE_NAME, l->node_name);
        if (l->pin_source != PIN_NONE)
                (void)restore_put(r,
                                  &(struct step){.op = STEP_PIN,
                                                 .at = r->at[link],
                                                 .mac = l->pin,
                                                 .pin_source = l->pin_source,
                                                 .is_internal = true});
}

/* What a bridge, or a port of the bridge that it is in, was set to and is not now. */
static void set_tunings(struct restoring *r, size_t link, const struct iface *i, bool is_port)
{
        const struct wanted_link *l = &r->w->links[link];

        for (int t = 0; t < TUNE_COUNT; t++) {
                bool is_so = i && (i->tuning_known >> t & 1u) && i->tuning[t] == l->tuning[t];
                struct step s = {.op = STEP_LINK_TUNE, .at = r->at[link], .number = l->tuning[t]};

                if (tunings[t].is_port != is_port || !(l->tuning_known >> t & 1u) || is_so)
                        continue;
                (void)str_copy(s.text, sizeof(s.text), tunings[t].name);
                (void)restore_put(r, &s);
        }
}

static void set_marks(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];
        const struct iface *i = graph_iface(r, link);
        bool is_moved = r->links[link] == MADE && !l->is_owned; /* keeps its marks and its MAC on the way */

        if (l->alias && !is_moved && (!i || !i->alias))
                set_text(r, link, STEP_LINK_ALIAS, l->alias);
        for (size_t k = 0; k < l->altname_count && !is_moved; k++)
                if (!has_altname(i, l->altnames[k]))
                        set_text(r, link, STEP_ALTNAME_ADD, l->altnames[k]);
        if (l->pin_source != PIN_NONE && l->pin.is_set && i && !mac_equal(i->mac, l->pin))
                (void)restore_put(r, &(struct step){.op = STEP_LINK_MAC, .at = r->at[link], .mac = l->pin});
        if (l->mtu_bytes && i && !l->is_owned && i->mtu_bytes != l->mtu_bytes)
                (void)restore_put(r, &(struct step){.op = STEP_LINK_MTU, .at = r->at[link], .number = l->mtu_bytes});
        if (l->is_promisc && !is_moved && (!i || !(i->flags & IFF_PROMISC)))
                (void)restore_put(r, &(struct step){.op = STEP_LINK_PROMISC, .at = r->at[link], .number = 1});
        if (l->kind == KIND_BRIDGE && !is_moved)
                set_tunings(r, link, i, false);
        say_again(r, link);
}

void restore_set_marks_here(struct restoring *r)
{
        for (size_t k = 0; k < r->w->link_count; k++)
                if (r->links[k] == HERE)
                        set_marks(r, k);
}

/* The number that the kernel will give to the next port: the lowest that is free behind those that this plan adds. */
static unsigned next_port(const struct restoring *r, size_t master, unsigned *taken, size_t taken_count)
{
        for (unsigned n = 1;; n++) {
                bool is_taken_now = false;

                for (size_t k = 0; k < taken_count && !is_taken_now; k++)
                        is_taken_now = taken[k] == n;
                for (size_t k = 0; r->iface[master] != NONE && k < r->g->iface_count && !is_taken_now; k++)
                        is_taken_now = r->g->ifaces[k].master == r->iface[master] && r->g->ifaces[k].port_number == n;
                if (!is_taken_now)
                        return n;
        }
}

static void name_hook(struct restoring *r, size_t link, unsigned port)
{
        const struct wanted_link *l = &r->w->links[link], *m = &r->w->links[l->master];
        bool is_renumbered = r->at[link].number != l->number || r->at[l->master].number != m->number;
        struct step s = {.op = STEP_HOOK_NAME, .at = r->at[l->master], .to = r->at[link], .is_internal = true};

        if (m->kind != KIND_BRIDGE)
                return;
        if (l->hook) {
                if (!is_renumbered && m->role != ROLE_TEE && m->role != ROLE_VLAN)
                        return; /* the inventory has it still; of these the plan's end must know it too */
                (void)str_copy(s.text, sizeof(s.text), l->hook);
        } else {
                if (!l->port || l->port == port)
                        return;
                (void)str_format(s.text, sizeof(s.text), "link%u", l->port - 1);
        }
        if (!restore_put(r, &s) || !l->upper || (m->role != ROLE_TEE && m->role != ROLE_VLAN))
                return;
        s.number = 1;
        (void)str_copy(s.text, sizeof(s.text), l->upper);
        (void)restore_put(r, &s);
}

static void attach(struct restoring *r, size_t link, unsigned *taken, size_t *taken_count)
{
        const struct wanted_link *l = &r->w->links[link];
        const struct iface *i = graph_iface(r, link);
        struct step s = {.op = STEP_LINK_MASTER, .at = r->at[link], .to = r->at[l->master]};

        if (i && l->is_isolated && !i->is_isolated && i->master != NONE && i->master == r->iface[l->master])
                (void)restore_put(r, &(struct step){.op = STEP_PORT_ISOLATE, .at = r->at[link], .number = 1});
        if (i && i->master != NONE && i->master == r->iface[l->master])
                set_tunings(r, link, i, true);
        if (i && (i->master != NONE || i->master_ifindex))
                return; /* there already, or somebody put it elsewhere */
        if (strcmp(s.at.jail, s.to.jail) != 0) {
                restore_trouble(r, l, "is not in the jail of %s, which it belongs to", s.to.iface);
                return;
        }
        if (r->w->links[l->master].kind == KIND_BOND) {
                (void)str_copy(s.to.kind, sizeof(s.to.kind), "bond");
                if (i && i->is_up) /* a bond takes it only while it is down */
                        (void)restore_put(r,
                                          &(struct step){.op = STEP_LINK_DOWN, .at = r->at[link], .is_internal = true});
        }
        if (l->role == ROLE_FABRIC && l->peer != NONE && role_has_fabric(r->w->links[l->peer].role))
                (void)str_copy(s.name, sizeof(s.name), r->w->links[l->peer].name);
        if (!restore_put(r, &s))
                return;

        unsigned port = next_port(r, l->master, taken, *taken_count);

        taken[(*taken_count)++] = port;
        name_hook(r, link, port);
        if (l->is_isolated)
                (void)restore_put(r, &(struct step){.op = STEP_PORT_ISOLATE, .at = r->at[link], .number = 1});
        set_tunings(r, link, NULL, true);
        for (size_t k = 0; k < l->host_count; k++) { /* the kernel forgets them with the membership */
                struct step host = {.op = STEP_HOST_ADD, .at = r->at[link], .mac = l->hosts[k]};

                (void)str_copy(host.name, sizeof(host.name), s.name);
                (void)restore_put(r, &host);
        }
}

/* Ports in the order of their numbers, which the kernel counts as they come. */
static void attach_all(struct restoring *r, size_t master)
{
        CLEANUP(freep) size_t *ports = xcalloc(r->w->link_count, sizeof(*ports));
        CLEANUP(freep) unsigned *taken = xcalloc(r->w->link_count, sizeof(*taken));
        size_t count = 0, taken_count = 0;

        for (size_t k = 0; k < r->w->link_count; k++) {
                size_t n = count;

                if (r->w->links[k].master != master || !restore_has_link(r, k))
                        continue;
                for (; n > 0 && r->w->links[ports[n - 1]].port > r->w->links[k].port; n--)
                        ports[n] = ports[n - 1];
                ports[n] = k;
                count++;
        }
        for (size_t n = 0; n < count; n++)
                attach(r, ports[n], taken, &taken_count);
}

static bool will_be_up(const struct restoring *r, size_t link)
{
        const struct iface *i = graph_iface(r, link);

        return r->w->links[link].is_up == 1 || (i && i->is_up);
}

static void set_up(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];
        const struct iface *i = graph_iface(r, link);
        bool is_moved = r->links[link] == MADE && !l->is_owned && l->kind != KIND_LOOPBACK; /* the move sets it up */

        if (l->is_up != 1 || is_moved || (i && i->is_up))
                return;
        if (!restore_put(r,
                         &(struct step){.op = STEP_LINK_UP, .at = r->at[link], .is_internal = l->role == ROLE_FABRIC}))
                return;
        for (size_t k = 0; k < r->w->link_count; k++) { /* the kernel sets VLANs up with what they stand on */
                const struct wanted_link *vlan = &r->w->links[k];

                if (vlan->parent == link && vlan->kind == KIND_VLAN && vlan->is_up != 1 && restore_has_link(r, k))
                        (void)restore_put(r, &(struct step){.op = STEP_LINK_DOWN, .at = r->at[k]});
        }
}

static void add_addresses(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];
        const struct iface *i = graph_iface(r, link);

        for (size_t k = 0; k < l->address_count; k++)
                if (!i || !address_is_there(i, &l->addresses[k]))
                        (void)restore_put(
                                r,
                                &(struct step){.op = STEP_ADDRESS_ADD, .at = r->at[link], .address = l->addresses[k]});
}

static bool has_route(const struct restoring *r, const struct wanted_route *x)
{
        size_t jail = r->jails[x->jail] == HERE ? target_find_jail(r->g, &r->jail_at[x->jail]) : NONE;

        for (size_t k = 0; jail != NONE && k < r->g->route_count; k++) {
                const struct route *o = &r->g->routes[k];

                /* By another gateway it is somebody else's word, and stays. */
                if (o->jail == jail && o->metric == x->route.metric &&
                    prefix_equal(&o->destination, &x->route.destination))
                        return true;
        }
        return false;
}

static void add_routes(struct restoring *r)
{
        for (size_t k = 0; k < r->w->route_count; k++) {
                const struct wanted_route *x = &r->w->routes[k];
                struct step s = {.op = STEP_ROUTE_ADD, .route = x->route};

                if ((r->jails[x->jail] != HERE && r->jails[x->jail] != MADE) || has_route(r, x))
                        continue;
                if (x->link != NONE && (!restore_has_link(r, x->link) || !will_be_up(r, x->link)))
                        continue; /* without its interface, which was told of, there is no way */
                s.at = x->link != NONE ? r->at[x->link] : r->jail_at[x->jail];
                (void)restore_put(r, &s);
        }
}

static void set_forwarding(struct restoring *r, enum step_op op)
{
        for (size_t k = 0; k < r->w->jail_count; k++) {
                const struct wanted_jail *j = &r->w->jails[k];
                size_t jail = r->jails[k] == HERE ? target_find_jail(r->g, &r->jail_at[k]) : NONE;
                const struct jail *here = jail == NONE ? NULL : &r->g->jails[jail];
                int wanted = op == STEP_FORWARDING ? j->forwarding : j->forwarding6;
                struct step s = {.op = op, .at = r->jail_at[k]};

                if (wanted < 0 || (!here && r->jails[k] != MADE))
                        continue;
                if (here && (wanted == 0 || (op == STEP_FORWARDING ? here->forwarding : here->forwarding6) != 0))
                        continue; /* only adds */
                s.number = (uint32_t)wanted;
                (void)restore_put(r, &s);
        }
}

static void add_nat(struct restoring *r)
{
        for (size_t k = 0; k < r->w->jail_count; k++) {
                size_t jail = r->jails[k] == HERE ? target_find_jail(r->g, &r->jail_at[k]) : NONE;
                const char *there = jail == NONE ? "" : r->g->jails[jail].nat_rules;
                char rule[NAT_TEXT_SIZE];

                if ((jail == NONE && r->jails[k] != MADE) || !there)
                        continue;
                for (size_t i = 0; nat_line(r->w->jails[k].nat_rules, i, rule); i++) {
                        struct step s = {.op = STEP_NAT_ADD, .at = r->jail_at[k]};

                        (void)str_copy(s.text, sizeof(s.text), rule); /* shorter */
                        if (!nat_has_line(there, rule))
                                (void)restore_put(r, &s);
                }
        }
}

void restore_set_all(struct restoring *r)
{
        const struct wanted *w = r->w;

        for (size_t k = 0; k < w->link_count; k++)
                if (r->links[k] == MADE && w->links[k].is_owned)
                        set_marks(r, k);
        for (size_t k = 0; k < w->link_count; k++)
                if (restore_has_link(r, k) && (w->links[k].kind == KIND_BRIDGE || w->links[k].kind == KIND_BOND))
                        attach_all(r, k);
        for (size_t k = 0; k < w->link_count; k++)
                if (r->links[k] == MADE && w->links[k].kind == KIND_BRIDGE && w->links[k].mtu_bytes)
                        (void)restore_put(
                                r,
                                &(struct step){.op = STEP_LINK_MTU, .at = r->at[k], .number = w->links[k].mtu_bytes});
        for (size_t k = 0; k < w->link_count; k++)
                if (restore_has_link(r, k))
                        set_up(r, k);
        for (size_t k = 0; k < w->link_count; k++)
                if (restore_has_link(r, k))
                        add_addresses(r, k);
        add_routes(r);
        set_forwarding(r, STEP_FORWARDING);
        set_forwarding(r, STEP_FORWARDING6);
        add_nat(r);
}
