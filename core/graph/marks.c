/* marks.c - what jailnet leaves on the kernel's links: written into alternative names, and read out of them. */
#include "core/graph/marks.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/base/text.h"
#include "core/graph/names.h"

#define MARK_PREFIX "jn."

static const char *const mark_roles[] = {
        [ROLE_PLAIN] = "plain",      [ROLE_EPAIR] = "epair", [ROLE_EIFACE] = "eiface",     [ROLE_FABRIC] = "fabric",
        [ROLE_NG_BRIDGE] = "bridge", [ROLE_HUB] = "hub",     [ROLE_WIRE] = "wire",         [ROLE_IFACE] = "iface",
        [ROLE_TEE] = "tee",          [ROLE_NAT] = "nat",     [ROLE_ONE2MANY] = "one2many", [ROLE_VLAN] = "vlan",
        [ROLE_ORPHANS] = "orphans",
};

void mark_format(uint32_t number, enum iface_role role, char ret[MARK_SIZE])
{
        (void)str_format(ret, MARK_SIZE, MARK_PREFIX "%08" PRIx32 ".%s", number, mark_roles[role]);
}

bool mark_parse(const char *altname, uint32_t *ret_number, enum iface_role *ret_role)
{
        uint32_t number = 0;

        if (!str_has_prefix(altname, MARK_PREFIX))
                return false;
        altname += strlen(MARK_PREFIX);
        for (unsigned i = 0; i < 8; i++, altname++) {
                if (*altname >= '0' && *altname <= '9')
                        number = number << 4 | (uint32_t)(*altname - '0');
                else if (*altname >= 'a' && *altname <= 'f')
                        number = number << 4 | (uint32_t)(*altname - 'a' + 10);
                else
                        return false;
        }
        if (number == 0 || *altname++ != '.')
                return false;
        for (size_t role = 0; role < ARRAY_SIZE(mark_roles); role++) {
                if (strcmp(altname, mark_roles[role]) == 0) {
                        *ret_number = number;
                        *ret_role = (enum iface_role)role;
                        return true;
                }
        }
        return false;
}

#define GROUP_MARK_PREFIX "jn.group."
#define GROUP_MARK_TAIL   9 /* the point and eight digits */

int name_check_group(const char *name, struct err *e)
{
        size_t length = strlen(name);

        if (length == 0 || length >= GROUP_NAME_SIZE)
                return err_set(e, -EINVAL, "%s: a group's name has 1 to %d bytes", name, GROUP_NAME_SIZE - 1);
        if (name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] != '\0')
                return err_set(e, -EINVAL, "%s: a group's name has letters, digits, '_' and '-' alone", name);
        if (name[length - 1] >= '0' && name[length - 1] <= '9')
                return err_set(e, -EINVAL, "%s: a group's name does not end in a digit, as interfaces' names do", name);
        return 0;
}

void group_mark_format(const char *group, uint32_t random, char ret[GROUP_MARK_SIZE])
{
        (void)str_format(ret, GROUP_MARK_SIZE, GROUP_MARK_PREFIX "%.*s.%08x", GROUP_NAME_SIZE - 1, group, random);
}

bool group_mark_parse(const char *altname, char ret[GROUP_NAME_SIZE])
{
        const char *name = altname + strlen(GROUP_MARK_PREFIX);
        size_t length = strlen(altname);

        if (!str_has_prefix(altname, GROUP_MARK_PREFIX) || length <= strlen(GROUP_MARK_PREFIX) + GROUP_MARK_TAIL ||
            altname[length - GROUP_MARK_TAIL] != '.')
                return false;
        length -= strlen(GROUP_MARK_PREFIX) + GROUP_MARK_TAIL;
        return length < GROUP_NAME_SIZE && str_format(ret, GROUP_NAME_SIZE, "%.*s", (int)length, name) &&
                name_check_group(ret, NULL) == 0;
}

