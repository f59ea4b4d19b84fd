/* journal.c - the Journal view: every plan, newest first, with the steps of the one under the cursor. */
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/base/text.h"
#include "ui/tui/view.h"
#include "ui/tui/views/rows.h"

#define ENTRIES_SHOWN 500 /* the newest; the command line lists them all */

enum journal_column { COLUMN_NUMBER, COLUMN_TIME, COLUMN_STATE, COLUMN_USER, COLUMN_TITLE, JOURNAL_COLUMNS };

static const struct column columns[JOURNAL_COLUMNS] = {
        [COLUMN_NUMBER] = {.title = N_("Plan"), .width = 5, .is_right = true},
        [COLUMN_TIME] = {.title = N_("When"), .width = 19},
        [COLUMN_STATE] = {.title = N_("Outcome"), .width = 12},
        [COLUMN_USER] = {.title = N_("Who"), .width = 10, .from_width = 90},
        [COLUMN_TITLE] = {.title = N_("What"), .width = 0, .weight = 1},
};

struct journal_view {
        struct view view;
        struct rows rows;
        struct app_journal_entry *entries;
        struct plan *plan; /* of the entry under the cursor; NULL not loaded */
        int64_t plan_number;
        uint64_t serial; /* of the graph that the list was read for: a new picture may mean a new plan */
        bool is_read;
        struct err error;
};

static void read_entries(struct journal_view *j, const struct ui *u)
{
        if (j->is_read && j->serial == u->graph->serial)
                return;

        struct app_journal_entry *entries = NULL;
        size_t count = 0;

        j->is_read = true;
        j->serial = u->graph->serial;
        err_clear(&j->error);
        if (u->app->journal(u->app, 0, ENTRIES_SHOWN, u->filter[0] ? u->filter : NULL, &entries, &count, &j->error) < 0)
                return;
        free(j->entries);
        j->entries = entries;
        j->rows.count = count;
        j->plan_number = 0; /* its state may have changed */
}

static void read_plan(struct journal_view *j, const struct ui *u)
{
        int64_t number = j->rows.cursor < j->rows.count ? j->entries[j->rows.cursor].number : 0;

        if (number == j->plan_number)
                return;
        plan_free(j->plan);
        j->plan = NULL;
        j->plan_number = number;
        if (number != 0)
                (void)u->app->journal_plan(u->app, number, &j->plan, &j->error); /* told where the steps would stand */
}

static enum style style_of(enum plan_state s)
{
        switch (s) {
        case PLAN_DONE: return STYLE_GOOD;
        case PLAN_OPEN:
        case PLAN_FAILED: return STYLE_ERROR;
        case PLAN_ROLLED_BACK: return STYLE_WARNING;
        case PLAN_DRAFT:
        case PLAN_UNDONE: return STYLE_DIM;
        }
        return STYLE_NORMAL;
}

static void draw_entry(struct canvas *c, struct rect area, int y, const struct columns *at,
                       const struct app_journal_entry *e, bool is_waiting)
{
        char number[24], when[INTL_WHEN_SIZE];

        (void)str_format(number, sizeof(number), "%lld", (long long)e->number);
        columns_draw_cell(c, area, y, columns, at, COLUMN_NUMBER, STYLE_NORMAL, number);
        columns_draw_cell(c, area, y, columns, at, COLUMN_TIME, STYLE_DIM,
                          intl_when(INTL_DAY_AND_TIME, (time_t)e->time, when));
        columns_draw_cell(c, area, y, columns, at, COLUMN_STATE, is_waiting ? STYLE_WARNING : style_of(e->state),
                          is_waiting ? _("unconfirmed") : _(plan_state_name(e->state)));
        columns_draw_cell(c, area, y, columns, at, COLUMN_USER, STYLE_DIM, e->user);
        columns_draw_cell(c, area, y, columns, at, COLUMN_TITLE, STYLE_NORMAL, e->title[0] ? e->title : e->words);
}

