/*
 * apply_parts.h - what the files of the applier (apply.c, apply_space.c, apply_link.c, apply_addr.c, apply_jail.c)
 * share; nobody else includes this.
 *
 * A space is a namespace that the applier has open, with its request socket. A track is a link that the applier made,
 * moved, renamed or deleted: later steps of the plan name it as it was when they were planned, and find it through its
 * former identities.
 */
#ifndef CORE_KERNEL_APPLY_PARTS_H
#define CORE_KERNEL_APPLY_PARTS_H

#include <netlink/msg.h>

#include "core/base/alloc.h"
#include "core/base/lookup.h"
#include "core/kernel/apply.h"

struct nl_msg;
struct nlmsghdr;
struct nl_sock;

struct space {
        uint64_t planned_cookie; /* as targets call it; differs from cookie when the plan deleted it and made it anew */
        uint64_t cookie;         /* of the namespace as it is now; 0 when the kernel can't tell */
        char name[JAIL_NAME_SIZE];
        int ns_fd; /* -1: deleted by the plan */
        struct nl_sock *sk;
        bool is_made;
};

/* Where a target is now. */
struct place {
        struct space *space;
        int ifindex;
};

struct track {
        struct space *space;
        int ifindex; /* 0: deleted */
        char name[IF_NAME_SIZE];
};

struct former {
        struct space *space;
        int ifindex; /* 0: known by name alone */
        char name[IF_NAME_SIZE];
        size_t track;
};

/* A name that a step of the plan will give to a link, so that later steps may expect it under that name. */
struct wished_name {
        struct iface_id id;
        char name[IF_NAME_SIZE];
};

enum kind_answer { KIND_NOT_ASKED, KIND_IS_THERE, KIND_IS_MISSING };

struct applier {
        const struct graph *graph;
        int home_fd; /* the namespace of the applier's thread */
        struct space **spaces;
        size_t space_count, space_capacity;
        struct lookup spaces_by_name, spaces_by_cookie; /* each that a space has or had: who looks checks */
        struct track *tracks;
        size_t track_count, track_capacity;
        struct lookup tracks_by_name; /* by space and name, in the same way */
        struct former *formers;
        size_t former_count, former_capacity;
        struct wished_name *wished;
        size_t wished_count, wished_capacity;
        struct place *removed; /* links that applier_remove deleted when it was last called */
        size_t removed_count, removed_capacity;
        enum kind_answer kinds[KIND_OTHER + 1];
};

/* What the kernel says of a link. */
struct link_facts {
        int ifindex;
        unsigned flags;
        char name[IF_NAME_SIZE];
        char kind[16];
        uint32_t group;
        struct mac mac; /* not set for what is no Ethernet */
        int peer;       /* of a pair's end: the other's index in its own namespace; what the link stands on; 0 */
};

/* apply_space.c: namespaces, and finding targets in them. All fill e. */
int space_of(struct applier *a, const struct target *t, struct space **ret, struct err *e);
int space_adopt(struct applier *a, const char *name, int ns_fd, struct space **ret, struct err *e); /* takes ns_fd */
void space_is_named(struct applier *a, const struct space *s);      /* it has another name or cookie from now on */
void space_drop(struct space *s);                                   /* closes it, so that its namespace may end */
int space_enter(struct applier *a, struct space *s, struct err *e); /* then space_leave, whatever comes between */
int space_leave(struct applier *a, struct err *e);

int place_of(struct applier *a, const struct target *t, struct place *ret, struct err *e);
int place_read(const struct place *p, struct link_facts *ret, struct err *e);
int link_read_facts(struct nlmsghdr *h, void *user); /* of an answer, into a link_facts */
int place_find(struct space *s, const char *name, struct link_facts *ret, struct err *e); /* alternative names too */

/* The identity that a link of that name, made or moved by the plan, has there as far as the plan knows; -ENODEV. */
int place_was(const struct applier *a, struct space *s, const char *name, struct place *ret);
/* A jail that the plan deleted: steps that name it find it again once it is made anew. */
void space_forget(struct applier *a, const struct target *t);

/* Tells the table that the link at `from` (called name there) is now at `to`, called new_name; ifindex 0 = deleted. */
void track_change(struct applier *a, const struct place *from, const char *name, const struct place *to,
                  const char *new_name);
void track_made(struct applier *a, const struct place *p, const char *name);

/*
 * fail_step - the sentence for a request that the kernel refused.
 *
 *   shape    e->what becomes "OBJECT: TRIED: why; what to do"; e->kernel is kept. Returns code.
 */
int fail_step(struct err *e, int code, const struct target *t, const char *tried_fmt, ...)
        __attribute__((format(printf, 4, 5)));
void put_target(struct text *t, const struct target *target); /* "eth0", "www/eth0", "www"; foreign text, raw */

/* apply_link.c */
int link_do(struct applier *a, struct step *s, struct err *e);
int link_set_up(const struct place *p, bool up, struct err *e);
int link_has_kind(struct applier *a, enum iface_kind k, struct err *e); /* 1, 0 (e has the sentence), <0 */

int link_message_full(struct err *e);
void link_make_heard(const struct place *p); /* the kernel tells of some changes only when others follow */

/* apply_bridge.c */
int bridge_do(const struct step *s, const struct place *p, struct err *e);

/* apply_make.c */
int link_make(struct applier *a, struct step *s, struct err *e);
int link_mark(const struct place *p, uint16_t message, const char *altname, struct err *e); /* RTM_*LINKPROP */
int link_delete(const struct place *p, struct err *e);

/* Links about to be deleted are in a group of these for a moment: "jn" and a lot. */
#define REMOVAL_GROUP      UINT32_C(0x6a6e0000)
#define REMOVAL_GROUP_MASK UINT32_C(0xffff0000)
int link_set_group(const struct place *p, uint32_t group, struct err *e);
/* apply_remove.c */
void links_remove(struct applier *a, const struct step *steps, size_t count);
bool link_was_removed(const struct applier *a, const struct place *p);

/* apply_addr.c: addresses, routes, forwarding */
int addr_do(struct applier *a, struct step *s, struct err *e);

/* apply_jail.c */
int jail_do(struct applier *a, struct step *s, struct err *e);
int jail_bring_up(struct space *s, struct err *e); /* its loopback */
int jail_check(struct applier *a, const struct step *s, struct err *e);

/* A link message with its header; NULL never (memory that is gone ends the program). Caller frees with nlmsg_free. */
struct nl_msg *link_message(uint16_t type, uint16_t flags, int ifindex, unsigned up_flags, unsigned change);

INLINE void nlmsg_freep(struct nl_msg **m)
{
        nlmsg_free(*m);
}

#endif
