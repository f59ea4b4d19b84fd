/* plan_destroy.c - plans that destroy: what stands on a thing goes first, what was lent comes home first. */
#include <errno.h>
#include <string.h>

#include "core/graph/orphans.h"
#include "core/plan/planner.h"

static bool is_destroyed(const struct planner *pl, size_t iface)
{
        for (size_t k = 0; k < pl->p->step_count; k++) {
                const struct step *s = &pl->p->steps[k];

                if (s->op != STEP_LINK_DEL)
                        continue;

                size_t gone = target_find_iface(pl->g, &s->at);

                if (gone == iface ||
                    (gone != NONE && pl->g->ifaces[gone].kind == KIND_VETH && pl->g->ifaces[gone].peer == iface))
                        return true;
        }
        return false;
}

static void note_also(struct planner *pl, size_t iface, const char *why, size_t because)
{
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(text_done) struct text other = {0};

        iface_put(&t, pl->g, iface);
        iface_put(&other, pl->g, because);
        plan_note(pl->p, NOTE_INFO, "%s %s %s", text_str(&t), why, text_str(&other));
}

/* A pair of hidden ends is an edge between two bridges: no interface of FreeBSD's. */
static void freebsd_part(struct planner *pl, size_t iface)
{
        const struct graph *g = pl->g;

        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *edge = &g->edges[k];

                if (edge->iface_a != iface && edge->iface_b != iface)
                        continue;

                const struct hook *h = &g->hooks[edge->iface_a == iface ? edge->a : edge->b];
                struct target at = target_of_jail(g, g->nodes[h->node].jail);
                CLEANUP(freep) char *hook = shell_word(h->name);
                CLEANUP(freep) char *node = node_address(g, h->node);

                planner_freebsd(pl, &at, "ngctl", "rmhook %s %s", node, hook);
        }
}

static void freebsd_destroy(struct planner *pl, size_t iface)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(freep) char *word = shell_word(i->name);

        if (role_has_fabric(i->role) && i->node != NONE && pl->g->nodes[i->node].name) {
                CLEANUP(freep) char *node = shell_word(pl->g->nodes[i->node].name);

                at = target_of_jail(pl->g, pl->g->nodes[i->node].jail);
                planner_freebsd(pl, &at, "ngctl", "shutdown %s:", node);
        } else if (role_is_netgraph(i->role)) {
                CLEANUP(freep) char *node = node_address(pl->g, i->node);

                planner_freebsd(pl, &at, "ngctl", "shutdown %s", node);
        } else if (i->role == ROLE_FABRIC) {
                freebsd_part(pl, iface);
        } else {
                planner_freebsd(pl, &at, "ifconfig", "%s destroy", word);
        }
}

/* A port of a bridge that goes: it is detached, unless it is half of an edge between two bridges, which goes too. */
static int release_port(struct planner *pl, size_t port, size_t master, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *p = &g->ifaces[port];
        bool has_user = p->role == ROLE_FABRIC && p->peer != NONE && role_has_fabric(g->ifaces[p->peer].role);

        if (p->role == ROLE_FABRIC && !has_user)
                return plan_destroy_iface(pl, port, e);
        note_also(pl, has_user ? p->peer : port, "is detached from", master);
        return plan_detach_port(pl, has_user ? p->peer : port, e);
}

/*
 * What stands on an interface dies with it: destroyed first, each by a step that can be taken back. Ports go in the
 * reverse of their order, so that undoing gives them the numbers that they had.
 */
