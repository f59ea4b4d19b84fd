/* console.c - the loop: one poll over keys, the live graph, the running plan, signals and stray output. */
#include "ui/tui/console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/tui/child.h"
#include "ui/tui/console_state.h"
#include "ui/tui/console_way.h"
#include "ui/tui/dialog_log.h"
#include "ui/tui/events.h"
#include "ui/tui/plan_preview.h"
#include "ui/tui/term.h"

#define COUNTDOWN_MS  250 /* how late a second may be shown */
#define PLAN_DELAY_MS 150 /* shorter plans end without a dialog of their own */

int64_t console_plan_delay_ms(void)
{
        return PLAN_DELAY_MS;
}

void console_say_visible(struct console *c, enum style s, const char *text)
{
        (void)str_copy(c->message, sizeof(c->message), text); /* cut is fine: the line is shorter */
        c->message_style = s;
}

void console_say(struct console *c, enum style s, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *raw = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, raw);
        console_say_visible(c, s, text_str(&t));
}

void console_say_err(struct console *c, const struct err *e)
{
        char sentence[ERR_SENTENCE_SIZE];

        (void)err_sentence(e, sentence, sizeof(sentence));
        if ((int)text_columns(sentence) + 4 > c->canvas->w) {
                const struct text_options o = {.title = _("Not done")};

                c->message[0] = '\0';
                dialogs_push(&c->dialogs, dialog_text_new(sentence, &o));
                return;
        }
        console_say_visible(c, STYLE_ERROR, sentence);
}

void console_set_view(struct console *c, size_t view)
{
        c->view = view;
        c->is_dirty = true;
}

/* -- Leaving ----------------------------------------------------------------------------------------------------- */

static void quit_after_cancel(void *user)
{
        struct console *c = user;

        c->quits_after = true;
        if (c->is_running)
                c->app->cancel(c->app);
        else
                c->is_done = true;
}

