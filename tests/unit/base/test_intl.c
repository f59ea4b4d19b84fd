/*
 * test_intl.c - texts, dates and numbers: nothing is translated where nobody asked for it, and what is written down
 * stays English. The languages themselves are tried with the whole program (tests/unit/test_locale.sh).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/err.h"
#include "core/base/intl.h"

static void test_plain(void **state)
{
        char number[INTL_NUMBER_SIZE], rate[16] = "1.5 Mb/s", when[INTL_WHEN_SIZE];

        (void)state;
        assert_string_equal(_("kernel"), "kernel");
        assert_string_equal(_(""), ""); /* and not the catalogue's header */
        assert_string_equal(intl_plural("%d thing", "%d things", 1), "%d thing");
        assert_string_equal(intl_plural("%d thing", "%d things", 0), "%d things");
        assert_string_equal(intl_number(0, number), "0");
        assert_string_equal(intl_number(UINT64_MAX, number), "18446744073709551615");
        assert_string_equal(intl_decimal(rate, sizeof(rate)), "1.5 Mb/s");
        assert_string_equal(intl_when(INTL_DAY_AND_TIME, 1767225600, when), "2026-01-01 00:00:00");
        assert_string_equal(intl_when(INTL_DAY_AND_MINUTE, 1767225600, when), "2026-01-01 00:00");
        assert_string_equal(intl_when(INTL_MINUTE, 1767225600 + 3660, when), "01:01");
        assert_string_equal(intl_when(INTL_DAY_AND_TIME, INT64_MAX, when), "?");
}

/* A sentence that was translated carries its English along, also when it is wrapped. */
static void test_both_languages(void **state)
{
        struct err e = {0}, copy = {0};
        char buf[ERR_SENTENCE_SIZE];

        (void)state;
        assert_int_equal(err_say(&e, -5, "eth0: fehlt", "eth0: is missing"), -5);
        assert_string_equal(err_sentence(&e, buf, sizeof(buf)), "eth0: fehlt");
        assert_string_equal(err_plain_sentence(&e, buf, sizeof(buf)), "eth0: is missing");
        assert_int_equal(err_wrap(&e, "file:%d", 3), -5);
        assert_string_equal(err_sentence(&e, buf, sizeof(buf)), "file:3: eth0: fehlt");
        assert_string_equal(err_plain_sentence(&e, buf, sizeof(buf)), "file:3: eth0: is missing");
        e.kernel[0] = 'n'; /* is the first one's alone */
        assert_int_equal(err_copy(&copy, &e), -5);
        assert_string_equal(err_plain_sentence(&copy, buf, sizeof(buf)), "file:3: eth0: is missing");

        assert_int_equal(err_set(&e, -2, "%s: is gone", "br0"), -2); /* in English alone */
        assert_string_equal(e.plain, "");
        assert_string_equal(err_plain_sentence(&e, buf, sizeof(buf)), "br0: is gone");
        assert_int_equal(err_set(NULL, -2, "%s", "nobody asks"), -2);
        assert_int_equal(err_say(NULL, -2, "a", "b"), -2);
}

/* In de_DE.UTF-8, which the script that runs us so has made; C.UTF-8 groups nothing. */
static void test_german_habits(void **state)
{
        char number[INTL_NUMBER_SIZE], rate[16] = "1.5 Mb/s", tiny[4] = "1.5", when[INTL_WHEN_SIZE], machine[32];

        (void)state;
        if (!getenv("JAILNET_TEST_HABITS"))
                skip();
        assert_true(intl_begin());
        assert_string_equal(intl_number(7, number), "7");
        assert_string_equal(intl_number(999, number), "999");
        assert_string_equal(intl_number(1000, number), "1.000");
        assert_string_equal(intl_number(1234567, number), "1.234.567");
        assert_string_equal(intl_number(UINT64_MAX, number), "18.446.744.073.709.551.615");
        assert_string_equal(intl_decimal(rate, sizeof(rate)), "1,5 Mb/s");
        assert_string_equal(intl_decimal(tiny, sizeof(tiny)), "1,5");
        assert_string_equal(intl_when(INTL_DAY_AND_TIME, 1767225600, when), "01.01.2026 00:00:00");
        assert_string_equal(intl_when(INTL_DAY_AND_MINUTE, 1767225600, when), "01.01.2026 00:00");
        assert_string_equal(intl_when(INTL_MINUTE, 1767225600, when), "00:00");

        /* What is printed for programs does not know of it. */
        (void)snprintf(machine, sizeof(machine), "%.1f", 1.5);
        assert_string_equal(machine, "1.5");
        assert_true(strtod("1.5", NULL) > 1.4);

        intl_pause();
        assert_string_equal(intl_number(1234567, number), "1234567");
        assert_string_equal(intl_when(INTL_DAY_AND_MINUTE, 1767225600, when), "2026-01-01 00:00");
        intl_pause();
        intl_go_on();
        assert_string_equal(intl_number(1234567, number), "1234567");
        intl_go_on();
        assert_string_equal(intl_number(1234567, number), "1.234.567");
        intl_end();
        assert_string_equal(intl_number(1234567, number), "1234567");
}

int main(void)
{
        const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain), cmocka_unit_test(test_both_languages),
                                           cmocka_unit_test(test_german_habits)};

        (void)setenv("TZ", "UTC", 1);
        return cmocka_run_group_tests(tests, NULL, NULL);
}
