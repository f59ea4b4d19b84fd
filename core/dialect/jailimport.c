/* jailimport.c - jails with their interfaces. */
#include "core/dialect/jailimport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/dialect/ensure.h"
#include "core/dialect/jib.h"
#include "core/dialect/jng.h"

#define WORDS_MAX 32

/* -- jib and jng ------------------------------------------------------------------------------------------------- */

/* Where an interface of that name is, in any jail; NONE. */
static size_t find_anywhere(struct dialect *d, const char *name)
{
        const struct graph *g = dialect_graph(d);

        for (size_t k = 0; k < g->iface_count; k++)
                if (strcmp(g->ifaces[k].name, name) == 0)
                        return k;
        return NONE;
}

/* The uplink's bridge, with what the uplink has: jib and jng find it as they would have made it. */
static int make_bridge(struct dialect *d, const char *parent, const char *suffix, struct err *e)
{
        char bridge[CONVERT_NAME_SIZE];
        int r;

        if (!str_format(bridge, sizeof(bridge), "%s%s", parent, suffix))
                return err_set(e, -ENAMETOOLONG, "%s%s: is longer than an interface's name can be", parent, suffix);
        if (ensure_find(d, "host", parent) == NONE)
                return err_set(e, -ENOENT,
                               "%s: no such interface on the host; make it first, or rename the one that it is here",
                               parent);
        r = ensure_up(d, "host", parent, true, e);
        if (r == 0)
                r = ensure_bridge(d, "host", bridge, false, e);
        if (r == 0)
                r = ensure_port(d, "host", parent, bridge, e);
        return r == 0 ? ensure_up(d, "host", bridge, true, e) : r;
}

/* What they make as the i-th; the session's. */
static const char *link_of(struct dialect *d, const char *nick, size_t i, const char *before, const char *end)
{
        CLEANUP(freep) char *name = xasprintf("%s%zu%s_%s", before, i, end, nick);

        return arena_strdup(&d->arena, name);
}

int jail_import_jib(struct dialect *d, const char *nick, const char *suffix, char *const *ifaces, size_t count,
                    bool is_jng, struct err *e)
{
        char *argv[WORDS_MAX + 8];
        bool is_new[WORDS_MAX];
        int argc = 0, r = 0;

        if (count > WORDS_MAX)
                return err_set(e, -E2BIG, "%s: more than %d interfaces", nick, WORDS_MAX);
        for (size_t i = 0; i < count; i++)
                is_new[i] = find_anywhere(d, link_of(d, nick, i, is_jng ? "ng" : "e", is_jng ? "" : "a")) == NONE;
        for (size_t i = 0; i < count && r == 0 && !is_jng; i++)
                r = make_bridge(d, ifaces[i] + strspn(ifaces[i], "!"), suffix, e);
        argv[argc++] = arena_strdup(&d->arena, is_jng ? "jng" : "jib");
        argv[argc++] = arena_strdup(&d->arena, is_jng ? "bridge" : "addm");
        argv[argc++] = arena_strdup(&d->arena, "-b");
        argv[argc++] = arena_strdup(&d->arena, suffix);
        argv[argc++] = arena_strdup(&d->arena, nick);
        for (size_t i = 0; i < count; i++)
                argv[argc++] = arena_strdup(&d->arena, ifaces[i]);
        argv[argc] = NULL;
        if (r == 0)
                r = is_jng ? dialect_jng(d, argc, argv, e) : dialect_jib(d, argc, argv, e);
        if (r > 0 || (r < 0 && e && !err_is_set(e)))
                return err_set(e, -EINVAL, "%s: %s refuses it", nick, argv[0]);
        for (size_t i = 0; i < count && r == 0; i++) {
                CLEANUP(freep) char *pair = xasprintf("epair %s", link_of(d, nick, i, "e", "b"));

                dialect_want(d, is_new[i], "link", "host", link_of(d, nick, i, is_jng ? "ng" : "e", is_jng ? "" : "a"),
                             is_jng ? "eiface" : pair);
        }
        return r;
}

