/* way.c - walks from stack to stack as a packet would: route, segment, next stack, until somebody has the address. */
#include "core/path/way.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/neighbour.h>
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/intl.h"
#include "core/path/frame.h"
#include "core/path/lookup.h"
#include "core/path/way_parts.h"

#define STACKS_MAX 32 /* a packet that has passed so many routers goes in circles */

static const struct depth *depth_of(const struct walk *w, size_t jail)
{
        return w->facts->of ? w->facts->of(w->facts->context, jail) : NULL;
}

/* Rules that the kernel asks at this hook, and this program does not follow. */
static void doubt_firewall(struct walk *w, size_t jail, uint32_t hook, uint8_t family)
{
        const struct depth *d = depth_of(w, jail);
        uint8_t own = family == AF_INET ? NFPROTO_IPV4 : NFPROTO_IPV6;

        for (size_t k = 0; d && k < d->chain_count; k++) {
                const struct depth_chain *c = &d->chains[k];
                bool is_asked = (c->family == own || c->family == NFPROTO_INET) &&
                        (c->hook == hook || (hook == NF_INET_FORWARD && c->hook == NF_INET_POST_ROUTING) ||
                         (hook != NF_INET_LOCAL_OUT && c->hook == NF_INET_PRE_ROUTING));

                if (!is_asked)
                        continue;
                walk_doubt(w, WAY_FIREWALL,
                           "a firewall here (table %s, chain %s%s) is not followed: what it lets pass is unknown",
                           c->table, c->chain, c->drops ? ", which drops what no rule takes" : "");
                return;
        }
}

static void doubt_rules(struct walk *w, size_t jail, size_t in)
{
        const struct depth *d = depth_of(w, jail);

        if (d && lookup_has_rule(d, &w->source, &w->destination, in == NONE ? "" : w->g->ifaces[in].name))
                walk_stray(w, WAY_RULES, "policy rules here choose among tables; the main one alone is followed");
}

/* Would a reply to the sender leave by where this came in? */
static bool check_reverse_path(struct walk *w, size_t jail, size_t in)
{
        const struct depth *d = depth_of(w, jail);
        int mode = d ? depth_rp_filter(d, w->g->ifaces[in].id.ifindex) : -1;
        char address[PREFIX_TEXT_SIZE];
        size_t back;

        if (w->source.family != AF_INET)
                return true;
        if (lookup_local(w->g, jail, &w->source) != NONE)
                return walk_break(w, WAY_REVERSE_PATH, "it drops what claims to come from %s, which is its own address",
                                  prefix_format_addr(&w->source, address));
        if (mode <= 0)
                return true;
        if (d && lookup_has_rule(d, &w->destination, &w->source, "")) {
                walk_stray(w, WAY_RULES, "policy rules here choose among tables; the main one alone is followed");
                return true;
        }
        back = lookup_route(w->g, jail, &w->source, NONE);
        if (back == NONE || w->g->routes[back].type != RTN_UNICAST)
                return walk_break(w, WAY_REVERSE_PATH,
                                  "its reverse path filter drops this: it has no route back to %s; give it one, or set "
                                  "net.ipv4.conf.*.rp_filter to 0",
                                  prefix_format_addr(&w->source, address));
        if (mode == 1 && w->g->routes[back].oif != w->g->ifaces[in].id.ifindex)
                return walk_break(w, WAY_REVERSE_PATH,
                                  "its reverse path filter drops this: its route back to %s leaves by another "
                                  "interface; mend the route, or set net.ipv4.conf.*.rp_filter to 2",
                                  prefix_format_addr(&w->source, address));
        return true;
}

static bool check_forwarding(struct walk *w, size_t jail, size_t in)
{
        const struct depth *d = depth_of(w, jail);
        int forwards = d ? depth_forwards(d, w->destination.family, w->g->ifaces[in].id.ifindex) : -1;

        if (forwards < 0 && w->destination.family == AF_INET)
                forwards = w->g->jails[jail].forwarding;
        walk_hop(w, HOP_FORWARD, jail, NONE, forwards == 0 ? N_("keeps it") : N_("passes it on"));
        if (forwards == 0)
                return walk_break(w, WAY_NO_FORWARDING, "it does not pass packets on: forwarding is off; set %s to 1",
                                  w->destination.family == AF_INET ? "net.ipv4.ip_forward"
                                                                   : "net.ipv6.conf.all.forwarding");
        return true;
}

static const char *refusal_of(const struct route *r)
{
        switch (r->type) {
        case RTN_BLACKHOLE: return "a black hole";
        case RTN_UNREACHABLE: return "unreachable";
        case RTN_PROHIBIT: return "prohibited";
        default: return "not for it";
        }
}

