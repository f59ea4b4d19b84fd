/* holders_tcp.c - finds closing connections by sock_diag, and reckons how long they will stay. */
#include "core/kernel/holders_tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/kernel/proc.h"
#include "core/kernel/scan_parts.h"

#define WAIT_FLOOR_MS   200    /* TCP_RTO_MIN */
#define WAIT_CEILING_MS 120000 /* TCP_RTO_MAX */
#define ORPHAN_TRIES    8
#define FLOOR_DOUBLES   9 /* so often the floor doubles before it meets the ceiling */

enum diag_timer { TIMER_NONE, TIMER_RETRANSMIT, TIMER_KEEPALIVE, TIMER_TIME_WAIT, TIMER_PROBE };

static int64_t wait_of(const struct tcp_patience *p, unsigned doubled)
{
        int64_t wait = doubled < 32 ? p->first_ms << doubled : WAIT_CEILING_MS;

        return wait < WAIT_CEILING_MS ? wait : WAIT_CEILING_MS;
}

/* How long the kernel tries at least. */
static int64_t limit_of(unsigned tries)
{
        unsigned doubles = tries < FLOOR_DOUBLES ? tries : FLOOR_DOUBLES;

        return ((2LL << doubles) - 1) * WAIT_FLOOR_MS + (int64_t)(tries - doubles) * WAIT_CEILING_MS;
}

int64_t tcp_time_left(const struct tcp_patience *p, int64_t *ret_since_ms)
{
        int64_t limit = limit_of(p->tries ? p->tries : ORPHAN_TRIES), next = 0, left = p->timer_ms;
        unsigned doubled = p->doubled;

        for (unsigned k = 0; k <= doubled && next <= limit; k++)
                next += wait_of(p, k);
        *ret_since_ms = next > p->timer_ms ? next - p->timer_ms : 0;
        while (next < limit) {
                int64_t wait = wait_of(p, ++doubled);

                next += wait;
                left += wait;
        }
        return left;
}

static const char *state_name(unsigned state)
{
        switch (state) {
        case TCP_FIN_WAIT1: return "FIN-WAIT-1";
        case TCP_FIN_WAIT2: return "FIN-WAIT-2";
        case TCP_LAST_ACK: return "LAST-ACK";
        case TCP_CLOSING: return "CLOSING";
        default: return "closing";
        }
}

static void put_end(struct text *t, unsigned family, const __be32 address[4], __be16 port)
{
        char buf[INET6_ADDRSTRLEN] = "?";

        (void)inet_ntop((int)family, address, buf, sizeof(buf)); /* fits */
        text_putf(t, family == AF_INET6 ? "[%s]:%u" : "%s:%u", buf, ntohs(port));
}

/* The kernel's own account of a connection; old kernels tell less than the headers know. */
static bool read_info(struct nlmsghdr *h, struct tcp_info *ret)
{
        struct nlattr *a = nlmsg_find_attr(h, sizeof(struct inet_diag_msg), INET_DIAG_INFO);
        size_t n = a ? (size_t)nla_len(a) : 0;

        *ret = (struct tcp_info){.tcpi_rto = 0};
        if (n < offsetof(struct tcp_info, tcpi_ato))
                return false;
        memcpy(ret, nla_data(a), n < sizeof(*ret) ? n : sizeof(*ret));
        return ret->tcpi_rto > 0;
}

