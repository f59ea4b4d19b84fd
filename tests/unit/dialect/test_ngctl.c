/*
 * test_ngctl.c - FreeBSD's ngctl: its command names, its outputs to the letter, its reader, its command line and
 * completion.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/lib/ngctl_bench.h"

/* -- Names of commands ------------------------------------------------------------------------------------------------
 */

static void test_command_names(void **state)
{
        static const struct {
                const char *word, *command; /* NULL: ambiguous; "": unknown */
        } rows[] = {
                {"confi", "config"}, {"conn", "connect"}, {"j", "connect"},    {"de", "debug"},   {"do", "dot"},
                {"g", "dot"},        {"confd", "dot"},    {"h", "help"},       {"?", "help"},     {"l", "list"},
                {"LS", "list"},      {"mk", "mkpeer"},    {"ms", "msg"},       {"cm", "msg"},     {"n", "name"},
                {"re", "read"},      {"so", "read"},      {".", "read"},       {"rmh", "rmhook"}, {"di", "rmhook"},
                {"sho", "show"},     {"i", "show"},       {"shu", "shutdown"}, {"k", "shutdown"}, {"rmn", "shutdown"},
                {"st", "status"},    {"t", "types"},      {"w", "write"},      {"q", "quit"},     {"e", "quit"},
                {"s", NULL},         {"sh", NULL},        {"c", NULL},         {"co", NULL},      {"con", NULL},
                {"conf", NULL},      {"m", NULL},         {"r", NULL},         {"rm", NULL},      {"d", NULL},
                {"listing", ""},     {"#", ""},           {"xyz", ""},
        };
        struct bench b;

        (void)state;
        bench_begin(&b, topo_empty(), true);
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                const struct ngctl_command *c = NULL;
                CLEANUP(freep)
                char *said = xasprintf("ngctl: \"%s\": %s command\n", rows[i].word,
                                       rows[i].command ? "unknown" : "ambiguous");

                text_clear(&b.d.said);
                if (rows[i].command && *rows[i].command) {
                        assert_int_equal(ngctl_find_command(b.n, rows[i].word, &c), NGCTL_DONE);
                        assert_string_equal(c->name, rows[i].command);
                } else {
                        assert_int_equal(ngctl_find_command(b.n, rows[i].word, &c), NGCTL_FAILED);
                        assert_string_equal(text_str(&b.d.said), said);
                }
        }
        bench_end(&b);
}

static void test_usage(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_empty(), true);
        assert_fails(&b, "list -x", NGCTL_USAGE, "ngctl: usage: list [-ln]\n");
        assert_fails(&b, "name a:", NGCTL_USAGE, "ngctl: usage: name <path> <name>\n");
        assert_fails(&b, "mkpeer a b", NGCTL_USAGE, "ngctl: usage: mkpeer [path] <type> <hook> <peerhook>\n");
        assert_fails(&b, "debug -1", NGCTL_USAGE, "ngctl: usage: debug [level]\n");
        assert_prints(&b, "debug", "Current debug level is 0\n");
        assert_prints(&b, "debug +", "");
        assert_prints(&b, "debug", "Current debug level is 1\n");
        assert_prints(&b, "debug 7", "");
        assert_prints(&b, "debug -", "");
        assert_prints(&b, "debug", "Current debug level is 6\n");
        assert_int_equal(bench_line(&b, "help nonsense"), NGCTL_DONE); /* FreeBSD's does not call that a failure */
        assert_int_equal(bench_line(&b, "write hook 1 2"), NGCTL_FAILED);
        assert_int_equal(bench_line(&b, "quit"), NGCTL_QUIT);
        assert_int_equal(bench_line(&b, ""), NGCTL_DONE);
        bench_end(&b);
}

