/* plan_move.c - interfaces from jail to jail: what the kernel keeps, what it drops, and what is put back. */
#include <errno.h>
#include <string.h>

#include "core/graph/names.h"
#include "core/graph/orphans.h"
#include "core/plan/planner.h"

/* Interface names and alternative names share one space in a jail; the kernel refuses a move for either. */
static int check_names(struct planner *pl, size_t iface, size_t jail, const char *name, struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        size_t taken = graph_find_iface_in(g, jail, name);
        char free_name[IF_NAME_SIZE];
        CLEANUP(text_done) struct text clash = {0};

        if (taken != NONE) {
                name_offer(g, jail, name, free_name);
                query_put_iface(&clash, g, taken);
                return err_set(e, -EEXIST, "%s: has that name there already; give another one, say --name %s",
                               text_str(&clash), free_name);
        }
        for (size_t k = 0; k < i->altname_count; k++) {
                taken = graph_find_iface_in(g, jail, i->altnames[k]);
                if (taken == NONE)
                        continue;
                query_put_iface(&clash, g, taken);
                return err_set(e, -EEXIST, "%s: has the alternative name %s of %s; remove one of them first",
                               text_str(&clash), i->altnames[k], i->name);
        }
        return 0;
}

static bool has_same_route(const struct graph *g, size_t jail, const struct route *r)
{
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *o = &g->routes[k];

                if (o->jail == jail && prefix_equal(&o->destination, &r->destination) && o->metric == r->metric)
                        return true;
        }
        return false;
}

static void put_route(struct text *t, const struct route *r)
{
        char buf[PREFIX_TEXT_SIZE];

        text_put(t, r->destination.length ? prefix_format(&r->destination, buf) : "default");
        if (r->gateway.family)
                text_putf(t, " via %s", prefix_format_addr(&r->gateway, buf));
}

/* Puts back what the kernel drops on the way, and says so. */
static void carry_over(struct planner *pl, size_t iface, size_t jail, struct target there, bool keep_addresses,
                       bool is_up)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(text_done) struct text name = {0};
        char buf[PREFIX_TEXT_SIZE];

        iface_put(&name, g, iface);
        for (size_t k = 0; k < i->address_count; k++) {
                if (!address_is_carried(i, &i->addresses[k]))
                        continue;
                plan_note(pl->p, keep_addresses ? NOTE_INFO : NOTE_WARNING, "%s: %s is lost on the way%s",
                          text_str(&name), prefix_format(&i->addresses[k], buf), keep_addresses ? " and put back" : "");
                if (!keep_addresses)
                        continue;
                planner_add(pl, STEP_ADDRESS_ADD, there)->address = i->addresses[k];
                freebsd_address(pl, &there, &i->addresses[k], true);
        }
        for (size_t k = 0; k < g->route_count; k++) {
                const struct route *r = &g->routes[k];
                const char *fate = " and put back";
                CLEANUP(text_done) struct text route = {0};

                if (!route_is_carried(g, r, iface))
                        continue;
                put_route(&route, r);
                if (!keep_addresses)
                        fate = "";
                else if (!is_up)
                        fate = ", since it stays down";
                else if (has_same_route(g, jail, r))
                        fate = ": there is one like it there already";
                plan_note(pl->p, NOTE_INFO, "%s: route %s is lost on the way%s", text_str(&name), text_str(&route),
                          fate);
                if (!keep_addresses || !is_up || has_same_route(g, jail, r))
                        continue;
                (void)planner_add_route(pl, STEP_ROUTE_ADD, r, there);
                freebsd_route(pl, &there, r, true);
        }
}

static void freebsd_move(struct planner *pl, size_t iface, size_t jail, const char *name, bool is_up)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(freep) char *old_word = shell_word(i->name);
        CLEANUP(freep) char *word = shell_word(name);
        CLEANUP(freep) char *from = shell_word(g->jails[i->jail].name);
        CLEANUP(freep) char *to = shell_word(g->jails[jail].name);
        struct target at = target_of_iface(g, iface), there = target_of_jail(g, jail);

        if (strcmp(i->name, name) != 0)
                planner_freebsd(pl, &at, "ifconfig", "%s name %s", old_word, word);
        if (i->jail != 0)
                plan_freebsd(pl->p, "ifconfig %s -vnet %s", word, from);
        if (jail != 0)
                plan_freebsd(pl->p, "ifconfig %s vnet %s", word, to);
        if (is_up)
                planner_freebsd(pl, &there, "ifconfig", "%s up", word);
}

