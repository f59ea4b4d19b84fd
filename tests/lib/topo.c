/* topo.c - written networks for tests. */
#include "tests/lib/topo.h"

#include <assert.h>
#include <linux/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/arena.h"
#include "core/base/text.h"

#define TOPO_STRINGS 8 /* alternative names and addresses of one interface, at most */

struct topo_iface {
        struct iface i;
        struct prefix addresses[TOPO_STRINGS];
        const char *altnames[TOPO_STRINGS];
        uint16_t ports; /* given out, on a bridge */
};

struct topo_jail {
        struct jail j;
        struct holder holders[TOPO_STRINGS];
        int next_ifindex;
};

struct topo {
        struct arena arena;       /* names; the builder copies them */
        struct topo_jail **jails; /* each where it stays: callers keep pointers to its facts */
        size_t jail_count, jail_capacity;
        struct topo_iface **ifaces;
        size_t iface_count, iface_capacity;
        struct route *routes;
        size_t route_count, route_capacity;
        struct topo_nsid {
                size_t jail;
                int nsid;
                size_t target;
        } nsids[TOPO_STRINGS];
        size_t nsid_count;
};

static size_t add_jail(struct topo *t, const char *name)
{
        struct topo_jail *j = arena_alloc(&t->arena, sizeof(*j));
        size_t index = t->jail_count;

        t->jails = array_grow(t->jails, &t->jail_capacity, t->jail_count, sizeof(void *));
        t->jails[t->jail_count++] = j;
        j->next_ifindex = 1;
        j->j = (struct jail){
                .name = arena_strdup(&t->arena, name),
                .origin = index == 0 ? ORIGIN_HOST : ORIGIN_NAMED,
                .cookie = 0x1000 + index,
                .inode = 4026532000u + index,
                .device = 4,
                .nsid = index == 0 ? -1 : (int)index - 1,
                .forwarding = 0,
                .forwarding6 = -1,
        };
        (void)topo_link(t, index, "lo", KIND_LOOPBACK, "");
        return index;
}

struct topo *topo_begin(void)
{
        struct topo *t = xcalloc(1, sizeof(*t));

        (void)add_jail(t, "host");
        return t;
}

size_t topo_jail(struct topo *t, const char *name)
{
        size_t jail = add_jail(t, name);
        CLEANUP(freep) char *path = xasprintf("/run/netns/%s", name);

        t->jails[jail]->j.path = arena_strdup(&t->arena, path);
        return jail;
}

struct jail *topo_jail_facts(struct topo *t, size_t jail)
{
        return &t->jails[jail]->j;
}

struct iface *topo_iface_facts(struct topo *t, size_t iface)
{
        return &t->ifaces[iface]->i;
}

size_t topo_link(struct topo *t, size_t jail, const char *name, enum iface_kind kind, const char *kind_name)
{
        struct topo_iface *f = arena_alloc(&t->arena, sizeof(*f));
        int ifindex = t->jails[jail]->next_ifindex++;
        struct iface *i = &f->i;

        t->ifaces = array_grow(t->ifaces, &t->iface_capacity, t->iface_count, sizeof(void *));
        t->ifaces[t->iface_count] = f;
        *i = (struct iface){
                .id = {.ifindex = ifindex},
                .jail = jail,
                .name = arena_strdup(&t->arena, name),
                .kind = kind,
                .kind_name = kind_name,
                .flags = IFF_UP | IFF_RUNNING | IFF_LOWER_UP,
                .is_up = true,
                .is_running = true,
                .operstate = 6,
                .mtu_bytes = kind == KIND_LOOPBACK ? 65536 : 1500,
                .link_nsid = -1,
                .link_nsid_home = -1,
                .counters = {.is_known = true,
                             .rx_bytes = 1000u * (unsigned)ifindex,
                             .tx_bytes = 500u * (unsigned)ifindex},
                .rx_Bps = RATE_UNKNOWN,
                .tx_Bps = RATE_UNKNOWN,
        };
        i->mac = (struct mac){
                .bytes = {2, 0, (uint8_t)(jail >> 8), (uint8_t)jail, (uint8_t)(ifindex >> 8), (uint8_t)ifindex},
                .is_set = true};
        if (kind == KIND_LOOPBACK) {
                i->flags |= IFF_LOOPBACK;
                i->mac = (struct mac){.is_set = true};
        }
        if (kind == KIND_PHYSICAL)
                i->permanent = i->mac;
        return t->iface_count++;
}

size_t topo_bridge(struct topo *t, size_t jail, const char *name)
{
        return topo_link(t, jail, name, KIND_BRIDGE, "bridge");
}

