/* dialog_guard.c - a plan that could have cut the operator off has run: is it to be kept? The time left counts down. */
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/tui/dialog.h"

#define WIDTH 68

struct guard_dialog {
        struct dialog base;
        char *title;
        int64_t until_ms;
        bool is_answered, keeps;
        void (*answer)(void *user, bool keeps);
        void *user;
};

static struct guard_dialog *guard_of(struct dialog *d)
{
        return (struct guard_dialog *)d;
}

static struct rect guard_place(struct dialog *d, struct rect screen)
{
        (void)d;
        return dialog_center(screen, WIDTH, 8);
}

int dialog_guard_left_s(const struct dialog *d)
{
        const struct guard_dialog *g = (const struct guard_dialog *)d;
        int64_t left_ms = g->until_ms - clock_now_ms();

        return left_ms > 0 ? (int)((left_ms + 999) / 1000) : 0;
}

static void guard_draw(struct dialog *d, struct canvas *c)
{
        struct guard_dialog *g = guard_of(d);
        int left_s = dialog_guard_left_s(d), width = c->w - 4;

        dialog_draw_frame(c, _("Keep this?"));
        (void)canvas_text_visible(c, 2, 1, width, STYLE_NORMAL, g->title);
        (void)canvas_text(c, 2, 2, width, STYLE_NORMAL, _("It touched your own way in. Are you still there?"));
        if (g->is_answered)
                (void)canvas_text(c, 2, 4, width, STYLE_NORMAL, g->keeps ? _("It is kept...") : _("It is put back..."));
        else if (left_s > 0)
                (void)canvas_textf(c, 2, 4, width, STYLE_WARNING, "It is put back in %d s, unless you keep it.",
                                   left_s);
        else
                (void)canvas_text(c, 2, 4, width, STYLE_WARNING, _("The time has run out: it is put back..."));
        (void)canvas_text(c, 2, 6, width, STYLE_DIM, _("Enter, y: keep it     n: put it back now"));
}

/* Not Esc: it must be an answer, not a way out of a dialog. */
static bool guard_key(struct dialog *d, const struct key *k)
{
        struct guard_dialog *g = guard_of(d);
        bool keeps = k->code == KEYC_ENTER || k->code == 'y';

        if (g->is_answered || (!keeps && k->code != 'n'))
                return true;
        g->is_answered = true;
        g->keeps = keeps;
        g->answer(g->user, keeps);
        return true;
}

static void guard_dialog_free(struct dialog *d)
{
        free(guard_of(d)->title);
        free(d);
}

struct dialog *dialog_guard_new(const char *title, int left_s, void (*answer)(void *user, bool keeps), void *user)
{
        struct guard_dialog *g = xcalloc(1, sizeof(*g));

        g->title = xstrdup(title);
        g->until_ms = clock_now_ms() + (int64_t)left_s * 1000;
        g->answer = answer;
        g->user = user;
        g->base = (struct dialog){
                .hints = _("Enter:keep_it n:put_it_back_now"),
                .place = guard_place,
                .draw = guard_draw,
                .key = guard_key,
                .free = guard_dialog_free,
        };
        return &g->base;
}
