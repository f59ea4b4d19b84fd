/* graph_map.c - the whole world in a corner of the Graph view: where boxes are, where trouble is, what is in sight. */
#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "ui/tui/views/graph_parts.h"

#define MAP_COLUMNS_MAX 30
#define MAP_ROWS_MAX    10
#define MAP_COLUMNS_MIN 8
#define MAP_ROWS_MIN    3

enum spot { SPOT_NOTHING, SPOT_BOX, SPOT_PENDING, SPOT_BAD, SPOT_COUNT };

static int least(int a, int b)
{
        return a < b ? a : b;
}

/* The inner part of the map, inside its frame; w 0: there is no room, or nothing that is out of sight. */
static struct rect map_rect(const struct graph_view *v, const struct layout *l, struct rect area)
{
        struct rect world = graph_view_world(v, l, area);
        int w = least(l->w, least(world.w / 3, MAP_COLUMNS_MAX)), h = least(l->h, least(world.h / 2, MAP_ROWS_MAX));

        if (!v->has_map || (l->w <= world.w && l->h <= world.h) || w < MAP_COLUMNS_MIN || h < MAP_ROWS_MIN)
                return (struct rect){0};
        return (struct rect){world.x + world.w - w - 1, world.y + 1, w, h};
}

static struct rect scaled(const struct layout *l, struct rect map, struct layout_rect r)
{
        int x = r.x * map.w / l->w, y = r.y * map.h / l->h;
        int right = (r.x + r.w) * map.w / l->w, bottom = (r.y + r.h) * map.h / l->h;

        return (struct rect){x, y, right > x ? right - x : 1, bottom > y ? bottom - y : 1};
}

static void mark(uint8_t *spots, struct rect map, struct rect r, enum spot s)
{
        for (int y = r.y; y < least(r.y + r.h, map.h); y++) {
                for (int x = r.x; x < least(r.x + r.w, map.w); x++) {
                        uint8_t *spot = &spots[y * map.w + x];

                        if (*spot < (uint8_t)s)
                                *spot = (uint8_t)s;
                }
        }
}

static void mark_all(uint8_t *spots, const struct layout *l, struct rect map)
{
        for (size_t n = 0; n < l->item_count; n++) {
                if (l->items[n].parent == NONE)
                        mark(spots, map, scaled(l, map, l->items[n].at), SPOT_BOX);
        }
        for (size_t n = 0; n < l->span_count; n++) {
                const struct layout_span *s = &l->spans[n];
                struct rect at = scaled(l, map, (struct layout_rect){s->x, s->y, 1, 1});

                if (s->ink == LAYOUT_INK_BAD)
                        mark(spots, map, at, SPOT_BAD);
                else if (s->ink == LAYOUT_INK_PENDING)
                        mark(spots, map, at, SPOT_PENDING);
        }
}

void graph_view_draw_map(const struct graph_view *v, struct canvas *c, const struct layout *l, struct rect area)
{
        struct rect map = map_rect(v, l, area), world = graph_view_world(v, l, area);

        if (!map.w)
                return;

        CLEANUP(freep) uint8_t *spots = xcalloc((size_t)map.w * (size_t)map.h, sizeof(*spots));
        const struct {
                uint32_t sign;
                enum style style;
        } looks[SPOT_COUNT] = {[SPOT_NOTHING] = {' ', STYLE_NORMAL},
                               [SPOT_BOX] = {canvas_sign(c, SIGN_SHADE), STYLE_BOX},
                               [SPOT_PENDING] = {canvas_sign(c, SIGN_PENDING), STYLE_PENDING},
                               [SPOT_BAD] = {canvas_sign(c, SIGN_DOWN), STYLE_DOWN}};
        struct rect seen = scaled(l, map, (struct layout_rect){v->left, v->top, world.w, world.h});

        mark_all(spots, l, map);
        canvas_fill(c, (struct rect){map.x - 1, map.y - 1, map.w + 2, map.h + 2}, ' ', STYLE_NORMAL);
        canvas_frame(c, (struct rect){map.x - 1, map.y - 1, map.w + 2, map.h + 2}, LINE_LIGHT, STYLE_DIM);
        (void)canvas_text(c, map.x + 1, map.y - 1, map.w - 2, STYLE_DIM, _(" map "));
        for (int y = 0; y < map.h; y++) {
                for (int x = 0; x < map.w; x++) {
                        uint8_t spot = spots[y * map.w + x];

                        canvas_put(c, map.x + x, map.y + y, looks[spot].sign, looks[spot].style);
                }
        }
        seen = rect_intersect((struct rect){map.x + seen.x, map.y + seen.y, seen.w, seen.h}, map);
        canvas_reverse(c, seen);
}

bool graph_view_press_map(struct graph_view *v, const struct layout *l, struct rect area, int x, int y)
{
        struct rect map = map_rect(v, l, area), world = graph_view_world(v, l, area);

        if (!map.w || !rect_has(map, x, y))
                return false;
        v->left = (x - map.x) * l->w / map.w - world.w / 2;
        v->top = (y - map.y) * l->h / map.h - world.h / 2;
        graph_view_keep_inside(v, l, area);
        return true;
}
