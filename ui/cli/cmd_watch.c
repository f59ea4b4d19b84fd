/*
 * cmd_watch.c - jailnet watch: the live picture without a terminal, for a service manager.
 *
 * One line a change on stderr, or one JSON object a line on stdout; ends with SIGTERM or SIGINT.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/graph/diff.h"
#include "ui/cli/cli.h"

static const char *const kind_words[] = {
        [DIFF_JAIL_ADDED] = "jail added",           [DIFF_JAIL_GONE] = "jail gone",
        [DIFF_JAIL_CHANGED] = "jail changed",       [DIFF_IFACE_ADDED] = "interface added",
        [DIFF_IFACE_GONE] = "interface gone",       [DIFF_IFACE_MOVED] = "interface moved",
        [DIFF_IFACE_CHANGED] = "interface changed",
};

/* "www/eth0: up" as object and words. A line that does not have that form is all words. */
static int say(const struct app *a, const char *kind, const char *line)
{
        if (!wants_json(a)) {
                if (a->is_quiet)
                        return 0;
                /* Nobody is left to be told when stderr itself fails. */
                (void)fprintf(stderr, "%s\n", line);
                return 0;
        }

        const char *colon = strstr(line, ": ");
        CLEANUP(freep) char *object = colon ? xstrndup(line, (size_t)(colon - line)) : NULL;
        struct json_out w;

        json_out_begin(&w, stdout, false);
        json_out_open(&w, NULL, '{');
        json_out_int(&w, "time", clock_wall_s());
        json_out_string(&w, "kind", kind);
        json_out_string(&w, "object", object);
        json_out_string(&w, "words", colon ? colon + 2 : line);
        json_out_close(&w, '}');
        return json_out_end(&w) < 0 || fflush(stdout) == EOF ? -EIO : 0;
}

static int say_changes(const struct app *a, const struct graph *before, const struct graph *now)
{
        CLEANUP(freep) struct diff_entry *changes = NULL;
        size_t count = diff_graphs(before, now, &changes);
        int r = 0;

        for (size_t i = 0; i < count && r == 0; i++) {
                CLEANUP(text_done) struct text line = {0};

                diff_put_line(&line, before, now, &changes[i]);
                r = say(a, kind_words[changes[i].kind], text_str(&line));
        }
        return r;
}

static int say_lines(const struct app *a, const char *kind, const struct text *lines)
{
        int r = 0;

        for (const char *line = text_str(lines); *line && r == 0;) {
                size_t length = strcspn(line, "\n");
                CLEANUP(freep) char *one = xstrndup(line, length);

                r = say(a, kind, one);
                line += length + (line[length] == '\n');
        }
        return r;
}

/* The duties may be another process's: then this one only tells what changes, until it can take over. */
static int keep(struct app *a, const struct graph *before, const struct graph *now, bool *was_busy, struct err *e)
{
        CLEANUP(text_done) struct text said = {0};
        int r = a->keep(a, before, now, true, &said, e);

        if (r == -EBUSY) {
                if (!*was_busy)
                        (void)tell_err(e, EXIT_DONE);
                *was_busy = true;
                return 0;
        }
        *was_busy = false;
        if (r == 0 && say_lines(a, "pin", &said) < 0)
                r = err_set(e, -EIO, "standard output: cannot be written");
        return r;
}

static int watch(struct app *a, int graph_fd, int signal_fd, struct err *e)
{
        CLEANUP(graph_unrefp) const struct graph *before = NULL;
        struct pollfd fds[] = {{.fd = graph_fd, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
        bool was_busy = false;

        for (;;) {
                const struct graph *now = a->latest(a);
                int r = keep(a, before, now, &was_busy, e);

                if (r == 0 && before && say_changes(a, before, now) < 0)
                        r = err_set(e, -EIO, "standard output: cannot be written");
                graph_unref(before);
                before = now;
                if (r < 0)
                        return r;
                do
                        r = poll(fds, 2, -1);
                while (r < 0 && errno == EINTR);
                if (r < 0)
                        return err_set(e, -errno, "poll: %s", strerror(errno));
                if (fds[1].revents)
                        return 0;
        }
}

int command_watch(struct app *a, int argc, char **argv)
{
        struct err e = {0};
        sigset_t ends;
        int graph_fd = -1, r;

        (void)argv;
        if (argc > 1)
                return usage(command_find("watch")->synopsis);

        /* Before the observer's thread begins, which inherits it. */
        (void)sigemptyset(&ends);
        (void)sigaddset(&ends, SIGTERM);
        (void)sigaddset(&ends, SIGINT);
        (void)sigprocmask(SIG_BLOCK, &ends, NULL);

        CLEANUP(closep) int signal_fd = signalfd(-1, &ends, SFD_CLOEXEC);

        if (signal_fd < 0)
                return tell(EXIT_REFUSED, "watch: signals cannot be waited for: %s", strerror(errno));
        r = a->watch(a, &graph_fd, &e);
        tell_notice(a, &e);
        if (r == 0)
                r = watch(a, graph_fd, signal_fd, &e);
        return r < 0 ? tell_err(&e, EXIT_REFUSED) : EXIT_DONE;
}
