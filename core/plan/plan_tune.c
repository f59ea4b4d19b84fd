/* plan_tune.c - plans that set the numbers of a bridge and its ports, and whom the bridge knows. */
#include <errno.h>
#include <string.h>

#include "core/plan/planner.h"

static void put_freebsd(struct planner *pl, enum tuning t, size_t iface, size_t bridge, uint32_t value)
{
        const struct graph *g = pl->g;
        struct target at = target_of_iface(g, bridge);
        CLEANUP(freep) char *bridge_word = shell_word(g->ifaces[bridge].name);
        CLEANUP(freep) char *word = shell_word(g->ifaces[iface].name);

        if (t == TUNE_LEARNING || t == TUNE_FLOOD)
                planner_freebsd(pl, &at, "ifconfig", "%s %s%s %s", bridge_word, value ? "" : "-", tunings[t].freebsd,
                                word);
        else if (tunings[t].is_port)
                planner_freebsd(pl, &at, "ifconfig", "%s %s %s %u", bridge_word, tunings[t].freebsd, word,
                                t == TUNE_PORT_PRIORITY ? value * PORT_PRIORITY_MORE : value);
        else
                planner_freebsd(pl, &at, "ifconfig", "%s %s %u", bridge_word, tunings[t].freebsd, value);
}

/* The bridge's port that an interface is; an eiface is one by its hidden end. */
static int find_port(struct planner *pl, size_t iface, size_t *ret_port, struct err *e)
{
        size_t port = planner_port(pl->g, iface), bridge = pl->g->ifaces[port].master;

        if (bridge == NONE || pl->g->ifaces[bridge].kind != KIND_BRIDGE)
                return err_set(e, -EINVAL, "%s: is a port of no bridge; attach it first", pl->g->ifaces[iface].name);
        *ret_port = port;
        return 0;
}

struct step *planner_tune(struct planner *pl, struct target at, enum tuning t, uint32_t value)
{
        struct step *s = planner_add(pl, STEP_LINK_TUNE, at);

        s->number = value;
        (void)str_copy(s->text, sizeof(s->text), tunings[t].name);
        return s;
}

int plan_tune(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        enum tuning t = tuning_find(pl->in->values[1]);
        size_t iface = NONE, at;
        uint32_t value = 0;
        int r = planner_iface(pl, 0, &iface, e);

        if (r < 0)
                return r;
        if (t == TUNE_COUNT)
                return err_set(e, -EINVAL, "%s: is no setting; jailnet help tune lists them", pl->in->values[1]);

        const struct tuning_row *row = &tunings[t];

        if (str_to_u32(pl->in->values[2], row->max, &value) < 0 || value < row->min)
                return err_set(e, -EINVAL, "%s %s: the kernel takes %u to %u%s%s", row->name, pl->in->values[2],
                               row->min, row->max, row->unit[0] ? " " : "", row->unit);
        at = iface;
        if (row->is_port)
                r = find_port(pl, iface, &at, e);
        else if (g->ifaces[iface].kind != KIND_BRIDGE)
                return err_set(e, -EINVAL, "%s: is not a bridge; %s is a bridge's", g->ifaces[iface].name, row->name);
        if (r < 0)
                return r;
        if (t == TUNE_MAX_LEARNED && !((unsigned)g->ifaces[at].tuning_known >> t & 1u))
                return err_set(e, -EOPNOTSUPP, "%s: this kernel does not limit what a bridge learns; Linux 6.8 does",
                               g->ifaces[at].name);
        if (((unsigned)g->ifaces[at].tuning_known >> t & 1u) && g->ifaces[at].tuning[t] == value * row->scale) {
                plan_note(pl->p, NOTE_INFO, "%s is %s already: nothing to do", row->name, pl->in->values[2]);
                return 0;
        }
        planner_name_port(pl, planner_tune(pl, target_of_iface(g, at), t, value * row->scale), iface, at);
        put_freebsd(pl, t, iface, row->is_port ? g->ifaces[at].master : at, value);
        return 0;
}

int plan_host(struct planner *pl, struct err *e)
{
        const struct graph *g = pl->g;
        bool is_add = pl->in->verb == VERB_HOST_ADD;
        size_t iface = NONE, port = NONE;
        struct mac mac;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = find_port(pl, iface, &port, e);
        if (r < 0)
                return r;
        if (mac_parse(pl->in->values[1], &mac) < 0 || mac_is_zero(mac) || (mac.bytes[0] & 1))
                return err_set(e, -EINVAL, "%s: is no address of one interface; write it like 02:00:00:00:00:01",
                               pl->in->values[1]);

        struct step *s = planner_add(pl, is_add ? STEP_HOST_ADD : STEP_HOST_DEL, target_of_iface(g, port));
        struct target at = target_of_iface(g, g->ifaces[port].master);
        CLEANUP(freep) char *bridge_word = shell_word(at.iface);
        CLEANUP(freep) char *word = shell_word(g->ifaces[iface].name);
        char buf[MAC_TEXT_SIZE];

        s->mac = mac;
        planner_name_port(pl, s, iface, port);
        (void)mac_format(mac, buf);
        if (is_add)
                planner_freebsd(pl, &at, "ifconfig", "%s static %s %s", bridge_word, word, buf);
        else
                planner_freebsd(pl, &at, "ifconfig", "%s deladdr %s", bridge_word, buf);
        return 0;
}

int plan_host_flush(struct planner *pl, struct err *e)
{
        size_t bridge = NONE;
        int r = planner_iface(pl, 0, &bridge, e);

        if (r < 0)
                return r;
        if (pl->g->ifaces[bridge].kind != KIND_BRIDGE)
                return err_set(e, -EINVAL, "%s: is not a bridge; nothing else learns addresses",
                               pl->g->ifaces[bridge].name);

        struct target at = target_of_iface(pl->g, bridge);
        CLEANUP(freep) char *word = shell_word(at.iface);

        planner_add(pl, STEP_HOST_FLUSH, at)->number = planner_has(pl, "all");
        plan_note(pl->p, NOTE_INFO, "undo does not bring them back: whoever sends is learnt again");
        planner_freebsd(pl, &at, "ifconfig", "%s flush%s", word, planner_has(pl, "all") ? "all" : "");
        return 0;
}
