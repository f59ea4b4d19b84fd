/* export_rc.c - rc.conf: what interfaces are like, their addresses, and routes. */
#include "core/dialect/export_parts.h"
#include "core/graph/marks.h"
#include "core/plan/step.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/rcconf.h"

/* -- What interfaces are like ------------------------------------------------------------------------------------ */

static void put_vlans(struct out *o, size_t parent, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};
        CLEANUP(text_done) struct text args = {0};

        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];
                CLEANUP(freep) char *usual = xasprintf("%s.%u", o->g->ifaces[parent].name, i->vlan_id);

                if (i->kind != KIND_VLAN || i->parent != parent)
                        continue;
                if (strcmp(usual, i->name) == 0) {
                        text_putf(&list, "%s%u", list.length ? " " : "", i->vlan_id);
                        continue;
                }
                text_putf(&list, "%s%s", list.length ? " " : "", i->name);

                CLEANUP(freep) char *value = xasprintf("vlan %u", i->vlan_id);

                export_put_variable(o, &args, "create_args_", i->name, "", value);
        }
        if (!list.length)
                return;
        export_put_variable(o, t, "vlans_", o->g->ifaces[parent].name, "", text_str(&list));
        text_put(t, text_str(&args));
}

/* FreeBSD has no such thing and passes these variables over; import knows them. */
static void put_macvlans(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(text_done) struct text names = {0};
        CLEANUP(text_done) struct text lines = {0};

        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (i->kind != KIND_MACVLAN || !export_is_stacked(o, k) || export_birthplace(o, k) != jail)
                        continue;

                CLEANUP(freep)
                char *value = xasprintf("%s %s", o->g->ifaces[i->parent].name, step_macvlan_mode(i->macvlan_mode));

                text_putf(&names, "%s%s", names.length ? " " : "", i->name);
                export_put_variable(o, &lines, "jailnet_macvlan_", i->name, "", value);
        }
        if (names.length)
                rcconf_put(t, false, "jailnet_macvlans", text_str(&names));
        text_put(t, text_str(&lines));
}

/* What was made here and is in another jail. FreeBSD passes this over, too: it lends from the host alone. */
static void put_lent(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};

        for (size_t k = 0; jail != 0 && k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (i->jail != jail && export_birthplace(o, k) == jail && export_is_written(o, k) &&
                    export_is_told(&o->g->jails[i->jail]))
                        text_putf(&list, "%s%s:%s", list.length ? " " : "", i->name, o->g->jails[i->jail].name);
        }
        if (list.length)
                rcconf_put(t, false, "jailnet_lent", text_str(&list));
}

static bool is_own_address(const struct iface *i, const struct prefix *p)
{
        if (i->kind == KIND_LOOPBACK)
                return !prefix_is_loopback(p);
        return !prefix_is_link_local(p);
}

/* What a jail without a stack has there is in jail.conf: it comes and goes with the jail. */
static bool is_guests(const struct out *o, const struct iface *i, const struct prefix *p)
{
        for (size_t k = 0; k < o->g->guest_count; k++)
                for (size_t n = 0; o->g->guests[k].kind == GUEST_JAIL && n < o->g->guests[k].use_count; n++)
                        if (o->g->guests[k].uses[n].iface == (size_t)(i - o->g->ifaces) &&
                            prefix_equal(&o->g->guests[k].uses[n].address, p))
                                return true;
        return false;
}

/* from: who has them here, where the file gives them to i. */
static void put_addresses(struct out *o, const struct iface *i, const struct iface *from, struct text *first,
                          struct text *more)
{
        unsigned alias = 0;
        bool has_first[2] = {false, false};

        for (size_t k = 0; k < from->address_count; k++) {
                const struct prefix *p = &from->addresses[k];
                bool is_v6 = p->family == AF_INET6;
                char buf[PREFIX_TEXT_SIZE], suffix[24] = "_ipv6";
                CLEANUP(freep) char *value = xasprintf("%s %s", is_v6 ? "inet6" : "inet", prefix_format(p, buf));

                if (!is_own_address(from, p) || is_guests(o, from, p))
                        continue;
                if (has_first[is_v6])
                        (void)str_format(suffix, sizeof(suffix), "_alias%u", alias++);
                if (!is_v6 && !has_first[0])
                        text_putf(first, "%s ", value);
                else
                        export_put_variable(o, more, "ifconfig_", export_iface_name(o, (size_t)(i - o->g->ifaces)),
                                            suffix, value);
                has_first[is_v6] = true;
        }
}

/* A hidden end goes by its user's name. */
static const char *member_name(const struct out *o, size_t port)
{
        const struct iface *i = &o->g->ifaces[port];

        return i->role == ROLE_FABRIC && i->peer != NONE ? o->g->ifaces[i->peer].name : i->name;
}

