/* neighbours.c - a jail's IPv4 neighbours. */
#include "core/kernel/neighbours.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/dump_in.h"

struct answer {
        struct neighbour *items;
        size_t count, capacity;
};

static void begin(void *context)
{
        struct answer *a = context;

        a->count = 0;
}

static int take(struct nlmsghdr *h, void *context)
{
        struct answer *a = context;
        struct nlattr *attributes[NDA_MAX + 1];
        const struct ndmsg *m = nlmsg_data(h);
        struct neighbour n = {.address = {.family = AF_INET, .length = 32}};

        if (h->nlmsg_type != RTM_NEWNEIGH || nlmsg_parse(h, sizeof(*m), attributes, NDA_MAX, NULL) < 0)
                return 0;
        /* NUD_NOARP: broadcasts and the like, which nobody was asked for. */
        if (m->ndm_family != AF_INET || m->ndm_state & NUD_NOARP || !attributes[NDA_DST] ||
            nla_len(attributes[NDA_DST]) != 4)
                return 0;
        memcpy(n.address.bytes, nla_data(attributes[NDA_DST]), 4);
        if (attributes[NDA_LLADDR] && nla_len(attributes[NDA_LLADDR]) == sizeof(n.mac.bytes) &&
            !(m->ndm_state & (NUD_INCOMPLETE | NUD_FAILED))) {
                memcpy(n.mac.bytes, nla_data(attributes[NDA_LLADDR]), sizeof(n.mac.bytes));
                n.mac.is_set = true;
        }
        n.ifindex = m->ndm_ifindex;
        n.is_permanent = m->ndm_state & NUD_PERMANENT;
        a->items = array_grow(a->items, &a->capacity, a->count, sizeof(*a->items));
        a->items[a->count++] = n;
        return 0;
}

int neighbours_read(const struct graph *g, size_t jail, struct neighbour **ret, size_t *ret_count, struct err *e)
{
        struct ndmsg header = {.ndm_family = AF_INET};
        struct nl_msg *m = nlmsg_alloc_simple(RTM_GETNEIGH, NLM_F_DUMP);
        struct answer a = {0};

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0)
                abort(); /* out of memory: libnl is the one allocator here that says so */

        int r = dump_in(g, jail, m, begin, take, &a, e);

        nlmsg_free(m);
        if (r < 0) {
                free(a.items);
                return r;
        }
        *ret = a.items;
        *ret_count = a.count;
        return 0;
}
