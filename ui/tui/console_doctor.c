/*
 * console_doctor.c - the doctor beside the picture: judges each newer graph, has the stacks examined now and then on
 * another thread, tells the title's badge, and brings a remedy to its preview.
 */
#include "core/base/intl.h"
#include "core/doctor/doctor.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/plan/plan_restore.h"
#include "ui/tui/console_state.h"
#include "ui/tui/views/doctor.h"

#define JUDGE_MS        300   /* between two diagnoses: a burst of changes is judged when it is over */
#define EXAMINE_MS      60000 /* between two examinations of the stacks: settings change without news; ... */
#define EXAMINE_NEWS_MS 5000  /* ...when something has changed that is told; ... */
#define EXAMINE_SEEN_MS 2000  /* ...while the view is looked at; ... */
#define EXAMINE_SHARE   20    /* ...and at least this many times what the last one took. */
#define DOUBT_MS        500   /* The one that shall confirm another comes sooner, ... */
#define DOUBT_SHARE     2     /* ...whatever that took. */

struct doctor {
        struct diagnosis diagnosis;
        const struct graph *graph; /* that it speaks of; a reference */
        int64_t judged_ms;
        bool is_old; /* there is something newer to judge */

        struct examination *examination; /* the newest; NULL none yet */
        int fd;                          /* of the one under way; -1 */
        bool has_news;                   /* since it was begun */
        bool has_drift;                  /* it found some, ... */
        bool is_in_doubt;                /* ...which the next one shall confirm */
        int64_t begun_ms, ended_ms, cost_ms;
};

void console_doctor_begin(struct console *c)
{
        c->doctor = xcalloc(1, sizeof(*c->doctor));
        c->doctor->fd = -1;
}

void console_doctor_done(struct console *c)
{
        if (!c->doctor)
                return;
        if (c->doctor->fd >= 0)
                examination_free(c->app->examine_join(c->app));
        examination_free(c->doctor->examination);
        diagnosis_done(&c->doctor->diagnosis);
        graph_unref(c->doctor->graph);
        free(c->doctor);
        c->doctor = NULL;
}

int console_doctor_fd(const struct console *c)
{
        return c->pause ? -1 : c->doctor->fd; /* what was found waits until the picture goes on */
}

/* -- When -------------------------------------------------------------------------------------------------------- */

static int64_t judge_time(const struct console *c)
{
        const struct doctor *d = c->doctor;

        return d->graph != c->graph || d->is_old ? d->judged_ms + JUDGE_MS : INT64_MAX;
}

static int64_t examine_time(const struct console *c)
{
        const struct doctor *d = c->doctor;
        int64_t share = (d->is_in_doubt ? DOUBT_SHARE : EXAMINE_SHARE) * d->cost_ms;
        int64_t pause = d->is_in_doubt   ? DOUBT_MS
                : c->view == VIEW_DOCTOR ? EXAMINE_SEEN_MS
                : d->has_news            ? EXAMINE_NEWS_MS
                                         : EXAMINE_MS;

        if (d->fd >= 0 || !c->graph)
                return INT64_MAX;
        if (!d->ended_ms)
                return 0; /* the first one at once */
        return d->ended_ms + (pause > share ? pause : share);
}

void console_doctor_news(struct console *c)
{
        c->doctor->has_news = true;
}

int64_t console_doctor_time(const struct console *c)
{
        int64_t judge = judge_time(c), examine = examine_time(c);

        if (c->pause)
                return INT64_MAX;
        return judge < examine ? judge : examine;
}

/* -- What -------------------------------------------------------------------------------------------------------- */

static void judge(struct console *c)
{
        struct doctor *d = c->doctor;

        diagnosis_done(&d->diagnosis);
        graph_unref(d->graph);
        d->graph = graph_ref(c->graph);
        doctor_run(d->graph, d->examination, &d->diagnosis);
        d->judged_ms = clock_now_ms();
        d->is_old = false;
        c->ui.diagnosis = &d->diagnosis;
        c->ui.diagnosed = d->graph;
        c->ui.is_examined = d->examination != NULL;
        c->is_dirty = true;
}

static void begin_examination(struct console *c)
{
        struct doctor *d = c->doctor;

        d->begun_ms = d->ended_ms = clock_now_ms(); /* one that cannot begin is tried again in due time */
        d->has_news = false;
        if (c->app->examine_start(c->app, c->graph, &d->fd, NULL) < 0)
                d->fd = -1;
}

