/*
 * test_law.c - the one law of all verbs, with a real kernel in a private network and a real inventory: snapshot A; a
 * plan that fails at its end, and the snapshot is A; the plan done, and something is different; its undo done, and the
 * snapshot is A again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/exec/exec.h"
#include "core/kernel/apply.h"
#include "core/kernel/observer.h"
#include "core/plan/simulate.h"
#include "db/db.h"
#include "tests/lib/netbox.h"

#define INVENTORY "/run/inventory.db" /* in the box's own /run */
#define SETTLE_MS 10000

static struct db *db;

/* A jail with a port of a bridge's peer in it, addresses and routes on both sides, and a lent interface. */
static int setup(void **state)
{
        struct err e = {0};

        (void)state;
        assert_int_equal(db_open(INVENTORY, DB_CREATE, &db, NULL, &e), 0);
        free(netbox_read("%s",
                         "ip netns add www; ip -batch - <<'end'\n"
                         "link set lo up\n"
                         "link add br0 address 02:00:00:00:01:00 type bridge\n"
                         "addr add 10.1.0.1/24 dev br0\n"
                         "link set br0 up\n"
                         "link add p0 address 02:00:00:00:01:01 numtxqueues 1 numrxqueues 1 type veth peer "
                         "name eth0 address 02:00:00:00:01:02 numtxqueues 1 numrxqueues 1 netns www\n"
                         "link set p0 master br0 alias lent up\n"
                         "link add a0 address 02:00:00:00:01:03 numtxqueues 1 numrxqueues 1 type veth peer "
                         "name a1 address 02:00:00:00:01:04 numtxqueues 1 numrxqueues 1\n"
                         "link set a1 up\n"
                         "link set a0 up mtu 1400\n"
                         "addr add 10.5.0.1/24 dev a0\n"
                         "addr add 2001:db8:5::1/64 dev a0\n"
                         "route add 10.6.0.0/16 via 10.5.0.9\n"
                         "link property add dev a0 altname another-name-of-a0\n"
                         "end\n"
                         "ip -n www -batch - <<'end'\n"
                         "link set lo up\n"
                         "addr add 10.1.0.2/24 dev eth0\n"
                         "addr add 2001:db8:1::2/64 dev eth0\n"
                         "link set eth0 up\n"
                         "route add default via 10.1.0.1\n"
                         "link add down0 numtxqueues 1 numrxqueues 1 type veth peer name down1 numtxqueues 1 "
                         "numrxqueues 1\n"
                         "end\n"));
        return 0;
}

static int teardown(void **state)
{
        (void)state;
        db_close(db);
        db = NULL;
        free(netbox_read("rm -f " INVENTORY
                         "*; for f in /run/netns/*; do [ -e \"$f\" ] && ip netns del \"${f##*/}\"; done;"
                         " for l in $(ip -j link | jq -r '.[] | select(.ifname != \"lo\") | .ifname'); do"
                         " ip link del $l 2>/dev/null; done; :"));
        return 0;
}

static const struct graph *scan(void)
{
        const struct observer_options o = {.want_routes = true, .store = db_registry_store(db)};
        const struct graph *g = NULL;
        struct err e = {0};
        char line[512];

        if (observer_scan(&o, &g, &e) < 0)
                fail_msg("no picture: %s", err_sentence(&e, line, sizeof(line)));
        return g;
}

static int run(struct plan *p, const struct graph *g)
{
        const struct exec_options o = {.graph = g, .journal = db_journal(db), .lock_timeout_ms = 1000};
        struct err e = {0};

        return exec_run(p, &o, &e);
}

/* A plan for a command line, on the graph as it is now. */
static struct plan *plan_of(const char *command, const struct graph *g)
{
        CLEANUP(freep) char *words = xstrdup(command);
        char *argv[16];
        int argc = 0;
        struct intent in = {0};
        struct plan *p = NULL;
        struct err e = {0};
        char line[512];

