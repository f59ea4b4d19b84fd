/*
 * cmd_restore.c - jailnet restore: builds what the inventory wants and the kernel lacks.
 *
 * One step that the kernel refuses takes the whole plan back, as always; so that the rest is built all the same, it is
 * planned again without that step.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/plan/plan_restore.h"
#include "ui/cli/cli.h"

#define TRIES_MAX                                                                                           \
        32 /* each is a plan in the journal; a network with more faults than that is not one to guess about \
            */
#define GOING_MS 3000

static void tell_steps(const struct app *a, const struct plan *p)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t i = 0; i < p->step_count; i++) {
                if (p->steps[i].is_internal)
                        continue;
                step_put_sentence(&t, &p->steps[i]);
                text_put_char(&t, '\n');
        }
        if (p->step_count == 0)
                text_put(&t, _("nothing to restore\n"));
        if (!a->is_quiet)
                print_text(&t);
}

/* What is not here and not ours to make, as a card that was taken out. */
static int forget(struct app *a, const struct restore_limits *limits, struct err *e)
{
        if (a->is_dry_run || limits->absent_count == 0)
                return 0;

        int r = a->forget(a, limits, e);

        if (r == 0 && !a->is_quiet)
                printf(_("%zu of what cannot be restored forgotten\n"), limits->absent_count);
        return r;
}

static int tell_troubles(const struct plan *p, size_t count)
{
        for (size_t i = 0; i < count; i++)
                (void)tell(EXIT_REFUSED, "%s", plan_note_said(&p->notes[i]));
        return count ? EXIT_REFUSED : EXIT_DONE;
}

static int tell_all(const struct app *a, const struct plan *p, size_t troubles)
{
        bool as_json = wants_json(a);

        tell_notice(a, NULL);
        if (as_json)
                (void)print_json(plan_to_json(p));
        else if (a->is_dry_run && p->step_count)
                (void)plan_print(a, p);
        else
                tell_steps(a, p);
        return tell_troubles(p, troubles);
}

/* The lost interface that is meant, "NAME" or "JAIL/NAME": its number; 0 none. */
static uint32_t find_lost(const struct graph *g, const char *word)
{
        for (size_t i = 0; i < g->loan_count; i++) {
                const struct loan *l = &g->loans[i];
                CLEANUP(freep) char *whole = xasprintf("%s/%s", l->jail_name, l->iface);

                if (l->state == LOAN_LOST && (strcmp(l->iface, word) == 0 || strcmp(whole, word) == 0))
                        return l->number;
        }
        return 0;
}

/* Only what is named: its numbers go into the limits. */
static int limit_to(struct restore_limits *limits, uint32_t *numbers, char *const *words, size_t count,
                    const struct graph *g, struct err *e)
{
        for (size_t i = 0; i < count; i++) {
                numbers[i] = find_lost(g, words[i]);
                if (!numbers[i])
                        return err_set(e, -ENOENT, "%s: no such lost interface; jailnet returns lists them", words[i]);
        }
        limits->only = numbers;
        limits->only_count = count;
        return 0;
}

/* What the command line asks for. */
struct wishes {
        bool forgets;
        char *const *words; /* lost interfaces; none: all that is wanted */
        size_t count;
};

/* The plan for the network as it is now. Who keeps a dying jail is looked for: that one is not going. */
static int plan_again(struct app *a, struct restore_limits *limits, const struct graph **g, struct plan **p,
                      size_t *troubles, struct err *e)
{
        graph_unref(TAKE(*g));
        plan_free(TAKE(*p));
        limits->is_going = false;

        int r = a->picture(a, true, false, true, g, e);

        return r < 0 ? r : a->restore(a, *g, limits, p, troubles, e);
}

/* The kernel takes a jail that has ended apart by and by. What is going is waited for, since it is going to be made
 * anew. */
static int await_end(struct app *a, struct restore_limits *limits, const struct graph **g, struct plan **p,
                     size_t *troubles, struct err *e)
{
        int64_t deadline = clock_now_ms() + GOING_MS;
        int fd = -1, r = plan_again(a, limits, g, p, troubles, e);

        if (r == 0 && limits->is_going)
                r = a->watch(a, &fd, e);
        while (r == 0 && limits->is_going) {
                struct pollfd news = {.fd = fd, .events = POLLIN};
                int64_t left = deadline - clock_now_ms();

                if (left <= 0 || (poll(&news, 1, (int)left) < 0 && errno != EINTR))
                        break;
                graph_unref(a->latest(a)); /* no more than the news that there is something new */
                r = plan_again(a, limits, g, p, troubles, e);
        }
        return r;
}

/* One try. 1: the kernel refused a step, which is known now; the next one goes without. */
static int restore_once(struct app *a, struct restore_limits *limits, const struct wishes *w, int *ret_status,
                        struct err *e)
{
        CLEANUP(freep) uint32_t *numbers = xcalloc(w->count + 1, sizeof(*numbers));
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *p = NULL;
        size_t troubles = 0;
        int r = a->picture(a, true, false, false, &g, e);

        if (r == 0)
                r = limit_to(limits, numbers, w->words, w->count, g, e);
        limits->is_going = false;
        if (r == 0)
                r = a->restore(a, g, limits, &p, &troubles, e);
        if (r == 0 && limits->is_going && !a->is_dry_run)
                r = await_end(a, limits, &g, &p, &troubles, e);
        if (r < 0 || !p)
                return r;
        if (!a->is_dry_run && p->step_count) {
                r = a->run(a, p, g, e);
                if (r < 0 && p->state == PLAN_ROLLED_BACK && restore_limits_learn(limits, p))
                        return 1;
                if (r < 0)
                        return r;
        }
        *ret_status = tell_all(a, p, troubles);
        return w->forgets ? forget(a, limits, e) : 0;
}

int command_restore(struct app *a, int argc, char **argv)
{
        struct restore_limits limits = {0};
        int status = EXIT_DONE, r = 1;
        struct wishes w = {.forgets = false};
        struct err e = {0};

        argc = options_take(a, argc, argv);
        if (argc < 0)
                return EXIT_USAGE;
        if (argc == 2 && strcmp(argv[1], "--forget") == 0)
                w.forgets = true;
        else if (argc > 1 && argv[1][0] == '-')
                return usage(command_find("restore")->synopsis);
        if (!w.forgets) {
                w.words = argv + 1;
                w.count = (size_t)(argc - 1);
        }
        for (int i = 0; i < TRIES_MAX && r > 0; i++) {
                err_clear(&e);
                r = restore_once(a, &limits, &w, &status, &e);
        }
        restore_limits_done(&limits);
        if (r == 0)
                return status;
        tell_notice(a, &e);
        return tell_err(&e, EXIT_REFUSED);
}
