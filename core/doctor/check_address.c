/* check_address.c - checks of IP addresses: two alike, on a bridge's port, on an interface that is down. */
#include <string.h>

#include "core/doctor/visit.h"

/* -- Two alike --------------------------------------------------------------------------------------------------- */

static bool counts(const struct visit *v, const struct seat *s)
{
        return v->g->ifaces[s->iface].is_up && address_is_given(&s->address);
}

/* The first one in another jail on the same segment. */
static const struct seat *find_rival(const struct visit *v, const struct seat *s, const struct seat *end)
{
        for (const struct seat *o = s + 1; o < end && v->segment[o->iface] == v->segment[s->iface]; o++)
                if (counts(v, o) && v->g->ifaces[o->iface].jail != v->g->ifaces[s->iface].jail)
                        return o;
        return NULL;
}

static void tell_rivals(struct visit *v, const struct seat *a, const struct seat *b)
{
        struct finding *f = visit_find_iface(v, SEVERITY_ERROR, b->iface);
        const char *other = visit_name(v, a->iface);
        char address[PREFIX_TEXT_SIZE];

        (void)prefix_format_addr(&a->address, address);
        f->other = (struct object){OBJECT_IFACE, a->iface};
        f->evidence = visit_text(v, "%s and %s both have %s on one segment", other, f->name, address);
        f->advice =
                visit_text(v, "decide which one keeps %s, and take it from the other (jailnet address del)", address);
}

static void judge_run(struct visit *v, const struct seat *first, const struct seat *end)
{
        for (const struct seat *s = first; s < end; s++) {
                const struct seat *rival = counts(v, s) ? find_rival(v, s, end) : NULL;

                if (rival)
                        tell_rivals(v, s, rival);
        }
}

void check_duplicate_address(struct visit *v)
{
        const struct seat *end = v->seats + v->seat_count;

        for (const struct seat *s = v->seats; s < end;) {
                const struct seat *first;
                size_t count = visit_seats(v, &s->address, &first);

                if (count > 1 && address_is_given(&s->address))
                        judge_run(v, first, first + count);
                s = first + count;
        }
}

/* -- On a port --------------------------------------------------------------------------------------------------- */

void check_address_on_port(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                CLEANUP(text_done) struct text t = {0};
                char address[PREFIX_TEXT_SIZE];

                if (i->master == NONE || v->g->ifaces[i->master].kind != KIND_BRIDGE || !iface_has_address(i))
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);
                const char *bridge = visit_name(v, i->master);

                put_addresses(&t, i);
                f->other = (struct object){OBJECT_IFACE, i->master};
                f->evidence = visit_text(v, "has %s, and is a port of %s", text_str(&t), bridge);
                for (size_t n = 0; n < i->address_count; n++) {
                        if (!address_is_given(&i->addresses[n]))
                                continue;
                        (void)prefix_format(&i->addresses[n], address);
                        visit_remedy(v, f, (const char *const[]){"address", "del", f->name, address, NULL});
                        visit_remedy(v, f, (const char *const[]){"address", "add", bridge, address, NULL});
                }
        }
}

/* -- On what is down --------------------------------------------------------------------------------------------- */

void check_down_with_address(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                CLEANUP(text_done) struct text t = {0};

                if (i->is_up || i->kind == KIND_LOOPBACK || !iface_has_address(i))
                        continue;
                if (i->peer != NONE && v->g->ifaces[i->peer].is_up)
                        continue; /* a pair that is half up tells it */

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);

                put_addresses(&t, i);
                f->evidence = visit_text(v, "has %s, and is down", text_str(&t));
                visit_remedy_up(v, f, k);
        }
}