        for (char *save = NULL, *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
                argv[argc++] = w;
        argv[argc] = NULL;
        if (verb_parse(argc, argv, &in, &e) < 0 || plan_build(&in, g, &p, &e) < 0)
                fail_msg("%s: %s", command, err_sentence(&e, line, sizeof(line)));
        return p;
}

static void check_same(const char *command, const char *when, const char *before)
{
        CLEANUP(freep) char *after = netbox_snapshot();

        const char *b = before, *a = after;

        if (strcmp(before, after) == 0)
                return;
        for (size_t k = strcspn(b, "\n"); strncmp(b, a, k + 1) == 0; k = strcspn(b, "\n")) {
                b += k + 1;
                a += k + 1;
        }
        /* Not print_error, which cuts what is long. */
        (void)fprintf(stderr, "%s, %s\n-%.*s\n+%.*s\n", command, when, (int)strcspn(b, "\n"), b, (int)strcspn(a, "\n"),
                      a);
        fail();
}

/* One interface in all that is foretold; has_mac: its address is known beforehand. */
static void put_iface(struct text *t, const struct graph *g, size_t iface, bool has_mac)
{
        const struct iface *i = &g->ifaces[iface];
        const size_t others[] = {i->master, i->peer, i->parent};
        char buf[PREFIX_TEXT_SIZE];

        text_putf(t, "%s/%s %s role %d %s%s mtu %u alias %s pin %s", g->jails[i->jail].name, i->name, i->kind_name,
                  i->role, i->is_up ? "up" : "down", i->is_running ? " running" : "", i->mtu_bytes,
                  i->alias ? i->alias : "-", mac_format(i->pin, buf));
        text_putf(t, " mac %s port %u", has_mac ? mac_format(i->mac, buf) : "", i->port_number);
        for (size_t k = 0; k < ARRAY_SIZE(others); k++) {
                const struct iface *o = others[k] == NONE ? NULL : &g->ifaces[others[k]];

                text_putf(t, " (%s/%s)", o ? g->jails[o->jail].name : "", o ? o->name : "");
        }
        for (size_t k = 0; k < i->address_count; k++)
                if (!prefix_is_link_local(&i->addresses[k]) && i->kind != KIND_LOOPBACK)
                        text_putf(t, " %s", prefix_format(&i->addresses[k], buf));
        for (size_t k = 0; k < i->altname_count; k++)
                text_putf(t, " %s", i->altnames[k]);
        if (i->node != NONE) {
                const struct node *n = &g->nodes[i->node];

                text_putf(t, " node %s %s:", n->name ? n->name : "-", n->type);
                for (size_t k = n->hook_first; k != NONE; k = g->hooks[k].next)
                        text_putf(t, " %s", str_has_prefix(g->hooks[k].name, "macvlan") ? "macvlan" : g->hooks[k].name);
        }
}

static void put_routes(struct text *t, const struct graph *g)
{
        char buf[PREFIX_TEXT_SIZE];

        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];

                if (r->protocol != RTPROT_KERNEL && r->protocol != RTPROT_RA)
                        text_putf(t, "%s %s via %s;", g->jails[r->jail].name, prefix_format(&r->destination, buf),
                                  r->gateway.family ? "gateway" : "");
        }
}

static void put_all(struct text *t, const struct graph *g)
{
        for (size_t k = 0; k < g->iface_count; k++) {
                put_iface(t, g, k, true);
                text_put(t, "\n");
        }
        put_routes(t, g);
}

/*
 * A picture of a kernel that has come to rest: stacks that end and carriers that come take it a moment, and it tells of
 * neither beforehand. So many jails, the host among them, and the same twice.
 */
static const struct graph *scan_settled(size_t jails)
{
        const struct timespec pause = {.tv_nsec = 20000000};
        CLEANUP(text_done) struct text last = {0};

        for (int64_t end = clock_now_ms() + SETTLE_MS; clock_now_ms() < end; (void)nanosleep(&pause, NULL)) {
                CLEANUP(graph_unrefp) const struct graph *g = scan();
                CLEANUP(text_done) struct text now = {0};

                put_all(&now, g);
                if (g->jail_count == jails && strcmp(text_str(&now), text_str(&last)) == 0)
                        return TAKE(g);
                text_clear(&last);
                text_put(&last, text_str(&now));
        }
        return scan(); /* it will be told what is wrong with it */
}

