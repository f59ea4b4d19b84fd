/* rcwords.c - ifconfig's words as rc.conf's values have them. */
#include "core/dialect/rcwords.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#define RANGE_MAX 256 /* addresses of one `inet 10.0.0.5-9/24` */

void rcwords_done(struct rc_clauses *c)
{
        free(c->items);
        *c = (struct rc_clauses){0};
}

/* -- Addresses --------------------------------------------------------------------------------------------------- */

int rcwords_netmask(const char *word, uint8_t *ret_length, struct err *e)
{
        uint32_t mask;
        uint8_t bytes[4];
        char *end;

        if (str_has_prefix(word, "0x")) {
                unsigned long n = strtoul(word, &end, 16);

                if (*end || strlen(word) > 10)
                        return err_set(e, -EINVAL, "%s: is not a netmask; write it like 255.255.255.0", word);
                mask = (uint32_t)n;
        } else {
                if (*word && !word[strspn(word, "0123456789")])
                        return err_set(e, -EINVAL, "/%s: is no prefix length; write a number up to 32", word);
                if (inet_pton(AF_INET, word, bytes) != 1)
                        return err_set(e, -EINVAL, "%s: is not a netmask; write it like 255.255.255.0", word);
                mask = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
        }

        uint8_t length = 0;

        while (length < 32 && mask & (0x80000000U >> length))
                length++;
        if (length < 32 && (uint32_t)(mask << length) != 0)
                return err_set(e, -EINVAL, "%s: is a netmask with a gap; no network has one", word);
        *ret_length = length;
        return 0;
}

int rcwords_address(const char *word, struct prefix *ret, bool *ret_has_length, struct err *e)
{
        const char *slash = strchr(word, '/');
        uint32_t length;

        *ret_has_length = slash != NULL;
        if (slash && !strchr(word, ':') && str_to_u32(slash + 1, 32, &length) < 0) {
                CLEANUP(freep) char *bare = xstrndup(word, (size_t)(slash - word));
                uint8_t bits;
                int r = rcwords_netmask(slash + 1, &bits, e);

                if (r == 0)
                        r = prefix_parse(bare, ret, e);
                if (r == 0)
                        ret->length = bits;
                return r;
        }
        return prefix_parse(word, ret, e);
}

/* -- One value --------------------------------------------------------------------------------------------------- */

struct words {
        struct rc_file *f;
        const struct rc_variable *v;
        struct rc_clauses *out;
        size_t next;    /* byte of the value */
        size_t at;      /* of the word in hand */
        uint8_t family; /* that the last inet or inet6 asked for; 0 none */
        bool is_open;   /* an inet that no address has followed yet; inet6 may stand before other words */
        size_t open_at;
};

static const char *take(struct words *w)
{
        return rcconf_word(w->f, w->v, &w->next, &w->at);
}

/* What the word after one that needs it is; refuses its absence. */
static int take_value(struct words *w, const char *word, const char **ret, struct err *e)
{
        size_t at = w->at;

        *ret = take(w);
        return *ret ? 0 : rcconf_fail(w->f, w->v, at, e, "%s: needs a value behind it", word);
}

static struct rc_clause *add(struct words *w, enum rc_word word, const char *text, size_t at)
{
        struct rc_clauses *c = w->out;

        c->items = array_grow(c->items, &c->capacity, c->count, sizeof(*c->items));
        c->items[c->count] = (struct rc_clause){.word = word, .text = text, .variable = w->v, .at = at};
        return &c->items[c->count++];
}

