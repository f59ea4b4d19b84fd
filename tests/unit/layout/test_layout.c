/*
 * test_layout.c - boxes don't overlap, edges run at right angles through no box and no word, what is known stays where
 * it is, and a thousand jails are laid out in an instant. Over written networks and random ones; a failure prints its
 * seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/alloc.h"
#include "tests/lib/layout_check.h"
#include "tests/lib/topo.h"
#include "ui/tui/layout/layout.h"

static const int widths[] = {0, 80, 120, 40};

static void check_all(const struct graph *g, const char *what)
{
        for (enum layout_level level = LAYOUT_GROUPS; level < LAYOUT_LEVEL_COUNT; level++) {
                for (size_t w = 0; w < ARRAY_SIZE(widths); w++) {
                        struct layout_options o = {.level = level, .columns = widths[w], .rows = w ? 20 : 0};
                        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
                        const char *wrong = layout_check(l);

                        if (wrong)
                                fail_msg("%s, level %d, %d columns: %s", what, (int)level, widths[w], wrong);
                }
        }
}

static void test_written_networks(void **state)
{
        (void)state;
        static const struct {
                const char *name;
                const struct graph *(*make)(void);
        } all[] = {{"demo", topo_demo},     {"empty", topo_empty}, {"seeds", topo_seeds},
                   {"eiface", topo_eiface}, {"kinds", topo_kinds}, {"hostile", topo_hostile}};

        for (size_t n = 0; n < ARRAY_SIZE(all); n++) {
                CLEANUP(graph_unrefp) const struct graph *g = all[n].make();

                check_all(g, all[n].name);
        }
        for (size_t n = 0; n <= 130; n += 13) {
                CLEANUP(graph_unrefp) const struct graph *g = topo_many(n);

                check_all(g, "many");
        }
}

static unsigned first_seed(void)
{
        const char *s = getenv("SEED");

        return s ? (unsigned)strtoul(s, NULL, 10) : (unsigned)time(NULL) % 1000000;
}

static void test_random_networks(void **state)
{
        (void)state;
        unsigned seed = first_seed();

        print_message("seeds %u to %u (SEED=%u to repeat)\n", seed, seed + 149, seed);
        for (unsigned n = 0; n < 150; n++) {
                CLEANUP(graph_unrefp) const struct graph *g = random_graph(seed + n, n % 40, NULL);
                char what[32];

                (void)snprintf(what, sizeof(what), "SEED=%u", seed + n);
                check_all(g, what);
        }
}

/* Every hook of an edge that is drawn has its name beside it, at both ends. */
static void test_hooks_are_named(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct layout_options o = {.level = LAYOUT_FULL};
        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
        size_t named = 0;

        for (size_t h = 0; h < l->hook_count; h++) {
                const struct layout_hook *hook = &l->hooks[h];
                bool is_named = false;

                if (hook->hook == NONE)
                        continue;
                for (size_t s = 0; s < l->span_count; s++) {
                        const struct layout_span *w = &l->spans[s];
                        int gap = w->x > hook->at.x ? w->x - hook->at.x : hook->at.x - (w->x + w->w - 1);

                        is_named |= w->ink == LAYOUT_INK_HOOK && w->y == hook->at.y && gap <= 6 &&
                                strcmp(w->text, g->hooks[hook->hook].name) == 0;
                }
                assert_true(is_named);
                named++;
        }
        assert_int_equal(named, 2 * g->edge_count);
}

/* All edges of the graph are there, each once. */
static void test_edges_are_all_drawn(void **state)
{
        (void)state;
        for (unsigned seed = 1; seed < 30; seed++) {
                CLEANUP(graph_unrefp) const struct graph *g = random_graph(seed, 12, NULL);
                struct layout_options o = {.level = LAYOUT_FULL};
                CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
                CLEANUP(freep) size_t *seen = xcalloc(g->edge_count + 1, sizeof(*seen));

                for (size_t n = 0; n < l->edge_count; n++) {
                        if (l->edges[n].edge != NONE)
                                seen[l->edges[n].edge]++;
                }
                for (size_t e = 0; e < g->edge_count; e++) {
                        if (seen[e] != 1)
                                fail_msg("seed %u: edge %zu is drawn %zu times", seed, e, seen[e]);
                }
        }
}

