/*
 * test_ngctl.c - FreeBSD's ngctl: its reader, its command names, its outputs to the letter, and what a friendly one
 * takes that a strict one refuses.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/ngctl_parts.h"
#include "tests/lib/topo.h"

/* A session whose one file is `script`. */
struct bench {
        const struct graph *g;
        struct dialect d;
        struct ngctl *n;
        struct dialect_services services;
        const char *script;
        size_t script_length;
        char *written;
};

static int read_script(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e)
{
        struct bench *b = d->services->user;

        if (!b->script || (strcmp(path, "-") != 0 && strcmp(path, "script") != 0))
                return err_set(e, -ENOENT, "%s: is not there", path);
        *ret = xcalloc(b->script_length + 1, 1);
        memcpy(*ret, b->script, b->script_length);
        *ret_length = b->script_length;
        return 0;
}

static int learn_hosts(struct dialect *d, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        const struct graph *g = d->live;
        size_t ports[4], count = graph_ports(g, bridge, ports, 4);
        struct bridge_host *hosts = xcalloc(count + 1, sizeof(*hosts));

        (void)e;
        for (size_t i = 0; i < count; i++)
                hosts[i] = (struct bridge_host){
                        .mac = {{2, 0, 0, 0, 0, (uint8_t)i}, true},
                        .ifindex = g->ifaces[ports[i]].id.ifindex,
                        .staleness_s = (uint32_t)i * 7,
                        .age_s = (uint32_t)i * 9,
                };
        hosts[count] = (struct bridge_host){.mac = {{2}, true}, .ifindex = hosts[0].ifindex, .is_own = true};
        *ret = hosts;
        *ret_count = count + 1;
        return 0;
}

static int keep_file(struct dialect *d, const char *path, const char *bytes, size_t length, struct err *e)
{
        struct bench *b = d->services->user;

        (void)path;
        (void)e;
        free(b->written);
        b->written = xstrndup(bytes, length);
        return 0;
}

static void bench_begin(struct bench *b, const struct graph *g, bool is_strict)
{
        *b = (struct bench){.g = g, .services = {.read_file = read_script, .hosts = learn_hosts, .user = b}};
        dialect_init(&b->d, g, "host", is_strict);
        b->d.services = &b->services;
        b->n = ngctl_new("me", 9);
        ngctl_begin(b->n, &b->d);
}

static void bench_end(struct bench *b)
{
        free(b->written);
        ngctl_free(b->n);
        dialect_done(&b->d);
        graph_unref(b->g);
}

/* Runs a line after forgetting what was printed. */
static int line(struct bench *b, const char *words)
{
        text_clear(&b->d.out);
        text_clear(&b->d.said);
        return ngctl_line(b->n, words);
}

#define assert_prints(b, words, text)                               \
        do {                                                        \
                assert_int_equal(line((b), (words)), NGCTL_DONE);   \
                assert_string_equal(text_str(&(b)->d.out), (text)); \
                assert_string_equal(text_str(&(b)->d.said), "");    \
        } while (0)

#define assert_fails(b, words, status, text)                         \
        do {                                                         \
                assert_int_equal(line((b), (words)), (status));      \
                assert_string_equal(text_str(&(b)->d.said), (text)); \
        } while (0)

static int script(struct bench *b, const char *text, size_t length)
{
        text_clear(&b->d.out);
        text_clear(&b->d.said);
        b->script = text;
        b->script_length = length;
        return ngreader_file(b->n, "script", true);
}

/* -- Names of commands ------------------------------------------------------------------------------------------- */

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
        assert_int_equal(line(&b, "help nonsense"), NGCTL_DONE); /* FreeBSD's does not call that a failure */
        assert_int_equal(line(&b, "write hook 1 2"), NGCTL_FAILED);
        assert_int_equal(line(&b, "quit"), NGCTL_QUIT);
        assert_int_equal(line(&b, ""), NGCTL_DONE);
        bench_end(&b);
}

static void test_help(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_empty(), true);
        assert_int_equal(line(&b, "help"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "Available commands:\n  config     "));
        assert_int_equal(line(&b, "help join"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out),
                                   "usage:    connect [path] <relpath> <hook> <peerhook>\nAliases:  join\nSummary:  "));
        for (const char *s = text_str(&b.d.out); *s; s += strcspn(s, "\n") + 1)
                assert_true(strcspn(s, "\n") <= 66);
        bench_end(&b);
}

