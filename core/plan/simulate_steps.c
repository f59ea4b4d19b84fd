/* simulate_steps.c - what each step does to the facts. */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/nat_rule.h"
#include "core/plan/planner.h"
#include "core/plan/simulate_parts.h"
#include "core/plan/wanted.h"

#define VXLAN_ROOM_4 50
#define VXLAN_ROOM_6 70

/* -- Jails ------------------------------------------------------------------------------------------------------- */

static void add_jail(struct simulation *s, const struct step *step)
{
        struct jail *j = &sim_add_jail(s)->j;
        size_t jail = s->jail_count - 1;
        CLEANUP(freep) char *path = xasprintf("/run/netns/%s", step->at.jail);

        *j = (struct jail){
                .name = arena_strdup(&s->arena, step->at.jail),
                .state = JAIL_ALIVE,
                .origin = ORIGIN_NAMED,
                .path = arena_strdup(&s->arena, path),
                .cookie = s->next_cookie++,
                .nsid = -1,
                .forwarding = -1, /* the kernel may copy the first stack's */
                .forwarding6 = -1,
        };

        struct reg_jail *row = registry_add_jail(s->registry, j->cookie);

        (void)str_copy(row->name, sizeof(row->name), step->at.jail);
        row->is_owned = row->had_name = true;
        row->root_path = step->root_path[0] ? xstrdup(step->root_path) : NULL;
        row->hostname = step->hostname[0] ? xstrdup(step->hostname) : NULL;

        struct sim_iface *lo = sim_add_iface(s);

        sim_index_jail(s, jail);
        lo->jail = jail;
        lo->first = (struct iface_id){.cookie = s->jails[jail].j.cookie, .ifindex = 1};
        /* The inventory numbers what the plan makes first, and a loopback when it is seen. */
        registry_add_iface(s->registry, lo->first)->number = PROVISIONAL_NUMBER + s->loopback_count++;
        s->registry->next_number--;
        lo->is_touched = lo->has_new_place = true;
        lo->i = (struct iface){
                .id = lo->first,
                .name = "lo",
                .kind = KIND_LOOPBACK,
                .kind_name = "",
                .mac = {.is_set = true},
                .mtu_bytes = USUAL_LOOPBACK_MTU,
                .link_nsid = -1,
                .link_nsid_home = -1,
                .rx_Bps = RATE_UNKNOWN,
                .tx_Bps = RATE_UNKNOWN,
        };
        sim_index_iface(s, s->iface_count - 1);
        sim_changed(s, SIM_JAIL_MADE, jail);
        sim_changed(s, SIM_MADE, s->iface_count - 1);
}

/* With a process in it the stack lives on without a name; else it ends, and the machine's devices come home. */
static void delete_jail(struct simulation *s, size_t jail)
{
        struct sim_jail *j = &s->jails[jail];

        if (j->j.process_count || j->j.pid) {
                j->j.state = JAIL_DYING;
                j->j.origin = ORIGIN_PROCESS;
                j->j.path = NULL;
                s->is_beyond = true;
                return;
        }
        for (size_t k = 0; k < s->iface_count; k++) {
                struct sim_iface *f = &s->ifaces[k];

                if (f->is_gone || f->jail != jail)
                        continue;
                if (f->i.kind == KIND_PHYSICAL) {
                        struct iface_id from = f->i.id;

                        sim_set_master(s, k, NONE);
                        sim_set_up(s, k, false);
                        sim_drop_routes(s, k);
                        f->address_count = 0;
                        f->jail = 0;
                        f->i.id = (struct iface_id){.cookie = s->jails[0].j.cookie, .ifindex = s->next_ifindex++};
                        sim_index_iface(s, k);
                        registry_move_iface(s->registry, from, f->i.id);
                        s->is_beyond = true;
                } else {
                        sim_delete_iface(s, k);
                }
        }
        for (size_t k = 0; k < s->route_count; k++)
                if (!s->routes[k].is_gone && s->routes[k].jail == jail)
                        sim_drop_route(s, k);
        j->is_gone = true;
        sim_changed(s, SIM_JAIL_GONE, jail);
}

