/*
 * finish.c - the steps of a plan as a whole: how each is taken back, what of that another step's undo does already,
 * and what is known by its name only by then.
 */
#include "core/plan/planner.h"

/* Does undoing s make that target anew, so that its index (or, for a jail, its cookie) will be another one? */
static bool makes_anew(const struct step *s, const struct target *t)
{
        if (s->op == STEP_JAIL_DEL)
                return s->at.cookie && s->at.cookie == t->cookie;
        if (!t->iface[0])
                return false;
        if (s->op == STEP_LINK_MOVE)
                return target_same(&s->at, t);
        if (s->op != STEP_LINK_DEL)
                return false;
        if (target_same(&s->at, t))
                return true;
        for (size_t k = 0; k < s->undo_count; k++) {
                const struct link_spec *l = &s->undo[k].link;

                if (s->undo[k].op == STEP_LINK_ADD && l->peer_number && l->peer_number == t->number)
                        return true;
        }
        return false;
}

static void by_name(struct target *t, const struct step *maker)
{
        t->ifindex = 0;
        if (maker->op == STEP_JAIL_DEL) {
                t->cookie = 0;
                t->path[0] = '\0';
        }
}

/* Steps are undone newest first: what a later one's undo makes anew, the undo of an earlier one knows by name only. */
static void settle(struct step *steps, size_t first, size_t count)
{
        for (size_t later = first; later < count; later++) {
                for (size_t k = first; k <= later; k++) {
                        for (size_t n = 0; n < steps[k].undo_count; n++) {
                                struct step *u = &steps[k].undo[n];
                                struct target *all[] = {&u->at, &u->to, &u->link.parent, &u->link.peer_jail};

                                for (size_t a = 0; a < ARRAY_SIZE(all); a++) {
                                        if (makes_anew(&steps[later], all[a]))
                                                by_name(all[a], &steps[later]);
                                }
                        }
                }
        }
}

/* Does undoing `earlier` put back what u puts back? */
static bool is_put_back(const struct step *earlier, const struct step *u)
{
        if (!target_same(&earlier->at, &u->at))
                return false;
        switch (u->op) {
        case STEP_ADDRESS_ADD: return earlier->op == STEP_ADDRESS_DEL && prefix_equal(&earlier->address, &u->address);
        case STEP_ROUTE_ADD:
                return earlier->op == STEP_ROUTE_DEL && earlier->route.metric == u->route.metric &&
                        prefix_equal(&earlier->route.destination, &u->route.destination);
        case STEP_LINK_UP: return earlier->op == STEP_LINK_DOWN;
        case STEP_LINK_MASTER: return earlier->op == STEP_LINK_MASTER;
        case STEP_HOOK_NAME:
                return earlier->op == STEP_HOOK_NAME && earlier->number == u->number &&
                        target_same(&earlier->to, &u->to);
        case STEP_JAIL_ADD:
        case STEP_JAIL_DEL:
        case STEP_JAIL_RENAME:
        case STEP_LINK_ADD:
        case STEP_LINK_DEL:
        case STEP_LINK_RENAME:
        case STEP_LINK_MOVE:
        case STEP_LINK_MAC:
        case STEP_LINK_MTU:
        case STEP_LINK_DOWN:
        case STEP_LINK_ALIAS:
        case STEP_LINK_STP:
        case STEP_LINK_PROMISC:
        case STEP_PORT_ISOLATE:
        case STEP_LINK_TUNE:
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH:
        case STEP_FEED_ADD:
        case STEP_FEED_DEL:
        case STEP_PORT_VLANS:
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
        case STEP_ADDRESS_DEL:
        case STEP_ROUTE_DEL:
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_NODE_NAME:
        case STEP_PIN:
        case STEP_PERSIST:
        case STEP_LONG_NAME:
        case STEP_OP_COUNT: return false;
        }
        return false;
}

/* The snapshot is of before the plan: what an earlier step took away already is that one's to put back. */
static void prune(struct step *steps, size_t first, size_t count)
{
        for (size_t k = first; k < count; k++) {
                struct step *s = &steps[k];
                size_t kept = 0;

                if (s->op != STEP_LINK_MOVE && s->op != STEP_LINK_DEL)
                        continue;
                for (size_t n = 0; n < s->undo_count; n++) {
                        bool drop = false;

                        for (size_t earlier = first; earlier < k; earlier++) {
                                drop = drop || is_put_back(&steps[earlier], &s->undo[n]);
                                if (s->undo[n].op == STEP_LINK_MOVE && steps[earlier].op == STEP_LINK_DOWN &&
                                    target_same(&steps[earlier].at, &s->at))
                                        s->undo[n].is_up = false;
                        }
                        if (drop)
                                step_done(&s->undo[n]);
                        else
                                s->undo[kept++] = s->undo[n];
                }
                s->undo_count = kept;
        }
}

void plan_finish(struct plan *p, size_t first, const struct graph *g)
{
        for (size_t k = first; k < p->step_count; k++)
                step_work_out_undo(&p->steps[k], g);
        prune(p->steps, first, p->step_count);
        settle(p->steps, first, p->step_count);
        plan_mark_lifelines(p, first, g);
}
