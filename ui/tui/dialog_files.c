/* dialog_files.c - the file picker: its rows, its line, its keys. */
#include "ui/tui/dialog_files.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "ui/tui/file_list.h"
#include "ui/tui/line_edit.h"
#include "ui/tui/views/rows.h"

#define WIDTH_MAX  96
#define ROWS_ABOVE 4 /* frame, folder, line, rule */
#define ROWS_BELOW 2 /* note, frame */

enum row_kind { ROW_NEW, ROW_HERE, ROW_UP, ROW_ENTRY };

struct row {
        enum row_kind kind;
        size_t entry;
};

struct files {
        struct dialog base;
        struct files_options options;
        char *title, *hints;
        struct file_list list;
        struct line_edit line;
        struct row *items; /* as many as rows.count */
        struct rows rows;
        char *marked[FILES_MARKED_MAX];
        size_t marked_count, choice;
        char note[300]; /* made visible */
};

static struct files *files_of(struct dialog *d)
{
        return (struct files *)d;
}

/* -- Rows -------------------------------------------------------------------------------------------------------- */

static void add_row(struct files *f, enum row_kind kind, size_t entry)
{
        f->items[f->rows.count++] = (struct row){kind, entry};
}

static bool is_taken(const struct files *f, const char *name)
{
        for (size_t i = 0; i < f->list.count; i++)
                if (strcmp(f->list.all[i].name, name) == 0)
                        return true;
        return false;
}

static void fill(struct files *f)
{
        const char *typed = f->line.text;
        bool is_new = f->options.want != FILES_EXISTING && *typed && !is_taken(f, typed);

        file_list_narrow(&f->list, typed);
        f->items = xrealloc(f->items, f->list.shown_count + 3, sizeof(*f->items));
        f->rows = (struct rows){0};
        if (is_new)
                add_row(f, ROW_NEW, 0);
        if (f->options.want == FILES_NEW_FOLDER && !*typed)
                add_row(f, ROW_HERE, 0);
        if (!*typed && strcmp(f->list.folder, "/") != 0)
                add_row(f, ROW_UP, 0);
        for (size_t i = 0; i < f->list.shown_count; i++)
                add_row(f, ROW_ENTRY, f->list.shown[i]);
        if (f->rows.count > 1 && f->items[0].kind == ROW_UP) /* who opens a folder wants something in it */
                f->rows.cursor = 1;
}

static void open_folder(struct files *f, const char *path, const char *rest)
{
        struct err e = {0};

        if (file_list_open(&f->list, path, &e) < 0) {
                (void)err_sentence(&e, f->note, sizeof(f->note));
                return;
        }
        line_edit_set(&f->line, rest);
        fill(f);
        if (f->list.is_cut)
                (void)str_copy(f->note, sizeof(f->note), _("not all of its names are listed: type the one you mean"));
}

static void go_up(struct files *f)
{
        CLEANUP(freep) char *path = folder_resolve(f->list.folder, "..");
        CLEANUP(freep) char *left = xstrdup(f->list.folder);
        const char *name = strrchr(left, '/') + 1;

        open_folder(f, path, "");
        for (size_t i = 0; i < f->rows.count; i++)
                if (f->items[i].kind == ROW_ENTRY && strcmp(f->list.all[f->items[i].entry].name, name) == 0)
                        f->rows.cursor = i; /* where one came from */
}

/* What was typed may be a path: its folder is gone to as soon as a slash ends it. */
static void typed(struct files *f)
{
        const char *slash = strrchr(f->line.text, '/');

        f->note[0] = '\0';
        if (!slash) {
                fill(f);
                return;
        }

        CLEANUP(freep) char *head = xstrndup(f->line.text, (size_t)(slash - f->line.text) + 1);
        CLEANUP(freep) char *rest = xstrdup(slash + 1);
        CLEANUP(freep) char *path = folder_resolve(f->list.folder, head);

        open_folder(f, path, rest);
}

/* -- Choosing ---------------------------------------------------------------------------------------------------- */

static size_t mark_of(const struct files *f, const char *path)
{
        for (size_t i = 0; i < f->marked_count; i++)
                if (strcmp(f->marked[i], path) == 0)
                        return i;
        return f->marked_count;
}