static struct layout *build(const struct graph *g, enum layout_level level, const struct layout *previous)
{
        struct layout_options o = {.level = level};

        return layout_build(g, &o, previous);
}

/* Nothing changed: nothing moves. One more jail: no box of the others moves up or down, nor into another column. */
static void test_places_are_kept(void **state)
{
        (void)state;
        for (unsigned seed = 1; seed < 60; seed++) {
                for (enum layout_level level = LAYOUT_GROUPS; level < LAYOUT_LEVEL_COUNT; level++) {
                        struct registry *r = registry_new();
                        CLEANUP(graph_unrefp) const struct graph *g = random_graph(seed, 14, r);
                        CLEANUP(graph_unrefp) const struct graph *more = random_graph(seed, 15, r);
                        CLEANUP(layout_freep) struct layout *a = build(g, level, NULL);
                        CLEANUP(layout_freep) struct layout *same = build(g, level, a);
                        CLEANUP(layout_freep) struct layout *b = build(more, level, a);
                        const char *wrong = layout_check(b);

                        registry_free(r);
                        if (wrong)
                                fail_msg("seed %u, level %d, with one more jail: %s", seed, (int)level, wrong);
                        assert_int_equal(same->item_count, a->item_count);
                        assert_memory_equal(same->points, a->points, a->point_count * sizeof(*a->points));
                        for (size_t n = 0; n < a->item_count; n++)
                                assert_memory_equal(&same->items[n].at, &a->items[n].at, sizeof(struct layout_rect));
                }
        }
}

static void test_a_new_jail_moves_no_other(void **state)
{
        (void)state;
        for (enum layout_level level = LAYOUT_COMPACT; level < LAYOUT_LEVEL_COUNT; level++) {
                struct registry *r = registry_new();
                struct topo *t[2];
                const struct graph *g[2];

                for (int n = 0; n < 2; n++) {
                        t[n] = topo_begin();
                        size_t bridge = topo_bridge(t[n], 0, "br0"), second = topo_bridge(t[n], 0, "br1"), a, b;

                        for (size_t k = 0; k < (n ? 9u : 8u); k++) {
                                char name[32], near[32];

                                (void)snprintf(name, sizeof(name), "j%zu", k);
                                (void)snprintf(near, sizeof(near), "e%zu", k);
                                topo_pair(t[n], 0, near, topo_jail(t[n], name), "eth0", &a, &b);
                                topo_port(t[n], k % 2 ? bridge : second, a);
                                topo_address(t[n], b, "10.0.0.2/24");
                        }
                        g[n] = topo_finish(t[n], r);
                }

                CLEANUP(layout_freep) struct layout *before = build(g[0], level, NULL);
                CLEANUP(layout_freep) struct layout *after = build(g[1], level, before);

                assert_null(layout_check(after));
                for (size_t n = 0; n < before->item_count; n++) {
                        const struct layout_item *i = &before->items[n];
                        size_t now = layout_find_key(after, i->key);

                        assert_true(now != NONE);
                        if (i->kind == LAYOUT_JAIL && i->object.index != 0)
                                assert_memory_equal(&after->items[now].at, &i->at, sizeof(i->at));
                        assert_int_equal(after->items[now].at.x, i->at.x);
                }

                /* And when it goes again, all is as before. */
                CLEANUP(layout_freep) struct layout *again = build(g[0], level, after);

                for (size_t n = 0; n < before->item_count; n++) {
                        size_t now = layout_find_key(again, before->items[n].key);

                        if (before->items[n].kind == LAYOUT_JAIL && before->items[n].object.index != 0)
                                assert_memory_equal(&again->items[now].at, &before->items[n].at,
                                                    sizeof(struct layout_rect));
                }
                graph_unref(g[0]);
                graph_unref(g[1]);
                registry_free(r);
        }
}

