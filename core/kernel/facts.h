/*
 * facts.h - what the kernel said of every network stack, raw, as it changes: links, addresses and routes by namespace.
 *
 * The scan fills it, events keep it up to date, and graph_build gets it handed over. One thread owns it. Pure: asks
 * nothing of the kernel.
 */
#ifndef CORE_KERNEL_FACTS_H
#define CORE_KERNEL_FACTS_H

#include "core/graph/build.h"
#include "core/kernel/decode.h"
#include "core/kernel/netns.h"

/* Where a namespace was seen, by the way it is looked for: each way is searched anew on its own. */
enum place_kind {
        PLACE_NAMED, /* run directory */
        PLACE_TASKS, /* processes and threads */
        PLACE_MOUNT, /* mounts in our own mount namespace */
        PLACE_HELD,  /* descriptors, and mounts elsewhere: deep searches alone tell */
        PLACE_COUNT
};

struct place {
        enum jail_origin origin;
        char name[JAIL_NAME_SIZE];
        char path[320];
        pid_t pid;
        size_t process_count;
};

/* Who keeps a namespace is found in several ways, each with a list of its own. */
enum holder_source {
        HOLDERS_PLACES,  /* processes, threads, descriptors, mounts */
        HOLDERS_SOCKETS, /* sockets made in it and kept elsewhere */
        HOLDERS_CLOSING, /* connections without a process */
        HOLDERS_COUNT
};

struct holder_list {
        struct holder *holders; /* their strings are in texts */
        size_t count;
        char **texts;
};

/* One network stack. */
struct stack {
        uint64_t cookie; /* 0: could not be entered */
        uint64_t inode, device;
        int nsid;    /* in the host's numbering, by facts_set_nsid; -1 */
        int home_id; /* the host in this one's numbering; -1 */
        struct ns_handle handle;
        struct place *places[PLACE_COUNT]; /* NULL: not there */
        struct place best;                 /* the strongest of them; the last one while none is there */
        int64_t lost_ms;                   /* since when no place is there (monotonic); 0: one is */
        bool is_settled;                   /* it was looked for in vain, and lives on */

        struct link **links; /* by ifindex */
        size_t link_count, link_capacity;
        struct route *routes;
        size_t route_count, route_capacity;
        int forwarding, forwarding6; /* -1 unknown */
        char *nat_rules;             /* one a line; NULL unknown */

        struct holder_list holders[HOLDERS_COUNT];

        bool is_read;        /* links are known */
        bool is_remote;      /* by its id, since it can't be entered */
        bool has_incomplete; /* a link was told of half made */
        bool are_routes_old; /* something happened that may have changed them */
        int64_t routes_ms;   /* when they were read */
        char *warning;       /* why it could not be read whole; NULL */
};

struct facts {
        struct stack **stacks; /* [0] is the host */
        size_t count, capacity;
        struct stack **by_nsid; /* the kernel gives small numbers */
        size_t nsid_capacity;
        unsigned unreadable;         /* processes that could not be looked at */
        unsigned unreadable_sockets; /* the same for their descriptors, which asks for more; while something is dying */
        bool has_routes;
        char **warnings; /* of this picture alone */
        size_t warning_count, warning_capacity;
        bool is_changed;       /* since it was last handed over */
        bool is_state_changed; /* the same for what a graph can follow: states, counters, rates and routes */
        bool has_lost_name;    /* a namespace is no longer named: who holds it? */
};

void facts_done(struct facts *f);

struct stack *facts_add(struct facts *f); /* a new empty one */
void facts_remove(struct facts *f, struct stack *s);
void facts_adopt(struct facts *f, struct stack *s); /* one that was added to other facts, which are to forget it */
void facts_set_nsid(struct facts *f, struct stack *s, int nsid); /* -1: none */
struct stack *facts_find_nsid(const struct facts *f, int nsid);
struct stack *facts_find_cookie(const struct facts *f, uint64_t cookie);
struct stack *facts_find_inode(const struct facts *f, uint64_t inode, uint64_t device);

void facts_warn(struct facts *f, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Takes over what a search of one kind found; NULL: it is not there any more. now_ms: for lost_ms. */
void stack_set_place(struct facts *f, struct stack *s, enum place_kind kind, const struct netns_ref *ref,
                     int64_t now_ms);
void stack_set_holders(struct facts *f, struct stack *s, enum holder_source source,
                       const struct netns_ref *ref);          /* NULL: none */
void stack_set_warning(struct stack *s, const char *warning); /* NULL: fine */

/* Links by index. NULL when there is none. */
struct link *stack_find_link(const struct stack *s, int ifindex);
void stack_put_link(struct facts *f, struct stack *s,
                    struct link *l); /* takes l; replaces, keeping addresses and rates */
void stack_remove_link(struct facts *f, struct stack *s, int ifindex);
void stack_set_port(struct facts *f, struct stack *s, const struct port_fact *p, bool is_gone);
void stack_put_address(struct facts *f, struct stack *s, const struct address_fact *a);
void stack_remove_address(struct facts *f, struct stack *s, const struct address_fact *a);
void stack_clear_routes(struct stack *s);
void stack_put_route(struct stack *s, const struct route *r);
bool stack_set_forwarding(struct stack *s, bool is_v6, int forwarding); /* true when it was otherwise */
/* The forwarding that all links that tell of it agree on, the loopback among them; -1: they don't. */
int stack_links_forward(const struct stack *s, bool is_v6);

/* Marks and sweeps around a fresh dump: links that it did not mention are removed, and addresses are read anew. */
void stack_begin_links(struct stack *s);
void stack_end_links(struct facts *f, struct stack *s);

/* Has ends in namespaces that are not translated into the host's numbering yet. */
bool stack_has_foreign(const struct stack *s);

/*
 * facts_follow - the graph, as long as it differs from base, which facts_build made, in states and routes alone.
 *
 *   shape    NULL: it does not, facts_build is needed
 *   owner    one reference, the caller's
 */
struct graph *facts_follow(struct facts *f, const struct graph *base, uint64_t serial);

/* The graph of all this. registry as in graph_build_finish; the warnings are spent. */
struct graph *facts_build(struct facts *f, struct registry *registry, uint64_t serial, const char *hostname);

#endif
