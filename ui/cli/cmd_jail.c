/* cmd_jail.c - jail(8): starts, stops and changes jails, from jail.conf or from the words of the command line. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ui/cli/cli.h"
#include "ui/cli/jail_commands.h"
#include "ui/cli/jail_parts.h"

#define JAIL_CONF "/etc/jail.conf"

/* What is asked for. */
struct request {
        struct jail_call call;
        bool creates, modifies, removes;
        bool is_clean, looks_up; /* -l, -h */
        const char *file, *jid_file;
        const char *separator; /* -e */
        const char *name, *user, *host_user, *securelevel;
        int argc;
        char **argv;
};

static int take_options(struct request *q, const struct freebsd_command *c, int argc, char **argv)
{
        uint32_t limit;

        optind = 0; /* getopt begins anew */
        for (int o; (o = getopt(argc, argv, "+cCde:f:hiJ:lmn:p:qRrs:u:U:v")) != -1;) {
                switch (o) {
                case 'c': q->creates = true; break;
                case 'C':
                        return tell(EXIT_REFUSED,
                                    "-C: of a jail that has ended nothing stays; jail -R NAME removes one that runs");
                case 'd': break; /* the name of a dying jail is free */
                case 'e': q->separator = optarg; break;
                case 'f': q->file = optarg; break;
                case 'h': q->looks_up = true; break;
                case 'i': q->call.tells_jid = q->call.is_quiet = true; break;
                case 'J': q->jid_file = optarg; break;
                case 'l': q->is_clean = true; break;
                case 'm': q->modifies = true; break;
                case 'n': q->name = optarg; break;
                case 'p': /* one command runs at a time: no limit is passed */
                        if (str_to_u32(optarg, INT32_MAX, &limit) < 0)
                                return usage(c->synopsis);
                        break;
                case 'q': q->call.is_quiet = true; break;
                case 'R': q->call.without_words = true; /* fallthrough */
                case 'r': q->removes = true; break;
                case 's':
                        if (str_to_u32(optarg + (*optarg == '-'), INT32_MAX, &limit) < 0)
                                return usage(c->synopsis);
                        q->securelevel = optarg;
                        break;
                case 'u': q->host_user = optarg; break;
                case 'U': q->user = optarg; break;
                case 'v': q->call.is_verbose = true; break;
                default: return usage(c->synopsis);
                }
        }
        q->argc = argc - optind;
        q->argv = argv + optind;
        return q->user && q->host_user ? usage(c->synopsis) : EXIT_DONE;
}

static void set_param(struct jail_params *p, const char *name, const char *value)
{
        jail_params_set(p, name, &value, value ? 1 : 0);
}

/* Options that are parameters: they count for each jail, whatever the file says. */
static void add_options(const struct request *q, struct jail_params *p)
{
        if (q->is_clean)
                set_param(p, "exec.clean", NULL);
        if (q->looks_up)
                set_param(p, "ip_hostname", NULL);
        if (q->securelevel)
                set_param(p, "securelevel", q->securelevel);
        if (!q->user && !q->host_user)
                return;
        set_param(p, "exec.jail_user", q->user ? q->user : q->host_user);
        set_param(p, "exec.system_jail_user", q->user ? "false" : NULL);
}

/* -- From the file ----------------------------------------------------------------------------------------------- */

struct chosen {
        struct jail_params *list;
        size_t count, capacity;
};

static void chosen_done(struct chosen *x)
{
        for (size_t i = 0; i < x->count; i++)
                jail_params_done(&x->list[i]);
        free(x->list);
}

static bool is_chosen(const struct chosen *x, const char *name)
{
        for (size_t i = 0; i < x->count; i++)
                if (strcmp(x->list[i].name, name) == 0)
                        return true;
        return false;
}

/* A jail of the file, and with it those that it depends on. */
static bool choose(const struct request *q, struct jailconf *conf, struct chosen *x, const char *name)
{
        struct jail_params p = {0};

        if (is_chosen(x, name))
                return true;
        if (!jail_file_params(conf, name, &p))
                return false;
        add_options(q, &p);
        x->list = array_grow(x->list, &x->capacity, x->count, sizeof(*x->list));
        x->list[x->count++] = p;
        return true;
}