static void test_help(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_empty(), true);
        assert_int_equal(bench_line(&b, "help"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "Available commands:\n  config     "));
        assert_int_equal(bench_line(&b, "help join"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out),
                                   "usage:    connect [path] <relpath> <hook> <peerhook>\nAliases:  join\nSummary:  "));
        for (const char *s = text_str(&b.d.out); *s; s += strcspn(s, "\n") + 1)
                assert_true(strcspn(s, "\n") <= 66);
        bench_end(&b);
}

/* -- Outputs ----------------------------------------------------------------------------------------------------------
 */

#define TABLE                                                                              \
        "  Local hook      Peer name       Peer type    Peer ID         Peer hook      \n" \
        "  ----------      ---------       ---------    -------         ---------      \n"

static void test_list(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_prints(&b, "list",
                      "There are 5 total nodes:\n"
                      "  Name: ngeth0          Type: eiface          ID: 00000100   Num hooks: 1\n"
                      "  Name: ngeth1          Type: eiface          ID: 00000104   Num hooks: 0\n"
                      "  Name: sw0             Type: bridge          ID: 00000107   Num hooks: 2\n"
                      "  Name: sw1             Type: bridge          ID: 00000108   Num hooks: 1\n"
                      "  Name: me              Type: socket          ID: e0000009   Num hooks: 0\n");
        assert_prints(&b, "show sw0:",
                      "  Name: sw0             Type: bridge          ID: 00000107   Num hooks: 2\n" TABLE
                      "  link1           sw1             bridge       00000108        link0          \n"
                      "  link0           ngeth0          eiface       00000100        ether          \n");
        assert_prints(&b, "show -n sw0:link0",
                      "  Name: ngeth0          Type: eiface          ID: 00000100   Num hooks: 1\n");
        assert_prints(&b, "show [0000104]:.",
                      "  Name: ngeth1          Type: eiface          ID: 00000104   Num hooks: 0\n");
        assert_prints(&b, "show .", "  Name: me              Type: socket          ID: e0000009   Num hooks: 0\n");
        assert_int_equal(bench_line(&b, "list -ln"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "There are 5 total named nodes:\n  Name: ngeth0 "));
        assert_non_null(strstr(text_str(&b.d.out), "link0          \n\n  Name: ngeth1 "));
        assert_prints(&b, "status sw0:link1.link0", "No status available for \"sw0:link1.link0\"\n");
        assert_prints(&b, "config sw0: x", "No config available for \"sw0:\"\n");
        bench_end(&b);
}

static void test_types(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_int_equal(bench_line(&b, "types"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out),
                               " total types:\n"
                               "      Type name   Number of living nodes\n"
                               "      ---------   ----------------------\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\n         eiface       2\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\n         bridge       2\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\n         socket       1\n"));
        bench_end(&b);
}

static void test_dot(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_prints(&b, "dot -c",
                      "digraph netgraph {\n"
                      "\tedge [ dir = \"none\", fontsize = 10 ];\n"
                      "\tnode [ shape = record, fontsize = 12 ] {\n"
                      "\t\t\"100\" [ label = \"{ngeth0:|{eiface|[100]:}}\" ];\n"
                      "\t\t\"104\" [ label = \"{ngeth1:|{eiface|[104]:}}\" ];\n"
                      "\t\t\"107\" [ label = \"{sw0:|{bridge|[107]:}}\" ];\n"
                      "\t\t\"108\" [ label = \"{sw1:|{bridge|[108]:}}\" ];\n"
                      "\t\t\"e0000009\" [ label = \"{me:|{socket|[e0000009]:}}\" ];\n"
                      "\t};\n"
                      "\tsubgraph cluster_disconnected {\n"
                      "\t\tbgcolor = pink;\n"
                      "\t\t\"104\";\n"
                      "\t\t\"e0000009\";\n"
                      "\t};\n"
                      "\t\"100\" -> \"107\" [ headlabel = \"link0\", taillabel = \"ether\" ] ;\n"
                      "\t\"107\" -> \"108\" [ headlabel = \"link0\", taillabel = \"link1\" ] ;\n"
                      "}\n");
        assert_int_equal(bench_line(&b, "dot"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "graph netgraph {\n\tedge [ weight = 1.0 ];\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\t\"107.link0\" -- \"100.ether\";\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\t\t\"107\" -- \"107.link1\";\n"));
        assert_fails(&b, "dot /nonexistent/x", NGCTL_FAILED,
                     "ngctl: Could not open /nonexistent/x for writing: Operation not supported\n");
        b.services.write_file = bench_keep_file;
        assert_prints(&b, "dot -c x", "");
        assert_true(str_has_prefix(b.written, "digraph netgraph {"));
        bench_end(&b);
}

