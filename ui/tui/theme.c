/* theme.c - the tables of looks. */
#include "ui/tui/theme.h"

#include <assert.h>

#define OWN (-1)

/*
 * 256 colours. The colours on the terminal's own background lie in the middle of the lightness scale, so that the
 * contrast is at least 3.5 to 1 on black and on white: 32 blue, 28 green, 196 red, 166 orange, 133 violet, 30 cyan,
 * 243 grey.
 */
static const struct look looks_256[STYLE_COUNT] = {
        [STYLE_NORMAL] = {OWN, OWN, 0},
        [STYLE_DIM] = {243, OWN, 0},
        [STYLE_TITLE] = {231, 24, 0},
        [STYLE_MENUBAR] = {252, 237, 0},
        [STYLE_HINT] = {252, 237, 0},
        [STYLE_HINT_KEY] = {117, 237, LOOK_BOLD},
        [STYLE_BOX] = {243, OWN, 0},
        [STYLE_BOX_TITLE] = {32, OWN, LOOK_BOLD},
        [STYLE_BRIDGE] = {30, OWN, 0},
        [STYLE_UP] = {28, OWN, 0},
        [STYLE_DOWN] = {196, OWN, 0},
        [STYLE_PENDING] = {166, OWN, LOOK_BOLD},
        [STYLE_PIN] = {133, OWN, 0},
        [STYLE_HOOK] = {30, OWN, 0},
        [STYLE_EDGE] = {243, OWN, 0},
        [STYLE_EDGE_BUSY] = {28, OWN, LOOK_BOLD},
        [STYLE_EDGE_DOWN] = {196, OWN, LOOK_DIM},
        [STYLE_ADDRESS] = {OWN, OWN, 0},
        [STYLE_SELECTED] = {231, 25, LOOK_BOLD},
        [STYLE_CHANGED] = {166, OWN, LOOK_BOLD},
        [STYLE_ERROR] = {196, OWN, LOOK_BOLD},
        [STYLE_WARNING] = {166, OWN, LOOK_BOLD},
        [STYLE_GOOD] = {28, OWN, 0},
        [STYLE_HEADER] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_BADGE] = {231, 130, LOOK_BOLD},
        [STYLE_DIALOG] = {OWN, OWN, 0},
        [STYLE_DIALOG_TITLE] = {32, OWN, LOOK_BOLD},
        [STYLE_FIELD] = {252, 237, 0},
        [STYLE_FIELD_ACTIVE] = {231, 24, 0},
};

/* 8 colours: red, green, blue, magenta and cyan only; yellow and white are lost on one background or the other. */
static const struct look looks_8[STYLE_COUNT] = {
        [STYLE_NORMAL] = {OWN, OWN, 0},
        [STYLE_DIM] = {OWN, OWN, LOOK_DIM},
        [STYLE_TITLE] = {7, 4, LOOK_BOLD},
        [STYLE_MENUBAR] = {OWN, OWN, LOOK_REVERSE},
        [STYLE_HINT] = {OWN, OWN, LOOK_REVERSE},
        [STYLE_HINT_KEY] = {OWN, OWN, LOOK_BOLD},
        [STYLE_BOX] = {OWN, OWN, 0},
        [STYLE_BOX_TITLE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_BRIDGE] = {6, OWN, 0},
        [STYLE_UP] = {2, OWN, 0},
        [STYLE_DOWN] = {1, OWN, 0},
        [STYLE_PENDING] = {5, OWN, LOOK_BOLD},
        [STYLE_PIN] = {5, OWN, 0},
        [STYLE_HOOK] = {6, OWN, 0},
        [STYLE_EDGE] = {OWN, OWN, 0},
        [STYLE_EDGE_BUSY] = {2, OWN, LOOK_BOLD},
        [STYLE_EDGE_DOWN] = {1, OWN, 0},
        [STYLE_ADDRESS] = {OWN, OWN, 0},
        [STYLE_SELECTED] = {7, 4, LOOK_BOLD},
        [STYLE_CHANGED] = {5, OWN, LOOK_BOLD},
        [STYLE_ERROR] = {1, OWN, LOOK_BOLD},
        [STYLE_WARNING] = {5, OWN, LOOK_BOLD},
        [STYLE_GOOD] = {2, OWN, 0},
        [STYLE_HEADER] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_BADGE] = {7, 1, LOOK_BOLD},
        [STYLE_DIALOG] = {OWN, OWN, 0},
        [STYLE_DIALOG_TITLE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_FIELD] = {OWN, OWN, LOOK_REVERSE}, /* the Linux console does not underline beside colours */
        [STYLE_FIELD_ACTIVE] = {7, 4, 0},
};

