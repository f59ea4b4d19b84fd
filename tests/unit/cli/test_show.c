/* Proves what each format of `show` says, that the JSON keeps its contract, and that foreign text harms none of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tests/lib/topo.h"
#include "ui/cli/show.h"

/* What the writer puts out; caller frees. */
static char *shown(const struct graph *g, enum show_format f, const struct show_options *o)
{
        char *s = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&s, &size);
        struct err e = {0};

        assert_non_null(out);
        int r = show_write(g, f, o, out, &e);

        if (r < 0)
                print_error("%s\n", e.what);
        assert_int_equal(r, 0);
        (void)fclose(out);
        return s;
}

static json_t *shown_json(const struct graph *g, const struct show_options *o)
{
        CLEANUP(freep) char *s = shown(g, SHOW_JSON, o);
        json_error_t error;
        json_t *j = json_loads(s, JSON_REJECT_DUPLICATES, &error);

        if (!j)
                print_error("%s\n", error.text);
        assert_non_null(j);
        return j;
}

static void assert_keys(const json_t *o, const char *const *keys)
{
        for (; *keys; keys++) {
                if (!json_object_get(o, *keys))
                        print_error("\"%s\" is missing\n", *keys);
                assert_non_null(json_object_get(o, *keys));
        }
}

static void assert_all_have_keys(const json_t *o, const char *array, const char *const *keys)
{
        const json_t *items = json_object_get(o, array);

        assert_true(json_array_size(items) > 0);
        for (size_t i = 0; i < json_array_size(items); i++)
                assert_keys(json_array_get(items, i), keys);
}

static const char *text_of(const json_t *o, const char *key)
{
        const char *s = json_string_value(json_object_get(o, key));

        assert_non_null(s);
        return s;
}

/* The element of an array whose field has that text. */
static json_t *having(const json_t *o, const char *array, const char *key, const char *value)
{
        const json_t *items = json_object_get(o, array);

        for (size_t i = 0; i < json_array_size(items); i++) {
                json_t *item = json_array_get(items, i);
                const char *s = json_string_value(json_object_get(item, key));

                if (s && strcmp(s, value) == 0)
                        return item;
        }
        return NULL;
}

static void json_keeps_its_contract(void **state)
{
        static const char *const top[] = {"host", "jails", "interfaces", "nodes", "edges", "returns", NULL};
        static const char *const jail[] = {"jid", "name", "state", "origin", "path", "cookie", "inode", NULL};
        static const char *const iface[] = {"id",    "jail",   "name",     "kind",     "ifindex",   "mac",
                                            "pin",   "mtu",    "up",       "running",  "addresses", "node",
                                            "alias", "groups", "rx_bytes", "tx_bytes", NULL};
        static const char *const node[] = {"id", "name", "type", "jail", "interface", "persistent", NULL};
        static const char *const loan[] = {"interface", "mac", "jail", "state", "since", "holders", NULL};
        static const char *const holder[] = {"kind", "pid", "command", "detail", NULL};

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        json_t *j = shown_json(g, &(struct show_options){0}), *item;

        assert_keys(j, top);
        assert_string_equal(text_of(j, "host"), "alpha");
        assert_int_equal(json_array_size(json_object_get(j, "jails")), 7);
        assert_all_have_keys(j, "jails", jail);
        assert_all_have_keys(j, "interfaces", iface);
        assert_all_have_keys(j, "nodes", node);

        item = having(j, "interfaces", "name", "lan");
        assert_string_equal(text_of(item, "jail"), "router");
        assert_string_equal(json_string_value(json_array_get(json_object_get(item, "addresses"), 0)), "10.1.0.1/24");
        assert_true(json_is_null(json_object_get(item, "pin")));
        assert_string_equal(text_of(having(j, "nodes", "id", text_of(item, "node")), "type"), "ether");

        /* Each end of each edge is a node that is there. */
        assert_int_equal(json_array_size(json_object_get(j, "edges")), 12);
        for (size_t i = 0; i < 12; i++) {
                item = json_array_get(json_object_get(j, "edges"), i);
                assert_non_null(having(j, "nodes", "id", text_of(json_object_get(item, "a"), "node")));
                assert_non_null(having(j, "nodes", "id", text_of(json_object_get(item, "b"), "node")));
                assert_non_null(text_of(json_object_get(item, "a"), "hook"));
        }

        item = having(j, "returns", "interface", "eth1");
        assert_keys(item, loan);
        assert_string_equal(text_of(item, "state"), "pending");
        assert_string_equal(text_of(item, "jail"), "old");
        item = json_array_get(json_object_get(item, "holders"), 0);
        assert_keys(item, holder);
        assert_int_equal(json_integer_value(json_object_get(item, "pid")), 4211);
        json_decref(j);
}

