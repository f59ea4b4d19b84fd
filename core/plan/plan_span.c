/* plan_span.c - interfaces that get a copy of what a bridge's ports receive: a mark, from which its feeds follow. */
#include <errno.h>
#include <string.h>

#include "core/graph/marks.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"

static int check_span(struct planner *pl, size_t bridge, size_t span, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *s = &g->ifaces[span];
        uint32_t number;

        if (g->ifaces[bridge].kind != KIND_BRIDGE || g->ifaces[bridge].role == ROLE_TEE)
                return err_set(e, -EINVAL, "%s: is not a bridge; only one has ports to be copied from",
                               g->ifaces[bridge].name);
        if (s->jail != g->ifaces[bridge].jail)
                return err_set(e, -EXDEV, "%s: is in another stack than %s; name one that is in the same", s->name,
                               g->ifaces[bridge].name);
        if (s->master != NONE || span == bridge)
                return err_set(e, -EBUSY, "%s: is a port, or a bridge; what gets copies is neither", s->name);
        if (span_mark_find(s, &number))
                return err_set(e, -EEXIST, "%s: gets a bridge's frames already; span off ends that", s->name);
        return 0;
}

static bool is_place_taken(const struct graph *g, uint32_t bridge, uint32_t place)
{
        for (size_t k = 0; k < g->iface_count; k++) {
                uint32_t number;
                const char *mark = span_mark_find(&g->ifaces[k], &number);

                if (mark && number == bridge && feed_span_place(span_mark_digits(mark)) == place)
                        return true;
        }
        return false;
}

static int begin_span(struct planner *pl, size_t bridge, size_t span, struct err *e)
{
        struct target at = target_of_iface(pl->g, span);
        char mark[NODE_MARK_SIZE];
        int r = check_span(pl, bridge, span, e);

        if (r < 0)
                return r;

        uint32_t number = pl->g->ifaces[bridge].number, digits = planner_mark_digits();

        for (unsigned tries = 0; is_place_taken(pl->g, number, feed_span_place(digits)); tries++, digits++)
                if (tries == FEED_PLACES)
                        return err_set(e, -ENOSPC, "%s: has too many spans; end one first", pl->g->ifaces[bridge].name);
        span_mark_format(number, digits, mark);
        (void)str_copy(planner_add(pl, STEP_ALTNAME_ADD, at)->text, NODE_MARK_SIZE, mark);
        if (!pl->g->ifaces[span].is_up)
                (void)planner_add(pl, STEP_LINK_UP, at);
        return 0;
}

static int end_span(struct planner *pl, size_t bridge, size_t span, struct err *e)
{
        uint32_t number;
        const char *mark = span_mark_find(&pl->g->ifaces[span], &number);

        if (!mark || number != pl->g->ifaces[bridge].number)
                return err_set(e, -ENOENT, "%s: gets no copies of %s's frames", pl->g->ifaces[span].name,
                               pl->g->ifaces[bridge].name);
        (void)str_copy(planner_add(pl, STEP_ALTNAME_DEL, target_of_iface(pl->g, span))->text, NODE_MARK_SIZE, mark);
        return 0;
}

int plan_span(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        bool is_on = strcmp(pl->in->values[2], "on") == 0;
        size_t bridge = NONE, span = NONE;
        int r = planner_iface(pl, 0, &bridge, e);

        if (r == 0)
                r = query_iface(g, pl->in->values[1], &span, e);
        if (r == 0 && !is_on && strcmp(pl->in->values[2], "off") != 0)
                r = err_set(e, -EINVAL, "%s: is neither on nor off; write one of them", pl->in->values[2]);
        if (r == 0)
                r = is_on ? begin_span(pl, bridge, span, e) : end_span(pl, bridge, span, e);
        if (r < 0)
                return r;

        struct target at = target_of_iface(g, bridge);
        CLEANUP(freep) char *bridge_word = shell_word(g->ifaces[bridge].name);
        CLEANUP(freep) char *word = shell_word(g->ifaces[span].name);

        planner_freebsd(pl, &at, "ifconfig", "%s %sspan %s", bridge_word, is_on ? "" : "-", word);
        return 0;
}
