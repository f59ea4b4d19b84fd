/* plan_attach.c - ports of bridges: attach and detach. */
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/graph/marks.h"
#include "core/graph/names.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"

/* An eiface hangs on a bridge by its fabric end. */
size_t planner_port(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return role_has_fabric(i->role) && i->peer != NONE ? i->peer : iface;
}

/* The hook of its node by which it hangs there. */
static const char *port_hook(const struct graph *g, size_t iface)
{
        switch (g->ifaces[iface].role) {
        case ROLE_EIFACE: return "ether";
        case ROLE_IFACE: return "inet";
        case ROLE_ONE2MANY: return "one";
        case ROLE_ORPHANS: return carrier_hook(g, iface);
        default: return "lower";
        }
}

static const char *place(const struct graph *g, size_t jail)
{
        return jail == 0 ? "on the host" : g->jails[jail].name;
}

/* The word for the port in sentences, where that is a hidden end. */
void planner_name_port(struct planner *pl, struct step *s, size_t iface, size_t port)
{
        if (iface != port)
                target_name_end(pl->g, port, s->name, sizeof(s->name));
}

/* A bridge and its port share a stack; say what can be done when they do not. */
static int refuse_elsewhere(struct planner *pl, size_t iface, size_t bridge, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface], *b = &g->ifaces[bridge];
        CLEANUP(text_done) struct text port = {0};
        CLEANUP(text_done) struct text other = {0};

        query_put_iface(&port, g, iface);
        if (role_has_fabric(i->role))
                return err_set(e, -EXDEV,
                               "%s: its node is %s%s, the bridge %s is %s%s; make an eiface with --jail there",
                               text_str(&port), g->ifaces[i->peer].jail ? "in " : "", place(g, g->ifaces[i->peer].jail),
                               b->name, b->jail ? "in " : "", place(g, b->jail));
        if (i->peer != NONE && g->ifaces[i->peer].jail == b->jail)
                query_put_iface(&other, g, i->peer);
        return err_set(e, -EXDEV, "%s: is %s%s; move %s there first%s%s", b->name, b->jail ? "in " : "",
                       place(g, b->jail), text_str(&port), other.length ? " or attach its peer " : "",
                       text_str(&other));
}

static int check_loop(struct planner *pl, size_t port, size_t bridge, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[port], *b = &g->ifaces[bridge];

        for (size_t p = port, depth = 0; p != NONE && depth < 8; p = g->ifaces[p].parent, depth++) {
                if (p == bridge)
                        return err_set(e, -ELOOP, "%s: stands on %s itself; choose another bridge", i->name, b->name);
        }
        if (i->peer != NONE && g->ifaces[i->peer].master == bridge)
                return err_set(e, -ELOOP,
                               "%s: its peer %s is a port of %s already, which makes a loop; choose another "
                               "bridge",
                               i->name, g->ifaces[i->peer].name, b->name);
        return 0;
}

static bool hook_is_taken(const struct planner *pl, size_t bridge, const char *name)
{
        size_t node = pl->g->ifaces[bridge].node;

        for (size_t k = 0; k < pl->p->step_count; k++) {
                const struct step *s = &pl->p->steps[k];

                if (s->op == STEP_HOOK_NAME && strcmp(s->text, name) == 0 && target_find_iface(pl->g, &s->at) == bridge)
                        return true;
        }
        return node != NONE && graph_find_hook(pl->g, node, name) != NONE;
}

/* The port number that the kernel will give: the lowest free one. */
static unsigned next_port_number(const struct graph *g, size_t bridge)
{
        size_t count = graph_ports(g, bridge, NULL, 0);
        CLEANUP(freep) size_t *ports = xcalloc(count + 1, sizeof(*ports));
        CLEANUP(freep) bool *taken = xcalloc(count + 2, sizeof(*taken)); /* one of count + 1 is free */
        unsigned n = 1;

        (void)graph_ports(g, bridge, ports, count);
        for (size_t k = 0; k < count; k++) {
                unsigned number = g->ifaces[ports[k]].port_number;

                if (number <= count)
                        taken[number] = true;
        }
        while (taken[n])
                n++;
        return n;
}

