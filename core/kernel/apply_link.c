/* apply_link.c - changes of links that exist: names, moves, masters, addresses, flags; and whether a kind is there. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/graph/marks.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kernel/feed.h"
#include "core/kernel/keep.h"
#include "core/kinds/kind.h"

int link_message_full(struct err *e)
{
        return err_set(e, -EMSGSIZE, "netlink: the request is too long");
}

int link_set_up(const struct place *p, bool up, struct err *e)
{
        CLEANUP(nlmsg_freep)
        struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, up ? IFF_UP : 0, IFF_UP);

        return ack_request(p->space->sk, m, e);
}

int link_set_group(const struct place *p, uint32_t group, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, 0, 0);

        return nla_put_u32(m, IFLA_GROUP, group) < 0 ? link_message_full(e) : ack_request(p->space->sk, m, e);
}

/* One attribute changed by RTM_SETLINK. */
static int set_attribute(const struct place *p, int type, const void *data, size_t size, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, 0, 0);

        if (nla_put(m, type, (int)size, data) < 0)
                return link_message_full(e);
        return ack_request(p->space->sk, m, e);
}

/*
 * The same where some drivers and kernels want the link to be down: renaming before Linux 6.2, the address of hardware
 * that cannot change it while it runs. Up again afterwards, with what the kernel dropped, whatever came of it.
 */
static int set_attribute_down(const struct place *p, int type, const void *data, size_t size, struct err *e)
{
        CLEANUP(keep_done) struct kept kept = {0};
        struct link_facts facts;
        int r = set_attribute(p, type, data, size, e);

        if (r != -EBUSY || place_read(p, &facts, NULL) < 0 || !(facts.flags & IFF_UP))
                return r;
        r = keep_read(&kept, p->space->sk, p->ifindex, e);
        if (r == 0)
                r = link_set_up(p, false, e);
        if (r < 0)
                return r;
        r = set_attribute(p, type, data, size, e);

        struct err back_error = {0};
        int back = link_set_up(p, true, &back_error);

        if (back == 0)
                back = keep_restore(&kept, p->space->sk, &back_error);
        if (r == 0 && back < 0) {
                *e = back_error;
                r = back;
        }
        return r;
}

/*
 * The kernel tells nobody of a new alias or further name while a link is down (netdev_state_change). A flag that means
 * nothing to any driver then, set and put back, makes it tell: else a live picture keeps the old one. What fails here
 * leaves a picture that is late, and no more.
 */
void link_make_heard(const struct place *p)
{
        struct link_facts facts;

        if (place_read(p, &facts, NULL) < 0 || facts.flags & IFF_UP)
                return;
        for (unsigned k = 0; k < 2; k++) {
                unsigned flag = (facts.flags ^ (k == 0 ? IFF_DEBUG : 0u)) & IFF_DEBUG;
                CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, flag, IFF_DEBUG);
                struct err e = {0};

                (void)ack_request(p->space->sk, m, &e);
        }
}

static int set_promisc(const struct place *p, bool on, struct err *e)
{
        CLEANUP(nlmsg_freep)
        struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, on ? IFF_PROMISC : 0, IFF_PROMISC);

        return ack_request(p->space->sk, m, e);
}

static int do_rename(struct applier *a, const struct step *s, const struct place *p, struct err *e)
{
        struct link_facts facts;
        int r = place_read(p, &facts, e);

        if (r == 0)
                r = set_attribute_down(p, IFLA_IFNAME, s->name, strlen(s->name) + 1, e);
        if (r < 0)
                return fail_step(e, r, &s->at, "cannot be renamed to %s", s->name);
        track_change(a, p, facts.name, p, s->name);
        return 0;
}

/*
 * After a move that failed: has the link left all the same? The kernel moves it first; it may then be refused its name,
 * or to come up. Says where it is, so that the plan's way back can bring it home with all that it lost.
 */
static bool has_left(const struct place *home, const struct link_facts *before, struct space *target, const char *name,
                     struct place *ret)
{
        struct link_facts facts;

