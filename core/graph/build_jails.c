/* build_jails.c - jails in their order: which are known, their jids, states and names; interfaces behind their jail. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/lookup.h"
#include "core/base/sort.h"
#include "core/base/text.h"
#include "core/graph/build_internal.h"

bool build_jail_is_unread(const struct graph *g, size_t jail)
{
        /* Each namespace has its loopback: none at all means that the dump did not come through. */
        return g->jails[jail].state == JAIL_HIDDEN || g->jails[jail].iface_count == 0;
}

static int compare_cookie(const void *a, const void *b, void *context)
{
        const struct jail *jails = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;

        if (jails[x].cookie != jails[y].cookie)
                return jails[x].cookie > jails[y].cookie ? 1 : -1;
        return (x > y) - (x < y);
}

/* A namespace that was added twice is one jail: map[i] is the first of them. */
static void map_duplicates(const struct graph_build *b, size_t *map)
{
        CLEANUP(freep) size_t *order = xcalloc(b->jail_count, sizeof(*order));

        for (size_t i = 0; i < b->jail_count; i++)
                map[i] = order[i] = i;
        sort_items_with(order, b->jail_count, sizeof(*order), compare_cookie, b->jails);
        for (size_t k = 1; k < b->jail_count; k++)
                if (b->jails[order[k]].cookie && b->jails[order[k]].cookie == b->jails[order[k - 1]].cookie)
                        map[order[k]] = map[order[k - 1]];
}

/* Rows for namespaces seen for the first time; the host's jid is 0. Rows of those no longer there are gone. */
static void update_rows(struct graph_build *b, const size_t *map)
{
        struct registry *r = b->registry;
        size_t known = r->jail_count;
        CLEANUP(freep) bool *seen = xcalloc(known, sizeof(*seen));

        for (size_t i = 0; i < b->jail_count; i++) {
                const struct jail *j = &b->jails[i];
                struct registry image = {.jails = r->jails, .jail_count = known}; /* the sorted part */

                if (!j->cookie || map[i] != i)
                        continue;

                struct reg_jail *row = registry_find_jail(&image, j->cookie);

                if (row) {
                        seen[row - r->jails] = true;
                        if (row->is_gone)
                                row->is_changed = true;
                        row->is_gone = row->is_ahead = false;
                } else {
                        r->jails = array_grow(r->jails, &r->jail_capacity, r->jail_count, sizeof(*r->jails));
                        row = &r->jails[r->jail_count++];
                        *row = (struct reg_jail){.cookie = j->cookie, .is_new = true};
                        row->jid = i == 0 ? 0 : r->next_jid++;
                }
                if (i != 0 && row->jid == 0) { /* it was the host of another day's console */
                        row->jid = r->next_jid++;
                        row->is_changed = true;
                }
        }
        for (size_t i = 0; i < known; i++)
                if (!seen[i] && !r->jails[i].is_gone && !r->jails[i].is_ahead)
                        r->jails[i].is_gone = r->jails[i].is_changed = true;
        registry_sort(r);
}

static enum jail_state state_of(const struct jail *j, const struct reg_jail *row)
{
        bool has_nobody = j->process_count == 0 &&
                (j->origin == ORIGIN_BIND_MOUNT || j->origin == ORIGIN_DESCRIPTOR || j->origin == ORIGIN_KERNEL);

        if (j->state != JAIL_ALIVE || j->origin == ORIGIN_HOST || j->origin == ORIGIN_NAMED || !row)
                return j->state;
        return row->had_name || (row->had_process && has_nobody) ? JAIL_DYING : JAIL_ALIVE;
}

