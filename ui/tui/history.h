/*
 * history.h - how busy each interface was in the last minutes, a sample a second, as far as the console has run.
 *
 * Only what has carried anything takes room (half a kilobyte); after as long a silence it is forgotten.
 */
#ifndef UI_TUI_HISTORY_H
#define UI_TUI_HISTORY_H

#include "core/graph/graph.h"

#define HISTORY_SECONDS 120

struct history;

struct history *history_new(void);
void history_free(struct history *h);

/* Notes the rates of a graph. Of several within a second the last counts. */
void history_note(struct history *h, const struct graph *g, int64_t now_ms);

/* The last `count` samples (at most HISTORY_SECONDS), oldest first, in bytes a second (within 0.1 %); NULL for a
 * direction that is not asked for. False, and zeros: it was silent all the time. */
bool history_read(const struct history *h, uint32_t number, size_t count, uint64_t *rx_Bps, uint64_t *tx_Bps);

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
