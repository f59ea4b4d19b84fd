/* dialog_text.c - a text that scrolls: what a plan will do, why something was refused, questions. */
#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/dialog.h"

#define WIDTH_MAX 96

struct line {
        char *text;
        enum style style;
};

struct text_dialog {
        struct dialog base;
        struct text_options options;
        char *title, *hints, *text;
        struct line *lines;
        size_t count, capacity;
        enum style style; /* of the line that is being wrapped */
        int top;
        bool is_hidden; /* to look at what is behind it */
};

static struct text_dialog *text_of(struct dialog *d)
{
        return (struct text_dialog *)d;
}

static void add_line(void *user, const char *line)
{
        struct text_dialog *t = user;

        t->lines = array_grow(t->lines, &t->capacity, t->count, sizeof(*t->lines));
        t->lines[t->count++] = (struct line){xstrdup(line), t->style};
}

static void free_lines(struct text_dialog *t)
{
        for (size_t i = 0; i < t->count; i++)
                free(t->lines[i].text);
        t->count = 0;
}

/* A line's style is that of the whole line, however often it is broken. */
static void wrap(struct text_dialog *t, int width)
{
        const char *p = t->text;

        free_lines(t);
        while (*p) {
                size_t length = strcspn(p, "\n");
                CLEANUP(freep) char *line = xstrndup(p, length);

                t->style = t->options.style_of ? t->options.style_of(line) : STYLE_NORMAL;
                if (*line)
                        text_wrap(line, width, add_line, t);
                else
                        add_line(t, "");
                p += length;
                if (*p == '\n')
                        p++;
        }
}

static struct rect text_place(struct dialog *d, struct rect screen)
{
        struct text_dialog *t = text_of(d);
        int width = screen.w - 8 < WIDTH_MAX ? screen.w - 8 : WIDTH_MAX;
        int widest = t->title ? (int)text_columns(t->title) + 4 : 0;

        if (width < 20)
                width = screen.w - 4;
        wrap(t, width);
        for (size_t i = 0; i < t->count; i++) {
                int columns = (int)text_columns(t->lines[i].text);

                if (columns > widest)
                        widest = columns;
        }
        if (widest > width)
                widest = width;
        if (widest < 30)
                widest = 30;

        int height = (int)t->count + 2;
        int room = screen.h - 2;

        return dialog_center(screen, widest + 4, height < room ? height : room);
}

static int rows(const struct text_dialog *t)
{
        return t->base.area.h - 2;
}

static void scroll_to(struct text_dialog *t, int top)
{
        int last = (int)t->count - rows(t);

        if (top > last)
                top = last;
        t->top = top < 0 ? 0 : top;
}

static void text_draw(struct dialog *d, struct canvas *c)
{
        struct text_dialog *t = text_of(d);

        scroll_to(t, t->top);
        dialog_draw_frame(c, t->title);
        for (int y = 0; y < rows(t) && t->top + y < (int)t->count; y++) {
                const struct line *l = &t->lines[t->top + y];

                (void)canvas_text_visible(c, 2, y + 1, c->w - 4, l->style, l->text);
        }
        if (t->options.accepted) {
                int x = 3 + canvas_text(c, 3, c->h - 1, c->w - 6, STYLE_DIALOG_TITLE, _("Enter: yes"));

                (void)canvas_text(c, x + 3, c->h - 1, c->w - 6 - x, STYLE_DIALOG_TITLE, _("Esc: no"));
                canvas_put(c, 2, c->h - 1, ' ', STYLE_DIALOG);
                canvas_put(c, x, c->h - 1, ' ', STYLE_DIALOG);
                canvas_put(c, x + 2, c->h - 1, ' ', STYLE_DIALOG);
                canvas_put(c, x + 10, c->h - 1, ' ', STYLE_DIALOG);
        }
        if (t->top > 0)
                canvas_put(c, c->w - 2, 0, canvas_sign(c, SIGN_ARROW_UP), STYLE_DIALOG);
        if (t->top + rows(t) < (int)t->count) {
                (void)canvas_textf(c, c->w - 18, c->h - 1, 14, STYLE_DIM, " %d more ",
                                   (int)t->count - t->top - rows(t));
                canvas_put(c, c->w - 2, c->h - 1, canvas_sign(c, SIGN_ARROW_DOWN), STYLE_DIALOG);
        }
}

static void leave(struct text_dialog *t)
{
        t->base.is_closed = true;
        if (t->options.left)
                t->options.left(t->options.user);
}

static void accept_text(struct text_dialog *t)
{
        if (!t->options.accepted) {
                leave(t);
                return;
        }
        if (!t->options.stays_open)
                t->base.is_closed = true;
        t->options.accepted(t->options.user);
}

/* A hidden text takes no answer: whatever is pressed brings it back first. */
static bool peek(struct text_dialog *t, const struct key *k)
{
        if (!t->options.peeked || (!t->is_hidden && k->code != 'g'))
                return false;
        if (k->code == KEYC_MOUSE && !k->is_press)
                return true;
        t->is_hidden = !t->is_hidden;
        t->options.peeked(t->options.user, t->is_hidden);
        return true;
}

static bool text_key(struct dialog *d, const struct key *k)
{
        struct text_dialog *t = text_of(d);

        if (peek(t, k))
                return true;
        switch (k->code) {
        case KEYC_UP:
        case 'k': scroll_to(t, t->top - 1); break;
        case KEYC_DOWN:
        case 'j': scroll_to(t, t->top + 1); break;
        case KEYC_PAGE_UP: scroll_to(t, t->top - rows(t)); break;
        case KEYC_PAGE_DOWN:
        case ' ': scroll_to(t, t->top + rows(t)); break;
        case KEYC_HOME: scroll_to(t, 0); break;
        case KEYC_END: scroll_to(t, (int)t->count); break;
        case KEYC_ENTER: accept_text(t); break;
        case KEYC_ESCAPE:
        case KEYC_CTRL_C:
        case KEYC_F10:
        case 'q': leave(t); break;
        case 'y':
                if (t->options.accepted)
                        accept_text(t);
                break;
        case 'c':
                if (t->options.copied)
                        t->options.copied(t->options.user);
                break;
        case 'n':
                if (t->options.accepted)
                        leave(t);
                break;
        case KEYC_MOUSE:
                if (k->is_wheel_up)
                        scroll_to(t, t->top - 3);
                else if (k->is_wheel_down)
                        scroll_to(t, t->top + 3);
                else if (k->is_press && !rect_has(d->area, k->x, k->y))
                        leave(t);
                break;
        default: break;
        }
        return true;
}

static void text_free(struct dialog *d)
{
        struct text_dialog *t = text_of(d);

        free_lines(t);
        free(t->lines);
        free(t->title);
        free(t->hints);
        free(t->text);
        free(t);
}

struct dialog *dialog_text_new(const char *text, const struct text_options *o)
{
        struct text_dialog *t = xcalloc(1, sizeof(*t));

        t->options = *o;
        t->title = o->title ? xstrdup(o->title) : NULL;
        t->hints = xstrdup(o->hints ? o->hints : _("Enter:close Up/Down:scroll Esc:close"));
        t->text = xstrdup(text);
        t->base = (struct dialog){
                .hints = t->hints,
                .place = text_place,
                .draw = text_draw,
                .key = text_key,
                .free = text_free,
        };
        return &t->base;
}