/* -- Outputs ----------------------------------------------------------------------------------------------------- */

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
        assert_int_equal(line(&b, "list -ln"), NGCTL_DONE);
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
        assert_int_equal(line(&b, "types"), NGCTL_DONE);
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
        assert_int_equal(line(&b, "dot"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "graph netgraph {\n\tedge [ weight = 1.0 ];\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\t\"107.link0\" -- \"100.ether\";\n"));
        assert_non_null(strstr(text_str(&b.d.out), "\t\t\"107\" -- \"107.link1\";\n"));
        assert_fails(&b, "dot /nonexistent/x", NGCTL_FAILED,
                     "ngctl: Could not open /nonexistent/x for writing: Operation not supported\n");
        b.services.write_file = keep_file;
        assert_prints(&b, "dot -c x", "");
        assert_true(str_has_prefix(b.written, "digraph netgraph {"));
        bench_end(&b);
}

/* -- Messages ---------------------------------------------------------------------------------------------------- */

static void test_messages(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_prints(&b, "msg sw0:link0 getifname",
                      "Rec'd response \"getifname\" (1) from \"[100]:\":\n"
                      "Args:\t\"ngeth0\"\n");
        assert_prints(&b, "msg sw0: gettable",
                      "Rec'd response \"gettable\" (7) from \"[107]:\":\n"
                      "Args:\t{ numHosts=2 hosts=[ { addr=02:00:00:00:00:00 hook=\"link0\" } "
                      "{ addr=02:00:00:00:00:01 age=9 staleness=7 hook=\"link1\" } ] }\n");
        assert_prints(&b, "msg sw0: nodeinfo",
                      "Rec'd response \"nodeinfo\" (805306374) from \"[107]:\":\n"
                      "Args:\t{ name=\"sw0\" type=\"bridge\" id=0x107 hooks=2 }\n");
        assert_fails(&b, "msg sw0: getstats 2", NGCTL_FAILED, "ngctl: send msg: Socket is not connected\n");
        assert_fails(&b, "msg sw0: getstats two", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "msg sw0: getifname", NGCTL_FAILED, "ngctl: send msg: Function not implemented\n");
        assert_fails(&b, "msg sw9: gettable", NGCTL_FAILED, "ngctl: send msg: No such file or directory\n");
        assert_fails(&b, "msg ngeth0: set nonsense", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_int_equal(line(&b, "msg ngeth1: set 02:00:00:00:12:34"), NGCTL_DONE);
        assert_int_equal(b.d.requests, 1);
        assert_prints(
                &b, "msg sw0: listhooks",
                "Rec'd response \"listhooks\" (805306375) from \"[107]:\":\n"
                "Args:\t{ nodeinfo={ name=\"sw0\" type=\"bridge\" id=0x107 hooks=2 } linkinfo=[ "
                "{ ourhook=\"link1\" peerhook=\"link0\" nodeinfo={ name=\"sw1\" type=\"bridge\" id=0x108 hooks=1 } } "
                "{ ourhook=\"link0\" peerhook=\"ether\" nodeinfo={ name=\"ngeth0\" type=\"eiface\" id=0x100 "
                "hooks=1 } } ] }\n");
        assert_prints(&b, "msg ngeth1: listhooks",
                      "Rec'd response \"listhooks\" (805306375) from \"[104]:\":\n"
                      "Args:\t{ nodeinfo={ name=\"ngeth1\" type=\"eiface\" id=0x104 } }\n");
        assert_int_equal(line(&b, "msg sw0: listnames"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "(805306376) from \"[107]:\":\nArgs:\t{ numnames="));
        assert_non_null(strstr(text_str(&b.d.out), "{ name=\"me\" type=\"socket\" id=0xe0000009 } ] }\n"));
        assert_int_equal(line(&b, "msg .: listnodes"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "(805306377) from \"[e0000009]:\":\n"));
        assert_int_equal(line(&b, "msg .: listtypes"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "{ typename=\"bridge\" numnodes=2 } "));
        assert_non_null(strstr(text_str(&b.d.out), "{ typename=\"hub\" } "));
        assert_fails(&b, "msg sw0: textstatus", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "msg sw0: listhooks now", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "msg sw0: rmhook { ourhook=\"link0\" }", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_int_equal(line(&b, "msg sw0: rmhook { hook=\"link0\" }"), NGCTL_DONE);
        assert_fails(&b, "show sw0:link0", NGCTL_FAILED, "ngctl: send msg: No such file or directory\n");
        bench_end(&b);
}

static const struct graph *counted_bridge(void)
{
        struct topo *t = topo_begin();
        size_t sw0 = topo_bridge(t, 0, "sw0"), eth0 = topo_link(t, 0, "eth0", KIND_PHYSICAL, "");

        topo_port(t, sw0, eth0);
        topo_iface_facts(t, eth0)->counters = (struct counters){
                .rx_bytes = 842, .rx_packets = 9, .tx_bytes = 1200, .tx_packets = 0, .is_known = true};
        return topo_finish(t, NULL);
}

static void test_statistics(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, counted_bridge(), false);
        assert_prints(&b, "msg sw0: getstats 0",
                      "Rec'd response \"getstats\" (4) from \"[2]:\":\n"
                      "Args:\t{ recvOctets=842 recvPackets=9 xmitOctets=1200 }\n");
        assert_int_equal(line(&b, "msg sw0: getclrstats 0"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "\"getclrstats\" (6)"));
        assert_non_null(strstr(text_str(&b.d.out), "recvOctets=842"));
        assert_non_null(strstr(text_str(&b.d.said), "this run of ngctl alone"));
        assert_prints(&b, "msg sw0: getstats 0", "Rec'd response \"getstats\" (4) from \"[2]:\":\nArgs:\t{}\n");
        bench_end(&b);
}

static void test_ether_messages(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_seeds(), false);
        assert_int_equal(line(&b, "msg eth0: getenaddr"), NGCTL_DONE);
        assert_true(str_has_prefix(text_str(&b.d.out), "Rec'd response \"getenaddr\" (3) from \"["));
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t02:00:00:00:"));
        assert_int_equal(line(&b, "msg eth0: getpromisc"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t1\n"));
        assert_int_equal(line(&b, "msg eth0: getautosrc"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t0\n"));
        assert_prints(&b, "msg eth0: setautosrc 0", "");
        assert_int_equal(line(&b, "msg eth0: setautosrc 1"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg eth0: setenaddr 02:00:00:00:ab:cd"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg eth0: getifname extra"), NGCTL_FAILED);
        bench_end(&b);
}

static void test_values(void **state)
{
        CLEANUP(value_fields_done) struct value_fields f = {0}, wrong = {0};
        char s[8];
        int64_t number;

        (void)state;
        assert_int_equal(value_parse_struct(" { vlan=7 hook=\"a \\\"b\\\"\" list=[ 1=2 { x=\"]\" } ] } ", &f), 0);
        assert_string_equal(value_get(&f, "vlan"), "7");
        assert_string_equal(value_get(&f, "hook"), "a \"b\"");
        assert_string_equal(value_get(&f, "list"), "[ 1=2 { x=\"]\" } ]");
        assert_null(value_get(&f, "none"));
        assert_int_equal(value_parse_struct("{ a=", &wrong), -EINVAL);
        assert_int_equal(value_parse_struct("{ a=\"", &wrong), -EINVAL);
        assert_int_equal(value_parse_struct("{ a=[ }", &wrong), -EINVAL);
        assert_int_equal(value_parse_struct("{ } x", &wrong), -EINVAL);
        assert_int_equal(value_parse_string(" \"ab\" ", s, sizeof(s)), 0);
        assert_string_equal(s, "ab");
        assert_int_equal(value_parse_string("toolongforit", s, sizeof(s)), -EINVAL);
        assert_int_equal(value_parse_number(" 0x10 ", 0, 16, &number), 0);
        assert_int_equal(number, 16);
        assert_int_equal(value_parse_number("17", 0, 16, &number), -EINVAL);
        assert_int_equal(value_parse_number("1x", 0, 16, &number), -EINVAL);
        assert_int_equal(value_parse_number("", 0, 16, &number), -EINVAL);
}

/* -- Changes ----------------------------------------------------------------------------------------------------- */

/* The how-to's session: FreeBSD refuses its second line, since the hook is taken; what is meant is clear. */
static void test_provisional_hooks(void **state)
{
        static const char text[] = "mkpeer eiface ether ether\n"
                                   "mkpeer eiface ether ether\n"
                                   "mkpeer ng_eiface ether ether\n"
                                   "name ngeth2: outer\n" /* ngeth1 is there already */
                                   "name ngeth3: inner\n"
                                   "/* a comment\n"
                                   " * over lines */\n"
                                   "  # and one that is indented\n"
                                   "mkpeer bridge link0 link0\n"
                                   "name link0 lan\n"
                                   "connect lan: outer: link0 ether # joined\n"
                                   "connect lan: inner link1 ether\n"
                                   "connect lan: inner: link1 ether\n";
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), false);
        assert_int_equal(script(&b, text, strlen(text)), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.said), "ng_eiface: taken for the type eiface"));
        assert_non_null(strstr(text_str(&b.d.said), "ngctl: inner: taken for the node inner:"));
        assert_non_null(strstr(text_str(&b.d.said), "held by ngctl alone"));
        assert_non_null(strstr(text_str(&b.d.said), "joined already; nothing is done"));
        assert_int_equal(line(&b, "show lan:link1"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Name: inner "));
        assert_int_equal(line(&b, "show -n ."), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Num hooks: 1")); /* the third is joined to nothing else */
        bench_end(&b);

        bench_begin(&b, topo_eiface(), true);
        assert_int_equal(script(&b, text, strlen(text)), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said), "ngctl: send msg: File exists\nngctl: line 2: error in file\n");
        bench_end(&b);
}

static void test_own_hooks(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), false);
        assert_int_equal(line(&b, "mkpeer . bridge virt link0"), NGCTL_DONE);
        assert_int_equal(line(&b, "name virt lan"), NGCTL_DONE);
        assert_int_equal(line(&b, "show lan:"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out),
                               "  link0           me              socket       e0000009        virt           \n"));
        assert_prints(&b, "show -n lan:link0",
                      "  Name: me              Type: socket          ID: e0000009   "
                      "Num hooks: 1\n");
        assert_int_equal(line(&b, "mkpeer lan: eiface link2 ether"), NGCTL_DONE);
        assert_int_equal(line(&b, "show -n virt.link2"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Name: ngeth2 "));

        /* The end: the bridge has another hook and stays. */
        size_t before = b.d.requests;

        assert_int_equal(ngctl_end(b.n), NGCTL_DONE);
        assert_int_equal(b.d.requests, before);

        /* One that hangs from ngctl alone goes with it. */
        assert_int_equal(line(&b, "mkpeer bridge a link0"), NGCTL_DONE);
        assert_int_equal(line(&b, "mkpeer bridge b link0"), NGCTL_DONE);
        assert_int_equal(line(&b, "name b kept"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg b setpersistent"), NGCTL_DONE);
        assert_int_equal(line(&b, "name a lost"), NGCTL_DONE);
        assert_int_equal(ngctl_end(b.n), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.said), "ngctl: lost: hung from ngctl alone"));
        assert_int_equal(line(&b, "show lost:"), NGCTL_FAILED);
        assert_int_equal(line(&b, "show kept:"), NGCTL_DONE);

        /* rmhook of the socket node's hook is the last hook's end too. */
        assert_int_equal(line(&b, "mkpeer bridge c link0"), NGCTL_DONE);
        assert_int_equal(line(&b, "name c third"), NGCTL_DONE);
        assert_int_equal(line(&b, "rmhook c"), NGCTL_DONE);
        assert_int_equal(line(&b, "show third:"), NGCTL_FAILED);
        assert_int_equal(line(&b, "rmhook nosuch"), NGCTL_DONE);
        bench_end(&b);
}

static void test_refusals(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, topo_eiface(), true);
        assert_fails(&b, "mkpeer sw0: eiface link0 ether", NGCTL_FAILED, "ngctl: send msg: File exists\n");
        assert_fails(&b, "mkpeer sw0: ng_eiface link7 ether", NGCTL_FAILED,
                     "ngctl: send msg: No such file or directory\n");
        assert_fails(&b, "mkpeer nosuch: ether a b", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "mkpeer sw0: eiface link01 ether", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "mkpeer sw0: eiface link7 lower", NGCTL_FAILED,
                     "ngctl: send msg: Protocol family not supported\n");
        assert_fails(&b, "connect sw0: ngeth1: link0 ether", NGCTL_FAILED, "ngctl: send msg: File exists\n");
        assert_fails(&b, "connect sw0: : link0 ether", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "name ngeth1: sw0", NGCTL_FAILED, "ngctl: send msg: Address already in use\n");
        assert_fails(&b, "name ngeth1: ngeth1", NGCTL_FAILED, "ngctl: send msg: Address already in use\n");
        assert_fails(&b, "name ngeth1: a.b", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "name ngeth1: [1e]", NGCTL_FAILED, "ngctl: send msg: Invalid argument\n");
        assert_fails(&b, "shutdown nosuch:", NGCTL_FAILED, "ngctl: shutdown: No such file or directory\n");
        assert_fails(&b, "name ngeth1 x", NGCTL_FAILED, "ngctl: send msg: No such file or directory\n");
        assert_int_equal(b.d.requests, 0);
        assert_int_equal(line(&b, "name ngeth1: a123456789b123456789c123456789d123456789"), NGCTL_DONE);
        assert_int_equal(line(&b, "show a123456789b123456789c123456789d:"), NGCTL_DONE);
        assert_int_equal(line(&b, "show a123456789b123456789c123456789:"), NGCTL_FAILED);
        assert_int_equal(line(&b, "show a123456789b123456789c123456789:x"), NGCTL_FAILED);
        assert_int_equal(line(&b, "show a123456789b123456789c123456789d12345678:"), NGCTL_FAILED);
        bench_end(&b);

        /* A friendly one says why behind FreeBSD's words. */
        bench_begin(&b, topo_eiface(), false);
        assert_int_equal(line(&b, "mkpeer sw0: netflow link7 left"), NGCTL_FAILED);
        assert_true(str_has_prefix(text_str(&b.d.said),
                                   "ngctl: send msg: No such file or directory (netflow: no such type of node; "));
        assert_int_equal(b.d.requests, 0);
        assert_fails(&b, "mkpeer sw0: eiface link0 ether", NGCTL_FAILED,
                     "ngctl: send msg: File exists (sw0:link0: is joined to ngeth0:ether already; take another hook, "
                     "or rmhook it first)\n");
        bench_end(&b);
}

