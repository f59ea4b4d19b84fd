/* test_devfsrules.c - devfs.rules: what rulesets show, and that every error names its place with nothing taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/alloc.h"
#include "core/dialect/devfsrules.h"

/* Of these nodes those that a ruleset shows, with blanks between. */
static void shows(const char *text, uint32_t ruleset, const char *wanted)
{
        static const char *const nodes[] = {"null", "zero", "random", "tty", "pts", "stdin", "fuse", "tun0"};
        struct source s = {.name = "devfs.rules", .text = text, .length = strlen(text)};
        struct devfs_rules r;
        struct err e = {0};
        CLEANUP(text_done) struct text t = {0};

        devfs_rules_init(&r);
        if (devfs_rules_read(&r, &s, &e) < 0)
                fail_msg("%s: %s", text, e.what);
        for (size_t i = 0; i < ARRAY_SIZE(nodes); i++)
                if (devfs_rules_show(&r, ruleset, (const char *const[]){nodes[i], NULL}))
                        text_putf(&t, "%s%s", t.length ? " " : "", nodes[i]);
        assert_string_equal(text_str(&t), wanted);
        devfs_rules_done(&r);
        source_done(&s);
}

static void test_defaults(void **state)
{
        struct devfs_rules r;

        (void)state;
        devfs_rules_init(&r);
        for (uint32_t i = 1; i <= 5; i++)
                assert_true(devfs_rules_has(&r, i));
        assert_false(devfs_rules_has(&r, 6));
        devfs_rules_done(&r);
        shows("", 0, "null zero random tty pts stdin fuse tun0");
        shows("", 1, "");
        shows("", 4, "null zero random tty pts stdin");
        shows("", 5, "null zero random tty pts stdin");
        shows("", 77, "null zero random tty pts stdin fuse tun0");
}

static void test_rules(void **state)
{
        (void)state;
        shows("[guests=10]\nadd include $devfsrules_hide_all\nadd include 2\nadd path 'tun*' unhide\n", 10,
              "null zero random tun0");
        shows("[guests=10]\nadd include $devfsrules_jail\nadd path null hide\nadd path fuse unhide mode 0666", 10,
              "zero random tty pts stdin fuse");
        shows("# remark\n\n[guests=10]  # ours\nadd hide # all\nadd path t* unhide\n", 10, "tty tun0");
        shows("[guests=10]\r\nadd hide\r\nadd path \"z\"ero unhide\r\n", 10, "zero");
        shows("[guests=10]\nadd 300 path null unhide\nadd 100 hide\nadd path zero unhide\n", 10, "null zero");
        shows("[guests=10]\nadd type disk hide\nadd path tty group 5", 10, "null zero random tty pts stdin fuse tun0");
        shows("[guests=5]\nadd path tun0 unhide\n", 5,
              "null zero random tty pts stdin tun0"); /* adds to FreeBSD's own */
        shows("[a=10]\nadd hide\n[b=11]\nadd include 10\nadd path tty unhide\n[c=12]\nadd include $b\n", 12, "tty");
        shows("[a=10]\nadd hide\n[b=11]\nadd include 10\n[a=10]\nadd include 11\nadd path tty unhide\n", 11, "tty");
        shows("[a=10]\nadd path fuse include 1\n", 10, "null zero random tty pts stdin tun0");
}

/* Each includes the one before a hundred times: worked out once each. */
static void test_many(void **state)
{
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        text_put(&t, "[s10=10]\nadd hide\n");
        for (int i = 11; i < 25; i++) {
                text_putf(&t, "[s%d=%d]\n", i, i);
                for (int k = 0; k < 100; k++)
                        text_putf(&t, "add include %d\n", i - 1);
        }
        shows(text_str(&t), 24, "");
}

static void test_errors(void **state)
{
        static const struct {
                const char *text, *place, *sentence;
        } cases[] = {
                {"add hide\n", "1:1", "[NAME=NUMBER] was expected before the first rule"},
                {"[a=10]\nhide\n", "2:1", "'hide': add or [NAME=NUMBER] was expected"},
                {"[a=10]\nadd path\n", "2:9", "a pattern is missing here, behind path"},
                {"[a=10]\nadd path null\n", "2:14", "what to do is missing here"},
                {"[a=10]\nadd\n", "2:4", "what to do is missing here"},
                {"[a=10]\nadd path null unhde\n", "2:15", "'unhde': path, type, include, hide"},
                {"[a=10]\nadd path 'null unhide\n", "2:10", "the quote ' that is opened here is not closed"},
                {"[a=10]\r\nadd path \"null unhide\r\n", "2:10", "the quote \" that is opened here is not closed"},
                {"[a=10\nadd hide\n", "1:6", "] was expected: the [ was opened at line 1, column 1"},
                {"[a]\n", "1:3", "[NAME=NUMBER] was expected"},
                {"[=3]\n", "1:2", "[NAME=NUMBER] was expected"},
                {"[a=0]\n", "1:4", "a ruleset's number was expected"},
                {"[a=65536]\n", "1:4", "a ruleset's number was expected"},
                {"[a=10] b\n", "1:8", "the end of the line was expected"},
                {"[a=10]\nadd include $nobody\n", "2:13", "$nobody: no ruleset before this line has that name"},
                {"[a=10]\nadd include $\n", "2:13", "the name of a ruleset was expected"},
                {"[a=10]\nadd include 10\n", "2:13", "cannot include itself"},
                {"[a=10]\nadd include 99\n", "2:13", "no ruleset before this line has the number 99"},
                {"[a=10]\nadd include x\n", "2:13", "x: is no number of a ruleset"},
                {"[a=10]\nadd include\n", "2:12", "a ruleset's number or $name is missing here"},
                {"[a=10]\nadd 70000 hide\n", "2:5", "70000: is no rule's number"},
                {"[a=10]\nadd path `id` unhide\n", "2:10", "this character has no place here"},
                {"[a=10]\nadd path $(id) unhide\n", "2:10", "the name of a ruleset was expected"},
                {"[a=10]\n  \tadd path x unhide; add hide", "2:21", "this character has no place here"},
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                struct source s = {.name = "f", .text = cases[i].text, .length = strlen(cases[i].text)};
                CLEANUP(freep) char *place = xasprintf("f:%s: ", cases[i].place);
                struct devfs_rules r;
                struct err e = {0};

                devfs_rules_init(&r);
                assert_true(devfs_rules_read(&r, &s, &e) < 0);
                if (strncmp(e.what, place, strlen(place)) != 0 || !strstr(e.what, cases[i].sentence))
                        fail_msg("%s\nwanted %s%s\ngot    %s", cases[i].text, place, cases[i].sentence, e.what);
                assert_non_null(strstr(text_str(&s.mark), "^\n"));
                devfs_rules_done(&r);
                source_done(&s);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_defaults),
                cmocka_unit_test(test_rules),
                cmocka_unit_test(test_many),
                cmocka_unit_test(test_errors),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
