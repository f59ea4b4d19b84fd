/* plan_pin.c - MAC addresses that an interface must have: chosen, derived, kept, and forgotten. */
#include <errno.h>
#include <string.h>

#include "core/plan/planner.h"

/* That side of an epair, by FreeBSD's names: epairNb, or jib's eNb_NAME. */
static bool is_named_side(const char *name, char side)
{
        const char *p = str_has_prefix(name, "epair") ? name + 5 : (name[0] == 'e' ? name + 1 : NULL);
        size_t digits = p ? strspn(p, "0123456789") : 0;

        return digits && p[digits] == side && (p[digits + 1] == '_' || p[digits + 1] == '\0');
}

/* The b side: called so, or the other end of one that is called a (its own name is often eth0, in the jail). */
static bool is_b_side(const struct graph *g, const struct iface *i)
{
        return is_named_side(i->name, 'b') ||
                (!is_named_side(i->name, 'a') && i->peer != NONE && is_named_side(g->ifaces[i->peer].name, 'a'));
}

/* --jib PARENT JAIL N and --jng PARENT JAIL N. */
static int derive(struct planner *pl, size_t iface, const char *const values[3], bool is_jng, struct mac *ret,
                  struct err *e)
{
        size_t parent;
        uint32_t n;
        int r = query_iface(pl->g, values[0], &parent, e);

        if (r < 0)
                return r;
        if (!pl->g->ifaces[parent].mac.is_set)
                return err_set(e, -EINVAL, "%s: has no MAC address to derive from; choose another parent", values[0]);
        if (!values[1] || !values[1][0] || !values[2] || str_to_u32(values[2], UINT32_MAX, &n) < 0)
                return err_set(e, -EINVAL, "%s: needs PARENT JAIL N, where N counts from 0",
                               is_jng ? "--jng" : "--jib");
        *ret = mac_derive_jib(pl->g->ifaces[parent].mac, values[1], n,
                              !is_jng && is_b_side(pl->g, &pl->g->ifaces[iface]));
        return 0;
}

static int choose(struct planner *pl, size_t iface, struct mac *ret, enum pin_source *ret_source, struct err *e)
{
        static const struct {
                const char *option;
                enum pin_source source;
        } sources[] = {{"current", PIN_CURRENT}, {"stable", PIN_STABLE}, {"jib", PIN_JIB}, {"jng", PIN_JNG}};
        const struct intent *in = pl->in;
        const struct iface *i = &pl->g->ifaces[iface];
        enum pin_source source = in->value_count > 1 ? PIN_MANUAL : PIN_NONE;
        const char *const *values = NULL;

        for (size_t k = 0; k < in->option_count; k++) {
                for (size_t n = 0; n < ARRAY_SIZE(sources); n++) {
                        if (strcmp(in->options[k].name, sources[n].option) != 0)
                                continue;
                        if (source != PIN_NONE)
                                return err_set(e, -EINVAL,
                                               "%s: one address can be pinned; say MAC, --current, --stable, "
                                               "--jib or --jng once",
                                               i->name);
                        source = sources[n].source;
                        values = in->options[k].values;
                }
        }
        *ret_source = source == PIN_NONE ? PIN_CURRENT : source;
        switch (*ret_source) {
        case PIN_MANUAL:
                if (mac_parse(in->values[1], ret) < 0)
                        return err_set(e, -EINVAL, "%s: is not a MAC address; write it like 02:5f:1c:00:11:22",
                                       in->values[1]);
                return 0;
        case PIN_STABLE:
                *ret = mac_derive_stable(pl->g->hostname, i->jail ? pl->g->jails[i->jail].name : "", i->name);
                return 0;
        case PIN_JIB:
        case PIN_JNG: return derive(pl, iface, values, *ret_source == PIN_JNG, ret, e);
        case PIN_CURRENT:
        case PIN_NONE:
                if (!i->mac.is_set)
                        return err_set(e, -EINVAL, "%s: its address is not known before it is made; name one", i->name);
                *ret = i->mac;
                return 0;
        }
        return -EINVAL;
}

