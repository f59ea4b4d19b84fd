/* ifconfig_words.c - ifconfig's words, as a table: what each takes behind it, and the request that it becomes. */
#include <errno.h>
#include <string.h>

#include "core/dialect/ifconfig_parts.h"
#include "core/dialect/member.h"

typedef int word_fn(struct ifconfig *c, const char *value, struct err *e);

size_t ifconfig_self(struct ifconfig *c)
{
        return dialect_find_iface(c->d, c->jail, c->name);
}

const char *ifconfig_self_word(struct ifconfig *c)
{
        return dialect_word(c->d, c->jail, c->name);
}

int ifconfig_no_such(struct dialect *d, const char *name, struct err *e)
{
        if (!d->is_strict && ifconfig_can_create(name))
                return err_set(e, -ENXIO, "interface %s does not exist; ifconfig %s create makes it", name, name);
        return err_set(e, -ENXIO, "interface %s does not exist", name);
}

/* Another interface of the same stack, as a word for verbs; NULL when there is none. */
static const char *other(struct ifconfig *c, const char *name, struct err *e)
{
        const struct graph *g = dialect_graph(c->d);
        size_t iface = dialect_find_iface(c->d, c->jail, name);

        if (iface == NONE) {
                (void)ifconfig_no_such(c->d, name, e);
                return NULL;
        }
        return dialect_word(c->d, c->jail, g->ifaces[iface].name);
}

static const struct iface *self(struct ifconfig *c)
{
        return &dialect_graph(c->d)->ifaces[ifconfig_self(c)];
}

/* -- Life and names ---------------------------------------------------------------------------------------------- */

static int do_create(struct ifconfig *c, const char *value, struct err *e)
{
        (void)value;
        return ifconfig_create(c, e);
}

static int do_destroy(struct ifconfig *c, const char *value, struct err *e)
{
        CLEANUP(freep) char *word = xasprintf("if:%s", ifconfig_self_word(c));

        (void)value;
        if (*c->words)
                return err_set(e, -EINVAL,
                               "%s: nothing can be done to %s when it is destroyed; leave the words behind "
                               "destroy out",
                               *c->words, c->name);
        c->prints_name = false;
        return dialect_add(c->d, e, "destroy", word, NULL);
}

static int do_name(struct ifconfig *c, const char *value, struct err *e)
{
        CLEANUP(freep) char *word = xasprintf("if:%s", ifconfig_self_word(c));
        int r = strlen(value) < IF_NAME_SIZE ? dialect_add(c->d, e, "rename", word, value, NULL)
                                             : err_set(e, -ENAMETOOLONG,
                                                       "%s: is longer than 15 bytes; choose a shorter "
                                                       "name",
                                                       value);

        if (r == 0) {
                (void)str_copy(c->name, sizeof(c->name), value);
                c->prints_name = true;
        }
        return r;
}

static int find_jail(struct ifconfig *c, const char *value, size_t *ret, struct err *e)
{
        *ret = dialect_find_jail(c->d, value);
        return *ret == NONE ? err_set(e, -ENXIO, "jail \"%s\" not found; jailnet show lists them", value) : 0;
}

/* As on FreeBSD it arrives down and without addresses. */
static int do_vnet(struct ifconfig *c, const char *value, struct err *e)
{
        size_t jail = NONE;
        int r = find_jail(c, value, &jail, e);

        if (r < 0)
                return r;
        if (*c->words)
                return err_set(e, -EINVAL, "%s: %s is in %s by then; say the other words before vnet", *c->words,
                               c->name, value);
        return dialect_add(c->d, e, "move", ifconfig_self_word(c), dialect_graph(c->d)->jails[jail].name,
                           "--no-addresses", "--no-up", NULL);
}

/* Brings it here from the jail: IF is the name that it has there. */
static int do_reclaim(struct ifconfig *c, const char *value, struct err *e)
{
        const struct graph *g = dialect_graph(c->d);
        size_t jail = NONE;
        int r = find_jail(c, value, &jail, e);

        if (r < 0)
                return r;
        if (jail == c->jail)
                return err_set(e, -EEXIST, "%s: is this very stack; name the jail that has %s", value, c->name);
        if (dialect_find_iface(c->d, jail, c->name) == NONE)
                return err_set(e, -ENXIO, "interface %s does not exist in %s", c->name, value);
        return dialect_add(c->d, e, "move", dialect_word(c->d, jail, c->name), g->jails[c->jail].name, "--no-addresses",
                           "--no-up", NULL);
}