static int destroy_children(struct planner *pl, size_t iface, struct err *e)
{
        const struct graph *g = pl->g;
        size_t count = graph_ports(g, iface, NULL, 0);
        CLEANUP(freep) size_t *ports = xcalloc(count ? count : 1, sizeof(*ports));

        for (size_t k = g->ifaces[iface].child; k != NONE; k = g->ifaces[k].next_child) {
                if (is_destroyed(pl, k))
                        continue;
                note_also(pl, k, "stands on it and is destroyed with", iface);

                int r = plan_destroy_iface(pl, k, e);

                if (r < 0)
                        return r;
        }
        count = graph_ports(g, iface, ports, count);
        while (count-- > 0) {
                int r = is_destroyed(pl, ports[count]) ? 0 : release_port(pl, ports[count], iface, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* The host's stack on a bridge that goes: its addresses go back to the interface that they are of. */
static int release_uppers(struct planner *pl, size_t bridge, struct err *e)
{
        const struct graph *g = pl->g;
        bool is_carried = false;

        for (size_t k = 0; k < g->edge_count; k++) {
                const struct edge *edge = &g->edges[k];

                if (edge->kind != EDGE_UPPER || edge->iface_a != bridge)
                        continue;
                if (!is_carried) {
                        int r = plan_disconnect_edge(pl, edge, "upper", e);

                        if (r < 0)
                                return r;
                        is_carried = true;
                        continue;
                }

                struct step *s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(g, bridge));

                s->to = target_of_iface(g, edge->iface_b);
                s->number = 1;
        }
        return 0;
}

int plan_destroy_iface(struct planner *pl, size_t iface, struct err *e)
{
        const struct iface *i = &pl->g->ifaces[iface];

        if (is_destroyed(pl, iface))
                return 0;

        int r = destroy_children(pl, iface, e);

        if (r == 0 && i->kind == KIND_VETH && i->peer != NONE)
                r = destroy_children(pl, i->peer, e);
        if (r == 0)
                r = release_uppers(pl, iface, e);
        if (r < 0)
                return r;
        if (i->kind == KIND_VETH && i->peer != NONE && !role_has_fabric(i->role) && i->role != ROLE_FABRIC)
                note_also(pl, i->peer, "goes too: it is the other end of", iface);
        if (i->kind == KIND_VETH && i->peer_state == PEER_OUT_OF_SIGHT) {
                CLEANUP(text_done) struct text t = {0};

                iface_put(&t, pl->g, iface);
                plan_note(pl->p, NOTE_WARNING, "%s: its other end, out of sight, goes too; undo cannot bring it back",
                          text_str(&t));
        }
        if (i->role == ROLE_NAT)
                plan_drop_rules(pl, iface);
        (void)planner_add(pl, STEP_LINK_DEL, target_of_iface(pl->g, iface));
        freebsd_destroy(pl, iface);
        return 0;
}

static void note_dying(struct planner *pl, size_t jail)
{
        const struct jail *j = &pl->g->jails[jail];
        CLEANUP(text_done) struct text names = {0};

        for (size_t k = j->iface_first; k != NONE; k = pl->g->ifaces[k].next) {
                if (iface_is_hidden(&pl->g->ifaces[k]) || iface_comes_home(pl->g, k))
                        continue;
                if (names.length)
                        text_put(&names, ", ");
                text_put_visible(&names, pl->g->ifaces[k].name);
        }
        if (names.length)
                plan_note(pl->p, NOTE_WARNING, "dies with the jail: %s", text_str(&names));
}

bool vxlan_is_away(const struct graph *g, size_t iface, size_t jail)
{
        const struct iface *i = &g->ifaces[iface];
        int nsid = g->jails[jail].nsid;

        return i->kind == KIND_VXLAN && i->jail != jail && i->parent == NONE && nsid >= 0 &&
                (i->jail == 0 ? i->link_nsid : i->link_nsid_home) == nsid;
}

/* Destroyed by the kernel with the stack that they were made in, wherever they are. Back in there first, so that undo
 * makes them there again. */
static int end_vxlans(struct planner *pl, size_t jail, struct err *e)
{
        const struct graph *g = pl->g;

        for (size_t k = 0; k < g->iface_count; k++) {
                const struct iface *i = &g->ifaces[k];

                if (!vxlan_is_away(g, k, jail))
                        continue;

                struct target there = target_in_jail(g, jail, i->name);
                CLEANUP(text_done) struct text t = {0};
                int r = destroy_children(pl, k, e);

                if (r == 0)
                        r = plan_move_iface(pl, k, jail, i->name, false, false, e);
                if (r < 0)
                        return r;
                iface_put(&t, g, k);
                plan_note(pl->p, NOTE_WARNING,
                          "%s is destroyed, too: it sends by the stack of %s, in which it was made", text_str(&t),
                          g->jails[jail].name);
                (void)str_copy(there.kind, sizeof(there.kind), i->kind_name);
                there.number = i->number;
                (void)planner_add(pl, STEP_LINK_DEL, there);
        }
        return 0;
}

int plan_empty_jail(struct planner *pl, size_t jail, struct err *e)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        int result = end_vxlans(pl, jail, e);

        if (result < 0)
                return result;
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                if (role_is_hidden(i->role) || i->kind == KIND_LOOPBACK || !iface_comes_home(g, k))
                        continue;

                /* Down and unnumbered: the host must not take over the jail's addresses and routes. */
                int r = plan_return_iface(pl, k, NULL, false, false, e);

                if (r < 0)
                        return r;
        }
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind == KIND_LOOPBACK || i->kind == KIND_OTHER || iface_comes_home(g, k) || is_destroyed(pl, k))
                        continue;
                if (i->role == ROLE_FABRIC && i->peer != NONE && iface_comes_home(g, i->peer))
                        continue;

                int r = plan_destroy_iface(pl, k, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

static bool is_held(const struct jail *j)
{
        return j->process_count || j->holder_count;
}

/*
 * --abandon: nothing is brought home. What the kernel would destroy at once is destroyed by steps, which can be taken
 * back; where something holds the jail's stack, it stays in there, pending.
 */
static int abandon(struct planner *pl, size_t jail, struct err *e)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        const char *when = is_held(j) ? "when nothing holds the jail's stack any more" : "at once";
        int r = 0;

        for (size_t k = j->iface_first; r == 0 && k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];
                CLEANUP(text_done) struct text t = {0};

                if (i->kind == KIND_LOOPBACK)
                        continue;
                iface_put(&t, g, k);
                if (i->kind != KIND_PHYSICAL) {
                        if (!role_is_hidden(i->role))
                                plan_note(pl->p, NOTE_WARNING, "%s is lost %s%s", text_str(&t), when,
                                          is_held(j) ? ", pending till then; undo cannot bring it back" : "");
                        if (!is_held(j) && i->kind != KIND_OTHER)
                                r = plan_destroy_iface(pl, k, e);
                } else if (graph_find_iface_in(g, 0, i->name) == NONE) {
                        plan_note(pl->p, NOTE_WARNING, "%s comes home %s, by the kernel", text_str(&t), when);
                } else {
                        plan_note(pl->p, NOTE_WARNING, "%s comes home %s, by the kernel, as dev%d: its name is taken",
                                  text_str(&t), when, i->id.ifindex);
                }
        }
        return r;
}

