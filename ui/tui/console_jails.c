/*
 * console_jails.c - jails that start and stop: those of a jail.conf and those that run. `jailnet jail` does the work as
 * a child, after what it would do was shown; their console log is followed in a pane.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/dialect/jail_params.h"
#include "ui/tui/console_rows.h"
#include "ui/tui/dialog_files.h"
#include "ui/tui/dialog_log.h"

#define JAIL_CONF "/etc/jail.conf"
#define SEPARATOR "\t"

enum life { LIFE_START, LIFE_STOP, LIFE_RESTART, LIFE_LOG, LIFE_COUNT };
enum { ROW_OTHER_FILE = -2 };

struct jails_job {
        char *file;   /* NULL: none was read */
        char **names; /* of the file, then of those that run besides */
        size_t count, capacity;
        char *name; /* that something is done to */
        enum life life;
};

static void forget_names(struct jails_job *j)
{
        for (size_t i = 0; i < j->count; i++)
                free(j->names[i]);
        j->count = 0;
}

static struct jails_job *job(struct console *c)
{
        if (!c->jails)
                c->jails = xcalloc(1, sizeof(*c->jails));
        return c->jails;
}

void console_jails_done(struct console *c)
{
        struct jails_job *j = TAKE(c->jails);

        if (!j)
                return;
        forget_names(j);
        free(j->names);
        free(j->file);
        free(j->name);
        free(j);
}

static void set_name(struct jails_job *j, const char *name)
{
        char *copy = xstrdup(name);

        free(j->name);
        j->name = copy;
}

/* -- Those that run ---------------------------------------------------------------------------------------------- */

struct started {
        struct started_jail *items;
        size_t count;
};

static void started_done(struct started *s)
{
        for (size_t i = 0; i < s->count; i++)
                started_jail_done(&s->items[i]);
        free(s->items);
}

static struct started started_load(const struct console *c)
{
        struct started s = {0};

        /* An inventory that cannot be read knows of none; other lists tell about it. */
        if (c->app->jails && c->app->jails->list(c->app, &s.items, &s.count, NULL) < 0)
                s = (struct started){0};
        return s;
}

static const struct started_jail *started_find(const struct started *s, const char *name)
{
        for (size_t i = 0; i < s->count; i++)
                if (strcmp(s->items[i].name, name) == 0)
                        return &s->items[i];
        return NULL;
}

static bool is_running(const struct console *c, const struct started_jail *s)
{
        const struct cell_id id = {.pid = s ? s->pid : 0, .began = s ? s->began : 0};

        return s && s->pid && c->app->jails->is_alive(&id);
}

bool console_is_started(const struct console *c, size_t jail)
{
        CLEANUP(started_done) struct started s = started_load(c);

        return started_find(&s, c->graph->jails[jail].name) != NULL;
}

/* -- The child that does it -------------------------------------------------------------------------------------- */

static void show_text(struct console *c, const char *title, const char *text)
{
        const struct text_options o = {.title = title};

        dialogs_push(&c->dialogs, dialog_text_new(text, &o));
}

static const char *const doing[] = {[LIFE_START] = N_("start jail "),
                                    [LIFE_STOP] = N_("stop jail "),
                                    [LIFE_RESTART] = N_("restart jail "),
                                    [LIFE_LOG] = N_("log of jail ")};

/* The words of `jailnet jail` for what is wished. */
static int run(struct console *c, bool is_dry, bool as_json, child_done_fn *done)
{
        const struct jails_job *j = c->jails;
        const char *words[16] = {0};
        CLEANUP(text_done) struct text title = {0};
        size_t n = 0;

        if (as_json) {
                words[n++] = "--format";
                words[n++] = "json";
        }
        if (is_dry)
                words[n++] = "-n";
        words[n++] = "jail";
        if (j->life != LIFE_STOP && j->file) {
                words[n++] = "-f";
                words[n++] = j->file;
        }
        words[n++] = j->life == LIFE_STOP ? "-r" : j->life == LIFE_RESTART ? "-rc" : "-c";
        words[n++] = j->name;
        text_put(&title, _(doing[j->life]));
        text_put_visible(&title, j->name);
        return console_child_run(c, text_str(&title), words, !is_dry, done);
}

