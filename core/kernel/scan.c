/* scan.c - finds network stacks and keeps struct facts in step with what was found. Reading one is scan_read.c's. */
#include "core/kernel/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/lookup.h"
#include "core/base/text.h"
#include "core/kernel/scan_parts.h"

int scan_init(struct scan *sc, struct facts *f, const struct observer_options *o, struct err *e)
{
        struct stack *home;
        struct stat st;
        int r;

        *sc = (struct scan){.facts = f, .options = o, .home_fd = -1, .home.fd = -1, .is_first = true};
        sc->home_fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
        if (sc->home_fd < 0 || fstat(sc->home_fd, &st) < 0)
                return err_set(e, -errno, "/proc/self/ns/net: %s; is /proc mounted?", strerror(errno));
        sc->buffer = xcalloc(2, READER_BUFFER_SIZE); /* one for home, one for the namespace that we are in */
        r = reader_open(&sc->home, sc->buffer + READER_BUFFER_SIZE, e);
        if (r < 0)
                return r;
        scan_make_messages(sc);
        f->has_routes = o->want_routes;
        home = facts_add(f);
        home->inode = st.st_ino;
        home->device = st.st_dev;
        home->cookie = netns_cookie_here();
        home->best = (struct place){.origin = ORIGIN_HOST, .name = "host", .path = "/proc/self/ns/net"};
        facts_set_nsid(f, home, scan_ask_nsid(sc, sc->home_fd));
        (void)netns_handle(sc->home_fd, &home->handle); /* none before Linux 6.18 */
        return 0;
}

int scan_init_helper(struct scan *sc, struct facts *f, const struct scan *of)
{
        int r;

        *sc = (struct scan){
                .facts = f, .options = of->options, .home_fd = of->home_fd, .home.fd = -1, .is_first = of->is_first};
        sc->buffer = xcalloc(2, READER_BUFFER_SIZE);
        r = reader_open(&sc->home, sc->buffer + READER_BUFFER_SIZE, NULL);
        scan_make_messages(sc);
        return r;
}

void scan_done_helper(struct scan *sc)
{
        for (size_t k = 0; k < MESSAGE_COUNT; k++)
                nlmsg_free(sc->messages[k]);
        reader_close(&sc->home);
        free(sc->buffer);
        *sc = (struct scan){.home_fd = -1, .home.fd = -1};
}

void scan_done(struct scan *sc)
{
        if (sc->home_fd >= 0)
                (void)close(sc->home_fd); /* only a reference */
        scan_done_helper(sc);
}

static int take_nsid(struct nlmsghdr *h, void *context)
{
        struct nsid_fact *fact = context;

        return decode_nsid(h, fact);
}

int scan_ask_nsid(struct scan *sc, int fd)
{
        struct rtgenmsg gen = {0};
        struct nsid_fact fact = {-1, -1};
        struct nl_msg *m = scan_new_message(RTM_GETNSID, 0, &gen, sizeof(gen));

        nla_put_u32(m, NETNSA_FD, (uint32_t)fd);
        (void)reader_ask(&sc->home, m, take_nsid, &fact, NULL); /* a refusal leaves -1: no id */
        nlmsg_free(m);
        return fact.nsid;
}

int scan_give_nsid(struct scan *sc, int fd)
{
        int nsid = scan_ask_nsid(sc, fd);
        struct rtgenmsg gen = {0};
        struct nl_msg *m;

        if (nsid >= 0 || sc->options->read_only)
                return nsid;
        m = scan_new_message(RTM_NEWNSID, 0, &gen, sizeof(gen));
        nla_put_u32(m, NETNSA_FD, (uint32_t)fd);
        nla_put_u32(m, NETNSA_NSID, (uint32_t)-1);           /* any */
        if (reader_ask(&sc->home, m, NULL, NULL, NULL) == 0) /* refused without privilege: then it is not heard live */
                nsid = scan_ask_nsid(sc, fd);
        nlmsg_free(m);
        return nsid;
}

/*
 * The namespace's id, known from a pair that it has with the host, whose two ends name each other. To ask for it takes
 * the kernel a search through all ids of the host: with a thousand of them a third of what the whole namespace costs.
 * Only while the host has just been read: later its end may have gone, and its id be another one's. -1: not so.
 */
