/* test_view_common.c - the selection survives new graphs, moves and renames; the filter finds what a person means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <locale.h>
#include <string.h>

#include "core/base/err.h"
#include "tests/lib/topo.h"
#include "ui/tui/view.h"
#include "ui/tui/views/describe.h"

/* www has epair0b; in the later version db has it, under another name. */
static const struct graph *network(struct registry *r, bool is_later)
{
        struct topo *t = topo_begin();
        size_t www = topo_jail(t, "www"), db = topo_jail(t, "db");
        size_t a, b;

        topo_pair(t, 0, "epair0a", is_later ? db : www, is_later ? "net0" : "epair0b", &a, &b);
        topo_address(t, b, "10.0.0.2/24");
        return topo_finish(t, r);
}

static void test_selection_by_identity(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *before = network(NULL, false);
        struct selection s = {0};
        size_t www = graph_find_jail(before, "www");
        size_t end = graph_find_iface_in(before, www, "epair0b");

        assert_int_equal(selection_resolve(&s, before).type, OBJECT_NONE);
        selection_set(&s, before, (struct object){OBJECT_IFACE, end});
        assert_int_equal(selection_resolve(&s, before).type, OBJECT_IFACE);
        assert_int_equal(selection_resolve(&s, before).index, end);

        selection_set(&s, before, (struct object){OBJECT_NODE, before->ifaces[end].node});
        assert_int_equal(selection_resolve(&s, before).type, OBJECT_NODE);
        assert_int_equal(selection_resolve(&s, before).index, before->ifaces[end].node);

        CLEANUP(graph_unrefp) const struct graph *after = network(NULL, true);

        selection_set(&s, before, (struct object){OBJECT_JAIL, www});
        assert_int_equal(selection_resolve(&s, after).index, graph_find_jail_cookie(after, before->jails[www].cookie));

        /* What is gone is no selection, and without a graph nothing is. */
        s.cookie = 0xdead;
        assert_int_equal(selection_resolve(&s, after).type, OBJECT_NONE);
        assert_int_equal(selection_resolve(&s, NULL).type, OBJECT_NONE);
}

static void test_filter(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = network(NULL, false);
        struct ui u = {.graph = g};
        size_t end = graph_find_iface_in(g, graph_find_jail(g, "www"), "epair0b");
        size_t other = graph_find_iface_in(g, 0, "epair0a");
        size_t loopback = graph_find_iface_in(g, 0, "lo");

        assert_true(ui_shows_iface(&u, end));
        assert_false(ui_shows_iface(&u, loopback));
        u.show_all = true;
        assert_true(ui_shows_iface(&u, loopback));
        u.show_all = false;

        static const char *const finds[] = {"epair0b", "PAIR0B", "www", "10.0.0.2"};

        for (size_t i = 0; i < ARRAY_SIZE(finds); i++) {
                (void)str_copy(u.filter, sizeof(u.filter), finds[i]);
                assert_true(ui_shows_iface(&u, end));
                assert_false(ui_shows_iface(&u, other));
        }
        (void)str_copy(u.filter, sizeof(u.filter), "nowhere");
        assert_false(ui_shows_iface(&u, end));
        assert_false(ui_matches(&u, NULL));

        (void)str_copy(u.filter, sizeof(u.filter), "\xc3\xa9t\xc3\xa9"); /* ete with accents */
        assert_true(ui_matches(&u, "l'\xc3\x89T\xc3\x89"));
        assert_false(ui_matches(&u, "ete"));
        assert_false(ui_matches(&u, "\xc3"));
}

static void test_recent_marks_fade(void **state)
{
        (void)state;
        const struct recent recent[] = {{.number = 7, .at_ms = 1000}, {.number = 0, .cookie = 5, .at_ms = 1000}};
        struct ui u = {.recent = recent, .recent_count = 2, .now_ms = 2000};
        const struct iface seven = {.number = 7}, unknown = {.number = 0};

        assert_true(ui_is_recent(&u, &seven));
        assert_false(ui_is_recent(&u, &unknown)); /* the jail's entry is not about it */
        u.now_ms = 1001 + RECENT_MS;
        assert_false(ui_is_recent(&u, &seven));
        u.is_frozen = true;
        assert_true(ui_is_recent(&u, &seven));
}