static void unknown_is_null(void **state)
{
        (void)state;
        struct topo *t = topo_begin();
        size_t eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), www = topo_jail(t, "www");

        topo_iface_facts(t, eth0)->counters.is_known = false;
        topo_iface_facts(t, eth0)->mac.is_set = false;
        topo_jail_facts(t, www)->cookie = 0;
        topo_jail_facts(t, www)->inode = 0;
        topo_jail_facts(t, www)->path = NULL;
        CLEANUP(graph_unrefp) const struct graph *g = topo_finish(t, NULL);
        json_t *j = shown_json(g, &(struct show_options){0}), *item = having(j, "interfaces", "name", "eth0");

        assert_true(json_is_null(json_object_get(item, "rx_bytes")));
        assert_true(json_is_null(json_object_get(item, "mac")));
        assert_true(json_is_null(json_object_get(item, "alias")));
        item = having(j, "jails", "name", "www");
        assert_true(json_is_null(json_object_get(item, "cookie")));
        assert_true(json_is_null(json_object_get(item, "inode")));
        assert_true(json_is_null(json_object_get(item, "path")));
        json_decref(j);
}

static void fabric_ends_are_raw(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_eiface();
        json_t *plain = shown_json(g, &(struct show_options){0}),
               *raw = shown_json(g, &(struct show_options){.is_raw = true});

        assert_null(having(plain, "interfaces", "name", "ngfab0"));
        assert_non_null(having(raw, "interfaces", "name", "ngfab0"));
        assert_int_equal(json_array_size(json_object_get(plain, "edges")), 2);
        json_decref(plain);
        json_decref(raw);
}

static void an_object_and_what_it_is_joined_to(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        json_t *j = shown_json(g, &(struct show_options){.object = "www1"});

        assert_non_null(having(j, "interfaces", "name", "epair0a"));
        assert_non_null(having(j, "interfaces", "name", "lan0")); /* the bridge behind the pair */
        assert_null(having(j, "interfaces", "name", "epair1a"));
        assert_null(having(j, "jails", "name", "db1"));
        assert_int_equal(json_array_size(json_object_get(j, "edges")), 2);
        assert_int_equal(json_array_size(json_object_get(j, "returns")), 0);
        json_decref(j);

        j = shown_json(g, &(struct show_options){.object = "old"});
        assert_int_equal(json_array_size(json_object_get(j, "returns")), 1);
        json_decref(j);

        j = shown_json(g, &(struct show_options){.object = "dmz0"});
        assert_int_equal(json_array_size(json_object_get(j, "edges")), 3);
        json_decref(j);

        struct err e = {0};
        FILE *null = fopen("/dev/null", "w");

        assert_non_null(null);
        assert_int_equal(show_write(g, SHOW_TREE, &(struct show_options){.object = "www3"}, null, &e), -ENOENT);
        assert_non_null(strstr(e.what, "did you mean www"));
        (void)fclose(null);
}

/* No control character but the newline; nothing that hides or turns text around. */
static void assert_harmless(const char *s)
{
        for (const char *p = s; *p;) {
                int32_t c = utf8_next(&p);

                assert_true(c == '\n' || (c >= 0x20 && c < 0x7f) || c >= 0xa0);
                assert_true(c != 0x202e && c != 0xfeff);
        }
}

static void hostile_names_harm_nothing(void **state)
{
        static const enum show_format formats[] = {SHOW_TEXT, SHOW_TREE, SHOW_JSON, SHOW_DOT, SHOW_MERMAID};

        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_hostile();

        for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
                CLEANUP(freep) char *s = shown(g, formats[i], &(struct show_options){.is_raw = true});

                assert_harmless(s);
        }

        /* In JSON the names are whole: what is valid text comes back as it was. */
        json_t *j = shown_json(g, &(struct show_options){0});

        assert_string_equal(text_of(having(j, "interfaces", "name", "-rf"), "alias"),
                            "\033]0;owned\a \033[2J<script>alert(1)</script>");
        assert_non_null(having(j, "jails", "name", "\033[31mred\033[0m"));
        assert_non_null(having(j, "interfaces", "name", "\\xff\\xfe\\x80")); /* no text at all: made visible */
        assert_non_null(having(j, "interfaces", "alias", "right\xe2\x80\xaeto left"));
        json_decref(j);

        /* In Mermaid a name is nothing but letters and codes between its quotes. */
        CLEANUP(freep) char *mermaid = shown(g, SHOW_MERMAID, &(struct show_options){0});

        assert_non_null(strstr(mermaid, "[\"#34;#93;#59;x#91;label=#34;<br/>"));
        assert_null(strstr(mermaid, "<script"));
}

