/* depth_read.c - asks one network stack for what the graph does not hold. */
#include "core/kernel/depth_read.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h> /* before the kernel's own, which then keeps out of its way */
#include <netinet/tcp.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/netconf.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/rights.h"
#include "core/kernel/depth_decode.h"
#include "core/kernel/holders.h"
#include "core/kernel/netns.h"
#include "core/kernel/nft.h"
#include "core/kernel/proc.h"
#include "core/kernel/reader.h"
#include "core/kernel/run_in.h"
#include "core/kernel/tc_read.h"

#define DUMP_TRIES 5 /* a dump is interrupted by any change of the table */

#define UDP_OPEN 7 /* TCP_CLOSE: how the kernel calls a UDP socket without a peer */

struct question {
        struct depth *d;
        unsigned parts;
        size_t capacity; /* of the list that is being filled */
        bool is_udp;
};

static struct nl_msg *new_dump(int type, void *header, size_t size)
{
        struct nl_msg *m = nlmsg_alloc_simple(type, NLM_F_DUMP);

        if (!m || nlmsg_append(m, header, size, NLMSG_ALIGNTO) < 0)
                abort(); /* out of memory: libnl is the one allocator here that says so */
        return m;
}

/* Asks until no change comes in between; the list is back at count before each try. Frees m. */
static int ask(struct reader *r, struct nl_msg *m, reader_handler take, struct question *q, size_t *count,
               struct err *e)
{
        size_t before = *count;
        int result = -EAGAIN;

        for (int tries = 0; result == -EAGAIN && tries < DUMP_TRIES; tries++) {
                *count = before;
                result = reader_ask(r, m, take, q, e);
        }
        nlmsg_free(m);
        return result == -EAGAIN ? 0 : result; /* what the last try brought is nearly right */
}

/* What a part's questions brought: it is known, or the first refusal is kept. */
static void settle(struct question *q, unsigned part, int result, const struct err *e)
{
        if (result >= 0)
                q->d->known |= part;
        else if (!err_is_set(&q->d->why))
                q->d->why = *e;
}

static int take_setting(struct nlmsghdr *h, void *context)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->settings = array_grow(d->settings, &q->capacity, d->setting_count, sizeof(*d->settings));
        if (depth_decode_setting(h, &d->settings[d->setting_count]) == 0)
                d->setting_count++;
        return 0;
}

static int take_neighbour(struct nlmsghdr *h, void *context)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->neighbours = array_grow(d->neighbours, &q->capacity, d->neighbour_count, sizeof(*d->neighbours));
        if (depth_decode_neighbour(h, &d->neighbours[d->neighbour_count]) == 0)
                d->neighbour_count++;
        return 0;
}

static int take_rule(struct nlmsghdr *h, void *context)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->rules = array_grow(d->rules, &q->capacity, d->rule_count, sizeof(*d->rules));
        if (depth_decode_rule(h, &d->rules[d->rule_count]) == 0)
                d->rule_count++;
        return 0;
}

static void add_vlan(void *context, const struct depth_vlan *v)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->vlans = array_grow(d->vlans, &q->capacity, d->vlan_count, sizeof(*d->vlans));
        d->vlans[d->vlan_count++] = *v;
}

static int take_vlans(struct nlmsghdr *h, void *context)
{
        (void)depth_decode_vlans(h, add_vlan, context); /* a port that makes no sense has none */
        return 0;
}

static int take_chain(struct nlmsghdr *h, void *context)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->chains = array_grow(d->chains, &q->capacity, d->chain_count, sizeof(*d->chains));
        if (depth_decode_chain(h, &d->chains[d->chain_count]) == 0)
                d->chain_count++;
        return 0;
}

static int take_listener(struct nlmsghdr *h, void *context)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->listeners = array_grow(d->listeners, &q->capacity, d->listener_count, sizeof(*d->listeners));
        if (depth_decode_listener(h, &d->listeners[d->listener_count]) == 0)
                d->listeners[d->listener_count++].is_udp = q->is_udp;
        return 0;
}

static const uint8_t families[] = {AF_INET, AF_INET6};

