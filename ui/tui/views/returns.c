/* returns.c - the Returns view: what the host lent to jails, what is pending, and who holds it. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "core/graph/orphans.h"
#include "ui/tui/text_wrap.h"
#include "ui/tui/views/describe.h"
#include "ui/tui/views/returns.h"
#include "ui/tui/views/rows.h"

enum returns_column {
        COLUMN_MARK,
        COLUMN_IFACE,
        COLUMN_JAIL,
        COLUMN_STATE,
        COLUMN_SINCE,
        COLUMN_HOLDER,
        COLUMN_MAC,
        RETURNS_COLUMNS
};

static const struct column columns[RETURNS_COLUMNS] = {
        [COLUMN_MARK] = {.title = "", .width = 1},
        [COLUMN_IFACE] = {.title = N_("Interface"), .width = 15},
        [COLUMN_JAIL] = {.title = N_("Jail"), .width = 0, .weight = 2},
        [COLUMN_STATE] = {.title = N_("State"), .width = 10},
        [COLUMN_SINCE] = {.title = N_("Since"), .width = 6, .is_right = true},
        [COLUMN_HOLDER] = {.title = N_("Held by"), .width = 0, .weight = 4},
        [COLUMN_MAC] = {.title = N_("MAC"), .width = 17, .from_width = 100},
};

struct returns_view {
        struct view view;
        struct rows rows;
        size_t *order; /* loan indexes: pending first, then lost, on loan, returned; within a state the oldest first */
        size_t capacity;
        uint32_t matched; /* number of the selection that the cursor was set for */
        uint32_t bar;     /* number of the interface under the cursor: it stays there when rows change places */
        uint32_t *marks;  /* numbers of interfaces */
        size_t mark_count, mark_capacity;
};

static bool is_in(const uint32_t *numbers, size_t count, uint32_t number)
{
        for (size_t n = 0; n < count; n++)
                if (numbers[n] == number)
                        return true;
        return false;
}

static const struct loan *loan_at(const struct returns_view *r, const struct ui *u, size_t row)
{
        return &u->graph->loans[r->order[row]];
}

static unsigned urgency(enum loan_state s)
{
        switch (s) {
        case LOAN_PENDING: return 0;
        case LOAN_LOST: return 1;
        case LOAN_ON_LOAN: return 2;
        case LOAN_RETURNED: return 3;
        }
        return 4;
}

static bool comes_before(const struct loan *a, const struct loan *b)
{
        unsigned x = urgency(a->state), y = urgency(b->state);

        return x != y ? x < y : a->since < b->since;
}

static void collect(struct returns_view *r, const struct ui *u)
{
        const struct graph *g = u->graph;

        r->rows.count = 0;
        for (size_t n = 0; n < g->loan_count; n++) {
                size_t at;

                if (!ui_matches(u, g->loans[n].iface) && !ui_matches(u, g->loans[n].jail_name))
                        continue;
                r->order = array_grow(r->order, &r->capacity, r->rows.count, sizeof(*r->order));
                for (at = r->rows.count; at > 0 && comes_before(&g->loans[n], &g->loans[r->order[at - 1]]); at--)
                        r->order[at] = r->order[at - 1];
                r->order[at] = n;
                r->rows.count++;
        }
        if (r->rows.cursor < r->rows.count && loan_at(r, u, r->rows.cursor)->number == r->bar)
                return;
        for (size_t n = 0; n < r->rows.count; n++) {
                if (loan_at(r, u, n)->number == r->bar) {
                        r->rows.cursor = n;
                        return;
                }
        }
}

/* The bar was moved. */
static void keep_bar(struct returns_view *r, const struct ui *u)
{
        if (r->rows.cursor < r->rows.count)
                r->bar = loan_at(r, u, r->rows.cursor)->number;
}

void view_returns_put_holder(struct text *t, const struct holder *h)
{
        text_put(t, _(holder_kind_name(h->kind)));
        if (h->pid)
                text_putf(t, " %s(%d)", h->command ? h->command : "?", (int)h->pid);
        if (h->user && h->user[0])
                text_putf(t, _(" of %s"), h->user);
        if (h->detail && h->detail[0])
                text_putf(t, " %s", h->detail);
}