static void draw_steps(struct canvas *c, struct rect area, const struct journal_view *j)
{
        const struct app_journal_entry *e = &j->entries[j->rows.cursor];
        int y = area.y + 1;

        canvas_hline(c, area.x, area.x + area.w - 1, area.y, LINE_LIGHT, STYLE_DIM);
        (void)canvas_textf(c, area.x + 2, area.y, area.w - 4, STYLE_BOX_TITLE, " %s %s ", "jailnet", e->words);
        if (e->failure[0])
                (void)canvas_text(c, area.x + 1, y++, area.w - 2, STYLE_ERROR, e->failure);
        if (e->undone_by)
                (void)canvas_textf(c, area.x + 1, y++, area.w - 2, STYLE_DIM, "undone by plan %lld",
                                   (long long)e->undone_by);
        if (e->undoes)
                (void)canvas_textf(c, area.x + 1, y++, area.w - 2, STYLE_DIM, "undoes plan %lld", (long long)e->undoes);
        if (!j->plan) {
                char buf[320];

                (void)canvas_text(c, area.x + 1, y, area.w - 2, STYLE_DIM,
                                  err_is_set(&j->error) ? err_sentence(&j->error, buf, sizeof(buf)) : "");
                return;
        }
        for (size_t n = 0; n < j->plan->step_count && y < area.y + area.h; n++, y++) {
                const struct step *s = &j->plan->steps[n];
                CLEANUP(text_done) struct text t = {0};
                bool is_done = s->state == STEP_DONE;
                const char *state = _(step_state_name(s->state));
                int gap = 7 - (int)text_columns(state);

                step_put_sentence(&t, s);
                canvas_put(c, area.x + 1, y, canvas_sign(c, is_done ? SIGN_CHECK : SIGN_BULLET),
                           is_done ? STYLE_GOOD : STYLE_DIM);
                (void)canvas_textf(c, area.x + 3, y, area.w - 4, s->state == STEP_FAILED ? STYLE_ERROR : STYLE_NORMAL,
                                   "%s%*s %s", state, gap > 0 ? gap : 0, "", text_str(&t));
        }
}

static struct rect list_area(struct rect area)
{
        return (struct rect){area.x, area.y, area.w, area.h >= 14 ? area.h / 2 : area.h};
}

static void journal_draw(struct view *v, struct canvas *c, struct rect area, struct ui *u)
{
        struct journal_view *j = (struct journal_view *)v;
        struct rect list = list_area(area);
        size_t visible = list.h > 1 ? (size_t)list.h - 1 : 0;
        struct column placed[JOURNAL_COLUMNS];
        struct columns at;
        char when[INTL_WHEN_SIZE];

        read_entries(j, u);
        rows_scroll_to_cursor(&j->rows, visible);
        read_plan(j, u);
        memcpy(placed, columns, sizeof(columns));
        placed[COLUMN_TIME].width = (int)text_columns(intl_when(INTL_DAY_AND_TIME, 0, when));
        columns_place(placed, JOURNAL_COLUMNS, area.w - 1, &at);
        columns_draw_header(c, list, columns, JOURNAL_COLUMNS, &at, NONE, false);
        if (j->rows.count == 0) {
                char buf[320];

                (void)canvas_text(c, area.x + 2, list.y + 2, area.w - 3, STYLE_DIM,
                                  err_is_set(&j->error) ? err_sentence(&j->error, buf, sizeof(buf))
                                                        : _("No change was made through jailnet yet."));
                return;
        }
        int64_t waiting = 0; /* numbers begin at 1 */

        (void)u->app->waiting(u->app, &waiting, NULL);
        for (size_t n = 0; n < visible && j->rows.top + n < j->rows.count; n++) {
                int y = list.y + 1 + (int)n;

                draw_entry(c, list, y, &at, &j->entries[j->rows.top + n],
                           j->entries[j->rows.top + n].number == waiting);
                if (j->rows.top + n == j->rows.cursor)
                        canvas_reverse(c, (struct rect){list.x, y, list.w - 1, 1});
        }
        rows_draw_scrollbar(c, (struct rect){list.x, list.y + 1, list.w, list.h - 1}, &j->rows, visible);
        if (list.h < area.h)
                draw_steps(c, (struct rect){area.x, area.y + list.h, area.w, area.h - list.h}, j);
}

static bool journal_key(struct view *v, const struct key *k, struct rect area, struct ui *u)
{
        struct journal_view *j = (struct journal_view *)v;
        struct rect list = list_area(area);

        (void)u; /* plans are no objects of the graph: the shared selection stays */
        if (k->code == KEYC_MOUSE && k->is_press && rect_has(list, k->x, k->y) && k->y > list.y) {
                size_t row = j->rows.top + (size_t)(k->y - list.y - 1);

                if (row < j->rows.count)
                        j->rows.cursor = row;
                return true;
        }
        return rows_key(&j->rows, k, list.h > 1 ? (size_t)list.h - 1 : 0);
}

static void journal_free(struct view *v)
{
        struct journal_view *j = (struct journal_view *)v;

        plan_free(j->plan);
        free(j->entries);
        free(j);
}

struct view *view_journal_new(void)
{
        struct journal_view *j = xcalloc(1, sizeof(*j));

        j->view = (struct view){
                .name = "Journal",
                .hints = N_("u:undo"),
                .draw = journal_draw,
                .rows = &j->rows,
                .key = journal_key,
                .free = journal_free,
        };
        return &j->view;
}
