/* dialog_progress.c - a plan that is being run: how far it is, what it does now, and how to stop it. */
#include "core/base/intl.h"
#include "ui/tui/dialog.h"

struct progress_dialog {
        struct dialog base;
        char *title;
        size_t done, total;
        char sentence[160];
        bool is_rolling_back, is_cancelled;
        void (*cancel)(void *user);
        void *user;
};

static struct progress_dialog *progress_of(struct dialog *d)
{
        return (struct progress_dialog *)d;
}

static struct rect progress_place(struct dialog *d, struct rect screen)
{
        (void)d;
        return dialog_center(screen, 64, 6);
}

static void progress_draw(struct dialog *d, struct canvas *c)
{
        struct progress_dialog *p = progress_of(d);
        int width = c->w - 4 - 10;
        int filled = p->total ? (int)((size_t)width * p->done / p->total) : 0;

        dialog_draw_frame(c, p->title);
        for (int x = 0; x < width; x++)
                canvas_put(c, 2 + x, 2, x < filled ? (c->is_ascii ? '#' : 0x2588) : (c->is_ascii ? '.' : 0x2591),
                           x < filled ? STYLE_GOOD : STYLE_DIM);
        (void)canvas_textf(c, 3 + width, 2, 9, STYLE_NORMAL, "%3zu/%zu", p->done, p->total);

        const char *lead = p->is_rolling_back ? _("taking it back: ") : p->is_cancelled ? _("stopping after: ") : "";
        int used = canvas_text(c, 2, 3, c->w - 4, STYLE_WARNING, lead);

        (void)canvas_text_visible(c, 2 + used, 3, c->w - 4 - used, STYLE_NORMAL, p->sentence);
}

static bool progress_key(struct dialog *d, const struct key *k)
{
        struct progress_dialog *p = progress_of(d);

        if (k->code == 'c' || k->code == KEYC_ESCAPE || k->code == KEYC_CTRL_C) {
                p->is_cancelled = true;
                p->cancel(p->user);
        }
        return true;
}

static void progress_free(struct dialog *d)
{
        free(progress_of(d)->title);
        free(d);
}

struct dialog *dialog_progress_new(const char *title, void (*cancel)(void *user), void *user)
{
        struct progress_dialog *p = xcalloc(1, sizeof(*p));

        p->title = xstrdup(title);
        p->cancel = cancel;
        p->user = user;
        p->base = (struct dialog){
                .hints = _("c:cancel_and_take_back"),
                .place = progress_place,
                .draw = progress_draw,
                .key = progress_key,
                .free = progress_free,
        };
        return &p->base;
}

void dialog_progress_set(struct dialog *d, size_t done, size_t total, const char *sentence, bool is_rolling_back)
{
        struct progress_dialog *p = progress_of(d);

        p->done = done;
        p->total = total;
        p->is_rolling_back = is_rolling_back;
        (void)str_copy(p->sentence, sizeof(p->sentence), sentence); /* cut is fine: one line is shown */
}