/* A life of changes: every layout made from the one before keeps the laws. */
static void test_a_long_life(void **state)
{
        (void)state;
        unsigned seed = first_seed();

        print_message("SEED=%u\n", seed);
        for (enum layout_level level = LAYOUT_GROUPS; level < LAYOUT_LEVEL_COUNT; level++) {
                struct registry *r = registry_new();
                struct layout *l = NULL;

                for (unsigned n = 0; n < 40; n++) {
                        CLEANUP(graph_unrefp)
                        const struct graph *g = random_graph(seed + n / 8, (n * 7 + seed) % 23, r);
                        struct layout *next = build(g, level, l);
                        const char *wrong = layout_check(next);

                        layout_free(l);
                        l = next;
                        if (wrong)
                                fail_msg("SEED=%u, level %d, step %u: %s", seed, (int)level, n, wrong);
                }
                layout_free(l);
                registry_free(r);
        }
}

static void test_thousand_jails(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(1000);

        for (enum layout_level level = LAYOUT_GROUPS; level < LAYOUT_LEVEL_COUNT; level++) {
                struct layout_options o = {.level = level, .columns = 120, .rows = 40};
                clock_t begin = clock();
                CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
                clock_t middle = clock();
                CLEANUP(layout_freep) struct layout *again = layout_build(g, &o, l);
                double first_ms = (double)(middle - begin) * 1000 / CLOCKS_PER_SEC;
                double next_ms = (double)(clock() - middle) * 1000 / CLOCKS_PER_SEC;

                print_message("level %d: %.1f ms afresh, %.1f ms kept\n", (int)level, first_ms, next_ms);
#ifndef __SANITIZE_ADDRESS__
                if (!getenv("JAILNET_NO_TIMES")) { /* valgrind is thirty times slower */
                        assert_true(first_ms < 100);
                        assert_true(next_ms < 100);
                }
#endif
                assert_null(layout_check(again));
        }
        assert_int_equal(layout_choose_level(g, &(struct layout_options){.columns = 80, .rows = 20}), LAYOUT_GROUPS);
}

/* One edge from a channel's left to its right side: where it ends, in the picture and in a plain list of all there is.
 */
struct strand {
        int left_column, left_y, right_y;
        uint64_t plain_left, plain_right;
};

/* Where an interface stands in a plain list: jail by jail, what is on no bridge first, then bridge by bridge. */
static uint64_t plain_place(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return (uint64_t)i->jail << 40 | (uint64_t)(i->master == NONE ? 0 : i->master + 1) << 20 | iface;
}

static size_t collect_strands(const struct graph *g, const struct layout *l, struct strand *strands)
{
        size_t count = 0;

        for (size_t n = 0; n < l->edge_count; n++) {
                const struct layout_edge *e = &l->edges[n];
                struct layout_point a = l->points[e->point_first], b = l->points[e->point_first + e->point_count - 1];
                bool is_turned = a.x > b.x;

                if (e->kind != LAYOUT_EDGE_ROUTED || e->ifaces[0] == NONE || e->ifaces[1] == NONE || a.x == b.x)
                        continue;
                strands[count++] = (struct strand){.left_column = is_turned ? b.x : a.x,
                                                   .left_y = is_turned ? b.y : a.y,
                                                   .right_y = is_turned ? a.y : b.y,
                                                   .plain_left = plain_place(g, e->ifaces[is_turned]),
                                                   .plain_right = plain_place(g, e->ifaces[!is_turned])};
        }
        return count;
}