/* -- State ------------------------------------------------------------------------------------------------------- */

static int do_plain(struct ifconfig *c, const char *value, struct err *e)
{
        (void)value;
        return dialect_add(c->d, e, c->word, ifconfig_self_word(c), NULL);
}

static int do_promisc(struct ifconfig *c, const char *value, struct err *e)
{
        (void)value;
        return dialect_add(c->d, e, "promisc", ifconfig_self_word(c), c->word[0] == '-' ? "off" : "on", NULL);
}

static int do_mtu(struct ifconfig *c, const char *value, struct err *e)
{
        return dialect_add(c->d, e, "mtu", ifconfig_self_word(c), value, NULL);
}

static int do_description(struct ifconfig *c, const char *value, struct err *e)
{
        if (!value)
                return self(c)->alias ? dialect_add(c->d, e, "alias", ifconfig_self_word(c), NULL) : 0;
        return dialect_add(c->d, e, "alias", ifconfig_self_word(c), "--", value, NULL);
}

static int do_mac(struct ifconfig *c, const char *value, struct err *e)
{
        return dialect_add(c->d, e, "mac", ifconfig_self_word(c), value, NULL);
}

static int do_group(struct ifconfig *c, const char *value, struct err *e)
{
        const char *class = ifconfig_class_of(self(c));

        if (class && strcmp(class, value) == 0)
                return c->word[0] == '-' ? err_set(e, -EOPNOTSUPP, "%s: is in the group %s by its sort", c->name, value)
                                         : err_set(e, -EEXIST, "%s: is in the group %s already", c->name, value);
        return dialect_add(c->d, e, "group", c->word[0] == '-' ? "del" : "add", ifconfig_self_word(c), value, NULL);
}

/* -- Bridges ----------------------------------------------------------------------------------------------------- */

static int need_bridge(struct ifconfig *c, struct err *e)
{
        return self(c)->kind == KIND_BRIDGE
                ? 0
                : err_set(e, -EINVAL, "%s: is a word for bridges, and %s is none", c->word, c->name);
}

static int do_addm(struct ifconfig *c, const char *value, struct err *e)
{
        int r = need_bridge(c, e);

        if (r < 0 || !other(c, value, e))
                return r < 0 ? r : -ENXIO;
        return dialect_add_member(c->d, "ifconfig", ifconfig_self(c), dialect_find_iface(c->d, c->jail, value), e);
}

static int do_deletem(struct ifconfig *c, const char *value, struct err *e)
{
        if (!other(c, value, e))
                return -ENXIO;

        size_t iface = dialect_find_iface(c->d, c->jail, value);

        if (dialect_master(dialect_graph(c->d), iface) != ifconfig_self(c))
                return err_set(e, -ENOENT, "%s: is no member of %s; ifconfig %s lists them", value, c->name, c->name);
        return dialect_remove_member(c->d, iface, e);
}

static int do_private(struct ifconfig *c, const char *value, struct err *e)
{
        const char *word = other(c, value, e);

        if (!word)
                return -ENXIO;
        if (dialect_master(dialect_graph(c->d), dialect_find_iface(c->d, c->jail, value)) != ifconfig_self(c))
                return err_set(e, -ENOENT, "%s: is no member of %s; ifconfig %s lists them", value, c->name, c->name);
        return dialect_add(c->d, e, "isolate", word, c->word[0] == '-' ? "off" : "on", NULL);
}

/* What every member is on Linux, as long as nothing else is said: only that it is one is looked at. */
static int do_member_as_it_is(struct ifconfig *c, const char *value, struct err *e)
{
        int r = need_bridge(c, e);

        return r < 0 || other(c, value, e) ? r : -ENXIO;
}