/* -- Commands ---------------------------------------------------------------------------------------------------- */

static const char *base_of(const char *path)
{
        const char *slash = strrchr(path, '/');

        return slash ? slash + 1 : path;
}

static bool is_plain(const char *command)
{
        return !command[strcspn(command, "`$|&;<>(){}*?[]\"'\\~")];
}

static int split(struct dialect *d, const char *command, char *words[WORDS_MAX])
{
        char *rest = arena_strdup(&d->arena, command), *save = NULL;
        int count = 0;

        for (char *w = strtok_r(rest, " \t\r\n", &save); w && count < WORDS_MAX; w = strtok_r(NULL, " \t\r\n", &save))
                words[count++] = w;
        return count;
}

/* jib addm [-b B] NAME IF... */
static bool take_jib(struct dialect *d, int count, char **words, int *ret, struct err *e)
{
        bool is_jng = strcmp(base_of(words[0]), "jng") == 0;
        const char *suffix = "bridge";
        int at = 2;

        if (!is_jng && strcmp(base_of(words[0]), "jib") != 0)
                return false;
        if (count < 2 || strcmp(words[1], is_jng ? "bridge" : "addm") != 0)
                return false;
        if (at + 1 < count && strcmp(words[at], "-b") == 0) {
                if (*words[at + 1])
                        suffix = words[at + 1];
                at += 2;
        }
        if (at + 1 >= count)
                *ret = err_set(e, -EINVAL, "%s: needs a name and an interface", words[0]);
        else
                *ret = jail_import_jib(d, words[at], suffix, words + at + 1, (size_t)(count - at - 1), is_jng, e);
        return true;
}

/* The plain ones of a jail's start: epairN create [up], IF up, BR create [up], BR addm IF... */
static bool take_ifconfig(struct dialect *d, int count, char **words, int *ret, struct err *e)
{
        if (strcmp(base_of(words[0]), "ifconfig") != 0 || count < 3)
                return false;

        const char *iface = words[1];
        bool is_pair = str_has_prefix(iface, "epair") && !iface[5 + strspn(iface + 5, "0123456789")] && iface[5];
        bool is_bridge = str_has_prefix(iface, "bridge") && !iface[6 + strspn(iface + 6, "0123456789")] && iface[6];

        for (int i = 2; i < count; i++)
                if (strcmp(words[i], "up") != 0 && strcmp(words[i], "create") != 0 &&
                    !(strcmp(words[i], "addm") == 0 && ++i < count))
                        return false;
        *ret = 0;
        for (int i = 2; i < count && *ret == 0; i++) {
                if (strcmp(words[i], "create") == 0 && is_pair) {
                        CLEANUP(freep) char *a = xasprintf("%sa", iface);
                        CLEANUP(freep) char *b = xasprintf("%sb", iface);

                        if (find_anywhere(d, a) == NONE)
                                *ret = ensure_epair(d, "host", a, b, e);
                } else if (strcmp(words[i], "create") == 0 && is_bridge) {
                        *ret = ensure_bridge(d, "host", iface, false, e);
                } else if (strcmp(words[i], "up") == 0) {
                        *ret = is_pair ? 0 : ensure_up(d, "host", iface, true, e);
                } else if (strcmp(words[i], "addm") == 0) {
                        *ret = ensure_port(d, "host", words[++i], iface, e);
                } else {
                        return false;
                }
        }
        return true;
}

int jail_import_command(struct dialect *d, const char *name, const char *command, bool *ret_is_done, struct err *e)
{
        char *words[WORDS_MAX];
        int count, r = 0;

        if (is_plain(command)) {
                count = split(d, command, words);
                if (count == 0)
                        return 0;
                if (take_jib(d, count, words, &r, e) || take_ifconfig(d, count, words, &r, e)) {
                        if (ret_is_done)
                                *ret_is_done = true;
                        return r;
                }
        }
        if (ret_is_done)
                return 0;

        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, command);
        dialect_say(d, "%s: not run: %s", name, text_str(&t));
        return 0;
}

