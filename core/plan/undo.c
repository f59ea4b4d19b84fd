/*
 * undo.c - the plan that takes a finished plan back, on today's graph.
 *
 * The finished plan's inverses, newest first, pointed at the things of today: by identity, then by the inventory's
 * number, then by jail and name. Whatever is no longer as the plan left it stops the undo: it is told, not forced. The
 * new plan's own inverses are worked out afresh, so that it can be rolled back, and be undone itself.
 */
#include <errno.h>
#include <string.h>

#include "core/plan/undo_parts.h"

static bool is_place(enum step_op op)
{
        return op == STEP_ADDRESS_ADD || op == STEP_ADDRESS_DEL || op == STEP_ROUTE_ADD || op == STEP_ROUTE_DEL ||
                op == STEP_LINK_UP || op == STEP_LINK_DOWN || op == STEP_LINK_MASTER;
}

static bool is_made_by(const struct target *t, const struct step *s)
{
        const struct link_spec *l = &s->link;

        if (!t->iface[0] || s->op != STEP_LINK_ADD)
                return false;
        return undo_is_result(t, &s->at, l->name, l->number) ||
                (l->kind == KIND_VETH && undo_is_result(t, &l->peer_jail, l->peer_name, l->peer_number));
}

/* Is it a move to a jail that came after the link? Then that goes first, and would take the link along on its own. */
static bool leaves_in_time(const struct undoing *u, size_t made, size_t at)
{
        const struct plan *p = u->done;
        const struct step *s = &p->steps[at];
        CLEANUP(step_list_done) struct step_list l = {0};

        if (s->op != STEP_LINK_MOVE || s->to.cookie)
                return false;
        step_index_jail(&u->done_index, &l, s->to.jail);
        for (size_t n = 0; n < l.count; n++) {
                size_t k = l.steps[n];

                if (k > made && k < at && p->steps[k].op == STEP_JAIL_ADD && undo_is_done(&p->steps[k]) &&
                    strcmp(p->steps[k].at.jail, s->to.jail) == 0)
                        return true;
        }
        return false;
}

/* A jail that took the name of one that the plan removed gives it back, for that one to be made again. */
static bool must_give_back(const struct undoing *u, const struct step *s)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        if (s->op == STEP_JAIL_RENAME)
                step_index_jail(&u->done_index, &l, s->name);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *other = &u->done->steps[l.steps[k]];

                if (other->op == STEP_JAIL_DEL && undo_is_done(other) && strcmp(other->at.jail, s->name) == 0)
                        return true;
        }
        return false;
}

/* An address or route that the plan took from somewhere else: it has to go here before it can be put back there. */
static bool is_carried_over(const struct undoing *u, size_t at)
{
        const struct plan *p = u->done;
        const struct step *s = &p->steps[at];
        CLEANUP(step_list_done) struct step_list l = {0};

        if (s->op == STEP_ADDRESS_ADD || s->op == STEP_ROUTE_ADD)
                step_index_taken(&u->done_index, &l, s->op == STEP_ADDRESS_ADD ? &s->address : &s->route.destination);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *earlier = &p->steps[l.steps[k]];

                if (l.steps[k] >= at)
                        continue;
                if (s->op == STEP_ADDRESS_ADD && earlier->op == STEP_ADDRESS_DEL &&
                    prefix_equal(&s->address, &earlier->address))
                        return true;
                if (s->op == STEP_ROUTE_ADD && earlier->op == STEP_ROUTE_DEL &&
                    prefix_equal(&s->route.destination, &earlier->route.destination))
                        return true;
        }
        return false;
}

/* Has the plan moved that link into a jail after it made that? Then it was there before, and is when the jail is gone.
 */
static bool came_by_move(const struct undoing *u, size_t made, size_t at)
{
        const struct plan *p = u->done;
        const struct step *s = &p->steps[at];
        CLEANUP(step_list_done) struct step_list l = {0};

        if (!s->at.iface[0] || !s->at.number)
                return false;
        step_index_result(&u->done_index, &l, &s->at);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *move = &p->steps[l.steps[k]];

                if (l.steps[k] > made && l.steps[k] < at && move->op == STEP_LINK_MOVE &&
                    move->at.number == s->at.number)
                        return true;
        }
        return false;
}

/* Has the plan removed that jail, whatever it was called by then? Then the way back makes it under the name that it had
 * last, and goes through its names to the first. */
static bool is_removed_again(const struct undoing *u, size_t made)
{
        for (size_t k = made + 1; k < u->done->step_count; k++)
                if (u->done->steps[k].op == STEP_JAIL_DEL && undo_is_done(&u->done->steps[k]) &&
                    undo_same_jail(u->done, made, k))
                        return true;
        return false;
}