static void rename_jail(struct simulation *s, size_t jail, const char *name)
{
        struct jail *j = &s->jails[jail].j;
        struct reg_jail *row = j->cookie ? registry_find_jail(s->registry, j->cookie) : NULL;
        const char *slash = j->path ? strrchr(j->path, '/') : NULL;

        if (slash && strcmp(slash + 1, j->name) == 0) {
                CLEANUP(freep) char *path = xasprintf("%.*s/%s", (int)(slash - j->path), j->path, name);

                j->path = arena_strdup(&s->arena, path);
        }
        j->name = arena_strdup(&s->arena, name);
        sim_index_jail(s, jail);
        s->is_beyond = true;
        if (row)
                (void)str_copy(row->name, sizeof(row->name), name);
}

/* -- Links ------------------------------------------------------------------------------------------------------- */

static uint32_t usual_mtu(const struct simulation *s, const struct link_spec *l, size_t parent)
{
        uint32_t below = parent == NONE ? 0 : s->ifaces[parent].i.mtu_bytes;

        if (l->mtu_bytes)
                return l->mtu_bytes;
        if (!below)
                return USUAL_MTU;
        if (l->kind == KIND_VXLAN)
                return below - (l->vxlan_remote.family == AF_INET6 ? VXLAN_ROOM_6 : VXLAN_ROOM_4);
        return below;
}

static size_t add_end(struct simulation *s, size_t jail, const struct link_spec *l, const char *name, struct mac mac,
                      uint32_t mtu, enum iface_role role, uint32_t number)
{
        struct sim_iface *f = sim_add_iface(s);
        size_t index = s->iface_count - 1;
        bool is_tun = l->kind == KIND_TUN || l->kind == KIND_TAP;

        f->jail = jail;
        f->first = (struct iface_id){.cookie = s->jails[jail].j.cookie, .ifindex = s->next_ifindex++};
        f->is_touched = f->has_new_place = true;
        f->i = (struct iface){
                .id = f->first,
                .name = arena_strdup(&s->arena, name),
                .flags = role == ROLE_IFACE ? IFF_NOARP : 0,
                .kind = l->kind,
                .kind_name = is_tun ? "tun" : wanted_kind_name(l->kind),
                .mac = mac,
                .mtu_bytes = mtu,
                .link_nsid = -1,
                .link_nsid_home = -1,
                .vlan_id = l->vlan_id,
                .vxlan_id = l->vxlan_id,
                .vxlan_remote = l->vxlan_remote,
                .macvlan_mode = l->macvlan_mode,
                .bond_mode = l->bond_mode,
                .stp_on = l->stp_on,
                .rx_Bps = RATE_UNKNOWN,
                .tx_Bps = RATE_UNKNOWN,
        };

        struct reg_iface *row = number ? registry_find_number(s->registry, number) : NULL;

        if (row) { /* made again: it is the same thing */
                s->is_beyond = true;
                row->id = f->first;
                row->is_gone = false;
                registry_sort(s->registry);
                row = registry_find_iface(s->registry, f->first);
        } else {
                row = registry_add_iface(s->registry, f->first);
                if (number)
                        row->number = number;
        }
        (void)str_copy(row->name, sizeof(row->name), name);
        (void)str_copy(row->kind, sizeof(row->kind), f->i.kind_name);
        row->role = role;
        row->is_owned = !l->is_borrowed;
        sim_index_iface(s, index);
        sim_changed(s, SIM_MADE, index);
        return index;
}