static int64_t read_time(struct nlmsghdr *h, const struct inet_diag_msg *d, unsigned tries, struct text *t)
{
        struct tcp_patience p = {.timer_ms = d->idiag_expires, .tries = tries};
        struct tcp_info info;
        int64_t since_ms = 0, left_ms;

        switch ((enum diag_timer)d->idiag_timer) {
        case TIMER_RETRANSMIT:
                if (!read_info(h, &info))
                        break;
                p.doubled = info.tcpi_backoff;
                p.first_ms = p.doubled < 32 ? (info.tcpi_rto >> p.doubled) / 1000 : 0;
                if (p.first_ms < WAIT_FLOOR_MS) /* what was doubled beyond the ceiling cannot be halved again */
                        p.first_ms = WAIT_FLOOR_MS;
                left_ms = tcp_time_left(&p, &since_ms);
                text_putf(t, ", %lld s left", (long long)(left_ms + 999) / 1000);
                return clock_wall_s() - since_ms / 1000;
        case TIMER_KEEPALIVE: text_putf(t, ", %lld s left", (long long)(p.timer_ms + 999) / 1000); break;
        case TIMER_PROBE: text_put(t, ", its peer takes no more data"); break;
        case TIMER_NONE:
        case TIMER_TIME_WAIT: break;
        }
        return 0;
}

int closing_take(struct nlmsghdr *h, void *context)
{
        struct closing *c = context;
        struct inet_diag_msg d;
        CLEANUP(text_done) struct text detail = {0};
        int64_t since;

        if (h->nlmsg_type != SOCK_DIAG_BY_FAMILY || h->nlmsg_len < NLMSG_LENGTH(sizeof(d)))
                return 0;
        memcpy(&d, nlmsg_data(h), sizeof(d));
        if (d.idiag_inode != 0 || d.idiag_timer == TIMER_TIME_WAIT)
                return 0;
        put_end(&detail, d.idiag_family, d.id.idiag_src, d.id.idiag_sport);
        text_put(&detail, " > ");
        put_end(&detail, d.idiag_family, d.id.idiag_dst, d.id.idiag_dport);
        text_putf(&detail, " %s", state_name(d.idiag_state));
        since = read_time(h, &d, c->tries, &detail);
        netns_list_add_holder(c->list, c->ref,
                              &(struct holder){.kind = HOLDER_TCP, .detail = text_str(&detail), .since = since});
        return 0;
}

/* Read inside: /proc shows the settings of the namespace that the thread is in. */
static unsigned read_tries(void)
{
        char text[16];

        proc_read("/proc/sys/net/ipv4/tcp_orphan_retries", text, sizeof(text));
        return (unsigned)strtoul(text, NULL, 10);
}

static int ask(struct reader *r, uint8_t family, struct closing *c)
{
        struct inet_diag_req_v2 request = {.sdiag_family = family,
                                           .sdiag_protocol = IPPROTO_TCP,
                                           .idiag_ext = 1 << (INET_DIAG_INFO - 1),
                                           .idiag_states = 1 << TCP_FIN_WAIT1 | 1 << TCP_FIN_WAIT2 | 1 << TCP_LAST_ACK |
                                                   1 << TCP_CLOSING};
        struct nl_msg *m = nlmsg_alloc_simple(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP);
        int code;

        nlmsg_append(m, &request, sizeof(request), NLMSG_ALIGNTO);
        code = reader_ask(r, m, closing_take, c, NULL);
        nlmsg_free(m);
        return code == -EAGAIN ? 0 : code; /* amid changes: the next look has it right */
}

int holders_read_closing(struct scan *sc, struct stack *s, struct netns_list *l)
{
        struct closing c = {.list = l, .ref = netns_list_at(l, s->inode, s->device)};
        CLEANUP(reader_close) struct reader links = {.fd = -1};
        CLEANUP(reader_close) struct reader r = {.fd = -1};
        int code;

        if (s->is_remote || !s->is_read)
                return -ENOENT;
        code = scan_open_inside(sc, s, &links);
        if (code == 0) {
                r = (struct reader){.buffer = sc->buffer,
                                    .fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)};
                code = r.fd < 0 ? -errno : 0;
        }
        if (code == 0) {
                c.tries = read_tries();
                code = ask(&r, AF_INET, &c);
        }
        if (code == 0)
                code = ask(&r, AF_INET6, &c);
        scan_go_home(sc);
        return code;
}
