/* rcimport_made.c - what rc.conf makes: clones and VLANs. */
#include <errno.h>
#include <string.h>

#include "core/dialect/ensure.h"
#include "core/dialect/rcimport_parts.h"
#include "core/dialect/rcwords.h"

/* Something that is to be made on that interface waits for it. */
static bool waits_for(const struct rc *rc, const char *iface)
{
        return rc->is_early && iface && ensure_find(rc->d, rc->jail, iface) == NONE;
}

/* The name that a cloned interface has in the end. */
static const char *final_name(const struct rc *rc, const char *clone)
{
        const struct rc_variable *v = rcconf_findf(rc->f, "ifconfig_%s_name", rcconf_mangle(&rc->f->arena, clone));

        if (!v || !*v->value)
                return clone;
        /* What is made by this name has got it from this file. */
        dialect_want(rc->d, ensure_find(rc->d, rc->jail, v->value) == NONE, "name", rc->jail, v->value, clone);
        return v->value;
}

static bool has_word(struct rc_file *f, const struct rc_variable *v, const char *wanted)
{
        size_t at = 0, place;
        const char *word;

        while (v && (word = rcconf_word(f, v, &at, &place)))
                if (strcmp(word, wanted) == 0)
                        return true;
        return false;
}

/* A cloner's name without its number: "epair" of "epair17". */
static bool is_class(const char *word, const char *class)
{
        size_t n = strlen(class);

        return strncmp(word, class, n) == 0 && word[n] && !word[n + strspn(word + n, "0123456789")];
}

/* -- What is made ------------------------------------------------------------------------------------------------ */

static int make_epair(struct rc *rc, const char *word, struct err *e)
{
        CLEANUP(freep) char *a = xasprintf("%sa", word);
        CLEANUP(freep) char *b = xasprintf("%sb", word);

        return ensure_epair(rc->d, rc->jail, final_name(rc, a), final_name(rc, b), e);
}

/* A VLAN's number and parent, from create_args_NAME or, as rc.conf allows, from ifconfig_NAME. */
static int make_vlan(struct rc *rc, const char *name, const struct rc_variable *at, size_t place, struct err *e)
{
        const char *mangled = rcconf_mangle(&rc->f->arena, name), *parent = NULL;
        const struct rc_variable *args[] = {rcconf_findf(rc->f, "create_args_%s", mangled),
                                            rcconf_findf(rc->f, "ifconfig_%s", mangled)};
        struct rc_clauses c = {0};
        uint32_t id = 0;
        int r = 0;

        for (size_t i = 0; i < ARRAY_SIZE(args) && r == 0; i++)
                r = args[i] ? rcwords_read(rc->f, args[i], &c, e) : 0;
        for (size_t i = 0; i < c.count; i++) {
                if (c.items[i].word == RC_VLAN)
                        id = c.items[i].number;
                else if (c.items[i].word == RC_VLANDEV)
                        parent = c.items[i].text;
        }
        rcwords_done(&c);
        if (r < 0)
                return r;
        if (waits_for(rc, parent))
                return 0;
        if (!id || !parent)
                return rcconf_fail(rc->f, at, place, e, "%s: create_args_%s must say vlan N vlandev IF", name, mangled);
        r = ensure_vlan(rc->d, rc->jail, parent, id, final_name(rc, name), e);
        return r < 0 ? rcconf_wrap(rc->f, at, place, e) : 0;
}

/* The interface of this stack that has the address, else the one of the default route; NULL. */
static const char *way_out(struct rc *rc, const char *local)
{
        const struct graph *g = dialect_graph(rc->d);
        size_t jail = graph_find_jail(g, rc->jail);
        struct prefix address;

        if (jail == NONE)
                return NULL;
        if (local && prefix_parse(local, &address, NULL) == 0)
                for (size_t k = 0; k < g->iface_count; k++)
                        for (size_t n = 0; n < g->ifaces[k].address_count && g->ifaces[k].jail == jail; n++)
                                if (prefix_contains(&address, &g->ifaces[k].addresses[n]))
                                        return arena_strdup(&rc->f->arena, g->ifaces[k].name);
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                size_t at = r->jail == jail && r->destination.length == 0
                        ? graph_find_iface(g, (struct iface_id){g->jails[jail].cookie, r->oif})
                        : NONE;

                if (at != NONE)
                        return arena_strdup(&rc->f->arena, g->ifaces[at].name);
        }
        return NULL;
}

/* create_args_NAME="vxlanid N vxlanremote ADDR vxlandev IF"; a vxlangroup is a remote to Linux, which joins it by an
 * interface that must be named. */
