/*
 * undo.c - the plan that takes a finished plan back, on today's graph.
 *
 * The finished plan's inverses, newest first, pointed at the things of today: by identity, then by the inventory's
 * number, then by jail and name. Whatever is no longer as the plan left it stops the undo: it is told, not forced. The
 * new plan's own inverses are worked out afresh, so that it can be rolled back, and be undone itself.
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/names.h"
#include "core/graph/path.h"
#include "core/graph/nat_rule.h"
#include "core/plan/planner.h"

struct undoing {
        const struct plan *done;
        const struct graph *g;
        struct plan *p;
        size_t at; /* the step that is looked at: what was made after it is none that it meant */
};

/* --- which thing of today? --- */

static bool is_done(const struct step *s)
{
        return s->state == STEP_DONE;
}

/* The jail that a target means, in today's graph. */
static size_t find_jail(const struct undoing *u, const struct target *t)
{
        size_t jail = t->cookie ? graph_find_jail_cookie(u->g, t->cookie) : NONE;

        for (size_t k = u->done->step_count; jail == NONE && k-- > 0;) {
                const struct step *s = &u->done->steps[k];

                if (s->op == STEP_JAIL_ADD && s->made_cookie && strcmp(s->at.jail, t->jail) == 0)
                        jail = graph_find_jail_cookie(u->g, s->made_cookie);
        }
        if (jail == NONE && t->jail[0]) {
                const char *name = t->jail;

                for (size_t k = 0; k < u->done->step_count; k++) { /* renamed, and made anew since */
                        const struct step *s = &u->done->steps[k];

                        if (s->op == STEP_JAIL_RENAME && strcmp(s->at.jail, t->jail) == 0)
                                name = s->name;
                }
                jail = graph_find_jail(u->g, name);
                if (jail != NONE && u->g->jails[jail].state == JAIL_DYING)
                        jail = NONE; /* what is left of one that lost its name */
        }
        return jail;
}

static bool has_kind(const struct undoing *u, size_t iface, const struct target *t)
{
        return iface != NONE && (!t->kind[0] || strcmp(u->g->ifaces[iface].kind_name, t->kind) == 0);
}

/* Does that target mean the link which a step left in jail `place` under that name? */
static bool is_result(const struct target *t, const struct target *place, const char *name, uint32_t number)
{
        bool same_jail = t->cookie && place->cookie ? t->cookie == place->cookie : strcmp(t->jail, place->jail) == 0;

        if (t->number && t->number == number)
                return true;
        return same_jail && t->ifindex == 0 && strcmp(t->iface, name) == 0;
}

/* What the finished plan's first steps made or moved, by the identity that it got; renamed by a later one perhaps. */
static size_t find_made_by(const struct undoing *u, const struct target *t, size_t step_count)
{
        for (size_t k = step_count; k-- > 0;) {
                const struct step *s = &u->done->steps[k];
                const struct link_spec *l = &s->link;
                struct iface_id id = {0};
                uint32_t number = 0;

                if (k > u->at && s->op != STEP_LINK_MOVE)
                        continue;
                if (s->op == STEP_LINK_ADD && is_result(t, &s->at, l->name, l->number)) {
                        id = s->made;
                        number = l->number;
                } else if (s->op == STEP_LINK_ADD && l->kind == KIND_VETH &&
                           is_result(t, &l->peer_jail, l->peer_name, l->peer_number)) {
                        id = s->made_peer;
                        number = l->peer_number;
                } else if (s->op == STEP_LINK_MOVE &&
                           is_result(t, &s->to, s->name[0] ? s->name : s->at.iface, s->at.number)) {
                        id = s->made;
                        number = s->at.number;
                } else if (s->op == STEP_LINK_RENAME && is_result(t, &s->at, s->name, 0)) {
                        return find_made_by(u, &s->at, k);
                } else {
                        continue;
                }

                size_t iface = id.ifindex ? graph_find_iface(u->g, id) : NONE;

                if (iface == NONE && number)
                        iface = graph_find_number(u->g, number);
                if (has_kind(u, iface, t))
                        return iface;
        }
        return NONE;
}