/* What hangs on it and does not come along. */
static void note_left_behind(struct planner *pl, size_t iface)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(text_done) struct text name = {0};

        iface_put(&name, g, iface);
        if (i->master != NONE) {
                CLEANUP(text_done) struct text master = {0};

                iface_put(&master, g, i->master);
                plan_note(pl->p, NOTE_WARNING, "%s leaves %s: a port cannot be in another jail than its bridge",
                          text_str(&name), text_str(&master));
        }
        for (size_t k = i->child; k != NONE; k = g->ifaces[k].next_child) {
                CLEANUP(text_done) struct text child = {0};

                iface_put(&child, g, k);
                plan_note(pl->p, NOTE_INFO, "%s stands on %s and stays where it is", text_str(&child), text_str(&name));
        }
}

int plan_move_iface(struct planner *pl, size_t iface, size_t jail, const char *name, bool keep_addresses, bool keep_up,
                    struct err *e)
{
        const struct graph *g = pl->g;
        const struct iface *i = &g->ifaces[iface];
        int r = name_check_iface(name, e);

        if (r == 0)
                r = check_names(pl, iface, jail, name, e);
        if (r < 0)
                return r;
        note_left_behind(pl, iface);

        bool is_up = i->is_up && keep_up;
        struct target at = target_of_iface(g, iface);
        struct target there = target_in_jail(g, jail, name);
        struct step *s = planner_add(pl, STEP_LINK_MOVE, at);

        s->to = target_of_jail(g, jail);
        s->is_up = is_up;
        if (strcmp(name, i->name) != 0)
                (void)str_copy(s->name, sizeof(s->name), name);
        (void)str_copy(there.kind, sizeof(there.kind), i->kind_name);
        there.number = i->number;
        if (i->master != NONE && recorded_hook_name(g, i->master, iface)[0]) {
                s = planner_add(pl, STEP_HOOK_NAME, target_of_iface(g, i->master));
                s->to = there;
                s->is_internal = true;
        }
        freebsd_move(pl, iface, jail, name, is_up);
        carry_over(pl, iface, jail, there, keep_addresses, is_up);
        if (i->is_up && !keep_up) {
                CLEANUP(text_done) struct text t = {0};

                iface_put(&t, g, iface);
                plan_note(pl->p, NOTE_INFO, "%s arrives down", text_str(&t));
        }
        return 0;
}

/* --name NEW, cut when it is too long. */
static int wished_name(struct planner *pl, size_t jail, char ret[IF_NAME_SIZE], const char **ret_name, struct err *e)
{
        const char *wish = intent_option(pl->in, "name");
        const char *long_name;

        *ret_name = NULL;
        if (!wish)
                return 0;
        *ret_name = ret;
        return planner_new_name(pl, jail, wish, ret, &long_name, e);
}

int plan_move(struct planner *pl, struct err *e)
{
        char name[IF_NAME_SIZE];
        const char *wished = NULL;
        size_t iface = NONE, jail = NONE;
        int r = planner_iface(pl, 0, &iface, e);

        if (r == 0)
                r = query_jail(pl->g, pl->in->values[1], &jail, e);
        if (r < 0)
                return r;

        const struct jail *j = &pl->g->jails[jail];

        if (pl->g->ifaces[iface].jail == jail)
                return err_set(e, -EEXIST, "%s: is in %s already; choose another jail", pl->in->values[0],
                               jail ? j->name : "the host's stack");
        if (j->state != JAIL_ALIVE)
                return err_set(e, -EOPNOTSUPP, "%s: is %s; nothing can be moved there", j->name,
                               jail_state_name(j->state));
        r = wished_name(pl, jail, name, &wished, e);
        if (r < 0)
                return r;
        return plan_move_iface(pl, iface, jail, wished ? wished : pl->g->ifaces[iface].name,
                               !planner_has(pl, "no-addresses"), !planner_has(pl, "no-up"), e);
}

/* The name that it left with; NULL when it was not lent. */
static const char *lent_name(const struct graph *g, size_t iface)
{
        const char *name = NULL;

        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];
                bool is_out = l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING;

                if (is_out && (l->iface_index == iface || (l->number && l->number == g->ifaces[iface].number)))
                        name = l->iface;
        }
        return name;
}

int plan_return_iface(struct planner *pl, size_t iface, const char *name, bool keep_addresses, bool keep_up,
                      struct err *e)
{
        const struct graph *g = pl->g;
        const char *lent = lent_name(g, iface);
        const char *home = name ? name : (lent ? lent : g->ifaces[iface].name);
        char free_name[IF_NAME_SIZE];

