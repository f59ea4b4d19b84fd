/* tc_read.c - finds what tc's filters hand from one interface to another, and what they drop. */
#include "core/kernel/tc_read.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_gact.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "core/base/alloc.h"

/* Where each kind of filter keeps its actions (linux/pkt_cls.h). */
static const struct {
        const char *kind;
        int actions;
} filters[] = {
        {"u32", TCA_U32_ACT},       {"matchall", TCA_MATCHALL_ACT}, {"flower", TCA_FLOWER_ACT},
        {"bpf", TCA_BPF_ACT},       {"basic", TCA_BASIC_ACT},       {"fw", TCA_FW_ACT},
        {"cgroup", TCA_CGROUP_ACT}, {"flow", TCA_FLOW_ACT},
};

static const struct nla_policy policy[TCA_MAX + 1] = {[TCA_KIND] = {.type = NLA_STRING}};

static int actions_of(const char *kind)
{
        for (size_t k = 0; k < ARRAY_SIZE(filters); k++)
                if (strcmp(filters[k].kind, kind) == 0)
                        return filters[k].actions;
        return 0;
}

static struct nlattr *find_inside(struct nlattr *nest, int type)
{
        struct nlattr *a;
        int left;

        nla_for_each_nested(a, nest, left)
        {
                if (nla_type(a) == type)
                        return a;
        }
        return NULL;
}

/* gact: a verdict and nothing else; perhaps only by chance, now and then. */
static void take_verdict(struct tc_visit *v, struct nlattr *options)
{
        struct nlattr *parameters = find_inside(options, TCA_GACT_PARMS);
        struct depth_redirect d = v->like;
        struct tc_gact verdict;

        if (!parameters || nla_len(parameters) < (int)sizeof(verdict))
                return;
        memcpy(&verdict, nla_data(parameters), sizeof(verdict));
        if (verdict.action != TC_ACT_SHOT && verdict.action != TC_ACT_STOLEN)
                return;
        d.is_drop = true;
        d.takes_all &= !find_inside(options, TCA_GACT_PROB);
        v->take(v->context, &d);
}

static void take_action(struct tc_visit *v, struct nlattr *action)
{
        struct nlattr *kind = find_inside(action, TCA_ACT_KIND), *options = find_inside(action, TCA_ACT_OPTIONS);
        struct nlattr *parameters = options ? find_inside(options, TCA_MIRRED_PARMS) : NULL;
        struct depth_redirect d = v->like;
        struct tc_mirred m;

        if (kind && options && nla_strcmp(kind, "gact") == 0)
                take_verdict(v, options);
        if (!kind || nla_strcmp(kind, "mirred") != 0 || !parameters || nla_len(parameters) < (int)sizeof(m))
                return;
        memcpy(&m, nla_data(parameters), sizeof(m));
        d.target = (int)m.ifindex; /* 0 once the device is gone: act_mirred lets go of it */
        d.is_copy = m.eaction == TCA_EGRESS_MIRROR || m.eaction == TCA_INGRESS_MIRROR;
        d.is_in = m.eaction == TCA_INGRESS_REDIR || m.eaction == TCA_INGRESS_MIRROR;
        v->take(v->context, &d);
}

/* Of a classifier that picks: whether it picks everything. */
static bool takes_all(const struct tcmsg *m, const char *kind, struct nlattr *options)
{
        struct nlattr *selector = strcmp(kind, "u32") == 0 ? find_inside(options, TCA_U32_SEL) : NULL;
        struct tc_u32_sel sel;
        struct tc_u32_key key;

        if (ntohs((uint16_t)TC_H_MIN(m->tcm_info)) != ETH_P_ALL)
                return false;
        if (strcmp(kind, "matchall") == 0)
                return true;
        if (!selector || nla_len(selector) < (int)sizeof(sel))
                return false;
        memcpy(&sel, nla_data(selector), sizeof(sel));
        if (sel.nkeys == 0)
                return true;
        if (sel.nkeys > 1 || nla_len(selector) < (int)(sizeof(sel) + sizeof(key)))
                return false;
        memcpy(&key, (const char *)nla_data(selector) + sizeof(sel), sizeof(key));
        return key.mask == 0;
}