        if (place_read(home, &facts, NULL) == 0 && strcmp(facts.name, before->name) == 0)
                return false;
        if (place_find(target, name, &facts, NULL) < 0 && place_find(target, before->name, &facts, NULL) < 0)
                return false;
        *ret = (struct place){.space = target, .ifindex = facts.ifindex};
        return true;
}

static void arrive(struct applier *a, struct step *s, const struct place *from, const char *old_name,
                   const struct place *to, const char *new_name)
{
        track_change(a, from, old_name, to, new_name);
        s->made = (struct iface_id){.cookie = to->space->cookie, .ifindex = to->ifindex};
}

static int do_move(struct applier *a, struct step *s, const struct place *p, struct err *e)
{
        struct link_facts before, after = {0};
        struct space *target = NULL;
        int r = space_of(a, &s->to, &target, e);

        if (r < 0)
                return r;
        r = place_read(p, &before, e);
        if (r < 0)
                return fail_step(e, r, &s->at, "cannot be moved to %s", target->name);

        const char *name = s->name[0] ? s->name : before.name;

        /* The kernel would move it first and then find the new name taken: half a move. */
        if (target != p->space && place_find(target, name, &after, NULL) == 0) {
                e->kernel[0] = '\0';
                return fail_step(e, -EEXIST, &s->at, "cannot be moved to %s as %s", target->name, name);
        }

        CLEANUP(nlmsg_freep)
        struct nl_msg *m = link_message(RTM_SETLINK, 0, p->ifindex, s->is_up ? IFF_UP : 0, s->is_up ? IFF_UP : 0);

        if (nla_put_u32(m, IFLA_NET_NS_FD, (uint32_t)target->ns_fd) < 0 ||
            (strcmp(name, before.name) != 0 && nla_put_string(m, IFLA_IFNAME, name) < 0))
                return link_message_full(e);
        r = ack_request(p->space->sk, m, e);
        if (r == 0)
                r = place_find(target, name, &after, e);

        struct place arrived = {.space = target, .ifindex = after.ifindex};

        if (r == 0) {
                arrive(a, s, p, before.name, &arrived, name);
                return 0;
        }
        if (target != p->space && has_left(p, &before, target, name, &arrived))
                arrive(a, s, p, before.name, &arrived, name); /* under the name that the way back will look for */
        return fail_step(e, r, &s->at, "cannot be moved to %s", target->name);
}

static int do_master(struct applier *a, const struct step *s, const struct place *p, struct err *e)
{
        struct place master = {0};

        if (s->to.iface[0] || s->to.ifindex) {
                int r = place_of(a, &s->to, &master, e);

                if (r < 0)
                        return r;
        }

        uint32_t index = (uint32_t)master.ifindex;
        int r = set_attribute(p, IFLA_MASTER, &index, sizeof(index), e);

        if (r < 0 && index)
                return fail_step(e, r, &s->at, "cannot be put into %s", s->to.iface);
        return r < 0 ? fail_step(e, r, &s->at, "cannot be taken out of its bridge") : 0;
}

static int do_stp(const struct step *s, const struct place *p, struct err *e)
{
        /* A change of what is in IFLA_INFO_DATA is a RTM_NEWLINK that may not create. */
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_NEWLINK, 0, p->ifindex, 0, 0);
        struct nlattr *info = nla_nest_start(m, IFLA_LINKINFO);

        if (!info || nla_put_string(m, IFLA_INFO_KIND, "bridge") < 0)
                return link_message_full(e);

        struct nlattr *data = nla_nest_start(m, IFLA_INFO_DATA);

        if (!data || nla_put_u32(m, IFLA_BR_STP_STATE, s->number) < 0)
                return link_message_full(e);
        nla_nest_end(m, data);
        nla_nest_end(m, info);

        int r = ack_request(p->space->sk, m, e);

        return r < 0 ? fail_step(e, r, &s->at, "its spanning tree cannot be switched %s", s->number ? "on" : "off") : 0;
}