static void put_holders(struct text *t, const struct graph *g, const struct loan *l)
{
        if (loan_has_other_name(g, l))
                text_putf(t, _("nobody; home as %s"), g->ifaces[l->iface_index].name);
        if (l->state != LOAN_PENDING)
                return;

        const struct jail *j = l->jail == NONE ? NULL : &g->jails[l->jail];

        if (!j || j->holder_count == 0) {
                text_put(t, _("nothing visible"));
                return;
        }
        view_returns_put_holder(t, &j->holders[0]);
        if (j->holder_count > 1)
                text_putf(t, _(" and %zu more"), j->holder_count - 1);
}

static void draw_mark(struct canvas *c, int x, int y, const struct returns_view *r, const struct ui *u,
                      const struct loan *l)
{
        if (is_in(r->marks, r->mark_count, l->number))
                canvas_put(c, x, y, canvas_sign(c, SIGN_CHECK), STYLE_CHANGED);
        else if (l->state == LOAN_RETURNED && is_in(u->back, u->back_count, l->number))
                canvas_put(c, x, y, canvas_sign(c, SIGN_BULLET), STYLE_GOOD);
        else if (is_in(u->waited, u->waited_count, l->number))
                canvas_put(c, x, y, canvas_sign(c, SIGN_PENDING), STYLE_PENDING);
}

static void draw_row(struct canvas *c, struct rect area, int y, const struct columns *at, const struct returns_view *r,
                     const struct ui *u, const struct loan *l)
{
        CLEANUP(text_done) struct text t = {0};
        char age[AGE_TEXT_SIZE], mac[MAC_TEXT_SIZE];
        enum style s = l->state == LOAN_PENDING ? STYLE_PENDING : l->state == LOAN_LOST ? STYLE_ERROR : STYLE_NORMAL;

        if (l->state == LOAN_RETURNED && is_in(u->back, u->back_count, l->number))
                s = STYLE_GOOD;
        draw_mark(c, area.x + at->x[COLUMN_MARK], y, r, u, l);
        columns_draw_cell(c, area, y, columns, at, COLUMN_IFACE, STYLE_NORMAL, l->iface);
        columns_draw_cell(c, area, y, columns, at, COLUMN_JAIL, STYLE_NORMAL, l->jail_name);
        columns_draw_cell(c, area, y, columns, at, COLUMN_STATE, s, _(loan_state_name(l->state)));
        columns_draw_cell(c, area, y, columns, at, COLUMN_SINCE, STYLE_NORMAL,
                          clock_format_age(ui_time_s(u) - l->since, age));
        put_holders(&t, u->graph, l);
        columns_draw_cell(c, area, y, columns, at, COLUMN_HOLDER, s, text_str(&t));
        columns_draw_cell(c, area, y, columns, at, COLUMN_MAC, STYLE_DIM, mac_format(l->mac, mac));
}

struct paragraph {
        struct canvas *canvas;
        struct rect area;
        int y;
};

static void draw_line(void *user, const char *line)
{
        struct paragraph *p = user;

        if (p->y < p->area.y + p->area.h)
                (void)canvas_text_visible(p->canvas, p->area.x + 1, p->y++, p->area.w - 2, STYLE_NORMAL, line);
}

/* Draws foreign text over as many lines as it takes; returns the row below it. */
static int draw_paragraph(struct canvas *c, struct rect area, int y, const char *text)
{
        CLEANUP(text_done) struct text visible = {0};
        struct paragraph p = {c, area, y};

        text_put_visible(&visible, text);
        text_wrap(text_str(&visible), area.w - 2, draw_line, &p);
        return p.y;
}

static void put_meaning(struct text *t, const struct graph *g, const struct loan *l)
{
        if (l->state == LOAN_PENDING)
                text_put(t, _("The jail is gone by name, but its stack lives on while something holds it. "));
        if (l->state == LOAN_ON_LOAN)
                text_put(t, _("The jail is alive. "));
        if ((l->state == LOAN_PENDING || l->state == LOAN_ON_LOAN) && l->iface_index != NONE) {
                text_putf(t, _("When it ends, %s "), g->ifaces[l->iface_index].name);
                describe_fate(t, g, l->iface_index);
                text_put(t, _(". R brings it home now."));
        }
        if (l->state == LOAN_PENDING)
                text_put(t, _(" (TIME_WAIT holds nothing on Linux; an idle socket does.)"));
        if (l->state == LOAN_LOST && l->is_foreign)
                text_put(t, _("The kernel destroyed it together with its jail, as a container's interfaces are."));
        else if (l->state == LOAN_LOST)
                text_put(t,
                         _("The kernel destroyed it together with its jail. If jailnet had made it, R makes it again, "
                           "with the same names, MAC addresses and hooks."));
        if (loan_has_other_name(g, l))
                text_putf(t, _("Back on the host as %s, since its name was taken. R gives it its name again."),
                          g->ifaces[l->iface_index].name);
        else if (l->state == LOAN_RETURNED)
                text_put(t, _("Back on the host."));
}

