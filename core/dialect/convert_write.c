/* convert_write.c - the files of a conversion: ezjail's, each jail's rc.conf, the host's, and jail.conf. */
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/convert.h"

#define SBIN "/usr/local/sbin/"

void convert_put_prestart(const struct convert *c, const struct convert_jail *j, struct text *t)
{
        text_putf(t, "%s %s", c->style == CONVERT_JIB ? "jib addm" : "jng bridge", j->nick);
        for (size_t k = 0; k < j->port_count; k++)
                text_putf(t, " %s%s", j->ports[k].needs_no_mac ? "!" : "", j->ports[k].iface);
}

void convert_put_poststop(const struct convert *c, const struct convert_jail *j, struct text *t)
{
        text_putf(t, "%s %s", c->style == CONVERT_JIB ? "jib destroy" : "jng shutdown", j->nick);
}

static void put_inner_names(const struct convert_jail *j, struct text *t)
{
        for (size_t k = 0; k < j->port_count; k++)
                text_putf(t, "%s%s", k ? " " : "", j->ports[k].inner);
}

/* -- ezjail's file ----------------------------------------------------------------------------------------------- */

static const char *const replaced_keys[] = {"ip",         "ip_multi", "interface", "vnet_interface", "vnet_interfaces",
                                            "vnet_enable"};

static bool is_replaced(const struct ezjail *j, const struct rc_variable *v)
{
        for (size_t i = 0; i < ARRAY_SIZE(replaced_keys); i++)
                if (ezjail_is_key(j, v, replaced_keys[i]))
                        return true;
        return false;
}

static bool is_own(const struct ezjail *j, const struct rc_variable *v)
{
        size_t n = strlen(j->name);

        return str_has_prefix(v->name, "jail_") && strncmp(v->name + 5, j->name, n) == 0 && v->name[5 + n] == '_';
}

/* The lines of a file that is this jail's alone stay as they are, remarks and all, but for those that go. */
static bool can_be_edited(const struct ezjail *j)
{
        const struct rc_file *f = j->file;

        for (size_t i = 0; i < f->count; i++) {
                const struct rc_variable *v = &f->variables[i];

                if (!is_own(j, v))
                        return false;
                if (i > 0 && !memchr(f->source->text + v[-1].end, '\n', v->start - v[-1].end))
                        return false; /* two on one line */
        }
        return true;
}

static void put_edited(const struct ezjail *j, struct text *t)
{
        const struct rc_file *f = j->file;
        size_t at = 0;

        for (size_t i = 0; i < f->count; i++) {
                const struct rc_variable *v = &f->variables[i];

                if (!is_replaced(j, v))
                        continue;
                text_put_n(t, f->source->text + at, v->start - at);
                at = v->end;
                if (source_is_line_end(f->source, at))
                        at += at < f->source->length && f->source->text[at] == '\r' ? 2 : at < f->source->length;
        }
        text_put_n(t, f->source->text + at, f->source->length - at);
        if (t->length && t->s[t->length - 1] != '\n')
                text_put_char(t, '\n');
}

/* The first number of an indexed key that FreeBSD reads behind those that are there. */
static unsigned free_index(const struct ezjail *j, const char *key)
{
        unsigned n = 0;

        while (rcconf_findf(j->file, "jail_%s_%s%u", j->name, key, n))
                n++;
        return n;
}

static void put_export(struct text *t, const struct ezjail *j, const char *key, const char *value)
{
        CLEANUP(freep) char *name = xasprintf("jail_%s_%s", j->name, key);

        rcconf_put(t, true, name, value);
}

static void put_command(struct text *t, const struct ezjail *j, const char *key, const char *command)
{
        CLEANUP(freep) char *indexed = xasprintf("%s%u", key, free_index(j, key));
        CLEANUP(freep) char *value = xasprintf("%s%s", SBIN, command);

        put_export(t, j, indexed, value);
}

void convert_put_ezjail(const struct convert *c, const struct convert_jail *j, struct text *t)
{
        CLEANUP(text_done) struct text names = {0}, start = {0}, stop = {0};

        if (can_be_edited(j->jail)) {
                put_edited(j->jail, t);
        } else {
                for (size_t i = 0; i < j->jail->file->count; i++) {
                        const struct rc_variable *v = &j->jail->file->variables[i];

                        if (is_own(j->jail, v) && !is_replaced(j->jail, v))
                                rcconf_put(t, true, v->name, v->value);
                }
        }
        put_inner_names(j, &names);
        put_export(t, j->jail, "ip", "");
        put_export(t, j->jail, "vnet_enable", "YES");
        put_export(t, j->jail, "vnet_interface", text_str(&names));
        if (c->style == CONVERT_STATIC)
                return;
        convert_put_prestart(c, j, &start);
        convert_put_poststop(c, j, &stop);
        put_command(t, j->jail, "exec_prestart", text_str(&start));
        put_command(t, j->jail, "exec_poststop", text_str(&stop));
}