static bool choose_all(const struct request *q, struct jailconf *conf, struct chosen *x)
{
        char **argv = q->argv;
        int argc = q->argc;
        bool is_fine = true;

        for (int i = 0; i < argc; i++) {
                for (size_t k = 0; jailconf_is_wild(argv[i]) && k < jailconf_count(conf); k++)
                        if (jailconf_fits(argv[i], jailconf_name(conf, k)))
                                is_fine = choose(q, conf, x, jailconf_name(conf, k)) && is_fine;
                if (!jailconf_is_wild(argv[i]))
                        is_fine = choose(q, conf, x, argv[i]) && is_fine;
        }
        for (size_t k = 0; argc == 0 && k < jailconf_count(conf); k++)
                is_fine = choose(q, conf, x, jailconf_name(conf, k)) && is_fine;
        /* The list grows while it is walked. */
        for (size_t i = 0; is_fine && i < x->count; i++) {
                const struct jail_param *n = jail_params_find(&x->list[i], "depend");

                for (size_t k = 0; n && k < n->count; k++)
                        is_fine = choose(q, conf, x, n->values[k]) && is_fine;
        }
        return is_fine;
}

static bool is_named(const struct request *q, const char *name)
{
        for (int i = 0; i < q->argc; i++)
                if (strcmp(q->argv[i], name) == 0)
                        return true;
        return false;
}

/* -- Removing ------------------------------------------------------------------------------------------------------ */

static bool depends_on(const struct jail_here *j, const char *name)
{
        const struct jail_param *n = jail_params_find(&j->params, "depend");

        for (size_t i = 0; n && i < n->count; i++)
                if (strcmp(n->values[i], name) == 0)
                        return true;
        return false;
}

