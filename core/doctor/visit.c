/* visit.c - what is worked out once of a graph for all checks: who shares a segment, who has an address. */
#include "core/doctor/visit.h"

#include <netinet/in.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"

#define NAMES_SHOWN 4 /* of a list; the rest is counted */

/* -- Segments: what bridges, pairs and macvlans join ------------------------------------------------------------- */

static size_t root_of(size_t *up, size_t i)
{
        while (up[i] != i)
                i = up[i] = up[up[i]];
        return i;
}

static void unite(size_t *up, size_t a, size_t b)
{
        if (b != NONE)
                up[root_of(up, a)] = root_of(up, b);
}

static bool stands_in_parent_segment(const struct iface *i)
{
        return i->kind == KIND_MACVLAN || i->kind == KIND_MACVTAP || i->kind == KIND_IPVLAN;
}

/* A VLAN, by what its frames look like on the segment below. */
struct tagged {
        size_t below, iface;
        uint16_t id;
};

static int compare_tagged(const void *a, const void *b)
{
        const struct tagged *x = a, *y = b;

        if (x->below != y->below)
                return x->below > y->below ? 1 : -1;
        return (x->id > y->id) - (x->id < y->id);
}

/* VLANs of one number over one segment are one segment of their own. */
static void unite_vlans(const struct graph *g, size_t *up)
{
        CLEANUP(freep) struct tagged *vlans = xcalloc(g->iface_count + 1, sizeof(*vlans));
        size_t count = 0;

        for (size_t i = 0; i < g->iface_count; i++)
                if (g->ifaces[i].kind == KIND_VLAN && g->ifaces[i].parent != NONE)
                        vlans[count++] = (struct tagged){root_of(up, g->ifaces[i].parent), i, g->ifaces[i].vlan_id};
        qsort(vlans, count, sizeof(*vlans), compare_tagged);
        for (size_t k = 1; k < count; k++)
                if (compare_tagged(&vlans[k - 1], &vlans[k]) == 0)
                        unite(up, vlans[k].iface, vlans[k - 1].iface);
}

/* Behind these may be others: a cable, a tunnel, a program, a stack that cannot be read. */
static bool leads_outside(const struct visit *v, const struct iface *i)
{
        const struct exam_device *d = v->x ? examination_device(v->x, i->id) : NULL;

        if (d && d->proxies == 1)
                return true;
        switch (i->kind) {
        case KIND_VETH: return i->peer_state != PEER_KNOWN;
        case KIND_LOOPBACK:
        case KIND_BRIDGE:
        case KIND_DUMMY: return false;
        case KIND_MACVLAN:
        case KIND_MACVTAP:
        case KIND_IPVLAN: return i->parent == NONE;
        case KIND_VLAN: return true; /* as far as what it stands on goes, which is not followed here */
        case KIND_PHYSICAL:
        case KIND_VXLAN:
        case KIND_TUN:
        case KIND_TAP:
        case KIND_BOND:
        case KIND_IFB:
        case KIND_OTHER: return true;
        }
        return true;
}

static void find_segments(struct visit *v)
{
        const struct graph *g = v->g;
        CLEANUP(freep) size_t *up = xcalloc(g->iface_count + 1, sizeof(*up));
        CLEANUP(freep) size_t *number = xcalloc(g->iface_count + 1, sizeof(*number));

        for (size_t i = 0; i < g->iface_count; i++)
                up[i] = i;
        for (size_t i = 0; i < g->iface_count; i++) {
                unite(up, i, g->ifaces[i].master);
                unite(up, i, g->ifaces[i].peer);
                if (stands_in_parent_segment(&g->ifaces[i]))
                        unite(up, i, g->ifaces[i].parent);
        }
        unite_vlans(g, up);
        v->segment = xcalloc(g->iface_count + 1, sizeof(size_t));
        v->members = xcalloc(g->iface_count + 1, sizeof(size_t));
        v->segment_first = xcalloc(g->iface_count + 2, sizeof(size_t));
        v->is_open = xcalloc(g->iface_count + 1, sizeof(bool));
        for (size_t i = 0; i < g->iface_count; i++) {
                size_t root = root_of(up, i);

                if (number[root] == 0)
                        number[root] = ++v->segment_count;
                v->segment[i] = number[root] - 1;
                v->segment_first[v->segment[i] + 1]++;
                v->is_open[v->segment[i]] |= leads_outside(v, &g->ifaces[i]);
        }
        for (size_t s = 0; s < v->segment_count; s++)
                v->segment_first[s + 1] += v->segment_first[s];

        CLEANUP(freep) size_t *next = xcalloc(v->segment_count + 1, sizeof(*next));

        memcpy(next, v->segment_first, v->segment_count * sizeof(*next));
        for (size_t i = 0; i < g->iface_count; i++)
                v->members[next[v->segment[i]]++] = i;
}

