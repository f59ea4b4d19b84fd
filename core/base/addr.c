/* addr.c - MAC addresses and IP prefixes as plain values. */
#include "core/base/addr.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/text.h"

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        c = (char)tolower((unsigned char)c);
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int mac_parse(const char *s, struct mac *ret)
{
        struct mac m = {.is_set = true};

        for (unsigned i = 0; i < 6; i++) {
                int high = hex_digit(s[0]);
                int low = high < 0 ? -1 : hex_digit(s[1]);

                if (low < 0)
                        return -EINVAL;
                m.bytes[i] = (uint8_t)(high << 4 | low);
                s += 2;
                if (i < 5 && *s != ':' && *s != '-')
                        return -EINVAL;
                if (i < 5)
                        s++;
        }
        if (*s)
                return -EINVAL;
        *ret = m;
        return 0;
}

const char *mac_format(struct mac m, char buf[MAC_TEXT_SIZE])
{
        static const char digits[] = "0123456789abcdef";
        char *p = buf;

        for (unsigned i = 0; m.is_set && i < 6; i++) {
                *p++ = digits[m.bytes[i] >> 4];
                *p++ = digits[m.bytes[i] & 15];
                *p++ = ':';
        }
        if (m.is_set)
                p--; /* no colon behind the last */
        *p = '\0';
        return buf;
}

bool mac_equal(struct mac a, struct mac b)
{
        return a.is_set && b.is_set && memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

bool mac_is_group(struct mac m)
{
        return m.is_set && (m.bytes[0] & 1);
}

bool mac_is_zero(struct mac m)
{
        static const uint8_t zero[6];

        return m.is_set && memcmp(m.bytes, zero, sizeof(zero)) == 0;
}

unsigned prefix_bits(uint8_t family)
{
        return family == AF_INET ? 32 : 128;
}

int prefix_parse_addr(const char *s, struct prefix *ret, struct err *e)
{
        struct prefix p;

        if (strchr(s, '/') || prefix_parse(s, &p, NULL) < 0)
                return err_set(e, -EINVAL, "%s: is not an address without a length; write it like 10.0.0.1", s);
        *ret = p;
        return 0;
}

int prefix_parse(const char *s, struct prefix *ret, struct err *e)
{
        char address[PREFIX_TEXT_SIZE];
        const char *slash = strchr(s, '/');
        size_t n = slash ? (size_t)(slash - s) : strlen(s);
        struct prefix p = {.family = strchr(s, ':') ? AF_INET6 : AF_INET};
        uint32_t length = prefix_bits(p.family);

        if (n >= sizeof(address))
                return err_set(e, -EINVAL, "%s: is not an address; write it like 10.0.0.2/24", s);
        memcpy(address, s, n);
        address[n] = '\0';
        if (inet_pton(p.family, address, p.bytes) != 1)
                return err_set(e, -EINVAL, "%s: is not an address; write it like 10.0.0.2/24", s);
        if (slash && str_to_u32(slash + 1, length, &length) < 0)
                return err_set(e, -EINVAL, "%s: the length after / must be 0 to %u", s, prefix_bits(p.family));
        p.length = (uint8_t)length;
        *ret = p;
        return 0;
}

static char *put_decimal(char *p, unsigned byte)
{
        if (byte >= 100)
                *p++ = (char)('0' + byte / 100);
        if (byte >= 10)
                *p++ = (char)('0' + byte / 10 % 10);
        *p++ = (char)('0' + byte % 10);
        return p;
}

static char *put_ipv4(char *p, const uint8_t bytes[4])
{
        for (unsigned i = 0; i < 4; i++) {
                if (i)
                        *p++ = '.';
                p = put_decimal(p, bytes[i]);
        }
        return p;
}

static char *put_group(char *p, unsigned group)
{
        static const char digits[] = "0123456789abcdef";
        unsigned shift = group > 0xfff ? 12 : group > 0xff ? 8 : group > 0xf ? 4 : 0;

        for (;; shift -= 4) {
                *p++ = digits[group >> shift & 15];
                if (shift == 0)
                        return p;
        }
}

/* The longest run of zeroes, the first of equal ones; alone a zero is written out (RFC 5952, 4.2). */
static unsigned find_gap(const unsigned groups[8], unsigned *ret_length)
{
        unsigned gap = 8, length = 1;

        for (unsigned i = 0; i < 8; i++) {
                unsigned n = 0;

                while (i + n < 8 && groups[i + n] == 0)
                        n++;
                if (n > length) {
                        gap = i;
                        length = n;
                }
                i += n;
        }
        *ret_length = length;
        return gap;
}

static char *put_ipv6(char *p, const uint8_t bytes[16])
{
        unsigned groups[8], length;

        for (unsigned i = 0; i < 8; i++)
                groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];

        unsigned gap = find_gap(groups, &length);
        /* ::ffff:192.0.2.1, and the old ::192.0.2.1: as inet_ntop has them. */
        bool ends_dotted = gap == 0 && (length == 6 || (length == 5 && groups[5] == 0xffff));

        for (unsigned i = 0; i < (ends_dotted ? 6 : 8); i++) {
                if (i == gap) {
                        *p++ = ':';
                        i += length - 1;
                        if (i == 7)
                                *p++ = ':';
                        continue;
                }
                if (i)
                        *p++ = ':';
                p = put_group(p, groups[i]);
        }
        if (!ends_dotted)
                return p;
        *p++ = ':';
        return put_ipv4(p, bytes + 12);
}

