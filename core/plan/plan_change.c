/* plan_change.c - plans that change one property of an interface: state, MTU, alias. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/intl.h"
#include "core/plan/planner.h"

static void note_nothing(struct planner *pl, size_t iface)
{
        CLEANUP(text_done) struct text t = {0};

        iface_put(&t, pl->g, iface);
        plan_note(pl->p, NOTE_INFO,
                  pl->in->verb == VERB_UP             ? N_("%s is up already: nothing to do")
                          : pl->in->verb == VERB_DOWN ? N_("%s is down already: nothing to do")
                                                      : N_("%s has that MTU already: nothing to do"),
                  text_str(&t));
}

/*
 * The kernel drops routes, and IPv6 addresses, of a link that goes down: taken away first, they can be put back. VLANs
 * go down with what they stand on, so theirs are dropped too.
 */
void plan_set_down(struct planner *pl, size_t iface, bool is_internal)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        struct target at = target_of_iface(g, iface);
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        for (size_t k = i->child; k != NONE; k = g->ifaces[k].next_child) {
                if (g->ifaces[k].kind == KIND_VLAN && g->ifaces[k].is_up)
                        plan_set_down(pl, k, is_internal);
        }
        iface_put(&name, g, iface);
        for (size_t k = 0; k < g->route_count; k++) {
                if (route_is_carried(g, &g->routes[k], iface))
                        planner_add_route(pl, STEP_ROUTE_DEL, &g->routes[k], at)->is_internal = is_internal;
        }
        for (size_t k = 0; k < i->address_count; k++) {
                if (i->addresses[k].family != AF_INET6 || !address_is_carried(i, &i->addresses[k]))
                        continue;

                struct step *s = planner_add(pl, STEP_ADDRESS_DEL, at);

                s->address = i->addresses[k];
                s->is_internal = is_internal;
                plan_note(pl->p, NOTE_WARNING, "%s: %s is lost, as the kernel does when a link goes down",
                          text_str(&name), prefix_format(&i->addresses[k], buf));
        }
        planner_add(pl, STEP_LINK_DOWN, at)->is_internal = is_internal;
}

/* What is up already is no mistake: FreeBSD's commands may be said twice. But what is not to be touched is not. */
static int find_for_state(struct planner *pl, size_t *ret, struct err *e)
{
        size_t iface = NONE;
        int r = query_iface(pl->g, pl->in->values[0], &iface, e);

        if (r < 0)
                return r;
        if ((pl->in->verb == VERB_UP) == pl->g->ifaces[iface].is_up) {
                note_nothing(pl, iface);
                *ret = NONE;
                return 0;
        }
        *ret = iface;
        return planner_allowed(pl, (struct object){.type = OBJECT_IFACE, .index = iface}, e);
}

static void freebsd_state(struct planner *pl, size_t iface, const char *state)
{
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(freep) char *word = shell_word(at.iface);

        planner_freebsd(pl, &at, "ifconfig", "%s %s", word, state);
}

int plan_up(struct planner *pl, struct err *e)
{
        size_t iface = NONE;
        int r = find_for_state(pl, &iface, e);

        if (r < 0 || iface == NONE)
                return r;
        (void)planner_add(pl, STEP_LINK_UP, target_of_iface(pl->g, iface));
        freebsd_state(pl, iface, "up");
        return 0;
}

int plan_down(struct planner *pl, struct err *e)
{
        size_t iface = NONE;
        int r = find_for_state(pl, &iface, e);

        if (r < 0 || iface == NONE)
                return r;
        plan_set_down(pl, iface, false);
        freebsd_state(pl, iface, "down");
        return 0;
}

/* What the kernel takes away below IPv6's smallest MTU goes step by step, so that it can come back. */
static void drop_ipv6(struct planner *pl, size_t iface)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        struct target at = target_of_iface(g, iface);

        for (size_t k = 0; k < g->route_count; k++) {
                if (g->routes[k].destination.family == AF_INET6 && route_is_carried(g, &g->routes[k], iface))
                        planner_add_route(pl, STEP_ROUTE_DEL, &g->routes[k], at)->is_internal = true;
        }
        for (size_t k = 0; k < i->address_count; k++) {
                bool is_carried = address_is_carried(i, &i->addresses[k]) || i->kind == KIND_LOOPBACK; /* ::1 too */

                if (i->addresses[k].family != AF_INET6 || !is_carried)
                        continue;

                struct step *s = planner_add(pl, STEP_ADDRESS_DEL, at);

                s->address = i->addresses[k];
                s->is_internal = true;
        }
}