/* netmask M, prefixlen N, broadcast B, alias behind an address. */
static int take_address_words(struct words *w, struct rc_clause *c, struct err *e)
{
        for (;;) {
                size_t back = w->next;
                const char *word = take(w), *value;
                uint32_t n;
                int r;

                if (!word)
                        return 0;
                if (strcmp(word, "alias") == 0 || strcmp(word, "add") == 0)
                        continue;
                if (strcmp(word, "netmask") == 0) {
                        r = take_value(w, word, &value, e);
                        if (r == 0 && rcwords_netmask(value, &c->address.length, e) < 0)
                                r = rcconf_wrap(w->f, w->v, w->at, e);
                        c->has_length = true;
                } else if (strcmp(word, "prefixlen") == 0) {
                        r = take_value(w, word, &value, e);
                        if (r == 0 && str_to_u32(value, prefix_bits(c->address.family), &n) < 0)
                                r = rcconf_fail(w->f, w->v, w->at, e, "%s: is no prefix length; 0 to %u is", value,
                                                prefix_bits(c->address.family));
                        else if (r == 0)
                                c->address.length = (uint8_t)n;
                        c->has_length = true;
                } else if (strcmp(word, "broadcast") == 0) {
                        r = take_value(w, word, &value, e); /* the kernel works it out */
                } else {
                        w->next = back;
                        return 0;
                }
                if (r < 0)
                        return r;
        }
}

/* 10.0.0.5-9/24: each with the length; as FreeBSD has it, all but the first with /32 of its own would be. */
static int take_range(struct words *w, const char *word, struct err *e)
{
        const char *dash = strchr(word, '-'), *slash = strchr(word, '/'), *dot = strrchr(word, '.');
        size_t at = w->at;
        uint32_t first, last;

        if (!dot || dot > dash)
                return rcconf_fail(w->f, w->v, at, e, "%s: is no range of addresses; write it like 10.0.0.5-9/24",
                                   word);

        CLEANUP(freep) char *low = xstrndup(dot + 1, (size_t)(dash - dot - 1));
        CLEANUP(freep) char *high = slash ? xstrndup(dash + 1, (size_t)(slash - dash - 1)) : xstrdup(dash + 1);

        if (str_to_u32(low, 255, &first) < 0 || str_to_u32(high, 255, &last) < 0 || last < first ||
            last - first >= RANGE_MAX)
                return rcconf_fail(w->f, w->v, at, e, "%s: is no range of addresses; write it like 10.0.0.5-9/24",
                                   word);
        for (uint32_t n = first; n <= last; n++) {
                CLEANUP(freep)
                char *one = xasprintf("%.*s.%u%s", (int)(dot - word), word, n, slash ? slash : "");
                struct rc_clause *c = add(w, RC_ADDRESS, NULL, at);

                if (rcwords_address(one, &c->address, &c->has_length, e) < 0)
                        return rcconf_wrap(w->f, w->v, at, e);
        }
        return 0;
}

static bool looks_like_address(const char *word)
{
        return strchr(word, ':') || (word[0] >= '0' && word[0] <= '9' && strchr(word, '.'));
}

static int take_address(struct words *w, const char *word, struct err *e)
{
        struct prefix p = {0};
        bool has_length = false;
        size_t at = w->at;

        if (!strchr(word, ':') && strchr(word, '-'))
                return take_range(w, word, e);
        if (rcwords_address(word, &p, &has_length, e) < 0)
                return rcconf_wrap(w->f, w->v, at, e);
        if (w->family && w->family != p.family)
                return rcconf_fail(w->f, w->v, at, e, "%s: is not an %s address", word,
                                   w->family == AF_INET ? "inet" : "inet6");
        if (p.family == AF_INET6 && !w->family)
                return rcconf_fail(w->f, w->v, at, e, "%s: inet6 must stand before it, else FreeBSD does not apply it",
                                   word);

        struct rc_clause *c = add(w, RC_ADDRESS, NULL, at);

        c->address = p;
        c->has_length = has_length;
        return take_address_words(w, c, e);
}

struct known_word {
        const char *name;
        enum rc_word word;
        enum { ALONE, TEXT, NUMBER, MAC, TEXT_NUMBER, TEXT_MAC } value;
        bool is_on;
};

