/* export.c - FreeBSD's files from a graph. */
#include "core/dialect/export.h"

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

static void choose_clones(struct out *o)
{
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
                } else if (i->role == ROLE_EIFACE) {
                        set_clone(o, k, "ngeth", free_unit(o, "ngeth", ""), "");
                } else if (i->kind == KIND_TAP && is_clone_name(i->name, "tap", "")) {
                        o->clones[k] = i->name;
                }
        }
}

static void note_left(struct out *o)
{
        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (o->clones[k] || !is_told(&o->g->jails[i->jail]) || i->kind == KIND_PHYSICAL ||
                    i->kind == KIND_LOOPBACK || i->kind == KIND_VLAN || i->role == ROLE_FABRIC)
                        continue;
                if (i->role != ROLE_EIFACE)
                        leave(o, k, "rc.conf has no word for it");
        }
        for (size_t k = 0; k < o->g->jail_count; k++)
                if (!is_told(&o->g->jails[k])) {
                        text_put_visible(o->left, o->g->jails[k].name);
                        text_put(o->left, ": is no named network stack\n");
                }
}

/* Is it made in this stack? An end of a pair is made on the host, wherever it goes. */
static bool is_made_in(const struct out *o, size_t iface, size_t jail)
{
        const struct iface *i = &o->g->ifaces[iface];

        if (!o->clones[iface])
                return false;
        return i->kind == KIND_VETH ? jail == 0 : i->jail == jail; /* an eiface, too, is netgraph's on the host */
}

static void put_clones(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};
        CLEANUP(text_done) struct text names = {0};

        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];
                const char *clone = o->clones[k];
                size_t n = clone ? strlen(clone) : 0;

                if (!is_made_in(o, k, jail))
                        continue;
                if (i->kind != KIND_VETH)
                        text_putf(&list, "%s%s", list.length ? " " : "", clone);
                else if (!role_has_fabric(i->role) && clone[n - 1] == 'a')
                        text_putf(&list, "%s%.*s", list.length ? " " : "", (int)n - 1, clone);
                if (strcmp(clone, i->name) != 0)
                        put_variable(o, &names, "ifconfig_", clone, "_name", i->name);
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

static void put_addresses(struct out *o, const struct iface *i, struct text *first, struct text *more)
{
        unsigned alias = 0;
        bool has_first[2] = {false, false};

        for (size_t k = 0; k < i->address_count; k++) {
                const struct prefix *p = &i->addresses[k];
                bool is_v6 = p->family == AF_INET6;
                char buf[PREFIX_TEXT_SIZE], suffix[24] = "_ipv6";
                CLEANUP(freep) char *value = xasprintf("%s %s", is_v6 ? "inet6" : "inet", prefix_format(p, buf));

                if (!is_own_address(i, p))
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

                if (r->jail != jail || !r->gateway.family || r->metric)
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
                if (o->g->ifaces[k].role != ROLE_FABRIC)
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

                if (i->kind == KIND_LOOPBACK || (o->clones[k] && i->kind != KIND_VETH) || i->kind == KIND_VLAN ||
                    i->role == ROLE_FABRIC || (!o->clones[k] && i->kind != KIND_PHYSICAL && i->role != ROLE_EIFACE))
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
                const struct iface *i = &o->g->ifaces[k];

                if (i->role == ROLE_EIFACE && o->clones[k])
                        text_putf(t, "mkpeer eiface x ether\nname .:x %s\nrmhook .:x ether\n", i->name);
        }
}

static bool has_eiface(const struct out *o)
{
        for (size_t k = 0; k < o->g->iface_count; k++)
                if (o->g->ifaces[k].role == ROLE_EIFACE && is_told(&o->g->jails[o->g->ifaces[k].jail]))
                        return true;
        return false;
}

static void put_pf(struct out *o, struct text *t)
{
        char line[NAT_TEXT_SIZE];
        struct nat_rule r;

        for (size_t k = 0; nat_line(o->g->jails[0].nat_rules, k, line); k++) {
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

        text_put(&conf,
                 "exec.clean;\nexec.start = \"/bin/sh /etc/rc\";\nexec.stop = \"/bin/sh /etc/rc.shutdown\";\n"
                 "mount.devfs;\ndevfs_ruleset = 5;\n");
        for (size_t k = 1; k < o->g->jail_count; k++) {
                CLEANUP(text_done) struct text rc = {0};
                CLEANUP(freep) char *path = xasprintf("jails/%s/etc/rc.conf", o->g->jails[k].name);

                if (!is_told(&o->g->jails[k]))
                        continue;
                put_jail(o, k, &conf);
                put_stack(o, k, &rc);
                give(fn, user, path, &rc);
                if (o->g->jails[k].nat_rules && *o->g->jails[k].nat_rules) {
                        text_put_visible(o->left, o->g->jails[k].name);
                        text_put(o->left, ": its own rules of address translation\n");
                }
        }
        if (o->g->jail_count > 1)
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
        put_pf(&o, &pf);
        if (pf.length) {
                rcconf_put(&host, false, "pf_enable", "YES");
                give(fn, user, "pf.conf", &pf);
        }
        give(fn, user, "rc.conf", &host);
        export_jails(&o, fn, user);
        text_put(&rules, devfs);
        give(fn, user, "devfs.rules", &rules);
        if (has_eiface(&o)) {
                put_netgraph(&o, &netgraph);
                give(fn, user, "netgraph.ngctl", &netgraph);
                text_clear(&rules);
                text_put(&rules, script);
                give(fn, user, "rc.d/netgraph", &rules);
        }
        arena_done(&o.arena);
}