static void put_lagg_words(struct out *o, size_t iface, struct text *words)
{
        const struct iface *i = &o->g->ifaces[iface];
        const char *protocol = lagg_proto_name(i->bond_mode);

        if (i->kind != KIND_BOND)
                return;
        if (protocol)
                text_putf(words, "laggproto %s ", protocol);
        else
                export_leave(o, iface, "its mode has no word of laggproto's");
        for (size_t k = 0; k < o->g->iface_count; k++)
                if (o->g->ifaces[k].master == iface)
                        text_putf(words, "laggport %s ", o->g->ifaces[k].name);
}

static void put_tunings(const struct iface *i, const char *member, struct text *words)
{
        for (int k = 0; k < TUNE_COUNT; k++) {
                enum tuning t = (enum tuning)k;
                uint32_t value = i->tuning[t] / tunings[t].scale * (t == TUNE_PORT_PRIORITY ? PORT_PRIORITY_MORE : 1);

                if (tunings[t].is_port != (member != NULL) || !iface_is_tuned(i, t))
                        continue;
                if (tunings[t].max == 1)
                        text_putf(words, "-%s %s ", tunings[t].freebsd, member);
                else if (member)
                        text_putf(words, "%s %s %u ", tunings[t].freebsd, member, value);
                else
                        text_putf(words, "%s %u ", tunings[t].freebsd, value);
        }
}

/* Members in the order of their numbers, each with what it is like as one; then the bridge's own numbers. */
static void put_bridge_words(struct out *o, size_t bridge, struct text *words)
{
        CLEANUP(freep) size_t *ports = xcalloc(o->g->iface_count + 1, sizeof(*ports));
        size_t count = graph_ports(o->g, bridge, ports, o->g->iface_count);
        char mac[MAC_TEXT_SIZE];
        uint32_t number;

        for (size_t k = 0; k < count; k++)
                text_putf(words, "addm %s ", member_name(o, ports[k]));
        for (size_t k = 0; k < count; k++) {
                const struct iface *port = &o->g->ifaces[ports[k]];
                const char *member = member_name(o, ports[k]);

                if (port->is_isolated)
                        text_putf(words, "private %s ", member);
                put_tunings(port, member, words);
                for (size_t n = 0; n < o->hosts->count; n++)
                        if (o->hosts->items[n].port == ports[k])
                                text_putf(words, "static %s %s ", member, mac_format(o->hosts->items[n].mac, mac));
        }
        for (size_t k = 0; k < o->g->iface_count; k++)
                if (span_mark_find(&o->g->ifaces[k], &number) && number == o->g->ifaces[bridge].number)
                        text_putf(words, "span %s ", o->g->ifaces[k].name);
        put_tunings(&o->g->ifaces[bridge], NULL, words);
}

static void put_interface(struct out *o, size_t iface, struct text *t)
{
        const struct iface *i = &o->g->ifaces[iface];
        CLEANUP(text_done) struct text words = {0};
        CLEANUP(text_done) struct text more = {0};
        size_t upper = export_upper_of(o->g, iface);
        char mac[MAC_TEXT_SIZE], group[GROUP_NAME_SIZE];

        put_addresses(o, i, upper == NONE ? i : &o->g->ifaces[upper], &words, &more);
        if (i->pin_source != PIN_NONE && i->pin.is_set)
                text_putf(&words, "ether %s ", mac_format(i->pin, mac));
        if (i->kind != KIND_LOOPBACK && i->mtu_bytes != 1500)
                text_putf(&words, "mtu %u ", i->mtu_bytes);
        for (size_t k = 0; k < i->altname_count; k++)
                if (group_mark_parse(i->altnames[k], group))
                        text_putf(&words, "group %s ", group);
        put_lagg_words(o, iface, &words);
        if (i->kind == KIND_BRIDGE)
                put_bridge_words(o, iface, &words);
        if (i->kind == KIND_LOOPBACK && !words.length && !more.length)
                return;
        text_put(&words, i->is_up ? "up" : "down");
        export_put_variable(o, t, "ifconfig_", export_iface_name(o, iface), "", text_str(&words));
        text_put(t, text_str(&more));
        if (i->alias && *i->alias)
                export_put_variable(o, t, "ifconfig_", i->name, "_descr", i->alias);
        if (i->kind == KIND_BRIDGE && i->stp_on)
                export_put_variable(o, t, "create_args_", i->name, "", "stp");
}

/* -- Routes ------------------------------------------------------------------------------------------------------ */

static bool has_usual_metric(const struct route *r)
{
        struct route plain = {.destination = r->destination};

        return route_metric(r) == route_metric(&plain);
}

