/*
 * plan_restore.c - wanted state and graph in, plan out: jails first, then links in the order of what they stand on,
 * then what is set on them (plan_restore_set.c).
 *
 * A link that is made again keeps its number, and with it its mark, its node's name, its hooks' names and its pin.
 */
#include "core/base/intl.h"
#include "core/plan/feed.h"
#include "core/plan/vlans.h"
#include "core/plan/plan_restore.h"

#include <string.h>

#include "core/plan/plan_restore_parts.h"
#include "core/plan/planner.h"

/* --- what cannot be --- */

static void put_link(struct text *t, const struct restoring *r, const struct wanted_link *l)
{
        struct target at = target_named(r->w->jails[l->jail].name, l->name);

        target_put(t, &at);
}

void restore_trouble(struct restoring *r, const struct wanted_link *l, const char *fmt, ...)
{
        CLEANUP(text_done) struct text t = {0};
        va_list ap;

        put_link(&t, r, l);
        va_start(ap, fmt);
        CLEANUP(freep) char *what = xvasprintf(fmt, ap);
        va_end(ap);
        plan_note(r->p, NOTE_WARNING, "%s: %s", text_str(&t), what);

        const char *own = intl_text(fmt);

        if (own != fmt) {
                va_start(ap, fmt);
                CLEANUP(freep) char *own_what = xvasprintf(intl_text(fmt), ap);
                va_end(ap);
                r->p->notes[r->p->note_count - 1].own = xasprintf("%s: %s", text_str(&t), own_what);
        }
        r->trouble_count++;
}

static void is_absent(struct restoring *r, const struct wanted_link *l)
{
        struct restore_limits *x = r->limits;

        x->absent = array_grow(x->absent, &x->absent_capacity, x->absent_count, sizeof(*x->absent));
        x->absent[x->absent_count++] = l->row;
}

static bool same_step(const struct step *a, const struct step *b)
{
        return a->op == b->op && strcmp(a->at.jail, b->at.jail) == 0 && strcmp(a->at.iface, b->at.iface) == 0 &&
                strcmp(a->to.jail, b->to.jail) == 0 && strcmp(a->to.iface, b->to.iface) == 0 &&
                strcmp(a->name, b->name) == 0 && strcmp(a->text, b->text) == 0 &&
                strcmp(a->link.name, b->link.name) == 0 && a->number == b->number &&
                (prefix_equal(&a->address, &b->address) || a->address.family == 0) &&
                (prefix_equal(&a->route.destination, &b->route.destination) || a->route.destination.family == 0) &&
                a->route.metric == b->route.metric && (!a->mac.is_set || mac_equal(a->mac, b->mac));
}

bool restore_put(struct restoring *r, const struct step *s)
{
        for (size_t i = 0; i < r->limits->refused_count; i++) {
                if (!same_step(s, &r->limits->refused[i]))
                        continue;

                CLEANUP(text_done) struct text t = {0};

                intl_pause(); /* a note is kept in English */
                text_put(&t, "cannot ");
                step_put_sentence(&t, s);
                intl_go_on();
                plan_note(r->p, NOTE_WARNING, "%s: %s", text_str(&t), r->limits->reasons[i]);
                r->trouble_count++;
                return false;
        }
        *plan_add(r->p, s->op) = *s;
        return true;
}

bool restore_limits_learn(struct restore_limits *l, const struct plan *p)
{
        for (size_t i = 0; i < p->step_count; i++) {
                if (p->steps[i].state != STEP_FAILED)
                        continue;
                l->refused = xrealloc(l->refused, l->refused_count + 1, sizeof(*l->refused));
                l->reasons = xrealloc(l->reasons, l->refused_count + 1, sizeof(*l->reasons));
                l->refused[l->refused_count] = p->steps[i];
                l->refused[l->refused_count].undo = NULL; /* the plan's own */
                l->refused[l->refused_count].undo_count = 0;
                l->reasons[l->refused_count++] = xstrdup(p->failure);
                return true;
        }
        return false;
}

void restore_limits_done(struct restore_limits *l)
{
        for (size_t i = 0; i < l->refused_count; i++)
                free(l->reasons[i]);
        free(l->refused);
        free(l->absent);
        free(l->reasons);
        *l = (struct restore_limits){0};
}