static void ended(struct console *c, int status, const char *out, const char *said)
{
        CLEANUP(freep) char *both = xasprintf("%s%s", said, out);

        c->app->refresh(c->app);
        if (status != 0) {
                show_text(c, _("Not done"), both);
                return;
        }
        console_say(c, STYLE_GOOD, "done: %s", c->child_title);
        if (strchr(both, '\n') && strchr(both, '\n')[1]) /* more than the one line that says it is done */
                show_text(c, c->child_title, both);
}

static void do_it(void *user)
{
        struct console *c = user;

        for (size_t i = 0; i < c->dialogs.count; i++)
                c->dialogs.items[i]->is_closed = true;
        (void)run(c, false, false, ended); /* what kept it from being started was told */
}

static enum style life_style(const char *line)
{
        return *line && *line != ' ' ? STYLE_DIALOG_TITLE : STYLE_NORMAL;
}

static void previewed(struct console *c, int status, const char *out, const char *said)
{
        const struct text_options o = {
                .title = _("Preview: nothing is done yet"),
                .hints = _("Enter:do_it Esc:leave_everything_as_it_is Up/Down:scroll"),
                .style_of = life_style,
                .accepted = do_it,
                .user = c,
        };
        CLEANUP(freep) char *both = xasprintf("%s%s", said, out);

        if (status != 0)
                show_text(c, _("Refused: nothing was changed"), both);
        else
                dialogs_push(&c->dialogs, dialog_text_new(both, &o));
}

/* -- The log ----------------------------------------------------------------------------------------------------- */

static void log_gone(void *user)
{
        struct console *c = user;

        c->log = NULL;
}

static void show_log(struct console *c, const char *name, const struct jail_params *p)
{
        const char *path = jail_params_get(p, "exec.consolelog");
        CLEANUP(freep) char *title = path ? xasprintf("%s: %s", name, path) : NULL;
        struct dialog *d;
        struct err e = {0};

        if (!path) {
                console_say(c, STYLE_WARNING, "%s: has no exec.consolelog; add it to its jail.conf", name);
                return;
        }
        if (dialog_log_new(title, path, log_gone, c, &d, &e) < 0) {
                console_say_err(c, &e);
                return;
        }
        for (size_t i = 0; i < c->dialogs.count; i++) /* the lists that led here, and an older log */
                c->dialogs.items[i]->is_closed = true;
        dialogs_sweep(&c->dialogs);
        c->log = d;
        dialogs_push(&c->dialogs, d);
}

static void read_params(struct console *c, int status, const char *out, const char *said)
{
        struct jail_params p = {0};
        json_t *j = status == 0 ? json_loads(out, 0, NULL) : NULL;

        if (status != 0)
                show_text(c, _("No log"), said);
        else if (!j || jail_params_from_json(j, c->jails->name, &p) < 0)
                console_say(c, STYLE_ERROR, "%s: what its jail.conf says cannot be read", c->jails->name);
        else
                show_log(c, c->jails->name, &p);
        jail_params_done(&p);
        json_decref(j);
}

/* Of one that runs it is known; of another its file tells. */
static void open_log(struct console *c)
{
        CLEANUP(started_done) struct started all = started_load(c);
        const struct started_jail *s = started_find(&all, c->jails->name);
        struct jail_params p = {0};

        if (!s && c->jails->file) {
                (void)run(c, true, true, read_params); /* what kept it from being started was told */
                return;
        }
        if (!s)
                console_say(c, STYLE_WARNING, "%s: was not started by jail -c, and so has no log", c->jails->name);
        else if (jail_params_from_json(s->params, s->name, &p) < 0)
                console_say(c, STYLE_ERROR, "%s: what it was started with cannot be read", s->name);
        else
                show_log(c, c->jails->name, &p);
        jail_params_done(&p);
}

