/*
 * doctor.c - the Doctor view: what is wrong, the worst first; below, what was seen of the finding under the bar, what
 * comes of it, and the commands that mend it.
 */
#include "ui/tui/views/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/text_wrap.h"
#include "ui/tui/views/rows.h"

enum doctor_column { COLUMN_SEVERITY, COLUMN_OBJECT, COLUMN_CHECK, COLUMN_EVIDENCE, DOCTOR_COLUMNS };

#define OBJECT_MIN_COLUMNS 10

static const struct column columns[DOCTOR_COLUMNS] = {
        [COLUMN_SEVERITY] = {.title = N_("How bad"), .width = 9},
        [COLUMN_OBJECT] = {.title = N_("Where"), .width = OBJECT_MIN_COLUMNS}, /* as wide as its names: place() */
        [COLUMN_CHECK] = {.title = N_("Check"), .width = 20},
        [COLUMN_EVIDENCE] = {.title = N_("What was seen"), .width = 0, .weight = 10},
};

struct doctor_view {
        struct view view;
        struct rows rows;
        size_t *shown; /* by row, an index in the diagnosis: those that the filter leaves */
        /* What is under the bar, so that it stays there when others come and go. */
        char *name;
        const struct check *check;
};

static bool is_shown(const struct ui *u, const struct finding *f)
{
        return ui_matches(u, f->name) || ui_matches(u, f->check->id) || ui_matches(u, f->evidence) ||
                ui_matches(u, _(severity_name(f->severity)));
}

static bool is_kept(const struct doctor_view *d, const struct finding *f)
{
        return d->name && d->check == f->check && strcmp(d->name, f->name) == 0;
}

static void list(struct doctor_view *d, const struct ui *u)
{
        const struct diagnosis *all = u->diagnosis;
        size_t count = all ? all->count : 0;

        d->shown = xrealloc(d->shown, count + 1, sizeof(*d->shown));
        d->rows.count = 0;
        for (size_t k = 0; k < count; k++) {
                if (!is_shown(u, &all->findings[k]))
                        continue;
                if (is_kept(d, &all->findings[k]))
                        d->rows.cursor = d->rows.count;
                d->shown[d->rows.count++] = k;
        }
        if (d->rows.cursor >= d->rows.count)
                d->rows.cursor = d->rows.count ? d->rows.count - 1 : 0;
}

static void keep(struct doctor_view *d, const struct finding *f)
{
        free(d->name);
        d->name = f ? xstrdup(f->name) : NULL;
        d->check = f ? f->check : NULL;
}

const struct finding *view_doctor_bar(struct view *v, const struct ui *u)
{
        struct doctor_view *d = (struct doctor_view *)v;

        list(d, u);
        return d->rows.count ? &u->diagnosis->findings[d->shown[d->rows.cursor]] : NULL;
}

static enum style style_of(enum severity s)
{
        switch (s) {
        case SEVERITY_NOTICE: return STYLE_DIM;
        case SEVERITY_WARNING: return STYLE_WARNING;
        case SEVERITY_ERROR: return STYLE_ERROR;
        case SEVERITY_COUNT: break;
        }
        return STYLE_NORMAL;
}

void view_doctor_select(struct view *v, struct ui *u)
{
        const struct finding *f = view_doctor_bar(v, u);
        struct selection s;

        if (!f || f->object.type == OBJECT_NONE)
                return;
        selection_set(&s, u->diagnosed, f->object);
        if (selection_resolve(&s, u->graph).type != OBJECT_NONE) /* else it is gone since */
                u->selection = s;
}

/* -- The finding under the bar ----------------------------------------------------------------------------------- */

struct writer {
        struct canvas *c;
        struct rect area;
        int y;
        enum style style;
        const char *mark; /* before the first line; NULL behind it */
};

#define INDENT 2

static void draw_line(void *user, const char *line)
{
        struct writer *w = user;

        if (w->y < w->area.y + w->area.h) {
                if (w->mark)
                        (void)canvas_text(w->c, w->area.x + 1, w->y, INDENT, w->style, w->mark);
                (void)canvas_text_visible(w->c, w->area.x + 1 + INDENT, w->y, w->area.w - 2 - INDENT, w->style, line);
        }
        w->y++;
        w->mark = NULL;
}

static void draw_wrapped(struct writer *w, enum style s, const char *mark, const char *foreign)
{
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, foreign);
        w->style = s;
        w->mark = mark;
        text_wrap(text_str(&t), w->area.w - 2 - INDENT, draw_line, w);
}

static void draw_finding(struct canvas *c, struct rect area, const struct finding *f)
{
        struct writer w = {.c = c, .area = area, .y = area.y + 1};

        canvas_hline(c, area.x, area.x + area.w - 1, area.y, LINE_LIGHT, STYLE_DIM);
        (void)canvas_textf(c, area.x + 2, area.y, area.w - 4, STYLE_BOX_TITLE, " %s ", _(f->check->title));
        draw_wrapped(&w, style_of(f->severity), f->severity == SEVERITY_NOTICE ? NULL : "!", f->name);
        draw_wrapped(&w, STYLE_NORMAL, NULL, f->evidence);
        draw_wrapped(&w, STYLE_DIM, NULL, _(f->check->explanation));
        for (size_t k = 0; k < f->remedy_count; k++) {
                CLEANUP(text_done) struct text line = {0};

                text_put(&line, "jailnet ");
                remedy_put_line(&line, &f->remedy[k]);
                draw_wrapped(&w, STYLE_GOOD, k ? NULL : ">", text_str(&line));
        }
        if (*f->advice)
                draw_wrapped(&w, STYLE_NORMAL, f->remedy_count ? NULL : ">", _(f->advice));
}