void topo_pair(struct topo *t, size_t jail_a, const char *a, size_t jail_b, const char *b, size_t *ret_a, size_t *ret_b)
{
        size_t index_a = topo_link(t, jail_a, a, KIND_VETH, "veth"),
               index_b = topo_link(t, jail_b, b, KIND_VETH, "veth");
        struct iface *x = &t->ifaces[index_a]->i, *y = &t->ifaces[index_b]->i;

        x->link_ifindex = y->id.ifindex;
        y->link_ifindex = x->id.ifindex;
        if (jail_a != jail_b) {
                /* Each namespace numbers the others as it likes; the host's numbers are the ones that jails have. */
                x->link_nsid = jail_a == 0 ? t->jails[jail_b]->j.nsid : (int)jail_b;
                y->link_nsid = jail_b == 0 ? t->jails[jail_a]->j.nsid : (int)jail_a;
        }
        *ret_a = index_a;
        *ret_b = index_b;
}

void topo_port(struct topo *t, size_t bridge, size_t port)
{
        struct iface *i = &t->ifaces[port]->i;

        i->master_ifindex = t->ifaces[bridge]->i.id.ifindex;
        if (t->ifaces[bridge]->i.kind == KIND_BRIDGE) {
                i->port_number = ++t->ifaces[bridge]->ports;
                i->port_state = STP_FORWARDING;
        }
}

void topo_parent(struct topo *t, size_t parent, size_t iface)
{
        t->ifaces[iface]->i.link_ifindex = t->ifaces[parent]->i.id.ifindex;
}

void topo_nsid(struct topo *t, size_t jail, int nsid, size_t target)
{
        assert(t->nsid_count < TOPO_STRINGS);
        t->nsids[t->nsid_count++] = (struct topo_nsid){jail, nsid, target};
}

void topo_address(struct topo *t, size_t iface, const char *prefix)
{
        struct topo_iface *f = t->ifaces[iface];
        int r = prefix_parse(prefix, &f->addresses[f->i.address_count], NULL);

        assert(r == 0 && f->i.address_count < TOPO_STRINGS);
        (void)r;
        f->i.address_count++;
}

void topo_altname(struct topo *t, size_t iface, const char *name)
{
        struct topo_iface *f = t->ifaces[iface];

        assert(f->i.altname_count < TOPO_STRINGS);
        f->altnames[f->i.altname_count++] = arena_strdup(&t->arena, name);
}

struct route *topo_route(struct topo *t, size_t jail, const char *destination, const char *via, size_t oif)
{
        struct route r = {
                .jail = jail, .protocol = 3, .type = 1, .oif = oif == NONE ? 0 : t->ifaces[oif]->i.id.ifindex};
        int failed = prefix_parse(destination, &r.destination, NULL);

        if (via)
                failed |= prefix_parse(via, &r.gateway, NULL);
        assert(failed == 0);
        (void)failed;
        t->routes = array_grow(t->routes, &t->route_capacity, t->route_count, sizeof(*t->routes));
        t->routes[t->route_count] = r;
        return &t->routes[t->route_count++];
}

void topo_holder(struct topo *t, size_t jail, enum holder_kind kind, pid_t pid, const char *command, const char *detail)
{
        struct topo_jail *j = t->jails[jail];

        assert(j->j.holder_count < TOPO_STRINGS);
        j->holders[j->j.holder_count++] = (struct holder){
                .kind = kind,
                .pid = pid,
                .command = arena_strdup(&t->arena, command),
                .detail = arena_strdup(&t->arena, detail),
        };
}

const struct graph *topo_finish(struct topo *t, struct registry *registry)
{
        struct graph_build *b = graph_build_new("alpha");

        for (size_t i = 0; i < t->jail_count; i++) {
                t->jails[i]->j.holders = t->jails[i]->holders;
                (void)graph_build_jail(b, &t->jails[i]->j);
        }
        for (size_t i = 0; i < t->iface_count; i++) {
                struct topo_iface *f = t->ifaces[i];

                f->i.addresses = f->addresses;
                f->i.altnames = f->altnames;
                (void)graph_build_iface(b, f->i.jail, &f->i);
        }
        for (size_t i = 0; i < t->route_count; i++)
                graph_build_route(b, t->routes[i].jail, &t->routes[i]);
        graph_build_routes_known(b);
        for (size_t i = 0; i < t->nsid_count; i++)
                graph_build_nsid(b, t->nsids[i].jail, t->nsids[i].nsid, t->nsids[i].target);

        free(t->jails);
        free(t->ifaces);
        free(t->routes);
        arena_done(&t->arena);
        free(t);
        return graph_build_finish(b, registry, 1);
}

const struct graph *topo_empty(void)
{
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        topo_address(t, eth0, "192.0.2.10/24");
        topo_route(t, 0, "0.0.0.0/0", "192.0.2.1", eth0);
        return topo_finish(t, NULL);
}

