/*
 * history.h - how busy each interface was, as far as the console has run: the last two minutes a sample a second, and
 * in longer steps the last ten minutes, hour and day.
 *
 * Only what has carried anything takes room, 1.3 kilobytes an interface however long that is; after a day of silence it
 * is forgotten, an interface that is gone after two minutes.
 */
#ifndef UI_TUI_HISTORY_H
#define UI_TUI_HISTORY_H

#include "core/graph/graph.h"

#define HISTORY_SECONDS 120

/* How far back it is looked. */
enum history_range { HISTORY_TWO_MINUTES, HISTORY_TEN_MINUTES, HISTORY_HOUR, HISTORY_DAY, HISTORY_RANGES };

#define HISTORY_STEPS 120 /* of each range */

struct history;

struct history *history_new(void);
void history_free(struct history *h);
struct history *history_copy(const struct history *h); /* what is known now, to look at while the other goes on */

/* Notes the rates of a graph. Of several within a second the last counts. */
void history_note(struct history *h, const struct graph *g, int64_t now_ms);

/* The last `count` samples (at most HISTORY_SECONDS), oldest first, in bytes a second (within 0.1 %); NULL for a
 * direction that is not asked for. False, and zeros: it was silent all the time. */
bool history_read(const struct history *h, uint32_t number, size_t count, uint64_t *rx_Bps, uint64_t *tx_Bps);

/*
 * history_bars - a whole range in at most `columns` bars.
 *
 *   shape    oldest first; each is the mean of a step, or of a few where there is less room, and begins at a multiple
 * of its length, so that only the last one changes from second to second. Returns how many, at most HISTORY_STEPS. All
 * zeros: nothing was carried units    bytes a second: within 0.1 % of two minutes, 4 % of what is longer
 */
size_t history_bars(const struct history *h, uint32_t number, enum history_range range, size_t columns,
                    uint64_t *ret_rx_Bps, uint64_t *ret_tx_Bps);

/*
 * history_steps - both directions together in steps of some seconds, each the mean of its step, oldest first.
 *
 *   shape    steps begin at full multiples of their length, so that a second changes the last one alone. False, and
 *            zeros: nothing was carried in any of them
 */
bool history_steps(const struct history *h, uint32_t number, int step_s, int64_t now_ms, size_t count,
                   uint64_t *ret_Bps);

/* Both directions together, on average over that many seconds. */
uint64_t history_mean(const struct history *h, uint32_t number, size_t seconds);

#endif
