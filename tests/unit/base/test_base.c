/* Proves what all layers stand on: harmless text, UTF-8, addresses, errors, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/addr.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/sort.h"
#include "core/base/text.h"

static void assert_visible(const char *raw, const char *wanted)
{
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, raw);
        assert_string_equal(text_str(&t), wanted);
}

static void foreign_text_is_made_harmless(void **state)
{
        (void)state;
        assert_visible("plain", "plain");
        assert_visible("", "");
        assert_visible("a\\b~ c", "a\\\\b~ c");
        assert_visible("\033[31m\a\r\n\t", "\\x1b[31m\\x07\\x0d\\x0a\\x09");
        assert_visible("\177", "\\x7f");
        assert_visible("back\\slash", "back\\\\slash");
        assert_visible("\xe2\x98\x83 \xc3\xa9", "\xe2\x98\x83 \xc3\xa9");
        assert_visible("\xff\x80", "\\xff\\x80");
        assert_visible("\xc2\x9b"
                       "31m",
                       "\\xc2\\x9b31m"); /* C1: an 8-bit CSI */
        assert_visible("a\xe2\x80\xae"
                       "b",
                       "a\\u{202e}b"); /* right-to-left override */
        assert_visible("\xc2\xad\xef\xbb\xbf", "\\u{ad}\\u{feff}");
        assert_visible("cut\xe2\x98", "cut\\xe2\\x98");
}

static void utf8_is_decoded_strictly(void **state)
{
        static const struct {
                const char *bytes;
                int32_t wanted;
                int length;
        } rows[] = {
                {"a", 'a', 1},
                {"\xc3\xa9", 0xe9, 2},
                {"\xe2\x98\x83", 0x2603, 3},
                {"\xf0\x9f\x98\x80", 0x1f600, 4},
                {"\xf4\x8f\xbf\xbf", 0x10ffff, 4},
                {"\x80", -1, 1},
                {"\xc0\xaf", -1, 1},         /* overlong '/' */
                {"\xe0\x80\xaf", -1, 1},     /* overlong */
                {"\xed\xa0\x80", -1, 1},     /* surrogate */
                {"\xf4\x90\x80\x80", -1, 1}, /* above the last code point */
                {"\xf8\x88\x80\x80", -1, 1},
                {"\xe2\x98", -1, 1}, /* ends too early */
                {"", 0, 0},
        };

        (void)state;
        for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
                const char *p = rows[i].bytes;
                char back[5];

                assert_int_equal(utf8_next(&p), rows[i].wanted);
                assert_int_equal(p - rows[i].bytes, rows[i].length);
                if (rows[i].wanted > 0) {
                        assert_int_equal(utf8_encode((uint32_t)rows[i].wanted, back), rows[i].length);
                        assert_string_equal(back, rows[i].bytes);
                }
        }
        if (setlocale(LC_CTYPE, "C.UTF-8")) {
                assert_int_equal(text_columns("ab\xe2\x98\x83"), 3);
                assert_int_equal(text_columns("\xe4\xb8\xad"), 2);
                assert_int_equal(text_columns("plain \xe4\xb8\xad\\ text"), 15);
                assert_int_equal(text_columns("\033"), 4); /* as it is shown: \x1b */
        }
}

