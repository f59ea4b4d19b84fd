/*
 * apply_remove.c - deletes the links of many steps together.
 *
 * Each RTM_DELLINK waits until nobody in the kernel can look at the link any more, some 20 ms. So those of one
 * namespace are put into a group that nobody else has, and go by one request; and the requests of several namespaces
 * wait at the same time, each in a thread. Of a pair the end is taken that has more company.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/socket.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/random.h>

#include "core/kernel/ack.h"
#include "core/kernel/apply_parts.h"
#include "core/kernel/reader.h"

#define THREADS_MAX 32
#define GROUP_TRIES 8
#define DUMP_TRIES  5 /* each interrupted by a change elsewhere */

/* A link that a step deletes, and the end of it that stands in that namespace. */
struct doomed {
        struct place step; /* as the step means it */
        struct place end;  /* where it is deleted */
        struct place peer; /* of a pair; space NULL: not known */
        bool is_ready;
};

struct removal {
        struct doomed *links;
        size_t count;
};

/* All that is deleted in one namespace. */
struct room {
        struct space *space;
        size_t count;
        uint32_t group;
        bool is_gone;
};

/* -- What is there ----------------------------------------------------------------------------------------------- */

struct link_entry {
        int ifindex, lower; /* lower: IFLA_LINK */
        uint32_t group;
        bool is_virtual;
};

struct listing {
        struct link_entry *entries;
        size_t count, capacity;
};

static void listing_done(struct listing *l)
{
        free(l->entries);
}

static int list_one(struct nlmsghdr *h, void *context)
{
        struct listing *l = context;
        const struct ifinfomsg *ifi = nlmsg_data(h);

        if (h->nlmsg_type != RTM_NEWLINK || nlmsg_datalen(h) < (int)sizeof(*ifi))
                return 0;

        const struct nlattr *group = nlmsg_find_attr(h, sizeof(*ifi), IFLA_GROUP);
        const struct nlattr *lower = nlmsg_find_attr(h, sizeof(*ifi), IFLA_LINK);

        l->entries = array_grow(l->entries, &l->capacity, l->count, sizeof(*l->entries));

        l->entries[l->count++] = (struct link_entry){
                .ifindex = ifi->ifi_index,
                .lower = lower ? (int)nla_get_u32(lower) : 0,
                .group = group ? nla_get_u32(group) : 0,
                .is_virtual = nlmsg_find_attr(h, sizeof(*ifi), IFLA_LINKINFO) != NULL,
        };
        return 0;
}

static const struct link_entry *find_entry(const struct listing *l, int ifindex)
{
        size_t low = 0, high = l->count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (l->entries[middle].ifindex < ifindex)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low < l->count && l->entries[low].ifindex == ifindex ? &l->entries[low] : NULL;
}

static int compare_entry(const void *a, const void *b)
{
        const struct link_entry *x = a, *y = b;

        return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

/* 0, or why the namespace's links cannot be listed: then they go one by one. */
static int list_links(struct space *s, struct listing *ret)
{
        CLEANUP(freep) unsigned char *buffer = xcalloc(1, READER_BUFFER_SIZE);
        struct reader reader = {.fd = nl_socket_get_fd(s->sk), .sequence = nl_socket_use_seq(s->sk), .buffer = buffer};
        int r = -EAGAIN;

        for (unsigned k = 0; r == -EAGAIN && k < DUMP_TRIES; k++) {
                CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_GETLINK, NLM_F_DUMP, 0, 0, 0);

                ret->count = 0;
                if (nla_put_u32(m, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS) < 0)
                        return -EMSGSIZE;
                r = reader_ask(&reader, m, list_one, ret, NULL);
        }
        if (r == 0 && ret->count)
                qsort(ret->entries, ret->count, sizeof(*ret->entries), compare_entry);
        return r;
}

/* -- Which end --------------------------------------------------------------------------------------------------- */