int tc_take_filter(struct nlmsghdr *h, void *context)
{
        struct nlattr *a[TCA_MAX + 1], *actions, *action;
        const struct tcmsg *m = nlmsg_data(h);
        struct tc_visit *v = context;
        int type, left;

        if (h->nlmsg_type != RTM_NEWTFILTER || nlmsg_parse(h, sizeof(*m), a, TCA_MAX, policy) < 0 || !a[TCA_KIND] ||
            !a[TCA_OPTIONS])
                return 0;
        type = actions_of(nla_get_string(a[TCA_KIND]));
        actions = type ? find_inside(a[TCA_OPTIONS], type) : NULL;
        if (!actions)
                return 0;
        v->like.ifindex = m->tcm_ifindex;
        v->like.takes_all = takes_all(m, nla_get_string(a[TCA_KIND]), a[TCA_OPTIONS]);
        nla_for_each_nested(action, actions, left)
        {
                take_action(v, action);
        }
        return 0;
}

/* Devices with a place for such filters: of the other qdiscs' classes nothing is handed on by rule. */
struct places {
        struct place {
                int ifindex;
                bool has_egress;
        } * items;
        size_t count, capacity;
};

static int take_qdisc(struct nlmsghdr *h, void *context)
{
        struct places *p = context;
        struct nlattr *a[TCA_MAX + 1];
        const struct tcmsg *m = nlmsg_data(h);
        bool is_clsact;

        if (h->nlmsg_type != RTM_NEWQDISC || nlmsg_parse(h, sizeof(*m), a, TCA_MAX, policy) < 0 || !a[TCA_KIND])
                return 0;
        is_clsact = nla_strcmp(a[TCA_KIND], "clsact") == 0;
        if (!is_clsact && nla_strcmp(a[TCA_KIND], "ingress") != 0)
                return 0;
        p->items = array_grow(p->items, &p->capacity, p->count, sizeof(*p->items));
        p->items[p->count++] = (struct place){m->tcm_ifindex, is_clsact};
        return 0;
}

static struct nl_msg *new_message(int type, struct tcmsg *header)
{
        struct nl_msg *m = nlmsg_alloc_simple(type, NLM_F_DUMP);

        if (!m || nlmsg_append(m, header, sizeof(*header), NLMSG_ALIGNTO) < 0)
                abort(); /* out of memory: libnl is the one allocator here that says so */
        return m;
}

static void ask_filters(struct reader *r, int ifindex, struct tc_visit *v)
{
        struct tcmsg header = {.tcm_family = AF_UNSPEC,
                               .tcm_ifindex = ifindex,
                               .tcm_parent =
                                       TC_H_MAKE(TC_H_CLSACT, v->like.is_out ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS)};
        struct nl_msg *m = new_message(RTM_GETTFILTER, &header);

        (void)reader_ask(r, m, tc_take_filter, v, NULL); /* gone meanwhile, or the next look tells */
        nlmsg_free(m);
}

void tc_read(struct reader *r, void (*take)(void *context, const struct depth_redirect *d), void *context)
{
        struct tcmsg header = {.tcm_family = AF_UNSPEC};
        struct nl_msg *m = new_message(RTM_GETQDISC, &header);
        struct tc_visit v = {.take = take, .context = context};
        struct places p = {0};

        (void)reader_ask(r, m, take_qdisc, &p, NULL); /* a kernel without tc has no redirects either */
        nlmsg_free(m);
        for (size_t k = 0; k < p.count; k++) {
                for (int side = 0; side < (p.items[k].has_egress ? 2 : 1); side++) {
                        v.like = (struct depth_redirect){.is_out = side == 1};
                        ask_filters(r, p.items[k].ifindex, &v);
                }
        }
        free(p.items);
}