static int do_isolate(const struct step *s, const struct place *p, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_NEWLINK, 0, p->ifindex, 0, 0);
        struct nlattr *info = nla_nest_start(m, IFLA_LINKINFO);

        if (!info || nla_put_string(m, IFLA_INFO_SLAVE_KIND, "bridge") < 0)
                return link_message_full(e);

        struct nlattr *data = nla_nest_start(m, IFLA_INFO_SLAVE_DATA);

        if (!data || nla_put_u8(m, IFLA_BRPORT_ISOLATED, s->number != 0) < 0)
                return link_message_full(e);
        nla_nest_end(m, data);
        nla_nest_end(m, info);

        int r = ack_request(p->space->sk, m, e);

        if (r == 0)
                link_make_heard(p);
        return r < 0 ? fail_step(e, r, &s->at, s->number ? N_("cannot be isolated") : N_("stays isolated")) : 0;
}

static int do_feed(struct applier *a, const struct step *s, const struct place *p, struct err *e)
{
        struct place to = {0};
        int r = 0;

        if (s->op == STEP_FEED_DEL) {
                r = feed_del(p, s->number, e);
                return r < 0 ? fail_step(e, r, &s->at, "goes on giving its frames away") : 0;
        }
        r = place_of(a, &s->to, &to, e);
        if (r < 0)
                return r;
        r = feed_add(p, to.ifindex, s->number, e);
        return r < 0 && r != -EOPNOTSUPP ? fail_step(e, r, &s->at, "cannot give its frames to %s", s->to.iface) : r;
}

static int do_delete(struct applier *a, const struct step *s, const struct place *p, struct err *e)
{
        const struct place nowhere = {.space = p->space};
        struct link_facts facts;
        int r;

        if (link_was_removed(a, p)) {
                track_change(a, p, s->at.iface, &nowhere, s->at.iface);
                return 0;
        }
        r = place_read(p, &facts, e);
        if (r == 0)
                r = link_delete(p, e);
        if (r < 0)
                return fail_step(e, r, &s->at, "cannot be destroyed");
        track_change(a, p, facts.name, &nowhere, facts.name);
        return 0;
}

int link_do(struct applier *a, struct step *s, struct err *e)
{
        struct place p;
        int r = place_of(a, &s->at, &p, e);

        if (r < 0)
                return r;
        switch (s->op) {
        case STEP_LINK_DEL: return do_delete(a, s, &p, e);
        case STEP_LINK_RENAME: return do_rename(a, s, &p, e);
        case STEP_LINK_MOVE: return do_move(a, s, &p, e);
        case STEP_LINK_MASTER: return do_master(a, s, &p, e);
        case STEP_LINK_STP: return do_stp(s, &p, e);
        case STEP_FEED_ADD:
        case STEP_FEED_DEL: return do_feed(a, s, &p, e);
        case STEP_PORT_ISOLATE: return do_isolate(s, &p, e);
        case STEP_PORT_VLANS:
        case STEP_LINK_TUNE:
        case STEP_HOST_ADD:
        case STEP_HOST_DEL:
        case STEP_HOST_FLUSH: return bridge_do(s, &p, e);
        case STEP_LINK_MAC: {
                char mac[MAC_TEXT_SIZE];

                r = set_attribute_down(&p, IFLA_ADDRESS, s->mac.bytes, sizeof(s->mac.bytes), e);
                return r < 0 ? fail_step(e, r, &s->at, "cannot take the address %s", mac_format(s->mac, mac)) : 0;
        }
        case STEP_LINK_MTU:
                r = set_attribute(&p, IFLA_MTU, &s->number, sizeof(s->number), e);
                return r < 0 ? fail_step(e, r, &s->at, "cannot take the MTU %u", s->number) : 0;
        case STEP_LINK_UP: r = link_set_up(&p, true, e); return r < 0 ? fail_step(e, r, &s->at, "cannot be set up") : 0;
        case STEP_LINK_DOWN:
                r = link_set_up(&p, false, e);
                return r < 0 ? fail_step(e, r, &s->at, "cannot be set down") : 0;
        case STEP_LINK_PROMISC:
                r = set_promisc(&p, s->number != 0, e);
                return r < 0 ? fail_step(e, r, &s->at, "cannot be told which frames to take in") : 0;
        case STEP_LINK_ALIAS: /* an empty one removes it */
                r = set_attribute(&p, IFLA_IFALIAS, s->text, strlen(s->text), e);
                if (r == 0)
                        link_make_heard(&p);
                return r < 0 ? fail_step(e, r, &s->at, "cannot take that alias") : 0;
        case STEP_ALTNAME_ADD:
                r = link_mark(&p, RTM_NEWLINKPROP, s->text, e);
                if (r == -EOPNOTSUPP && is_node_mark(s->text)) /* before Linux 5.5: the inventory alone knows */
                        return 0;
                if (r == -EEXIST && is_node_mark(s->text)) /* its digits are its own: what was cut off had set it */
                        return 0;
                if (r == 0)
                        link_make_heard(&p);
                return r < 0 ? fail_step(e, r, &s->at, "cannot take the further name %s", s->text) : 0;
        case STEP_ALTNAME_DEL:
                r = link_mark(&p, RTM_DELLINKPROP, s->text, e);
                if (r < 0 && is_node_mark(s->text)) /* gone already, or never there: it is no name */
                        return 0;
                if (r == 0)
                        link_make_heard(&p);
                return r < 0 ? fail_step(e, r, &s->at, "its further name %s cannot be removed", s->text) : 0;
        default: return err_set(e, -EINVAL, "plan: not a step about a link");
        }
}

