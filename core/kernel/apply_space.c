/* apply_space.c - the namespaces that a plan touches, and where its targets are now. */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kernel/netns.h"

void put_target(struct text *t, const struct target *target)
{
        if (!target->iface[0]) {
                text_put(t, target->jail[0] ? target->jail : "host");
                return;
        }
        if (target->jail[0] && strcmp(target->jail, "host") != 0) {
                text_put(t, target->jail);
                text_put_char(t, '/');
        }
        text_put(t, target->iface);
}

/* What a person can do about an errno; the kernel's own words come behind it. */
static const char *advice(int code)
{
        switch (-code) {
        case EPERM:
        case EACCES: return N_("not permitted; run jailnet as root");
        case EEXIST: return N_("that is there already; choose another");
        case ENODEV:
        case ESTALE: return N_("it is gone; look again and repeat");
        case EBUSY: return N_("it is in use; stop its user first");
        case EOPNOTSUPP: return N_("not possible for this kind of interface");
        case ENETUNREACH: return N_("the gateway cannot be reached; add an address of its network first");
        case ESRCH: return N_("there is none like that; look again and repeat");
        case EADDRNOTAVAIL: return N_("no such address");
        case EINVAL: return N_("the kernel does not take that");
        default: return strerror(-code);
        }
}

int fail_step(struct err *e, int code, const struct target *t, const char *tried_fmt, ...)
{
        CLEANUP(text_done) struct text object = {0};
        CLEANUP(freep) char *tried = NULL, *own_tried = NULL;
        char words[sizeof(e->kernel)];
        va_list ap;

        if (!e)
                return code;
        va_start(ap, tried_fmt);
        tried = xvasprintf(tried_fmt, ap);
        va_end(ap);
        va_start(ap, tried_fmt);
        own_tried = xvasprintf(intl_text(tried_fmt), ap);
        va_end(ap);
        put_target(&object, t);
        memcpy(words, e->kernel, sizeof(words));

        CLEANUP(freep) char *plain = xasprintf("%s: %s: %s", text_str(&object), tried, advice(code));
        CLEANUP(freep) char *own = xasprintf("%s: %s: %s", text_str(&object), own_tried, _(advice(code)));

        (void)err_say(e, code, own, strcmp(own, plain) != 0 ? plain : NULL);
        memcpy(e->kernel, words, sizeof(words));
        return code;
}

/* --- namespaces --- */

int space_enter(struct applier *a, struct space *s, struct err *e)
{
        (void)a;
        if (setns(s->ns_fd, CLONE_NEWNET) == 0)
                return 0;

        int r = -errno;

        return err_set(e, r, "%s: cannot be entered: %s", s->name, strerror(-r));
}

int space_leave(struct applier *a, struct err *e)
{
        if (setns(a->home_fd, CLONE_NEWNET) == 0)
                return 0;

        int r = -errno;

        return err_set(e, r, "host: no way back into its network: %s", strerror(-r));
}

void space_is_named(struct applier *a, const struct space *s)
{
        size_t at = a->space_count - 1; /* most often the newest */

        while (a->spaces[at] != s)
                at--;
        lookup_put(&a->spaces_by_name, lookup_mix_text(LOOKUP_KEY, s->name), at);
        lookup_put(&a->spaces_by_cookie, s->planned_cookie, at);
        if (s->cookie != s->planned_cookie)
                lookup_put(&a->spaces_by_cookie, s->cookie, at);
}

/* A new place in the table, which is the last. */
static struct space *space_add(struct applier *a, const struct space *from)
{
        struct space *s = xcalloc(1, sizeof(*s));

        *s = *from;
        a->spaces = array_grow(a->spaces, &a->space_capacity, a->space_count, sizeof(struct space *));
        a->spaces[a->space_count++] = s;
        space_is_named(a, s);
        return s;
}

/* The one of that name that is open, the last that the plan made before the first that it found; or the first of those
 * that have gone. NULL. */
static struct space *space_named(const struct applier *a, const char *name, bool is_open)
{
        const struct lookup *l = &a->spaces_by_name;
        size_t best = NONE;

        for (size_t at = lookup_first(l, lookup_mix_text(LOOKUP_KEY, name)); at != LOOKUP_END;
             at = lookup_next(l, at)) {
                size_t i = l->entries[at].value;
                const struct space *s = a->spaces[i];

                if ((s->ns_fd >= 0) != is_open || strcmp(s->name, name) != 0)
                        continue;
                bool is_made = is_open && s->is_made,
                     is_best_made = best != NONE && is_open && a->spaces[best]->is_made;

                if (best == NONE || (is_made && !is_best_made) ||
                    (is_made == is_best_made && (is_made ? i > best : i < best)))
                        best = i;
        }
        return best == NONE ? NULL : a->spaces[best];
}