static void strings(void **state)
{
        (void)state;
        CLEANUP(text_done) struct text t = {0};
        char small[4];
        uint32_t n = 7;

        assert_string_equal(text_str(&t), "");
        for (int i = 0; i < 1000; i++)
                text_putf(&t, "%d,", i % 10);
        assert_int_equal(t.length, 2000);
        text_clear(&t);
        text_put_shell(&t, "eth0");
        text_put(&t, " ");
        text_put_shell(&t, "it's $HOME");
        text_put(&t, " ");
        text_put_shell(&t, "");
        assert_string_equal(text_str(&t), "eth0 'it'\\''s $HOME' ''");
        char *taken = text_take(&t);

        assert_null(t.s);
        free(taken);

        assert_true(str_copy(small, sizeof(small), "abc"));
        assert_false(str_copy(small, sizeof(small), "abcd"));
        assert_string_equal(small, "abc");
        assert_false(str_copy(small, sizeof(small), "ab\xe2\x98\x83"));
        assert_string_equal(small, "ab"); /* no half characters */
        assert_false(str_format(small, sizeof(small), "%d", 12345));

        assert_int_equal(str_to_u32("4294967295", UINT32_MAX, &n), 0);
        assert_int_equal(n, UINT32_MAX);
        assert_int_equal(str_to_u32("4294967296", UINT32_MAX, &n), -ERANGE);
        assert_int_equal(str_to_u32("99999999999999999999999999", UINT32_MAX, &n), -ERANGE);
        assert_int_equal(str_to_u32("", 9, &n), -EINVAL);
        assert_int_equal(str_to_u32("-1", 9, &n), -EINVAL);
        assert_int_equal(str_to_u32("1x", 9, &n), -EINVAL);
        assert_true(str_has_prefix("jail:www", "jail:"));
        assert_false(str_has_prefix("jai", "jail:"));
}

static void macs(void **state)
{
        static const char *const bad[] = {"",
                                          "02:00:00:00:00",
                                          "02:00:00:00:00:01:02",
                                          "02:00:00:00:00:0g",
                                          "0200.0000.0001",
                                          "02:00:00:00:00:1",
                                          " 02:00:00:00:00:01"};
        struct mac m, n = {0};
        char buf[MAC_TEXT_SIZE];

        (void)state;
        assert_int_equal(mac_parse("02:AB:cd:00:00:01", &m), 0);
        assert_string_equal(mac_format(m, buf), "02:ab:cd:00:00:01");
        assert_int_equal(mac_parse("02-ab-cd-00-00-01", &n), 0);
        assert_true(mac_equal(m, n));
        assert_false(mac_is_group(m));
        assert_int_equal(mac_parse("01:00:5e:00:00:01", &n), 0);
        assert_true(mac_is_group(n));
        assert_int_equal(mac_parse("00:00:00:00:00:00", &n), 0);
        assert_true(mac_is_zero(n));
        n.is_set = false;
        assert_false(mac_equal(n, n)); /* unknown equals nothing */
        assert_string_equal(mac_format(n, buf), "");
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
                assert_int_equal(mac_parse(bad[i], &m), -EINVAL);
}

static void prefixes(void **state)
{
        static const char *const bad[] = {"",           "10.0.0.300/24", "10.0.0.1/33", "10.0.0.1/",
                                          "fe80::/129", "www",           "10.0.0/8",    "10.0.0.1/-1"};
        struct prefix p, net, inside;
        struct err e = {0};
        char buf[PREFIX_TEXT_SIZE];

        (void)state;
        assert_int_equal(prefix_parse("10.0.0.2/24", &p, &e), 0);
        assert_int_equal(p.family, AF_INET);
        assert_string_equal(prefix_format(&p, buf), "10.0.0.2/24");
        assert_string_equal(prefix_format_addr(&p, buf), "10.0.0.2");
        assert_int_equal(prefix_parse("2001:DB8::1", &p, &e), 0);
        assert_string_equal(prefix_format(&p, buf), "2001:db8::1/128");
        assert_int_equal(prefix_parse("fe80::1/64", &p, &e), 0);
        assert_true(prefix_is_link_local(&p));
        assert_int_equal(prefix_parse("10.0.16.0/20", &net, &e), 0);
        assert_int_equal(prefix_parse("10.0.31.255", &inside, &e), 0);
        assert_true(prefix_contains(&net, &inside));
        assert_int_equal(prefix_parse("10.0.32.0", &inside, &e), 0);
        assert_false(prefix_contains(&net, &inside));
        assert_false(prefix_contains(&net, &p));
        assert_int_equal(prefix_parse("0.0.0.0/0", &net, &e), 0);
        assert_true(prefix_contains(&net, &inside));
        for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
                err_clear(&e);
                assert_true(prefix_parse(bad[i], &p, &e) < 0);
                assert_true(str_has_prefix(e.what, bad[i]));
        }
}