/* Linux runs the spanning tree for a bridge as a whole. */
static int do_stp(struct ifconfig *c, const char *value, struct err *e)
{
        const struct graph *g = dialect_graph(c->d);
        bool is_on = c->word[0] != '-';
        size_t bridge = ifconfig_self(c);
        int r = need_bridge(c, e);

        if (r < 0 || !other(c, value, e))
                return r < 0 ? r : -ENXIO;
        if (dialect_master(g, dialect_find_iface(c->d, c->jail, value)) != bridge)
                return err_set(e, -ENOENT, "%s: is no member of %s; ifconfig %s addm %s makes it one", value, c->name,
                               c->name, value);
        if (!is_on && g->ifaces[bridge].stp_on && graph_ports(g, bridge, NULL, 0) > 1)
                return err_set(e, -EOPNOTSUPP,
                               "-stp %s: Linux has the spanning tree for all members or none; jailnet stp "
                               "%s off takes it from all",
                               value, c->name);
        if (is_on && graph_ports(g, bridge, NULL, 0) > 1)
                dialect_say(c->d, "ifconfig: stp %s: Linux has the spanning tree for all members of %s or none", value,
                            c->name);
        return dialect_add(c->d, e, "stp", ifconfig_self_word(c), is_on ? "on" : "off", NULL);
}

/* -- Laggs and VLANs --------------------------------------------------------------------------------------------- */

static int do_laggport(struct ifconfig *c, const char *value, struct err *e)
{
        const struct graph *g = dialect_graph(c->d);
        const char *word = other(c, value, e);

        if (!word)
                return -ENXIO;
        if (self(c)->kind != KIND_BOND)
                return err_set(e, -EINVAL, "laggport: is a word for laggs, and %s is none", c->name);
        if (g->ifaces[dialect_find_iface(c->d, c->jail, value)].master == ifconfig_self(c))
                return 0; /* taken when it was made */
        return dialect_add(c->d, e, "attach", word, ifconfig_self_word(c), NULL);
}

/* Would it be lost if the lagg were made anew? */
static bool is_in_use(const struct graph *g, size_t iface)
{
        for (size_t k = 0; k < g->ifaces[iface].address_count; k++)
                if (!prefix_is_link_local(&g->ifaces[iface].addresses[k]))
                        return true;
        return g->ifaces[iface].child != NONE || g->ifaces[iface].master != NONE;
}

static int do_laggproto(struct ifconfig *c, const char *value, struct err *e)
{
        CLEANUP(freep) char *word = xasprintf("if:%s", ifconfig_self_word(c));
        bool is_up = self(c)->is_up;
        uint8_t mode;
        int r;

        if (self(c)->kind != KIND_BOND)
                return err_set(e, -EINVAL, "laggproto: is a word for laggs, and %s is none", c->name);
        if (lagg_proto_find(value, &mode) == 0 && self(c)->bond_mode == mode)
                return 0;
        if (graph_ports(dialect_graph(c->d), ifconfig_self(c), NULL, 0) > 0)
                return err_set(e, -EBUSY,
                               "laggproto %s: cannot change while %s has ports; take them out with -laggport "
                               "first",
                               value, c->name);
        if (is_in_use(dialect_graph(c->d), ifconfig_self(c)))
                return err_set(e, -EBUSY,
                               "laggproto %s: on Linux it is said before a lagg is used; take addresses, VLANs and "
                               "bridges off %s first",
                               value, c->name);
        r = dialect_add(c->d, e, "destroy", word, NULL); /* the mode is said when a bond is made */
        if (r == 0)
                r = dialect_add(c->d, e, "create", "lagg", ifconfig_self_word(c), "--proto", value, NULL);
        return r < 0 || !is_up ? r : dialect_add(c->d, e, "up", ifconfig_self_word(c), NULL);
}

static int do_vlan(struct ifconfig *c, const char *value, struct err *e)
{
        const struct graph *g = dialect_graph(c->d);
        const struct iface *i = self(c);
        bool is_parent = strcmp(c->word, "vlandev") == 0;
        uint32_t id = 0;

        if (i->kind != KIND_VLAN)
                return err_set(e, -EINVAL, "%s: is a word for VLANs, and %s is none", c->word, c->name);
        if (is_parent ? i->parent != NONE && strcmp(g->ifaces[i->parent].name, value) == 0
                      : str_to_u32(value, 4094, &id) == 0 && id == i->vlan_id)
                return 0;
        return err_set(e, -EBUSY, "%s %s: a VLAN keeps its tag and parent; destroy %s and make it anew", c->word, value,
                       c->name);
}

