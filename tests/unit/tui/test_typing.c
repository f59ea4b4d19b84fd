/* test_typing.c - the pure parts below prompts, palette and dialogs: a typed line, matching, words, hints, wrapping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "core/base/text.h"
#include "ui/tui/dialog.h"
#include "ui/tui/hints.h"
#include "ui/tui/letters.h"
#include "ui/tui/line_edit.h"
#include "ui/tui/match.h"

static void press(struct line_edit *l, uint32_t code)
{
        const struct key k = {.code = code};

        assert_true(line_edit_key(l, &k));
}

static void test_line_is_edited_by_characters(void **state)
{
        (void)state;
        struct line_edit l = {0};

        press(&l, 'a');
        press(&l, 0xe9);   /* two bytes */
        press(&l, 0x7f51); /* three */
        assert_string_equal(l.text, "a\xc3\xa9\xe7\xbd\x91");
        press(&l, KEYC_LEFT);
        press(&l, KEYC_BACKSPACE);
        assert_string_equal(l.text, "a\xe7\xbd\x91");
        press(&l, KEYC_DELETE);
        assert_string_equal(l.text, "a");
        press(&l, KEYC_HOME);
        press(&l, KEYC_BACKSPACE); /* nothing before: nothing happens */
        press(&l, KEYC_LEFT);
        press(&l, KEYC_END);
        press(&l, KEYC_RIGHT);
        assert_int_equal(l.cursor, 1);

        line_edit_set(&l, "move www/eth0 db");
        press(&l, KEYC_CTRL_W);
        assert_string_equal(l.text, "move www/eth0 ");
        press(&l, KEYC_CTRL_U);
        assert_string_equal(l.text, "");

        const struct key other = {.code = KEYC_F5};

        assert_false(line_edit_key(&l, &other));
}

static void test_line_does_not_overflow(void **state)
{
        (void)state;
        struct line_edit l = {0};

        for (int i = 0; i < LINE_EDIT_SIZE * 2; i++)
                press(&l, 0xe9);
        assert_int_equal(strlen(l.text) % 2, 0);
        assert_true(strlen(l.text) < LINE_EDIT_SIZE);
}

static void test_match(void **state)
{
        (void)state;
        assert_int_equal(match_score("xyz", "create epair"), 0);
        assert_true(match_score("", "anything") > 0);
        assert_true(match_score("crep", "create epair") > 0);
        assert_true(match_score("CE", "create epair") > 0);
        /* Letters at the starts of words win, then those that stand together, then the shorter text. */
        assert_true(match_score("ce", "create epair") > match_score("ce", "address"));
        assert_true(match_score("ce", "create epair") > match_score("ce", "forced"));
        assert_true(match_score("mov", "move") > match_score("mov", "show me over"));
        assert_true(match_score("up", "up") > match_score("up", "upper"));
}

static void test_words(void **state)
{
        (void)state;
        char *w[MATCH_WORDS_MAX];
        bool is_open;
        size_t n = words_split("alias  www/eth0 'two words' a\\ b \"c'd\" ''", w, &is_open);

        assert_int_equal(n, 6);
        assert_true(is_open);
        assert_string_equal(w[1], "www/eth0");
        assert_string_equal(w[2], "two words");
        assert_string_equal(w[3], "a b");
        assert_string_equal(w[4], "c'd");
        assert_string_equal(w[5], "");
        words_free(w, n);
        n = words_split("up eth0 ", w, &is_open);
        assert_int_equal(n, 2);
        assert_false(is_open);
        words_free(w, n);
        n = words_split("alias 'open quote", w, &is_open);
        assert_int_equal(n, 2);
        assert_string_equal(w[1], "open quote");
        words_free(w, n);
        assert_int_equal(words_split("   ", w, &is_open), 0);
}

static void test_hints(void **state)
{
        (void)state;
        const char *s = "Enter:act +/-:zoom_in ::command q";
        struct hint h;

        assert_true(hint_next(&s, &h));
        assert_string_equal(h.key, "Enter");
        assert_string_equal(h.word, "act");
        assert_int_equal(hint_code(h.key), KEYC_ENTER);
        assert_true(hint_next(&s, &h));
        assert_string_equal(h.key, "+/-");
        assert_string_equal(h.word, "zoom in");
        assert_int_equal(hint_code(h.key), 0);
        assert_true(hint_next(&s, &h));
        assert_string_equal(h.key, ":");
        assert_string_equal(h.word, "command");
        assert_int_equal(hint_code(h.key), ':');
        assert_true(hint_next(&s, &h));
        assert_string_equal(h.key, "q");
        assert_string_equal(h.word, "");
        assert_false(hint_next(&s, &h));
}

static void add_line(void *user, const char *line)
{
        text_putf(user, "%s|", line);
}

static void assert_wrapped(const char *text, int width, const char *wanted)
{
        CLEANUP(text_done) struct text t = {0};

        text_wrap(text, width, add_line, &t);
        assert_string_equal(text_str(&t), wanted);
}

static void test_wrap(void **state)
{
        (void)state;
        assert_wrapped("move eth1 to www", 20, "move eth1 to www|");
        assert_wrapped("move eth1 to www", 10, "move eth1|to www|");
        assert_wrapped("move eth1 to www", 9, "move eth1|to www|");
        assert_wrapped("  ip link set dev eth1 netns www", 16, "  ip link set|  dev eth1 netns|  www|");
        assert_wrapped("abcdefghij", 4, "abcd|efgh|ij|");
        assert_wrapped("a\n\nb", 10, "a||b|");
        assert_wrapped("网络网络", 5, "网络|网络|");
        assert_wrapped("x", 0, "x|");
        assert_wrapped("", 5, "");
}

/* The last word's letter says most; what is taken gives way, and nothing is given twice. */
static void test_letters(void **state)
{
        (void)state;
        assert_int_equal(letter_choose("Set MTU...", ""), 'm');
        assert_int_equal(letter_choose("Set MTU...", "m"), 's');
        assert_int_equal(letter_choose("Set MTU...", "ms"), 'e');
        assert_int_equal(letter_choose("jk", "jk"), '1');
        assert_int_equal(letter_choose("jk", "jk123456789"), '\0');
        assert_int_equal(letter_choose("", ""), '1');
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_line_is_edited_by_characters),
                cmocka_unit_test(test_line_does_not_overflow),
                cmocka_unit_test(test_match),
                cmocka_unit_test(test_words),
                cmocka_unit_test(test_hints),
                cmocka_unit_test(test_wrap),
                cmocka_unit_test(test_letters),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8")) {
                print_message("no UTF-8 locale here\n");
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