/* -- The list ---------------------------------------------------------------------------------------------------- */

static struct rect list_area(struct rect area)
{
        int below = area.h >= 16 ? 9 : area.h / 2; /* a finding takes seven lines or so at 80 columns */

        if (area.h >= 30)
                below = area.h / 3;
        return (struct rect){area.x, area.y, area.w, area.h - below};
}

/* The names whole, as long as they leave the rest its place. */
static void place(const struct doctor_view *d, const struct ui *u, int width, struct columns *ret)
{
        struct column fitted[DOCTOR_COLUMNS];
        int longest = OBJECT_MIN_COLUMNS, most = width / 4;

        for (size_t n = 0; n < d->rows.count; n++) {
                int w = (int)text_columns(u->diagnosis->findings[d->shown[n]].name);

                longest = w > longest ? w : longest;
        }
        memcpy(fitted, columns, sizeof(fitted));
        fitted[COLUMN_OBJECT].width = longest < most ? longest : most > OBJECT_MIN_COLUMNS ? most : OBJECT_MIN_COLUMNS;
        columns_place(fitted, DOCTOR_COLUMNS, width, ret);
}

static void draw_row(struct canvas *c, struct rect area, int y, const struct columns *at, const struct finding *f)
{
        char severity[16];

        (void)str_format(severity, sizeof(severity), "%s %s",
                         f->severity == SEVERITY_ERROR             ? "!!"
                                 : f->severity == SEVERITY_WARNING ? "!"
                                                                   : " ",
                         _(severity_name(f->severity))); /* fits */
        columns_draw_cell(c, area, y, columns, at, COLUMN_SEVERITY, style_of(f->severity), severity);
        columns_draw_cell(c, area, y, columns, at, COLUMN_OBJECT, STYLE_NORMAL, f->name);
        columns_draw_cell(c, area, y, columns, at, COLUMN_CHECK, STYLE_NORMAL, f->check->id);
        columns_draw_cell(c, area, y, columns, at, COLUMN_EVIDENCE, STYLE_DIM, f->evidence);
}

static void draw_nothing(struct canvas *c, struct rect area, const struct ui *u)
{
        int room = area.w - 4;

        if (u->filter[0] && u->diagnosis && u->diagnosis->count)
                (void)canvas_text(c, area.x + 2, area.y + 2, room, STYLE_DIM, _("Nothing here matches the filter."));
        else if (!u->is_examined)
                (void)canvas_text(c, area.x + 2, area.y + 2, room, STYLE_DIM,
                                  _("Nothing so far; looking into the stacks..."));
        else
                (void)canvas_textf(c, area.x + 2, area.y + 2, room, STYLE_GOOD, "Healthy: %zu checks found nothing.",
                                   check_count);
}

static void doctor_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct doctor_view *d = (struct doctor_view *)v;
        struct rect top = list_area(area);
        size_t visible = top.h > 1 ? (size_t)top.h - 1 : 0;
        struct columns at;

        list(d, u);
        rows_scroll_to_cursor(&d->rows, visible);
        place(d, u, area.w - 1, &at);
        columns_draw_header(c, top, columns, DOCTOR_COLUMNS, &at, NONE, false);
        if (d->rows.count == 0) {
                draw_nothing(c, area, u);
                return;
        }
        keep(d, &u->diagnosis->findings[d->shown[d->rows.cursor]]);
        for (size_t n = 0; n < visible && d->rows.top + n < d->rows.count; n++) {
                int y = top.y + 1 + (int)n;

                draw_row(c, top, y, &at, &u->diagnosis->findings[d->shown[d->rows.top + n]]);
                if (d->rows.top + n == d->rows.cursor)
                        canvas_reverse(c, (struct rect){top.x, y, top.w - 1, 1});
        }
        rows_draw_scrollbar(c, (struct rect){top.x, top.y + 1, top.w, top.h - 1}, &d->rows, visible);
        draw_finding(c, (struct rect){area.x, area.y + top.h, area.w, area.h - top.h},
                     &u->diagnosis->findings[d->shown[d->rows.cursor]]);
}

static bool doctor_key(struct view *v, const struct key *k, struct rect area, struct ui *u)
{
        struct doctor_view *d = (struct doctor_view *)v;
        struct rect top = list_area(area);
        bool is_used = true;

        list(d, u);
        if (k->code == KEYC_MOUSE && k->is_press && rect_has(top, k->x, k->y) && k->y > top.y) {
                size_t row = d->rows.top + (size_t)(k->y - top.y - 1);

                if (row < d->rows.count)
                        d->rows.cursor = row;
        } else {
                is_used = rows_key(&d->rows, k, top.h > 1 ? (size_t)top.h - 1 : 0);
        }
        if (is_used && d->rows.count) {
                keep(d, &u->diagnosis->findings[d->shown[d->rows.cursor]]);
                view_doctor_select(v, u);
        }
        return is_used;
}

static void doctor_free(struct view *v)
{
        struct doctor_view *d = (struct doctor_view *)v;

        free(d->shown);
        free(d->name);
        free(d);
}

struct view *view_doctor_new(void)
{
        struct doctor_view *d = xcalloc(1, sizeof(*d));

        d->view = (struct view){
                .name = "Doctor",
                .hints = N_("Enter:preview_the_remedy"),
                .draw = doctor_draw,
                .rows = &d->rows,
                .key = doctor_key,
                .free = doctor_free,
        };
        return &d->view;
}
