/* Proves that the builder makes each kind of edge, finds peers across jails in each way it can, and says where it
 * can't. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/graph/query.h"
#include "tests/lib/topo.h"

static size_t iface(const struct graph *g, const char *word)
{
        size_t i = NONE;

        assert_int_equal(query_iface(g, word, &i, NULL), 0);
        return i;
}

/* "NODE:HOOK -- NODE:HOOK" of all edges, one a line, in their order; the jail before a name off the host. */
static void put_edges(struct text *t, const struct graph *g)
{
        for (size_t i = 0; i < g->edge_count; i++) {
                const struct edge *e = &g->edges[i];
                size_t ends[] = {e->a, e->b};

                for (unsigned k = 0; k < 2; k++) {
                        const struct hook *h = &g->hooks[ends[k]];
                        const struct node *n = &g->nodes[h->node];

                        text_putf(t, "%s%s%s%s:%s", k ? " -- " : "", n->jail ? g->jails[n->jail].name : "",
                                  n->jail ? "/" : "", n->name ? n->name : "-", h->name);
                }
                text_put(t, "\n");
        }
}

static void assert_edges(const struct graph *g, const char *wanted)
{
        CLEANUP(text_done) struct text t = {0};

        put_edges(&t, g);
        assert_string_equal(text_str(&t), wanted);
}

static void edges_of_bridges_and_pairs(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();

        assert_edges(g,
                     "bridge0:link0 -- eth0:lower\n"
                     "bridge0:link1 -- epair0a:lower\n"
                     "bridge0:link2 -- epair1a:lower\n"
                     "epair0a:ether -- www/epair0b:ether\n"
                     "epair1a:ether -- db/epair1b:ether\n");
        assert_string_equal(g->nodes[g->ifaces[iface(g, "bridge0")].node].type, "bridge");
        assert_string_equal(g->nodes[g->ifaces[iface(g, "eth0")].node].type, "ether");
        assert_string_equal(g->nodes[g->ifaces[iface(g, "www/lo")].node].type, "iface");
        assert_int_equal(g->ifaces[iface(g, "www/epair0b")].peer, iface(g, "epair0a"));
        assert_int_equal(g->ifaces[iface(g, "epair0a")].master, iface(g, "bridge0"));
}

static void edges_of_other_kinds(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_kinds();

        assert_edges(g,
                     "lagg0:port7 -- eth1:lower\n"
                     "lagg0:port8 -- eth2:lower\n"
                     "eth0:vlan20 -- eth0_20:downstream\n"
                     "eth0:macvlan4 -- mv0:downstream\n"
                     "eth0:vxlan100 -- vx100:downstream\n"
                     "v0:ether -- www/v1:ether\n"
                     "eth0:macvlan2 -- www/mv1:downstream\n");
        assert_string_equal(g->nodes[g->ifaces[iface(g, "eth0.20")].node].type, "vlan");
        assert_string_equal(g->nodes[g->ifaces[iface(g, "lagg0")].node].type, "lagg");
        assert_int_equal(g->ifaces[iface(g, "www/lost0")].peer_state, PEER_OUT_OF_SIGHT);
        assert_int_equal(g->ifaces[iface(g, "eth0.20")].parent, iface(g, "eth0"));
}

static void fabric_ends_collapse(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_eiface();
        size_t user = iface(g, "www/ngeth0"), fabric = iface(g, "ngfab0");

        assert_edges(g,
                     "sw0:link0 -- ngeth0:ether\n"
                     "sw0:link1 -- sw1:link0\n");
        assert_int_equal(g->edges[0].iface_a, iface(g, "sw0"));
        assert_int_equal(g->edges[0].iface_b, fabric);
        assert_int_equal(g->ifaces[user].node, g->ifaces[fabric].node);
        assert_int_equal(g->nodes[g->ifaces[user].node].jail, 0); /* the node stays where it was made */
        assert_int_equal(g->nodes[g->ifaces[user].node].iface, user);
        assert_string_equal(g->nodes[g->ifaces[user].node].type, "eiface");
        assert_true(iface_is_hidden(&g->ifaces[fabric]));
        assert_false(iface_is_hidden(&g->ifaces[user]));
        assert_int_equal(g->nodes[g->ifaces[iface(g, "ngeth1")].node].hook_count, 0);
        /* The marks' numbers are kept, and the marks themselves are not shown. */
        assert_int_equal(g->ifaces[user].number, 0x100);
        assert_int_equal(g->ifaces[user].altname_count, 0);
        assert_true(g->ifaces[user].is_owned);
}