/* -- Addresses --------------------------------------------------------------------------------------------------- */

static int compare_address(const struct prefix *a, const struct prefix *b)
{
        if (a->family != b->family)
                return a->family > b->family ? 1 : -1;
        return memcmp(a->bytes, b->bytes, prefix_bits(a->family) / 8);
}

/* By address, then by segment, so that rivals stand together. */
static int compare_seat(const void *a, const void *b, void *context)
{
        const struct visit *v = context;
        const struct seat *x = a, *y = b;
        size_t p = v->segment[x->iface], q = v->segment[y->iface];
        int order = compare_address(&x->address, &y->address);

        if (order || p != q)
                return order ? order : (p > q) - (p < q);
        return (x->iface > y->iface) - (x->iface < y->iface);
}

static void find_seats(struct visit *v)
{
        size_t count = 0;

        for (size_t i = 0; i < v->g->iface_count; i++)
                count += v->g->ifaces[i].address_count;
        v->seats = xcalloc(count + 1, sizeof(*v->seats));
        for (size_t i = 0; i < v->g->iface_count; i++) {
                const struct iface *f = &v->g->ifaces[i];

                for (size_t k = 0; k < f->address_count && f->kind != KIND_LOOPBACK; k++)
                        v->seats[v->seat_count++] = (struct seat){f->addresses[k], i};
        }
        qsort_r(v->seats, v->seat_count, sizeof(*v->seats), compare_seat, v);
}

size_t visit_seats(const struct visit *v, const struct prefix *address, const struct seat **ret)
{
        size_t low = 0, high = v->seat_count, end;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (compare_address(&v->seats[middle].address, address) < 0)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (end = low; end < v->seat_count && compare_address(&v->seats[end].address, address) == 0;)
                end++;
        *ret = &v->seats[low];
        return end - low;
}

bool address_is_given(const struct prefix *p)
{
        return !prefix_is_link_local(p) && !(p->family == AF_INET && p->bytes[0] == 127);
}

bool iface_has_address(const struct iface *i)
{
        for (size_t k = 0; k < i->address_count; k++)
                if (address_is_given(&i->addresses[k]))
                        return true;
        return false;
}

/* -- The visit --------------------------------------------------------------------------------------------------- */

void visit_init(struct visit *v, const struct graph *g, const struct examination *x, struct diagnosis *d)
{
        *v = (struct visit){.g = g, .x = x, .d = d};
        find_segments(v);
        find_seats(v);
}

void visit_done(struct visit *v)
{
        free(v->segment);
        free(v->members);
        free(v->segment_first);
        free(v->is_open);
        free(v->seats);
}

size_t visit_iface(const struct visit *v, size_t jail, int ifindex)
{
        return graph_find_ifindex(v->g, jail, ifindex);
}

const struct exam_device *visit_device(const struct visit *v, size_t iface)
{
        return v->x ? examination_device(v->x, v->g->ifaces[iface].id) : NULL;
}

/* -- Telling ----------------------------------------------------------------------------------------------------- */

const char *visit_text(struct visit *v, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *s = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        return arena_strdup(&v->d->arena, s);
}

const char *visit_name(struct visit *v, size_t iface)
{
        CLEANUP(text_done) struct text t = {0};

        query_put_iface(&t, v->g, iface);
        return arena_strdup(&v->d->arena, text_str(&t));
}

