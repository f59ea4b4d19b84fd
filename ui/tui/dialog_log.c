/* dialog_log.c - the console log of a jail, as it grows. */
#include "ui/tui/dialog_log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "ui/tui/line_edit.h"
#include "ui/tui/log_tail.h"

#define TAIL_BYTES (256 * 1024)  /* of what was there before */
#define TURN_BYTES (1024 * 1024) /* read in one turn of the loop */

struct log {
        struct dialog base;
        char *title, *path;
        const char *name; /* in path */
        int notify;
        int file; /* -1: it is not there */
        off_t at; /* read up to here */
        ino_t inode;
        struct log_tail tail;
        size_t top;
        bool follows, is_full;
        bool is_typing; /* what is searched for */
        struct line_edit wanted;
        size_t found;      /* line; (size_t)-1 none */
        const char *state; /* why nothing is shown; NULL */
        void (*gone)(void *user);
        void *user;
};

static struct log *log_of(struct dialog *d)
{
        return (struct log *)d;
}

/* -- The file ---------------------------------------------------------------------------------------------------- */

static void close_file(struct log *l)
{
        closep(&l->file);
        l->file = -1;
}

/* Opened without waiting: a pipe in the place of a log would hold the console up. */
static void open_file(struct log *l)
{
        struct stat st;

        l->file = open(l->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        l->state = l->file < 0 && errno == ENOENT ? _("It is not there yet; it is shown as soon as it is.")
                : l->file < 0                     ? _("It cannot be read by you.")
                                                  : NULL;
        if (l->file < 0)
                return;
        if (fstat(l->file, &st) < 0 || !S_ISREG(st.st_mode)) {
                close_file(l);
                l->state = _("It is no ordinary file.");
                return;
        }
        l->inode = st.st_ino;
        l->at = st.st_size > TAIL_BYTES ? st.st_size - TAIL_BYTES : 0;
}

/* Is what we read still the file of that name, and not shorter than before? */
static bool is_same_file(const struct log *l)
{
        struct stat by_name, ours;

        return stat(l->path, &by_name) == 0 && fstat(l->file, &ours) == 0 && by_name.st_ino == l->inode &&
                by_name.st_dev == ours.st_dev && ours.st_size >= l->at;
}

/* True when there is more. */
static bool read_more(struct log *l)
{
        char part[16384];
        size_t got = 0;
        ssize_t n = 0;

        while (l->file >= 0 && got < TURN_BYTES && (n = pread(l->file, part, sizeof(part), l->at)) > 0) {
                log_tail_add(&l->tail, part, (size_t)n);
                l->at += n;
                got += (size_t)n;
        }
        return got > 0;
}

static bool update(struct log *l)
{
        bool is_new = false;

        if (l->file >= 0) {
                is_new = read_more(l); /* the rest of one that was renamed away, too */
                if (is_same_file(l))
                        return is_new;
                close_file(l);
                log_tail_add(&l->tail, "\n", l->tail.open.length > 0);
        }
        open_file(l);
        return read_more(l) || is_new;
}

int dialog_log_fd(const struct dialog *d)
{
        return ((const struct log *)d)->notify;
}

bool dialog_log_news(struct dialog *d)
{
        struct log *l = log_of(d);
        _Alignas(struct inotify_event) char events[4096];
        bool is_ours = false;
        ssize_t n;

        while ((n = read(l->notify, events, sizeof(events))) > 0) {
                for (char *p = events; p < events + n;) {
                        const struct inotify_event *e = (const void *)p;

                        is_ours = is_ours || e->len == 0 || strcmp(e->name, l->name) == 0;
                        p += sizeof(*e) + e->len;
                }
        }
        return is_ours && (update(l) || l->file < 0);
}

/* -- Drawing ----------------------------------------------------------------------------------------------------- */

/* The lower part of the screen, so that the picture stays in sight; or all of it. */
static struct rect log_place(struct dialog *d, struct rect screen)
{
        int height = log_of(d)->is_full ? screen.h - 1 : screen.h / 2;

        return (struct rect){screen.x, screen.y + screen.h - 1 - height, screen.w, height};
}

static size_t rows(const struct log *l)
{
        return l->base.area.h > 2 ? (size_t)l->base.area.h - 2 : 1;
}

static size_t last_top(const struct log *l)
{
        size_t count = log_tail_count(&l->tail);

        return count > rows(l) ? count - rows(l) : 0;
}

static void draw_foot(struct log *l, struct canvas *c)
{
        size_t count = log_tail_count(&l->tail);

        if (l->is_typing) {
                int x = 2 + canvas_text(c, 2, c->h - 1, 3, STYLE_DIALOG_TITLE, " / ");

                l->base.cursor_x = line_edit_draw(&l->wanted, c, x, c->h - 1, c->w / 2, STYLE_FIELD_ACTIVE);
                l->base.cursor_y = c->h - 1;
                return;
        }
        (void)canvas_textf(c, 2, c->h - 1, c->w - 4, l->follows ? STYLE_GOOD : STYLE_DIALOG, " %s ",
                           l->follows ? _("follows the end") : _("stands still; f follows the end"));
        (void)canvas_textf(c, c->w - 26, c->h - 1, 24, STYLE_DIM, " lines %zu-%zu of %zu ", count ? l->top + 1 : 0,
                           l->top + rows(l) < count ? l->top + rows(l) : count, count);
}

static void log_draw(struct dialog *d, struct canvas *c)
{
        struct log *l = log_of(d);

        dialog_draw_frame(c, l->title);
        if (l->follows || l->top > last_top(l))
                l->top = last_top(l);
        if (l->state)
                (void)canvas_text(c, 2, 1, c->w - 4, STYLE_WARNING, l->state);
        else if (log_tail_count(&l->tail) == 0)
                (void)canvas_text(c, 2, 1, c->w - 4, STYLE_DIM, _("Nothing was written to it yet."));
        for (size_t n = 0; n < rows(l) && l->top + n < log_tail_count(&l->tail); n++) {
                enum style s = l->top + n == l->found ? STYLE_SELECTED : STYLE_DIALOG;

                if (l->state && n == 0)
                        continue; /* that line is taken */
                (void)canvas_text(c, 2, 1 + (int)n, c->w - 4, s, log_tail_line(&l->tail, l->top + n));
        }
        draw_foot(l, c);
}

/* -- Keys -------------------------------------------------------------------------------------------------------- */

static void scroll(struct log *l, long by)
{
        long top = (long)l->top + by, last = (long)last_top(l);

        l->top = top < 0 ? 0 : top > last ? (size_t)last : (size_t)top;
        l->follows = by > 0 && top >= last;
}

static void search(struct log *l, size_t from, int direction)
{
        l->found = log_tail_find(&l->tail, l->wanted.text, from, direction);
        if (l->found == (size_t)-1)
                return;
        l->follows = false;
        if (l->found < l->top || l->found >= l->top + rows(l))
                l->top = l->found > rows(l) / 2 ? l->found - rows(l) / 2 : 0;
}

static bool typing_key(struct log *l, const struct key *k)
{
        if (k->code == KEYC_ENTER || k->code == KEYC_ESCAPE || k->code == KEYC_CTRL_C) {
                l->is_typing = false;
                if (k->code != KEYC_ENTER)
                        l->found = (size_t)-1;
        } else if (line_edit_key(&l->wanted, k)) {
                search(l, l->top, 1);
        }
        return true;
}

static void next(struct log *l, int direction)
{
        size_t from = l->found == (size_t)-1 ? l->top : l->found;
        size_t count = log_tail_count(&l->tail);

        if (count)
                search(l, (from + count + (size_t)(direction + (int)count)) % count, direction);
}

static bool log_key(struct dialog *d, const struct key *k)
{
        struct log *l = log_of(d);

        if (l->is_typing && k->code != KEYC_MOUSE)
                return typing_key(l, k);
        switch (k->code) {
        case KEYC_UP:
        case 'k': scroll(l, -1); break;
        case KEYC_DOWN:
        case 'j': scroll(l, 1); break;
        case KEYC_PAGE_UP: scroll(l, -(long)rows(l)); break;
        case KEYC_PAGE_DOWN:
        case ' ': scroll(l, (long)rows(l)); break;
        case KEYC_HOME: scroll(l, -(long)l->top - 1); break;
        case KEYC_END:
        case 'f': l->follows = true; break;
        case '/':
        case KEYC_F3:
                l->is_typing = true;
                line_edit_set(&l->wanted, "");
                break;
        case 'n':
        case KEYC_CTRL_N: next(l, 1); break;
        case 'N':
        case KEYC_CTRL_P: next(l, -1); break;
        case 'z':
                l->is_full = !l->is_full;
                d->is_moved = true;
                break;
        case KEYC_ESCAPE:
        case KEYC_CTRL_C:
        case KEYC_F10:
        case 'q': d->is_closed = true; break;
        case KEYC_MOUSE:
                if (k->is_wheel_up || k->is_wheel_down)
                        scroll(l, k->is_wheel_up ? -3 : 3);
                else if (k->is_press && !rect_has(d->area, k->x, k->y))
                        d->is_closed = true;
                break;
        default: break;
        }
        return true;
}

static void log_free(struct dialog *d)
{
        struct log *l = log_of(d);

        l->gone(l->user);
        closep(&l->notify);
        closep(&l->file);
        log_tail_done(&l->tail);
        free(l->title);
        free(l->path);
        free(l);
}

int dialog_log_new(const char *title, const char *path, void (*gone)(void *user), void *user, struct dialog **ret,
                   struct err *e)
{
        const char *slash = strrchr(path, '/');
        CLEANUP(freep)
        char *folder = !slash ? xstrdup(".") : xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
        int notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

        /* The folder, not the file: so one that is made later, or put in its place, is heard of as well. */
        if (notify < 0 ||
            inotify_add_watch(notify, folder, IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) < 0) {
                int r = -errno;

                closep(&notify);
                return err_set(e, r, "%s: cannot be watched: %s", folder, strerror(-r));
        }

        struct log *l = xcalloc(1, sizeof(*l));

        l->base = (struct dialog){
                .hints = _("Up/Down:scroll f:follow /:search n:next N:previous z:whole_screen Esc:close"),
                .place = log_place,
                .draw = log_draw,
                .key = log_key,
                .free = log_free,
        };
        l->title = xstrdup(title);
        l->path = xstrdup(path);
        l->name = slash ? l->path + (slash - path) + 1 : l->path;
        l->notify = notify;
        l->file = -1;
        l->follows = true;
        l->found = (size_t)-1;
        l->gone = gone;
        l->user = user;
        (void)update(l);
        *ret = &l->base;
        return 0;
}
