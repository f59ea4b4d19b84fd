/* way_parts.h - what the files of the way share; nobody else includes it. */
#ifndef CORE_PATH_WAY_PARTS_H
#define CORE_PATH_WAY_PARTS_H

#include "core/path/frame.h"
#include "core/path/way.h"
#include "core/graph/nat_rule.h"

#define WALK_NATS_MAX 8

struct walk_nat {
        size_t jail;
        struct prefix old, new; /* the source before and after */
};

/* One packet under way. */
struct walk {
        const struct graph *g;
        const struct way_facts *facts;
        struct way *way;
        bool is_back;
        bool is_astray; /* the kernel may have sent it elsewhere: what stops it from here on may not be met */
        size_t came_by; /* the interface by which the question came, for the answer; NONE */
        struct prefix source, destination; /* as they are now; source family 0: not chosen yet */
        uint32_t size;                     /* of its largest packets; 0 not known yet */
        struct walk_nat nats[WALK_NATS_MAX];
        size_t nat_count;
};

/* way.c: from a jail on. False: something stops it, which is in the way. */
bool walk_on(struct walk *w, size_t jail);

/* -- way_hops.c: what happens on the way is written down -- */
void walk_hop(struct walk *w, enum way_hop_kind kind, size_t jail, size_t iface, const char *fmt, ...)
        __attribute__((format(printf, 5, 6)));
size_t walk_steps(struct walk *w, const struct frame_way *f); /* all of a segment: the index of the first */

/* The last hop stops it; the hop of an interface does; a step of a segment, whose hop is known. Always false. */
bool walk_break(struct walk *w, enum way_reason reason, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool walk_break_at(struct walk *w, size_t iface, enum way_reason reason, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
bool walk_break_step(struct walk *w, const struct frame_step *step, size_t hop);

/* It goes where nothing can be seen. Always false. */
bool walk_leave(struct walk *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* It goes on, but. */
void walk_doubt(struct walk *w, enum way_reason reason, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* It may go elsewhere from here on. */
void walk_stray(struct walk *w, enum way_reason reason, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void walk_doubt_step(struct walk *w, size_t hop, enum way_reason reason, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
void walk_narrow(struct walk *w, size_t hop, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

const char *walk_link_text(const struct graph *g, size_t iface); /* "bridge", "epair", "vlan 20": one word or two */

#endif