/* The other end, as the picture had it when the plan was made. can_go looks whether it is so still. */
static void find_peer(struct applier *a, const struct step *s, struct doomed *d)
{
        size_t iface = s->at.cookie && s->at.ifindex
                ? graph_find_iface(a->graph, (struct iface_id){.cookie = s->at.cookie, .ifindex = s->at.ifindex})
                : NONE;
        size_t peer = iface == NONE ? NONE : a->graph->ifaces[iface].peer;

        if (peer == NONE || d->step.ifindex != s->at.ifindex)
                return;

        const struct iface *p = &a->graph->ifaces[peer];
        const struct target t = {.cookie = p->id.cookie};

        if (p->id.cookie && space_of(a, &t, &d->peer.space, NULL) == 0)
                d->peer.ifindex = p->id.ifindex;
        else
                d->peer.space = NULL;
}

static size_t room_of(struct room *rooms, size_t *count, struct space *s)
{
        for (size_t i = *count; i-- > 0;)
                if (rooms[i].space == s)
                        return i;
        rooms[*count] = (struct room){.space = s};
        return (*count)++;
}

static void choose_ends(struct removal *r, struct room *rooms, size_t *room_count)
{
        CLEANUP(freep) size_t *company = xcalloc(2 * r->count, sizeof(*company));

        for (size_t i = 0; i < r->count; i++) {
                company[room_of(rooms, room_count, r->links[i].step.space)]++;
                if (r->links[i].peer.space)
                        company[room_of(rooms, room_count, r->links[i].peer.space)]++;
        }
        for (size_t i = 0; i < r->count; i++) {
                struct doomed *d = &r->links[i];
                size_t own = room_of(rooms, room_count, d->step.space);
                size_t other = d->peer.space ? room_of(rooms, room_count, d->peer.space) : own;

                d->end = company[other] > company[own] ? d->peer : d->step;
                rooms[company[other] > company[own] ? other : own].count++;
        }
}

/* -- Groups ------------------------------------------------------------------------------------------------------ */

static bool is_free(const struct listing *l, uint32_t group)
{
        for (size_t i = 0; i < l->count; i++)
                if (l->entries[i].group == group)
                        return false;
        return true;
}

static uint32_t free_group(const struct listing *l)
{
        for (unsigned i = 0; i < GROUP_TRIES; i++) {
                uint16_t lot;

                if (getrandom(&lot, sizeof(lot), 0) == (ssize_t)sizeof(lot) && is_free(l, REMOVAL_GROUP | lot))
                        return REMOVAL_GROUP | lot;
        }
        return 0;
}

/* Is it the link that is meant, and may it be put into a group? One that is in another's may be wanted there. */
static bool can_go(const struct doomed *d, const struct listing *l)
{
        const struct link_entry *n = find_entry(l, d->end.ifindex);

        if (!n || !n->is_virtual || n->group != 0)
                return false;
        return d->end.space == d->step.space || n->lower == d->step.ifindex;
}

static void fill_room(struct room *room, struct removal *r)
{
        CLEANUP(listing_done) struct listing l = {0};

        if (list_links(room->space, &l) < 0)
                return;
        room->group = free_group(&l);
        room->count = 0;
        for (size_t i = 0; room->group && i < r->count; i++) {
                struct doomed *d = &r->links[i];

                if (d->end.space != room->space || !can_go(d, &l))
                        continue;
                d->is_ready = link_set_group(&d->end, room->group, NULL) == 0;
                room->count += d->is_ready;
        }
}

static void empty_room(const struct room *room, const struct removal *r)
{
        for (size_t i = 0; i < r->count; i++)
                if (r->links[i].is_ready && r->links[i].end.space == room->space)
                        (void)link_set_group(&r->links[i].end, 0, NULL); /* the step itself will tell what is wrong */
}

