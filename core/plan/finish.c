/*
 * finish.c - the steps of a plan as a whole: how each is taken back, what of that another step's undo does already,
 * and what is known by its name only by then.
 */
#include "core/plan/planner.h"
#include "core/plan/step_index.h"

/* Does undoing s make that target anew, so that its index (or, for a jail, its cookie) will be another one? */
static bool makes_anew(const struct step *s, const struct target *t)
{
        if (s->op == STEP_JAIL_DEL && s->at.cookie && s->at.cookie == t->cookie)
                return true;
        if (!t->iface[0])
                return false;
        if ((s->op == STEP_LINK_MOVE || s->op == STEP_LINK_DEL) && target_same(&s->at, t))
                return true;
        return step_takes_along(s, t);
}

static void by_name(struct target *t, const struct step *maker)
{
        t->ifindex = 0;
        if (maker->op == STEP_JAIL_DEL && maker->at.cookie == t->cookie) {
                t->cookie = 0;
                t->path[0] = '\0';
        }
}

/* Steps are undone newest first: what a later one's undo makes anew, the undo of an earlier one knows by name only. */
static void settle_target(const struct step_index *x, const struct plan *p, size_t at, struct target *t)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        step_index_about(x, &l, t);
        if (t->cookie)
                step_index_removed(x, &l, t->cookie);
        step_list_sort(&l);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *later = &p->steps[l.steps[k]];

                if (l.steps[k] >= at && makes_anew(later, t))
                        by_name(t, later);
        }
}

static void settle(const struct step_index *x, const struct plan *p)
{
        for (size_t k = 0; k < p->step_count; k++) {
                for (size_t n = 0; n < p->steps[k].undo_count; n++) {
                        struct step *u = &p->steps[k].undo[n];
                        struct target *all[] = {&u->at, &u->to, &u->link.parent, &u->link.peer_jail};

                        for (size_t a = 0; a < ARRAY_SIZE(all); a++)
                                settle_target(x, p, k, all[a]);
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

/* The steps before `at` that may be about that target: all where it is a jail's. */
static void list_before(const struct step_index *x, size_t at, const struct target *t, struct step_list *l)
{
        if (t->iface[0]) {
                step_index_about(x, l, t);
                return;
        }
        for (size_t k = 0; k < at; k++) {
                l->steps = array_grow(l->steps, &l->capacity, l->count, sizeof(*l->steps));
                l->steps[l->count++] = k;
        }
}

static bool was_put_down(const struct step_index *x, const struct plan *p, size_t at)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        step_index_about(x, &l, &p->steps[at].at);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *earlier = &p->steps[l.steps[k]];

                if (l.steps[k] < at && earlier->op == STEP_LINK_DOWN && target_same(&earlier->at, &p->steps[at].at))
                        return true;
        }
        return false;
}

static bool was_put_back(const struct step_index *x, const struct plan *p, size_t at, const struct step *u)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        list_before(x, at, &u->at, &l);
        for (size_t k = 0; k < l.count; k++)
                if (l.steps[k] < at && is_put_back(&p->steps[l.steps[k]], u))
                        return true;
        return false;
}

/* The snapshot is of before the plan: what an earlier step took away already is that one's to put back. */
static void prune(const struct step_index *x, const struct plan *p)
{
        for (size_t k = 0; k < p->step_count; k++) {
                struct step *s = &p->steps[k];
                size_t kept = 0;

                if (s->op != STEP_LINK_MOVE && s->op != STEP_LINK_DEL)
                        continue;
                for (size_t n = 0; n < s->undo_count; n++) {
                        struct step *u = &s->undo[n];

                        if (u->op == STEP_LINK_MOVE && was_put_down(x, p, k))
                                u->is_up = false;
                        if (was_put_back(x, p, k, u))
                                step_done(u);
                        else
                                s->undo[kept++] = *u;
                }
                s->undo_count = kept;
        }
}

/* What a link that is moved back gets again by that step. */
static bool comes_with_move(const struct step *u)
{
        return u->op == STEP_ADDRESS_ADD || u->op == STEP_ROUTE_ADD || u->op == STEP_LINK_UP || u->op == STEP_LINK_DOWN;
}

/* The jail that it was moved to, as it is called by step `at`. */
static struct target arrival(const struct plan *p, size_t move, size_t at)
{
        struct target t = p->steps[move].to;

        for (size_t k = move + 1; k < at; k++) {
                const struct step *s = &p->steps[k];

                if (s->op != STEP_JAIL_RENAME || !target_same(&s->at, &t))
                        continue;
                t = target_named(s->name, "");
        }
        return t;
}

static void put_where(struct target *t, const struct target *jail, const struct step *move)
{
        const struct target was = *t;

        if (!was.iface[0] || was.number != move->at.number)
                return;
        *t = *jail;
        t->number = was.number;
        (void)str_copy(t->kind, sizeof(t->kind), was.kind);
        (void)str_copy(t->iface, sizeof(t->iface), move->name[0] ? move->name : was.iface); /* of the same size */
}

static void make_where(struct target *place, char name[IF_NAME_SIZE], const struct target *jail,
                       const struct step *move)
{
        *place = *jail;
        if (move->name[0])
                (void)str_copy(name, IF_NAME_SIZE, move->name); /* of the same size */
}

/* The snapshot is of before the plan: what an earlier step has moved is made again where that put it, for its way back.
 */