static void tree_stands_as_written(void **state)
{
        (void)state;
        (void)setlocale(LC_CTYPE, "C.UTF-8");
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        CLEANUP(freep) char *ascii = shown(g, SHOW_TREE, &(struct show_options){.use_ascii = true});
        CLEANUP(freep) char *unicode = shown(g, SHOW_TREE, &(struct show_options){0});

        assert_string_equal(ascii,
                            "host                  jid 0     alive  alpha\n"
                            "`- bridge0            bridge    up     02:00:00:00:00:03               10.0.0.1/24\n"
                            "   |- link0  eth0     physical  up     02:00:00:00:00:02\n"
                            "   |- link1  epair0a  veth      up     02:00:00:00:00:04  www/epair0b\n"
                            "   `- link2  epair1a  veth      up     02:00:00:00:00:05  db/epair1b\n"
                            "www                   jid 1     alive  named\n"
                            "`- epair0b            veth      up     02:00:00:01:00:02  epair0a      10.0.0.2/24\n"
                            "db                    jid 2     alive  named\n"
                            "`- epair1b            veth      up     02:00:00:02:00:02  epair1a      10.0.0.3/24\n");
        assert_non_null(strstr(unicode, "   └─ link2  epair1a  veth      up     02:00:00:00:00:05  db/epair1b\n"));
}

static void tree_tells_what_is_pending(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_demo();
        CLEANUP(freep) char *s = shown(g, SHOW_TREE, &(struct show_options){.use_ascii = true});
        CLEANUP(freep) char *coloured = shown(g, SHOW_TREE, &(struct show_options){.use_color = true});

        assert_non_null(strstr(s, "down, pending 0s"));
        assert_non_null(strstr(s, "   held by process nc (4211): nc -l 4711\n"));
        assert_null(strchr(s, '\033'));
        assert_non_null(strstr(coloured, "\033[1mhost\033[0m"));
}

static char *fake_picture(const struct graph *g, int columns, bool use_ascii)
{
        return xasprintf("%zu jails in %d columns%s\n", g->jail_count, columns, use_ascii ? ", ASCII" : "");
}

static void text_is_the_picture_of_the_console(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        struct show_options o = {.picture = fake_picture, .columns = 80, .use_ascii = true};
        CLEANUP(freep) char *whole = shown(g, SHOW_TEXT, &o);

        assert_string_equal(whole, "3 jails in 80 columns, ASCII\n");
        o.object = "www";
        CLEANUP(freep) char *part = shown(g, SHOW_TEXT, &o);

        assert_non_null(strstr(part, "epair0b"));
        assert_null(strstr(part, "epair1b"));
        o = (struct show_options){0};
        CLEANUP(freep) char *list = shown(g, SHOW_TEXT, &o);

        assert_non_null(strstr(list, "  epair1b"));
}

/* A program that reads such documents from its standard input finds nothing wrong. */
static void assert_taken_by(const char *program, const char *option, const struct graph *g, enum show_format f)
{
        FILE *file = tmpfile();

        assert_non_null(file);
        assert_int_equal(show_write(g, f, &(struct show_options){.is_raw = true}, file, NULL), 0);
        rewind(file);

        pid_t pid = fork();
        int status = -1;

        if (pid == 0) {
                if (dup2(fileno(file), STDIN_FILENO) == STDIN_FILENO && freopen("/dev/null", "w", stdout))
                        execl(program, program, option, f == SHOW_SVG ? "-" : (char *)NULL, (char *)NULL);
                _exit(127);
        }
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(status, 0);
        (void)fclose(file);
}

static void dot_is_drawn_by_graphviz(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_hostile();
        CLEANUP(graph_unrefp) const struct graph *demo = topo_demo();
        CLEANUP(freep) char *s = shown(demo, SHOW_DOT, &(struct show_options){0});

        assert_non_null(strstr(s, "subgraph cluster_1 {\n                label=\"www1\";"));
        assert_non_null(strstr(s, "[taillabel=\"link0\", headlabel=\"lower\"];"));
        if (access("/usr/bin/dot", X_OK) != 0) {
                print_message("not drawn: there is no /usr/bin/dot (package graphviz)\n");
                skip();
        }
        assert_taken_by("/usr/bin/dot", "-Tsvg", g, SHOW_DOT);
}

