/*
 * maintain.h - the inventory as something to trust: checking, copying, reading it out, and keeping it bounded.
 */
#ifndef DB_MAINTAIN_H
#define DB_MAINTAIN_H

#include <jansson.h>

#include "core/base/text.h"
#include "db/db.h"

/* How much history is kept: the newest plans, and the newest events. Open plans are never dropped. */
#define KEEP_PLANS  10000
#define KEEP_EVENTS 20000

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

/* Drops history beyond what is kept, and gives the room back to the file system when it is worth it. */
int db_prune(struct db *d, int64_t keep_plans, int64_t keep_events, struct err *e);

#endif