/* Does all that a step did in a jail go with it, when it is taken away as what an earlier step made? */
static bool goes_with_jail(const struct undoing *u, size_t made, size_t at)
{
        const struct step *earlier = &u->done->steps[made], *s = &u->done->steps[at];

        if (earlier->op != STEP_JAIL_ADD || s->at.cookie || strcmp(earlier->at.jail, s->at.jail) != 0)
                return false;
        if (s->op == STEP_JAIL_RENAME)
                return !must_give_back(u, s) && !is_removed_again(u, made);
        return s->op != STEP_LINK_ADD && s->op != STEP_LINK_MOVE && !came_by_move(u, made, at);
}

/* Was the bridge that it joined, or whose hook to it got a name, made after step `came`, which brought the port? Then
 * the bridge goes first on the way back, and the port leaves it before: if that is undone, the bridge is there to be
 * joined.
 */
static bool joined_newer(const struct undoing *u, size_t came, size_t at)
{
        const struct plan *p = u->done;
        const struct step *s = &p->steps[at];
        const struct target *bridge = s->op == STEP_LINK_MASTER ? &s->to : s->op == STEP_HOOK_NAME ? &s->at : NULL;
        CLEANUP(step_list_done) struct step_list l = {0};

        if (!bridge || !bridge->iface[0])
                return false;
        step_index_result(&u->done_index, &l, bridge);
        for (size_t k = 0; k < l.count; k++)
                if (l.steps[k] > came && l.steps[k] < at && undo_is_done(&p->steps[l.steps[k]]) &&
                    is_made_by(bridge, &p->steps[l.steps[k]]))
                        return true;
        return false;
}

/* Undoing an earlier step takes the object away anyhow: what was done on it needs no way back of its own. */
static bool goes_with_earlier(const struct undoing *u, size_t at)
{
        const struct plan *p = u->done;
        const struct step *s = &p->steps[at];
        CLEANUP(step_list_done) struct step_list l = {0};

        if (s->op == STEP_JAIL_ADD)
                return false; /* another of its name, which the plan removed */
        step_index_result(&u->done_index, &l, &s->at);
        if (s->op == STEP_HOOK_NAME)
                step_index_result(&u->done_index, &l, &s->to);
        step_index_jail(&u->done_index, &l, s->at.jail);
        step_list_sort(&l);
        for (size_t n = 0; n < l.count && l.steps[n] < at; n++) {
                size_t k = l.steps[n];
                const struct step *earlier = &p->steps[k];

                if (!undo_is_done(earlier))
                        continue;
                if (is_made_by(&s->at, earlier) && (leaves_in_time(u, k, at) || is_carried_over(u, at)))
                        return false;
                if (is_made_by(&s->at, earlier) || (s->op == STEP_HOOK_NAME && is_made_by(&s->to, earlier)) ||
                    goes_with_jail(u, k, at) ||
                    (earlier->op == STEP_LINK_MOVE && is_place(s->op) && s->at.iface[0] && s->at.number &&
                     s->at.number == earlier->at.number))
                        return !joined_newer(u, k, at);
        }
        return false;
}

/* Does an earlier step of the new plan leave that link somewhere? Then it is known by name only. */
bool undo_is_made_here(const struct undoing *u, const struct target *t, struct target *ret)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        step_index_result(&u->new_index, &l, t);
        step_list_sort(&l);
        for (size_t k = l.count; k-- > 0;) {
                const struct step *s = &u->p->steps[l.steps[k]];
                const char *name = s->name[0] ? s->name : s->at.iface;
                struct target made;

                if (s->op == STEP_LINK_ADD && undo_is_result(t, &s->at, s->link.name, s->link.number)) {
                        made = s->at;
                        name = s->link.name;
                } else if (s->op == STEP_LINK_ADD && s->link.kind == KIND_VETH &&
                           undo_is_result(t, &s->link.peer_jail, s->link.peer_name, s->link.peer_number)) {
                        made = s->link.peer_jail;
                        name = s->link.peer_name;
                } else if (s->op == STEP_LINK_MOVE && undo_is_result(t, &s->to, name, s->at.number)) {
                        made = s->to;
                } else {
                        continue;
                }
                made.ifindex = 0;
                made.number = t->number;
                (void)str_copy(made.kind, sizeof(made.kind), t->kind);
                (void)str_copy(made.iface, sizeof(made.iface), name);
                *ret = made;
                return true;
        }
        return false;
}