/* A drawing is a document of its own: whole, with the words of the console in it, and what is pointed at has a title.
 */
static void svg_is_drawn(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_hostile();
        CLEANUP(graph_unrefp) const struct graph *demo = topo_demo();
        CLEANUP(freep) char *s = shown(demo, SHOW_SVG, &(struct show_options){0});
        CLEANUP(freep) char *part = shown(demo, SHOW_SVG, &(struct show_options){.object = "www1"});
        CLEANUP(freep) char *hostile = shown(g, SHOW_SVG, &(struct show_options){.is_raw = true});

        (void)setlocale(LC_CTYPE, "C.UTF-8");
        assert_true(str_has_prefix(s, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""));
        assert_non_null(strstr(s, ">www1</text>"));
        assert_non_null(strstr(s, ">epair0a</text>"));
        assert_non_null(strstr(s, "<title>www1/"));
        assert_non_null(strstr(s, "<polyline class=\"edge\" points=\""));
        assert_non_null(strstr(part, ">epair0a</text>"));
        assert_null(strstr(part, ">epair1a</text>"));
        assert_harmless(hostile);
        assert_null(strstr(hostile, "<script"));
        if (access("/usr/bin/xmllint", X_OK) != 0) {
                print_message("not read: there is no /usr/bin/xmllint (package libxml2-utils)\n");
                skip();
        }
        assert_taken_by("/usr/bin/xmllint", "--noout", g, SHOW_SVG);
}

static void format_words(void **state)
{
        enum show_format f = SHOW_TEXT;
        struct err e = {0};

        (void)state;
        assert_int_equal(show_format_parse("mermaid", &f, &e), 0);
        assert_int_equal(f, SHOW_MERMAID);
        assert_int_equal(show_format_parse("yaml", &f, &e), -EINVAL);
        assert_string_equal(e.what, "yaml: no such format; choose text, tree, json, dot, mermaid or svg");
}

static void a_full_disk_is_told(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_seeds();
        FILE *full = fopen("/dev/full", "w");
        struct err e = {0};

        assert_non_null(full);
        assert_int_equal(show_write(g, SHOW_JSON, &(struct show_options){0}, full, &e), -EIO);
        assert_true(err_is_set(&e));
        (void)fclose(full);
}

/* The bound only tells quadratic work from the rest. */
static void a_thousand_jails(void **state)
{
        (void)state;
        CLEANUP(graph_unrefp) const struct graph *g = topo_many(1000);
        int64_t begin = clock_now_ms();

        for (enum show_format f = SHOW_TEXT; f <= SHOW_MERMAID; f++)
                free(shown(g, f, &(struct show_options){0}));
        assert_in_range(clock_now_ms() - begin, 0, 5000);

        /* So many are written by two threads. */
        json_t *j = shown_json(g, &(struct show_options){0}),
               *indented = shown_json(g, &(struct show_options){.is_indented = true});

        assert_int_equal(json_array_size(json_object_get(j, "jails")), g->jail_count);
        assert_int_equal(json_array_size(json_object_get(j, "interfaces")), g->iface_count);
        assert_int_equal(json_array_size(json_object_get(j, "nodes")), g->node_count);
        assert_int_equal(json_array_size(json_object_get(j, "edges")), g->edge_count);
        assert_true(json_equal(j, indented));
        json_decref(j);
        json_decref(indented);

        FILE *full = fopen("/dev/full", "w");

        assert_non_null(full);
        assert_int_equal(show_write(g, SHOW_JSON, &(struct show_options){0}, full, NULL), -EIO);
        (void)fclose(full);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(json_keeps_its_contract),
                cmocka_unit_test(unknown_is_null),
                cmocka_unit_test(fabric_ends_are_raw),
                cmocka_unit_test(an_object_and_what_it_is_joined_to),
                cmocka_unit_test(hostile_names_harm_nothing),
                cmocka_unit_test(tree_stands_as_written),
                cmocka_unit_test(tree_tells_what_is_pending),
                cmocka_unit_test(text_is_the_picture_of_the_console),
                cmocka_unit_test(dot_is_drawn_by_graphviz),
                cmocka_unit_test(svg_is_drawn),
                cmocka_unit_test(format_words),
                cmocka_unit_test(a_full_disk_is_told),
                cmocka_unit_test(a_thousand_jails),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