const struct graph *topo_seeds(void)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), db = topo_jail(t, "db"), a, b;
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), bridge = topo_bridge(t, 0, "bridge0");

        topo_port(t, bridge, eth0);
        topo_pair(t, 0, "epair0a", www, "epair0b", &a, &b);
        topo_port(t, bridge, a);
        topo_address(t, b, "10.0.0.2/24");
        topo_pair(t, 0, "epair1a", db, "epair1b", &a, &b);
        topo_port(t, bridge, a);
        topo_address(t, b, "10.0.0.3/24");
        topo_address(t, bridge, "10.0.0.1/24");
        return topo_finish(t, NULL);
}

/* An epair from a bridge on the host into a jail. */
static size_t wire(struct topo *t, size_t bridge, size_t jail, unsigned unit, const char *inside, const char *address)
{
        char outside[IF_NAME_SIZE], name[IF_NAME_SIZE];
        size_t a, b;

        (void)str_format(outside, sizeof(outside), "epair%ua", unit);
        (void)str_format(name, sizeof(name), "epair%ub", unit);
        topo_pair(t, 0, outside, jail, inside ? inside : name, &a, &b);
        topo_port(t, bridge, a);
        if (address)
                topo_address(t, b, address);
        return b;
}

/* The demo network as it is before (and_after false) and after eth1 was lent to "old" and that was stopped. */
static const struct graph *demo(struct registry *r, bool is_lent)
{
        struct topo *t = topo_begin();
        size_t www1 = topo_jail(t, "www1"), www2 = topo_jail(t, "www2"), router = topo_jail(t, "router"),
               db1 = topo_jail(t, "db1"), db2 = topo_jail(t, "db2"), old = topo_jail(t, "old");
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        size_t lan0 = topo_bridge(t, 0, "lan0"), dmz0 = topo_bridge(t, 0, "dmz0");
        size_t in, eth1;

        topo_address(t, eth0, "192.0.2.10/24");
        topo_address(t, lan0, "10.1.0.254/24");
        topo_route(t, 0, "0.0.0.0/0", "192.0.2.1", eth0);
        topo_route(t, 0, "10.2.0.0/24", "10.1.0.1", lan0);
        in = wire(t, lan0, www1, 0, "eth0", "10.1.0.11/24");
        topo_address(t, in, "fe80::1:11/64");
        topo_route(t, www1, "0.0.0.0/0", "10.1.0.1", in);
        in = wire(t, lan0, www2, 1, "eth0", "10.1.0.12/24");
        topo_route(t, www2, "0.0.0.0/0", "10.1.0.1", in);
        in = wire(t, lan0, router, 2, "lan", "10.1.0.1/24");
        topo_route(t, router, "0.0.0.0/0", "10.1.0.254", in);
        (void)wire(t, dmz0, router, 3, "dmz", "10.2.0.1/24");
        topo_jail_facts(t, router)->forwarding = 1;
        in = wire(t, dmz0, db1, 4, "eth0", "10.2.0.11/24");
        topo_route(t, db1, "0.0.0.0/0", "10.2.0.1", in);
        in = wire(t, dmz0, db2, 5, "eth0", "10.2.0.12/24");
        topo_route(t, db2, "0.0.0.0/0", "10.2.0.1", in);

        eth1 = topo_link(t, is_lent ? old : 0, "eth1", KIND_PHYSICAL, "");
        (void)mac_parse("02:00:5e:00:53:01", &topo_iface_facts(t, eth1)->permanent);
        topo_iface_facts(t, eth1)->mac = topo_iface_facts(t, eth1)->permanent;
        if (is_lent) {
                struct jail *j = topo_jail_facts(t, old);

                j->name = NULL; /* its file is gone; a process in it is not */
                j->path = "/proc/4211/ns/net";
                j->origin = ORIGIN_PROCESS;
                j->pid = 4211;
                j->process_count = 1;
                topo_iface_facts(t, eth1)->is_up = false;
                topo_iface_facts(t, eth1)->is_running = false;
                topo_iface_facts(t, eth1)->flags = 0;
                topo_holder(t, old, HOLDER_PROCESS, 4211, "nc", "nc -l 4711");
        }
        return topo_finish(t, r);
}

const struct graph *topo_demo(void)
{
        struct registry *r = registry_new();

        graph_unref(demo(r, false));

        const struct graph *g = demo(r, true);

        registry_free(r);
        return g;
}