/* Puts an open namespace into the table. One of the same name that the plan deleted comes back to life, so that steps
 * which name it by its old cookie find the new one. */
int space_adopt(struct applier *a, const char *name, int ns_fd, struct space **ret, struct err *e)
{
        struct space fresh = {.ns_fd = ns_fd};

        (void)str_copy(fresh.name, sizeof(fresh.name), name);

        int r = space_enter(a, &fresh, e);
        if (r == 0) {
                r = ack_open(&fresh.sk, e);
                if (r == 0)
                        fresh.cookie = fresh.planned_cookie = ack_cookie(fresh.sk);

                int back = space_leave(a, e);
                if (r == 0)
                        r = back;
        }
        if (r < 0) {
                space_drop(&fresh);
                return r;
        }

        struct space *s = space_named(a, name, false);

        if (s) {
                fresh.planned_cookie = s->planned_cookie;
                *s = fresh;
                space_is_named(a, s);
        } else {
                s = space_add(a, &fresh);
        }
        *ret = s;
        return 0;
}

void space_drop(struct space *s)
{
        ack_close(s->sk);
        s->sk = NULL;
        if (s->ns_fd >= 0)
                (void)close(s->ns_fd); /* nothing was written through it */
        s->ns_fd = -1;
}

void space_forget(struct applier *a, const struct target *t)
{
        /* What is left of it may live on for a moment, and have been opened for an earlier step. */
        for (size_t i = 0; i < a->space_count; i++) {
                if (t->cookie && a->spaces[i]->ns_fd >= 0 && a->spaces[i]->cookie == t->cookie) {
                        space_drop(a->spaces[i]);
                        return;
                }
        }

        struct space gone = {.planned_cookie = t->cookie, .ns_fd = -1};

        (void)str_copy(gone.name, sizeof(gone.name), t->jail);
        (void)space_add(a, &gone);
}

static int space_gone(const struct target *t, struct err *e)
{
        (void)err_set(e, -ESTALE, "%s: is gone (or another jail has its name); look again and repeat", t->jail);
        return -ESTALE;
}

static int open_graph_jail(struct applier *a, size_t jail, struct err *e)
{
        if (jail != 0)
                return netns_open(&a->graph->jails[jail], e);

        int fd = fcntl(a->home_fd, F_DUPFD_CLOEXEC, 0);

        return fd >= 0 ? fd : err_set(e, -errno, "host: its network cannot be opened: %s", strerror(errno));
}

static int space_by_cookie(struct applier *a, const struct target *t, struct space **ret, struct err *e)
{
        const struct lookup *l = &a->spaces_by_cookie;
        size_t first = NONE;

        for (size_t at = lookup_first(l, t->cookie); at != LOOKUP_END; at = lookup_next(l, at)) {
                size_t i = l->entries[at].value;

                if ((a->spaces[i]->planned_cookie == t->cookie || a->spaces[i]->cookie == t->cookie) && i < first)
                        first = i;
        }
        if (first != NONE && a->spaces[first]->ns_fd < 0)
                return space_gone(t, e);
        if (first != NONE) {
                *ret = a->spaces[first];
                return 0;
        }

        size_t jail = graph_find_jail_cookie(a->graph, t->cookie);
        if (jail == NONE)
                return space_gone(t, e);

        int fd = open_graph_jail(a, jail, e);
        if (fd < 0)
                return fd;

        struct space *s = NULL;
        int r = space_adopt(a, t->jail[0] ? t->jail : a->graph->jails[jail].name, fd, &s, e);
        if (r < 0)
                return r;
        if (s->cookie != 0 && s->cookie != t->cookie) {
                space_drop(s);
                return space_gone(t, e);
        }
        s->cookie = t->cookie;
        s->planned_cookie = t->cookie;
        space_is_named(a, s);
        *ret = s;
        return 0;
}

static bool is_host_name(const char *name)
{
        return name[0] == '\0' || strcmp(name, "host") == 0;
}

/* By name: what the plan made, then what is open, then a file in the run directory, then the graph (which knows the
 * jails that have no file). */
static int space_by_name(struct applier *a, const struct target *t, struct space **ret, struct err *e)
{
        const char *name = is_host_name(t->jail) ? "host" : t->jail;
        struct space *found = space_named(a, name, true);

        if (found) {
                *ret = found;
                return 0;
        }

        int fd = -1;
        if (is_host_name(name)) {
                fd = open_graph_jail(a, 0, e);
        } else {
                CLEANUP(freep) char *path = xasprintf("%s/%s", netns_run_dir(), name);

                fd = open(path, O_RDONLY | O_CLOEXEC);
                if (fd < 0) {
                        size_t jail = graph_find_jail(a->graph, name);

                        if (jail == NONE || a->graph->jails[jail].state == JAIL_DYING) {
                                (void)err_set(e, -ENOENT, "%s: no such jail; jailnet show lists them", name);
                                return -ENOENT;
                        }
                        fd = open_graph_jail(a, jail, e);
                }
        }
        return fd < 0 ? fd : space_adopt(a, name, fd, ret, e);
}