/* What the selected loan means, under the list: its fate and each holder on a line of its own. */
static void draw_explanation(struct canvas *c, struct rect area, const struct ui *u, const struct loan *l)
{
        CLEANUP(text_done) struct text t = {0};
        int y = area.y + 1;

        canvas_hline(c, area.x, area.x + area.w - 1, area.y, LINE_LIGHT, STYLE_DIM);
        (void)canvas_textf(c, area.x + 2, area.y, area.w - 4, STYLE_BOX_TITLE, " %s in %s ", l->iface, l->jail_name);
        put_meaning(&t, u->graph, l);
        y = draw_paragraph(c, area, y, text_str(&t));
        if (l->state != LOAN_PENDING)
                return;

        const struct jail *j = l->jail == NONE ? NULL : &u->graph->jails[l->jail];

        if (!j || j->holder_count == 0)
                (void)canvas_text(
                        c, area.x + 1, y, area.w - 2, STYLE_DIM,
                        _("No holder can be seen: a closing connection, a descriptor in flight, or a process that may "
                          "not be looked at."));
        for (size_t n = 0; j && n < j->holder_count && y < area.y + area.h; n++, y++) {
                char age[AGE_TEXT_SIZE];

                text_clear(&t);
                view_returns_put_holder(&t, &j->holders[n]);
                if (j->holders[n].since)
                        text_putf(&t, _(", for %s"), clock_format_age(ui_time_s(u) - j->holders[n].since, age));
                canvas_put(c, area.x + 1, y, canvas_sign(c, SIGN_BULLET), STYLE_PENDING);
                (void)canvas_text(c, area.x + 3, y, area.w - 4, STYLE_NORMAL, text_str(&t));
        }
}

static void select_cursor(const struct returns_view *r, struct ui *u)
{
        if (r->rows.cursor >= r->rows.count)
                return;

        const struct loan *l = &u->graph->loans[r->order[r->rows.cursor]];

        if (l->iface_index != NONE)
                selection_set(&u->selection, u->graph, (struct object){OBJECT_IFACE, l->iface_index});
}

/* The bar goes to what is selected elsewhere, when it is here; looking at this view alone selects nothing. */
static void match_selection(struct returns_view *r, const struct ui *u)
{
        struct object o = selection_resolve(&u->selection, u->graph);

        if (u->selection.type == OBJECT_IFACE && u->selection.number == r->matched)
                return; /* the cursor may stand on a lost interface, which nothing can select */
        for (size_t n = 0; n < r->rows.count; n++) {
                if (o.type == OBJECT_IFACE && u->graph->loans[r->order[n]].iface_index == o.index) {
                        r->rows.cursor = n;
                        keep_bar(r, u);
                        r->matched = u->selection.number;
                        return;
                }
        }
        r->matched = u->selection.type == OBJECT_IFACE ? u->selection.number : 0;
}

static struct rect list_area(struct rect area)
{
        return (struct rect){area.x, area.y, area.w, area.h >= 14 ? area.h - 8 : area.h};
}

static void returns_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct returns_view *r = (struct returns_view *)v;
        struct rect list = list_area(area);
        size_t visible = list.h > 1 ? (size_t)list.h - 1 : 0;
        struct columns at;

        collect(r, u);
        rows_scroll_to_cursor(&r->rows, visible);
        match_selection(r, u);
        rows_scroll_to_cursor(&r->rows, visible);
        keep_bar(r, u);
        columns_place(columns, RETURNS_COLUMNS, area.w - 1, &at);
        columns_draw_header(c, list, columns, RETURNS_COLUMNS, &at, NONE, false);
        if (r->rows.count == 0) {
                (void)canvas_text(c, area.x + 2, list.y + 2, area.w - 3, STYLE_DIM,
                                  u->filter[0] ? _("Nothing matches the filter; f changes it.")
                                               : _("Nothing is lent: every interface of the host is at home."));
                return;
        }
        for (size_t n = 0; n < visible && r->rows.top + n < r->rows.count; n++) {
                int y = list.y + 1 + (int)n;

                draw_row(c, list, y, &at, r, u, &u->graph->loans[r->order[r->rows.top + n]]);
                if (r->rows.top + n == r->rows.cursor)
                        canvas_reverse(c, (struct rect){list.x, y, list.w - 1, 1});
        }
        rows_draw_scrollbar(c, (struct rect){list.x, list.y + 1, list.w, list.h - 1}, &r->rows, visible);
        if (list.h < area.h)
                draw_explanation(c, (struct rect){area.x, area.y + list.h, area.w, area.h - list.h}, u,
                                 &u->graph->loans[r->order[r->rows.cursor]]);
}

