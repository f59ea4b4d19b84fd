/* test_theme.c - every style is readable on dark and light backgrounds, and nothing hangs on a colour alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ui/tui/theme.h"

/* The sRGB curve as a polynomial: within a hundredth of it, which is nearer than the limits below need. */
static double linear(int level)
{
        double v = level / 255.0;

        return v * (v * (v * 0.305306011 + 0.682171111) + 0.012522878);
}

/* Relative luminance (WCAG 2) of a colour of xterm's 256. */
static double luminance(int color)
{
        static const int basic[16][3] = {
                {0, 0, 0},     {205, 0, 0},     {0, 205, 0},     {205, 205, 0},   {0, 0, 238}, {205, 0, 205},
                {0, 205, 205}, {229, 229, 229}, {127, 127, 127}, {255, 0, 0},     {0, 255, 0}, {255, 255, 0},
                {92, 92, 255}, {255, 0, 255},   {0, 255, 255},   {255, 255, 255},
        };
        static const int levels[6] = {0, 95, 135, 175, 215, 255};
        int r, g, b;

        if (color < 16) {
                r = basic[color][0];
                g = basic[color][1];
                b = basic[color][2];
        } else if (color < 232) {
                r = levels[(color - 16) / 36];
                g = levels[(color - 16) / 6 % 6];
                b = levels[(color - 16) % 6];
        } else {
                r = g = b = 8 + (color - 232) * 10;
        }
        return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

static double contrast(double a, double b)
{
        return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

static void test_every_style_is_readable(void **state)
{
        (void)state;
        for (int s = 0; s < STYLE_COUNT; s++) {
                const struct look *l = theme_look(THEME_DEFAULT, THEME_256, (enum style)s);

                if (l->foreground < 0) {
                        assert_int_equal(l->background, -1); /* the terminal's text on a colour of ours: who knows */
                        continue;
                }
                if (l->background < 0) {
                        assert_true(contrast(luminance(l->foreground), 0.0) >= 3.5);
                        assert_true(contrast(luminance(l->foreground), 1.0) >= 3.5);
                } else {
                        assert_true(contrast(luminance(l->foreground), luminance(l->background)) >= 4.5);
                }
        }
}

static void test_eight_colors_leave_out_what_vanishes(void **state)
{
        (void)state;
        for (int s = 0; s < STYLE_COUNT; s++) {
                const struct look *l = theme_look(THEME_DEFAULT, THEME_8, (enum style)s);

                assert_true(l->foreground < 8 && l->background < 8);
                if (l->background < 0) {
                        assert_int_not_equal(l->foreground, 0); /* black, yellow, white on an unknown background */
                        assert_int_not_equal(l->foreground, 3);
                        assert_int_not_equal(l->foreground, 7);
                }
                if (l->foreground < 0)
                        assert_int_equal(l->background, -1);
        }
}

static void test_no_color_has_none(void **state)
{
        (void)state;
        for (int s = 0; s < STYLE_COUNT; s++) {
                const struct look *l = theme_look(THEME_DEFAULT, THEME_MONO, (enum style)s);

                assert_int_equal(l->foreground, -1);
                assert_int_equal(l->background, -1);
        }
        /* What must be seen to be used, is: the selection, the field, the keys. */
        assert_true(theme_look(THEME_DEFAULT, THEME_MONO, STYLE_SELECTED)->attributes & LOOK_REVERSE);
        assert_true(theme_look(THEME_DEFAULT, THEME_MONO, STYLE_FIELD_ACTIVE)->attributes & LOOK_REVERSE);
        assert_int_not_equal(theme_look(THEME_DEFAULT, THEME_MONO, STYLE_FIELD)->attributes, 0);
        assert_int_not_equal(theme_look(THEME_DEFAULT, THEME_MONO, STYLE_HINT_KEY)->attributes,
                             theme_look(THEME_DEFAULT, THEME_MONO, STYLE_HINT)->attributes);
        assert_int_not_equal(theme_look(THEME_DEFAULT, THEME_MONO, STYLE_ERROR)->attributes, 0);
        assert_int_not_equal(theme_look(THEME_DEFAULT, THEME_MONO, STYLE_PENDING)->attributes, 0);
}

static void check_apart(enum theme t, enum theme_depth d, const enum style pair[2])
{
        const struct look *a = theme_look(t, d, pair[0]), *b = theme_look(t, d, pair[1]);

        assert_true(a->foreground != b->foreground || a->background != b->background || a->attributes != b->attributes);
}

/* Other themes: readable too, without red and green, or without any colour; and what differs by default still does. */
static void test_other_themes(void **state)
{
        (void)state;
        static const enum style told_apart[][2] = {{STYLE_UP, STYLE_DOWN},         {STYLE_DOWN, STYLE_NORMAL},
                                                   {STYLE_PENDING, STYLE_NORMAL},  {STYLE_EDGE, STYLE_EDGE_BUSY},
                                                   {STYLE_SELECTED, STYLE_NORMAL}, {STYLE_ERROR, STYLE_GOOD},
                                                   {STYLE_CHANGED, STYLE_NORMAL}};
        /* Without colours, too: what lies on or beside the other. */
        static const enum style always_apart[][2] = {{STYLE_BADGE, STYLE_TITLE},     {STYLE_HINT_KEY, STYLE_HINT},
                                                     {STYLE_SELECTED, STYLE_NORMAL}, {STYLE_SELECTED, STYLE_MENUBAR},
                                                     {STYLE_FIELD, STYLE_DIALOG},    {STYLE_FIELD, STYLE_FIELD_ACTIVE}};

        for (int s = 0; s < STYLE_COUNT; s++) {
                const struct look *contrast_look = theme_look(THEME_CONTRAST, THEME_256, (enum style)s);
                const struct look *blind = theme_look(THEME_BLIND, THEME_256, (enum style)s);

                assert_int_equal(contrast_look->foreground, -1);
                assert_int_equal(contrast_look->background, -1);
                assert_false(contrast_look->attributes & LOOK_DIM && s != STYLE_HINT);
                if (blind->background < 0) {
                        assert_int_not_equal(blind->foreground, 196);
                        assert_int_not_equal(blind->foreground, 28);
                }
                if (blind->foreground >= 0 && blind->background < 0) {
                        assert_true(contrast(luminance(blind->foreground), 0.0) >= 3.5);
                        assert_true(contrast(luminance(blind->foreground), 1.0) >= 3.5);
                }
        }
        for (enum theme t = THEME_DEFAULT; t < THEME_COUNT; t++) {
                for (enum theme_depth d = THEME_8; d < THEME_DEPTH_COUNT; d++)
                        for (size_t n = 0; n < sizeof(told_apart) / sizeof(told_apart[0]); n++)
                                check_apart(t, d, told_apart[n]);
                for (enum theme_depth d = THEME_MONO; d < THEME_DEPTH_COUNT; d++)
                        for (size_t n = 0; n < sizeof(always_apart) / sizeof(always_apart[0]); n++)
                                check_apart(t, d, always_apart[n]);
        }
}

static void test_choice(void **state)
{
        (void)state;
        assert_int_equal(theme_choose(256, false), THEME_256);
        assert_int_equal(theme_choose(1 << 24, false), THEME_256);
        assert_int_equal(theme_choose(88, false), THEME_8);
        assert_int_equal(theme_choose(16, false), THEME_8);
        assert_int_equal(theme_choose(8, false), THEME_8);
        assert_int_equal(theme_choose(2, false), THEME_MONO);
        assert_int_equal(theme_choose(-1, false), THEME_MONO);
        assert_int_equal(theme_choose(256, true), THEME_MONO);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_every_style_is_readable),
                cmocka_unit_test(test_eight_colors_leave_out_what_vanishes),
                cmocka_unit_test(test_no_color_has_none),
                cmocka_unit_test(test_other_themes),
                cmocka_unit_test(test_choice),
        };

        return cmocka_run_group_tests(tests, NULL, NULL);
}
