/* cmd_recover.c - jailnet recover: ends a plan that was cut off. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/plan/plan.h"
#include "ui/cli/cli.h"

int command_recover(struct app *a, int argc, char **argv)
{
        static const struct option options[] = {
                {"finish", no_argument, NULL, 'f'}, {"rollback", no_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};
        int64_t number;
        int way = 0;

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, ":", options, NULL)) != -1; way = c) {
                if ((c != 'f' && c != 'r') || way != 0)
                        return usage(command_find("recover")->synopsis);
        }
        if (optind < argc)
                return usage(command_find("recover")->synopsis);
        if (a->is_dry_run && way != 0)
                return tell(EXIT_USAGE, "recover: has no preview; recover alone tells how far the plan came");
        switch (a->open_plan(a, &number, &e)) {
        case 0: break;
        case -ENOENT:
                if (!a->is_quiet)
                        puts(_("no plan was cut off: there is nothing to recover"));
                return EXIT_DONE;
        default: return tell_err(&e, EXIT_REFUSED);
        }
        if (way == 0) {
                (void)journal_show(a, number, false);
                return tell(EXIT_REFUSED,
                            "plan %lld: was cut off; recover --finish does the rest, recover --rollback takes it back",
                            (long long)number);
        }
        if (a->recover(a, number, way == 'f', &p, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (!a->is_quiet)
                printf(_("plan %lld: %s\n"), (long long)number, _(plan_state_name(p->state)));
        return EXIT_DONE;
}
