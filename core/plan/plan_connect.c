/*
 * plan_connect.c - hook to hook: what netgraph's connect and rmhook mean on Linux.
 *
 * A bridge's link and an interface's lower (or an eiface's ether) are a port. A bridge's link and an interface's upper
 * are the host's stack on the bridge: addresses and routes are carried over. Two bridges are joined by a hidden pair,
 * two ends that are no bridge's by a hidden bridge, a wire.
 */
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"

#define MANY_MAX 63 /* as netgraph counts them */

/* One end of a connection, as typed and as found. */
struct end {
        size_t node, hook;
        size_t iface; /* of the node */
        char name[HOOK_NAME_SIZE];
        const char *word;
};

static int find_end(struct planner *pl, size_t value, struct end *ret, struct err *e)
{
        struct end end = {.word = pl->in->values[value]};
        int r = query_hook(pl->g, end.word, &end.node, &end.hook, end.name, e);

        if (r < 0)
                return r;
        end.iface = pl->g->nodes[end.node].iface;
        if (end.iface == NONE)
                return err_set(e, -EOPNOTSUPP, "%s: its node is no interface; nothing can be connected to it",
                               end.word);
        if (end.hook == NONE && carrier_of_hook(pl->g, end.iface, end.name) != NONE)
                end.iface = carrier_of_hook(pl->g, end.iface, end.name);
        r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = end.node}, e);
        if (r == 0)
                *ret = end;
        return r;
}

static bool is_bridge(const struct planner *pl, const struct end *end)
{
        return pl->g->ifaces[end->iface].kind == KIND_BRIDGE;
}

static bool has_fabric(const struct planner *pl, const struct end *end)
{
        return role_has_fabric(pl->g->ifaces[end->iface].role);
}

static int refuse_connected(struct planner *pl, const struct end *end, struct err *e)
{
        const struct graph *g = pl->g;
        size_t peer = graph_hook_peer(g, end->hook);
        const char *other = peer == NONE ? NULL : g->nodes[g->hooks[peer].node].name;

        return err_set(e, -EEXIST, "%s: is connected to %s already; disconnect it first or choose another hook",
                       end->word, other ? other : "another hook");
}

static void name_hook(struct planner *pl, size_t bridge, struct target to, const char *name)
{
        struct step *s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(pl->g, bridge));

        s->to = to;
        (void)str_copy(s->text, sizeof(s->text), name);
}

/* Two bridges: a pair of hidden ends, each made where its bridge is. */
static int join_bridges(struct planner *pl, const struct end *a, const struct end *b, struct err *e)
{
        const struct graph *g = pl->g;
        const struct end *ends[] = {a, b};
        char hooks[2][HOOK_NAME_SIZE];
        bool record[2];
        struct target made[2];
        struct mac macs[2];

        if (a->iface == b->iface)
                return err_set(e, -ELOOP, "%s: a bridge cannot be joined to itself; choose another one",
                               g->ifaces[a->iface].name);
        for (size_t k = 0; k < 2; k++) {
                int r = planner_choose_hook(pl, ends[k]->iface, ends[k]->name, hooks[k], &record[k], e);

                if (r == 0)
                        r = mac_random(&macs[k], e);
                if (r < 0)
                        return r;
        }

        CLEANUP(segment_done) struct segment segment = segment_of(g, a->iface);

        if (segment.marks[b->iface] && !g->ifaces[a->iface].stp_on && !g->ifaces[b->iface].stp_on)
                plan_note(pl->p, NOTE_WARNING,
                          "the two bridges are joined another way already: a loop, and neither has "
                          "spanning tree");

        size_t step = pl->p->step_count;
        char name[IF_NAME_SIZE];

        (void)planner_add(pl, STEP_LINK_ADD, target_of_jail(g, g->ifaces[a->iface].jail));
        for (size_t k = 0; k < 2; k++) {
                struct link_spec *l = &pl->p->steps[step].link;

                (void)str_format(name, sizeof(name), "ngfab%u", planner_lowest_unit(pl, "ngfab", false));
                (void)str_copy(k == 0 ? l->name : l->peer_name, IF_NAME_SIZE, name);
                made[k] = target_in_jail(g, g->ifaces[ends[k]->iface].jail, name);
        }

        struct link_spec *l = &pl->p->steps[step].link;

        l->kind = KIND_VETH;
        l->role = l->peer_role = ROLE_FABRIC;
        l->mac = macs[0];
        l->peer_mac = macs[1];
        l->peer_jail = target_of_jail(g, g->ifaces[b->iface].jail);
        for (size_t k = 0; k < 2; k++) {
                struct step *s = planner_add(pl, STEP_LINK_MASTER, made[k]);

                s->to = target_of_iface(g, ends[k]->iface);
                planner_set_uplink(pl, ends[k]->iface, made[k], hooks[k], "");
                (void)planner_add(pl, STEP_LINK_UP, made[k]);
                if (record[k])
                        name_hook(pl, ends[k]->iface, made[k], hooks[k]);
        }

        CLEANUP(freep) char *word_a = node_address(g, a->node);
        CLEANUP(freep) char *word_b = node_address(g, b->node);
        struct target at = target_of_iface(g, a->iface);

        planner_freebsd(pl, &at, "ngctl", "connect %s %s %s %s", word_a, word_b, hooks[0], hooks[1]);
        return 0;
}