/* What the row adds to the jail, and what the jail tells the row. */
static void join_row(struct graph_build *b, struct jail *j, struct reg_jail *row)
{
        struct arena *a = graph_arena(b->g);

        j->jid = row->jid;
        j->state = state_of(j, row);
        j->is_owned = row->is_owned;
        j->root_path = arena_strdup(a, row->root_path);
        j->hostname = arena_strdup(a, row->hostname);
        if (j->origin == ORIGIN_NAMED && !row->had_name)
                row->had_name = row->is_changed = true;
        if ((j->process_count || j->pid) && !row->had_process)
                row->had_process = row->is_changed = true;
        if (!j->handle.length) {
                j->handle = row->handle;
        } else if (j->handle.length != row->handle.length || j->handle.type != row->handle.type ||
                   memcmp(j->handle.bytes, row->handle.bytes, j->handle.length) != 0) {
                row->handle = j->handle;
                row->is_changed = true;
        }
}

/* Who may choose a name first; the others take another one on a clash. */
static int name_rank(const struct jail *j)
{
        if (j->state == JAIL_DYING)
                return 4; /* takes no name away, see below */
        switch (j->origin) {
        case ORIGIN_HOST:
        case ORIGIN_NAMED: return 0;
        case ORIGIN_CONTAINER: return 1;
        case ORIGIN_UNIT: return 2;
        case ORIGIN_PROCESS:
        case ORIGIN_THREAD:
        case ORIGIN_BIND_MOUNT:
        case ORIGIN_DESCRIPTOR:
        case ORIGIN_KERNEL: break;
        }
        return 3;
}

/* The name that a jail would have if it were alone. */
static void wish_name(const struct jail *j, const struct reg_jail *row, char ret[JAIL_NAME_SIZE])
{
        const char *known = row && row->name[0] ? row->name : NULL;
        /* A process may be any of those in the jail, so the name given at first stays; and so does a dying one's. */
        bool keeps = known && (j->state == JAIL_DYING || name_rank(j) == 3);
        const char *name = keeps || !j->name || !*j->name ? known : j->name;

        if (j->origin == ORIGIN_HOST)
                (void)str_copy(ret, JAIL_NAME_SIZE, "host");
        else if (name)
                (void)str_copy(ret, JAIL_NAME_SIZE, name); /* a cut name is still one */
        else if (j->inode)
                (void)str_format(ret, JAIL_NAME_SIZE, "ns-%" PRIu64, j->inode);
        else
                (void)str_format(ret, JAIL_NAME_SIZE, "ns-%" PRIx64, j->cookie);
}

/* A living jail has that name already. taken: indexes of b->jails, by name. */
static bool is_taken(const struct graph_build *b, const struct lookup *taken, const char *name)
{
        uint64_t key = lookup_mix_text(LOOKUP_KEY, name);

        for (size_t at = taken->count ? lookup_first(taken, key) : LOOKUP_END; at != LOOKUP_END;
             at = lookup_next(taken, at))
                if (strcmp(b->jails[taken->entries[at].value].name, name) == 0)
                        return true;
        return false;
}

static void set_name(struct graph_build *b, struct jail *j, struct reg_jail *row, struct lookup *taken)
{
        char wished[JAIL_NAME_SIZE], name[JAIL_NAME_SIZE];
        int number = j->pid > 0 ? j->pid : j->jid;

        wish_name(j, row, wished);
        (void)str_copy(name, sizeof(name), wished);
        if (j->state != JAIL_DYING) { /* a dying jail keeps its name, though a living one may have taken it again */
                for (unsigned round = 0; is_taken(b, taken, name); round++) {
                        char stem[JAIL_NAME_SIZE - 24];

                        (void)str_copy(stem, sizeof(stem), wished);
                        if (round == 0)
                                (void)str_format(name, sizeof(name), "%s-%d", stem, number);
                        else
                                (void)str_format(name, sizeof(name), "%s-%d-%u", stem, number, round + 1);
                }
        }
        j->name = arena_strdup(graph_arena(b->g), name);
        if (j->state != JAIL_DYING)
                lookup_put(taken, lookup_mix_text(LOOKUP_KEY, name), (size_t)(j - b->jails));
        if (row && strcmp(row->name, name) != 0) {
                (void)str_copy(row->name, sizeof(row->name), name);
                row->is_changed = true;
        }
}

