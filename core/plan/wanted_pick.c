/* wanted_pick.c - leaves of the wanted network what a few links need, so that these alone are built again. */
#include <stdlib.h>

#include "core/base/alloc.h"
#include "core/plan/wanted.h"

/* Marks a link and all that it stands on or is an end of. Returns whether anything was new. */
static bool mark(const struct wanted *w, bool *is_kept, size_t link)
{
        const size_t needs[] = {w->links[link].peer, w->links[link].parent, w->links[link].master};
        bool is_new = false;

        for (size_t k = 0; k < ARRAY_SIZE(needs); k++) {
                if (needs[k] == NONE || is_kept[needs[k]])
                        continue;
                is_kept[needs[k]] = is_new = true;
        }
        return is_new;
}

static bool is_meant(uint32_t number, const uint32_t *numbers, size_t count)
{
        for (size_t k = 0; k < count; k++)
                if (number && numbers[k] == number)
                        return true;
        return false;
}

/* A jail that is made again gets its loopback back as it was, and its routes. */
static void mark_all(const struct wanted *w, const uint32_t *numbers, size_t count, bool *is_kept, bool *has_jail)
{
        bool goes_on = true;

        for (size_t k = 0; k < w->link_count; k++)
                is_kept[k] = is_meant(w->links[k].number, numbers, count);
        while (goes_on) {
                goes_on = false;
                for (size_t k = 0; k < w->link_count; k++)
                        goes_on = (is_kept[k] && mark(w, is_kept, k)) || goes_on;
        }
        for (size_t k = 0; k < w->link_count; k++)
                if (is_kept[k])
                        has_jail[w->links[k].jail] = true;
        for (size_t k = 0; k < w->link_count; k++)
                if (w->links[k].kind == KIND_LOOPBACK && has_jail[w->links[k].jail])
                        is_kept[k] = true;
}

/* Jails that are left out are told to be somebody else's: they are not made. */
void wanted_pick(struct wanted *w, const uint32_t *numbers, size_t count)
{
        CLEANUP(freep) bool *is_kept = xcalloc(w->link_count + 1, sizeof(*is_kept));
        CLEANUP(freep) bool *has_jail = xcalloc(w->jail_count + 1, sizeof(*has_jail));
        CLEANUP(freep) size_t *moved = xcalloc(w->link_count + 1, sizeof(*moved));
        size_t links = 0, routes = 0;

        mark_all(w, numbers, count, is_kept, has_jail);
        for (size_t k = 0; k < w->link_count; k++)
                moved[k] = is_kept[k] ? links++ : NONE;
        for (size_t k = 0; k < w->link_count; k++) {
                struct wanted_link *l = &w->links[k];

                if (!is_kept[k]) {
                        wanted_link_done(l);
                        continue;
                }
                l->peer = l->peer == NONE ? NONE : moved[l->peer];
                l->parent = l->parent == NONE ? NONE : moved[l->parent];
                l->master = l->master == NONE ? NONE : moved[l->master];
                w->links[moved[k]] = *l;
        }
        w->link_count = links;
        for (size_t k = 0; k < w->route_count; k++) {
                struct wanted_route *r = &w->routes[k];

                if (r->link == NONE || moved[r->link] == NONE)
                        continue;
                r->link = moved[r->link];
                w->routes[routes++] = *r;
        }
        w->route_count = routes;
        for (size_t k = 0; k < w->jail_count; k++) {
                w->jails[k].is_owned = w->jails[k].is_owned && has_jail[k];
                if (!has_jail[k])
                        w->jails[k].forwarding = w->jails[k].forwarding6 = -1;
        }
}