void console_quit(struct console *c)
{
        const struct text_options o = {
                .title = _("A plan is running"),
                .hints = _("Enter:cancel_it_and_quit Esc:stay"),
                .accepted = quit_after_cancel,
                .user = c,
        };

        if (!c->is_running) {
                c->is_done = true;
                return;
        }
        dialogs_push(&c->dialogs,
                     dialog_text_new(_("It is cancelled and taken back before the console ends.\n\n"
                                       "Enter: cancel it and quit\nEsc: stay\n"),
                                     &o));
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

void console_close_dialogs(struct console *c)
{
        dialogs_close(&c->dialogs);
        c->child_wait = NULL; /* shown anew while the child runs */
}

static bool press_hotspot(struct console *c, const struct key *k)
{
        if (c->progress || c->guard)
                return false; /* these stay until they are done */
        for (size_t i = 0; i < c->hotspot_count; i++) {
                const struct hotspot *h = &c->hotspots[i];

                if (!rect_has(h->area, k->x, k->y))
                        continue;
                if (h->key)
                        console_press(c, h->key);
                else if (h->menu >= 0 && h->menu == c->menu)
                        console_close_dialogs(c);
                else if (h->menu >= 0) {
                        console_close_dialogs(c);
                        console_open_menu(c, h->menu);
                }
                return true;
        }
        return false;
}

static bool view_key(struct console *c, const struct key *k)
{
        struct view *v = c->views[c->view];
        int64_t now = c->ui.now_ms;

        if (c->view_area.h == 0)
                return false;
        c->ui.now_ms = console_view_time(c);

        bool is_used = v->key(v, k, c->view_area, &c->ui);

        c->ui.now_ms = now;
        if (is_used)
                return true;
        if (k->code == KEYC_MOUSE && k->is_press && k->is_right_button) {
                console_open_context(c);
                return true;
        }
        return false;
}

static void run_key(struct console *c, const struct key *k)
{
        const struct action *a;
        const struct verb *v;

        if (c->view_area.h > 0 && (console_way_key(c, k) || console_search_key(c, k)))
                return;

        bool is_used = view_key(c, k);

        if (k->code == KEYC_MOUSE)
                console_mouse_drag(c, k);
        if (is_used) {
                /* A double click is Enter, where the view leaves it open. */
                if (k->code == KEYC_MOUSE && k->is_double && c->view == VIEW_DOCTOR)
                        console_doctor_preview(c);
                else if (k->code == KEYC_MOUSE && k->is_double)
                        console_open_context(c);
                return;
        }
        if (c->view_area.h == 0) {
                if (k->code == 'q' || k->code == KEYC_F10 || k->code == KEYC_CTRL_C)
                        console_quit(c);
                return;
        }
        if (c->view == VIEW_RETURNS && console_returns_key(c, k))
                return;
        if (c->view == VIEW_DOCTOR && k->code == KEYC_ENTER) {
                console_doctor_preview(c);
                return;
        }
        a = console_action_for(k->code);
        if (a) {
                a->run(c);
                return;
        }
        v = console_verb_for(k->code);
        if (v) {
                console_begin_verb(c, v);
                return;
        }
        if (k->code > ' ' && k->code < 0x7f)
                console_say(c, STYLE_DIM, "%c: no such key here; ? lists them", (int)k->code);
}

static void on_key(struct console *c, const struct key *k)
{
        struct dialog *top = dialogs_top(&c->dialogs);

        c->is_dirty = true;
        if (!top)
                c->menu = -1;
        if (k->code == KEYC_CTRL_Z) {
                term_suspend();
                return;
        }
        if (k->code == KEYC_CTRL_L && top) {
                term_redraw();
                return;
        }
        if (k->code != KEYC_MOUSE || k->is_press)
                c->message[0] = '\0';
        if (k->code == KEYC_MOUSE && k->is_press && !(top && rect_has(top->area, k->x, k->y)) && press_hotspot(c, k))
                return;
        if (!dialogs_key(&c->dialogs, k)) {
                struct key meant = *k;

                meant.code = settings_key(&c->settings, k->code);
                run_key(c, &meant);
        }
        if (!dialogs_top(&c->dialogs))
                c->menu = -1;
}

void console_press(struct console *c, uint32_t code)
{
        const struct key k = {.code = code};

        if (!dialogs_key(&c->dialogs, &k))
                run_key(c, &k);
}

/* -- Signals, size, stray output --------------------------------------------------------------------------------- */

void console_fit_view(struct console *c)
{
        int w = term_width(), h = term_height();
        bool has_room = w >= SCREEN_MIN_W && h >= SCREEN_MIN_H;

        c->view_area = has_room ? (struct rect){0, 2, w, h - 4 - console_way_height(c, h - 4)} : (struct rect){0};
        c->is_dirty = true;
}

static void fit_screen(struct console *c)
{
        int w = term_width(), h = term_height();
        bool has_room = w >= SCREEN_MIN_W && h >= SCREEN_MIN_H;

        canvas_free(c->canvas);
        c->canvas = canvas_new(w, h, term_is_ascii());
        console_fit_view(c);
        dialogs_resize(&c->dialogs, has_room ? (struct rect){0, 2, w, h - 3} : (struct rect){0});
        c->is_dirty = true;
}

static void on_signals(struct console *c)
{
        enum term_event event;

        while ((event = term_read_signal()) != TERM_EVENT_NONE) {
                switch (event) {
                case TERM_EVENT_NONE: break;
                case TERM_EVENT_RESIZE:
                        term_resize();
                        fit_screen(c);
                        break;
                case TERM_EVENT_STOP: term_suspend(); break;
                case TERM_EVENT_QUIT: quit_after_cancel(c); break;
                }
        }
}

static void on_stray(struct console *c)
{
        char line[256];

        if (term_read_stray(line, sizeof(line)))
                console_say(c, STYLE_WARNING, "%s", line);
        c->is_dirty = true;
}

/* -- The loop ---------------------------------------------------------------------------------------------------- */

/* When something on the screen changes by itself; -1 never. Idle, that is the clock's next minute. */
static int next_wake_ms(const struct console *c)
{
        int64_t wait = (60 - time(NULL) % 60) * 1000;

        for (size_t i = 0; i < c->ui.recent_count && !c->dialogs.count; i++) {
                int64_t age = c->ui.now_ms - c->recent[i].at_ms;
                int64_t left = (age < RECENT_NEW_MS ? RECENT_NEW_MS : RECENT_MS) - age;

                if (left < wait)
                        wait = left;
        }
        if (c->child && !c->child_changes && !c->child_wait) {
                int64_t left = c->child_begun_ms + PLAN_DELAY_MS - c->ui.now_ms;

                if (left < wait)
                        wait = left;
        }
        if (c->news[0] && c->news_until_ms - c->ui.now_ms < wait)
                wait = c->news_until_ms - c->ui.now_ms;
        if (c->is_running && !c->progress) {
                int64_t left = c->plan_begun_ms + PLAN_DELAY_MS - c->ui.now_ms;

                if (left < wait)
                        wait = left;
        }
        if (console_doctor_time(c) - c->ui.now_ms < wait)
                wait = console_doctor_time(c) - c->ui.now_ms;
        if (c->guard && dialog_guard_left_s(c->guard) > 0 && wait > COUNTDOWN_MS)
                wait = COUNTDOWN_MS;
        return wait < 1 ? 1 : (int)wait;
}

static int view_fd(const struct console *c)
{
        return c->views[c->view]->fd ? c->views[c->view]->fd(c->views[c->view]) : -1;
}

static int loop(struct console *c, struct err *e)
{
        while (!c->is_done) {
                struct pollfd fds[] = {
                        {.fd = c->has_lost_input ? -1 : term_input_fd(), .events = POLLIN},
                        {.fd = term_signal_fd(), .events = POLLIN},
                        {.fd = term_stray_fd(), .events = POLLIN},
                        {.fd = c->watch_fd, .events = POLLIN},
                        {.fd = c->plan_fd, .events = POLLIN},
                        {.fd = c->guard ? c->app->guard_fd(c->app) : -1, .events = POLLIN},
                        {.fd = c->child ? child_fd(c->child) : -1, .events = POLLIN},
                        {.fd = c->log ? dialog_log_fd(c->log) : -1, .events = POLLIN},
                        {.fd = console_way_fd(c), .events = POLLIN},
                        {.fd = console_doctor_fd(c), .events = POLLIN},
                        {.fd = view_fd(c), .events = POLLIN},
                };

                c->ui.now_ms = clock_now_ms();
                if (!c->dialogs.count)
                        console_forget_recent(c);
                if (c->ui.now_ms >= c->news_until_ms)
                        c->news[0] = '\0';
                if (c->is_dirty) {
                        console_draw(c);
                        c->is_dirty = false;
                }

                int n = poll(fds, ARRAY_SIZE(fds), next_wake_ms(c));

                if (n < 0 && errno != EINTR)
                        return err_set(e, -errno, "console: waiting for keys failed");
                c->ui.now_ms = clock_now_ms();
                if (n == 0)
                        c->is_dirty = true; /* the clock, or a mark that fades */
                if (n < 0)
                        continue;
                if (fds[1].revents)
                        on_signals(c);
                if (fds[2].revents & POLLIN)
                        on_stray(c);
                if (fds[3].revents & POLLIN)
                        console_take_graph(c);
                if (fds[3].revents & (POLLERR | POLLHUP | POLLNVAL)) {
                        c->watch_fd = -1;
                        c->has_watch_failed = c->is_dirty = true;
                }
                if (c->is_running) {
                        console_plan_progress(c);
                        c->is_dirty = true;
                }
                if (fds[5].revents && c->guard) {
                        console_guard_news(c);
                        c->is_dirty = true;
                }
                if (fds[10].revents && fds[10].fd == view_fd(c)) {
                        c->views[c->view]->news(c->views[c->view], &c->ui);
                        c->is_dirty = true;
                }
                if (fds[8].revents && fds[8].fd >= 0 && fds[8].fd == console_way_fd(c)) {
                        console_way_news(c);
                        c->is_dirty = true;
                }
                console_doctor_tick(c, fds[9].revents & POLLIN);
                if (fds[7].revents && c->log && dialog_log_news(c->log))
                        c->is_dirty = true;
                if (fds[6].revents && c->child) {
                        console_child_ended(c);
                        c->is_dirty = true;
                } else {
                        console_child_tick(c);
                }
                if (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) {
                        /* The terminal is gone (it stays readable then): a running plan is waited for without it. */
                        c->has_lost_input = true;
                        quit_after_cancel(c);
                } else if (fds[0].revents & POLLIN) {
                        struct key k;

                        while (!c->is_done && term_read_key(&k))
                                on_key(c, &k);
                }
        }
        return 0;
}

/* Whether changes can be made at all: CAP_NET_ADMIN in the effective set. */
static bool has_privilege(void)
{
        FILE *f = fopen("/proc/self/status", "re");
        char line[256];
        unsigned long long set = 0;

        if (!f)
                return true; /* not known: the kernel will say */
        while (fgets(line, sizeof(line), f)) {
                if (str_has_prefix(line, "CapEff:"))
                        set = strtoull(line + 7, NULL, 16);
        }
        (void)fclose(f);
        return set >> 12 & 1;
}

static void console_done(struct console *c)
{
        dialogs_close(&c->dialogs);
        for (size_t i = 0; i < VIEW_COUNT; i++) {
                if (c->views[i] && c->views[i]->free)
                        c->views[i]->free(c->views[i]);
        }
        plan_free(c->plan);
        graph_unref(c->plan_graph);
        plan_preview_free(c->preview);
        console_doctor_done(c);
        console_returns_done(c);
        console_ngctl_done(c);
        console_child_drop(c);
        console_files_done(c);
        console_way_end(c);
        console_jails_done(c);
        free(c->commands);
        console_pause_drop(c);
        history_free(c->history);
        events_free(c->events);
        graph_unref(c->newest);
        graph_unref(c->before);
        graph_unref(c->graph);
        canvas_free(c->canvas);
        free(c);
}

int console_run(struct app *a, struct err *e)
{
        struct console *c = xcalloc(1, sizeof(*c));
        CLEANUP(text_done) struct text wrong = {0};
        int r;

        c->app = a;
        c->ui.app = a;
        c->ui.recent = c->recent;
        c->ui.marks = &c->marks;
        c->ui.history = c->history = history_new();
        c->ui.events = c->events = events_new();
        c->ui.waited = c->waited;
        c->ui.back = c->back;
        c->watch_fd = c->plan_fd = c->menu = -1;
        c->can_change = has_privilege();
        a->sets_guards = true;
        console_read_settings(c, &wrong);
        r = a->watch(a, &c->watch_fd, e);
        if (r == 0)
                r = term_init(a->use_ascii || c->settings.is_ascii, a->no_color, c->settings.theme, e);
        if (r == 0) {
                c->views[0] = view_graph_new();
                c->views[1] = view_table_new();
                c->views[2] = view_details_new();
                c->views[3] = view_returns_new();
                c->views[4] = view_journal_new();
                c->views[5] = view_top_new();
                c->views[6] = view_events_new();
                c->views[VIEW_DOCTOR] = view_doctor_new();
                console_doctor_begin(c);
                console_recall_views(c);
                a->set_rates(a, true);
                c->view = c->settings.view;
                term_mouse(c->settings.has_mouse);
                c->ui.now_ms = clock_now_ms();
                fit_screen(c);
                console_take_graph(c);
                if (wrong.length)
                        console_say_wrong_settings(c, text_str(&wrong));
                else if (a->notice)
                        console_say(c, STYLE_WARNING, "%s", a->notice);
                else if (c->graph->partial)
                        console_say(c, STYLE_WARNING, "partial view: %s", c->graph->partial);
                r = loop(c, e);
                dialogs_close(&c->dialogs);
                console_remember_views(c);
        }
        int quit = term_quit_signal();

        /* 0 is for who wished to leave. */
        if (r == 0 && quit)
                r = err_set(e, -EINTR, "console: ended by a signal");
        else if (r == 0 && c->has_lost_input)
                r = err_set(e, -EIO, "console: the terminal is gone");
        term_done();
        console_done(c);
        if (quit)
                (void)raise(quit); /* who sent it shall see that it was heeded; nohup's SIGHUP passes */
        return r;
}
