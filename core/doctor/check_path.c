/* check_path.c - checks of what must agree along a way: the MTU on a segment, the VLANs at two ends. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/doctor/visit.h"

#define REMEDY_LINES_MAX 12 /* more interfaces than that, and which MTU is right is no question of a majority */

/* -- MTU --------------------------------------------------------------------------------------------------------- */

static bool has_mtu_of_its_own(const struct iface *i)
{
        return i->is_up && i->mtu_bytes && i->kind != KIND_LOOPBACK;
}

/* Of the machine's, of a tunnel or a program: it takes what lies below, so the others have to follow. */
static bool is_given(const struct iface *i)
{
        return i->kind == KIND_PHYSICAL || i->kind == KIND_VXLAN || i->kind == KIND_TUN || i->kind == KIND_TAP;
}

/* The MTU that most of a segment has, or the smallest that is given. */
static uint32_t choose_mtu(const struct graph *g, const size_t *ifaces, size_t count)
{
        uint32_t best = 0, given = UINT32_MAX;
        size_t best_count = 0;

        for (size_t k = 0; k < count && k <= REMEDY_LINES_MAX * 2; k++) {
                uint32_t mtu = g->ifaces[ifaces[k]].mtu_bytes;
                size_t same = 0;

                for (size_t n = 0; n < count; n++)
                        same += g->ifaces[ifaces[n]].mtu_bytes == mtu;
                if (same > best_count || (same == best_count && mtu > best)) {
                        best = mtu;
                        best_count = same;
                }
                if (is_given(&g->ifaces[ifaces[k]]) && mtu < given)
                        given = mtu;
        }
        return given != UINT32_MAX ? given : best;
}

static void put_by_mtu(struct text *t, const struct graph *g, size_t *ifaces, size_t count, uint32_t mtu, bool is_equal)
{
        CLEANUP(freep) size_t *chosen = xcalloc(count + 1, sizeof(*chosen));
        size_t n = 0;

        for (size_t k = 0; k < count; k++)
                if ((g->ifaces[ifaces[k]].mtu_bytes == mtu) == is_equal)
                        chosen[n++] = ifaces[k];
        put_ifaces(t, g, chosen, n);
}

static void tell_step(struct visit *v, size_t *ifaces, size_t count)
{
        const struct graph *g = v->g;
        uint32_t wanted = choose_mtu(g, ifaces, count);
        size_t odd = NONE, odd_count = 0;
        CLEANUP(text_done) struct text those = {0}, others = {0};
        char number[16];

        for (size_t k = 0; k < count; k++) {
                if (g->ifaces[ifaces[k]].mtu_bytes == wanted)
                        continue;
                odd_count++;
                if (odd == NONE || g->ifaces[ifaces[k]].mtu_bytes < g->ifaces[odd].mtu_bytes)
                        odd = ifaces[k];
        }

        struct finding *f = visit_find_iface(v, SEVERITY_WARNING, odd);

        put_by_mtu(&those, g, ifaces, count, g->ifaces[odd].mtu_bytes, true);
        put_by_mtu(&others, g, ifaces, count, wanted, true);
        f->evidence = visit_text(v, "%u bytes on %s, but %u on %s", g->ifaces[odd].mtu_bytes, text_str(&those), wanted,
                                 text_str(&others));
        (void)str_format(number, sizeof(number), "%u", wanted); /* ten digits fit */
        if (odd_count > REMEDY_LINES_MAX) {
                f->advice = N_("give all of the segment one MTU (jailnet mtu)");
                return;
        }
        for (size_t k = 0; k < count; k++)
                if (g->ifaces[ifaces[k]].mtu_bytes != wanted)
                        visit_remedy(v, f, (const char *const[]){"mtu", visit_name(v, ifaces[k]), number, NULL});
}