static int add_link(struct simulation *s, const struct step *step, size_t jail)
{
        const struct link_spec *l = &step->link;
        bool has_parent = l->parent.ifindex || l->parent.iface[0];
        size_t parent = has_parent ? sim_find_iface(s, &l->parent) : NONE, peer_jail = jail, made, peer;

        if (has_parent && parent == NONE)
                return -ENODEV;
        if (l->kind == KIND_VETH && (l->peer_jail.cookie || l->peer_jail.jail[0]))
                peer_jail = sim_find_jail(s, &l->peer_jail);
        if (peer_jail == NONE)
                return -ENODEV;

        struct mac mac = l->kind == KIND_VLAN && !l->mac.is_set && parent != NONE ? s->ifaces[parent].i.mac : l->mac;

        made = add_end(s, jail, l, l->name, mac, usual_mtu(s, l, parent), l->role, l->number);
        s->ifaces[made].parent = parent;
        if (parent != NONE)
                s->ifaces[parent].has_children = s->is_beyond = true;
        if (l->kind == KIND_VETH) {
                peer = add_end(s, peer_jail, l, l->peer_name, l->peer_mac,
                               l->peer_mtu_bytes ? l->peer_mtu_bytes : USUAL_MTU, l->peer_role, l->peer_number);
                s->ifaces[made].peer = peer;
                s->ifaces[peer].peer = made;
        }
        if (l->is_up)
                sim_set_up(s, made, true);
        return 0;
}

/* A move takes addresses, routes and the bridge away; the builder would open the loan if it saw the interface go. */
static int move_link(struct simulation *s, const struct step *step, size_t iface)
{
        struct sim_iface *f = &s->ifaces[iface];
        struct iface_id from = f->i.id;
        size_t to = sim_find_jail(s, &step->to);

        if (to == NONE)
                return -ENODEV;
        sim_changed(s, SIM_MOVED, iface);
        sim_set_master(s, iface, NONE);
        sim_set_up(s, iface, false);
        sim_drop_routes(s, iface);
        f->address_count = 0;

        const struct jail *j = &s->jails[to].j;

        if (f->jail == 0 && to != 0 && from.cookie) {
                struct reg_loan *l = registry_add_loan(s->registry, sim_number(s, iface), j->cookie);

                (void)str_copy(l->iface, sizeof(l->iface), f->i.name);
                (void)str_copy(l->jail, sizeof(l->jail), j->name);
                l->mac = f->i.mac;
                l->cookie = j->cookie;
                l->is_foreign = false;
        }
        f->jail = to;
        f->has_new_place = true;
        f->i.id = (struct iface_id){.cookie = j->cookie, .ifindex = s->next_ifindex++};
        registry_move_iface(s->registry, from, f->i.id);
        if (step->name[0])
                f->i.name = arena_strdup(&s->arena, step->name);
        sim_index_iface(s, iface);
        if (step->is_up)
                sim_set_up(s, iface, true);
        return 0;
}

static void change_altnames(struct simulation *s, struct iface *i, const char *name, bool is_added)
{
        const char **names = arena_alloc(&s->arena, (i->altname_count + 1) * sizeof(*names));
        size_t count = 0;

        for (size_t k = 0; k < i->altname_count; k++)
                if (strcmp(i->altnames[k], name) != 0)
                        names[count++] = i->altnames[k];
        if (is_added)
                names[count++] = arena_strdup(&s->arena, name);
        i->altnames = names;
        i->altname_count = count;
        s->is_beyond = true;
}

static void change_address(struct simulation *s, size_t iface, const struct prefix *p, bool is_added)
{
        struct sim_iface *f = &s->ifaces[iface];
        size_t kept = 0;

        for (size_t k = 0; k < f->address_count; k++)
                if (!prefix_equal(&f->addresses[k], p))
                        f->addresses[kept++] = f->addresses[k];
        f->address_count = kept;
        sim_drop_address_routes(s, iface, p);
        if (!is_added) {
                sim_drop_routes_of_last(s, iface, p);
                return;
        }
        sim_add_address(f, p);
        /* The kernel puts the newest IPv6 address first. */
        for (size_t k = f->address_count - 1; p->family == AF_INET6 && k > 0; k--) {
                if (f->addresses[k - 1].family != AF_INET6)
                        break;
                f->addresses[k] = f->addresses[k - 1];
                f->addresses[k - 1] = *p;
        }
        if (f->i.is_up)
                sim_add_connected(s, iface, p);
}