struct finding *visit_find(struct visit *v, enum severity s, struct object o)
{
        struct diagnosis *d = v->d;
        struct finding *f;

        d->findings = array_grow(d->findings, &d->capacity, d->count, sizeof(*d->findings));
        f = &d->findings[d->count++];
        *f = (struct finding){
                .check = v->check,
                .severity = s,
                .object = o,
                .name = "host",
                .evidence = "",
                .advice = "",
        };
        return f;
}

struct finding *visit_find_iface(struct visit *v, enum severity s, size_t iface)
{
        struct finding *f = visit_find(v, s, (struct object){OBJECT_IFACE, iface});

        f->name = visit_name(v, iface);
        return f;
}

struct finding *visit_find_jail(struct visit *v, enum severity s, size_t jail)
{
        struct finding *f = visit_find(v, s, (struct object){OBJECT_JAIL, jail});

        f->name = visit_text(v, "%s", v->g->jails[jail].name);
        return f;
}

void visit_remedy(struct visit *v, struct finding *f, const char *const words[])
{
        struct remedy_line *lines = arena_alloc(&v->d->arena, (f->remedy_count + 1) * sizeof(*lines)), *l;

        if (f->remedy_count)
                memcpy(lines, f->remedy, f->remedy_count * sizeof(*lines));
        l = &lines[f->remedy_count++];
        for (size_t k = 0; k < REMEDY_WORDS_MAX && words[k]; k++)
                l->words[k] = arena_strdup(&v->d->arena, words[k]);
        f->remedy = lines;
}

static void remedy_lost(struct visit *v, struct finding *f, size_t iface, const struct exam_lost *l)
{
        size_t jail = v->g->ifaces[iface].jail;
        const char *name = visit_name(v, iface), *stack = jail ? v->g->jails[jail].name : "host";
        char to[PREFIX_TEXT_SIZE], via[PREFIX_TEXT_SIZE];

        if (l->address.family) {
                visit_remedy(v, f, (const char *const[]){"address", "add", name, prefix_format(&l->address, to), NULL});
                return;
        }
        (void)str_copy(to, sizeof(to), "default"); /* fits */
        if (l->destination.length)
                (void)prefix_format(&l->destination, to);
        if (l->gateway.family)
                visit_remedy(
                        v, f,
                        (const char *const[]){"route", "add", stack, to, prefix_format_addr(&l->gateway, via), NULL});
        else
                visit_remedy(v, f, (const char *const[]){"route", "add", stack, to, "--dev", name, NULL});
}

void visit_remedy_up(struct visit *v, struct finding *f, size_t iface)
{
        struct iface_id id = v->g->ifaces[iface].id;

        visit_remedy(v, f, (const char *const[]){"up", visit_name(v, iface), NULL});
        for (size_t k = 0; v->x && k < v->x->lost_count; k++) {
                if (iface_id_equal(v->x->lost[k].id, id))
                        remedy_lost(v, f, iface, &v->x->lost[k]);
        }
}

void put_addresses(struct text *t, const struct iface *i)
{
        size_t count = 0;
        char buf[PREFIX_TEXT_SIZE];

        for (size_t k = 0; k < i->address_count; k++) {
                if (!address_is_given(&i->addresses[k]))
                        continue;
                if (count++ == 0)
                        text_put(t, prefix_format(&i->addresses[k], buf));
        }
        if (count > 1)
                text_putf(t, " and %zu more", count - 1);
}

void put_ifaces(struct text *t, const struct graph *g, const size_t *ifaces, size_t count)
{
        size_t shown = count <= NAMES_SHOWN + 1 ? count : NAMES_SHOWN; /* never "and 1 more" */

        for (size_t k = 0; k < shown; k++) {
                text_put(t, k == 0 ? "" : k + 1 == count ? " and " : ", ");
                query_put_iface(t, g, ifaces[k]);
        }
        if (shown < count)
                text_putf(t, " and %zu more", count - shown);
}
