/* keep.c - what the kernel drops when a link goes down, and puts back by itself only in part. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kernel/keep.h"
#include "core/kernel/reader.h"

#define INTERRUPTED_TRIES 5 /* a dump that a change came between is asked for again */

struct pass {
        struct kept *kept;
        int ifindex;
        bool with_gateway; /* routes are kept in two passes: the way to a gateway must be there before what uses it */
};

static int keep_message(struct kept *k, struct nlmsghdr *h)
{
        struct nl_msg *m = nlmsg_convert(h);

        if (!m)
                return -ENOMEM;
        k->messages = array_grow(k->messages, &k->capacity, k->count, sizeof(struct nl_msg *));
        k->messages[k->count++] = m;
        nlmsg_hdr(m)->nlmsg_flags = NLM_F_CREATE | NLM_F_EXCL;
        nlmsg_hdr(m)->nlmsg_seq = NL_AUTO_SEQ;
        nlmsg_hdr(m)->nlmsg_pid = NL_AUTO_PORT;
        return 0;
}

/* IPv4 addresses stay; of IPv6's, those that a router's advertisement made come back with the next one. */
static int take_address(struct nlmsghdr *h, void *context)
{
        const struct pass *p = context;
        const struct ifaddrmsg *a = nlmsg_data(h);

        if (h->nlmsg_type != RTM_NEWADDR || nlmsg_datalen(h) < (int)sizeof(*a) || (int)a->ifa_index != p->ifindex ||
            !(a->ifa_flags & IFA_F_PERMANENT))
                return 0;
        return keep_message(p->kept, h);
}

static int take_route(struct nlmsghdr *h, void *context)
{
        const struct pass *p = context;
        struct rtmsg *r = nlmsg_data(h);
        struct nlattr *a[RTA_MAX + 1];

        if (h->nlmsg_type != RTM_NEWROUTE || nlmsg_parse(h, sizeof(*r), a, RTA_MAX, NULL) < 0)
                return 0;
        if (!a[RTA_OIF] || nla_len(a[RTA_OIF]) < (int)sizeof(uint32_t) || (int)nla_get_u32(a[RTA_OIF]) != p->ifindex)
                return 0;
        if (r->rtm_protocol == RTPROT_KERNEL || r->rtm_protocol == RTPROT_RA || r->rtm_flags & RTM_F_CLONED)
                return 0;
        if ((a[RTA_GATEWAY] || a[RTA_VIA]) != p->with_gateway)
                return 0;
        r->rtm_flags &= RTNH_F_ONLINK; /* the others are what the kernel says of it now */
        return keep_message(p->kept, h);
}

static int read_all(struct reader *reader, uint16_t type, uint8_t family, struct pass *p, struct err *e)
{
        struct ifaddrmsg address = {.ifa_family = family};
        struct rtmsg route = {.rtm_family = family};
        size_t before = p->kept->count;
        int r = -EAGAIN;

        for (unsigned k = 0; r == -EAGAIN && k < INTERRUPTED_TRIES; k++) {
                CLEANUP(nlmsg_freep) struct nl_msg *m = nlmsg_alloc_simple(type, NLM_F_DUMP);

                while (p->kept->count > before)
                        nlmsg_free(p->kept->messages[--p->kept->count]);
                if (!m ||
                    (type == RTM_GETADDR ? nlmsg_append(m, &address, sizeof(address), NLMSG_ALIGNTO)
                                         : nlmsg_append(m, &route, sizeof(route), NLMSG_ALIGNTO)) < 0)
                        return err_set(e, -ENOMEM, "netlink: the request could not be made");
                r = reader_ask(reader, m, type == RTM_GETADDR ? take_address : take_route, p, e);
        }
        return r == -EOPNOTSUPP || r == -EAFNOSUPPORT ? 0 : r; /* a kernel without IPv6 */
}

int keep_read(struct kept *k, struct nl_sock *sk, int ifindex, struct err *e)
{
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);
        struct reader reader = {.fd = nl_socket_get_fd(sk), .sequence = nl_socket_use_seq(sk), .buffer = buffer};
        struct pass p = {.kept = k, .ifindex = ifindex};
        int r = read_all(&reader, RTM_GETADDR, AF_INET6, &p, e);

        for (unsigned n = 0; r == 0 && n < 4; n++) {
                p.with_gateway = n >= 2;
                r = read_all(&reader, RTM_GETROUTE, n % 2 ? AF_INET6 : AF_INET, &p, e);
        }
        return r;
}

int keep_restore(const struct kept *k, struct nl_sock *sk, struct err *e)
{
        int outcome = 0;

        for (size_t n = 0; n < k->count; n++) {
                struct err error = {0};
                int r = ack_request(sk, k->messages[n], &error);

                if (r == 0 || r == -EEXIST || outcome < 0)
                        continue;
                outcome = r;
                if (e)
                        *e = error;
        }
        return outcome;
}

void keep_done(struct kept *k)
{
        while (k->count > 0)
                nlmsg_free(k->messages[--k->count]);
        free(k->messages);
        *k = (struct kept){0};
}
