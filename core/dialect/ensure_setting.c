/*
 * ensure_setting.c - what interfaces are set to, by rows of one table: what it is now, and the request for another
 * value. Claims keep both values, so that what a file wants no more can be set back.
 */
#include <errno.h>
#include <string.h>

#include "core/dialect/ensure_parts.h"

#define PINNED " pinned"

/* The port that an interface is: one of netgraph's, wherever it was lent to, by its hidden end. */
static const struct iface *look_port(struct dialect *d, const char *jail, const char *iface)
{
        const struct graph *g = dialect_graph(d);
        const struct iface *i = ensure_look_lent(d, jail, iface);

        return i && role_has_fabric(i->role) && i->peer != NONE ? &g->ifaces[i->peer] : i;
}

/* The same as a request names it. */
static const char *port_word(struct dialect *d, const char *jail, const char *iface)
{
        const struct iface *i = ensure_look_lent(d, jail, iface);

        return ensure_word(d, i ? dialect_graph(d)->jails[i->jail].name : jail, iface);
}

static const char *number_text(struct dialect *d, uint32_t value, uint32_t scale)
{
        CLEANUP(freep)
        char *text = value % scale ? xasprintf("%u.%02u", value / scale, value % scale) /* scales are 1 and 100 */
                                   : xasprintf("%u", value / scale);

        return arena_strdup(&d->arena, text);
}

/* -- The rows ---------------------------------------------------------------------------------------------------- */

static const char *now_mtu(struct dialect *d, const struct iface *i)
{
        return number_text(d, i->mtu_bytes, 1);
}

static int ask_mtu(struct dialect *d, const char *word, const char *value, struct err *e)
{
        return dialect_add(d, e, "mtu", word, value, NULL);
}

static const char *now_description(struct dialect *d, const struct iface *i)
{
        return i->alias ? arena_strdup(&d->arena, i->alias) : "";
}

static int ask_description(struct dialect *d, const char *word, const char *value, struct err *e)
{
        return *value ? dialect_add(d, e, "alias", word, "--", value, NULL) : dialect_add(d, e, "alias", word, NULL);
}

static const char *now_state(struct dialect *d, const struct iface *i)
{
        (void)d; /* a row's form */
        return i->is_up ? "up" : "down";
}

static int ask_state(struct dialect *d, const char *word, const char *value, struct err *e)
{
        return dialect_add(d, e, value, word, NULL);
}

/* The address, and whether it is pinned to it; "" unknown. */
static const char *now_ether(struct dialect *d, const struct iface *i)
{
        char buf[MAC_TEXT_SIZE];
        CLEANUP(freep)
        char *text = i->mac.is_set ? xasprintf("%s%s", mac_format(i->mac, buf), mac_equal(i->mac, i->pin) ? PINNED : "")
                                   : xstrdup("");

        return arena_strdup(&d->arena, text);
}

static int ask_ether(struct dialect *d, const char *word, const char *value, struct err *e)
{
        CLEANUP(freep) char *mac = xstrndup(value, strcspn(value, " "));

        if (value[strlen(mac)])
                return dialect_add(d, e, "pin", word, mac, NULL);

        int r = dialect_add(d, e, "unpin", word, NULL);

        return r == 0 && *mac ? dialect_add(d, e, "mac", word, mac, NULL) : r;
}

static const char *now_stp(struct dialect *d, const struct iface *i)
{
        (void)d; /* a row's form */
        return i->stp_on ? "on" : "off";
}

static int ask_stp(struct dialect *d, const char *word, const char *value, struct err *e)
{
        return dialect_add(d, e, "stp", word, value, NULL);
}

static const char *now_private(struct dialect *d, const struct iface *i)
{
        (void)d; /* a row's form */
        return i->is_isolated ? "on" : "off";
}

static int ask_private(struct dialect *d, const char *word, const char *value, struct err *e)
{
        return dialect_add(d, e, "isolate", word, value, NULL);
}

static const struct row {
        const char *name;
        bool is_port;
        const char *(*now)(struct dialect *d, const struct iface *i);
        int (*ask)(struct dialect *d, const char *word, const char *value, struct err *e);
} rows[] = {{"mtu", false, now_mtu, ask_mtu},       {"description", false, now_description, ask_description},
            {"state", false, now_state, ask_state}, {"ether", false, now_ether, ask_ether},
            {"stp", false, now_stp, ask_stp},       {"private", true, now_private, ask_private}};

static const struct row *find_row(const char *name)
{
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
                if (strcmp(rows[k].name, name) == 0)
                        return &rows[k];
        return NULL;
}

/* -- By name ----------------------------------------------------------------------------------------------------- */

bool ensure_setting_is_ports(const char *name)
{
        const struct row *row = find_row(name);
        enum tuning t = tuning_find(name);

        return row ? row->is_port : t != TUNE_COUNT && tunings[t].is_port;
}

