/*
 * console_files.c - import, convert and export: files are picked, a child works out what comes of them, and nothing is
 * changed or written before that was shown and accepted.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "core/base/intl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/dialog_files.h"

#define PREFIX_OPTION "--prefix"
#define PREFIXES_MAX  16 /* two for each of more networks than a host has */

struct files_job {
        const char *words[5]; /* the command: "convert", "ezjail"; ends with NULL */
        const char *what;     /* "convert", for sentences */
        char *paths[FILES_MARKED_MAX];
        size_t count;
        const char *option;
        char *target;                 /* that is written to; NULL not known yet */
        char *asked;                  /* the interface whose prefix length is being asked for */
        char *prefixes[PREFIXES_MAX]; /* those that were told: "em0=24" */
        size_t prefix_count;
};

static void job_free(struct files_job *j)
{
        for (size_t i = 0; j && i < j->count; i++)
                free(j->paths[i]);
        for (size_t i = 0; j && i < j->prefix_count; i++)
                free(j->prefixes[i]);
        if (j) {
                free(j->target);
                free(j->asked);
        }
        free(j);
}

void console_files_done(struct console *c)
{
        job_free(TAKE(c->files));
        free(TAKE(c->folder));
}

static struct files_job *job_new(struct console *c, const char *what)
{
        job_free(c->files);
        c->files = xcalloc(1, sizeof(*c->files));
        c->files->what = what;
        return c->files;
}

static void keep_paths(struct console *c, const char *const *paths, size_t count)
{
        struct files_job *j = c->files;
        const char *slash = strrchr(paths[0], '/');

        for (size_t i = 0; i < count; i++)
                j->paths[j->count++] = xstrdup(paths[i]);
        free(c->folder);
        c->folder = slash == paths[0] ? xstrdup("/") : xstrndup(paths[0], (size_t)(slash - paths[0]));
}

/* The child's words: the globals, the command, its option, the target, then the files. */
static int run(struct console *c, bool is_dry, const char *const *also, bool changes, child_done_fn *done)
{
        const struct files_job *j = c->files;
        const char *words[CHILD_WORDS_MAX] = {0};
        CLEANUP(text_done) struct text title = {0};
        size_t n = 0;

        if (is_dry)
                words[n++] = "-n";
        for (size_t i = 0; also[i]; i++)
                words[n++] = also[i];
        for (size_t i = 0; j->words[i]; i++)
                words[n++] = j->words[i];
        if (j->option)
                words[n++] = j->option;
        for (size_t i = 0; i < j->prefix_count; i++) {
                words[n++] = PREFIX_OPTION;
                words[n++] = j->prefixes[i];
        }
        for (size_t i = 0; i < j->count; i++)
                words[n++] = j->paths[i];
        text_putf(&title, "%s", j->what);
        for (size_t i = 0; i < j->count && i < 2; i++)
                text_putf(&title, "%s %s", i ? "," : "", strrchr(j->paths[i], '/') + 1);
        if (j->count > 2)
                text_putf(&title, _(" and %zu more"), j->count - 2);
        return console_child_run(c, text_str(&title), words, changes, done);
}

/* Tabs are what files have; a screen has blanks. */
static void put_lines(struct text *t, const char *s)
{
        for (; *s; s++) {
                if (*s == '\t')
                        text_put(t, "        ");
                else
                        text_put_char(t, *s);
        }
}

static void show_text(struct console *c, const char *title, const char *text)
{
        const struct text_options o = {.title = title};
        CLEANUP(text_done) struct text t = {0};

        put_lines(&t, text);
        dialogs_push(&c->dialogs, dialog_text_new(*text ? text_str(&t) : _("It said nothing."), &o));
}

/* -- Import ------------------------------------------------------------------------------------------------------ */

static struct plan *read_plan(const char *text, struct err *e)
{
        json_error_t where;
        json_t *j = json_loads(text, 0, &where);
        struct plan *p = NULL;

        if (!j) {
                (void)err_set(e, -EINVAL, "import: its plan cannot be read: %s", where.text);
                return NULL;
        }
        (void)json_object_del(j, "iproute2"); /* lines for scripts: the steps tell them */
        (void)plan_from_json(j, &p, e);
        json_decref(j);
        return p;
}

