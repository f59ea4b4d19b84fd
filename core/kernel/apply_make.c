/* apply_make.c - making links, born with their name, address and jail; marking them; deleting them. */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "core/graph/marks.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kinds/kind.h"

int link_delete(const struct place *p, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_DELLINK, 0, p->ifindex, 0, 0);

        return ack_request(p->space->sk, m, e);
}

int link_mark(const struct place *p, uint16_t message, const char *altname, struct err *e)
{
        uint16_t flags = message == RTM_NEWLINKPROP ? NLM_F_CREATE | NLM_F_EXCL : 0;
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(message, flags, p->ifindex, 0, 0);
        struct nlattr *list = nla_nest_start(m, IFLA_PROP_LIST | NLA_F_NESTED);

        if (!list || nla_put_string(m, IFLA_ALT_IFNAME, altname) < 0)
                return err_set(e, -EMSGSIZE, "netlink: the request is too long");
        nla_nest_end(m, list);
        return ack_request(p->space->sk, m, e);
}

/* Where the new link and its other end go, and from where the request is sent: a parent is named by its index in the
 * namespace of the request. */
struct making {
        struct space *space, *peer_space;
        struct place parent;
        struct kind_refs refs;
        struct mac mac;
};

static int random_mac(struct mac *ret, struct err *e)
{
        struct mac m = {.is_set = true};

        if (getrandom(m.bytes, sizeof(m.bytes), 0) != (ssize_t)sizeof(m.bytes))
                return err_set(e, -EIO, "bridge: no random numbers for its address");
        m.bytes[0] = (uint8_t)((m.bytes[0] & ~1U) | 2U); /* not a group; locally administered */
        *ret = m;
        return 0;
}

static int prepare(struct applier *a, const struct step *s, const struct kind *kind, struct making *ret, struct err *e)
{
        const struct link_spec *l = &s->link;
        struct making k = {.refs = {.peer_ns_fd = -1}, .mac = l->mac};
        int r = space_of(a, &s->at, &k.space, e);

        if (r != 0)
                return r;
        k.peer_space = k.space;
        if (l->kind == KIND_VETH && (l->peer_jail.cookie || l->peer_jail.jail[0])) {
                r = space_of(a, &l->peer_jail, &k.peer_space, e);
                if (r != 0)
                        return r;
        }
        if (k.peer_space != k.space)
                k.refs.peer_ns_fd = k.peer_space->ns_fd;
        k.parent.space = k.space;
        if (l->parent.ifindex || l->parent.iface[0]) {
                r = place_of(a, &l->parent, &k.parent, e);
                if (r != 0)
                        return r;
                k.refs.parent_ifindex = k.parent.ifindex;
        } else if (kind->needs_parent) {
                (void)err_set(e, -EINVAL, "%s: a %s stands on another interface; name it", l->name, kind->name);
                return -EINVAL;
        }

        /* Without an address of its own a bridge takes a port's, changes it whenever a port joins, and falls to zero
         * when the last one leaves. */
        if (l->kind == KIND_BRIDGE && !k.mac.is_set) {
                r = random_mac(&k.mac, e);
                if (r != 0)
                        return r;
        }
        *ret = k;
        return 0;
}

static int put_link(struct nl_msg *m, const struct link_spec *l, const struct kind *kind, const struct making *k)
{
        if (nla_put_string(m, IFLA_IFNAME, l->name) < 0)
                return -EMSGSIZE;
        if (k->mac.is_set && nla_put(m, IFLA_ADDRESS, sizeof(k->mac.bytes), k->mac.bytes) < 0)
                return -EMSGSIZE;
        if (l->mtu_bytes && nla_put_u32(m, IFLA_MTU, l->mtu_bytes) < 0)
                return -EMSGSIZE;
        if (k->parent.space != k->space && nla_put_u32(m, IFLA_NET_NS_FD, (uint32_t)k->space->ns_fd) < 0)
                return -EMSGSIZE;
        if (kind->needs_parent && nla_put_u32(m, IFLA_LINK, (uint32_t)k->refs.parent_ifindex) < 0)
                return -EMSGSIZE;
        /* By default a pair has a queue for each possible CPU, at twice the cost. */
        if (l->kind == KIND_VETH &&
            (nla_put_u32(m, IFLA_NUM_TX_QUEUES, 1) < 0 || nla_put_u32(m, IFLA_NUM_RX_QUEUES, 1) < 0))
                return -EMSGSIZE;

        struct nlattr *info = nla_nest_start(m, IFLA_LINKINFO);

        if (!info || nla_put_string(m, IFLA_INFO_KIND, kind->name) < 0)
                return -EMSGSIZE;
        if (kind->encode) {
                struct nlattr *data = nla_nest_start(m, IFLA_INFO_DATA);

                if (!data || kind->encode(m, l, &k->refs) < 0)
                        return -EMSGSIZE;
                nla_nest_end(m, data);
        }
        nla_nest_end(m, info);
        return 0;
}

