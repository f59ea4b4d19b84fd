/* export.c - FreeBSD's files from a graph. */
#include "core/dialect/export.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/rcconf.h"
#include "core/graph/nat_rule.h"

struct out {
        const struct graph *g;
        struct text *left;
        struct arena arena;
        const char **clones; /* by interface: what rc.conf clones it as; NULL it is not cloned */
};

static bool is_told(const struct jail *j)
{
        return j->state == JAIL_ALIVE && (j->jid == 0 || j->origin == ORIGIN_NAMED);
}

static const char *mangle(struct out *o, const char *name)
{
        return rcconf_mangle(&o->arena, name);
}

static void put_variable(struct out *o, struct text *t, const char *stem, const char *iface, const char *suffix,
                         const char *value)
{
        CLEANUP(freep) char *name = xasprintf("%s%s%s", stem, mangle(o, iface), suffix);

        rcconf_put(t, false, name, value);
}

static void leave(struct out *o, size_t iface, const char *why)
{
        text_put_visible(o->left, o->g->jails[o->g->ifaces[iface].jail].name);
        text_put_char(o->left, '/');
        text_put_visible(o->left, o->g->ifaces[iface].name);
        text_putf(o->left, ": %s\n", why);
}

/* -- What is cloned ---------------------------------------------------------------------------------------------- */

static bool clone_is_taken(const struct out *o, const char *stem, unsigned n, const char *end)
{
        CLEANUP(freep) char *name = xasprintf("%s%u%s", stem, n, end);

        for (size_t k = 0; k < o->g->iface_count; k++)
                if ((o->clones[k] && strcmp(o->clones[k], name) == 0) || strcmp(o->g->ifaces[k].name, name) == 0)
                        return true;
        return false;
}

static unsigned free_unit(const struct out *o, const char *stem, const char *end)
{
        unsigned n = 0;

        while (clone_is_taken(o, stem, n, end))
                n++;
        return n;
}

/* A number behind that stem, and nothing else: its name is a clone's own. */
static bool is_clone_name(const char *name, const char *stem, const char *end)
{
        size_t n = strlen(stem), digits;

        if (strncmp(name, stem, n) != 0)
                return false;
        digits = strspn(name + n, "0123456789");
        return digits && strcmp(name + n + digits, end) == 0;
}

static void set_clone(struct out *o, size_t iface, const char *stem, unsigned unit, const char *end)
{
        CLEANUP(freep) char *name = xasprintf("%s%u%s", stem, unit, end);

        o->clones[iface] = arena_strdup(&o->arena, name);
}

static void clone_pair(struct out *o, size_t a, size_t b)
{
        const char *x = o->g->ifaces[a].name, *y = o->g->ifaces[b].name;
        size_t n = strlen(x);

        if (is_clone_name(x, "epair", "a") && is_clone_name(y, "epair", "b") && strlen(y) == n &&
            strncmp(x, y, n - 1) == 0) {
                o->clones[a] = x;
                o->clones[b] = y;
                return;
        }

        unsigned unit = free_unit(o, "epair", "a");

        set_clone(o, a, "epair", unit, "a");
        set_clone(o, b, "epair", unit, "b");
}

/* The classes whose clones are made and named alike. */
static void choose_clone_of_class(struct out *o, size_t iface)
{
        static const struct {
                enum iface_kind kind;
                const char *class;
        } classes[] = {{KIND_TAP, "tap"}, {KIND_VXLAN, "vxlan"}, {KIND_BOND, "lagg"}};
        const struct iface *i = &o->g->ifaces[iface];

        for (size_t n = 0; n < ARRAY_SIZE(classes); n++) {
                if (i->kind != classes[n].kind)
                        continue;
                if (is_clone_name(i->name, classes[n].class, ""))
                        o->clones[iface] = i->name;
                else
                        set_clone(o, iface, classes[n].class, free_unit(o, classes[n].class, ""), "");
        }
}

