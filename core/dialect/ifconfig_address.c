/* ifconfig_address.c - IP addresses in ifconfig's words: masks, default ones, and which address is replaced. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/dialect/ifconfig_parts.h"
#include "core/dialect/member.h"

/* The length of a mask; -1 when its ones do not stand together. */
static int mask_length(uint32_t mask)
{
        int length = 0;

        while (length < 32 && mask >> (31 - length) & 1)
                length++;
        return length == 32 || mask << length == 0 ? length : -1;
}

/* "255.255.255.0", "0xffffff00" or a length. */
static int parse_mask(const char *word, unsigned bits, uint8_t *ret, struct err *e)
{
        struct in_addr dotted;
        uint32_t number;
        int length = -1;

        if (bits == 32 && strchr(word, '.') && inet_pton(AF_INET, word, &dotted) == 1) {
                length = mask_length(ntohl(dotted.s_addr));
        } else if (bits == 32 && str_has_prefix(word, "0x")) {
                char *end;
                unsigned long hex = strtoul(word + 2, &end, 16);

                if (!*end && end > word + 2 && end <= word + 10)
                        length = mask_length((uint32_t)hex);
        } else if (str_to_u32(word, bits, &number) == 0) {
                length = (int)number;
        }
        if (length < 0)
                return err_set(e, -EINVAL, "%s: is no netmask; write it like 255.255.255.0, or the address with /24",
                               word);
        *ret = (uint8_t)length;
        return 0;
}

/* The class of an address, from before masks were written. */
static uint8_t class_length(uint8_t first)
{
        return first < 128 ? 8 : first < 192 ? 16 : 24;
}

static int parse_address(struct ifconfig *c, struct prefix *ret, struct err *e)
{
        CLEANUP(freep) char *plain = xstrdup(c->address);
        char *scope = strchr(plain, '%');
        int r;

        if (scope) { /* its interface's name: there is no other */
                const char *rest = scope + strcspn(scope, "/");

                memmove(scope, rest, strlen(rest) + 1);
        }
        r = prefix_parse(plain, ret, NULL);
        if (r < 0)
                return err_set(e, r,
                               "%s: is neither a word of ifconfig nor an address; jailnet help ifconfig tells more",
                               c->address);
        if ((ret->family == AF_INET6) != c->is_inet6)
                return err_set(e, -EINVAL, "%s: is no address of the family %s; write %s %s", c->address,
                               c->is_inet6 ? "inet6" : "inet", c->is_inet6 ? "inet" : "inet6", c->address);
        if (c->mask)
                return parse_mask(c->mask, prefix_bits(ret->family), &ret->length, e);
        if (strchr(plain, '/') || c->action == ADDRESS_DELETE)
                return 0;
        ret->length = c->is_inet6 ? 64 : class_length(ret->bytes[0]);
        if (!c->is_inet6)
                dialect_say(c->d, "ifconfig: %s: has no netmask; taken for /%u, by the class of old", plain,
                            ret->length);
        return 0;
}

static int check_broadcast(const struct ifconfig *c, const struct prefix *p, struct err *e)
{
        uint32_t address, mask;
        struct in_addr wished;

        if (!c->broadcast)
                return 0;
        if (p->family != AF_INET || p->length > 32 || inet_pton(AF_INET, c->broadcast, &wished) != 1)
                return err_set(e, -EINVAL, "broadcast %s: is no IPv4 address", c->broadcast);
        mask = p->length ? ~(uint32_t)0 << (32 - p->length) : 0;
        memcpy(&address, p->bytes, sizeof(address));
        if (ntohl(wished.s_addr) != (ntohl(address) | ~mask))
                return err_set(e, -EOPNOTSUPP,
                               "broadcast %s: only the last address of the network can be it; leave the "
                               "word out",
                               c->broadcast);
        return 0;
}

/* The interface that has its addresses: for a bridge's member with the stack behind it, the bridge. */
static size_t holder(struct ifconfig *c)
{
        const struct graph *g = dialect_graph(c->d);
        size_t iface = ifconfig_self(c), master = g->ifaces[iface].master;

        return master != NONE && graph_find_hook(g, g->ifaces[iface].node, "upper") != NONE ? master : iface;
}

static int change(struct ifconfig *c, const char *what, const struct prefix *p, struct err *e)
{
        const char *name = dialect_graph(c->d)->ifaces[holder(c)].name;
        char buf[PREFIX_TEXT_SIZE];

        return dialect_add(c->d, e, "address", what, dialect_word(c->d, c->jail, name), prefix_format(p, buf), NULL);
}

/* The interface's address that is meant, with the length that it has; the first of the family without one. */
static const struct prefix *find(struct ifconfig *c, const struct prefix *p)
{
        const struct iface *i = &dialect_graph(c->d)->ifaces[holder(c)];

        for (size_t k = 0; k < i->address_count; k++) {
                struct prefix have = i->addresses[k];

                if (p)
                        have.length = p->length;
                if (have.family == (c->is_inet6 ? AF_INET6 : AF_INET) && (!p || prefix_equal(&have, p)))
                        return &i->addresses[k];
        }
        return NULL;
}

static int delete_address(struct ifconfig *c, const struct prefix *p, struct err *e)
{
        const struct prefix *have = find(c, p);
        struct prefix copy;

        if (!have)
                return err_set(e, -EADDRNOTAVAIL, "%s: is no address of %s; ifconfig %s lists them",
                               c->address ? c->address : "-alias", c->name, c->name);
        copy = *have; /* it is the graph's, which changes */
        return change(c, "del", &copy, e);
}

/* Without the word alias an IPv4 address takes the place of the first one. */
static int set_address(struct ifconfig *c, const struct prefix *p, struct err *e)
{
        int r = find(c, p) ? 0 : dialect_answer_on_member(c->d, "ifconfig", ifconfig_self(c), e);
        const struct prefix *same = find(c, p), *first = find(c, NULL);
        struct prefix old = {0};

        if (r < 0 || (same && prefix_equal(same, p)))
                return r;
        if (same)
                old = *same;
        else if (first && c->action == ADDRESS_SET && !c->is_inet6)
                old = *first;
        if (old.family)
                r = change(c, "del", &old, e);
        return r < 0 ? r : change(c, "add", p, e);
}

int ifconfig_settle_address(struct ifconfig *c, struct err *e)
{
        bool has_any = c->address || c->mask || c->broadcast || c->action != ADDRESS_SET;
        struct prefix p = {0};
        int r = 0;

        if (has_any && ifconfig_self(c) == NONE) /* destroyed, or in a jail by now */
                return err_set(e, -ENXIO,
                               "%s: is not here any more when its address is to be changed; do that in a line "
                               "of its own",
                               c->name);
        if (!c->address && c->action == ADDRESS_DELETE)
                r = delete_address(c, NULL, e);
        else if (!c->address && (c->action == ADDRESS_ADD || c->mask || c->broadcast))
                r = err_set(e, -EINVAL, "%s: the address is missing; ifconfig %s inet ADDR/LEN", c->name, c->name);
        else if (c->address) {
                r = parse_address(c, &p, e);
                if (r == 0 && c->action != ADDRESS_DELETE)
                        r = check_broadcast(c, &p, e);
                if (r == 0)
                        r = c->action == ADDRESS_DELETE ? delete_address(c, &p, e) : set_address(c, &p, e);
        }
        c->address = c->mask = c->broadcast = NULL;
        c->action = ADDRESS_SET;
        return r;
}