static void next_hook(const struct planner *pl, size_t bridge, const char *stem, unsigned from,
                      char ret[HOOK_NAME_SIZE])
{
        do {
                (void)str_format(ret, HOOK_NAME_SIZE, "%s%u", stem, from++);
        } while (hook_is_taken(pl, bridge, ret));
}

static int choose_tee_hook(struct planner *pl, size_t tee, const char *wish, char ret[HOOK_NAME_SIZE], struct err *e)
{
        static const char *const order[] = {"left", "right", "left2right", "right2left"};

        for (size_t k = 0; !wish && k < ARRAY_SIZE(order); k++)
                if (!hook_is_taken(pl, tee, order[k]))
                        wish = order[k];
        if (!wish || !is_tee_hook(wish))
                return err_set(e, -EINVAL, "%s: a tee has hooks left, right, left2right and right2left",
                               wish ? wish : pl->g->ifaces[tee].name);
        if (hook_is_taken(pl, tee, wish))
                return err_set(e, -EEXIST, "%s:%s: is connected already; disconnect it first", pl->g->ifaces[tee].name,
                               wish);
        (void)str_copy(ret, HOOK_NAME_SIZE, wish); /* shorter */
        return 0;
}

static int choose_nat_hook(struct planner *pl, size_t nat, const char *wish, char ret[HOOK_NAME_SIZE], struct err *e)
{
        if (!is_nat_hook(wish))
                return err_set(e, -EINVAL, "%s: a nat has hooks in and out; write one of them", wish);
        if (hook_is_taken(pl, nat, wish))
                return err_set(e, -EEXIST, "%s:%s: is connected already; disconnect it first", pl->g->ifaces[nat].name,
                               wish);
        (void)str_copy(ret, HOOK_NAME_SIZE, wish); /* shorter */
        return 0;
}

/* many0 and on of a one2many, link0 and on of a lagg. */
static int choose_bond_hook(struct planner *pl, size_t bond, const char *wish, char ret[HOOK_NAME_SIZE], struct err *e)
{
        bool is_lagg = pl->g->ifaces[bond].role != ROLE_ONE2MANY;
        const char *stem = is_lagg ? "link" : "many";

        if (!wish || strcmp(wish, stem) == 0) {
                next_hook(pl, bond, stem, 0, ret);
                wish = ret;
        }
        if (!is_bond_hook(&pl->g->ifaces[bond], wish))
                return err_set(e, -EINVAL,
                               is_lagg ? N_("%s: a lagg has hooks linkN; write link for the next free one")
                                       : N_("%s: a one2many has hooks many0 to many63, and one"),
                               wish);
        if (hook_is_taken(pl, bond, wish))
                return err_set(e, -EEXIST, "%s:%s: is connected already; disconnect it first", pl->g->ifaces[bond].name,
                               wish);
        if (wish != ret)
                (void)str_copy(ret, HOOK_NAME_SIZE, wish); /* shorter */
        return 0;
}

/* Any name; the next of those that are missing, and then one for a VLAN. */
static int choose_vlan_hook(struct planner *pl, size_t bridge, const char *wish, char ret[HOOK_NAME_SIZE],
                            struct err *e)
{
        if (!wish && !hook_is_taken(pl, bridge, "downstream"))
                wish = "downstream";
        if (!wish) {
                next_hook(pl, bridge, "vlan", 1, ret);
                return 0;
        }

        int r = name_check_hook(wish, e);

        if (r == 0 && hook_is_taken(pl, bridge, wish))
                r = err_set(e, -EEXIST, "%s:%s: is connected already; disconnect it first", pl->g->ifaces[bridge].name,
                            wish);
        if (r == 0)
                (void)str_copy(ret, HOOK_NAME_SIZE, wish); /* checked: it fits */
        return r;
}

int planner_choose_hook(struct planner *pl, size_t bridge, const char *wish, char ret[HOOK_NAME_SIZE], bool *ret_record,
                        struct err *e)
{
        char usual[HOOK_NAME_SIZE];