/* In whose rc.conf it is made: what stands on an interface is made beside it, and lent from there. */
static size_t birthplace(const struct out *o, size_t iface)
{
        const struct iface *i = &o->g->ifaces[iface];

        if (i->kind == KIND_VETH)
                return 0; /* an eiface, too, is netgraph's on the host */
        return (i->kind == KIND_VLAN || i->kind == KIND_VXLAN) && i->parent != NONE ? o->g->ifaces[i->parent].jail
                                                                                    : i->jail;
}

/* The user's end of the eiface whose hidden end that is: in the order of these eifaces are made. NONE. */
static size_t eiface_of(const struct out *o, size_t fabric)
{
        const struct iface *i = &o->g->ifaces[fabric];

        return i->role == ROLE_FABRIC && i->peer != NONE && o->g->ifaces[i->peer].role == ROLE_EIFACE &&
                        is_told(&o->g->jails[o->g->ifaces[i->peer].jail])
                ? i->peer
                : NONE;
}

static void choose_clones(struct out *o)
{
        for (size_t k = 0; k < o->g->iface_count; k++)
                if (eiface_of(o, k) != NONE)
                        set_clone(o, eiface_of(o, k), "ngeth", free_unit(o, "ngeth", ""), "");
        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (o->clones[k] || !is_told(&o->g->jails[i->jail]))
                        continue;
                if (i->kind == KIND_VETH && !role_has_fabric(i->role) && i->role != ROLE_FABRIC && i->peer != NONE &&
                    is_told(&o->g->jails[o->g->ifaces[i->peer].jail])) {
                        bool is_first = !is_clone_name(i->name, "epair", "b");

                        clone_pair(o, is_first ? k : i->peer, is_first ? i->peer : k);
                } else if (i->kind == KIND_BRIDGE) {
                        if (is_clone_name(i->name, "bridge", ""))
                                o->clones[k] = i->name;
                        else
                                set_clone(o, k, "bridge", free_unit(o, "bridge", ""), "");
                } else {
                        choose_clone_of_class(o, k);
                }
        }
}

/* It is made, or there already; else the files say nothing of it. */
static bool is_written(const struct out *o, size_t iface)
{
        const struct iface *i = &o->g->ifaces[iface];

        return i->role != ROLE_FABRIC &&
                (o->clones[iface] || i->kind == KIND_PHYSICAL || i->kind == KIND_LOOPBACK || i->kind == KIND_VLAN);
}

static void note_left(struct out *o)
{
        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (is_told(&o->g->jails[i->jail]) && i->role != ROLE_FABRIC && !is_written(o, k))
                        leave(o, k, "rc.conf has no word for it");
        }
        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (!is_told(&o->g->jails[i->jail]))
                        continue;
                if (role_is_netgraph(i->role))
                        leave(o, k, "is written as a bridge of if_bridge; its node's name and hooks are not");
                if (birthplace(o, k) != i->jail && birthplace(o, k) != 0)
                        leave(o, k, "was made in a jail and lent from there, which jail.conf has no word for");
        }
        for (size_t k = 0; k < o->g->jail_count; k++)
                if (!is_told(&o->g->jails[k])) {
                        text_put_visible(o->left, o->g->jails[k].name);
                        text_put(o->left, ": is no named network stack\n");
                }
}

/* create_args of a clone that Linux makes with them only. */
static void put_create_args(struct out *o, size_t iface, struct text *t)
{
        const struct iface *i = &o->g->ifaces[iface];
        CLEANUP(text_done) struct text args = {0};
        char remote[PREFIX_TEXT_SIZE];

        if (i->kind != KIND_VXLAN)
                return;
        text_putf(&args, "vxlanid %u", i->vxlan_id);
        if (i->vxlan_remote.family)
                text_putf(&args, " vxlanremote %s", prefix_format_addr(&i->vxlan_remote, remote));
        if (i->parent != NONE)
                text_putf(&args, " vxlandev %s", o->g->ifaces[i->parent].name);
        put_variable(o, t, "create_args_", o->clones[iface], "", text_str(&args));
}

