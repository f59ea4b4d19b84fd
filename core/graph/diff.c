/* diff.c - what changed between two graphs. */
#include "core/graph/diff.h"

#include <stdarg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "core/graph/query.h"
#include "core/graph/store.h"

struct diff {
        struct diff_entry *items;
        size_t count, capacity;
};

static void add(struct diff *d, enum diff_kind kind, size_t before, size_t after)
{
        d->items = array_grow(d->items, &d->capacity, d->count, sizeof(*d->items));
        d->items[d->count++] = (struct diff_entry){kind, before, after};
}

/* A namespace that could not be entered, or is only just made, has no cookie: it is known by its name, or by the number
 * that this stack has for it, until it is entered. */
static bool is_same_jail(const struct jail *x, const struct jail *y)
{
        if (x->cookie && y->cookie)
                return x->cookie == y->cookie;
        return (x->nsid >= 0 && x->nsid == y->nsid) || (x->cookie == y->cookie && strcmp(x->name, y->name) == 0);
}

static size_t find_same_jail(const struct graph *g, const struct jail *j)
{
        size_t found = j->cookie ? graph_find_jail_cookie(g, j->cookie) : NONE;

        for (size_t i = 0; found == NONE && i < g->jail_count; i++)
                if ((!j->cookie || !g->jails[i].cookie) && is_same_jail(&g->jails[i], j))
                        found = i;
        return found;
}

static bool strings_differ(const char *a, const char *b)
{
        return strcmp(a ? a : "", b ? b : "") != 0;
}

static bool macs_differ(struct mac a, struct mac b)
{
        return a.is_set != b.is_set || (a.is_set && !mac_equal(a, b));
}

/* The interface that another one is joined to, in a form that lasts from graph to graph. */
static uint32_t number_at(const struct graph *g, size_t iface)
{
        return iface == NONE ? 0 : g->ifaces[iface].number;
}

static bool iface_differs(const struct graph *before, const struct iface *x, const struct graph *after,
                          const struct iface *y)
{
        if (strings_differ(x->name, y->name) || strings_differ(x->alias, y->alias) || x->flags != y->flags ||
            x->is_up != y->is_up || x->is_running != y->is_running || x->mtu_bytes != y->mtu_bytes ||
            macs_differ(x->mac, y->mac) || macs_differ(x->pin, y->pin) || x->peer_state != y->peer_state ||
            x->port_state != y->port_state || x->is_isolated != y->is_isolated || x->tuning_known != y->tuning_known ||
            memcmp(x->tuning, y->tuning, sizeof(x->tuning)) != 0 || x->address_count != y->address_count ||
            x->altname_count != y->altname_count || strings_differ(x->warning, y->warning))
                return true;
        if (number_at(before, x->master) != number_at(after, y->master) ||
            number_at(before, x->peer) != number_at(after, y->peer) ||
            number_at(before, x->parent) != number_at(after, y->parent))
                return true;
        for (size_t i = 0; i < x->address_count; i++)
                if (!prefix_equal(&x->addresses[i], &y->addresses[i]))
                        return true;
        for (size_t i = 0; i < x->altname_count; i++)
                if (strcmp(x->altnames[i], y->altnames[i]) != 0)
                        return true;
        return false;
}

static void diff_jails(struct diff *d, const struct graph *before, const struct graph *after)
{
        for (size_t i = 0; i < before->jail_count; i++) {
                const struct jail *x = &before->jails[i];
                size_t k = find_same_jail(after, x);

                if (k == NONE)
                        add(d, DIFF_JAIL_GONE, i, NONE);
                else if (!x->cookie && after->jails[k].cookie)
                        add(d, DIFF_JAIL_ADDED, NONE, k); /* only now is it known which one it is */
                else if (strcmp(x->name, after->jails[k].name) != 0 || x->state != after->jails[k].state)
                        add(d, DIFF_JAIL_CHANGED, i, k);
        }
        for (size_t k = 0; k < after->jail_count; k++)
                if (find_same_jail(before, &after->jails[k]) == NONE)
                        add(d, DIFF_JAIL_ADDED, NONE, k);
}

