/* nat_rule.c - address translation's rules as words, and as nft's. */
#include "core/graph/nat_rule.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"

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

/* The words of a rule, one after the other. */
struct rule_words {
        char *words[16];
        size_t count, at;
};

static const char *next_word(struct rule_words *w)
{
        return w->at < w->count ? w->words[w->at++] : "";
}

static bool takes_word(struct rule_words *w, const char *keyword)
{
        if (w->at >= w->count || strcmp(w->words[w->at], keyword) != 0)
                return false;
        w->at++;
        return true;
}

static int take_iface(struct rule_words *w, struct nat_rule *r, struct err *e)
{
        const char *name = next_word(w);

        return str_copy(r->iface, sizeof(r->iface), name) ? check_iface(name, e) : -EINVAL;
}

/* An address without a length, of the family that the rule is about. */
static int take_alias(struct rule_words *w, struct nat_rule *r, struct err *e)
{
        return prefix_parse(next_word(w), &r->alias, e);
}

static int take_nat(struct rule_words *w, struct nat_rule *r, struct err *e)
{
        int result = prefix_parse(next_word(w), &r->address, e);

        if (result == 0)
                result = takes_word(w, "via") ? take_iface(w, r, e) : -EINVAL;
        if (result == 0 && takes_word(w, "as"))
                result = take_alias(w, r, e);
        return result;
}

static bool has_ports(const struct nat_rule *r)
{
        return !r->is_all && !r->protocol;
}

/* What it is about: "all", "proto N", "tcp PORT", "udp PORT". */
static int take_what(struct rule_words *w, struct nat_rule *r, struct err *e)
{
        uint32_t protocol;

        r->is_all = takes_word(w, "all");
        if (r->is_all)
                return 0;
        if (takes_word(w, "proto")) {
                if (str_to_u32(next_word(w), UINT8_MAX, &protocol) < 0 || protocol == 0)
                        return -EINVAL;
                r->protocol = (uint8_t)protocol;
                return 0;
        }
        r->is_udp = takes_word(w, "udp");
        return r->is_udp || takes_word(w, "tcp") ? take_port(next_word(w), &r->port, e) : -EINVAL;
}

/* "ADDR", or of TCP and UDP "ADDR PORT". Two senders' words of IPv6 would be too long for a rule. */
static int take_sender(struct rule_words *w, struct nat_rule *r, struct err *e)
{
        int result = prefix_parse(next_word(w), &r->sender, e);

        if (result == 0 && (r->sender.family != AF_INET || r->sender.length != prefix_bits(AF_INET)))
                return err_set(e, -EINVAL, "a sender: is one IPv4 address");
        if (result == 0 && has_ports(r) && w->at < w->count && strcmp(w->words[w->at], "to") != 0)
                result = take_port(next_word(w), &r->sender_port, e);
        return result;
}

static int take_forward(struct rule_words *w, struct nat_rule *r, struct err *e)
{
        int result = take_iface(w, r, e);

        r->is_forward = true;
        if (result == 0)
                result = take_what(w, r, e);
        if (result == 0 && takes_word(w, "at"))
                result = take_alias(w, r, e);
        if (result == 0 && takes_word(w, "from"))
                result = take_sender(w, r, e);
        if (result == 0)
                result = takes_word(w, "to") ? prefix_parse(next_word(w), &r->address, e) : -EINVAL;
        if (result == 0 && has_ports(r))
                result = take_port(next_word(w), &r->to_port, e);
        return result;
}

int nat_rule_parse(const char *text, struct nat_rule *ret, struct err *e)
{
        CLEANUP(freep) char *copy = xstrdup(text);
        struct rule_words w = {0};
        struct nat_rule r = {0};
        struct err why = {0};
        char *save = NULL;
        int result = -EINVAL;

        for (char *s = strtok_r(copy, " ", &save); s && w.count < ARRAY_SIZE(w.words); s = strtok_r(NULL, " ", &save))
                w.words[w.count++] = s;
        if (takes_word(&w, "nat"))
                result = take_nat(&w, &r, &why);
        else if (takes_word(&w, "forward"))
                result = take_forward(&w, &r, &why);
        if (result == 0 && takes_word(&w, "id"))
                result = str_to_u32(next_word(&w), UINT32_MAX, &r.id);
        if (result == 0 &&
            (w.at < w.count || (r.alias.family && r.alias.family != r.address.family) ||
             (r.sender.family && r.sender.family != r.address.family)))
                result = -EINVAL;
        if (result == 0) {
                *ret = r;
                return 0;
        }
        if (!why.code)
                return err_set(e, -EINVAL, "%s: is no rule of address translation", text);
        if (e)
                *e = why;
        return result;
}

static void put_forward(const struct nat_rule *r, struct text *t)
{
        char buf[PREFIX_TEXT_SIZE];

        text_putf(t, "forward %s ", r->iface);
        if (r->is_all)
                text_put(t, "all");
        else if (r->protocol)
                text_putf(t, "proto %u", r->protocol);
        else
                text_putf(t, "%s %u", r->is_udp ? "udp" : "tcp", r->port);
        if (r->alias.family)
                text_putf(t, " at %s", prefix_format_addr(&r->alias, buf));
        if (r->sender.family)
                text_putf(t, " from %s", prefix_format_addr(&r->sender, buf));
        if (r->sender_port)
                text_putf(t, " %u", r->sender_port);
        text_putf(t, " to %s", prefix_format_addr(&r->address, buf));
        if (has_ports(r))
                text_putf(t, " %u", r->to_port);
}