static void toggle_mark(struct files *f)
{
        const struct row *r = f->rows.count ? &f->items[f->rows.cursor] : NULL;

        if (f->options.want != FILES_EXISTING || !r || r->kind != ROW_ENTRY)
                return;

        const struct file_entry *e = &f->list.all[r->entry];
        char *path = folder_join(f->list.folder, e->name);
        size_t at = mark_of(f, path);

        if (at < f->marked_count || e->is_other || f->marked_count == FILES_MARKED_MAX) {
                if (at < f->marked_count) {
                        free(f->marked[at]);
                        f->marked[at] = f->marked[--f->marked_count];
                }
                free(path);
        } else {
                f->marked[f->marked_count++] = path;
        }
        if (f->rows.cursor + 1 < f->rows.count)
                f->rows.cursor++;
}

static void finish(struct files *f, const char *const *paths, size_t count)
{
        f->base.is_closed = true;
        f->options.accepted(f->options.user, paths, count, f->choice);
}

static void finish_one(struct files *f, const char *name)
{
        CLEANUP(freep) char *path = *name ? folder_join(f->list.folder, name) : xstrdup(f->list.folder);
        const char *paths[] = {path};

        finish(f, paths, 1);
}

static void enter_entry(struct files *f, const struct file_entry *e)
{
        if (e->is_folder) {
                CLEANUP(freep) char *path = folder_join(f->list.folder, e->name);

                open_folder(f, path, "");
        } else if (e->is_other) {
                (void)str_copy(f->note, sizeof(f->note), _("is no file that can be read, or a link to nowhere"));
        } else if (f->options.want == FILES_EXISTING) {
                finish_one(f, e->name);
        } else {
                (void)str_copy(f->note, sizeof(f->note),
                               _("is there already, and nothing is written over: another name"));
        }
}

static void enter(struct files *f)
{
        const struct row *r = f->rows.count ? &f->items[f->rows.cursor] : NULL;

        f->note[0] = '\0';
        if (f->marked_count) {
                const char *paths[FILES_MARKED_MAX];

                for (size_t i = 0; i < f->marked_count; i++)
                        paths[i] = f->marked[i];
                finish(f, paths, f->marked_count);
                return;
        }
        if (!r) {
                (void)str_copy(f->note, sizeof(f->note), _("nothing of that name is here"));
                return;
        }
        switch (r->kind) {
        case ROW_NEW: {
                CLEANUP(freep) char *name = xstrdup(f->line.text);

                finish_one(f, name);
                return;
        }
        case ROW_HERE: finish_one(f, ""); return;
        case ROW_UP: go_up(f); return;
        case ROW_ENTRY: {
                const struct file_entry e = f->list.all[r->entry];

                enter_entry(f, &e);
                return;
        }
        }
}

/* -- Drawing ----------------------------------------------------------------------------------------------------- */

static struct rect files_place(struct dialog *d, struct rect screen)
{
        (void)d;
        return dialog_center(screen, screen.w - 4 < WIDTH_MAX ? screen.w - 4 : WIDTH_MAX, screen.h - 2);
}

static size_t visible_rows(const struct files *f)
{
        int rows = f->base.area.h - ROWS_ABOVE - ROWS_BELOW;

        return rows > 0 ? (size_t)rows : 0;
}

/* The end of a long path says more than its beginning. */
static void draw_folder(const struct files *f, struct canvas *c)
{
        char marks[32] = "";
        const char *p = f->list.folder;

        if (f->marked_count)
                (void)str_format(marks, sizeof(marks), _("%zu marked"), f->marked_count); /* fits */

        int room = c->w - 4 - (marks[0] ? (int)text_columns(marks) + 2 : 0);
        int x = 2;

        if ((int)text_columns(p) > room) {
                while (*p && (int)text_columns(p) > room - 1)
                        (void)utf8_next(&p);
                canvas_put(c, x++, 1, canvas_sign(c, SIGN_ELLIPSIS), STYLE_DIM);
        }
        (void)canvas_text(c, x, 1, room, STYLE_BOX_TITLE, p);
        (void)canvas_text(c, c->w - 2 - (int)text_columns(marks), 1, -1, STYLE_CHANGED, marks);
}

