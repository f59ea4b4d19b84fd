/* verb_run.c - any row of the verb table on the command line: parse, plan, then preview or run. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/plan/plan.h"
#include "core/verb/verb.h"
#include "ui/cli/cli.h"

/* The plan, and the lines that do the same, in the order in which a shell would run them. */
static json_t *plan_for_scripts(const struct plan *p)
{
        json_t *j = plan_to_json(p), *lines = json_array();

        for (size_t i = 0; i < p->step_count; i++) {
                CLEANUP(text_done) struct text t = {0};

                step_put_iproute2(&t, &p->steps[i]);
                for (const char *s = text_str(&t); *s; s += strcspn(s, "\n") + 1)
                        (void)json_array_append_new(lines, json_stringn(s, strcspn(s, "\n")));
        }
        (void)json_object_set_new(j, "iproute2", lines);
        return j;
}

int plan_print(const struct app *a, const struct plan *p)
{
        CLEANUP(text_done) struct text t = {0};

        tell_notice(a, NULL);
        if (wants_json(a))
                return print_json(plan_for_scripts(p));
        plan_put_preview(&t, p);
        print_text(&t);
        return EXIT_DONE;
}

static void tell_done(const struct plan *p)
{
        for (size_t i = 0; i < p->note_count; i++)
                if (p->notes[i].level == NOTE_WARNING)
                        (void)tell(EXIT_DONE, "%s", plan_note_said(&p->notes[i]));
        for (size_t i = 0; i < p->made_count; i++) {
                CLEANUP(text_done) struct text t = {0};

                text_put_visible(&t, p->made[i]);
                (void)puts(text_str(&t));
        }
}

int plan_run(struct app *a, struct plan *p, const struct graph *g)
{
        struct err e = {0};

        a->sets_guards = true;
        if (a->is_guarded(a, p) && a->confirm_within_s == 0 && !guard_can_ask())
                return tell(EXIT_REFUSED,
                            "%s: could cut you off, and nobody is at a terminal to confirm it; add --confirm-within "
                            "SECONDS and run jailnet confirm in time, or add --no-guard (scripts: JAILNET_NO_GUARD=1)",
                            p->title);
        if (a->run(a, p, g, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }
        tell_notice(a, NULL);
        return EXIT_DONE;
}

int plan_execute(struct app *a, struct plan *p, const struct graph *g)
{
        int failed = plan_run(a, p, g);

        if (failed != EXIT_DONE)
                return failed;
        if (wants_json(a)) {
                int status = print_json(plan_for_scripts(p));

                return status == EXIT_DONE ? guard_ask_user(a, p) : status;
        }
        if (!a->is_quiet)
                tell_done(p);
        return guard_ask_user(a, p);
}

int verb_run(struct app *a, int argc, char **argv)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct intent intent = {0};
        struct err e = {0};

        if (verb_parse(argc, argv, &intent, &e) < 0)
                return tell_err(&e, EXIT_USAGE);
        if (a->picture(a, true, false, false, &g, &e) < 0 || plan_build(&intent, g, &p, &e) < 0) {
                tell_notice(a, NULL);
                return tell_err(&e, EXIT_REFUSED);
        }
        return a->is_dry_run ? plan_print(a, p) : plan_execute(a, p, g);
}
