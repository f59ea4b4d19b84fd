/* plan_group.c - interfaces put into named groups, and taken out: marks among their alternative names. */
#include <errno.h>
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/planner.h"

static int plan_group(struct planner *pl, size_t *ret_iface, struct err *e)
{
        int r = planner_iface(pl, 0, ret_iface, e);

        return r < 0 ? r : name_check_group(pl->in->values[1], e);
}

static struct step *add_step(struct planner *pl, enum step_op op, size_t iface, const char *mark, const char *word)
{
        struct step *s = planner_add(pl, op, target_of_iface(pl->g, iface));
        CLEANUP(freep) char *name = shell_word(pl->g->ifaces[iface].name);

        (void)str_copy(s->text, sizeof(s->text), mark);
        planner_freebsd(pl, &s->at, "ifconfig", "%s %s %s", name, word, pl->in->values[1]);
        return s;
}

int plan_group_add(struct planner *pl, struct err *e)
{
        char mark[GROUP_MARK_SIZE];
        struct mac random = {0};
        size_t iface = NONE;
        int r = plan_group(pl, &iface, e);

        if (r < 0)
                return r;
        if (group_mark_find(&pl->g->ifaces[iface], pl->in->values[1]))
                return err_set(e, -EEXIST, "%s: is in the group %s already", pl->g->ifaces[iface].name,
                               pl->in->values[1]);
        r = mac_random(&random, e);
        if (r < 0)
                return r;
        group_mark_format(pl->in->values[1],
                          (uint32_t)random.bytes[2] << 24 | (uint32_t)random.bytes[3] << 16 |
                                  (uint32_t)random.bytes[4] << 8 | random.bytes[5],
                          mark);
        (void)add_step(pl, STEP_ALTNAME_ADD, iface, mark, "group");
        return 0;
}

int plan_group_del(struct planner *pl, struct err *e)
{
        const char *mark;
        size_t iface = NONE;
        int r = plan_group(pl, &iface, e);

        if (r < 0)
                return r;
        mark = group_mark_find(&pl->g->ifaces[iface], pl->in->values[1]);
        if (!mark)
                return err_set(e, -ENOENT, "%s: was not put into the group %s", pl->g->ifaces[iface].name,
                               pl->in->values[1]);
        (void)add_step(pl, STEP_ALTNAME_DEL, iface, mark, "-group");
        return 0;
}
