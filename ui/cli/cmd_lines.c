/*
 * cmd_lines.c - jailnet lines: the console without a screen. A prompt, the command line's own words, and what changed
 * meanwhile, each on a line of its own and in the order in which it happened: for screen readers and serial lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/graph/diff.h"
#include "ui/cli/cli.h"
#include "ui/cli/line_words.h"
#include "ui/cli/prompt.h"

#define TOLD_MAX 20 /* changes in one go: more are a number */

struct session {
        struct app *app;
        const struct graph *seen; /* what changes are told against */
};

/* The picture now; changes since the last one are told when that is asked for. */
static int look(struct session *s, bool tells, struct err *e)
{
        CLEANUP(freep) struct diff_entry *changes = NULL;
        const struct graph *now = NULL;
        int r = s->app->picture(s->app, false, false, false, &now, e);
        size_t count;

        if (r < 0)
                return r;
        count = tells && s->seen ? diff_graphs(s->seen, now, &changes) : 0;
        for (size_t i = 0; i < count && i < TOLD_MAX; i++) {
                CLEANUP(text_done) struct text line = {0};

                diff_put_line(&line, s->seen, now, &changes[i]);
                (void)printf(_("meanwhile: %s\n"), text_str(&line)); /* a lost terminal ends the input as well */
        }
        if (count > TOLD_MAX)
                (void)printf(_("meanwhile: %zu changes more; show tells what is there\n"), count - TOLD_MAX);
        graph_unref(s->seen);
        s->seen = now;
        return 0;
}

static void greet(const struct session *s)
{
        const struct graph *g = s->seen;
        size_t pending = 0, ifaces = 0;

        for (size_t n = 0; n < g->iface_count; n++)
                ifaces += iface_is_hidden(&g->ifaces[n]) ? 0 : 1;
        for (size_t n = 0; n < g->loan_count; n++)
                pending += g->loans[n].state == LOAN_PENDING ? 1 : 0;
        (void)printf(
                _("jailnet: %zu jails, %zu interfaces, %zu pending returns. help lists the commands; show --format tree "
                  "reads all that is there; an empty line tells what has changed; quit leaves.\n"),
                g->jail_count - 1, ifaces, pending);
        if (s->app->notice)
                (void)printf("%s\n", s->app->notice);
}

static void complete(void *user, const char *line, size_t max, void (*put)(void *put_user, const char *word),
                     void *put_user)
{
        struct session *s = user;
        CLEANUP(line_words_done) struct line_words w = {0};
        size_t length = strlen(line);
        bool begins_new = !length || line[length - 1] == ' ' || line[length - 1] == '\t';

        (void)max; /* the prompt keeps its own bound */
        if (line_split(line, &w, NULL) < 0)
                return;

        size_t before = w.count && !begins_new ? (size_t)w.count - 1 : (size_t)w.count;

        (void)cli_complete(s->app, before, w.argv, begins_new || !w.count ? "" : w.argv[w.count - 1], put,
                           put_user); /* files are typed */
}

/* Without a terminal (a pipe, a test) the prompt is printed all the same, for who listens. */
static char *read_line(struct session *s)
{
        struct prompt p = {.name = "jailnet", .sign = "jailnet> ", .joins = "/:", .complete = complete, .user = s};
        char *line = NULL;
        size_t room = 0;

        if (prompt_is_possible())
                return prompt_read(&p);
        if (fputs(p.sign, stdout) == EOF || fflush(stdout) == EOF || getline(&line, &room, stdin) < 0) {
                free(line);
                return NULL;
        }
        line[strcspn(line, "\n")] = '\0';
        return line;
}

/* One command, with options that hold for it alone. */
static int run_words(struct app *a, const struct line_words *w)
{
        const struct app before = *a;
        char *argv[LINE_WORDS_MAX + 1]; /* options are taken out of it */

        memcpy(argv, w->argv, sizeof(argv));

        int status = cli_run(a, w->count, argv);

        a->db_path = before.db_path;
        a->format = before.format;
        a->is_dry_run = before.is_dry_run;
        a->is_quiet = before.is_quiet;
        a->no_guard = before.no_guard;
        a->confirm_within_s = before.confirm_within_s;
        return status;
}

int command_lines(struct app *a, int argc, char **argv)
{
        struct session s = {.app = a};
        struct err e = {0};
        int status = EXIT_DONE;

        if (argc != 1)
                return tell(EXIT_USAGE, "%s: takes nothing; type commands at its prompt", argv[0]);
        if (look(&s, false, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        greet(&s);
        for (;;) {
                CLEANUP(freep) char *line = read_line(&s);
                CLEANUP(line_words_done) struct line_words w = {0};

                if (!line)
                        break;
                if (look(&s, true, &e) < 0)
                        (void)tell_err(&e, EXIT_REFUSED);
                if (line_split(line, &w, &e) < 0) {
                        status = tell_err(&e, EXIT_USAGE);
                        continue;
                }
                if (!w.count)
                        continue;
                if (strcmp(w.argv[0], "quit") == 0 || strcmp(w.argv[0], "exit") == 0 || strcmp(w.argv[0], "q") == 0)
                        break;
                if (strcmp(w.argv[0], "lines") == 0)
                        status = tell(EXIT_USAGE, "lines: this is it");
                else
                        status = run_words(a, &w);
                (void)fflush(stdout); /* as above */
                if (look(&s, false, &e) < 0)
                        (void)tell_err(&e, EXIT_REFUSED);
        }
        graph_unref(s.seen);
        return isatty(STDIN_FILENO) ? EXIT_DONE : status;
}
