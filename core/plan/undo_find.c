/* undo_find.c - which things of today a finished plan was about. */
#include <errno.h>
#include <string.h>

#include "core/plan/undo_parts.h"

bool undo_is_done(const struct step *s)
{
        return s->state == STEP_DONE;
}

/* The jail with that cookie. One that is dying is kept for last: it may have been made anew since. */
static size_t find_by_cookie(const struct undoing *u, uint64_t cookie, size_t *dying)
{
        size_t jail = cookie ? graph_find_jail_cookie(u->g, cookie) : NONE;

        if (jail == NONE || u->g->jails[jail].state != JAIL_DYING)
                return jail;
        *dying = jail;
        return NONE;
}

/* The jail that a target means, in today's graph. */
size_t undo_find_jail(const struct undoing *u, const struct target *t)
{
        size_t dying = NONE, jail = find_by_cookie(u, t->cookie, &dying);
        CLEANUP(step_list_done) struct step_list l = {0};
        const char *name = t->jail;

        if (jail != NONE)
                return jail;
        step_index_jail(&u->done_index, &l, t->jail);
        step_list_sort(&l);
        for (size_t k = l.count; jail == NONE && k-- > 0;) {
                const struct step *s = &u->done->steps[l.steps[k]];

                if (s->op == STEP_JAIL_ADD && s->made_cookie && strcmp(s->at.jail, t->jail) == 0)
                        jail = find_by_cookie(u, s->made_cookie, &dying);
        }
        if (jail != NONE)
                return jail;
        if (!t->jail[0])
                return dying;
        for (size_t k = 0; k < l.count; k++) { /* renamed, and made anew since */
                const struct step *s = &u->done->steps[l.steps[k]];

                if (s->op == STEP_JAIL_RENAME && strcmp(s->at.jail, t->jail) == 0)
                        name = s->name;
                else if (s->op == STEP_JAIL_ADD && strcmp(s->at.jail, t->jail) == 0)
                        name = t->jail; /* the one before it of that name was renamed */
        }
        jail = graph_find_jail(u->g, name);
        /* Under a name a dying one is what is left of one that lost it. */
        return jail == NONE || u->g->jails[jail].state == JAIL_DYING ? dying : jail;
}

/* A step's jail as it was called, and known by, before the finished plan renamed it. */
static const struct target *jail_before(const struct plan *p, size_t at)
{
        const struct target *t = &p->steps[at].at;

        for (size_t k = at; k-- > 0 && !t->cookie;) {
                const struct step *s = &p->steps[k];

                if (s->op == STEP_JAIL_RENAME && undo_is_done(s) && strcmp(s->name, t->jail) == 0)
                        t = &s->at;
        }
        return t;
}

bool undo_same_jail(const struct plan *p, size_t a, size_t b)
{
        const struct target *x = jail_before(p, a), *y = jail_before(p, b);

        return x->cookie || y->cookie ? x->cookie == y->cookie : strcmp(x->jail, y->jail) == 0;
}

static bool has_kind(const struct undoing *u, size_t iface, const struct target *t)
{
        return iface != NONE && (!t->kind[0] || strcmp(u->g->ifaces[iface].kind_name, t->kind) == 0);
}

/* Does that target mean the link which a step left in jail `place` under that name? */
bool undo_is_result(const struct target *t, const struct target *place, const char *name, uint32_t number)
{
        bool same_jail = t->cookie && place->cookie ? t->cookie == place->cookie : strcmp(t->jail, place->jail) == 0;

        if (t->number && t->number == number)
                return true;
        return same_jail && t->ifindex == 0 && strcmp(t->iface, name) == 0;
}

/* In a dying jail, its number lost to the one that was made anew. */
static bool is_left_over(const struct undoing *u, size_t iface, uint32_t number)
{
        const struct iface *i = &u->g->ifaces[iface];

        return i->number != number && u->g->jails[i->jail].state == JAIL_DYING;
}

/* What the finished plan's first steps made or moved, by the identity that it got; renamed by a later one perhaps. */
static size_t find_made_by(const struct undoing *u, const struct target *t, size_t step_count)
{
        CLEANUP(step_list_done) struct step_list list = {0};

        step_index_result(&u->done_index, &list, t);
        step_list_sort(&list);
        for (size_t n = list.count; n-- > 0;) {
                size_t k = list.steps[n];
                const struct step *s = &u->done->steps[k];
                const struct link_spec *l = &s->link;
                struct iface_id id = {0};
                uint32_t number = 0;

                if (k >= step_count)
                        continue;
                if (k > u->at && s->op != STEP_LINK_MOVE)
                        continue;
                if (s->op == STEP_LINK_ADD && undo_is_result(t, &s->at, l->name, l->number)) {
                        id = s->made;
                        number = l->number;
                } else if (s->op == STEP_LINK_ADD && l->kind == KIND_VETH &&
                           undo_is_result(t, &l->peer_jail, l->peer_name, l->peer_number)) {
                        id = s->made_peer;
                        number = l->peer_number;
                } else if (s->op == STEP_LINK_MOVE &&
                           undo_is_result(t, &s->to, s->name[0] ? s->name : s->at.iface, s->at.number)) {
                        id = s->made;
                        number = s->at.number;
                } else if (s->op == STEP_LINK_RENAME && undo_is_result(t, &s->at, s->name, 0)) {
                        return find_made_by(u, &s->at, k);
                } else {
                        continue;
                }

                size_t iface = id.ifindex ? graph_find_iface(u->g, id) : NONE;

                if (number && (iface == NONE || is_left_over(u, iface, number)))
                        iface = graph_find_number(u->g, number);
                if (has_kind(u, iface, t))
                        return iface;
        }
        return NONE;
}

size_t undo_find_made(const struct undoing *u, const struct target *t)
{
        return find_made_by(u, t, u->done->step_count);
}

/* One in a dying jail is kept for last, as its jail is: it may have been made anew with it. */
static bool is_living(const struct undoing *u, size_t iface, size_t *dying)
{
        if (u->g->jails[u->g->ifaces[iface].jail].state != JAIL_DYING)
                return true;
        *dying = iface;
        return false;
}

size_t undo_find_iface(const struct undoing *u, const struct target *t)
{
        size_t iface = undo_find_made(u, t);
        size_t jail, dying = NONE;

        if (iface != NONE)
                return iface;
        if (t->ifindex && t->cookie) {
                iface = graph_find_iface(u->g, (struct iface_id){.cookie = t->cookie, .ifindex = t->ifindex});
                if (has_kind(u, iface, t) && (!t->number || t->number == u->g->ifaces[iface].number) &&
                    is_living(u, iface, &dying))
                        return iface;
        }
        if (t->number) {
                iface = graph_find_number(u->g, t->number);
                if (has_kind(u, iface, t) && is_living(u, iface, &dying))
                        return iface;
        }
        jail = undo_find_jail(u, t);
        iface = jail == NONE ? NONE : graph_find_iface_in(u->g, jail, t->iface);
        return has_kind(u, iface, t) ? iface : dying;
}

int undo_gone(const struct target *t, struct err *e)
{
        CLEANUP(text_done) struct text name = {0};

        target_put(&name, t);
        return err_set(e, -ESTALE, "%s: is gone; there is nothing left to undo on it", text_str(&name));
}

int undo_changed(const struct target *t, const char *what, struct err *e)
{
        CLEANUP(text_done) struct text name = {0};

        target_put(&name, t);
        return err_set(e, -ESTALE, "%s: %s since; undo or change that first", text_str(&name), what);
}