bool restore_has_link(const struct restoring *r, size_t link)
{
        return link != NONE && (r->links[link] == HERE || r->links[link] == MADE);
}

/* --- what is there --- */

static void find_jails(struct restoring *r)
{
        for (size_t k = 0; k < r->w->jail_count; k++) {
                const struct wanted_jail *j = &r->w->jails[k];
                bool is_host = strcmp(j->name, "host") == 0;
                size_t jail = is_host ? 0 : graph_find_jail(r->g, j->name);

                if (jail != NONE && (is_host || r->g->jails[jail].state == JAIL_ALIVE)) {
                        r->jails[k] = HERE;
                        r->jail_at[k] = target_of_jail(r->g, jail);
                        continue;
                }
                r->jail_at[k] = target_named(j->name, "");
                if (!j->is_owned)
                        continue;

                struct step s = {.op = STEP_JAIL_ADD, .at = r->jail_at[k]};

                if (j->root_path)
                        (void)str_copy(s.root_path, sizeof(s.root_path), j->root_path); /* fitted when it was made */
                if (j->hostname)
                        (void)str_copy(s.hostname, sizeof(s.hostname), j->hostname);
                r->jails[k] = restore_put(r, &s) ? MADE : IMPOSSIBLE;
        }
}

static bool is_kind(const struct restoring *r, size_t iface, const struct wanted_link *l)
{
        const struct iface *i = &r->g->ifaces[iface];

        return i->kind == l->kind || (l->kind == KIND_TUN && i->kind == KIND_TAP);
}

static size_t find_named(const struct restoring *r, const struct wanted_link *l, size_t jail, const char *name)
{
        size_t iface = jail == NONE || !*name ? NONE : graph_find_iface_in(r->g, jail, name);

        return iface != NONE && is_kind(r, iface, l) ? iface : NONE;
}

/* A borrowed one may have lost its number: then it is known by its name, where it belongs or at home. */
static size_t find_link(const struct restoring *r, const struct wanted_link *l)
{
        size_t jail = r->jails[l->jail] == HERE ? target_find_jail(r->g, &r->jail_at[l->jail]) : NONE;
        size_t iface = l->number ? graph_find_number(r->g, l->number) : NONE;

        if (iface != NONE && is_kind(r, iface, l))
                return iface;
        if (l->is_owned)
                return NONE;
        iface = find_named(r, l, jail, l->name);
        if (iface == NONE && l->kind != KIND_LOOPBACK)
                iface = find_named(r, l, 0, l->home);
        if (iface == NONE && l->kind != KIND_LOOPBACK)
                iface = find_named(r, l, 0, l->name);
        return iface;
}

static bool has_wishes(const struct wanted_link *l)
{
        return l->master != NONE || l->mtu_bytes || l->is_up == 1 || l->alias || l->altname_count || l->address_count ||
                strcmp(l->name, l->home) != 0;
}

static void tell_absent(struct restoring *r, const struct wanted_link *l)
{
        bool is_on_host = strcmp(r->w->jails[l->jail].name, "host") == 0;

        if (is_on_host && !has_wishes(l))
                return;
        is_absent(r, l);
        if (l->kind == KIND_PHYSICAL)
                restore_trouble(r, l, "the physical interface %s is not here", *l->home ? l->home : l->name);
        else
                restore_trouble(r, l, "the interface %s is not here, and jailnet did not make it",
                                *l->home ? l->home : l->name);
}

/* Somebody keeps it, as far as the picture tells: it does not go by itself. */
static bool is_held(const struct jail *j)
{
        return j->process_count > 0 || j->holder_count > 0;
}

/* Somebody has moved it: it is left alone there. In a jail that is dying it stands in the way. */
static bool is_elsewhere(struct restoring *r, const struct wanted_link *l, size_t iface)
{
        size_t jail = r->g->ifaces[iface].jail;

        if (r->jails[l->jail] == HERE && target_find_jail(r->g, &r->jail_at[l->jail]) == jail)
                return false;
        if (!l->is_owned && jail == 0)
                return false; /* it is still to be moved */
        if (r->g->jails[jail].state != JAIL_ALIVE) {
                if (!is_held(&r->g->jails[jail]))
                        r->limits->is_going = true;
                restore_trouble(r, l,
                                "is still in a jail of that name which is dying; jailnet returns tells who holds it");
        }
        return true;
}

