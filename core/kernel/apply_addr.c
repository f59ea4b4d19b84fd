/* apply_addr.c - addresses, routes and forwarding. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <netlink/addr.h>
#include <netlink/msg.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kernel/nft.h"

static int no_memory(struct err *e)
{
        return err_set(e, -ENOMEM, "netlink: the request could not be made");
}

static void nl_addr_putp(struct nl_addr **a)
{
        nl_addr_put(*a);
}

static void rtnl_addr_putp(struct rtnl_addr **a)
{
        rtnl_addr_put(*a);
}

static void rtnl_route_putp(struct rtnl_route **r)
{
        rtnl_route_put(*r);
}

/* NULL when memory is gone. Of a default route the whole zero address is given: the kernel wants its length right. */
static struct nl_addr *to_nl_addr(const struct prefix *p)
{
        struct nl_addr *a = nl_addr_build(p->family, p->bytes, prefix_bits(p->family) / 8);

        if (a)
                nl_addr_set_prefixlen(a, p->length);
        return a;
}

static int do_address(struct applier *a, const struct step *s, struct err *e)
{
        bool add = s->op == STEP_ADDRESS_ADD;
        char words[PREFIX_TEXT_SIZE];
        struct place p;
        int r = place_of(a, &s->at, &p, e);

        if (r < 0)
                return r;

        CLEANUP(nlmsg_freep) struct nl_msg *m = NULL;
        CLEANUP(nl_addr_putp) struct nl_addr *local = to_nl_addr(&s->address);
        CLEANUP(rtnl_addr_putp) struct rtnl_addr *address = rtnl_addr_alloc();

        if (!local || !address || rtnl_addr_set_local(address, local) < 0)
                return no_memory(e);
        rtnl_addr_set_ifindex(address, p.ifindex);
        if ((add ? rtnl_addr_build_add_request(address, NLM_F_EXCL, &m)
                 : rtnl_addr_build_delete_request(address, 0, &m)) < 0)
                return no_memory(e);
        r = ack_request(p.space->sk, m, e);
        if (r < 0)
                return fail_step(e, r, &s->at,
                                 add ? N_("the address %s cannot be added") : N_("the address %s cannot be removed"),
                                 prefix_format(&s->address, words));
        return 0;
}

/* Which way a route goes: its interface, and a gateway, which may be of the other family (IPv4 through an IPv6 one). */
static int add_nexthop(struct rtnl_route *to, const struct route *r, int oif)
{
        CLEANUP(nl_addr_putp) struct nl_addr *gateway = r->gateway.family ? to_nl_addr(&r->gateway) : NULL;
        struct rtnl_nexthop *hop = rtnl_route_nh_alloc();

        if (!hop)
                return -ENOMEM;
        if (oif)
                rtnl_route_nh_set_ifindex(hop, oif);
        if (gateway && r->gateway.family == r->destination.family)
                rtnl_route_nh_set_gateway(hop, gateway);
        else if (gateway && rtnl_route_nh_set_via(hop, gateway) < 0) {
                rtnl_route_nh_free(hop);
                return -ENOMEM;
        }
        rtnl_route_add_nexthop(to, hop); /* takes it */
        return 0;
}

/* The scope of a route typed by hand is what follows from its way; one that is put back has its own. */
static uint8_t scope_of(const struct route *r)
{
        if (r->scope != RT_SCOPE_UNIVERSE || r->gateway.family || r->destination.family != AF_INET)
                return r->scope;
        return r->type == RTN_UNICAST || r->type == RTN_UNSPEC ? RT_SCOPE_LINK : r->scope;
}

