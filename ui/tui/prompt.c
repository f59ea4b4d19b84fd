/* prompt.c - one line at the bottom of the screen: search and filter. */
#include <string.h>

#include "ui/tui/dialog.h"
#include "ui/tui/line_edit.h"

struct prompt {
        struct dialog base;
        struct prompt_options options;
        char *label;
        struct line_edit line;
        char note[80];
        bool has_ended;
};

static struct prompt *prompt_of(struct dialog *d)
{
        return (struct prompt *)d;
}

static struct rect prompt_place(struct dialog *d, struct rect screen)
{
        (void)d;
        return (struct rect){screen.x, screen.y + screen.h - 1, screen.w, 1};
}

static void prompt_draw(struct dialog *d, struct canvas *c)
{
        struct prompt *p = prompt_of(d);
        int note = (int)text_columns(p->note);
        int x = canvas_text(c, 1, 0, c->w / 3, STYLE_DIALOG_TITLE, p->label) + 2;

        d->cursor_x = line_edit_draw(&p->line, c, x, 0, c->w - x - note - 2, STYLE_FIELD_ACTIVE);
        d->cursor_y = 0;
        (void)canvas_text(c, c->w - note - 1, 0, note, STYLE_DIM, p->note);
}

static void end(struct prompt *p, bool is_accepted)
{
        p->base.is_closed = p->has_ended = true;
        p->options.ended(p->options.user, p->line.text, is_accepted);
}

static bool prompt_key(struct dialog *d, const struct key *k)
{
        struct prompt *p = prompt_of(d);

        switch (k->code) {
        case KEYC_ENTER: end(p, true); return true;
        case KEYC_ESCAPE:
        case KEYC_CTRL_C: end(p, false); return true;
        case KEYC_MOUSE:
                if (k->is_press && k->y != d->area.y)
                        end(p, true);
                return true;
        default: break;
        }
        if (line_edit_key(&p->line, k))
                if (p->options.changed)
                        p->options.changed(p->options.user, p->line.text);
        return true;
}

/* Who asked keeps a pointer to it. Closed with all others: what had its effect while it was typed stays. */
static void prompt_free(struct dialog *d)
{
        struct prompt *p = prompt_of(d);

        if (!p->has_ended)
                end(p, p->options.changed != NULL);
        free(p->label);
        free(d);
}

struct dialog *prompt_new(const struct prompt_options *o)
{
        struct prompt *p = xcalloc(1, sizeof(*p));

        p->options = *o;
        p->label = xstrdup(o->label);
        line_edit_set(&p->line, o->initial ? o->initial : "");
        p->base = (struct dialog){
                .hints = o->hints,
                .place = prompt_place,
                .draw = prompt_draw,
                .key = prompt_key,
                .free = prompt_free,
        };
        return &p->base;
}

void prompt_note(struct dialog *d, const char *note)
{
        (void)str_copy(prompt_of(d)->note, sizeof(prompt_of(d)->note), note); /* cut is fine */
}