/* What of one picture is in another, by name. */
static void put_as(struct text *t, const struct graph *wanted, const struct graph *g)
{
        for (size_t k = 0; k < wanted->iface_count; k++) {
                const struct iface *i = &wanted->ifaces[k];
                size_t jail = graph_find_jail(g, wanted->jails[i->jail].name);
                size_t other = jail == NONE ? NONE : graph_find_iface_in(g, jail, i->name);

                if (other != NONE)
                        put_iface(t, g, other, i->mac.is_set);
                text_put(t, "\n");
        }
}

/* Once it is like that one, if it comes to be: a carrier can take the kernel a second. */
static const struct graph *scan_as(const struct graph *wanted)
{
        CLEANUP(text_done) struct text then = {0};

        put_as(&then, wanted, wanted);
        for (int64_t end = clock_now_ms() + SETTLE_MS;;) {
                CLEANUP(graph_unrefp) const struct graph *g = scan_settled(wanted->jail_count);
                CLEANUP(text_done) struct text now = {0};

                put_as(&now, wanted, g);
                if (strcmp(text_str(&now), text_str(&then)) == 0 || clock_now_ms() > end)
                        return TAKE(g);
        }
}

/* All that was set up at first has its carrier. */
static const struct graph *scan_first(void)
{
        for (int64_t end = clock_now_ms() + SETTLE_MS;;) {
                CLEANUP(graph_unrefp) const struct graph *g = scan_settled(2);
                size_t waited = 0;

                for (size_t k = 0; k < g->iface_count; k++)
                        waited += g->ifaces[k].is_up && !g->ifaces[k].is_running;
                if (waited == 0 || clock_now_ms() > end)
                        return TAKE(g);
        }
}

/* What was foretold is what came: identities, random addresses and what the kernel makes by itself aside. */
static void check_foretold(const char *command, const struct graph *foretold, const struct graph *came)
{
        CLEANUP(text_done) struct text routes = {0};
        CLEANUP(text_done) struct text wanted = {0};

        assert_int_equal(came->jail_count, foretold->jail_count);
        assert_int_equal(came->iface_count, foretold->iface_count);
        assert_int_equal(came->edge_count, foretold->edge_count);
        for (size_t k = 0; k < foretold->iface_count; k++) {
                const struct iface *i = &foretold->ifaces[k];
                size_t jail = graph_find_jail(came, foretold->jails[i->jail].name);
                size_t other = jail == NONE ? NONE : graph_find_iface_in(came, jail, i->name);
                CLEANUP(text_done) struct text a = {0};
                CLEANUP(text_done) struct text b = {0};

                if (other == NONE)
                        fail_msg("%s: %s did not come", command, i->name);
                put_iface(&a, foretold, k, i->mac.is_set);
                put_iface(&b, came, other, i->mac.is_set);
                if (strcmp(text_str(&a), text_str(&b)) != 0)
                        (void)fprintf(stderr, "%s, foretold and come\n-%s\n+%s\n", command, text_str(&a), text_str(&b));
                assert_string_equal(text_str(&a), text_str(&b));
        }
        put_routes(&wanted, foretold);
        put_routes(&routes, came);
        assert_int_equal(routes.length, wanted.length); /* in another order, perhaps */
        for (char *save = NULL, *line = strtok_r(wanted.s, ";", &save); line; line = strtok_r(NULL, ";", &save))
                assert_non_null(strstr(text_str(&routes), line));
}

