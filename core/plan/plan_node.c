/* plan_node.c - plans about netgraph nodes: made alone or joined to another, shut down, kept without hooks. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/graph/names.h"
#include "core/plan/chain.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"

/* What can be made of a netgraph type, and for those that cannot, why. */
struct node_type {
        const char *name;
        enum iface_role role; /* of what is made */
        const char *stem;     /* of its interface's name; the hook that FreeBSD would hold it by */
        const char *hook;
        const char *why_not; /* NULL: it can be made */
};

static const struct node_type types[] = {
        {"bridge", ROLE_NG_BRIDGE, "ngbr", "link0", NULL},
        {"hub", ROLE_HUB, "nghub", "hook0", NULL},
        {"eiface", ROLE_EIFACE, "ngeth", "ether", NULL},
        {"tee", ROLE_TEE, "ngtee", "left", NULL},
        {"nat", ROLE_NAT, "ngnat", "in", NULL},
        {"iface", ROLE_IFACE, "ng", "inet", NULL},
        {"ether", ROLE_PLAIN, "", "", "is the node of an interface that is there; it comes and goes with that"},
        {"socket", ROLE_PLAIN, "", "", "is the node of a program, which makes it for itself"},
        {"vlan", ROLE_VLAN, "ngvlan", "downstream", NULL},
        {"one2many", ROLE_ONE2MANY, "ngmany", "one", NULL},
        {"lagg", ROLE_PLAIN, "lagg", "link0", NULL},
};

static const struct node_type *find_type(const char *name)
{
        for (size_t k = 0; k < ARRAY_SIZE(types); k++) {
                if (strcmp(types[k].name, name) == 0)
                        return &types[k];
        }
        return NULL;
}

static int check_type(const char *name, const struct node_type **ret, struct err *e)
{
        const struct node_type *t = find_type(name);

        if (!t && str_has_prefix(name, "ng_") && find_type(name + 3))
                return err_set(e, -ENOENT, "%s: no such node type; it is called %s", name, name + 3);
        if (!t)
                return err_set(
                        e, -ENOENT,
                        "%s: no such node type; bridge, eiface, hub, iface, lagg, nat, one2many, tee and vlan can be made",
                        name);
        if (t->why_not)
                return err_set(e, -EINVAL, "%s: %s", name, t->why_not);
        *ret = t;
        return 0;
}

/* As the type's constructor would refuse it. */
static int check_hook(const struct node_type *t, const char *hook, struct err *e)
{
        int r = name_check_hook(hook, e);

        if (r < 0)
                return r;
        if (t->role == ROLE_EIFACE && strcmp(hook, "ether") != 0)
                return err_set(e, -EPFNOSUPPORT, "%s: an eiface has one hook, ether; write that", hook);
        if (t->role == ROLE_IFACE && !is_iface_hook(hook))
                return err_set(e, -EPFNOSUPPORT, "%s: an iface has hooks inet and inet6; write one of them", hook);
        if (t->role == ROLE_NAT && !is_nat_hook(hook))
                return err_set(e, -EINVAL, "%s: a nat has hooks in and out; write one of them", hook);
        if (t->role == ROLE_TEE && !is_tee_hook(hook))
                return err_set(e, -EINVAL, "%s: a tee has hooks left, right, left2right and right2left", hook);
        if (t->role == ROLE_ONE2MANY && strcmp(hook, "one") != 0 &&
            !is_bond_hook(&(struct iface){.role = t->role}, hook))
                return err_set(e, -EINVAL, "%s: a one2many has hooks many0 to many63, and one", hook);
        if (t->role == ROLE_PLAIN && !is_bond_hook(&(struct iface){.role = t->role}, hook))
                return err_set(e, -EINVAL, "%s: a lagg has hooks linkN; write link for the next free one", hook);
        if (t->role == ROLE_NG_BRIDGE && !is_bridge_hook(hook))
                return err_set(e, -EINVAL, "%s: a bridge has hooks linkN and uplinkN; write link for the next free one",
                               hook);
        return 0;
}

/* The hook of a named neighbour behind which the node is; NONE. */
static size_t named_neighbour(const struct graph *g, const struct node *n)
{
        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                size_t peer = graph_hook_peer(g, k);
                const struct node *other = &g->nodes[g->hooks[peer].node];

                if (other->name && other->jail == n->jail && other != n)
                        return peer;
        }
        return NONE;
}