void plan_carry(struct planner *pl, size_t from, size_t to)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[from];
        struct target at = target_of_iface(g, from), there = target_of_iface(g, to);
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        iface_put(&name, g, to);
        for (size_t k = 0; k < g->route_count; k++) {
                if (route_is_carried(g, &g->routes[k], from))
                        (void)planner_add_route(pl, STEP_ROUTE_DEL, &g->routes[k], at);
        }
        /* Last one first: with the first of a network the kernel takes the others away that are in it. */
        for (size_t k = i->address_count; k-- > 0;) {
                if (address_is_carried(i, &i->addresses[k]))
                        planner_add(pl, STEP_ADDRESS_DEL, at)->address = i->addresses[k];
        }
        for (size_t k = 0; k < i->address_count; k++) {
                if (!address_is_carried(i, &i->addresses[k]))
                        continue;
                planner_add(pl, STEP_ADDRESS_ADD, there)->address = i->addresses[k];
                plan_note(pl->p, NOTE_INFO, "%s is carried over to %s", prefix_format(&i->addresses[k], buf),
                          text_str(&name));
                freebsd_address(pl, &at, &i->addresses[k], false);
                freebsd_address(pl, &there, &i->addresses[k], true);
        }
        for (size_t k = 0; k < g->route_count; k++) {
                if (!route_is_carried(g, &g->routes[k], from))
                        continue;
                (void)planner_add_route(pl, STEP_ROUTE_ADD, &g->routes[k], there);
                freebsd_route(pl, &there, &g->routes[k], true);
        }
}

static void record_upper(struct planner *pl, size_t bridge, size_t iface, const char *name)
{
        struct step *s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(pl->g, bridge));

        s->to = target_of_iface(pl->g, iface);
        s->number = 1;
        (void)str_copy(s->text, sizeof(s->text), name);
}

/* The host's stack on the bridge: what it says goes through the bridge from now on, and out by the lower hook. */
static int connect_upper(struct planner *pl, const struct end *bridge, const struct end *ether, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[ether->iface], *b = &g->ifaces[bridge->iface];
        char hook[HOOK_NAME_SIZE];
        bool record;
        int r;

        if (i->jail != b->jail)
                return err_set(e, -EXDEV, "%s: is in another stack than %s; an upper hook stays in its own",
                               ether->word, b->name);
        if (i->master != NONE && i->master != bridge->iface)
                return err_set(e, -EBUSY, "%s: its lower hook is on %s; upper can only go there too", ether->word,
                               g->ifaces[i->master].name);
        if (b->kind == KIND_BOND)
                (void)str_copy(hook, sizeof(hook), bridge->name);
        r = b->kind == KIND_BOND ? 0 : planner_choose_hook(pl, bridge->iface, bridge->name, hook, &record, e);
        if (r < 0)
                return r;
        /* What comes in by a tee never meets the bridge, which would tell its own from others': the address does. A
         * bond gives its address to its ports. */
        if (b->role == ROLE_TEE || b->role == ROLE_ONE2MANY)
                planner_add(pl, STEP_LINK_MAC, target_of_iface(g, bridge->iface))->mac = i->mac;
        if (!b->is_up)
                (void)planner_add(pl, STEP_LINK_UP, target_of_iface(g, bridge->iface));
        record_upper(pl, bridge->iface, ether->iface, hook);

        struct target at = target_of_iface(g, bridge->iface);
        CLEANUP(freep) char *bridge_word = node_address(g, bridge->node);
        CLEANUP(freep) char *word = node_address(g, ether->node);

        planner_freebsd(pl, &at, "ngctl", "connect %s %s %s upper", bridge_word, word, hook);
        plan_carry(pl, ether->iface, bridge->iface);
        if (i->master == NONE && !pl->carries_addresses)
                plan_note(pl->p, NOTE_WARNING,
                          "%s's hook lower is not on the bridge: the host reaches the wire again when it is connected",
                          i->name);
        return 0;
}