/* -- Routes ------------------------------------------------------------------------------------------------------ */

/* The interface whose network the gateway is in. */
static size_t find_way(const struct simulation *s, size_t jail, const struct prefix *gateway)
{
        for (size_t k = 0; k < s->iface_count; k++) {
                const struct sim_iface *f = &s->ifaces[k];

                if (f->is_gone || f->jail != jail || !f->i.is_up)
                        continue;
                for (size_t a = 0; a < f->address_count; a++)
                        if (prefix_contains(&f->addresses[a], gateway))
                                return k;
        }
        return NONE;
}

static void change_route(struct simulation *s, size_t jail, size_t iface, const struct route *wanted, bool is_added)
{
        for (size_t k = 0; !is_added && k < s->route_count; k++) {
                const struct sim_route *r = &s->routes[k];

                if (!r->is_gone && r->jail == jail && r->r.metric == wanted->metric &&
                    prefix_equal(&r->r.destination, &wanted->destination) &&
                    (!wanted->gateway.family || prefix_equal(&r->r.gateway, &wanted->gateway)) &&
                    (iface == NONE || r->iface == iface)) {
                        sim_drop_route(s, k);
                        return;
                }
        }
        if (!is_added)
                return;

        struct sim_route *r = sim_add_route(s);

        r->r = *wanted;
        r->r.is_planned = true;
        r->jail = jail;
        r->iface = iface == NONE && wanted->gateway.family ? find_way(s, jail, &wanted->gateway) : iface;
        sim_changed(s, SIM_ROUTE, s->route_count - 1);
}

/* -- The inventory ----------------------------------------------------------------------------------------------- */

static void record(struct simulation *s, const struct step *step, size_t iface, size_t to)
{
        struct reg_iface *row = sim_row(s, iface);

        if (!row)
                return;
        s->is_beyond = s->is_beyond || (step->op != STEP_PIN && step->op != STEP_LONG_NAME);
        switch ((int)step->op) {
        case STEP_NODE_NAME: (void)str_copy(row->node_name, sizeof(row->node_name), step->text); break;
        case STEP_HOOK_NAME:
                if (to != NONE && step->number)
                        registry_set_upper(s->registry, row->number, sim_number(s, to), step->text);
                else if (to != NONE)
                        registry_set_hook(s->registry, row->number, sim_number(s, to), step->text);
                break;
        case STEP_PERSIST: row->is_persistent = step->number != 0; break;
        case STEP_PIN:
                row->pin = step->mac;
                row->pin_source = step->pin_source;
                break;
        case STEP_LONG_NAME:
                free(row->long_name);
                row->long_name = step->text[0] ? xstrdup(step->text) : NULL;
                break;
        default: break;
        }
}

/* -- All of them ------------------------------------------------------------------------------------------------- */