        if (pl->g->ifaces[bridge].role == ROLE_NAT) {
                *ret_record = true;
                return choose_nat_hook(pl, bridge, wish ? wish : "in", ret, e);
        }
        if (pl->g->ifaces[bridge].role == ROLE_TEE) {
                *ret_record = true;
                return choose_tee_hook(pl, bridge, wish, ret, e);
        }
        if (pl->g->ifaces[bridge].role == ROLE_VLAN) {
                *ret_record = true;
                return choose_vlan_hook(pl, bridge, wish, ret, e);
        }
        (void)str_format(usual, sizeof(usual), "link%u", next_port_number(pl->g, bridge) - 1);
        if (!wish || strcmp(wish, "link") == 0) {
                (void)str_copy(ret, HOOK_NAME_SIZE, usual);
                if (wish || hook_is_taken(pl, bridge, usual)) /* as netgraph does: the lowest that is free */
                        next_hook(pl, bridge, "link", 0, ret);
        } else if (strcmp(wish, "uplink") == 0) {
                next_hook(pl, bridge, "uplink", 1, ret);
        } else {
                int r = name_check_hook(wish, e);

                if (r < 0)
                        return r;
                if (hook_is_taken(pl, bridge, wish)) {
                        next_hook(pl, bridge, "link", 0, ret);
                        return err_set(e, -EEXIST, "%s:%s: is connected already; %s is free",
                                       pl->g->ifaces[bridge].name, wish, ret);
                }
                (void)str_copy(ret, HOOK_NAME_SIZE, wish);
        }
        *ret_record = strcmp(ret, usual) != 0 || role_is_netgraph(pl->g->ifaces[bridge].role);
        return 0;
}

static bool has_ports_mac(const struct graph *g, size_t bridge)
{
        for (size_t k = 0; k < g->iface_count; k++)
                if (g->ifaces[k].master == bridge && mac_equal(g->ifaces[k].mac, g->ifaces[bridge].mac))
                        return true;
        return false;
}

/* A bridge whose address nobody has set has the lowest of its ports'; jailnet's own have one that stays. */
static void note_bridge_mac(struct planner *pl, size_t port, size_t bridge)
{
        const struct graph *g = pl->g;
        const struct iface *p = &g->ifaces[port], *b = &g->ifaces[bridge];
        CLEANUP(text_done) struct text name = {0};
        char buf[MAC_TEXT_SIZE];

        if (b->is_owned || b->pin_source != PIN_NONE || !p->mac.is_set ||
            memcmp(p->mac.bytes, b->mac.bytes, sizeof(b->mac.bytes)) >= 0 || !has_ports_mac(g, bridge))
                return;
        iface_put(&name, g, bridge);
        plan_note(pl->p, NOTE_WARNING,
                  "%s takes the lowest MAC address of its ports, and so becomes %s: neighbours know the old one for "
                  "minutes; jailnet pin %s first keeps it",
                  text_str(&name), mac_format(p->mac, buf), text_str(&name));
}

static void note_consequences(struct planner *pl, size_t iface, size_t port, size_t bridge)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface], *p = &g->ifaces[port], *b = &g->ifaces[bridge];
        CLEANUP(text_done) struct text name = {0};
        CLEANUP(text_done) struct text bridge_name = {0};
        CLEANUP(segment_done) struct segment here = segment_of(g, port);
        size_t same = NONE;
        char buf[PREFIX_TEXT_SIZE];

        iface_put(&name, g, iface);
        iface_put(&bridge_name, g, bridge);
        note_bridge_mac(pl, port, bridge);
        if (p->mtu_bytes != b->mtu_bytes)
                plan_note(pl->p, NOTE_WARNING,
                          "%s has MTU %u and %s has %u: the bridge takes the smallest of its ports", text_str(&name),
                          p->mtu_bytes, text_str(&bridge_name), b->mtu_bytes);
        for (size_t k = 0; port == iface && !pl->carries_addresses && k < i->address_count; k++) {
                struct target at = target_of_iface(g, port);

                if (!address_is_carried(i, &i->addresses[k]))
                        continue;
                plan_note(pl->p, NOTE_WARNING,
                          "%s: %s stops working on a port; connect its hook upper to carry it to %s", text_str(&name),
                          prefix_format(&i->addresses[k], buf), text_str(&bridge_name));
                plan_note_port(pl->p, &at, &i->addresses[k]);
        }
        if (here.marks[bridge]) {
                if (!b->stp_on)
                        plan_note(pl->p, NOTE_WARNING,
                                  "%s is joined to %s another way already: a loop, and %s has no "
                                  "spanning tree",
                                  text_str(&name), text_str(&bridge_name), text_str(&bridge_name));
                return;
        }

        CLEANUP(segment_done) struct segment there = segment_of(g, bridge);

        for (size_t k = here.count; k-- > 0 && same == NONE;) /* the port itself last */
                same = segment_find_mac(g, &there, bridge, g->ifaces[here.items[k]].mac);
        if (same != NONE) {
                CLEANUP(text_done) struct text other = {0};

                iface_put(&other, g, same);
                plan_note(pl->p, NOTE_WARNING, "%s brings a MAC address that %s has on the same segment",
                          text_str(&name), text_str(&other));
        }
}