/* The switch of words holds for kinds and for what can be done. */
static void test_words(void **state)
{
        static const struct iface pair = {.kind = KIND_VETH, .kind_name = "veth", .role = ROLE_EPAIR};
        static const struct iface lagg = {.kind = KIND_BOND, .kind_name = "bond"};
        static const struct {
                enum plan_words words;
                const char *pair, *lagg, *create, *attach;
        } rows[] = {
                {PLAN_WORDS_FREEBSD, "epair", "lagg", "Create epair...", "Add to bridge..."},
                {PLAN_WORDS_LINUX, "veth", "bond", "Create veth pair...", "Attach to bridge..."},
                {PLAN_WORDS_BOTH, "epair", "lagg", "Create epair...", "Attach to bridge..."},
        };

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(rows); k++) {
                CLEANUP(text_done) struct text a = {0}, b = {0};

                describe_use_words(rows[k].words);
                describe_kind(&a, &pair);
                describe_kind(&b, &lagg);
                assert_string_equal(text_str(&a), rows[k].pair);
                assert_string_equal(text_str(&b), rows[k].lagg);
                assert_string_equal(describe_title(&verbs[VERB_CREATE_EPAIR]), rows[k].create);
                assert_string_equal(describe_title(&verbs[VERB_ATTACH]), rows[k].attach);
        }
}

/* Our own texts, words and lines; what only looks like such a word is left. */
static void test_texts(void **state)
{
        static const struct {
                const char *own, *linux_words;
        } texts[] = {
                {"Jail", "Netns"},
                {"Jail gone", "Namespace gone"},
                {"create jail", "create namespace"},
                {"Make an epair for jails, or a lagg", "Make a veth pair for namespaces, or a bond"},
                {"jailnet reads jail.conf of a jail.", "jailnet reads jail.conf of a namespace."},
                {"jail_list, my-jail? JAIL", NULL},
        };
        char buf[WORDED_SIZE];

        (void)state;
        for (size_t k = 0; k < ARRAY_SIZE(texts); k++) {
                describe_use_words(PLAN_WORDS_BOTH);
                assert_ptr_equal(describe_words(texts[k].own, buf), texts[k].own);
                assert_null(describe_typed("create namespace www"));
                describe_use_words(PLAN_WORDS_LINUX);
                if (texts[k].linux_words)
                        assert_string_equal(describe_words(texts[k].own, buf), texts[k].linux_words);
                else
                        assert_ptr_equal(describe_words(texts[k].own, buf), texts[k].own);
        }
        CLEANUP(freep) char *line = describe_typed("create namespace www --path /x");

        assert_string_equal(line, "create jail www --path /x");
        assert_null(describe_typed("create namespaces"));
        assert_null(describe_typed("create jail www"));
        describe_use_words(PLAN_WORDS_BOTH);
}

/* The planner's sentences follow the switch, but for the names in them. */
static void test_sentences(void **state)
{
        struct err e = {0};

        (void)state;
        describe_use_words(PLAN_WORDS_FREEBSD);
        assert_int_equal(err_set(&e, -EINVAL, "%s: is not a bridge; create bridge NAME makes one", "is attached to"),
                         -EINVAL);
        assert_string_equal(e.what, "is attached to: is not a bridge; ifconfig bridge create name NAME makes one");
        assert_string_equal(e.plain, "is attached to: is not a bridge; create bridge NAME makes one");
        describe_use_words(PLAN_WORDS_LINUX);
        (void)err_set(&e, -ENOENT, "%s: is a jail already; choose another name", "jail");
        assert_string_equal(e.what, "jail: is a namespace already; choose another name");
        (void)err_set(&e, -ENOENT, "%s: no such jail; jailnet show lists them", "jail");
        assert_string_equal(e.what, "jail: no such namespace; ip netns lists them");
        describe_use_words(PLAN_WORDS_BOTH);
        (void)err_set(&e, -ENOENT, "%s: is a jail already; choose another name", "jail");
        assert_string_equal(e.what, "jail: is a jail already; choose another name");
        assert_string_equal(e.plain, "");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_words),     cmocka_unit_test(test_texts),
                cmocka_unit_test(test_sentences), cmocka_unit_test(test_selection_by_identity),
                cmocka_unit_test(test_filter),    cmocka_unit_test(test_recent_marks_fade),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8")) {
                print_message("no UTF-8 locale here\n");
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