static int compare_jid(const void *a, const void *b, void *context)
{
        const struct jail *jails = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;

        if (x == 0 || y == 0) /* the host first */
                return (x != 0) - (y != 0);
        if (jails[x].jid != jails[y].jid)
                return jails[x].jid > jails[y].jid ? 1 : -1;
        return (x > y) - (x < y);
}

/* By jail and index; of what is told twice the later word first. */
static int compare_iface(const void *a, const void *b, void *context)
{
        const struct iface *ifaces = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;

        if (ifaces[x].jail != ifaces[y].jail)
                return ifaces[x].jail > ifaces[y].jail ? 1 : -1;
        if (ifaces[x].id.ifindex != ifaces[y].id.ifindex)
                return ifaces[x].id.ifindex > ifaces[y].id.ifindex ? 1 : -1;
        return (x < y) - (x > y);
}

static bool are_ifaces_placed(const struct graph_build *b)
{
        for (size_t i = 1; i < b->iface_count; i++) {
                const struct iface *f = &b->ifaces[i - 1], *next = &b->ifaces[i];

                if (f->jail > next->jail || (f->jail == next->jail && f->id.ifindex >= next->id.ifindex))
                        return false;
        }
        return true;
}

/* New arrays of them and their marks, each once. */
static void sort_ifaces(struct graph_build *b)
{
        CLEANUP(freep) size_t *order = xcalloc(b->iface_count, sizeof(*order));
        struct iface *ifaces = xcalloc(b->iface_count, sizeof(*ifaces));
        struct iface_mark *marks = xcalloc(b->iface_count, sizeof(*marks));
        size_t n = 0;

        for (size_t i = 0; i < b->iface_count; i++)
                order[i] = i;
        sort_items_with(order, b->iface_count, sizeof(*order), compare_iface, b->ifaces);
        for (size_t i = 0; i < b->iface_count; i++) {
                const struct iface *f = &b->ifaces[order[i]];

                if (n && ifaces[n - 1].jail == f->jail && ifaces[n - 1].id.ifindex == f->id.ifindex)
                        continue;
                marks[n] = b->marks[order[i]];
                ifaces[n++] = *f;
        }
        free(b->ifaces);
        free(b->marks);
        b->ifaces = ifaces;
        b->marks = marks;
        b->iface_count = n;
}

/* Interfaces behind their jail, by ifindex: as they mostly are handed over. */
static void place_ifaces(struct graph_build *b, const size_t *map)
{
        struct graph *g = b->g;

        for (size_t i = 0; i < b->iface_count; i++)
                b->ifaces[i].jail = map[b->ifaces[i].jail];
        if (!are_ifaces_placed(b))
                sort_ifaces(b);
        g->iface_count = b->iface_count;
        g->ifaces = b->ifaces ? TAKE(b->ifaces) : xcalloc(0, sizeof(*g->ifaces));
        arena_keep(graph_arena(g), g->ifaces);
        for (size_t i = 0; i < g->iface_count; i++) {
                struct iface *f = &g->ifaces[i];
                struct jail *j = &g->jails[f->jail];

                f->id.cookie = j->cookie;
                f->next = f->child = f->next_child = NONE;
                if (j->iface_count++ == 0)
                        j->iface_first = i;
                else
                        g->ifaces[i - 1].next = i;
                j->iface_last = i;
        }
}

static int compare_route(const void *a, const void *b, void *context)
{
        const struct route *routes = context;
        size_t x = *(const size_t *)a, y = *(const size_t *)b;

        if (routes[x].jail != routes[y].jail)
                return routes[x].jail > routes[y].jail ? 1 : -1;
        return (x > y) - (x < y);
}

static void sort_routes(struct graph_build *b)
{
        CLEANUP(freep) size_t *order = xcalloc(b->route_count, sizeof(*order));
        struct route *routes = xcalloc(b->route_count, sizeof(*routes));

        for (size_t i = 0; i < b->route_count; i++)
                order[i] = i;
        sort_items_with(order, b->route_count, sizeof(*order), compare_route, b->routes);
        for (size_t i = 0; i < b->route_count; i++)
                routes[i] = b->routes[order[i]];
        free(b->routes);
        b->routes = routes;
}