        if (!name && graph_find_iface_in(g, 0, home) != NONE) {
                CLEANUP(text_done) struct text t = {0};

                name_offer(g, 0, home, free_name);
                text_put_visible(&t, home);
                text_put(&t, " is taken on the host meanwhile: it comes home as ");
                text_put_visible(&t, free_name);
                plan_note(pl->p, NOTE_WARNING, "%s", text_str(&t));
                home = free_name;
        }
        return plan_move_iface(pl, iface, 0, home, keep_addresses, keep_up, e);
}

/* The one lent interface that left with that name, wherever it is now; NONE for none or several. */
static size_t find_lent(const struct graph *g, const char *name)
{
        size_t found = NONE;

        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];
                bool is_out = l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING || loan_has_other_name(g, l);

                if (!is_out || l->iface_index == NONE || strcmp(l->iface, name) != 0)
                        continue;
                if (found != NONE && found != l->iface_index)
                        return NONE;
                found = l->iface_index;
        }
        return found;
}

/* Home already, but as devN: the kernel brought it while its name was taken. The name that it left with; else NULL. */
static const char *name_to_give_back(const struct graph *g, size_t iface)
{
        for (size_t k = 0; k < g->loan_count; k++)
                if (g->loans[k].iface_index == iface && loan_has_other_name(g, &g->loans[k]))
                        return g->loans[k].iface;
        return NULL;
}

static int give_name_back(struct planner *pl, size_t iface, const char *name, struct err *e)
{
        struct target at = target_of_iface(pl->g, iface);
        CLEANUP(freep) char *old_word = shell_word(pl->g->ifaces[iface].name);
        CLEANUP(freep) char *word = shell_word(name);
        int r = name_check_free(pl->g, 0, name, e);

        if (r < 0)
                return r;
        (void)str_copy(planner_add(pl, STEP_LINK_RENAME, at)->name, IF_NAME_SIZE, name);
        planner_freebsd(pl, &at, "ifconfig", "%s name %s", old_word, word);
        return 0;
}

/* Two that left under one name cannot both come home with it: the planner sees one at a time. */
static int check_twice(const struct planner *pl, size_t first, struct err *e)
{
        const struct step *s = NULL;

        for (size_t k = first; k < pl->p->step_count && !s; k++)
                if (pl->p->steps[k].op == STEP_LINK_MOVE)
                        s = &pl->p->steps[k];
        for (size_t k = 0; s && k < first; k++) {
                const struct step *o = &pl->p->steps[k];
                const char *name = s->name[0] ? s->name : s->at.iface;

                if (o->op == STEP_LINK_MOVE && strcmp(o->name[0] ? o->name : o->at.iface, name) == 0)
                        return err_set(e, -EEXIST, "%s: two of that name would come home; return them one by one",
                                       name);
        }
        return 0;
}

static int return_one(struct planner *pl, const char *word, struct err *e)
{
        char name[IF_NAME_SIZE];
        const char *wished = NULL;
        size_t iface = NONE, first = pl->p->step_count;
        int r = query_iface(pl->g, word, &iface, e);

        /* What has its name on the host meanwhile is not what was lent. */
        if (r == -ENOENT || (r == 0 && pl->g->ifaces[iface].jail == 0)) {
                size_t lent = find_lent(pl->g, word);

                if (lent != NONE) {
                        err_clear(e);
                        iface = lent;
                        r = 0;
                }
        }
        if (r < 0)
                return r;

        const char *own = name_to_give_back(pl->g, iface);

        if (own && !intent_option(pl->in, "name"))
                return give_name_back(pl, iface, own, e);
        r = planner_allowed(pl, (struct object){.type = OBJECT_IFACE, .index = iface}, e);
        if (r == 0)
                r = wished_name(pl, 0, name, &wished, e);
        if (r == 0)
                r = plan_return_iface(pl, iface, wished, !planner_has(pl, "no-addresses"), !planner_has(pl, "no-up"),
                                      e);
        return r < 0 ? r : check_twice(pl, first, e);
}

int plan_return(struct planner *pl, struct err *e)
{
        int r = 0;

        if (pl->in->value_count > 1 && intent_option(pl->in, "name"))
                return err_set(e, -EINVAL, "return: one name cannot be given to several; return them one by one");
        for (size_t k = 0; r == 0 && k < pl->in->value_count; k++)
                r = return_one(pl, pl->in->values[k], e);
        return r;
}