static void put_clones(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};
        CLEANUP(text_done) struct text names = {0};

        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];
                const char *clone = o->clones[k];
                size_t n = clone ? strlen(clone) : 0;

                if (!clone || birthplace(o, k) != jail)
                        continue;
                if (i->kind != KIND_VETH)
                        text_putf(&list, "%s%s", list.length ? " " : "", clone);
                else if (!role_has_fabric(i->role) && clone[n - 1] == 'a')
                        text_putf(&list, "%s%.*s", list.length ? " " : "", (int)n - 1, clone);
                if (strcmp(clone, i->name) != 0)
                        put_variable(o, &names, "ifconfig_", clone, "_name", i->name);
                put_create_args(o, k, &names);
        }
        if (list.length)
                rcconf_put(t, false, "cloned_interfaces", text_str(&list));
        text_put(t, text_str(&names));
}

/* -- What interfaces are like ------------------------------------------------------------------------------------ */

static void put_vlans(struct out *o, size_t parent, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};
        CLEANUP(text_done) struct text args = {0};

        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];
                CLEANUP(freep) char *usual = xasprintf("%s.%u", o->g->ifaces[parent].name, i->vlan_id);

                if (i->kind != KIND_VLAN || i->parent != parent)
                        continue;
                if (strcmp(usual, i->name) == 0) {
                        text_putf(&list, "%s%u", list.length ? " " : "", i->vlan_id);
                        continue;
                }
                text_putf(&list, "%s%s", list.length ? " " : "", i->name);

                CLEANUP(freep) char *value = xasprintf("vlan %u", i->vlan_id);

                put_variable(o, &args, "create_args_", i->name, "", value);
        }
        if (!list.length)
                return;
        put_variable(o, t, "vlans_", o->g->ifaces[parent].name, "", text_str(&list));
        text_put(t, text_str(&args));
}

static bool is_own_address(const struct iface *i, const struct prefix *p)
{
        if (i->kind == KIND_LOOPBACK)
                return p->family == AF_INET ? p->bytes[0] != 127 : p->length != 128;
        return !prefix_is_link_local(p);
}

/* What a jail without a stack has there is in jail.conf: it comes and goes with the jail. */
static bool is_guests(const struct out *o, const struct iface *i, const struct prefix *p)
{
        for (size_t k = 0; k < o->g->guest_count; k++)
                for (size_t n = 0; o->g->guests[k].kind == GUEST_JAIL && n < o->g->guests[k].use_count; n++)
                        if (o->g->guests[k].uses[n].iface == (size_t)(i - o->g->ifaces) &&
                            prefix_equal(&o->g->guests[k].uses[n].address, p))
                                return true;
        return false;
}

static void put_addresses(struct out *o, const struct iface *i, struct text *first, struct text *more)
{
        unsigned alias = 0;
        bool has_first[2] = {false, false};

        for (size_t k = 0; k < i->address_count; k++) {
                const struct prefix *p = &i->addresses[k];
                bool is_v6 = p->family == AF_INET6;
                char buf[PREFIX_TEXT_SIZE], suffix[24] = "_ipv6";
                CLEANUP(freep) char *value = xasprintf("%s %s", is_v6 ? "inet6" : "inet", prefix_format(p, buf));

                if (!is_own_address(i, p) || is_guests(o, i, p))
                        continue;
                if (has_first[is_v6])
                        (void)str_format(suffix, sizeof(suffix), "_alias%u", alias++);
                if (!is_v6 && !has_first[0])
                        text_putf(first, "%s ", value);
                else
                        put_variable(o, more, "ifconfig_", i->kind == KIND_LOOPBACK ? "lo0" : i->name, suffix, value);
                has_first[is_v6] = true;
        }
}

/* A hidden end goes by its user's name. */
static const char *member_name(const struct out *o, size_t port)
{
        const struct iface *i = &o->g->ifaces[port];

        return i->role == ROLE_FABRIC && i->peer != NONE ? o->g->ifaces[i->peer].name : i->name;
}

