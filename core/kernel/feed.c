/* feed.c - traffic control's clsact, u32, bpf and mirred, as far as feeds need them. */
#include "core/kernel/feed.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/socket.h>

#include "core/kernel/ack.h"
#include "core/plan/feed.h"

static struct nl_msg *tc_message(uint16_t type, uint16_t flags, struct tcmsg header)
{
        struct nl_msg *m = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0)
                abort(); /* as the rest of the program where memory is gone */
        return m;
}

static uint32_t parent_of(uint32_t flags)
{
        return TC_H_MAKE(TC_H_CLSACT, flags & FEED_OUT ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS);
}

static struct tcmsg filter_header(const struct place *p, uint32_t flags)
{
        return (struct tcmsg){.tcm_ifindex = p->ifindex,
                              .tcm_parent = parent_of(flags),
                              .tcm_info = TC_H_MAKE(feed_priority(flags) << 16, htons(ETH_P_ALL))};
}

static int missing(int r, const char *module, struct err *e)
{
        if (r == -ENOENT || r == -EOPNOTSUPP)
                return err_set(e, -EOPNOTSUPP,
                               "frames cannot be handed on: this kernel has no %s; load it, or boot a kernel with it",
                               module);
        return r;
}

static int add_discipline(const struct place *p, struct err *e)
{
        struct tcmsg header = {
                .tcm_ifindex = p->ifindex, .tcm_parent = TC_H_CLSACT, .tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0)};
        CLEANUP(nlmsg_freep) struct nl_msg *m = tc_message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, header);

        if (nla_put_string(m, TCA_KIND, "clsact") < 0)
                return err_set(e, -EMSGSIZE, "netlink: the request is too long");

        int r = ack_request(p->space->sk, m, e);

        return r == -EEXIST ? 0 : missing(r, "traffic control at interfaces (sch_ingress)", e);
}

static int put_action(struct nl_msg *m, int attribute, int to, uint32_t flags)
{
        bool is_copy = flags & FEED_COPY;
        struct tc_mirred mirred = {
                .action = is_copy ? TC_ACT_UNSPEC : TC_ACT_STOLEN, /* of a copied frame the next classifier is asked */
                .eaction = flags & FEED_IN ? (is_copy ? TCA_INGRESS_MIRROR : TCA_INGRESS_REDIR)
                                           : (is_copy ? TCA_EGRESS_MIRROR : TCA_EGRESS_REDIR),
                .ifindex = (uint32_t)to,
        };
        struct nlattr *actions = nla_nest_start(m, attribute);
        struct nlattr *first = actions ? nla_nest_start(m, 1) : NULL;

        if (!first || nla_put_string(m, TCA_ACT_KIND, "mirred") < 0)
                return -EMSGSIZE;

        struct nlattr *options = nla_nest_start(m, TCA_ACT_OPTIONS);

        if (!options || nla_put(m, TCA_MIRRED_PARMS, sizeof(mirred), &mirred) < 0)
                return -EMSGSIZE;
        nla_nest_end(m, options);
        nla_nest_end(m, first);
        nla_nest_end(m, actions);
        return 0;
}

/* Those that the packet filter picks; of what is dropped it says the verdict itself. */
static int put_bpf(struct nl_msg *m, int to, uint32_t flags)
{
        struct feed_filter f = feed_filter_of(flags);
        bool is_drop = flags & FEED_DROP;

        if (nla_put_string(m, TCA_KIND, "bpf") < 0)
                return -EMSGSIZE;

        struct nlattr *options = nla_nest_start(m, TCA_OPTIONS);

        if (!options || nla_put_u16(m, TCA_BPF_OPS_LEN, (uint16_t)f.count) < 0 ||
            nla_put(m, TCA_BPF_OPS, (int)(f.count * sizeof(*f.code)), f.code) < 0 ||
            (is_drop ? nla_put_u32(m, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT) : put_action(m, TCA_BPF_ACT, to, flags)) <
                    0)
                return -EMSGSIZE;
        nla_nest_end(m, options);
        return 0;
}

