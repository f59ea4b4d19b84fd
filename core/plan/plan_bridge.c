/* plan_bridge.c - plans that change how a bridge works. */
#include <errno.h>
#include <string.h>

#include "core/plan/planner.h"

int plan_stp(struct planner *pl, struct err *e)
{
        const char *state = pl->in->values[1];
        bool on = strcmp(state, "on") == 0;
        size_t bridge = NONE;
        int r = planner_iface(pl, 0, &bridge, e);

        if (r < 0)
                return r;
        if (!on && strcmp(state, "off") != 0)
                return err_set(e, -EINVAL, "%s: is neither on nor off; write one of them", state);

        const struct iface *b = &pl->g->ifaces[bridge];
        struct target at = target_of_iface(pl->g, bridge);
        CLEANUP(freep) char *word = shell_word(b->name);

        if (b->stp_on == on) {
                plan_note(pl->p, NOTE_INFO, "its spanning tree is %s already: nothing to do", state);
                return 0;
        }
        planner_add(pl, STEP_LINK_STP, at)->number = on ? 1 : 0;
        for (size_t k = 0; k < pl->g->iface_count; k++) {
                CLEANUP(freep) char *port = shell_word(pl->g->ifaces[k].name);

                if (pl->g->ifaces[k].master == bridge)
                        planner_freebsd(pl, &at, "ifconfig", "%s %sstp %s", word, on ? "" : "-", port);
        }
        if (on)
                plan_note(pl->p, NOTE_INFO, "a port forwards only after it has listened and learned: 30 s by default");
        return 0;
}
