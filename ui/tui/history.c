/* history.c - rings of samples by interface number, sixteen bits a sample. */
#include "ui/tui/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"

#define MANTISSA_BITS 10

/* The ring of one interface: second s stands at s % HISTORY_SECONDS. */
struct series {
        uint32_t number;
        int64_t second; /* of the newest sample */
        int64_t busy;   /* second of the last sample that was not zero */
        uint16_t rx[HISTORY_SECONDS], tx[HISTORY_SECONDS];
};

struct history {
        struct series **series; /* by number */
        size_t count, capacity;
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
        h->series[at]->second = h->second;
        h->count++;
        return h->series[at];
}

/* A second that was missed (a late sample) has the next one's value; more than one was silence, as far as is known. */
static void put(struct series *s, int64_t second, uint16_t rx, uint16_t tx)
{
        bool is_late = second - s->second == 2;

        for (int64_t t = second - s->second > HISTORY_SECONDS ? second - HISTORY_SECONDS + 1 : s->second + 1;
             t < second; t++) {
                s->rx[t % HISTORY_SECONDS] = is_late ? rx : 0;
                s->tx[t % HISTORY_SECONDS] = is_late ? tx : 0;
        }
        s->rx[second % HISTORY_SECONDS] = rx;
        s->tx[second % HISTORY_SECONDS] = tx;
        s->second = second;
        if (rx || tx)
                s->busy = second;
}

static void forget_silent(struct history *h)
{
        size_t kept = 0;

        for (size_t n = 0; n < h->count; n++) {
                if (h->second - h->series[n]->busy < HISTORY_SECONDS)
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
        for (size_t i = 0; i < g->iface_count; i++) {
                uint16_t rx = shorten(g->ifaces[i].rx_Bps), tx = shorten(g->ifaces[i].tx_Bps);
                struct series *s = find(h, g->ifaces[i].number);

                if (!s && !rx && !tx)
                        continue;
                put(s ? s : add(h, g->ifaces[i].number), h->second, rx, tx);
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
        return s != NULL;
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
