/*
 * cmd_doctor.c - jailnet doctor: what is wrong with the network, why that is a trouble, and the command that mends it.
 *
 * Its exit status is for scripts: 0 healthy (notices aside), 3 warnings, 4 errors; 1 and 2 are what they are
 * everywhere.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/doctor/doctor.h"
#include "ui/cli/cli.h"
#include "ui/cli/doctor.h"
#include "ui/cli/json_out.h"

enum { EXIT_WARNINGS = 3, EXIT_ERRORS = 4 };

#define TEXT_WIDTH  80
#define TEXT_INDENT 9

/* -- What is asked for ------------------------------------------------------------------------------------------- */

struct wishes {
        bool as_json, lists;
        char **words; /* checks and objects; none: everything */
        size_t count;
};

static bool read_wishes(const struct app *a, int argc, char **argv, struct wishes *w)
{
        static const struct option options[] = {{"list", no_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
                switch (c) {
                case 'l': w->lists = true; break;
                default: return false;
                }
        }
        w->as_json = wants_json(a);
        w->words = argv + optind;
        w->count = (size_t)(argc - optind);
        return !w->lists || w->count == 0;
}

/* One word of the command line: a check, or something in the graph. */
struct narrowing {
        const struct check *check;
        struct object object;
};

static int read_narrowing(const struct graph *g, const struct wishes *w, struct narrowing *ret, struct err *e)
{
        for (size_t k = 0; k < w->count; k++) {
                ret[k] = (struct narrowing){.check = check_find(w->words[k])};
                if (ret[k].check)
                        continue;

                int r = query_object(g, w->words[k], &ret[k].object, e);

                if (r == -ENOENT)
                        return err_set(e, r,
                                       "%s: no such check, jail, interface or node; jailnet doctor --list has the "
                                       "checks, jailnet show the rest",
                                       w->words[k]);
                if (r < 0)
                        return r;
        }
        return 0;
}

/* Checks narrow by kind, objects by place: a finding has to be of one of each that were named. */
static bool is_wanted(const struct finding *f, const struct graph *g, const struct narrowing *n, size_t count)
{
        bool has_checks = false, has_objects = false, is_of_check = false, is_of_object = false;

        for (size_t k = 0; k < count; k++) {
                has_checks |= n[k].check != NULL;
                has_objects |= n[k].check == NULL;
                is_of_check |= n[k].check == f->check;
                is_of_object |= !n[k].check && finding_concerns(f, g, n[k].object);
        }
        return (!has_checks || is_of_check) && (!has_objects || is_of_object);
}

static void narrow(struct diagnosis *d, const struct graph *g, const struct narrowing *n, size_t count)
{
        size_t kept = 0;

        memset(d->counts, 0, sizeof(d->counts));
        for (size_t k = 0; k < d->count; k++) {
                if (!is_wanted(&d->findings[k], g, n, count))
                        continue;
                d->counts[d->findings[k].severity]++;
                d->findings[kept++] = d->findings[k];
        }
        d->count = kept;
}

/* -- Text -------------------------------------------------------------------------------------------------------- */

/* By words, behind an indent; text was made visible before. */
static void put_wrapped(struct text *t, const char *text)
{
        size_t column = TEXT_WIDTH;

        for (const char *s = text; *s;) {
                CLEANUP(freep) char *word = xstrndup(s, strcspn(s, " "));
                size_t columns = text_columns(word);

                if (column + 1 + columns > TEXT_WIDTH) {
                        text_putf(t, "%s%*s", s == text ? "" : "\n", TEXT_INDENT, "");
                        column = TEXT_INDENT;
                } else {
                        text_put_char(t, ' ');
                        column++;
                }
                text_put(t, word);
                column += columns;
                s += strlen(word);
                s += strspn(s, " ");
        }
        text_put_char(t, '\n');
}

static void put_foreign_wrapped(struct text *t, const char *before, const char *foreign)
{
        CLEANUP(text_done) struct text visible = {0};

        text_put(&visible, before);
        text_put_visible(&visible, foreign);
        put_wrapped(t, text_str(&visible));
}

static void put_finding(struct text *t, const struct finding *f)
{
        text_putf(t, "%-*s", TEXT_INDENT, _(severity_name(f->severity)));
        text_put_visible(t, f->name);
        text_putf(t, ": %s\n", f->check->id);
        put_foreign_wrapped(t, "", f->evidence);
        put_wrapped(t, _(f->check->explanation));
        for (size_t k = 0; k < f->remedy_count; k++) {
                CLEANUP(text_done) struct text line = {0};

                text_putf(t, "%*s-> jailnet ", TEXT_INDENT, "");
                remedy_put_line(&line, &f->remedy[k]);
                text_put_visible(t, text_str(&line));
                text_put_char(t, '\n');
        }
        if (*f->advice)
                put_foreign_wrapped(t, "-> ", _(f->advice));
}

static void print_findings(const struct diagnosis *d)
{
        CLEANUP(text_done) struct text t = {0}, sum = {0};

        for (size_t k = 0; k < d->count; k++) {
                put_finding(&t, &d->findings[k]);
                text_put_char(&t, '\n');
        }
        for (int s = SEVERITY_COUNT - 1; s >= 0; s--)
                if (d->counts[s]) {
                        text_put(&sum, sum.length ? ", " : "");
                        severity_put_count(&sum, (enum severity)s, d->counts[s]);
                }
        if (d->count)
                text_putf(&t, "%s\n", text_str(&sum));
        else
                text_putf(&t, _("healthy: %zu checks found nothing\n"), check_count);
        print_text(&t);
}

void doctor_put_checks(struct text *t)
{
        for (size_t k = 0; k < check_count; k++)
                text_putf(t, "  %-8s %-20s %s\n", _(severity_name(checks[k].severity)), checks[k].id,
                          _(checks[k].title));
}

/* -- JSON -------------------------------------------------------------------------------------------------------- */

static const char *object_type_name(enum object_type t)
{
        switch (t) {
        case OBJECT_NONE: return "host";
        case OBJECT_JAIL: return "jail";
        case OBJECT_IFACE: return "interface";
        case OBJECT_NODE: return "node";
        }
        return "host";
}

static void put_finding_json(struct json_out *w, const struct finding *f)
{
        json_out_open(w, NULL, '{');
        json_out_string(w, "check", f->check->id);
        json_out_string(w, "severity", severity_name(f->severity));
        json_out_string(w, "type", object_type_name(f->object.type));
        json_out_string(w, "object", f->name);
        json_out_string(w, "evidence", f->evidence);
        json_out_string(w, "explanation", f->check->explanation);
        json_out_open(w, "remedy", '[');
        for (size_t k = 0; k < f->remedy_count; k++) {
                CLEANUP(text_done) struct text line = {0};

                remedy_put_line(&line, &f->remedy[k]);
                json_out_string(w, NULL, text_str(&line));
        }
        json_out_close(w, ']');
        json_out_string(w, "advice", *f->advice ? f->advice : NULL);
        json_out_close(w, '}');
}

static int print_checks_json(void)
{
        struct json_out w;

        print_json_begin(&w);
        json_out_open(&w, NULL, '[');
        for (size_t k = 0; k < check_count; k++) {
                json_out_open(&w, NULL, '{');
                json_out_string(&w, "id", checks[k].id);
                json_out_string(&w, "severity", severity_name(checks[k].severity));
                json_out_string(&w, "title", checks[k].title);
                json_out_string(&w, "explanation", checks[k].explanation);
                json_out_close(&w, '}');
        }
        json_out_close(&w, ']');
        return print_json_end(&w);
}

static int print_findings_json(const struct diagnosis *d)
{
        struct json_out w;

        print_json_begin(&w);
        json_out_open(&w, NULL, '{');
        json_out_bool(&w, "healthy", d->counts[SEVERITY_WARNING] + d->counts[SEVERITY_ERROR] == 0);
        json_out_int(&w, "errors", (int64_t)d->counts[SEVERITY_ERROR]);
        json_out_int(&w, "warnings", (int64_t)d->counts[SEVERITY_WARNING]);
        json_out_int(&w, "notices", (int64_t)d->counts[SEVERITY_NOTICE]);
        json_out_open(&w, "findings", '[');
        for (size_t k = 0; k < d->count; k++)
                put_finding_json(&w, &d->findings[k]);
        json_out_close(&w, ']');
        json_out_close(&w, '}');
        return print_json_end(&w);
}

/* -- The command ------------------------------------------------------------------------------------------------- */

static int status_of(const struct diagnosis *d)
{
        if (d->counts[SEVERITY_ERROR])
                return EXIT_ERRORS;
        return d->counts[SEVERITY_WARNING] ? EXIT_WARNINGS : EXIT_DONE;
}

static int tell_diagnosis(const struct app *a, const struct wishes *w, const struct diagnosis *d)
{
        tell_notice(a, NULL);
        if (w->as_json) {
                int status = print_findings_json(d);

                if (status != EXIT_DONE)
                        return status;
        } else if (!a->is_quiet) {
                print_findings(d);
        }
        return status_of(d);
}

static int list_checks(const struct wishes *w)
{
        CLEANUP(text_done) struct text t = {0};

        if (w->as_json)
                return print_checks_json();
        doctor_put_checks(&t);
        print_text(&t);
        return EXIT_DONE;
}

int command_doctor(struct app *a, int argc, char **argv)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(examination_freep) struct examination *x = NULL;
        CLEANUP(diagnosis_done) struct diagnosis d = {0};
        CLEANUP(freep) struct narrowing *n = NULL;
        struct wishes w = {.as_json = false};
        struct err e = {0};

        if (!read_wishes(a, argc, argv, &w))
                return usage(command_find("doctor")->synopsis);
        if (w.lists)
                return list_checks(&w);
        n = xcalloc(w.count + 1, sizeof(*n));
        if (a->picture(a, true, false, true, &g, &e) < 0 || a->examine(a, g, &x, &e) < 0 ||
            read_narrowing(g, &w, n, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }
        doctor_run(g, x, &d);
        if (w.count)
                narrow(&d, g, n, w.count);
        return tell_diagnosis(a, &w, &d);
}