static void draw_entry(const struct files *f, struct canvas *c, int y, const struct file_entry *e)
{
        CLEANUP(freep) char *path = folder_join(f->list.folder, e->name);
        bool is_marked = mark_of(f, path) < f->marked_count;
        char size[SIZE_TEXT_SIZE], when[INTL_WHEN_SIZE];
        time_t changed = (time_t)e->changed;
        bool has_time = c->w >= 56;
        int room = c->w - 6 - 8 - (has_time ? 18 : 0);

        if (is_marked)
                canvas_put(c, 2, y, '*', STYLE_CHANGED);

        int used = canvas_text(c, 4, y, room - 1,
                               e->is_folder          ? STYLE_BOX_TITLE
                                       : e->is_other ? STYLE_DIM
                                                     : STYLE_DIALOG,
                               e->name);

        if (e->is_folder)
                canvas_put(c, 4 + used, y, '/', STYLE_BOX_TITLE);
        else if (!e->is_other)
                (void)canvas_textf(c, 4 + room, y, 7, STYLE_DIM, "%7s", size_format(e->size, size));
        if (has_time && !e->is_other)
                (void)canvas_text(c, 4 + room + 9, y, 16, STYLE_DIM, intl_when(INTL_DAY_AND_MINUTE, changed, when));
}

static void draw_row(const struct files *f, struct canvas *c, int y, const struct row *r)
{
        switch (r->kind) {
        case ROW_NEW: (void)canvas_textf(c, 4, y, c->w - 6, STYLE_GOOD, "%s   (new)", f->line.text); return;
        case ROW_HERE: (void)canvas_text(c, 4, y, c->w - 6, STYLE_GOOD, _(".   write into this folder")); return;
        case ROW_UP: (void)canvas_text(c, 4, y, c->w - 6, STYLE_DIM, "../"); return;
        case ROW_ENTRY: draw_entry(f, c, y, &f->list.all[r->entry]); return;
        }
}

static void draw_foot(const struct files *f, struct canvas *c)
{
        int y = c->h - 2;

        if (f->note[0])
                (void)canvas_text_visible(c, 2, y, c->w - 4, STYLE_WARNING, f->note);
        else if (f->options.choice_label)
                (void)canvas_textf(c, 2, y, c->w - 4, STYLE_DIALOG, "%s: %s   (F3 changes it)", f->options.choice_label,
                                   _(f->options.choices[f->choice]));
        else if (f->list.shows_hidden)
                (void)canvas_text(c, 2, y, c->w - 4, STYLE_DIM, _("hidden names are shown (F2 hides them)"));
        (void)canvas_textf(c, c->w - 16, c->h - 1, 14, STYLE_DIM, " %zu of %zu ",
                           f->rows.count ? f->rows.cursor + 1 : 0, f->rows.count);
}