static void find_links(struct restoring *r)
{
        for (size_t k = 0; k < r->w->link_count; k++) {
                const struct wanted_link *l = &r->w->links[k];

                r->iface[k] = find_link(r, l);
                if (r->iface[k] != NONE && is_elsewhere(r, l, r->iface[k])) {
                        r->links[k] = IMPOSSIBLE;
                        r->iface[k] = NONE;
                } else if (r->iface[k] != NONE) {
                        r->links[k] = HERE;
                        r->at[k] = target_of_iface(r->g, r->iface[k]);
                } else if (l->kind == KIND_LOOPBACK && r->jails[l->jail] == MADE) {
                        r->links[k] = MADE;
                        r->at[k] = target_named(r->jail_at[l->jail].jail, l->name);
                } else if (!l->is_owned) {
                        r->links[k] = IMPOSSIBLE;
                        if (l->kind != KIND_LOOPBACK)
                                tell_absent(r, l);
                }
        }
}

/* --- making --- */

static bool has_jail(const struct restoring *r, const struct wanted_link *l)
{
        return r->jails[l->jail] == HERE || r->jails[l->jail] == MADE;
}

static bool is_name_free(const struct restoring *r, const char *name)
{
        for (size_t k = 0; k < r->g->jail_count; k++)
                if (graph_find_iface_in(r->g, k, name) != NONE)
                        return false;
        for (size_t k = 0; k < r->w->link_count; k++)
                if (strcmp(r->w->links[k].name, name) == 0)
                        return false;
        for (size_t k = 0; k < r->p->step_count; k++)
                if (strcmp(r->p->steps[k].link.name, name) == 0 || strcmp(r->p->steps[k].link.peer_name, name) == 0)
                        return false;
        return true;
}

/* A hidden end's name means nothing to anybody: where it is taken, the next free one does. */
static void choose_name(const struct restoring *r, size_t link, bool is_taken, char ret[IF_NAME_SIZE])
{
        const struct wanted_link *l = &r->w->links[link];

        (void)str_copy(ret, IF_NAME_SIZE, l->name); /* of the same size */
        for (unsigned n = 0; is_taken && l->role == ROLE_FABRIC; n++) {
                (void)str_format(ret, IF_NAME_SIZE, "ngfab%u", n);
                if (is_name_free(r, ret))
                        return;
        }
}

static bool is_taken(const struct restoring *r, const struct wanted_link *l)
{
        size_t jail = r->jails[l->jail] == HERE ? target_find_jail(r->g, &r->jail_at[l->jail]) : NONE;

        return jail != NONE && graph_find_iface_in(r->g, jail, l->name) != NONE;
}

/* Can this end, or this link, be made where it belongs? Tells why not. */
static bool can_make(struct restoring *r, const struct wanted_link *l)
{
        if (!has_jail(r, l)) {
                restore_trouble(r, l,
                                r->jails[l->jail] == IMPOSSIBLE
                                        ? N_("its jail could not be made")
                                        : N_("its jail is not here, and jailnet did not make that"));
                if (r->jails[l->jail] == ABSENT)
                        is_absent(r, l);
                return false;
        }
        if (l->role != ROLE_FABRIC && is_taken(r, l)) {
                restore_trouble(r, l, "another interface has its name");
                return false;
        }
        if (l->kind < 32 && r->limits->missing_kinds & 1u << l->kind) {
                restore_trouble(r, l, "this kernel makes no %s links", wanted_kind_name(l->kind));
                return false;
        }
        return true;
}

static void now_made(struct restoring *r, size_t link, const char *name)
{
        const struct wanted_link *l = &r->w->links[link];

        r->links[link] = MADE;
        r->at[link] = r->jail_at[l->jail];
        r->at[link].number = l->number;
        (void)str_copy(r->at[link].iface, sizeof(r->at[link].iface), name); /* of the same size */
}

