/*
 * console_returns.c - what is done about lent interfaces: brought home, made again, waited for, and their holders made
 * to let go. Which one is meant, the bar of the Returns view says, or its marks; elsewhere the selection.
 */
#include <string.h>

#include "core/base/intl.h"
#include "core/graph/orphans.h"
#include "core/plan/plan_restore.h"
#include "ui/tui/console_state.h"
#include "ui/tui/term.h"
#include "ui/tui/views/returns.h"

size_t console_loan(const struct console *c)
{
        const struct graph *g = c->graph;
        struct object o = selection_resolve(&c->ui.selection, g);

        if (c->view == VIEW_RETURNS)
                return view_returns_bar(c->views[VIEW_RETURNS], &c->ui);
        for (size_t n = 0; n < g->loan_count; n++) { /* what is pending comes first */
                if (o.type == OBJECT_IFACE && g->loans[n].iface_index == o.index)
                        return n;
                if (o.type == OBJECT_JAIL && g->loans[n].jail == o.index)
                        return n;
        }
        return NONE;
}

/* -- Home again, or made again ----------------------------------------------------------------------------------- */

static void make_again(struct console *c, const size_t *loans, size_t count)
{
        uint32_t numbers[INTENT_VALUES_MAX];
        struct restore_limits limits = {.only = numbers, .only_count = count};
        CLEANUP(plan_freep) struct plan *p = NULL;
        size_t troubles = 0;
        struct err e = {0};

        for (size_t n = 0; n < count; n++)
                numbers[n] = c->graph->loans[loans[n]].number;
        if (c->app->restore(c->app, c->graph, &limits, &p, &troubles, &e) < 0)
                console_say_err(c, &e);
        else if (p->step_count == 0)
                console_say(c, STYLE_WARNING, "%s", troubles ? plan_note_said(&p->notes[0]) : _("it is there already"));
        else
                console_show_plan(c, TAKE(p));
        restore_limits_done(&limits);
}

static void bring_home(struct console *c, const size_t *loans, size_t count)
{
        struct intent in = {.verb = VERB_RETURN};
        struct text words[INTENT_VALUES_MAX] = {{0}};

        for (size_t n = 0; n < count; n++) {
                query_put_iface(&words[n], c->graph, c->graph->loans[loans[n]].iface_index);
                in.values[in.value_count++] = text_str(&words[n]);
        }
        console_preview_intent(c, &in);
        for (size_t n = 0; n < count; n++)
                text_done(&words[n]);
}

static void return_now(struct console *c)
{
        (void)console_go_on(c); /* what is planned is planned on what is there now */

        const struct graph *g = c->graph;
        size_t loans[INTENT_VALUES_MAX], lost = 0;
        size_t count = view_returns_chosen(c->views[VIEW_RETURNS], &c->ui, loans, INTENT_VALUES_MAX);

        if (!console_is_free(c))
                return;
        if (count == 0) {
                console_say(c, STYLE_NORMAL, "nothing is lent");
                return;
        }
        if (count > INTENT_VALUES_MAX) {
                console_say(c, STYLE_WARNING, "%zu are marked: bring back %d at most at once", count,
                            INTENT_VALUES_MAX);
                return;
        }
        for (size_t n = 0; n < count; n++) {
                const struct loan *l = &g->loans[loans[n]];

                lost += l->state == LOAN_LOST;
                if (l->state == LOAN_RETURNED && !loan_has_other_name(g, l)) {
                        console_say(c, STYLE_NORMAL, "%s: is at home", l->iface);
                        return;
                }
                if (l->state != LOAN_LOST && l->iface_index == NONE) {
                        console_say(c, STYLE_WARNING, "%s: its stack cannot be looked into; run jailnet as root",
                                    l->iface);
                        return;
                }
        }
        if (lost && lost < count)
                console_say(c, STYLE_WARNING, "some of the marked are lost, others not: bring them back in two parts");
        else if (lost)
                make_again(c, loans, count);
        else
                bring_home(c, loans, count);
        view_returns_unmark(c->views[VIEW_RETURNS]);
}

