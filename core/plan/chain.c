/* chain.c - requests joined to one plan, with a simulation that tells each what the ones before it did. */
#include "core/plan/chain.h"

#include <string.h>

#include "core/plan/planner.h"
#include "core/plan/simulate.h"

struct plan_chain {
        const struct graph *base; /* what is really there */
        bool has_steps;
        struct simulation *simulation;
        struct plan *plan;
};

struct plan_chain *plan_chain_new(const struct graph *g)
{
        struct plan_chain *c = xcalloc(1, sizeof(*c));

        c->base = g;
        c->simulation = simulation_new(g);
        c->plan = plan_new("%s", "");
        c->plan->serial = g->serial;
        return c;
}

void plan_chain_free(struct plan_chain *c)
{
        if (!c)
                return;
        simulation_free(c->simulation);
        plan_free(c->plan);
        free(c);
}

void plan_chain_freep(struct plan_chain **c)
{
        plan_chain_free(*c);
        *c = NULL;
}

/* An identity holds for what is there before the plan and still has its name; the rest goes by name. */
static void settle_target(struct target *t, const struct graph *base)
{
        size_t jail = t->cookie ? graph_find_jail_cookie(base, t->cookie) : NONE;
        size_t iface = t->ifindex
                ? graph_find_iface(base, (struct iface_id){.cookie = t->cookie, .ifindex = t->ifindex})
                : NONE;

        if (t->cookie && (jail == NONE || (jail != 0 && strcmp(base->jails[jail].name, t->jail) != 0))) {
                t->cookie = 0;
                t->path[0] = '\0';
        }
        if (iface == NONE || !t->cookie || strcmp(base->ifaces[iface].name, t->iface) != 0)
                t->ifindex = 0;
        if (t->number && graph_find_number(base, t->number) == NONE)
                t->number = 0;
}

static void settle_number(uint32_t *number, const struct graph *base)
{
        if (*number && graph_find_number(base, *number) == NONE)
                *number = 0;
}

static void settle_step(struct step *s, const struct graph *base)
{
        struct link_spec *l = &s->link;

        settle_target(&s->at, base);
        settle_target(&s->to, base);
        settle_target(&l->parent, base);
        settle_target(&l->peer_jail, base);
        settle_number(&l->number, base);
        settle_number(&l->peer_number, base);
        if (l->ifindex >= PROVISIONAL_IFINDEX)
                l->ifindex = 0;
        for (size_t k = 0; k < s->undo_count; k++)
                settle_step(&s->undo[k], base);
}

/* A warning about a port's address holds no more when a later request carries that away, or parts it from its bridge.
 */
static void withdraw_notes(struct plan *p, const struct step *s)
{
        CLEANUP(freep) char *port = xasprintf("%s/%s", s->at.jail, s->at.iface);
        bool is_parted = s->op == STEP_LINK_MASTER && !s->to.iface[0];

        if (s->op != STEP_ADDRESS_DEL && !is_parted)
                return;
        for (size_t k = p->note_count; k-- > 0;)
                if (p->notes[k].port && strcmp(p->notes[k].port, port) == 0 &&
                    (is_parted || prefix_equal(&p->notes[k].address, &s->address)))
                        plan_forget_note(p, k);
}

/* Hands the steps and words of one request over; what is left of it can be freed. */
static void join(struct plan_chain *c, struct plan *part)
{
        for (size_t k = 0; k < part->step_count; k++) {
                withdraw_notes(c->plan, &part->steps[k]);
                *plan_add(c->plan, part->steps[k].op) = part->steps[k];
                settle_step(&c->plan->steps[c->plan->step_count - 1], c->base);
        }
        part->step_count = 0; /* their undo steps have gone along */
        plan_hand_notes(c->plan, part);
        for (size_t k = 0; k < part->freebsd_count; k++)
                plan_freebsd(c->plan, "%s", part->freebsd[k]);
        for (size_t k = 0; k < part->made_count; k++)
                plan_made(c->plan, part->made[k]);
}

const struct graph *plan_chain_graph(struct plan_chain *c)
{
        return c->has_steps ? simulation_now(c->simulation) : c->base;
}

int plan_chain_join(struct plan_chain *c, struct plan *part, struct err *e)
{
        int r = 0;

        for (size_t k = 0; r == 0 && k < part->step_count; k++)
                r = simulation_step(c->simulation, &part->steps[k], e);
        if (r < 0)
                return r;
        c->has_steps = c->has_steps || part->step_count > 0;
        join(c, part);
        return 0;
}

int plan_chain_add(struct plan_chain *c, const struct intent *in, struct err *e)
{
        CLEANUP(plan_freep) struct plan *part = NULL;
        int r = plan_build(in, plan_chain_graph(c), &part, e);

        return r < 0 ? r : plan_chain_join(c, part, e);
}

size_t plan_chain_steps(const struct plan_chain *c)
{
        return c->plan->step_count;
}

struct plan *plan_chain_finish(struct plan_chain *c, const char *words, const char *title)
{
        struct plan *p = TAKE(c->plan);

        free(p->words);
        free(p->title);
        p->words = xstrdup(words);
        p->title = xstrdup(title);
        return p;
}
