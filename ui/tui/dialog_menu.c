/* dialog_menu.c - a list to choose from, by curses' menu library: drop-downs, what can be done to a thing, completions.
 */
#include <menu.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/dialog_curses.h"
#include "ui/tui/term.h"

#define DETAIL_GAP 3

struct row {
        char *label, *detail, *help, *reason;
        char *line; /* what the library shows: label and detail, visible, as wide as the window */
        bool is_disabled, is_heading;
        int key, id;
};

struct menu_dialog {
        struct dialog base;
        char *title;
        struct menu_options options;
        struct row *rows;
        size_t count;
        size_t current;
        ITEM **items;
        MENU *menu;
        WINDOW *inner;
};

static struct menu_dialog *menu_of(struct dialog *d)
{
        return (struct menu_dialog *)d;
}

static void put_blanks(struct text *t, size_t count)
{
        while (count-- > 0)
                text_put_char(t, ' ');
}

/* Columns of the labels that have a detail beside them. */
static size_t label_columns(const struct menu_dialog *m)
{
        size_t widest = 0;

        for (size_t i = 0; i < m->count; i++) {
                size_t columns = m->rows[i].is_heading ? 0 : visible_columns(m->rows[i].label);

                if (columns > widest)
                        widest = columns;
        }
        return widest;
}

static void compose(const struct menu_dialog *m, struct row *r, size_t width)
{
        CLEANUP(text_done) struct text t = {0};
        size_t room = visible_columns(r->label), detail = visible_columns(r->detail);
        const char *end = term_ellipsis();

        if (detail > 0 && m->options.has_sentences)
                room = label_columns(m);
        if (room > width)
                room = width;
        if (detail > 0 && room + DETAIL_GAP + detail > width)
                detail = width > room + DETAIL_GAP ? width - room - DETAIL_GAP : 0;

        size_t used = visible_put_cut(&t, r->label, room, end);

        if (m->options.has_sentences && detail > 0) {
                put_blanks(&t, room + DETAIL_GAP - used);
                used = room + DETAIL_GAP + visible_put_cut(&t, r->detail, detail, end);
                put_blanks(&t, width - used);
        } else {
                put_blanks(&t, width - used - detail);
                if (detail > 0)
                        put_blanks(&t, detail - visible_put_cut(&t, r->detail, detail, end));
        }
        free(r->line);
        r->line = text_take(&t);
}

static struct rect menu_place(struct dialog *d, struct rect screen)
{
        struct menu_dialog *m = menu_of(d);
        size_t width = visible_columns(m->title) + 2;
        size_t labels = m->options.has_sentences ? label_columns(m) : 0;

        screen.h--; /* the status line below says what the row does */

        for (size_t i = 0; i < m->count; i++) {
                size_t detail = visible_columns(m->rows[i].detail), label = visible_columns(m->rows[i].label);
                size_t wanted = (detail && labels > label ? labels : label) + (detail ? detail + DETAIL_GAP : 0);

                if (wanted > width)
                        width = wanted;
        }

        int w = (int)width + 5; /* frame, mark, a blank at the end */
        int h = (int)m->count + 2;

        if (m->options.x < 0)
                return dialog_center(screen, w, h < screen.h ? h : screen.h);

        struct rect r = {m->options.x, m->options.y, w < screen.w ? w : screen.w, h};

        if (r.x + r.w > screen.x + screen.w)
                r.x = screen.x + screen.w - r.w;
        /* Below the corner, or above it when there is more room, or as much as fits. */
        if (r.y + r.h > screen.y + screen.h) {
                int below = screen.y + screen.h - r.y, above = r.y - screen.y;

                if (above > below && m->options.side == NULL) {
                        r.h = r.h < above ? r.h : above;
                        r.y -= r.h;
                } else {
                        r.h = below > 3 ? below : 3;
                        r.y = screen.y + screen.h - r.h;
                }
        }
        return r;
}

static void menu_detach(struct dialog *d)
{
        struct menu_dialog *m = menu_of(d);

        if (m->menu) {
                (void)unpost_menu(m->menu);
                (void)free_menu(m->menu);
        }
        for (size_t i = 0; m->items && m->items[i]; i++)
                (void)free_item(m->items[i]);
        free(m->items);
        if (m->inner)
                (void)delwin(m->inner);
        m->menu = NULL;
        m->items = NULL;
        m->inner = NULL;
}