/* -- The reader -------------------------------------------------------------------------------------------------- */

static void test_reader(void **state)
{
        static const char nul[] = "list\nli\0st\n";
        char longest[3 * NGCTL_LINE_SIZE];
        struct bench b;

        (void)state;
        bench_begin(&b, topo_empty(), true);
        assert_int_equal(script(&b, "# c\n\n \t\r\ndebug 3\r\n  debug\n", 26), NGCTL_DONE);
        assert_string_equal(text_str(&b.d.out), "Current debug level is 3\n");
        assert_int_equal(script(&b, "\n # c\ndebug 5\n", 14), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said), "ngctl: \"#\": unknown command\nngctl: line 2: error in file\n");
        assert_int_equal(script(&b, "quit\nfrob\n", 10), NGCTL_QUIT);
        assert_string_equal(text_str(&b.d.said), "ngctl: line 1: error in file\n");
        assert_int_equal(script(&b, "read nosuch\n", 12), NGCTL_FAILED);
        assert_string_equal(text_str(&b.d.said),
                            "ngctl: nosuch: No such file or directory\nngctl: line 1: error in file\n");
        b.script = NULL;
        assert_int_equal(ngreader_file(b.n, "script", true), NGCTL_NO_INPUT);
        assert_int_equal(script(&b, nul, sizeof(nul) - 1), NGCTL_DONE); /* cut at the NUL: "li" is list too */
        bench_end(&b);

        bench_begin(&b, topo_empty(), false);
        assert_int_equal(script(&b, nul, sizeof(nul) - 1), NGCTL_USAGE);
        assert_non_null(strstr(text_str(&b.d.said), "NUL byte"));
        assert_non_null(strstr(text_str(&b.d.said), "line 2: error in file script; nothing"));
        assert_int_equal(script(&b, "quit\nfrob\n", 10), NGCTL_QUIT);
        assert_string_equal(text_str(&b.d.said), "");
        assert_int_equal(script(&b, "list\n/* open\nlist", 17), NGCTL_USAGE);
        assert_int_equal(script(&b, "read script\n", 12), NGCTL_FAILED); /* itself: it ends */
        memset(longest, 'x', sizeof(longest));
        assert_int_equal(script(&b, longest, sizeof(longest)), NGCTL_USAGE);
        assert_non_null(strstr(text_str(&b.d.said), "line 1: error in file"));
        for (size_t i = 0; i < sizeof(longest); i++)
                longest[i] = i % 2 ? ' ' : 'x';
        assert_int_equal(script(&b, longest, 2 * (WORDS_MAX + 1)), NGCTL_USAGE);
        assert_non_null(strstr(text_str(&b.d.said), "more than 511 words"));
        bench_end(&b);

        /* A strict one cuts a long line, as FreeBSD's does: 2047 bytes, and the rest is another. */
        bench_begin(&b, topo_empty(), true);

        CLEANUP(text_done) struct text cut = {0};

        text_putf(&cut, "%-*s", NGCTL_LINE_SIZE - 1, "debug 4");
        text_put(&cut, "debug\n");
        assert_int_equal(script(&b, text_str(&cut), cut.length), NGCTL_DONE);
        assert_string_equal(text_str(&b.d.out), "Current debug level is 4\n");
        bench_end(&b);
}

