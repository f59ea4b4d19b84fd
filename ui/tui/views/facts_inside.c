/* facts_inside.c - lines about what a stack, a bridge's table, the journal and the last minutes tell of the selection.
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/history.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/facts.h"

#define ENTRIES_SHOWN 12

static const char *iface_name(const struct graph *g, size_t jail, int ifindex)
{
        size_t i = graph_find_iface(g, (struct iface_id){g->jails[jail].cookie, ifindex});

        return i == NONE ? "?" : g->ifaces[i].name;
}

/* Nobody's news: nothing is listening, no rule but the usual ones. */
static void put_none(struct facts *f, const char *label, const char *text)
{
        fact_put(f, label, "%s", intl_text(text))->style = STYLE_DIM;
}

static void put_neighbours(struct facts *f, const struct graph *g, const struct depth *d, size_t jail, int ifindex)
{
        char address[PREFIX_TEXT_SIZE], mac[MAC_TEXT_SIZE];
        bool is_first = true;

        fact_heading(f, "Neighbours");
        for (size_t k = 0; k < d->neighbour_count; k++) {
                const struct depth_neighbour *n = &d->neighbours[k];

                /* Broadcasts and the like, which nobody was asked for. */
                if ((ifindex && n->ifindex != ifindex) || n->state & NUD_NOARP)
                        continue;
                fact_put(f, is_first ? N_("Known here") : "", "%-22s %-17s  %s%s%s",
                         prefix_format_addr(&n->address, address), n->mac.is_set ? mac_format(n->mac, mac) : "?",
                         depth_neighbour_state(n->state), ifindex ? "" : _("  on "),
                         ifindex ? "" : iface_name(g, jail, n->ifindex))
                        ->style = n->state & NUD_FAILED ? STYLE_WARNING : STYLE_NORMAL;
                is_first = false;
        }
        if (is_first)
                put_none(f, "Known here", "none");
}

static void put_rules(struct facts *f, const struct depth *d)
{
        char from[PREFIX_TEXT_SIZE], to[PREFIX_TEXT_SIZE];

        fact_heading(f, "Rules");
        for (size_t k = 0; k < d->rule_count; k++) {
                const struct depth_rule *r = &d->rules[k];

                fact_put(f, k == 0 ? N_("Policy") : "", "%u:%s from %s to %s%s%s  table %u", r->priority,
                         r->is_inverted ? _(" not") : "", r->from.family ? prefix_format(&r->from, from) : _("all"),
                         r->to.family ? prefix_format(&r->to, to) : _("all"), r->iif[0] ? _(" in by ") : "", r->iif,
                         r->table);
        }
        if (d->rule_count == 0)
                put_none(f, "Policy", "the usual three: local, main, default");
        for (size_t k = 0; k < d->chain_count && d->known & DEPTH_FIREWALL; k++) {
                const struct depth_chain *c = &d->chains[k];

                fact_put(f, k == 0 ? N_("Firewall") : "",
                         intl_plural("table %s, chain %s: %u rule%s", "table %s, chain %s: %u rules%s", c->rule_count),
                         c->table, c->chain, c->rule_count, c->drops ? _(", drops the rest") : "");
        }
        if (d->known & DEPTH_FIREWALL && d->chain_count == 0)
                put_none(f, "Firewall", "none");
        if (!(d->known & DEPTH_FIREWALL))
                put_none(f, "Firewall", "cannot be read here");
}

static void put_listeners(struct facts *f, const struct depth *d)
{
        char address[PREFIX_TEXT_SIZE];

        fact_heading(f, "Listening");
        for (size_t k = 0; k < d->listener_count; k++) {
                const struct depth_listener *l = &d->listeners[k];
                bool is_ipv6 = l->address.family == AF_INET6;

                (void)prefix_format_addr(&l->address, address);
                if (l->pid)
                        fact_put(f, l->is_udp ? N_("udp") : N_("tcp"), "%s%s%s:%u  %s(%d)", is_ipv6 ? "[" : "", address,
                                 is_ipv6 ? "]" : "", l->port, l->command, (int)l->pid);
                else
                        fact_put(f, l->is_udp ? N_("udp") : N_("tcp"), "%s%s%s:%u", is_ipv6 ? "[" : "", address,
                                 is_ipv6 ? "]" : "", l->port);
        }
        if (d->listener_count == 0)
                put_none(f, "Sockets", d->known & DEPTH_LISTENERS ? N_("none") : N_("cannot be listed here"));
}

static void put_processes(struct facts *f, const struct depth *d, int64_t time_s)
{
        char age[AGE_TEXT_SIZE];

        fact_heading(f, "Processes");
        for (size_t k = 0; k < d->process_count; k++) {
                const struct depth_process *p = &d->processes[k];
                CLEANUP(freep) char *pid = xasprintf("%d", (int)p->pid);

                fact_put(f, pid, "%-16s %-12s %s%s", p->command, p->user, p->since ? _("for ") : "",
                         p->since ? clock_format_age(time_s - p->since, age) : "");
        }
        if (d->process_total > d->process_count)
                put_none(f, "", "and more");
        if (d->process_total == 0)
                put_none(f, "In it", "none seen");
}

