/*
 * scan_read.c - reads one network stack: enter, one socket, dump links, addresses and routes, close.
 *
 * Measured: 12 to 20 us a namespace. The same by IFLA_TARGET_NETNSID, without entering, takes six times as long with
 * hundreds of namespaces, so that is for those that can't be entered.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/netconf.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/kernel/nft.h"
#include "core/kernel/scan_parts.h"
#include "core/graph/nat_rule.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif
#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif
#define REQUEST_SIZE  128
#define DUMP_TRIES    5    /* a dump is interrupted by any change in that namespace */
#define MANY_ROUTES   5000 /* from here on, tables are not read more often than... */
#define MANY_PAUSE_MS 2000

struct nl_msg *scan_new_message(int type, int flags, const void *header, size_t size)
{
        struct nl_msg *m = nlmsg_alloc_size(REQUEST_SIZE); /* the usual size is a page, which is cleared each time */
        void *place = m && nlmsg_put(m, 0, 0, type, 0, flags) ? nlmsg_reserve(m, size, NLMSG_ALIGNTO) : NULL;

        if (!place)
                abort(); /* out of memory: libnl is the one allocator here that says so */
        memcpy(place, header, size);
        return m;
}

static struct nl_msg *new_links_message(const struct scan *sc)
{
        struct ifinfomsg header = {0};
        struct nl_msg *m = scan_new_message(RTM_GETLINK, NLM_F_DUMP, &header, sizeof(header));

        if (!sc->options->want_counters)
                nla_put_u32(m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        return m;
}

static struct nl_msg *new_addresses_message(void)
{
        struct ifaddrmsg header = {0};

        return scan_new_message(RTM_GETADDR, NLM_F_DUMP, &header, sizeof(header));
}

static struct nl_msg *new_routes_message(uint8_t family)
{
        struct rtmsg header = {.rtm_family = family, .rtm_table = RT_TABLE_MAIN};

        return scan_new_message(RTM_GETROUTE, NLM_F_DUMP, &header, sizeof(header));
}

static struct nl_msg *new_forwarding_message(uint8_t family)
{
        struct netconfmsg header = {.ncm_family = family};
        struct nl_msg *m = scan_new_message(RTM_GETNETCONF, 0, &header, sizeof(header));

        nla_put_u32(m, NETCONFA_IFINDEX, (uint32_t)NETCONFA_IFINDEX_ALL);
        return m;
}

static struct nl_msg *new_stats_message(void)
{
        struct if_stats_msg header = {.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64)};

        return scan_new_message(RTM_GETSTATS, NLM_F_DUMP, &header, sizeof(header));
}

void scan_make_messages(struct scan *sc)
{
        sc->messages[MESSAGE_LINKS] = new_links_message(sc);
        sc->messages[MESSAGE_ADDRESSES] = new_addresses_message();
        sc->messages[MESSAGE_ROUTES4] = new_routes_message(AF_INET);
        sc->messages[MESSAGE_ROUTES6] = new_routes_message(AF_INET6);
        sc->messages[MESSAGE_FORWARDING] = new_forwarding_message(AF_INET);
        sc->messages[MESSAGE_FORWARDING6] = new_forwarding_message(AF_INET6);
        sc->messages[MESSAGE_STATS] = new_stats_message();
}

/* What a dump's answers are put into. */
struct sink {
        struct scan *scan;
        struct stack *stack;
        uint8_t family;
};

static int take_link(struct nlmsghdr *h, void *context)
{
        struct sink *k = context;
        struct link *l;

        if (h->nlmsg_type == RTM_NEWLINK && decode_link(h, &l) == 0)
                stack_put_link(k->scan->facts, k->stack, l);
        return 0; /* one that makes no sense is passed over */
}

static int take_address(struct nlmsghdr *h, void *context)
{
        struct sink *k = context;
        struct address_fact a;

        if (h->nlmsg_type == RTM_NEWADDR && decode_address(h, &a) == 0)
                stack_put_address(k->scan->facts, k->stack, &a);
        return 0;
}

static int take_route(struct nlmsghdr *h, void *context)
{
        struct sink *k = context;
        struct route r;

        if (h->nlmsg_type == RTM_NEWROUTE && decode_route(h, &r) == 0 && r.destination.family == k->family)
                stack_put_route(k->stack, &r);
        return 0;
}