/* -- The command line -------------------------------------------------------------------------------------------- */

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

/* -- Completion -------------------------------------------------------------------------------------------------- */

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

/* -- Laggs and one2manys ------------------------------------------------------------------------------------------ */

static const struct graph *two_nics(void)
{
        struct topo *t = topo_begin();

        topo_address(t, topo_link(t, 0, "eth0", KIND_PHYSICAL, ""), "192.0.2.10/24");
        (void)topo_link(t, 0, "eth1", KIND_PHYSICAL, "");
        return topo_finish(t, NULL);
}

static int lacks_bonds(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e)
{
        (void)d;
        (void)e;
        *ret = kinds & 1u << KIND_BOND;
        return 0;
}

static void test_bond_missing(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, two_nics(), true);
        b.services.missing_kinds = lacks_bonds;
        assert_int_equal(line(&b, "mkpeer eth0: one2many upper one"), NGCTL_FAILED);
        assert_int_equal(line(&b, "mkpeer eth0: lagg lower link0"), NGCTL_FAILED);
        assert_int_equal(line(&b, "types"), NGCTL_DONE);
        assert_null(strstr(text_str(&b.d.out), "one2many"));
        assert_int_equal(line(&b, "mkpeer eth0: bridge lower link0"), NGCTL_DONE);
        bench_end(&b);
        bench_begin(&b, two_nics(), false);
        b.services.missing_kinds = lacks_bonds;
        assert_int_equal(line(&b, "mkpeer eth0: one2many upper one"), NGCTL_FAILED);
        assert_non_null(strstr(text_str(&b.d.said), "one2many: is made of a bond, which this kernel lacks"));
        bench_end(&b);
}