static void follow_move(const struct plan *p, size_t at, size_t moved)
{
        struct step *s = &p->steps[at];
        const struct step *move = &p->steps[moved];
        const struct target jail = arrival(p, moved, at);
        size_t kept = 0;

        for (size_t n = 0; n < s->undo_count; n++) {
                struct step *u = &s->undo[n];
                struct link_spec *l = &u->link;

                if (u->at.iface[0] && u->at.number == move->at.number && comes_with_move(u)) {
                        step_done(u);
                        continue;
                }
                put_where(&u->at, &jail, move);
                put_where(&u->to, &jail, move);
                put_where(&l->parent, &jail, move);
                if (u->op == STEP_LINK_ADD && l->number == move->at.number)
                        make_where(&u->at, l->name, &jail, move);
                else if (u->op == STEP_LINK_ADD && l->peer_number == move->at.number)
                        make_where(&l->peer_jail, l->peer_name, &jail, move);
                s->undo[kept++] = *u;
        }
        s->undo_count = kept;
}

static void put_name(struct target *t, const struct step *rename)
{
        if (t->iface[0] && t->number == rename->at.number)
                (void)str_copy(t->iface, sizeof(t->iface), rename->name); /* of the same size */
}

/* And what it has renamed has that name by then. */
static void follow_rename(struct step *s, const struct step *rename)
{
        for (size_t n = 0; n < s->undo_count; n++) {
                struct step *u = &s->undo[n];
                struct link_spec *l = &u->link;

                if (u->op != STEP_LINK_MOVE) /* that one knows what it has moved */
                        put_name(&u->at, rename);
                put_name(&u->to, rename);
                put_name(&l->parent, rename);
                if (u->op == STEP_LINK_ADD && l->number == rename->at.number)
                        (void)str_copy(l->name, sizeof(l->name), rename->name); /* of the same size */
                else if (u->op == STEP_LINK_ADD && l->peer_number == rename->at.number)
                        (void)str_copy(l->peer_name, sizeof(l->peer_name), rename->name);
        }
}

/* And what it has given another MAC address has that one when it is moved back: the kernel makes the link-local address
 * of it anew, which in the snapshot was just some address. */
static void follow_mac(struct step *s, const struct step *given)
{
        size_t kept = 0;

        for (size_t n = 0; n < s->undo_count; n++) {
                struct step *u = &s->undo[n];

                if (u->op == STEP_ADDRESS_ADD && u->at.number == given->at.number &&
                    address_is_made_from(&u->address, given->mac))
                        step_done(u);
                else
                        s->undo[kept++] = *u;
        }
        s->undo_count = kept;
}

static void follow_earlier(const struct plan *p)
{
        CLEANUP(step_list_done) struct step_list l = {0}; /* steps that move, rename or give an address */

        for (size_t k = 0; k < p->step_count; k++) {
                struct step *s = &p->steps[k];
                bool is_change = s->op == STEP_LINK_MOVE || s->op == STEP_LINK_RENAME || s->op == STEP_LINK_MAC;

                for (size_t m = 0; (s->op == STEP_LINK_DEL || s->op == STEP_LINK_MOVE) && m < l.count; m++) {
                        const struct step *earlier = &p->steps[l.steps[m]];

                        if (earlier->op == STEP_LINK_RENAME)
                                follow_rename(s, earlier);
                        else if (earlier->op == STEP_LINK_MOVE && s->op == STEP_LINK_DEL)
                                follow_move(p, k, l.steps[m]);
                        else if (earlier->op == STEP_LINK_MAC && s->op == STEP_LINK_MOVE)
                                follow_mac(s, earlier);
                }
                if (!is_change || !s->at.number)
                        continue;
                l.steps = array_grow(l.steps, &l.capacity, l.count, sizeof(*l.steps));
                l.steps[l.count++] = k;
        }
}

static void put_jail(struct target *t, const struct step *rename)
{
        if (t->cookie && t->cookie == rename->at.cookie)
                (void)str_copy(t->jail, sizeof(t->jail), rename->name); /* of the same size */
}

/* A jail that an earlier step has renamed has that name on the way back: what is made anew in it is told by that alone.
 */
static void follow_jails(const struct plan *p)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        for (size_t k = 0; k < p->step_count; k++) {
                struct step *s = &p->steps[k];

                for (size_t n = 0; l.count && n < s->undo_count; n++) {
                        struct step *u = &s->undo[n];

                        for (size_t m = 0; m < l.count; m++) {
                                put_jail(&u->at, &p->steps[l.steps[m]]);
                                put_jail(&u->to, &p->steps[l.steps[m]]);
                                put_jail(&u->link.parent, &p->steps[l.steps[m]]);
                                put_jail(&u->link.peer_jail, &p->steps[l.steps[m]]);
                        }
                }
                if (s->op != STEP_JAIL_RENAME)
                        continue;
                l.steps = array_grow(l.steps, &l.capacity, l.count, sizeof(*l.steps));
                l.steps[l.count++] = k;
        }
}

/* Does the way back make anything anew? */
static bool takes_away(const struct step *s)
{
        return s->op == STEP_JAIL_DEL || s->op == STEP_LINK_MOVE || s->op == STEP_LINK_DEL;
}

void plan_finish(struct plan *p, size_t first, const struct graph *g)
{
        struct plan part = {.steps = p->steps + first, .step_count = p->step_count - first};
        CLEANUP(step_index_done) struct step_index x = {0};
        bool has_any = false;

        for (size_t k = 0; k < part.step_count; k++) {
                step_work_out_undo(&part.steps[k], g);
                has_any = has_any || takes_away(&part.steps[k]);
        }
        if (has_any) {
                step_index_update(&x, &part);
                prune(&x, &part);
                follow_earlier(&part);
                follow_jails(&part);
                settle(&x, &part);
        }
        plan_mark_lifelines(p, first, g);
}