/* Of edges that begin in the same column, pairs that must cross: they come in one order and go in the other. */
static void count_crossings(const struct strand *s, size_t count, size_t *ours, size_t *plain)
{
        for (size_t i = 0; i < count; i++) {
                for (size_t k = i + 1; k < count; k++) {
                        if (s[i].left_column != s[k].left_column)
                                continue;
                        *ours += (s[i].left_y - s[k].left_y) * (s[i].right_y - s[k].right_y) < 0 ? 1 : 0;
                        *plain += (s[i].plain_left < s[k].plain_left) != (s[i].plain_right < s[k].plain_right) ? 1 : 0;
                }
        }
}

/* Less than half as many edges cross than if everything stood in the order in which it was found. */
static void test_few_edges_cross(void **state)
{
        (void)state;
        size_t ours = 0, plain = 0;

        for (unsigned seed = 1; seed <= 200; seed++) {
                CLEANUP(graph_unrefp) const struct graph *g = random_graph(seed, seed % 40, NULL);
                struct layout_options o = {.level = LAYOUT_FULL};
                CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
                CLEANUP(freep) struct strand *strands = xcalloc(l->edge_count + 1, sizeof(*strands));

                count_crossings(strands, collect_strands(g, l, strands), &ours, &plain);
        }
        print_message("%zu crossings, %zu in plain order\n", ours, plain);
        assert_true(plain > 1000);
        assert_true(ours * 2 < plain);
}

/* web1 to web24, db-1 to db-8, two loners on one bridge; two jails with a leg on each of two. */
static const struct graph *make_crowd(void)
{
        struct topo *t = topo_begin();
        size_t lan = topo_bridge(t, 0, "lan0"), dmz = topo_bridge(t, 0, "dmz0"), near, far;
        static const struct {
                const char *format;
                int count;
        } crowds[] = {{"web%d", 24}, {"db-%d", 8}, {"solo", 1}, {"alone", 1}, {"both%d", 3}};
        unsigned serial = 0;

        for (size_t c = 0; c < ARRAY_SIZE(crowds); c++) {
                for (int n = 1; n <= crowds[c].count; n++) {
                        char name[JAIL_NAME_SIZE], port[IF_NAME_SIZE];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
                        (void)snprintf(name, sizeof(name), crowds[c].format, n);
#pragma GCC diagnostic pop
                        size_t jail = topo_jail(t, name);

                        for (int leg = 0; leg < (c == 4 ? 2 : 1); leg++) {
                                (void)snprintf(port, sizeof(port), "p%u", serial++);
                                topo_pair(t, 0, port, jail, leg ? "eth1" : "eth0", &near, &far);
                                topo_port(t, leg ? dmz : lan, near);
                                if ((c == 1 && n <= 2) || (c == 0 && n == 1))
                                        topo_iface_facts(t, far)->is_up = false;
                        }
                }
        }
        return topo_finish(t, NULL);
}

static bool is_open(void *context, uint64_t fold)
{
        return *(const uint64_t *)context == fold;
}

static size_t find_item(const struct layout *l, enum layout_item_kind kind, const char *part)
{
        for (size_t n = 0; n < l->item_count; n++) {
                const struct layout_item *i = &l->items[n];

                for (size_t s = i->span_first; i->kind == kind && s < i->span_first + i->span_count; s++) {
                        if (l->spans[s].text && strstr(l->spans[s].text, part))
                                return n;
                }
        }
        return NONE;
}

