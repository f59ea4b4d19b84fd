/* addr.h - MAC addresses and IP prefixes as plain values: parse, print, compare. */
#ifndef CORE_BASE_ADDR_H
#define CORE_BASE_ADDR_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"

#define MAC_TEXT_SIZE    18 /* "02:00:00:00:00:01" and its end */
#define PREFIX_TEXT_SIZE 64 /* an IPv6 address, "/128" and its end */

/* An Ethernet address; is_set false means unknown or none, which is not the all-zero address. */
struct mac {
        uint8_t bytes[6];
        bool is_set;
};

int mac_parse(const char *s, struct mac *ret);                 /* six hex pairs with colons or dashes; -EINVAL */
const char *mac_format(struct mac m, char buf[MAC_TEXT_SIZE]); /* lower case; "" when not set; returns buf */
bool mac_equal(struct mac a, struct mac b);                    /* false when either is not set */
bool mac_is_group(struct mac m);
bool mac_is_zero(struct mac m);

/* An address with its prefix length, as on an interface ("10.0.0.2/24"), or a route's destination. */
struct prefix {
        uint8_t bytes[16]; /* network order; the first 4 for AF_INET */
        uint8_t family;    /* AF_INET, AF_INET6; 0 means none */
        uint8_t length;    /* bits */
};

/*
 * prefix_parse - "ADDR/LEN", or a bare "ADDR" (then /32 or /128).
 *
 *   errors   -EINVAL; e says "10.0.0.300/24: is not an address; write it like 10.0.0.2/24"
 */
int prefix_parse(const char *s, struct prefix *ret, struct err *e);
int prefix_parse_addr(const char *s, struct prefix *ret, struct err *e); /* an address alone: a gateway, a remote end */
const char *prefix_format(const struct prefix *p, char buf[PREFIX_TEXT_SIZE]);      /* with /LEN; returns buf */
const char *prefix_format_addr(const struct prefix *p, char buf[PREFIX_TEXT_SIZE]); /* without /LEN; returns buf */
bool prefix_equal(const struct prefix *a, const struct prefix *b);
bool prefix_contains(const struct prefix *net, const struct prefix *addr); /* same family, addr inside net */
bool prefix_is_link_local(const struct prefix *p);                         /* fe80::/10 */
bool prefix_is_loopback(const struct prefix *p);                           /* 127.0.0.0/8, ::1 */
bool prefix_is_multicast(const struct prefix *p);                          /* 224.0.0.0/4, ff00::/8 */
bool prefix_is_zero(const struct prefix *p);                               /* 0.0.0.0, :: */
unsigned prefix_bits(uint8_t family);                                      /* 32 or 128 */

#endif
