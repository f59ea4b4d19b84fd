/* jail_stop.c - a jail is stopped in jail(8)'s order, or changed while it runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

#define STOP_TIMEOUT_S 10 /* stop.timeout's default */
#define KILL_WAIT_MS   10000

static void set_phase(const struct jail_call *c, const struct jail_here *j, enum started_phase phase)
{
        struct started_jail s = *j->started;

        s.phase = phase;
        (void)c->app->jails->put(c->app, &s, NULL); /* a stop that cannot be noted is done all the same */
}

/* SIGTERM, stop.timeout, then the end. */
static int end_processes(const struct jail_call *c, const struct jail_here *j)
{
        const struct app_jails *jails = c->app->jails;
        const struct cell_id id = jail_cell(j);
        uint32_t timeout_s = jail_params_number(&j->params, "stop.timeout", STOP_TIMEOUT_S);

        if (timeout_s && !c->without_words) {
                jail_tell(c, "%s: sending SIGTERM to its processes", j->name);
                (void)jails->tell(&id, CELL_TERM); /* gone already is fine */
                if (jails->wait_end(&id, timeout_s > INT32_MAX / 1000 ? -1 : (int)timeout_s * 1000) == 0)
                        return 0;
        }
        (void)jails->tell(&id, CELL_KILL);
        if (jails->wait_end(&id, KILL_WAIT_MS) < 0)
                return tell(EXIT_REFUSED, "%s: its processes do not end; one hangs in the kernel", j->name), -EBUSY;
        return 0;
}

static int stop_started(const struct jail_call *c, const struct jail_here *j, const struct jail_list *l)
{
        const struct program_place place = jail_place(j, l);
        struct err e = {0};
        int status = EXIT_DONE;

        set_phase(c, j, STARTED_STOPPING);
        if (j->is_alive &&
            (jail_phase(c, &j->params, "exec.prestop", NULL) < 0 ||
             jail_phase(c, &j->params, "exec.stop", &place) < 0)) {
                set_phase(c, j, STARTED_RUNNING);
                return tell(EXIT_REFUSED, "%s: was not stopped; jail -R %s removes it without its commands", j->name,
                            j->name);
        }
        if (j->is_alive && end_processes(c, j) < 0)
                return EXIT_REFUSED;
        jail_tell(c, "%s: interfaces come home, its stack and addresses go", j->name);
        if (c->app->jails->clear(c->app, j->name, &j->params, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (jail_phase(c, &j->params, "exec.poststop", NULL) < 0 || jail_phase(c, &j->params, "exec.release", NULL) < 0)
                status = EXIT_REFUSED;
        (void)c->app->jails->forget(c->app, j->name, NULL); /* its keeper may have been quicker */
        return status;
}

static int show_stop(const struct jail_here *j)
{
        static const char *const phases[] = {"exec.prestop", "exec.stop", NULL, "exec.poststop", "exec.release"};
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, j->name);
        text_put(&t, ": would be stopped:\n");
        for (size_t i = 0; i < ARRAY_SIZE(phases); i++) {
                const struct jail_param *n = phases[i] ? jail_params_find(&j->params, phases[i]) : NULL;

                if (!phases[i])
                        text_put(&t, "  its processes end, its interfaces come home, its stack and addresses go\n");
                for (size_t k = 0; n && k < n->count; k++) {
                        text_putf(&t, "  %s: ", strcmp(phases[i], "exec.stop") == 0 ? "run in it" : "run on the host");
                        text_put_visible(&t, n->values[k]);
                        text_put_char(&t, '\n');
                }
        }
        print_text(&t);
        return EXIT_DONE;
}

int jail_stop(const struct jail_call *c, const struct jail_here *j, const struct jail_list *l)
{
        CLEANUP(text_done) struct text name = {0};
        struct err e = {0};
        int status;

        text_put_visible(&name, j->name);
        if (j->is_dying && !j->started)
                return tell(EXIT_REFUSED, "%s: is dying already; jailnet returns says who holds it", j->name);
        if (c->app->is_dry_run)
                return show_stop(j);
        if (j->started) {
                status = stop_started(c, j, l);
        } else {
                const struct jail_params only_stack = {.name = j->name};

                status = c->app->jails->clear(c->app, j->name, &only_stack, &e) < 0 ? tell_err(&e, EXIT_REFUSED)
                                                                                    : EXIT_DONE;
        }
        if (status == EXIT_DONE && !c->is_quiet)
                (void)printf("%s: removed\n", text_str(&name));
        (void)fflush(stdout); /* main tells when it cannot be written */
        return status;
}

/* -- jail -m ------------------------------------------------------------------------------------------------------- */

static bool is_same(const struct jail_param *a, const struct jail_param *b)
{
        if (!b || a->count != b->count)
                return false;
        for (size_t i = 0; i < a->count; i++)
                if (strcmp(a->values[i], b->values[i]) != 0)
                        return false;
        return true;
}

/* What takes hold without a new start: the rest is made with the jail. */
static bool can_change(const char *name)
{
        return strcmp(name, "persist") == 0 || strcmp(name, "host.hostname") == 0 ||
                strcmp(name, "stop.timeout") == 0 || strcmp(name, "depend") == 0 || str_has_prefix(name, "exec.") ||
                str_has_prefix(name, "allow.") || strcmp(name, "command") == 0 || strcmp(name, "meta") == 0 ||
                strcmp(name, "env") == 0;
}

bool jail_can_modify(const struct jail_params *p, const struct jail_here *here)
{
        for (size_t i = 0; i < p->count; i++)
                if (!can_change(p->list[i].name) &&
                    !is_same(&p->list[i], jail_params_find(&here->params, p->list[i].name)))
                        return false;
        return true;
}

int jail_modify(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here)
{
        struct jail_params merged = {0};
        struct started_jail s;
        struct err e = {0};
        int status = EXIT_DONE;

        if (!here || here->is_dying)
                return tell(EXIT_REFUSED, "\"%s\" not found", p->name);
        if (!here->started || !here->is_alive)
                return tell(EXIT_REFUSED, "%s: was not started by jail; use jailnet's verbs for its stack", p->name);
        s = *here->started;

        const struct cell_id id = jail_cell(here);

        if (jail_params_from_json(s.params, s.name, &merged) < 0)
                return tell(EXIT_REFUSED, "%s: what it was started with cannot be read", p->name);
        for (size_t i = 0; status == EXIT_DONE && i < p->count; i++) {
                const struct jail_param *n = &p->list[i];

                if (is_same(n, jail_params_find(&merged, n->name)))
                        continue;
                if (!can_change(n->name))
                        status = tell(EXIT_REFUSED,
                                      "%s: %s: cannot be changed while it runs; jail -rc %s starts it anew", p->name,
                                      n->name, p->name);
                jail_params_set(&merged, n->name, n->values, n->count);
        }

        const char *host = jail_params_get(p, "host.hostname");

        if (status == EXIT_DONE && !c->app->is_dry_run) {
                s.params = jail_params_to_json(&merged);
                if (host && c->app->jails->set_hostname(&id, host, &e) < 0)
                        status = tell_err(&e, EXIT_REFUSED);
                if (status == EXIT_DONE && c->app->jails->put(c->app, &s, &e) < 0)
                        status = tell_err(&e, EXIT_REFUSED);
                if (status == EXIT_DONE)
                        (void)c->app->jails->tell(
                                &id, jail_params_flag(&merged, "persist", false) ? CELL_PERSIST : CELL_LEAVE);
                json_decref(s.params); /* the rest is the list's */
        }
        jail_params_done(&merged);
        return status;
}