static int do_link(struct simulation *s, const struct step *step, size_t iface, size_t to)
{
        struct iface *i = &s->ifaces[iface].i;

        switch (step->op) {
        case STEP_LINK_DEL: sim_delete_iface(s, iface); break;
        case STEP_LINK_RENAME:
                i->name = arena_strdup(&s->arena, step->name);
                sim_index_iface(s, iface);
                s->is_beyond = true;
                break;
        case STEP_LINK_MOVE: return move_link(s, step, iface);
        case STEP_LINK_MASTER:
                if (to == NONE && step->to.iface[0])
                        return -ENODEV;
                sim_set_master(s, iface, to);
                break;
        case STEP_LINK_MAC: i->mac = step->mac; break;
        case STEP_LINK_MTU: sim_set_mtu(s, iface, step->number); break;
        case STEP_LINK_UP: sim_set_up(s, iface, true); break;
        case STEP_LINK_DOWN: sim_set_up(s, iface, false); break;
        case STEP_LINK_ALIAS: i->alias = step->text[0] ? arena_strdup(&s->arena, step->text) : NULL; break;
        case STEP_LINK_STP: i->stp_on = step->number != 0; break;
        case STEP_FEED_ADD:
        case STEP_FEED_DEL:
        case STEP_PORT_VLANS: break; /* follows from the hooks */
        case STEP_PORT_ISOLATE: i->is_isolated = step->number != 0; break;
        case STEP_LINK_TUNE: {
                enum tuning t = tuning_find(step->text);

                if (t == TUNE_COUNT)
                        break;
                i->tuning[t] = step->number;
                i->tuning_known |= (uint16_t)(1u << t);
                break;
        }
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH: break; /* the graph has no table of addresses */
        case STEP_LINK_PROMISC:
                i->flags = step->number ? i->flags | IFF_PROMISC : i->flags & ~(unsigned)IFF_PROMISC;
                break;
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL: change_altnames(s, i, step->text, step->op == STEP_ALTNAME_ADD); break;
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL: change_address(s, iface, &step->address, step->op == STEP_ADDRESS_ADD); break;
        case STEP_NODE_NAME:
        case STEP_HOOK_NAME:
        case STEP_PIN:
        case STEP_PERSIST:
        case STEP_LONG_NAME: record(s, step, iface, to); break;
        case STEP_JAIL_ADD:
        case STEP_JAIL_DEL:
        case STEP_JAIL_RENAME:
        case STEP_LINK_ADD:
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL:
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_OP_COUNT: return -EINVAL;
        }
        sim_changed(s, SIM_STATE, iface);
        return 0;
}

static void change_nat(struct simulation *s, size_t jail, const char *rule, bool add)
{
        struct jail *j = &s->jails[jail].j;
        CLEANUP(text_done) struct text t = {0};
        char line[NAT_TEXT_SIZE];

        for (size_t k = 0; nat_line(j->nat_rules, k, line); k++)
                if (strcmp(line, rule) != 0)
                        text_putf(&t, "%s\n", line);
        if (add)
                text_putf(&t, "%s\n", rule);
        j->nat_rules = arena_strdup(&s->arena, text_str(&t));
        sim_changed(s, SIM_JAIL_STATE, jail);
}

static int do_jail(struct simulation *s, const struct step *step, size_t jail, size_t iface)
{
        if (jail == NONE)
                return -ENODEV;
        switch ((int)step->op) {
        case STEP_JAIL_DEL: delete_jail(s, jail); return 0;
        case STEP_JAIL_RENAME: rename_jail(s, jail, step->name); return 0;
        case STEP_LINK_ADD: return add_link(s, step, jail);
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL: change_route(s, jail, iface, &step->route, step->op == STEP_ROUTE_ADD); return 0;
        case STEP_NAT_ADD:
        case STEP_NAT_DEL: change_nat(s, jail, step->text, step->op == STEP_NAT_ADD); return 0;
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
                *(step->op == STEP_FORWARDING ? &s->jails[jail].j.forwarding : &s->jails[jail].j.forwarding6) =
                        (int)step->number;
                sim_changed(s, SIM_JAIL_STATE, jail);
                return 0;
        default: return -EINVAL;
        }
}

int simulation_step(struct simulation *s, const struct step *step, struct err *e)
{
        size_t iface = step->at.iface[0] || step->at.ifindex ? sim_find_iface(s, &step->at) : NONE;
        size_t to = step->to.iface[0] || step->to.ifindex ? sim_find_iface(s, &step->to) : NONE;
        int r = 0;

        if (step->op == STEP_JAIL_ADD)
                add_jail(s, step);
        else if (step->op == STEP_LINK_ADD || step_about(step->op) == ABOUT_JAIL || step_about(step->op) == ABOUT_STACK)
                r = do_jail(s, step, sim_find_jail(s, &step->at), iface);
        else
                r = iface == NONE ? -ENODEV : do_link(s, step, iface, to);
        sim_follow(s);
        if (r == 0)
                return 0;

        CLEANUP(text_done) struct text sentence = {0};

        step_put_sentence(&sentence, step);
        return err_set(e, r, "%s: that is not there at this point of the plan", text_str(&sentence));
}