static size_t find_made(const struct undoing *u, const struct target *t)
{
        return find_made_by(u, t, u->done->step_count);
}

static size_t find_iface(const struct undoing *u, const struct target *t)
{
        size_t iface = find_made(u, t);
        size_t jail;

        if (iface != NONE)
                return iface;
        if (t->ifindex && t->cookie) {
                iface = graph_find_iface(u->g, (struct iface_id){.cookie = t->cookie, .ifindex = t->ifindex});
                if (has_kind(u, iface, t) && (!t->number || t->number == u->g->ifaces[iface].number))
                        return iface;
        }
        if (t->number) {
                iface = graph_find_number(u->g, t->number);
                if (has_kind(u, iface, t))
                        return iface;
        }
        jail = find_jail(u, t);
        iface = jail == NONE ? NONE : graph_find_iface_in(u->g, jail, t->iface);
        return has_kind(u, iface, t) ? iface : NONE;
}

static int gone(const struct target *t, struct err *e)
{
        CLEANUP(text_done) struct text name = {0};

        target_put(&name, t);
        return err_set(e, -ESTALE, "%s: is gone; there is nothing left to undo on it", text_str(&name));
}

static int changed(const struct target *t, const char *what, struct err *e)
{
        CLEANUP(text_done) struct text name = {0};

        target_put(&name, t);
        return err_set(e, -ESTALE, "%s: %s since; undo or change that first", text_str(&name), what);
}

/* --- is everything as the plan left it? --- */

/* Has a later step of the same plan changed the same thing again, or taken the object away? */
static bool is_overtaken(const struct plan *p, size_t at)
{
        const struct step *s = &p->steps[at];

        for (size_t k = at + 1; k < p->step_count; k++) {
                const struct step *later = &p->steps[k];
                bool same = target_same(&s->at, &later->at);

                if (!is_done(later))
                        continue;
                if (later->op == STEP_JAIL_DEL && s->at.cookie == later->at.cookie)
                        return true;
                if (!same || !s->at.iface[0])
                        continue;
                if (later->op == STEP_LINK_DEL || later->op == STEP_LINK_MOVE)
                        return true;
                if (s->op == STEP_ADDRESS_ADD || s->op == STEP_ADDRESS_DEL) {
                        if ((later->op == STEP_ADDRESS_ADD || later->op == STEP_ADDRESS_DEL) &&
                            prefix_equal(&s->address, &later->address))
                                return true;
                } else if (s->op == STEP_LINK_UP || s->op == STEP_LINK_DOWN) {
                        if (later->op == STEP_LINK_UP || later->op == STEP_LINK_DOWN || later->op == STEP_LINK_MASTER)
                                return true;
                } else if (s->op == later->op && s->op != STEP_ROUTE_ADD && s->op != STEP_ROUTE_DEL) {
                        return true;
                }
        }
        return false;
}

static bool has_address(const struct iface *i, const struct prefix *p)
{
        for (size_t k = 0; k < i->address_count; k++) {
                if (prefix_equal(&i->addresses[k], p))
                        return true;
        }
        return false;
}

static bool has_route(const struct undoing *u, const struct step *s)
{
        size_t jail = find_jail(u, &s->at), iface = s->at.iface[0] ? find_iface(u, &s->at) : NONE;

        for (size_t k = 0; k < u->g->route_count; k++) {
                const struct route *r = &u->g->routes[k];

                if (iface != NONE && r->oif && r->oif != u->g->ifaces[iface].id.ifindex)
                        continue; /* the same way over another interface: carried over by the plan itself */

                bool same_gateway = r->gateway.family == 0 ? s->route.gateway.family == 0
                                                           : prefix_equal(&r->gateway, &s->route.gateway);

                if (r->jail == jail && prefix_equal(&r->destination, &s->route.destination) && same_gateway)
                        return true;
        }
        return false;
}

static bool has_altname(const struct iface *i, const char *name)
{
        for (size_t k = 0; k < i->altname_count; k++) {
                if (strcmp(i->altnames[k], name) == 0)
                        return true;
        }
        return false;
}

