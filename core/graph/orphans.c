/* orphans.c - finds stacks, ends and pairs that are left over. */
#include "core/graph/orphans.h"

#include <ctype.h>
#include <string.h>

#include "core/base/intl.h"

const char *orphan_kind_name(enum orphan_kind k)
{
        static const char *const names[] = {[ORPHAN_JAIL] = "stack", [ORPHAN_END] = "end", [ORPHAN_PAIR] = "pair"};

        return names[k];
}

static bool is_lent(const struct graph *g, size_t iface)
{
        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];

                if ((l->state == LOAN_ON_LOAN || l->state == LOAN_PENDING) &&
                    (l->iface_index == iface || (l->number && l->number == g->ifaces[iface].number)))
                        return true;
        }
        return false;
}

bool iface_comes_home(const struct graph *g, size_t iface)
{
        return g->ifaces[iface].kind == KIND_PHYSICAL || is_lent(g, iface);
}

bool loan_has_other_name(const struct graph *g, const struct loan *l)
{
        const char *name = l->iface_index == NONE ? "" : g->ifaces[l->iface_index].name;

        if (l->state != LOAN_RETURNED || strncmp(name, "dev", 3) != 0 || !isdigit((unsigned char)name[3]))
                return false;
        return g->ifaces[l->iface_index].jail == 0 && name[3 + strspn(name + 3, "0123456789")] == '\0' &&
                strcmp(name, l->iface) != 0;
}

static bool has_task(const struct jail *j)
{
        if (j->process_count || j->pid || j->origin == ORIGIN_PROCESS || j->origin == ORIGIN_THREAD)
                return true;
        for (size_t k = 0; k < j->holder_count; k++)
                if (j->holders[k].kind == HOLDER_PROCESS || j->holders[k].kind == HOLDER_THREAD)
                        return true;
        return false;
}

static bool is_orphan_jail(const struct graph *g, size_t jail)
{
        const struct jail *j = &g->jails[jail];

        return jail != 0 && (j->state == JAIL_DYING || (j->state == JAIL_ALIVE && j->origin == ORIGIN_DESCRIPTOR)) &&
                !has_task(j);
}

static bool is_orphan_end(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        return i->kind == KIND_VETH && i->peer != NONE && !role_is_hidden(i->role) && !is_orphan_jail(g, i->jail) &&
                is_orphan_jail(g, g->ifaces[i->peer].jail) && !is_lent(g, i->peer);
}

/* The loan of that end is over, and its jail with it. NULL: not so. */
static const struct loan *ended_loan(const struct graph *g, size_t iface)
{
        const struct loan *found = NULL;

        for (size_t k = 0; k < g->loan_count; k++) {
                const struct loan *l = &g->loans[k];

                if (l->iface_index == iface)
                        found = l->state == LOAN_RETURNED && l->jail == NONE && graph_find_jail(g, l->jail_name) == NONE
                                ? l
                                : NULL;
        }
        return found;
}

static bool is_orphan_pair(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];

        if (!i->is_owned || i->kind != KIND_VETH || i->jail != 0 || i->peer == NONE || g->ifaces[i->peer].jail != 0 ||
            role_is_hidden(i->role))
                return false;
        /* Both ends may have been lent: the pair is told once. */
        return ended_loan(g, iface) && (iface < i->peer || !ended_loan(g, i->peer));
}

size_t graph_orphans(const struct graph *g, struct orphan *ret, size_t max)
{
        size_t count = 0;

        for (size_t k = 0; k < g->jail_count; k++) {
                if (!is_orphan_jail(g, k))
                        continue;
                if (count < max)
                        ret[count] = (struct orphan){ORPHAN_JAIL, {OBJECT_JAIL, k}, g->jails[k].state == JAIL_ALIVE};
                count++;
        }
        for (size_t k = 0; k < g->iface_count; k++) {
                bool is_end = is_orphan_end(g, k);

                if (!is_end && !is_orphan_pair(g, k))
                        continue;
                if (count < max)
                        ret[count] =
                                (struct orphan){.kind = is_end ? ORPHAN_END : ORPHAN_PAIR, .object = {OBJECT_IFACE, k}};
                count++;
        }
        return count;
}

static void put_keeper(struct text *t, const struct jail *j)
{
        const struct holder *h = j->holder_count ? &j->holders[0] : NULL;

        if (!h)
                text_put(t, "something that cannot be seen");
        else if (h->pid)
                text_putf(t, "a %s of %s (%d)", _(holder_kind_name(h->kind)), *h->command ? h->command : "?",
                          (int)h->pid);
        else
                text_putf(t, "a %s, %s", _(holder_kind_name(h->kind)), h->detail);
        text_put(t, " keeps it");
}

static void put_jail(struct text *t, const struct jail *j)
{
        text_putf(t, "%s: a stack without name and process; ", j->name);
        if (j->holder_count || j->state == JAIL_DYING)
                put_keeper(t, j);
        else
                text_put(t, "a descriptor keeps it");
}

void orphan_put(struct text *t, const struct graph *g, const struct orphan *o)
{
        if (o->kind == ORPHAN_JAIL) {
                put_jail(t, &g->jails[o->object.index]);
                return;
        }

        const struct iface *peer = &g->ifaces[g->ifaces[o->object.index].peer];
        const struct loan *l = ended_loan(g, o->object.index);

        query_put_iface(t, g, o->object.index);
        if (o->kind == ORPHAN_END)
                text_putf(t, ": its other end %s is in %s, which is gone by name and has no process", peer->name,
                          g->jails[peer->jail].name);
        else
                text_putf(t, ": jailnet made it and %s for %s, which is no more", peer->name, l ? l->jail_name : "?");
}