/* -- A jail's rc.conf -------------------------------------------------------------------------------------------- */

static void put_address(const struct convert_port *p, const struct convert_address *a, const char *suffix,
                        struct text *t)
{
        CLEANUP(freep) char *name = xasprintf("ifconfig_%s%s", p->inner, suffix);
        const char *word = a->address.family == AF_INET ? "inet" : "inet6";
        char buf[PREFIX_TEXT_SIZE];

        if (a->is_known) {
                CLEANUP(freep) char *value = xasprintf("%s %s", word, prefix_format(&a->address, buf));

                rcconf_put(t, false, name, value);
                return;
        }
        text_putf(t, CONVERT_MARK "%s=\"%s %s/?\"  # the length of %s's network is not known; --prefix %s=LEN\n", name,
                  word, prefix_format_addr(&a->address, buf), p->iface, p->iface);
}

static void put_port(const struct convert_port *p, struct text *t)
{
        unsigned alias = 0;
        bool has_first[2] = {false, false};

        for (size_t i = 0; i < p->address_count; i++) {
                const struct convert_address *a = &p->addresses[i];
                bool is_v6 = a->address.family == AF_INET6;
                char suffix[24] = "";

                if (has_first[is_v6])
                        (void)str_format(suffix, sizeof(suffix), "_alias%u", alias++);
                else if (is_v6)
                        (void)str_format(suffix, sizeof(suffix), "_ipv6");
                has_first[is_v6] = true;
                put_address(p, a, suffix, t);
        }
}

void convert_put_jail_rc(const struct convert *c, const struct convert_jail *j, struct text *t)
{
        static const char *const names[] = {"defaultrouter", "ipv6_defaultrouter"};

        (void)c;
        for (size_t k = 0; k < j->port_count; k++)
                put_port(&j->ports[k], t);
        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                if (!j->has_family[i])
                        continue;
                if (j->routers[i])
                        rcconf_put(t, false, names[i], j->routers[i]);
                else
                        text_putf(t, CONVERT_MARK "%s=\"?\"  # the network's router is not known; --router ADDR\n",
                                  names[i]);
        }
}

/* -- The host's rc.conf ------------------------------------------------------------------------------------------ */

static bool has_word(const char *words, const char *word)
{
        size_t n = strlen(word);

        for (const char *s = strstr(words, word); s; s = strstr(s + 1, word))
                if ((s == words || s[-1] == ' ') && (s[n] == ' ' || s[n] == '\0'))
                        return true;
        return false;
}

static void add_word(struct text *t, const char *word)
{
        if (has_word(text_str(t), word))
                return;
        if (t->length)
                text_put_char(t, ' ');
        text_put(t, word);
}

static void begin_value(const struct convert *c, const char *variable, struct text *t)
{
        const char *value = c->host ? rcconf_value(c->host, variable) : NULL;

        if (value)
                text_put(t, value);
}

static const char *const modules[][4] = {
        [CONVERT_JIB] = {"if_bridge", "if_epair"},
        [CONVERT_JNG] = {"ng_ether", "ng_bridge", "ng_eiface"},
        [CONVERT_STATIC] = {"if_bridge", "if_epair"},
};

/* What a bridge is cloned as: jib's have a name that no clone can have, and are renamed. */
static void clone_of(const struct convert *c, const char *bridge, unsigned *next, char ret[CONVERT_NAME_SIZE])
{
        if (c->style == CONVERT_STATIC) {
                (void)str_copy(ret, CONVERT_NAME_SIZE, bridge);
                return;
        }
        do
                (void)str_format(ret, CONVERT_NAME_SIZE, "bridge%u", (*next)++);
        while (convert_host_clones(c, ret));
}

struct host_rc {
        struct text cloned, bridges, ends;
        unsigned next_clone;
};

/* Is it the first port, in the jails' order, that names its bridge? */
static bool is_first(const struct convert *c, const struct convert_port *p)
{
        for (size_t i = 0; i < c->count; i++)
                for (size_t k = 0; k < c->jails[i].port_count; k++)
                        if (strcmp(c->jails[i].ports[k].bridge, p->bridge) == 0)
                                return &c->jails[i].ports[k] == p;
        return false;
}