void console_open_log(struct console *c)
{
        struct object o = selection_resolve(&c->ui.selection, c->graph);
        size_t jail = o.type == OBJECT_JAIL ? o.index
                : o.type == OBJECT_IFACE    ? c->graph->ifaces[o.index].jail
                : o.type == OBJECT_NODE     ? c->graph->nodes[o.index].jail
                                            : NONE;

        if (jail == NONE || jail == 0) {
                console_say(c, STYLE_WARNING, "select a jail first: its console log is shown");
                return;
        }
        set_name(job(c), c->graph->jails[jail].name);
        c->jails->life = LIFE_LOG;
        open_log(c);
}

/* -- One jail ---------------------------------------------------------------------------------------------------- */

static void chosen_life(void *user, int id)
{
        struct console *c = user;

        c->jails->life = (enum life)id;
        if (id == LIFE_LOG)
                open_log(c);
        else
                (void)run(c, true, false, previewed); /* what kept it from being started was told */
}

void console_open_life(struct console *c, const char *name)
{
        static const struct {
                const char *label, *help;
                char key;
                bool when_running, when_stopped;
        } lives[LIFE_COUNT] = {
                [LIFE_START] = {N_("s  Start..."), N_("Run its commands and give it its interfaces"), 's', false, true},
                [LIFE_STOP] = {N_("s  Stop..."), N_("End its processes; what was lent to it comes home"), 's', true,
                               false},
                [LIFE_RESTART] = {N_("r  Restart..."), N_("Stop it, and start it anew as its file is now"), 'r', true,
                                  false},
                [LIFE_LOG] = {N_("l  Console log"), N_("Follow what its commands print"), 'l', true, true},
        };
        CLEANUP(started_done) struct started all = started_load(c);
        bool runs = is_running(c, started_find(&all, name));
        struct console_rows r = {.count = 0};
        CLEANUP(freep) char *title = xasprintf(_("jail %s"), name);

        set_name(job(c), name);
        for (int i = 0; i < LIFE_COUNT; i++) {
                if (runs ? !lives[i].when_running : !lives[i].when_stopped)
                        continue;
                if (i == LIFE_RESTART && !c->jails->file)
                        continue;
                console_rows_add(
                        &r,
                        &(struct menu_row){
                                .label = _(lives[i].label), .help = _(lives[i].help), .id = i, .key = lives[i].key},
                        _(lives[i].help));
        }

        const struct menu_options o = {
                .title = title, .x = -1, .has_sentences = true, .stays_open = true, .chosen = chosen_life, .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

/* -- All of a file ----------------------------------------------------------------------------------------------- */

static void read_file(struct console *c, const char *path);

static void picked(void *user, const char *const *paths, size_t count, size_t choice)
{
        (void)count; /* the first is meant */
        (void)choice;
        read_file(user, paths[0]);
}

static void pick_file(struct console *c)
{
        const struct files_options o = {
                .title = _("Jails: which jail.conf?"),
                .want = FILES_EXISTING,
                .folder = c->folder,
                .accepted = picked,
                .user = c,
        };

        dialogs_push(&c->dialogs, dialog_files_new(&o));
}

static void chosen_jail(void *user, int id)
{
        struct console *c = user;

        if (id == ROW_OTHER_FILE)
                pick_file(c);
        else
                console_open_life(c, c->jails->names[id]);
}

static void add_name(struct jails_job *j, const char *name)
{
        for (size_t i = 0; i < j->count; i++)
                if (strcmp(j->names[i], name) == 0)
                        return;
        j->names = array_grow(j->names, &j->capacity, j->count, sizeof(*j->names));
        j->names[j->count++] = xstrdup(name);
}

/* Imported, or left from another boot. */
static bool has_network(const struct console *c, const char *name)
{
        size_t jail = graph_find_jail(c->graph, name);

        return jail != NONE && c->graph->jails[jail].state == JAIL_ALIVE;
}

static void list_jails(struct console *c)
{
        struct jails_job *j = c->jails;
        CLEANUP(started_done) struct started all = started_load(c);
        struct console_rows r = {.count = 0};
        CLEANUP(text_done) struct text title = {0};

        for (size_t i = 0; i < all.count; i++)
                add_name(j, all.items[i].name);
        for (size_t i = 0; i < j->count && r.count + 1 < CONSOLE_ROWS_MAX; i++) {
                const struct started_jail *s = started_find(&all, j->names[i]);
                bool runs = is_running(c, s);

                console_rows_add(&r,
                                 &(struct menu_row){.label = j->names[i],
                                                    .help = runs ? _("Enter: stop it, restart it, see its log")
                                                                 : _("Enter: start it, see its log"),
                                                    .id = (int)i},
                                 runs                                  ? _("runs")
                                         : s                           ? _("is no more, but was never stopped")
                                         : has_network(c, j->names[i]) ? _("not started; its network is there")
                                                                       : _("stopped"));
        }
        console_rows_add(&r,
                         &(struct menu_row){.label = _("Another file..."),
                                            .help = _("Pick another jail.conf"),
                                            .id = ROW_OTHER_FILE},
                         "");
        text_put(&title, j->file ? _("Jails of ") : _("Jails that run"));
        text_put(&title, j->file ? j->file : "");

        const struct menu_options o = {.title = text_str(&title),
                                       .x = -1,
                                       .has_sentences = true,
                                       .stays_open = true,
                                       .chosen = chosen_jail,
                                       .user = c};

        dialogs_push(&c->dialogs, dialog_menu_new(r.items, r.count, &o));
}

static void names_read(struct console *c, int status, const char *out, const char *said)
{
        struct jails_job *j = c->jails;

        if (status != 0 && !*out) {  /* else only some of its jails are wrong: their start tells */
                free(TAKE(j->file)); /* the next time another may be picked */
                show_text(c, _("This is no jail.conf"), said);
                return;
        }
        forget_names(j);
        /* A jail a line, its name or number first; no value has a separator in it. */
        for (const char *s = out; *s; s += strcspn(s, "\n"), s += *s == '\n') {
                size_t front = strcspn(s, "=\n"), length = strcspn(s, SEPARATOR "\n");
                CLEANUP(freep) char *name = front < length ? xstrndup(s + front + 1, length - front - 1) : NULL;

                if (name)
                        add_name(j, name);
        }
        for (size_t i = 0; i < c->dialogs.count; i++) /* an older list */
                c->dialogs.items[i]->is_closed = true;
        dialogs_sweep(&c->dialogs);
        list_jails(c);
}

static void read_file(struct console *c, const char *path)
{
        const char *words[] = {"jail", "-f", path, "-e", SEPARATOR, NULL};
        const char *slash = strrchr(path, '/');
        char *file = xstrdup(path);

        free(job(c)->file);
        c->jails->file = file;
        if (slash && slash > path) {
                free(c->folder);
                c->folder = xstrndup(path, (size_t)(slash - path));
        }
        words[2] = file;
        (void)console_child_run(c, "read jail.conf", words, false, names_read); /* what kept it was told */
}

void console_open_jails(struct console *c)
{
        (void)console_go_on(c); /* they are looked at as they are now */
        if (!console_child_is_free(c))
                return;
        if (job(c)->file) {
                CLEANUP(freep) char *again = xstrdup(c->jails->file);

                read_file(c, again);
        } else if (access(JAIL_CONF, R_OK) == 0) {
                read_file(c, JAIL_CONF);
        } else {
                CLEANUP(started_done) struct started all = started_load(c);

                forget_names(c->jails);
                if (all.count)
                        list_jails(c);
                else
                        pick_file(c);
        }
}
