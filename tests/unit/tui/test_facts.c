/* test_facts.c - the lines of the Details view about what the graph does not hold: what was asked of a stack, a
 * bridge's table, the journal, and the last minutes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <linux/neighbour.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "tests/lib/topo.h"
#include "ui/tui/views/facts.h"

/* "LABEL|VALUE", one a line; a heading is "[TITLE]". */
static char *text_of(const struct facts *f)
{
        struct text t = {0};

        for (size_t k = 0; k < f->count; k++) {
                if (f->items[k].label)
                        text_putf(&t, "%s|%s\n", f->items[k].label, f->items[k].value);
                else
                        text_putf(&t, "[%s]\n", f->items[k].value);
        }
        return text_take(&t);
}

static void has(const char *all, const char *line)
{
        if (!strstr(all, line))
                fail_msg("lacks: %s\nin:\n%s", line, all);
}

static void test_jail(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        size_t jail = graph_find_jail(g, "router");
        struct depth_neighbour n = {.state = NUD_FAILED,
                                    .ifindex = g->ifaces[g->jails[jail].iface_first + 1].id.ifindex};
        struct depth_listener l = {.port = 80, .pid = 42, .command = "nginx", .address = {.family = AF_INET}};
        struct depth_process p = {.pid = 42, .command = "nginx", .user = "www"};
        struct depth_chain c = {.table = "filter", .chain = "forward", .rule_count = 2, .drops = true};
        struct app_journal_entry entries[] = {
                {.number = 9, .state = PLAN_DONE, .user = "ann", .words = "create epair x0 router/x1"},
                {.number = 3, .state = PLAN_DONE, .user = "bob", .words = "create jail router"},
        };
        struct inside in = {.is_known = true, .entries = entries, .entry_count = ARRAY_SIZE(entries)};
        struct facts f = {0};

        (void)state;
        assert_int_equal(prefix_parse("10.1.0.7", &n.address, NULL), 0);
        in.depth = (struct depth){.known = DEPTH_ALL,
                                  .neighbours = &n,
                                  .neighbour_count = 1,
                                  .listeners = &l,
                                  .listener_count = 1,
                                  .processes = &p,
                                  .process_count = 1,
                                  .process_total = 1,
                                  .chains = &c,
                                  .chain_count = 1};
        fact_list_inside(&f, g, (struct object){OBJECT_JAIL, jail}, &in);

        CLEANUP(freep) char *all = text_of(&f);

        has(all, "[Neighbours]\nKnown here|10.1.0.7");
        has(all, "failed  on ");
        has(all, "Policy|the usual three");
        has(all, "Firewall|table filter, chain forward: 2 rules, drops the rest");
        has(all, "[Listening]\ntcp|0.0.0.0:80  nginx(42)");
        has(all, "[Processes]\n42|nginx");
        has(all, "by bob, plan 3"); /* the pair in it was made by another */
        has(all, "plan 9|");
        fact_list_done(&f);
}

static void test_bridge(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        size_t bridge = NONE, port = NONE;
        struct facts f = {0};

        (void)state;
        for (size_t k = 0; k < g->iface_count; k++)
                if (g->ifaces[k].kind == KIND_BRIDGE)
                        bridge = k;
        assert_true(bridge != NONE && graph_ports(g, bridge, &port, 1) > 0);

        struct bridge_host hosts[] = {
                {.mac = {{2, 0, 0, 0, 0, 9}, true}, .ifindex = g->ifaces[port].id.ifindex, .staleness_s = 65},
                {.mac = {{2, 0, 0, 0, 0, 8}, true}, .ifindex = g->ifaces[port].id.ifindex, .is_own = true},
        };
        struct depth_vlan vlans[] = {{g->ifaces[bridge].id.ifindex, 1, 1, true, true},
                                     {g->ifaces[bridge].id.ifindex, 20, 29, false, false}};
        struct inside in = {.is_known = true, .has_hosts = true, .hosts = hosts, .host_count = 2};

        struct depth_redirect redirects[] = {
                {.ifindex = g->ifaces[bridge].id.ifindex, .target = g->ifaces[port].id.ifindex, .takes_all = true},
                {.ifindex = g->ifaces[bridge].id.ifindex, .is_drop = true, .is_out = true},
                {.ifindex = g->ifaces[port].id.ifindex, .is_drop = true}};

        in.depth = (struct depth){.known = DEPTH_ALL,
                                  .vlans = vlans,
                                  .vlan_count = 2,
                                  .redirects = redirects,
                                  .redirect_count = ARRAY_SIZE(redirects)};
        fact_list_inside(&f, g, (struct object){OBJECT_IFACE, bridge}, &in);

        CLEANUP(freep) char *all = text_of(&f);

        has(all, "[Forwarding table]\nLearnt|02:00:00:00:00:09  behind ");
        has(all, "heard 1m ago");
        assert_null(strstr(all, "02:00:00:00:00:08")); /* its own */
        has(all, "[VLANs]\nLets pass|1  PVID  untagged\n|20 to 29\n");
        has(all, "[Filters]\ntc|hands on all that it receives to ");
        has(all, "\n|drops some that it sends\n");
        fact_list_done(&f);
}

static void test_past(void **state)
{
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        struct history *h = history_new();
        struct ui u = {.graph = g, .history = h};
        struct facts f = {0};
        struct past past;

        (void)state;
        fact_list_past(&f, &u, (struct object){OBJECT_JAIL, 0}, 90, &past);
        assert_int_equal(f.count, 2 + 2 * PLOT_ROWS);
        assert_string_equal(f.items[0].value, "The last two minutes");
        assert_string_equal(f.items[2].label, "up to 0");
        assert_int_equal(f.items[1 + PLOT_ROWS].plot, 2);
        fact_list_done(&f);
        history_free(h);
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_jail), cmocka_unit_test(test_bridge),
                                           cmocka_unit_test(test_past)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