size_t diff_graphs(const struct graph *before, const struct graph *after, struct diff_entry **ret)
{
        struct diff d = {0};

        diff_jails(&d, before, after);
        for (size_t i = 0; i < before->iface_count; i++) {
                const struct iface *x = &before->ifaces[i];
                size_t k = graph_find_number(after, x->number);

                if (k == NONE) {
                        add(&d, DIFF_IFACE_GONE, i, NONE);
                        continue;
                }
                if (find_same_jail(after, &before->jails[x->jail]) != after->ifaces[k].jail)
                        add(&d, DIFF_IFACE_MOVED, i, k);
                if (iface_differs(before, x, after, &after->ifaces[k]))
                        add(&d, DIFF_IFACE_CHANGED, i, k);
        }
        for (size_t k = 0; k < after->iface_count; k++)
                if (graph_find_number(before, after->ifaces[k].number) == NONE)
                        add(&d, DIFF_IFACE_ADDED, NONE, k);
        *ret = d.items;
        return d.count;
}

static void put_iface(struct text *t, const struct graph *g, size_t iface)
{
        CLEANUP(text_done) struct text name = {0};

        query_put_iface(&name, g, iface);
        text_put_visible(t, text_str(&name));
}

static void __attribute__((format(printf, 3, 4))) put_part(struct text *t, size_t *parts, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *part = xvasprintf(fmt, ap);
        va_end(ap);
        text_putf(t, "%s%s", (*parts)++ ? "; " : "", part);
}

/* What one has and the other lacks, in words: "no more 10.0.0.1/24". */
static void put_lacking(struct text *t, size_t *parts, const struct iface *has, const struct iface *lacks,
                        const char *lead)
{
        char buf[PREFIX_TEXT_SIZE];

        for (size_t i = 0; i < has->address_count; i++) {
                bool is_lacking = true;

                for (size_t k = 0; k < lacks->address_count && is_lacking; k++)
                        is_lacking = !prefix_equal(&has->addresses[i], &lacks->addresses[k]);
                if (is_lacking)
                        put_part(t, parts, "%s %s", lead, prefix_format(&has->addresses[i], buf));
        }
}

/* What comes along with other changes, and is worth telling only where it comes alone. */
static void put_lesser_change(struct text *t, size_t *parts, const struct graph *before, const struct iface *x,
                              const struct graph *after, const struct iface *y)
{
        char mac[MAC_TEXT_SIZE];

        if (macs_differ(x->pin, y->pin))
                put_part(t, parts, y->pin.is_set ? "pinned to %s" : "no longer pinned to %s",
                         mac_format(y->pin.is_set ? y->pin : x->pin, mac));
        if (number_at(before, x->peer) != number_at(after, y->peer)) {
                put_part(t, parts, "%s", y->peer == NONE ? "its other end is gone" : "its other end is ");
                if (y->peer != NONE)
                        put_iface(t, after, y->peer);
        }
        if (x->port_state != y->port_state)
                put_part(t, parts, "%s", stp_state_name(y->port_state));
}

/* Changes that came together are told together: each is what somebody may be waiting for. */
static void put_change(struct text *t, const struct graph *before, const struct iface *x, const struct graph *after,
                       const struct iface *y)
{
        char a[MAC_TEXT_SIZE], b[MAC_TEXT_SIZE];
        size_t parts = 0;

        if (strcmp(x->name, y->name) != 0) {
                put_part(t, &parts, "renamed from ");
                text_put_visible(t, x->name);
        }
        if (x->is_up != y->is_up)
                put_part(t, &parts, "%s", y->is_up ? "up" : "down");
        if (number_at(before, x->master) != number_at(after, y->master)) {
                put_part(t, &parts, "%s", y->master == NONE ? "left " : "joined ");
                if (y->master == NONE)
                        put_iface(t, before, x->master);
                else
                        put_iface(t, after, y->master);
        }
        if (macs_differ(x->mac, y->mac))
                put_part(t, &parts, "MAC %s, was %s", mac_format(y->mac, a), mac_format(x->mac, b));
        if (x->mtu_bytes != y->mtu_bytes)
                put_part(t, &parts, "MTU %u, was %u", y->mtu_bytes, x->mtu_bytes);
        if (x->is_up == y->is_up && x->is_running != y->is_running)
                put_part(t, &parts, "%s", y->is_running ? "carrier" : "no carrier");
        if (strings_differ(x->alias, y->alias)) {
                put_part(t, &parts, "alias ");
                text_put_visible(t, y->alias ? y->alias : "removed");
        }
        put_lacking(t, &parts, x, y, "no more");
        put_lacking(t, &parts, y, x, "new");
        if (parts == 0)
                put_lesser_change(t, &parts, before, x, after, y);
        if (parts == 0)
                put_part(t, &parts, "changed");
}

