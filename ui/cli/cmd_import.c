/* cmd_import.c - jailnet import: FreeBSD's files as one plan of what is not so already. Nothing of a file is run. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/dialect/jailconf.h"
#include "core/dialect/jailimport.h"
#include "core/dialect/ngimport.h"
#include "core/dialect/pfconf.h"
#include "core/dialect/rcimport.h"
#include "ui/cli/cli.h"
#include "ui/cli/convert_files.h"
#include "ui/cli/import_claims.h"
#include "ui/cli/import_exec.h"
#include "ui/cli/jail_parts.h"

struct run {
        struct app *app;
        struct sources in;
        enum file_kind as; /* --as; FILE_UNKNOWN */
        struct ezjails jails;
        struct convert c;
        struct jailconf *conf;      /* of all jail.conf files; NULL none */
        struct jailconf *converted; /* of what ezjail's jails become; NULL none are started */
        struct dialect d;
        const struct graph *g;
        bool starts; /* --exec */
        struct import_jails started;
        size_t *order; /* of the jails of jail.conf files, which are the first of started */
        size_t order_count;
        const char **conf_files; /* the file of each; borrowed */
        struct import_claims claims;
};

static void run_done(struct run *r)
{
        dialect_done(&r->d);
        convert_done(&r->c);
        ezjails_done(&r->jails);
        import_jails_done(&r->started);
        import_claims_done(&r->claims);
        free(r->order);
        free(r->conf_files);
        jailconf_free(r->conf);
        jailconf_free(r->converted);
        sources_done(&r->in);
        graph_unref(r->g);
}

/* -- Reading ----------------------------------------------------------------------------------------------------- */

/* NAME=FILE: that file is the rc.conf of jail NAME. */
static int add_word(struct run *r, const char *word, struct err *e)
{
        const char *equals = strchr(word, '=');
        size_t first = r->in.count;
        bool is_named =
                equals && equals > word && !memchr(word, '/', (size_t)(equals - word)) && access(word, F_OK) != 0;
        int result = sources_add(&r->in, is_named ? equals + 1 : word, e);

        for (size_t i = first; result == 0 && i < r->in.count; i++) {
                if (r->as != FILE_UNKNOWN)
                        r->in.items[i]->kind = r->as;
                if (!is_named)
                        continue;
                free(r->in.items[i]->jail);
                r->in.items[i]->jail = xstrndup(word, (size_t)(equals - word));
                if (r->in.items[i]->kind != FILE_PF && r->in.items[i]->kind != FILE_NGCTL)
                        r->in.items[i]->kind = FILE_RCCONF;
        }
        return result;
}

static int tell_jailconf(const struct run *r, const struct err *e)
{
        (void)tell_err(e, EXIT_REFUSED);
        (void)fputs(jailconf_mark(r->conf), stderr); /* nobody is left to be told when it fails */
        return EXIT_REFUSED;
}

static int read_files(struct run *r)
{
        struct err e = {0};
        const struct source *at = NULL;

        for (size_t i = 0; i < r->in.count; i++) {
                const struct loaded *l = r->in.items[i];

                if (l->kind == FILE_UNKNOWN)
                        return tell(
                                EXIT_REFUSED,
                                "%s: is none of the files that jailnet knows; --as jail.conf, rc.conf, ezjail, ngctl or pf.conf "
                                "says which it is (F3 where the console asks for files)",
                                l->path);
        }
        if (convert_read_files(&r->in, &r->jails, &r->c, &at, &e) < 0)
                return at ? tell_source(at, &e, EXIT_REFUSED) : tell_err(&e, EXIT_REFUSED);
        for (size_t i = 0; i < r->in.count; i++) {
                const struct loaded *l = r->in.items[i];

                if (l->kind != FILE_JAILCONF)
                        continue;
                if (!r->conf)
                        r->conf = jailconf_new(jail_file_include, NULL);
                if (jailconf_read(r->conf, l->path, l->text, l->source.length, &e) < 0)
                        return tell_jailconf(r, &e);
                r->conf_files = xrealloc(r->conf_files, jailconf_count(r->conf) + 1, sizeof(*r->conf_files));
                while (r->order_count < jailconf_count(r->conf))
                        r->conf_files[r->order_count++] = l->real;
        }
        return EXIT_DONE;
}