static int find_nsid_by_pair(const struct scan *sc, const struct stack *s)
{
        const struct stack *home = sc->facts->stacks[0];

        for (size_t k = 0; sc->is_first && s->home_id >= 0 && k < s->link_count; k++) {
                const struct iface *i = &s->links[k]->i;
                const struct link *peer = i->kind == KIND_VETH && i->link_nsid == s->home_id
                        ? stack_find_link(home, i->link_ifindex)
                        : NULL;

                if (peer && peer->i.kind == KIND_VETH && peer->i.link_ifindex == i->id.ifindex &&
                    peer->i.link_nsid >= 0)
                        return peer->i.link_nsid;
        }
        return -1;
}

/* What moved into a namespace before we knew that: its other end at home was not told, and is asked again. */
static void ask_peers_at_home(struct scan *sc, const struct stack *s)
{
        struct stack *home = sc->facts->stacks[0];

        for (size_t k = 0; s != home && k < s->link_count; k++) {
                const struct iface *i = &s->links[k]->i;
                /* Without an id for the host, what its links lead to is elsewhere; of one that could not be entered
                 * that is not known. */
                bool is_at_home = i->link_nsid >= 0 && (s->is_remote || i->link_nsid == s->home_id);
                struct link *peer = is_at_home ? stack_find_link(home, i->link_ifindex) : NULL;

                if (i->kind != KIND_VETH || !peer || peer->i.kind != KIND_VETH ||
                    (peer->i.link_ifindex == i->id.ifindex && peer->i.link_nsid == s->nsid))
                        continue;
                peer->i.link_ifindex = 0;
                home->has_incomplete = true;
        }
}

void scan_settle_new(struct scan *sc, struct stack *s)
{
        if (s->nsid < 0 && sc->is_first) {
                int nsid = find_nsid_by_pair(sc, s);
                CLEANUP(closep) int fd = nsid < 0 ? scan_open_stack(s) : -1;

                facts_set_nsid(sc->facts, s, fd >= 0 ? scan_give_nsid(sc, fd) : nsid);
        }
        ask_peers_at_home(sc, s);
}

/* A namespace that is new to us, open for a moment: who it is, and everything in it. */
static struct stack *read_new(struct scan *sc, int fd, uint64_t inode, uint64_t device)
{
        int nsid = sc->is_first ? -1 : scan_give_nsid(sc, fd);
        struct stack *s = facts_find_nsid(sc->facts, nsid); /* known by its id alone until now? */

        if (!s)
                s = facts_add(sc->facts);
        s->inode = inode;
        s->device = device;
        facts_set_nsid(sc->facts, s, nsid);
        (void)netns_handle(fd, &s->handle); /* none before Linux 6.18 */
        scan_read_open(sc, s, fd);
        return s;
}

static struct stack *add_unopened(struct scan *sc, const struct netns_ref *ref, int error)
{
        struct stack *s = facts_add(sc->facts);
        CLEANUP(freep) char *why = xasprintf("it can't be opened: %s", strerror(-error));

        s->inode = ref->inode;
        s->device = ref->device;
        stack_set_warning(s, why);
        return s;
}

/* Which place a find belongs to. */
static enum place_kind place_of(enum jail_origin origin, enum place_kind searched)
{
        if (searched != PLACE_TASKS || origin <= ORIGIN_THREAD)
                return searched;
        return PLACE_HELD;
}

struct stack *scan_read_found(struct scan *sc, const struct netns_ref *ref, enum place_kind searched, int64_t now)
{
        CLEANUP(closep) int fd = ref->path[0] ? netns_open_path(ref->path) : -ENAMETOOLONG;
        int error = fd;
        struct stack *s;
        struct stat st;

        if (fd < 0 && (error == -ENOENT || error == -ESRCH))
                return NULL; /* gone again already */
        if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_ino != ref->inode || st.st_dev != ref->device))
                return NULL; /* another has its place; the next search tells */
        s = fd >= 0 ? read_new(sc, fd, ref->inode, ref->device) : add_unopened(sc, ref, error);
        stack_set_place(sc->facts, s, place_of(ref->origin, searched), ref, now);
        stack_set_holders(sc->facts, s, HOLDERS_PLACES, ref);
        if (fd < 0 || s->is_read || s->warning || s->routes_ms)
                return s;
        facts_remove(sc->facts, s); /* a mount of something else than a network namespace */
        return NULL;
}

static int compare_inodes(const void *a, const void *b)
{
        const struct netns_ref *const *x = a, *const *y = b;

        return ((*x)->inode > (*y)->inode) - ((*x)->inode < (*y)->inode);
}

