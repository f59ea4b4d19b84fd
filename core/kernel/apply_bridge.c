/* apply_bridge.c - what a bridge and its ports are set to, and whom the bridge knows. */
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

#include "core/base/intl.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kinds/tuning.h"
#include "core/plan/vlans.h"

/* A change of what is in IFLA_INFO_DATA is a RTM_NEWLINK that may not create. */
static int do_tune(const struct step *s, const struct place *p, struct err *e)
{
        enum tuning t = tuning_find(s->text);
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_NEWLINK, 0, p->ifindex, 0, 0);
        struct nlattr *info = nla_nest_start(m, IFLA_LINKINFO);

        if (t == TUNE_COUNT)
                return err_set(e, -EINVAL, "%s: is no setting of a bridge", s->text);

        bool is_port = tunings[t].is_port;

        if (!info || nla_put_string(m, is_port ? IFLA_INFO_SLAVE_KIND : IFLA_INFO_KIND, "bridge") < 0)
                return link_message_full(e);

        struct nlattr *data = nla_nest_start(m, is_port ? IFLA_INFO_SLAVE_DATA : IFLA_INFO_DATA);

        if (!data || tuning_put(m, t, s->number) < 0)
                return link_message_full(e);
        nla_nest_end(m, data);
        nla_nest_end(m, info);

        int r = ack_request(p->space->sk, m, e);

        if (r == 0)
                link_make_heard(p);
        return r < 0 ? fail_step(e, r, &s->at, "%s cannot be set", tunings[t].name) : 0;
}

static int do_host(const struct step *s, const struct place *p, struct err *e)
{
        bool is_add = s->op == STEP_HOST_ADD;
        struct ndmsg header = {
                .ndm_family = PF_BRIDGE,
                .ndm_ifindex = p->ifindex,
                .ndm_flags = NTF_MASTER,
                .ndm_state = NUD_NOARP, /* a static one; NUD_PERMANENT would be the port's own address */
        };
        CLEANUP(nlmsg_freep)
        struct nl_msg *m =
                nlmsg_alloc_simple(is_add ? RTM_NEWNEIGH : RTM_DELNEIGH, is_add ? NLM_F_CREATE | NLM_F_REPLACE : 0);

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
            nla_put(m, NDA_LLADDR, sizeof(s->mac.bytes), s->mac.bytes) < 0)
                return link_message_full(e);

        int r = ack_request(p->space->sk, m, e);

        if (r == -ENOENT && !is_add) /* it aged meanwhile */
                return 0;
        return r < 0
                ? fail_step(e, r, &s->at, is_add ? N_("its bridge does not take the address") : N_("the address stays"))
                : 0;
}

static int flush_learnt(const struct place *p, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_NEWLINK, 0, p->ifindex, 0, 0);
        struct nlattr *info = nla_nest_start(m, IFLA_LINKINFO);

        if (!info || nla_put_string(m, IFLA_INFO_KIND, "bridge") < 0)
                return link_message_full(e);

        struct nlattr *data = nla_nest_start(m, IFLA_INFO_DATA);

        if (!data || nla_put_flag(m, IFLA_BR_FDB_FLUSH) < 0)
                return link_message_full(e);
        nla_nest_end(m, data);
        nla_nest_end(m, info);
        return ack_request(p->space->sk, m, e);
}

/* All but the addresses of the bridge and its ports themselves. Since Linux 6.0. */
static int flush_all(const struct place *p, struct err *e)
{
        struct ndmsg header = {.ndm_family = PF_BRIDGE, .ndm_ifindex = p->ifindex, .ndm_flags = NTF_SELF};
        CLEANUP(nlmsg_freep) struct nl_msg *m = nlmsg_alloc_simple(RTM_DELNEIGH, NLM_F_BULK);

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
            nla_put_u16(m, NDA_NDM_STATE_MASK, NUD_PERMANENT) < 0)
                return link_message_full(e);
        return ack_request(p->space->sk, m, e);
}

static int do_flush(const struct step *s, const struct place *p, struct err *e)
{
        int r = s->number ? flush_all(p, e) : flush_learnt(p, e);

        return r < 0 ? fail_step(e, r, &s->at, "its table of addresses stays as it is") : 0;
}

static int put_vlan(struct nl_msg *m, uint16_t vlan, unsigned flags)
{
        struct bridge_vlan_info info = {.flags = (uint16_t)flags, .vid = vlan};

        return nla_put(m, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
}

/* What is added anew gets the new flags; what is not there to be deleted is no failure to the kernel. */
static int do_vlans(const struct step *s, const struct place *p, struct err *e)
{
        struct vlan_span v = vlan_span_of(s->number);
        struct ifinfomsg header = {.ifi_family = PF_BRIDGE, .ifi_index = p->ifindex};
        unsigned flags = v.to == VLAN_OWN ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED : 0;
        CLEANUP(nlmsg_freep)
        struct nl_msg *m = nlmsg_alloc_simple(v.to == VLAN_NONE ? RTM_DELLINK : RTM_SETLINK, 0);
        struct nlattr *spec;
        int r;

        if (!m || nlmsg_append(m, &header, sizeof(header), NLMSG_ALIGNTO) < 0 ||
            !(spec = nla_nest_start(m, IFLA_AF_SPEC)) ||
            nla_put_u16(m, IFLA_BRIDGE_FLAGS, v.is_self ? BRIDGE_FLAGS_SELF : BRIDGE_FLAGS_MASTER) < 0)
                return link_message_full(e);
        if (v.first == v.last)
                r = put_vlan(m, v.first, flags);
        else if ((r = put_vlan(m, v.first, flags | BRIDGE_VLAN_INFO_RANGE_BEGIN)) == 0)
                r = put_vlan(m, v.last, flags | BRIDGE_VLAN_INFO_RANGE_END);
        if (r < 0)
                return link_message_full(e);
        nla_nest_end(m, spec);
        r = ack_request(p->space->sk, m, e);
        return r < 0 ? fail_step(e, r, &s->at, "its VLANs cannot be set") : 0;
}

int bridge_do(const struct step *s, const struct place *p, struct err *e)
{
        switch (s->op) {
        case STEP_LINK_TUNE: return do_tune(s, p, e);
        case STEP_HOST_ADD:
        case STEP_HOST_DEL: return do_host(s, p, e);
        case STEP_HOST_FLUSH: return do_flush(s, p, e);
        case STEP_PORT_VLANS: return do_vlans(s, p, e);
        default: return err_set(e, -EINVAL, "plan: not a step about a bridge");
        }
}
