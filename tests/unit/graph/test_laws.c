/*
 * Proves that whatever facts come in (a dump cut by a change, a lying jail, loops of masters), the graph keeps its
 * laws: each look-up finds what it should, peers are mutual, hooks have two ends and names of their own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/text.h"
#include "core/graph/diff.h"
#include "core/graph/query.h"
#include "tests/lib/topo.h"

/* A small generator of its own, so that a failing round can be played again anywhere. */
static uint32_t dice(uint32_t *seed, uint32_t sides)
{
        *seed = *seed * 1664525u + 1013904223u;
        return (*seed >> 8) % sides;
}

static const struct graph *random_graph(uint32_t *seed, struct registry *r)
{
        static const enum iface_kind kinds[] = {KIND_VETH,    KIND_VETH,     KIND_VETH, KIND_BRIDGE, KIND_VLAN,
                                                KIND_MACVLAN, KIND_PHYSICAL, KIND_BOND, KIND_OTHER};
        static const char *const words[] = {"veth", "veth", "veth", "bridge", "vlan", "macvlan", "", "bond", "gre"};
        static const char *const roles[] = {"plain", "epair", "eiface", "fabric", "bridge", "hub", "wire", "wire"};
        struct topo *t = topo_begin();
        uint32_t jails = 1 + dice(seed, 6);

        for (uint32_t j = 1; j < jails; j++) {
                static const char *const names[] = {"a", "b", "host", "", "a"};
                struct jail *facts = topo_jail_facts(t, topo_jail(t, names[dice(seed, 5)]));

                facts->origin = (enum jail_origin)(1 + dice(seed, 8));
                facts->nsid = (int)dice(seed, 5) - 1;
                facts->cookie = dice(seed, 8) ? 0x2000 + dice(seed, 12) : 0; /* twice the same, or none */
                facts->pid = (pid_t)dice(seed, 3);
                facts->state = dice(seed, 8) ? JAIL_ALIVE : JAIL_HIDDEN;
        }
        for (uint32_t n = dice(seed, 40); n > 0; n--) {
                uint32_t k = dice(seed, ARRAY_SIZE(kinds));
                char name[IF_NAME_SIZE], mark[32];
                size_t i, other;

                (void)str_format(name, sizeof(name), "i%u", dice(seed, 6)); /* names may be double, too */
                if (dice(seed, 4) == 0) {                                   /* an honest pair among the rest */
                        topo_pair(t, dice(seed, jails), name, dice(seed, jails), name, &i, &other);
                        if (dice(seed, 2)) {
                                topo_altname(t, i, "jn.00000011.eiface");
                                topo_altname(t, other, "jn.00000012.fabric");
                                topo_iface_facts(t, other)->master_ifindex = (int)dice(seed, 10);
                        }
                        continue;
                }
                i = topo_link(t, dice(seed, jails), name, kinds[k], words[k]);

                struct iface *f = topo_iface_facts(t, i);

                f->id.ifindex = 1 + (int)dice(seed, 9);
                f->link_ifindex = (int)dice(seed, 10);
                f->link_nsid = (int)dice(seed, 5) - 1;
                f->link_nsid_home = (int)dice(seed, 5) - 1;
                f->master_ifindex = (int)dice(seed, 10);
                f->port_number = (uint16_t)dice(seed, 4);
                f->vlan_id = (uint16_t)dice(seed, 2);
                f->mac.bytes[5] = (uint8_t)dice(seed, 4);
                if (dice(seed, 3) == 0) {
                        (void)str_format(mark, sizeof(mark), "jn.%08x.%s", 1 + dice(seed, 30), roles[dice(seed, 8)]);
                        topo_altname(t, i, mark);
                }
        }
        if (dice(seed, 2))
                topo_nsid(t, dice(seed, jails), (int)dice(seed, 4), dice(seed, jails));
        return topo_finish(t, r);
}