/* -- The reader -------------------------------------------------------------------------------------------------------
 */

static void test_reader(void **state)
{
        static const char nul[] = "list\nli\0st\n";
        char longest[3 * NGCTL_LINE_SIZE];
        struct bench b;

        (void)state;
        bench_begin(&b, topo_empty(), true);
        assert_int_equal(bench_script(&b, "# c\n\n \t\r\ndebug 3\r\n  debug\n", 26), NGCTL_DONE);
        assert_string_equal(text_str(&b.d.out), "Current debug level is 3\n");
        assert_int_equal(bench_script(&b, "\n # c\ndebug 5\n", 14), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said), "ngctl: \"#\": unknown command\nngctl: line 2: error in file\n");
        assert_int_equal(bench_script(&b, "quit\nfrob\n", 10), NGCTL_QUIT);
        assert_string_equal(text_str(&b.d.said), "ngctl: line 1: error in file\n");
        assert_int_equal(bench_script(&b, "read nosuch\n", 12), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said),
                            "ngctl: nosuch: No such file or directory\nngctl: line 1: error in file\n");
        b.script = NULL;
        assert_int_equal(ngreader_file(b.n, "script", true), NGCTL_NO_INPUT);
        assert_int_equal(bench_script(&b, nul, sizeof(nul) - 1), NGCTL_DONE); /* cut at the NUL: "li" is list too */
        bench_end(&b);

        bench_begin(&b, topo_empty(), false);
        assert_int_equal(bench_script(&b, nul, sizeof(nul) - 1), NGCTL_USAGE);
        assert_non_null(strstr(text_str(&b.d.said), "NUL byte"));
        assert_non_null(strstr(text_str(&b.d.said), "line 2: error in file script; nothing"));
        assert_int_equal(bench_script(&b, "quit\nfrob\n", 10), NGCTL_QUIT);
        assert_string_equal(text_str(&b.d.said), "");
        assert_int_equal(bench_script(&b, "list\n/* open\nlist", 17), NGCTL_USAGE);
        assert_int_equal(bench_script(&b, "read script\n", 12), NGCTL_FAILED); /* itself: it ends */
        memset(longest, 'x', sizeof(longest));
        assert_int_equal(bench_script(&b, longest, sizeof(longest)), NGCTL_USAGE);
        assert_non_null(strstr(text_str(&b.d.said), "line 1: error in file"));
        for (size_t i = 0; i < sizeof(longest); i++)
                longest[i] = i % 2 ? ' ' : 'x';
        assert_int_equal(bench_script(&b, longest, 2 * (WORDS_MAX + 1)), NGCTL_USAGE);
        assert_non_null(strstr(text_str(&b.d.said), "more than 511 words"));
        bench_end(&b);

        /* A strict one cuts a long line, as FreeBSD's does: 2047 bytes, and the rest is another. */
        bench_begin(&b, topo_empty(), true);

        CLEANUP(text_done) struct text cut = {0};

        text_putf(&cut, "%-*s", NGCTL_LINE_SIZE - 1, "debug 4");
        text_put(&cut, "debug\n");
        assert_int_equal(bench_script(&b, text_str(&cut), cut.length), NGCTL_DONE);
        assert_string_equal(text_str(&b.d.out), "Current debug level is 4\n");
        bench_end(&b);
}

/* -- The command line -------------------------------------------------------------------------------------------------
 */