/* New ones in the order of their inodes, which is mostly that of their making: jids follow it. */
static void add_new(struct scan *sc, const struct netns_list *list, enum place_kind searched, int64_t now)
{
        CLEANUP(freep) const struct netns_ref **new = xcalloc(list->count, sizeof(struct netns_ref *));
        size_t count = 0;

        for (size_t k = 0; k < list->count; k++)
                if (!list->refs[k].is_known)
                        new[count++] = &list->refs[k];
        qsort(new, count, sizeof(struct netns_ref *), compare_inodes);
        if (scan_read_together(sc, new, count, searched, now))
                return;
        scan_end_host(sc);
        for (size_t k = 0; k < count; k++) {
                struct stack *s = scan_read_found(sc, new[k], searched, now);

                if (s)
                        scan_settle_new(sc, s);
        }
}

/* Compares what one search found with what is known. */
static void take_list(struct scan *sc, const struct netns_list *list, enum place_kind searched, bool is_deep)
{
        struct facts *f = sc->facts;
        struct netns_ref *home = netns_list_find(list, f->stacks[0]->inode, f->stacks[0]->device);
        int64_t now = clock_now_ms();

        if (home)
                home->is_known = true;
        for (size_t k = 1; k < f->count; k++) {
                struct stack *s = f->stacks[k];
                struct netns_ref *ref = s->inode ? netns_list_find(list, s->inode, s->device) : NULL;
                enum place_kind found = ref ? place_of(ref->origin, searched) : searched;

                /* What is there before what is gone, or it would seem lost in between. */
                if (ref) {
                        ref->is_known = true;
                        stack_set_place(f, s, found, ref, now);
                }
                if (!ref || found != searched)
                        stack_set_place(f, s, searched, NULL, now);
                if (is_deep && found != PLACE_HELD)
                        stack_set_place(f, s, PLACE_HELD, NULL, now);
                if (is_deep)
                        stack_set_holders(f, s, HOLDERS_PLACES, ref);
        }
        add_new(sc, list, searched, now);
        scan_go_home(sc);
}

static void search_named(struct scan *sc, bool *ret_pending)
{
        struct netns_list list = {0};
        struct err e = {0};
        int r = ret_pending ? netns_list_named(&list, &e) : netns_find_named(&list, &e);

        if (r < 0)
                facts_warn(sc->facts, "%s", e.what);
        else
                take_list(sc, &list, PLACE_NAMED, false);
        if (ret_pending)
                *ret_pending = list.has_pending;
        netns_list_done(&list);
}

/* What the places other than the run directory show. */
struct places {
        bool are_listed;
        struct netns_list mounts, tasks;
        struct err mounts_error, tasks_error; /* set: there is no such list */
};

static void list_places(struct places *p, unsigned what)
{
        bool has_mounts = (what & SEARCH_MOUNTS) && netns_list_mounts(&p->mounts, &p->mounts_error) == 0;

        if (what & (SEARCH_TASKS | SEARCH_DEEP)) /* a failure is in its error */
                (void)netns_find_tasks(&p->tasks, what & SEARCH_DEEP, has_mounts ? &p->mounts : NULL, &p->tasks_error);
        p->are_listed = true;
}

static void places_done(struct places *p)
{
        netns_list_done(&p->mounts);
        netns_list_done(&p->tasks);
}

void scan_take_tasks(struct scan *sc, const struct netns_list *list, bool is_deep)
{
        take_list(sc, list, PLACE_TASKS, is_deep);
        sc->facts->is_changed |= sc->facts->unreadable != list->unreadable;
        sc->facts->unreadable = list->unreadable;
}

static void take_places(struct scan *sc, const struct places *p, unsigned what)
{
        if (err_is_set(&p->tasks_error))
                facts_warn(sc->facts, "%s", p->tasks_error.what);
        else if (what & (SEARCH_TASKS | SEARCH_DEEP))
                scan_take_tasks(sc, &p->tasks, what & SEARCH_DEEP);
        if (err_is_set(&p->mounts_error))
                facts_warn(sc->facts, "%s", p->mounts_error.what);
        else if (what & SEARCH_MOUNTS)
                take_list(sc, &p->mounts, PLACE_MOUNT, false);
}

/* Namespaces that the registry remembers and no place shows: their handle opens them while anything keeps them alive.
 */