static int take_forwarding(struct nlmsghdr *h, void *context)
{
        struct sink *k = context;
        int forwarding;
        bool is_v6;

        if (h->nlmsg_type == RTM_NEWNETCONF && decode_forwarding(h, &is_v6, &forwarding) == 0)
                k->scan->facts->is_changed |= stack_set_forwarding(k->stack, is_v6, forwarding);
        return 0;
}

/* Repeats a dump that a change interrupted. begin (may be NULL) empties what the last try brought. */
static int dump(struct reader *r, struct nl_msg *m, reader_handler take, struct sink *sink, struct err *e,
                void (*begin)(struct stack *s))
{
        int result = -EAGAIN;

        for (int tries = 0; tries < DUMP_TRIES && result == -EAGAIN; tries++) {
                if (begin)
                        begin(sink->stack);
                result = reader_ask(r, m, take, sink, e);
        }
        if (result == -EAGAIN)
                facts_warn(sink->scan->facts, "%s: changes faster than it can be read", sink->stack->best.name);
        return result == -EAGAIN ? 0 : result; /* what the last try brought is nearly right; events mend it */
}

static int take_nat(void *user, const char *chain, uint64_t handle, const char *comment)
{
        struct nat_rule r;

        (void)chain;
        (void)handle;
        if (nat_rule_parse(comment, &r, NULL) == 0)
                text_putf(user, "%s\n", comment);
        return 0;
}

/* The thread is in the namespace. */
static void read_nat(struct scan *sc, struct stack *s)
{
        CLEANUP(text_done) struct text t = {0};

        if (nft_read_here(take_nat, &t) < 0)
                return; /* without the right to, or in a kernel without it: unknown */
        if (s->nat_rules && strcmp(s->nat_rules, text_str(&t)) == 0)
                return;
        free(s->nat_rules);
        s->nat_rules = t.s ? text_take(&t) : xstrdup("");
        sc->facts->is_changed = true;
}

static bool is_home(const struct stack *s)
{
        return s->best.origin == ORIGIN_HOST;
}

static void ask_forwarding(struct scan *sc, struct stack *s, struct reader *r, bool is_v6)
{
        struct sink sink = {.scan = sc, .stack = s};

        (void)reader_ask(r, sc->messages[is_v6 ? MESSAGE_FORWARDING6 : MESSAGE_FORWARDING], take_forwarding, &sink,
                         NULL); /* else unknown */
}

/*
 * Of a picture that is only shown: who switches a stack's forwarding switches all its devices, and those to come. So
 * where they agree, the loopback among them, the stack is not asked, which would take two more questions of each. It is
 * another value only where somebody set every device against the stack, by hand. What a plan is made on is asked.
 */
static void read_forwarding(struct scan *sc, struct stack *s, struct reader *r)
{
        for (int is_v6 = 0; is_v6 <= 1; is_v6++) {
                int forwarding = stack_links_forward(s, is_v6);

                if (forwarding >= 0 && !is_home(s))
                        sc->facts->is_changed |= stack_set_forwarding(s, is_v6, forwarding);
                else
                        ask_forwarding(sc, s, r, is_v6);
        }
}

static void read_routes(struct scan *sc, struct stack *s, struct reader *r)
{
        struct sink sink = {.scan = sc, .stack = s, .family = AF_INET};
        CLEANUP(freep) struct route *before = TAKE(s->routes);
        size_t before_count = s->route_count;

        s->route_count = s->route_capacity = 0;
        (void)dump(r, sc->messages[MESSAGE_ROUTES4], take_route, &sink, NULL, stack_clear_routes);
        sink.family = AF_INET6;
        size_t ipv4_count = s->route_count;
        for (int tries = 0; tries < DUMP_TRIES; tries++) { /* an empty table is an error to the kernel: no routes */
                s->route_count = ipv4_count;
                if (reader_ask(r, sc->messages[MESSAGE_ROUTES6], take_route, &sink, NULL) != -EAGAIN)
                        break;
        }
        if (!sc->options->only_shows) {
                ask_forwarding(sc, s, r, false);
                ask_forwarding(sc, s, r, true);
        }
        read_nat(sc, s);
        s->are_routes_old = false;
        s->routes_ms = clock_now_ms();
        if (before_count != s->route_count ||
            (before_count && memcmp(before, s->routes, before_count * sizeof(*before)) != 0))
                sc->facts->is_state_changed = true;
}

