/*
 * dialog_form.c - a verb's form, by curses' form library: labels, fields, and a line of help or error under each.
 *
 * The values are form_model's; this file moves them in and out of the library. What the library shows is the visible
 * form of a value: as long as nobody edits it, the raw one is kept.
 */
#include "ui/tui/dialog_form_parts.h"

#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/term.h"

#define WIDTH_MAX 78

static struct form_dialog *form_of(struct dialog *d)
{
        return (struct form_dialog *)d;
}

/* -- Values in and out of the library ---------------------------------------------------------------------------- */

static void put_shown(struct text *t, const struct form_field *field)
{
        if (field->is_switch)
                text_put(t, field->is_on ? "[x]" : "[ ]");
        else
                text_put_visible(t, field->value);
}

static void set_buffer(FIELD *field, const char *s)
{
        if (field && set_field_buffer(field, 0, s) != E_OK)
                (void)set_field_buffer(field, 0, "?"); /* the locale can't show it */
}

void form_show_value(struct form_dialog *f, size_t i)
{
        CLEANUP(text_done) struct text t = {0};

        put_shown(&t, &f->model.fields[i]);
        set_buffer(f->rows[i].input, text_str(&t));
        if (f->form && i == f->current)
                (void)form_driver(f->form, REQ_END_FIELD);
}

/* Takes what was typed into the current field over, unless it is still the visible form of the raw value. */
static void read_value(struct form_dialog *f)
{
        struct form_field *field = form_current_field(f);

        if (!f->form || field->is_switch)
                return;
        (void)form_driver(f->form, REQ_VALIDATION); /* moves the window's text into the buffer */

        const char *buffer = field_buffer(f->rows[f->current].input, 0);
        CLEANUP(freep) char *typed = xstrdup(buffer ? buffer : "");
        size_t length = strlen(typed);
        CLEANUP(text_done) struct text shown = {0};

        while (length > 0 && typed[length - 1] == ' ')
                typed[--length] = '\0';
        put_shown(&shown, field);
        if (strcmp(typed, text_str(&shown)) != 0)
                form_model_set(&f->model, f->current, typed);
}

static void put_message(struct text *t, const struct form_dialog *f, size_t i, bool *ret_is_error)
{
        const struct form_field *field = &f->model.fields[i];

        *ret_is_error = field->error[0] || (field->is_missing && f->was_tried);
        if (field->error[0])
                text_putf(t, "! %s", field->error);
        else if (field->is_missing)
                text_put(t, f->was_tried ? _("! needed: ") : _("needed: "));
        if (!field->error[0])
                form_field_put_hint(t, field);
}

static void show_messages(struct form_dialog *f)
{
        for (size_t i = 0; i < f->model.count && f->form; i++) {
                CLEANUP(text_done) struct text t = {0};
                bool is_error;
                int rows, columns;

                if (f->rows[i].input) {
                        enum style s = i == f->current ? STYLE_FIELD_ACTIVE : STYLE_FIELD;

                        (void)set_field_back(f->rows[i].input, term_attr(s));
                        (void)set_field_fore(f->rows[i].input, term_attr(s));
                }
                if (!f->rows[i].message)
                        continue;
                put_message(&t, f, i, &is_error);
                (void)field_info(f->rows[i].message, &rows, &columns, NULL, NULL, NULL, NULL);
                /* Cut when it must be: the whole is told below the fields. */
                CLEANUP(text_done) struct text cut = {0};

                (void)visible_put_cut(&cut, text_str(&t), (size_t)columns, term_ellipsis());
                set_buffer(f->rows[i].message, text_str(&cut));
                (void)set_field_fore(f->rows[i].message, term_attr(is_error ? STYLE_ERROR : STYLE_DIM));
                (void)set_field_back(f->rows[i].message, term_attr(STYLE_DIALOG));
        }
}

void form_check(struct form_dialog *f)
{
        const struct graph *g = f->options.graph(f->options.user);

        f->checked_serial = g->serial;
        f->is_good = form_model_check(&f->model, g);
        f->note[0] = '\0';
        f->note_is_error = false;
        if (f->is_good) {
                struct intent in;

                form_model_intent(&f->model, &in);
                f->note_is_error = f->options.check(f->options.user, &in, f->note, sizeof(f->note)) < 0;
        }
        show_messages(f);
}

static void changed(struct form_dialog *f)
{
        read_value(f);
        form_check(f);
}

