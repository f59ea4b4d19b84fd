/*
 * test_export.c - netgraph's nodes as a script, and what that script makes: kinds of nodes that not every kernel has,
 * each with what it was set to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/export.h"
#include "core/dialect/ngctl.h"
#include "tests/lib/topo.h"

static const struct graph *nics(void)
{
        struct topo *t = topo_begin();

        for (unsigned k = 0; k < 3; k++) {
                CLEANUP(freep) char *name = xasprintf("eth%u", k);

                (void)topo_link(t, 0, name, KIND_PHYSICAL, "");
        }
        return topo_finish(t, NULL);
}

static void keep_nodes(void *user, const char *path, const struct text *t)
{
        if (strcmp(path, "netgraph_nodes.ngctl") == 0)
                text_put(user, text_str(t));
}

/* The script of a session on the bare host, which is what `lines` has made there. */
static void export_after(const char *lines, struct text *ret, struct text *ret_left)
{
        CLEANUP(graph_unrefp) const struct graph *g = nics();
        struct static_hosts hosts = {0};
        struct dialect d;
        struct ngctl *n = ngctl_new(NULL, 9);

        dialect_init(&d, g, "host", false);
        ngctl_begin(n, &d);
        for (const char *s = lines; *s; s += strcspn(s, "\n"), s += *s == '\n') {
                CLEANUP(freep) char *line = xstrndup(s, strcspn(s, "\n"));

                if (ngctl_line(n, line) != NGCTL_DONE)
                        fail_msg("%s: %s", line, text_str(&d.said));
        }
        assert_int_equal(ngctl_end(n), NGCTL_DONE);
        export_freebsd(dialect_graph(&d), &hosts, keep_nodes, ret, ret_left);
        ngctl_free(n);
        dialect_done(&d);
}

/* Exported, read, and exported again: the same script. */
static void assert_returns(const char *lines, const char *const *has)
{
        CLEANUP(text_done) struct text first = {0};
        CLEANUP(text_done) struct text second = {0};
        CLEANUP(text_done) struct text left = {0};

        export_after(lines, &first, &left);
        assert_string_equal(text_str(&left), "");
        for (size_t k = 0; has[k]; k++)
                if (!strstr(text_str(&first), has[k]))
                        fail_msg("no '%s' in:\n%s", has[k], text_str(&first));
        export_after(text_str(&first), &second, &left);
        assert_string_equal(text_str(&left), "");
        assert_string_equal(text_str(&first), text_str(&second));
}

static void test_one2many(void **state)
{
        static const char *const all[] = {"msg om: setconfig { xmitAlg=2 failAlg=2", NULL};
        static const char *const failover[] = {"msg om: setconfig { xmitAlg=3 failAlg=2", NULL};

        (void)state;
        assert_returns("mkpeer eth0: one2many upper one\n"
                       "name eth0:upper om\n"
                       "msg om: setconfig { xmitAlg=2 failAlg=2 }\n"
                       "connect eth1: om: lower many0\n"
                       "connect eth2: om: lower many3\n",
                       all);
        assert_returns("mkpeer eth1: one2many lower many3\n"
                       "name eth1:lower om\n"
                       "msg om: setconfig { xmitAlg=3 failAlg=2 enabledLinks=[ 3=1 ] }\n"
                       "connect eth2: om: lower many0\n",
                       failover);
}

static void test_bridge(void **state)
{
        static const char *const has[] = {"msg sw: setconfig { maxStaleness=77 }\n", "msg sw: setpersistent\n", NULL};

        (void)state;
        assert_returns("mkpeer eth0: bridge lower link3\n"
                       "name eth0:lower sw\n"
                       "msg sw: setpersistent\n"
                       "msg sw: setconfig { maxStaleness=77 }\n"
                       "connect eth1: sw: lower uplink1\n",
                       has);
}

static void test_vlan(void **state)
{
        static const char *const has[] = {"msg v: addfilter { vlan=7 hook=\"seven\" }\n", NULL};

        (void)state;
        assert_returns("mkpeer eth0: vlan lower downstream\n"
                       "name eth0:lower v\n"
                       "connect eth1: v: lower seven\n"
                       "connect eth2: v: lower nomatch\n"
                       "msg v: addfilter { vlan=7 hook=\"seven\" }\n",
                       has);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_one2many),
                cmocka_unit_test(test_bridge),
                cmocka_unit_test(test_vlan),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