static void read_settings(struct reader *r, struct question *q)
{
        struct err e = {0};
        int result = 0;

        q->capacity = 0;
        for (size_t k = 0; result >= 0 && k < ARRAY_SIZE(families); k++) {
                struct netconfmsg header = {.ncm_family = families[k]};

                result = ask(r, new_dump(RTM_GETNETCONF, &header, sizeof(header)), take_setting, q,
                             &q->d->setting_count, &e);
                if (result == -EOPNOTSUPP && families[k] == AF_INET6)
                        result = 0; /* a kernel without IPv6 */
        }
        settle(q, DEPTH_SETTINGS, result, &e);
}

static void read_neighbours(struct reader *r, struct question *q)
{
        struct err e = {0};
        int result = 0;

        q->capacity = 0;
        for (size_t k = 0; result >= 0 && k < ARRAY_SIZE(families); k++) {
                struct ndmsg header = {.ndm_family = families[k]};

                result = ask(r, new_dump(RTM_GETNEIGH, &header, sizeof(header)), take_neighbour, q,
                             &q->d->neighbour_count, &e);
        }
        settle(q, DEPTH_NEIGHBOURS, result, &e);
}

static void read_rules(struct reader *r, struct question *q)
{
        struct err e = {0};
        int result = 0;

        q->capacity = 0;
        for (size_t k = 0; result >= 0 && k < ARRAY_SIZE(families); k++) {
                struct fib_rule_hdr header = {.family = families[k]};

                result = ask(r, new_dump(RTM_GETRULE, &header, sizeof(header)), take_rule, q, &q->d->rule_count, &e);
                if (result == -EAFNOSUPPORT || result == -EOPNOTSUPP)
                        result = 0; /* a kernel without policy rules: the main table alone is asked */
        }
        settle(q, DEPTH_RULES, result, &e);
}

static void read_vlans(struct reader *r, struct question *q)
{
        struct ifinfomsg header = {.ifi_family = AF_BRIDGE};
        struct nl_msg *m = new_dump(RTM_GETLINK, &header, sizeof(header));
        struct err e = {0};

        q->capacity = 0;
        nla_put_u32(m, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN_COMPRESSED);
        settle(q, DEPTH_VLANS, ask(r, m, take_vlans, q, &q->d->vlan_count, &e), &e);
}

static void read_chains(struct question *q)
{
        struct err e = {0};
        int result;

        q->capacity = 0;
        result = nft_dump_here(NFT_MSG_GETCHAIN, NFPROTO_UNSPEC, NULL, take_chain, q);
        if (result < 0)
                (void)err_set(&e, result, "firewall: cannot be read: %s", strerror(-result));
        settle(q, DEPTH_FIREWALL, result, &e);
}

static void take_redirect(void *context, const struct depth_redirect *r)
{
        struct question *q = context;
        struct depth *d = q->d;

        d->redirects = array_grow(d->redirects, &q->capacity, d->redirect_count, sizeof(*d->redirects));
        d->redirects[d->redirect_count++] = *r;
}

static void read_redirects(struct reader *r, struct question *q)
{
        q->capacity = 0;
        tc_read(r, take_redirect, q);
        q->d->known |= DEPTH_REDIRECTS;
}