static struct mac mac_of(const struct wanted_link *l)
{
        return l->pin_source != PIN_NONE && l->pin.is_set ? l->pin : l->mac;
}

static void make_pair(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link], *o = &r->w->links[l->peer];
        struct step s = {.op = STEP_LINK_ADD, .at = r->jail_at[l->jail]};

        r->links[link] = r->links[l->peer] = IMPOSSIBLE;
        if (!can_make(r, l) || !can_make(r, o))
                return;
        s.link = (struct link_spec){
                .kind = KIND_VETH,
                .role = l->role,
                .mac = mac_of(l),
                .mtu_bytes = l->mtu_bytes,
                .number = l->number,
                .peer_jail = r->jail_at[o->jail],
                .peer_mac = mac_of(o),
                .peer_mtu_bytes = o->mtu_bytes,
                .peer_role = o->role,
                .peer_number = o->number,
        };
        choose_name(r, link, is_taken(r, l), s.link.name);
        choose_name(r, l->peer, is_taken(r, o), s.link.peer_name);
        if (!restore_put(r, &s))
                return;
        now_made(r, link, s.link.name);
        now_made(r, l->peer, s.link.peer_name);
}

static void make_single(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];
        struct step s = {.op = STEP_LINK_ADD, .at = r->jail_at[l->jail]};

        r->links[link] = IMPOSSIBLE;
        if (!can_make(r, l))
                return;
        s.link = (struct link_spec){
                .kind = l->kind,
                .role = l->role,
                .mac = mac_of(l),
                .mtu_bytes = l->kind == KIND_BRIDGE ? 0 : l->mtu_bytes, /* set behind its ports, which change it */
                .vlan_id = l->vlan_id,
                .vxlan_id = l->vxlan_id,
                .vxlan_remote = l->vxlan_remote,
                .macvlan_mode = l->macvlan_mode,
                .bond_mode = l->bond_mode,
                .stp_on = l->stp_on,
                .is_tap = l->kind == KIND_TAP,
                .number = l->number,
        };
        (void)str_copy(s.link.name, sizeof(s.link.name), l->name);
        if (l->parent != NONE)
                s.link.parent = r->at[l->parent];
        if (restore_put(r, &s))
                now_made(r, link, l->name);
}

/* One that is ready to be made is made; false while it waits for what it stands on. */
static bool make(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];

        if (l->kind == KIND_VETH) {
                if (l->peer != NONE && r->links[l->peer] == ABSENT) {
                        make_pair(r, link);
                } else {
                        bool is_half = l->peer != NONE && r->links[l->peer] == HERE;

                        r->limits->is_going = r->limits->is_going || is_half;
                        restore_trouble(
                                r, l,
                                is_half ? N_("its other end is there without it, or going; try again when it is gone")
                                        : N_("its other end cannot be made"));
                        r->links[link] = IMPOSSIBLE;
                }
                return true;
        }
        if (l->parent != NONE && r->links[l->parent] == ABSENT)
                return false;
        if (l->parent != NONE && r->links[l->parent] == IMPOSSIBLE) {
                restore_trouble(r, l, "what it stands on, %s, is not here", r->w->links[l->parent].name);
                r->links[link] = IMPOSSIBLE;
                return true;
        }
        make_single(r, link);
        return true;
}

static void make_links(struct restoring *r)
{
        bool goes_on = true;

        while (goes_on) {
                goes_on = false;
                for (size_t k = 0; k < r->w->link_count; k++)
                        if (r->links[k] == ABSENT && r->w->links[k].is_owned)
                                goes_on = make(r, k) || goes_on;
        }
        for (size_t k = 0; k < r->w->link_count; k++) {
                if (r->links[k] == ABSENT) { /* a circle, which no plan makes */
                        restore_trouble(r, &r->w->links[k], "what it stands on is not here");
                        r->links[k] = IMPOSSIBLE;
                }
        }
}

/* --- borrowed ones: to their names and jails --- */

