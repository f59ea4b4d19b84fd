/*
 * history.c - rings of samples by interface number: sixteen bits a sample of the last minutes, eight bits one of longer
 * ranges, whose steps are means.
 */
#include "ui/tui/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"

#define MANTISSA_BITS 10
#define COARSE_BITS   3

/* A step of each range, in seconds. */
static const int64_t lengths_s[HISTORY_RANGES] = {1, 5, 30, 720};

#define LONGEST_S 86400 /* HISTORY_STEPS of the last one */

/* A ring of steps: step n stands at n % HISTORY_STEPS. The sums are of the step that goes on. */
struct coarse {
        uint64_t rx_sum, tx_sum;
        uint8_t rx[HISTORY_STEPS], tx[HISTORY_STEPS];
};

/* The rings of one interface: second s stands at s % HISTORY_SECONDS. */
struct series {
        uint32_t number;
        int64_t first;  /* second of its first sample: it was silent before */
        int64_t second; /* of the newest one */
        int64_t busy;   /* of the last one that was not zero */
        uint16_t rx[HISTORY_SECONDS], tx[HISTORY_SECONDS];
        struct coarse coarse[HISTORY_RANGES - 1]; /* of the ranges behind the first */
};

struct history {
        struct series **series; /* by number */
        size_t count, capacity;
        int64_t first; /* second of the first note: what was before is not known */
        int64_t second;
};

/* A number as its highest bits and how far they are shifted: exact below 1024, else within a thousandth. */
static uint16_t shorten(uint64_t v)
{
        unsigned shift = 0;

        if (v == RATE_UNKNOWN)
                return 0;
        while (v >> shift >= (uint64_t)1 << MANTISSA_BITS)
                shift++;
        return (uint16_t)(shift << MANTISSA_BITS | (unsigned)(v >> shift));
}

static uint64_t lengthen(uint16_t s)
{
        return (uint64_t)(s & ((1u << MANTISSA_BITS) - 1)) << (s >> MANTISSA_BITS);
}

/* The same with a bit that is not stored, since it is always set: 1 to 15 are exact, what is more is rounded. */
static uint8_t shorten_more(uint64_t v)
{
        unsigned shift = 0;

        if (v < 1u << COARSE_BITS)
                return (uint8_t)v;
        while (v >> shift >= (uint64_t)2 << COARSE_BITS)
                shift++;
        if (shift && v >> (shift - 1) & 1)
                v += (uint64_t)1 << (shift - 1);
        if (v >> shift >= (uint64_t)2 << COARSE_BITS)
                shift++;
        if (shift >= (1u << (8 - COARSE_BITS)) - 1)
                return UINT8_MAX;
        return (uint8_t)((shift + 1) << COARSE_BITS | (v >> shift & ((1u << COARSE_BITS) - 1)));
}

static uint64_t lengthen_more(uint8_t s)
{
        unsigned shift = s >> COARSE_BITS;

        return shift ? ((uint64_t)(s & ((1u << COARSE_BITS) - 1)) | 1u << COARSE_BITS) << (shift - 1) : s;
}

struct history *history_new(void)
{
        return xcalloc(1, sizeof(struct history));
}

void history_free(struct history *h)
{
        if (!h)
                return;
        for (size_t n = 0; n < h->count; n++)
                free(h->series[n]);
        free(h->series);
        free(h);
}

struct history *history_copy(const struct history *h)
{
        struct history *copy = history_new();

        copy->first = h->first;
        copy->second = h->second;
        copy->count = copy->capacity = h->count;
        copy->series = xcalloc(h->count + 1, sizeof(struct series *));
        for (size_t n = 0; n < h->count; n++) {
                copy->series[n] = xcalloc(1, sizeof(*copy->series[n]));
                *copy->series[n] = *h->series[n];
        }
        return copy;
}