static void put_settings(struct facts *f, const struct depth *d, const struct iface *i)
{
        static const char *const filters[] = {N_("off"), N_("strict"), N_("loose")};
        int forwards4 = depth_forwards(d, AF_INET, i->id.ifindex),
            forwards6 = depth_forwards(d, AF_INET6, i->id.ifindex);
        int filter = depth_rp_filter(d, i->id.ifindex);

        if (!(d->known & DEPTH_SETTINGS) || forwards4 < 0)
                return;
        fact_heading(f, "Routing");
        fact_put(f, "Forwards", "IPv4 %s, IPv6 %s", forwards4 ? _("on") : _("off"),
                 forwards6 < 0       ? "?"
                         : forwards6 ? _("on")
                                     : _("off"));
        if (filter >= 0)
                fact_put(f, "Reverse path", "filter %s", _(filters[filter]));
}

static void put_vlans(struct facts *f, const struct depth *d, const struct iface *i)
{
        bool is_first = true;

        for (size_t k = 0; k < d->vlan_count; k++) {
                const struct depth_vlan *v = &d->vlans[k];

                if (v->ifindex != i->id.ifindex)
                        continue;
                if (is_first)
                        fact_heading(f, "VLANs");
                if (v->first == v->last)
                        fact_put(f, is_first ? N_("Lets pass") : "", "%u%s%s", v->first, v->is_pvid ? _("  PVID") : "",
                                 v->is_untagged ? _("  untagged") : "");
                else
                        fact_put(f, is_first ? N_("Lets pass") : "", "%u to %u%s", v->first, v->last,
                                 v->is_untagged ? _("  untagged") : "");
                is_first = false;
        }
}

/* What tc does with its frames before anything else sees them. */
static void put_filters(struct facts *f, const struct graph *g, const struct depth *d, const struct iface *i)
{
        bool is_first = true;

        for (size_t k = 0; k < d->redirect_count; k++) {
                const struct depth_redirect *r = &d->redirects[k];
                size_t target = graph_find_iface(g, (struct iface_id){i->id.cookie, r->target});
                const char *does = r->is_drop ? _("drops") : r->is_copy ? _("copies") : _("hands on");

                if (r->ifindex != i->id.ifindex)
                        continue;
                if (is_first)
                        fact_heading(f, "Filters");
                fact_put(f, is_first ? "tc" : "", "%s %s %s%s%s", does, r->takes_all ? _("all") : _("some"),
                         r->is_out ? _("that it sends") : _("that it receives"), r->is_drop ? "" : _(" to "),
                         r->is_drop               ? ""
                                 : target == NONE ? "?"
                                                  : g->ifaces[target].name);
                is_first = false;
        }
}

static void put_hosts(struct facts *f, const struct graph *g, size_t jail, const struct inside *in)
{
        char mac[MAC_TEXT_SIZE], age[AGE_TEXT_SIZE];
        bool is_first = true;

        fact_heading(f, "Forwarding table");
        for (size_t k = 0; k < in->host_count; k++) {
                const struct bridge_host *h = &in->hosts[k];

                if (h->is_own)
                        continue;
                fact_put(f, is_first ? N_("Learnt") : "", "%s  behind %-15s  heard %s ago", mac_format(h->mac, mac),
                         iface_name(g, jail, h->ifindex), clock_format_age(h->staleness_s, age));
                is_first = false;
        }
        if (is_first)
                put_none(f, "Learnt", "nothing yet");
}

/* Did this plan make it? One that did for another of that name is older than one that did for this. */
static bool has_made(const struct app_journal_entry *e, const char *name, bool is_jail)
{
        const char *words = e->words[0] ? e->words : e->title;

        if (e->state != PLAN_DONE || !str_has_prefix(words, "create "))
                return false;
        return is_jail ? str_has_prefix(words, "create jail ") : strstr(words, name) != NULL;
}

static void put_journal(struct facts *f, const struct inside *in, const char *name, bool is_jail)
{
        char when[INTL_WHEN_SIZE];
        const struct app_journal_entry *made = NULL;

        if (in->entry_count == 0)
                return;
        for (size_t k = 0; k < in->entry_count && !made; k++) /* newest first */
                if (has_made(&in->entries[k], name, is_jail))
                        made = &in->entries[k];
        fact_heading(f, "Journal");
        if (made)
                fact_put(f, "Made", "%s by %s, plan %lld", intl_when(INTL_DAY_AND_TIME, (time_t)made->time, when),
                         made->user, (long long)made->number);
        for (size_t k = 0; k < in->entry_count && k < ENTRIES_SHOWN; k++) {
                const struct app_journal_entry *e = &in->entries[k];
                CLEANUP(freep) char *number = xasprintf(_("plan %lld"), (long long)e->number);

                fact_put(f, number, "%s  %-11s %s", intl_when(INTL_DAY_AND_TIME, (time_t)e->time, when),
                         _(plan_state_name(e->state)), e->title[0] ? e->title : e->words)
                        ->style = e->state == PLAN_FAILED || e->state == PLAN_OPEN ? STYLE_ERROR
                        : e->state == PLAN_UNDONE                                  ? STYLE_DIM
                                                                                   : STYLE_NORMAL;
        }
        if (in->entry_count > ENTRIES_SHOWN)
                put_none(f, "", "older ones: the Journal (5)");
}