static void imported(struct console *c, int status, const char *out, const char *said);

static const char *const as_json[] = {"--format", "json", NULL};

static void prefix_told(void *user, const char *text, bool is_accepted)
{
        struct console *c = user;
        struct files_job *j = c->files;
        uint32_t length;

        if (!is_accepted)
                return;
        for (size_t i = 0; i < c->dialogs.count; i++)
                c->dialogs.items[i]->is_closed = true;
        if (str_to_u32(text, 128, &length) < 0) {
                console_say(c, STYLE_WARNING, "%s: is no prefix length; nothing was imported", text);
                return;
        }
        j->prefixes[j->prefix_count++] = xasprintf("%s=%u", j->asked, (unsigned)length);
        (void)run(c, true, as_json, false, imported); /* what kept it from being started was told */
}

/* What is shown names the option of the command line that is missing: here it is asked for. */
static void ask_prefix(struct console *c, const char *said)
{
        const struct prompt_options o = {
                .label = _("Prefix length"),
                .hints = _("Enter:import_with_it Esc:leave_everything_as_it_is"),
                .ended = prefix_told,
                .user = c,
        };
        struct files_job *j = c->files;
        const char *option = strstr(said, PREFIX_OPTION " ");

        if (!option || j->prefix_count == PREFIXES_MAX)
                return;
        option += strlen(PREFIX_OPTION " ");
        free(j->asked);
        j->asked = xstrndup(option, strcspn(option, "= \n"));
        dialogs_push(&c->dialogs, prompt_new(&o));
}

static void imported(struct console *c, int status, const char *out, const char *said)
{
        struct err e = {0};

        if (status != 0) {
                show_text(c, _("Not imported: nothing was changed"), said);
                ask_prefix(c, said);
                return;
        }
        if (*out != '{') { /* a sentence: there is nothing to do */
                if (*said) {
                        CLEANUP(freep) char *both = xasprintf("%s\n%s", said, out);

                        show_text(c, _("Import"), both);
                        return;
                }

                CLEANUP(freep) char *line = xstrndup(out, strcspn(out, "\n"));

                console_say_visible(c, STYLE_GOOD, line);
                return;
        }
        if (!console_is_free(c))
                return;

        struct plan *p = read_plan(out, &e);

        if (!p) {
                console_say_err(c, &e);
        } else if (p->step_count) {
                console_show_plan_with(c, p, said);
        } else {
                plan_free(p);
                if (*said)
                        show_text(c, "Import", said);
                else
                        console_say(c, STYLE_GOOD, "nothing is to be changed: all of it is so already");
        }
}

static const char *const kinds[] = {N_("whatever it is"), "jail.conf", "rc.conf", "ezjail", "ngctl", "pf.conf", NULL};

static void import_picked(void *user, const char *const *paths, size_t count, size_t choice)
{
        static const char *const options[] = {NULL,          "--as=jail.conf", "--as=rc.conf",
                                              "--as=ezjail", "--as=ngctl",     "--as=pf.conf"};
        struct console *c = user;

        keep_paths(c, paths, count);
        c->files->option = options[choice];
        (void)run(c, true, as_json, false, imported); /* what kept it from being started was told */
}

void console_import(struct console *c)
{
        const struct files_options o = {
                .title = _("Import: which files?"),
                .want = FILES_EXISTING,
                .folder = c->folder,
                .choice_label = _("Read as"),
                .choices = kinds,
                .accepted = import_picked,
                .user = c,
        };

        if (!console_is_free(c) || !console_child_is_free(c))
                return;
        job_new(c, "import")->words[0] = "import";
        dialogs_push(&c->dialogs, dialog_files_new(&o));
}

/* -- Files that are written -------------------------------------------------------------------------------------- */

static const char *const nothing[] = {NULL};

static void written(struct console *c, int status, const char *out, const char *said)
{
        if (status != 0) {
                show_text(c, _("Not written"), said);
                return;
        }
        console_say(c, STYLE_GOOD, "written: %s", c->files->target);
        if (*out || *said) {
                CLEANUP(freep) char *both = xasprintf("%s%s", out, said);

                show_text(c, _("Written"), both);
        }
}

