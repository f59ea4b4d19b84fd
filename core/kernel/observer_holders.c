/*
 * observer_holders.c - when to look for what keeps a dying namespace from elsewhere, and what becomes of the finds.
 *
 * The search goes on in slices between the events. A round is shown as it grows, and a find that the next round does
 * not meet any more is gone.
 */
#include "core/base/clock.h"
#include "core/kernel/holders_tcp.h"
#include "core/kernel/observer_parts.h"
#include "core/kernel/scan_parts.h"

#define SLICE_MS 5    /* at a time; then as long for other things */
#define ROUND_MS 2000 /* between two rounds, and ten times what one took */

static bool has_dying(const struct graph *g)
{
        for (size_t k = 0; k < g->jail_count; k++)
                if (g->jails[k].state == JAIL_DYING)
                        return true;
        return false;
}

int64_t observer_holders_time(const struct observer *o)
{
        return o->holders.targets.count ? o->holders_ms : INT64_MAX;
}

void observer_set_dying(struct observer *o, const struct graph *g)
{
        o->has_dying = has_dying(g);
        if (!o->options.want_holders)
                return;
        if (holders_set_targets(&o->holders, g)) {
                o->is_holders_wanted = true;
                if (!o->holders.is_running)
                        o->holders_ms = clock_now_ms();
        }
        if (observer_holders_time(o) == INT64_MAX && o->facts.unreadable_sockets) {
                o->facts.unreadable_sockets = 0;
                o->facts.is_changed = true;
        }
}

/* What a namespace's list is replaced by: at the end of a round it may also be shorter. */
static void show_found(struct scan *sc, const struct holders *h, bool is_over)
{
        struct facts *f = sc->facts;

        for (size_t k = 0; k < h->found.count; k++)
                scan_adopt(sc, &h->found.refs[k]);
        for (size_t k = 1; k < f->count; k++) {
                struct stack *s = f->stacks[k];
                const struct netns_ref *ref = netns_list_find(&h->found, s->inode, s->device);

                if (is_over || (ref && ref->holder_count > s->holders[HOLDERS_SOCKETS].count))
                        stack_set_holders(f, s, HOLDERS_SOCKETS, ref);
        }
        if (is_over && f->unreadable_sockets != h->unreadable) {
                f->unreadable_sockets = h->unreadable;
                f->is_changed = true;
        }
}

static void read_closing(struct scan *sc, const struct holders *h)
{
        struct facts *f = sc->facts;

        for (size_t k = 1; k < f->count; k++) {
                struct stack *s = f->stacks[k];
                struct netns_list list = {0};

                if (netns_list_find(&h->targets, s->inode, s->device) && holders_read_closing(sc, s, &list) == 0)
                        stack_set_holders(f, s, HOLDERS_CLOSING, netns_list_find(&list, s->inode, s->device));
                else
                        stack_set_holders(f, s, HOLDERS_CLOSING, NULL);
                netns_list_done(&list);
        }
}

void observer_find_holders(struct observer *o)
{
        int64_t now = clock_now_ms(), pause;
        bool is_over;

        if (now < observer_holders_time(o))
                return;
        if (!o->holders.is_running) {
                o->is_holders_wanted = false;
                o->holders_cost_ms = 0;
                read_closing(&o->scan, &o->holders);
                holders_begin(&o->holders);
        }
        is_over = holders_step(&o->holders, now + SLICE_MS);
        show_found(&o->scan, &o->holders, is_over);
        pause = clock_now_ms() - now;
        o->holders_cost_ms += pause;
        if (is_over && !o->is_holders_wanted)
                pause = 10 * o->holders_cost_ms > ROUND_MS ? 10 * o->holders_cost_ms : ROUND_MS;
        o->holders_ms = clock_now_ms() + pause;
}

void picture_find_unknown(struct scan *sc)
{
        struct facts *f = sc->facts;
        struct holders h = {.wants_all = true, .home = f->stacks[0]->inode};
        bool is_wanted = false;

        for (size_t k = 1; k < f->count; k++)
                is_wanted |= f->stacks[k]->is_settled && !f->stacks[k]->inode;
        if (!is_wanted)
                return;
        holders_begin(&h);
        (void)holders_step(&h, INT64_MAX); /* to its end */
        for (size_t k = 0; k < h.found.count; k++)
                scan_adopt(sc, &h.found.refs[k]);
        holders_done(&h);
}

bool picture_find_holders(struct scan *sc, const struct graph *g)
{
        struct holders h = {0};

        sc->facts->is_changed = false;
        if (!holders_set_targets(&h, g))
                return false;
        read_closing(sc, &h);
        holders_begin(&h);
        (void)holders_step(&h, INT64_MAX); /* to its end */
        show_found(sc, &h, true);
        holders_done(&h);
        return sc->facts->is_changed;
}