const char *ensure_setting_now(struct dialect *d, const char *jail, const char *iface, const char *name)
{
        const struct row *row = find_row(name);
        enum tuning t = tuning_find(name);
        const struct iface *i = ensure_setting_is_ports(name) ? look_port(d, jail, iface) : ensure_look(d, jail, iface);

        if (!i || (!row && t == TUNE_COUNT))
                return NULL;
        if (row)
                return row->now(d, i);
        if (t == TUNE_COST && i->kind != KIND_VETH && !((unsigned)i->tuning_known >> t & 1u))
                return NULL; /* the kernel chooses it when the port comes about */
        return number_text(d, (unsigned)i->tuning_known >> t & 1u ? i->tuning[t] : tunings[t].usual, tunings[t].scale);
}

void ensure_want_setting(struct dialect *d, const char *jail, const char *iface, const char *name, const char *value,
                         const char *was)
{
        dialect_want_claim(d,
                           (struct claim){.kind = "setting",
                                          .jail = jail,
                                          .name = iface,
                                          .rest = name,
                                          .value = value,
                                          .was = was,
                                          .is_new = strcmp(value, was) != 0});
}

int ensure_setting(struct dialect *d, const char *jail, const char *iface, const char *name, const char *value,
                   struct err *e)
{
        const struct row *row = find_row(name);
        const char *now = ensure_setting_now(d, jail, iface, name);
        const char *word = ensure_setting_is_ports(name) ? port_word(d, jail, iface) : ensure_word(d, jail, iface);

        ensure_want_setting(d, jail, iface, name, value, now ? now : "");
        if (now && strcmp(now, value) == 0)
                return 0;
        return row ? row->ask(d, word, value, e) : dialect_add(d, e, "tune", word, name, value, NULL);
}

int ensure_up(struct dialect *d, const char *jail, const char *iface, bool is_up, struct err *e)
{
        return ensure_setting(d, jail, iface, "state", is_up ? "up" : "down", e);
}

int ensure_mtu(struct dialect *d, const char *jail, const char *iface, uint32_t mtu, struct err *e)
{
        return ensure_setting(d, jail, iface, "mtu", number_text(d, mtu, 1), e);
}

int ensure_mac(struct dialect *d, const char *jail, const char *iface, struct mac m, struct err *e)
{
        char buf[MAC_TEXT_SIZE];
        CLEANUP(freep) char *value = xasprintf("%s" PINNED, mac_format(m, buf));

        return ensure_setting(d, jail, iface, "ether", value, e);
}

int ensure_alias(struct dialect *d, const char *jail, const char *iface, const char *text, struct err *e)
{
        return ensure_setting(d, jail, iface, "description", text, e);
}

int ensure_tuning(struct dialect *d, const char *jail, const char *iface, enum tuning t, uint32_t value, struct err *e)
{
        return ensure_setting(d, jail, iface, tunings[t].name, number_text(d, value, 1), e);
}

int ensure_isolated(struct dialect *d, const char *jail, const char *iface, bool is_on, struct err *e)
{
        return ensure_setting(d, jail, iface, "private", is_on ? "on" : "off", e);
}

/* -- Addresses that a bridge is told ----------------------------------------------------------------------------- */

/* The graph does not have it: the bridge that really is there is asked. */
static bool has_host(struct dialect *d, const struct iface *port, struct mac m)
{
        CLEANUP(freep) struct bridge_host *hosts = NULL;
        size_t live = graph_find_iface(d->live, port->id), count = 0;
        bool is_there = false;

        if (live == NONE || d->live->ifaces[live].master == NONE || !d->services || !d->services->hosts ||
            d->services->hosts(d, d->live->ifaces[live].master, &hosts, &count, NULL) < 0)
                return false;
        for (size_t k = 0; k < count; k++)
                is_there |= hosts[k].is_static && hosts[k].ifindex == port->id.ifindex && mac_equal(hosts[k].mac, m);
        return is_there;
}

bool ensure_has_host(struct dialect *d, const char *jail, const char *iface, struct mac m)
{
        const struct iface *i = look_port(d, jail, iface);

        return i && has_host(d, i, m);
}

int ensure_host(struct dialect *d, const char *jail, const char *iface, struct mac m, struct err *e)
{
        bool is_there = ensure_has_host(d, jail, iface, m);
        char mac[MAC_TEXT_SIZE];

        dialect_want(d, !is_there, "host", jail, iface, mac_format(m, mac));
        return is_there ? 0 : dialect_add(d, e, "host", "add", port_word(d, jail, iface), mac, NULL);
}

int ensure_no_host(struct dialect *d, const char *jail, const char *iface, const char *mac, struct err *e)
{
        return dialect_add(d, e, "host", "del", port_word(d, jail, iface), mac, NULL);
}