/* --- is a kind there? --- */

/*
 * Asks for a link that cannot come to be: its address has one byte and its name a slash. A kind that is there refuses
 * the address (or the name, after which nothing stays); one that is not there is refused before that, as unknown.
 */
static int ask_rtnetlink(struct applier *a, const char *kind, struct err *e)
{
        static const struct target host = {.jail = "host"};
        const uint8_t no_address = 0;
        struct space *s = NULL;
        int r = space_of(a, &host, &s, e);

        if (r < 0)
                return r;

        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, 0, 0);
        struct nlattr *info = NULL;

        if (nla_put_string(m, IFLA_IFNAME, "jn/jn") < 0 || nla_put(m, IFLA_ADDRESS, 1, &no_address) < 0 ||
            !(info = nla_nest_start(m, IFLA_LINKINFO)) || nla_put_string(m, IFLA_INFO_KIND, kind) < 0)
                return link_message_full(e);
        nla_nest_end(m, info);
        r = ack_request(s->sk, m, e);
        if (r == -EPERM)
                return err_set(e, r, "%s: not permitted; run jailnet as root", kind);
        return r == -EOPNOTSUPP ? 0 : 1;
}

static int ask_tun(struct err *e)
{
        int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

        if (fd >= 0) {
                (void)close(fd); /* nothing was made through it */
                return 1;
        }
        if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
                return 0;
        return err_set(e, -errno, "/dev/net/tun: cannot be opened: %s", strerror(errno));
}

int link_has_kind(struct applier *a, enum iface_kind k, struct err *e)
{
        const struct kind *kind = kind_of(k);

        if (!kind) {
                (void)err_set(e, -EOPNOTSUPP, "interface: one of its kind cannot be made; only virtual ones can");
                return 0;
        }
        if (a->kinds[k] == KIND_NOT_ASKED) {
                int r = kind->is_made_by_tun ? ask_tun(e) : ask_rtnetlink(a, kind->name, e);

                if (r < 0)
                        return r;
                a->kinds[k] = r ? KIND_IS_THERE : KIND_IS_MISSING;
        }
        if (a->kinds[k] == KIND_IS_MISSING) {
                (void)err_set(e, -EOPNOTSUPP,
                              "%s: this kernel has no such link kind (%s); load that module or boot a kernel with it",
                              kind->name, kind->module);
                return 0;
        }
        err_clear(e);
        return 1;
}