static void menu_attach(struct dialog *d)
{
        struct menu_dialog *m = menu_of(d);
        int width = d->area.w - 2, height = d->area.h - 2;

        d->hole = (struct rect){1, 1, width, height};
        if (width < 4 || height < 1)
                return;
        m->items = xcalloc(m->count + 1, sizeof(void *)); /* the library wants it to end with NULL */
        for (size_t i = 0; i < m->count; i++) {
                compose(m, &m->rows[i], (size_t)width - 2);
                m->items[i] = new_item(m->rows[i].line, NULL);
                if (!m->items[i]) /* the locale can't show it */
                        m->items[i] = new_item("?", NULL);
                if (m->items[i] && (m->rows[i].is_disabled || m->rows[i].is_heading))
                        (void)item_opts_off(m->items[i], O_SELECTABLE);
        }
        m->menu = new_menu(m->items);
        m->inner = derwin(dialog_curses(d), height, width, 1, 1);
        if (!m->menu || !m->inner) {
                menu_detach(d);
                return;
        }
        (void)menu_opts_off(m->menu, O_SHOWDESC);
        (void)menu_opts_off(m->menu, O_NONCYCLIC);
        (void)set_menu_mark(m->menu, ">");
        (void)set_menu_fore(m->menu, term_attr(STYLE_SELECTED));
        (void)set_menu_back(m->menu, term_attr(STYLE_DIALOG));
        (void)set_menu_grey(m->menu, term_attr(STYLE_DIM));
        (void)set_menu_win(m->menu, dialog_curses(d));
        (void)set_menu_sub(m->menu, m->inner);
        (void)set_menu_format(m->menu, height, 1);
        if (post_menu(m->menu) != E_OK) {
                menu_detach(d);
                return;
        }
        (void)set_current_item(m->menu, m->items[m->current]);
}

static void menu_draw(struct dialog *d, struct canvas *c)
{
        struct menu_dialog *m = menu_of(d);

        dialog_draw_frame(c, m->title);
        if (!m->menu)
                return;
        if (top_row(m->menu) > 0)
                canvas_put(c, c->w - 2, 0, canvas_sign(c, SIGN_ARROW_UP), STYLE_DIALOG);
        if (top_row(m->menu) + d->area.h - 2 < (int)m->count)
                canvas_put(c, c->w - 2, c->h - 1, canvas_sign(c, SIGN_ARROW_DOWN), STYLE_DIALOG);
}

/* Moves to the next row that is no heading. */
static void step(struct menu_dialog *m, int by)
{
        size_t at = m->current;

        for (size_t tries = 0; tries < m->count; tries++) {
                at = (at + m->count + (size_t)(by + (int)m->count)) % m->count;
                if (!m->rows[at].is_heading)
                        break;
        }
        m->current = at;
        if (m->menu)
                (void)set_current_item(m->menu, m->items[at]);
}

static void page(struct menu_dialog *m, int direction)
{
        int rows = m->base.area.h - 3;

        for (int i = 0; i < rows; i++) {
                size_t before = m->current;

                step(m, direction);
                if ((direction > 0) != (m->current > before)) { /* went round: stay at the end */
                        step(m, -direction);
                        return;
                }
        }
}

static void choose(struct menu_dialog *m, size_t row)
{
        if (m->rows[row].is_disabled || m->rows[row].is_heading)
                return; /* the status line says why */

        void (*chosen)(void *, int) = m->options.chosen;

        m->base.is_closed = !m->options.stays_open;
        chosen(m->options.user, m->rows[row].id);
}

/* Typed letters: a row's own key chooses it, else the library looks for the row that begins so. */
static void typed(struct menu_dialog *m, const struct key *k)
{
        for (size_t i = 0; i < m->count; i++) {
                if (m->rows[i].key && (uint32_t)m->rows[i].key == k->code) {
                        m->current = i;
                        if (m->menu)
                                (void)set_current_item(m->menu, m->items[i]);
                        choose(m, i);
                        return;
                }
        }
        if (!m->menu || k->code >= 0x7f)
                return;
        (void)menu_driver(m->menu, REQ_CLEAR_PATTERN);
        if (menu_driver(m->menu, (int)k->code) == E_OK)
                m->current = (size_t)item_index(current_item(m->menu));
}

