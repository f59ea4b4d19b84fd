/* small_sysctl.c - FreeBSD's sysctl: the names that jail and bridge scripts read and set, each in its jail's stack. */
#include <errno.h>
#include <string.h>

#include "core/dialect/small.h"

enum oid_kind {
        OID_FIXED, /* reads as it does on FreeBSD; may be set to that alone, else the row says why not */
        OID_FREE,  /* a limit of something that Linux has no limit of: whatever it is set to is fine */
        OID_FORWARDING,
        OID_FORWARDING6,
        OID_JAILED,
        OID_HOSTNAME,
        OID_OSTYPE,
};

struct oid {
        const char *name;
        enum oid_kind kind;
        const char *value;
        const char *refusal; /* why it can't be set to anything else; NULL: it is read only */
};

#define UNFILTERED "frames between bridge members pass no IP firewall here; use nftables' bridge family"
#define OWN_MAC    "a bridge has an address of its own here; set it with ifconfig BRIDGE ether MAC"

static const struct oid oids[] = {
        {"kern.features.inet", OID_FIXED, "1", NULL},
        {"kern.features.inet6", OID_FIXED, "1", NULL},
        {"kern.features.vimage", OID_FIXED, "1", NULL},
        {"kern.hostname", OID_HOSTNAME, NULL, NULL},
        {"kern.ostype", OID_OSTYPE, NULL, NULL},
        {"net.add_addr_allfibs", OID_FIXED, "0", "there is one table of routes a jail"},
        {"net.fibs", OID_FIXED, "1", "there is one table of routes a jail"},
        {"net.graph.maxalloc", OID_FREE, "4096", NULL},
        {"net.graph.maxdata", OID_FREE, "4096", NULL},
        {"net.graph.maxdgram", OID_FREE, "20480", NULL},
        {"net.graph.recvspace", OID_FREE, "20480", NULL},
        {"net.inet.ip.forwarding", OID_FORWARDING, NULL, NULL},
        {"net.inet6.ip6.forwarding", OID_FORWARDING6, NULL, NULL},
        {"net.link.bridge.allow_llz_overlap", OID_FREE, "0", NULL},
        {"net.link.bridge.inherit_mac", OID_FIXED, "0", OWN_MAC},
        {"net.link.bridge.ipfw", OID_FIXED, "0", UNFILTERED},
        {"net.link.bridge.ipfw_arp", OID_FIXED, "0", UNFILTERED},
        {"net.link.bridge.log_mac_flap", OID_FREE, "1", NULL},
        {"net.link.bridge.log_stp", OID_FREE, "0", NULL},
        {"net.link.bridge.pfil_bridge", OID_FIXED, "0", UNFILTERED},
        {"net.link.bridge.pfil_local_phys", OID_FIXED, "0", UNFILTERED},
        {"net.link.bridge.pfil_member", OID_FIXED, "0", UNFILTERED},
        {"net.link.bridge.pfil_onlyip", OID_FIXED, "0", UNFILTERED},
        {"net.link.epair.netisr_maxqlen", OID_FREE, "2100", NULL},
        {"net.link.lagg.failover_rx_all", OID_FIXED, "0", "a bond has it by itself; its option is all_slaves_active"},
        {"net.link.tap.up_on_open", OID_FIXED, "0", "a tap is set up with ifconfig TAP up here"},
        {"net.link.tap.user_open", OID_FIXED, "0", "who may open a tap is told by its owner here"},
        {"security.jail.jailed", OID_JAILED, NULL, NULL},
        {"security.jail.vnet", OID_JAILED, NULL, NULL},
};

struct call {
        struct dialect *d;
        bool is_value_alone, is_name_alone, is_unknown_fine, has_equals;
};

static const struct oid *find_oid(const char *name, size_t length)
{
        for (size_t i = 0; i < ARRAY_SIZE(oids); i++)
                if (strlen(oids[i].name) == length && strncmp(oids[i].name, name, length) == 0)
                        return &oids[i];
        return NULL;
}

static const char *read_oid(struct dialect *d, const struct oid *o)
{
        const struct graph *g = dialect_graph(d);
        size_t jail = dialect_jail(d);
        const struct jail *j = jail == NONE ? NULL : &g->jails[jail];

        switch (o->kind) {
        case OID_FIXED:
        case OID_FREE: return o->value;
        case OID_FORWARDING: return j && j->forwarding == 1 ? "1" : "0";
        case OID_FORWARDING6: return j && j->forwarding6 == 1 ? "1" : "0";
        case OID_JAILED: return jail == 0 ? "0" : "1";
        case OID_HOSTNAME: return jail != 0 && j && j->hostname ? j->hostname : g->hostname;
        case OID_OSTYPE: return d->is_strict ? "FreeBSD" : "Linux";
        }
        return "";
}