static void place_routes(struct graph_build *b, const size_t *map)
{
        struct graph *g = b->g;
        bool are_placed = true;

        for (size_t i = 0; i < b->route_count; i++) {
                b->routes[i].jail = map[b->routes[i].jail];
                are_placed = are_placed && (i == 0 || b->routes[i - 1].jail <= b->routes[i].jail);
        }
        if (!are_placed)
                sort_routes(b);
        g->route_count = b->route_count;
        g->routes = b->routes ? TAKE(b->routes) : xcalloc(0, sizeof(*g->routes));
        arena_keep(graph_arena(g), g->routes);
        for (size_t i = 0; i < g->route_count; i++) {
                struct jail *j = &g->jails[g->routes[i].jail];

                if (j->route_count++ == 0)
                        j->route_first = i;
        }
}

/* A jail without a cookie has no row: its number stands behind all others, for this graph only. */
static void number_jails(struct graph_build *b)
{
        int next = b->registry->next_jid;

        for (size_t i = 0; i < b->jail_count; i++) {
                struct jail *j = &b->jails[i];
                struct reg_jail *row = j->cookie ? registry_find_jail(b->registry, j->cookie) : NULL;

                if (i == 0) {
                        j->origin = ORIGIN_HOST;
                        j->state = JAIL_ALIVE;
                }
                if (row)
                        join_row(b, j, row);
                else
                        j->jid = next++;
                if (i == 0)
                        j->jid = 0;
        }
}

/* Into that order, in which most often they were handed over; map then says which jail of the graph each is. */
static void place_jails(struct graph_build *b, const size_t *order, size_t *map)
{
        struct graph *g = b->g;
        CLEANUP(freep) size_t *placed = xcalloc(b->jail_count, sizeof(*placed));
        bool are_placed = b->jails && g->jail_count == b->jail_count;

        for (size_t k = 0; k < g->jail_count; k++) {
                placed[order[k]] = k;
                are_placed = are_placed && order[k] == k;
        }
        for (size_t i = 0; i < b->jail_count; i++)
                map[i] = placed[map[i]];
        if (are_placed) {
                g->jails = TAKE(b->jails);
        } else { /* none at all, too */
                g->jails = xcalloc(g->jail_count, sizeof(*g->jails));
                for (size_t k = 0; b->jails && k < g->jail_count; k++)
                        g->jails[k] = b->jails[order[k]];
        }
        arena_keep(graph_arena(g), g->jails);
}

void build_jails(struct graph_build *b)
{
        struct graph *g = b->g;
        CLEANUP(freep) size_t *map = xcalloc(b->jail_count, sizeof(*map));
        CLEANUP(freep) size_t *order = xcalloc(b->jail_count, sizeof(*order));
        CLEANUP(lookup_done) struct lookup taken = {0};

        lookup_expect(&taken, b->jail_count);
        map_duplicates(b, map);
        update_rows(b, map);
        number_jails(b);

        for (size_t i = 0; i < b->jail_count; i++)
                if (map[i] == i)
                        order[g->jail_count++] = i;
        sort_items_with(order, g->jail_count, sizeof(*order), compare_jid, b->jails);
        for (int rank = 0; rank <= 4; rank++) {
                for (size_t k = 0; k < g->jail_count; k++) {
                        struct jail *j = &b->jails[order[k]];

                        if (name_rank(j) == rank)
                                set_name(b, j, j->cookie ? registry_find_jail(b->registry, j->cookie) : NULL, &taken);
                }
        }

        place_jails(b, order, map);
        for (size_t i = 0; i < b->fact_count; i++) {
                b->facts[i].jail = map[b->facts[i].jail];
                b->facts[i].target = map[b->facts[i].target];
        }
        place_ifaces(b, map);
        place_routes(b, map);
}
