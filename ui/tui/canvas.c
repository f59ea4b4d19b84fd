/*
 * canvas.c - the grid of cells: clipping, fills, lines that join, and the way out as text.
 *
 * A line cell remembers its directions with a weight for each, so that an edge that ends on a frame turns into the
 * right tee. What text does is in canvas_text.c.
 */
#include "ui/tui/canvas.h"

#include <assert.h>

#include "core/base/text.h"

enum { LINE_ALL = LINE_N | LINE_E | LINE_S | LINE_W };

bool rect_has(struct rect r, int x, int y)
{
        return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

struct rect rect_intersect(struct rect a, struct rect b)
{
        int x1 = a.x > b.x ? a.x : b.x;
        int y1 = a.y > b.y ? a.y : b.y;
        int x2 = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
        int y2 = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
        struct rect r = {x1, y1, x2 - x1, y2 - y1};

        if (r.w <= 0 || r.h <= 0)
                r.w = r.h = 0;
        return r;
}

struct canvas *canvas_new(int w, int h, bool is_ascii)
{
        assert(w >= 0 && h >= 0);
        struct canvas *c = xcalloc(1, sizeof(*c));

        c->w = w;
        c->h = h;
        c->is_ascii = is_ascii;
        c->cells = xcalloc((size_t)w * (size_t)h + 1, sizeof(*c->cells));
        canvas_clear(c, STYLE_NORMAL);
        return c;
}

void canvas_free(struct canvas *c)
{
        if (!c)
                return;
        free(c->cells);
        free(c);
}

void canvas_clear(struct canvas *c, enum style s)
{
        size_t count = (size_t)c->w * (size_t)c->h;

        for (size_t i = 0; i < count; i++)
                c->cells[i] = (struct cell){.c = ' ', .style = (uint8_t)s};
        canvas_set_clip(c, (struct rect){.w = -1});
}

void canvas_set_clip(struct canvas *c, struct rect r)
{
        struct rect whole = {0, 0, c->w, c->h};

        c->clip = r.w < 0 ? whole : rect_intersect(whole, r);
}

static struct cell *cell_at(struct canvas *c, int x, int y)
{
        return &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
}

/* Before a cell is overwritten: no half of a wide character may stay behind. */
static void break_wide(struct canvas *c, int x, int y)
{
        if (cell_at(c, x, y)->c == 0 && x > 0)
                cell_at(c, x - 1, y)->c = ' ';
        if (x + 1 < c->w && cell_at(c, x + 1, y)->c == 0)
                cell_at(c, x + 1, y)->c = ' ';
}

void canvas_put(struct canvas *c, int x, int y, uint32_t ch, enum style s)
{
        if (!rect_has(c->clip, x, y))
                return;

        bool is_wide = ch >= 0x1100 && utf8_width(ch) == 2;

        if (is_wide && !rect_has(c->clip, x + 1, y)) {
                ch = ' ';
                is_wide = false;
        }
        break_wide(c, x, y);
        *cell_at(c, x, y) = (struct cell){.c = ch, .style = (uint8_t)s};
        if (is_wide) {
                break_wide(c, x + 1, y);
                *cell_at(c, x + 1, y) = (struct cell){.c = 0, .style = (uint8_t)s};
                cell_at(c, x, y)->c = ch;
        }
}

void canvas_fill(struct canvas *c, struct rect r, uint32_t ch, enum style s)
{
        struct rect seen = rect_intersect(r, c->clip);

        for (int y = seen.y; y < seen.y + seen.h; y++) {
                for (int x = seen.x; x < seen.x + seen.w; x++)
                        canvas_put(c, x, y, ch, s);
        }
}

void canvas_reverse(struct canvas *c, struct rect r)
{
        struct rect seen = rect_intersect(r, c->clip);

        for (int y = seen.y; y < seen.y + seen.h; y++) {
                for (int x = seen.x; x < seen.x + seen.w; x++)
                        cell_at(c, x, y)->is_reverse = true;
        }
}

/* The weight of one direction (a single LINE_ bit) in a cell. */
static unsigned weight_of(uint8_t weight, unsigned direction)
{
        unsigned shift = direction == LINE_N ? 0 : direction == LINE_E ? 2 : direction == LINE_S ? 4 : 6;

        return (unsigned)weight >> shift & 3u;
}

static uint8_t weight_spread(unsigned directions, enum line_weight w)
{
        unsigned weight = 0;

        for (unsigned i = 0; i < 4; i++) {
                if (directions & 1u << i)
                        weight |= (unsigned)w << (2 * i);
        }
        return (uint8_t)weight;
}

static void put_line(struct canvas *c, int x, int y, unsigned directions, enum line_weight w, enum style s)
{
        if (!rect_has(c->clip, x, y) || directions == 0)
                return;

        struct cell *cell = cell_at(c, x, y);

        if (!cell->lines) {
                break_wide(c, x, y);
                *cell = (struct cell){.c = ' '};
        }
        cell->weight = (uint8_t)((cell->weight & ~weight_spread(directions, (enum line_weight)3)) |
                                 weight_spread(directions, w));
        cell->lines = (uint8_t)(cell->lines | directions);
        cell->style = (uint8_t)s;
}

void canvas_hline(struct canvas *c, int x1, int x2, int y, enum line_weight w, enum style s)
{
        int from = x1 < x2 ? x1 : x2;
        int to = x1 < x2 ? x2 : x1;
        int first = from > c->clip.x ? from : c->clip.x;
        int last = to < c->clip.x + c->clip.w - 1 ? to : c->clip.x + c->clip.w - 1;

        for (int x = first; x <= last; x++)
                put_line(c, x, y, (x > from ? (unsigned)LINE_W : 0u) | (x < to ? (unsigned)LINE_E : 0u), w, s);
}

void canvas_vline(struct canvas *c, int x, int y1, int y2, enum line_weight w, enum style s)
{
        int from = y1 < y2 ? y1 : y2;
        int to = y1 < y2 ? y2 : y1;
        int first = from > c->clip.y ? from : c->clip.y;
        int last = to < c->clip.y + c->clip.h - 1 ? to : c->clip.y + c->clip.h - 1;

        for (int y = first; y <= last; y++)
                put_line(c, x, y, (y > from ? (unsigned)LINE_N : 0u) | (y < to ? (unsigned)LINE_S : 0u), w, s);
}

void canvas_frame(struct canvas *c, struct rect r, enum line_weight w, enum style s)
{
        if (r.w < 2 || r.h < 2)
                return;
        canvas_hline(c, r.x, r.x + r.w - 1, r.y, w, s);
        canvas_hline(c, r.x, r.x + r.w - 1, r.y + r.h - 1, w, s);
        canvas_vline(c, r.x, r.y, r.y + r.h - 1, w, s);
        canvas_vline(c, r.x + r.w - 1, r.y, r.y + r.h - 1, w, s);
}

void canvas_polyline(struct canvas *c, const struct point *points, size_t count, enum line_weight w, enum style s)
{
        for (size_t i = 1; i < count; i++) {
                struct point a = points[i - 1], b = points[i];

                assert(a.x == b.x || a.y == b.y);
                if (a.y == b.y)
                        canvas_hline(c, a.x, b.x, a.y, w, s);
                else
                        canvas_vline(c, a.x, a.y, b.y, w, s);
        }
}

/*
 * Box characters of light and heavy lines, by direction: 0 none, 1 light, 2 heavy; the index is N + 3 E + 9 S + 27 W.
 * An end that goes one way only is drawn as a whole dash: half dashes are missing from many fonts.
 */
static const uint16_t mixed_lines[81] = {
        0x0020, 0x2502, 0x2503, 0x2500, 0x2514, 0x2516, 0x2501, 0x2515, 0x2517, /* S 0, W 0 */
        0x2502, 0x2502, 0x257f, 0x250c, 0x251c, 0x251e, 0x250d, 0x251d, 0x2521, /* S 1, W 0 */
        0x2503, 0x257d, 0x2503, 0x250e, 0x251f, 0x2520, 0x250f, 0x2522, 0x2523, /* S 2, W 0 */
        0x2500, 0x2518, 0x251a, 0x2500, 0x2534, 0x2538, 0x257c, 0x2536, 0x253a, /* S 0, W 1 */
        0x2510, 0x2524, 0x2526, 0x252c, 0x253c, 0x2540, 0x252e, 0x253e, 0x2544, /* S 1, W 1 */
        0x2512, 0x2527, 0x2528, 0x2530, 0x2541, 0x2542, 0x2532, 0x2546, 0x254a, /* S 2, W 1 */
        0x2501, 0x2519, 0x251b, 0x257e, 0x2535, 0x2539, 0x2501, 0x2537, 0x253b, /* S 0, W 2 */
        0x2511, 0x2525, 0x2529, 0x252d, 0x253d, 0x2543, 0x252f, 0x253f, 0x2547, /* S 1, W 2 */
        0x2513, 0x252a, 0x252b, 0x2531, 0x2545, 0x2549, 0x2533, 0x2548, 0x254b, /* S 2, W 2 */
};

/* With a double line in it, a cell has one weight upright and one across; by LINE_ directions: N 1, E 2, S 4, W 8. */
static const uint16_t double_across[16] = {0x0020, 0x2502, 0x2550, 0x2558, 0x2502, 0x2502, 0x2552, 0x255e,
                                           0x2550, 0x255b, 0x2550, 0x2567, 0x2555, 0x2561, 0x2564, 0x256a};
static const uint16_t double_upright[16] = {0x0020, 0x2551, 0x2500, 0x2559, 0x2551, 0x2551, 0x2553, 0x255f,
                                            0x2500, 0x255c, 0x2500, 0x2568, 0x2556, 0x2562, 0x2565, 0x256b};
static const uint16_t double_both[16] = {0x0020, 0x2551, 0x2550, 0x255a, 0x2551, 0x2551, 0x2554, 0x2560,
                                         0x2550, 0x255d, 0x2550, 0x2569, 0x2557, 0x2563, 0x2566, 0x256c};

static uint32_t line_char(const struct cell *cell)
{
        static const unsigned place[4] = {1, 3, 9, 27};
        unsigned lines = cell->lines & LINE_ALL;
        unsigned index = 0;
        bool upright = false, across = false;

        for (unsigned i = 0; i < 4; i++) {
                if (!(lines & 1u << i))
                        continue;

                unsigned w = weight_of(cell->weight, 1u << i);

                if (w == LINE_DOUBLE)
                        *(i % 2 == 0 ? &upright : &across) = true;
                index += place[i] * (w == LINE_HEAVY ? 2 : 1);
        }
        if (upright && across)
                return double_both[lines];
        if (upright)
                return double_upright[lines];
        return across ? double_across[lines] : mixed_lines[index];
}

uint32_t cell_char(const struct cell *cell, bool is_ascii)
{
        unsigned lines = cell->lines & LINE_ALL;

        if (!lines)
                return cell->c;
        if (!is_ascii)
                return line_char(cell);
        if (!(lines & (LINE_E | LINE_W)))
                return '|';
        if (!(lines & (LINE_N | LINE_S)))
                return '-';
        return '+';
}

uint32_t canvas_sign(const struct canvas *c, enum sign s)
{
        static const struct {
                uint16_t drawn;
                char plain;
        } signs[SIGN_COUNT] = {
                [SIGN_HOOK] = {0x25cf, 'o'},        [SIGN_HOOK_FREE] = {0x25cb, '.'},  [SIGN_UP] = {0x25b2, '^'},
                [SIGN_DOWN] = {0x25bc, 'v'},        [SIGN_PIN] = {0x25c6, '*'},        [SIGN_PENDING] = {0x25f7, '%'},
                [SIGN_ARROW_RIGHT] = {0x2192, '>'}, [SIGN_ARROW_DOWN] = {0x2193, 'v'}, [SIGN_ARROW_UP] = {0x2191, '^'},
                [SIGN_BULLET] = {0x2022, '*'},      [SIGN_CHECK] = {0x2713, '+'},      [SIGN_CROSS] = {0x2717, 'x'},
                [SIGN_WARNING] = {'!', '!'}, /* the triangle is one column in some terminals, two in others */
                [SIGN_ELLIPSIS] = {0x2026, '~'},    [SIGN_CLOSED] = {0x25b8, '+'},     [SIGN_OPEN] = {0x25be, '-'},
                [SIGN_SHADE] = {0x2592, '#'},
        };

        assert(s < SIGN_COUNT);
        return c->is_ascii ? (uint32_t)(unsigned char)signs[s].plain : signs[s].drawn;
}

char *canvas_to_text(const struct canvas *c)
{
        CLEANUP(text_done) struct text out = {0};

        for (int y = 0; y < c->h; y++) {
                size_t line = out.length, end = line;

                for (int x = 0; x < c->w; x++) {
                        const struct cell *cell = &c->cells[(size_t)y * (size_t)c->w + (size_t)x];
                        uint32_t ch = cell_char(cell, c->is_ascii);
                        char utf8[5];

                        if (ch == 0)
                                continue;
                        text_put_n(&out, utf8, utf8_encode(ch, utf8));
                        for (size_t i = 0; i < ARRAY_SIZE(cell->combining) && cell->combining[i]; i++)
                                text_put_n(&out, utf8, utf8_encode(cell->combining[i], utf8));
                        if (ch != ' ')
                                end = out.length;
                }
                if (out.s)
                        out.s[end] = '\0';
                out.length = end;
                text_put_char(&out, '\n');
        }
        return text_take(&out);
}