static const struct known_word known_words[] = {
        {"up", RC_UP, ALONE, true},
        {"down", RC_UP, ALONE, false},
        {"addm", RC_ADDM, TEXT, true},
        {"stp", RC_STP, TEXT, true},
        {"laggport", RC_LAGGPORT, TEXT, true},
        {"laggproto", RC_LAGGPROTO, TEXT, true},
        {"vlan", RC_VLAN, NUMBER, true},
        {"vlandev", RC_VLANDEV, TEXT, true},
        {"vxlanid", RC_VXLANID, NUMBER, true},
        {"vxlanremote", RC_VXLANREMOTE, TEXT, true},
        {"vxlangroup", RC_VXLANGROUP, TEXT, true},
        {"vxlandev", RC_VXLANDEV, TEXT, true},
        {"vxlanlocal", RC_VXLANLOCAL, TEXT, true},
        {"mtu", RC_MTU, NUMBER, true},
        {"ether", RC_ETHER, MAC, true},
        {"link", RC_ETHER, MAC, true},
        {"lladdr", RC_ETHER, MAC, true},
        {"description", RC_DESCR, TEXT, true},
        {"descr", RC_DESCR, TEXT, true},
        {"DHCP", RC_DHCP, ALONE, true},
        {"SYNCDHCP", RC_DHCP, ALONE, true},
        {"accept_rtadv", RC_DHCP, ALONE, true},
        {"NOAUTO", RC_IGNORED, ALONE, true},
        {"NOSYNCDHCP", RC_IGNORED, ALONE, true},
        {"WPA", RC_IGNORED, ALONE, true},
        {"HOSTAP", RC_IGNORED, ALONE, true},
        {"media", RC_IGNORED, TEXT, true},
        {"mediaopt", RC_IGNORED, TEXT, true},
        {"mode", RC_IGNORED, TEXT, true},
        {"group", RC_GROUP, TEXT, true},
        {"span", RC_SPAN, TEXT, true},
        {"fib", RC_IGNORED, TEXT, true},
        {"metric", RC_IGNORED, TEXT, true},
        {"private", RC_PRIVATE, TEXT, true},
        {"-private", RC_PRIVATE, TEXT, false},
        {"learn", RC_SWITCH, TEXT, true},
        {"-learn", RC_SWITCH, TEXT, false},
        {"discover", RC_SWITCH, TEXT, true},
        {"-discover", RC_SWITCH, TEXT, false},
        {"static", RC_STATIC, TEXT_MAC, true},
        {"timeout", RC_TUNE, NUMBER, true},
        {"hellotime", RC_TUNE, NUMBER, true},
        {"fwddelay", RC_TUNE, NUMBER, true},
        {"maxage", RC_TUNE, NUMBER, true},
        {"priority", RC_TUNE, NUMBER, true},
        {"maxaddr", RC_TUNE, NUMBER, true},
        {"ifpathcost", RC_TUNE_MEMBER, TEXT_NUMBER, true},
        {"ifpriority", RC_TUNE_MEMBER, TEXT_NUMBER, true},
        {"polling", RC_IGNORED, ALONE, true},
        {"auto_linklocal", RC_IGNORED, ALONE, true},
        {"-ifdisabled", RC_IGNORED, ALONE, true},
        {"-rxcsum", RC_IGNORED, ALONE, true},
        {"-txcsum", RC_IGNORED, ALONE, true},
        {"-rxcsum6", RC_IGNORED, ALONE, true},
        {"-txcsum6", RC_IGNORED, ALONE, true},
        {"-tso", RC_IGNORED, ALONE, true},
        {"-tso4", RC_IGNORED, ALONE, true},
        {"-tso6", RC_IGNORED, ALONE, true},
        {"-lro", RC_IGNORED, ALONE, true},
        {"-vlanhwtag", RC_IGNORED, ALONE, true},
        {"-vlanhwfilter", RC_IGNORED, ALONE, true},
};