static void toggle_mark(struct returns_view *r, uint32_t number)
{
        for (size_t n = 0; n < r->mark_count; n++) {
                if (r->marks[n] == number) {
                        r->marks[n] = r->marks[--r->mark_count];
                        return;
                }
        }
        r->marks = array_grow(r->marks, &r->mark_capacity, r->mark_count, sizeof(*r->marks));
        r->marks[r->mark_count++] = number;
}

/* All that is pending; with something marked, nothing. */
static void toggle_all(struct returns_view *r, const struct ui *u)
{
        if (r->mark_count) {
                r->mark_count = 0;
                return;
        }
        for (size_t n = 0; n < r->rows.count; n++)
                if (loan_at(r, u, n)->state == LOAN_PENDING)
                        toggle_mark(r, loan_at(r, u, n)->number);
}

static bool returns_key(struct view *v, const struct key *k, struct rect area, struct ui *u)
{
        struct returns_view *r = (struct returns_view *)v;
        struct rect list = list_area(area);
        size_t visible = list.h > 1 ? (size_t)list.h - 1 : 0;

        collect(r, u);
        if (k->code == KEYC_MOUSE && k->is_press && rect_has(list, k->x, k->y) && k->y > list.y) {
                size_t row = r->rows.top + (size_t)(k->y - list.y - 1);

                if (row < r->rows.count)
                        r->rows.cursor = row;
                keep_bar(r, u);
                select_cursor(r, u);
                return !k->is_double;
        }
        if (k->code == '*') {
                toggle_all(r, u);
                return true;
        }
        if (k->code == ' ' && r->rows.cursor < r->rows.count) {
                const struct key down = {.code = KEYC_DOWN};

                toggle_mark(r, loan_at(r, u, r->rows.cursor)->number);
                (void)rows_key(&r->rows, &down, visible);
        } else if (!rows_key(&r->rows, k, visible)) {
                return false;
        }
        keep_bar(r, u);
        select_cursor(r, u);
        return true;
}

size_t view_returns_bar(struct view *v, const struct ui *u)
{
        struct returns_view *r = (struct returns_view *)v;

        collect(r, u);
        rows_scroll_to_cursor(&r->rows, 0);
        return r->rows.cursor < r->rows.count ? r->order[r->rows.cursor] : NONE;
}

size_t view_returns_chosen(struct view *v, const struct ui *u, size_t *ret, size_t max)
{
        struct returns_view *r = (struct returns_view *)v;
        size_t bar = view_returns_bar(v, u), count = 0;

        for (size_t n = 0; n < r->rows.count; n++) {
                const struct loan *l = loan_at(r, u, n);
                bool is_first = true; /* of an interface's loans: the one that is not over comes first */

                for (size_t k = 0; k < n && is_first; k++)
                        is_first = loan_at(r, u, k)->number != l->number;
                if (!is_first || !is_in(r->marks, r->mark_count, l->number))
                        continue;
                if (count < max)
                        ret[count] = r->order[n];
                count++;
        }
        if (count || bar == NONE)
                return count;
        if (max)
                ret[0] = bar;
        return 1;
}

void view_returns_unmark(struct view *v)
{
        struct returns_view *r = (struct returns_view *)v;

        r->mark_count = 0;
}

static void returns_free(struct view *v)
{
        struct returns_view *r = (struct returns_view *)v;

        free(r->order);
        free(r->marks);
        free(r);
}

struct view *view_returns_new(void)
{
        struct returns_view *r = xcalloc(1, sizeof(*r));

        r->view = (struct view){
                .name = "Returns",
                .hints = N_("R:bring_back s:let_go Space:mark *:all w:wait"),
                .draw = returns_draw,
                .rows = &r->rows,
                .key = returns_key,
                .free = returns_free,
        };
        return &r->view;
}