/* -- Jails ------------------------------------------------------------------------------------------------------- */

/* As ip4.addr and ip6.addr have them; those without an interface are somewhere already. Translation may lead to them,
 * whether the jail runs or not. */
static int give_shared(struct dialect *d, const struct jail_params *p, bool is_started, struct err *e)
{
        struct jail_address *list = NULL;
        size_t count = jail_params_addresses(p, &list);
        int r = 0;

        for (size_t i = 0; i < count && r == 0; i++) {
                dialect_promise(d, &list[i].prefix);
                if (is_started && list[i].iface[0])
                        r = ensure_address(d, "host", list[i].iface, &list[i].prefix, e);
        }
        free(list);
        return r < 0 ? err_wrap(e, "%s", p->name) : 0;
}

int jail_import_params(struct dialect *d, const struct jail_params *p, bool *ret_done, struct jail_value *ret_at,
                       struct err *e)
{
        const struct jail_param *prestart = jail_params_find(p, "exec.prestart");
        const struct jail_param *ifaces = jail_params_find(p, "vnet.interface"), *odd = NULL;
        int r = jail_params_check(p, &odd, e);

        if (r < 0) {
                *ret_at = (struct jail_value){odd->name, odd->count ? odd->values[0] : ""};
                return err_wrap(e, "%s", p->name);
        }
        if (!jail_params_is_vnet(p)) {
                if (!ret_done)
                        dialect_say(
                                d,
                                "%s: shares the host's network, and has its addresses while it runs: jail -c or import --exec starts it",
                                p->name);
                return give_shared(d, p, ret_done != NULL, e);
        }
        for (size_t i = 0; prestart && i < prestart->count && r == 0; i++) {
                *ret_at = (struct jail_value){prestart->name, prestart->values[i]};
                r = jail_import_command(d, p->name, prestart->values[i], ret_done ? &ret_done[i] : NULL, e);
        }
        if (r == 0) {
                *ret_at = (struct jail_value){0};
                r = ensure_jail(d, p->name, e);
        }
        for (size_t i = 0; ifaces && i < ifaces->count && r == 0; i++) {
                *ret_at = (struct jail_value){ifaces->name, ifaces->values[i]};
                r = ensure_moved(d, ifaces->values[i], p->name, e);
        }
        return r < 0 ? err_wrap(e, "%s", p->name) : 0;
}

static int make_static(struct dialect *d, const struct convert_port *p, struct err *e)
{
        int r = ensure_bridge(d, "host", p->bridge, false, e);

        if (r == 0)
                r = ensure_port(d, "host", p->iface, p->bridge, e);
        if (r == 0)
                r = ensure_up(d, "host", p->bridge, true, e);
        if (r == 0)
                r = ensure_epair(d, "host", p->outer, p->inner, e);
        if (r == 0)
                r = ensure_port(d, "host", p->outer, p->bridge, e);
        return r == 0 ? ensure_up(d, "host", p->outer, true, e) : r;
}

static int fill_port(struct dialect *d, const char *jail, const struct convert_port *p, struct err *e)
{
        CLEANUP(freep) struct prefix *wanted = xcalloc(p->address_count + 1, sizeof(*wanted));
        int r = ensure_moved(d, p->inner, jail, e);

        if (r == 0)
                r = ensure_up(d, jail, p->inner, true, e);
        for (size_t i = 0; i < p->address_count; i++)
                wanted[i] = p->addresses[i].address;
        if (r == 0)
                r = ensure_only(d, jail, p->inner, wanted, p->address_count, e);
        for (size_t i = 0; r == 0 && i < p->address_count; i++)
                r = ensure_address(d, jail, p->inner, &wanted[i], e);
        return r;
}

