/* demo.c - jailnet demo: enters a sandbox, builds a scenario by the verbs, and shows it. */
#include "ui/cli/demo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/cli/cli.h"
#include "ui/cli/demo_actors.h"
#include "ui/cli/demo_scenarios.h"
#include "ui/cli/sandbox.h"

#define WORDS_MAX     16
#define CROWD_BRIDGES 4

struct demo {
        struct app *app;
        int (*console)(struct app *app);
        const struct demo_scenario *scenario;
        char **command; /* NULL: the console */
};

/* Splits a line at blanks, in place. Returns the number of words. */
static int split(char *line, char *words[WORDS_MAX + 1])
{
        int count = 0;
        char *rest = line;
        char *word = NULL;

        while (count < WORDS_MAX && (word = strtok_r(rest, " ", &rest)))
                words[count++] = word;
        words[count] = NULL;
        return count;
}

static int add_line(struct plan **plan, const char *line, const struct graph *g, struct err *e)
{
        CLEANUP(freep) char *copy = xstrdup(line);
        char *words[WORDS_MAX + 1];
        struct intent intent = {0};
        int r = verb_parse(split(copy, words), words, &intent, e);

        if (r == 0)
                r = *plan ? plan_append(*plan, &intent, g, e) : plan_build(&intent, g, plan, e);
        if (r < 0)
                return err_wrap(e, "demo: %s", line);
        return 0;
}

/* Plans lines on a picture of this moment and runs them. */
static int run_lines(struct app *a, const char *const *lines, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *plan = NULL;
        int r = a->picture(a, true, false, false, &g, e);

        for (; r == 0 && *lines; lines++)
                r = add_line(&plan, *lines, g, e);
        if (r == 0 && plan)
                r = a->run(a, plan, g, e);
        return r;
}

struct lines {
        char **items;
        size_t count, capacity;
};

static void lines_add(struct lines *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void lines_add(struct lines *l, const char *fmt, ...)
{
        va_list ap;

        /* One more than needed: the NULL behind the last. */
        l->items = array_grow(l->items, &l->capacity, l->count + 1, sizeof(*l->items));
        va_start(ap, fmt);
        l->items[l->count++] = xvasprintf(fmt, ap);
        va_end(ap);
        l->items[l->count] = NULL;
}

static int lines_run(struct lines *l, struct app *a, struct err *e)
{
        int r = run_lines(a, (const char *const *)l->items, e);

        for (size_t i = 0; i < l->count; i++)
                free(l->items[i]);
        l->count = 0;
        return r;
}

/* Jail n of a crowd: a pair to bridge lan<n mod CROWD_BRIDGES>, an address, a default route. */
static int build_crowd(struct app *a, const struct demo_scenario *s, struct err *e)
{
        struct lines l = {0};

        for (unsigned n = 0; n < CROWD_BRIDGES; n++)
                lines_add(&l, "create bridge lan%u", n);
        for (unsigned n = 1; n <= s->crowd; n++)
                lines_add(&l, "create jail jail%02u", n);
        int r = lines_run(&l, a, e);
        for (unsigned n = 1; r == 0 && n <= s->crowd; n++)
                lines_add(&l, "create epair e0a_jail%02u jail%02u/e0b_jail%02u", n, n, n);
        if (r == 0)
                r = lines_run(&l, a, e);
        for (unsigned n = 0; r == 0 && n < CROWD_BRIDGES; n++) {
                lines_add(&l, "address add lan%u 10.1.%u.1/24", n, n);
                lines_add(&l, "up lan%u", n);
        }
        for (unsigned n = 1; r == 0 && n <= s->crowd; n++) {
                unsigned lan = (n - 1) % CROWD_BRIDGES;

                lines_add(&l, "attach e0a_jail%02u lan%u", n, lan);
                lines_add(&l, "address add jail%02u/e0b_jail%02u 10.1.%u.%u/24", n, n, lan, n + 1);
                lines_add(&l, "up jail%02u/e0b_jail%02u", n, n);
        }
        if (r == 0)
                r = lines_run(&l, a, e);
        free(l.items);
        return r;
}

static int build(struct demo *d, struct err *e)
{
        const struct demo_scenario *s = d->scenario;
        int r = 0;

        for (const struct demo_plan *p = s->plans; r == 0 && p->lines; p++)
                r = run_lines(d->app, p->lines, e);
        if (r == 0 && s->crowd > 0)
                r = build_crowd(d->app, s, e);
        if (r == 0 && s->abandoned) {
                CLEANUP(graph_unrefp) const struct graph *g = NULL;

                r = demo_start_holder(s->abandoned, e);
                if (r == 0)
                        r = demo_forget_name(s->abandoned, e);
                if (r == 0) /* sees that the name is gone, and remembers since when */
                        r = d->app->picture(d->app, false, false, false, &g, e);
        }
        if (r == 0 && s->flows)
                r = demo_start_traffic(s->flows, e);
        return r;
}

/* In the sandbox. */
static int inside(void *user)
{
        struct demo *d = user;
        struct err e = {0};

        d->app->db_path = NULL; /* the sandbox's own, by JAILNET_DB: a demo does not go into the user's inventory */
        d->app->is_sandbox = true;
        int r = build(d, &e);
        if (r < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (!d->command)
                return d->console(d->app);
        (void)execvp(d->command[0], d->command);
        r = errno;
        return tell(r == ENOENT ? 127 : 126, "%s: cannot be run (%s); check its name and PATH", d->command[0],
                    strerror(r));
}

static int list(void)
{
        for (size_t i = 0; i < demo_scenario_count; i++)
                (void)printf("%-12s %s\n", demo_scenarios[i].name, demo_scenarios[i].help);
        return EXIT_DONE;
}

int demo_main(struct app *app, int (*console)(struct app *app), int argc, char **argv)
{
        struct demo d = {.app = app, .console = console, .scenario = &demo_scenarios[0]};
        struct err e = {0};
        int status = EXIT_REFUSED;
        int i = 1;

        if (i < argc && (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)) {
                (void)printf(
                        _("usage: jailnet demo [SCENARIO] [-- CMD ARGS...]\n"
                          "       jailnet demo --list\n\n"
                          "Builds a network of jails in a private sandbox and opens the console (or runs CMD) on it.\n"
                          "The host is out of reach, and all of it ends with the console.\n"));
                return EXIT_DONE;
        }
        if (i < argc && (strcmp(argv[i], "--list") == 0 || strcmp(argv[i], "-l") == 0))
                return list();
        if (i < argc && strcmp(argv[i], "--") != 0) {
                d.scenario = demo_scenario_find(argv[i]);
                if (!d.scenario)
                        return tell(EXIT_USAGE, "%s: no such scenario; jailnet demo --list names them", argv[i]);
                i++;
        }
        if (i < argc && strcmp(argv[i], "--") != 0)
                return usage("demo [--list] [SCENARIO] [-- CMD ARGS...]");
        if (i + 1 < argc)
                d.command = &argv[i + 1];
        if (!d.command && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
                return tell(EXIT_USAGE,
                            "demo: the console needs a terminal; jailnet demo -- CMD runs a command instead");
        int r = sandbox_enter(inside, &d, &status, &e);
        return r < 0 ? tell_err(&e, EXIT_REFUSED) : status;
}