static int fill_route(struct rtnl_route *to, const struct route *r, int oif, bool add)
{
        CLEANUP(nl_addr_putp) struct nl_addr *destination = to_nl_addr(&r->destination);
        CLEANUP(nl_addr_putp) struct nl_addr *source = r->source.family ? to_nl_addr(&r->source) : NULL;
        uint32_t metric = add ? r->metric : route_metric(r); /* told none, the kernel removes the one of the smallest */

        if (!destination || rtnl_route_set_family(to, r->destination.family) < 0 ||
            rtnl_route_set_dst(to, destination) < 0)
                return -ENOMEM;
        rtnl_route_set_table(to, RT_TABLE_MAIN);
        rtnl_route_set_scope(to, scope_of(r));
        /* What ip(8) gives to a route typed by hand; of one that is removed, 0 means any. */
        rtnl_route_set_protocol(to, r->protocol == RTPROT_UNSPEC && add ? RTPROT_BOOT : r->protocol);
        if (rtnl_route_set_type(to, r->type == RTN_UNSPEC ? RTN_UNICAST : r->type) < 0)
                return -EINVAL;
        if (metric)
                rtnl_route_set_priority(to, metric);
        if (source && rtnl_route_set_pref_src(to, source) < 0)
                return -EINVAL;
        return oif || r->gateway.family ? add_nexthop(to, r, oif) : 0;
}

static int do_route(struct applier *a, const struct step *s, struct err *e)
{
        const struct route *route = &s->route;
        bool add = s->op == STEP_ROUTE_ADD;
        char words[PREFIX_TEXT_SIZE];
        struct place p = {0};
        int r = 0;

        if (s->at.iface[0] || s->at.ifindex) {
                r = place_of(a, &s->at, &p, e);
        } else {
                r = space_of(a, &s->at, &p.space, e);
                p.ifindex = route->oif;
        }
        if (r < 0)
                return r;

        CLEANUP(nlmsg_freep) struct nl_msg *m = NULL;
        CLEANUP(rtnl_route_putp) struct rtnl_route *request = rtnl_route_alloc();

        if (!request || fill_route(request, route, p.ifindex, add) < 0)
                return no_memory(e);
        if ((add ? rtnl_route_build_add_request(request, NLM_F_EXCL, &m)
                 : rtnl_route_build_del_request(request, 0, &m)) < 0)
                return no_memory(e);
        r = ack_request(p.space->sk, m, e);
        if (r < 0) {
                const char *to = route->destination.length ? prefix_format(&route->destination, words) : "default";
                struct target jail = s->at;

                jail.iface[0] = '\0';
                return fail_step(e, r, &jail,
                                 add ? N_("the route %s cannot be added") : N_("the route %s cannot be removed"), to);
        }
        return 0;
}

/* --- forwarding: /proc/sys/net is that of the namespace which the thread is in --- */

#define FORWARD4 "/proc/sys/net/ipv4/ip_forward"
#define FORWARD6 "/proc/sys/net/ipv6/conf/all/forwarding"

static int write_switch(const char *path, bool on)
{
        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;
        return write(fd, on ? "1\n" : "0\n", 2) == 2 ? 0 : -errno;
}

static int do_forwarding(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL;
        int r = space_of(a, &s->at, &space, e);

        if (r == 0)
                r = space_enter(a, space, e);
        if (r < 0)
                return r;
        r = write_switch(s->op == STEP_FORWARDING ? FORWARD4 : FORWARD6, s->number != 0);

        int back = space_leave(a, e);
        if (r < 0) {
                struct target jail = s->at;

                jail.iface[0] = '\0';
                return fail_step(e, r, &jail, "forwarding of IPv%c cannot be switched %s",
                                 s->op == STEP_FORWARDING ? '4' : '6', s->number ? "on" : "off");
        }
        return back;
}

static int do_nat(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL;
        int r = space_of(a, &s->at, &space, e);

        if (r == 0)
                r = space_enter(a, space, e);
        if (r < 0)
                return r;
        r = s->op == STEP_NAT_ADD ? nft_add_here(s->text, e) : nft_del_here(s->text, e);

        int back = space_leave(a, NULL);

        return r < 0 ? r : back;
}

int addr_do(struct applier *a, struct step *s, struct err *e)
{
        switch (s->op) {
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL: return do_address(a, s, e);
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL: return do_route(a, s, e);
        case STEP_FORWARDING:
        case STEP_FORWARDING6: return do_forwarding(a, s, e);
        case STEP_NAT_ADD:
        case STEP_NAT_DEL: return do_nat(a, s, e);
        default: return err_set(e, -EINVAL, "plan: not a step about addresses or routes");
        }
}
