/* returns_wait.c - jailnet returns --wait IF: stays until a lent interface is back, for scripts. */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/intl.h"
#include "ui/cli/returns.h"

/* The loan that is meant: of several with that name, the one that is not ended. NULL none. */
static const struct loan *find_loan(const struct graph *g, const char *iface)
{
        const struct loan *found = NULL;

        for (size_t i = 0; i < g->loan_count; i++) {
                const struct loan *l = &g->loans[i];

                if (strcmp(l->iface, iface) == 0 &&
                    (!found || l->state == LOAN_PENDING || (l->state == LOAN_ON_LOAN && found->state != LOAN_PENDING)))
                        found = l;
        }
        return found;
}

/* EXIT_DONE: it is back; EXIT_REFUSED: it will not come, told; -1: it is still away. */
static int judge(const struct graph *g, const char *iface, uint32_t number)
{
        const struct loan *l = find_loan(g, iface);
        size_t home = number ? graph_find_number(g, number) : NONE;

        if (graph_find_iface_in(g, 0, iface) != NONE)
                return EXIT_DONE;
        if (home != NONE && g->ifaces[home].jail == 0)
                return tell(EXIT_DONE, "%s: it is back as %s, since its name was taken", iface, g->ifaces[home].name);
        if (l && (l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING))
                return -1;
        if (number || (l && l->state == LOAN_LOST))
                return tell(EXIT_REFUSED, "%s: it will not come back; the kernel destroyed it together with its jail",
                            iface);
        return tell(EXIT_REFUSED, "%s: no such lent interface; jailnet returns lists them", iface);
}

static int give_up(const struct graph *g, const char *iface)
{
        const struct loan *l = find_loan(g, iface);
        const struct jail *j = l && l->jail != NONE ? &g->jails[l->jail] : NULL;
        const struct holder *h = j && j->holder_count ? &j->holders[0] : NULL;

        if (!l || l->state != LOAN_PENDING)
                return tell(EXIT_REFUSED, "%s: still lent; jailnet returns tells to whom", iface);
        if (!h)
                return tell(EXIT_REFUSED, "%s: not back yet, and nothing can be seen that holds it", iface);
        return tell(EXIT_REFUSED, "%s: not back yet; held by %s %s; jailnet returns tells more", iface,
                    _(holder_kind_name(h->kind)), *h->command ? h->command : h->detail);
}

int returns_wait(struct app *a, const char *iface, int64_t timeout_ms)
{
        int64_t deadline = clock_now_ms() + timeout_ms;
        struct err e = {0};
        uint32_t number = 0;
        int fd = -1;

        if (a->watch(a, &fd, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);
        for (;;) {
                CLEANUP(graph_unrefp) const struct graph *g = a->latest(a);
                const struct loan *l = find_loan(g, iface);
                struct pollfd news = {.fd = fd, .events = POLLIN};
                int status = judge(g, iface, number);
                int64_t left = deadline - clock_now_ms();

                if (status >= 0)
                        return status;
                number = l->number; /* judged: it is there */
                if (timeout_ms >= 0 && left <= 0)
                        return give_up(g, iface);
                if (timeout_ms < 0)
                        left = -1;
                if (poll(&news, 1, left > INT32_MAX ? INT32_MAX : (int)left) < 0 && errno != EINTR)
                        return tell(EXIT_REFUSED, "%s: %s", iface, strerror(errno));
        }
}
