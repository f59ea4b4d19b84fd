/*
 * answers.c - bytes from anywhere as the answer to one of jailnet's questions, or as its refusal: connections that are
 * closing, rules of nftables, filters of traffic control, a bridge's addresses, errors with the kernel's words; as news
 * of a process; and as a packet that came while an echo was waited for. No decoder may crash, read past the end or tell
 * text without an end.
 *
 * Built with driver.c; netlink.c has the messages that the picture is made of. Nothing stands behind the bytes.
 */
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/exec/echo_parts.h"
#include "core/kernel/ack.h"
#include "core/kernel/events.h"
#include "core/kernel/holders_tcp.h"
#include "core/kernel/hosts.h"
#include "core/kernel/nft.h"
#include "core/kernel/reader.h"
#include "core/kernel/tc_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t total; /* whatever was told is read to its end, which may not be optimised away */

static int take_rule(void *user, const char *chain, uint64_t handle, const char *comment)
{
        size_t *count = user;

        total += strlen(chain) + strlen(comment) + (size_t)(handle & 1);
        (*count)++;
        return 0;
}

static void take_redirect(void *context, const struct depth_redirect *d)
{
        size_t *count = context;

        total += (size_t)d->is_copy;
        (*count)++;
}

static void fuzz_answer(struct nlmsghdr *h)
{
        struct netns_list list = {.refs = NULL};
        struct hosts_question hosts = {.ifindex = 4, .ticks = 100};
        size_t rules = 0, redirects = 0;
        struct nft_reading reading = {take_rule, &rules};
        struct tc_visit visit = {.take = take_redirect, .context = &redirects};
        struct closing closing = {.list = &list, .ref = netns_list_at(&list, 1, 2), .tries = h->nlmsg_pid};
        struct err e = {0}, other = {0};

        (void)closing_take(h, &closing);
        for (size_t k = 0; k < closing.ref->holder_count; k++)
                total += strlen(closing.ref->holders[k].detail);
        (void)nft_take_rule(h, &reading);
        (void)tc_take_filter(h, &visit);
        (void)hosts_take(h, &hosts);
        if (ack_read_error(h, &e) < 0 && strnlen(e.kernel, sizeof(e.kernel)) == sizeof(e.kernel))
                abort();
        if (reader_read_outcome(h, &other) < 0 && strnlen(other.kernel, sizeof(other.kernel)) == sizeof(other.kernel))
                abort();
        if (rules > 1 || redirects > h->nlmsg_len || hosts.count > 1)
                abort();
        free(hosts.hosts);
        netns_list_done(&list);
}

static void take_process(pid_t pid, bool is_end, void *context)
{
        size_t *count = context;

        total += (size_t)(pid & 1) + is_end;
        (*count)++;
}

static void fuzz_packet(const uint8_t *bytes, size_t size)
{
        struct echo_request q = {.full_size = 1500};
        struct echo_result result = {.round_trip_us = -1};
        struct pinging p = {.q = &q, .result = &result, .fd = -1, .id = 0x1234};
        struct process_watch watch = {.fd = -1};
        struct sockaddr_in6 from = {.sin6_family = AF_INET6};
        size_t count = 0;

        q.destination.family = AF_INET;
        echo_take_ipv4(&p, bytes, size);
        q.destination.family = AF_INET6;
        echo_take_ipv6(&p, bytes, size, &from);
        if (result.answered > 2)
                abort();
        process_event_read(&watch, bytes, size, take_process, &count);
        if (count > 1)
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(freep) uint8_t *bytes = xcalloc(size ? size : 1, 1);
        struct nlmsghdr *h = (struct nlmsghdr *)(void *)bytes;

        memcpy(bytes, data, size);
        fuzz_packet(bytes, size);
        if (size < NLMSG_HDRLEN || size > UINT32_MAX)
                return 0;
        h->nlmsg_len = (uint32_t)size; /* who walks through a buffer has compared it with what is there */
        fuzz_answer(h);
        return 0;
}