void diff_put_line(struct text *t, const struct graph *before, const struct graph *after, const struct diff_entry *d)
{
        switch (d->kind) {
        case DIFF_JAIL_ADDED:
                text_put_visible(t, after->jails[d->after].name);
                text_put(t, ": new jail");
                return;
        case DIFF_JAIL_GONE:
                text_put_visible(t, before->jails[d->before].name);
                text_put(t, ": jail is gone");
                return;
        case DIFF_JAIL_CHANGED:
                text_put_visible(t, after->jails[d->after].name);
                if (strcmp(before->jails[d->before].name, after->jails[d->after].name) != 0) {
                        text_put(t, ": renamed from ");
                        text_put_visible(t, before->jails[d->before].name);
                } else {
                        text_putf(t, ": %s", _(jail_state_name(after->jails[d->after].state)));
                }
                return;
        case DIFF_IFACE_ADDED:
                put_iface(t, after, d->after);
                text_put(t, ": new");
                return;
        case DIFF_IFACE_GONE:
                put_iface(t, before, d->before);
                text_put(t, ": gone");
                return;
        case DIFF_IFACE_MOVED:
                put_iface(t, after, d->after);
                text_put(t, ": moved from ");
                text_put_visible(t, before->jails[before->ifaces[d->before].jail].name);
                return;
        case DIFF_IFACE_CHANGED:
                put_iface(t, after, d->after);
                text_put(t, ": ");
                put_change(t, before, &before->ifaces[d->before], after, &after->ifaces[d->after]);
                return;
        }
}

/* An interface's name lasts where its index does not: it may have been made again. */
static const char *route_iface(const struct graph *g, const struct route *r)
{
        size_t iface = r->oif ? graph_find_iface(g, (struct iface_id){g->jails[r->jail].cookie, r->oif}) : NONE;

        return iface == NONE ? "" : g->ifaces[iface].name;
}

static bool has_route(const struct graph *g, const struct graph *other, const struct route *wanted)
{
        size_t jail = find_same_jail(g, &other->jails[wanted->jail]);

        for (size_t i = 0; i < g->route_count; i++) {
                const struct route *r = &g->routes[i];

                if (r->jail == jail && r->metric == wanted->metric && r->type == wanted->type &&
                    prefix_equal(&r->destination, &wanted->destination) &&
                    r->gateway.family == wanted->gateway.family &&
                    (!r->gateway.family || prefix_equal(&r->gateway, &wanted->gateway)) &&
                    strcmp(route_iface(g, r), route_iface(other, wanted)) == 0)
                        return true;
        }
        return false;
}

static void put_routes(struct text *t, const struct graph *have, const struct graph *lack, const char *lead)
{
        for (size_t i = 0; i < have->route_count; i++) {
                const struct route *r = &have->routes[i];
                char address[PREFIX_TEXT_SIZE];

                if (has_route(lack, have, r))
                        continue;
                if (t->length)
                        text_put(t, "; ");
                text_put_visible(t, have->jails[r->jail].name);
                text_putf(t, ": %s route %s", lead,
                          r->destination.length ? prefix_format(&r->destination, address) : "default");
                if (r->gateway.family)
                        text_putf(t, " via %s", prefix_format_addr(&r->gateway, address));
                if (*route_iface(have, r)) {
                        text_put(t, " on ");
                        text_put_visible(t, route_iface(have, r));
                }
        }
}

void diff_put_routes(struct text *t, const struct graph *before, const struct graph *after)
{
        if (!before->has_routes || !after->has_routes)
                return;
        put_routes(t, before, after, "no more");
        put_routes(t, after, before, "new");
}
