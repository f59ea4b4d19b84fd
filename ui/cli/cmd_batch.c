/*
 * cmd_batch.c - jailnet batch: a file of verbs, one a line, as one plan: all of it happens, or nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/plan/chain.h"
#include "ui/cli/cli.h"
#include "ui/cli/line_words.h"

#define BAR_MAX          40
#define PROGRESS_EACH_MS 50
#define PROGRESS_TEXT    40 /* "[] taking back: 123456 of 123456" and room */

struct batch {
        const char *name; /* of the file, for errors */
        struct plan_chain *chain;
        size_t requests;
        int status; /* of the line that failed */
};

static int add_line(struct batch *b, const char *line, struct err *e)
{
        CLEANUP(line_words_done) struct line_words w = {0};
        struct intent in = {0};
        int r = line_split(line, &w, e);

        b->status = EXIT_USAGE;
        if (r < 0 || w.count == 0)
                return r;
        r = verb_parse(w.count, w.argv, &in, e);
        if (r < 0)
                return r;
        b->status = EXIT_REFUSED;
        b->requests++;
        return plan_chain_add(b->chain, &in, e);
}

static int add_lines(struct batch *b, FILE *f, struct err *e)
{
        CLEANUP(freep) char *line = NULL;
        size_t size = 0;
        ssize_t length;

        for (unsigned number = 1; (length = getline(&line, &size, f)) >= 0; number++) {
                int r;

                if (strlen(line) != (size_t)length) {
                        b->status = EXIT_USAGE;
                        r = err_set(e, -EINVAL, "has a NUL byte; this is no file of commands");
                } else {
                        line[strcspn(line, "\r\n")] = '\0';
                        r = add_line(b, line, e);
                }
                if (r < 0) {
                        (void)err_wrap(e, "%s:%u", b->name, number);
                        return r;
                }
        }
        b->status = EXIT_REFUSED;
        return ferror(f) ? err_set(e, -EIO, "%s: cannot be read to its end", b->name) : 0;
}

static int read_batch(struct batch *b, const char *path, struct err *e)
{
        if (strcmp(path, "-") == 0)
                return add_lines(b, stdin, e);

        FILE *f = fopen(path, "re");

        if (!f) {
                b->status = EXIT_REFUSED;
                return err_set(e, -errno, "%s: cannot be read: %s", path, strerror(errno));
        }

        int r = add_lines(b, f, e);

        (void)fclose(f); /* only read from */
        return r;
}

/* -- Progress ---------------------------------------------------------------------------------------------------- */

static int terminal_columns(void)
{
        struct winsize w = {0};

        return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

/* On the thread that runs the plan, while the main one waits for it. */
static void show_progress(struct app *a, const struct app_progress *p)
{
        static int64_t shown_at;
        CLEANUP(text_done) struct text t = {0};
        int64_t now = clock_now_ms();
        int room = terminal_columns() - PROGRESS_TEXT;
        int width = room > BAR_MAX ? BAR_MAX : room;

        (void)a;
        if (now - shown_at < PROGRESS_EACH_MS && p->done < p->total)
                return;
        shown_at = now;
        if (width > 0) {
                int full = p->total ? (int)(p->done * (size_t)width / p->total) : width;

                text_put_char(&t, '[');
                for (int i = 0; i < width; i++)
                        text_put_char(&t, i < full ? '#' : '.');
                text_put(&t, "] ");
        }
        text_putf(&t, "%s%zu of %zu", p->is_rolling_back ? "taking back: " : "", p->done, p->total);
        (void)fprintf(stderr, "\r%s\033[K", text_str(&t)); /* nothing depends on it */
}

static int execute(struct app *a, struct plan *p, const struct graph *g)
{
        bool shows = !a->is_quiet && isatty(STDERR_FILENO);

        if (shows)
                a->progress = show_progress;

        int status = plan_execute(a, p, g);

        a->progress = NULL;
        return status;
}

/* ---------------------------------------------------------------------------------------------------------------- */

int command_batch(struct app *a, int argc, char **argv)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};

        argc = options_take(a, argc, argv);
        if (argc < 0)
                return EXIT_USAGE;
        if (argc == 3 && strcmp(argv[1], "--") == 0)
                argv++, argc--;
        if (argc != 2)
                return usage(command_find("batch")->synopsis);
        if (a->picture(a, true, false, false, &g, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }

        CLEANUP(plan_chain_freep) struct plan_chain *chain = plan_chain_new(g);
        struct batch b = {.name = strcmp(argv[1], "-") == 0 ? "standard input" : argv[1], .chain = chain};

        if (read_batch(&b, argv[1], &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, b.status);
        }

        CLEANUP(text_done) struct text words = {0};
        CLEANUP(text_done) struct text title = {0};

        text_put(&words, "batch ");
        text_put_shell(&words, argv[1]);
        text_put(&title, "batch ");
        text_put_visible(&title, b.name);
        text_putf(&title, ": %zu request%s", b.requests, b.requests == 1 ? "" : "s");
        p = plan_chain_finish(chain, text_str(&words), text_str(&title));
        if (p->step_count == 0 && !a->is_dry_run) {
                tell_notice(a, NULL);
                return EXIT_DONE;
        }
        return a->is_dry_run ? plan_print(a, p) : execute(a, p, g);
}