const struct graph *topo_eiface(void)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), sw0 = topo_bridge(t, 0, "sw0"), sw1 = topo_bridge(t, 0, "sw1"), a, b;

        topo_pair(t, 0, "ngfab0", www, "ngeth0", &a, &b);
        topo_altname(t, a, "jn.00000101.fabric");
        topo_altname(t, b, "jn.00000100.eiface");
        topo_port(t, sw0, a);
        topo_address(t, b, "10.0.0.2/24");
        topo_pair(t, 0, "ngfab1", 0, "ngfab2", &a, &b);
        topo_altname(t, a, "jn.00000102.fabric");
        topo_altname(t, b, "jn.00000103.fabric");
        topo_port(t, sw0, a);
        topo_port(t, sw1, b);
        topo_pair(t, 0, "ngfab3", 0, "ngeth1", &a, &b); /* an eiface that nothing is connected to */
        topo_altname(t, a, "jn.00000105.fabric");
        topo_altname(t, b, "jn.00000104.eiface");
        return topo_finish(t, NULL);
}

const struct graph *topo_kinds(void)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www");
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), i, member, far;

        i = topo_link(t, 0, "eth0.20", KIND_VLAN, "vlan");
        topo_parent(t, eth0, i);
        topo_iface_facts(t, i)->vlan_id = 20;
        i = topo_link(t, 0, "mv0", KIND_MACVLAN, "macvlan");
        topo_parent(t, eth0, i);
        i = topo_link(t, www, "mv1", KIND_MACVLAN, "macvlan"); /* in a jail, its parent on the host */
        topo_parent(t, eth0, i);
        topo_iface_facts(t, i)->link_nsid = 7;
        i = topo_link(t, 0, "vx100", KIND_VXLAN, "vxlan");
        topo_parent(t, eth0, i);
        topo_iface_facts(t, i)->vxlan_id = 100;
        i = topo_link(t, 0, "lagg0", KIND_BOND, "bond");
        member = topo_link(t, 0, "eth1", KIND_PHYSICAL, "");
        topo_port(t, i, member);
        member = topo_link(t, 0, "eth2", KIND_PHYSICAL, "");
        topo_port(t, i, member);
        (void)topo_link(t, 0, "tap0", KIND_TAP, "tun");
        (void)topo_link(t, 0, "tun0", KIND_TUN, "tun");
        topo_pair(t, 0, "v0", www, "v1", &i, &far); /* teaches what the jail's id 0 means: the host */
        topo_iface_facts(t, far)->link_nsid = 7;
        i = topo_link(t, www, "lost0", KIND_VETH, "veth");
        topo_iface_facts(t, i)->link_ifindex = 44;
        topo_iface_facts(t, i)->link_nsid = 9;
        return topo_finish(t, NULL);
}

const struct graph *topo_hostile(void)
{
        struct topo *t = topo_begin();
        size_t red = topo_jail(t, "\033[31mred\033[0m"), quote = topo_jail(t, "a\"b'c<d>&|{}\\"), a, b, i;

        i = topo_link(t, 0, "-rf", KIND_DUMMY, "dummy");
        topo_iface_facts(t, i)->alias = "\033]0;owned\a \033[2J<script>alert(1)</script>";
        topo_pair(t, 0, "\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83\xe2\x98\x83", red, "\xff\xfe\x80", &a, &b);
        topo_iface_facts(t, a)->alias = "right\xe2\x80\xae"
                                        "to left";
        topo_pair(t, 0, "\"];x[label=\"", quote, "a|b]--}", &a, &b);
        (void)topo_link(t, quote, "\001\002\033[1m\177", KIND_DUMMY, "dummy");
        topo_altname(t, a, "new\nline");
        topo_jail_facts(t, red)->state = JAIL_DYING;
        topo_holder(t, red, HOLDER_PROCESS, 66, "\033[5mblink\r\n",
                    "\302\233"
                    "31m c1");
        return topo_finish(t, NULL);
}

const struct graph *topo_many(size_t n)
{
        struct topo *t = topo_begin();
        CLEANUP(freep) size_t *bridges = xcalloc(n / 50 + 1, sizeof(*bridges));

        for (size_t i = 0; i <= n / 50; i++) {
                char name[IF_NAME_SIZE];

                (void)str_format(name, sizeof(name), "bridge%zu", i);
                bridges[i] = topo_bridge(t, 0, name);
        }
        for (size_t i = 0; i < n; i++) {
                char name[JAIL_NAME_SIZE], address[PREFIX_TEXT_SIZE];

                (void)str_format(name, sizeof(name), "j%zu", i);
                (void)str_format(address, sizeof(address), "10.%zu.%zu.%zu/24", i / 50 / 250, i / 50 % 250, i % 50 + 2);
                (void)wire(t, bridges[i / 50], topo_jail(t, name), (unsigned)i, "eth0", address);
        }
        return topo_finish(t, NULL);
}