void check_mtu_step(struct visit *v)
{
        CLEANUP(freep) size_t *chosen = xcalloc(v->g->iface_count + 1, sizeof(*chosen));

        for (size_t s = 0; s < v->segment_count; s++) {
                uint32_t least = UINT32_MAX, most = 0;
                size_t count = 0;

                for (size_t k = v->segment_first[s]; k < v->segment_first[s + 1]; k++) {
                        const struct iface *i = &v->g->ifaces[v->members[k]];

                        if (!has_mtu_of_its_own(i))
                                continue;
                        least = i->mtu_bytes < least ? i->mtu_bytes : least;
                        most = i->mtu_bytes > most ? i->mtu_bytes : most;
                        chosen[count++] = v->members[k];
                }
                if (count && least != most)
                        tell_step(v, chosen, count);
        }
}

/* -- VLANs ------------------------------------------------------------------------------------------------------- */

/* The numbers of the VLANs that stand on each interface: rows by parent, then by number. */
struct stacked {
        size_t parent;
        uint16_t id;
};

static int compare_stacked(const void *a, const void *b)
{
        const struct stacked *x = a, *y = b;

        if (x->parent != y->parent)
                return x->parent > y->parent ? 1 : -1;
        return (x->id > y->id) - (x->id < y->id);
}

struct stack_of {
        const struct stacked *rows;
        size_t count;
};

static struct stack_of find_stacked(const struct stacked *all, size_t count, size_t parent)
{
        size_t low = 0, high = count, end;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (all[middle].parent < parent)
                        low = middle + 1;
                else
                        high = middle;
        }
        for (end = low; end < count && all[end].parent == parent;)
                end++;
        return (struct stack_of){&all[low], end - low};
}

static bool has_id(struct stack_of s, uint16_t id)
{
        for (size_t k = 0; k < s.count; k++)
                if (s.rows[k].id == id)
                        return true;
        return false;
}

/* Those that the other end has not, "10, 20". */
static void put_lacking(struct text *t, struct stack_of of, struct stack_of other)
{
        for (size_t k = 0; k < of.count; k++)
                if (!has_id(other, of.rows[k].id))
                        text_putf(t, "%s%u", t->length ? ", " : "", of.rows[k].id);
}

/* Two ends of a cable with VLANs on them, and not the same ones. */
static void judge_ends(struct visit *v, size_t a, size_t b, struct stack_of of_a, struct stack_of of_b)
{
        CLEANUP(text_done) struct text lacking_b = {0}, lacking_a = {0};

        put_lacking(&lacking_b, of_a, of_b);
        put_lacking(&lacking_a, of_b, of_a);
        if (!lacking_a.length && !lacking_b.length)
                return;

        struct finding *f = visit_find_iface(v, SEVERITY_WARNING, lacking_b.length ? b : a);
        const char *name_a = visit_name(v, a), *name_b = visit_name(v, b);

        f->other = (struct object){OBJECT_IFACE, lacking_b.length ? a : b};
        f->evidence = visit_text(v, "the cable %s - %s: VLAN %s%s%s%s%s", name_a, name_b, text_str(&lacking_b),
                                 lacking_b.length ? " on the first end alone" : "",
                                 lacking_a.length && lacking_b.length ? ", VLAN " : "", text_str(&lacking_a),
                                 lacking_a.length ? " on the second end alone" : "");
        f->advice = N_("make the missing one (jailnet create vlan), or destroy the one that has no other end");
}

/* -- VLANs of bridges that filter -- */

static bool is_filtered(const struct visit *v, size_t port)
{
        const struct iface *i = &v->g->ifaces[port];

        return v->x && i->master != NONE && v->g->ifaces[i->master].kind == KIND_BRIDGE &&
                v->g->ifaces[i->master].vlan_filtering;
}

struct allowed {
        const struct exam_vlan *rows;
        size_t count;
};

static bool allows(struct allowed a, uint16_t id)
{
        for (size_t k = 0; k < a.count; k++)
                if (a.rows[k].first <= id && id <= a.rows[k].last)
                        return true;
        return false;
}

/* What frames without a tag belong to; 0: they are dropped. */
static uint16_t native_of(struct allowed a)
{
        for (size_t k = 0; k < a.count; k++)
                if (a.rows[k].is_native)
                        return a.rows[k].first;
        return 0;
}