/* Where a number stands, or would. */
static size_t place_of(const struct history *h, uint32_t number)
{
        size_t low = 0, high = h->count;

        while (low < high) {
                size_t middle = (low + high) / 2;

                if (h->series[middle]->number < number)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

static struct series *find(const struct history *h, uint32_t number)
{
        size_t at = place_of(h, number);

        return at < h->count && h->series[at]->number == number ? h->series[at] : NULL;
}

static struct series *add(struct history *h, uint32_t number)
{
        size_t at = place_of(h, number);

        h->series = array_grow(h->series, &h->capacity, h->count, sizeof(struct series *));
        memmove(&h->series[at + 1], &h->series[at], (h->count - at) * sizeof(struct series *));
        h->series[at] = xcalloc(1, sizeof(*h->series[at]));
        h->series[at]->number = number;
        h->series[at]->first = h->second;
        h->series[at]->second = h->second - 1;
        h->count++;
        return h->series[at];
}

/* How many seconds a step has had until now, of those that are known of. */
static uint64_t seconds_of(const struct history *h, int64_t length, int64_t step)
{
        int64_t first = step * length, last = first + length - 1;

        first = first < h->first ? h->first : first;
        last = last > h->second ? h->second : last;
        return last > first ? (uint64_t)(last - first + 1) : 1;
}

/* Ends the steps before the one that `second` is in, and adds a second's rates to that one; what was missed is zero. */
static void put_coarse(const struct history *h, struct coarse *c, int64_t length, int64_t before, int64_t second,
                       uint64_t rx, uint64_t tx)
{
        int64_t step = second / length, last = before / length;

        if (step > last) {
                uint64_t seconds = seconds_of(h, length, last);

                c->rx[last % HISTORY_STEPS] = shorten_more(c->rx_sum / seconds);
                c->tx[last % HISTORY_STEPS] = shorten_more(c->tx_sum / seconds);
                c->rx_sum = c->tx_sum = 0;
                for (int64_t n = step - last > HISTORY_STEPS ? step - HISTORY_STEPS : last + 1; n < step; n++)
                        c->rx[n % HISTORY_STEPS] = c->tx[n % HISTORY_STEPS] = 0;
        }
        c->rx_sum += rx;
        c->tx_sum += tx;
}

static void put_second(const struct history *h, struct series *s, int64_t second, uint16_t rx, uint16_t tx)
{
        uint16_t *kept_rx = &s->rx[second % HISTORY_SECONDS], *kept_tx = &s->tx[second % HISTORY_SECONDS];
        bool is_again = second == s->second; /* the last of a second counts: what it has added is taken back */

        for (size_t r = 0; r < ARRAY_SIZE(s->coarse); r++) {
                if (is_again) {
                        s->coarse[r].rx_sum -= lengthen(*kept_rx);
                        s->coarse[r].tx_sum -= lengthen(*kept_tx);
                }
                put_coarse(h, &s->coarse[r], lengths_s[r + 1], s->second, second, lengthen(rx), lengthen(tx));
        }
        *kept_rx = rx;
        *kept_tx = tx;
        s->second = second;
}

/* A second that was missed (a late sample) has the next one's value; more than one was silence, as far as is known. */
static void put(const struct history *h, struct series *s, int64_t second, uint16_t rx, uint16_t tx)
{
        bool is_late = second - s->second == 2 && s->second >= s->first;

        for (int64_t t = second - s->second > HISTORY_SECONDS ? second - HISTORY_SECONDS + 1 : s->second + 1;
             t < second; t++)
                put_second(h, s, t, is_late ? rx : 0, is_late ? tx : 0);
        put_second(h, s, second, rx, tx);
        if (rx || tx)
                s->busy = second;
}

static void forget_silent(struct history *h)
{
        size_t kept = 0;

        for (size_t n = 0; n < h->count; n++) {
                bool is_there = h->series[n]->second == h->second; /* it has just been noted */

                if (h->second - h->series[n]->busy < (is_there ? LONGEST_S : HISTORY_SECONDS))
                        h->series[kept++] = h->series[n];
                else
                        free(h->series[n]);
        }
        h->count = kept;
}

void history_note(struct history *h, const struct graph *g, int64_t now_ms)
{
        if (now_ms / 1000 < h->second)
                return;
        h->second = now_ms / 1000;
        if (!h->first)
                h->first = h->second;
        for (size_t i = 0; i < g->iface_count; i++) {
                uint16_t rx = shorten(g->ifaces[i].rx_Bps), tx = shorten(g->ifaces[i].tx_Bps);
                struct series *s = find(h, g->ifaces[i].number);

                if (!s && !rx && !tx)
                        continue;
                put(h, s ? s : add(h, g->ifaces[i].number), h->second, rx, tx);
        }
        forget_silent(h);
}

bool history_read(const struct history *h, uint32_t number, size_t count, uint64_t *rx_Bps, uint64_t *tx_Bps)
{
        const struct series *s = find(h, number);

        for (size_t n = 0; n < count; n++) {
                int64_t second = h->second - (int64_t)(count - 1 - n);
                bool is_known = s && second >= 0 && second <= s->second && s->second - second < HISTORY_SECONDS;

                if (rx_Bps)
                        rx_Bps[n] = is_known ? lengthen(s->rx[second % HISTORY_SECONDS]) : 0;
                if (tx_Bps)
                        tx_Bps[n] = is_known ? lengthen(s->tx[second % HISTORY_SECONDS]) : 0;
        }
        return s && h->second - s->busy < HISTORY_SECONDS;
}

/* A step of a range, by its number since the clock began: of one that goes on, the mean so far. */
static void read_step(const struct history *h, const struct series *s, enum history_range range, int64_t step,
                      uint64_t *rx, uint64_t *tx)
{
        int64_t length = lengths_s[range], newest = s->second / length;

        *rx = *tx = 0;
        if (step < s->first / length || step > newest || newest - step >= HISTORY_STEPS)
                return;
        if (range == HISTORY_TWO_MINUTES) {
                *rx = lengthen(s->rx[step % HISTORY_SECONDS]);
                *tx = lengthen(s->tx[step % HISTORY_SECONDS]);
        } else if (step == newest) {
                uint64_t seconds = seconds_of(h, length, step);

                *rx = s->coarse[range - 1].rx_sum / seconds;
                *tx = s->coarse[range - 1].tx_sum / seconds;
        } else {
                *rx = lengthen_more(s->coarse[range - 1].rx[step % HISTORY_STEPS]);
                *tx = lengthen_more(s->coarse[range - 1].tx[step % HISTORY_STEPS]);
        }
}

size_t history_bars(const struct history *h, uint32_t number, enum history_range range, size_t columns,
                    uint64_t *ret_rx_Bps, uint64_t *ret_tx_Bps)
{
        const struct series *s = find(h, number);
        int64_t last = h->second / lengths_s[range], oldest = last - HISTORY_STEPS + 1;
        int64_t together = 1; /* steps in a bar */
        size_t count;

        if (!columns)
                return 0;
        while ((int64_t)(HISTORY_STEPS + columns - 1) / (int64_t)columns > together)
                together++;
        count = HISTORY_STEPS / (size_t)together;
        for (size_t n = 0; n < count; n++) {
                int64_t bar = last / together - (int64_t)(count - 1 - n);
                uint64_t steps = 0;

                ret_rx_Bps[n] = ret_tx_Bps[n] = 0;
                for (int64_t step = bar * together; s && step < (bar + 1) * together && step <= last; step++) {
                        uint64_t rx, tx;

                        if (step < oldest)
                                continue;
                        read_step(h, s, range, step, &rx, &tx);
                        ret_rx_Bps[n] += rx;
                        ret_tx_Bps[n] += tx;
                        steps++;
                }
                if (steps) {
                        ret_rx_Bps[n] /= steps;
                        ret_tx_Bps[n] /= steps;
                }
        }
        return count;
}

#define LATE_S 2 /* samples come a little after the second that they are about */

bool history_steps(const struct history *h, uint32_t number, int step_s, int64_t now_ms, size_t count,
                   uint64_t *ret_Bps)
{
        uint64_t rx[HISTORY_SECONDS], tx[HISTORY_SECONDS];
        bool is_known = history_read(h, number, HISTORY_SECONDS, rx, tx), has_any = false;
        int64_t now = now_ms / 1000 - h->second <= LATE_S ? h->second : now_ms / 1000;
        int64_t first = (now / step_s - (int64_t)count + 1) * step_s;

        for (size_t n = 0; n < count; n++) {
                uint64_t sum = 0, seconds = 0;

                for (int64_t s = first + (int64_t)n * step_s; s < first + (int64_t)(n + 1) * step_s && s <= now; s++) {
                        int64_t at = HISTORY_SECONDS - 1 - (h->second - s);

                        seconds++;
                        if (is_known && at >= 0 && at < HISTORY_SECONDS)
                                sum += rx[at] + tx[at];
                }
                ret_Bps[n] = seconds ? sum / seconds : 0;
                has_any |= ret_Bps[n] > 0;
        }
        return has_any;
}

uint64_t history_mean(const struct history *h, uint32_t number, size_t seconds)
{
        uint64_t rx[HISTORY_SECONDS], tx[HISTORY_SECONDS], sum = 0;

        if (!seconds || !history_read(h, number, seconds, rx, tx))
                return 0;
        for (size_t n = 0; n < seconds; n++)
                sum += rx[n] + tx[n];
        return sum / seconds;
}
