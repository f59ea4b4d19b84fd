/* plot.c - bars of eighths of a cell, or of three signs where there is only ASCII. */
#include "ui/tui/plot.h"

#define EIGHTHS 8

static uint32_t bar_sign(const struct canvas *c, uint64_t eighths)
{
        static const char ascii[EIGHTHS + 1] = {' ', '.', '.', ':', ':', ':', '|', '|', '#'};

        if (!eighths)
                return ' ';
        return c->is_ascii ? (uint32_t)ascii[eighths] : 0x2580 + (uint32_t)eighths;
}

static uint64_t highest(const uint64_t *values, size_t count)
{
        uint64_t top = 1;

        for (size_t n = 0; n < count; n++)
                top = values[n] > top ? values[n] : top;
        return top;
}

void plot_draw(struct canvas *c, struct rect r, enum style s, const uint64_t *values, size_t count, uint64_t top)
{
        size_t columns = r.w > 0 ? (size_t)r.w : 0, first = count > columns ? count - columns : 0;

        if (!top) {
                top = highest(values + first, count - first);
                top += top / ((uint64_t)(r.h > 0 ? r.h : 1) * EIGHTHS - 1); /* bars of two plots don't touch */
        }
        for (size_t n = first; n < count; n++) {
                int x = r.x + r.w - (int)(count - n);
                uint64_t value = values[n] < top ? values[n] : top;
                uint64_t height = (uint64_t)((double)value / (double)top * (double)(r.h * EIGHTHS) + 0.5);

                if (!height && value)
                        height = 1;
                for (int row = 0; row < r.h; row++) {
                        uint64_t below = (uint64_t)row * EIGHTHS;
                        uint64_t here = height > below ? height - below : 0;

                        canvas_put(c, x, r.y + r.h - 1 - row, bar_sign(c, here > EIGHTHS ? EIGHTHS : here), s);
                }
        }
}
