/*
 * ngctl_nat.c - the messages of nat nodes, as rules of address translation about the node's interface.
 *
 * A rule's words hold what the node would remember: its alias is the rule about all addresses, its redirects are those
 * that have an id.
 */
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/ngctl_parts.h"

#define PROTOCOL_OF_ADDRESSES 259 /* NG_NAT_REDIRPROTO_ADDR */
#define DLT_ETHERNET          1

/* The rules of a node, one after the other. */
struct rule_cursor {
        size_t jail, line;
        size_t number; /* in nat list */
        struct nat_rule rule;
};

static bool next_rule(struct ngctl *n, struct place at, struct rule_cursor *c)
{
        const struct graph *g = dialect_graph(n->d);
        const struct iface *i = msg_iface(n, at);
        char line[NAT_TEXT_SIZE];

        for (; c->jail < g->jail_count; c->jail++, c->line = 0) {
                while (nat_line(g->jails[c->jail].nat_rules, c->line, line)) {
                        c->line++;
                        c->number++;
                        if (c->jail == i->jail && nat_rule_parse(line, &c->rule, NULL) == 0 &&
                            strcmp(c->rule.iface, i->name) == 0)
                                return true;
                }
        }
        return false;
}

static int add_rule(struct ngctl *n, struct place at, struct nat_rule *r, struct err *e)
{
        char text[NAT_TEXT_SIZE];

        (void)str_copy(r->iface, sizeof(r->iface), msg_iface(n, at)->name); /* same size */
        nat_rule_format(r, text);
        return dialect_add(n->d, e, "nat", "rule", msg_iface_word(n, at), text, NULL);
}

/* The same but for its number. */
static bool find_same(struct ngctl *n, struct place at, const struct nat_rule *wanted, uint32_t *ret_id)
{
        struct rule_cursor c = {0};
        char text[NAT_TEXT_SIZE], other[NAT_TEXT_SIZE];
        struct nat_rule plain = *wanted;

        plain.id = 0;
        (void)str_copy(plain.iface, sizeof(plain.iface), msg_iface(n, at)->name); /* same size */
        nat_rule_format(&plain, text);
        while (next_rule(n, at, &c)) {
                *ret_id = c.rule.id;
                c.rule.id = 0;
                nat_rule_format(&c.rule, other);
                if (*ret_id && strcmp(text, other) == 0)
                        return true;
        }
        return false;
}

static int delete_rule(struct ngctl *n, const struct rule_cursor *c, struct err *e)
{
        char number[24];

        (void)str_format(number, sizeof(number), "%zu", c->number); /* fits */
        return dialect_add(n->d, e, "nat", "del", number, NULL);
}

static int take_number(const struct value_fields *f, const char *name, int64_t max, int64_t *ret, struct err *e)
{
        const char *word = value_get(f, name);

        *ret = 0;
        if (word && value_parse_number(word, 0, max, ret) < 0)
                return err_set(e, -EINVAL, "%s: is no number up to %" PRId64, word, max);
        return 0;
}

/* Of all addresses, or by setmode of the private networks alone. */
static bool is_alias(const struct nat_rule *r)
{
        return !r->is_forward && !r->id && r->alias.family &&
                (r->address.length == 0 || nat_private_index(&r->address) >= 0);
}

static bool find_alias(struct ngctl *n, struct place at, struct rule_cursor *ret)
{
        while (next_rule(n, at, ret))
                if (is_alias(&ret->rule))
                        return true;
        return false;
}

static int take_address(const char *word, struct prefix *ret, struct err *e)
{
        if (strchr(word, '/') || prefix_parse(word, ret, NULL) < 0 || ret->family != AF_INET)
                return err_set(e, -EINVAL, "%s: is no IPv4 address", word);
        return 0;
}

static int take_only_address(const char *args, struct prefix *ret, struct err *e)
{
        char word[64];

        if (value_parse_string(args, word, sizeof(word)) < 0)
                return err_set(e, -EINVAL, "not an address; write it like 192.0.2.1");
        return take_address(word, ret, e);
}

/* How many of the private networks are translated; 0: whatever there is. */
static size_t aliased_nets(struct ngctl *n, struct place at)
{
        struct rule_cursor c = {0};
        size_t count = 0;

        while (find_alias(n, at, &c))
                count += c.rule.address.length != 0;
        return count;
}