static bool break_without_route(struct walk *w, size_t jail)
{
        char address[PREFIX_TEXT_SIZE];
        size_t asleep = lookup_sleeping(w->g, jail, &w->destination);

        (void)prefix_format_addr(&w->destination, address);
        if (asleep != NONE) {
                walk_hop(w, HOP_LINK, jail, asleep, "%s", walk_link_text(w->g, asleep));
                return walk_break(w, WAY_DOWN, "it is down, and its routes are gone with it; up brings it up");
        }
        walk_hop(w, HOP_ROUTE, jail, NONE, "no route to %s", address);
        return walk_break(w, WAY_NO_ROUTE, "it has no route to %s, and no default route; route add makes one", address);
}

/* The route to the destination; NONE: there is none that leads on, which is said. */
static size_t choose_route(struct walk *w, size_t jail, size_t in)
{
        const struct graph *g = w->g;
        size_t index = lookup_route(g, jail, &w->destination, in == NONE ? w->came_by : NONE), out;
        char to[PREFIX_TEXT_SIZE], via[PREFIX_TEXT_SIZE];
        const struct route *r;

        if (index == NONE)
                return break_without_route(w, jail), NONE;
        r = &g->routes[index];
        out = graph_find_iface(g, (struct iface_id){g->jails[jail].cookie, r->oif});
        if (r->destination.length == 0)
                (void)str_copy(to, sizeof(to), "default"); /* fits */
        else
                (void)prefix_format(&r->destination, to);
        if (r->type != RTN_UNICAST) {
                walk_hop(w, HOP_ROUTE, jail, NONE, "route %s is %s", to, refusal_of(r));
                return walk_break(w, WAY_REFUSED, "its route %s says %s; route del takes it away", to, refusal_of(r)),
                       NONE;
        }
        walk_hop(w, HOP_ROUTE, jail, NONE, "route %s %s%s on %s", to, r->gateway.family ? "via " : "direct",
                 prefix_format_addr(&r->gateway, via), out == NONE ? "?" : g->ifaces[out].name);
        if (out == NONE)
                return walk_leave(w, "its route %s leads to an interface that is not in the picture", to), NONE;
        if (r->has_more_hops)
                walk_stray(w, WAY_HOPS,
                           "its route %s has several next hops, and each connection takes one of them; the first is "
                           "followed",
                           to);
        return index;
}

static bool choose_source(struct walk *w, const struct route *r)
{
        char address[PREFIX_TEXT_SIZE];

        if (w->source.family)
                return true;
        if (!lookup_source(w->g, r, &w->destination, &w->source))
                return walk_break(w, WAY_NO_ADDRESS, "it has no address to send from to %s; address add gives it one",
                                  prefix_format_addr(&w->destination, address));
        w->source.length = (uint8_t)prefix_bits(w->source.family);
        return true;
}

/* jailnet's own rules; a reply finds its way back through the list. */
static void translate(struct walk *w, size_t jail, size_t out, const struct prefix *next)
{
        struct nat_rule rule;
        char line[NAT_TEXT_SIZE], address[PREFIX_TEXT_SIZE];
        struct route like = {.jail = jail, .oif = w->g->ifaces[out].id.ifindex};
        struct prefix new;

        if (w->is_back)
                return; /* a reply is part of a connection that has its translation */
        for (size_t k = 0; nat_line(w->g->jails[jail].nat_rules, k, line); k++) {
                if (nat_rule_parse(line, &rule, NULL) < 0 || rule.is_forward ||
                    strcmp(rule.iface, w->g->ifaces[out].name) != 0 || !prefix_contains(&rule.address, &w->source))
                        continue;
                if (w->nat_count == WALK_NATS_MAX || !lookup_source(w->g, &like, next, &new) ||
                    address_equal(&new, &w->source))
                        return;
                new.length = (uint8_t)prefix_bits(new.family);
                w->nats[w->nat_count++] = (struct walk_nat){jail, w->source, new};
                w->source = new;
                walk_hop(w, HOP_NAT, jail, NONE, "translates: it comes from %s now (%s)",
                         prefix_format_addr(&new, address), line);
                return;
        }
}

/* A reply has come to where its request was translated: on to who asked. */
static bool translate_back(struct walk *w, size_t jail)
{
        char address[PREFIX_TEXT_SIZE];

        for (size_t k = w->is_back ? w->nat_count : 0; k-- > 0;) {
                if (w->nats[k].jail != jail || !address_equal(&w->nats[k].new, &w->destination))
                        continue;
                w->destination = w->nats[k].old;
                w->nat_count = k;
                walk_hop(w, HOP_NAT, jail, NONE, "translates back: it goes to %s",
                         prefix_format_addr(&w->destination, address));
                return true;
        }
        return false;
}

