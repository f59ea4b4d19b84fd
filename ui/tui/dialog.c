/* dialog.c - the stack of dialogs, each in a panel of curses. */
#include "ui/tui/dialog.h"

#include <assert.h>
#include <panel.h>
#include <string.h>

#include "ui/tui/dialog_curses.h"
#include "ui/tui/term.h"

struct dialog_window {
        WINDOW *window;
        PANEL *panel;
        struct canvas *canvas;
};

WINDOW *dialog_curses(const struct dialog *d)
{
        return d->window ? d->window->window : NULL;
}

static void window_close(struct dialog *d)
{
        struct dialog_window *w = d->window;

        if (!w)
                return;
        if (d->detach)
                d->detach(d);
        if (w->panel)
                (void)del_panel(w->panel); /* can't fail: it is ours */
        if (w->window)
                (void)delwin(w->window);
        canvas_free(w->canvas);
        free(w);
        d->window = NULL;
}

static void window_open(struct dialog *d, struct rect screen)
{
        d->area = rect_intersect(d->place(d, screen), screen);
        if (d->area.w <= 0 || d->area.h <= 0)
                return; /* no room: it is drawn when the screen has grown */

        struct dialog_window *w = xcalloc(1, sizeof(*w));

        w->window = newwin(d->area.h, d->area.w, d->area.y, d->area.x);
        w->panel = w->window ? new_panel(w->window) : NULL;
        w->canvas = canvas_new(d->area.w, d->area.h, term_is_ascii());
        d->window = w;
        if (d->attach && w->window)
                d->attach(d);
}

void dialogs_push(struct dialogs *s, struct dialog *d)
{
        if (s->count == DIALOGS_MAX) { /* nobody opens so many: a mistake of ours must not lose the screen */
                d->free(d);
                return;
        }
        s->items[s->count++] = d;
        window_open(d, s->screen);
}

struct dialog *dialogs_top(const struct dialogs *s)
{
        for (size_t i = s->count; i > 0; i--) {
                if (!s->items[i - 1]->is_closed)
                        return s->items[i - 1];
        }
        return NULL;
}

void dialogs_sweep(struct dialogs *s)
{
        size_t kept = 0;

        for (size_t i = 0; i < s->count; i++) {
                struct dialog *d = s->items[i];

                if (d->is_closed) {
                        window_close(d);
                        d->free(d);
                } else {
                        if (d->is_moved) {
                                d->is_moved = false;
                                window_close(d);
                                window_open(d, s->screen);
                        }
                        s->items[kept++] = d;
                }
        }
        s->count = kept;
}

void dialogs_close(struct dialogs *s)
{
        for (size_t i = 0; i < s->count; i++)
                s->items[i]->is_closed = true;
        dialogs_sweep(s);
}

bool dialogs_key(struct dialogs *s, const struct key *k)
{
        struct dialog *d = dialogs_top(s);

        if (!d)
                return false;

        bool is_used = d->key(d, k) || !d->is_transparent;

        dialogs_sweep(s);
        return is_used;
}

void dialogs_hide(struct dialogs *s)
{
        for (size_t i = 0; i < s->count; i++)
                window_close(s->items[i]);
}

void dialogs_resize(struct dialogs *s, struct rect screen)
{
        s->screen = screen;
        for (size_t i = 0; i < s->count; i++) {
                window_close(s->items[i]);
                window_open(s->items[i], screen);
        }
}

void dialogs_draw(struct dialogs *s, bool is_ascii)
{
        term_cursor(-1, -1);
        for (size_t i = 0; i < s->count; i++) {
                struct dialog *d = s->items[i];

                if (!d->window || !d->window->window)
                        continue;
                d->cursor_x = -1;
                d->window->canvas->is_ascii = is_ascii;
                canvas_clear(d->window->canvas, STYLE_DIALOG);
                d->draw(d, d->window->canvas);
                term_put_window(d->window->window, d->window->canvas, d->hole);
                if (d->cursor_x >= 0 && i + 1 == s->count)
                        term_cursor(d->area.x + d->cursor_x, d->area.y + d->cursor_y);
        }
}

void dialog_draw_frame(struct canvas *c, const char *title)
{
        canvas_frame(c, (struct rect){0, 0, c->w, c->h}, LINE_LIGHT, STYLE_DIALOG);
        if (title && c->w > 6) {
                int used = canvas_text(c, 3, 0, c->w - 6, STYLE_DIALOG_TITLE, title);

                canvas_put(c, 2, 0, ' ', STYLE_DIALOG);
                canvas_put(c, 3 + used, 0, ' ', STYLE_DIALOG);
        }
}

struct rect dialog_center(struct rect screen, int w, int h)
{
        if (w > screen.w)
                w = screen.w;
        if (h > screen.h)
                h = screen.h;
        return (struct rect){screen.x + (screen.w - w) / 2, screen.y + (screen.h - h) / 2, w, h};
}
