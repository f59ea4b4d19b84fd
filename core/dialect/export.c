/* export.c - FreeBSD's files from a graph. */
#include "core/dialect/export.h"

#include <string.h>
#include <sys/socket.h>

#include "core/dialect/export_parts.h"
#include "core/dialect/rcconf.h"
#include "core/graph/nat_rule.h"

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
        for (size_t k = j->iface_first; k != NONE; k = o->g->ifaces[k].next) {
                const struct iface *i = &o->g->ifaces[k];

                bool is_lent = export_birthplace(o, k) == 0 && (o->clones[k] || export_is_stacked(o, k));

                if (role_is_hidden(i->role) || (!is_lent && i->kind != KIND_PHYSICAL))
                        continue;
                put_parameter(t, is_first ? "vnet.interface =" : "vnet.interface +=", i->name);
                is_first = false;
        }
        text_put(t, "}\n");
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
                const char *iface = use->iface == NONE ? "" : export_iface_name(o, use->iface);
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

/* A nat node's rules are messages to it. */
static bool is_of_node(const struct out *o, size_t jail, const struct nat_rule *r)
{
        size_t iface = graph_find_iface_in(o->g, jail, r->iface);

        return iface != NONE && o->g->ifaces[iface].role == ROLE_NAT;
}

static void put_pf(struct out *o, size_t jail, struct text *t)
{
        char line[NAT_TEXT_SIZE];
        struct nat_rule r;

        for (size_t k = 0; nat_line(o->g->jails[jail].nat_rules, k, line); k++) {
                if (nat_rule_parse(line, &r, NULL) < 0 || is_of_node(o, jail, &r))
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

/* Interfaces before netif, which names them; the other nodes behind it, since it makes interfaces that they join. */
static void give_netgraph(struct out *o, size_t jail, const char *folder, const char *rc_folder, export_file *fn,
                          void *user)
{
        static const char script[] = "#!/bin/sh\n# PROVIDE: %s\n# %s\n\n. /etc/rc.subr\n\n"
                                     "name=%s\nstart_cmd=\"ngctl -f /etc/%s.ngctl\"\nstop_cmd=:\n\n"
                                     "load_rc_config $name\nrun_rc_command \"$1\"\n";
        static const struct {
                const char *name, *order;
                void (*put)(struct out *o, size_t jail, struct text *t);
        } parts[] = {{"netgraph", "BEFORE: netif", export_put_eifaces},
                     {"netgraph_nodes", "REQUIRE: netif\n# BEFORE: jail", export_put_nodes}};

        for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
                CLEANUP(text_done) struct text lines = {0};
                CLEANUP(text_done) struct text rc = {0};
                CLEANUP(freep) char *path = xasprintf("%s%s.ngctl", folder, parts[k].name);
                CLEANUP(freep) char *rc_path = xasprintf("%src.d/%s", rc_folder, parts[k].name);

                parts[k].put(o, jail, &lines);
                if (!lines.length)
                        continue;
                text_putf(&rc, script, parts[k].name, parts[k].order, parts[k].name, parts[k].name);
                give(fn, user, path, &lines);
                give(fn, user, rc_path, &rc);
        }
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
                CLEANUP(freep) char *folder = xasprintf("jails/%s/etc/", o->g->jails[k].name);
                CLEANUP(freep) char *path = xasprintf("%src.conf", folder);
                CLEANUP(freep) char *pf_path = xasprintf("%spf.conf", folder);

                if (!export_is_told(&o->g->jails[k]))
                        continue;
                put_jail(o, k, &conf);
                export_put_stack(o, k, &rc);
                put_pf(o, k, &pf);
                if (pf.length)
                        rcconf_put(&rc, false, "pf_enable", "YES");
                give(fn, user, path, &rc);
                give(fn, user, pf_path, &pf);
                give_netgraph(o, k, folder, folder, fn, user);
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

void export_freebsd(const struct graph *g, const struct static_hosts *hosts, export_file *fn, void *user,
                    struct text *ret_left)
{
        static const char devfs[] = "[devfsrules_jails=5]\nadd include $devfsrules_hide_all\n"
                                    "add include $devfsrules_unhide_basic\nadd include $devfsrules_unhide_login\n"
                                    "add path 'bpf*' unhide\n";
        CLEANUP(freep) const char **clones = xcalloc(g->iface_count + 1, sizeof(*clones));
        struct out o = {.g = g, .hosts = hosts, .left = ret_left, .clones = clones};
        CLEANUP(text_done) struct text host = {0};
        CLEANUP(text_done) struct text pf = {0};
        CLEANUP(text_done) struct text rules = {0};

        export_choose_clones(&o);
        export_note_left(&o);
        export_put_stack(&o, 0, &host);
        put_pf(&o, 0, &pf);
        if (pf.length) {
                rcconf_put(&host, false, "pf_enable", "YES");
                give(fn, user, "pf.conf", &pf);
        }
        export_jails(&o, fn, user);
        give_netgraph(&o, 0, "", "", fn, user);
        for (const char *s = text_str(ret_left); *s; s += strcspn(s, "\n"), s += *s == '\n')
                text_putf(&host, "# left out: %.*s\n", (int)strcspn(s, "\n"), s);
        give(fn, user, "rc.conf", &host);
        text_put(&rules, devfs);
        give(fn, user, "devfs.rules", &rules);
        arena_done(&o.arena);
}