char *hook_address(const struct graph *g, size_t node, const char *hook)
{
        CLEANUP(text_done) struct text t = {0};
        size_t from = NONE;

        if (node == NONE)
                return xstrdup("?");
        if (g->nodes[node].name)
                text_putf(&t, "%s:%s", g->nodes[node].name, hook);
        else if ((from = named_neighbour(g, &g->nodes[node])) != NONE)
                text_putf(&t, "%s:%s%s%s", g->nodes[g->hooks[from].node].name, g->hooks[from].name, *hook ? "." : "",
                          hook);
        else
                text_putf(&t, "[%x]:%s", g->nodes[node].id, hook);
        return shell_word(text_str(&t));
}

char *node_address(const struct graph *g, size_t node)
{
        return hook_address(g, node, "");
}

static int create_hooked(struct planner *pl, plan_fn make, const char *name, struct err *e)
{
        const struct intent *asked = pl->in;
        struct intent in = {.verb = VERB_CREATE_EIFACE, .values = {name}, .value_count = name ? 1 : 0};

        if (intent_option(asked, "jail")) {
                in.options[0].name = "jail";
                in.options[0].values[0] = intent_option(asked, "jail");
                in.option_count = 1;
        }
        pl->in = &in;

        int r = make(pl, e);

        pl->in = asked;
        return r;
}

/* Which links of a one2many get what comes in by one. */
static int choose_mode(const struct planner *pl, const struct node_type *t, uint8_t *ret, struct err *e)
{
        const char *word = intent_option(pl->in, "xmit");

        *ret = t->role == ROLE_PLAIN ? BOND_ACTIVE_BACKUP : BOND_ROUND_ROBIN; /* as create lagg; as netgraph */
        if (!word)
                return 0;
        if (t->role != ROLE_ONE2MANY)
                return err_set(e, -EINVAL, "%s: is no one2many; leave --xmit out", t->name);
        if (strcmp(word, "all") == 0)
                *ret = BOND_BROADCAST;
        else if (strcmp(word, "failover") == 0)
                *ret = BOND_ACTIVE_BACKUP;
        else if (strcmp(word, "roundrobin") != 0)
                return err_set(e, -EINVAL, "%s: is not one of roundrobin, all, failover", word);
        return 0;
}

/* A Linux bridge or bond: its interface has a name of its own, its node none but the one that was asked for. A lagg's
 * has its interface's. */
static int create_master(struct planner *pl, const struct node_type *t, const char *name, struct err *e)
{
        const struct graph *g = pl->g;
        const char *word = intent_option(pl->in, "jail");
        char ifname[IF_NAME_SIZE];
        struct mac m = {0};
        uint8_t mode = 0;
        size_t jail = 0;
        int r = word ? query_jail(g, word, &jail, e) : 0;

        if (r == 0)
                r = choose_mode(pl, t, &mode, e);
        if (r == 0 && name)
                r = name_check_node(name, e);
        if (r == 0)
                r = mac_random(&m, e);
        if (r < 0)
                return r;
        if (g->jails[jail].state != JAIL_ALIVE)
                return err_set(e, -EOPNOTSUPP, "%s: is not alive; nothing can be made in it", g->jails[jail].name);
        if (name && graph_find_node_named(g, jail, name) != NONE)
                return err_set(e, -EADDRINUSE, "%s: is a node's name already; choose another", name);
        (void)str_format(ifname, sizeof(ifname), "%s%u", t->stem, planner_lowest_unit(pl, t->stem, false));

        struct link_spec *l = &planner_add(pl, STEP_LINK_ADD, target_of_jail(g, jail))->link;
        struct target at = target_in_jail(g, jail, ifname);

        l->kind = t->role == ROLE_PLAIN || t->role == ROLE_ONE2MANY ? KIND_BOND : KIND_BRIDGE;
        l->role = t->role;
        l->bond_mode = mode;
        if (t->role != ROLE_PLAIN) /* a lagg takes its first port's */
                l->mac = m;
        (void)str_copy(l->name, sizeof(l->name), ifname);
        if (t->role != ROLE_TEE)
                planner_add(pl, STEP_LINK_UP, at)->is_internal = true;
        planner_freebsd(pl, &at, "ngctl", "mkpeer %s %s %s", t->name, t->hook, t->hook);
        if (name) {
                CLEANUP(freep) char *quoted = shell_word(name);

                planner_name_node(pl, NONE, at, name);
                planner_freebsd(pl, &at, "ngctl", "name .:%s %s", t->hook, quoted);
        }

        CLEANUP(text_done) struct text made = {0};

        target_put(&made, &at);
        plan_made(pl->p, text_str(&made));
        return 0;
}