/* -- Asking for what is not so ----------------------------------------------------------------------------------- */

static int tell_any(const struct run *r, const struct err *e)
{
        const struct source *at = source_marked(&r->in);

        return at ? tell_source(at, e, EXIT_REFUSED) : tell_err(e, EXIT_REFUSED);
}

static void tell_said(const struct run *r)
{
        for (const char *s = text_str(&r->d.said); *s && !r->app->is_quiet; s += strcspn(s, "\n") + 1) {
                CLEANUP(freep) char *line = xstrndup(s, strcspn(s, "\n"));

                (void)tell(EXIT_DONE, "%s", line);
        }
}

/* What the graph lacks, asked of the kernel. */
static int read_hosts(struct dialect *d, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e)
{
        struct run *r = d->services->user;

        return r->app->hosts(r->app, r->g, bridge, ret, ret_count, e);
}

/* The scripts for a stack: "host", or a jail's name. */
static int import_netgraph(struct run *r, const char *jail)
{
        struct err e = {0};

        for (size_t i = 0; i < r->in.count; i++) {
                const struct loaded *l = r->in.items[i];

                if (l->kind != FILE_NGCTL || strcmp(l->jail ? l->jail : "host", jail) != 0)
                        continue;
                r->d.jail = jail;
                r->d.file = l->real;
                if (ng_import(&r->d, &r->in.items[i]->source, &e) < 0) {
                        tell_said(r); /* ngctl's own words */
                        return tell_any(r, &e);
                }
                r->d.jail = "host";
        }
        return EXIT_DONE;
}

/* Interfaces that scripts of ngctl may join, as far as they do not stand on what those make. */
static int import_early(struct run *r)
{
        struct err e = {0};

        for (size_t i = 0; i < r->in.count; i++) {
                struct loaded *l = r->in.items[i];

                r->d.file = l->real;
                if (l->kind == FILE_RCCONF && !l->jail && rc_import_early(&r->d, &l->rc, "host", &e) < 0)
                        return tell_any(r, &e);
        }
        return EXIT_DONE;
}

static int import_host(struct run *r)
{
        struct err e = {0};

        if (import_netgraph(r, "host") != EXIT_DONE)
                return EXIT_REFUSED;
        for (size_t i = 0; i < r->in.count; i++) {
                struct loaded *l = r->in.items[i];

                if (l->kind != FILE_RCCONF || l->jail)
                        continue;
                r->d.file = l->real;
                if (rc_import_made(&r->d, &l->rc, "host", &e) < 0 || rc_import_set(&r->d, &l->rc, "host", &e) < 0)
                        return tell_any(r, &e);
        }
        return EXIT_DONE;
}

/* The jails of a jail.conf, behind those that are known already. */
static int take_jails(struct run *r, struct jailconf *conf, struct err *e)
{
        size_t count = conf ? jailconf_count(conf) : 0;
        struct import_jails *x = &r->started;
        int result = 0;

        x->list = xrealloc(x->list, x->count + count + 1, sizeof(*x->list));
        x->order = xrealloc(x->order, x->count + count + 1, sizeof(*x->order));
        x->done = xrealloc(x->done, x->count + count + 1, sizeof(*x->done));
        for (size_t i = 0; i < count && result == 0; i++) {
                struct jail_params *p = &x->list[x->count];

                result = jailconf_jail(conf, jailconf_name(conf, i), p, e);
                if (result < 0)
                        break;

                const struct jail_param *prestart = jail_params_find(p, "exec.prestart");

                x->done[x->count++] = xcalloc(prestart ? prestart->count + 1 : 1, sizeof(**x->done));
        }
        return result;
}

/* In the order in which they start; and can they be started? */
static int order_jails(struct run *r)
{
        struct import_jails *x = &r->started;
        struct err e = {0};

        if (jail_params_order(x->list, x->count, x->order, &e) < 0) {
                for (size_t i = 0; r->conf && i < r->order_count; i++) {
                        size_t n = strlen(x->list[i].name); /* the sentence begins with the jail */

                        if (strncmp(e.what, x->list[i].name, n) != 0 || e.what[n] != ':')
                                continue;
                        (void)jailconf_blame(r->conf, x->list[i].name, "depend", NULL, &e); /* its code is no matter */
                        return tell_jailconf(r, &e);
                }
                return tell_err(&e, EXIT_REFUSED);
        }
        return r->starts ? import_exec_check(r->app, x) : EXIT_DONE;
}

