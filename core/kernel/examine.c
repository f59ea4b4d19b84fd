/* examine.c - the thread that goes from stack to stack, and the plain questions that it asks there. */
#include "core/kernel/examine.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/depth_decode.h"
#include "core/kernel/examine_parts.h"
#include "core/kernel/netns.h"
#include "core/kernel/tc_read.h"

#define DUMP_TRIES 3 /* an interrupted dump is asked again; after that, what it brought is nearly right */

static struct nl_msg *new_message(int type, int flags, void *header, size_t size)
{
        struct nl_msg *m = nlmsg_alloc_simple(type, flags);

        if (!m || nlmsg_append(m, header, size, NLMSG_ALIGNTO) < 0)
                abort(); /* out of memory: libnl is the one allocator here that says so */
        return m;
}

/* Sends and frees m. What does not exist in this kernel stays unknown. */
static void ask(struct exam_visit *v, struct nl_msg *m, reader_handler take)
{
        for (int tries = 0; tries < DUMP_TRIES; tries++)
                if (reader_ask(v->r, m, take, v, NULL) != -EAGAIN)
                        break;
        nlmsg_free(m);
}

static int take_setting(struct nlmsghdr *h, void *context)
{
        struct exam_visit *v = context;
        struct depth_setting s;

        if (depth_decode_setting(h, &s) < 0)
                return 0;
        if (s.ifindex == DEPTH_EVERY_IFACE) {
                if (s.family == AF_INET)
                        v->stack->reverse_path = s.rp_filter;
                return 0;
        }

        struct exam_device *d = examination_add_device(v->x, (struct iface_id){v->stack->cookie, s.ifindex});

        if (s.family == AF_INET) {
                d->forwarding = s.forwarding;
                d->reverse_path = s.rp_filter;
        }
        d->proxies = s.proxies > 0 ? 1 : -1; /* for either family */
        return 0;
}

static void ask_settings(struct exam_visit *v, uint8_t family)
{
        struct netconfmsg header = {.ncm_family = family};

        ask(v, new_message(RTM_GETNETCONF, NLM_F_DUMP, &header, sizeof(header)), take_setting);
}

static int take_rule(struct nlmsghdr *h, void *context)
{
        struct exam_visit *v = context;
        struct depth_rule r;

        if (depth_decode_rule(h, &r) == 0)
                v->stack->has_rules = true;
        return 0;
}

static void ask_rules(struct exam_visit *v)
{
        struct fib_rule_hdr header = {.family = AF_INET};

        ask(v, new_message(RTM_GETRULE, NLM_F_DUMP, &header, sizeof(header)), take_rule);
}

static int take_neighbour(struct nlmsghdr *h, void *context)
{
        struct exam_visit *v = context;
        struct examination *x = v->x;
        struct depth_neighbour n;

        if (depth_decode_neighbour(h, &n) < 0 || !(n.state & NUD_FAILED))
                return 0;
        x->silences = array_grow(x->silences, &x->silence_capacity, x->silence_count, sizeof(*x->silences));
        x->silences[x->silence_count++] = (struct exam_silence){{v->stack->cookie, n.ifindex}, n.address};
        return 0;
}

static void ask_neighbours(struct exam_visit *v)
{
        struct ndmsg header = {.ndm_family = AF_UNSPEC};

        ask(v, new_message(RTM_GETNEIGH, NLM_F_DUMP, &header, sizeof(header)), take_neighbour);
}

static void add_vlan(void *context, const struct depth_vlan *from)
{
        struct exam_visit *v = context;
        struct examination *x = v->x;

        x->vlans = array_grow(x->vlans, &x->vlan_capacity, x->vlan_count, sizeof(*x->vlans));
        x->vlans[x->vlan_count++] = (struct exam_vlan){
                .id = {v->stack->cookie, from->ifindex},
                .first = from->first,
                .last = from->last,
                .is_native = from->is_pvid,
                .is_untagged = from->is_untagged,
        };
}

static int take_vlans(struct nlmsghdr *h, void *context)
{
        (void)depth_decode_vlans(h, add_vlan, context); /* a port that makes no sense has none */
        return 0;
}

static void ask_vlans(struct exam_visit *v)
{
        struct ifinfomsg header = {.ifi_family = AF_BRIDGE};
        const struct jail *j = &v->g->jails[v->jail];
        bool is_filtering = false;
        struct nl_msg *m;

        for (size_t k = j->iface_first; k != NONE; k = v->g->ifaces[k].next)
                is_filtering |= v->g->ifaces[k].vlan_filtering;
        if (!is_filtering)
                return;
        m = new_message(RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));
        nla_put_u32(m, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
        ask(v, m, take_vlans);
}

static void take_redirect(void *context, const struct depth_redirect *d)
{
        struct exam_visit *v = context;
        struct examination *x = v->x;

        if (d->is_drop && !d->takes_all)
                return; /* a firewall does that */
        x->redirects = array_grow(x->redirects, &x->redirect_capacity, x->redirect_count, sizeof(*x->redirects));
        x->redirects[x->redirect_count++] = (struct exam_redirect){
                .id = {v->stack->cookie, d->ifindex},
                .target = d->target,
                .is_copy = d->is_copy,
                .drops_all = d->is_drop,
                .is_out = d->is_out,
        };
}

/* -- From stack to stack ----------------------------------------------------------------------------------------- */

static void visit_here(const struct graph *g, struct examination *x, size_t jail, unsigned char *buffer)
{
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        struct exam_stack stack = {.cookie = g->jails[jail].cookie, .reverse_path = -1};
        struct exam_visit v = {.g = g, .x = x, .r = &r, .jail = jail, .stack = &stack};

        if (reader_open(&r, buffer, NULL) < 0 || netns_cookie_here() != stack.cookie)
                return; /* another one has taken its place */
        ask_settings(&v, AF_INET);
        ask_settings(&v, AF_INET6);
        ask_rules(&v);
        ask_neighbours(&v);
        ask_vlans(&v);
        tc_read(&r, take_redirect, &v);
        examine_bridges(&v);
        x->stacks = array_grow(x->stacks, &x->stack_capacity, x->stack_count, sizeof(*x->stacks));
        x->stacks[x->stack_count++] = stack;
}

struct tour {
        const struct graph *g;
        struct examination *x;
};

static void *go_round(void *context)
{
        struct tour *t = context;
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);

        if (t->g->jail_count)
                visit_here(t->g, t->x, 0, buffer); /* the thread begins where the process is: at home */
        examine_managers(t->g, t->x);
        for (size_t k = 1; k < t->g->jail_count; k++) {
                CLEANUP(closep) int fd = t->g->jails[k].cookie ? netns_open(&t->g->jails[k], NULL) : -1;

                if (fd >= 0 && setns(fd, CLONE_NEWNET) == 0)
                        visit_here(t->g, t->x, k, buffer);
        }
        examination_sort(t->x);
        return NULL; /* the thread ends where it is, and nobody else is moved by it */
}

int examine(const struct graph *g, struct examination *x, struct err *e)
{
        struct tour t = {g, x};
        sigset_t all, before;
        pthread_t thread;

        (void)sigfillset(&all); /* signals are the main thread's */
        (void)pthread_sigmask(SIG_SETMASK, &all, &before);

        int r = pthread_create(&thread, NULL, go_round, &t);

        (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
        if (r != 0)
                return err_set(e, -r, "the thread that looks into the stacks cannot be started: %s", strerror(r));
        (void)pthread_join(thread, NULL); /* ours and joined once: it cannot fail */
        return 0;
}
