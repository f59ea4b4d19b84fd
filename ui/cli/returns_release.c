/* returns_release.c - jailnet returns --signal and --unmount: a holder of what is pending is made to let go. */
#include <stdio.h>
#include <string.h>

#include "core/base/intl.h"
#include "ui/cli/returns.h"

/* The dying jail that is meant: by its name, or by an interface that is pending in it. NONE. */
static size_t find_jail(const struct graph *g, const char *object)
{
        for (size_t i = 0; i < g->loan_count; i++)
                if (g->loans[i].state == LOAN_PENDING && strcmp(g->loans[i].iface, object) == 0)
                        return g->loans[i].jail;
        for (size_t i = 1; i < g->jail_count; i++)
                if (g->jails[i].state == JAIL_DYING && strcmp(g->jails[i].name, object) == 0)
                        return i;
        return NONE;
}

static const struct holder *find_holder(const struct jail *j, pid_t pid, const char *path)
{
        for (size_t i = 0; i < j->holder_count; i++) {
                const struct holder *h = &j->holders[i];

                if (path ? h->kind == HOLDER_BIND_MOUNT && strcmp(h->detail, path) == 0
                         : h->kind != HOLDER_BIND_MOUNT && h->pid == pid)
                        return h;
        }
        return NULL;
}

int returns_release(struct app *a, const char *object, pid_t pid, bool kills, const char *path)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text t = {0};
        struct err e = {0};

        if (a->picture(a, false, false, true, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);

        size_t jail = find_jail(g, object);
        const struct holder *h = jail == NONE ? NULL : find_holder(&g->jails[jail], pid, path);

        if (jail == NONE)
                return tell(EXIT_REFUSED, "%s: nothing of that name is pending; jailnet returns lists what is", object);
        if (!h && path)
                return tell(EXIT_REFUSED, "%s: no mount at %s holds it; jailnet returns tells who does", object, path);
        if (!h)
                return tell(EXIT_REFUSED, "%s: process %d does not hold it; jailnet returns tells who does", object,
                            (int)pid);
        if (a->release(a, &g->jails[jail], h, kills, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (a->is_quiet)
                return EXIT_DONE;
        text_put_visible(&t, path ? path : h->command);
        if (path)
                text_put(&t, _(" unmounted\n"));
        else
                text_putf(&t, _(" (%d) was sent %s\n"), (int)pid, kills ? "KILL" : "TERM");
        print_text(&t);
        return EXIT_DONE;
}