/* -- The window -------------------------------------------------------------------------------------------------- */

const char *form_label_of(const struct form_field *field, char buf[WORDED_SIZE])
{
        if (field->option && (field->is_switch || field->option->extra_values > 0))
                return field->option->name;
        return describe_words(field->arg->label ? field->arg->label : field->arg->name, buf);
}

int form_label_width(const struct form_dialog *f)
{
        char worded[WORDED_SIZE];
        size_t width = 8;

        for (size_t i = 0; i < f->model.count; i++) {
                size_t columns = text_columns(form_label_of(&f->model.fields[i], worded));

                if (columns > width)
                        width = columns;
        }
        return (int)width;
}

static struct rect form_place(struct dialog *d, struct rect screen)
{
        struct form_dialog *f = form_of(d);
        int width = screen.w - 4 < WIDTH_MAX ? screen.w - 4 : WIDTH_MAX;
        int count = (int)f->model.count;

        f->has_messages = 2 * count + ROWS_ABOVE + ROWS_BELOW <= screen.h;

        int height = (f->has_messages ? 2 : 1) * count + ROWS_ABOVE + ROWS_BELOW;

        return dialog_center(screen, width, height < screen.h ? height : screen.h);
}

static void form_detach(struct dialog *d)
{
        struct form_dialog *f = form_of(d);

        if (f->form) {
                (void)unpost_form(f->form);
                (void)free_form(f->form);
        }
        for (size_t i = 0; i < f->model.count; i++) {
                FIELD *parts[] = {f->rows[i].label, f->rows[i].input, f->rows[i].message};

                for (size_t n = 0; n < ARRAY_SIZE(parts); n++) {
                        if (parts[n])
                                (void)free_field(parts[n]);
                }
                f->rows[i] = (struct form_row){0};
        }
        if (f->inner)
                (void)delwin(f->inner);
        f->form = NULL;
        f->inner = NULL;
}

static FIELD *passive_field(int width, int y, int x, enum style s)
{
        FIELD *field = new_field(1, width, y, x, 0, 0);

        if (!field)
                return NULL;
        (void)field_opts_off(field, O_ACTIVE);
        (void)set_field_fore(field, term_attr(s));
        (void)set_field_back(field, term_attr(STYLE_DIALOG));
        return field;
}

static void form_attach(struct dialog *d)
{
        struct form_dialog *f = form_of(d);
        int width = d->area.w - 4;
        int height = d->area.h - ROWS_ABOVE - ROWS_BELOW;
        int labels = form_label_width(f) + 2;
        int step = f->has_messages ? 2 : 1;
        int y = 0;
        size_t n = 0;

        d->hole = (struct rect){2, ROWS_ABOVE, width, height};
        if (height < 1 || width < labels + 8)
                return;
        for (size_t i = 0; i < f->model.count; i++) {
                struct form_field *field = &f->model.fields[i];
                struct form_row *row = &f->rows[i];
                bool is_fixed = field->is_switch || field->arg->type == ARG_CHOICE;
                bool is_new_page = y + step > height;

                if (is_new_page)
                        y = 0;
                row->label = passive_field(labels, y, 0, STYLE_DIALOG);
                row->input = new_field(1, field->is_switch ? 3 : width - labels, y, labels, 0, 0);
                row->message = f->has_messages ? passive_field(width - labels, y + 1, labels, STYLE_DIM) : NULL;
                if (!row->label || !row->input || (f->has_messages && !row->message)) {
                        form_detach(d);
                        return;
                }
                set_buffer(row->label, form_label_of(field, (char[WORDED_SIZE]){0}));
                (void)set_new_page(row->label, is_new_page);
                (void)field_opts_off(row->input, O_STATIC | O_AUTOSKIP | O_BLANK);
                if (is_fixed)
                        (void)field_opts_off(row->input, O_EDIT);
                form_show_value(f, i);
                f->fields[n++] = row->label;
                f->fields[n++] = row->input;
                if (row->message)
                        f->fields[n++] = row->message;
                y += step;
        }
        f->fields[n] = NULL;
        f->form = new_form(f->fields);
        f->inner = derwin(dialog_curses(d), height, width, ROWS_ABOVE, 2);
        if (!f->form || !f->inner) {
                form_detach(d);
                return;
        }
        (void)set_form_win(f->form, dialog_curses(d));
        (void)set_form_sub(f->form, f->inner);
        if (post_form(f->form) != E_OK) {
                form_detach(d);
                return;
        }
        (void)set_current_field(f->form, f->rows[f->current].input);
        (void)form_driver(f->form, REQ_END_FIELD);
        show_messages(f);
}