static int lacks_vlans(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e)
{
        (void)d;
        (void)e;
        *ret = kinds & 1u << KIND_VLAN;
        return 0;
}

/* The manual's shape: a trunk by lower, the host's stack by nomatch, an interface for each VLAN. */
static void test_vlan(void **state)
{
        struct bench b;

        (void)state;
        bench_begin(&b, two_nics(), true);
        b.services.missing_kinds = lacks_vlans;
        assert_int_equal(line(&b, "mkpeer eth0: vlan lower downstream"), NGCTL_FAILED);
        bench_end(&b);
        bench_begin(&b, two_nics(), false);
        assert_int_equal(line(&b, "mkpeer eth0: vlan lower downstream"), NGCTL_DONE);
        assert_int_equal(line(&b, "name eth0:lower v"), NGCTL_DONE);
        assert_int_equal(line(&b, "connect v: eth0: nomatch upper"), NGCTL_DONE);
        assert_int_equal(line(&b, "mkpeer v: eiface a ether"), NGCTL_DONE);
        assert_int_equal(line(&b, "mkpeer v: eiface b ether"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: addfilter { vlan=8 hook=\"a\" }"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: addfilter { vid=7 hook=\"b\" }"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: addfilter { vid=7 hook=\"a\" }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg v: addfilter { vid=9 hook=\"c\" }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg v: addfilter { vid=9 pcp=8 hook=\"a\" }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg v: addfilter { vid=9 hook=\"nomatch\" }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg v: addfilter 7"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg v: getifname"), NGCTL_FAILED);
        text_clear(&b.d.out);
        assert_int_equal(line(&b, "msg v: gettable"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out),
                               "Args:\t{ n=2 filter=[ { hook=\"b\" vlan=7 vid=7 } { hook=\"a\" "
                               "vlan=8 vid=8 } ] }\n"));
        assert_int_equal(line(&b, "msg v: delfilter \"a\""), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: delvidflt 7"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: delvidflt 7"), NGCTL_FAILED);
        text_clear(&b.d.out);
        assert_int_equal(line(&b, "msg v: gettable"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t{}\n"));
        assert_int_equal(line(&b, "msg v: setencap 1"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: setencap 3"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg v: setencapproto 0x8100"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg v: getencapproto"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t0x8100\n"));
        bench_end(&b);
}

/* The manual's example; then another algorithm, for which Linux makes the bond anew with all that it was joined to. */
static void test_one2many(void **state)
{
        struct bench b;
        const struct graph *g;
        size_t bond;

        (void)state;
        bench_begin(&b, two_nics(), false);
        assert_int_equal(line(&b, "mkpeer eth0: one2many upper one"), NGCTL_DONE);
        assert_int_equal(line(&b, "connect eth0: eth0:upper lower many0"), NGCTL_DONE);
        assert_int_equal(line(&b, "connect eth1: eth0:upper lower many2"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg eth1: setautosrc 0"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg eth0:upper setconfig { xmitAlg=1 failAlg=2 enabledLinks=[ 1 2=1 ] }"),
                         NGCTL_DONE);
        assert_int_equal(line(&b, "name eth0:upper om"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg om: getconfig"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t{ xmitAlg=1 failAlg=2 enabledLinks=[ 1 2=1 ] }\n"));
        assert_int_equal(line(&b, "msg om: setconfig { xmitAlg=1 failAlg=2 enabledLinks=[ 1 ] }"), NGCTL_FAILED);
        assert_non_null(strstr(text_str(&b.d.said), "many2: Linux uses each link"));
        assert_int_equal(line(&b, "msg om: setconfig { failAlg=2 }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg om: setconfig { xmitAlg=4 failAlg=2 }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg om: setconfig { xmitAlg=1 failAlg=2 enabledLinks=[ x ] }"), NGCTL_FAILED);
        assert_int_equal(line(&b, "msg om: setconfig { xmitAlg=2 failAlg=1 enabledLinks=[ 1 0 1 ] }"), NGCTL_DONE);
        assert_int_equal(line(&b, "msg om: getconfig"), NGCTL_DONE);
        assert_non_null(strstr(text_str(&b.d.out), "Args:\t{ xmitAlg=2 failAlg=2 enabledLinks=[ 1 2=1 ] }\n"));
        assert_int_equal(line(&b, "msg om: getstats 1"), NGCTL_FAILED); /* no such link */
        g = dialect_graph(&b.d);
        bond = graph_find_iface_in(g, 0, "ngmany0");
        assert_int_not_equal(bond, NONE);
        assert_int_equal(g->ifaces[bond].bond_mode, 3);
        assert_int_equal(g->ifaces[bond].address_count, 1);
        assert_int_equal(graph_ports(g, bond, NULL, 0), 2);
        assert_int_equal(g->nodes[g->ifaces[bond].node].hook_count, 3);
        assert_int_equal(line(&b, "rmhook om: many0"), NGCTL_DONE);
        assert_int_equal(line(&b, "shutdown om:"), NGCTL_DONE);
        g = dialect_graph(&b.d);
        assert_int_equal(g->ifaces[graph_find_iface_in(g, 0, "eth0")].address_count, 1);
        assert_int_equal(graph_find_iface_in(g, 0, "ngmany0"), NONE);
        bench_end(&b);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_command_names),
                cmocka_unit_test(test_usage),
                cmocka_unit_test(test_help),
                cmocka_unit_test(test_list),
                cmocka_unit_test(test_types),
                cmocka_unit_test(test_dot),
                cmocka_unit_test(test_messages),
                cmocka_unit_test(test_statistics),
                cmocka_unit_test(test_ether_messages),
                cmocka_unit_test(test_values),
                cmocka_unit_test(test_provisional_hooks),
                cmocka_unit_test(test_own_hooks),
                cmocka_unit_test(test_refusals),
                cmocka_unit_test(test_reader),
                cmocka_unit_test(test_command_line),
                cmocka_unit_test(test_completion),
                cmocka_unit_test(test_bond_missing),
                cmocka_unit_test(test_vlan),
                cmocka_unit_test(test_one2many),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