/* Jails on the same bridges are a group, those with names alike one line of it; opened, it names them all. */
static void test_groups(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = make_crowd();
        uint64_t open = 0;
        struct layout_options o = {.level = LAYOUT_GROUPS, .columns = 80, .is_open = is_open, .context = &open};
        CLEANUP(layout_freep) struct layout *closed = layout_build(g, &o, NULL);
        size_t web = find_item(closed, LAYOUT_FOLD, "web  24 jails"),
               db = find_item(closed, LAYOUT_FOLD, "db  8 jails");
        size_t web7 = graph_find_jail(g, "web7");

        assert_null(layout_check(closed));
        assert_true(web != NONE && db != NONE);
        assert_true(find_item(closed, LAYOUT_FOLD, "2 down") == db);
        assert_true(find_item(closed, LAYOUT_CHIP, "solo") != NONE); /* too few to fold */
        assert_true(find_item(closed, LAYOUT_CHIP, "web7") == NONE);
        assert_true(find_item(closed, LAYOUT_GROUP, "lan0 + dmz0") != NONE);
        assert_true(find_item(closed, LAYOUT_FOLD, "both  3 jails") != NONE);
        assert_int_equal(layout_find(closed, g, (struct object){OBJECT_JAIL, web7}), web);
        assert_true(layout_can_stop(&closed->items[web]));
        assert_int_equal(find_item(closed, LAYOUT_FOLD, "1 down"), web);

        /* A group's one line stands for all of them: 24 webs, those of db and the one that is like no other. */
        size_t members = 0;

        for (size_t n = 0; n < closed->edge_count; n++)
                members += closed->edges[n].member_count > 1 ? closed->edges[n].member_count : 0;
        assert_int_equal(members, closed->member_count);
        assert_int_equal(members, 24 + 8 + 1 + 1 + 2 * 3);

        open = closed->items[web].key;

        CLEANUP(layout_freep) struct layout *opened = layout_build(g, &o, NULL);
        size_t chip = find_item(opened, LAYOUT_CHIP, "web7");

        assert_null(layout_check(opened));
        assert_true(chip != NONE);
        assert_int_equal(layout_find(opened, g, (struct object){OBJECT_JAIL, web7}), chip);
        assert_true(layout_find_key(opened, open) != NONE); /* and can be closed again */
        assert_true(find_item(opened, LAYOUT_CHIP, "db-3") == NONE);
}

/* Written down and read again, a layout is as good for the next one as itself. */
static void test_places_are_written_down(void **state)
{
        (void)state;
        for (unsigned seed = 1; seed < 40; seed++) {
                CLEANUP(graph_unrefp) const struct graph *g = random_graph(seed, 1 + seed % 20, NULL);

                for (enum layout_level level = LAYOUT_GROUPS; level < LAYOUT_LEVEL_COUNT; level++) {
                        struct layout_options o = {.level = level, .columns = 100, .rows = 30};
                        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
                        CLEANUP(text_done) struct text t = {0};

                        layout_put_places(&t, l);

                        CLEANUP(layout_freep) struct layout *recalled = layout_from_places(text_str(&t));

                        assert_non_null(recalled);

                        CLEANUP(layout_freep) struct layout *next = layout_build(g, &o, recalled);
                        CLEANUP(layout_freep) struct layout *usual = layout_build(g, &o, l);

                        assert_null(layout_check(next));
                        assert_int_equal(next->item_count, usual->item_count);
                        for (size_t n = 0; n < next->item_count; n++)
                                assert_memory_equal(&next->items[n].at, &usual->items[n].at, sizeof(next->items[n].at));
                }
        }
}

/* A text that somebody else wrote is refused, or does no harm. */
static void test_bad_places(void **state)
{
        (void)state;
        static const char *const bad[] = {
                "",
                "places 2 1 80 0 1\n0000000000000001 0 0 0\n",        /* another version */
                "places 1 9 80 0 1\n0000000000000001 0 0 0\n",        /* no such level */
                "places 1 1 80 0 1\n",                                /* no places */
                "places 1 1 80 0 1 7\n0000000000000001 0 0 0\n",      /* one number too many */
                "places 1 1 80 0 1\n0000000000000001 0 0 -5\n",       /* above the world */
                "places 1 1 80 0 1\n0000000000000001 0 0 99999999\n", /* so far below that there is no room */
                "places 1 1 80 0 1\n0000000000000002 0 0 0\n0000000000000001 0 0 0\n", /* not in order */
                "places 1 1 80 0 1\ncolumn -3 4\n0000000000000001 0 0 0\n",
                "places 1 1 80 0 1\n0000000000000001 0 0\n",
                "places 1 1 80 0 1\n0000000000000001 0 0 0 \x1b[2J\n",
        };

        for (size_t n = 0; n < ARRAY_SIZE(bad); n++) {
                CLEANUP(layout_freep) struct layout *l = layout_from_places(bad[n]);

                if (l)
                        fail_msg("taken: %s", bad[n]);
        }

        CLEANUP(layout_freep) struct layout *l = layout_from_places("places 1 1 80 0 1\n0000000000000001 7 8 9\n");
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();

        assert_non_null(l);

        CLEANUP(layout_freep)
        struct layout *next = layout_build(g, &(struct layout_options){.level = LAYOUT_OVERVIEW, .columns = 80}, l);

        assert_null(layout_check(next));
}

