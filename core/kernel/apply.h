/*
 * apply.h - carries one step out in the kernel. The only module that sends a changing request.
 *
 * An applier belongs to one plan and one thread: it opens the namespaces that the plan's steps name, keeps one request
 * socket in each for the plan's length, and closes all when freed. It enters namespaces, so it must not run on the
 * main thread: exec gives it a thread of its own.
 */
#ifndef CORE_KERNEL_APPLY_H
#define CORE_KERNEL_APPLY_H

#include "core/plan/step.h"

struct applier;

/* g is borrowed for the applier's life: it says where each jail's namespace can be opened. */
struct applier *applier_new(const struct graph *g);
void applier_free(struct applier *a); /* closes every namespace; NULL is fine */

/*
 * applier_check - is the target still what the plan saw (cookie + ifindex, name, kind), asked of the kernel itself?
 *
 *   shape    targets that the plan itself makes are passed over
 *   errors   -ESTALE; e: "www/eth0: is gone (or another interface has its place); look again and repeat"
 */
int applier_check(struct applier *a, const struct step *s, struct err *e);

/*
 * applier_do - does it. A step is done when the kernel acknowledged it.
 *
 *   shape    fills s->made, made_peer, made_cookie, made_handle. LINK_ADD also leaves jailnet's mark (names.h) with
 *            link.number, when that is not 0. Inventory steps return 0 at once.
 *            A step that fails leaves the kernel as it was, but for one: a LINK_MOVE may fail when the link has arrived
 *            already. Then made is set, and the step's undo has to be run.
 *   errors   the kernel's errno, with its sentence in e->kernel; -EOPNOTSUPP "vlan: this kernel has no such link kind
 *            (8021q); ..."
 */
int applier_do(struct applier *a, struct step *s, struct err *e);

/*
 * applier_remove - deletes together what several LINK_DEL of those steps are about: one by one the kernel waits for its
 * readers each time.
 *
 *   shape    what it could not delete so is left for applier_do, which tells why; of the others applier_do finds that
 *            they are done. The steps are no more than LINK_DEL, JAIL_DEL and steps of the inventory.
 *
 * applier_has_removed - was it deleted so?
 */
void applier_remove(struct applier *a, const struct step *steps, size_t count);
bool applier_has_removed(struct applier *a, const struct step *s);

/*
 * For a plan that was cut off (exec's recovery):
 *
 * applier_recall - a step that is known to be done: later steps that name things as they were when it was planned find
 *                  them as it left them. Changes nothing.
 * applier_recall_remade - a JAIL_DEL that is taken back already: steps that name the jail as it was find the one that
 *                  was made anew, also while somebody holds the stack of the old one. To be told before all others.
 * applier_is_so  - is what the step would bring about so already? For one whose outcome was lost. Fills made and the
 * like when it is; tidies away what half of a jail's making or renaming leaves. Of repeatable steps it is never said:
 * they are just done again. step_is_repeatable - doing it twice does no harm (MAC, MTU, up, master, ...)
 */
int applier_recall(struct applier *a, const struct step *s, struct err *e);
int applier_recall_remade(struct applier *a, const struct step *s, struct err *e);
int applier_is_so(struct applier *a, struct step *s, bool *ret, struct err *e);
bool step_is_repeatable(enum step_op op);

/* Can links of that kind be made here? Asked of the kernel without changing anything that stays. 1 yes, 0 no, <0 errno.
 */
int applier_has_kind(struct applier *a, enum iface_kind k);

#endif
