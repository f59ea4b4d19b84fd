/*
 * derive.c - MAC addresses that are worked out instead of chosen: FreeBSD's jib and jng, and our own stable ones.
 */
#include <string.h>

#include "core/plan/planner.h"

/* The historic 16-bit `sum` of the name, as the scripts call it: rotate right, add. */
static uint16_t bsd_sum(const char *name)
{
        uint16_t sum = 0;

        for (const unsigned char *p = (const unsigned char *)name; *p; p++)
                sum = (uint16_t)(((sum >> 1) | (sum << 15)) + *p);
        return sum;
}

struct mac mac_derive_jib(struct mac parent, const char *jail, uint32_t n, bool is_b)
{
        uint16_t sum = bsd_sum(jail);
        unsigned low_nibble = parent.bytes[0] & 0x0fu;
        unsigned a_side = 0x2, b_side = 0xe;

        /* The two sides must differ from the parent's own first octet. */
        if (low_nibble == 0x2)
                a_side = 0xa;
        else if (low_nibble == 0xe)
                b_side = 0x6;
        return (struct mac){
                .bytes = {(uint8_t)((n & 0x0fu) << 4 | (is_b ? b_side : a_side)), (uint8_t)(sum >> 8), (uint8_t)sum,
                          parent.bytes[3], parent.bytes[4], parent.bytes[5]},
                .is_set = true,
        };
}

static uint64_t fnv1a(uint64_t hash, const char *s)
{
        for (const unsigned char *p = (const unsigned char *)s;; p++) {
                hash = (hash ^ *p) * 0x100000001b3u;
                if (!*p)
                        return hash; /* its end counts too: "a" + "bc" is not "ab" + "c" */
        }
}

struct mac mac_derive_stable(const char *host, const char *jail, const char *iface)
{
        uint64_t hash = fnv1a(fnv1a(fnv1a(0xcbf29ce484222325u, host), jail), iface);
        struct mac m = {.is_set = true};

        hash ^= hash >> 29; /* the last characters have reached the low bits only */
        hash *= 0xbf58476d1ce4e5b9u;
        hash ^= hash >> 32;
        for (unsigned i = 0; i < sizeof(m.bytes); i++)
                m.bytes[i] = (uint8_t)(hash >> (8 * i));
        m.bytes[0] = (uint8_t)((m.bytes[0] & 0xfcu) | 0x02u); /* locally administered, for one interface */
        return m;
}