static void law(const char *command)
{
        CLEANUP(graph_unrefp) const struct graph *g = scan_first();
        CLEANUP(plan_freep) struct plan *bad = plan_of(command, g);
        CLEANUP(plan_freep) struct plan *back = NULL;
        CLEANUP(freep) char *before = netbox_snapshot();
        struct err e = {0};
        char line[512];

        struct step *s = plan_add(bad, STEP_LINK_UP);

        (void)str_copy(s->at.jail, sizeof(s->at.jail), "host");
        (void)str_copy(s->at.iface, sizeof(s->at.iface), "nosuch");
        assert_int_equal(run(bad, g), -ENODEV);
        if (bad->state != PLAN_ROLLED_BACK)
                fail_msg("%s: %s", command, bad->failure);
        check_same(command, "failed at its end", before);

        /* The way back may have made things anew: their identities are other ones, so plan again. */
        CLEANUP(graph_unrefp) const struct graph *again = scan_as(g);
        CLEANUP(plan_freep) struct plan *p = plan_of(command, again);

        CLEANUP(graph_unrefp) const struct graph *foretold = NULL;

        if (plan_simulate(p, again, &foretold, &e) < 0)
                fail_msg("%s, foretold: %s", command, err_sentence(&e, line, sizeof(line)));
        if (run(p, again) < 0)
                fail_msg("%s: %s", command, p->failure);

        CLEANUP(freep) char *changed = netbox_snapshot();
        if (strcmp(before, changed) == 0)
                fail_msg("%s: changed nothing", command);

        CLEANUP(graph_unrefp) const struct graph *then = scan_as(foretold);

        check_foretold(command, foretold, then);
        if (plan_build_undo(p, then, &back, &e) < 0)
                fail_msg("undo %s: %s", command, err_sentence(&e, line, sizeof(line)));
        if (run(back, then) < 0)
                fail_msg("undo %s: %s", command, back->failure);
        check_same(command, "undone", before);
}

struct law_row {
        const char *command;
        enum iface_kind needs; /* a kind that some kernels lack; KIND_PHYSICAL none */
};

static struct law_row rows[] = {
        {"create jail db", KIND_PHYSICAL},
        {"create bridge br1 --stp", KIND_PHYSICAL},
        {"create bridge br1 --jail www", KIND_PHYSICAL},
        {"create epair", KIND_PHYSICAL},
        {"create epair x www/y", KIND_PHYSICAL},
        {"create eiface", KIND_PHYSICAL},
        {"create macvlan a0 mv0 --mode bridge", KIND_MACVLAN},
        {"create vxlan vx0 42 --remote 10.5.0.9", KIND_VXLAN},
        {"create tap tap7", KIND_TAP},
        {"destroy a0", KIND_PHYSICAL},
        {"destroy p0", KIND_PHYSICAL},
        {"destroy br0", KIND_PHYSICAL},
        {"destroy jail:www", KIND_PHYSICAL},
        {"rename a0 lan0", KIND_PHYSICAL},
        {"rename jail:www web", KIND_PHYSICAL},
        {"attach a0 br0", KIND_PHYSICAL},
        {"detach p0", KIND_PHYSICAL},
        {"move a0 www", KIND_PHYSICAL},
        {"move p0 www", KIND_PHYSICAL},
        {"return www/eth0", KIND_PHYSICAL},
        {"pin a0 02:00:00:00:00:99", KIND_PHYSICAL},
        {"up www/down0", KIND_PHYSICAL},
        {"down a0", KIND_PHYSICAL},
        {"mtu a0 1300", KIND_PHYSICAL},
        {"alias a0 hello", KIND_PHYSICAL},
        {"address add a0 10.7.0.1/24", KIND_PHYSICAL},
        {"address add a0 2001:db8:7::1/64", KIND_PHYSICAL},
        {"address del a0 10.5.0.1/24", KIND_PHYSICAL},
        {"route add host 10.8.0.0/16 10.5.0.9", KIND_PHYSICAL},
        {"route del www default", KIND_PHYSICAL},
};

static bool has_kind(enum iface_kind k)
{
        CLEANUP(graph_unrefp) const struct graph *g = scan();
        struct applier *a = applier_new(g);
        bool has = applier_has_kind(a, k) == 1;

        applier_free(a);
        return has;
}

static void test_law(void **state)
{
        const struct law_row *row = *state;

        if (row->needs != KIND_PHYSICAL && !has_kind(row->needs))
                skip();
        law(row->command);
}

int main(void)
{
        struct CMUnitTest tests[ARRAY_SIZE(rows)];
        int r = netbox_enter();

        if (r < 0) {
                printf("skipped: no private network here: %s\n", strerror(-r));
                return 77;
        }
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
                tests[i] = (struct CMUnitTest){rows[i].command, test_law, setup, teardown, &rows[i]};
        return cmocka_run_group_tests(tests, NULL, NULL);
}
