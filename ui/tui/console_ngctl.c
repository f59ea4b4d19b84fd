/*
 * console_ngctl.c - ngctl's prompt in the console: its lines, completed from the live picture, and what they print. A
 * line that changes something is previewed like every change.
 *
 * The socket node lives as long as the console. What hangs from it alone when the console ends is left as it is.
 */
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/dialect/ngctl.h"
#include "ui/tui/console_state.h"
#include "ui/tui/palette.h"

static int read_hosts(struct dialect *d, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        struct console *c = d->services->user;

        return c->app->hosts(c->app, c->graph, bridge, ret, ret_count, e);
}

/* A session on the newest picture. services lasts as long as d. */
static void begin(struct console *c, struct dialect *d, struct dialect_services *services)
{
        *services = (struct dialect_services){.hosts = c->app->hosts ? read_hosts : NULL, .user = c};
        if (!c->ngctl)
                c->ngctl = ngctl_new(NULL, (uint32_t)getpid());
        dialect_init(d, c->graph, "host", false);
        d->services = services;
        ngctl_begin(c->ngctl, d);
}

struct completion {
        struct palette_list *list;
        const char *head; /* the line before the word that is being typed */
};

static void add_completion(void *user, const char *word)
{
        struct completion *x = user;
        size_t length = strlen(word);
        CLEANUP(freep) char *insert = xasprintf("%s%s%s", x->head, word, length && word[length - 1] == ':' ? "" : " ");

        palette_add(x->list, word, "", insert, 0, 1);
}

static void fill(void *user, const char *typed, struct palette_list *l)
{
        struct console *c = user;
        struct dialect_services services;
        struct dialect d;
        size_t end = strlen(typed);

        while (end > 0 && typed[end - 1] != ' ')
                end--;

        CLEANUP(freep) char *head = xstrndup(typed, end);
        struct completion x = {.list = l, .head = head};

        l->is_command = typed[strspn(typed, " ")] != '\0';
        (void)str_copy(l->note, sizeof(l->note),
                       _("FreeBSD's commands for nodes and hooks; help lists them")); /* fits */
        for (size_t i = 0; !l->is_command && i < c->ngctl_line_count; i++)
                palette_add(l, c->ngctl_lines[i], _("typed before"), c->ngctl_lines[i], 0, 2);
        begin(c, &d, &services);
        (void)ngctl_complete(c->ngctl, typed, PALETTE_ROWS_MAX - l->count, add_completion, &x);
        dialect_done(&d);
}

/* The newest first, each once. */
static void remember(struct console *c, const char *line)
{
        size_t at = 0;

        while (at < c->ngctl_line_count && strcmp(c->ngctl_lines[at], line) != 0)
                at++;
        if (at == NGCTL_LINES_MAX)
                at--;
        if (at < c->ngctl_line_count)
                free(c->ngctl_lines[at]);
        else
                c->ngctl_line_count++;
        memmove(c->ngctl_lines + 1, c->ngctl_lines, at * sizeof(*c->ngctl_lines));
        c->ngctl_lines[0] = xstrdup(line);
}

static void show(struct console *c, const char *line, const struct dialect *d, bool is_done)
{
        CLEANUP(text_done) struct text title = {0}, whole = {0};
        size_t length = d->said.length;
        bool is_one_line = d->out.length == 0 && length > 0 && strchr(text_str(&d->said), '\n')[1] == '\0';

        text_put(&title, "ngctl ");
        text_put_visible(&title, line);
        if (is_one_line && (int)length < c->canvas->w) {
                CLEANUP(freep) char *sentence = xstrndup(text_str(&d->said), length - 1);

                console_say_visible(c, is_done ? STYLE_NORMAL : STYLE_ERROR, sentence);
                return;
        }
        if (d->out.length + length == 0)
                return;
        text_put(&whole, text_str(&d->said));
        text_put(&whole, text_str(&d->out));

        const struct text_options o = {.title = text_str(&title)};

        dialogs_push(&c->dialogs, dialog_text_new(text_str(&whole), &o));
}

static void run(void *user, const char *line)
{
        struct console *c = user;
        struct dialect_services services;
        struct dialect d;
        CLEANUP(text_done) struct text words = {0}, title = {0};
        struct plan *p = NULL;

        if (!console_is_free(c))
                return;
        remember(c, line);
        begin(c, &d, &services);

        int status = ngctl_line(c->ngctl, line);

        text_putf(&words, "ngctl %s", line);
        text_put_visible(&title, text_str(&words));
        if (status == NGCTL_DONE)
                p = dialect_finish(&d, text_str(&words), text_str(&title));
        show(c, line, &d, status == NGCTL_DONE);
        if (p)
                console_show_plan(c, p);
        dialect_done(&d);
}

static void chosen(void *user, int id)
{
        (void)user;
        (void)id; /* every row completes the line */
}

void console_open_ngctl(struct console *c)
{
        const struct palette_options o = {
                .title = "ngctl", .prompt = '+', .fill = fill, .chosen = chosen, .typed = run, .user = c};

        dialogs_push(&c->dialogs, palette_new(&o));
}

void console_ngctl_done(struct console *c)
{
        ngctl_free(c->ngctl);
        for (size_t i = 0; i < c->ngctl_line_count; i++)
                free(c->ngctl_lines[i]);
}