/* Those that depend on it go first; depth bounds a circle, which a start refuses. */
static int stop_with_others(struct request *q, const char *word, unsigned depth)
{
        struct jail_list l = {0};
        struct err e = {0};
        int status = EXIT_DONE;

        if (jail_list_load(q->call.app, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);

        const struct jail_here *j = jail_list_find(&l, word);

        /* One of several may have gone with another that it depended on; the kernel takes its time with the stack. */
        if (!j || (depth && j->is_dying && !j->started)) {
                jail_list_done(&l);
                return depth ? EXIT_DONE : tell(EXIT_REFUSED, "\"%s\" not found", word);
        }
        for (size_t i = 0; status == EXIT_DONE && i < l.count && depth <= l.count; i++)
                if (l.jails[i].started && &l.jails[i] != j && depends_on(&l.jails[i], j->name))
                        status = stop_with_others(q, l.jails[i].name, depth + 1);
        if (status == EXIT_DONE)
                status = jail_stop(&q->call, j, &l);
        jail_list_done(&l);
        return status;
}

static int stop_fitting(struct request *q, const char *pattern)
{
        struct jail_list l = {0};
        struct err e = {0};
        int status = EXIT_DONE;

        if (jail_list_load(q->call.app, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        /* Only those that jail -c started: the stack of a container is somebody else's. */
        for (size_t i = 0; i < l.count; i++)
                if (l.jails[i].started && jailconf_fits(pattern, l.jails[i].name) &&
                    stop_with_others(q, l.jails[i].name, 1) != EXIT_DONE)
                        status = EXIT_REFUSED;
        jail_list_done(&l);
        return status;
}

/* -- Starting and changing ----------------------------------------------------------------------------------------- */

static int start_anew(struct request *q, const struct jail_params *p)
{
        struct jail_list l = {0};
        struct err e = {0};
        int status = stop_with_others(q, p->name, 1);

        if (status != EXIT_DONE)
                return status;
        if (jail_list_load(q->call.app, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        status = jail_start(&q->call, p, jail_list_find(&l, p->name));
        jail_list_done(&l);
        return status;
}

/* One jail of those that are to be started or changed. */
static int settle_one(struct request *q, const struct jail_params *p)
{
        struct jail_list l = {0};
        struct err e = {0};
        int status;

        if (jail_list_load(q->call.app, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);

        const struct jail_here *here = jail_list_find(&l, p->name);
        bool is_waiting = jail_is_waiting(q->call.app, here);
        bool is_running = here && !here->is_dying && !is_waiting && (here->is_alive || !here->started);
        bool is_wished = q->argc == 0;

        for (int i = 0; i < q->argc; i++)
                is_wished = is_wished || jailconf_fits(q->argv[i], p->name);

        if (!is_wished && is_running)
                status = EXIT_DONE; /* only others depend on it */
        else if (q->modifies && is_running && q->removes && !jail_can_modify(p, here))
                status = start_anew(q, p);
        else if (q->modifies && (is_running || !q->creates))
                status = jail_modify(&q->call, p, here);
        else if (is_running && q->argc > 0 && !is_named(q, p->name))
                status = EXIT_DONE; /* all that fit, as far as they do not run */
        else if (is_waiting)
                status = jail_start_waiting(&q->call, p, here, &l);
        else
                status = jail_start(&q->call, p, here);
        jail_list_done(&l);
        return status;
}

static int settle(struct request *q, const struct chosen *x)
{
        CLEANUP(freep) size_t *order = xcalloc(x->count ? x->count : 1, sizeof(*order));
        CLEANUP(freep) bool *has_failed = xcalloc(x->count ? x->count : 1, sizeof(*has_failed));
        struct err e = {0};
        int status = EXIT_DONE;

        if (jail_params_order(x->list, x->count, order, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        for (size_t i = 0; i < x->count; i++) {
                const struct jail_params *p = &x->list[order[i]];
                const struct jail_param *n = jail_params_find(p, "depend");

                for (size_t k = 0; n && k < n->count; k++)
                        for (size_t m = 0; m < x->count; m++)
                                if (has_failed[m] && strcmp(x->list[m].name, n->values[k]) == 0)
                                        has_failed[order[i]] = true;
                if (has_failed[order[i]])
                        (void)tell(EXIT_REFUSED, "%s: is not started: a jail that it depends on failed", p->name);
                else
                        has_failed[order[i]] = settle_one(q, p) != EXIT_DONE;
                if (has_failed[order[i]])
                        status = EXIT_REFUSED;
        }
        return status;
}

/* -- From the command line ----------------------------------------------------------------------------------------- */

static const char *value_of(int argc, const char *const *argv, const char *name)
{
        size_t length = strlen(name);

        for (int i = 0; i < argc && !str_has_prefix(argv[i], "command"); i++)
                if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
                        return argv[i] + length + 1;
        return NULL;
}

/* A jail without a name is called by the number that is next. */
static char *next_number(struct app *a)
{
        struct jail_list l = {0};
        int last = 0;

        if (jail_list_load(a, &l, NULL) == 0)
                for (size_t i = 0; i < l.count; i++)
                        last = l.jails[i].jid > last ? l.jails[i].jid : last;
        jail_list_done(&l);
        return xasprintf("%d", last + 1);
}

static int from_words(struct request *q, int argc, const char *const *argv)
{
        CLEANUP(jailconf_freep) struct jailconf *conf = jailconf_new(NULL, NULL);
        const char *wish = value_of(argc, argv, "name");
        struct jail_params p = {0};
        struct err e = {0};
        int status;

        if (!wish)
                wish = q->name ? q->name : value_of(argc, argv, "jid");

        CLEANUP(freep) char *name = wish ? xstrdup(wish) : next_number(q->call.app);

        if (jailconf_words(conf, name, argc, argv, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (!jail_file_params(conf, name, &p))
                return EXIT_REFUSED;
        add_options(q, &p);
        q->argc = 0; /* the one jail is wished for */
        status = settle_one(q, &p);
        jail_params_done(&p);
        return status;
}

/* jail PATH HOSTNAME IP[,IP] COMMAND..., as it was before jail.conf. */
static int from_old_words(struct request *q)
{
        CLEANUP(freep) const char **words = xcalloc((size_t)q->argc + 8, sizeof(*words));
        CLEANUP(freep) char *path = xasprintf("path=%s", q->argv[0]);
        CLEANUP(freep) char *host = xasprintf("host.hostname=%s", q->argv[1]);
        CLEANUP(freep)
        char *address = xasprintf("%s=%s", strchr(q->argv[2], ':') ? "ip6.addr" : "ip4.addr", q->argv[2]);
        CLEANUP(freep) char *command = xasprintf("command=%s", q->argv[3]);
        char **argv = q->argv;
        int argc = q->argc, count = 0;

        words[count++] = path;
        words[count++] = host;
        if (*argv[2])
                words[count++] = address;
        words[count++] = command;
        for (int i = 4; i < argc; i++)
                words[count++] = argv[i];
        q->creates = true;
        return from_words(q, count, words);
}

/* -- What is asked for --------------------------------------------------------------------------------------------- */

static int remove_jails(struct request *q, const struct freebsd_command *c)
{
        int status = EXIT_DONE;

        if (q->argc == 0)
                return usage(c->synopsis);
        for (int i = 0; i < q->argc; i++) {
                if (strchr(q->argv[i], '='))
                        return usage(c->synopsis);
                if ((jailconf_is_wild(q->argv[i]) ? stop_fitting(q, q->argv[i]) : stop_with_others(q, q->argv[i], 0)) !=
                    EXIT_DONE)
                        status = EXIT_REFUSED;
        }
        return status;
}

/* -e: what the file has, a line for each jail. */
static int show_file(const struct request *q, struct jailconf *conf)
{
        CLEANUP(text_done) struct text t = {0};
        int status = EXIT_DONE;

        for (size_t i = 0; i < jailconf_count(conf); i++) {
                struct jail_params p = {0};

                if (jail_file_params(conf, jailconf_name(conf, i), &p)) {
                        jail_put_params(&t, &p, q->separator);
                } else { /* was told; the others are shown all the same */
                        text_put(&t, "name=");
                        text_put_shell(&t, jailconf_name(conf, i));
                        status = EXIT_REFUSED;
                }
                text_put_char(&t, '\n');
                jail_params_done(&p);
        }
        print_text(&t);
        return status;
}

static int from_file(struct request *q)
{
        CLEANUP(jailconf_freep) struct jailconf *conf = jail_file_read(q->file ? q->file : JAIL_CONF);
        CLEANUP(chosen_done) struct chosen x = {0};

        if (!conf)
                return EXIT_REFUSED;
        if (q->separator)
                return show_file(q, conf);
        return choose_all(q, conf, &x) ? settle(q, &x) : EXIT_REFUSED;
}

/* Are the words parameters? jail(8) takes a single one without "=" for a name; so are several that all stand alone. */
static bool has_params(const struct request *q)
{
        for (int i = 0; i < q->argc; i++)
                if (strchr(q->argv[i], '='))
                        return true;
        return false;
}

/* -rc: all that are named stop before the first starts. */
static int stop_first(struct request *q, const struct freebsd_command *c)
{
        if (has_params(q) || q->call.without_words || q->argc == 0)
                return usage(c->synopsis);
        for (int i = 0; i < q->argc; i++) {
                int status =
                        jailconf_is_wild(q->argv[i]) ? stop_fitting(q, q->argv[i]) : stop_with_others(q, q->argv[i], 1);

                if (status != EXIT_DONE)
                        return EXIT_REFUSED;
        }
        return EXIT_DONE;
}

static int start_or_change(struct request *q, bool is_strict)
{
        if (!has_params(q) && (!is_strict || q->argc <= 1))
                return from_file(q);

        CLEANUP(freep) const char **words = xcalloc((size_t)q->argc + 1, sizeof(*words));

        for (int i = 0; i < q->argc; i++)
                words[i] = q->argv[i];
        return from_words(q, q->argc, words);
}

static int act(struct request *q, const struct freebsd_command *c, bool is_strict)
{
        if (q->separator)
                return from_file(q);
        if (!q->creates && !q->modifies && !q->removes)
                return q->argc >= 4 && !has_params(q) ? from_old_words(q) : usage(c->synopsis);
        if (q->removes && !q->creates && !q->modifies)
                return remove_jails(q, c);

        int status = q->removes && !q->modifies ? stop_first(q, c) : EXIT_DONE;

        return status == EXIT_DONE ? start_or_change(q, is_strict) : status;
}

int freebsd_jail(struct app *a, const struct freebsd_command *c, int argc, char **argv)
{
        struct request q = {.call = {.app = a, .is_quiet = a->is_quiet}};
        bool is_strict = freebsd_take_strict(&argc, argv);
        int status = take_options(&q, c, argc, argv);

        a->sets_guards = true;
        if (status != EXIT_DONE)
                return EXIT_REFUSED; /* FreeBSD has one status for both */
        /* Before anything is done: who waits for the file would wait in vain. */
        if (q.jid_file && !a->is_dry_run && !(q.call.jid_file = fopen(q.jid_file, "we")))
                return tell(EXIT_REFUSED, "%s: %s", q.jid_file, strerror(errno));
        status = act(&q, c, is_strict);
        if (q.call.jid_file && fclose(q.call.jid_file) == EOF)
                status = tell(EXIT_REFUSED, "%s: %s", q.jid_file, strerror(errno));
        return status == EXIT_DONE ? EXIT_DONE : EXIT_REFUSED;
}