static void put_bridge(const struct convert *c, const struct convert_port *p, struct host_rc *h)
{
        CLEANUP(text_done) struct text members = {0};
        CLEANUP(freep) char *variable = xasprintf("ifconfig_%s", p->bridge);
        const char *there = convert_find_host_bridge(c, p->iface);
        char clone[CONVERT_NAME_SIZE];

        begin_value(c, variable, &members);
        if (!members.length)
                text_putf(&members, "up addm %s", p->iface);
        if (!there || strcmp(there, p->bridge) != 0) {
                clone_of(c, p->bridge, &h->next_clone, clone);
                add_word(&h->cloned, clone);
                if (strcmp(clone, p->bridge) != 0) {
                        CLEANUP(freep) char *rename = xasprintf("ifconfig_%s_name", clone);

                        rcconf_put(&h->bridges, false, rename, p->bridge);
                }
        }
        for (size_t i = 0; c->style == CONVERT_STATIC && i < c->count; i++)
                for (size_t k = 0; k < c->jails[i].port_count; k++)
                        if (strcmp(c->jails[i].ports[k].bridge, p->bridge) == 0)
                                text_putf(&members, " addm %s", c->jails[i].ports[k].outer);
        rcconf_put(&h->bridges, false, variable, text_str(&members));
}

void convert_put_host_rc(const struct convert *c, struct text *t)
{
        CLEANUP(text_done) struct text kld = {0};
        struct host_rc h = {0};

        begin_value(c, "kld_list", &kld);
        begin_value(c, "cloned_interfaces", &h.cloned);
        for (size_t i = 0; i < ARRAY_SIZE(modules[0]) && modules[c->style][i]; i++)
                add_word(&kld, modules[c->style][i]);
        for (size_t i = 0; i < c->count; i++) {
                for (size_t k = 0; k < c->jails[i].port_count; k++) {
                        const struct convert_port *p = &c->jails[i].ports[k];
                        char name[CONVERT_NAME_SIZE];

                        if (*p->bridge && is_first(c, p))
                                put_bridge(c, p, &h);
                        if (c->style != CONVERT_STATIC)
                                continue;
                        (void)str_format(name, sizeof(name), "epair%u", p->unit);
                        add_word(&h.cloned, name);

                        CLEANUP(freep) char *variable = xasprintf("ifconfig_%s", p->outer);

                        rcconf_put(&h.ends, false, variable, "up");
                }
        }
        rcconf_put(t, false, "kld_list", text_str(&kld));
        if (h.cloned.length)
                rcconf_put(t, false, "cloned_interfaces", text_str(&h.cloned));
        text_put(t, text_str(&h.bridges));
        text_put(t, text_str(&h.ends));
        text_done(&h.cloned);
        text_done(&h.bridges);
        text_done(&h.ends);
}

/* -- jail.conf --------------------------------------------------------------------------------------------------- */

static void put_parameter(struct text *t, const char *name, const char *sign, const char *value)
{
        text_putf(t, "        %s %s ", name, sign);
        rcconf_put_quoted(t, value);
        text_put(t, ";\n");
}

static void put_list(struct text *t, const struct ezjail *j, const char *key, const char *name)
{
        const struct rc_variable *v;

        for (unsigned n = 0; (v = rcconf_findf(j->file, "jail_%s_%s%u", j->name, key, n)) || n == 0; n++)
                if (v)
                        put_parameter(t, name, "+=", v->value);
}

static void put_start(struct text *t, const struct ezjail *j)
{
        const char *start = ezjail_value(j, "exec_start"), *stop = ezjail_value(j, "exec_stop");

        if (start && *start)
                put_parameter(t, "exec.start", "=", start);
        put_list(t, j, "exec_afterstart", "exec.start");
        if (stop && *stop)
                put_parameter(t, "exec.stop", "=", stop);
        else if (start && *start)
                text_put(t, "        exec.stop = \"\";\n");
}

