/* undo_check.c - is everything as the finished plan left it? What is not is told, and stops the undo. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/undo_parts.h"

static bool is_about_jail(const struct step *s)
{
        return s->op == STEP_JAIL_RENAME || s->op == STEP_FORWARDING || s->op == STEP_FORWARDING6 ||
                s->op == STEP_NAT_ADD || s->op == STEP_NAT_DEL;
}

/* Of two steps about a jail. */
static bool changes_same(const struct step *a, const struct step *b)
{
        bool is_rule = a->op == STEP_NAT_ADD || a->op == STEP_NAT_DEL;

        if (is_rule)
                return (b->op == STEP_NAT_ADD || b->op == STEP_NAT_DEL) && strcmp(a->text, b->text) == 0;
        return a->op == b->op;
}

/* Steps about the same jail, also under the names that it gets later. */
static void list_about_jail(const struct undoing *u, struct step_list *l, size_t at)
{
        const struct step *s = &u->done->steps[at];
        const char *name = s->op == STEP_JAIL_RENAME ? s->name : s->at.jail;
        size_t renamed = at;

        step_index_jail(&u->done_index, l, name);
        for (size_t k = 0; k < l->count; k++) {
                const struct step *other = &u->done->steps[l->steps[k]];

                if (other->op != STEP_JAIL_RENAME || l->steps[k] <= renamed || strcmp(other->at.jail, name) != 0)
                        continue;
                renamed = l->steps[k];
                name = other->name;
                step_index_jail(&u->done_index, l, name);
        }
}

/* Has a later step of the same plan changed the same thing again, or taken the object away? */
bool undo_is_overtaken(const struct undoing *u, size_t at)
{
        const struct plan *p = u->done;
        const struct step *s = &p->steps[at];
        CLEANUP(step_list_done) struct step_list l = {0};

        step_index_about(&u->done_index, &l, &s->at);
        step_index_removed(&u->done_index, &l, s->at.cookie);
        if (s->at.cookie) /* a batch knows what it renamed by name */
                step_index_removed(&u->done_index, &l, 0);
        if (is_about_jail(s))
                list_about_jail(u, &l, at);
        for (size_t k = 0; k < l.count; k++) {
                const struct step *later = &p->steps[l.steps[k]];

                if (l.steps[k] <= at)
                        continue;

                bool same = target_same(&s->at, &later->at);

                if (!undo_is_done(later))
                        continue;
                if (later->op == STEP_JAIL_DEL && undo_same_jail(p, at, l.steps[k]))
                        return true;
                if (step_takes_along(later, &s->at)) /* the other end of its pair went, or that one's jail */
                        return true;
                if (is_about_jail(s) && changes_same(s, later) && undo_same_jail(p, at, l.steps[k]))
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
                } else if (s->op == STEP_ROUTE_ADD || s->op == STEP_ROUTE_DEL) {
                        if ((later->op == STEP_ROUTE_ADD || later->op == STEP_ROUTE_DEL) &&
                            route_metric(&s->route) == route_metric(&later->route) &&
                            prefix_equal(&s->route.destination, &later->route.destination))
                                return true;
                } else if (s->op == later->op) {
                        return true;
                }
        }
        return false;
}