int plan_connect_upper(struct planner *pl, size_t bridge, size_t iface, const char *hook, struct err *e)
{
        const struct graph *g = pl->g;
        struct end lower = {
                .node = g->ifaces[bridge].node, .hook = NONE, .iface = bridge, .word = g->ifaces[bridge].name};
        struct end upper = {.node = g->ifaces[iface].node, .hook = NONE, .iface = iface, .word = g->ifaces[iface].name};

        (void)str_copy(lower.name, sizeof(lower.name), hook);
        (void)str_copy(upper.name, sizeof(upper.name), "upper");
        return connect_upper(pl, &lower, &upper, e);
}

/* An end that hangs on a bridge as a port: the hidden end of an eiface, else the interface itself. */
static size_t port_of_end(const struct planner *pl, const struct end *end)
{
        const struct iface *i = &pl->g->ifaces[end->iface];

        return has_fabric(pl, end) && i->peer != NONE ? i->peer : end->iface;
}

/* Is that the hook by which such an end hangs on something? */
static bool is_port_hook(const struct planner *pl, const struct end *end)
{
        enum iface_role role = pl->g->ifaces[end->iface].role;

        if (role == ROLE_IFACE)
                return is_iface_hook(end->name);
        return strcmp(end->name,
                      role == ROLE_EIFACE             ? "ether"
                              : role == ROLE_ONE2MANY ? "one"
                              : role == ROLE_ORPHANS  ? carrier_hook(pl->g, end->iface)
                                                      : "lower") == 0;
}

/* Of the two names of an iface's hook the one that was asked for. */
static void name_packet_hook(struct planner *pl, const struct end *end, size_t other)
{
        if (pl->g->ifaces[end->iface].role == ROLE_IFACE)
                name_hook(pl, end->iface, target_of_iface(pl->g, other), end->name);
}

static int check_port(struct planner *pl, const struct end *end, struct err *e)
{
        struct object o = {.type = OBJECT_IFACE, .index = end->iface};
        struct err why = {0};

        if (verb_is_allowed(&verbs[VERB_ATTACH], pl->g, o, &why))
                return 0;
        if (e)
                *e = why;
        return why.code ? why.code : -EOPNOTSUPP;
}

/*
 * Two ends that are no bridge's: a hidden bridge of two ports, which learns nothing. A redirect by tc between the two
 * would need a classifier and an action that not every kernel has, and be in nobody's picture; a bridge is in each
 * kernel that has netgraph's bridges to offer, and its ports are undone, restored and found again as all others.
 */
