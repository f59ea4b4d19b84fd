/* apply_addr.c - addresses, routes and forwarding. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"

static int message_full(struct err *e)
{
        return err_set(e, -EMSGSIZE, "netlink: the request is too long");
}

static int put_prefix(struct nl_msg *m, int type, const struct prefix *p)
{
        return nla_put(m, type, (int)prefix_bits(p->family) / 8, p->bytes);
}

static int do_address(struct applier *a, const struct step *s, struct err *e)
{
        bool add = s->op == STEP_ADDRESS_ADD;
        char words[PREFIX_TEXT_SIZE];
        struct place p;
        int r = place_of(a, &s->at, &p, e);

        if (r < 0)
                return r;

        struct ifaddrmsg ifa = {
                .ifa_family = s->address.family,
                .ifa_prefixlen = s->address.length,
                .ifa_index = (unsigned)p.ifindex,
        };
        CLEANUP(nlmsg_freep)
        struct nl_msg *m = nlmsg_alloc_simple(add ? RTM_NEWADDR : RTM_DELADDR, add ? NLM_F_CREATE | NLM_F_EXCL : 0);

        if (!m || nlmsg_append(m, &ifa, sizeof(ifa), NLMSG_ALIGNTO) < 0 || put_prefix(m, IFA_LOCAL, &s->address) < 0 ||
            put_prefix(m, IFA_ADDRESS, &s->address) < 0)
                return message_full(e);
        r = ack_request(p.space->sk, m, e);
        if (r < 0)
                return fail_step(e, r, &s->at, "the address %s cannot be %s", prefix_format(&s->address, words),
                                 add ? "added" : "removed");
        return 0;
}

/* A next hop of the other family (IPv4 through an IPv6 gateway) has an attribute of its own. */
static int put_gateway(struct nl_msg *m, const struct route *r)
{
        if (!r->gateway.family)
                return 0;
        if (r->gateway.family == r->destination.family)
                return put_prefix(m, RTA_GATEWAY, &r->gateway);

        size_t size = prefix_bits(r->gateway.family) / 8;
        struct nlattr *via = nla_reserve(m, RTA_VIA, (int)(sizeof(struct rtvia) + size));

        if (!via)
                return -EMSGSIZE;

        struct rtvia *v = nla_data(via);

        v->rtvia_family = r->gateway.family;
        memcpy(v->rtvia_addr, r->gateway.bytes, size);
        return 0;
}

static struct rtmsg route_header(const struct route *r, bool add)
{
        struct rtmsg h = {
                .rtm_family = r->destination.family,
                .rtm_dst_len = r->destination.length,
                .rtm_table = RT_TABLE_MAIN,
                .rtm_protocol = r->protocol,
                .rtm_scope = r->scope,
                .rtm_type = r->type,
        };

        if (!add) { /* 0 and NOWHERE mean any */
                if (h.rtm_scope == RT_SCOPE_UNIVERSE)
                        h.rtm_scope = RT_SCOPE_NOWHERE;
                return h;
        }
        if (h.rtm_protocol == RTPROT_UNSPEC)
                h.rtm_protocol = RTPROT_BOOT; /* what ip(8) gives to a route typed by hand */
        if (h.rtm_type == RTN_UNSPEC)
                h.rtm_type = RTN_UNICAST;
        if (h.rtm_family == AF_INET && h.rtm_type == RTN_UNICAST && !r->gateway.family &&
            h.rtm_scope == RT_SCOPE_UNIVERSE)
                h.rtm_scope = RT_SCOPE_LINK;
        return h;
}

static int do_route(struct applier *a, const struct step *s, struct err *e)
{
        const struct route *route = &s->route;
        bool add = s->op == STEP_ROUTE_ADD;
        struct rtmsg header = route_header(route, add);
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

        CLEANUP(nlmsg_freep)
        struct nl_msg *m = nlmsg_alloc_simple(add ? RTM_NEWROUTE : RTM_DELROUTE, add ? NLM_F_CREATE | NLM_F_EXCL : 0);

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 || put_gateway(m, route) < 0)
                return message_full(e);
        if (route->destination.length > 0 && put_prefix(m, RTA_DST, &route->destination) < 0)
                return message_full(e);
        if (p.ifindex && nla_put_u32(m, RTA_OIF, (uint32_t)p.ifindex) < 0)
                return message_full(e);
        if (route->metric && nla_put_u32(m, RTA_PRIORITY, route->metric) < 0)
                return message_full(e);
        if (route->source.family && put_prefix(m, RTA_PREFSRC, &route->source) < 0)
                return message_full(e);
        r = ack_request(p.space->sk, m, e);
        if (r < 0) {
                const char *to = route->destination.length ? prefix_format(&route->destination, words) : "default";
                struct target jail = s->at;

                jail.iface[0] = '\0';
                return fail_step(e, r, &jail, "the route %s cannot be %s", to, add ? "added" : "removed");
        }
        return 0;
}

/* --- forwarding: /proc/sys/net is that of the namespace which the thread is in --- */

#define FORWARD4 "/proc/sys/net/ipv4/ip_forward"
#define FORWARD6 "/proc/sys/net/ipv6/conf/all/forwarding"

static int read_switch(const char *path)
{
        CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
        char c;

        if (fd < 0)
                return -errno;
        return read(fd, &c, 1) == 1 ? c != '0' : -EIO;
}

static int write_switch(const char *path, bool on)
{
        CLEANUP(closep) int fd = open(path, O_WRONLY | O_CLOEXEC);

        if (fd < 0)
                return -errno;
        return write(fd, on ? "1\n" : "0\n", 2) == 2 ? 0 : -errno;
}

/*
 * Runs inside the namespace. The plan knows IPv4's switch alone; IPv6's goes along, and goes back to what it was when
 * the plan is taken back.
 */
static int forward_here(struct space *s, bool on)
{
        int before4 = read_switch(FORWARD4);
        int before6 = read_switch(FORWARD6);
        bool on6 = s->forwarding6 >= 0 ? s->forwarding6 != 0 : on;

        if (before4 < 0)
                return before4;

        int r = write_switch(FORWARD4, on);
        if (r < 0 || before6 == -ENOENT) /* a kernel without IPv6 */
                return r;
        r = write_switch(FORWARD6, on6);
        if (r < 0)
                (void)write_switch(FORWARD4, before4 != 0); /* the failure that is told is the first one */
        else if (s->forwarding6 < 0)
                s->forwarding6 = before6;
        else
                s->forwarding6 = -1;
        return r;
}

static int do_forwarding(struct applier *a, const struct step *s, struct err *e)
{
        struct space *space = NULL;
        int r = space_of(a, &s->at, &space, e);

        if (r == 0)
                r = space_enter(a, space, e);
        if (r < 0)
                return r;
        r = forward_here(space, s->number != 0);

        int back = space_leave(a, e);
        if (r < 0) {
                struct target jail = s->at;

                jail.iface[0] = '\0';
                return fail_step(e, r, &jail, "forwarding cannot be switched %s", s->number ? "on" : "off");
        }
        return back;
}

int addr_do(struct applier *a, struct step *s, struct err *e)
{
        switch (s->op) {
        case STEP_ADDRESS_ADD:
        case STEP_ADDRESS_DEL: return do_address(a, s, e);
        case STEP_ROUTE_ADD:
        case STEP_ROUTE_DEL: return do_route(a, s, e);
        case STEP_FORWARDING: return do_forwarding(a, s, e);
        default: return err_set(e, -EINVAL, "plan: not a step about addresses or routes");
        }
}
