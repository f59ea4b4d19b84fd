/* ifconfig_create.c - ifconfig's create: which class a name is of, and what has to be known when it is made. */
#include <errno.h>
#include <string.h>

#include "core/dialect/ifconfig_parts.h"
#include "core/graph/names.h"

static const char *const classes[] = {"bridge", "epair", "lagg", "tap", "vlan", "vxlan", NULL};

/* FreeBSD's other classes: known, so that the refusal says what they are. */
static const char *const foreign[] = {"carp",  "disc",  "edsc", "enc",   "faith", "gif",   "gre",
                                      "ipsec", "lo",    "me",   "pflog", "ppp",   "stf",   "pfsync",
                                      "tun",   "vmnet", "wg",   "wlan",  "ovpn",  "netmap"};

const char *const *ifconfig_classes(void)
{
        return classes;
}

/* CLASS, or CLASS and a unit in decimal; *ret_unit is its digits. */
static bool is_of_class(const char *name, const char *class, const char **ret_unit)
{
        const char *unit = str_has_prefix(name, class) ? name + strlen(class) : NULL;

        if (!unit || unit[strspn(unit, "0123456789")] != '\0')
                return false;
        *ret_unit = unit;
        return true;
}

static const char *class_of(const char *name, const char **ret_unit)
{
        for (size_t k = 0; classes[k]; k++)
                if (is_of_class(name, classes[k], ret_unit))
                        return classes[k];
        return NULL;
}

/* PARENT.ID: where the last point stands; NULL. */
static const char *vlan_point(const char *name)
{
        const char *point = strrchr(name, '.');

        return point && point > name && point[1] && point[1 + strspn(point + 1, "0123456789")] == '\0' ? point : NULL;
}

bool ifconfig_can_create(const char *name)
{
        const char *unit;

        return class_of(name, &unit) || vlan_point(name);
}

/* The value behind a word further on in the line; NULL. */
static const char *value_of(const struct ifconfig *c, const char *word)
{
        for (char **w = c->words; *w; w++)
                if (strcmp(*w, word) == 0)
                        return w[1];
        return NULL;
}

static void lowest_unit(struct ifconfig *c, const char *class)
{
        bool is_pair = strcmp(class, "epair") == 0;

        (void)str_format(c->name, sizeof(c->name), "%s%u%s", class,
                         name_lowest_unit(dialect_graph(c->d), class, is_pair), is_pair ? "a" : "");
        c->prints_name = true;
}

static int create_epair(struct ifconfig *c, const char *unit, struct err *e)
{
        if (*unit) {
                (void)str_format(c->name, sizeof(c->name), "epair%.8sa", unit);
                c->prints_name = true; /* it is not the name that was asked for */
        }

        const char *a = ifconfig_self_word(c);
        CLEANUP(freep) char *b = xstrdup(a);

        b[strlen(b) - 1] = 'b';
        return dialect_add(c->d, e, "create", "epair", a, b, NULL);
}

static int create_vlan(struct ifconfig *c, const char *id, const char *parent, struct err *e)
{
        if (!id || !parent)
                return err_set(e, -EINVAL,
                               "%s: a VLAN's tag and parent are both needed to make it; ifconfig %s create "
                               "vlan N vlandev IF",
                               c->name, c->name);
        if (dialect_find_iface(c->d, c->jail, parent) == NONE)
                return ifconfig_no_such(c->d, parent, e);
        return dialect_add(c->d, e, "create", "vlan", dialect_word(c->d, c->jail, parent), id, c->name, NULL);
}

/* The ports behind it are taken as it is made: the kernel lets a bond change its mode only while it has none. */
static int create_lagg(struct ifconfig *c, struct err *e)
{
        const char *words[INTENT_VALUES_MAX], *proto = value_of(c, "laggproto");
        int count = 0;

        words[count++] = "create";
        words[count++] = "lagg";
        words[count++] = ifconfig_self_word(c);
        words[count++] = "--proto";
        words[count++] = proto ? proto : "failover";
        for (char **w = c->words; *w && w[1]; w++)
                if (strcmp(*w, "laggport") == 0 && count < INTENT_VALUES_MAX)
                        words[count++] = dialect_word(c->d, c->jail, *++w);
        return dialect_add_words(c->d, count, words, e);
}

static int create_vxlan(struct ifconfig *c, struct err *e)
{
        const char *words[9] = {"create", "vxlan", ifconfig_self_word(c)}, *id = value_of(c, "vxlanid");
        const char *group = value_of(c, "vxlangroup"), *dev = value_of(c, "vxlandev");
        const char *remote = group ? group : value_of(c, "vxlanremote"); /* the same to Linux */
        int count = 3;

        if (!id)
                return err_set(e, -EINVAL, "%s: its number is needed to make it; ifconfig %s create vxlanid N", c->name,
                               c->name);
        words[count++] = id;
        if (remote) {
                words[count++] = "--remote";
                words[count++] = remote;
        }
        if (dev) {
                words[count++] = "--dev";
                words[count++] = dialect_word(c->d, c->jail, dev);
        }
        return dialect_add_words(c->d, count, words, e);
}

static int refuse_class(const char *name, struct err *e)
{
        const char *unit;

        for (size_t k = 0; k < ARRAY_SIZE(foreign); k++)
                if (is_of_class(name, foreign[k], &unit))
                        return err_set(e, -EOPNOTSUPP,
                                       "%s: interfaces of FreeBSD's class %s cannot be made here; bridge, "
                                       "epair, lagg, tap, vlan and vxlan can",
                                       name, foreign[k]);
        return err_set(e, -EINVAL,
                       "%s: names no class of interfaces; bridge, epair, lagg, tap, vlan and vxlan can be "
                       "made, with or without a unit",
                       name);
}

int ifconfig_create(struct ifconfig *c, struct err *e)
{
        const char *unit = "", *class = class_of(c->name, &unit), *point = vlan_point(c->name);

        if (ifconfig_self(c) != NONE)
                return err_set(e, -EEXIST, "create: %s exists already; leave the word out, or destroy it first",
                               c->name);
        if (!class && point) {
                CLEANUP(freep) char *parent = xstrndup(c->name, (size_t)(point - c->name));

                return create_vlan(c, point + 1, parent, e);
        }
        if (!class)
                return refuse_class(c->name, e);

        CLEANUP(freep) char *digits = xstrdup(unit);

        if (!*digits)
                lowest_unit(c, class);
        if (strcmp(class, "epair") == 0)
                return create_epair(c, digits, e);
        if (strcmp(class, "vlan") == 0)
                return create_vlan(c, value_of(c, "vlan"), value_of(c, "vlandev"), e);
        if (strcmp(class, "lagg") == 0)
                return create_lagg(c, e);
        if (strcmp(class, "vxlan") == 0)
                return create_vxlan(c, e);
        return dialect_add(c->d, e, "create", class, ifconfig_self_word(c), NULL);
}
