/* echo_send.c - ICMP echo by a raw socket that was made inside the namespace. */
#include "core/exec/echo_send.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/exec/echo_parts.h"
#include "core/kernel/run_in.h"

#define TRY_MS      1000
#define PATIENCE_MS 2000 /* for the last try, whose neighbour may have to be asked for first */
#define SMALL_BYTES 64   /* with the ICMP header */
#define LARGE_MAX   65000
#define FIRST_LARGE 100 /* sequence numbers from here on are of large packets */
#define ICMP_BYTES  8

static size_t put_address(const struct prefix *p, struct sockaddr_storage *ret)
{
        *ret = (struct sockaddr_storage){.ss_family = p->family};
        if (p->family == AF_INET) {
                memcpy(&((struct sockaddr_in *)(void *)ret)->sin_addr, p->bytes, 4);
                return sizeof(struct sockaddr_in);
        }
        memcpy(&((struct sockaddr_in6 *)(void *)ret)->sin6_addr, p->bytes, 16);
        return sizeof(struct sockaddr_in6);
}

static uint16_t checksum(const unsigned char *s, size_t n)
{
        uint32_t sum = 0;

        for (size_t k = 0; k + 1 < n; k += 2)
                sum += (uint32_t)s[k] << 8 | s[k + 1];
        if (n % 2)
                sum += (uint32_t)s[n - 1] << 8;
        while (sum >> 16)
                sum = (sum & 0xffff) + (sum >> 16);
        return htons((uint16_t)~sum);
}

static int open_socket(struct pinging *p, struct err *e)
{
        uint8_t family = p->q->destination.family;
        struct sockaddr_storage source;
        int on = 1, probe = family == AF_INET ? IP_PMTUDISC_PROBE : IPV6_PMTUDISC_PROBE;

        p->fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                       family == AF_INET ? (int)IPPROTO_ICMP : (int)IPPROTO_ICMPV6);
        if (p->fd < 0)
                return err_set(e, -errno, "probe: no raw socket: %s", strerror(errno));
        if (family == AF_INET) { /* an old kernel may lack them: then silence tells as much */
                (void)setsockopt(p->fd, IPPROTO_IP, IP_MTU_DISCOVER, &probe, sizeof(probe));
                (void)setsockopt(p->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
        } else {
                (void)setsockopt(p->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &probe, sizeof(probe));
                (void)setsockopt(p->fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
        }
        if (p->q->source.family == family &&
            bind(p->fd, (struct sockaddr *)&source, (socklen_t)put_address(&p->q->source, &source)) < 0)
                (void)str_format(p->result->trouble, sizeof(p->result->trouble), "cannot send from its address: %s",
                                 strerror(errno));
        return 0;
}

/* bytes: the ICMP part. False: the stack refuses it, which is in the result. */
static bool send_echo(struct pinging *p, uint16_t sequence, size_t bytes)
{
        bool is_ipv4 = p->q->destination.family == AF_INET;
        struct sockaddr_storage to;
        socklen_t size = (socklen_t)put_address(&p->q->destination, &to);
        uint16_t words[2] = {htons(p->id), htons(sequence)}, sum;

        memset(p->buffer, 0, bytes);
        p->buffer[0] = is_ipv4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
        memcpy(p->buffer + 4, words, sizeof(words));
        if (is_ipv4) { /* the kernel does it for IPv6 */
                sum = checksum(p->buffer, bytes);
                memcpy(p->buffer + 2, &sum, sizeof(sum));
        }
        if (sendto(p->fd, p->buffer, bytes, 0, (struct sockaddr *)&to, size) >= 0)
                return true;
        if (errno == EMSGSIZE)
                p->result->large = ECHO_LARGE_TOLD;
        else
                (void)str_format(p->result->trouble, sizeof(p->result->trouble), "%s", strerror(errno)); /* fits */
        return false;
}

/* Is it the echo, or part of one, that was sent from here? */
static bool is_ours(const struct pinging *p, const unsigned char *icmp, size_t n, uint16_t *ret_sequence)
{
        uint16_t words[2];

        if (n < ICMP_BYTES)
                return false;
        memcpy(words, icmp + 4, sizeof(words));
        *ret_sequence = ntohs(words[1]);
        return ntohs(words[0]) == p->id;
}

static void take_answer(struct pinging *p, uint16_t sequence)
{
        if (sequence >= FIRST_LARGE) {
                p->result->large = ECHO_LARGE_ANSWERED;
        } else if (sequence < ECHO_TRIES) {
                p->result->answered++;
                if (p->result->round_trip_us < 0)
                        p->result->round_trip_us = clock_now_us() - p->sent_us[sequence];
        }
        p->is_over = true;
}

/* Somebody on the way: this does not go on. quoted: the packet that it is about. */
static void take_refusal(struct pinging *p, uint32_t mtu, const struct prefix *by, uint16_t sequence, bool is_size)
{
        if (is_size && sequence >= FIRST_LARGE) {
                p->result->large = ECHO_LARGE_TOLD;
                p->result->told_bytes = mtu;
        } else if (!is_size) {
                p->result->told_by = *by;
        } else {
                return;
        }
        p->is_over = true;
}

static size_t ip_header_size(const unsigned char *s, size_t n)
{
        size_t size = n ? (size_t)(s[0] & 15) * 4 : 0;

        return size >= sizeof(struct iphdr) && size <= n ? size : n;
}

void echo_take_ipv4(struct pinging *p, const unsigned char *s, size_t n)
{
        size_t skip = ip_header_size(s, n);
        const unsigned char *icmp = s + skip;
        size_t left = n - skip;
        struct prefix by = {.family = AF_INET, .length = 32};
        uint16_t sequence, mtu;

        if (left < ICMP_BYTES)
                return;
        if (icmp[0] == ICMP_ECHOREPLY) {
                if (is_ours(p, icmp, left, &sequence))
                        take_answer(p, sequence);
                return;
        }
        if (icmp[0] != ICMP_DEST_UNREACH && icmp[0] != ICMP_TIME_EXCEEDED)
                return;
        memcpy(by.bytes, s + 12, 4);
        memcpy(&mtu, icmp + 6, sizeof(mtu));
        skip = ICMP_BYTES + ip_header_size(icmp + ICMP_BYTES, left - ICMP_BYTES);
        if (skip <= left && is_ours(p, icmp + skip, left - skip, &sequence))
                take_refusal(p, ntohs(mtu), &by, sequence, icmp[0] == ICMP_DEST_UNREACH && icmp[1] == ICMP_FRAG_NEEDED);
}

void echo_take_ipv6(struct pinging *p, const unsigned char *icmp, size_t n, const struct sockaddr_in6 *from)
{
        struct prefix by = {.family = AF_INET6, .length = 128};
        const size_t quoted = ICMP_BYTES + 40; /* behind the IPv6 header of the packet that it is about */
        uint16_t sequence;
        uint32_t mtu;

        if (n < ICMP_BYTES)
                return;
        if (icmp[0] == ICMP6_ECHO_REPLY) {
                if (is_ours(p, icmp, n, &sequence))
                        take_answer(p, sequence);
                return;
        }
        if (icmp[0] != ICMP6_DST_UNREACH && icmp[0] != ICMP6_PACKET_TOO_BIG && icmp[0] != ICMP6_TIME_EXCEEDED)
                return;
        memcpy(by.bytes, &from->sin6_addr, 16);
        memcpy(&mtu, icmp + 4, sizeof(mtu));
        if (n >= quoted && is_ours(p, icmp + quoted, n - quoted, &sequence))
                take_refusal(p, ntohl(mtu), &by, sequence, icmp[0] == ICMP6_PACKET_TOO_BIG);
}

/* The stack's own words: nobody answers for the neighbour's address, and the like. They come again as the socket's
 * error, which is not looked at. */
static void take_error(struct pinging *p)
{
        char control[512];
        struct iovec part = {p->buffer, LARGE_MAX};
        struct msghdr m = {
                .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
        int code = 0;
        socklen_t size = sizeof(code);

        while (recvmsg(p->fd, &m, MSG_ERRQUEUE) >= 0)
                m.msg_controllen = sizeof(control);
        if (getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == EHOSTUNREACH &&
            !p->result->told_by.family)
                (void)str_format(p->result->trouble, sizeof(p->result->trouble), "%s", strerror(code)); /* fits */
}

static void listen_until(struct pinging *p, int64_t end_ms)
{
        p->is_over = false;
        while (!p->is_over) {
                struct pollfd ready = {.fd = p->fd, .events = POLLIN};
                struct sockaddr_in6 from;
                socklen_t size = sizeof(from);
                int64_t left_ms = end_ms - clock_now_ms();
                ssize_t n;

                if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) <= 0)
                        return;
                if (ready.revents & POLLERR)
                        take_error(p);
                n = recvfrom(p->fd, p->buffer, LARGE_MAX, 0, (struct sockaddr *)&from, &size);
                if (n > 0 && p->q->destination.family == AF_INET)
                        echo_take_ipv4(p, p->buffer, (size_t)n);
                else if (n > 0)
                        echo_take_ipv6(p, p->buffer, (size_t)n, &from);
        }
}