static int take_conf_jails(struct run *r)
{
        struct err e = {0};

        if (take_jails(r, r->conf, &e) < 0)
                return tell_jailconf(r, &e);

        int status = order_jails(r);

        r->order = xcalloc(r->order_count + 1, sizeof(*r->order));
        if (r->order_count)
                memcpy(r->order, r->started.order, r->order_count * sizeof(*r->order));
        return status;
}

static int import_conf_jails(struct run *r)
{
        struct import_jails *x = &r->started;
        struct err e = {0};

        for (size_t i = 0; i < r->order_count; i++) {
                size_t k = r->order[i];
                struct jail_value at = {0};

                r->d.file = r->conf_files[k];
                if (jail_import_params(&r->d, &x->list[k], r->starts ? x->done[k] : NULL, &at, &e) == 0)
                        continue;
                if (at.param)
                        (void)jailconf_blame(r->conf, x->list[k].name, at.param, at.value,
                                             &e); /* e's code is no matter */
                return at.param ? tell_jailconf(r, &e) : tell_err(&e, EXIT_REFUSED);
        }
        return EXIT_DONE;
}

/* ezjail's jails are started as the jail.conf says into which they would be converted. The command that it ends
 * exec.prestart with makes the interfaces, which the plan does. */
static int start_converted(struct run *r)
{
        CLEANUP(text_done) struct text conf = {0};
        struct import_jails *x = &r->started;
        size_t first = x->count;
        struct err e = {0};

        convert_put_jail_conf(&r->c, &conf);
        r->converted = jailconf_new(NULL, NULL);
        if (jailconf_read(r->converted, "converted", text_str(&conf), conf.length, &e) < 0 ||
            take_jails(r, r->converted, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        for (size_t i = first; i < x->count && r->c.style != CONVERT_STATIC; i++) {
                const struct jail_param *prestart = jail_params_find(&x->list[i], "exec.prestart");

                if (prestart && prestart->count)
                        x->done[i][prestart->count - 1] = true;
        }
        return order_jails(r);
}

static void say_all(struct run *r, const struct text *lines)
{
        for (const char *s = text_str(lines); *s; s += strcspn(s, "\n") + 1)
                dialect_say(&r->d, "%.*s", (int)strcspn(s, "\n"), s);
}

static int take_ezjails(struct run *r)
{
        struct err e = {0};

        r->c.from = &r->jails;
        if (convert_work_out(&r->c, &e) < 0)
                return tell_any(r, &e);
        return r->starts && r->c.count ? start_converted(r) : EXIT_DONE;
}

/* The file of a jail of ezjail's; NULL: it is not remembered. */
static const char *file_of(const struct run *r, const struct ezjail *j)
{
        for (size_t i = 0; i < r->in.count; i++)
                if (&r->in.items[i]->rc == j->file)
                        return r->in.items[i]->real;
        return NULL;
}

static int import_ezjails(struct run *r)
{
        struct err e = {0};

        say_all(r, &r->jails.said);
        say_all(r, &r->c.said);
        for (size_t i = 0; i < r->c.count; i++) {
                r->d.file = file_of(r, r->c.jails[i].jail);
                if (jail_import_converted(&r->d, &r->c, &r->c.jails[i], &e) < 0)
                        return tell_any(r, &e);
        }
        return EXIT_DONE;
}

/* Are there lines about that jail's stack before file i? */
static bool is_first_of_jail(const struct run *r, size_t i)
{
        for (size_t k = 0; k < i; k++) {
                const struct loaded *l = r->in.items[k];

                if (l->jail && (l->kind == FILE_RCCONF || l->kind == FILE_NGCTL) &&
                    strcmp(l->jail, r->in.items[i]->jail) == 0)
                        return false;
        }
        return true;
}

enum pass { PASS_EARLY, PASS_MADE, PASS_SET };

static int import_jail_rc(struct run *r, struct loaded *l, enum pass pass)
{
        struct err e = {0};
        int result = 0;

        r->d.file = l->real;
        switch (pass) {
        case PASS_EARLY: result = rc_import_early(&r->d, &l->rc, l->jail, &e); break;
        case PASS_MADE:
                result = rc_import_made(&r->d, &l->rc, l->jail, &e);
                if (result == 0)
                        result = rc_import_lent(&r->d, &l->rc, l->jail, &e);
                break;
        case PASS_SET: result = rc_import_set(&r->d, &l->rc, l->jail, &e); break;
        }
        return result < 0 ? tell_any(r, &e) : EXIT_DONE;
}

/* A jail's stack: as the host's, by all files that are about it. */
static int import_jail(struct run *r, const char *jail, enum pass pass)
{
        int status = pass == PASS_MADE ? import_netgraph(r, jail) : EXIT_DONE;

        for (size_t i = 0; i < r->in.count && status == EXIT_DONE; i++) {
                struct loaded *l = r->in.items[i];

                if (l->kind == FILE_RCCONF && l->jail && strcmp(l->jail, jail) == 0)
                        status = import_jail_rc(r, l, pass);
        }
        return status;
}

static int import_jails(struct run *r, bool is_set)
{
        int status = EXIT_DONE;

        for (size_t i = 0; i < r->in.count && status == EXIT_DONE; i++) {
                const struct loaded *l = r->in.items[i];

                if ((l->kind != FILE_RCCONF && l->kind != FILE_NGCTL) || !l->jail || !is_first_of_jail(r, i))
                        continue;
                if (graph_find_jail(dialect_graph(&r->d), l->jail) == NONE)
                        return tell(EXIT_REFUSED, "%s: there is no jail %s; give the file that makes it, too", l->path,
                                    l->jail);
                if (!is_set)
                        status = import_jail(r, l->jail, PASS_EARLY);
                if (status == EXIT_DONE)
                        status = import_jail(r, l->jail, is_set ? PASS_SET : PASS_MADE);
        }
        return status;
}

/* First all that is made, since what one has made may be lent to another. */
static int import_jail_rcs(struct run *r)
{
        int status = import_jails(r, false);

        return status == EXIT_DONE ? import_jails(r, true) : status;
}

static int import_pf(struct run *r)
{
        struct err e = {0};

        for (size_t i = 0; i < r->in.count; i++) {
                struct loaded *l = r->in.items[i];
                const char *jail = l->jail ? l->jail : "host";

                if (l->kind != FILE_PF)
                        continue;
                if (graph_find_jail(dialect_graph(&r->d), jail) == NONE)
                        return tell(EXIT_REFUSED, "%s: there is no jail %s; give the file that makes it, too", l->path,
                                    jail);
                r->d.file = l->real;
                if (pf_import_jail(&r->d, &l->source, jail, &e) < 0)
                        return tell_any(r, &e);
        }
        return EXIT_DONE;
}

/* -- The plan ---------------------------------------------------------------------------------------------------- */

static void tell_nothing(const struct run *r, const char *title)
{
        CLEANUP(plan_freep) struct plan *none = plan_new("%s", title);

        tell_notice(r->app, NULL);
        if (wants_json(r->app))
                (void)plan_print(r->app, none); /* print_text tells when it fails */
        else if (!r->app->is_quiet)
                (void)puts(r->starts ? _("nothing of the network is to be changed: all of it is so already")
                                     : _("nothing is to be changed: all of it is so already"));
}

static int settle(struct run *r, int argc, char **argv)
{
        CLEANUP(text_done) struct text words = {0}, title = {0};
        struct err e = {0};

        text_put(&words, "import");
        text_put(&title, "import");
        for (int i = 1; i < argc; i++) {
                text_put_char(&words, ' ');
                text_put_shell(&words, argv[i]);
        }
        for (size_t i = 0; i < r->in.count && i < 4; i++) {
                text_put_char(&title, ' ');
                text_put_visible(&title, path_base(r->in.items[i]->path));
        }
        if (r->in.count > 4)
                text_putf(&title, " and %zu more", r->in.count - 4);

        CLEANUP(plan_freep) struct plan *p = dialect_finish(&r->d, text_str(&words), text_str(&title));

        tell_said(r);
        if (p)
                import_claims_put(&r->claims, &r->d, p);
        else
                tell_nothing(r, text_str(&title));

        bool is_shown = r->app->is_dry_run || (!r->app->is_quiet && !r->app->format);
        int status = p && is_shown ? plan_print(r->app, p) : EXIT_DONE;

        if (r->starts && is_shown)
                import_exec_show(r->app, &r->started);
        if (r->app->is_dry_run)
                return status;
        if (r->starts)
                import_exec_begin(&r->started);
        if (p)
                status = plan_execute(r->app, p, r->g);
        else if (import_claims_keep(&r->claims, &r->d, r->app, &e) < 0)
                status = tell_err(&e, EXIT_REFUSED);
        return status == EXIT_DONE && r->starts ? import_exec_run(r->app, &r->started) : status;
}

static bool take_option(struct run *r, int argc, char **argv, int *i, int *ret_status)
{
        struct err e = {0};
        const char *value;

        if (convert_take_style(&r->c, argv[*i]))
                return true;
        if (strcmp(argv[*i], "--exec") == 0)
                return r->starts = true;
        if ((value = option_value(argc, argv, i, "--as"))) {
                if (file_kind_parse(value, &r->as) < 0)
                        *ret_status =
                                tell(EXIT_USAGE,
                                     "--as %s: is no kind of file; write jail.conf, rc.conf, ezjail, ngctl or pf.conf",
                                     value);
        } else if ((value = option_value(argc, argv, i, "--prefix"))) {
                if (convert_add_prefix(&r->c, value, &e) < 0)
                        *ret_status = tell_err(&e, EXIT_USAGE);
        } else if ((value = option_value(argc, argv, i, "--router"))) {
                if (convert_add_router(&r->c, value, &e) < 0)
                        *ret_status = tell_err(&e, EXIT_USAGE);
        } else {
                return false;
        }
        return true;
}

static int import_all(struct run *r)
{
        static int (*const parts[])(struct run * r) = {import_early,   import_host,     import_conf_jails,
                                                       import_ezjails, import_jail_rcs, import_pf};
        int status = EXIT_DONE;

        for (size_t k = 0; k < ARRAY_SIZE(parts) && status == EXIT_DONE; k++)
                status = parts[k](r);
        return status;
}

static void begin(struct run *r, const struct dialect_services *services)
{
        dialect_done(&r->d);
        dialect_init(&r->d, r->g, "host", false);
        r->d.services = services;
}

/* What the files want is known when it is asked for without what was made for them before; what of that they want no
 * more goes first, since its names and places may be wanted for something else. */
static int import_changes(struct run *r, const struct dialect_services *services)
{
        int status = EXIT_DONE;

        begin(r, services);
        if (import_claims_any(&r->claims)) {
                import_claims_end_all(&r->claims, &r->d);
                status = import_all(r);
                claims_add_all(&r->claims.wanted, &r->d.wants);
                begin(r, services);
                import_claims_end(&r->claims, &r->d);
        }
        return status == EXIT_DONE ? import_all(r) : status;
}

int command_import(struct app *a, int argc, char **argv)
{
        CLEANUP(run_done) struct run r = {.app = a, .c = {.style = CONVERT_JIB}};
        struct dialect_services services = {.hosts = read_hosts, .user = &r};
        const char *words[256];
        size_t count = 0;
        struct err e = {0};
        int status = EXIT_DONE;
        bool is_over = false;

        for (int i = 1; i < argc; i++) {
                if (!is_over && strcmp(argv[i], "--") == 0) {
                        is_over = true;
                } else if (!is_over && argv[i][0] == '-' && argv[i][1]) {
                        if (!take_option(&r, argc, argv, &i, &status))
                                return usage(command_find("import")->synopsis);
                        if (status != EXIT_DONE)
                                return status;
                } else if (count == ARRAY_SIZE(words)) {
                        return tell(EXIT_USAGE, "more than %zu files; name their folder", ARRAY_SIZE(words));
                } else {
                        words[count++] = argv[i];
                }
        }
        if (count == 0)
                return usage(command_find("import")->synopsis);
        for (size_t i = 0; i < count; i++)
                if (add_word(&r, words[i], &e) < 0)
                        return tell_err(&e, EXIT_REFUSED);
        status = read_files(&r);
        if (status != EXIT_DONE)
                return status;
        if (a->picture(a, true, false, false, &r.g, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }
        status = take_conf_jails(&r);
        if (status == EXIT_DONE)
                status = take_ezjails(&r);
        if (status != EXIT_DONE)
                return status;
        if (import_claims_load(&r.claims, a, &r.in, words, count, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        status = import_changes(&r, &services);
        return status == EXIT_DONE ? settle(&r, argc, argv) : status;
}