/* The kernel's own routes come with the addresses; those of a netgraph bridge, with its lower's. */
static bool is_for_file(const struct route *r)
{
        return r->protocol != RTPROT_KERNEL && r->protocol != RTPROT_RA &&
                (r->type == RTN_UNICAST || route_nowhere_name(r->type));
}

/* FreeBSD has no word for a metric, and none for two of the ways to lead nowhere. */
static bool is_plain(const struct route *r)
{
        return has_usual_metric(r) && r->type != RTN_PROHIBIT && r->type != RTN_THROW;
}

/* The interface of a route, as the file calls it: a netgraph bridge's are its lower's. */
static const char *route_iface(const struct out *o, const struct route *r)
{
        size_t at = graph_find_iface(o->g, (struct iface_id){o->g->jails[r->jail].cookie, r->oif});

        for (size_t k = 0; at != NONE && export_is_netgraph(&o->g->ifaces[at]) && k < o->g->iface_count; k++)
                if (export_upper_of(o->g, k) == at)
                        return o->g->ifaces[k].name;
        if (at == NONE)
                return "";
        return export_iface_name(o, at);
}

/* Where it goes, behind the destination. Caller frees. */
static char *way_of(const struct out *o, const struct route *r)
{
        bool is_v6 = r->destination.family == AF_INET6;
        const char *nowhere = route_nowhere_name(r->type);
        char via[PREFIX_TEXT_SIZE];

        if (nowhere)
                return xasprintf("%s -%s", is_v6 ? "::1" : "127.0.0.1",
                                 r->type == RTN_UNREACHABLE ? "reject" : nowhere);
        if (!r->gateway.family)
                return xasprintf("-interface %s", route_iface(o, r));

        bool is_scoped = prefix_is_link_local(&r->gateway);

        return xasprintf("%s%s%s%s", r->gateway.family != r->destination.family ? "-inet6 " : "",
                         prefix_format_addr(&r->gateway, via), is_scoped ? "%" : "",
                         is_scoped ? route_iface(o, r) : "");
}

/* Routes for which FreeBSD has no words are in variables of jailnet's own. */
static void put_some_routes(struct out *o, size_t jail, bool is_own, struct text *t)
{
        CLEANUP(text_done) struct text names = {0};
        CLEANUP(text_done) struct text routes = {0};
        unsigned count = 0;

        for (size_t k = 0; k < o->g->route_count; k++) {
                const struct route *r = &o->g->routes[k];
                bool is_v6 = r->destination.family == AF_INET6;
                bool is_default = r->destination.length == 0, is_mixed = r->gateway.family == AF_INET6 && !is_v6;
                char to[PREFIX_TEXT_SIZE];

                if (r->jail != jail || is_plain(r) == is_own || !is_for_file(r))
                        continue;

                CLEANUP(freep) char *way = way_of(o, r);

                if (is_default && r->gateway.family && !is_own && !is_mixed) {
                        rcconf_put(t, false, is_v6 ? "ipv6_defaultrouter" : "defaultrouter", way);
                        continue;
                }

                CLEANUP(freep) char *name = xasprintf("%sroute_r%u", is_own ? "jailnet_" : "", count);
                CLEANUP(freep)
                char *metric = has_usual_metric(r) ? xstrdup("") : xasprintf(" metric %u", r->metric);
                CLEANUP(freep)
                char *value = xasprintf("%s-net %s %s%s", is_v6 ? "-inet6 " : "",
                                        is_default && !is_mixed ? "default" : prefix_format(&r->destination, to), way,
                                        metric);

                text_putf(&names, "%sr%u", count ? " " : "", count);
                rcconf_put(&routes, false, name, value);
                count++;
        }
        if (count)
                rcconf_put(t, false, is_own ? "jailnet_routes" : "static_routes", text_str(&names));
        text_put(t, text_str(&routes));
}

static void put_routes(struct out *o, size_t jail, struct text *t)
{
        if (o->g->jails[jail].forwarding == 1)
                rcconf_put(t, false, "gateway_enable", "YES");
        if (o->g->jails[jail].forwarding6 == 1)
                rcconf_put(t, false, "ipv6_gateway_enable", "YES");
        put_some_routes(o, jail, false, t);
        put_some_routes(o, jail, true, t);
}

void export_put_stack(struct out *o, size_t jail, struct text *t)
{
        const struct jail *j = &o->g->jails[jail];

        export_put_clones(o, jail, t);
        for (size_t k = j->iface_first; k != NONE; k = o->g->ifaces[k].next)
                put_vlans(o, k, t);
        put_macvlans(o, jail, t);
        put_lent(o, jail, t);
        for (size_t k = j->iface_first; k != NONE; k = o->g->ifaces[k].next)
                if (export_is_written(o, k))
                        put_interface(o, k, t);
        put_routes(o, jail, t);
}