static void put_name(struct call *c, const struct oid *o)
{
        if (!c->is_value_alone)
                text_putf(&c->d->out, "%s%s", o->name, c->has_equals ? "=" : ": ");
}

static void print_oid(struct call *c, const struct oid *o)
{
        if (c->is_name_alone) {
                text_putf(&c->d->out, "%s\n", o->name);
                return;
        }
        put_name(c, o);
        text_put_visible(&c->d->out, read_oid(c->d, o));
        text_put_char(&c->d->out, '\n');
}

static int switch_forwarding(struct call *c, const struct oid *o, const char *value, struct err *e)
{
        if (strcmp(value, "0") != 0 && strcmp(value, "1") != 0)
                return err_set(e, -EINVAL, "%s=%s: write 0 or 1", o->name, value);
        return dialect_add(c->d, e, "forwarding", c->d->jail, *value == '1' ? "on" : "off", "--family",
                           o->kind == OID_FORWARDING ? "inet" : "inet6", NULL);
}

static int set_oid(struct call *c, const struct oid *o, const char *value, struct err *e)
{
        int r = 0;

        if (o->kind == OID_FORWARDING || o->kind == OID_FORWARDING6) {
                const char *before = read_oid(c->d, o);

                r = switch_forwarding(c, o, value, e);
                if (r < 0)
                        return r;
                put_name(c, o);
                text_putf(&c->d->out, "%s -> %s\n", before, value);
                return 0;
        }
        if (o->kind != OID_FREE && (o->kind != OID_FIXED || !o->refusal))
                return err_set(e, -EPERM, "oid '%s' is read only", o->name);
        if (o->kind == OID_FIXED && strcmp(o->value, value) != 0)
                return err_set(e, -EOPNOTSUPP, "%s=%s: cannot be: %s", o->name, value, o->refusal);
        put_name(c, o);
        text_putf(&c->d->out, "%s -> ", o->value);
        text_put_visible(&c->d->out, value);
        text_put_char(&c->d->out, '\n');
        return 0;
}

/* A word: a name, the front of several names, or NAME=VALUE. */
static int do_word(struct call *c, const char *word, struct err *e)
{
        size_t length = strcspn(word, "=:");
        const struct oid *o = find_oid(word, length);
        size_t printed = 0;

        if (word[length])
                return o                     ? set_oid(c, o, word + length + 1, e)
                        : c->is_unknown_fine ? 0
                                             : err_set(e, -ENOENT, "unknown oid '%.*s'", (int)length, word);
        if (o) {
                print_oid(c, o);
                return 0;
        }
        for (size_t i = 0; i < ARRAY_SIZE(oids); i++) {
                if (!str_has_prefix(oids[i].name, word) || (length && oids[i].name[length] != '.'))
                        continue;
                print_oid(c, &oids[i]);
                printed++;
        }
        return printed || c->is_unknown_fine ? 0 : err_set(e, -ENOENT, "unknown oid '%s'", word);
}

int dialect_sysctl(struct dialect *d, int argc, char **argv, struct err *e)
{
        struct call c = {.d = d};
        bool is_all = false;
        int i = 1;

        for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
                for (const char *s = argv[i] + 1; *s; s++) {
                        switch (*s) {
                        case 'n': c.is_value_alone = true; break;
                        case 'N': c.is_name_alone = true; break;
                        case 'e': c.has_equals = true; break;
                        case 'i': c.is_unknown_fine = true; break;
                        case 'a': is_all = true; break;
                        case 'q': /* warnings: there are none */
                        case 'w':
                        case 'h': break;
                        default:
                                return err_set(e, -EINVAL,
                                               "-%c: is not understood; there are -a, -e, -i, -n, -N and -q", *s);
                        }
                }
        }
        if (i == argc && !is_all)
                return err_set(e, -EINVAL, "usage: sysctl [-einqN] NAME[=VALUE] ... | -a");
        if (is_all)
                return do_word(&c, "", e);
        for (; i < argc; i++) {
                int r = do_word(&c, argv[i], e);

                if (r < 0)
                        return r;
        }
        return 0;
}