static int attach_to_lagg(struct planner *pl, size_t iface, size_t lagg, const char *hook, struct err *e)
{
        const struct graph *g = pl->g;
        struct target at = target_of_iface(g, lagg);
        CLEANUP(freep) char *lagg_word = shell_word(g->ifaces[lagg].name);
        CLEANUP(freep) char *word = shell_word(g->ifaces[iface].name);

        bool is_hooked = hook || g->ifaces[lagg].role == ROLE_ONE2MANY;
        char name[HOOK_NAME_SIZE];

        if (pl->carries_addresses)
                return err_set(e, -EINVAL, "%s: --upper is for bridges; give the addresses to the lagg",
                               g->ifaces[lagg].name);

        int r = is_hooked ? choose_bond_hook(pl, lagg, hook, name, e) : 0;

        if (r == 0)
                r = plan_add_lagg_port(pl, planner_port(g, iface), &at, g->ifaces[lagg].jail, e);
        if (r < 0)
                return r;
        if (!is_hooked) {
                planner_freebsd(pl, &at, "ifconfig", "%s laggport %s", lagg_word, word);
                return 0;
        }

        struct step *s = planner_add(pl, STEP_HOOK_NAME, at);
        CLEANUP(freep) char *lagg_node = node_address(g, g->ifaces[lagg].node);
        CLEANUP(freep) char *node = node_address(g, g->ifaces[iface].node);

        s->to = target_of_iface(g, iface);
        (void)str_copy(s->text, sizeof(s->text), name);
        planner_freebsd(pl, &at, "ngctl", "connect %s %s %s lower", lagg_node, node, name);
        return 0;
}

/* Its first hook was an uplink: there is one from whose frames it learns nothing. */
static bool has_uplink_first(const struct graph *g, size_t bridge)
{
        const struct node *n = &g->nodes[g->ifaces[bridge].node];

        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                const struct iface *port = &g->ifaces[hook_port(g, bridge, k)];

                if (str_has_prefix(g->hooks[k].name, "uplink") && (port->tuning_known >> TUNE_LEARNING & 1u) &&
                    !port->tuning[TUNE_LEARNING])
                        return true;
        }
        return false;
}

/*
 * Where the first hook is no uplink, netgraph sends to all ports what goes to an uplink's unlearnt addresses. That is
 * left to those who ask for it: such an uplink learns as every port does.
 */
void planner_set_uplink(struct planner *pl, size_t bridge, struct target port, const char *hook,
                        const char *person_name)
{
        const struct iface *b = &pl->g->ifaces[bridge];
        bool is_uplink = str_has_prefix(hook, "uplink");
        struct step *s;

        if (b->role != ROLE_NG_BRIDGE ||
            (!has_uplink_first(pl->g, bridge) && (!is_uplink || pl->g->nodes[b->node].hook_count)))
                return;
        s = planner_tune(pl, port, is_uplink ? TUNE_LEARNING : TUNE_FLOOD, 0);
        (void)str_copy(s->name, sizeof(s->name), person_name); /* a cut one still tells */
}

/* An iface's, or what carries its second hook: packets that have no addresses of Ethernet's. */
static bool is_packet_port(const struct graph *g, size_t iface)
{
        return g->ifaces[iface].role == ROLE_IFACE ||
                (g->ifaces[iface].role == ROLE_ORPHANS && is_iface_hook(carrier_hook(g, iface)));
}

