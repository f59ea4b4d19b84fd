/*
 * journal.h - what exec needs of the journal; db/journal_sqlite.c implements it.
 *
 * Every row is committed before the request that it announces leaves. Closing a plan updates the inventory (owned
 * interfaces, node and hook names, pins, loans) in the same transaction.
 */
#ifndef CORE_EXEC_JOURNAL_H
#define CORE_EXEC_JOURNAL_H

#include "core/plan/plan.h"

struct journal {
        /* Serialises plans of all processes; waits at most timeout_ms. -EBUSY: e names who has it. */
        int (*lock)(struct journal *j, int timeout_ms, struct err *e);
        void (*unlock)(struct journal *j);

        /* Inventory ids for the links that the plan makes: sets link.number and peer_number where they are 0. Then
         * writes plan and steps, state open, and sets p->number. Fails on a full disk or a read-only file, before
         * anything. */
        int (*begin)(struct journal *j, struct plan *p, struct err *e);
        /* Writes the states of count steps from `first` on: SENT, or UNDOING. All of them or none. */
        int (*about_to)(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e);
        int (*outcome)(struct journal *j, const struct plan *p, size_t first, size_t count, struct err *e);
        int (*finish)(struct journal *j, const struct plan *p, struct err *e); /* by p->state */
        /* Of a plan that was cut off: reads its steps' states anew; -EALREADY when it was ended meanwhile. */
        int (*reopen)(struct journal *j, struct plan *p, struct err *e);
};

#endif