/* A VLAN that leaves one end with its tag, and is not taken at the other. 0: none. */
static uint16_t first_refused(struct allowed from, struct allowed to)
{
        for (size_t k = 0; k < from.count; k++)
                for (unsigned id = from.rows[k].first; !from.rows[k].is_untagged && id <= from.rows[k].last; id++)
                        if (!allows(to, (uint16_t)id))
                                return (uint16_t)id;
        return 0;
}

static void tell_filter(struct visit *v, size_t port, size_t other, const char *evidence)
{
        struct finding *f = visit_find_iface(v, SEVERITY_WARNING, port);

        f->other = (struct object){OBJECT_IFACE, other};
        f->evidence = evidence;
        f->advice =
                visit_text(v, "decide which VLANs the cable carries, and set both ports so (bridge vlan add dev %s)",
                           v->g->ifaces[port].name);
}

static void judge_filters(struct visit *v, size_t a, size_t b)
{
        struct allowed of_a = {0}, of_b = {0};

        of_a.count = examination_vlans(v->x, v->g->ifaces[a].id, &of_a.rows);
        of_b.count = examination_vlans(v->x, v->g->ifaces[b].id, &of_b.rows);
        if (of_a.count == 0 || of_b.count == 0)
                return; /* not known */

        uint16_t refused = first_refused(of_a, of_b), native_a = native_of(of_a), native_b = native_of(of_b);
        size_t refusing = b;

        if (!refused) {
                refused = first_refused(of_b, of_a);
                refusing = a;
        }
        if (refused)
                tell_filter(v, refusing, refusing == a ? b : a,
                            visit_text(v, "VLAN %u goes out at %s, and is not let in at %s", refused,
                                       visit_name(v, refusing == a ? b : a), visit_name(v, refusing)));
        else if (native_a != native_b)
                tell_filter(v, a, b,
                            visit_text(v, "frames without a tag are VLAN %u at %s, and VLAN %u at %s", native_a,
                                       visit_name(v, a), native_b, visit_name(v, b)));
}

/* VLANs on an interface whose cable ends in a bridge that does not let them in. */
static void judge_filter(struct visit *v, size_t end, size_t port, struct stack_of stacked)
{
        struct allowed of = {0};

        of.count = examination_vlans(v->x, v->g->ifaces[port].id, &of.rows);
        for (size_t k = 0; of.count && k < stacked.count; k++) {
                if (allows(of, stacked.rows[k].id))
                        continue;
                tell_filter(v, port, end,
                            visit_text(v, "VLAN %u of %s is not let in at %s", stacked.rows[k].id, visit_name(v, end),
                                       visit_name(v, port)));
                return;
        }
}

static void judge_cable(struct visit *v, const struct stacked *all, size_t count, size_t a, size_t b)
{
        struct stack_of of_a = find_stacked(all, count, a), of_b = find_stacked(all, count, b);
        bool is_port_a = v->g->ifaces[a].master != NONE, is_port_b = v->g->ifaces[b].master != NONE;

        if (is_filtered(v, a) && is_filtered(v, b))
                judge_filters(v, a, b);
        else if (is_filtered(v, a))
                judge_filter(v, b, a, of_b);
        else if (is_filtered(v, b))
                judge_filter(v, a, b, of_a);
        else if (!is_port_a && !is_port_b && (of_a.count || of_b.count))
                judge_ends(v, a, b, of_a, of_b);
}

void check_vlan_mismatch(struct visit *v)
{
        const struct graph *g = v->g;
        CLEANUP(freep) struct stacked *all = xcalloc(g->iface_count + 1, sizeof(*all));
        size_t count = 0;

        for (size_t i = 0; i < g->iface_count; i++)
                if (g->ifaces[i].kind == KIND_VLAN && g->ifaces[i].parent != NONE)
                        all[count++] = (struct stacked){g->ifaces[i].parent, g->ifaces[i].vlan_id};
        qsort(all, count, sizeof(*all), compare_stacked);
        for (size_t i = 0; i < g->iface_count; i++) {
                size_t peer = g->ifaces[i].peer;

                if (peer != NONE && peer > i)
                        judge_cable(v, all, count, i, peer);
        }
}