static void put_lagg_words(struct out *o, size_t iface, struct text *words)
{
        static const char *const protocols[] = {
                [0] = "roundrobin", [1] = "failover", [2] = "loadbalance", [4] = "lacp"};
        const struct iface *i = &o->g->ifaces[iface];

        if (i->kind != KIND_BOND)
                return;
        if (i->bond_mode < ARRAY_SIZE(protocols) && protocols[i->bond_mode])
                text_putf(words, "laggproto %s ", protocols[i->bond_mode]);
        else
                leave(o, iface, "its mode has no word of laggproto's");
        for (size_t k = 0; k < o->g->iface_count; k++)
                if (o->g->ifaces[k].master == iface)
                        text_putf(words, "laggport %s ", o->g->ifaces[k].name);
}

static void put_interface(struct out *o, size_t iface, struct text *t)
{
        const struct iface *i = &o->g->ifaces[iface];
        CLEANUP(text_done) struct text words = {0};
        CLEANUP(text_done) struct text more = {0};
        char mac[MAC_TEXT_SIZE];

        put_addresses(o, i, &words, &more);
        if (o->clones[iface] && i->mac.is_set)
                text_putf(&words, "ether %s ", mac_format(i->mac, mac));
        if (i->kind != KIND_LOOPBACK && i->mtu_bytes != 1500)
                text_putf(&words, "mtu %u ", i->mtu_bytes);
        put_lagg_words(o, iface, &words);
        for (unsigned port = 1; i->kind == KIND_BRIDGE && port < 1024; port++)
                for (size_t k = 0; k < o->g->iface_count; k++)
                        if (o->g->ifaces[k].master == iface && o->g->ifaces[k].port_number == port)
                                text_putf(&words, "addm %s ", member_name(o, k));
        if (i->kind == KIND_LOOPBACK && !words.length && !more.length)
                return;
        text_put(&words, i->is_up ? "up" : "down");
        put_variable(o, t, "ifconfig_", i->kind == KIND_LOOPBACK ? "lo0" : i->name, "", text_str(&words));
        text_put(t, text_str(&more));
        if (i->alias && *i->alias)
                put_variable(o, t, "ifconfig_", i->name, "_descr", i->alias);
        if (i->kind == KIND_BRIDGE && i->stp_on)
                put_variable(o, t, "create_args_", i->name, "", "stp");
}

/* -- Routes ------------------------------------------------------------------------------------------------------ */

/* The kernel's own routes come with the addresses. */
static bool is_for_file(struct out *o, const struct route *r)
{
        bool is_own = r->protocol != RTPROT_KERNEL && r->protocol != RTPROT_RA && r->type == RTN_UNICAST;
        bool has_usual_metric = !r->metric || (r->destination.family == AF_INET6 && r->metric == 1024);
        char to[PREFIX_TEXT_SIZE];

        if (is_own && (!r->gateway.family || !has_usual_metric)) {
                text_put_visible(o->left, o->g->jails[r->jail].name);
                text_putf(o->left, ": the route to %s: rc.conf has no word for its %s\n",
                          r->destination.length ? prefix_format(&r->destination, to) : "default",
                          r->gateway.family ? "metric" : "way over an interface without a gateway");
        }
        return r->gateway.family && has_usual_metric;
}

static void put_routes(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(text_done) struct text names = {0};
        CLEANUP(text_done) struct text routes = {0};
        unsigned count = 0;

        if (o->g->jails[jail].forwarding == 1)
                rcconf_put(t, false, "gateway_enable", "YES");
        if (o->g->jails[jail].forwarding6 == 1)
                rcconf_put(t, false, "ipv6_gateway_enable", "YES");
        for (size_t k = 0; k < o->g->route_count; k++) {
                const struct route *r = &o->g->routes[k];
                char to[PREFIX_TEXT_SIZE], via[PREFIX_TEXT_SIZE];

                if (r->jail != jail || !is_for_file(o, r))
                        continue;
                (void)prefix_format_addr(&r->gateway, via);
                if (r->destination.length == 0) {
                        rcconf_put(t, false, r->gateway.family == AF_INET6 ? "ipv6_defaultrouter" : "defaultrouter",
                                   via);
                        continue;
                }
                text_putf(&names, "%sr%u", count ? " " : "", count);
                text_putf(&routes, "route_r%u=\"-net %s %s\"\n", count, prefix_format(&r->destination, to), via);
                count++;
        }
        if (count)
                rcconf_put(t, false, "static_routes", text_str(&names));
        text_put(t, text_str(&routes));
}