struct note_lines {
        struct canvas *canvas;
        int y, last;
        enum style style;
};

static void draw_note_line(void *user, const char *line)
{
        struct note_lines *n = user;

        if (n->y <= n->last)
                (void)canvas_text_visible(n->canvas, 2, n->y++, n->canvas->w - 4, n->style, line);
}

static void form_draw(struct dialog *d, struct canvas *c)
{
        struct form_dialog *f = form_of(d);
        const struct form_field *field = form_current_field(f);

        if (f->checked_serial != f->options.graph(f->options.user)->serial)
                form_check(f);
        dialog_draw_frame(c, f->title);
        (void)canvas_text(c, 2, 1, c->w - 4, STYLE_DIM, describe_words(f->model.verb->help, (char[WORDED_SIZE]){0}));

        /* The current field's trouble first; then what the whole would do. */
        CLEANUP(text_done) struct text note = {0};
        bool is_error = false;

        put_message(&note, f, f->current, &is_error);
        if (f->has_messages && (int)text_columns(text_str(&note)) <= d->area.w - 4 - form_label_width(f) - 2) {
                text_clear(&note); /* it stands under its field already, whole */
                is_error = false;
        }

        struct note_lines lines = {c, c->h - 4, c->h - 3, STYLE_DIM};

        if (f->note[0] && !f->note_is_error && !is_error && note.length) { /* a line for each */
                (void)canvas_text(c, 2, lines.y++, c->w - 4, STYLE_DIM, text_str(&note));
                text_clear(&note);
        }
        if (f->note[0] && !is_error) {
                text_clear(&note);
                text_putf(&note, "%s%s", f->note_is_error ? "! " : "", f->note);
                is_error = f->note_is_error;
        }
        lines.style = is_error ? STYLE_ERROR : f->note[0] ? STYLE_GOOD : STYLE_DIM;
        text_wrap(text_str(&note), c->w - 4, draw_note_line, &lines);

        struct intent in;
        CLEANUP(text_done) struct text command = {0};

        form_model_intent(&f->model, &in);
        text_put(&command, "jailnet ");
        intent_put_words(&command, &in);
        (void)canvas_text(c, 2, c->h - 2, c->w - 4, STYLE_DIM, text_str(&command));

        if (f->form && !field->is_switch) {
                int x, y;

                (void)pos_form_cursor(f->form);
                getyx(f->inner, y, x);
                d->cursor_x = d->hole.x + x;
                d->cursor_y = d->hole.y + y;
        } else if (f->form) {
                int x, y;

                (void)pos_form_cursor(f->form);
                getyx(f->inner, y, x);
                (void)x;
                d->cursor_x = d->hole.x + form_label_width(f) + 3;
                d->cursor_y = d->hole.y + y;
        }
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

static void go_to(struct form_dialog *f, size_t i)
{
        read_value(f);
        f->current = i;
        if (f->form) {
                (void)set_current_field(f->form, f->rows[i].input);
                (void)form_driver(f->form, REQ_END_FIELD);
        }
        form_check(f);
}

void form_go_next(struct form_dialog *f, int by)
{
        go_to(f, (f->current + f->model.count + (size_t)(by + (int)f->model.count)) % f->model.count);
}

static void submit(struct form_dialog *f)
{
        struct intent in;

        changed(f);
        if (form_current_field(f)->is_missing && form_open_list(f))
                return;
        f->was_tried = true;
        form_check(f);
        if (!f->is_good) {
                for (size_t i = 0; i < f->model.count; i++) {
                        if (f->model.fields[i].is_missing || f->model.fields[i].error[0]) {
                                go_to(f, i);
                                return;
                        }
                }
                return;
        }
        if (f->note_is_error)
                return; /* the sentence is on the form already */
        form_model_intent(&f->model, &in);
        f->options.accepted(f->options.user, &in);
}

static void cycle(struct form_dialog *f, int direction)
{
        if (form_field_cycle(form_current_field(f), direction)) {
                form_show_value(f, f->current);
                form_check(f);
        }
}

static void mouse(struct form_dialog *f, const struct key *k)
{
        if (!k->is_press)
                return;
        for (size_t i = 0; i < f->model.count && f->form; i++) {
                int rows, columns, y, x;

                if (field_info(f->rows[i].input, &rows, &columns, &y, &x, NULL, NULL) != E_OK)
                        continue;
                if (k->y != f->base.area.y + ROWS_ABOVE + y || k->x < f->base.area.x ||
                    k->x >= f->base.area.x + f->base.area.w)
                        continue;

                bool was_there = f->current == i;

                go_to(f, i);
                if (f->model.fields[i].is_switch || (was_there && f->model.fields[i].arg->type == ARG_CHOICE))
                        cycle(f, 1);
                else if (was_there && k->is_double)
                        (void)form_open_list(f);
                return;
        }
}

static int driver_request(uint32_t code)
{
        switch (code) {
        case KEYC_LEFT: return REQ_LEFT_CHAR;
        case KEYC_RIGHT: return REQ_RIGHT_CHAR;
        case KEYC_HOME:
        case KEYC_CTRL_A: return REQ_BEG_FIELD;
        case KEYC_END:
        case KEYC_CTRL_E: return REQ_END_FIELD;
        case KEYC_BACKSPACE: return REQ_DEL_PREV;
        case KEYC_DELETE: return REQ_DEL_CHAR;
        case KEYC_CTRL_W: return REQ_DEL_WORD;
        case KEYC_CTRL_U: return REQ_CLR_FIELD;
        case KEYC_CTRL_K: return REQ_CLR_EOF;
        default: return 0;
        }
}

static bool form_key(struct dialog *d, const struct key *k)
{
        struct form_dialog *f = form_of(d);
        struct form_field *field = form_current_field(f);
        bool is_fixed = field->is_switch || field->arg->type == ARG_CHOICE;

        switch (k->code) {
        case KEYC_ESCAPE:
        case KEYC_CTRL_C:
        case KEYC_F10: d->is_closed = true; return true;
        case KEYC_ENTER: submit(f); return true;
        case KEYC_TAB: form_tab(f); return true;
        case KEYC_DOWN: form_go_next(f, 1); return true;
        case KEYC_BACKTAB:
        case KEYC_UP: form_go_next(f, -1); return true;
        case KEYC_CTRL_SPACE:
        case KEYC_CTRL_N:
        case KEYC_F4: (void)form_open_list(f); return true;
        case KEYC_MOUSE: mouse(f, k); return true;
        default: break;
        }
        if (is_fixed) {
                if (k->code == KEYC_LEFT || k->code == KEYC_RIGHT || k->code == ' ')
                        cycle(f, k->code == KEYC_LEFT ? -1 : 1);
                return true;
        }
        if (!f->form)
                return true;

        int request = driver_request(k->code);

        if (request)
                (void)form_driver(f->form, request); /* at an edge it can't: nothing to tell */
        else if (k->code >= ' ' && k->code < KEY_CODE_BASE)
                (void)form_driver_w(f->form, OK, (wchar_t)k->code);
        else
                return true;
        changed(f);
        return true;
}

static void form_free(struct dialog *d)
{
        struct form_dialog *f = form_of(d);

        for (size_t i = 0; i < f->word_count; i++)
                free(f->words[i]);
        form_model_done(&f->model);
        free(f);
}

struct dialog *dialog_form_new(struct dialogs *stack, const struct verb *v, const struct intent *prefill,
                               const struct form_options *o)
{
        struct form_dialog *f = xcalloc(1, sizeof(*f));
        char worded[WORDED_SIZE];
        const char *title = describe_words(describe_title(v), worded);
        size_t length = strlen(title);

        f->base = (struct dialog){
                .hints = _("Enter:preview Tab:complete,_next Ctrl-Space:list Up/Down:fields Esc:leave"),
                .place = form_place,
                .attach = form_attach,
                .detach = form_detach,
                .draw = form_draw,
                .key = form_key,
                .free = form_free,
        };
        f->stack = stack;
        f->options = *o;
        if (length > 3 && strcmp(title + length - 3, "...") == 0)
                length -= 3;
        (void)str_format(f->title, sizeof(f->title), "%.*s%s%s", (int)length, title, o->about ? ": " : "",
                         o->about ? o->about : ""); /* cut is fine */
        f->options.about = NULL;                    /* it was borrowed */
        form_model_init(&f->model, v);
        if (prefill)
                form_model_fill(&f->model, prefill);
        for (f->current = 0; f->current + 1 < f->model.count && *f->model.fields[f->current].value; f->current++)
                ; /* the first one to be filled in */
        form_check(f);
        return &f->base;
}
