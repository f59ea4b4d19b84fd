/* check_mac.c - checks of MAC addresses: two alike on a segment, a bridge's that will not stay, a pin that does not
 * hold. */
#include <string.h>

#include "core/base/alloc.h"
#include "core/doctor/visit.h"

/* -- Two alike on a segment -------------------------------------------------------------------------------------- */

struct seat_mac {
        size_t segment, iface;
        uint64_t mac;
};

static int compare_seat(const void *a, const void *b)
{
        const struct seat_mac *x = a, *y = b;

        if (x->segment != y->segment)
                return x->segment > y->segment ? 1 : -1;
        if (x->mac != y->mac)
                return x->mac > y->mac ? 1 : -1;
        return (x->iface > y->iface) - (x->iface < y->iface);
}

/* Some have the address of another by rule: a bridge, a lagg and its ports, what stands on a parent. */
static size_t owner_of(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->master != NONE && mac_equal(i->mac, g->ifaces[i->master].mac))
                return i->master;
        if (i->kind != KIND_VETH && i->parent != NONE && mac_equal(i->mac, g->ifaces[i->parent].mac))
                return owner_of(g, i->parent);
        return iface;
}

/* A virtual router's (RFC 9568): several have it, and one at a time uses it. */
static bool is_shared_by_rule(struct mac m)
{
        static const uint8_t prefix[] = {0x00, 0x00, 0x5e, 0x00};

        return memcmp(m.bytes, prefix, sizeof(prefix)) == 0 && (m.bytes[4] == 1 || m.bytes[4] == 2);
}

/* The one to be given another address: one without a pin, and not a device of the machine's. */
static size_t choose_loser(const struct graph *g, const size_t *ifaces, size_t count)
{
        size_t chosen = ifaces[count - 1];

        for (size_t k = count; k-- > 0;) {
                const struct iface *i = &g->ifaces[ifaces[k]];

                if (i->pin_source == PIN_NONE && i->kind != KIND_PHYSICAL)
                        return ifaces[k];
        }
        return chosen;
}

static void tell_duplicate(struct visit *v, const size_t *ifaces, size_t count)
{
        CLEANUP(text_done) struct text t = {0};
        size_t loser = choose_loser(v->g, ifaces, count);
        struct finding *f = visit_find_iface(v, SEVERITY_ERROR, loser);
        char mac[MAC_TEXT_SIZE];

        f->other = (struct object){OBJECT_IFACE, ifaces[0] == loser ? ifaces[1] : ifaces[0]};
        put_ifaces(&t, v->g, ifaces, count);
        f->evidence =
                visit_text(v, "%s have %s on one segment", text_str(&t), mac_format(v->g->ifaces[loser].mac, mac));
        visit_remedy(v, f, (const char *const[]){"pin", f->name, "--stable", NULL});
}

void check_duplicate_mac(struct visit *v)
{
        const struct graph *g = v->g;
        CLEANUP(freep) struct seat_mac *seats = xcalloc(g->iface_count + 1, sizeof(*seats));
        CLEANUP(freep) size_t *same = xcalloc(g->iface_count + 1, sizeof(*same));
        size_t count = 0;

        for (size_t i = 0; i < g->iface_count; i++) {
                struct mac m = g->ifaces[i].mac;

                if (!m.is_set || mac_is_zero(m) || is_shared_by_rule(m) || owner_of(g, i) != i)
                        continue;
                seats[count] = (struct seat_mac){.segment = v->segment[i], .iface = i};
                for (unsigned k = 0; k < sizeof(m.bytes); k++)
                        seats[count].mac = seats[count].mac << 8 | m.bytes[k];
                count++;
        }
        qsort(seats, count, sizeof(*seats), compare_seat);
        for (size_t k = 0, end; k < count; k = end) {
                for (end = k; end < count && seats[end].segment == seats[k].segment && seats[end].mac == seats[k].mac;
                     end++)
                        same[end - k] = seats[end].iface;
                if (end - k > 1)
                        tell_duplicate(v, same, end - k);
        }
}

/* -- A bridge's -------------------------------------------------------------------------------------------------- */

static bool is_visible_bridge(const struct iface *i)
{
        return i->kind == KIND_BRIDGE && i->role != ROLE_WIRE;
}

void check_bridge_mac_zero(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];

                if (!is_visible_bridge(i) || !i->mac.is_set || !mac_is_zero(i->mac))
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);

                f->evidence = visit_text(v, "its MAC address is 00:00:00:00:00:00%s", i->is_up ? ", and it is up" : "");
                visit_remedy(v, f, (const char *const[]){"pin", f->name, "--stable", NULL});
        }
}

void check_bridge_mac_floating(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                const struct exam_device *d = is_visible_bridge(i) ? visit_device(v, k) : NULL;
                char mac[MAC_TEXT_SIZE];

                if (!d || d->is_address_set != 0 || mac_is_zero(i->mac))
                        continue;

                bool matters = i->is_owned && iface_has_address(i);
                struct finding *f = visit_find_iface(v, matters ? SEVERITY_WARNING : SEVERITY_NOTICE, k);

                f->evidence = visit_text(v,
                                         "nobody has set its MAC address (now %s): the kernel chooses it anew "
                                         "whenever a port comes or goes",
                                         mac_format(i->mac, mac));
                visit_remedy(v, f, (const char *const[]){"pin", f->name, "--current", NULL});
        }
}

/* -- Pins -------------------------------------------------------------------------------------------------------- */

void check_pin_violated(struct visit *v)
{
        for (size_t k = 0; k < v->g->iface_count; k++) {
                const struct iface *i = &v->g->ifaces[k];
                char pin[MAC_TEXT_SIZE], mac[MAC_TEXT_SIZE];

                if (i->pin_source == PIN_NONE || !i->pin.is_set || mac_equal(i->pin, i->mac))
                        continue;

                struct finding *f = visit_find_iface(v, SEVERITY_WARNING, k);

                f->evidence =
                        visit_text(v, "pinned to %s (%s), but has %s", mac_format(i->pin, pin),
                                   pin_source_name(i->pin_source), i->mac.is_set ? mac_format(i->mac, mac) : "none");
                visit_remedy(v, f, (const char *const[]){"mac", f->name, pin, NULL});
        }
}