static int make_vxlan(struct rc *rc, const char *word, const struct rc_variable *at, size_t place, struct err *e)
{
        const char *mangled = rcconf_mangle(&rc->f->arena, word);
        const struct rc_variable *args = rcconf_findf(rc->f, "create_args_%s", mangled);
        const char *remote = NULL, *group = NULL, *local = NULL, *dev = NULL;
        struct rc_clauses c = {0};
        uint32_t id = 0;
        int r = args ? rcwords_read(rc->f, args, &c, e) : 0;

        for (size_t i = 0; i < c.count; i++) {
                if (c.items[i].word == RC_VXLANID)
                        id = c.items[i].number;
                else if (c.items[i].word == RC_VXLANREMOTE)
                        remote = c.items[i].text;
                else if (c.items[i].word == RC_VXLANGROUP)
                        group = c.items[i].text;
                else if (c.items[i].word == RC_VXLANLOCAL)
                        local = c.items[i].text;
                else if (c.items[i].word == RC_VXLANDEV)
                        dev = c.items[i].text;
        }
        rcwords_done(&c);
        if (r < 0)
                return r;
        if (!id)
                return rcconf_fail(rc->f, at, place, e, "%s: create_args_%s must say vxlanid N", word, mangled);
        if (waits_for(rc, dev))
                return 0;
        if (group && !dev)
                dev = way_out(rc, local);
        if (group && !dev)
                return rcconf_fail(rc->f, at, place, e,
                                   "%s: by which interface group %s is joined cannot be known; add vxlandev IF to "
                                   "create_args_%s",
                                   word, group, mangled);
        r = ensure_vxlan(rc->d, rc->jail, final_name(rc, word), id, group ? group : remote, dev, e);
        return r < 0 ? rcconf_wrap(rc->f, at, place, e) : 0;
}

static int make_lagg(struct rc *rc, const char *clone, struct err *e)
{
        const char *name = final_name(rc, clone), *proto = NULL;
        struct rc_clauses c = {0};
        int r = rcwords_read_interface(rc->f, name, &c, e);
        CLEANUP(freep) const char **ports = xcalloc(c.count + 1, sizeof(*ports));
        size_t count = 0;
        bool waits = false;

        for (size_t i = 0; r == 0 && i < c.count; i++) {
                if (c.items[i].word == RC_LAGGPORT) {
                        waits |= waits_for(rc, c.items[i].text);
                        ports[count++] = c.items[i].text;
                } else if (c.items[i].word == RC_LAGGPROTO) {
                        proto = c.items[i].text;
                }
        }
        if (r == 0 && !waits)
                r = ensure_lagg(rc->d, rc->jail, name, proto, ports, count, e);
        rcwords_done(&c);
        return r;
}

static int make_one(struct rc *rc, const char *word, const struct rc_variable *v, size_t at, struct err *e)
{
        const char *name = final_name(rc, word);
        int r;

        if (is_class(word, "epair"))
                r = make_epair(rc, word, e);
        else if (is_class(word, "bridge"))
                r = ensure_bridge(rc->d, rc->jail, name,
                                  has_word(rc->f,
                                           rcconf_findf(rc->f, "create_args_%s", rcconf_mangle(&rc->f->arena, name)),
                                           "stp"),
                                  e);
        else if (is_class(word, "tap"))
                r = ensure_tap(rc->d, rc->jail, name, e);
        else if (is_class(word, "lagg"))
                r = make_lagg(rc, word, e);
        else if (is_class(word, "vxlan"))
                return make_vxlan(rc, word, v, at, e);
        else if (is_class(word, "vlan") || strchr(word, '.'))
                return make_vlan(rc, word, v, at, e);
        else if (is_class(word, "lo")) {
                dialect_say(rc->d, "%s: Linux has one loopback a stack, lo: what this one has is lo's", word);
                return 0;
        } else
                return rcconf_fail(
                        rc->f, v, at, e,
                        "%s: jailnet makes bridge, epair, lagg, tap, vlan and vxlan interfaces of this list; leave "
                        "it out",
                        word);
        return r < 0 ? rcconf_wrap(rc->f, v, at, e) : 0;
}

