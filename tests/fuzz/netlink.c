/*
 * netlink.c - bytes from anywhere as one message of the kernel's: no decoder may crash or read past its end, and what
 * it tells is text with an end. Each message is given to each decoder: which one gets it depends on its type alone, and
 * that is as foreign as the rest.
 *
 * Built with driver.c; the corpus is of a real kernel's answers: links, ports, addresses, routes, neighbours, rules,
 * settings, counters, numbers of namespaces, chains of nftables and sockets.
 */
#include <linux/netlink.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/kernel/decode.h"
#include "core/kernel/depth_decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *s, size_t size)
{
        if (strnlen(s, size) == size)
                abort();
}

static void fuzz_picture(struct nlmsghdr *h)
{
        struct link *l = NULL;
        struct port_fact port;
        struct address_fact address;
        struct route route;
        struct nsid_fact nsid;
        struct counters counters;
        bool is_v6;
        int value;

        if (decode_link(h, &l) == 0) {
                check_text(l->name, sizeof(l->name));
                check_text(l->kind_name, sizeof(l->kind_name));
        }
        link_free(l);
        (void)decode_is_port(h);
        (void)decode_port(h, &port);
        (void)decode_address(h, &address);
        (void)decode_route(h, &route);
        (void)decode_nsid(h, &nsid);
        (void)decode_forwarding(h, &is_v6, &value);
        (void)decode_stats(h, &value, &counters);
}

static void take_vlan(void *context, const struct depth_vlan *v)
{
        size_t *count = context;

        (void)v;
        (*count)++;
}

static void fuzz_depth(struct nlmsghdr *h)
{
        struct depth_setting setting;
        struct depth_neighbour neighbour;
        struct depth_rule rule;
        struct depth_chain chain;
        struct depth_listener listener;
        size_t count = 0;

        (void)depth_decode_setting(h, &setting);
        (void)depth_decode_neighbour(h, &neighbour);
        (void)depth_decode_rule(h, &rule);
        if (depth_decode_chain(h, &chain) == 0) {
                check_text(chain.table, sizeof(chain.table));
                check_text(chain.chain, sizeof(chain.chain));
        }
        (void)depth_decode_listener(h, &listener);
        (void)depth_decode_vlans(h, take_vlan, &count);
        if (count > h->nlmsg_len)
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(freep) uint8_t *bytes = xcalloc(size + 1, 1);
        struct nlmsghdr *h = (struct nlmsghdr *)(void *)bytes;

        if (size < NLMSG_HDRLEN || size > UINT32_MAX)
                return 0;
        memcpy(bytes, data, size);
        h->nlmsg_len = (uint32_t)size; /* who walks through a buffer has compared it with what is there */
        fuzz_picture(h);
        fuzz_depth(h);
        return 0;
}