static void test_choose_level(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *demo = topo_demo();
        CLEANUP(graph_unrefp) const struct graph *many = topo_many(60);
        struct layout_options o = {.columns = 80, .rows = 20};

        assert_int_equal(layout_choose_level(demo, &o), LAYOUT_FULL);
        assert_true(layout_choose_level(many, &o) < LAYOUT_FULL);
}

/* Walking: along an edge to its other end and back; down a column row by row; never to a remark. */
static void test_steps(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct layout_options o = {.level = LAYOUT_FULL, .columns = 80, .rows = 20};
        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
        size_t jail = graph_find_jail(g, "db2");
        size_t inside = graph_find_iface_in(g, jail, "eth0");
        size_t at = layout_find(l, g, (struct object){OBJECT_IFACE, inside});

        assert_true(at != NONE);

        size_t host = layout_step(l, at, -1, 0);

        assert_int_equal(l->items[host].object.type, OBJECT_IFACE);
        assert_int_equal(l->items[host].object.index, g->ifaces[inside].peer);
        assert_int_equal(layout_step(l, host, 1, 0), at);

        size_t title = layout_step(l, at, 0, -1);

        assert_int_equal(l->items[title].object.type, OBJECT_JAIL);
        assert_int_equal(l->items[title].object.index, jail);

        /* From the top every selectable thing of the left column is reached by going down. */
        size_t steps = 0;

        for (size_t n = 0; n != NONE; n = layout_step(l, n, 0, 1)) {
                assert_true(l->items[n].object.type != OBJECT_NONE);
                assert_true(++steps < 100);
        }
        assert_true(steps >= 10);
}

static void test_hits(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        struct layout_options o = {.level = LAYOUT_FULL, .columns = 80, .rows = 20};
        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
        size_t edge = NONE;

        for (size_t n = 0; n < l->item_count; n++) {
                struct layout_rect f = l->items[n].focus;

                assert_int_equal(layout_at(l, f.x + f.w / 2, f.y, NULL), n);
        }
        for (size_t n = 0; n < l->edge_count; n++) {
                if (l->edges[n].kind != LAYOUT_EDGE_ROUTED)
                        continue;
                edge = NONE;
                assert_int_equal(layout_at(l, l->edges[n].mark.x, l->edges[n].mark.y, &edge), NONE);
                assert_int_equal(edge, n);
        }
        assert_int_equal(layout_at(l, -1, -1, &edge), NONE);
}

static void test_fingerprint(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *a = topo_seeds();
        CLEANUP(graph_unrefp) const struct graph *b = topo_seeds();
        CLEANUP(graph_unrefp) const struct graph *c = topo_demo();

        assert_true(layout_fingerprint(a) == layout_fingerprint(b));
        assert_true(layout_fingerprint(a) != layout_fingerprint(c));
        b->ifaces[1].rx_Bps = 12345; /* rates move each second; the picture does not */
        assert_true(layout_fingerprint(a) == layout_fingerprint(b));
        b->ifaces[1].is_up = !b->ifaces[1].is_up;
        assert_true(layout_fingerprint(a) != layout_fingerprint(b));
}

