/*
 * make-page.c - fills a template of a manual page with lists from the program's own tables, so that they cannot
 * disagree.
 *
 *   make-page TEMPLATE DOCS PAGE
 *
 * A line "@LIST" of the template is replaced by that list, "@markdown FILE" by a page of the folder DOCS; all others
 * are the page's. A program of the build: it runs where jailnet is built, not where it will run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/doctor/doctor.h"
#include "man/mdoc.h"
#include "man/tables.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"
#include "ui/tui/console_state.h"
#include "ui/tui/hints.h"
#include "ui/tui/view.h"

static void put_item(struct mdoc *m, const char *synopsis)
{
        CLEANUP(text_done) struct text t = {0};

        mdoc_put_synopsis(&t, synopsis);
        mdoc_linef(m, ".It %s", text_str(&t));
}

/* "FreeBSD: ifconfig ..." below what a verb does. */
static void put_equal(struct mdoc *m, const char *system, const char *command)
{
        CLEANUP(text_done) struct text t = {0};

        if (!command || !*command)
                return;
        mdoc_put_args(&t, command);
        mdoc_linef(m, ".D1 %s : Li %s", system, text_str(&t));
}

/* -- Commands ---------------------------------------------------------------------------------------------------- */

static void put_option(struct mdoc *m, const struct verb_option *o)
{
        CLEANUP(text_done) struct text synopsis = {0};

        text_putf(&synopsis, "--%s", o->name);
        if (o->has_value)
                text_putf(&synopsis, " %s", o->value.choices ? o->value.choices : o->value.name);
        if (o->extra_values)
                text_put(&synopsis, " JAIL N");
        put_item(m, text_str(&synopsis));
        mdoc_sentence(m, o->help);
}

static void put_verbs(struct mdoc *m, const char *file)
{
        (void)file;
        mdoc_line(m, ".Bl -tag -width Ds");
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const struct verb *v = &verbs[i];
                CLEANUP(text_done) struct text synopsis = {0};

                verb_put_synopsis(&synopsis, v);
                put_item(m, text_str(&synopsis));
                mdoc_sentence(m, v->help);
                put_equal(m, "Fx", v->freebsd);
                put_equal(m, "No iproute2", v->iproute2);
                if (v->option_count == 0)
                        continue;
                mdoc_line(m, ".Bl -tag -width Ds -compact");
                for (const struct verb_option *o = v->options; o < v->options + v->option_count; o++)
                        put_option(m, o);
                mdoc_line(m, ".El");
        }
        mdoc_line(m, ".El");
}

static void put_commands(struct mdoc *m, const char *file)
{
        (void)file;
        mdoc_line(m, ".Bl -tag -width Ds");
        for (size_t i = 0; i < command_count; i++) {
                put_item(m, commands[i].synopsis);
                mdoc_sentence(m, commands[i].help);
        }
        mdoc_line(m, ".El");
}

static void put_freebsd(struct mdoc *m, const char *file)
{
        (void)file;
        mdoc_line(m, ".Bl -tag -width Ds");
        for (size_t i = 0; i < freebsd_command_count; i++) {
                put_item(m, freebsd_commands[i].synopsis);
                mdoc_sentence(m, freebsd_commands[i].help);
        }
        mdoc_line(m, ".El");
}

static void put_options(struct mdoc *m, const char *file)
{
        (void)file;
        mdoc_line(m, ".Bl -tag -width Ds");
        for (size_t i = 0; i < global_option_count; i++) {
                const struct global_option *o = &global_options[i];
                CLEANUP(text_done) struct text synopsis = {0};

                if (o->letter)
                        text_putf(&synopsis, "-%c | ", o->letter);
                text_putf(&synopsis, "--%s", o->name);
                if (o->value)
                        text_putf(&synopsis, " %s", o->value);
                put_item(m, text_str(&synopsis));
                mdoc_sentence(m, o->help);
        }
        mdoc_line(m, ".El");
}

static void put_checks(struct mdoc *m, const char *file)
{
        (void)file;
        mdoc_line(m, ".Bl -tag -width Ds");
        for (size_t i = 0; i < check_count; i++) {
                mdoc_linef(m, ".It Cm %s Pq %s", checks[i].id, severity_name(checks[i].severity));
                mdoc_sentence(m, checks[i].title);
                mdoc_sentence(m, checks[i].explanation);
        }
        mdoc_line(m, ".El");
}

/* -- The console ------------------------------------------------------------------------------------------------- */

static void put_key_item(struct mdoc *m, const char *label, const uint32_t *codes, size_t count)
{
        CLEANUP(text_done) struct text t = {0};
        const char *separator = "";

        if (*label) {
                text_put(&t, "Cm ");
                mdoc_put_args(&t, label);
                separator = " , ";
        }
        for (size_t i = 0; i < count && codes[i]; i++) {
                CLEANUP(text_done) struct text name = {0};

                hint_put_key(&name, codes[i]);
                if (!name.length || strcmp(text_str(&name), label) == 0 || str_has_prefix(label, "^"))
                        continue;
                text_putf(&t, "%sCm ", separator);
                mdoc_put_args(&t, text_str(&name));
                separator = " , ";
        }
        mdoc_linef(m, ".It %s", text_str(&t));
}