static const struct look looks_mono[STYLE_COUNT] = {
        [STYLE_NORMAL] = {OWN, OWN, 0},
        [STYLE_DIM] = {OWN, OWN, LOOK_DIM},
        [STYLE_TITLE] = {OWN, OWN, LOOK_REVERSE},
        [STYLE_MENUBAR] = {OWN, OWN, 0},
        [STYLE_HINT] = {OWN, OWN, 0},
        [STYLE_HINT_KEY] = {OWN, OWN, LOOK_BOLD | LOOK_REVERSE},
        [STYLE_BOX] = {OWN, OWN, 0},
        [STYLE_BOX_TITLE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_BRIDGE] = {OWN, OWN, 0},
        [STYLE_UP] = {OWN, OWN, 0},
        [STYLE_DOWN] = {OWN, OWN, LOOK_DIM},
        [STYLE_PENDING] = {OWN, OWN, LOOK_BOLD},
        [STYLE_PIN] = {OWN, OWN, 0},
        [STYLE_HOOK] = {OWN, OWN, 0},
        [STYLE_EDGE] = {OWN, OWN, 0},
        [STYLE_EDGE_BUSY] = {OWN, OWN, LOOK_BOLD},
        [STYLE_EDGE_DOWN] = {OWN, OWN, LOOK_DIM},
        [STYLE_ADDRESS] = {OWN, OWN, 0},
        [STYLE_SELECTED] = {OWN, OWN, LOOK_REVERSE | LOOK_BOLD},
        [STYLE_CHANGED] = {OWN, OWN, LOOK_BOLD},
        [STYLE_ERROR] = {OWN, OWN, LOOK_BOLD},
        [STYLE_WARNING] = {OWN, OWN, LOOK_BOLD},
        [STYLE_GOOD] = {OWN, OWN, 0},
        [STYLE_HEADER] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_BADGE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_DIALOG] = {OWN, OWN, 0},
        [STYLE_DIALOG_TITLE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_FIELD] = {OWN, OWN, LOOK_UNDERLINE},
        [STYLE_FIELD_ACTIVE] = {OWN, OWN, LOOK_REVERSE},
};

enum theme_depth theme_choose(int colors, bool no_color)
{
        if (no_color || colors < 8)
                return THEME_MONO;
        return colors >= 256 ? THEME_256 : THEME_8;
}

/* High contrast: the terminal's own colours, which its user has chosen, with all the weight that attributes have. */
static const struct look contrast_changes[STYLE_COUNT] = {
        [STYLE_DIM] = {OWN, OWN, 0},
        [STYLE_TITLE] = {OWN, OWN, LOOK_REVERSE | LOOK_BOLD},
        [STYLE_MENUBAR] = {OWN, OWN, LOOK_BOLD},
        [STYLE_BOX_TITLE] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_BRIDGE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_DOWN] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_PENDING] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_EDGE_DOWN] = {OWN, OWN, LOOK_BOLD},
        [STYLE_SELECTED] = {OWN, OWN, LOOK_REVERSE | LOOK_BOLD},
        [STYLE_CHANGED] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_ERROR] = {OWN, OWN, LOOK_REVERSE | LOOK_BOLD},
        [STYLE_WARNING] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_BADGE] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE}, /* it stands in the title, which is reversed */
        [STYLE_FIELD] = {OWN, OWN, LOOK_UNDERLINE | LOOK_BOLD},
};

/* For those to whom red and green are one: what is well is blue, what is not is orange, what waits is violet. */
static const struct look blind_256[STYLE_COUNT] = {
        [STYLE_BOX_TITLE] = {OWN, OWN, LOOK_BOLD},
        [STYLE_UP] = {32, OWN, 0},
        [STYLE_DOWN] = {166, OWN, LOOK_BOLD},
        [STYLE_PENDING] = {133, OWN, LOOK_BOLD},
        [STYLE_PIN] = {243, OWN, LOOK_BOLD},
        [STYLE_EDGE_BUSY] = {32, OWN, LOOK_BOLD},
        [STYLE_EDGE_DOWN] = {166, OWN, 0},
        [STYLE_CHANGED] = {133, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_ERROR] = {166, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_GOOD] = {32, OWN, LOOK_BOLD},
};
static const struct look blind_8[STYLE_COUNT] = {
        [STYLE_UP] = {4, OWN, 0},
        [STYLE_DOWN] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_EDGE_BUSY] = {4, OWN, LOOK_BOLD},
        [STYLE_EDGE_DOWN] = {OWN, OWN, LOOK_UNDERLINE},
        [STYLE_ERROR] = {OWN, OWN, LOOK_BOLD | LOOK_UNDERLINE},
        [STYLE_GOOD] = {4, OWN, LOOK_BOLD},
};

const char *const theme_names[THEME_COUNT] = {
        [THEME_DEFAULT] = "default", [THEME_CONTRAST] = "contrast", [THEME_BLIND] = "blind"};

static const struct look *default_look(enum theme_depth depth, enum style s)
{
        switch (depth) {
        case THEME_MONO: return &looks_mono[s];
        case THEME_8: return &looks_8[s];
        case THEME_256: return &looks_256[s];
        case THEME_DEPTH_COUNT: break;
        }
        return &looks_mono[s];
}

/* A row of a table of changes that was left out: no look has the terminal's black on its black. */
static bool is_change(const struct look *l)
{
        return l->foreground || l->background;
}

const struct look *theme_look(enum theme t, enum theme_depth depth, enum style s)
{
        const struct look *changes = depth == THEME_256 ? blind_256 : blind_8;

        assert(s < STYLE_COUNT);
        if (t == THEME_CONTRAST)
                return is_change(&contrast_changes[s]) ? &contrast_changes[s] : &looks_mono[s];
        if (t == THEME_BLIND && depth != THEME_MONO && is_change(&changes[s]))
                return &changes[s];
        return default_look(depth, s);
}