static int join_ends(struct planner *pl, const struct end *a, const struct end *b, struct err *e)
{
        const struct graph *g = pl->g;
        const struct end *ends[] = {a, b};
        size_t jail = g->nodes[a->node].jail;
        char name[IF_NAME_SIZE];
        struct mac m = {0};

        if (a->node == b->node)
                return err_set(e, -ELOOP, "%s: cannot be joined to itself; choose another node", a->word);
        for (size_t k = 0; k < 2; k++) {
                if (!is_port_hook(pl, ends[k]))
                        return err_set(e, -EINVAL, "%s: can be joined to a bridge's hook alone; make a bridge for it",
                                       ends[k]->word);
        }
        for (size_t k = 0; k < 2; k++) {
                int r = check_port(pl, ends[k], e);

                if (r < 0)
                        return r;
        }
        if (g->ifaces[port_of_end(pl, a)].jail != g->ifaces[port_of_end(pl, b)].jail)
                return err_set(e, -EXDEV,
                               "%s: its node is in another stack than %s; create epair makes a pair over two", a->word,
                               b->word);

        int r = mac_random(&m, e);

        if (r < 0)
                return r;
        (void)str_format(name, sizeof(name), "ngwire%u", planner_lowest_unit(pl, "ngwire", false));

        struct link_spec *l = &planner_add(pl, STEP_LINK_ADD, target_of_jail(g, jail))->link;
        struct target wire = target_in_jail(g, jail, name);

        l->kind = KIND_BRIDGE;
        l->role = ROLE_WIRE;
        l->mac = m;
        (void)str_copy(l->name, sizeof(l->name), name);
        planner_add(pl, STEP_LINK_UP, wire)->is_internal = true;
        for (size_t k = 0; k < 2; k++) {
                size_t port = port_of_end(pl, ends[k]);
                struct step *s = planner_add(pl, STEP_LINK_MASTER, target_of_iface(g, port));

                s->to = wire;
                if (port != ends[k]->iface)
                        (void)str_copy(s->name, sizeof(s->name), g->ifaces[ends[k]->iface].name);
                if (!g->ifaces[port].is_up)
                        planner_add(pl, STEP_LINK_UP, target_of_iface(g, port))->is_internal = port != ends[k]->iface;
                name_packet_hook(pl, ends[k], ends[!k]->iface);
        }

        struct target at = target_of_jail(g, jail);
        CLEANUP(freep) char *word_a = node_address(g, a->node);
        CLEANUP(freep) char *word_b = node_address(g, b->node);

        planner_freebsd(pl, &at, "ngctl", "connect %s %s %s %s", word_a, word_b, a->name, b->name);
        return 0;
}

bool is_bond_hook(const struct iface *bond, const char *name)
{
        bool is_lagg = bond->role != ROLE_ONE2MANY;
        const char *digits = name + 4;
        uint32_t n;

        if (!str_has_prefix(name, is_lagg ? "link" : "many"))
                return false;
        if (!*digits)
                return true;
        return str_to_u32(digits, is_lagg ? UINT32_MAX : MANY_MAX, &n) == 0 && (digits[0] != '0' || !digits[1]);
}

bool is_nat_hook(const char *name)
{
        return strcmp(name, "in") == 0 || strcmp(name, "out") == 0;
}

bool is_iface_hook(const char *name)
{
        return strcmp(name, "inet") == 0 || strcmp(name, "inet6") == 0;
}

bool is_bridge_hook(const char *name)
{
        bool is_uplink = str_has_prefix(name, "uplink");
        const char *digits = name + (is_uplink ? 6 : 4);
        uint32_t n;

        if (!is_uplink && !str_has_prefix(name, "link"))
                return false;
        if (!*digits)
                return true;
        return str_to_u32(digits, UINT32_MAX, &n) == 0 && (digits[0] != '0' || !digits[1]) && (n > 0 || !is_uplink);
}

static int check_bridge_hook(const struct planner *pl, const struct end *end, struct err *e)
{
        enum iface_role role = pl->g->ifaces[end->iface].role;

        if (role == ROLE_NAT)
                return is_nat_hook(end->name)
                        ? 0
                        : err_set(e, -EINVAL, "%s: a nat has hooks in and out; write one of them", end->word);
        if (role == ROLE_TEE && !is_tee_hook(end->name))
                return err_set(e, -EINVAL, "%s: a tee has hooks left, right, left2right and right2left", end->word);
        if (role == ROLE_HUB || role == ROLE_TEE || role == ROLE_VLAN || is_bridge_hook(end->name))
                return 0;
        return err_set(e, -EINVAL, "%s: a bridge has hooks linkN and uplinkN; write link for the next free one",
                       end->word);
}

/* Linux translates in a stack of its own, between what it routes: behind a nat's out is the host's, by in is the wire.
 */
static int check_nat_side(const struct planner *pl, const struct end *nat, const struct end *other, struct err *e)
{
        bool is_upper = strcmp(other->name, "upper") == 0 && !has_fabric(pl, other) && !is_bridge(pl, other);

        if (pl->g->ifaces[nat->iface].role != ROLE_NAT || (strcmp(nat->name, "out") == 0) == is_upper)
                return 0;
        return err_set(e, -EOPNOTSUPP,
                       "%s: Linux translates what its own stack sends: join out to a NIC's upper, in to its lower",
                       nat->word);
}