/* *ret is filled when the kernel tells of what it made. Of a link that it makes elsewhere than where it is asked, it
 * tells before the link gets there. */
static int make_by_rtnetlink(const struct link_spec *l, const struct kind *kind, const struct making *k, int ifindex,
                             struct link_facts *ret, struct err *e)
{
        unsigned flag = l->role == ROLE_IFACE || l->role == ROLE_ORPHANS ? IFF_NOARP : 0;
        CLEANUP(nlmsg_freep)
        struct nl_msg *m = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifindex, flag, flag);

        if (put_link(m, l, kind, k) < 0)
                return err_set(e, -EMSGSIZE, "netlink: the request is too long");
        if (k->parent.space != k->space)
                return ack_request(k->parent.space->sk, m, e);
        return ack_request_echo(k->space->sk, m, link_read_facts, ret, e);
}

/* Runs inside the namespace: a tun device belongs to the one in which /dev/net/tun was opened. */
static int make_tun_here(const struct link_spec *l, struct err *e)
{
        CLEANUP(closep) int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
        struct ifreq request = {0};

        if (fd < 0)
                return err_set(e, -errno, "/dev/net/tun: cannot be opened: %s", strerror(errno));
        (void)str_copy(request.ifr_name, sizeof(request.ifr_name), l->name);
        /* Exclusive: otherwise one that is there already would be taken for the new one. */
        request.ifr_flags = (short)((l->kind == KIND_TAP ? IFF_TAP : IFF_TUN) | IFF_NO_PI | IFF_TUN_EXCL);
        if (ioctl(fd, TUNSETIFF, &request) < 0)
                return err_set(e, errno == EBUSY ? -EEXIST : -errno, "%s", strerror(errno));
        if (ioctl(fd, TUNSETPERSIST, 1) < 0)
                return err_set(e, -errno, "%s", strerror(errno));
        return 0;
}

static int make_by_tun(struct applier *a, const struct link_spec *l, const struct making *k, struct err *e)
{
        int r = space_enter(a, k->space, e);

        if (r < 0)
                return r;
        r = make_tun_here(l, e);

        int back = space_leave(a, r < 0 ? NULL : e);

        return r < 0 ? r : back;
}

static int set_tun(const struct place *p, const struct link_spec *l, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, 0, 0);

        if (l->mac.is_set && nla_put(m, IFLA_ADDRESS, sizeof(l->mac.bytes), l->mac.bytes) < 0)
                return -EMSGSIZE;
        if (l->mtu_bytes && nla_put_u32(m, IFLA_MTU, l->mtu_bytes) < 0)
                return -EMSGSIZE;
        return l->mac.is_set || l->mtu_bytes ? ack_request(p->space->sk, m, e) : 0;
}

static int mark_end(const struct place *p, uint32_t number, enum iface_role role, struct err *e)
{
        char mark[MARK_SIZE];

        if (number == 0)
                return 0;
        mark_format(number, role, mark);

        int r = link_mark(p, RTM_NEWLINKPROP, mark, e);

        return r == -EOPNOTSUPP ? 0 : r; /* before Linux 5.5 there are no marks; the inventory alone knows then */
}

/*
 * A bridge that is a netgraph node is no interface of the host's, as Linux has it: without this the host's stack would
 * answer on it for addresses that stand elsewhere (arp_ignore), and jails on an inner network reach the host over them.
 * Addresses that the bridge itself is given, by its hook to the host's stack, are answered for.
 */
static int answer_for_own_alone(const struct place *p, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, 0, 0);
        struct nlattr *spec = nla_nest_start(m, IFLA_AF_SPEC), *inet = spec ? nla_nest_start(m, AF_INET) : NULL;
        struct nlattr *conf = inet ? nla_nest_start(m, IFLA_INET_CONF) : NULL;

        if (!conf || nla_put_u32(m, IPV4_DEVCONF_ARP_IGNORE, 1) < 0)
                return link_message_full(e);
        nla_nest_end(m, conf);
        nla_nest_end(m, inet);
        nla_nest_end(m, spec);
        return ack_request(p->space->sk, m, e);
}

