/* plan_destroy.c - plans that destroy: what stands on a thing goes first, what was lent comes home first. */
#include <errno.h>
#include <string.h>

#include "core/plan/planner.h"

static bool is_destroyed(const struct planner *pl, size_t iface)
{
        for (size_t k = 0; k < pl->p->step_count; k++) {
                const struct step *s = &pl->p->steps[k];

                if (s->op != STEP_LINK_DEL)
                        continue;

                size_t gone = target_find_iface(pl->g, &s->at);

                if (gone == iface ||
                    (gone != NONE && pl->g->ifaces[gone].kind == KIND_VETH && pl->g->ifaces[gone].peer == iface))
                        return true;
        }
        return false;
}

static void note_also(struct planner *pl, size_t iface, const char *why, size_t because)
{
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(text_done) struct text other = {0};

        iface_put(&t, pl->g, iface);
        iface_put(&other, pl->g, because);
        plan_note(pl->p, NOTE_INFO, "%s %s %s", text_str(&t), why, text_str(&other));
}

static void freebsd_destroy(struct planner *pl, size_t iface)
{
        const struct iface *i = &pl->g->ifaces[iface];
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(freep) char *word = shell_word(i->name);

        if (i->role == ROLE_EIFACE && i->node != NONE && pl->g->nodes[i->node].name) {
                CLEANUP(freep) char *node = shell_word(pl->g->nodes[i->node].name);

                at = target_of_jail(pl->g, pl->g->nodes[i->node].jail);
                planner_freebsd(pl, &at, "ngctl", "shutdown %s:", node);
        } else {
                planner_freebsd(pl, &at, "ifconfig", "%s destroy", word);
        }
}

/* What stands on an interface dies with it: destroyed first, each by a step that can be taken back. */
static int destroy_children(struct planner *pl, size_t iface, struct err *e)
{
        const struct graph *g = pl->g;

        for (size_t k = 0; k < g->iface_count; k++) {
                int r = 0;

                if (k == iface || is_destroyed(pl, k))
                        continue;
                if (g->ifaces[k].parent == iface) {
                        note_also(pl, k, "stands on it and is destroyed with", iface);
                        r = plan_destroy_iface(pl, k, e);
                } else if (g->ifaces[k].master == iface) {
                        size_t user = g->ifaces[k].role == ROLE_FABRIC && g->ifaces[k].peer != NONE &&
                                        g->ifaces[g->ifaces[k].peer].role == ROLE_EIFACE
                                ? g->ifaces[k].peer
                                : k;

                        if (g->ifaces[k].role == ROLE_FABRIC && user == k) { /* half of an edge between two bridges */
                                r = plan_destroy_iface(pl, k, e);
                        } else {
                                note_also(pl, user, "is detached from", iface);
                                r = plan_detach_port(pl, user, e);
                        }
                }
                if (r < 0)
                        return r;
        }
        return 0;
}

int plan_destroy_iface(struct planner *pl, size_t iface, struct err *e)
{
        const struct iface *i = &pl->g->ifaces[iface];

        if (is_destroyed(pl, iface))
                return 0;

        int r = destroy_children(pl, iface, e);

        if (r == 0 && i->kind == KIND_VETH && i->peer != NONE)
                r = destroy_children(pl, i->peer, e);
        if (r < 0)
                return r;
        if (i->kind == KIND_VETH && i->peer != NONE && i->role != ROLE_EIFACE && i->role != ROLE_FABRIC)
                note_also(pl, i->peer, "goes too: it is the other end of", iface);
        if (i->kind == KIND_VETH && i->peer_state == PEER_OUT_OF_SIGHT) {
                CLEANUP(text_done) struct text t = {0};

                iface_put(&t, pl->g, iface);
                plan_note(pl->p, NOTE_WARNING, "%s: its other end, out of sight, goes too; undo cannot bring it back",
                          text_str(&t));
        }
        (void)planner_add(pl, STEP_LINK_DEL, target_of_iface(pl->g, iface));
        freebsd_destroy(pl, iface);
        return 0;
}