static void write_them(void *user)
{
        struct console *c = user;
        struct files_job *j = c->files;

        for (size_t i = 0; i < c->dialogs.count; i++)
                c->dialogs.items[i]->is_closed = true;
        if (strcmp(j->what, "convert") == 0) {
                j->words[2] = "-o";
                j->words[3] = j->target;
        } else {
                j->paths[j->count++] = xstrdup(j->target);
        }
        (void)run(c, false, nothing, true, written); /* what kept it from being started was told */
}

static enum style file_style(const char *line)
{
        return str_has_prefix(line, "# ====") || str_has_prefix(line, "Into ") ? STYLE_DIALOG_TITLE
                : *line == '!'                                                 ? STYLE_WARNING
                : *line == '#'                                                 ? STYLE_DIM
                                                                               : STYLE_NORMAL;
}

static void show_files(struct console *c, int status, const char *out, const char *said)
{
        const struct text_options o = {
                .title = _("Preview: nothing is written yet"),
                .hints = _("Enter:write_it Esc:leave_everything_as_it_is Up/Down:scroll"),
                .style_of = file_style,
                .accepted = write_them,
                .user = c,
        };
        CLEANUP(text_done) struct text t = {0};

        if (status != 0) {
                show_text(c, _("Refused: nothing was written"), said);
                return;
        }
        text_put(&t, _("Into "));
        text_put_visible(&t, c->files->target);
        text_put(&t, ":\n\n");
        if (*said) {
                put_lines(&t, said);
                text_put_char(&t, '\n');
        }
        put_lines(&t, out);
        dialogs_push(&c->dialogs, dialog_text_new(text_str(&t), &o));
}

static void target_picked(void *user, const char *const *paths, size_t count, size_t choice)
{
        struct console *c = user;
        struct files_job *j = c->files;

        (void)count; /* it is one */
        (void)choice;
        j->target = xstrdup(paths[0]);
        if (strcmp(j->what, "export") == 0 && strcmp(j->words[1], "freebsd") == 0) {
                j->words[2] = j->target; /* it is looked at, too: nothing there may be in the way */
                (void)run(c, true, nothing, false, show_files);
                j->words[2] = NULL;
        } else {
                (void)run(c, true, nothing, false, show_files);
        }
}

static void ask_target(struct console *c, const char *title, enum files_want want)
{
        const struct files_options o = {
                .title = title, .want = want, .folder = c->folder, .accepted = target_picked, .user = c};

        dialogs_push(&c->dialogs, dialog_files_new(&o));
}

static void convert_picked(void *user, const char *const *paths, size_t count, size_t choice)
{
        static const char *const options[] = {"--jib", "--jng", "--static"};
        struct console *c = user;

        keep_paths(c, paths, count);
        c->files->option = options[choice];
        ask_target(c, _("Convert: into which folder?"), FILES_NEW_FOLDER);
}

void console_convert(struct console *c)
{
        static const char *const styles[] = {N_("jib (bridges and epairs)"), N_("jng (netgraph)"), N_("static epairs"),
                                             NULL};
        const struct files_options o = {
                .title = _("Convert: which ezjail files, or their folder?"),
                .want = FILES_EXISTING,
                .folder = c->folder,
                .choice_label = _("Joined by"),
                .choices = styles,
                .accepted = convert_picked,
                .user = c,
        };

        if (!console_child_is_free(c))
                return;

        struct files_job *j = job_new(c, "convert");

        j->words[0] = "convert";
        j->words[1] = "ezjail";
        dialogs_push(&c->dialogs, dialog_files_new(&o));
}

static void begin_export(struct console *c, const char *form, const char *title, enum files_want want)
{
        if (!console_child_is_free(c))
                return;

        struct files_job *j = job_new(c, "export");

        j->words[0] = "export";
        j->words[1] = form;
        ask_target(c, title, want);
}

void console_export_freebsd(struct console *c)
{
        begin_export(c, "freebsd", _("Export for FreeBSD: into which folder?"), FILES_NEW_FOLDER);
}

void console_export_iproute2(struct console *c)
{
        begin_export(c, "iproute2", _("Export: into which file?"), FILES_NEW_FILE);
}
