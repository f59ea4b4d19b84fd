/* nat_rule.c - address translation's rules as words, and as nft's. */
#include "core/graph/nat_rule.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* nft's strings have no escapes: a name with anything else cannot be written. */
static bool is_plain(const char *name)
{
        return *name && !name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-@:+")];
}

static int take_port(const char *word, uint16_t *ret, struct err *e)
{
        uint32_t n;

        if (str_to_u32(word, 65535, &n) < 0 || n == 0)
                return err_set(e, -EINVAL, "%s: is no port; 1 to 65535 is", word);
        *ret = (uint16_t)n;
        return 0;
}

static int check_iface(const char *name, struct err *e)
{
        return is_plain(name) ? 0 : err_set(e, -EINVAL, "%s: cannot stand in a rule; rename the interface", name);
}

int nat_rule_parse(const char *text, struct nat_rule *ret, struct err *e)
{
        struct nat_rule r = {0};
        char address[48], port[8], to_port[8], protocol[4];
        int end = -1, n;

        (void)sscanf(text, "nat %47s via %15s%n", address, r.iface, &end);
        if (end > 0 && !text[end]) {
                n = check_iface(r.iface, e);
                if (n == 0)
                        n = prefix_parse(address, &r.address, e);
                if (n == 0)
                        *ret = r;
                return n;
        }
        end = -1;
        (void)sscanf(text, "forward %15s %3s %7s to %47s %7s%n", r.iface, protocol, port, address, to_port, &end);
        if (end < 0 || text[end] || (strcmp(protocol, "tcp") != 0 && strcmp(protocol, "udp") != 0))
                return err_set(e, -EINVAL, "%s: is no rule of address translation", text);
        r.is_forward = true;
        r.is_udp = strcmp(protocol, "udp") == 0;
        n = check_iface(r.iface, e);
        if (n == 0)
                n = prefix_parse(address, &r.address, e);
        if (n == 0)
                n = take_port(port, &r.port, e);
        if (n == 0)
                n = take_port(to_port, &r.to_port, e);
        if (n == 0)
                *ret = r;
        return n;
}

void nat_rule_format(const struct nat_rule *r, char buf[NAT_TEXT_SIZE])
{
        char address[PREFIX_TEXT_SIZE];

        if (r->is_forward)
                (void)str_format(buf, NAT_TEXT_SIZE, "forward %s %s %u to %s %u", r->iface, r->is_udp ? "udp" : "tcp",
                                 r->port, prefix_format_addr(&r->address, address), r->to_port);
        else
                (void)str_format(buf, NAT_TEXT_SIZE, "nat %s via %s", prefix_format(&r->address, address), r->iface);
}

const char *nat_rule_chain(const struct nat_rule *r)
{
        return r->is_forward ? "prerouting" : "postrouting";
}

void nat_rule_put_nft(const struct nat_rule *r, struct text *t)
{
        const char *family = r->address.family == AF_INET6 ? "ip6" : "ip";
        char address[PREFIX_TEXT_SIZE], rule[NAT_TEXT_SIZE];

        nat_rule_format(r, rule);
        if (!r->is_forward) {
                text_putf(t, "%s saddr %s oifname \"%s\" masquerade", family, prefix_format(&r->address, address),
                          r->iface);
        } else {
                (void)prefix_format_addr(&r->address, address);
                text_putf(t, "iifname \"%s\" meta nfproto %s %s dport %u dnat %s to %s%s%s:%u", r->iface,
                          r->address.family == AF_INET6 ? "ipv6" : "ipv4", r->is_udp ? "udp" : "tcp", r->port, family,
                          r->address.family == AF_INET6 ? "[" : "", address, r->address.family == AF_INET6 ? "]" : "",
                          r->to_port);
        }
        text_putf(t, " comment \"%s\"", rule);
}

bool nat_line(const char *rules, size_t k, char buf[NAT_TEXT_SIZE])
{
        for (const char *s = rules ? rules : ""; *s; s += strcspn(s, "\n"), s += *s == '\n')
                if (k-- == 0)
                        return str_format(buf, NAT_TEXT_SIZE, "%.*s", (int)strcspn(s, "\n"), s);
        return false;
}

bool nat_has_line(const char *rules, const char *rule)
{
        char line[NAT_TEXT_SIZE];

        for (size_t k = 0; nat_line(rules, k, line); k++)
                if (strcmp(line, rule) == 0)
                        return true;
        return false;
}
