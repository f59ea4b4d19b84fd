/* test_rcconf.c - assignments are read as a shell would, what is anything else is refused with its place, and nothing
 * is ever run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/dialect/rcconf.h"

static void reads(const char *text, const char *name, const char *value)
{
        struct source s = {.name = "rc.conf", .text = text, .length = strlen(text)};
        struct rc_file f;
        struct err e = {0};

        if (rcconf_read(&s, &f, &e) < 0)
                fail_msg("%s: %s", text, e.what);
        assert_non_null(rcconf_value(&f, name));
        assert_string_equal(rcconf_value(&f, name), value);
        rcconf_done(&f);
        source_done(&s);
}

static void refuses_n(const char *text, size_t length, const char *place, const char *sentence, const char *mark)
{
        struct source s = {.name = "rc.conf", .text = text, .length = length};
        struct rc_file f;
        struct err e = {0};

        assert_true(rcconf_read(&s, &f, &e) < 0);
        if (strncmp(e.what, place, strlen(place)) != 0 || !strstr(e.what, sentence))
                fail_msg("%s: %s", text, e.what);
        if (mark)
                assert_string_equal(text_str(&s.mark), mark);
        rcconf_done(&f);
        source_done(&s);
}

static void refuses(const char *text, const char *place, const char *sentence, const char *mark)
{
        refuses_n(text, strlen(text), place, sentence, mark);
}

static void test_values(void **state)
{
        (void)state;
        reads("a=b", "a", "b");
        reads("# c\n  a='x y' # behind\n", "a", "x y");
        reads("a=\"x\\\"y\\\\z\\$w\"\n", "a", "x\"y\\z$w");
        reads("a=\"x \\\ny\"\n", "a", "x y");
        reads("a=\"x\ny\"\n", "a", "x\ny");
        reads("a=x\\ y\n", "a", "x y");
        reads("a=1; b=2 c=3\n", "c", "3");
        reads("a=1\na=2\n", "a", "2");
        reads("a=1\nb=\"${a}0 $a\"\n", "b", "10 1");
        reads("a=1\na=\"$a $a\"\n", "a", "1 1");
        reads("a='$b`c`'\n", "a", "$b`c`");
        reads("a=x\"y\"'z'\n", "a", "xyz");
        reads("a=\n", "a", "");
        reads("export jail_www_ip=\"\" x=1\ny=2\n", "jail_www_ip", "");
        reads("a=\"1\"\r\nb=\"2\"\r\n", "b", "2");
        reads("a=x#y\n", "a", "x#y");
}

static void test_exports_end_with_their_line(void **state)
{
        static const char text[] = "export a=1 b=2\nc=3\n";
        struct source s = {.name = "x", .text = text, .length = strlen(text)};
        struct rc_file f;

        (void)state;
        assert_int_equal(rcconf_read(&s, &f, NULL), 0);
        assert_int_equal(f.count, 3);
        assert_true(f.variables[0].is_exported && f.variables[1].is_exported && !f.variables[2].is_exported);
        assert_int_equal(f.variables[0].start, 0);
        assert_int_equal(f.variables[0].end, 10);
        assert_int_equal(f.variables[2].start, 15);
        rcconf_done(&f);
}

static void test_refusals(void **state)
{
        (void)state;
        refuses("a=1\nb=`id`\n", "rc.conf:2:3: ", "nothing of a file is executed", "    b=`id`\n      ^\n");
        refuses("a=\"$(id)\"", "rc.conf:1:4: ", "nothing of a file is executed", NULL);
        refuses("a=\"x `id`\"", "rc.conf:1:6: ", "executed", NULL);
        refuses("a=\"${x:-1}\"", "rc.conf:1:7: ", "without an operator", NULL);
        refuses("a=$x", "rc.conf:1:3: ", "no line before", NULL);
        refuses("a=\"${x", "rc.conf:1:4: ", "not closed", NULL);
        refuses("\tifconfig re0 up\n", "rc.conf:1:2: ", "'ifconfig' is not an assignment",
                "     ifconfig re0 up\n     ^\n");
        refuses("a=1\n. /etc/x\n", "rc.conf:2:1: ", "not an assignment", NULL);
        refuses("a=1\nif\n", "rc.conf:2:1: ", "not an assignment", NULL);
        refuses("a=1 b\n", "rc.conf:1:5: ", "not an assignment", NULL);
        refuses("a+=1\n", "rc.conf:1:2: ", "+=", NULL);
        refuses("a=x|y\n", "rc.conf:1:4: ", "quotes", NULL);
        refuses("a=\"x\nb=1\n", "rc.conf:1:3: ", "never closed", NULL);
        refuses("a='x", "rc.conf:1:3: ", "never closed", NULL);
        refuses("\xc3\xa4\xc3\xa4=1", "rc.conf:1:1: ", "not an assignment", NULL);
        refuses("a=\"\xc3\xa4\xc3\xa4`\"", "rc.conf:1:6: ", "executed", "    a=\"\xc3\xa4\xc3\xa4`\"\n         ^\n");
        refuses_n("a=1\n\0b", 6, "rc.conf:2:1: ", "NUL", NULL);
        refuses_n("a=1\0", 4, "rc.conf:1:4: ", "NUL", NULL);
        refuses("a=\"\x1b[31m`", "rc.conf:1:9: ", "executed", "    a=\"\\x1b[31m`\n               ^\n");
}

/* The lost quote of a how-to: what stands behind is not an assignment, and the quote's place is told. */
static void test_lost_quote(void **state)
{
        (void)state;
        refuses("cloned=\"bridge0 epair1\nifconfig_bridge0=\"up addm re0\"\n", "rc.conf:2:22: ", "line 1, column 8",
                NULL);
}

static void test_growth_ends(void **state)
{
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        text_put(&t, "a=xxxxxxxx\n");
        for (int i = 0; i < 64; i++)
                text_put(&t, "a=\"$a$a\"\n");
        refuses(text_str(&t), "rc.conf:15:", "longer than", NULL);
}

static void test_written_as_read(void **state)
{
        CLEANUP(text_done) struct text t = {0};

        (void)state;
        rcconf_put(&t, true, "a", "x\"$y`\\z 'q'");
        reads(text_str(&t), "a", "x\"$y`\\z 'q'");
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_values),      cmocka_unit_test(test_exports_end_with_their_line),
                cmocka_unit_test(test_refusals),    cmocka_unit_test(test_lost_quote),
                cmocka_unit_test(test_growth_ends), cmocka_unit_test(test_written_as_read),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