static int take_home_id(struct nlmsghdr *h, void *context)
{
        struct sink *k = context;
        struct nsid_fact fact;

        if (decode_nsid(h, &fact) < 0)
                return 0;
        k->scan->facts->is_changed |= k->stack->home_id != fact.nsid;
        k->stack->home_id = fact.nsid;
        return 0;
}

/* How this namespace calls the host, so that a veth's other end there is known without asking further. */
static void read_home_id(struct scan *sc, struct stack *s, struct reader *r)
{
        struct sink sink = {.scan = sc, .stack = s};
        struct rtgenmsg header = {0};
        struct nl_msg *m;

        if (!stack_has_foreign(s))
                return;
        m = scan_new_message(RTM_GETNSID, 0, &header, sizeof(header));
        nla_put_u32(m, NETNSA_FD, (uint32_t)sc->home_fd);
        (void)reader_ask(r, m, take_home_id, &sink, NULL); /* unknown stays -1 */
        nlmsg_free(m);
}

static int read_links(struct scan *sc, struct stack *s, struct reader *r, struct nl_msg *links,
                      struct nl_msg *addresses, struct err *e)
{
        struct sink sink = {.scan = sc, .stack = s};
        int result = dump(r, links, take_link, &sink, e, stack_begin_links);

        if (result < 0)
                return result;
        stack_end_links(sc->facts, s);
        result = dump(r, addresses, take_address, &sink, e, NULL);
        if (result < 0)
                return result;
        s->is_read = true;
        return 0;
}

/* Without entering: the host's socket asks about the namespace with that id. Routes can't be asked so. */
static int read_by_id(struct scan *sc, struct stack *s, struct err *e)
{
        struct nl_msg *links = new_links_message(sc), *addresses = new_addresses_message();
        int result;

        nla_put_u32(links, IFLA_TARGET_NETNSID, (uint32_t)s->nsid);
        nla_put_u32(addresses, IFA_TARGET_NETNSID, (uint32_t)s->nsid);
        result = read_links(sc, s, &sc->home, links, addresses, e);
        nlmsg_free(links);
        nlmsg_free(addresses);
        if (result < 0)
                return result;
        s->is_remote = true;
        /* Here the kernel gives peers' ids in the asker's numbering. */
        for (size_t k = 0; k < s->link_count; k++)
                s->links[k]->i.link_nsid_home = s->links[k]->i.link_nsid;
        return 0;
}

static void read_unentered(struct scan *sc, struct stack *s, int fd, const char *why)
{
        struct err e = {0};

        scan_go_home(sc);
        if (s->nsid < 0 && fd >= 0)
                facts_set_nsid(sc->facts, s, scan_give_nsid(sc, fd));
        if (s->nsid >= 0 && read_by_id(sc, s, &e) == 0) {
                stack_set_warning(s, "it is read by its id, since it can't be entered: no routes");
                return;
        }
        s->is_read = false;
        stack_set_warning(s, why);
}

static int enter(struct scan *sc, int fd)
{
        if (setns(fd, CLONE_NEWNET) < 0)
                return -errno;
        sc->is_away = fd != sc->home_fd;
        return 0;
}

void scan_go_home(struct scan *sc)
{
        if (!sc->is_away)
                return;
        /* It was possible to leave, so it is to return; a thread astray would show lies. */
        if (setns(sc->home_fd, CLONE_NEWNET) < 0)
                abort();
        sc->is_away = false;
}

