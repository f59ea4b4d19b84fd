/* check_link.c - checks of single links: pairs half up, no carrier, an end out of sight, names without room, tc. */
#include <string.h>

#include "core/base/intl.h"
#include "core/doctor/visit.h"

void check_half_up_pair(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                CLEANUP(text_done) struct text t = {0};

                if (i->is_up || i->kind != KIND_VETH || i->peer == NONE || !v->g->ifaces[i->peer].is_up)
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);
                const char *peer = visit_name(v, i->peer);

                put_addresses(&t, i);
                f->other = (struct object){OBJECT_IFACE, i->peer};
                f->evidence = visit_text(v, "is down%s%s%s, and the other end %s is up", t.length ? " with " : "",
                                         text_str(&t), t.length ? " on it" : "", peer);
                visit_remedy_up(v, f, k);
        }
}

/* -- No carrier -------------------------------------------------------------------------------------------------- */

static bool is_used(const struct iface *i)
{
        return i->master != NONE || iface_has_address(i);
}

static void judge_parent(struct visit *v, size_t iface)
{
        const struct iface *i = &v->g->ifaces[iface];

        if (i->parent == NONE || v->g->ifaces[i->parent].is_up)
                return; /* else the parent's own trouble is told */

        struct finding *f = visit_find_iface(v, SEVERITY_WARNING, iface);
        const char *parent = visit_name(v, i->parent);

        f->other = (struct object){OBJECT_IFACE, i->parent};
        f->evidence = visit_text(v, "is up, and %s, on which it stands, is down", parent);
        visit_remedy_up(v, f, i->parent);
}

static void tell_no_carrier(struct visit *v, size_t iface, const char *evidence, const char *advice)
{
        struct finding *f = visit_find_iface(v, SEVERITY_WARNING, iface);
        CLEANUP(text_done) struct text t = {0};

        put_addresses(&t, &v->g->ifaces[iface]);
        f->evidence = visit_text(v, "is up%s%s, %s", t.length ? " with " : "", text_str(&t), evidence);
        f->advice = advice;
}

void check_no_carrier(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];

                if (!i->is_up || i->is_running)
                        continue;
                switch (i->kind) {
                case KIND_VLAN:
                case KIND_MACVLAN:
                case KIND_MACVTAP:
                case KIND_IPVLAN: judge_parent(v, k); break;
                case KIND_PHYSICAL:
                        if (is_used(i))
                                tell_no_carrier(v, k, _("and there is no carrier"),
                                                N_("look at the cable, and at what it is plugged into"));
                        break;
                case KIND_BOND:
                        tell_no_carrier(v, k, _("and none of its ports has a carrier"),
                                        N_("give it a port that works (jailnet attach), or set its ports up"));
                        break;
                case KIND_TUN:
                case KIND_TAP:
                        if (is_used(i))
                                tell_no_carrier(v, k, _("and no program has it open"),
                                                N_("start the program that it was made for, or destroy it"));
                        break;
                case KIND_VETH:     /* its other end is down, or out of sight: that is told */
                case KIND_BRIDGE:   /* its ports tell why, and without ports it has none */
                case KIND_LOOPBACK: /* these have no cable */
                case KIND_VXLAN:
                case KIND_DUMMY:
                case KIND_IFB:
                case KIND_OTHER: break;
                }
        }
}

/* -- Out of sight, names, tc ------------------------------------------------------------------------------------- */

void check_peer_out_of_sight(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];

                if (i->peer_state != PEER_OUT_OF_SIGHT && i->peer_state != PEER_AMBIGUOUS)
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_NOTICE, k);

                f->evidence = i->peer_state == PEER_AMBIGUOUS
                        ? "several interfaces could be its other end"
                        : visit_text(v, "its other end (index %d) is in a stack that cannot be read", i->link_ifindex);
                f->advice = N_("run jailnet as root, in the host's PID namespace, to see every stack");
        }
}

void check_name_limit(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                bool is_full = strlen(i->name) >= IF_NAME_SIZE - 1 && i->kind != KIND_PHYSICAL;

                if (iface_is_hidden(i) || (!i->long_name && !is_full))
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_NOTICE, k);

                f->evidence = i->long_name
                        ? visit_text(v, "was asked for as %s, which is longer than the kernel's %d bytes", i->long_name,
                                     IF_NAME_SIZE - 1)
                        : visit_text(v, "its name has all of the kernel's %d bytes", IF_NAME_SIZE - 1);
                f->advice = visit_text(v, "choose a shorter name (jailnet rename %s NEW)", f->name);
        }
}

void check_stale_redirect(struct visit *v)
{
        const struct examination *x = v->x;

        for (size_t k = 0; x && k < x->redirect_count; k++) {
                const struct exam_redirect *r = &x->redirects[k];
                size_t iface = graph_find_iface(v->g, r->id);
                struct finding *f;

                if (iface == NONE || r->drops_all)
                        continue; /* gone since; or another check's */
                if (r->target && visit_iface(v, v->g->ifaces[iface].jail, r->target) != NONE)
                        continue;
                f = visit_find_iface(v, SEVERITY_ERROR, iface);
                f->evidence = r->target
                        ? visit_text(v, "a tc filter %s its frames to the interface with index %d, which is not there",
                                     r->is_copy ? "copies" : "hands", r->target)
                        : visit_text(v, "a tc filter %s its frames to an interface that is no more",
                                     r->is_copy ? "copies" : "hands");
                f->advice = visit_text(v, "take the filter away or point it anew (tc filter show dev %s ingress)",
                                       v->g->ifaces[iface].name);
        }
}

void check_tc_drop(struct visit *v)
{
        const struct examination *x = v->x;

        for (size_t k = 0; x && k < x->redirect_count; k++) {
                const struct exam_redirect *r = &x->redirects[k];
                size_t iface = r->drops_all ? graph_find_iface(v->g, r->id) : NONE;

                if (iface == NONE || iface_is_down(&v->g->ifaces[iface]))
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, iface);

                f->evidence = visit_text(v,
                                         r->is_out ? N_("a tc filter drops all that it sends")
                                                   : N_("a tc filter drops all that it receives"));
                f->advice = visit_text(v, "take the filter away (tc filter show dev %s %s)", v->g->ifaces[iface].name,
                                       r->is_out ? "egress" : "ingress");
        }
}
