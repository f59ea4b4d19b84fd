/* examine_tc.c - finds what tc's filters hand from one interface to another. */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/examine_parts.h"

/* Where each kind of filter keeps its actions (linux/pkt_cls.h). */
static const struct {
        const char *kind;
        int actions;
} filters[] = {
        {"u32", TCA_U32_ACT},       {"matchall", TCA_MATCHALL_ACT}, {"flower", TCA_FLOWER_ACT},
        {"bpf", TCA_BPF_ACT},       {"basic", TCA_BASIC_ACT},       {"fw", TCA_FW_ACT},
        {"cgroup", TCA_CGROUP_ACT}, {"flow", TCA_FLOW_ACT},
};

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

static void take_action(struct exam_visit *v, int ifindex, struct nlattr *action)
{
        struct nlattr *kind = find_inside(action, TCA_ACT_KIND), *options = find_inside(action, TCA_ACT_OPTIONS);
        struct nlattr *parameters = options ? find_inside(options, TCA_MIRRED_PARMS) : NULL;
        struct examination *x = v->x;
        struct tc_mirred m;

        if (!kind || nla_strcmp(kind, "mirred") != 0 || !parameters || nla_len(parameters) < (int)sizeof(m))
                return;
        memcpy(&m, nla_data(parameters), sizeof(m));
        x->redirects = array_grow(x->redirects, &x->redirect_capacity, x->redirect_count, sizeof(*x->redirects));
        x->redirects[x->redirect_count++] = (struct exam_redirect){
                .id = {v->stack->cookie, ifindex},
                .target = (int)m.ifindex, /* 0 once the device is gone: act_mirred lets go of it */
                .is_copy = m.eaction == TCA_EGRESS_MIRROR || m.eaction == TCA_INGRESS_MIRROR,
        };
}

static int take_filter(struct nlmsghdr *h, void *context)
{
        struct nlattr *a[TCA_MAX + 1], *actions, *action;
        const struct tcmsg *m = nlmsg_data(h);
        int type, left;

        if (h->nlmsg_type != RTM_NEWTFILTER || nlmsg_parse(h, sizeof(*m), a, TCA_MAX, NULL) < 0 || !a[TCA_KIND] ||
            !a[TCA_OPTIONS])
                return 0;
        type = actions_of(nla_get_string(a[TCA_KIND]));
        actions = type ? find_inside(a[TCA_OPTIONS], type) : NULL;
        if (!actions)
                return 0;
        nla_for_each_nested(action, actions, left)
        {
                take_action(context, m->tcm_ifindex, action);
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

        if (h->nlmsg_type != RTM_NEWQDISC || nlmsg_parse(h, sizeof(*m), a, TCA_MAX, NULL) < 0 || !a[TCA_KIND])
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

static void ask_filters(struct exam_visit *v, int ifindex, uint32_t parent)
{
        struct tcmsg header = {.tcm_family = AF_UNSPEC, .tcm_ifindex = ifindex, .tcm_parent = parent};
        struct nl_msg *m = new_message(RTM_GETTFILTER, &header);

        (void)reader_ask(v->r, m, take_filter, v, NULL); /* gone meanwhile, or the next look tells */
        nlmsg_free(m);
}

void examine_redirects(struct exam_visit *v)
{
        struct tcmsg header = {.tcm_family = AF_UNSPEC};
        struct nl_msg *m = new_message(RTM_GETQDISC, &header);
        struct places p = {0};

        (void)reader_ask(v->r, m, take_qdisc, &p, NULL); /* a kernel without tc has no redirects either */
        nlmsg_free(m);
        for (size_t k = 0; k < p.count; k++) {
                ask_filters(v, p.items[k].ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS));
                if (p.items[k].has_egress)
                        ask_filters(v, p.items[k].ifindex, TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS));
        }
        free(p.items);
}