const char *group_mark_find(const struct iface *i, const char *group)
{
        char name[GROUP_NAME_SIZE];

        for (size_t k = 0; k < i->altname_count; k++)
                if (group_mark_parse(i->altnames[k], name) && strcmp(name, group) == 0)
                        return i->altnames[k];
        return NULL;
}

#define NODE_MARK_PREFIX    "jn.node."
#define KEEP_MARK_PREFIX    "jn.keep."
#define VLAN_MARK_PREFIX    "jn.vlan."
#define SPAN_MARK_PREFIX    "jn.span."
#define STACK_MARK_PREFIX   "jn.stack."
#define ORPHANS_MARK_PREFIX "jn.orphans."
#define CARRIER_MARK_PREFIX "jn.carrier."
#define VLAN_MAX            4094
#define MARK_DIGITS         8

static bool is_plain_byte(char c)
{
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static int hex_value(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(const char *s, size_t length)
{
        if (strlen(s) != length)
                return false;
        for (; *s; s++)
                if (hex_value(*s) < 0)
                        return false;
        return true;
}

static bool parse_digits(const char *altname, const char *prefix, uint32_t *ret)
{
        uint32_t digits = 0;

        if (!str_has_prefix(altname, prefix) || !is_hex(altname + strlen(prefix), MARK_DIGITS))
                return false;
        for (altname += strlen(prefix); *altname; altname++)
                digits = digits << 4 | (uint32_t)hex_value(*altname);
        *ret = digits;
        return true;
}

static void put_escaped(struct text *t, const char *name)
{
        for (; *name; name++) {
                if (is_plain_byte(*name))
                        text_put_char(t, *name);
                else
                        text_putf(t, "%%%02x", (unsigned)(unsigned char)*name);
        }
}

/* A name up to the next point, which is the result; NULL: it is none, or too long. */
static const char *parse_escaped(const char *s, char *ret, size_t size)
{
        size_t length = 0;

        for (; *s != '.'; s++) {
                int high = -1, low = -1;

                if (length == size - 1)
                        return NULL;
                if (is_plain_byte(*s)) {
                        ret[length++] = *s;
                        continue;
                }
                if (*s == '%' && (high = hex_value(s[1])) >= 0)
                        low = hex_value(s[2]);
                if (low < 0)
                        return NULL;
                ret[length++] = (char)(high << 4 | low);
                s += 2;
        }
        ret[length] = '\0';
        return strlen(ret) == length ? s : NULL;
}

void node_mark_format(const char *name, uint32_t random, char ret[NODE_MARK_SIZE])
{
        CLEANUP(text_done) struct text t = {0};

        text_put(&t, NODE_MARK_PREFIX);
        put_escaped(&t, name);
        text_putf(&t, ".%08" PRIx32, random);
        (void)str_copy(ret, NODE_MARK_SIZE, text_str(&t)); /* a node's name has 31 bytes: it fits */
}

bool node_mark_parse(const char *altname, char ret[NODE_NAME_SIZE])
{
        if (!str_has_prefix(altname, NODE_MARK_PREFIX))
                return false;
        altname = parse_escaped(altname + strlen(NODE_MARK_PREFIX), ret, NODE_NAME_SIZE);
        return altname && is_hex(altname + 1, MARK_DIGITS) && name_check_node(ret, NULL) == 0;
}

static const char *const hook_mark_prefixes[] = {
        [HOOK_MARK_MASTER] = "jn.hook.",
        [HOOK_MARK_OWN] = "jn.own.",
        [HOOK_MARK_UPPER] = "jn.upper.",
};

void hook_mark_format(const struct hook_mark *m, char ret[NODE_MARK_SIZE])
{
        CLEANUP(text_done) struct text t = {0};

        text_put(&t, hook_mark_prefixes[m->sort]);
        put_escaped(&t, m->name);
        text_putf(&t, ".%08" PRIx32, m->digits);
        (void)str_copy(ret, NODE_MARK_SIZE, text_str(&t)); /* a hook's name has 31 bytes: it fits */
}

bool hook_mark_parse(const char *altname, struct hook_mark *ret)
{
        for (size_t k = 0; k < ARRAY_SIZE(hook_mark_prefixes); k++) {
                struct hook_mark m = {.sort = (enum hook_mark_sort)k};
                const char *rest = altname;

                if (!str_has_prefix(altname, hook_mark_prefixes[k]))
                        continue;
                rest = parse_escaped(altname + strlen(hook_mark_prefixes[k]), m.name, sizeof(m.name));
                if (!rest || !parse_digits(rest, ".", &m.digits) || name_check_hook(m.name, NULL) < 0)
                        return false;
                *ret = m;
                return true;
        }
        return false;
}

void stack_mark_format(uint32_t digits, char ret[NODE_MARK_SIZE])
{
        (void)str_format(ret, NODE_MARK_SIZE, STACK_MARK_PREFIX "%08" PRIx32, digits);
}

bool stack_mark_parse(const char *altname, uint32_t *ret_digits)
{
        return parse_digits(altname, STACK_MARK_PREFIX, ret_digits);
}

size_t hook_mark_bridge(const struct graph *g, size_t iface, uint32_t digits)
{
        const struct jail *j = &g->jails[g->ifaces[iface].jail];
        uint32_t own;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                for (size_t n = 0; n < g->ifaces[k].altname_count; n++)
                        if (stack_mark_parse(g->ifaces[k].altnames[n], &own) && own == digits)
                                return k;
        return NONE;
}

void keep_mark_format(uint32_t random, char ret[NODE_MARK_SIZE])
{
        (void)str_format(ret, NODE_MARK_SIZE, KEEP_MARK_PREFIX "%08" PRIx32, random);
}

bool keep_mark_parse(const char *altname)
{
        return str_has_prefix(altname, KEEP_MARK_PREFIX) && is_hex(altname + strlen(KEEP_MARK_PREFIX), MARK_DIGITS);
}

void vlan_mark_format(uint16_t vlan, uint32_t random, char ret[NODE_MARK_SIZE])
{
        (void)str_format(ret, NODE_MARK_SIZE, VLAN_MARK_PREFIX "%u.%08" PRIx32, vlan, random);
}

bool vlan_mark_parse(const char *altname, uint16_t *ret_vlan)
{
        CLEANUP(freep) char *digits = NULL;
        const char *dot;
        uint32_t vlan;

        if (!str_has_prefix(altname, VLAN_MARK_PREFIX))
                return false;
        altname += strlen(VLAN_MARK_PREFIX);
        dot = strchr(altname, '.');
        if (!dot || !is_hex(dot + 1, MARK_DIGITS))
                return false;
        digits = xstrndup(altname, (size_t)(dot - altname));
        if (str_to_u32(digits, VLAN_MAX, &vlan) < 0 || vlan == 0)
                return false;
        *ret_vlan = (uint16_t)vlan;
        return true;
}

const char *vlan_mark_find(const struct iface *i, uint16_t *ret_vlan)
{
        for (size_t k = 0; k < i->altname_count; k++)
                if (vlan_mark_parse(i->altnames[k], ret_vlan))
                        return i->altnames[k];
        return NULL;
}

void span_mark_format(uint32_t bridge, uint32_t random, char ret[NODE_MARK_SIZE])
{
        (void)str_format(ret, NODE_MARK_SIZE, SPAN_MARK_PREFIX "%08" PRIx32 ".%08" PRIx32, bridge, random);
}

bool span_mark_parse(const char *altname, uint32_t *ret_bridge)
{
        uint32_t number = 0;

        if (!str_has_prefix(altname, SPAN_MARK_PREFIX))
                return false;
        altname += strlen(SPAN_MARK_PREFIX);
        if (strlen(altname) != 2 * MARK_DIGITS + 1 || altname[MARK_DIGITS] != '.' ||
            !is_hex(altname + MARK_DIGITS + 1, MARK_DIGITS))
                return false;
        for (size_t k = 0; k < MARK_DIGITS; k++) {
                if (hex_value(altname[k]) < 0)
                        return false;
                number = number << 4 | (uint32_t)hex_value(altname[k]);
        }
        *ret_bridge = number;
        return true;
}

uint32_t span_mark_digits(const char *mark)
{
        uint32_t digits = 0;

        (void)parse_digits(mark + strlen(SPAN_MARK_PREFIX) + MARK_DIGITS, ".", &digits);
        return digits;
}

const char *span_mark_find(const struct iface *i, uint32_t *ret_bridge)
{
        for (size_t k = 0; k < i->altname_count; k++)
                if (span_mark_parse(i->altnames[k], ret_bridge))
                        return i->altnames[k];
        return NULL;
}

void carrier_mark_format(uint32_t random, char ret[NODE_MARK_SIZE])
{
        (void)str_format(ret, NODE_MARK_SIZE, CARRIER_MARK_PREFIX "%08" PRIx32, random);
}

void orphans_mark_format(uint32_t random, char ret[NODE_MARK_SIZE])
{
        (void)str_format(ret, NODE_MARK_SIZE, ORPHANS_MARK_PREFIX "%08" PRIx32, random);
}

bool orphans_mark_parse(const char *altname, uint32_t *ret_digits)
{
        return parse_digits(altname, ORPHANS_MARK_PREFIX, ret_digits);
}

bool carrier_mark_parse(const char *altname, uint32_t *ret_digits)
{
        return parse_digits(altname, CARRIER_MARK_PREFIX, ret_digits);
}

const char *orphans_mark_find(const struct iface *nic, uint32_t *ret_digits)
{
        for (size_t k = 0; k < nic->altname_count; k++)
                if (orphans_mark_parse(nic->altnames[k], ret_digits))
                        return nic->altnames[k];
        return NULL;
}

static bool carries(const struct iface *i, uint32_t digits)
{
        uint32_t own;

        for (size_t k = 0; i->role == ROLE_ORPHANS && k < i->altname_count; k++)
                if (carrier_mark_parse(i->altnames[k], &own) && own == digits)
                        return true;
        return false;
}

size_t orphans_carrier(const struct graph *g, size_t nic)
{
        const struct jail *j = &g->jails[g->ifaces[nic].jail];
        uint32_t digits;

        if (!orphans_mark_find(&g->ifaces[nic], &digits))
                return NONE;
        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                if (carries(&g->ifaces[k], digits))
                        return k;
        return NONE;
}

size_t orphans_nic(const struct graph *g, size_t carrier)
{
        const struct jail *j = &g->jails[g->ifaces[carrier].jail];
        uint32_t digits;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                if (k != carrier && orphans_mark_find(&g->ifaces[k], &digits) && carries(&g->ifaces[carrier], digits))
                        return k;
        return NONE;
}

size_t carrier_owner(const struct graph *g, size_t iface)
{
        return g->ifaces[iface].role == ROLE_IFACE ? g->ifaces[iface].peer : iface;
}

size_t carrier_user(const struct graph *g, size_t carrier)
{
        size_t owner = orphans_nic(g, carrier);

        return owner != NONE && g->ifaces[owner].role == ROLE_FABRIC ? g->ifaces[owner].peer : owner;
}

const char *carrier_hook(const struct graph *g, size_t carrier)
{
        size_t owner = orphans_nic(g, carrier);
        uint32_t digits = 0;

        if (owner == NONE || g->ifaces[owner].role != ROLE_FABRIC || !orphans_mark_find(&g->ifaces[owner], &digits))
                return "orphans";
        return digits & CARRIER_IS_INET6 ? "inet6" : "inet";
}

bool is_node_mark(const char *altname)
{
        char name[NODE_NAME_SIZE];
        struct hook_mark hook;
        uint32_t number;
        uint16_t vlan;

        return keep_mark_parse(altname) || node_mark_parse(altname, name) || vlan_mark_parse(altname, &vlan) ||
                span_mark_parse(altname, &number) || orphans_mark_parse(altname, &number) ||
                carrier_mark_parse(altname, &number) || hook_mark_parse(altname, &hook) ||
                stack_mark_parse(altname, &number);
}