int space_of(struct applier *a, const struct target *t, struct space **ret, struct err *e)
{
        return t->cookie ? space_by_cookie(a, t, ret, e) : space_by_name(a, t, ret, e);
}

/* --- links --- */

struct nl_msg *link_message(uint16_t type, uint16_t flags, int ifindex, unsigned up_flags, unsigned change)
{
        struct ifinfomsg ifi = {
                .ifi_family = AF_UNSPEC,
                .ifi_index = ifindex,
                .ifi_flags = up_flags,
                .ifi_change = change,
        };
        struct nl_msg *m = nlmsg_alloc_simple(type, flags);

        if (!m || nlmsg_append(m, &ifi, sizeof(ifi), NLMSG_ALIGNTO) < 0)
                abort(); /* as alloc.h does: a message's first page could not be had */
        return m;
}

int link_read_facts(struct nlmsghdr *h, void *user)
{
        struct link_facts *f = user;
        const struct ifinfomsg *ifi = nlmsg_data(h);

        if (h->nlmsg_type != RTM_NEWLINK || nlmsg_datalen(h) < (int)sizeof(*ifi))
                return -EBADMSG;

        const struct nlattr *name = nlmsg_find_attr(h, sizeof(*ifi), IFLA_IFNAME);
        const struct nlattr *info = nlmsg_find_attr(h, sizeof(*ifi), IFLA_LINKINFO);
        const struct nlattr *kind = info ? nla_find(nla_data(info), nla_len(info), IFLA_INFO_KIND) : NULL;

        *f = (struct link_facts){.ifindex = ifi->ifi_index, .flags = ifi->ifi_flags};

        const struct nlattr *peer = nlmsg_find_attr(h, sizeof(*ifi), IFLA_LINK);

        if (peer)
                f->peer = (int)nla_get_u32(peer);
        const struct nlattr *mac = nlmsg_find_attr(h, sizeof(*ifi), IFLA_ADDRESS);

        if (mac && nla_len(mac) == (int)sizeof(f->mac.bytes)) {
                memcpy(f->mac.bytes, nla_data(mac), sizeof(f->mac.bytes));
                f->mac.is_set = true;
        }
        const struct nlattr *group = nlmsg_find_attr(h, sizeof(*ifi), IFLA_GROUP);

        if (group)
                f->group = nla_get_u32(group);
        if (name)
                (void)nla_strlcpy(f->name, name, sizeof(f->name));
        if (kind)
                (void)nla_strlcpy(f->kind, kind, sizeof(f->kind));
        return 0;
}

int place_read(const struct place *p, struct link_facts *ret, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_GETLINK, 0, p->ifindex, 0, 0);

        return ack_query(p->space->sk, m, link_read_facts, ret, e);
}

int place_find(struct space *s, const char *name, struct link_facts *ret, struct err *e)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_GETLINK, 0, 0, 0, 0);

        /* IFLA_ALT_IFNAME finds a link by either sort of name, and takes more than 15 bytes. */
        if (nla_put_string(m, IFLA_ALT_IFNAME, name) < 0)
                return -EMSGSIZE;
        return ack_query(s->sk, m, link_read_facts, ret, e);
}

/* Places in the table of tracks; NONE when there is none such. */
static size_t track_at(const struct applier *a, const struct space *s, int ifindex)
{
        for (size_t i = a->track_count; i-- > 0;)
                if (a->tracks[i].space == s && a->tracks[i].ifindex == ifindex)
                        return i;
        return NONE;
}

static uint64_t track_key(const struct space *s, const char *name)
{
        return lookup_mix_text(lookup_mix(LOOKUP_KEY, (uintptr_t)s), name);
}

/* The last of that name. */
static size_t track_named(const struct applier *a, const struct space *s, const char *name, bool is_alive)
{
        const struct lookup *l = &a->tracks_by_name;
        size_t last = NONE;

        for (size_t at = lookup_first(l, track_key(s, name)); at != LOOKUP_END; at = lookup_next(l, at)) {
                size_t i = l->entries[at].value;
                const struct track *t = &a->tracks[i];

                if (t->space == s && strcmp(t->name, name) == 0 && (t->ifindex != 0) == is_alive &&
                    (last == NONE || i > last))
                        last = i;
        }
        return last;
}