/* By hand: a picture of 1000 jails has thousands of addresses, and inet_ntop goes through sprintf for each. */
static char *put_address(char *buf, const struct prefix *p)
{
        return p->family == AF_INET ? put_ipv4(buf, p->bytes) : p->family == AF_INET6 ? put_ipv6(buf, p->bytes) : buf;
}

const char *prefix_format_addr(const struct prefix *p, char buf[PREFIX_TEXT_SIZE])
{
        *put_address(buf, p) = '\0';
        return buf;
}

const char *prefix_format(const struct prefix *p, char buf[PREFIX_TEXT_SIZE])
{
        char *end = put_address(buf, p);

        if (end > buf) {
                *end++ = '/';
                end = put_decimal(end, p->length);
        }
        *end = '\0';
        return buf;
}

bool prefix_equal(const struct prefix *a, const struct prefix *b)
{
        return a->family == b->family && a->length == b->length &&
                memcmp(a->bytes, b->bytes, prefix_bits(a->family) / 8) == 0;
}

bool prefix_contains(const struct prefix *net, const struct prefix *addr)
{
        if (net->family != addr->family)
                return false;

        unsigned whole = net->length / 8, rest = net->length % 8;

        if (memcmp(net->bytes, addr->bytes, whole) != 0)
                return false;
        if (!rest)
                return true;

        uint8_t mask = (uint8_t)(0xff00 >> rest);

        return (net->bytes[whole] & mask) == (addr->bytes[whole] & mask);
}

bool prefix_is_link_local(const struct prefix *p)
{
        return p->family == AF_INET6 && p->bytes[0] == 0xfe && (p->bytes[1] & 0xc0) == 0x80;
}

bool prefix_is_loopback(const struct prefix *p)
{
        static const uint8_t one[16] = {[15] = 1};

        return p->family == AF_INET ? p->bytes[0] == 127
                                    : p->family == AF_INET6 && memcmp(p->bytes, one, sizeof(one)) == 0;
}

bool prefix_is_multicast(const struct prefix *p)
{
        return p->family == AF_INET ? (p->bytes[0] & 0xf0) == 0xe0 : p->family == AF_INET6 && p->bytes[0] == 0xff;
}

bool prefix_is_zero(const struct prefix *p)
{
        static const uint8_t zero[16];

        return p->family && memcmp(p->bytes, zero, prefix_bits(p->family) / 8) == 0;
}