/* All. */
static int put_u32(struct nl_msg *m, int to, uint32_t flags)
{
        const struct tc_u32_sel selector = {.flags = TC_U32_TERMINAL, .nkeys = 1};
        unsigned char all[sizeof(selector) + sizeof(struct tc_u32_key)] = {0}; /* its one key: a mask of nothing */

        memcpy(all, &selector, sizeof(selector));
        if (nla_put_string(m, TCA_KIND, "u32") < 0)
                return -EMSGSIZE;

        struct nlattr *options = nla_nest_start(m, TCA_OPTIONS);

        if (!options || nla_put(m, TCA_U32_SEL, sizeof(all), all) < 0 || put_action(m, TCA_U32_ACT, to, flags) < 0)
                return -EMSGSIZE;
        nla_nest_end(m, options);
        return 0;
}

/* Has the link any classifier left at this end? */
static int count_filters(const struct place *p, uint32_t flags, size_t *ret, struct err *e)
{
        struct tcmsg header = {.tcm_ifindex = p->ifindex, .tcm_parent = parent_of(flags)};
        CLEANUP(nlmsg_freep) struct nl_msg *m = tc_message(RTM_GETTFILTER, NLM_F_DUMP, header);
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, 32768);
        int fd = nl_socket_get_fd(p->space->sk);
        struct nlmsghdr *request = nlmsg_hdr(m);

        nl_complete_msg(p->space->sk, m);
        if (send(fd, request, request->nlmsg_len, 0) < 0)
                return err_set(e, -errno, "traffic control: cannot be asked");
        for (;;) {
                ssize_t n = recv(fd, buffer, 32768, 0);
                int left = (int)n;

                if (n < 0 && errno == EINTR)
                        continue;
                if (n < 0)
                        return err_set(e, -errno, "traffic control: does not answer");
                for (struct nlmsghdr *h = (void *)buffer; nlmsg_ok(h, left); h = nlmsg_next(h, &left)) {
                        if (h->nlmsg_seq != request->nlmsg_seq)
                                continue;
                        if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
                                return 0; /* without a discipline there is nothing to dump */
                        *ret += h->nlmsg_type == RTM_NEWTFILTER;
                }
        }
}

/* Of a discipline without classifiers nobody has anything. */
static int drop_discipline(const struct place *p, struct err *e)
{
        struct tcmsg header = {
                .tcm_ifindex = p->ifindex, .tcm_parent = TC_H_CLSACT, .tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0)};
        size_t count = 0;
        int r = count_filters(p, 0, &count, e);

        if (r == 0)
                r = count_filters(p, FEED_OUT, &count, e);
        if (r < 0 || count)
                return r;

        CLEANUP(nlmsg_freep) struct nl_msg *m = tc_message(RTM_DELQDISC, 0, header);

        r = ack_request(p->space->sk, m, e);
        return r == -ENOENT || r == -EINVAL ? 0 : r;
}

/* All of ours there: they have a priority of their own. */
static int del_filter(const struct place *p, uint32_t flags, struct err *e)
{
        struct tcmsg header = filter_header(p, flags);
        CLEANUP(nlmsg_freep) struct nl_msg *m = tc_message(RTM_DELTFILTER, 0, header);
        int r = ack_request(p->space->sk, m, e);

        return r == -ENOENT || r == -EINVAL ? 0 : r; /* EINVAL: there is no discipline */
}

int feed_del(const struct place *p, uint32_t flags, struct err *e)
{
        int r = del_filter(p, flags, e);

        return r < 0 ? r : drop_discipline(p, e);
}

int feed_add(const struct place *p, int to, uint32_t flags, struct err *e)
{
        struct tcmsg header = filter_header(p, flags);
        int r = add_discipline(p, e);

        if (r == 0)
                r = del_filter(p, flags, e);
        if (r < 0)
                return r;

        CLEANUP(nlmsg_freep) struct nl_msg *m = tc_message(RTM_NEWTFILTER, NLM_F_CREATE | NLM_F_EXCL, header);

        if ((flags & FEED_FILTERED ? put_bpf : put_u32)(m, to, flags) < 0)
                return err_set(e, -EMSGSIZE, "netlink: the request is too long");
        r = missing(ack_request(p->space->sk, m, e),
                    flags & FEED_FILTERED ? "traffic control's cls_bpf and act_mirred"
                                          : "traffic control's cls_u32 and act_mirred",
                    e);
        if (r < 0)
                (void)drop_discipline(p, NULL); /* the failure that is told is the first one */
        return r;
}