static int make_cloned(struct rc *rc, struct err *e)
{
        const struct rc_variable *v = rcconf_find(rc->f, "cloned_interfaces");
        size_t at = 0, place;
        const char *word;

        while (v && (word = rcconf_word(rc->f, v, &at, &place))) {
                CLEANUP(freep) char *bare = xstrndup(word, strcspn(word, ":")); /* :sticky is about netif's stop */
                int r = make_one(rc, arena_strdup(&rc->f->arena, bare), v, place, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

const char *rc_find_mangled(struct rc *rc, const char *mangled)
{
        const struct graph *g = dialect_graph(rc->d);
        size_t jail = graph_find_jail(g, rc->jail);

        for (size_t k = jail == NONE ? NONE : g->jails[jail].iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                if (strcmp(rcconf_mangle(&rc->f->arena, i->name), mangled) == 0)
                        return arena_strdup(&rc->f->arena, i->name);
        }
        return jail != NONE && ensure_is_loopback(mangled) ? arena_strdup(&rc->f->arena, mangled) : NULL;
}

/* vlans_em0="10 dmz": em0.10 with number 10, and dmz with the number of create_args_dmz="vlan N". */
static int make_vlans(struct rc *rc, const struct rc_variable *v, struct err *e)
{
        const char *parent = rc_find_mangled(rc, v->name + strlen("vlans_"));
        size_t at = 0, place;
        const char *word;

        if (!parent && rc->is_early)
                return 0;
        if (!parent)
                return rcconf_fail(rc->f, v, 0, e,
                                   "%s: no such interface; make it first, or rename the one that it "
                                   "is here",
                                   v->name + strlen("vlans_"));
        while ((word = rcconf_word(rc->f, v, &at, &place))) {
                const struct rc_variable *args;
                struct rc_clauses c = {0};
                uint32_t id = 0;
                int r = 0;

                if (str_to_u32(word, 4094, &id) == 0) {
                        CLEANUP(freep) char *name = xasprintf("%s.%s", parent, word);

                        r = ensure_vlan(rc->d, rc->jail, parent, id, final_name(rc, name), e);
                } else {
                        args = rcconf_findf(rc->f, "create_args_%s", rcconf_mangle(&rc->f->arena, word));
                        if (args && rcwords_read(rc->f, args, &c, e) < 0) {
                                rcwords_done(&c);
                                return e ? e->code : -EINVAL;
                        }
                        for (size_t i = 0; i < c.count; i++)
                                if (c.items[i].word == RC_VLAN)
                                        id = c.items[i].number;
                        rcwords_done(&c);
                        if (!id)
                                return rcconf_fail(rc->f, v, place, e, "%s: create_args_%s must say vlan N", word,
                                                   word);
                        r = ensure_vlan(rc->d, rc->jail, parent, id, final_name(rc, word), e);
                }
                if (r < 0)
                        return rcconf_wrap(rc->f, v, place, e);
        }
        return 0;
}

/* jailnet's own, which FreeBSD passes over: jailnet_macvlans="mv0", jailnet_macvlan_mv0="em0 [bridge]". */
static int make_macvlans(struct rc *rc, struct err *e)
{
        const struct rc_variable *v = rcconf_find(rc->f, "jailnet_macvlans");
        size_t at = 0, place, inner, where;
        const char *name;
        int r = 0;

        while (r == 0 && v && (name = rcconf_word(rc->f, v, &at, &place))) {
                const struct rc_variable *one =
                        rcconf_findf(rc->f, "jailnet_macvlan_%s", rcconf_mangle(&rc->f->arena, name));
                const char *parent, *mode;

                inner = 0;
                parent = one ? rcconf_word(rc->f, one, &inner, &where) : NULL;
                mode = parent ? rcconf_word(rc->f, one, &inner, &where) : NULL;
                if (!parent)
                        return rcconf_fail(rc->f, v, place, e, "%s: jailnet_macvlan_%s must say IF and a mode", name,
                                           rcconf_mangle(&rc->f->arena, name));
                if (waits_for(rc, parent))
                        continue;
                if (ensure_find(rc->d, rc->jail, parent) == NONE)
                        return rcconf_fail(rc->f, one, 0, e,
                                           "%s: no such interface; make it first, or rename the one that it is here",
                                           parent);
                if (ensure_macvlan(rc->d, rc->jail, parent, name, mode ? mode : "bridge", e) < 0)
                        r = rcconf_wrap(rc->f, one, 0, e);
        }
        return r;
}

static int make_all(struct dialect *d, struct rc_file *f, const char *jail, bool is_early, struct err *e)
{
        struct rc rc = {.d = d, .f = f, .jail = jail, .is_early = is_early};
        int r = make_cloned(&rc, e);

        for (size_t i = 0; r == 0 && i < f->count; i++)
                if (str_has_prefix(f->variables[i].name, "vlans_") &&
                    rcconf_find(f, f->variables[i].name) == &f->variables[i])
                        r = make_vlans(&rc, &f->variables[i], e);
        return r == 0 ? make_macvlans(&rc, e) : r;
}

int rc_import_early(struct dialect *d, struct rc_file *f, const char *jail, struct err *e)
{
        return make_all(d, f, jail, true, e);
}

int rc_import_made(struct dialect *d, struct rc_file *f, const char *jail, struct err *e)
{
        return make_all(d, f, jail, false, e);
}