static int speak(struct bench *b, const char *words)
{
        CLEANUP(freep) char *copy = xstrdup(words);
        char *argv[16], *save = NULL;
        struct err e = {0};
        int argc = 0;

        for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
                argv[argc++] = w;
        argv[argc] = NULL;
        text_clear(&b->d.out);
        text_clear(&b->d.said);
        return dialect_ngctl(&b->d, argc, argv, &e);
}

static void test_command_line(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_int_equal(speak(&b, "ngctl"), NGCTL_USAGE);
        assert_true(str_has_prefix(
                text_str(&b.d.said),
                "ngctl: no command specified\nusage: ngctl [-j jail] [-d] [-f filename] [-n nodename] "));
        assert_int_equal(speak(&b, "ngctl -n spy list"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "  Name: spy             Type: socket "));
        assert_int_equal(speak(&b, "ngctl -n sw0 list"), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said), "ngctl: can't create node: Address already in use\n");
        assert_int_equal(speak(&b, "ngctl -dd -f nosuch debug"), NGCTL_DONE); /* the command wins */
        assert_string_equal(text_str(&b.d.out), "Current debug level is 2\n");
        assert_int_equal(speak(&b, "ngctl -f nosuch"), NGCTL_NO_INPUT);
        assert_string_equal(text_str(&b.d.said), "ngctl: nosuch: No such file or directory\n");
        assert_int_equal(speak(&b, "ngctl -x"), NGCTL_USAGE);
        assert_int_equal(speak(&b, "ngctl -f"), NGCTL_USAGE);
        assert_int_equal(speak(&b, "ngctl quit"), NGCTL_DONE);
        b.script = "list\n";
        b.script_length = 5;
        assert_int_equal(speak(&b, "ngctl -f-"), NGCTL_DONE);
        assert_int_equal(speak(&b, "ngctl -j www list"), NGCTL_DONE);
        assert_null(strstr(text_str(&b.d.out), "sw0"));
        b.d.jail = "host";
        assert_int_equal(speak(&b, "ngctl -j nosuch list"), NGCTL_FAILED);
        bench_end(&b);
}

/* -- Completion -------------------------------------------------------------------------------------------------------
 */

static void join_word(void *user, const char *word)
{
        struct text *t = user;

        text_put(t, word);
        text_put_char(t, ' ');
}

#define assert_completes(b, typed, words)                                  \
        do {                                                               \
                CLEANUP(text_done) struct text t_ = {0};                   \
                (void)ngctl_complete((b)->n, (typed), 50, join_word, &t_); \
                assert_string_equal(text_str(&t_), (words));               \
        } while (0)

static void test_completion(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), false);
        assert_completes(&b, "s", "show shutdown status ");
        assert_completes(&b, "show sw", "sw0: sw1: ");
        assert_completes(&b, "show sw0:l", "sw0:link1 sw0:link0 ");
        assert_completes(&b, "show sw0:link1.", "sw0:link1.link0 ");
        assert_completes(&b, "mkpeer sw0: eif", "eiface ");
        assert_completes(&b, "mkpeer sw0: eiface l", "link ");
        assert_completes(&b, "mkpeer sw0: eiface link2 ", "ether ");
        assert_completes(&b, "rmhook sw0: ", "link1 link0 ");
        assert_completes(&b, "msg sw0: gets", "getstats ");
        assert_completes(&b, "msg ngeth1: get", "getifname ");
        assert_completes(&b, "help sho", "show ");
        assert_completes(&b, "frob ", "");
        assert_string_equal(text_str(&b.d.said), "");
        bench_end(&b);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_command_names), cmocka_unit_test(test_usage),
                cmocka_unit_test(test_help),          cmocka_unit_test(test_list),
                cmocka_unit_test(test_types),         cmocka_unit_test(test_dot),
                cmocka_unit_test(test_reader),        cmocka_unit_test(test_command_line),
                cmocka_unit_test(test_completion),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