/* The stack says nothing of its own by what carries frames that are not its: no IPv6 address, so no router is asked. */
static int stay_silent(const struct place *p, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, 0, 0);
        struct nlattr *spec = nla_nest_start(m, IFLA_AF_SPEC), *inet6 = spec ? nla_nest_start(m, AF_INET6) : NULL;

        if (!inet6 || nla_put_u8(m, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE) < 0)
                return link_message_full(e);
        nla_nest_end(m, inet6);
        nla_nest_end(m, spec);

        int r = ack_request(p->space->sk, m, e);

        return r == -EAFNOSUPPORT ? 0 : r; /* a kernel without IPv6 */
}

/* What the create message cannot say. */
static int finish(const struct link_spec *l, const struct place *p, const struct place *peer, struct err *e)
{
        int r = l->kind == KIND_TAP || l->kind == KIND_TUN ? set_tun(p, l, e) : 0;

        if (r == 0 && !l->is_borrowed)
                r = mark_end(p, l->number, l->role, e);
        if (r == 0 && peer && !l->is_borrowed)
                r = mark_end(peer, l->peer_number, l->peer_role, e);
        if (r == 0 && l->kind == KIND_BRIDGE && (role_is_netgraph(l->role) || l->role == ROLE_WIRE))
                r = answer_for_own_alone(p, e);
        if (r == 0 && l->role == ROLE_ORPHANS)
                r = stay_silent(p, e);
        if (r == 0 && l->is_up)
                r = link_set_up(p, true, e);
        return r;
}

/* Index and, of a pair, the other end's: most often the kernel has told them already. */
static int find_made(const struct link_spec *l, const struct making *k, struct link_facts *facts, struct err *e)
{
        struct link_facts peer;
        int r = facts->ifindex ? 0 : place_find(k->space, l->name, facts, e);

        if (r < 0 || l->kind != KIND_VETH || facts->peer)
                return r;
        r = place_find(k->peer_space, l->peer_name, &peer, e);
        if (r == 0)
                facts->peer = peer.ifindex;
        return r;
}

int link_make(struct applier *a, struct step *s, struct err *e)
{
        const struct link_spec *l = &s->link;
        const struct kind *kind = kind_of(l->kind);
        struct target named = s->at;
        struct link_facts facts = {0};
        struct making k = {0};

        (void)str_copy(named.iface, sizeof(named.iface), l->name);

        int r = link_has_kind(a, l->kind, e);
        if (r <= 0 || !kind)
                return r < 0 ? r : -EOPNOTSUPP;

        const char *what = l->kind == KIND_TAP ? "tap" : kind->name; /* both are "tun" to the kernel */

        r = prepare(a, s, kind, &k, e);
        if (r != 0)
                return r;
        if (kind->is_made_by_tun) {
                r = make_by_tun(a, l, &k, e);
        } else {
                r = make_by_rtnetlink(l, kind, &k, l->ifindex, &facts, e);
                if (l->ifindex && (r == -EEXIST || r == -EBUSY)) /* the wished index may be what is taken */
                        r = make_by_rtnetlink(l, kind, &k, 0, &facts, e);
        }
        if (r == -EOPNOTSUPP && l->role == ROLE_VLAN)
                return err_set(e, r,
                               "%s: this kernel's bridges do not filter VLANs (CONFIG_BRIDGE_VLAN_FILTERING), of which "
                               "a vlan node is made; boot a kernel with it",
                               l->name);
        if (r < 0)
                return fail_step(e, r, &named, "no %s of that name can be made", what);

        struct place p = {.space = k.space}, peer = {.space = k.peer_space};
        bool is_pair = l->kind == KIND_VETH;

        r = find_made(l, &k, &facts, e);
        if (facts.ifindex == 0)
                return fail_step(e, r, &named, "cannot be found after it was made");
        p.ifindex = facts.ifindex;
        peer.ifindex = facts.peer;
        if (r == 0)
                r = finish(l, &p, is_pair ? &peer : NULL, e);
        if (r < 0) {
                (void)link_delete(&p, NULL); /* the failure that is told is the first one */
                return fail_step(e, r, &named, "the new %s cannot be set up", what);
        }

        track_made(a, &p, l->name);
        s->made = (struct iface_id){.cookie = p.space->cookie, .ifindex = p.ifindex};
        if (is_pair) {
                track_made(a, &peer, l->peer_name);
                s->made_peer = (struct iface_id){.cookie = peer.space->cookie, .ifindex = peer.ifindex};
        }
        return 0;
}
