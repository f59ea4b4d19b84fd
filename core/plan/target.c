/* target.c - what steps point at: made from a graph, compared, found again, and written. */
#include "core/plan/planner.h"

#include <string.h>

#include "core/graph/marks.h"

#define NETNS_PREFIX     "/run/netns/"
#define NETNS_PREFIX_OLD "/var/run/netns/"

/* Where iproute2 cannot name the namespace: it is not in the run directory that `ip netns` knows. */
static void put_path(const struct jail *j, char *buf, size_t size)
{
        if (j->origin == ORIGIN_NAMED && j->state == JAIL_ALIVE && j->path) {
                const char *file = j->path;

                if (str_has_prefix(file, NETNS_PREFIX))
                        file += strlen(NETNS_PREFIX);
                else if (str_has_prefix(file, NETNS_PREFIX_OLD))
                        file += strlen(NETNS_PREFIX_OLD);
                if (strcmp(file, j->name) == 0)
                        return;
        }
        if (j->origin == ORIGIN_NAMED && j->state == JAIL_ALIVE && !j->path)
                return;
        if (j->path)
                (void)str_copy(buf, size, j->path);
        else if (j->pid > 0)
                (void)str_format(buf, size, "/proc/%d/ns/net", (int)j->pid);
}

struct target target_of_jail(const struct graph *g, size_t jail)
{
        const struct jail *j = &g->jails[jail];
        struct target t = {.cookie = j->cookie};

        (void)str_copy(t.jail, sizeof(t.jail), jail == 0 ? "host" : j->name);
        if (jail != 0)
                put_path(j, t.path, sizeof(t.path));
        return t;
}

struct target target_of_iface(const struct graph *g, size_t iface)
{
        const struct iface *i = &g->ifaces[iface];
        struct target t = target_of_jail(g, i->jail);

        t.ifindex = i->id.ifindex;
        (void)str_copy(t.iface, sizeof(t.iface), i->name);
        (void)str_copy(t.kind, sizeof(t.kind), i->kind_name);
        t.number = i->number;
        return t;
}

struct target target_in_jail(const struct graph *g, size_t jail, const char *name)
{
        struct target t = target_of_jail(g, jail);

        (void)str_copy(t.iface, sizeof(t.iface), name);
        return t;
}

struct target target_named(const char *jail_name, const char *iface_name)
{
        struct target t = {0};

        (void)str_copy(t.jail, sizeof(t.jail), jail_name);
        (void)str_copy(t.iface, sizeof(t.iface), iface_name);
        return t;
}

bool target_is_host(const struct target *t)
{
        return strcmp(t->jail, "host") == 0;
}

bool target_same(const struct target *a, const struct target *b)
{
        bool same_jail = a->cookie && b->cookie ? a->cookie == b->cookie : strcmp(a->jail, b->jail) == 0;

        if ((a->iface[0] == '\0') != (b->iface[0] == '\0'))
                return false;
        if (a->iface[0] == '\0')
                return same_jail;
        if (a->number && b->number)
                return a->number == b->number;
        if (!same_jail)
                return false;
        if (a->ifindex && b->ifindex)
                return a->ifindex == b->ifindex;
        return strcmp(a->iface, b->iface) == 0;
}

bool step_takes_along(const struct step *s, const struct target *t)
{
        if (!t->iface[0] || !t->number || (s->op != STEP_LINK_DEL && s->op != STEP_JAIL_DEL))
                return false;
        for (size_t k = 0; k < s->undo_count; k++) {
                const struct link_spec *l = &s->undo[k].link;

                if (s->undo[k].op == STEP_LINK_ADD && (l->number == t->number || l->peer_number == t->number))
                        return true;
        }
        return false;
}

size_t target_find_jail(const struct graph *g, const struct target *t)
{
        if (t->cookie)
                return graph_find_jail_cookie(g, t->cookie);
        return t->jail[0] ? graph_find_jail(g, t->jail) : NONE;
}

size_t target_find_iface(const struct graph *g, const struct target *t)
{
        if (!t->iface[0])
                return NONE;
        if (t->ifindex)
                return graph_find_iface(g, (struct iface_id){.cookie = t->cookie, .ifindex = t->ifindex});
        return t->number ? graph_find_number(g, t->number) : NONE;
}

void target_put(struct text *t, const struct target *at)
{
        if (!at->iface[0]) {
                text_put_visible(t, at->jail);
                return;
        }
        if (!target_is_host(at)) {
                text_put_visible(t, at->jail);
                text_put_char(t, '/');
        }
        text_put_visible(t, at->iface);
}

void iface_put(struct text *t, const struct graph *g, size_t iface)
{
        struct target at = target_of_iface(g, iface);

        target_put(t, &at);
}

struct target target_of_then(const struct graph *g, const struct graph *then, size_t iface)
{
        const struct iface *i = &then->ifaces[iface];
        size_t before = graph_find_iface(g, i->id);
        const struct jail *j = &then->jails[i->jail];
        size_t jail = graph_find_jail_cookie(g, j->cookie);

        if (before != NONE && g->ifaces[before].number == i->number)
                return target_of_iface(g, before);

        struct target t = jail == NONE ? target_named(j->name, i->name) : target_in_jail(g, jail, i->name);

        t.number = i->number;
        return t;
}

static void put_orphans(struct text *t, const struct graph *g, size_t carrier)
{
        query_put_iface(t, g, carrier_user(g, carrier));
        text_putf(t, ":%s", carrier_hook(g, carrier));
}

void target_name_end(const struct graph *g, size_t iface, char *ret, size_t size)
{
        const struct iface *i = &g->ifaces[iface];
        CLEANUP(text_done) struct text t = {0};

        if (i->role == ROLE_ORPHANS)
                put_orphans(&t, g, iface);
        else if (i->role == ROLE_FABRIC && i->peer != NONE && g->ifaces[i->peer].role == ROLE_ORPHANS)
                put_orphans(&t, g, i->peer);
        else if (i->role == ROLE_FABRIC && i->peer != NONE && role_has_fabric(g->ifaces[i->peer].role))
                query_put_iface(&t, g, i->peer);
        (void)str_copy(ret, size, text_str(&t)); /* a cut one still tells */
}
