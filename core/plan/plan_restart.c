/*
 * plan_restart.c - a jail's restart: a new stack with the interfaces of the old one.
 *
 * They are parked in a stack under a name of its own, which takes the jail's name when the old one has lost it. Moving
 * keeps what the far ends have to do with: the pair, its MAC addresses, the bridge that the other end is a port of.
 * What the kernel drops on the way is put back before the name changes, so that whoever looks the jail up finds it
 * whole.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/nat_rule.h"
#include "core/plan/planner.h"

static int refuse_vxlan(const struct graph *g, size_t iface, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};

        query_put_iface(&t, g, iface);
        return err_set(e, -EOPNOTSUPP,
                       "%s: was made in this stack, and the kernel ends a VXLAN with the stack that it was made in; "
                       "destroy it first",
                       text_str(&t));
}

static int check_ifaces(struct planner *pl, size_t jail, struct err *e)
{
        const struct jail *j = &pl->g->jails[jail];

        for (size_t k = 0; k < pl->g->iface_count; k++) {
                if (vxlan_is_away(pl->g, k, jail))
                        return refuse_vxlan(pl->g, k, e);
        }
        for (size_t k = j->iface_first; k != NONE; k = pl->g->ifaces[k].next) {
                const struct iface *i = &pl->g->ifaces[k];
                struct object o = {OBJECT_IFACE, k};

                if (i->kind != KIND_LOOPBACK && !role_is_hidden(i->role) &&
                    !verb_is_allowed(&verbs[VERB_MOVE], pl->g, o, e))
                        return -EOPNOTSUPP;
                if (i->kind == KIND_VXLAN && i->link_nsid < 0)
                        return refuse_vxlan(pl->g, k, e);
                if (i->master != NONE) {
                        CLEANUP(text_done) struct text t = {0};

                        query_put_iface(&t, pl->g, k);
                        return err_set(e, -EOPNOTSUPP,
                                       "%s: is a port inside the jail, which a new stack would lose; detach it first",
                                       text_str(&t));
                }
        }
        return 0;
}

static int choose_name(const struct planner *pl, const char *name, char ret[JAIL_NAME_SIZE], struct err *e)
{
        size_t there;

        if (!str_format(ret, JAIL_NAME_SIZE, "%s.new", name))
                return err_set(e, -ENAMETOOLONG, "%s: its name is too long for a second one beside it; rename it first",
                               name);
        there = graph_find_jail(pl->g, ret);
        if (there != NONE && pl->g->jails[there].state == JAIL_ALIVE)
                return err_set(e, -EEXIST, "%s: is in the way of the restart; destroy or rename it first", ret);
        return 0;
}

static void put_text(struct planner *pl, enum step_op op, struct target at, const char *text)
{
        struct step *s = planner_add(pl, op, at);

        (void)str_copy(s->text, sizeof(s->text), text); /* fitted where it is from */
}

/* A new stack's loopback is up with 127.0.0.1/8. */
static void set_loopback(struct planner *pl, size_t iface, const char *name)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_named(name, i->name);

        if (!i->is_up)
                (void)planner_add(pl, STEP_LINK_DOWN, at);
        if (i->mtu_bytes != USUAL_LOOPBACK_MTU)
                planner_add(pl, STEP_LINK_MTU, at)->number = i->mtu_bytes;
        if (i->alias)
                put_text(pl, STEP_LINK_ALIAS, at, i->alias);
        for (size_t k = 0; k < i->altname_count; k++)
                put_text(pl, STEP_ALTNAME_ADD, at, i->altnames[k]);
        for (size_t k = 0; k < i->address_count; k++) {
                const struct prefix *p = &i->addresses[k];
                if (!address_is_loopbacks(p) && address_is_carried(i, p))
                        planner_add(pl, STEP_ADDRESS_ADD, at)->address = *p;
        }
}

static struct target there_of(const struct graph *g, size_t iface, const char *name)
{
        const struct iface *i = &g->ifaces[iface];
        struct target t = target_named(name, i->name);