static void put_stack(struct out *o, size_t jail, struct text *t)
{
        const struct jail *j = &o->g->jails[jail];

        put_clones(o, jail, t);
        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++)
                put_vlans(o, k, t);
        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++)
                if (is_written(o, k))
                        put_interface(o, k, t);
        put_routes(o, jail, t);
}

/* -- jail.conf, netgraph, pf --------------------------------------------------------------------------------------- */

static void put_parameter(struct text *t, const char *name, const char *value)
{
        text_putf(t, "        %s ", name);
        rcconf_put_quoted(t, value);
        text_put(t, ";\n");
}

static void put_jail(struct out *o, size_t jail, struct text *t)
{
        const struct jail *j = &o->g->jails[jail];
        bool is_first = true;

        text_put_char(t, '\n');
        rcconf_put_quoted(t, j->name);
        text_put(t, " {\n        vnet;\n        persist;\n");
        if (j->root_path)
                put_parameter(t, "path =", j->root_path);
        if (j->hostname)
                put_parameter(t, "host.hostname =", j->hostname);
        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                bool is_lent = birthplace(o, k) == 0 && (o->clones[k] || i->kind == KIND_VLAN);

                if (i->role == ROLE_FABRIC || (!is_lent && i->kind != KIND_PHYSICAL && i->role != ROLE_EIFACE))
                        continue;
                put_parameter(t, is_first ? "vnet.interface =" : "vnet.interface +=", i->name);
                is_first = false;
        }
        text_put(t, "}\n");
}

/* Each gets the lowest free unit, and its node the interface's name; rc.conf renames the interface. */
static void put_netgraph(struct out *o, struct text *t)
{
        for (size_t k = 0; k < o->g->iface_count; k++) {
                size_t eiface = eiface_of(o, k);

                if (eiface != NONE)
                        text_putf(t, "mkpeer eiface x ether\nname .:x %s\nrmhook .:x ether\n",
                                  o->g->ifaces[eiface].name);
        }
}

/* A jail without a stack of its own. */
static void put_shared_jail(struct out *o, const struct guest *guest, struct text *t)
{
        bool has_any[2] = {false, false};
        char address[PREFIX_TEXT_SIZE];

        text_put_char(t, '\n');
        rcconf_put_quoted(t, guest->name);
        text_put(t, " {\n        persist;\n");
        for (size_t k = 0; k < guest->use_count; k++) {
                const struct guest_use *use = &guest->uses[k];
                bool is_v6 = use->address.family == AF_INET6;
                const char *iface = use->iface == NONE                   ? ""
                        : o->g->ifaces[use->iface].kind == KIND_LOOPBACK ? "lo0"
                                                                         : o->g->ifaces[use->iface].name;
                CLEANUP(freep)
                char *name = xasprintf("%s %s", is_v6 ? "ip6.addr" : "ip4.addr", has_any[is_v6] ? "+=" : "=");
                CLEANUP(freep)
                char *value = xasprintf("%s%s%s", iface, use->iface == NONE ? "" : "|",
                                        prefix_format(&use->address, address));

                put_parameter(t, name, value);
                has_any[is_v6] = true;
        }
        if (!guest->use_count)
                text_put(t, "        ip4 = inherit;\n        ip6 = inherit;\n");
        text_put(t, "}\n");
        text_put_visible(o->left, guest->name);
        text_put(o->left, ": its commands and folder: only what it has of the network is written\n");
}

