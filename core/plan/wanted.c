/* wanted.c - the wanted network as plain arrays: added to, freed, and its words for kinds. */
#include "core/plan/wanted.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

static const char *const kind_names[] = {
        [KIND_PHYSICAL] = "physical", [KIND_LOOPBACK] = "loopback", [KIND_VETH] = "veth",
        [KIND_BRIDGE] = "bridge",     [KIND_VLAN] = "vlan",         [KIND_MACVLAN] = "macvlan",
        [KIND_MACVTAP] = "macvtap",   [KIND_IPVLAN] = "ipvlan",     [KIND_VXLAN] = "vxlan",
        [KIND_TUN] = "tun",           [KIND_TAP] = "tap",           [KIND_BOND] = "bond",
        [KIND_DUMMY] = "dummy",       [KIND_IFB] = "ifb",           [KIND_OTHER] = "other",
};

const char *wanted_kind_name(enum iface_kind k)
{
        return kind_names[k];
}

int wanted_kind_parse(const char *name, enum iface_kind *ret)
{
        for (size_t i = 0; i < ARRAY_SIZE(kind_names); i++) {
                if (strcmp(kind_names[i], name) == 0) {
                        *ret = (enum iface_kind)i;
                        return 0;
                }
        }
        return -EINVAL;
}

struct wanted_jail *wanted_add_jail(struct wanted *w, const char *name)
{
        w->jails = array_grow(w->jails, &w->jail_capacity, w->jail_count, sizeof(*w->jails));

        struct wanted_jail *j = &w->jails[w->jail_count++];

        *j = (struct wanted_jail){.forwarding = -1, .forwarding6 = -1};
        (void)str_copy(j->name, sizeof(j->name), name); /* checked when it was made */
        return j;
}

struct wanted_link *wanted_add_link(struct wanted *w, size_t jail, const char *name)
{
        w->links = array_grow(w->links, &w->link_capacity, w->link_count, sizeof(*w->links));

        struct wanted_link *l = &w->links[w->link_count++];

        *l = (struct wanted_link){.jail = jail, .is_up = -1, .peer = NONE, .master = NONE, .parent = NONE};
        (void)str_copy(l->name, sizeof(l->name), name); /* checked when it was made */
        return l;
}

struct wanted_route *wanted_add_route(struct wanted *w, size_t jail, size_t link)
{
        w->routes = array_grow(w->routes, &w->route_capacity, w->route_count, sizeof(*w->routes));

        struct wanted_route *r = &w->routes[w->route_count++];

        *r = (struct wanted_route){.jail = jail, .link = link};
        return r;
}

void wanted_add_address(struct wanted_link *l, const struct prefix *p)
{
        l->addresses = array_grow(l->addresses, &l->address_capacity, l->address_count, sizeof(*l->addresses));
        l->addresses[l->address_count++] = *p;
}

void wanted_add_host(struct wanted_link *l, struct mac host)
{
        l->hosts = array_grow(l->hosts, &l->host_capacity, l->host_count, sizeof(*l->hosts));
        l->hosts[l->host_count++] = host;
}

void wanted_add_altname(struct wanted_link *l, const char *name)
{
        l->altnames = array_grow(l->altnames, &l->altname_capacity, l->altname_count, sizeof(*l->altnames));
        l->altnames[l->altname_count++] = xstrdup(name);
}

void wanted_link_done(struct wanted_link *l)
{
        for (size_t k = 0; k < l->altname_count; k++)
                free(l->altnames[k]);
        free(l->altnames);
        free(l->addresses);
        free(l->hosts);
        free(l->alias);
        free(l->node_name);
        free(l->hook);
        free(l->upper);
}

void wanted_done(struct wanted *w)
{
        for (size_t i = 0; i < w->jail_count; i++) {
                free(w->jails[i].root_path);
                free(w->jails[i].hostname);
                free(w->jails[i].nat_rules);
        }
        for (size_t i = 0; i < w->link_count; i++)
                wanted_link_done(&w->links[i]);
        free(w->jails);
        free(w->links);
        free(w->routes);
        *w = (struct wanted){0};
}