static void files_draw(struct dialog *d, struct canvas *c)
{
        struct files *f = files_of(d);
        size_t visible = visible_rows(f);

        dialog_draw_frame(c, f->title);
        draw_folder(f, c);
        canvas_put(c, 2, 2, '>', STYLE_DIALOG_TITLE);
        d->cursor_x = line_edit_draw(&f->line, c, 4, 2, c->w - 6, STYLE_FIELD_ACTIVE);
        d->cursor_y = 2;
        canvas_hline(c, 0, c->w - 1, 3, LINE_LIGHT, STYLE_DIALOG);
        rows_scroll_to_cursor(&f->rows, visible);
        if (f->rows.count == 0)
                (void)canvas_text(c, 4, ROWS_ABOVE, c->w - 6, STYLE_DIM,
                                  _("nothing of that name is here; Backspace widens, F2 shows hidden names"));
        for (size_t n = 0; n < visible && f->rows.top + n < f->rows.count; n++) {
                int y = ROWS_ABOVE + (int)n;

                draw_row(f, c, y, &f->items[f->rows.top + n]);
                if (f->rows.top + n == f->rows.cursor)
                        canvas_reverse(c, (struct rect){1, y, c->w - 3, 1});
        }
        rows_draw_scrollbar(c, (struct rect){0, ROWS_ABOVE, c->w - 1, (int)visible}, &f->rows, visible);
        draw_foot(f, c);
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

static void complete(struct files *f)
{
        CLEANUP(text_done) struct text t = {0};

        file_list_complete(&f->list, f->line.text, &t);
        line_edit_set(&f->line, text_str(&t));
        typed(f);
}

static void mouse(struct files *f, const struct key *k)
{
        if (k->is_wheel_up || k->is_wheel_down) {
                (void)rows_key(&f->rows, k, visible_rows(f));
                return;
        }
        if (!k->is_press)
                return;
        if (!rect_has(f->base.area, k->x, k->y)) {
                f->base.is_closed = true;
                return;
        }

        size_t row = f->rows.top + (size_t)(k->y - f->base.area.y - ROWS_ABOVE);

        if (k->y < f->base.area.y + ROWS_ABOVE || k->y >= f->base.area.y + f->base.area.h - ROWS_BELOW ||
            row >= f->rows.count)
                return;
        f->rows.cursor = row;
        if (k->is_right_button)
                toggle_mark(f);
        else if (k->is_double)
                enter(f);
}

static bool files_key(struct dialog *d, const struct key *k)
{
        struct files *f = files_of(d);
        bool is_empty = !f->line.text[0];

        switch (k->code) {
        case KEYC_ESCAPE:
        case KEYC_CTRL_C:
        case KEYC_F10: d->is_closed = true; return true;
        case KEYC_ENTER: enter(f); return true;
        case KEYC_TAB: complete(f); return true;
        case KEYC_INSERT:
        case KEYC_CTRL_SPACE: toggle_mark(f); return true;
        case KEYC_F2:
                f->list.shows_hidden = !f->list.shows_hidden;
                fill(f);
                return true;
        case KEYC_F3:
                if (f->options.choice_label && !f->options.choices[++f->choice])
                        f->choice = 0;
                return true;
        case KEYC_MOUSE: mouse(f, k); return true;
        case KEYC_UP:
        case KEYC_DOWN:
        case KEYC_PAGE_UP:
        case KEYC_PAGE_DOWN: (void)rows_key(&f->rows, k, visible_rows(f)); return true;
        case KEYC_BACKSPACE:
        case KEYC_LEFT:
                if (is_empty) {
                        go_up(f);
                        return true;
                }
                break;
        case KEYC_RIGHT:
                if (is_empty && f->rows.count && f->items[f->rows.cursor].kind == ROW_ENTRY &&
                    f->list.all[f->items[f->rows.cursor].entry].is_folder) {
                        const struct file_entry e = f->list.all[f->items[f->rows.cursor].entry];

                        enter_entry(f, &e);
                        return true;
                }
                break;
        default: break;
        }
        if (line_edit_key(&f->line, k))
                typed(f);
        return true;
}

static void files_free(struct dialog *d)
{
        struct files *f = files_of(d);

        for (size_t i = 0; i < f->marked_count; i++)
                free(f->marked[i]);
        file_list_done(&f->list);
        free(f->items);
        free(f->title);
        free(f->hints);
        free(f);
}

struct dialog *dialog_files_new(const struct files_options *o)
{
        struct files *f = xcalloc(1, sizeof(*f));
        CLEANUP(freep) char *here = o->folder ? xstrdup(o->folder) : getcwd(NULL, 0);
        bool marks = o->want == FILES_EXISTING;

        f->options = *o;
        f->title = xstrdup(o->title);
        f->hints = xasprintf(_("Enter:%s %sTab:complete F2:hidden_names Left:folder_above%s Esc:leave"),
                             marks ? _("open,_take") : _("write_here"), marks ? _("Ctrl-Space:mark ") : "",
                             o->choice_label ? _(" F3:kind") : "");
        f->base = (struct dialog){
                .hints = f->hints,
                .place = files_place,
                .draw = files_draw,
                .key = files_key,
                .free = files_free,
        };
        if (!here || file_list_open(&f->list, here, NULL) < 0) {
                /* A folder that cannot be read is left by its name alone. */
                f->list.folder = xstrdup("/");
                open_folder(f, "/", "");
        }
        fill(f);
        return &f->base;
}
