/*
 * import_exec.c - import --exec: jails are started as jail -c does it, in the network that the import's plan has made.
 *
 * The plan has done already what the commands of exec.prestart that import understands would do (jib addm, ifconfig
 * epairN create); these are not run again, all others are. Nothing is kept when a phase fails.
 */
#include "ui/cli/import_exec.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

void import_jails_done(struct import_jails *x)
{
        for (size_t i = 0; i < x->count; i++) {
                jail_params_done(&x->list[i]);
                free(x->done[i]);
        }
        free(x->list);
        free(x->order);
        free(x->done);
        free(x->cause);
}

typedef int one_fn(const struct jail_call *c, const struct jail_params *run, const struct jail_here *here);

/* Calls fn for the n-th jail to be started, unless it runs. */
static int with_one(struct app *a, const struct import_jails *x, size_t n, one_fn *fn)
{
        const struct jail_params *p = &x->list[x->order[n]];
        const struct jail_call call = {
                .app = a, .is_quiet = a->is_quiet, .cause = x->cause ? x->cause : "import", .whole = p};
        struct jail_params run;
        struct jail_list l = {0};
        struct err e = {0};
        int status = EXIT_DONE;

        if (jail_list_load(a, &l, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);

        const struct jail_here *here = jail_list_find(&l, p->name);

        if (!here || here->is_dying || !here->is_alive) {
                jail_left_to_run(p, x->done[x->order[n]], &run);
                status = fn(&call, &run, here);
                jail_params_done(&run);
        }
        jail_list_done(&l);
        return status;
}

int import_exec_check(struct app *a, const struct import_jails *x)
{
        int status = EXIT_DONE;

        for (size_t n = 0; n < x->count && status == EXIT_DONE; n++)
                status = with_one(a, x, n, jail_can_start);
        return status;
}

void import_exec_show(struct app *a, const struct import_jails *x)
{
        bool was_dry = a->is_dry_run;

        a->is_dry_run = true;
        for (size_t n = 0; n < x->count; n++)
                (void)with_one(a, x, n, jail_start); /* they were checked: it prints */
        a->is_dry_run = was_dry;
}

void import_exec_begin(struct import_jails *x)
{
        x->cause = xasprintf("import %d %lld", (int)getpid(), (long long)clock_now_ms());
        (void)setenv(JAILNET_CAUSE, x->cause, 1);
}

static bool is_running(struct app *a, const char *name, struct cell_id *ret)
{
        struct jail_list l = {0};
        bool is_there = false;

        if (jail_list_load(a, &l, NULL) == 0) {
                const struct jail_here *here = jail_list_find(&l, name);

                is_there = here && here->is_alive;
                *ret = here ? jail_cell(here) : (struct cell_id){0};
        }
        jail_list_done(&l);
        return is_there;
}

int import_exec_run(struct app *a, const struct import_jails *x)
{
        CLEANUP(freep) bool *is_ours = xcalloc(x->count + 1, sizeof(*is_ours));
        struct cell_id cell;
        int status = EXIT_DONE;
        size_t n;

        for (n = 0; n < x->count && status == EXIT_DONE; n++) {
                is_ours[n] = !is_running(a, x->list[x->order[n]].name, &cell);
                status = with_one(a, x, n, jail_start);
        }
        if (status == EXIT_DONE)
                return status;
        (void)tell(status, "%s: was not started; all of the import is taken back", x->list[x->order[n - 1]].name);
        while (n-- > 0)
                if (is_ours[n] && is_running(a, x->list[x->order[n]].name, &cell))
                        jail_end_now(a, x->list[x->order[n]].name, &cell);
        jail_undo_caused(a, x->cause);
        return status;
}