/* The alias for all addresses, or for that many private networks. */
static int set_alias(struct ngctl *n, struct place at, const struct prefix *alias, size_t nets, struct err *e)
{
        struct rule_cursor old = {0};
        int r = 0;

        while (r == 0 && find_alias(n, at, &old)) {
                r = delete_rule(n, &old, e);
                old = (struct rule_cursor){0}; /* their numbers are others now */
        }
        for (size_t k = 0; r == 0 && k < (nets ? nets : 1); k++) {
                struct nat_rule rule = {.address = {.family = AF_INET}, .alias = *alias};

                if (nets)
                        (void)prefix_parse(nat_private[k], &rule.address, NULL); /* our own words */
                r = add_rule(n, at, &rule, e);
        }
        return r;
}

int nat_set_alias(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        struct rule_cursor old = {0};
        struct prefix alias = {0};
        int r = take_only_address(args, &alias, e);

        (void)m;
        if (r < 0 || (find_alias(n, at, &old) && prefix_equal(&old.rule.alias, &alias)))
                return r;
        return set_alias(n, at, &alias, aliased_nets(n, at), e);
}

/* Where what comes in goes that no other rule, and no connection, has a place for. */
static bool is_target(const struct nat_rule *r)
{
        return r->is_forward && r->is_all && !r->id && !r->alias.family;
}

int nat_set_target(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        struct nat_rule rule = {.is_forward = true, .is_all = true};
        struct rule_cursor old = {0}, alias = {0};
        bool is_there = false;
        int r = take_only_address(args, &rule.address, e);
        char word[PREFIX_TEXT_SIZE];

        (void)m;
        if (r < 0)
                return r;
        (void)prefix_format_addr(&rule.address, word);
        if (strcmp(word, "255.255.255.255") == 0) { /* the alias, as far as there is one */
                rule.address = (struct prefix){0};
                if (find_alias(n, at, &alias))
                        rule.address = alias.rule.alias;
        } else if (strcmp(word, "0.0.0.0") == 0) { /* where it was sent to: no rule */
                rule.address = (struct prefix){0};
        }
        while (!is_there && next_rule(n, at, &old))
                is_there = is_target(&old.rule);
        if (is_there && prefix_equal(&old.rule.address, &rule.address))
                return 0;
        if (is_there)
                r = delete_rule(n, &old, e);
        return r < 0 || !rule.address.family ? r : add_rule(n, at, &rule, e);
}

/* What libalias calls them, and what is to be said of those that nftables' rules cannot be. */
static const struct mode {
        uint32_t bit;
        const char *name, *missing;
} modes[] = {
        {0x01, "log", "nothing is logged of a translation; conntrack -E tells of connections as they come"},
        {0x02, "denyincoming", "translation drops nothing; a firewall's rule of your own can"},
        {0x40, "proxyonly", "there is no proxy in the kernel's translation"},
        {0x80, "reverse", "the kernel translates what goes out; join in and out the other way round"},
};
#define MODE_SAME_PORTS 0x04u /* Linux keeps a port as long as it is free */
#define MODE_PRIVATE    0x10u
#define MODE_RESET      0x20u /* when the address changes: a connection here keeps the one that it began with */
#define MODE_CARRIER    0x100u
#define MODE_ALL        0x1f7u

static int take_modes(const char *args, int64_t *ret_flags, int64_t *ret_mask, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        int r = value_parse_struct(args, &f) < 0
                ? err_set(e, -EINVAL, "not a struct; write it like { flags=16 mask=16 }")
                : take_number(&f, "flags", UINT32_MAX, ret_flags, e);

        if (r == 0)
                r = take_number(&f, "mask", UINT32_MAX, ret_mask, e);
        if (r == 0 && (*ret_flags & *ret_mask & ~(int64_t)MODE_ALL))
                r = err_set(e, -EINVAL, "flags: 0x%" PRIx64 " is no mode of a nat node",
                            *ret_flags & *ret_mask & ~(int64_t)MODE_ALL);
        return r;
}

int nat_set_mode(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        size_t nets = aliased_nets(n, at), wanted;
        struct rule_cursor alias = {0};
        int64_t flags = 0, mask = 0;
        uint32_t now = (nets ? MODE_PRIVATE : 0) | (nets == NAT_PRIVATE_COUNT ? MODE_CARRIER : 0);
        int r = take_modes(args, &flags, &mask, e);

        (void)m;
        if (r < 0)
                return r;
        for (size_t k = 0; k < ARRAY_SIZE(modes); k++)
                if (flags & mask & modes[k].bit)
                        return err_set(e, -EOPNOTSUPP, "setmode %s: %s", modes[k].name, modes[k].missing);
        if (mask & ~flags & MODE_SAME_PORTS)
                return err_set(e, -EOPNOTSUPP, "setmode: Linux keeps a port as long as it is free; leave 4 in flags");
        if (flags & mask & MODE_RESET)
                say_meaning(n,
                            "setmode: a connection keeps the address that it began with, also when the alias "
                            "changes");
        now = (now & ~(uint32_t)mask) | (uint32_t)(flags & mask);
        wanted = now & MODE_CARRIER ? NAT_PRIVATE_COUNT : now & MODE_PRIVATE ? NAT_PRIVATE_COUNT - 1 : 0;
        if (wanted == nets)
                return 0;
        if (!find_alias(n, at, &alias))
                return err_set(e, -EINVAL, "setmode: what is translated is kept with the alias; setaliasaddr first");

        struct prefix address = alias.rule.alias;

        return set_alias(n, at, &address, wanted, e);
}