static void search_remembered(struct scan *sc, const struct registry *registry)
{
        CLEANUP(lookup_done) struct lookup seen = {0}; /* cookies: all rows times all stacks would be a million */

        for (size_t k = 0; registry && k < sc->facts->count; k++)
                lookup_put(&seen, sc->facts->stacks[k]->cookie, k);
        for (size_t k = 0; registry && k < registry->jail_count; k++) {
                const struct reg_jail *row = &registry->jails[k];
                CLEANUP(closep) int fd = -1;
                struct stack *s;
                struct stat st;

                if (row->is_gone || !row->handle.length ||
                    (row->cookie && lookup_first(&seen, row->cookie) != LOOKUP_END))
                        continue;
                fd = netns_open_handle(&row->handle);
                if (fd < 0 || fstat(fd, &st) < 0 || facts_find_inode(sc->facts, st.st_ino, st.st_dev))
                        continue; /* ended, or found meanwhile */
                s = read_new(sc, fd, st.st_ino, st.st_dev);
                scan_settle_new(sc, s);
                (void)str_copy(s->best.name, sizeof(s->best.name), row->name); /* same size */
                s->lost_ms = clock_now_ms();
                s->is_settled = true;
        }
        scan_go_home(sc);
}

struct id_list {
        int *ids;
        size_t count, capacity;
};

static int take_id(struct nlmsghdr *h, void *context)
{
        struct id_list *l = context;
        struct nsid_fact fact;

        if (decode_nsid(h, &fact) < 0 || fact.nsid < 0)
                return 0;
        l->ids = array_grow(l->ids, &l->capacity, l->count, sizeof(*l->ids));
        l->ids[l->count++] = fact.nsid;
        return 0;
}

/* Namespaces that have an id here and nothing else that could be seen. */
static void search_ids(struct scan *sc)
{
        struct rtgenmsg gen = {0};
        struct id_list l = {0};
        struct nl_msg *m = scan_new_message(RTM_GETNSID, NLM_F_DUMP, &gen, sizeof(gen));

        /* Home gets an id in its own numbering when a link of it turns up elsewhere. */
        facts_set_nsid(sc->facts, sc->facts->stacks[0], scan_ask_nsid(sc, sc->home_fd));
        (void)reader_ask(&sc->home, m, take_id, &l, NULL); /* what came is used */
        nlmsg_free(m);
        for (size_t k = 0; k < l.count; k++) {
                struct stack *s;

                if (facts_find_nsid(sc->facts, l.ids[k]))
                        continue;
                s = facts_add(sc->facts);
                facts_set_nsid(sc->facts, s, l.ids[k]);
                s->is_settled = true;
                s->lost_ms = clock_now_ms();
                (void)str_format(s->best.name, sizeof(s->best.name), "nsid%d", s->nsid); /* fits */
                scan_read(sc, s);
        }
        free(l.ids);
}

void scan_search(struct scan *sc, unsigned what, struct registry *registry, bool *ret_pending)
{
        CLEANUP(places_done) struct places places = {0};

        /* While the host is read beside this, the kernel holds the lock over all links, which a list does not ask for
         * and each stack does. Later the places come last: what goes from the one to the other is not lost between. */
        if (sc->is_first)
                list_places(&places, what);
        if (what & SEARCH_NAMED)
                search_named(sc, ret_pending);
        scan_end_host(sc);
        if (!places.are_listed)
                list_places(&places, what);
        take_places(sc, &places, what);
        if (what & SEARCH_IDS) {
                search_remembered(sc, registry);
                search_ids(sc);
        }
        scan_translate(sc);
        sc->is_first = false;
}

bool scan_is_alive(struct scan *sc, const struct stack *s)
{
        CLEANUP(closep) int fd = netns_open_handle(&s->handle);
        struct rtgenmsg gen = {0};
        struct id_list l = {0};
        struct nl_msg *m;
        bool is_there = false;

        if (fd >= 0)
                return true;
        if (fd == -ESTALE || s->nsid < 0)
                return false;
        m = scan_new_message(RTM_GETNSID, NLM_F_DUMP, &gen, sizeof(gen));
        (void)reader_ask(&sc->home, m, take_id, &l, NULL); /* what came is used */
        nlmsg_free(m);
        for (size_t k = 0; k < l.count; k++)
                is_there |= l.ids[k] == s->nsid;
        free(l.ids);
        return is_there;
}