/* Read with create, which has used it. */
static int do_made_with(struct ifconfig *c, const char *value, struct err *e)
{
        const struct iface *i = self(c);
        uint32_t id = 0;

        if (i->kind != KIND_VXLAN)
                return err_set(e, -EINVAL, "%s: is a word for vxlans, and %s is none", c->word, c->name);
        if (strcmp(c->word, "vxlanid") == 0 && (str_to_u32(value, 0xffffff, &id) < 0 || id != i->vxlan_id))
                return err_set(e, -EBUSY, "vxlanid %s: is said when a vxlan is made; destroy %s and make it anew",
                               value, c->name);
        return 0;
}

/* -- Addresses --------------------------------------------------------------------------------------------------- */

static int do_family(struct ifconfig *c, const char *value, struct err *e)
{
        int r = c->address || c->action == ADDRESS_DELETE ? ifconfig_settle_address(c, e) : 0;

        (void)value;
        c->is_inet6 = strcmp(c->word, "inet6") == 0;
        return r;
}

static int do_add(struct ifconfig *c, const char *value, struct err *e)
{
        (void)value;
        (void)e;
        c->action = ADDRESS_ADD;
        return 0;
}

static int do_delete(struct ifconfig *c, const char *value, struct err *e)
{
        (void)value;
        (void)e;
        c->action = ADDRESS_DELETE;
        return 0;
}

static int do_mask(struct ifconfig *c, const char *value, struct err *e)
{
        (void)e;
        c->mask = value;
        return 0;
}

static int do_broadcast(struct ifconfig *c, const char *value, struct err *e)
{
        (void)e;
        c->broadcast = value;
        return 0;
}

static int take_address(struct ifconfig *c, struct err *e)
{
        if (c->address)
                return err_set(e, -EINVAL,
                               "%s: is neither a word of ifconfig nor a second address that %s can have; say "
                               "one address a line",
                               c->word, c->name);
        c->address = c->word;
        c->is_inet6 = c->is_inet6 || strchr(c->word, ':');
        return 0;
}

/* -- The table --------------------------------------------------------------------------------------------------- */

/* What Linux does by itself, or what changes nothing that can be seen. */
static int do_nothing(struct ifconfig *c, const char *value, struct err *e)
{
        (void)c;
        (void)value;
        (void)e;
        return 0;
}

static int do_zero(struct ifconfig *c, const char *value, struct err *e)
{
        if (strcmp(value, "0") == 0)
                return 0;
        return err_set(e, -EOPNOTSUPP, "%s %s: Linux has no such setting of an interface; only 0 is known", c->word,
                       value);
}

static int do_refuse(struct ifconfig *c, const char *value, struct err *e)
{
        (void)value;
        return err_set(e, -EOPNOTSUPP, "%s: is known, but cannot be done on Linux as FreeBSD does it; leave it out",
                       c->word);
}