static bool shows_www1(void *context, size_t iface)
{
        const struct graph *g = context;

        return strcmp(g->jails[g->ifaces[iface].jail].name, "www1") == 0 && !iface_is_hidden(&g->ifaces[iface]);
}

static bool shows_no_jail(void *context, size_t jail)
{
        (void)context;
        (void)jail;
        return false;
}

/* A match brings the bridge that it hangs on, and nothing else. */
static void test_filter_keeps_neighbours(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        union {
                const struct graph *g;
                void *context;
        } both = {.g = g};
        struct layout_options o = {.level = LAYOUT_FULL,
                                   .is_filtered = true,
                                   .shows = shows_www1,
                                   .shows_jail = shows_no_jail,
                                   .context = both.context};
        CLEANUP(layout_freep) struct layout *l = layout_build(g, &o, NULL);
        size_t boxes = 0, bridges = 0;

        assert_null(layout_check(l));
        for (size_t n = 0; n < l->item_count; n++) {
                boxes += l->items[n].kind == LAYOUT_JAIL;
                bridges += l->items[n].kind == LAYOUT_BRIDGE;
        }
        assert_int_equal(boxes, 2); /* host and www1 */
        assert_int_equal(bridges, 1);
}

/* The room for plots is given up before anything has to be scrolled for. */
static void test_plots_make_way(void **state)
{
        struct layout_options o = {.level = LAYOUT_FULL, .columns = 100, .rows = 24, .has_plots = true};
        CLEANUP(layout_freep) struct layout *l = NULL;
        static const char *const jails[] = {"db", "website"};
        int narrowest = INT32_MAX, widest = 0;

        (void)state;
        for (size_t count = 1; count <= ARRAY_SIZE(jails); count++) {
                struct topo *t = topo_begin();
                size_t bridge = topo_bridge(t, 0, "bridge0"), near, far;

                topo_address(t, bridge, "10.0.0.1/24");
                for (size_t k = 0; k < count; k++) {
                        CLEANUP(freep) char *a = xasprintf("e0a_%s", jails[k]);
                        CLEANUP(freep) char *b = xasprintf("e0b_%s", jails[k]);

                        topo_pair(t, 0, a, topo_jail(t, jails[k]), b, &near, &far);
                        topo_address(t, far, k ? "10.200.100.233/24" : "10.0.0.3/24");
                        topo_port(t, bridge, near);
                }

                CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);
                struct layout *next = layout_build(g, &o, l);

                layout_free(l);
                l = next;
                assert_null(layout_check(l));
                assert_true(l->w <= o.columns);
                narrowest = l->squeeze < narrowest ? l->squeeze : narrowest;
                widest = l->squeeze > widest ? l->squeeze : widest;
        }
        assert_true(narrowest < 0); /* the first one had them */
        assert_true(widest >= 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_written_networks),
                cmocka_unit_test(test_random_networks),
                cmocka_unit_test(test_hooks_are_named),
                cmocka_unit_test(test_edges_are_all_drawn),
                cmocka_unit_test(test_places_are_kept),
                cmocka_unit_test(test_a_new_jail_moves_no_other),
                cmocka_unit_test(test_a_long_life),
                cmocka_unit_test(test_plots_make_way),
                cmocka_unit_test(test_thousand_jails),
                cmocka_unit_test(test_few_edges_cross),
                cmocka_unit_test(test_groups),
                cmocka_unit_test(test_places_are_written_down),
                cmocka_unit_test(test_bad_places),
                cmocka_unit_test(test_choose_level),
                cmocka_unit_test(test_steps),
                cmocka_unit_test(test_hits),
                cmocka_unit_test(test_fingerprint),
                cmocka_unit_test(test_filter_keeps_neighbours),
        };

        if (!setlocale(LC_ALL, "C.UTF-8"))
                (void)setlocale(LC_ALL, ""); /* widths of letters are libc's */
        return cmocka_run_group_tests(tests, NULL, NULL);
}
