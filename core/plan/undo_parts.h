/* undo_parts.h - what undo.c, undo_along.c, undo_numbers.c, undo_lasting.c, undo_find.c and undo_check.c share; nobody
 * else includes this. */
#ifndef CORE_PLAN_UNDO_PARTS_H
#define CORE_PLAN_UNDO_PARTS_H

#include "core/base/lookup.h"
#include "core/base/arena.h"
#include "core/plan/planner.h"
#include "core/plan/step_index.h"

struct undoing {
        const struct plan *done;
        const struct graph *g;
        struct plan *p;
        size_t at; /* the step that is looked at: what was made after it is none that it meant */
        struct step_index done_index, new_index; /* of done, and of p as it grows */
        size_t *renames;                         /* steps of p */
        size_t rename_count, rename_capacity;
        struct arena arena;
        struct lookup users; /* interfaces of g by what they stand on or are ports of, once has_users */
        bool has_users;
        bool *attached; /* by interface of g: the finished plan put it on another; NULL not worked out yet */
};

/* undo_numbers.c: the plan with the numbers of what it made in all its steps; in the arena, or done itself. */
const struct plan *undo_numbers(const struct plan *done, struct arena *a);

/* undo_lasting.c: the plan without the links that it made and took away itself; in the arena, or done itself. */
const struct plan *undo_lasting(const struct plan *done, struct arena *a);

/* undo_find.c: which thing of today? NONE. find_made: one that the plan made, or moved, or gave that name. */
bool undo_is_done(const struct step *s);
bool undo_same_jail(const struct plan *p, size_t a, size_t b); /* of two steps, whatever it was called by then */
size_t undo_find_jail(const struct undoing *u, const struct target *t);
size_t undo_find_iface(const struct undoing *u, const struct target *t);
size_t undo_find_made(const struct undoing *u, const struct target *t);
/* Does that target mean the link which a step left in jail `place` under that name? */
bool undo_is_result(const struct target *t, const struct target *place, const char *name, uint32_t number);
int undo_gone(const struct target *t, struct err *e);
int undo_changed(const struct target *t, const char *what, struct err *e);

/* undo.c: the new plan's next step, pointed at the things of today. */
int undo_add_step(struct undoing *u, const struct step *inverse, struct err *e);
/* Does an earlier step of the new plan leave that link somewhere? Then it is known by name only. */
bool undo_is_made_here(const struct undoing *u, const struct target *t, struct target *ret);
void undo_apply_renames(const struct undoing *u, struct target *t); /* the name that an earlier step gives it */

/* undo_along.c: the link is down again as before `up`, with the addresses that it had then or has now. */
int undo_add_down(struct undoing *u, const struct step *up, struct err *e);
int undo_add_address_del(struct undoing *u, const struct step *del, struct err *e); /* its lasting routes stay */
bool undo_is_deleted_here(const struct undoing *u, const struct target *at, const struct prefix *address);

/* undo_check.c: has a later step of the same plan changed the same thing again, or taken the object away? And if not,
 * is it as the step left it? */
bool undo_is_overtaken(const struct undoing *u, size_t at);
int undo_check_step(struct undoing *u, const struct step *s, struct err *e);

#endif
