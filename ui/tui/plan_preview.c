/* plan_preview.c - simulates a plan, compares, and marks each thing of the picture that will be shown. */
#include "ui/tui/plan_preview.h"

#include <stdlib.h>

#include "core/base/intl.h"
#include "core/graph/diff.h"
#include "core/plan/simulate.h"

static enum preview_mark mark_of(enum diff_kind k)
{
        switch (k) {
        case DIFF_JAIL_ADDED:
        case DIFF_IFACE_ADDED: return PREVIEW_ADDED;
        case DIFF_JAIL_GONE:
        case DIFF_IFACE_GONE: return PREVIEW_REMOVED;
        case DIFF_IFACE_MOVED: return PREVIEW_MOVED;
        case DIFF_JAIL_CHANGED:
        case DIFF_IFACE_CHANGED: return PREVIEW_CHANGED;
        }
        return PREVIEW_SAME;
}

static bool is_about_jail(enum diff_kind k)
{
        return k == DIFF_JAIL_ADDED || k == DIFF_JAIL_GONE || k == DIFF_JAIL_CHANGED;
}

/* A thing that moves and changes is one that moves. */
static bool also_moves(const struct diff_entry *changes, size_t count, const struct diff_entry *d)
{
        for (size_t k = 0; d->kind == DIFF_IFACE_CHANGED && k < count; k++)
                if (changes[k].kind == DIFF_IFACE_MOVED && changes[k].after == d->after)
                        return true;
        return false;
}

static bool is_hidden(const struct graph *before, const struct graph *after, const struct diff_entry *d)
{
        if (is_about_jail(d->kind))
                return false;
        return iface_is_hidden(d->after != NONE ? &after->ifaces[d->after] : &before->ifaces[d->before]);
}

struct plan_preview *plan_preview_new(const struct plan *plan, const struct graph *now)
{
        CLEANUP(graph_unrefp) const struct graph *after = NULL;
        CLEANUP(freep) struct diff_entry *changes = NULL;

        if (plan_simulate(plan, now, &after, NULL) < 0)
                return NULL;

        struct plan_preview *p = xcalloc(1, sizeof(*p));
        size_t count = diff_graphs(now, after, &changes);

        for (size_t k = 0; k < count; k++)
                if (!is_hidden(now, after, &changes[k]) && !also_moves(changes, count, &changes[k]))
                        p->counts[mark_of(changes[k].kind)]++;

        bool shows_now = p->counts[PREVIEW_REMOVED] && !p->counts[PREVIEW_ADDED] && !p->counts[PREVIEW_MOVED];

        p->graph = graph_ref(shows_now ? now : after);
        p->jails = xcalloc(p->graph->jail_count, sizeof(*p->jails));
        p->ifaces = xcalloc(p->graph->iface_count, sizeof(*p->ifaces));
        for (size_t k = 0; k < count; k++) {
                size_t at = shows_now ? changes[k].before : changes[k].after;

                if (at != NONE && !also_moves(changes, count, &changes[k]))
                        (is_about_jail(changes[k].kind) ? p->jails : p->ifaces)[at] = (uint8_t)mark_of(changes[k].kind);
        }
        return p;
}

void plan_preview_free(struct plan_preview *p)
{
        if (!p)
                return;
        graph_unref(p->graph);
        free(p->jails);
        free(p->ifaces);
        free(p);
}

enum preview_mark plan_preview_mark(const struct plan_preview *p, struct object o)
{
        if (o.type == OBJECT_NODE && p->graph->nodes[o.index].iface != NONE)
                o = (struct object){OBJECT_IFACE, p->graph->nodes[o.index].iface};
        if (o.type == OBJECT_JAIL)
                return p->jails[o.index];
        return o.type == OBJECT_IFACE ? p->ifaces[o.index] : PREVIEW_SAME;
}

char preview_mark_sign(enum preview_mark m)
{
        static const char signs[PREVIEW_MARK_COUNT] = {
                [PREVIEW_ADDED] = '+', [PREVIEW_MOVED] = '>', [PREVIEW_CHANGED] = '~', [PREVIEW_REMOVED] = '-'};

        return signs[m];
}

void plan_preview_put_legend(struct text *t, const struct plan_preview *p)
{
        static const char *const words[PREVIEW_MARK_COUNT] = {[PREVIEW_ADDED] = N_("made"),
                                                              [PREVIEW_MOVED] = N_("moved"),
                                                              [PREVIEW_CHANGED] = N_("changed"),
                                                              [PREVIEW_REMOVED] = N_("removed")};

        for (enum preview_mark m = PREVIEW_ADDED; m < PREVIEW_MARK_COUNT; m++)
                if (p->counts[m])
                        text_putf(t, "%s%c %zu %s", t->length ? "   " : "", preview_mark_sign(m), p->counts[m],
                                  _(words[m]));
        if (!t->length)
                text_put(t, _("nothing in the picture changes"));
}