static size_t track_former(const struct applier *a, const struct space *s, int ifindex, const char *name)
{
        for (size_t i = a->former_count; i-- > 0;) {
                const struct former *f = &a->formers[i];

                if (f->space == s && (ifindex ? f->ifindex == ifindex : strcmp(f->name, name) == 0))
                        return f->track;
        }
        return NONE;
}

static size_t track_add(struct applier *a, struct space *s, int ifindex, const char *name)
{
        a->tracks = array_grow(a->tracks, &a->track_capacity, a->track_count, sizeof(*a->tracks));

        struct track *t = &a->tracks[a->track_count];

        *t = (struct track){.space = s, .ifindex = ifindex};
        (void)str_copy(t->name, sizeof(t->name), name);
        lookup_put(&a->tracks_by_name, track_key(s, t->name), a->track_count);
        return a->track_count++;
}

/* A link has that place now, perhaps one of those that was deleted from it. */
static void is_taken(struct applier *a, const struct place *p)
{
        for (size_t i = 0; i < a->removed_count; i++)
                if (a->removed[i].space == p->space && a->removed[i].ifindex == p->ifindex)
                        a->removed[i].ifindex = 0;
}

void track_change(struct applier *a, const struct place *from, const char *name, const struct place *to,
                  const char *new_name)
{
        size_t k = track_at(a, from->space, from->ifindex);

        if (to->ifindex)
                is_taken(a, to);
        if (k == NONE)
                k = track_add(a, from->space, from->ifindex, name);
        a->formers = array_grow(a->formers, &a->former_capacity, a->former_count, sizeof(*a->formers));

        struct former *f = &a->formers[a->former_count++];
        struct track *t = &a->tracks[k];

        *f = (struct former){.space = from->space, .ifindex = from->ifindex, .track = k};
        (void)str_copy(f->name, sizeof(f->name), name);
        t->space = to->space;
        t->ifindex = to->ifindex;
        (void)str_copy(t->name, sizeof(t->name), new_name);
        lookup_put(&a->tracks_by_name, track_key(t->space, t->name), k);
}

void track_made(struct applier *a, const struct place *p, const char *name)
{
        size_t k = track_named(a, p->space, name, false); /* one that the plan deleted is made again */

        is_taken(a, p);
        if (k != NONE)
                a->tracks[k].ifindex = p->ifindex;
        else
                (void)track_add(a, p->space, p->ifindex, name);
}

int place_was(const struct applier *a, struct space *s, const char *name, struct place *ret)
{
        size_t k = track_named(a, s, name, true);

        if (k == NONE)
                return -ENODEV;
        *ret = (struct place){.space = s, .ifindex = a->tracks[k].ifindex};
        return 0;
}

static int place_gone(const struct target *t, struct err *e)
{
        (void)err_set(e, -ENODEV, "%s", "");
        return fail_step(e, -ENODEV, t, "is not there");
}

static int place_of_track(const struct applier *a, size_t k, const struct target *t, struct place *ret, struct err *e)
{
        const struct track *found = &a->tracks[k];

        if (found->ifindex == 0)
                return place_gone(t, e);
        *ret = (struct place){.space = found->space, .ifindex = found->ifindex};
        return 0;
}

/* Where the link with that old index is: moved by the plan, as it was, or made anew by the plan under its name. */
static int place_by_index(const struct applier *a, const struct target *t, struct place *ret, struct err *e)
{
        size_t k = track_former(a, ret->space, t->ifindex, "");

        if (k == NONE)
                k = track_at(a, ret->space, t->ifindex);
        if (k == NONE && a->track_count > 0) {
                struct link_facts facts;
                const struct place p = {.space = ret->space, .ifindex = t->ifindex};

                if (place_read(&p, &facts, NULL) == -ENODEV)
                        k = track_named(a, ret->space, t->iface, true);
        }
        if (k != NONE)
                return place_of_track(a, k, t, ret, e);
        ret->ifindex = t->ifindex;
        return 0;
}

static int place_by_name(const struct applier *a, const struct target *t, struct place *ret, struct err *e)
{
        size_t k = track_named(a, ret->space, t->iface, true);
        struct link_facts facts;

        if (k == NONE && place_find(ret->space, t->iface, &facts, NULL) == 0) {
                ret->ifindex = facts.ifindex;
                return 0;
        }
        if (k == NONE)
                k = track_former(a, ret->space, 0, t->iface);
        return k != NONE ? place_of_track(a, k, t, ret, e) : place_gone(t, e);
}

int place_of(struct applier *a, const struct target *t, struct place *ret, struct err *e)
{
        struct place p = {0};
        int r = space_of(a, t, &p.space, e);

        if (r != 0)
                return r;
        r = t->ifindex ? place_by_index(a, t, &p, e) : place_by_name(a, t, &p, e);
        if (r == 0)
                *ret = p;
        return r;
}