static uint32_t next_id(struct ngctl *n, struct place at)
{
        struct rule_cursor c = {0};
        uint32_t id = 0;

        while (next_rule(n, at, &c))
                id = c.rule.id > id ? c.rule.id : id;
        return id + 1;
}

static int reply_id(struct ngctl *n, struct place at, const struct message *m, uint32_t id)
{
        char number[16];

        (void)str_format(number, sizeof(number), "%" PRIu32, id); /* fits */
        msg_reply(n, at, m, number);
        return 0;
}

/* An address that may be missing, or 0.0.0.0, which is the same. */
static int take_field(const struct value_fields *f, const char *name, struct prefix *ret, struct err *e)
{
        const char *word = value_get(f, name);

        if (!word || strcmp(word, "0.0.0.0") == 0)
                return 0;
        return take_address(word, ret, e);
}

/* All redirects have a local and an alias address, most a remote one; a description has no place in a rule. */
static int take_redirect(const char *args, struct value_fields *f, struct nat_rule *ret, struct err *e)
{
        int r = value_parse_struct(args, f) < 0
                ? err_set(e, -EINVAL, "not a struct; write it like { local_addr=10.0.0.2 alias_addr=192.0.2.1 }")
                : 0;

        if (r == 0)
                r = take_field(f, "local_addr", &ret->address, e);
        if (r == 0)
                r = take_field(f, "alias_addr", &ret->alias, e);
        if (r == 0)
                r = take_field(f, "remote_addr", &ret->sender, e);
        if (r == 0 && !ret->address.family)
                r = err_set(e, -EINVAL, "has no field local_addr");
        ret->is_forward = true;
        return r;
}

/* Answers with the redirect's number; one that a script finds made is left as it is. */
static int add_redirect(struct ngctl *n, struct place at, const struct message *m, struct nat_rule *rule, struct err *e)
{
        int r = 0;

        if (!n->only_adds || !find_same(n, at, rule, &rule->id)) {
                rule->id = next_id(n, at);
                r = add_rule(n, at, rule, e);
        }
        return r < 0 ? r : reply_id(n, at, m, rule->id);
}

int nat_redirect_port(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        struct nat_rule rule = {0};
        int64_t local = 0, alias = 0, remote = 0, protocol = 0;
        int r = take_redirect(args, &f, &rule, e);

        if (r == 0)
                r = take_number(&f, "local_port", UINT16_MAX, &local, e);
        if (r == 0)
                r = take_number(&f, "alias_port", UINT16_MAX, &alias, e);
        if (r == 0)
                r = take_number(&f, "remote_port", UINT16_MAX, &remote, e);
        if (r == 0)
                r = take_number(&f, "proto", UINT8_MAX, &protocol, e);
        if (r < 0)
                return r;
        if (!local || !alias || (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP))
                return err_set(e, -EINVAL, "needs local_port, alias_port, and proto 6 (TCP) or 17 (UDP)");
        if (remote && !rule.sender.family)
                return err_set(e, -EOPNOTSUPP, "remote_port: is for one sender here; write its remote_addr, too");
        rule.port = (uint16_t)alias;
        rule.to_port = (uint16_t)local;
        rule.is_udp = protocol == IPPROTO_UDP;
        rule.sender_port = (uint16_t)remote;
        return add_redirect(n, at, m, &rule, e);
}

int nat_redirect_proto(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        struct nat_rule rule = {0};
        int64_t protocol = 0;
        int r = take_redirect(args, &f, &rule, e);

        if (r == 0)
                r = take_number(&f, "proto", UINT8_MAX, &protocol, e);
        if (r < 0)
                return r;
        if (!protocol)
                return err_set(e, -EINVAL, "has no field proto; write a protocol's number, 47 for GRE");
        rule.protocol = (uint8_t)protocol;
        return add_redirect(n, at, m, &rule, e);
}

