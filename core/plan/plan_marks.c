/* plan_marks.c - what a node was given, said to the inventory and marked on its interface: either may be lost. */
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/planner.h"

/* Digits for a mark; none are as good as any where there is no randomness: they only keep two marks apart. */
uint32_t planner_mark_digits(void)
{
        struct mac random = {0};

        (void)mac_random(&random, NULL);
        return (uint32_t)random.bytes[2] << 24 | (uint32_t)random.bytes[3] << 16 | (uint32_t)random.bytes[4] << 8 |
                random.bytes[5];
}

static void set_mark(struct planner *pl, enum step_op op, struct target at, const char *mark)
{
        struct step *s = planner_add(pl, op, at);

        (void)str_copy(s->text, sizeof(s->text), mark);
        s->is_internal = true;
}

void planner_name_node(struct planner *pl, size_t iface, struct target at, const char *name)
{
        const struct iface *i = iface == NONE ? NULL : &pl->g->ifaces[iface];
        char mark[NODE_MARK_SIZE], old[NODE_NAME_SIZE];

        (void)str_copy(planner_add(pl, STEP_NODE_NAME, at)->text, NODE_NAME_SIZE, name);
        for (size_t k = 0; i && k < i->altname_count; k++)
                if (node_mark_parse(i->altnames[k], old))
                        set_mark(pl, STEP_ALTNAME_DEL, at, i->altnames[k]);
        if (!*name)
                return;
        node_mark_format(name, planner_mark_digits(), mark);
        set_mark(pl, STEP_ALTNAME_ADD, at, mark);
}

void planner_keep_node(struct planner *pl, size_t iface, bool on)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        char mark[NODE_MARK_SIZE];

        planner_add(pl, STEP_PERSIST, at)->number = on;
        for (size_t k = 0; k < i->altname_count; k++)
                if (keep_mark_parse(i->altnames[k]))
                        set_mark(pl, STEP_ALTNAME_DEL, at, i->altnames[k]);
        if (!on)
                return;
        keep_mark_format(planner_mark_digits(), mark);
        set_mark(pl, STEP_ALTNAME_ADD, at, mark);
}
