/* hosts.c - a bridge's forwarding table. */
#include "core/kernel/hosts.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/kernel/dump_in.h"

int hosts_take(struct nlmsghdr *h, void *context)
{
        struct hosts_question *q = context;
        struct nlattr *attributes[NDA_MAX + 1];
        const struct ndmsg *m = nlmsg_data(h);
        struct bridge_host host = {.mac.is_set = true};

        if (h->nlmsg_type != RTM_NEWNEIGH || nlmsg_parse(h, sizeof(*m), attributes, NDA_MAX, NULL) < 0)
                return 0;
        if (m->ndm_family != PF_BRIDGE || !attributes[NDA_LLADDR] ||
            nla_len(attributes[NDA_LLADDR]) != sizeof(host.mac.bytes))
                return 0;
        /* Addresses that the kernel filters for a device of its own have no bridge. */
        if (!attributes[NDA_MASTER] || nla_len(attributes[NDA_MASTER]) != sizeof(uint32_t) ||
            nla_get_u32(attributes[NDA_MASTER]) != (uint32_t)q->ifindex)
                return 0;
        memcpy(host.mac.bytes, nla_data(attributes[NDA_LLADDR]), sizeof(host.mac.bytes));
        host.ifindex = m->ndm_ifindex;
        host.is_own = m->ndm_state & NUD_PERMANENT;
        host.is_static = m->ndm_state & NUD_NOARP;
        if (attributes[NDA_CACHEINFO] && (size_t)nla_len(attributes[NDA_CACHEINFO]) >= sizeof(struct nda_cacheinfo)) {
                const struct nda_cacheinfo *times = nla_data(attributes[NDA_CACHEINFO]);

                /* "used" begins when it is learnt, and anew with each frame that is sent to it. */
                host.staleness_s = times->ndm_updated / (uint32_t)q->ticks;
                host.age_s = times->ndm_used / (uint32_t)q->ticks;
                if (host.age_s < host.staleness_s)
                        host.age_s = host.staleness_s;
        }
        q->hosts = array_grow(q->hosts, &q->capacity, q->count, sizeof(*q->hosts));
        q->hosts[q->count++] = host;
        return 0;
}

static void begin(void *context)
{
        struct hosts_question *q = context;

        q->count = 0;
}

int hosts_read(const struct graph *g, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        const struct iface *i = &g->ifaces[bridge];
        struct hosts_question q = {.ifindex = i->id.ifindex, .ticks = sysconf(_SC_CLK_TCK)};
        struct ndmsg header = {.ndm_family = PF_BRIDGE};
        struct nl_msg *m = nlmsg_alloc_simple(RTM_GETNEIGH, NLM_F_DUMP);

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
            nla_put_u32(m, NDA_MASTER, (uint32_t)q.ifindex) < 0)
                abort(); /* out of memory: libnl is the one allocator here that says so */

        int r = dump_in(g, i->jail, m, begin, hosts_take, &q, e);

        nlmsg_free(m);
        if (r < 0) {
                free(q.hosts);
                (void)err_wrap(e, "%s: its table", i->name);
                return r;
        }
        *ret = q.hosts;
        *ret_count = q.count;
        return 0;
}