/* -- Holders ----------------------------------------------------------------------------------------------------- */

static const struct holder *chosen_holder(const struct console *c)
{
        return &c->holders_graph->jails[c->holders_jail].holders[c->holder];
}

static void release(void *user)
{
        struct console *c = user;
        const struct jail *j = &c->holders_graph->jails[c->holders_jail];
        const struct holder *h = chosen_holder(c);
        struct err e = {0};

        if (!console_may_change(c))
                return;
        if (c->app->release(c->app, j, h, c->kills_holder, &e) < 0)
                console_say_err(c, &e);
        else if (h->kind == HOLDER_BIND_MOUNT)
                console_say(c, STYLE_GOOD, "%s is unmounted", h->detail);
        else
                console_say(c, STYLE_GOOD, "%s (%d) was sent %s", h->command, (int)h->pid,
                            c->kills_holder ? "KILL" : "TERM");
        c->app->refresh(c->app);
}

static void put_question(struct text *t, const struct console *c)
{
        const struct holder *h = chosen_holder(c);
        CLEANUP(text_done) struct text name = {0};

        view_returns_put_holder(&name, h);
        if (h->kind == HOLDER_BIND_MOUNT)
                text_put(t, _("This mount is taken away:\n\n  "));
        else
                text_putf(t, _("This process is sent %s:\n\n  "), c->kills_holder ? "KILL" : "TERM");
        text_put_visible(t, text_str(&name));
        text_put(t, "\n\n");
        if (h->kind != HOLDER_BIND_MOUNT)
                text_put(t,
                         c->kills_holder ? _("It ends at once, whatever it is doing.\n")
                                         : _("It is asked to end, all of it, also what it does elsewhere.\n"));
        text_put(t, _("This cannot be undone.\n"));
}

/* Ids: twice the holder's place, and one more to kill. */
static void holder_chosen(void *user, int id)
{
        struct console *c = user;
        CLEANUP(text_done) struct text t = {0};
        const struct text_options o = {
                .title = _("Let it go"),
                .hints = _("Enter:do_it Esc:leave_it"),
                .accepted = release,
                .user = c,
        };

        if (id < 0)
                return;
        c->holder = (size_t)id / 2;
        c->kills_holder = id % 2;
        put_question(&t, c);
        dialogs_push(&c->dialogs, dialog_text_new(text_str(&t), &o));
}

#define HOLDER_ROWS_MAX 128

struct holder_rows {
        struct menu_row items[HOLDER_ROWS_MAX];
        char labels[HOLDER_ROWS_MAX][160];
        size_t count;
};

static void add_row(struct holder_rows *r, const char *what, const struct holder *h, int id, const char *reason)
{
        CLEANUP(text_done) struct text t = {0};

        if (r->count == HOLDER_ROWS_MAX)
                return;
        text_put(&t, what);
        if (h->kind != HOLDER_BIND_MOUNT && h->pid)
                text_putf(&t, _(" %s(%d) of %s: %s"), *h->command ? h->command : "?", (int)h->pid,
                          *h->user ? h->user : "?", _(holder_kind_name(h->kind)));
        text_putf(&t, " %s", h->detail);
        (void)str_copy(r->labels[r->count], sizeof(r->labels[0]), text_str(&t)); /* cut is fine */
        r->items[r->count] = (struct menu_row){
                .label = r->labels[r->count], .reason = reason, .is_disabled = reason != NULL, .id = id};
        r->count++;
}