static void a_mark_does_not_hide_a_plain_pair(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t evil = topo_jail(t, "evil"), a, b;

        topo_pair(t, evil, "bot0", evil, "bot1", &a, &b);
        topo_altname(t, a, "jn.00000007.fabric");
        topo_altname(t, a, "jn.ffffffff.fabric");
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_false(iface_is_hidden(&g->ifaces[iface(g, "evil/bot0")]));
        assert_edges(g, "evil/bot0:ether -- evil/bot1:ether\n");
}

static void recorded_names_win(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        for (int round = 0; round < 2; round++) {
                struct topo *t = topo_begin();
                size_t br = topo_bridge(t, 0, "br0"), p = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
                size_t q = topo_link(t, 0, "eth1", KIND_PHYSICAL, "");

                topo_port(t, br, p);
                topo_port(t, br, q);
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);
                uint32_t bridge = g->ifaces[iface(g, "br0")].number, eth0 = g->ifaces[iface(g, "eth0")].number;
                struct reg_iface *row = registry_find_number(r, bridge);

                if (round == 1) {
                        assert_edges(g,
                                     "sw:uplink1 -- eth0:upper\n"
                                     "sw:link1 -- eth1:lower\n");
                        assert_true(g->nodes[g->ifaces[iface(g, "br0")].node].is_persistent);
                }
                (void)str_copy(row->node_name, sizeof(row->node_name), "sw");
                row->is_persistent = true;
                registry_set_hook(r, bridge, eth0, "uplink1");
                registry_set_hook(r, eth0, bridge, "upper");
        }
        registry_free(r);
}

/* Rules and jails without a stack hang on what they name, by name or by address; a broken row is passed over. */
static void guests_hang_on_interfaces(void **state)
{
        (void)state;
        struct registry *r = registry_new();
        struct topo *t = topo_begin();
        size_t em0 = topo_link(t, 0, "em0", KIND_PHYSICAL, "");
        CLEANUP(text_done) struct text put = {0};

        topo_address(t, em0, "192.0.2.7/24");
        topo_jail_facts(t, 0)->nat_rules = "nat 10.1.0.0/24 via em0\nnonsense\nforward gone0 udp 53 to 10.1.0.2 5353\n";
        registry_add_shared(r, "mail", 10000, "- 192.0.2.7/32\nbroken\nem0 192.0.2.8/32\nem9 2001:db8::1/128\n");
        registry_add_shared(r, "plain", 10001, "");

        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);

        assert_int_equal(g->guest_count, 4);
        em0 = iface(g, "em0");
        assert_int_equal(g->guests[0].uses[0].iface, em0);
        assert_int_equal(g->guests[1].number, 3); /* as the list counts */
        assert_true(guest_uses(&g->guests[1], NONE));
        assert_int_equal(g->guests[2].use_count, 3);
        assert_true(guest_uses(&g->guests[2], em0));
        assert_false(guest_is_first_use(&g->guests[2], 1));
        assert_true(guest_is_first_use(&g->guests[2], 2));
        guest_put(&put, &g->guests[2], em0);
        assert_string_equal(text_str(&put), "192.0.2.7/32 192.0.2.8/32");
        text_clear(&put);
        guest_put(&put, &g->guests[1], NONE);
        assert_string_equal(text_str(&put), "udp 53 to 10.1.0.2 5353");
        assert_true(guest_uses(&g->guests[3], NONE));
        registry_free(r);
}

/* The host's stack on a bridge is an edge beside the port's, or alone; a netgraph bridge has the name it was given. */
static void upper_is_an_edge(void **state)
{
        (void)state;
        struct registry *r = registry_new();

        for (int round = 0; round < 4; round++) {
                struct topo *t = topo_begin();
                size_t br = topo_bridge(t, 0, "ngbr0"), p = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

                topo_altname(t, br, "jn.00000077.bridge");
                if (round < 2)
                        topo_port(t, br, p);
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, r);
                const struct iface *f = &g->ifaces[iface(g, "ngbr0")];

                assert_int_equal(f->role, ROLE_NG_BRIDGE);
                if (round == 0)
                        assert_null(g->nodes[f->node].name);
                else
                        assert_string_equal(g->nodes[f->node].name, "sw");
                if (round == 1)
                        assert_edges(g,
                                     "sw:link0 -- eth0:lower\n"
                                     "sw:link5 -- eth0:upper\n");
                else if (round == 2)
                        assert_edges(g, "sw:link5 -- eth0:upper\n");
                else if (round == 3)
                        assert_int_equal(g->edge_count, 0);
                (void)str_copy(registry_find_number(r, f->number)->node_name, NODE_NAME_SIZE, "sw");
                registry_set_upper(r, f->number, g->ifaces[iface(g, "eth0")].number, round < 2 ? "link5" : "");
        }
        registry_free(r);
}