        t.number = i->number;
        (void)str_copy(t.kind, sizeof(t.kind), i->kind_name);
        return t;
}

static void move(struct planner *pl, size_t iface, const char *name)
{
        struct step *s = planner_add(pl, STEP_LINK_MOVE, target_of_iface(pl->g, iface));

        s->to = target_named(name, "");
        s->is_up = pl->g->ifaces[iface].is_up;
}

static void put_back(struct planner *pl, size_t iface, const char *name)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = there_of(pl->g, iface, name);

        for (size_t k = 0; k < i->address_count; k++)
                if (address_is_carried(i, &i->addresses[k]))
                        planner_add(pl, STEP_ADDRESS_ADD, at)->address = i->addresses[k];
}

static void put_routes_back(struct planner *pl, size_t jail, const char *name)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];

        for (size_t k = 0; k < g->route_count; k++) {
                if (route_is_jails(&g->routes[k], jail))
                        (void)planner_add_route(pl, STEP_ROUTE_ADD, &g->routes[k], target_named(name, ""));
                for (size_t i = j->iface_first; i != NONE; i = g->ifaces[i].next)
                        if (g->ifaces[i].is_up && route_is_carried(g, &g->routes[k], i))
                                (void)planner_add_route(pl, STEP_ROUTE_ADD, &g->routes[k], there_of(g, i, name));
        }
}

static void fill(struct planner *pl, size_t jail, const char *name)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        char rule[NAT_TEXT_SIZE];

        if (j->forwarding == 1)
                planner_add(pl, STEP_FORWARDING, target_named(name, ""))->number = 1;
        if (j->forwarding6 == 1)
                planner_add(pl, STEP_FORWARDING6, target_named(name, ""))->number = 1;
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                if (g->ifaces[k].kind == KIND_LOOPBACK)
                        set_loopback(pl, k, name);
                else
                        move(pl, k, name);
        }
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                if (g->ifaces[k].kind != KIND_LOOPBACK)
                        put_back(pl, k, name);
        put_routes_back(pl, jail, name);
        for (size_t k = 0; nat_line(j->nat_rules, k, rule); k++)
                (void)str_copy(planner_add(pl, STEP_NAT_ADD, target_named(name, ""))->text, sizeof(pl->p->steps->text),
                               rule);
}

static void copy_root(struct step *s, const struct jail *j)
{
        if (j->root_path)
                (void)str_copy(s->root_path, sizeof(s->root_path), j->root_path); /* fitted when it was made */
        if (j->hostname)
                (void)str_copy(s->hostname, sizeof(s->hostname), j->hostname);
}

int plan_restart(struct planner *pl, struct err *e)
{
        char name[JAIL_NAME_SIZE];
        size_t jail = NONE;
        int r = query_jail(pl->g, pl->in->values[0], &jail, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){OBJECT_JAIL, jail}, e);
        if (r == 0)
                r = check_ifaces(pl, jail, e);
        if (r == 0)
                r = choose_name(pl, pl->g->jails[jail].name, name, e);
        if (r < 0)
                return r;

        const struct jail *j = &pl->g->jails[jail];
        CLEANUP(freep) char *word = shell_word(j->name);

        copy_root(planner_add(pl, STEP_JAIL_ADD, target_named(name, "")), j);
        fill(pl, jail, name);
        copy_root(planner_add(pl, STEP_JAIL_DEL, target_of_jail(pl->g, jail)), j);
        (void)str_copy(planner_add(pl, STEP_JAIL_RENAME, target_named(name, ""))->name, JAIL_NAME_SIZE, j->name);
        plan_note(pl->p, NOTE_INFO,
                  "its interfaces keep their MAC addresses, and the far ends their bridges: all that "
                  "they see is a short loss of link");
        plan_note_processes(pl, jail);
        plan_freebsd(pl->p, "jail -rc %s", word);
        return 0;
}