int plan_create_node(struct planner *pl, struct err *e)
{
        const char *name = pl->in->value_count > 1 ? pl->in->values[1] : NULL;
        const struct node_type *t = NULL;
        int r = check_type(pl->in->values[0], &t, e);

        if (!t)
                return r;
        switch (t->role) {
        case ROLE_EIFACE: return create_hooked(pl, plan_create_eiface, name, e);
        case ROLE_IFACE: return create_hooked(pl, plan_create_packet_iface, name, e);
        default: return create_master(pl, t, name, e);
        }
}

/* The node that is in a picture and was not in the one before. */
static size_t find_new_node(const struct graph *now, const struct graph *before)
{
        for (size_t k = now->node_count; k-- > 0;) {
                if (graph_find_node(before, now->nodes[k].id) == NONE)
                        return k;
        }
        return NONE;
}

void plan_hand_over(struct plan *to, struct plan *from)
{
        for (size_t k = 0; k < from->step_count; k++)
                *plan_add(to, from->steps[k].op) = from->steps[k];
        from->step_count = 0; /* their undo steps have gone along */
        plan_hand_notes(to, from);
        for (size_t k = 0; k < from->made_count; k++)
                plan_made(to, from->made[k]);
}

static void put_freebsd(struct plan *p, const struct intent *in, const struct graph *g, size_t node, const char *hook)
{
        struct target at = target_of_jail(g, g->nodes[node].jail);
        CLEANUP(freep) char *word = node_address(g, node);
        CLEANUP(text_done) struct text t = {0};

        freebsd_put_command(&t, &at, "ngctl");
        text_putf(&t, " mkpeer %s %s %s %s", word, in->values[1], hook, in->values[2]);
        plan_freebsd(p, "%s", text_str(&t));
        if (in->value_count > 3) {
                CLEANUP(text_done) struct text name = {0};
                CLEANUP(freep) char *made = hook_address(g, node, hook);

                freebsd_put_command(&name, &at, "ngctl");
                text_putf(&name, " name %s ", made);
                text_put_shell(&name, in->values[3]);
                plan_freebsd(p, "%s", text_str(&name));
        }
}

int plan_mkpeer(struct plan *p, const struct intent *in, const struct graph *g, struct err *e)
{
        CLEANUP(plan_chain_freep) struct plan_chain *chain = plan_chain_new(g);
        struct intent create = {.verb = VERB_CREATE_NODE, .values = {in->values[1]}, .value_count = 1};
        struct intent connect = {.verb = VERB_CONNECT, .values = {in->values[0]}, .value_count = 2};
        char hook[HOOK_NAME_SIZE];
        const struct node_type *t = NULL;
        size_t node = NONE, old = NONE;
        int r = check_type(in->values[1], &t, e);

        if (!t)
                return r;
        r = query_hook(g, in->values[0], &node, &old, hook, e);
        if (r == 0)
                r = check_hook(t, in->values[2], e);
        if (r < 0)
                return r;
        if (old != NONE)
                return err_set(e, -EEXIST, "%s: is connected already; disconnect it first or choose another hook",
                               in->values[0]);
        if (in->value_count > 3)
                create.values[create.value_count++] = in->values[3];
        create.options[0].name = "jail";
        create.options[0].values[0] = g->jails[g->nodes[node].jail].name;
        create.option_count = 1;
        r = plan_chain_add(chain, &create, e);
        if (r < 0)
                return r;

        const struct graph *now = plan_chain_graph(chain);
        size_t made = find_new_node(now, g), again = NONE;

        if (made == NONE || (again = graph_find_node(now, g->nodes[node].id)) == NONE)
                return err_set(e, -EIO, "%s: the new node cannot be told from the others", in->values[0]);

        CLEANUP(freep) char *near = xasprintf("[%x]:%s", now->nodes[again].id, hook);
        CLEANUP(freep) char *far = xasprintf("[%x]:%s", now->nodes[made].id, in->values[2]);

        connect.values[0] = near;
        connect.values[1] = far;
        r = plan_chain_add(chain, &connect, e);
        if (r < 0)
                return r;

        CLEANUP(plan_freep) struct plan *part = plan_chain_finish(chain, "", "");

        plan_hand_over(p, part);
        put_freebsd(p, in, g, node, hook);
        return 0;
}