/* Was it the finished plan that put that interface onto the other one? */
static bool plan_attached(const struct undoing *u, size_t iface)
{
        for (size_t k = 0; k < u->done->step_count; k++) {
                const struct step *s = &u->done->steps[k];

                if ((s->op == STEP_LINK_MASTER && find_iface(u, &s->at) == iface) ||
                    (s->op == STEP_LINK_ADD &&
                     (find_made(u, &s->at) == iface || u->g->ifaces[iface].number == s->link.number)))
                        return true;
        }
        return false;
}

/* What the plan made must not have been built upon. */
static int check_unused(const struct undoing *u, size_t made, const struct target *t, struct err *e)
{
        const struct graph *g = u->g;

        for (size_t k = 0; k < g->iface_count; k++) {
                CLEANUP(text_done) struct text other = {0};

                if ((g->ifaces[k].parent != made && g->ifaces[k].master != made) || plan_attached(u, k))
                        continue;
                query_put_iface(&other, g, k);
                text_put(&other, g->ifaces[k].parent == made ? " was made on it" : " was attached to it");
                return changed(t, text_str(&other), e);
        }
        return 0;
}

static int check_link_add(const struct undoing *u, const struct step *s, struct err *e)
{
        struct target ends[2] = {s->at, s->link.peer_jail};
        size_t count = s->link.kind == KIND_VETH ? 2 : 1;

        for (size_t k = 0; k < count; k++) {
                struct target *t = &ends[k];

                (void)str_copy(t->iface, sizeof(t->iface), k == 0 ? s->link.name : s->link.peer_name);
                t->number = k == 0 ? s->link.number : s->link.peer_number;

                size_t iface = find_iface(u, t);

                if (iface == NONE)
                        return gone(t, e);

                int r = check_unused(u, iface, t, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int check_jail_add(const struct undoing *u, const struct step *s, struct err *e)
{
        struct undoing whole = *u;
        size_t jail = find_jail(u, &s->at);

        whole.at = u->done->step_count; /* what later steps put in it counts too */
        if (jail == NONE || u->g->jails[jail].state != JAIL_ALIVE)
                return gone(&s->at, e);

        const struct jail *j = &u->g->jails[jail];

        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++) {
                const struct iface *i = &u->g->ifaces[k];
                bool is_ours = i->kind == KIND_LOOPBACK;

                for (size_t n = 0; n < u->done->step_count && !is_ours; n++) {
                        const struct step *other = &u->done->steps[n];
                        struct target t = target_in_jail(u->g, jail, i->name);

                        t.number = i->number;
                        is_ours = (other->op == STEP_LINK_ADD || other->op == STEP_LINK_MOVE) &&
                                find_made(&whole, &t) == k;
                }
                if (!is_ours) {
                        CLEANUP(text_done) struct text what = {0};

                        text_put(&what, i->name);
                        text_put(&what, " came to be in it");
                        return changed(&s->at, text_str(&what), e);
                }
        }
        return 0;
}

/* The state that the step left must still be there: its property is compared with what it was set to. */
static int check_property(const struct undoing *u, const struct step *s, size_t iface, struct err *e)
{
        const struct iface *i = &u->g->ifaces[iface];
        size_t to = s->to.iface[0] ? find_iface(u, &s->to) : NONE;

        switch (s->op) {
        case STEP_LINK_RENAME: return strcmp(i->name, s->name) == 0 ? 0 : changed(&s->at, "was renamed again", e);
        case STEP_LINK_MOVE: return i->jail == find_jail(u, &s->to) ? 0 : changed(&s->at, "was moved on", e);
        case STEP_LINK_MASTER: return i->master == to ? 0 : changed(&s->at, "was attached or detached", e);
        case STEP_LINK_MAC: return mac_equal(i->mac, s->mac) ? 0 : changed(&s->at, "got another MAC address", e);
        case STEP_LINK_MTU: return i->mtu_bytes == s->number ? 0 : changed(&s->at, "got another MTU", e);
        case STEP_LINK_UP: return i->is_up ? 0 : changed(&s->at, "was set down", e);
        case STEP_LINK_DOWN: return !i->is_up ? 0 : changed(&s->at, "was set up", e);
        case STEP_LINK_ALIAS:
                return strcmp(i->alias ? i->alias : "", s->text) == 0 ? 0 : changed(&s->at, "got another alias", e);
        case STEP_LINK_STP:
                return i->stp_on == (s->number != 0) ? 0 : changed(&s->at, "had its spanning tree switched", e);
        case STEP_PORT_ISOLATE:
                return i->is_isolated == (s->number != 0) ? 0 : changed(&s->at, "was isolated, or is no more", e);
        case STEP_LINK_TUNE: {
                enum tuning t = tuning_find(s->text);

                return t == TUNE_COUNT || !(i->tuning_known >> t & 1u) || i->tuning[t] == s->number
                        ? 0
                        : changed(&s->at, "was set otherwise", e);
        }
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH: return 0; /* addresses come and go */
        case STEP_LINK_PROMISC:
                return ((i->flags & IFF_PROMISC) != 0) == (s->number != 0)
                        ? 0
                        : changed(&s->at, "was told otherwise which frames to take in", e);
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
                if (is_node_mark(s->text)) /* a kernel before Linux 5.5 has none */
                        return 0;
                return has_altname(i, s->text) == (s->op == STEP_ALTNAME_ADD)
                        ? 0
                        : changed(&s->at, "had its alternative names changed", e);
        case STEP_ADDRESS_ADD: return has_address(i, &s->address) ? 0 : changed(&s->at, "lost that address", e);
        case STEP_ADDRESS_DEL: return !has_address(i, &s->address) ? 0 : changed(&s->at, "got that address again", e);
        case STEP_PIN:
                return i->pin_source == s->pin_source && (s->pin_source == PIN_NONE || mac_equal(i->pin, s->mac))
                        ? 0
                        : changed(&s->at, "was pinned otherwise", e);
        case STEP_FEED_ADD: /* begun or ended again it does no harm */
        case STEP_FEED_DEL:
        case STEP_NODE_NAME:
        case STEP_HOOK_NAME:
        case STEP_PERSIST:
        case STEP_LONG_NAME: return 0; /* names that nothing hangs on */
        case STEP_JAIL_ADD:
        case STEP_JAIL_DEL:
        case STEP_JAIL_RENAME:
        case STEP_LINK_ADD:
        case STEP_LINK_DEL:
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL:
        case STEP_FORWARDING:
        case STEP_FORWARDING6:
        case STEP_NAT_ADD:
        case STEP_NAT_DEL:
        case STEP_OP_COUNT: return 0;
        }
        return 0;
}

/* The plan itself gave that name to a jail of its own, once it was free. */
static bool gave_name(const struct plan *p, const char *name)
{
        for (size_t k = 0; k < p->step_count; k++)
                if (p->steps[k].op == STEP_JAIL_RENAME && is_done(&p->steps[k]) && strcmp(p->steps[k].name, name) == 0)
                        return true;
        return false;
}

static int check_jail_del(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t jail = graph_find_jail(u->g, s->at.jail);

        if (gave_name(u->done, s->at.jail))
                return 0;
        if (jail != NONE && u->g->jails[jail].state == JAIL_ALIVE)
                return changed(&s->at, "was made again", e);
        return 0;
}

static bool has_identity(const struct iface *i, struct iface_id id, uint32_t number)
{
        return (number && i->number == number) ||
                (id.ifindex && i->id.cookie == id.cookie && i->id.ifindex == id.ifindex);
}

/* Did the plan itself put that link there after a step? Then its way back takes it away before that step's. */
static bool came_after(const struct undoing *u, const struct step *s, size_t iface)
{
        const struct iface *i = &u->g->ifaces[iface];

        for (size_t k = (size_t)(s - u->done->steps) + 1; k < u->done->step_count; k++) {
                const struct step *later = &u->done->steps[k];

                if (later->op == STEP_LINK_ADD &&
                    (has_identity(i, later->made, later->link.number) ||
                     has_identity(i, later->made_peer, later->link.peer_number)))
                        return true;
                if (later->op == STEP_LINK_MOVE && has_identity(i, later->made, later->at.number))
                        return true;
                if (later->op == STEP_LINK_RENAME && find_iface(u, &later->at) == iface)
                        return true;
        }
        return false;
}

static int check_link_del(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t jail = find_jail(u, &s->at);
        size_t iface = jail == NONE ? NONE : graph_find_iface_in(u->g, jail, s->at.iface);

        if (iface != NONE && !came_after(u, s, iface))
                return changed(&s->at, "was made again, or its name taken", e);
        return 0;
}

static int check_route(const struct undoing *u, const struct step *s, struct err *e)
{
        bool is_there = has_route(u, s);

        if (!u->g->has_routes)
                return 0;
        if (s->op == STEP_ROUTE_ADD && !is_there)
                return changed(&s->at, "lost that route", e);
        if (s->op == STEP_ROUTE_DEL && is_there)
                return changed(&s->at, "got that route again", e);
        return 0;
}

static int check_jail(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t jail = find_jail(u, &s->at);
        const struct jail *j = jail == NONE ? NULL : &u->g->jails[jail];

        if (!j || j->state != JAIL_ALIVE)
                return gone(&s->at, e);
        if (s->op == STEP_JAIL_RENAME && strcmp(j->name, s->name) != 0)
                return changed(&s->at, "was renamed again", e);
        if ((s->op == STEP_NAT_ADD || s->op == STEP_NAT_DEL) && j->nat_rules &&
            nat_has_line(j->nat_rules, s->text) != (s->op == STEP_NAT_ADD))
                return changed(&s->at, "had its address translation changed", e);
        if (s->op == STEP_FORWARDING && j->forwarding >= 0 && j->forwarding != (int)s->number)
                return changed(&s->at, "had its forwarding switched", e);
        if (s->op == STEP_FORWARDING6 && j->forwarding6 >= 0 && j->forwarding6 != (int)s->number)
                return changed(&s->at, "had its forwarding of IPv6 switched", e);
        return 0;
}

static int check_step(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t iface;

        if (s->op == STEP_JAIL_ADD)
                return check_jail_add(u, s, e);
        if (s->op == STEP_JAIL_DEL)
                return check_jail_del(u, s, e);
        if (s->op == STEP_LINK_ADD)
                return check_link_add(u, s, e);
        if (s->op == STEP_LINK_DEL)
                return check_link_del(u, s, e);
        if (s->op == STEP_ROUTE_ADD || s->op == STEP_ROUTE_DEL)
                return check_route(u, s, e);
        if (s->op == STEP_JAIL_RENAME || s->op == STEP_FORWARDING || s->op == STEP_FORWARDING6 ||
            s->op == STEP_NAT_ADD || s->op == STEP_NAT_DEL)
                return check_jail(u, s, e);
        iface = find_iface(u, &s->at);
        return iface == NONE ? gone(&s->at, e) : check_property(u, s, iface, e);
}

/* --- the way back --- */

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
        return is_result(t, &s->at, l->name, l->number) ||
                (l->kind == KIND_VETH && is_result(t, &l->peer_jail, l->peer_name, l->peer_number));
}

/* Is it a move to a jail that came after the link? Then that goes first, and would take the link along on its own. */
static bool leaves_in_time(const struct plan *p, size_t made, size_t at)
{
        const struct step *s = &p->steps[at];

        if (s->op != STEP_LINK_MOVE || s->to.cookie)
                return false;
        for (size_t k = made + 1; k < at; k++)
                if (p->steps[k].op == STEP_JAIL_ADD && is_done(&p->steps[k]) &&
                    strcmp(p->steps[k].at.jail, s->to.jail) == 0)
                        return true;
        return false;
}

/* A jail that took the name of one that the plan removed gives it back, for that one to be made again. */
static bool must_give_back(const struct plan *p, const struct step *s)
{
        for (size_t k = 0; s->op == STEP_JAIL_RENAME && k < p->step_count; k++)
                if (p->steps[k].op == STEP_JAIL_DEL && is_done(&p->steps[k]) &&
                    strcmp(p->steps[k].at.jail, s->name) == 0)
                        return true;
        return false;
}

/* An address or route that the plan took from somewhere else: it has to go here before it can be put back there. */
static bool is_carried_over(const struct plan *p, size_t at)
{
        const struct step *s = &p->steps[at];

        for (size_t k = 0; k < at; k++) {
                const struct step *earlier = &p->steps[k];

                if (s->op == STEP_ADDRESS_ADD && earlier->op == STEP_ADDRESS_DEL &&
                    prefix_equal(&s->address, &earlier->address))
                        return true;
                if (s->op == STEP_ROUTE_ADD && earlier->op == STEP_ROUTE_DEL &&
                    prefix_equal(&s->route.destination, &earlier->route.destination))
                        return true;
        }
        return false;
}

/* Undoing an earlier step takes the object away anyhow: what was done on it needs no way back of its own. */
static bool goes_with_earlier(const struct plan *p, size_t at)
{
        const struct step *s = &p->steps[at];

        for (size_t k = 0; k < at; k++) {
                const struct step *earlier = &p->steps[k];

                if (!is_done(earlier))
                        continue;
                if (is_made_by(&s->at, earlier) && (leaves_in_time(p, k, at) || is_carried_over(p, at)))
                        return false;
                if (is_made_by(&s->at, earlier) || (s->op == STEP_HOOK_NAME && is_made_by(&s->to, earlier)))
                        return true;
                if (earlier->op == STEP_JAIL_ADD && s->op != STEP_LINK_ADD && s->op != STEP_LINK_MOVE &&
                    !must_give_back(p, s) && !s->at.cookie && strcmp(earlier->at.jail, s->at.jail) == 0)
                        return true;
                if (earlier->op == STEP_LINK_MOVE && is_place(s->op) && s->at.iface[0] && s->at.number &&
                    s->at.number == earlier->at.number)
                        return true;
        }
        return false;
}

/* Does an earlier step of the new plan leave that link somewhere? Then it is known by name only. */
static bool is_made_here(const struct plan *p, const struct target *t, struct target *ret)
{
        for (size_t k = p->step_count; k-- > 0;) {
                const struct step *s = &p->steps[k];
                const char *name = s->name[0] ? s->name : s->at.iface;
                struct target made;

                if (s->op == STEP_LINK_ADD && is_result(t, &s->at, s->link.name, s->link.number)) {
                        made = s->at;
                        name = s->link.name;
                } else if (s->op == STEP_LINK_ADD && s->link.kind == KIND_VETH &&
                           is_result(t, &s->link.peer_jail, s->link.peer_name, s->link.peer_number)) {
                        made = s->link.peer_jail;
                        name = s->link.peer_name;
                } else if (s->op == STEP_LINK_MOVE && is_result(t, &s->to, name, s->at.number)) {
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
static void apply_renames(const struct plan *p, struct target *t)
{
        for (size_t k = 0; k < p->step_count; k++) {
                const struct step *s = &p->steps[k];

                if (s->op == STEP_LINK_RENAME && t->iface[0] && target_same(&s->at, t))
                        (void)str_copy(t->iface, sizeof(t->iface), s->name);
                if (s->op == STEP_JAIL_RENAME && s->at.cookie == t->cookie)
                        (void)str_copy(t->jail, sizeof(t->jail), s->name);
        }
}

/* Is it in a jail that the new plan makes? Then all there is known by name. */
static bool is_in_new_jail(const struct plan *p, const struct target *t)
{
        for (size_t k = 0; k < p->step_count && !t->cookie; k++) {
                if (p->steps[k].op == STEP_JAIL_ADD && strcmp(p->steps[k].at.jail, t->jail) == 0)
                        return true;
        }
        return false;
}

static int retarget(const struct undoing *u, struct target *t, struct err *e)
{
        struct target found;

        if (!t->jail[0] && !t->iface[0])
                return 0;
        if (is_in_new_jail(u->p, t)) {
                t->ifindex = 0;
                t->path[0] = '\0';
                return 0;
        }
        if (!t->iface[0]) {
                size_t jail = find_jail(u, t);

                if (jail == NONE)
                        return gone(t, e);
                *t = target_of_jail(u->g, jail);
                apply_renames(u->p, t);
                return 0;
        }
        if (is_made_here(u->p, t, &found)) {
                *t = found;
                return 0;
        }

        size_t iface = find_iface(u, t);

        if (iface != NONE) {
                *t = target_of_iface(u->g, iface);
                if (is_made_here(u->p, t, &found)) /* it had another name when it was made */
                        *t = found;
                else
                        apply_renames(u->p, t);
                return 0;
        }

        return gone(t, e);
}

static int add_step(struct undoing *u, const struct step *inverse, struct err *e)
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
        return 0;
}

static bool is_deleted_here(const struct plan *p, const struct target *at, const struct prefix *address)
{
        for (size_t k = 0; k < p->step_count; k++) {
                const struct step *s = &p->steps[k];

                if (s->op == STEP_ADDRESS_DEL && target_same(&s->at, at) && prefix_equal(&s->address, address))
                        return true;
        }
        return false;
}

/* The IPv6 addresses that a link has today, which the kernel drops when it goes down: before, or put back after. */
static int add_addresses(struct undoing *u, enum step_op op, const struct iface *i, const struct prefix *kept,
                         size_t kept_count, struct err *e)
{
        for (size_t k = 0; k < kept_count; k++) {
                struct step s = {.op = op,
                                 .at = target_of_iface(u->g, (size_t)(i - u->g->ifaces)),
                                 .address = kept[k],
                                 .is_internal = true};
                int r = add_step(u, &s, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* Down again, as it was before it was set up: with its addresses. */
static int add_down(struct undoing *u, const struct step *down, struct err *e)
{
        size_t iface = find_iface(u, &down->at);
        struct target made;

        if (iface == NONE || is_made_here(u->p, &down->at, &made))
                return add_step(u, down, e);

        const struct iface *i = &u->g->ifaces[iface];
        struct target at = target_of_iface(u->g, iface);
        CLEANUP(freep) struct prefix *kept = xcalloc(i->address_count + 1, sizeof(*kept));
        size_t count = 0;

        for (size_t k = 0; i->is_up && k < i->address_count; k++) {
                const struct prefix *p = &i->addresses[k];

                if (p->family == AF_INET6 && address_is_carried(i, p) && !is_deleted_here(u->p, &at, p))
                        kept[count++] = *p;
        }

        int r = add_addresses(u, STEP_ADDRESS_DEL, i, kept, count, e);

        if (r == 0)
                r = add_step(u, down, e);
        return r < 0 ? r : add_addresses(u, STEP_ADDRESS_ADD, i, kept, count, e);
}

static int take_back(struct undoing *u, const struct step *s, struct err *e)
{
        if (s->op == STEP_LINK_UP && s->undo_count)
                return add_down(u, &s->undo[0], e);
        for (size_t n = 0; n < s->undo_count; n++) {
                int r = add_step(u, &s->undo[n], e);

                if (r < 0)
                        return r;
        }
        return 0;
}

int plan_build_undo(const struct plan *done, const struct graph *g, struct plan **ret, struct err *e)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("undo %lld: %s", (long long)done->number, done->title);
        struct undoing u = {.done = done, .g = g, .p = p};

        if (done->state != PLAN_DONE)
                return err_set(e, -EINVAL, "plan %lld: is %s; only what was done can be undone",
                               (long long)done->number, plan_state_name(done->state));
        for (size_t k = done->step_count; k-- > 0;) {
                if (!is_done(&done->steps[k]) || is_overtaken(done, k))
                        continue;
                u.at = k;

                int r = check_step(&u, &done->steps[k], e);

                if (r < 0)
                        return r;
        }
        for (size_t k = done->step_count; k-- > 0;) {
                const struct step *s = &done->steps[k];

                if (!is_done(s) || goes_with_earlier(done, k))
                        continue;
                u.at = k;

                int r = take_back(&u, s, e);

                if (r < 0)
                        return r;
        }
        free(p->words);
        p->words = xasprintf("undo %lld", (long long)done->number);
        p->undoes = done->number;
        p->serial = g->serial;
        plan_finish(p, 0, g);
        *ret = TAKE(p);
        return 0;
}