/* Addresses are written by hand: each as the C library writes it, runs of zeroes at any place above all. */
static void addresses_are_written_as_the_c_library_does(void **state)
{
        char ours[PREFIX_TEXT_SIZE], theirs[INET6_ADDRSTRLEN];
        struct prefix p = {.family = AF_INET6, .length = 64};
        uint32_t x = 1; /* xorshift: the same each time */

        (void)state;
        for (unsigned round = 0; round < 20000; round++) {
                unsigned zeroes = round % 256;

                for (unsigned i = 0; i < 8; i++) {
                        x ^= x << 13;
                        x ^= x >> 17;
                        x ^= x << 5;
                        p.bytes[2 * i] = zeroes >> i & 1 || x & 1 ? 0 : (uint8_t)(x >> 8);
                        p.bytes[2 * i + 1] = (uint8_t)(zeroes >> i & 1 ? 0 : x >> 16 >> (x >> 29));
                        if (i == 5 && round % 3 == 0)
                                p.bytes[10] = p.bytes[11] = 0xff;
                }
                p.family = round % 5 ? AF_INET6 : AF_INET;
                assert_non_null(inet_ntop(p.family, p.bytes, theirs, sizeof(theirs)));
                assert_string_equal(prefix_format_addr(&p, ours), theirs);
        }
        p.family = 0;
        assert_string_equal(prefix_format(&p, ours), "");
}

static void errors(void **state)
{
        struct err e = {0};
        char buf[512], small[8];

        (void)state;
        assert_int_equal(err_set(&e, -ENODEV, "%s: no such interface; look at jailnet show", "eth\0339"), -ENODEV);
        assert_true(err_is_set(&e));
        assert_string_equal(err_sentence(&e, buf, sizeof(buf)), "eth\\x1b9: no such interface; look at jailnet show");
        assert_int_equal(err_wrap(&e, "line %d", 3), -ENODEV);
        assert_int_equal(strncmp(e.what, "line 3: eth", 11), 0);
        (void)str_copy(e.kernel, sizeof(e.kernel), "Device is a\nloop");
        assert_non_null(strstr(err_sentence(&e, buf, sizeof(buf)), "(kernel: Device is a\\x0aloop)"));
        assert_int_equal(strlen(err_sentence(&e, small, sizeof(small))), 7);
        err_clear(&e);
        assert_false(err_is_set(&e));
        assert_int_equal(err_set(NULL, -EIO, "nobody listens"), -EIO);
        assert_int_equal(err_wrap(NULL, "nobody"), -EINVAL);
        e.code = -EPERM;
        assert_string_equal(err_sentence(&e, buf, sizeof(buf)), strerror(EPERM));
        /* A sentence that is too long is cut, not overrun. */
        char longer[600];

        memset(longer, 'x', sizeof(longer) - 1);
        longer[sizeof(longer) - 1] = '\0';
        (void)err_set(&e, -EINVAL, "%s", longer);
        (void)err_wrap(&e, "%s", longer);
        assert_true(strlen(e.what) < sizeof(e.what));
}

static void elided(void **state)
{
        char buf[64];

        (void)state;
        assert_true(str_elide(buf, sizeof(buf), "em0: is gone"));
        assert_string_equal(buf, "em0: is gone");
        /* A path loses its middle, and what is to be done stays. */
        assert_false(str_elide(buf, sizeof(buf),
                               "/usr/local/etc/jails/of/the/second/building/web.conf:3:7: expected ; here"));
        assert_string_equal(buf, "/usr/local/etc/jails/o...building/web.conf:3:7: expected ; here");
}