void plan_note_processes(struct planner *pl, size_t jail)
{
        const struct jail *j = &pl->g->jails[jail];

        if (j->process_count)
                plan_note(pl->p, NOTE_WARNING, "%zu process%s in it: its stack lives on, nameless, until %s",
                          j->process_count, j->process_count == 1 ? " is" : "es are",
                          j->process_count == 1 ? "it ends" : "they end");
}

static int destroy_jail(struct planner *pl, size_t jail, struct err *e)
{
        const struct jail *j = &pl->g->jails[jail];
        CLEANUP(freep) char *word = shell_word(j->name);
        int r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);

        if (r < 0)
                return r;
        if (planner_has(pl, "abandon")) {
                r = abandon(pl, jail, e);
        } else {
                note_dying(pl, jail);
                r = plan_empty_jail(pl, jail, e);
        }
        if (r < 0)
                return r;

        struct step *s = planner_add(pl, STEP_JAIL_DEL, target_of_jail(pl->g, jail));

        if (j->root_path)
                (void)str_copy(s->root_path, sizeof(s->root_path), j->root_path);
        if (j->hostname)
                (void)str_copy(s->hostname, sizeof(s->hostname), j->hostname);
        plan_note_processes(pl, jail);
        plan_note(pl->p, NOTE_INFO, "%s",
                  planner_has(pl, "abandon") && is_held(j)
                          ? "undo makes the jail again, not what is in it"
                          : "undo makes the jail and its links again, not its processes, firewall rules and settings");
        /* On FreeBSD the jail's end gives lent interfaces back and destroys its own. */
        plan_freebsd(pl->p, "jail -r %s", word);
        return 0;
}

int plan_destroy(struct planner *pl, struct err *e)
{
        struct object o;
        int r = query_object(pl->g, pl->in->values[0], &o, e);

        if (r < 0)
                return r;
        if (o.type == OBJECT_JAIL)
                return destroy_jail(pl, o.index, e);
        if (o.type == OBJECT_NODE) {
                if (pl->g->nodes[o.index].iface == NONE)
                        return err_set(e, -EOPNOTSUPP, "%s: is no interface; it cannot be destroyed",
                                       pl->in->values[0]);
                o = (struct object){.type = OBJECT_IFACE, .index = pl->g->nodes[o.index].iface};
        }
        if (planner_has(pl, "abandon"))
                return err_set(e, -EINVAL, "%s: is no jail; only a jail's interfaces can be abandoned",
                               pl->in->values[0]);
        r = planner_allowed(pl, o, e);
        return r < 0 ? r : plan_destroy_iface(pl, o.index, e);
}