/* The inventory may be ahead of the picture for a moment, or behind it: what it lacks is told when two examinations on
 * end find it so. */
static void doubt_drift(struct doctor *d, struct examination *x)
{
        bool had_drift = d->has_drift;

        d->has_drift = x->drift_count > 0;
        d->is_in_doubt = d->has_drift && !had_drift;
        if (d->is_in_doubt)
                x->drift_count = 0;
}

static void end_examination(struct console *c)
{
        struct doctor *d = c->doctor;
        struct examination *x = c->app->examine_join(c->app);

        d->fd = -1;
        d->ended_ms = clock_now_ms();
        d->cost_ms = d->ended_ms - d->begun_ms;
        if (!x)
                return;
        doubt_drift(d, x);
        examination_free(d->examination);
        d->examination = x;
        d->is_old = true;
}

void console_doctor_tick(struct console *c, bool ended)
{
        if (c->pause)
                return;
        if (ended)
                end_examination(c);
        if (c->ui.now_ms >= judge_time(c) && c->graph->serial == c->drawn_serial) /* what is new is first shown */
                judge(c);
        if (c->ui.now_ms >= examine_time(c))
                begin_examination(c);
}

/* -- The badge, and the remedy ----------------------------------------------------------------------------------- */

enum style console_doctor_badge(const struct console *c, char *ret, size_t size)
{
        const struct diagnosis *d = &c->doctor->diagnosis;

        ret[0] = '\0';
        for (int s = SEVERITY_COUNT - 1; s >= 0; s--) {
                char more[16] = "";

                if (d->counts[s] == 0)
                        continue;
                if (d->count > d->counts[s])
                        (void)str_format(more, sizeof(more), " +%zu", d->count - d->counts[s]); /* fits */

                CLEANUP(text_done) struct text count = {0};

                severity_put_count(&count, (enum severity)s, d->counts[s]);
                (void)str_format(ret, size, s == SEVERITY_NOTICE ? "%s%s" : " ! %s%s ", text_str(&count),
                                 more); /* fits */
                return s == SEVERITY_NOTICE ? STYLE_TITLE : STYLE_BADGE;
        }
        return STYLE_TITLE;
}

/* What is wanted and not there is made again: all of it, or the lost interface that is named. */
static void preview_restore(struct console *c, const struct finding *f)
{
        struct restore_limits limits = {0};
        CLEANUP(plan_freep) struct plan *p = NULL;
        const char *wanted = f->remedy[0].words[1];
        uint32_t number = 0;
        size_t troubles = 0;
        struct err e = {0};

        for (size_t k = 0; wanted && k < c->graph->loan_count; k++)
                if (c->graph->loans[k].state == LOAN_LOST && strcmp(c->graph->loans[k].iface, wanted) == 0)
                        number = c->graph->loans[k].number;
        if (number) {
                limits.only = &number;
                limits.only_count = 1;
        }
        if (wanted && !number)
                console_say(c, STYLE_WARNING, "%s: is lost no more", wanted);
        else if (c->app->restore(c->app, c->graph, &limits, &p, &troubles, &e) < 0)
                console_say_err(c, &e);
        else if (p->step_count == 0)
                console_say(c, STYLE_WARNING, "%s", troubles ? plan_note_said(&p->notes[0]) : _("it is there already"));
        else
                console_show_plan(c, TAKE(p));
        restore_limits_done(&limits);
}

void console_doctor_preview(struct console *c)
{
        (void)console_go_on(c); /* what is planned is planned on what is there now */

        const struct finding *f = view_doctor_bar(c->views[VIEW_DOCTOR], &c->ui);
        struct plan *p = NULL;
        struct err e = {0};

        if (!f)
                console_say(c, STYLE_GOOD, "nothing is wrong here");
        else if (f->remedy_count == 0)
                console_say(c, STYLE_WARNING, "%s: no command mends that by itself; what to do stands below", f->name);
        else if (!console_is_free(c))
                return;
        else if (remedy_is_restore(f))
                preview_restore(c, f);
        else if (remedy_plan(f, c->graph, &p, &e) < 0)
                console_say_err(c, &e);
        else
                console_show_plan(c, p);
}