static void memory(void **state)
{
        struct arena a = {0};
        int *items = NULL;
        size_t capacity = 0;

        (void)state;
        for (size_t i = 1; i < 2000; i++) {
                unsigned char *p = arena_alloc(&a, i);

                assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
                for (size_t k = 0; k < i; k++)
                        assert_int_equal(p[k], 0);
                memset(p, 0xff, i);
        }
        assert_non_null(arena_alloc(&a, 1u << 20));
        assert_string_equal(arena_strdup(&a, "kept"), "kept");
        assert_null(arena_strdup(&a, NULL));
        arena_done(&a);
        arena_done(&a);

        for (size_t i = 0; i < 100; i++) {
                items = array_grow(items, &capacity, i, sizeof(*items));
                assert_int_equal(items[i], 0);
                items[i] = (int)i;
        }
        assert_int_equal(items[99], 99);

        CLEANUP(freep) int *mine = items;
        int *given = TAKE(mine);

        assert_null(mine);
        free(given);
}

static void ages(void **state)
{
        char buf[AGE_TEXT_SIZE];

        (void)state;
        assert_string_equal(clock_format_age(5, buf), "5s");
        assert_string_equal(clock_format_age(-5, buf), "0s");
        assert_string_equal(clock_format_age(185, buf), "3m");
        assert_string_equal(clock_format_age(7200, buf), "2h");
        assert_string_equal(clock_format_age(345600, buf), "4d");
}

/* By its tens only, so that there are equal ones; and told how often it was asked. */
static int compare_tens(const void *a, const void *b, void *context)
{
        size_t *asked = context;

        (*asked)++;
        return *(const int *)a / 10 - *(const int *)b / 10;
}

static int compare_ints(const void *a, const void *b)
{
        return *(const int *)a - *(const int *)b;
}

static void sorts(void **state)
{
        int items[500], ordered[500] = {0};
        unsigned seed = 1;

        (void)state;
        sort_items(NULL, 0, sizeof(int), compare_ints);
        for (size_t count = 0; count < 500; count += count < 20 ? 1 : 37) {
                size_t asked = 0;

                for (size_t i = 0; i < count; i++) {
                        seed = seed * 1103515245 + 12345;
                        items[i] = ordered[i] = (int)(seed >> 16 & 1023);
                }
                qsort(ordered, count, sizeof(int), compare_ints);
                sort_items_with(items, count, sizeof(int), compare_tens, &asked);
                for (size_t i = 1; i < count; i++)
                        assert_true(items[i - 1] / 10 <= items[i] / 10);
                sort_items(items, count, sizeof(int), compare_ints);
                assert_memory_equal(items, ordered, count * sizeof(int));
                asked = 0;
                sort_items_with(items, count, sizeof(int), compare_tens, &asked);
                assert_int_equal(asked, count ? count - 1 : 0); /* in order: one look at each */
        }
}

static void sorts_keep_the_order_of_equals(void **state)
{
        int items[] = {31, 15, 39, 11, 7, 13, 30};
        const int wanted[] = {7, 15, 11, 13, 31, 39, 30};
        size_t asked = 0;

        (void)state;
        sort_items_with(items, ARRAY_SIZE(items), sizeof(int), compare_tens, &asked);
        assert_memory_equal(items, wanted, sizeof(wanted));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(foreign_text_is_made_harmless),
                cmocka_unit_test(utf8_is_decoded_strictly),
                cmocka_unit_test(strings),
                cmocka_unit_test(macs),
                cmocka_unit_test(prefixes),
                cmocka_unit_test(addresses_are_written_as_the_c_library_does),
                cmocka_unit_test(errors),
                cmocka_unit_test(elided),
                cmocka_unit_test(memory),
                cmocka_unit_test(ages),
                cmocka_unit_test(sorts),
                cmocka_unit_test(sorts_keep_the_order_of_equals),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
