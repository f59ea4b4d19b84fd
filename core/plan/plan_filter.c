/* plan_filter.c - which VLAN's frames a hook of a vlan node gets: a mark, from which its ports' VLANs follow. */
#include <errno.h>
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/vlans.h"

/* A vlan node's hook that can have a filter, and the link behind it. */
struct filtered {
        size_t node, hook, bridge, port;
        char name[HOOK_NAME_SIZE];
};

static int find_filtered(struct planner *pl, struct filtered *ret, struct err *e)
{
        const struct graph *g = pl->g;
        const char *word = pl->in->values[0];
        struct filtered f = {0};
        int r = query_hook(g, word, &f.node, &f.hook, f.name, e);

        if (r < 0)
                return r;
        f.bridge = g->nodes[f.node].iface;
        if (f.bridge == NONE || g->ifaces[f.bridge].role != ROLE_VLAN)
                return err_set(e, -EINVAL, "%s: is no hook of a vlan node; create node vlan makes one", word);
        if (f.hook == NONE)
                return err_set(e, -ENOENT, "%s: there is no such hook; connect it first", word);
        if (!is_filter_hook(f.name))
                return err_set(e, -EINVAL, "%s: has no filter, but gets what others leave; name another hook", word);
        f.port = hook_port(g, f.bridge, f.hook);
        *ret = f;
        return 0;
}

/* The hook of the node that has that VLAN; NONE. */
static size_t find_vlan(const struct graph *g, const struct filtered *f, uint16_t vlan)
{
        const struct node *n = &g->nodes[f->node];

        for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next) {
                uint16_t other;

                if (is_filter_hook(g->hooks[k].name) &&
                    vlan_mark_find(&g->ifaces[hook_port(g, f->bridge, k)], &other) && other == vlan)
                        return k;
        }
        return NONE;
}

static int add_filter(struct planner *pl, const struct filtered *f, struct err *e)
{
        const struct graph *g = pl->g;
        struct target at = target_of_iface(g, f->port), node = target_of_iface(g, f->bridge);
        CLEANUP(freep) char *word = node_address(g, f->node);
        char mark[NODE_MARK_SIZE];
        uint32_t vlan;
        uint16_t has;
        size_t other;

        if (str_to_u32(pl->in->values[1], VLAN_LAST, &vlan) < 0 || vlan == 0)
                return err_set(e, -EINVAL, "%s: is no VLAN; write 1 to %d", pl->in->values[1], VLAN_LAST);
        if (vlan_mark_find(&g->ifaces[f->port], &has))
                return err_set(e, -EEXIST, "%s: has VLAN %u already; filter del takes it away", pl->in->values[0], has);
        other = find_vlan(g, f, (uint16_t)vlan);
        if (other != NONE)
                return err_set(e, -EEXIST, "%s: VLAN %u is the hook %s's already; choose another", pl->in->values[0],
                               (unsigned)vlan, g->hooks[other].name);
        vlan_mark_format((uint16_t)vlan, planner_mark_digits(), mark);
        (void)str_copy(planner_add(pl, STEP_ALTNAME_ADD, at)->text, NODE_MARK_SIZE, mark);
        planner_freebsd(pl, &node, "ngctl", "msg %s addfilter '{ vlan=%u hook=\"%s\" }'", word, (unsigned)vlan,
                        f->name);
        return 0;
}

static int del_filter(struct planner *pl, const struct filtered *f, struct err *e)
{
        const struct graph *g = pl->g;
        struct target node = target_of_iface(g, f->bridge);
        CLEANUP(freep) char *word = node_address(g, f->node);
        CLEANUP(freep) char *hook = shell_word(f->name);
        uint16_t vlan;
        const char *mark = vlan_mark_find(&g->ifaces[f->port], &vlan);

        if (!mark)
                return err_set(e, -ENOENT, "%s: has no filter; there is nothing to take away", pl->in->values[0]);
        (void)str_copy(planner_add(pl, STEP_ALTNAME_DEL, target_of_iface(g, f->port))->text, NODE_MARK_SIZE, mark);
        planner_freebsd(pl, &node, "ngctl", "msg %s delfilter %s", word, hook);
        return 0;
}

int plan_filter(struct planner *pl, struct err *e)
{
        struct filtered f = {0};
        int r = find_filtered(pl, &f, e);

        if (r == 0)
                r = planner_allowed(pl, (struct object){.type = OBJECT_NODE, .index = f.node}, e);
        if (r < 0)
                return r;
        return pl->in->verb == VERB_FILTER_ADD ? add_filter(pl, &f, e) : del_filter(pl, &f, e);
}