static void mouse(struct menu_dialog *m, const struct key *k)
{
        if (k->is_wheel_up || k->is_wheel_down) {
                step(m, k->is_wheel_up ? -1 : 1);
                return;
        }
        if (!k->is_press)
                return;
        if (!rect_has(m->base.area, k->x, k->y)) {
                m->base.is_closed = true;
                return;
        }

        int row = k->y - m->base.area.y - 1 + (m->menu ? top_row(m->menu) : 0);

        if (row >= 0 && row < (int)m->count && k->y > m->base.area.y && k->y < m->base.area.y + m->base.area.h - 1) {
                m->current = (size_t)row;
                if (m->menu)
                        (void)set_current_item(m->menu, m->items[row]);
                choose(m, (size_t)row);
        }
}

static bool menu_key(struct dialog *d, const struct key *k)
{
        struct menu_dialog *m = menu_of(d);

        switch (k->code) {
        case KEYC_UP:
        case KEYC_CTRL_P:
        case 'k': step(m, -1); break;
        case KEYC_DOWN:
        case KEYC_CTRL_N:
        case 'j': step(m, 1); break;
        case KEYC_TAB: step(m, 1); break;
        case KEYC_BACKTAB: step(m, -1); break;
        case KEYC_PAGE_UP: page(m, -1); break;
        case KEYC_PAGE_DOWN: page(m, 1); break;
        case KEYC_HOME:
                m->current = m->count - 1;
                step(m, 1);
                break;
        case KEYC_END:
                m->current = 0;
                step(m, -1);
                break;
        case KEYC_LEFT:
        case KEYC_RIGHT:
                if (m->options.side) {
                        d->is_closed = true;
                        m->options.side(m->options.user, k->code == KEYC_LEFT ? -1 : 1);
                }
                break;
        case KEYC_ENTER:
        case ' ': choose(m, m->current); break;
        case KEYC_ESCAPE:
        case KEYC_CTRL_C:
        case KEYC_F9:
        case KEYC_F10: d->is_closed = true; break;
        case KEYC_MOUSE: mouse(m, k); break;
        default:
                if (k->code < KEY_CODE_BASE)
                        typed(m, k);
        }
        return true;
}

static const char *menu_status(struct dialog *d, enum style *ret_style)
{
        struct menu_dialog *m = menu_of(d);
        const struct row *r = &m->rows[m->current];

        *ret_style = r->is_disabled ? STYLE_WARNING : STYLE_NORMAL;
        return r->is_disabled && r->reason ? r->reason : r->help;
}

static void menu_free(struct dialog *d)
{
        struct menu_dialog *m = menu_of(d);

        for (size_t i = 0; i < m->count; i++) {
                free(m->rows[i].label);
                free(m->rows[i].detail);
                free(m->rows[i].help);
                free(m->rows[i].reason);
                free(m->rows[i].line);
        }
        free(m->rows);
        free(m->title);
        free(m);
}

struct dialog *dialog_menu_new(const struct menu_row *rows, size_t count, const struct menu_options *o)
{
        struct menu_dialog *m = xcalloc(1, sizeof(*m));

        m->base = (struct dialog){
                .hints = o->side ? _("Enter:choose Arrows:move Esc:leave") : _("Enter:choose Up/Down:move Esc:leave"),
                .place = menu_place,
                .attach = menu_attach,
                .detach = menu_detach,
                .draw = menu_draw,
                .key = menu_key,
                .status = menu_status,
                .free = menu_free,
        };
        m->options = *o;
        m->title = o->title ? xstrdup(o->title) : NULL;
        m->rows = xcalloc(count + 1, sizeof(*m->rows));
        m->count = count;
        for (size_t i = 0; i < count; i++) {
                CLEANUP(text_done) struct text label = {0};

                text_put_visible(&label, rows[i].label);
                m->rows[i] = (struct row){
                        .label = text_take(&label),
                        .detail = rows[i].detail ? xstrdup(rows[i].detail) : NULL,
                        .help = rows[i].help ? xstrdup(rows[i].help) : NULL,
                        .reason = rows[i].reason ? xstrdup(rows[i].reason) : NULL,
                        .is_disabled = rows[i].is_disabled,
                        .is_heading = rows[i].is_heading,
                        .key = rows[i].key,
                        .id = rows[i].id,
                };
        }
        m->current = o->selected >= 0 && (size_t)o->selected < count ? (size_t)o->selected : 0;
        if (m->rows[m->current].is_heading)
                step(m, 1);
        return &m->base;
}
