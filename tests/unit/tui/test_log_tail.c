/* test_log_tail.c - a growing log as lines: cut anywhere, escape sequences left out, the newest kept, and searched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ui/tui/log_tail.h"

static void expect(const struct log_tail *t, const char *whole)
{
        CLEANUP(text_done) struct text all = {0};

        for (size_t i = 0; i < log_tail_count(t); i++)
                text_putf(&all, "%s%s", i ? "|" : "", log_tail_line(t, i));
        assert_string_equal(text_str(&all), whole);
}

static const struct {
        const char *bytes, *lines;
} cases[] = {
        {"", ""},
        {"one", "one"},
        {"one\ntwo\n", "one|two"},
        {"one\r\ntwo\r\n", "one|two"},
        {"10%\r20%\r100%\n", "100%"},
        {"\033[31mred\033[0m\n", "red"},
        {"\033[38;5;4;1mblue\n", "blue"},
        {"\033]0;title\007text\n", "text"},
        {"\033]0;title\033\\text\n", "text"},
        {"\033]0;never ended\nnext\n", "|next"},
        {"a\tb\n", "a        b"},
        {"bell\007\n", "bell\007"}, /* whoever draws it makes it visible */
        {"\033", ""},
};

/* Whatever the pieces are that it comes in, the lines are the same. */
static void test_lines(void **state)
{
        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
                size_t length = strlen(cases[i].bytes);

                for (size_t cut = 1; cut <= length + 1; cut++) {
                        struct log_tail t = {0};

                        for (size_t at = 0; at < length; at += cut)
                                log_tail_add(&t, cases[i].bytes + at, length - at < cut ? length - at : cut);
                        expect(&t, cases[i].lines);
                        log_tail_done(&t);
                }
        }
}

static void test_the_newest_are_kept(void **state)
{
        struct log_tail t = {0};

        (void)state;
        for (int i = 0; i < LOG_LINES_MAX + 7; i++) {
                char line[32];

                (void)str_format(line, sizeof(line), "line %d\n", i);
                log_tail_add(&t, line, strlen(line));
        }
        assert_int_equal(log_tail_count(&t), LOG_LINES_MAX);
        assert_int_equal(t.dropped, 7);
        assert_string_equal(log_tail_line(&t, 0), "line 7");
        assert_string_equal(log_tail_line(&t, LOG_LINES_MAX - 1), "line 5006");
        log_tail_add(&t, "open", 4);
        assert_string_equal(log_tail_line(&t, LOG_LINES_MAX), "open");
        log_tail_clear(&t);
        assert_int_equal(log_tail_count(&t), 0);
        log_tail_add(&t, "\0x\n", 3);
        expect(&t, "\001x");
        log_tail_done(&t);
}

static void test_a_line_without_end_is_cut(void **state)
{
        struct log_tail t = {0};

        (void)state;
        for (int i = 0; i < 10000; i++)
                log_tail_add(&t, "x", 1);
        assert_int_equal(log_tail_count(&t), 3);
        log_tail_done(&t);
}

static void test_find(void **state)
{
        static const char text[] = "Alpha\nbeta\nalphabet\ngamma";
        struct log_tail t = {0};

        (void)state;
        assert_true(log_tail_find(&t, "a", 0, 1) == (size_t)-1);
        log_tail_add(&t, text, strlen(text));
        assert_int_equal(log_tail_find(&t, "ALPHA", 0, 1), 0);
        assert_int_equal(log_tail_find(&t, "alpha", 1, 1), 2);
        assert_int_equal(log_tail_find(&t, "alpha", 3, 1), 0); /* round the end */
        assert_int_equal(log_tail_find(&t, "alpha", 1, -1), 0);
        assert_int_equal(log_tail_find(&t, "gamma", 0, -1), 3);
        assert_true(log_tail_find(&t, "delta", 0, 1) == (size_t)-1);
        assert_true(log_tail_find(&t, "", 0, 1) == (size_t)-1);
        log_tail_done(&t);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lines),
                cmocka_unit_test(test_the_newest_are_kept),
                cmocka_unit_test(test_a_line_without_end_is_cut),
                cmocka_unit_test(test_find),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