/* Will the next one be found by its address? last: the interface that would answer; NONE it is out of sight. */
static bool check_neighbour(struct walk *w, size_t jail, size_t out, size_t last, const struct prefix *next)
{
        const struct iface *from = &w->g->ifaces[out], *to = last == NONE ? NULL : &w->g->ifaces[last];
        const struct depth *d = depth_of(w, jail);
        const struct depth_neighbour *n = d ? depth_find_neighbour(d, from->id.ifindex, next) : NULL;
        bool is_fixed = n && n->state & NUD_PERMANENT;
        char address[PREFIX_TEXT_SIZE], mac[MAC_TEXT_SIZE], other[MAC_TEXT_SIZE];

        (void)prefix_format_addr(next, address);
        if (is_fixed && to && to->mac.is_set && n->mac.is_set && !mac_equal(n->mac, to->mac))
                return walk_break_at(w, out, WAY_NEIGHBOUR,
                                     "it is told that %s has the MAC %s, and it has %s; take the neighbour entry away",
                                     address, mac_format(n->mac, mac), mac_format(to->mac, other));
        if (is_fixed)
                return true;
        /* Without ARP a frame is addressed to the sender's own MAC, which an iface's two ends share. */
        if (from->flags & IFF_NOARP && (!to || mac_equal(from->mac, to->mac)))
                return true;
        if (from->flags & IFF_NOARP && from->mac.is_set)
                return walk_break_at(w, out, WAY_NEIGHBOUR, "it asks nobody for MAC addresses: ARP is off on it");
        if (to && to->flags & IFF_NOARP)
                return walk_break_at(w, last, WAY_NEIGHBOUR, "it does not answer who asks for %s: ARP is off on it",
                                     address);
        if (n && n->state & NUD_FAILED && w->facts->is_fresh)
                return walk_break_at(w, out, WAY_NEIGHBOUR, "it asked for %s, and nobody answered", address);
        if (n && n->state & NUD_FAILED) /* it may be mended since */
                walk_doubt(w, WAY_NEIGHBOUR, "it asked for %s lately, and nobody answered; a probe asks again",
                           address);
        return true;
}

static void check_size(struct walk *w, const struct frame_way *f, size_t first)
{
        uint32_t size = w->g->ifaces[f->steps[0].iface].mtu_bytes;

        if (w->size == 0 || size < w->size)
                w->size = size;
        for (size_t k = 1; k < f->count; k++) {
                const struct iface *i = &w->g->ifaces[f->steps[k].iface];

                /* A bridge between two ports does not look at its own size. */
                if (i->mtu_bytes >= w->size || (i->kind == KIND_BRIDGE && k + 1 < f->count))
                        continue;
                walk_narrow(w, first + k,
                            "it takes %u bytes at once, and %u come: larger packets are lost here without a word; mtu "
                            "sets it",
                            i->mtu_bytes, w->size);
                return;
        }
}

static bool break_off_segment(struct walk *w, size_t jail, size_t out, const struct frame_way *f,
                              const struct prefix *next)
{
        char address[PREFIX_TEXT_SIZE];
        size_t owner = lookup_owner(w->g, next, jail, NULL);
        CLEANUP(text_done) struct text name = {0};
        struct frame_way from_there = {.exit = NONE, .proxy = NONE};

        (void)prefix_format_addr(next, address);
        walk_hop(w, HOP_LINK, jail, out, "%s", walk_link_text(w->g, out));
        if (owner != NONE) {
                frame_find(w->g, w->facts, owner, &(struct prefix){0}, &from_there);
                query_put_iface(&name, w->g, owner);
        }
        if (f->exit != NONE && (owner == NONE || from_there.exit != NONE)) {
                if (!check_neighbour(w, jail, out, NONE, next))
                        return false;
                if (f->exit != out)
                        walk_hop(w, HOP_LINK, w->g->ifaces[f->exit].jail, f->exit, "%s", walk_link_text(w->g, f->exit));
                return walk_leave(w, "from here it leaves what can be seen, on its way to %s", address);
        }
        if (f->proxy != NONE) {
                CLEANUP(text_done) struct text proxy = {0};

                query_put_iface(&proxy, w->g, f->proxy);
                return walk_leave(
                        w,
                        "%s answers for the addresses of others here (proxy ARP or NDP), and whether for %s is "
                        "not known",
                        text_str(&proxy), address);
        }
        if (!w->g->ifaces[out].is_up)
                return walk_break(w, WAY_DOWN, "it is down; up brings it up");
        if (!w->g->ifaces[out].is_running)
                return walk_break(w, WAY_NO_CARRIER, "it has no carrier: nothing that is up is joined to it");
        if (owner != NONE)
                return walk_break(w, WAY_NOT_ON_SEGMENT,
                                  "%s is not on its segment: %s has it, which is not joined to it", address,
                                  text_str(&name));
        return walk_break(w, WAY_NEIGHBOUR, "nobody on its segment has %s", address);
}