void nat_rule_format(const struct nat_rule *r, char buf[NAT_TEXT_SIZE])
{
        CLEANUP(text_done) struct text t = {0};
        char address[PREFIX_TEXT_SIZE];

        if (r->is_forward) {
                put_forward(r, &t);
        } else {
                text_putf(&t, "nat %s via %s", prefix_format(&r->address, address), r->iface);
                if (r->alias.family)
                        text_putf(&t, " as %s", prefix_format_addr(&r->alias, address));
        }
        if (r->id)
                text_putf(&t, " id %" PRIu32, r->id);
        /* The longest has 121 bytes, with two IPv6 addresses; one of three IPv4 addresses is shorter. */
        (void)str_copy(buf, NAT_TEXT_SIZE, text_str(&t));
}

const char *nat_rule_chain(const struct nat_rule *r)
{
        return r->is_forward ? "prerouting" : "postrouting";
}

/* dnat to ADDR[:PORT]; a port behind an IPv6 address needs brackets. */
static void put_door(const struct nat_rule *r, struct text *t, const char *family)
{
        char address[PREFIX_TEXT_SIZE], alias[PREFIX_TEXT_SIZE];
        bool is_v6 = r->address.family == AF_INET6;

        (void)prefix_format_addr(&r->address, address);
        text_putf(t, "iifname \"%s\" meta nfproto %s ", r->iface, is_v6 ? "ipv6" : "ipv4");
        if (r->alias.family)
                text_putf(t, "%s daddr %s ", family, prefix_format_addr(&r->alias, alias));
        if (r->sender.family)
                text_putf(t, "%s saddr %s ", family, prefix_format_addr(&r->sender, alias));
        if (r->sender_port)
                text_putf(t, "%s sport %u ", r->is_udp ? "udp" : "tcp", r->sender_port);
        if (r->protocol)
                text_putf(t, "meta l4proto %u ", r->protocol);
        if (!has_ports(r))
                text_putf(t, "dnat %s to %s", family, address);
        else
                text_putf(t, "%s dport %u dnat %s to %s%s%s:%u", r->is_udp ? "udp" : "tcp", r->port, family,
                          is_v6 ? "[" : "", address, is_v6 ? "]" : "", r->to_port);
}

void nat_rule_put_nft(const struct nat_rule *r, struct text *t)
{
        const char *family = r->address.family == AF_INET6 ? "ip6" : "ip";
        char address[PREFIX_TEXT_SIZE], rule[NAT_TEXT_SIZE];

        nat_rule_format(r, rule);
        if (r->is_forward) {
                put_door(r, t, family);
        } else {
                if (r->address.length)
                        text_putf(t, "%s saddr %s ", family, prefix_format(&r->address, address));
                else
                        text_putf(t, "meta nfproto %s ", r->address.family == AF_INET6 ? "ipv6" : "ipv4");
                text_putf(t, "oifname \"%s\" ", r->iface);
                if (r->alias.family)
                        text_putf(t, "snat %s to %s", family, prefix_format_addr(&r->alias, address));
                else
                        text_put(t, "masquerade");
        }
        text_putf(t, " comment \"%s\"", rule);
}

const char *const nat_private[NAT_PRIVATE_COUNT] = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"};

int nat_private_index(const struct prefix *p)
{
        char text[PREFIX_TEXT_SIZE];

        (void)prefix_format(p, text);
        for (int k = 0; k < NAT_PRIVATE_COUNT; k++)
                if (strcmp(nat_private[k], text) == 0)
                        return k;
        return -1;
}

static void put_pf_rdr(const struct nat_rule *r, const char *own, struct text *t)
{
        char buf[PREFIX_TEXT_SIZE];

        text_putf(t, "rdr on %s ", r->iface);
        if (r->protocol)
                text_putf(t, "proto %u ", r->protocol);
        else if (!r->is_all)
                text_putf(t, "proto %s ", r->is_udp ? "udp" : "tcp");
        if (r->sender.family)
                text_putf(t, "from %s ", prefix_format_addr(&r->sender, buf));
        else if (!has_ports(r))
                text_put(t, "from any ");
        if (r->sender_port)
                text_putf(t, "port %u ", r->sender_port);
        text_putf(t, "to %s ", own);
        if (has_ports(r))
                text_putf(t, "port %u ", r->port);
        text_putf(t, "-> %s", prefix_format_addr(&r->address, buf));
        if (has_ports(r))
                text_putf(t, " port %u", r->to_port);
}

void nat_rule_put_pf(const struct nat_rule *r, struct text *t)
{
        char address[PREFIX_TEXT_SIZE], buf[PREFIX_TEXT_SIZE];
        CLEANUP(freep)
        char *own = r->alias.family          ? xstrdup(prefix_format_addr(&r->alias, buf))
                : r->is_forward && r->is_all ? xstrdup("any")
                                             : xasprintf("(%s:0)", r->iface);

        if (r->is_forward)
                put_pf_rdr(r, own, t);
        else
                text_putf(t, "nat on %s from %s to any -> %s", r->iface, prefix_format(&r->address, address), own);
}

int nat_rule_rank(const struct nat_rule *r)
{
        if (!r->is_forward)
                return r->alias.family && r->address.length == prefix_bits(r->address.family) ? 0 : 1;
        if (r->is_all)
                return r->alias.family ? 2 : 3;
        return r->protocol ? 1 : 0;
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