/* A wire is no node: its two ports are joined to each other. A third one makes it a hub. */
static void wire_is_an_edge(void **state)
{
        (void)state;
        for (size_t ports = 0; ports < 4; ports++) {
                struct topo *t = topo_begin();
                size_t wire = topo_bridge(t, 0, "ngwire0"), a, b;

                topo_altname(t, wire, "jn.00000077.wire");
                topo_pair(t, 0, "ngfab0", 0, "ngeth0", &a, &b);
                topo_altname(t, a, "jn.00000101.fabric");
                topo_altname(t, b, "jn.00000100.eiface");

                size_t ends[] = {a, topo_link(t, 0, "eth0", KIND_PHYSICAL, ""),
                                 topo_link(t, 0, "eth1", KIND_PHYSICAL, "")};

                for (size_t k = 0; k < ports; k++)
                        topo_port(t, wire, ends[k]);
                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);
                const struct node *n = &g->nodes[g->ifaces[iface(g, "ngwire0")].node];

                assert_true(iface_is_hidden(&g->ifaces[iface(g, "ngwire0")]));
                assert_string_equal(n->type, ports == 0 || ports == 3 ? "hub" : "eiface");
                if (ports == 2)
                        assert_edges(g, "ngeth0:ether -- eth0:lower\n");
                else
                        assert_int_equal(g->edge_count, ports == 3 ? 3 : 0);
        }
}

/* Two names for one node, two hooks of one name: both stay apart. */
static void names_stay_unique(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), i, k;

        (void)topo_link(t, 0, "x.1", KIND_DUMMY, "dummy");
        (void)topo_link(t, 0, "x_1", KIND_DUMMY, "dummy");
        topo_pair(t, 0, "va", a, "eth0", &i, &k);
        topo_iface_facts(t, k)->link_nsid = 0;
        topo_pair(t, 0, "vb", b, "eth0", &i, &k);
        topo_iface_facts(t, k)->link_nsid = 0;
        i = topo_link(t, a, "mv", KIND_MACVLAN, "macvlan");
        topo_parent(t, eth0, i);
        topo_iface_facts(t, i)->link_nsid = 0;
        i = topo_link(t, b, "mv", KIND_MACVLAN, "macvlan");
        topo_parent(t, eth0, i);
        topo_iface_facts(t, i)->link_nsid = 0;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);
        size_t node = g->ifaces[iface(g, "eth0")].node;

        assert_string_equal(g->nodes[g->ifaces[iface(g, "x.1")].node].name, "x_1");
        assert_null(g->nodes[g->ifaces[iface(g, "x_1")].node].name);
        assert_int_equal(g->nodes[node].hook_count, 2);
        assert_int_not_equal(graph_find_hook(g, node, "macvlan3"), NONE);
        assert_string_not_equal(g->hooks[g->nodes[node].hook_first].name, g->hooks[g->nodes[node].hook_first + 1].name);
}

static void peers_by_home_and_by_caller(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), x, y, p, q;

        topo_pair(t, 0, "v0", a, "v1", &x, &y); /* through jail.nsid */
        topo_pair(t, a, "w0", b, "w1", &p, &q); /* through link_nsid_home */
        topo_iface_facts(t, p)->link_nsid_home = topo_jail_facts(t, b)->nsid;
        topo_iface_facts(t, q)->link_nsid_home = topo_jail_facts(t, a)->nsid;
        /* A third jail whose interface would fit by its indexes, too. */
        size_t c = topo_jail(t, "c"), z = topo_link(t, c, "w1", KIND_VETH, "veth");

        topo_iface_facts(t, z)->id.ifindex = topo_iface_facts(t, q)->id.ifindex;
        topo_iface_facts(t, z)->link_ifindex = topo_iface_facts(t, p)->id.ifindex;
        topo_iface_facts(t, z)->link_nsid = 3;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(g->ifaces[iface(g, "v0")].peer, iface(g, "a/v1"));
        assert_int_equal(g->ifaces[iface(g, "a/w0")].peer, iface(g, "b/w1"));
        assert_int_equal(g->ifaces[iface(g, "b/w1")].peer, iface(g, "a/w0"));
        assert_int_equal(g->ifaces[iface(g, "c/w1")].peer, NONE);
        assert_int_equal(g->ifaces[iface(g, "c/w1")].peer_state, PEER_OUT_OF_SIGHT);
}