/* Over the segment to the next stack. *ret_in: the interface by which it comes in there. */
static bool cross_segment(struct walk *w, size_t jail, size_t out, const struct prefix *next, size_t *ret_in)
{
        struct frame_way f;
        size_t first;
        bool is_through = true;

        frame_find(w->g, w->facts, out, next, &f);
        if (!f.is_found)
                return break_off_segment(w, jail, out, &f, next);
        first = walk_steps(w, &f);
        for (size_t k = 0; k < f.count && is_through; k++) {
                if (f.steps[k].is_filtered)
                        walk_doubt_step(w, first + k, WAY_FILTER,
                                        "tc takes some frames here, by rules that are not followed; a probe tells");
                if (f.steps[k].reason != WAY_FINE)
                        is_through = walk_break_step(w, &f.steps[k], first + k);
        }
        *ret_in = f.steps[f.count - 1].iface;
        if (is_through) {
                check_size(w, &f, first);
                is_through = check_neighbour(w, jail, out, *ret_in, next);
        }
        free(f.steps);
        return is_through;
}

/* The stack has the address. */
static bool arrive(struct walk *w, size_t jail, size_t in, size_t local)
{
        const struct graph *g = w->g;
        size_t lo = g->jails[jail].iface_first;
        char address[PREFIX_TEXT_SIZE];

        /* An IPv4 address is the stack's, whatever becomes of its interface. */
        if (!g->ifaces[local].is_up && w->destination.family == AF_INET6) {
                walk_hop(w, HOP_LINK, jail, local, "%s", walk_link_text(g, local));
                return walk_break(w, WAY_DOWN, "it has %s and is down; up brings it up",
                                  prefix_format_addr(&w->destination, address));
        }
        for (; in == NONE && lo != NONE; lo = g->ifaces[lo].next) {
                if (g->ifaces[lo].kind != KIND_LOOPBACK || g->ifaces[lo].is_up)
                        continue;
                walk_hop(w, HOP_LINK, jail, lo, "%s", walk_link_text(g, lo));
                return walk_break(w, WAY_DOWN,
                                  "it is down, and what a jail sends to itself goes through it; up brings "
                                  "it up");
        }
        if (in != NONE)
                doubt_firewall(w, jail, NF_INET_LOCAL_IN, w->destination.family);
        walk_hop(w, HOP_END, jail, local, "has %s", prefix_format_addr(&w->destination, address));
        return true;
}

bool walk_on(struct walk *w, size_t jail)
{
        size_t in = NONE;
        char from[PREFIX_TEXT_SIZE], to[PREFIX_TEXT_SIZE];

        w->size = 0;
        for (size_t stacks = 0; stacks < STACKS_MAX; stacks++) {
                const struct jail *j = &w->g->jails[jail];
                struct prefix next;
                size_t local, route, out;

                if (j->state == JAIL_HIDDEN)
                        return walk_leave(w, "what it does cannot be read");
                if (in != NONE && !check_reverse_path(w, jail, in))
                        return false;
                if (in == NONE)
                        walk_hop(w, HOP_START, jail, NONE, "to %s", prefix_format_addr(&w->destination, to));
                local = lookup_local(w->g, jail, &w->destination);
                if (local != NONE && in != NONE && translate_back(w, jail))
                        local = lookup_local(w->g, jail, &w->destination); /* who asked may be this stack itself */
                if (local != NONE) {
                        w->came_by = in;
                        return arrive(w, jail, in, local);
                }
                if (in != NONE && !check_forwarding(w, jail, in))
                        return false;
                doubt_firewall(w, jail, in == NONE ? NF_INET_LOCAL_OUT : NF_INET_FORWARD, w->destination.family);
                doubt_rules(w, jail, in);
                route = choose_route(w, jail, in);
                if (route == NONE)
                        return false;
                next = lookup_gateway(w->g, &w->g->routes[route], &w->destination);
                out = graph_find_iface(w->g, (struct iface_id){j->cookie, w->g->routes[route].oif});
                if (!choose_source(w, &w->g->routes[route]))
                        return false;
                translate(w, jail, out, &next);
                if (!cross_segment(w, jail, out, &next, &in))
                        return false;
                jail = w->g->ifaces[in].jail;
        }
        return walk_break(w, WAY_LOOP, "routes send it in circles between %s and %s",
                          prefix_format_addr(&w->source, from), prefix_format_addr(&w->destination, to));
}