static void put_mounts(struct text *t, const struct ezjail *j)
{
        const char *ruleset = ezjail_value(j, "devfs_ruleset"), *fstab = ezjail_value(j, "fstab");

        if (rcconf_is_yes(ezjail_value(j, "devfs_enable")))
                text_put(t, "        mount.devfs;\n");
        if (ruleset && *ruleset && !ruleset[strspn(ruleset, "0123456789")])
                text_putf(t, "        devfs_ruleset = %s;\n", ruleset);
        else if (ruleset && strcmp(ruleset, "devfsrules_jail") == 0)
                text_put(t, "        devfs_ruleset = 4;\n");
        if (rcconf_is_yes(ezjail_value(j, "fdescfs_enable")))
                text_put(t, "        mount.fdescfs;\n");
        if (rcconf_is_yes(ezjail_value(j, "procfs_enable")))
                text_put(t, "        mount.procfs;\n");
        if (rcconf_is_yes(ezjail_value(j, "mount_enable")))
                text_put(t, "        allow.mount;\n");
        if (fstab && *fstab)
                put_parameter(t, "mount.fstab", "=", fstab);
}

static void put_jail(const struct convert *c, const struct convert_jail *j, struct text *t)
{
        CLEANUP(text_done) struct text start = {0}, stop = {0};

        text_putf(t, "\n%s {\n", j->jail->name);
        if (j->jail->hostname && *j->jail->hostname)
                put_parameter(t, "host.hostname", "=", j->jail->hostname);
        if (j->jail->rootdir && *j->jail->rootdir)
                put_parameter(t, "path", "=", j->jail->rootdir);
        text_put(t, "        vnet;\n");
        for (size_t k = 0; k < j->port_count; k++)
                put_parameter(t, "vnet.interface", k ? "+=" : "=", j->ports[k].inner);
        put_list(t, j->jail, "exec_prestart", "exec.prestart");
        if (c->style != CONVERT_STATIC) {
                text_put(&start, SBIN);
                convert_put_prestart(c, j, &start);
                put_parameter(t, "exec.prestart", "+=", text_str(&start));
        }
        put_start(t, j->jail);
        put_list(t, j->jail, "exec_poststart", "exec.poststart");
        put_list(t, j->jail, "exec_prestop", "exec.prestop");
        put_list(t, j->jail, "exec_poststop", "exec.poststop");
        if (c->style != CONVERT_STATIC) {
                text_put(&stop, SBIN);
                convert_put_poststop(c, j, &stop);
                put_parameter(t, "exec.poststop", "+=", text_str(&stop));
        }
        put_mounts(t, j->jail);
        text_put(t, "}\n");
}

void convert_put_jail_conf(const struct convert *c, struct text *t)
{
        text_put(t, "exec.clean;\nexec.start = \"/bin/sh /etc/rc\";\nexec.stop = \"/bin/sh /etc/rc.shutdown jail\";\n");
        for (size_t i = 0; i < c->count; i++)
                if (c->jails[i].port_count)
                        put_jail(c, &c->jails[i], t);
}

/* -- Summary ----------------------------------------------------------------------------------------------------- */

static void put_summary_port(const struct convert_port *p, struct text *t)
{
        char buf[PREFIX_TEXT_SIZE];

        text_putf(t, "    %s", p->inner);
        if (*p->bridge)
                text_putf(t, " on %s with %s", p->bridge, p->iface);
        else
                text_putf(t, " on %s", p->iface);
        text_put_char(t, ':');
        for (size_t i = 0; i < p->address_count; i++) {
                const struct convert_address *a = &p->addresses[i];

                text_putf(t, "%s %s%s", i ? "," : "",
                          a->is_known ? prefix_format(&a->address, buf) : prefix_format_addr(&a->address, buf),
                          a->is_known ? "" : "/?");
        }
        text_put_char(t, '\n');
}

void convert_put_summary(const struct convert *c, struct text *t)
{
        static const char *const styles[] = {"interfaces by jib", "interfaces by jng", "epairs made at boot"};

        for (size_t i = 0; i < c->count; i++) {
                const struct convert_jail *j = &c->jails[i];

                text_putf(t, "%s: ", j->jail->name);
                if (j->is_vnet_already)
                        text_putf(t, "is a VNET jail already; left as it is\n");
                else if (!j->port_count)
                        text_putf(t, "no address is left that an interface could have; left as it is\n");
                else
                        text_putf(t, "VNET, %s\n", styles[c->style]);
                for (size_t k = 0; k < j->port_count; k++)
                        put_summary_port(&j->ports[k], t);
                for (size_t n = 0; n < 2; n++)
                        if (j->routers[n])
                                text_putf(t, "    default route: %s\n", j->routers[n]);
                if (j->dropped.length)
                        text_putf(t, "    dropped: %s\n", text_str(&j->dropped));
        }
}
