/* hosts.c - a bridge's forwarding table. A thread enters the namespace, so that the caller's never leaves home. */
#include "core/kernel/hosts.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/kernel/netns.h"
#include "core/kernel/reader.h"

#define DUMP_TRIES 5 /* a dump is interrupted by any change of the table */

struct question {
        int ns_fd;   /* -1: the thread stays */
        int ifindex; /* of the bridge */
        struct bridge_host *hosts;
        size_t count, capacity;
        long ticks; /* a second */
        int result;
        struct err e;
};

static int take_host(struct nlmsghdr *h, void *context)
{
        struct question *q = context;
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
        if (attributes[NDA_CACHEINFO] && (size_t)nla_len(attributes[NDA_CACHEINFO]) >= sizeof(struct nda_cacheinfo)) {
                const struct nda_cacheinfo *times = nla_data(attributes[NDA_CACHEINFO]);

                host.staleness_s = times->ndm_updated / (uint32_t)q->ticks;
        }
        q->hosts = array_grow(q->hosts, &q->capacity, q->count, sizeof(*q->hosts));
        q->hosts[q->count++] = host;
        return 0;
}

static int dump(struct question *q)
{
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        struct ndmsg header = {.ndm_family = PF_BRIDGE};
        struct nl_msg *m = nlmsg_alloc_simple(RTM_GETNEIGH, NLM_F_DUMP);
        int result = reader_open(&r, buffer, &q->e);

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
            nla_put_u32(m, NDA_MASTER, (uint32_t)q->ifindex) < 0)
                abort(); /* out of memory: libnl is the one allocator here that says so */
        for (int tries = 0; result == 0 && tries < DUMP_TRIES; tries++) {
                q->count = 0;
                result = reader_ask(&r, m, take_host, q, &q->e);
                if (result != -EAGAIN)
                        break;
                result = tries + 1 < DUMP_TRIES ? 0 : result;
        }
        nlmsg_free(m);
        return result;
}

static void *ask(void *context)
{
        struct question *q = context;

        if (q->ns_fd >= 0 && setns(q->ns_fd, CLONE_NEWNET) < 0)
                q->result = err_set(&q->e, -errno, "cannot be entered: %s", strerror(errno));
        else
                q->result = dump(q);
        return NULL;
}

int hosts_read(const struct graph *g, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        const struct iface *i = &g->ifaces[bridge];
        CLEANUP(closep) int ns_fd = i->jail == 0 ? -1 : netns_open(&g->jails[i->jail], e);
        struct question q = {.ns_fd = ns_fd, .ifindex = i->id.ifindex, .ticks = sysconf(_SC_CLK_TCK)};
        pthread_t thread;

        if (i->jail != 0 && ns_fd < 0)
                return ns_fd;

        int r = pthread_create(&thread, NULL, ask, &q);

        if (r != 0)
                return err_set(e, -r, "%s: its table cannot be read: %s", i->name, strerror(r));
        (void)pthread_join(thread, NULL); /* it was created, and nobody else joins it */
        if (q.result < 0) {
                free(q.hosts);
                if (e)
                        *e = q.e;
                (void)err_wrap(e, "%s: its table", i->name);
                return q.result;
        }
        *ret = q.hosts;
        *ret_count = q.count;
        return 0;
}