/* The name that an earlier step of the new plan gives it. */
void undo_apply_renames(const struct undoing *u, struct target *t)
{
        for (size_t k = 0; k < u->rename_count; k++) {
                const struct step *s = &u->p->steps[u->renames[k]];

                if (s->op == STEP_LINK_RENAME && t->iface[0] && target_same(&s->at, t))
                        (void)str_copy(t->iface, sizeof(t->iface), s->name);
                if (s->op == STEP_JAIL_RENAME && s->at.cookie == t->cookie)
                        (void)str_copy(t->jail, sizeof(t->jail), s->name);
        }
}

/* Is it in a jail that the new plan makes, or makes and gives that name? Then all there is known by name. */
static bool is_in_new_jail(const struct undoing *u, const struct target *t)
{
        CLEANUP(step_list_done) struct step_list l = {0};

        if (!t->cookie || graph_find_jail_cookie(u->g, t->cookie) == NONE)
                step_index_jail(&u->new_index, &l, t->jail);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *s = &u->p->steps[l.steps[k]];

                if (s->op == STEP_JAIL_ADD && strcmp(s->at.jail, t->jail) == 0)
                        return true;
                if (s->op == STEP_JAIL_RENAME && !s->at.cookie && strcmp(s->name, t->jail) == 0)
                        return true;
        }
        return false;
}

/* The name that the new plan has given since to a jail that it makes. */
static void follow_new_jail(const struct undoing *u, struct target *t)
{
        for (size_t k = 0; k < u->rename_count && !t->cookie; k++) {
                const struct step *s = &u->p->steps[u->renames[k]];

                if (s->op == STEP_JAIL_RENAME && !s->at.cookie && strcmp(s->at.jail, t->jail) == 0)
                        (void)str_copy(t->jail, sizeof(t->jail), s->name);
        }
}

static int retarget(const struct undoing *u, struct target *t, struct err *e)
{
        struct target found;

        if (!t->jail[0] && !t->iface[0])
                return 0;
        if (is_in_new_jail(u, t)) {
                t->ifindex = 0;
                t->cookie = 0;
                t->path[0] = '\0';
                return 0;
        }
        if (!t->iface[0]) {
                size_t jail = undo_find_jail(u, t);

                if (jail == NONE)
                        return undo_gone(t, e);
                *t = target_of_jail(u->g, jail);
                undo_apply_renames(u, t);
                return 0;
        }
        if (undo_is_made_here(u, t, &found)) {
                *t = found;
                follow_new_jail(u, t);
                return 0;
        }

        size_t iface = undo_find_iface(u, t);

        if (iface != NONE) {
                *t = target_of_iface(u->g, iface);
                if (undo_is_made_here(u, t, &found)) /* it had another name when it was made */
                        *t = found;
                else
                        undo_apply_renames(u, t);
                follow_new_jail(u, t);
                return 0;
        }

        return undo_gone(t, e);
}

int undo_add_step(struct undoing *u, const struct step *inverse, struct err *e)
{
        struct step s = *inverse;
        int r = 0;

        s.undo = NULL;
        s.undo_count = 0;
        s.state = STEP_PLANNED;
        s.outcome = 0;
        s.made = s.made_peer = (struct iface_id){0};
        s.made_cookie = 0;
        s.made_handle = (struct ns_handle){0};
        s.cuts_operator = false;
        if (s.op != STEP_JAIL_ADD)
                r = retarget(u, &s.at, e);
        else
                s.at = target_named(s.at.jail, "");
        if (r == 0)
                r = retarget(u, &s.to, e);
        if (r == 0)
                r = retarget(u, &s.link.parent, e);
        if (r == 0)
                r = retarget(u, &s.link.peer_jail, e);
        if (r < 0)
                return r;
        if (s.op == STEP_LINK_ADD && s.link.ifindex &&
            (!s.at.cookie || graph_find_iface(u->g, (struct iface_id){s.at.cookie, s.link.ifindex}) != NONE))
                s.link.ifindex = 0;
        *plan_add(u->p, s.op) = s;
        step_index_update(&u->new_index, u->p);
        if (s.op == STEP_LINK_RENAME || s.op == STEP_JAIL_RENAME) {
                u->renames = array_grow(u->renames, &u->rename_capacity, u->rename_count, sizeof(*u->renames));
                u->renames[u->rename_count++] = u->p->step_count - 1;
        }
        return 0;
}

static bool is_mtu_of_plan(const struct undoing *u, size_t bridge)
{
        for (size_t k = 0; k < u->done->step_count; k++) {
                const struct step *s = &u->done->steps[k];

                if (s->op == STEP_LINK_MTU && undo_is_done(s) && undo_find_iface(u, &s->at) == bridge)
                        return true;
        }
        return false;
}