/* What may be joined to what, told from the bridge's side. */
static int connect_to_bridge(struct planner *pl, const struct end *bridge, const struct end *other, struct err *e)
{
        const struct graph *g = pl->g;
        int r = check_bridge_hook(pl, bridge, e);

        if (r == 0 && is_bridge(pl, other))
                r = check_bridge_hook(pl, other, e);
        if (r < 0)
                return r;
        r = check_nat_side(pl, bridge, other, e);
        if (r == 0 && is_bridge(pl, other))
                r = check_nat_side(pl, other, bridge, e);
        if (r < 0)
                return r;
        if (is_bridge(pl, other))
                return join_bridges(pl, bridge, other, e);
        if (strcmp(other->name, "upper") == 0 && !has_fabric(pl, other))
                return connect_upper(pl, bridge, other, e);
        if (is_port_hook(pl, other)) {
                r = check_port(pl, other, e);
                if (r == 0)
                        r = plan_attach_port(pl, other->iface, bridge->iface, bridge->name, e);
                if (r == 0)
                        name_packet_hook(pl, other, bridge->iface);
                return r;
        }
        return err_set(e, -EINVAL, "%s: cannot be connected to a bridge; %s can", other->word,
                       g->ifaces[other->iface].role == ROLE_EIFACE          ? "its hook ether"
                               : g->ifaces[other->iface].role == ROLE_IFACE ? "its hooks inet and inet6"
                                                                            : "its hooks lower, upper and orphans");
}

/* A bond's ports are whole interfaces; its own interface is what hangs on a bridge, or the host's stack. */
static int connect_to_bond(struct planner *pl, const struct end *bond, const struct end *other, struct err *e)
{
        const struct iface *b = &pl->g->ifaces[bond->iface], *o = &pl->g->ifaces[other->iface];
        bool is_nic = !has_fabric(pl, other) && !iface_takes_ports(o);

        if (is_port_hook(pl, bond)) {
                if (is_nic && strcmp(other->name, "upper") == 0 && b->role == ROLE_ONE2MANY)
                        return connect_upper(pl, bond, other, e);
                return is_bridge(pl, other) ? connect_to_bridge(pl, other, bond, e) : join_ends(pl, bond, other, e);
        }
        if (b->role != ROLE_ONE2MANY && strcmp(bond->name, "upper") == 0 && is_bridge(pl, other))
                return connect_to_bridge(pl, other, bond, e);
        if (!is_bond_hook(b, bond->name))
                return err_set(e, -EINVAL,
                               b->role == ROLE_ONE2MANY
                                       ? N_("%s: a one2many has hooks many0 to many63, and one")
                                       : N_("%s: a lagg has hooks linkN for its ports, and lower, which is itself"),
                               bond->word);
        if (!is_nic || strcmp(other->name, "lower") != 0)
                return err_set(e, -EOPNOTSUPP, "%s: a bond's ports are whole interfaces; join it to a NIC's lower",
                               bond->word);

        int r = check_port(pl, other, e);

        return r < 0 ? r : plan_attach_port(pl, other->iface, bond->iface, bond->name, e);
}

int plan_connect(struct planner *pl, struct err *e)
{
        struct end a = {0}, b = {0};
        int r = find_end(pl, 0, &a, e);

        if (r == 0)
                r = find_end(pl, 1, &b, e);
        if (r < 0)
                return r;
        if (a.hook != NONE)
                return refuse_connected(pl, &a, e);
        if (b.hook != NONE)
                return refuse_connected(pl, &b, e);
        if (pl->g->ifaces[a.iface].kind == KIND_BOND)
                return connect_to_bond(pl, &a, &b, e);
        if (pl->g->ifaces[b.iface].kind == KIND_BOND)
                return connect_to_bond(pl, &b, &a, e);
        if (is_bridge(pl, &a))
                return connect_to_bridge(pl, &a, &b, e);
        if (is_bridge(pl, &b))
                return connect_to_bridge(pl, &b, &a, e);
        return join_ends(pl, &a, &b, e);
}

static int disconnect_upper(struct planner *pl, const struct end *end, struct err *e)
{
        const struct graph *g = pl->g;
        size_t master = g->ifaces[end->iface].master;
        size_t carried = 0;

        for (size_t k = 0; master != NONE && k < g->ifaces[master].address_count; k++)
                carried += address_is_carried(&g->ifaces[master], &g->ifaces[master].addresses[k]);
        if (!carried)
                return err_set(e, -ENOTCONN, "%s: is not connected; the host's addresses are not on a bridge of it",
                               end->word);
        plan_carry(pl, master, end->iface);
        plan_note(pl->p, NOTE_WARNING, "while it is a port, its own addresses do not answer; detach it to use them");
        return 0;
}