static void note_mtu(struct planner *pl, size_t iface, uint32_t mtu)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(text_done) struct text name = {0};
        CLEANUP(text_done) struct text other = {0};

        iface_put(&name, g, iface);
        if (mtu < IPV6_MIN_MTU)
                plan_note(pl->p, NOTE_WARNING,
                          "%s: IPv6 needs an MTU of 1280; the kernel takes its IPv6 addresses away", text_str(&name));
        if (i->peer != NONE && !role_has_fabric(i->role) && g->ifaces[i->peer].mtu_bytes != mtu) {
                iface_put(&other, g, i->peer);
                plan_note(pl->p, NOTE_WARNING, "its other end %s has MTU %u: packets larger than that are lost",
                          text_str(&other), g->ifaces[i->peer].mtu_bytes);
        }
        if (i->master != NONE && g->ifaces[i->master].mtu_bytes != mtu) {
                text_clear(&other);
                iface_put(&other, g, i->master);
                plan_note(pl->p, NOTE_INFO, "its bridge %s has MTU %u; a bridge takes the smallest of its ports",
                          text_str(&other), g->ifaces[i->master].mtu_bytes);
        }
}

static bool follows_parent(enum iface_kind k)
{
        return k == KIND_VLAN || k == KIND_MACVLAN || k == KIND_MACVTAP || k == KIND_IPVLAN;
}

static void set_mtu(struct planner *pl, size_t iface, uint32_t mtu)
{
        const struct graph *g = pl->g;
        size_t master = g->ifaces[iface].master;

        /* The kernel lowers these too, and does not raise them again. */
        for (size_t k = g->ifaces[iface].child; k != NONE; k = g->ifaces[k].next_child) {
                if (follows_parent(g->ifaces[k].kind) && g->ifaces[k].mtu_bytes > mtu)
                        set_mtu(pl, k, mtu);
        }
        if (mtu < IPV6_MIN_MTU)
                drop_ipv6(pl, iface);
        if (mtu < IPV6_MIN_MTU && master != NONE && bridge_has_ports_mtu(g, master))
                drop_ipv6(pl, master); /* it takes that MTU too */
        planner_add(pl, STEP_LINK_MTU, target_of_iface(g, iface))->number = mtu;
}

int plan_mtu(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        size_t iface = NONE;
        uint32_t mtu = 0;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;
        if (str_to_u32(pl->in->values[1], 65535, &mtu) < 0 || mtu < 68)
                return err_set(e, -EINVAL, "%s: is not an MTU; write a number from 68 to 65535", pl->in->values[1]);

        const struct iface *i = &g->ifaces[iface];

        if (i->mtu_bytes == mtu) {
                note_nothing(pl, iface);
                return 0;
        }
        if (i->kind == KIND_VLAN && i->parent != NONE && g->ifaces[i->parent].mtu_bytes < mtu)
                return err_set(e, -EINVAL,
                               "%s: its parent %s has MTU %u, and a VLAN cannot have more; raise that first", i->name,
                               g->ifaces[i->parent].name, g->ifaces[i->parent].mtu_bytes);
        note_mtu(pl, iface, mtu);
        set_mtu(pl, iface, mtu);
        if (role_has_fabric(i->role) && i->peer != NONE && g->ifaces[i->peer].mtu_bytes != mtu)
                set_mtu(pl, i->peer, mtu); /* its hidden end is the same interface to its user */

        CLEANUP(freep) char *state = xasprintf("mtu %u", mtu);

        freebsd_state(pl, iface, state);
        return 0;
}

int plan_alias(struct planner *pl, struct err *e)
{
        const char *text = pl->in->value_count > 1 ? pl->in->values[1] : "";
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;

        struct step *s = planner_add(pl, STEP_LINK_ALIAS, target_of_iface(pl->g, iface));

        if (!str_copy(s->text, sizeof(s->text), text))
                return err_set(e, -ENAMETOOLONG, "alias: is longer than %zu bytes; shorten it", sizeof(s->text) - 1);

        CLEANUP(freep) char *word = shell_word(text);
        CLEANUP(freep) char *state = text[0] ? xasprintf("description %s", word) : xstrdup("-description");

        freebsd_state(pl, iface, state);
        return 0;
}