static bool has_route(const struct undoing *u, const struct step *s)
{
        size_t jail = undo_find_jail(u, &s->at), iface = s->at.iface[0] ? undo_find_iface(u, &s->at) : NONE;

        for (size_t k = 0; k < u->g->route_count; k++) {
                const struct route *r = &u->g->routes[k];

                if (route_metric(r) != route_metric(&s->route))
                        continue; /* as the kernel's own to fe80::/64, which comes with a link that goes up */
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

/* Was it the finished plan that put that interface onto the other one? Worked out once for all. */
static bool plan_attached(struct undoing *u, size_t iface)
{
        struct undoing whole = *u;

        if (u->attached)
                return u->attached[iface];
        whole.at = u->done->step_count; /* what later steps made counts too */
        u->attached = xcalloc(u->g->iface_count, sizeof(*u->attached));
        for (size_t k = 0; k < u->done->step_count; k++) {
                const struct step *s = &u->done->steps[k];
                size_t found[2] = {NONE, NONE};

                if (s->op == STEP_LINK_MASTER)
                        found[0] = undo_find_iface(&whole, &s->at);
                else if (s->op == STEP_LINK_ADD)
                        found[0] = undo_find_made(&whole, &s->at);
                if (s->op == STEP_LINK_ADD && s->link.number)
                        found[1] = graph_find_number(u->g, s->link.number);
                for (size_t n = 0; n < ARRAY_SIZE(found); n++)
                        if (found[n] != NONE)
                                u->attached[found[n]] = true;
        }
        return u->attached[iface];
}

/* Interfaces by what they stand on, or are a port of; the first of several is found first. */
static void index_users(struct undoing *u)
{
        for (size_t k = u->g->iface_count; !u->has_users && k-- > 0;) {
                const struct iface *i = &u->g->ifaces[k];

                if (i->parent != NONE)
                        lookup_put(&u->users, i->parent, k);
                if (i->master != NONE && i->master != i->parent)
                        lookup_put(&u->users, i->master, k);
        }
        u->has_users = true;
}

/* What the plan made must not have been built upon. */
static int check_unused(struct undoing *u, size_t made, const struct target *t, struct err *e)
{
        const struct graph *g = u->g;

        index_users(u);
        for (size_t at = lookup_first(&u->users, made); at != LOOKUP_END; at = lookup_next(&u->users, at)) {
                size_t k = u->users.entries[at].value;

                if (plan_attached(u, k))
                        continue;

                CLEANUP(text_done) struct text other = {0};

                query_put_iface(&other, g, k);
                text_put(&other, g->ifaces[k].parent == made ? " was made on it" : " was attached to it");
                return undo_changed(t, text_str(&other), e);
        }
        return 0;
}

static int check_link_add(struct undoing *u, const struct step *s, struct err *e)
{
        struct target ends[2] = {s->at, s->link.peer_jail};
        size_t count = s->link.kind == KIND_VETH ? 2 : 1;

        for (size_t k = 0; k < count; k++) {
                struct target *t = &ends[k];

                (void)str_copy(t->iface, sizeof(t->iface), k == 0 ? s->link.name : s->link.peer_name);
                t->number = k == 0 ? s->link.number : s->link.peer_number;

                size_t iface = undo_find_iface(u, t);

                if (iface == NONE)
                        return undo_gone(t, e);

                int r = check_unused(u, iface, t, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int check_jail_add(const struct undoing *u, const struct step *s, struct err *e)
{
        struct undoing whole = *u;
        size_t jail = undo_find_jail(u, &s->at);

        whole.at = u->done->step_count; /* what later steps put in it counts too */
        if (jail == NONE || u->g->jails[jail].state != JAIL_ALIVE)
                return undo_gone(&s->at, e);

        const struct jail *j = &u->g->jails[jail];

        for (size_t k = j->iface_first; k != NONE; k = u->g->ifaces[k].next) {
                const struct iface *i = &u->g->ifaces[k];
                struct target t = target_in_jail(u->g, jail, i->name);

                t.number = i->number;

                bool is_ours = i->kind == KIND_LOOPBACK || undo_find_made(&whole, &t) == k;

                if (!is_ours) {
                        CLEANUP(text_done) struct text what = {0};

                        text_put(&what, i->name);
                        text_put(&what, " came to be in it");
                        return undo_changed(&s->at, text_str(&what), e);
                }
        }
        return 0;
}

/* The state that the step left must still be there: its property is compared with what it was set to. */
static int check_property(const struct undoing *u, const struct step *s, size_t iface, struct err *e)
{
        const struct iface *i = &u->g->ifaces[iface];
        size_t to = s->to.iface[0] ? undo_find_iface(u, &s->to) : NONE;

        switch (s->op) {
        case STEP_LINK_RENAME: return strcmp(i->name, s->name) == 0 ? 0 : undo_changed(&s->at, "was renamed again", e);
        case STEP_LINK_MOVE: return i->jail == undo_find_jail(u, &s->to) ? 0 : undo_changed(&s->at, "was moved on", e);
        case STEP_LINK_MASTER: return i->master == to ? 0 : undo_changed(&s->at, "was attached or detached", e);
        case STEP_LINK_MAC: return mac_equal(i->mac, s->mac) ? 0 : undo_changed(&s->at, "got another MAC address", e);
        case STEP_LINK_MTU: return i->mtu_bytes == s->number ? 0 : undo_changed(&s->at, "got another MTU", e);
        case STEP_LINK_UP: return i->is_up ? 0 : undo_changed(&s->at, "was set down", e);
        case STEP_LINK_DOWN: return !i->is_up ? 0 : undo_changed(&s->at, "was set up", e);
        case STEP_LINK_ALIAS:
                return strcmp(i->alias ? i->alias : "", s->text) == 0 ? 0
                                                                      : undo_changed(&s->at, "got another alias", e);
        case STEP_LINK_STP:
                return i->stp_on == (s->number != 0) ? 0 : undo_changed(&s->at, "had its spanning tree switched", e);
        case STEP_PORT_ISOLATE:
                return i->is_isolated == (s->number != 0) ? 0 : undo_changed(&s->at, "was isolated, or is no more", e);
        case STEP_LINK_TUNE: {
                enum tuning t = tuning_find(s->text);

                return t == TUNE_COUNT || !(i->tuning_known >> t & 1u) || i->tuning[t] == s->number
                        ? 0
                        : undo_changed(&s->at, "was set otherwise", e);
        }
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH: return 0; /* addresses come and go */
        case STEP_LINK_PROMISC:
                return ((i->flags & IFF_PROMISC) != 0) == (s->number != 0)
                        ? 0
                        : undo_changed(&s->at, "was told otherwise which frames to take in", e);
        case STEP_ALTNAME_ADD:
        case STEP_ALTNAME_DEL:
                if (is_node_mark(s->text)) /* a kernel before Linux 5.5 has none */
                        return 0;
                return has_altname(i, s->text) == (s->op == STEP_ALTNAME_ADD)
                        ? 0
                        : undo_changed(&s->at, "had its alternative names changed", e);
        case STEP_ADDRESS_ADD:
                return address_is_there(i, &s->address) ? 0 : undo_changed(&s->at, "lost that address", e);
        case STEP_ADDRESS_DEL:
                return !address_is_there(i, &s->address) || prefix_is_link_local(&s->address)
                        ? 0
                        : undo_changed(&s->at, "got that address again", e);
        case STEP_PIN:
                return i->pin_source == s->pin_source && (s->pin_source == PIN_NONE || mac_equal(i->pin, s->mac))
                        ? 0
                        : undo_changed(&s->at, "was pinned otherwise", e);
        case STEP_FEED_ADD: /* begun or ended again it does no harm */
        case STEP_FEED_DEL:
        case STEP_PORT_VLANS:
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
                if (p->steps[k].op == STEP_JAIL_RENAME && undo_is_done(&p->steps[k]) &&
                    strcmp(p->steps[k].name, name) == 0)
                        return true;
        return false;
}

static int check_jail_del(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t jail = graph_find_jail(u->g, s->at.jail);

        if (gave_name(u->done, s->at.jail))
                return 0;
        if (jail != NONE && u->g->jails[jail].state == JAIL_ALIVE)
                return undo_changed(&s->at, "was made again", e);
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
                if (later->op == STEP_LINK_RENAME && undo_find_iface(u, &later->at) == iface)
                        return true;
        }
        return false;
}

static int check_link_del(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t jail = undo_find_jail(u, &s->at);
        size_t iface = jail == NONE ? NONE : graph_find_iface_in(u->g, jail, s->at.iface);

        if (iface != NONE && !came_after(u, s, iface))
                return undo_changed(&s->at, "was made again, or its name taken", e);
        return 0;
}

static int check_route(const struct undoing *u, const struct step *s, struct err *e)
{
        bool is_there = has_route(u, s);

        if (!u->g->has_routes)
                return 0;
        if (s->op == STEP_ROUTE_ADD && !is_there)
                return undo_changed(&s->at, "lost that route", e);
        if (s->op == STEP_ROUTE_DEL && is_there)
                return undo_changed(&s->at, "got that route again", e);
        return 0;
}

static int check_jail(const struct undoing *u, const struct step *s, struct err *e)
{
        size_t jail = undo_find_jail(u, &s->at);
        const struct jail *j = jail == NONE ? NULL : &u->g->jails[jail];

        if (!j || j->state != JAIL_ALIVE)
                return undo_gone(&s->at, e);
        if (s->op == STEP_JAIL_RENAME && strcmp(j->name, s->name) != 0)
                return undo_changed(&s->at, "was renamed again", e);
        if ((s->op == STEP_NAT_ADD || s->op == STEP_NAT_DEL) && j->nat_rules &&
            nat_has_line(j->nat_rules, s->text) != (s->op == STEP_NAT_ADD))
                return undo_changed(&s->at, "had its address translation changed", e);
        if (s->op == STEP_FORWARDING && j->forwarding >= 0 && j->forwarding != (int)s->number)
                return undo_changed(&s->at, "had its forwarding switched", e);
        if (s->op == STEP_FORWARDING6 && j->forwarding6 >= 0 && j->forwarding6 != (int)s->number)
                return undo_changed(&s->at, "had its forwarding of IPv6 switched", e);
        return 0;
}

int undo_check_step(struct undoing *u, const struct step *s, struct err *e)
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
        if (is_about_jail(s))
                return check_jail(u, s, e);
        iface = undo_find_iface(u, &s->at);
        return iface == NONE ? undo_gone(&s->at, e) : check_property(u, s, iface, e);
}