static int check_known(const struct convert_jail *j, struct err *e)
{
        char buf[PREFIX_TEXT_SIZE];

        for (size_t k = 0; k < j->port_count; k++)
                for (size_t i = 0; i < j->ports[k].address_count; i++)
                        if (!j->ports[k].addresses[i].is_known) {
                                const struct ezjail_address *a = j->ports[k].addresses[i].from;

                                return rcconf_fail(j->jail->file, a->variable, a->at, e,
                                                   "%s: the prefix length of %s's network is not known, for %s; add "
                                                   "--prefix %s=LEN",
                                                   j->jail->name, j->ports[k].iface,
                                                   prefix_format_addr(&j->ports[k].addresses[i].address, buf),
                                                   j->ports[k].iface);
                        }
        return 0;
}

/* A file that was converted before: its own commands make its interfaces. */
static int import_already(struct dialect *d, const struct ezjail *j, struct err *e)
{
        const struct rc_variable *v;
        char *words[WORDS_MAX];
        int r = 0, count = split(d, j->vnet_interface, words);

        for (unsigned n = 0; r == 0 && ((v = rcconf_findf(j->file, "jail_%s_exec_prestart%u", j->name, n)) || n == 0);
             n++)
                if (v && jail_import_command(d, j->name, v->value, NULL, e) < 0)
                        r = rcconf_wrap(j->file, v, 0, e);
        if (r == 0)
                r = ensure_jail(d, j->name, e);
        for (int i = 0; r == 0 && i < count; i++)
                r = ensure_moved(d, words[i], j->name, e);
        return r;
}

/* The address that the sentence is about, by the interface that it begins with; else the jail's name. */
static int blame(const struct convert_jail *j, struct err *e)
{
        for (size_t k = 0; e && k < j->port_count; k++) {
                const struct ezjail_address *a = j->ports[k].address_count ? j->ports[k].addresses[0].from : NULL;
                size_t n = strlen(j->ports[k].iface);

                if (!a || strncmp(e->what, j->ports[k].iface, n) != 0 || e->what[n] != ':')
                        continue;
                (void)err_wrap(e, "%s", j->jail->name); /* e's code, as below */
                return rcconf_wrap(j->jail->file, a->variable, a->at, e);
        }
        return err_wrap(e, "%s", j->jail->name);
}

int jail_import_converted(struct dialect *d, const struct convert *c, const struct convert_jail *j, struct err *e)
{
        const char *name = j->jail->name;
        int r = check_known(j, e);

        if (r < 0)
                return r;
        if (j->is_vnet_already)
                return import_already(d, j->jail, e);
        if (!j->port_count) {
                dialect_say(d, "%s: no address is left that an interface could have; it is left out", name);
                return 0;
        }
        if (j->dropped.length)
                dialect_say(d, "%s: dropped: %s", name, text_str(&j->dropped));
        if (c->style == CONVERT_STATIC) {
                for (size_t k = 0; k < j->port_count && r == 0; k++)
                        r = make_static(d, &j->ports[k], e);
        } else {
                char **ifaces = xcalloc(j->port_count, sizeof(*ifaces));

                for (size_t k = 0; k < j->port_count; k++)
                        ifaces[k] = xasprintf("%s%s", j->ports[k].needs_no_mac ? "!" : "", j->ports[k].iface);
                r = jail_import_jib(d, j->nick, "bridge", ifaces, j->port_count, c->style == CONVERT_JNG, e);
                for (size_t k = 0; k < j->port_count; k++)
                        free(ifaces[k]);
                free(ifaces);
        }
        if (r == 0)
                r = ensure_jail(d, name, e);
        for (size_t k = 0; k < j->port_count && r == 0; k++)
                r = fill_port(d, name, &j->ports[k], e);
        for (size_t k = 0; k < ARRAY_SIZE(j->routers) && r == 0; k++)
                if (j->routers[k])
                        r = ensure_route(d, name, "default", j->routers[k], 0, e);
        return r < 0 ? blame(j, e) : 0;
}