static void peers_by_each_other(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), c = topo_jail(t, "c"), x, y;

        topo_pair(t, a, "w0", b, "w1", &x, &y);
        (void)topo_link(t, c, "pad", KIND_DUMMY, "dummy");
        (void)topo_link(t, c, "pad2", KIND_DUMMY, "dummy");
        topo_pair(t, a, "u0", c, "u1", &x, &y);
        topo_jail_facts(t, a)->nsid = topo_jail_facts(t, b)->nsid = topo_jail_facts(t, c)->nsid = -1;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(g->ifaces[iface(g, "a/w0")].peer, iface(g, "b/w1"));
        assert_int_equal(g->ifaces[iface(g, "a/u0")].peer, iface(g, "c/u1"));
}

static void parents_by_a_told_id(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""),
               mv = topo_link(t, www, "mv0", KIND_MACVLAN, "macvlan");

        topo_parent(t, eth0, mv);
        topo_iface_facts(t, mv)->link_nsid = 4;
        topo_nsid(t, www, 4, 0);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_edges(g, "eth0:macvlan2 -- www/mv0:downstream\n");
}

static void several_ends_are_ambiguous(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t jails[4], x;

        /* Four namespaces, each with index 2 that says "my peer is index 2": who is whose cannot be told. */
        for (size_t i = 0; i < 4; i++) {
                char name[] = {'j', (char)('0' + i), '\0'};

                jails[i] = topo_jail(t, name);
                x = topo_link(t, jails[i], "eth0", KIND_VETH, "veth");
                topo_iface_facts(t, x)->link_ifindex = 2;
                topo_iface_facts(t, x)->link_nsid = 0;
                topo_jail_facts(t, jails[i])->nsid = -1;
        }
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(g->ifaces[iface(g, "j0/eth0")].peer_state, PEER_AMBIGUOUS);
        assert_int_equal(g->ifaces[iface(g, "j3/eth0")].peer, NONE);
        assert_int_equal(g->edge_count, 0);
}

/* A link in a jail that is one of a pair, by the indexes that it tells; the host knows no id of the jail. */
static void lone_end(struct topo *t, size_t jail, const char *name, int ifindex, int nsid, const char *mark)
{
        size_t x = topo_link(t, jail, name, KIND_VETH, "veth");

        topo_iface_facts(t, x)->id.ifindex = ifindex;
        topo_iface_facts(t, x)->link_ifindex = ifindex; /* as that of its other end */
        topo_iface_facts(t, x)->link_nsid = nsid;
        topo_jail_facts(t, jail)->nsid = -1;
        if (mark)
                topo_altname(t, x, mark);
}

/* Two jails of four have a second pair between them: what is behind one id is in one namespace, so the first pair is
 * theirs, too, and what is left belongs to the other two. */
static void equal_indexes_by_namespace(void **state)
{
        (void)state;
        struct topo *t = topo_begin();

        for (size_t i = 0; i < 4; i++) {
                char name[] = {'j', (char)('0' + i), '\0'};
                size_t jail = topo_jail(t, name);

                lone_end(t, jail, "eth0", 12, 0, NULL);
                if (i == 1 || i == 3)
                        lone_end(t, jail, "eth1", 13, 0, NULL);
        }
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(g->ifaces[iface(g, "j1/eth0")].peer, iface(g, "j3/eth0"));
        assert_int_equal(g->ifaces[iface(g, "j1/eth1")].peer, iface(g, "j3/eth1"));
        assert_int_equal(g->ifaces[iface(g, "j0/eth0")].peer, iface(g, "j2/eth0"));
        assert_int_equal(g->edge_count, 3);
}

/* Two pairs of equal indexes between four jails: jailnet numbered the ends of each one after the other. */
static void equal_indexes_by_marks(void **state)
{
        static const char *const marks[] = {"jn.00000010.epair", "jn.00000020.epair", "jn.00000011.epair",
                                            "jn.00000021.epair"};
        (void)state;
        struct topo *t = topo_begin();

        for (size_t i = 0; i < 4; i++) {
                char name[] = {'j', (char)('0' + i), '\0'};

                lone_end(t, topo_jail(t, name), "eth0", 12, 0, marks[i]);
        }
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(g->ifaces[iface(g, "j0/eth0")].peer, iface(g, "j2/eth0"));
        assert_int_equal(g->ifaces[iface(g, "j1/eth0")].peer, iface(g, "j3/eth0"));
        assert_int_equal(g->ifaces[iface(g, "j3/eth0")].peer_state, PEER_KNOWN);
}