/* Two ways to one segment: what comes from there would be taken in twice. */
static int check_second_hook(const struct graph *g, size_t carrier, size_t bridge, struct err *e)
{
        size_t owner = orphans_nic(g, carrier);

        if (owner == NONE || g->ifaces[owner].role != ROLE_FABRIC || g->ifaces[owner].master == NONE)
                return 0;

        CLEANUP(segment_done) struct segment segment = segment_of(g, owner);

        return segment.marks[bridge]
                ? err_set(e, -EOPNOTSUPP,
                          "%s: has the iface's other hook already, and would send it all packets twice; "
                          "one hook carries both families",
                          g->ifaces[bridge].name)
                : 0;
}

int plan_attach_port(struct planner *pl, size_t iface, size_t bridge, const char *hook, struct err *e)
{
        const struct graph *g = pl->g;
        size_t port = planner_port(g, iface);
        char name[HOOK_NAME_SIZE];
        bool record = false;
        int r;

        if (g->ifaces[bridge].kind == KIND_BOND)
                return attach_to_lagg(pl, iface, bridge, hook, e);
        if (g->ifaces[bridge].kind != KIND_BRIDGE)
                return err_set(e, -EINVAL, "%s: is not a bridge; create bridge NAME makes one", g->ifaces[bridge].name);
        if (g->ifaces[port].jail != g->ifaces[bridge].jail)
                return refuse_elsewhere(pl, iface, bridge, e);
        if (is_packet_port(g, iface) && g->ifaces[bridge].role != ROLE_HUB && g->ifaces[bridge].role != ROLE_TEE)
                return err_set(e, -EOPNOTSUPP,
                               "%s: its hooks carry IP packets, which mean nothing to a bridge; join it to another "
                               "iface, a hub or a tee",
                               g->ifaces[g->ifaces[iface].role == ROLE_IFACE ? iface : carrier_user(g, iface)].name);
        r = check_loop(pl, port, bridge, e);
        if (r == 0 && g->ifaces[iface].role == ROLE_ORPHANS)
                r = check_second_hook(g, iface, bridge, e);
        if (r == 0)
                r = planner_choose_hook(pl, bridge, hook, name, &record, e);
        if (r < 0)
                return r;
        note_consequences(pl, iface, port, bridge);

        struct step *s = planner_add(pl, STEP_LINK_MASTER, target_of_iface(g, port));

        s->to = target_of_iface(g, bridge);
        planner_name_port(pl, s, iface, port);
        {
                char person_name[JAIL_NAME_SIZE];

                (void)str_copy(person_name, sizeof(person_name), s->name); /* same size */
                planner_set_uplink(pl, bridge, target_of_iface(g, port), name, person_name);
        }
        if (!g->ifaces[port].is_up)
                planner_add(pl, STEP_LINK_UP, target_of_iface(g, port))->is_internal = port != iface;
        if (record) {
                s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(g, bridge));
                s->to = target_of_iface(g, port);
                planner_name_port(pl, s, iface, port);
                (void)str_copy(s->text, sizeof(s->text), name);
        }

        struct target at = target_of_iface(g, bridge);
        CLEANUP(freep) char *bridge_word = shell_word(g->ifaces[bridge].name);
        CLEANUP(freep) char *word = shell_word(g->ifaces[iface].name);

        if (port != iface || hook || role_is_netgraph(g->ifaces[bridge].role)) {
                CLEANUP(freep) char *bridge_node = node_address(g, g->ifaces[bridge].node);
                CLEANUP(freep) char *node = node_address(g, g->ifaces[iface].node);

                planner_freebsd(pl, &at, "ngctl", "connect %s %s %s %s", bridge_node, node, name, port_hook(g, iface));
        } else {
                planner_freebsd(pl, &at, "ifconfig", "%s addm %s", bridge_word, word);
                if (!g->ifaces[port].is_up)
                        planner_freebsd(pl, &at, "ifconfig", "%s up", word);
        }
        return 0;
}

/* What carries them goes with its edge. */
static void part_orphans(struct planner *pl, size_t carrier)
{
        struct target at = target_of_iface(pl->g, carrier);
        CLEANUP(freep) char *node = node_address(pl->g, pl->g->ifaces[carrier].node);

        (void)planner_add(pl, STEP_LINK_DEL, at);
        planner_freebsd(pl, &at, "ngctl", "rmhook %s %s", node, carrier_hook(pl->g, carrier));
}

