/* view_common.c - what all views share: the selection by identity, the filter, the marks of what changed lately. */
#include <string.h>
#include <wctype.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/view.h"

struct object selection_resolve(const struct selection *s, const struct graph *g)
{
        struct object none = {OBJECT_NONE, NONE};
        size_t index = NONE;

        if (!g)
                return none;
        switch (s->type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL:
                if (s->cookie)
                        index = graph_find_jail_cookie(g, s->cookie);
                else /* could not be entered: the jid is all that is known of it */
                        for (size_t i = 0; i < g->jail_count && index == NONE; i++)
                                index = g->jails[i].cookie == 0 && (uint32_t)g->jails[i].jid == s->number ? i : NONE;
                break;
        case OBJECT_IFACE: index = graph_find_number(g, s->number); break;
        case OBJECT_NODE: index = graph_find_node(g, s->node); break;
        }
        return index == NONE ? none : (struct object){s->type, index};
}

void selection_set(struct selection *s, const struct graph *g, struct object o)
{
        *s = (struct selection){.type = o.type};
        switch (o.type) {
        case OBJECT_NONE: break;
        case OBJECT_JAIL:
                s->cookie = g->jails[o.index].cookie;
                s->number = (uint32_t)g->jails[o.index].jid;
                break;
        case OBJECT_IFACE: s->number = g->ifaces[o.index].number; break;
        case OBJECT_NODE: s->node = g->nodes[o.index].id; break;
        }
}

static enum recency recency_of(const struct ui *u, uint32_t number, uint64_t cookie)
{
        for (size_t n = 0; n < u->recent_count; n++) {
                const struct recent *r = &u->recent[n];

                if (r->number != number || r->cookie != cookie)
                        continue;
                if (u->is_frozen || u->now_ms - r->at_ms < RECENT_NEW_MS)
                        return RECENCY_NEW;
                return u->now_ms - r->at_ms < RECENT_MS ? RECENCY_FADING : RECENCY_NONE;
        }
        return RECENCY_NONE;
}

enum recency ui_recency(const struct ui *u, struct object o)
{
        const struct graph *g = u->graph;

        if (o.type == OBJECT_IFACE && g->ifaces[o.index].number)
                return recency_of(u, g->ifaces[o.index].number, 0);
        if (o.type == OBJECT_JAIL && g->jails[o.index].cookie)
                return recency_of(u, 0, g->jails[o.index].cookie);
        return RECENCY_NONE;
}

bool ui_is_recent(const struct ui *u, const struct iface *i)
{
        return i->number && recency_of(u, i->number, 0) != RECENCY_NONE;
}

static wint_t folded(const char **s)
{
        int32_t c = utf8_next(s);

        return c < 0 ? 0xfffd : towlower((wint_t)c);
}

/* Whether text begins with part, whatever the case. */
static bool begins_with(const char *text, const char *part)
{
        while (*part) {
                if (!*text || folded(&text) != folded(&part))
                        return false;
        }
        return true;
}

bool ui_matches(const struct ui *u, const char *text)
{
        if (!u->filter[0])
                return true;
        if (!text)
                return false;
        while (*text) {
                if (begins_with(text, u->filter))
                        return true;
                (void)utf8_next(&text); /* only the step matters */
        }
        return false;
}

bool ui_shows_iface(const struct ui *u, size_t iface)
{
        const struct iface *i = &u->graph->ifaces[iface];

        if (!u->show_all && iface_is_hidden(i))
                return false;
        if (!u->filter[0])
                return true;

        char mac[MAC_TEXT_SIZE];

        if (ui_matches(u, i->name) || ui_matches(u, u->graph->jails[i->jail].name) || ui_matches(u, i->alias) ||
            ui_matches(u, i->long_name) || ui_matches(u, i->kind_name) || ui_matches(u, mac_format(i->mac, mac)))
                return true;
        for (size_t n = 0; n < i->altname_count; n++) {
                if (ui_matches(u, i->altnames[n]))
                        return true;
        }
        for (size_t n = 0; n < i->address_count; n++) {
                char address[PREFIX_TEXT_SIZE];

                if (ui_matches(u, prefix_format(&i->addresses[n], address)))
                        return true;
        }
        return false;
}

int64_t ui_time_s(const struct ui *u)
{
        return u->paused_s ? u->paused_s : clock_wall_s();
}

bool ui_range_key(struct ui *u, const struct key *k)
{
        switch (k->code) {
        case '+':
        case '=': u->range -= u->range > 0; return true;
        case '-': u->range += u->range + 1 < HISTORY_RANGES; return true;
        default: return false;
        }
}

const char *ui_range_name(const struct ui *u)
{
        static const char *const names[] = {[HISTORY_TWO_MINUTES] = N_("The last two minutes"),
                                            [HISTORY_TEN_MINUTES] = N_("The last ten minutes"),
                                            [HISTORY_HOUR] = N_("The last hour"),
                                            [HISTORY_DAY] = N_("The last day")};

        return _(names[u->range]);
}