/* A jail has one id in another's numbering: where b and d are known by others, only c can be meant. */
static void equal_indexes_by_a_known_id(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t a = topo_jail(t, "a"), b = topo_jail(t, "b"), c = topo_jail(t, "c"), d = topo_jail(t, "d");

        lone_end(t, a, "x", 12, 5, NULL);
        lone_end(t, b, "x", 12, 6, NULL);
        lone_end(t, c, "x", 12, 7, NULL);
        lone_end(t, d, "x", 12, 8, NULL);
        topo_nsid(t, a, 1, b);
        topo_nsid(t, a, 2, d);
        topo_nsid(t, c, 3, b);
        topo_nsid(t, c, 4, d);
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_int_equal(g->ifaces[iface(g, "a/x")].peer, iface(g, "c/x"));
        assert_int_equal(g->ifaces[iface(g, "b/x")].peer, iface(g, "d/x"));
}

static void jails_get_names(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t nc = topo_jail(t, "nc"), p = topo_jail(t, "nc"), q = topo_jail(t, "nc"), h = topo_jail(t, "host"),
               u = topo_jail(t, "x");

        (void)nc;
        topo_jail_facts(t, p)->origin = ORIGIN_PROCESS;
        topo_jail_facts(t, p)->pid = 42;
        topo_jail_facts(t, q)->origin = ORIGIN_CONTAINER;
        topo_jail_facts(t, q)->pid = 42;
        topo_jail_facts(t, u)->origin = ORIGIN_KERNEL;
        topo_jail_facts(t, u)->name = NULL;
        (void)h;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        assert_string_equal(g->jails[1].name, "nc");
        assert_string_equal(g->jails[2].name, "nc-42-2");
        assert_string_equal(g->jails[3].name, "nc-42"); /* a container chooses before a process */
        assert_string_equal(g->jails[4].name, "host-4");
        assert_string_equal(g->jails[5].name, "ns-4026532005");
        assert_int_equal(graph_find_jail(g, "host"), 0);
}

static void equal_macs_are_flagged(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t br = topo_bridge(t, 0, "br0"), www = topo_jail(t, "www"), a, b,
               eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), other = topo_link(t, 0, "eth9", KIND_PHYSICAL, "");

        topo_port(t, br, eth0);
        topo_iface_facts(t, br)->mac = topo_iface_facts(t, eth0)->mac; /* as Linux does by itself */
        topo_pair(t, 0, "v0", www, "v1", &a, &b);
        topo_port(t, br, a);
        topo_iface_facts(t, other)->mac = topo_iface_facts(t, a)->mac; /* elsewhere: no harm */
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);

        for (size_t i = 0; i < g->iface_count; i++)
                assert_null(g->ifaces[i].warning);

        t = topo_begin();
        br = topo_bridge(t, 0, "br0");
        www = topo_jail(t, "www");
        eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");
        topo_port(t, br, eth0);
        topo_pair(t, 0, "v0", www, "v1", &a, &b);
        topo_port(t, br, a);
        topo_iface_facts(t, b)->mac = topo_iface_facts(t, eth0)->mac;
        CLEANUP(graph_unrefp) const struct graph *clash = topo_finish(t, NULL);

        assert_string_equal(clash->ifaces[iface(clash, "www/v1")].warning,
                            "has the same MAC as eth0 on the same segment");
        assert_non_null(clash->ifaces[iface(clash, "eth0")].warning);
        assert_null(clash->ifaces[iface(clash, "v0")].warning);
}