void fact_list_inside(struct facts *f, const struct graph *g, struct object o, const struct inside *in)
{
        size_t iface = o.type == OBJECT_IFACE ? o.index : o.type == OBJECT_NODE ? g->nodes[o.index].iface : NONE;

        if (err_is_set(&in->trouble))
                fact_put(f, "Not known", "%s", in->trouble.what)->style = STYLE_WARNING;
        if (in->has_hosts && iface != NONE)
                put_hosts(f, g, g->ifaces[iface].jail, in);
        if (in->is_known && iface != NONE) {
                put_settings(f, &in->depth, &g->ifaces[iface]);
                put_vlans(f, &in->depth, &g->ifaces[iface]);
                put_filters(f, g, &in->depth, &g->ifaces[iface]);
                put_neighbours(f, g, &in->depth, g->ifaces[iface].jail, g->ifaces[iface].id.ifindex);
        } else if (in->is_known && o.type == OBJECT_JAIL) {
                put_rules(f, &in->depth);
                put_neighbours(f, g, &in->depth, o.index, 0);
                put_listeners(f, &in->depth);
                put_processes(f, &in->depth, in->time_s ? in->time_s : clock_wall_s());
        }
        if (iface != NONE)
                put_journal(f, in, g->ifaces[iface].name, false);
        else if (o.type == OBJECT_JAIL)
                put_journal(f, in, g->jails[o.index].name, true);
}

/* -- The last minutes -------------------------------------------------------------------------------------------- */

static void add_past(const struct ui *u, size_t iface, int columns, struct past *p)
{
        uint64_t rx[HISTORY_STEPS], tx[HISTORY_STEPS];

        p->count = history_bars(u->history, u->graph->ifaces[iface].number, u->range, columns > 0 ? (size_t)columns : 0,
                                rx, tx);
        for (size_t k = 0; k < p->count; k++) {
                p->Bps[0][k] += rx[k];
                p->Bps[1][k] += tx[k];
        }
}

static void put_plot(struct facts *f, const struct past *p, int direction)
{
        uint64_t highest = 0;
        char rate[RATE_TEXT_SIZE];
        CLEANUP(freep) char *peak = NULL;

        for (size_t k = 0; k < p->count; k++)
                if (p->Bps[direction][k] > highest)
                        highest = p->Bps[direction][k];
        peak = xasprintf(_("up to %s"), highest ? describe_rate(highest, rate) : "0");
        for (int row = 0; row < PLOT_ROWS; row++) {
                struct fact *line = fact_put(f,
                                             row == 0           ? direction == 0 ? N_("Received") : N_("Sent")
                                                               : row == 1 ? peak
                                                                : "",
                                             "%s", "");

                line->plot = 1 + direction;
                line->plot_row = row;
        }
}

/* When the bars above it were: the oldest at the left, now at the right. */
static void put_times(struct facts *f, const struct ui *u, int columns, const struct past *p)
{
        static const char *const oldest[] = {[HISTORY_TWO_MINUTES] = N_("2 minutes ago"),
                                             [HISTORY_TEN_MINUTES] = N_("10 minutes ago"),
                                             [HISTORY_HOUR] = N_("1 hour ago"),
                                             [HISTORY_DAY] = N_("1 day ago")};
        const char *from = _(oldest[u->range]), *to = _("now");
        int before = columns - (int)p->count, between = (int)p->count - (int)text_columns(from) - (int)text_columns(to);

        if (between > 0)
                fact_put(f, "", "%*s%s%*s%s", before, "", from, between, "", to)->style = STYLE_DIM;
}

void fact_list_past(struct facts *f, const struct ui *u, struct object o, int columns, struct past *ret)
{
        const struct graph *g = u->graph;
        size_t iface = o.type == OBJECT_IFACE ? o.index : o.type == OBJECT_NODE ? g->nodes[o.index].iface : NONE;

        *ret = (struct past){0};
        if (!u->history || u->preview || (iface == NONE && o.type != OBJECT_JAIL))
                return;
        if (iface != NONE) {
                add_past(u, iface, columns, ret);
        } else {
                const struct jail *j = &g->jails[o.index];

                for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                        const struct iface *i = &g->ifaces[k];

                        if (i->kind != KIND_LOOPBACK && i->kind != KIND_BRIDGE && i->kind != KIND_BOND)
                                add_past(u, k, columns, ret); /* these count what others count too */
                }
        }
        fact_add(f, NULL, xstrdup(ui_range_name(u)))->style = STYLE_BOX_TITLE;
        put_plot(f, ret, 0);
        put_plot(f, ret, 1);
        put_times(f, u, columns, ret);
}