/* A bridge that somebody else gave an MTU since: it has not the one of its ports, and keeps what it has. */
static bool has_own_mtu(const struct undoing *u, const struct step *s)
{
        size_t bridge = s->op == STEP_LINK_MTU && s->is_internal ? undo_find_iface(u, &s->at) : NONE;

        return bridge != NONE && u->g->ifaces[bridge].kind == KIND_BRIDGE && !bridge_has_ports_mtu(u->g, bridge) &&
                !is_mtu_of_plan(u, bridge);
}

/* The kernel gives an interface its link-local address anew, as when its MTU was below IPv6's for a while. What is
 * moved on the way back, or made there, loses those that it has now. */
static bool came_by_itself(const struct undoing *u, const struct step *s)
{
        size_t iface =
                s->op == STEP_ADDRESS_ADD && prefix_is_link_local(&s->address) ? undo_find_iface(u, &s->at) : NONE;
        struct target made;

        return iface != NONE && address_is_there(&u->g->ifaces[iface], &s->address) &&
                !undo_is_deleted_here(u, &s->at, &s->address) && !undo_is_made_here(u, &s->at, &made);
}

static int take_back(struct undoing *u, const struct step *s, struct err *e)
{
        if (s->op == STEP_LINK_UP && s->undo_count)
                return undo_add_down(u, s, e);
        for (size_t n = 0; n < s->undo_count; n++) {
                if (has_own_mtu(u, &s->undo[n]) || came_by_itself(u, &s->undo[n]))
                        continue;

                int r = s->undo[n].op == STEP_ADDRESS_DEL ? undo_add_address_del(u, &s->undo[n], e)
                                                          : undo_add_step(u, &s->undo[n], e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* A hook to what the plan took away: it is named again when that is back, although the plan forgot it afterwards. */
static bool waits(const struct undoing *u, const struct step *s)
{
        return s->op == STEP_HOOK_NAME && undo_find_iface(u, &s->to) == NONE;
}

/* The kernel may still be taking it apart. */
static bool is_alive(const struct graph *g, size_t jail)
{
        return jail != NONE && g->jails[jail].state != JAIL_DYING;
}

/* A jail that the plan itself removed again; unless the way back has just made one of its name. */
static bool is_gone_again(const struct undoing *u, const struct step *s)
{
        return s->op == STEP_JAIL_ADD && !is_alive(u->g, graph_find_jail_cookie(u->g, s->made_cookie)) &&
                undo_is_overtaken(u, u->at) && !is_in_new_jail(u, &s->at);
}

static int take_back_all(struct undoing *u, bool that_waited, struct err *e)
{
        for (size_t k = u->done->step_count; k-- > 0;) {
                const struct step *s = &u->done->steps[k];

                if (!undo_is_done(s) || goes_with_earlier(u, k))
                        continue;
                u->at = k;
                if (waits(u, s) != that_waited || is_gone_again(u, s))
                        continue;

                int r = take_back(u, s, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

static void undoing_done(struct undoing *u)
{
        step_index_done(&u->done_index);
        step_index_done(&u->new_index);
        arena_done(&u->arena);
        free(u->renames);
        free(u->attached);
        lookup_done(&u->users);
}

int plan_build_undo(const struct plan *done, const struct graph *g, struct plan **ret, struct err *e)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("undo %lld: %s", (long long)done->number, done->title);
        CLEANUP(undoing_done) struct undoing u = {.g = g, .p = p};
        int r = 0;

        if (done->state != PLAN_DONE)
                return err_set(e, -EINVAL, "plan %lld: is %s; only what was done can be undone",
                               (long long)done->number, plan_state_name(done->state));
        u.done = undo_lasting(undo_numbers(done, &u.arena), &u.arena);
        step_index_update(&u.done_index, u.done);
        for (size_t k = u.done->step_count; k-- > 0;) {
                if (!undo_is_done(&u.done->steps[k]) || undo_is_overtaken(&u, k))
                        continue;
                u.at = k;
                r = undo_check_step(&u, &u.done->steps[k], e);

                if (r < 0)
                        return r;
        }
        r = take_back_all(&u, false, e);
        if (r == 0)
                r = take_back_all(&u, true, e);
        if (r < 0)
                return r;
        free(p->words);
        p->words = xasprintf("undo %lld", (long long)done->number);
        p->undoes = done->number;
        claims_add_all(&p->imported, &done->withdrawn);
        claims_add_all(&p->withdrawn, &done->imported);
        p->serial = g->serial;
        plan_finish(p, 0, g);
        *ret = TAKE(p);
        return 0;
}