static void look_ups(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        size_t ports[2];

        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];

                assert_int_equal(graph_find_iface(g, f->id), i);
                assert_int_equal(graph_find_number(g, f->number), i);
                assert_int_equal(graph_find_iface_in(g, f->jail, f->name), i);
                assert_true(i >= g->jails[f->jail].iface_first &&
                            i < g->jails[f->jail].iface_first + g->jails[f->jail].iface_count);
        }
        for (size_t n = 0; n < g->node_count; n++)
                assert_int_equal(graph_find_node(g, g->nodes[n].id), n);
        for (size_t h = 0; h < g->hook_count; h++) {
                assert_int_equal(graph_find_hook(g, g->hooks[h].node, g->hooks[h].name), h);
                assert_int_equal(graph_hook_peer(g, graph_hook_peer(g, h)), h);
        }
        assert_int_equal(graph_ports(g, iface(g, "lan0"), ports, 2), 3);
        assert_int_equal(ports[1], iface(g, "epair1a"));
        assert_int_equal(graph_ports(g, iface(g, "eth0"), NULL, 0), 0);
        assert_int_equal(graph_find_iface(g, (struct iface_id){0}), NONE);
        assert_int_equal(graph_find_number(g, 0), NONE);
        assert_int_equal(graph_find_jail(g, "nobody"), NONE);
        for (size_t j = 0; j < g->jail_count; j++)
                for (size_t r = 0; r < g->jails[j].route_count; r++)
                        assert_int_equal(g->routes[g->jails[j].route_first + r].jail, j);
}

static void nothing_at_all(void **state)
{
        (void)state;
        struct graph_build *b = graph_build_new("alpha");
        struct jail host = {.cookie = 1, .nsid = -1};

        (void)graph_build_jail(b, &host);
        graph_build_partial(b, "first");
        graph_build_partial(b, "second");
        graph_build_warning(b, "%d things", 3);
        CLEANUP(graph_unrefp) const struct graph *g = graph_build_finish(b, NULL, 7);

        assert_int_equal(g->jail_count, 1);
        assert_int_equal(g->iface_count + g->edge_count + g->node_count, 0);
        assert_string_equal(g->partial, "first");
        assert_string_equal(g->warnings[0], "3 things");
        assert_false(g->has_routes);
        assert_int_equal(g->serial, 7);
        graph_unref(graph_ref(g));
        graph_build_free(graph_build_new("never finished"));
        graph_build_free(NULL);
        graph_unref(NULL);
}

static void told_twice(void **state)
{
        (void)state;
        struct graph_build *b = graph_build_new("alpha");
        struct jail host = {.cookie = 1, .nsid = -1}, www = {.name = "www", .cookie = 2, .origin = ORIGIN_NAMED};
        struct iface i = {.id.ifindex = 2, .name = "old"};

        (void)graph_build_jail(b, &host);
        size_t first = graph_build_jail(b, &www), second = graph_build_jail(b, &www);

        (void)graph_build_iface(b, first, &i);
        i.name = "new";
        (void)graph_build_iface(b, second, &i);
        CLEANUP(graph_unrefp) const struct graph *g = graph_build_finish(b, NULL, 1);

        assert_int_equal(g->jail_count, 2);
        assert_int_equal(g->iface_count, 1);
        assert_string_equal(g->ifaces[0].name, "new");
}

/* 2000 jails are a matter of milliseconds; the bound only tells quadratic work from the rest on any machine. */
static void many_jails_build_fast(void **state)
{
        (void)state;
        int64_t begin = clock_now_ms();
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(2000);

        assert_in_range(clock_now_ms() - begin, 0, 2000);
        assert_int_equal(g->jail_count, 2001);
        assert_int_equal(g->edge_count, 4000);
        assert_string_equal(g->jails[2000].name, "j1999");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(edges_of_bridges_and_pairs),
                cmocka_unit_test(edges_of_other_kinds),
                cmocka_unit_test(fabric_ends_collapse),
                cmocka_unit_test(a_mark_does_not_hide_a_plain_pair),
                cmocka_unit_test(recorded_names_win),
                cmocka_unit_test(upper_is_an_edge),
                cmocka_unit_test(wire_is_an_edge),
                cmocka_unit_test(names_stay_unique),
                cmocka_unit_test(peers_by_home_and_by_caller),
                cmocka_unit_test(peers_by_each_other),
                cmocka_unit_test(parents_by_a_told_id),
                cmocka_unit_test(several_ends_are_ambiguous),
                cmocka_unit_test(equal_indexes_by_namespace),
                cmocka_unit_test(equal_indexes_by_marks),
                cmocka_unit_test(equal_indexes_by_a_known_id),
                cmocka_unit_test(jails_get_names),
                cmocka_unit_test(equal_macs_are_flagged),
                cmocka_unit_test(look_ups),
                cmocka_unit_test(guests_hang_on_interfaces),
                cmocka_unit_test(nothing_at_all),
                cmocka_unit_test(told_twice),
                cmocka_unit_test(many_jails_build_fast),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