bool planner_end_goes_down(const struct graph *g, size_t port)
{
        return g->ifaces[port].is_up && orphans_carrier(g, port) == NONE;
}

int plan_detach_port(struct planner *pl, size_t iface, struct err *e)
{
        const struct graph *g = pl->g;
        size_t port = planner_port(g, iface);
        const struct iface *p = &g->ifaces[port];
        struct target at = target_of_iface(g, port);

        if (g->ifaces[iface].role == ROLE_ORPHANS) {
                part_orphans(pl, iface);
                return 0;
        }
        if (p->master == NONE && !p->master_ifindex)
                return err_set(e, -EINVAL, "%s: is attached to no bridge; there is nothing to detach",
                               g->ifaces[iface].name);
        planner_name_port(pl, planner_add(pl, STEP_LINK_MASTER, at), iface, port);
        if (port != iface && planner_end_goes_down(g, port)) /* without its edge an eiface has no carrier */
                plan_set_down(pl, port, true);
        if (p->master == NONE)
                return 0;
        if (recorded_hook_name(g, p->master, port)[0]) {
                struct step *s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(g, p->master));

                s->to = at;
                s->is_internal = true;
                planner_name_port(pl, s, iface, port);
        }

        CLEANUP(freep) char *bridge_word = shell_word(g->ifaces[p->master].name);
        CLEANUP(freep) char *word = shell_word(g->ifaces[iface].name);

        if (port != iface || role_is_netgraph(g->ifaces[p->master].role)) {
                CLEANUP(freep) char *node = node_address(g, g->ifaces[iface].node);

                planner_freebsd(pl, &at, "ngctl", "rmhook %s %s", node, port_hook(g, iface));
        } else if (g->ifaces[p->master].kind == KIND_BOND)
                planner_freebsd(pl, &at, "ifconfig", "%s -laggport %s", bridge_word, word);
        else
                planner_freebsd(pl, &at, "ifconfig", "%s deletem %s", bridge_word, word);
        return 0;
}

int plan_attach(struct planner *pl, struct err *e)
{
        size_t iface = NONE, bridge = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = query_iface(pl->g, pl->in->values[1], &bridge, e);
        if (r < 0)
                return r;
        pl->carries_addresses = planner_has(pl, "upper");
        r = plan_attach_port(pl, iface, bridge, pl->in->value_count > 2 ? pl->in->values[2] : NULL, e);
        if (r < 0 || !pl->carries_addresses)
                return r;

        char hook[HOOK_NAME_SIZE];

        next_hook(pl, bridge, "link", next_port_number(pl->g, bridge), hook); /* the port itself has the one before */
        return plan_connect_upper(pl, bridge, iface, hook, e);
}

int plan_detach(struct planner *pl, struct err *e)
{
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        return r < 0 ? r : plan_detach_port(pl, iface, e);
}

int plan_isolate(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        const char *state = pl->in->values[1];
        bool on = strcmp(state, "on") == 0;
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;
        if (!on && strcmp(state, "off") != 0)
                return err_set(e, -EINVAL, "%s: is neither on nor off; write one of them", state);

        size_t port = planner_port(g, iface), bridge = g->ifaces[port].master;

        if (bridge == NONE || g->ifaces[bridge].kind != KIND_BRIDGE)
                return err_set(e, -EINVAL, "%s: is a port of no bridge; attach it first", g->ifaces[iface].name);
        if (g->ifaces[port].is_isolated == on) {
                plan_note(pl->p, NOTE_INFO, "isolation is %s already: nothing to do", state);
                return 0;
        }

        struct target at = target_of_iface(g, bridge);
        struct step *s = planner_add(pl, STEP_PORT_ISOLATE, target_of_iface(g, port));
        CLEANUP(freep) char *bridge_word = shell_word(g->ifaces[bridge].name);
        CLEANUP(freep) char *word = shell_word(g->ifaces[iface].name);

        s->number = on;
        planner_name_port(pl, s, iface, port);
        planner_freebsd(pl, &at, "ifconfig", "%s %sprivate %s", bridge_word, on ? "" : "-", word);
        return 0;
}