static void ping_large(struct pinging *p)
{
        size_t headers = p->q->destination.family == AF_INET ? 20 : 40;
        size_t bytes = p->q->full_size > headers + SMALL_BYTES ? p->q->full_size - headers : 0;

        if (bytes == 0 || bytes > LARGE_MAX)
                return;
        p->result->large = ECHO_LARGE_LOST;
        p->result->large_bytes = p->q->full_size;
        for (uint16_t k = 0; k < ECHO_TRIES && p->result->large == ECHO_LARGE_LOST; k++) {
                if (!send_echo(p, (uint16_t)(FIRST_LARGE + k), bytes))
                        return;
                listen_until(p, clock_now_ms() + TRY_MS);
        }
}

static int ping(void *context, struct err *e)
{
        struct pinging *p = context;
        int r = open_socket(p, e);

        for (uint16_t k = 0; r == 0 && k < ECHO_TRIES && p->result->answered == 0; k++) {
                p->sent_us[k] = clock_now_us();
                if (!send_echo(p, k, SMALL_BYTES))
                        break;
                p->result->sent++;
                listen_until(p, clock_now_ms() + (k + 1 < ECHO_TRIES ? TRY_MS : PATIENCE_MS));
        }
        if (r == 0 && p->result->answered > 0) {
                p->result->trouble[0] = '\0'; /* of a first try, before the neighbour was known */
                p->result->told_by.family = 0;
                ping_large(p);
        }
        if (p->fd >= 0)
                (void)close(p->fd); /* nothing left to send */
        return r;
}

int echo_send(const struct graph *g, size_t jail, const struct echo_request *q, struct echo_result *ret, struct err *e)
{
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, LARGE_MAX);
        struct echo_result result = {.is_made = true, .round_trip_us = -1};
        struct pinging p = {.q = q, .result = &result, .fd = -1, .buffer = buffer};
        int r;

        if (getrandom(&p.id, sizeof(p.id), GRND_NONBLOCK) != sizeof(p.id))
                p.id = (uint16_t)getpid(); /* early at boot: only other pings could be mistaken for ours */
        r = run_in(g, jail, ping, &p, e);
        if (r == 0)
                *ret = result;
        return r;
}
