/* cmd_journal.c - jailnet journal and jailnet undo. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/plan/plan.h"
#include "ui/cli/cli.h"

#define LAST_DEFAULT 20 /* a screen of them */

/* The time that a plan has left to be confirmed; -1: it does not wait for that. */
static int left_to_confirm(struct app *a, int64_t number)
{
        int64_t plan;
        int left_s;

        return a->waiting(a, &plan, &left_s) == 0 && plan == number ? left_s : -1;
}

static void put_left(struct text *t, int left_s)
{
        if (left_s > 0)
                text_putf(t, _("waits for confirmation, %d s left"), left_s);
        else
                text_put(t, _("is being put back"));
}

static void put_json_entry(struct json_out *w, const struct app_journal_entry *j, int left_s)
{
        json_out_open(w, NULL, '{');
        json_out_int(w, "number", j->number);
        json_out_int(w, "time", j->time);
        json_out_string(w, "user", j->user);
        json_out_string(w, "words", j->words);
        json_out_string(w, "title", j->title);
        json_out_string(w, "state", plan_state_name(j->state));
        json_out_count(w, "undoes", j->undoes != 0, (uint64_t)j->undoes);
        json_out_count(w, "undone_by", j->undone_by != 0, (uint64_t)j->undone_by);
        json_out_int(w, "steps", j->step_count);
        json_out_string(w, "failure", j->failure[0] ? j->failure : NULL);
        json_out_count(w, "confirm_within", left_s >= 0, (uint64_t)left_s);
        json_out_close(w, '}');
}

/* In its column, whatever letters it is written with. */
static void put_state(struct text *t, const char *state, int width)
{
        int gap = width - (int)text_columns(state);

        text_putf(t, "  %s%*s  ", state, gap > 0 ? gap : 0, "");
}

static void put_entry(struct text *t, const struct app_journal_entry *j, int left_s)
{
        char when[INTL_WHEN_SIZE];

        text_putf(t, "%5lld  %s  ", (long long)j->number, intl_when(INTL_DAY_AND_TIME, (time_t)j->time, when));
        text_put_visible(t, j->user);
        put_state(t, _(plan_state_name(j->state)), 11);
        text_put_visible(t, j->words);
        if (j->undoes)
                text_putf(t, _("  (takes back %lld)"), (long long)j->undoes);
        if (j->undone_by)
                text_putf(t, _("  (taken back by %lld)"), (long long)j->undone_by);
        if (left_s >= 0) {
                text_put(t, "  (");
                put_left(t, left_s);
                text_put_char(t, ')');
        }
        text_put_char(t, '\n');
        if (j->failure[0]) {
                text_put(t, "       ");
                text_put_visible(t, j->failure);
                text_put_char(t, '\n');
        }
}

static int list(struct app *a, size_t max, const char *filter, bool as_json)
{
        CLEANUP(freep) struct app_journal_entry *entries = NULL;
        CLEANUP(text_done) struct text t = {0};
        size_t count;
        struct err e = {0};

        if (a->journal(a, 0, max, filter, &entries, &count, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (as_json) {
                struct json_out w;

                print_json_begin(&w);
                json_out_open(&w, NULL, '[');
                for (size_t i = 0; i < count; i++)
                        put_json_entry(&w, &entries[i], left_to_confirm(a, entries[i].number));
                json_out_close(&w, ']');
                return print_json_end(&w);
        }
        for (size_t i = 0; i < count; i++)
                put_entry(&t, &entries[i], left_to_confirm(a, entries[i].number));
        if (!count && filter)
                text_put(&t, _("nothing was done to it\n"));
        else if (!count)
                text_put(&t, _("nothing was done yet\n"));
        print_text(&t);
        return EXIT_DONE;
}

int journal_show(struct app *a, int64_t number, bool as_json)
{
        CLEANUP(plan_freep) struct plan *p = NULL;
        CLEANUP(text_done) struct text t = {0};
        int left_s = left_to_confirm(a, number);
        struct err e = {0};

        if (a->journal_plan(a, number, &p, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (as_json)
                return print_json(plan_to_json(p));
        text_putf(&t, "%lld  %s  ", (long long)number, _(plan_state_name(p->state)));
        text_put_visible(&t, p->words ? p->words : "");
        text_put_char(&t, '\n');
        if (left_s >= 0) {
                text_put(&t, "  ");
                put_left(&t, left_s);
                if (left_s > 0)
                        text_putf(&t, _("; jailnet confirm %lld keeps it"), (long long)number);
                text_put_char(&t, '\n');
        }
        if (p->failure[0]) {
                text_put(&t, "  ");
                text_put_visible(&t, p->failure);
                text_put_char(&t, '\n');
        }
        for (size_t i = 0; i < p->step_count; i++) {
                text_putf(&t, "  %2zu", i + 1);
                put_state(&t, _(step_state_name(p->steps[i].state)), 8);
                step_put_sentence(&t, &p->steps[i]);
                text_put_char(&t, '\n');
        }
        print_text(&t);
        return EXIT_DONE;
}

int command_journal(struct app *a, int argc, char **argv)
{
        static const struct option options[] = {{"last", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
        bool as_json = wants_json(a);
        uint32_t max = LAST_DEFAULT, number;

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, ":", options, NULL)) != -1;) {
                if (c != 'l' || str_to_u32(optarg, 1000000, &max) < 0 || max == 0)
                        return usage(command_find("journal")->synopsis);
        }
        if (argc - optind > 1)
                return usage(command_find("journal")->synopsis);
        if (optind < argc && str_to_u32(argv[optind], UINT32_MAX, &number) == 0)
                return journal_show(a, number, as_json);
        return list(a, max, optind < argc ? argv[optind] : NULL, as_json);
}

int command_undo(struct app *a, int argc, char **argv)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *p = NULL;
        uint32_t number = 0;
        struct err e = {0};

        if (argc > 2 || (argc == 2 && (str_to_u32(argv[1], UINT32_MAX, &number) < 0 || number == 0)))
                return usage(command_find("undo")->synopsis);
        if (a->picture(a, true, false, false, &g, &e) < 0 || a->undo(a, number, g, &p, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }
        if (a->is_dry_run)
                return plan_print(a, p);

        CLEANUP(text_done) struct text said = {0};
        int status;

        text_put_visible(&said, p->title); /* which it was, since nobody has to know its number */
        text_put_char(&said, '\n');
        status = plan_execute(a, p, g);
        if (status == EXIT_DONE && !a->is_quiet && !wants_json(a))
                print_text(&said);
        return status;
}