/* --- the end of a node --- */

/* Of an interface that outlives its node: each edge that can be broken is. */
static int break_hooks(struct planner *pl, size_t node, struct err *e)
{
        const struct graph *g = pl->g;
        const struct node *n = &g->nodes[node];
        size_t broken = 0;

        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                const struct edge *edge = &g->edges[g->hooks[k].edge];
                const struct iface *a = &g->ifaces[edge->iface_a];
                bool is_wired = edge->kind == EDGE_PAIR && a->master != NONE && g->ifaces[a->master].role == ROLE_WIRE;
                bool is_lower = (edge->kind == EDGE_PORT || edge->kind == EDGE_MEMBER) && edge->b == k;
                bool is_upper = edge->kind == EDGE_UPPER && edge->b == k;

                if (!is_wired && !is_lower && !is_upper)
                        continue;

                int r = plan_disconnect_edge(pl, edge, g->hooks[k].name, e);

                if (r < 0)
                        return r;
                broken++;
        }
        plan_note(pl->p, NOTE_INFO, "the node of %s stays as long as the interface%s", g->ifaces[n->iface].name,
                  broken ? "" : "; it has no hook to break");
        return 0;
}

int plan_shutdown(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        size_t node = NONE;
        int r = query_node(g, pl->in->values[0], &node, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = node}, e);
        if (r < 0)
                return r;
        if (g->nodes[node].iface == NONE)
                return err_set(e, -EOPNOTSUPP, "%s: is no interface; it cannot be shut down", pl->in->values[0]);

        const struct iface *i = &g->ifaces[g->nodes[node].iface];

        if (!role_has_fabric(i->role) && !iface_takes_ports(i))
                return break_hooks(pl, node, e);
        return plan_destroy_iface(pl, g->nodes[node].iface, e);
}

/* --- properties --- */

static int parse_state(const struct planner *pl, bool *ret, struct err *e)
{
        const char *state = pl->in->values[1];

        *ret = strcmp(state, "on") == 0;
        return *ret || strcmp(state, "off") == 0
                ? 0
                : err_set(e, -EINVAL, "%s: is neither on nor off; write one of them", state);
}

int plan_persist(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        size_t node = NONE;
        bool on = false;
        int r = query_node(g, pl->in->values[0], &node, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = node}, e);
        if (r == 0)
                r = parse_state(pl, &on, e);
        if (r < 0)
                return r;
        if (g->nodes[node].is_persistent == on) {
                plan_note(pl->p, NOTE_INFO, "%s is %spersistent already: nothing to do", pl->in->values[0],
                          on ? "" : "not ");
                return 0;
        }

        struct target at = target_of_iface(g, g->nodes[node].iface);
        CLEANUP(freep) char *word = node_address(g, node);

        planner_keep_node(pl, g->nodes[node].iface, on);
        if (on) /* FreeBSD has no way back */
                planner_freebsd(pl, &at, "ngctl", "msg %s setpersistent", word);
        return 0;
}

int plan_promisc(struct planner *pl, struct err *e)
{
        size_t iface = NONE;
        bool on = false;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = parse_state(pl, &on, e);
        if (r < 0)
                return r;

        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(freep) char *word = shell_word(i->name);

        if (((i->flags & IFF_PROMISC) != 0) == on) {
                plan_note(pl->p, NOTE_INFO,
                          on ? N_("%s takes in all frames already: nothing to do")
                             : N_("%s takes in its own frames alone already: nothing to do"),
                          i->name);
                return 0;
        }
        planner_add(pl, STEP_LINK_PROMISC, at)->number = on;
        planner_freebsd(pl, &at, "ifconfig", "%s %spromisc", word, on ? "" : "-");
        return 0;
}
