/* test_canvas.c - lines that join, text that is cut, clipped and made harmless; no terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <string.h>

#include "core/base/text.h"
#include "ui/tui/canvas.h"

static void freec(struct canvas **c)
{
        canvas_free(*c);
}

static void assert_text(const struct canvas *c, const char *wanted)
{
        CLEANUP(freep) char *got = canvas_to_text(c);

        assert_string_equal(got, wanted);
}

static void test_lines_join(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(9, 5, false);
        const struct point edge[] = {{8, 2}, {6, 2}, {6, 3}, {4, 3}};

        canvas_frame(c, (struct rect){0, 0, 5, 5}, LINE_LIGHT, STYLE_BOX);
        canvas_polyline(c, edge, 4, LINE_LIGHT, STYLE_EDGE);
        assert_text(c, "┌───┐\n│   │\n│   │ ┌──\n│   ├─┘\n└───┘\n");
        c->is_ascii = true;
        assert_text(c, "+---+\n|   |\n|   | +--\n|   +-+\n+---+\n");
}

static void test_weights_mix(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(7, 3, false);

        canvas_frame(c, (struct rect){0, 0, 3, 3}, LINE_HEAVY, STYLE_BOX);
        canvas_frame(c, (struct rect){4, 0, 3, 3}, LINE_DOUBLE, STYLE_BOX);
        canvas_hline(c, 2, 4, 1, LINE_LIGHT, STYLE_EDGE);
        assert_text(c, "┏━┓ ╔═╗\n┃ ┠─╢ ║\n┗━┛ ╚═╝\n");
}

static void test_all_directions_have_a_character(void **state)
{
        (void)state;
        /* Every set of directions and weights gives a box character that has no space in it. */
        for (unsigned lines = 1; lines < 16; lines++) {
                for (unsigned weight = 0; weight < 256; weight++) {
                        struct cell cell = {.c = ' ', .lines = (uint8_t)lines, .weight = (uint8_t)weight};
                        uint32_t ch = cell_char(&cell, false);

                        assert_in_range(ch, 0x2500, 0x257f);
                        assert_non_null(strchr("+-|", (int)cell_char(&cell, true)));
                }
        }
}

static void test_text_is_cut_with_an_ellipsis(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(10, 3, false);

        assert_int_equal(canvas_text(c, 0, 0, 5, STYLE_NORMAL, "epair0a"), 5);
        assert_int_equal(canvas_text(c, 0, 1, 7, STYLE_NORMAL, "epair0a"), 7);
        assert_int_equal(canvas_text(c, 6, 2, -1, STYLE_NORMAL, "epair0a"), 4);
        assert_text(c, "epai…\nepair0a\n      epa…\n");
        assert_int_equal(canvas_text(c, 0, 0, 0, STYLE_NORMAL, "x"), 0);
}

static void test_clip(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(6, 3, true);

        canvas_set_clip(c, (struct rect){1, 1, 4, 1});
        canvas_text(c, -2, 1, 20, STYLE_NORMAL, "abcdefghij");
        canvas_frame(c, (struct rect){-3, -3, 20, 20}, LINE_LIGHT, STYLE_BOX);
        canvas_fill(c, (struct rect){-100, 0, 300, 1}, '#', STYLE_NORMAL);
        canvas_vline(c, 4, -50, 50, LINE_LIGHT, STYLE_BOX);
        assert_text(c, "\n def|\n\n");
}

static void test_wide_and_combining(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(8, 2, false);

        assert_int_equal(canvas_text(c, 0, 0, -1, STYLE_NORMAL, "网络e\xcc\x81x"), 6);
        assert_text(c, "网络e\xcc\x81x\n\n");
        assert_int_equal(c->cells[1].c, 0);
        /* Half of a wide character can't stay. */
        canvas_put(c, 1, 0, '!', STYLE_NORMAL);
        canvas_put(c, 2, 0, '?', STYLE_NORMAL);
        assert_text(c, " !? e\xcc\x81x\n\n");
        /* Nor can one be cut in two by the edge. */
        assert_int_equal(canvas_text(c, 0, 1, 4, STYLE_NORMAL, "网络网"), 3);
        assert_text(c, " !? e\xcc\x81x\n网…\n");
}

static void test_nothing_foreign_gets_through(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(60, 3, false);

        canvas_text(c, 0, 0, -1, STYLE_NORMAL,
                    "a\x1b]0;x\x07\xc2\x9b"
                    "b\\c\xff\n");
        canvas_text(c, 0, 1, -1, STYLE_NORMAL,
                    "\xe2\x80\xae"
                    "txt\r\t");
        canvas_text_visible(c, 0, 2, -1, STYLE_NORMAL, "a\\x1b\x1b");
        assert_text(c, "a\\x1b]0;x\\x07\\xc2\\x9bb\\\\c\\xff\\x0a\n\\u{202e}txt\\x0d\\x09\na\\x1b\\x1b\n");
        for (size_t i = 0; i < (size_t)c->w * (size_t)c->h; i++)
                assert_true(c->cells[i].c >= ' ' && (c->cells[i].c < 0x7f || c->cells[i].c > 0x9f));
}

static void test_ascii_has_no_other_character(void **state)
{
        (void)state;
        CLEANUP(freec) struct canvas *c = canvas_new(SIGN_COUNT, 2, true);

        for (int s = 0; s < SIGN_COUNT; s++)
                canvas_put(c, s, 0, canvas_sign(c, (enum sign)s), STYLE_NORMAL);
        canvas_text(c, 0, 1, 14, STYLE_NORMAL, "é网a…long enough to be cut");

        CLEANUP(freep) char *text = canvas_to_text(c);

        for (const char *p = text; *p; p++)
                assert_true((unsigned char)*p < 0x80);
        assert_non_null(strstr(text, "\n?? a?long eno~\n"));
}

static void test_rects(void **state)
{
        (void)state;
        struct rect r = rect_intersect((struct rect){0, 0, 4, 4}, (struct rect){2, 3, 9, 9});

        assert_true(r.x == 2 && r.y == 3 && r.w == 2 && r.h == 1);
        r = rect_intersect((struct rect){0, 0, 4, 4}, (struct rect){4, 0, 9, 9});
        assert_true(r.w == 0 && r.h == 0);
        assert_false(rect_has(r, 4, 0));
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_lines_join),
                cmocka_unit_test(test_weights_mix),
                cmocka_unit_test(test_all_directions_have_a_character),
                cmocka_unit_test(test_text_is_cut_with_an_ellipsis),
                cmocka_unit_test(test_clip),
                cmocka_unit_test(test_wide_and_combining),
                cmocka_unit_test(test_nothing_foreign_gets_through),
                cmocka_unit_test(test_ascii_has_no_other_character),
                cmocka_unit_test(test_rects),
        };

        if (!setlocale(LC_CTYPE, "C.UTF-8")) {
                print_message("no UTF-8 locale here\n");
                return 77;
        }
        return cmocka_run_group_tests(tests, NULL, NULL);
}