static void put_pf(struct out *o, size_t jail, struct text *t)
{
        char line[NAT_TEXT_SIZE];
        struct nat_rule r;

        for (size_t k = 0; nat_line(o->g->jails[jail].nat_rules, k, line); k++) {
                if (nat_rule_parse(line, &r, NULL) < 0)
                        continue;
                nat_rule_put_pf(&r, t);
                text_put_char(t, '\n');
        }
}

static void give(export_file *fn, void *user, const char *path, const struct text *t)
{
        if (t->length)
                fn(user, path, t);
}

static void export_jails(struct out *o, export_file *fn, void *user)
{
        CLEANUP(text_done) struct text conf = {0};
        bool has_any = false;

        text_put(&conf,
                 "exec.clean;\nexec.start = \"/bin/sh /etc/rc\";\nexec.stop = \"/bin/sh /etc/rc.shutdown\";\n"
                 "mount.devfs;\ndevfs_ruleset = 5;\n");
        for (size_t k = 1; k < o->g->jail_count; k++) {
                CLEANUP(text_done) struct text rc = {0};
                CLEANUP(text_done) struct text pf = {0};
                CLEANUP(freep) char *path = xasprintf("jails/%s/etc/rc.conf", o->g->jails[k].name);
                CLEANUP(freep) char *pf_path = xasprintf("jails/%s/etc/pf.conf", o->g->jails[k].name);

                if (!is_told(&o->g->jails[k]))
                        continue;
                put_jail(o, k, &conf);
                put_stack(o, k, &rc);
                put_pf(o, k, &pf);
                if (pf.length)
                        rcconf_put(&rc, false, "pf_enable", "YES");
                give(fn, user, path, &rc);
                give(fn, user, pf_path, &pf);
                has_any = true;
        }
        for (size_t k = 0; k < o->g->guest_count; k++) {
                if (o->g->guests[k].kind != GUEST_JAIL)
                        continue;
                put_shared_jail(o, &o->g->guests[k], &conf);
                has_any = true;
        }
        if (has_any)
                give(fn, user, "jail.conf", &conf);
}

void export_freebsd(const struct graph *g, export_file *fn, void *user, struct text *ret_left)
{
        static const char devfs[] = "[devfsrules_jails=5]\nadd include $devfsrules_hide_all\n"
                                    "add include $devfsrules_unhide_basic\nadd include $devfsrules_unhide_login\n"
                                    "add path 'bpf*' unhide\n";
        static const char script[] = "#!/bin/sh\n# PROVIDE: netgraph\n# BEFORE: netif\n\n. /etc/rc.subr\n\n"
                                     "name=netgraph\nstart_cmd=\"ngctl -f /etc/netgraph.ngctl\"\nstop_cmd=:\n\n"
                                     "load_rc_config $name\nrun_rc_command \"$1\"\n";
        CLEANUP(freep) const char **clones = xcalloc(g->iface_count + 1, sizeof(*clones));
        struct out o = {.g = g, .left = ret_left, .clones = clones};
        CLEANUP(text_done) struct text host = {0};
        CLEANUP(text_done) struct text pf = {0};
        CLEANUP(text_done) struct text rules = {0};
        CLEANUP(text_done) struct text netgraph = {0};

        choose_clones(&o);
        note_left(&o);
        put_stack(&o, 0, &host);
        put_pf(&o, 0, &pf);
        if (pf.length) {
                rcconf_put(&host, false, "pf_enable", "YES");
                give(fn, user, "pf.conf", &pf);
        }
        export_jails(&o, fn, user);
        for (const char *s = text_str(ret_left); *s; s += strcspn(s, "\n"), s += *s == '\n')
                text_putf(&host, "# left out: %.*s\n", (int)strcspn(s, "\n"), s);
        give(fn, user, "rc.conf", &host);
        text_put(&rules, devfs);
        give(fn, user, "devfs.rules", &rules);
        put_netgraph(&o, &netgraph);
        if (netgraph.length) {
                give(fn, user, "netgraph.ngctl", &netgraph);
                text_clear(&rules);
                text_put(&rules, script);
                give(fn, user, "rc.d/netgraph", &rules);
        }
        arena_done(&o.arena);
}