/* One address for another, both ways: two rules of one id. */
int nat_redirect_addr(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        struct nat_rule in = {.is_all = true}, out;
        struct rule_cursor alias = {0};
        int r = take_redirect(args, &f, &in, e);

        if (r < 0)
                return r;
        if (in.sender.family)
                return err_set(e, -EINVAL, "remote_addr: is no field of redirectaddr");
        if (!in.alias.family && find_alias(n, at, &alias))
                in.alias = alias.rule.alias;
        if (!in.alias.family)
                return err_set(e, -EINVAL,
                               "has no field alias_addr, and the node has no alias; setaliasaddr gives one");
        if (n->only_adds && find_same(n, at, &in, &in.id))
                return reply_id(n, at, m, in.id);
        in.id = next_id(n, at);
        out = in;
        out.is_forward = out.is_all = false;
        r = add_rule(n, at, &in, e);
        if (r == 0)
                r = add_rule(n, at, &out, e);
        return r < 0 ? r : reply_id(n, at, m, in.id);
}

int nat_redirect_delete(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        size_t deleted = 0;
        int64_t id;

        (void)m;
        if (value_parse_number(args, 1, UINT32_MAX, &id) < 0)
                return err_set(e, -EINVAL, "not a redirect's id; listredirects tells them");
        for (;; deleted++) {
                struct rule_cursor c = {0};
                bool is_found = false;

                while (!is_found && next_rule(n, at, &c))
                        is_found = c.rule.id == id;
                if (!is_found)
                        break;

                int r = delete_rule(n, &c, e);

                if (r < 0)
                        return r;
        }
        return deleted ? 0 : err_set(e, -ENOENT, "no redirect has the id %" PRId64 "; listredirects tells them", id);
}

int nat_list_redirects(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        struct rule_cursor c = {0};
        size_t count = 0;

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        while (next_rule(n, at, &c)) {
                char local[PREFIX_TEXT_SIZE], alias[PREFIX_TEXT_SIZE];

                if (!c.rule.id || !c.rule.is_forward)
                        continue;
                text_putf(&t, "{ id=%" PRIu32 " local_addr=%s ", c.rule.id, prefix_format_addr(&c.rule.address, local));
                if (c.rule.alias.family)
                        text_putf(&t, "alias_addr=%s ", prefix_format_addr(&c.rule.alias, alias));
                if (c.rule.sender.family)
                        text_putf(&t, "remote_addr=%s ", prefix_format_addr(&c.rule.sender, alias));
                if (c.rule.to_port)
                        text_putf(&t, "local_port=%u alias_port=%u ", c.rule.to_port, c.rule.port);
                if (c.rule.sender_port)
                        text_putf(&t, "remote_port=%u ", c.rule.sender_port);
                text_putf(&t, "proto=%d } ",
                          c.rule.is_all             ? PROTOCOL_OF_ADDRESSES
                                  : c.rule.protocol ? c.rule.protocol
                                  : c.rule.is_udp   ? IPPROTO_UDP
                                                    : IPPROTO_TCP);
                count++;
        }

        CLEANUP(freep)
        char *whole = count ? xasprintf("{ total_count=%zu redirects=[ %s] }", count, text_str(&t)) : xstrdup("{}");

        msg_reply(n, at, m, whole);
        return 0;
}

int nat_set_dlt(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        int64_t dlt;

        (void)n;
        (void)at;
        (void)m;
        if (value_parse_number(args, 0, UINT8_MAX, &dlt) < 0)
                return err_set(e, -EINVAL, "not a data link type; write 1 for Ethernet");
        return dlt == DLT_ETHERNET
                ? 0
                : err_set(e, -EOPNOTSUPP, "what stands behind a hook here is Ethernet; write setdlt 1");
}

int nat_get_dlt(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        msg_reply(n, at, m, "1");
        return 0;
}

int nat_refuse(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const struct {
                const char *name, *missing;
        } lacks[] = {
                {"redirectdynamic", "a rule of nftables does not end with a connection; redirectdelete ends one"},
                {"addserver", "a rule here leads to one server; give each a redirect with another alias_port"},
                {"proxyrule", "the kernel's translation has no proxies; redirectport leads a port to a proxy of yours"},
                {"libaliasinfo", "the kernel counts no connections by node; conntrack -L lists them"},
        };
        size_t k = 0;

        (void)n;
        (void)at;
        (void)args;
        while (k + 1 < ARRAY_SIZE(lacks) && strcmp(lacks[k].name, m->name) != 0)
                k++;
        return err_set(e, -EOPNOTSUPP, "%s: %s", m->name, lacks[k].missing);
}