/* In the namespace now: is it still the one that we mean? A cookie is never used again. */
static bool check_cookie(struct stack *s, const struct reader *r)
{
        uint64_t cookie = 0;
        socklen_t size = sizeof(cookie);

        if (getsockopt(r->fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0)
                return true; /* before Linux 5.14 there is none */
        if (s->cookie == 0)
                s->cookie = cookie;
        return s->cookie == cookie;
}

/* Its links, addresses, and what depends on them. */
static void read_main(struct scan *sc, struct stack *s, struct reader *r)
{
        struct err e = {0};

        if (read_links(sc, s, r, sc->messages[MESSAGE_LINKS], sc->messages[MESSAGE_ADDRESSES], &e) < 0) {
                stack_set_warning(s, e.what);
                return;
        }
        read_home_id(sc, s, r);
        if (sc->options->want_routes && sc->options->only_shows)
                read_forwarding(sc, s, r);
        s->is_remote = false;
        stack_set_warning(s, NULL);
}

static void read_inside(struct scan *sc, struct stack *s)
{
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        struct err e = {0};

        if (reader_open(&r, sc->buffer, &e) < 0 || !check_cookie(s, &r)) {
                stack_set_warning(s, err_is_set(&e) ? e.what : "another network stack has taken its place");
                return;
        }
        if (!sc->left)
                read_main(sc, s, &r);
        if (sc->options->want_routes && !s->warning)
                read_routes(sc, s, &r);
        if (sc->left) {
                *sc->left = r;
                r.fd = -1;
        }
}

void scan_read_open(struct scan *sc, struct stack *s, int fd)
{
        int r = enter(sc, fd);

        if (r == -EINVAL)
                return; /* no network namespace: neither read nor warned of */
        if (r < 0)
                read_unentered(sc, s, fd, r == -EPERM ? "entering it takes more rights" : strerror(-r));
        else
                read_inside(sc, s);
}

int scan_open_stack(const struct stack *s)
{
        int fd = s->best.path[0] ? netns_open_path(s->best.path) : -1;
        struct stat st;

        if (fd >= 0 && fstat(fd, &st) == 0 && st.st_ino == s->inode && st.st_dev == s->device)
                return fd;
        if (fd >= 0)
                (void)close(fd); /* of no use */
        return netns_open_handle(&s->handle);
}

void scan_read(struct scan *sc, struct stack *s)
{
        CLEANUP(closep) int fd = -1;

        if (is_home(s)) {
                scan_go_home(sc);
                read_inside(sc, s);
                return;
        }
        fd = scan_open_stack(s);
        if (fd >= 0)
                scan_read_open(sc, s, fd);
        else
                read_unentered(sc, s, -1, "nothing is left by which it could be opened");
        scan_go_home(sc);
}

void scan_read_all(struct scan *sc)
{
        for (size_t k = 0; k < sc->facts->count; k++)
                scan_read(sc, sc->facts->stacks[k]);
        scan_translate(sc);
}

void scan_adopt(struct scan *sc, const struct netns_ref *ref)
{
        CLEANUP(closep) int fd = netns_open_path(ref->path);
        struct stack *s;
        struct stat st;

        if (fd < 0 || fstat(fd, &st) < 0 || st.st_ino != ref->inode || st.st_dev != ref->device)
                return; /* closed meanwhile */
        s = facts_find_inode(sc->facts, ref->inode, ref->device);
        if (!s)
                s = facts_find_nsid(sc->facts, scan_ask_nsid(sc, fd));
        if (!s || !s->is_settled || (s->best.path[0] && s->inode))
                return; /* it can be opened otherwise, or is none of ours */
        (void)str_copy(s->best.path, sizeof(s->best.path), ref->path); /* same size */
        if (!s->inode || s->is_remote) {
                s->inode = ref->inode;
                s->device = ref->device;
                scan_read_open(sc, s, fd);
                scan_go_home(sc);
        }
        sc->facts->is_changed = true;
}

int scan_open_inside(struct scan *sc, struct stack *s, struct reader *ret)
{
        CLEANUP(closep) int fd = -1;
        int r;

        if (is_home(s)) {
                scan_go_home(sc);
        } else {
                fd = scan_open_stack(s);
                if (fd < 0)
                        return fd;
                r = enter(sc, fd);
                if (r < 0)
                        return r;
        }
        r = reader_open(ret, sc->buffer, NULL);
        return r == 0 && !check_cookie(s, ret) ? -ESTALE : r;
}

void scan_read_left(struct scan *sc, struct stack *s, struct reader *r)
{
        if (!s->is_read && !s->warning && (r->fd >= 0 || scan_open_inside(sc, s, r) == 0)) {
                r->buffer = sc->buffer; /* another thread has begun it */
                read_main(sc, s, r);
        }
        reader_close(r);
}

static bool is_incomplete(const struct link *l)
{
        return (l->i.kind == KIND_VETH || l->i.kind == KIND_MACVLAN || l->i.kind == KIND_MACVTAP ||
                l->i.kind == KIND_IPVLAN || l->i.kind == KIND_VLAN) &&
                l->i.link_ifindex == 0;
}

void scan_read_incomplete(struct scan *sc)
{
        for (size_t k = 0; k < sc->facts->count; k++) {
                struct sink sink = {.scan = sc, .stack = sc->facts->stacks[k]};
                struct stack *s = sink.stack;
                CLEANUP(reader_close) struct reader r = {.fd = -1};

                if (!s->has_incomplete)
                        continue;
                s->has_incomplete = false; /* once: a link that is going has no peer any more */
                if (s->is_remote || scan_open_inside(sc, s, &r) < 0)
                        continue;
                for (size_t i = 0; i < s->link_count; i++) {
                        struct ifinfomsg header = {.ifi_index = s->links[i]->i.id.ifindex};
                        struct nl_msg *m;

                        if (!is_incomplete(s->links[i]))
                                continue;
                        m = scan_new_message(RTM_GETLINK, 0, &header, sizeof(header));
                        (void)reader_ask(&r, m, take_link, &sink, NULL); /* gone meanwhile: an event tells */
                        nlmsg_free(m);
                }
                read_home_id(sc, s, &r);
        }
        scan_go_home(sc);
}

bool scan_read_routes(struct scan *sc, size_t at_most)
{
        bool is_left = false;

        for (size_t k = 0; k < sc->facts->count; k++) {
                struct stack *s = sc->facts->stacks[k];
                CLEANUP(reader_close) struct reader r = {.fd = -1};

                if (!s->are_routes_old || s->is_remote || !s->is_read)
                        continue;
                if (s->route_count > at_most ||
                    (s->route_count > MANY_ROUTES && clock_now_ms() - s->routes_ms < MANY_PAUSE_MS)) {
                        is_left = true;
                        continue;
                }
                s->are_routes_old = false;
                if (scan_open_inside(sc, s, &r) == 0)
                        read_routes(sc, s, &r);
        }
        scan_go_home(sc);
        return is_left;
}

/* One line of a foreign namespace's table of ids: nsid there, current_nsid at home. */
static int take_translation(struct nlmsghdr *h, void *context)
{
        struct sink *sink = context;
        struct nsid_fact fact;

        if (decode_nsid(h, &fact) < 0 || fact.current_nsid < 0)
                return 0;
        for (size_t k = 0; k < sink->stack->link_count; k++) {
                struct iface *i = &sink->stack->links[k]->i;

                if (i->link_nsid != fact.nsid)
                        continue;
                sink->scan->facts->is_changed |= i->link_nsid_home != fact.current_nsid;
                i->link_nsid_home = fact.current_nsid;
        }
        return 0;
}

static struct nl_msg *new_translation_message(const struct stack *s)
{
        struct rtgenmsg header = {0};
        struct nl_msg *m = scan_new_message(RTM_GETNSID, NLM_F_DUMP, &header, sizeof(header));

        nla_put_u32(m, NETNSA_TARGET_NSID, (uint32_t)s->nsid);
        return m;
}

void scan_translate(struct scan *sc)
{
        for (size_t k = 1; k < sc->facts->count; k++) {
                struct stack *s = sc->facts->stacks[k];
                struct sink sink = {.scan = sc, .stack = s};
                struct nl_msg *m;

                if (s->nsid < 0 || s->is_remote || !stack_has_foreign(s))
                        continue;
                m = new_translation_message(s);
                (void)reader_ask(&sc->home, m, take_translation, &sink, NULL); /* untranslated: matched by both ends */
                nlmsg_free(m);
        }
}

struct wanted_target {
        int nsid;
        int home_nsid;
};

static int take_target(struct nlmsghdr *h, void *context)
{
        struct wanted_target *w = context;
        struct nsid_fact fact;

        if (decode_nsid(h, &fact) == 0 && fact.nsid == w->nsid)
                w->home_nsid = fact.current_nsid;
        return 0;
}

struct stack *scan_find_target(struct scan *sc, const struct stack *s, int nsid)
{
        struct wanted_target w = {nsid, -1};
        struct nl_msg *m;

        if (is_home(s) || s->is_remote)
                return facts_find_nsid(sc->facts, nsid);
        if (nsid == s->home_id && nsid >= 0)
                return sc->facts->stacks[0];
        if (s->nsid < 0)
                return NULL;
        m = new_translation_message(s);
        (void)reader_ask(&sc->home, m, take_target, &w, NULL); /* unknown stays -1 */
        nlmsg_free(m);
        return facts_find_nsid(sc->facts, w.home_nsid);
}