static void read_listeners(unsigned char *buffer, struct question *q)
{
        CLEANUP(reader_close)
        struct reader r = {.buffer = buffer, .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
        struct err e = {0};
        int result = r.fd < 0 ? err_set(&e, -errno, "sockets: cannot be listed: %s", strerror(errno)) : 0;

        q->capacity = 0;
        for (int k = 0; result >= 0 && k < 4; k++) {
                struct inet_diag_req_v2 request = {.sdiag_family = families[k % 2],
                                                   .sdiag_protocol = k < 2 ? IPPROTO_TCP : IPPROTO_UDP,
                                                   .idiag_states = k < 2 ? 1 << TCP_LISTEN : 1 << UDP_OPEN};

                q->is_udp = k >= 2;
                result = ask(&r, new_dump(SOCK_DIAG_BY_FAMILY, &request, sizeof(request)), take_listener, q,
                             &q->d->listener_count, &e);
                if (result == -ENOENT)
                        result = 0; /* a kernel that can't tell of this kind of socket */
        }
        settle(q, DEPTH_LISTENERS, result, &e);
}

/* Inside. */
static int read_inside(void *context, struct err *e)
{
        struct question *q = context;
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        int result = reader_open(&r, buffer, e);

        if (result < 0)
                return result;
        if (q->parts & DEPTH_SETTINGS)
                read_settings(&r, q);
        if (q->parts & DEPTH_NEIGHBOURS)
                read_neighbours(&r, q);
        if (q->parts & DEPTH_RULES)
                read_rules(&r, q);
        if (q->parts & DEPTH_VLANS)
                read_vlans(&r, q);
        if (q->parts & DEPTH_FIREWALL)
                read_chains(q);
        if (q->parts & DEPTH_REDIRECTS)
                read_redirects(&r, q);
        if (q->parts & DEPTH_LISTENERS)
                read_listeners(buffer, q);
        return 0;
}

/* The listeners whose socket is among the process's descriptors. */
static void name_listeners(struct depth *d, const struct depth_process *p)
{
        CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
        char path[PROC_PATH_SIZE], link[SOCKET_LINK_SIZE];
        struct dirent *entry;
        DIR *descriptors;

        proc_path(path, (struct task){p->pid, p->pid}, "fd");
        descriptors = opendir(path);
        while (descriptors && (entry = readdir(descriptors))) {
                ssize_t n = readlinkat(dirfd(descriptors), entry->d_name, link, sizeof(link) - 1);
                uint64_t inode;

                if (n <= 0)
                        continue;
                link[n] = '\0';
                if (socket_parse(link, &inode) != DESCRIPTOR_SOCKET)
                        continue;
                for (size_t k = 0; k < d->listener_count; k++) {
                        struct depth_listener *l = &d->listeners[k];

                        if (l->pid || l->inode != inode)
                                continue;
                        l->pid = p->pid;
                        memcpy(l->command, p->command, sizeof(l->command));
                }
        }
        if (descriptors)
                (void)closedir(descriptors); /* only read */
}

static void add_process(struct depth *d, size_t *capacity, struct user_names *users, pid_t pid)
{
        struct task t = {pid, pid};
        struct task_facts facts;
        struct depth_process p = {.pid = pid};

        d->process_total++;
        if (d->process_count >= DEPTH_PROCESSES_MAX)
                return;
        proc_describe(t, users, &facts);
        p.since = facts.since;
        (void)str_copy(p.command, sizeof(p.command), facts.command); /* same size */
        (void)str_copy(p.user, sizeof(p.user), facts.user);          /* same size */
        d->processes = array_grow(d->processes, capacity, d->process_count, sizeof(*d->processes));
        d->processes[d->process_count++] = p;
        name_listeners(d, &p);
}

static void read_processes(const struct jail *j, struct depth *d)
{
        DIR *folder = opendir("/proc");
        struct user_names users = {0};
        struct dirent *entry;
        size_t capacity = 0;

        while (folder && (entry = readdir(folder))) {
                uint64_t inode, device;
                pid_t pid;
                struct task_stat stat;

                if (!isdigit((unsigned char)entry->d_name[0]))
                        continue;
                pid = (pid_t)strtol(entry->d_name, NULL, 10);
                if (netns_of_process(pid, &inode, &device) < 0 || inode != j->inode || device != j->device)
                        continue;
                if (proc_read_stat((struct task){pid, pid}, &stat) && !stat.is_kernel_thread)
                        add_process(d, &capacity, &users, pid);
        }
        if (folder) {
                (void)closedir(folder); /* only read */
                d->known |= DEPTH_PROCESSES;
        }
        user_names_done(&users);
}

int depth_read(const struct graph *g, size_t jail, unsigned parts, struct depth *ret, struct err *e)
{
        struct depth d = {0};
        struct question q = {.d = &d, .parts = parts};
        int r = 0;

        if (parts & ~(unsigned)DEPTH_PROCESSES)
                r = run_in(g, jail, read_inside, &q, e);
        if (r < 0) {
                depth_done(&d);
                return r;
        }
        if (parts & DEPTH_PROCESSES)
                read_processes(&g->jails[jail], &d);
        *ret = d;
        return 0;
}
