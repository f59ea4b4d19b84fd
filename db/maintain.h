/*
 * maintain.h - the inventory as something to trust: checking, copying, reading it out, and keeping it bounded.
 */
#ifndef DB_MAINTAIN_H
#define DB_MAINTAIN_H

#include <jansson.h>

#include "core/base/text.h"
#include "db/db.h"

/*
 * How much history is kept: the newest plans and events, and the newest of our own interfaces that are gone and of
 * loans that ended. Open plans are never dropped.
 */
struct db_limits {
        int64_t plans, events, gone;
};
#define KEEP_HISTORY                                          \
        (struct db_limits)                                    \
        {                                                     \
                .plans = 10000, .events = 20000, .gone = 1000 \
        }

/*
 * db_check - SQLite's whole integrity check and the foreign keys.
 *
 *   shape    puts one line a fault into ret; none when all is well
 *   errors   -EUCLEAN with faults, those of reading otherwise
 */
int db_check(struct db *d, struct text *ret, struct err *e);

/*
 * db_backup - a copy by SQLite's own backup call, consistent while others write.
 *
 *   errors   -EEXIST the file is there (nothing is overwritten); -ENOSPC and the like, with nothing left behind
 */
int db_backup(struct db *d, const char *path, struct err *e);

/* Every table with all its rows, as one object: {"version": N, "tables": {"jail": [{...}, ...], ...}}. Caller decrefs.
 */
int db_export(struct db *d, json_t **ret, struct err *e);

/* Drops history beyond what is kept, with it the jails that are gone and loans of others' that ended (a host with
 * containers has thousands a day), and gives the room back to the file system when it is worth it. */
int db_prune(struct db *d, struct db_limits keep, struct err *e);

#endif