static int take_known(struct words *w, const struct known_word *k, struct err *e)
{
        size_t at = w->at;
        const char *value = k->name;
        struct rc_clause *c;
        int r = k->value == ALONE ? 0 : take_value(w, k->name, &value, e);

        if (r < 0)
                return r;
        c = add(w, k->word, k->word == RC_IGNORED ? k->name : value, at);
        c->is_on = k->is_on;
        c->name = k->name;
        if ((k->value == TEXT_NUMBER || k->value == TEXT_MAC) && take_value(w, k->name, &value, e) < 0)
                return -EINVAL;
        if ((k->value == NUMBER || k->value == TEXT_NUMBER) && str_to_u32(value, UINT32_MAX, &c->number) < 0)
                return rcconf_fail(w->f, w->v, w->at, e, "%s %s: is not a number", k->name, value);
        if ((k->value == MAC || k->value == TEXT_MAC) && mac_parse(value, &c->mac) < 0)
                return rcconf_fail(w->f, w->v, w->at, e, "%s: is not a MAC address; write it like 02:00:00:00:00:01",
                                   value);
        return 0;
}

static int take_word(struct words *w, const char *word, struct err *e)
{
        if (strcmp(word, "inet") == 0 || strcmp(word, "inet6") == 0) {
                w->family = strcmp(word, "inet") == 0 ? AF_INET : AF_INET6;
                w->is_open = w->family == AF_INET;
                w->open_at = w->at;
                return 0;
        }
        if (strcmp(word, "alias") == 0 || strcmp(word, "add") == 0)
                return 0;
        if (looks_like_address(word)) {
                w->is_open = false;
                return take_address(w, word, e);
        }
        for (size_t i = 0; i < ARRAY_SIZE(known_words); i++)
                if (strcmp(word, known_words[i].name) == 0)
                        return take_known(w, &known_words[i], e);
        return rcconf_fail(w->f, w->v, w->at, e, "%s: is not a word that jailnet knows of ifconfig's; leave it out",
                           word);
}

int rcwords_read(struct rc_file *f, const struct rc_variable *v, struct rc_clauses *ret, struct err *e)
{
        struct words w = {.f = f, .v = v, .out = ret};
        const char *word;

        while ((word = take(&w))) {
                int r = take_word(&w, word, e);

                if (r < 0)
                        return r;
        }
        return w.is_open ? rcconf_fail(f, v, w.open_at, e, "an address is expected behind inet, like 10.0.0.2/24") : 0;
}

int rcwords_read_interface(struct rc_file *f, const char *iface, struct rc_clauses *ret, struct err *e)
{
        const char *name = rcconf_mangle(&f->arena, iface);
        const struct rc_variable *v = rcconf_findf(f, "ifconfig_%s", name);
        int r = v ? rcwords_read(f, v, ret, e) : 0;

        v = rcconf_findf(f, "ifconfig_%s_ipv6", name);
        if (r == 0 && v) {
                size_t at = 0, place;
                const char *first = rcconf_word(f, v, &at, &place);

                if (first && strcmp(first, "inet6") != 0)
                        return rcconf_fail(f, v, place, e, "inet6 must stand first, else FreeBSD does not apply it");
                r = rcwords_read(f, v, ret, e);
        }
        v = rcconf_findf(f, "ifconfig_%s_aliases", name);
        if (r == 0 && v)
                r = rcwords_read(f, v, ret, e);
        for (unsigned n = 0; r == 0 && (v = rcconf_findf(f, "ifconfig_%s_alias%u", name, n)); n++)
                r = rcwords_read(f, v, ret, e);

        v = rcconf_findf(f, "ifconfig_%s_descr", name);
        if (r == 0 && v) {
                struct words w = {.f = f, .v = v, .out = ret};

                add(&w, RC_DESCR, v->value, 0);
        }
        return r;
}