static void check_ifaces(const struct graph *g)
{
        for (size_t i = 0; i < g->iface_count; i++) {
                const struct iface *f = &g->ifaces[i];
                const struct jail *j = &g->jails[f->jail];

                assert_true(i >= j->iface_first && i < j->iface_first + j->iface_count);
                assert_int_equal(graph_find_number(g, f->number), i); /* so no number stands twice */
                if (f->id.cookie)
                        assert_int_equal(graph_find_iface(g, f->id), i);
                assert_true(f->node < g->node_count);
                assert_true(f->master == NONE || g->ifaces[f->master].jail == f->jail);
                assert_true((f->peer != NONE) == (f->peer_state == PEER_KNOWN));
                if (f->peer != NONE) {
                        assert_int_equal(g->ifaces[f->peer].peer, i);
                        assert_true(f->peer != i);
                }
        }
}

static void check_nodes(const struct graph *g)
{
        for (size_t n = 0; n < g->node_count; n++) {
                const struct node *node = &g->nodes[n];

                assert_int_equal(graph_find_node(g, node->id), n);
                assert_int_equal(g->ifaces[node->iface].node, n);
                if (node->name)
                        assert_int_equal(graph_find_node_named(g, node->jail, node->name), n);
                for (size_t h = node->hook_first; h != NONE; h = g->hooks[h].next)
                        assert_int_equal(g->hooks[h].node, n);
        }
        for (size_t h = 0; h < g->hook_count; h++) {
                const struct edge *e = &g->edges[g->hooks[h].edge];

                assert_int_equal(graph_find_hook(g, g->hooks[h].node, g->hooks[h].name), h); /* unique on its node */
                assert_true(e->a == h || e->b == h);
                assert_true(e->a != e->b);
                assert_true(strlen(g->hooks[h].name) < HOOK_NAME_SIZE);
        }
        assert_int_equal(g->hook_count, 2 * g->edge_count);
}

static void check_jails(const struct graph *g)
{
        for (size_t j = 0; j < g->jail_count; j++) {
                const struct jail *jail = &g->jails[j];

                assert_true(jail->name[0]);
                assert_true(j == 0 || jail->jid > g->jails[j - 1].jid);
                if (jail->state != JAIL_DYING)
                        assert_int_equal(graph_find_jail(g, jail->name), j);
        }
        assert_int_equal(graph_find_jail(g, "host"), 0);
}

static void check_registry(struct registry *r)
{
        for (size_t i = 0; i < r->iface_count; i++) {
                assert_int_not_equal(r->ifaces[i].number, 0);
                assert_ptr_equal(registry_find_number(r, r->ifaces[i].number), &r->ifaces[i]);
                if (r->ifaces[i].id.cookie)
                        assert_ptr_equal(registry_find_iface(r, r->ifaces[i].id), &r->ifaces[i]);
        }
        for (size_t i = 0; i < r->jail_count; i++)
                assert_ptr_equal(registry_find_jail(r, r->jails[i].cookie), &r->jails[i]);
}

static void any_facts_keep_the_laws(void **state)
{
        size_t edges = 0, peers = 0, loans = 0;

        (void)state;
        for (uint32_t round = 0; round < 300; round++) {
                struct registry *r = registry_new();
                const struct graph *before = NULL;
                uint32_t seed = round;

                for (unsigned scan = 0; scan < 6; scan++) {
                        const struct graph *g = random_graph(&seed, r);
                        CLEANUP(freep) struct diff_entry *entries = NULL;
                        CLEANUP(text_done) struct text t = {0};

                        check_jails(g);
                        check_ifaces(g);
                        check_nodes(g);
                        check_registry(r);
                        edges += g->edge_count;
                        loans += g->loan_count;
                        for (size_t i = 0; i < g->iface_count; i++)
                                peers += g->ifaces[i].peer != NONE;
                        for (size_t n = before ? diff_graphs(before, g, &entries) : 0; n > 0; n--)
                                diff_put_line(&t, before, g, &entries[n - 1]);
                        graph_unref(before);
                        before = g;
                }
                graph_unref(before);
                registry_free(r);
        }
        /* The dice did bring about what is to be tested. */
        assert_true(edges > 1000 && peers > 500 && loans > 100);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(any_facts_keep_the_laws)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