/* Lent by the host, or a device of the machine: it does not die with the jail. */
static bool comes_home(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (i->kind == KIND_PHYSICAL)
                return true;
        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];

                if ((l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING) &&
                    (l->iface_index == iface || (l->number && l->number == i->number)))
                        return true;
        }
        return false;
}

static int empty_jail(struct planner *pl, size_t jail, struct err *e)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        CLEANUP(text_done) struct text dying = {0};

        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++) {
                const struct iface *i = &g->ifaces[k];

                if (i->role == ROLE_FABRIC || i->kind == KIND_LOOPBACK || !comes_home(g, k))
                        continue;

                /* Down and unnumbered: the host must not take over the jail's addresses and routes. */
                int r = plan_return_iface(pl, k, NULL, false, false, e);

                if (r < 0)
                        return r;
        }
        for (size_t k = j->iface_first; k < j->iface_first + j->iface_count; k++) {
                const struct iface *i = &g->ifaces[k];

                if (i->kind == KIND_LOOPBACK || i->kind == KIND_OTHER || comes_home(g, k) || is_destroyed(pl, k))
                        continue;
                if (i->role == ROLE_FABRIC && i->peer != NONE && comes_home(g, i->peer))
                        continue;
                if (i->role != ROLE_FABRIC) {
                        if (dying.length)
                                text_put(&dying, ", ");
                        text_put_visible(&dying, i->name);
                }

                int r = plan_destroy_iface(pl, k, e);

                if (r < 0)
                        return r;
        }
        if (dying.length)
                plan_note(pl->p, NOTE_WARNING, "dies with the jail: %s", text_str(&dying));
        return 0;
}

static int destroy_jail(struct planner *pl, size_t jail, struct err *e)
{
        const struct jail *j = &pl->g->jails[jail];
        CLEANUP(freep) char *word = shell_word(j->name);
        int r = planner_allowed(pl, (struct object){.type = OBJECT_JAIL, .index = jail}, e);

        if (r == 0)
                r = empty_jail(pl, jail, e);
        if (r < 0)
                return r;

        struct step *s = planner_add(pl, STEP_JAIL_DEL, target_of_jail(pl->g, jail));

        if (j->root_path)
                (void)str_copy(s->root_path, sizeof(s->root_path), j->root_path);
        if (j->hostname)
                (void)str_copy(s->hostname, sizeof(s->hostname), j->hostname);
        if (j->process_count)
                plan_note(pl->p, NOTE_WARNING, "%zu process%s in it: its stack lives on, nameless, until %s",
                          j->process_count, j->process_count == 1 ? " is" : "es are",
                          j->process_count == 1 ? "it ends" : "they end");
        plan_note(pl->p, NOTE_INFO,
                  "undo makes the jail and its links again, not its processes, firewall rules and "
                  "settings");
        /* On FreeBSD the jail's end gives lent interfaces back and destroys its own. */
        plan_freebsd(pl->p, "jail -r %s", word);
        return 0;
}

int plan_destroy(struct planner *pl, struct err *e)
{
        struct object o;
        int r = query_object(pl->g, pl->in->values[0], &o, e);

        if (r < 0)
                return r;
        if (o.type == OBJECT_JAIL)
                return destroy_jail(pl, o.index, e);
        if (o.type == OBJECT_NODE) {
                if (pl->g->nodes[o.index].iface == NONE)
                        return err_set(e, -EOPNOTSUPP, "%s: is no interface; it cannot be destroyed",
                                       pl->in->values[0]);
                o = (struct object){.type = OBJECT_IFACE, .index = pl->g->nodes[o.index].iface};
        }
        r = planner_allowed(pl, o, e);
        return r < 0 ? r : plan_destroy_iface(pl, o.index, e);
}