static bool has_keys(const char *menu)
{
        for (size_t i = 0; i < console_action_count; i++)
                if (strcmp(console_actions[i].menu, menu) == 0 && *console_actions[i].key_label)
                        return true;
        for (size_t i = 0; i < VERB_COUNT; i++)
                if (strcmp(verbs[i].menu, menu) == 0 && verbs[i].key)
                        return true;
        return false;
}

static void put_menu_keys(struct mdoc *m, const char *menu)
{
        for (size_t i = 0; i < console_action_count; i++) {
                const struct action *a = &console_actions[i];

                if (strcmp(a->menu, menu) != 0 || !*a->key_label)
                        continue;
                put_key_item(m, a->key_label, a->keys, ARRAY_SIZE(a->keys));
                mdoc_sentence(m, a->help);
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                char label[2] = {(char)verbs[i].key, '\0'};

                if (strcmp(verbs[i].menu, menu) != 0 || !verbs[i].key)
                        continue;
                put_key_item(m, label, NULL, 0);
                mdoc_sentence(m, verbs[i].help);
        }
}

static void put_keys(struct mdoc *m, const char *file)
{
        (void)file;
        for (int i = 0; i < MENU_COUNT; i++) {
                if (!has_keys(console_menus[i]))
                        continue;
                mdoc_linef(m, ".Ss %s", console_menus[i]);
                mdoc_line(m, ".Bl -tag -width Ds -compact");
                put_menu_keys(m, console_menus[i]);
                mdoc_line(m, ".El");
        }
}

/* What the menus have and no key does: to be found there and in the palette. */
static void put_keyless(struct mdoc *m, const char *file)
{
        (void)file;
        mdoc_line(m, ".Bl -tag -width Ds -compact");
        for (size_t i = 0; i < console_action_count; i++) {
                CLEANUP(text_done) struct text title = {0};

                if (*console_actions[i].key_label)
                        continue;
                mdoc_put_args(&title, console_actions[i].title);
                mdoc_linef(m, ".It %s", text_str(&title));
                mdoc_sentence(m, console_actions[i].help);
        }
        mdoc_line(m, ".El");
}

static void put_key_names(struct mdoc *m, const char *file)
{
        const char *name, *next = hint_key_name(0);

        (void)file;
        for (size_t i = 1; (name = next); i++) {
                next = hint_key_name(i);
                mdoc_linef(m, ".Cm %s%s", name, next ? " ," : " .");
        }
}

/* -- Templates --------------------------------------------------------------------------------------------------- */

static char *read_file(const char *path)
{
        CLEANUP(text_done) struct text t = {0};
        FILE *f = fopen(path, "re");
        char buf[4096];
        size_t n;

        if (!f) {
                (void)fprintf(stderr, "make-page: %s: %s\n", path, strerror(errno));
                exit(1);
        }
        while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
                text_put_n(&t, buf, n);
        (void)fclose(f); /* only read */
        return t.s ? text_take(&t) : xstrdup("");
}

static int write_file(const char *path, const char *text)
{
        FILE *f = fopen(path, "we");
        bool is_written = f && fputs(text, f) != EOF;

        if ((f && fclose(f) == EOF) || !is_written) {
                (void)fprintf(stderr, "make-page: %s: %s\n", path, strerror(errno));
                return 1;
        }
        return 0;
}

static void put_markdown(struct mdoc *m, const char *file)
{
        CLEANUP(freep) char *markdown = read_file(file);

        mdoc_markdown(m, markdown);
}

static const struct {
        const char *name;
        void (*put)(struct mdoc *m, const char *file);
} lists[] = {
        {"verbs", put_verbs},       {"commands", put_commands}, {"freebsd", put_freebsd},    {"options", put_options},
        {"checks", put_checks},     {"keys", put_keys},         {"keynames", put_key_names}, {"keyless", put_keyless},
        {"markdown", put_markdown}, {"tables", tables_put},
};

static bool put_list(struct mdoc *m, const char *line, const char *docs)
{
        size_t n = strcspn(line, " ");
        CLEANUP(freep) char *file = xasprintf("%s/%s", docs, line[n] ? line + n + 1 : "");

        for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
                if (strlen(lists[i].name) == n && strncmp(lists[i].name, line, n) == 0) {
                        lists[i].put(m, file);
                        return true;
                }
        }
        return false;
}

int main(int argc, char **argv)
{
        CLEANUP(mdoc_done) struct mdoc m = {.column = 0};

        if (argc != 4) {
                (void)fprintf(stderr, "usage: make-page TEMPLATE DOCS PAGE\n");
                return 2;
        }

        CLEANUP(freep) char *template = read_file(argv[1]);
        char *rest = template;
        bool is_literal = false;

        for (char *line; (line = strsep(&rest, "\n"));) {
                if (!rest && !*line)
                        break;
                if (str_has_prefix(line, ".Bd") || str_has_prefix(line, ".Ed"))
                        is_literal = line[1] == 'B';
                if (*line == '.') {
                        mdoc_line(&m, line);
                } else if (is_literal) {
                        mdoc_literal_line(&m, line);
                } else if (*line != '@') {
                        mdoc_text(&m, line);
                } else if (!put_list(&m, line + 1, argv[2])) {
                        (void)fprintf(stderr, "make-page: %s: there is no list %s\n", argv[1], line);
                        return 1;
                }
        }
        return write_file(argv[3], text_str(&m.out));
}