/* Does that port of a wire end with its edge? */
static bool is_carrier_end(const struct graph *g, size_t port)
{
        size_t peer = g->ifaces[port].peer;

        return peer != NONE && g->ifaces[peer].role == ROLE_ORPHANS;
}

/* Both ends come off, and the hidden bridge between them goes. */
static void cut_wire(struct planner *pl, const struct edge *edge)
{
        const struct graph *g = pl->g;
        const size_t ends[] = {edge->iface_b, edge->iface_a};
        struct target at = target_of_iface(g, g->ifaces[edge->iface_a].master);
        CLEANUP(freep) char *word = node_address(g, g->hooks[edge->a].node);

        for (size_t k = 0; k < 2; k++) {
                const struct iface *i = &g->ifaces[ends[k]];

                if (is_carrier_end(g, ends[k])) {
                        (void)planner_add(pl, STEP_LINK_DEL, target_of_iface(g, i->peer));
                        continue;
                }

                struct step *s = planner_add(pl, STEP_LINK_MASTER, target_of_iface(g, ends[k]));

                if (i->role == ROLE_FABRIC && i->peer != NONE)
                        (void)str_copy(s->name, sizeof(s->name), g->ifaces[i->peer].name);
                if (i->role == ROLE_FABRIC && planner_end_goes_down(g, ends[k]))
                        plan_set_down(pl, ends[k], true);
        }
        (void)planner_add(pl, STEP_LINK_DEL, at);
        planner_freebsd(pl, &at, "ngctl", "rmhook %s %s", word, g->hooks[edge->a].name);
}

static void disconnect_recorded_upper(struct planner *pl, const struct edge *edge)
{
        const struct graph *g = pl->g;
        struct target at = target_of_iface(g, edge->iface_b);
        CLEANUP(freep) char *word = node_address(g, g->hooks[edge->b].node);

        record_upper(pl, edge->iface_a, edge->iface_b, "");
        planner_freebsd(pl, &at, "ngctl", "rmhook %s upper", word);
        plan_carry(pl, edge->iface_a, edge->iface_b);
        if (pl->in->verb == VERB_DISCONNECT && g->ifaces[edge->iface_b].master != NONE)
                plan_note(pl->p, NOTE_WARNING, "%s's own addresses do not answer while its hook lower is connected",
                          g->ifaces[edge->iface_b].name);
}

int plan_disconnect_edge(struct planner *pl, const struct edge *edge, const char *word, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *a = &g->ifaces[edge->iface_a], *b = &g->ifaces[edge->iface_b];

        switch (edge->kind) {
        case EDGE_PORT:
                if (a->role == ROLE_FABRIC && b->role == ROLE_FABRIC)
                        return plan_destroy_iface(pl, edge->iface_a, e);
                return plan_detach_port(pl, b->role == ROLE_FABRIC && b->peer != NONE ? b->peer : edge->iface_b, e);
        case EDGE_MEMBER: return plan_detach_port(pl, edge->iface_b, e);
        case EDGE_UPPER: disconnect_recorded_upper(pl, edge); return 0;
        case EDGE_PAIR:
                if (a->master != NONE && g->ifaces[a->master].role == ROLE_WIRE) {
                        cut_wire(pl, edge);
                        return 0;
                }
                return err_set(e, -EOPNOTSUPP, "%s: a pair's two ends are joined for life; destroy it instead", word);
        case EDGE_PARENT:
                return err_set(e, -EOPNOTSUPP, "%s: %s stands on its parent for life; destroy it instead", word,
                               b->name);
        }
        return -EINVAL;
}

int plan_disconnect(struct planner *pl, struct err *e)
{
        struct end end = {0};
        int r = find_end(pl, 0, &end, e);

        if (r < 0)
                return r;
        if (end.hook != NONE)
                return plan_disconnect_edge(pl, &pl->g->edges[pl->g->hooks[end.hook].edge], end.word, e);
        if (strcmp(end.name, "upper") == 0)
                return disconnect_upper(pl, &end, e);
        return err_set(e, -ENOTCONN, "%s: is not connected; there is nothing to part", end.word);
}