int plan_pin(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        enum pin_source source = PIN_NONE;
        char buf[MAC_TEXT_SIZE];
        struct mac m = {0};
        size_t iface;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = choose(pl, iface, &m, &source, e);
        if (r < 0)
                return r;

        const struct iface *i = &g->ifaces[iface];
        bool is_derived = source == PIN_JIB || source == PIN_JNG; /* these clash often: the sum of the name is weak */

        if (mac_is_group(m))
                return err_set(e, -EINVAL, "%s: is a group address; the first byte must be even", mac_format(m, buf));
        if (mac_is_zero(m))
                return err_set(e, -EINVAL, "%s: cannot be pinned to the all-zero address; give one", i->name);

        bool may_share = planner_has(pl, "shared");
        CLEANUP(segment_done) struct segment segment = segment_of(g, iface);
        size_t holder = segment_find_pin(g, &segment, iface, m);
        CLEANUP(text_done) struct text other = {0};

        if (holder != NONE && !may_share) {
                query_put_iface(&other, g, holder);
                return err_set(e, -EEXIST, "%s: is pinned to %s on the same segment; %s", mac_format(m, buf),
                               text_str(&other), is_derived ? "--stable gives another" : "choose another");
        }
        holder = segment_find_mac(g, &segment, iface, m);
        if (holder != NONE && is_derived && !may_share) {
                query_put_iface(&other, g, holder);
                return err_set(e, -EEXIST, "%s: is the address of %s on the same segment; --stable gives another",
                               mac_format(m, buf), text_str(&other));
        }
        if (holder != NONE) {
                iface_put(&other, g, holder);
                plan_note(pl->p, NOTE_WARNING, "%s has that address on the same segment now", text_str(&other));
        }

        struct target at = target_of_iface(g, iface);

        /* A bridge has the address of one of its ports until it is told one: then it keeps it, be it the same. */
        if (!mac_equal(m, i->mac) || i->kind == KIND_BRIDGE)
                planner_add(pl, STEP_LINK_MAC, at)->mac = m;

        struct step *s = planner_add(pl, STEP_PIN, at);
        CLEANUP(freep) char *word = shell_word(i->name);

        s->mac = m;
        s->pin_source = source;
        planner_freebsd(pl, &at, "ifconfig", "%s ether %s", word, mac_format(m, buf));
        return 0;
}

int plan_mac(struct planner *pl, struct err *e)
{
        char buf[MAC_TEXT_SIZE];
        struct mac m = {0};
        size_t iface = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;
        if (mac_parse(pl->in->values[1], &m) < 0)
                return err_set(e, -EINVAL, "%s: is not a MAC address; write it like 02:5f:1c:00:11:22",
                               pl->in->values[1]);
        if (mac_is_group(m) || mac_is_zero(m))
                return err_set(e, -EINVAL, "%s: no interface can have a group or all-zero address; choose another",
                               mac_format(m, buf));

        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(segment_done) struct segment segment = segment_of(pl->g, iface);
        size_t holder = segment_find_mac(pl->g, &segment, iface, m);
        CLEANUP(freep) char *word = shell_word(i->name);

        if (holder != NONE) {
                CLEANUP(text_done) struct text other = {0};

                iface_put(&other, pl->g, holder);
                plan_note(pl->p, NOTE_WARNING, "%s has that address on the same segment now", text_str(&other));
        }
        if (!mac_equal(m, i->mac))
                planner_add(pl, STEP_LINK_MAC, at)->mac = m;
        if (i->pin_source != PIN_NONE && !mac_equal(m, i->pin)) { /* else the pin would take it back */
                struct step *s = planner_add(pl, STEP_PIN, at);

                s->mac = m;
                s->pin_source = PIN_MANUAL;
        }
        planner_freebsd(pl, &at, "ifconfig", "%s ether %s", word, mac_format(m, buf));
        return 0;
}

int plan_unpin(struct planner *pl, struct err *e)
{
        size_t iface;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;
        (void)planner_add(pl, STEP_PIN, target_of_iface(pl->g, iface));
        plan_note(pl->p, NOTE_INFO, "the interface keeps the address that it has");
        return 0;
}
