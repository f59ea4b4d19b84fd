/* export_clones.c - which interfaces rc.conf makes, in whose file, and by which names. */
#include "core/dialect/export_parts.h"

#include <string.h>

#include "core/dialect/rcconf.h"

bool export_is_told(const struct jail *j)
{
        return j->state == JAIL_ALIVE && (j->jid == 0 || j->origin == ORIGIN_NAMED);
}

static const char *mangle(struct out *o, const char *name)
{
        return rcconf_mangle(&o->arena, name);
}

void export_put_variable(struct out *o, struct text *t, const char *stem, const char *iface, const char *suffix,
                         const char *value)
{
        CLEANUP(freep) char *name = xasprintf("%s%s%s", stem, mangle(o, iface), suffix);

        rcconf_put(t, false, name, value);
}

void export_leave(struct out *o, size_t iface, const char *why)
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

const char *export_iface_name(const struct out *o, size_t iface)
{
        const struct iface *i = &o->g->ifaces[iface];

        return i->kind == KIND_LOOPBACK && graph_find_iface_in(o->g, i->jail, "lo0") == NONE ? "lo0" : i->name;
}

size_t export_birthplace(const struct out *o, size_t iface)
{
        const struct iface *i = &o->g->ifaces[iface];

        if (role_has_fabric(i->role) && i->peer != NONE)
                return o->g->ifaces[i->peer].jail; /* where its node is */
        if (i->kind == KIND_VETH)
                return 0;
        return (i->kind == KIND_VLAN || i->kind == KIND_VXLAN || i->kind == KIND_MACVLAN) && i->parent != NONE
                ? o->g->ifaces[i->parent].jail
                : i->jail;
}

/* The user's end of the node whose hidden end that is; NONE. */
static size_t user_end(const struct out *o, size_t fabric, enum iface_role role)
{
        const struct iface *i = &o->g->ifaces[fabric];

        return i->role == ROLE_FABRIC && i->peer != NONE && o->g->ifaces[i->peer].role == role &&
                        export_is_told(&o->g->jails[o->g->ifaces[i->peer].jail])
                ? i->peer
                : NONE;
}

static const char *stem_of(enum iface_role role)
{
        return role == ROLE_IFACE ? "ng" : "ngeth";
}

/* One that has the name of a number still is made as that number, so that nothing is in the way of a renamed one. */
size_t export_eifaces(const struct out *o, size_t jail, enum iface_role role, size_t *ret)
{
        CLEANUP(freep) size_t *rest = xcalloc(o->g->iface_count + 1, sizeof(*rest));
        const char *stem = stem_of(role);
        size_t count = 0, left = 0, next = 0;
        uint32_t n;

        for (size_t k = 0; k < o->g->iface_count; k++) {
                size_t made = o->g->ifaces[k].jail == jail ? user_end(o, k, role) : NONE;

                if (made != NONE)
                        rest[count++] = made;
        }
        for (size_t k = 0; k < count; k++)
                ret[k] = NONE;
        for (size_t k = 0; k < count; k++) {
                const char *name = o->g->ifaces[rest[k]].name;

                if (is_clone_name(name, stem, "") && str_to_u32(name + strlen(stem), UINT32_MAX, &n) == 0 &&
                    n < count && ret[n] == NONE)
                        ret[n] = rest[k];
                else
                        rest[left++] = rest[k];
        }
        for (size_t k = 0; k < left; k++) {
                while (ret[next] != NONE)
                        next++;
                ret[next] = rest[k];
        }
        return count;
}

static void choose_eifaces(struct out *o, size_t jail, enum iface_role role)
{
        CLEANUP(freep) size_t *made = xcalloc(o->g->iface_count + 1, sizeof(*made));
        size_t count = export_eifaces(o, jail, role, made);

        for (size_t k = 0; k < count; k++)
                set_clone(o, made[k], stem_of(role), (unsigned)k, "");
}

void export_choose_clones(struct out *o)
{
        for (size_t k = 0; k < o->g->jail_count; k++) {
                choose_eifaces(o, k, ROLE_EIFACE);
                choose_eifaces(o, k, ROLE_IFACE);
        }
        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (o->clones[k] || export_is_netgraph(i) || !export_is_told(&o->g->jails[i->jail]))
                        continue;
                if (i->kind == KIND_VETH && !role_has_fabric(i->role) && i->role != ROLE_FABRIC && i->peer != NONE &&
                    export_is_told(&o->g->jails[o->g->ifaces[i->peer].jail])) {
                        /* By name, so that a network that was built from these files is written alike. */
                        int order = strcmp(i->name, o->g->ifaces[i->peer].name);
                        bool is_first = order < 0 || (order == 0 && i->jail <= o->g->ifaces[i->peer].jail);

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

bool export_is_stacked(const struct out *o, size_t iface)
{
        const struct iface *i = &o->g->ifaces[iface];

        return i->kind == KIND_VLAN ||
                (i->kind == KIND_MACVLAN && i->parent != NONE && !export_is_netgraph(&o->g->ifaces[i->parent]) &&
                 !role_is_hidden(o->g->ifaces[i->parent].role));
}

/* It is made, or there already; else the files say nothing of it. */
bool export_is_written(const struct out *o, size_t iface)
{
        const struct iface *i = &o->g->ifaces[iface];

        return !role_is_hidden(i->role) && !export_is_netgraph(i) &&
                (o->clones[iface] || i->kind == KIND_PHYSICAL || i->kind == KIND_LOOPBACK ||
                 export_is_stacked(o, iface));
}

void export_note_left(struct out *o)
{
        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];

                if (export_is_told(&o->g->jails[i->jail]) && !role_is_hidden(i->role) && !export_is_netgraph(i) &&
                    !export_is_written(o, k))
                        export_leave(o, k, "rc.conf has no word for it");
        }
        for (size_t k = 0; k < o->g->jail_count; k++)
                if (!export_is_told(&o->g->jails[k])) {
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
                text_putf(&args, " %s %s", prefix_is_multicast(&i->vxlan_remote) ? "vxlangroup" : "vxlanremote",
                          prefix_format_addr(&i->vxlan_remote, remote));
        if (i->parent != NONE)
                text_putf(&args, " vxlandev %s", o->g->ifaces[i->parent].name);
        export_put_variable(o, t, "create_args_", o->clones[iface], "", text_str(&args));
}

void export_put_clones(struct out *o, size_t jail, struct text *t)
{
        CLEANUP(text_done) struct text list = {0};
        CLEANUP(text_done) struct text names = {0};

        for (size_t k = 0; k < o->g->iface_count; k++) {
                const struct iface *i = &o->g->ifaces[k];
                const char *clone = o->clones[k];
                size_t n = clone ? strlen(clone) : 0;

                if (!clone || export_birthplace(o, k) != jail)
                        continue;
                if (i->kind != KIND_VETH)
                        text_putf(&list, "%s%s", list.length ? " " : "", clone);
                else if (!role_has_fabric(i->role) && clone[n - 1] == 'a')
                        text_putf(&list, "%s%.*s", list.length ? " " : "", (int)n - 1, clone);
                if (strcmp(clone, i->name) != 0)
                        export_put_variable(o, &names, "ifconfig_", clone, "_name", i->name);
                put_create_args(o, k, &names);
        }
        if (list.length)
                rcconf_put(t, false, "cloned_interfaces", text_str(&list));
        text_put(t, text_str(&names));
}
