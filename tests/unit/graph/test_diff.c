/* Proves that each change between two graphs is told once, in plain words, and that counters are no change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/text.h"
#include "core/graph/diff.h"
#include "tests/lib/topo.h"

/* One network, with a change or none. */
enum change {
        AS_IT_IS,
        COUNTED,
        RENAMED,
        DOWN,
        READDRESSED,
        SEVERAL,
        LEFT,
        MOVED,
        GONE,
        ADDED,
        JAIL_GONE,
        JAIL_NEW,
        JAIL_GLIMPSED,
        HOSTILE,
        REROUTED
};

static const struct graph *scene(struct registry *r, enum change c)
{
        struct topo *t = topo_begin();
        size_t br = topo_bridge(t, 0, "br0"), www = c == JAIL_GONE ? NONE : topo_jail(t, "www"), eth1 = NONE;
        size_t eth0 = topo_link(t, 0, c == RENAMED ? "uplink" : c == HOSTILE ? "\033[31m" : "eth0", KIND_PHYSICAL, "");
        struct iface *f = topo_iface_facts(t, eth0);

        topo_iface_facts(t, br)->counters.rx_bytes = c == COUNTED ? 999999 : 1;
        if (c == SEVERAL)
                f->mtu_bytes = 1300;
        if (c == DOWN || c == SEVERAL)
                f->is_up = false;
        if (c == READDRESSED)
                topo_address(t, eth0, "10.0.0.1/24");
        if (c != LEFT)
                topo_port(t, br, eth0);
        if (c != GONE) {
                eth1 = topo_link(t, c == MOVED ? www : 0, "eth1", KIND_PHYSICAL, "");
                (void)mac_parse("02:00:5e:00:53:01", &topo_iface_facts(t, eth1)->mac);
                topo_iface_facts(t, eth1)->permanent = topo_iface_facts(t, eth1)->mac;
        }
        if (c == ADDED)
                (void)topo_link(t, 0, "tap0", KIND_TAP, "tun");
        if (c == JAIL_NEW)
                (void)topo_jail(t, "db");
        if (c == JAIL_GLIMPSED)
                topo_jail_facts(t, topo_jail(t, "nsid1"))->cookie = 0;
        topo_route(t, 0, "0.0.0.0/0", c == REROUTED ? "192.0.2.2" : "192.0.2.1", eth0);
        if (c == REROUTED)
                topo_route(t, 0, "203.0.113.0/24", NULL, br);
        return topo_finish(t, r);
}

static void assert_lines_since(enum change first, enum change c, const char *wanted)
{
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *before = scene(r, first);
        CLEANUP(graph_unrefp) const struct graph *after = scene(r, c);
        CLEANUP(text_done) struct text t = {0};
        struct diff_entry *entries = NULL;
        size_t count = diff_graphs(before, after, &entries);

        for (size_t i = 0; i < count; i++) {
                diff_put_line(&t, before, after, &entries[i]);
                text_put(&t, "\n");
        }
        assert_string_equal(text_str(&t), wanted);
        free(entries);
        registry_free(r);
}

static void assert_lines(enum change c, const char *wanted)
{
        assert_lines_since(AS_IT_IS, c, wanted);
}

/* A jail that was seen by its number alone, before it could be entered, is the one that has a name now. */
static void a_glimpsed_jail_is_the_same(void **state)
{
        (void)state;
        assert_lines_since(JAIL_GLIMPSED, JAIL_NEW, "db: new jail\n");
        assert_lines_since(JAIL_GLIMPSED, AS_IT_IS, "nsid1: jail is gone\nnsid1/lo: gone\n");
}

static void changes_are_told(void **state)
{
        (void)state;
        assert_lines(AS_IT_IS, "");
        assert_lines(COUNTED, "");
        assert_lines(RENAMED, "uplink: renamed from eth0\n");
        assert_lines(HOSTILE, "\\x1b[31m: renamed from eth0\n");
        assert_lines(DOWN, "eth0: down\n");
        assert_lines(READDRESSED, "eth0: new 10.0.0.1/24\n");
        assert_lines(SEVERAL, "eth0: down; MTU 1300, was 1500\n");
        assert_lines(LEFT, "eth0: left br0\n");
        assert_lines(MOVED, "www/eth1: moved from host\n");
        assert_lines(GONE, "eth1: gone\n");
        assert_lines(ADDED, "tap0: new\n");
        assert_lines(JAIL_GONE, "www: jail is gone\nwww/lo: gone\n");
        assert_lines(JAIL_NEW, "db: new jail\ndb/lo: new\n");
}

static void assert_routes(enum change c, const char *wanted)
{
        struct registry *r = registry_new();
        CLEANUP(graph_unrefp) const struct graph *before = scene(r, AS_IT_IS);
        CLEANUP(graph_unrefp) const struct graph *after = scene(r, c);
        CLEANUP(text_done) struct text t = {0};

        diff_put_routes(&t, before, after);
        assert_string_equal(text_str(&t), wanted);
        registry_free(r);
}

static void routes_are_told(void **state)
{
        (void)state;
        assert_routes(AS_IT_IS, "");
        assert_routes(GONE, "");
        assert_routes(REROUTED,
                      "host: no more route default via 192.0.2.1 on eth0; "
                      "host: new route default via 192.0.2.2 on eth0; "
                      "host: new route 203.0.113.0/24 on br0");
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(changes_are_told),
                                           cmocka_unit_test(a_glimpsed_jail_is_the_same),
                                           cmocka_unit_test(routes_are_told)};

        return cmocka_run_group_tests(tests, NULL, NULL);
}