void console_open_holders(struct console *c)
{
        (void)console_go_on(c); /* what is planned is planned on what is there now */

        const struct graph *g = c->graph;
        size_t loan = console_loan(c);
        const struct loan *l = loan == NONE ? NULL : &g->loans[loan];
        struct holder_rows r = {.count = 0};

        if (!l || l->state != LOAN_PENDING || l->jail == NONE) {
                console_say(c, STYLE_NORMAL, "%s: nothing has to be let go; what is pending has holders",
                            l ? l->iface : _("nothing selected"));
                return;
        }

        const struct jail *j = &g->jails[l->jail];

        for (size_t n = 0; n < j->holder_count; n++) {
                const struct holder *h = &j->holders[n];
                int id = (int)(2 * n);

                if (h->kind == HOLDER_BIND_MOUNT) {
                        add_row(&r, _("Unmount"), h, id, NULL);
                } else if (h->kind == HOLDER_TCP) {
                        add_row(&r, _("Nobody's"), h, -1, _("no process has it any more: R brings the interface home"));
                } else {
                        add_row(&r, _("Terminate"), h, id, NULL);
                        add_row(&r, _("Kill"), h, id + 1, NULL);
                }
        }
        if (r.count == 0) {
                console_say(c, STYLE_NORMAL, "%s: nobody can be seen who holds it; R brings it home all the same",
                            l->iface);
                return;
        }
        console_returns_done(c);
        c->holders_graph = graph_ref(g);
        c->holders_jail = l->jail;

        const struct menu_options o = {.title = _("Who shall let go?"), .x = -1, .chosen = holder_chosen, .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

void console_returns_done(struct console *c)
{
        graph_unref(c->holders_graph);
        c->holders_graph = NULL;
}

/* -- Waiting ----------------------------------------------------------------------------------------------------- */

static bool has(const uint32_t *numbers, size_t count, uint32_t number)
{
        for (size_t n = 0; n < count; n++)
                if (numbers[n] == number)
                        return true;
        return false;
}

static void forget(uint32_t *numbers, size_t *count, uint32_t number)
{
        size_t kept = 0;

        for (size_t n = 0; n < *count; n++)
                if (numbers[n] != number)
                        numbers[kept++] = numbers[n];
        *count = kept;
}

/* The oldest makes room. */
static void remember(uint32_t *numbers, size_t *count, uint32_t number)
{
        forget(numbers, count, number);
        if (*count == WAITED_MAX)
                forget(numbers, count, numbers[0]);
        numbers[(*count)++] = number;
}

void console_toggle_wait(struct console *c)
{
        size_t loan = console_loan(c);
        const struct loan *l = loan == NONE ? NULL : &c->graph->loans[loan];

        if (!l || (l->state != LOAN_PENDING && l->state != LOAN_ON_LOAN)) {
                console_say(c, STYLE_NORMAL, "%s: there is no return to wait for",
                            l ? l->iface : _("nothing selected"));
                return;
        }
        if (has(c->waited, c->ui.waited_count, l->number)) {
                forget(c->waited, &c->ui.waited_count, l->number);
                console_say(c, STYLE_NORMAL, "%s: no longer waited for", l->iface);
                return;
        }
        remember(c->waited, &c->ui.waited_count, l->number);
        console_say(c, STYLE_NORMAL, "%s: the bell rings when it is back", l->iface);
}

static bool was_away(const struct graph *before, uint32_t number)
{
        for (size_t n = 0; n < before->loan_count; n++)
                if (before->loans[n].number == number && before->loans[n].state == LOAN_PENDING)
                        return true;
        return false;
}

/* An interface may have been lent before: the loan that is not over, or was the last, comes first. */
static bool is_first(const struct graph *g, size_t loan)
{
        for (size_t n = 0; n < loan; n++)
                if (g->loans[n].number == g->loans[loan].number)
                        return false;
        return true;
}

static bool is_away(const struct graph *g, uint32_t number)
{
        for (size_t n = 0; n < g->loan_count; n++)
                if (g->loans[n].number == number &&
                    (g->loans[n].state == LOAN_PENDING || g->loans[n].state == LOAN_ON_LOAN))
                        return true;
        return false;
}

void console_note_plan(struct console *c)
{
        c->brought_count = 0;
        for (size_t n = 0; n < c->plan->step_count; n++) {
                const struct step *s = &c->plan->steps[n];

                if (s->op == STEP_LINK_MOVE && s->at.number)
                        remember(c->brought, &c->brought_count, s->at.number);
        }
}

/* What is pending is waited for without being asked; what is on loan by request. */
void console_note_returns(struct console *c, const struct graph *before, const struct graph *g)
{
        for (size_t n = 0; n < g->loan_count; n++) {
                const struct loan *l = &g->loans[n];
                bool is_waited = has(c->waited, c->ui.waited_count, l->number);

                if (!loan_is_ended(l->state) || !is_first(g, n) || is_away(g, l->number) ||
                    (!is_waited && !was_away(before, l->number)))
                        continue;
                forget(c->waited, &c->ui.waited_count, l->number);
                if (l->state == LOAN_RETURNED)
                        remember(c->back, &c->ui.back_count, l->number);
                if (has(c->brought, c->brought_count, l->number)) {
                        forget(c->brought, &c->brought_count, l->number);
                        continue;
                }
                if (l->state == LOAN_LOST && l->is_foreign && !is_waited)
                        continue;
                term_bell();
                if (l->state == LOAN_LOST)
                        console_say(c, STYLE_WARNING, "%s: is lost; the kernel destroyed it with its jail", l->iface);
                else if (l->iface_index != NONE && strcmp(g->ifaces[l->iface_index].name, l->iface) != 0)
                        console_say(c, STYLE_GOOD, "%s: is back on the host, as %s", l->iface,
                                    g->ifaces[l->iface_index].name);
                else
                        console_say(c, STYLE_GOOD, "%s: is back on the host", l->iface);
        }
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

enum loan_action { ACT_RETURN, ACT_HOLDERS, ACT_WAIT, ACT_OTHERS };

static void action_chosen(void *user, int id)
{
        struct console *c = user;

        switch ((enum loan_action)id) {
        case ACT_RETURN: return_now(c); break;
        case ACT_HOLDERS: console_open_holders(c); break;
        case ACT_WAIT: console_toggle_wait(c); break;
        case ACT_OTHERS: console_open_context(c); break;
        }
}

static void open_loan(struct console *c, const struct loan *l)
{
        bool is_pending = l->state == LOAN_PENDING, is_out = is_pending || l->state == LOAN_ON_LOAN;
        bool is_renamed = loan_has_other_name(c->graph, l);
        const struct menu_row rows[] = {
                {.label = l->state == LOAN_LOST ? _("Make it again")
                         : is_renamed           ? _("Give it its name again")
                                                : _("Bring it home now"),
                 .detail = "R",
                 .key = 'R',
                 .id = ACT_RETURN,
                 .is_disabled = l->state == LOAN_RETURNED && !is_renamed,
                 .reason = _("it is at home")},
                {.label = _("Let a holder go..."),
                 .detail = "s",
                 .key = 's',
                 .id = ACT_HOLDERS,
                 .is_disabled = !is_pending,
                 .reason = _("only what is pending has holders")},
                {.label = _("Wait for its return"),
                 .detail = "w",
                 .key = 'w',
                 .id = ACT_WAIT,
                 .is_disabled = !is_out,
                 .reason = _("there is no return to wait for")},
                {.label = _("Other actions..."),
                 .detail = "",
                 .id = ACT_OTHERS,
                 .is_disabled = l->iface_index == NONE,
                 .reason = _("it is no more")},
        };
        const struct menu_options o = {.title = l->iface, .x = -1, .chosen = action_chosen, .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(rows, ARRAY_SIZE(rows), &o));
}

bool console_returns_key(struct console *c, const struct key *k)
{
        size_t loan = console_loan(c);
        const struct loan *l = loan == NONE ? NULL : &c->graph->loans[loan];
        bool is_enter = k->code == KEYC_ENTER;

        if (!l || (!is_enter && !console_verb_for(k->code)))
                return false;
        /* Whatever acts, acts on what is under the bar. */
        if (l->iface_index != NONE)
                selection_set(&c->ui.selection, c->graph, (struct object){OBJECT_IFACE, l->iface_index});
        if (is_enter)
                open_loan(c, l);
        else if (k->code == 'R')
                return_now(c);
        else if (l->iface_index == NONE)
                console_say(c, STYLE_WARNING, "%s: is no more; R makes it again", l->iface);
        else
                return false;
        return true;
}