static void rename_borrowed(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];
        const struct iface *i = &r->g->ifaces[r->iface[link]];
        struct step s = {.op = STEP_LINK_RENAME, .at = r->at[link]};

        /* Another name than the one that it had at first was given by somebody else. */
        if (strcmp(i->name, l->home) != 0 || strcmp(l->name, l->home) == 0)
                return;
        if (graph_find_iface_in(r->g, i->jail, l->name) != NONE) {
                restore_trouble(r, l, "another interface has its name; it stays %s", i->name);
                return;
        }
        (void)str_copy(s.name, sizeof(s.name), l->name);
        if (restore_put(r, &s))
                (void)str_copy(r->at[link].iface, sizeof(r->at[link].iface), l->name);
}

static void move_borrowed(struct restoring *r, size_t link)
{
        const struct wanted_link *l = &r->w->links[link];
        struct step s = {.op = STEP_LINK_MOVE, .at = r->at[link], .to = r->jail_at[l->jail], .is_up = l->is_up == 1};

        if (!has_jail(r, l)) {
                restore_trouble(r, l, "its jail is not here, and jailnet did not make that");
                is_absent(r, l);
                return;
        }
        if (is_taken(r, l)) {
                restore_trouble(r, l, "another interface has its name there");
                return;
        }
        if (strcmp(l->name, s.at.iface) != 0)
                (void)str_copy(s.name, sizeof(s.name), l->name);
        if (!restore_put(r, &s))
                return;

        uint32_t number = r->at[link].number;
        struct target there = r->jail_at[l->jail];

        there.number = number;
        (void)str_copy(there.iface, sizeof(there.iface), l->name);
        (void)str_copy(there.kind, sizeof(there.kind), s.at.kind);
        r->at[link] = there;
        r->links[link] = MADE; /* what it had is lost on the way: everything is set anew */
        r->iface[link] = NONE;
}

static void place_borrowed(struct restoring *r)
{
        for (size_t k = 0; k < r->w->link_count; k++) {
                const struct wanted_link *l = &r->w->links[k];

                if (r->links[k] != HERE || l->is_owned || l->kind == KIND_LOOPBACK)
                        continue;
                if (r->g->ifaces[r->iface[k]].jail == 0 && !target_is_host(&r->jail_at[l->jail]))
                        move_borrowed(r, k);
                else
                        rename_borrowed(r, k);
        }
}

static void plan_all(struct restoring *r)
{
        find_jails(r);
        find_links(r);
        make_links(r);
        restore_set_marks_here(r);
        place_borrowed(r);
        restore_set_all(r);
}

void plan_build_restore(const struct wanted *w, const struct graph *g, struct restore_limits *limits, struct plan **ret,
                        size_t *ret_troubles)
{
        CLEANUP(plan_freep) struct plan *p = plan_new("restore");
        CLEANUP(freep) enum presence *jails = xcalloc(w->jail_count + 1, sizeof(*jails));
        CLEANUP(freep) struct target *jail_at = xcalloc(w->jail_count + 1, sizeof(*jail_at));
        CLEANUP(freep) enum presence *links = xcalloc(w->link_count + 1, sizeof(*links));
        CLEANUP(freep) struct target *at = xcalloc(w->link_count + 1, sizeof(*at));
        CLEANUP(freep) size_t *iface = xcalloc(w->link_count + 1, sizeof(*iface));
        struct restoring r = {
                .w = w,
                .g = g,
                .limits = limits,
                .p = p,
                .jails = jails,
                .jail_at = jail_at,
                .links = links,
                .at = at,
                .iface = iface,
        };

        limits->absent_count = 0; /* an earlier try's */
        plan_all(&r);
        free(p->words);
        p->words = xstrdup("restore");
        p->serial = g->serial;
        if (planner_feed(p, g, 0, NULL) < 0) /* what was planned so far is restored all the same */
                plan_note(p, NOTE_WARNING, "tees' frames could not be planned; disconnect and connect their hooks");
        if (planner_vlans(p, g, 0, NULL) < 0)
                plan_note(p, NOTE_WARNING,
                          "vlan nodes' ports could not be planned; disconnect and connect their hooks");
        plan_finish(p, 0, g);
        *ret_troubles = r.trouble_count;
        *ret = TAKE(p);
}
