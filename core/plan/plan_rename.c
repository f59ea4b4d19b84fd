/* plan_rename.c - plans that give jails, interfaces and nodes other names. */
#include <errno.h>
#include <string.h>

#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/plan/planner.h"

static int rename_jail(struct planner *pl, size_t jail, const char *name, struct err *e)
{
        const struct jail *j = &pl->g->jails[jail];
        size_t there = graph_find_jail(pl->g, name);
        CLEANUP(freep) char *word = shell_word(name);
        int r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);

        if (r == 0)
                r = name_check_jail(name, e);
        if (r < 0)
                return r;
        if (there != NONE && (there == 0 || there == jail || pl->g->jails[there].state == JAIL_ALIVE))
                return err_set(e, -EEXIST, "%s: is a jail already; choose another name", name);
        (void)str_copy(planner_add(pl, STEP_JAIL_RENAME, target_of_jail(pl->g, jail))->name, JAIL_NAME_SIZE, name);
        plan_made(pl->p, name);
        plan_freebsd(pl->p, "jail -m jid=%d name=%s", j->jid, word);
        return 0;
}

/* An eiface's node does not follow its interface's name (netgraph keeps the two apart); an ether's does. */
static void keep_node_name(struct planner *pl, size_t iface, struct target at)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        char usual[NODE_NAME_SIZE];

        if (!role_has_fabric(i->role) || i->node == NONE || !g->nodes[i->node].name)
                return;
        path_node_name(i->name, usual);
        if (strcmp(usual, g->nodes[i->node].name) == 0)
                planner_name_node(pl, iface, at, usual);
}

static int rename_iface(struct planner *pl, size_t iface, const char *name, struct err *e)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        char new_name[IF_NAME_SIZE];
        const char *long_name;
        int r = planner_allowed(pl, (struct object){.type = OBJECT_IFACE, .index = iface}, e);

        if (r < 0)
                return r;
        if (strcmp(i->name, name) == 0)
                return err_set(e, -EEXIST, "%s: is called that already; choose another name", name);
        r = planner_new_name(pl, i->jail, name, new_name, &long_name, e);
        if (r < 0)
                return r;
        (void)str_copy(planner_add(pl, STEP_LINK_RENAME, at)->name, JAIL_NAME_SIZE, new_name);
        (void)str_copy(at.iface, sizeof(at.iface), new_name);
        keep_node_name(pl, iface, at);
        planner_add_long_name(pl, at, long_name);
        if (i->long_name && !long_name) {
                planner_add(pl, STEP_LONG_NAME, at)->is_internal = true;
                if (i->alias && strcmp(i->alias, i->long_name) == 0)
                        (void)planner_add(pl, STEP_LINK_ALIAS, at);
        }
        plan_made(pl->p, new_name);

        CLEANUP(freep) char *word = shell_word(i->name);
        CLEANUP(freep) char *new_word = shell_word(new_name);

        planner_freebsd(pl, &at, "ifconfig", "%s name %s", word, new_word);
        return 0;
}

int plan_rename(struct planner *pl, struct err *e)
{
        const char *name = pl->in->values[1];
        struct object o;
        int r = query_object(pl->g, pl->in->values[0], &o, e);

        if (r < 0)
                return r;
        if (o.type == OBJECT_JAIL)
                return rename_jail(pl, o.index, name, e);
        if (o.type == OBJECT_NODE)
                return err_set(e, -EINVAL, "%s: is a node; 'name' gives it another name", pl->in->values[0]);
        return rename_iface(pl, o.index, name, e);
}

int plan_name(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        const char *name = pl->in->values[1];
        char usual[NODE_NAME_SIZE];
        size_t node = NONE;
        int r = query_node(g, pl->in->values[0], &node, e);

        if (r == 0)
                r = name_check_node(name, e);
        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = node}, e);
        if (r < 0)
                return r;

        const struct node *n = &g->nodes[node];

        if (graph_find_node_named(g, n->jail, name) != NONE)
                return err_set(e, -EADDRINUSE, "%s: is a node's name already; choose another", name);
        if (n->iface == NONE)
                return err_set(e, -EOPNOTSUPP, "%s: has no interface to remember the name with", pl->in->values[0]);

        struct target at = target_of_iface(g, n->iface), place = target_of_jail(g, n->jail);

        path_node_name(g->ifaces[n->iface].name, usual);
        /* Its own name needs no record, but where a node has none before it is given one. */
        planner_name_node(pl, n->iface, at,
                          strcmp(usual, name) != 0 || role_is_netgraph(g->ifaces[n->iface].role) ? name : "");

        CLEANUP(freep) char *word = shell_word(name);
        CLEANUP(freep) char *old = node_address(g, (size_t)(n - g->nodes));

        planner_freebsd(pl, &place, "ngctl", "name %s %s", old, word);
        return 0;
}