static const struct {
        const char *word;
        bool has_value;
        word_fn *fn;
} words[] = {
        {"create", false, do_create},
        {"plumb", false, do_create},
        {"destroy", false, do_destroy},
        {"unplumb", false, do_destroy},
        {"name", true, do_name},
        {"vnet", true, do_vnet},
        {"-vnet", true, do_reclaim},
        {"up", false, do_plain},
        {"down", false, do_plain},
        {"promisc", false, do_promisc},
        {"-promisc", false, do_promisc},
        {"mtu", true, do_mtu},
        {"description", true, do_description},
        {"descr", true, do_description},
        {"-description", false, do_description},
        {"-descr", false, do_description},
        {"ether", true, do_mac},
        {"link", true, do_mac},
        {"lladdr", true, do_mac},
        {"group", true, do_group},
        {"-group", true, do_group},
        {"addm", true, do_addm},
        {"deletem", true, do_deletem},
        {"private", true, do_private},
        {"-private", true, do_private},
        {"stp", true, do_stp},
        {"-stp", true, do_stp},
        {"laggport", true, do_laggport},
        {"-laggport", true, do_deletem},
        {"laggproto", true, do_laggproto},
        {"vlan", true, do_vlan},
        {"vlandev", true, do_vlan},
        {"vxlanid", true, do_made_with},
        {"vxlanremote", true, do_made_with},
        {"vxlangroup", true, do_made_with},
        {"vxlandev", true, do_made_with},
        {"inet", false, do_family},
        {"inet6", false, do_family},
        {"alias", false, do_add},
        {"add", false, do_add},
        {"-alias", false, do_delete},
        {"delete", false, do_delete},
        {"remove", false, do_delete},
        {"netmask", true, do_mask},
        {"prefixlen", true, do_mask},
        {"broadcast", true, do_broadcast},
        {"accept_rtadv", false, do_nothing},
        {"auto_linklocal", false, do_nothing},
        {"-ifdisabled", false, do_nothing},
        {"-no_dad", false, do_nothing},
        {"arp", false, do_nothing},
        {"metric", true, do_zero},
        {"fib", true, do_zero},
        {"timeout", true, ifconfig_do_tune},
        {"hellotime", true, ifconfig_do_tune},
        {"fwddelay", true, ifconfig_do_tune},
        {"maxage", true, ifconfig_do_tune},
        {"priority", true, ifconfig_do_tune},
        {"maxaddr", true, ifconfig_do_tune},
        {"ifpriority", true, ifconfig_do_tune_member},
        {"ifpathcost", true, ifconfig_do_tune_member},
        {"learn", true, ifconfig_do_learn},
        {"-learn", true, ifconfig_do_learn},
        {"discover", true, ifconfig_do_learn},
        {"-sticky", true, do_member_as_it_is},
        {"proto", true, ifconfig_do_proto},
        {"static", true, ifconfig_do_static},
        {"deladdr", true, ifconfig_do_deladdr},
        {"addr", false, ifconfig_do_addr},
        {"flush", false, ifconfig_do_flush},
        {"flushall", false, ifconfig_do_flush},
        {"holdcnt", true, ifconfig_do_no_bridge_word},
        {"sticky", true, ifconfig_do_no_bridge_word},
        {"-discover", true, ifconfig_do_learn},
        {"ifmaxaddr", true, ifconfig_do_no_bridge_word},
        {"edge", true, ifconfig_do_no_bridge_word},
        {"-edge", true, ifconfig_do_no_bridge_word},
        {"autoedge", true, ifconfig_do_no_bridge_word},
        {"-autoedge", true, ifconfig_do_no_bridge_word},
        {"ptp", true, ifconfig_do_no_bridge_word},
        {"-ptp", true, ifconfig_do_no_bridge_word},
        {"autoptp", true, ifconfig_do_no_bridge_word},
        {"-autoptp", true, ifconfig_do_no_bridge_word},
        {"span", true, ifconfig_do_span},
        {"-span", true, ifconfig_do_span},
        {"-arp", false, do_refuse},
        {"-vlandev", false, do_refuse},
        {"-accept_rtadv", false, do_refuse},
        {"-auto_linklocal", false, do_refuse},
        {"ifdisabled", false, do_refuse},
        {"vlanpcp", true, do_refuse},
        {"vlanproto", true, do_refuse},
};

static int do_word(struct ifconfig *c, struct err *e)
{
        size_t k = 0;

        c->word = *c->words++;
        while (k < ARRAY_SIZE(words) && strcmp(words[k].word, c->word) != 0)
                k++;
        if (k == ARRAY_SIZE(words))
                return take_address(c, e);
        if (words[k].has_value && !*c->words)
                return err_set(e, -EINVAL, "'%s' requires argument", c->word);

        const char *value = words[k].has_value ? *c->words++ : NULL;
        int r = words[k].fn(c, value, e);

        return r;
}

int ifconfig_words(struct ifconfig *c, struct err *e)
{
        while (*c->words) {
                int r = do_word(c, e);

                if (r < 0)
                        return r;
        }

        int r = ifconfig_settle_address(c, e);

        if (r == 0 && c->prints_name) {
                text_put_visible(&c->d->out, c->name);
                text_put_char(&c->d->out, '\n');
        }
        return r;
}