static void delete_group(struct room *room)
{
        CLEANUP(nlmsg_freep) struct nl_msg *m = link_message(RTM_DELLINK, 0, 0, 0, 0);

        room->is_gone = nla_put_u32(m, IFLA_GROUP, room->group) == 0 && ack_request(room->space->sk, m, NULL) == 0;
}

/* -- Many at once ------------------------------------------------------------------------------------------------ */

struct work {
        struct room *rooms;
        size_t count;
        atomic_size_t next;
};

static void *delete_some(void *context)
{
        struct work *w = context;

        for (size_t i; (i = atomic_fetch_add(&w->next, 1)) < w->count;)
                if (w->rooms[i].count)
                        delete_group(&w->rooms[i]);
        return NULL;
}

static void delete_all(struct room *rooms, size_t count)
{
        struct work w = {.rooms = rooms, .count = count};
        pthread_t threads[THREADS_MAX];
        size_t started = 0;

        while (started + 1 < count && started < THREADS_MAX &&
               pthread_create(&threads[started], NULL, delete_some, &w) == 0)
                started++;
        (void)delete_some(&w);
        for (size_t i = 0; i < started; i++)
                (void)pthread_join(threads[i], NULL); /* ours, joined once */
}

/* -- The whole --------------------------------------------------------------------------------------------------- */

/* It was there when it was put into the group: it went with what it stood on, whose room was quicker. */
static bool went_along(const struct doomed *d)
{
        struct link_facts facts;

        return place_read(&d->end, &facts, NULL) == -ENODEV;
}

static void remember_removed(struct applier *a, const struct removal *r, const struct room *rooms, size_t room_count)
{
        for (size_t i = 0; i < r->count; i++) {
                const struct doomed *d = &r->links[i];

                for (size_t k = 0; d->is_ready && k < room_count; k++) {
                        if (rooms[k].space != d->end.space || !(rooms[k].is_gone || went_along(d)))
                                continue;
                        a->removed =
                                array_grow(a->removed, &a->removed_capacity, a->removed_count, sizeof(*a->removed));
                        a->removed[a->removed_count++] = d->step;
                }
        }
}

static void find_links(struct applier *a, const struct step *steps, size_t count, struct removal *r)
{
        for (size_t i = 0; i < count; i++) {
                struct doomed *d = &r->links[r->count];
                struct place known;

                if (steps[i].op != STEP_LINK_DEL || place_of(a, &steps[i].at, &d->step, NULL) < 0)
                        continue;
                /* Meant by its name only, to which nothing answers once it is gone with the others. */
                if (steps[i].at.ifindex == 0 && place_was(a, d->step.space, steps[i].at.iface, &known) < 0)
                        track_made(a, &d->step, steps[i].at.iface);
                find_peer(a, &steps[i], d);
                r->count++;
        }
}

void links_remove(struct applier *a, const struct step *steps, size_t count)
{
        CLEANUP(freep) struct doomed *links = xcalloc(count, sizeof(*links));
        CLEANUP(freep) struct room *rooms = xcalloc(2 * count, sizeof(*rooms));
        struct removal r = {.links = links};
        size_t room_count = 0;

        a->removed_count = 0;
        find_links(a, steps, count, &r);
        if (r.count < 2)
                return; /* one is best deleted as it is */
        choose_ends(&r, rooms, &room_count);
        for (size_t i = 0; i < room_count; i++)
                if (rooms[i].count)
                        fill_room(&rooms[i], &r);
        delete_all(rooms, room_count);
        for (size_t i = 0; i < room_count; i++)
                if (rooms[i].count && !rooms[i].is_gone)
                        empty_room(&rooms[i], &r);
        remember_removed(a, &r, rooms, room_count);
}

/* A step is asked about once. */
bool link_was_removed(const struct applier *a, const struct place *p)
{
        for (size_t i = 0; i < a->removed_count; i++)
                if (a->removed[i].space == p->space && a->removed[i].ifindex == p->ifindex)
                        return true;
        return false;
}
