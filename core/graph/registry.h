/*
 * registry.h - what is known about the picture beyond the kernel's word, in memory: jids, ids, names, hooks, pins,
 * loans.
 *
 * The observer's graph builder reads and extends it; db/inventory.c loads and saves it through struct registry_store.
 * One owner (one thread) at a time.
 */
#ifndef CORE_GRAPH_REGISTRY_H
#define CORE_GRAPH_REGISTRY_H

#include "core/graph/graph.h"

struct reg_jail {
        uint64_t cookie;
        int jid;
        char name[JAIL_NAME_SIZE];
        struct ns_handle handle;
        bool is_owned;
        bool had_name;    /* was seen as a named namespace: without its file it is dying */
        bool had_process; /* was seen with a process in it: without any it is dying */
        bool is_gone;
        bool is_ahead;   /* told by somebody else since the facts were read: not to be seen yet, perhaps */
        bool is_new;     /* not saved yet */
        bool is_changed; /* saved before, differs now */
        char *root_path; /* NULL none */
        char *hostname;  /* NULL none */
};

struct reg_iface {
        uint32_t number;
        struct iface_id id;
        struct iface_id saved;     /* as it was loaded or saved last; zero: not, or gone */
        char jail[JAIL_NAME_SIZE]; /* where it was last seen; "" not known */
        char name[IF_NAME_SIZE];
        char kind[16];
        struct mac permanent;
        struct mac mac; /* last seen: recognises an interface that moved */
        struct mac pin;
        enum pin_source pin_source;
        enum iface_role role;
        bool is_owned;
        bool is_marked; /* the kernel tells the number, by a mark, and so it is no guess */
        bool is_persistent;
        bool has_ageing; /* a bridge's setting, for while the kernel does not tell it */
        uint32_t ageing;
        bool is_gone;
        bool is_ahead; /* as a jail's */
        bool is_new;
        bool is_changed;
        char node_name[NODE_NAME_SIZE]; /* "" default: derived from the interface's name */
        char *long_name;                /* NULL none */
};

/* A recorded hook name: on node `number`, towards the interface or node `peer`. */
struct reg_hook {
        uint32_t number;
        uint32_t peer;
        char name[HOOK_NAME_SIZE];
        bool is_upper; /* the bridge's hook towards the peer's `upper`; else towards its link */
};

/*
 * How long an ended loan is in the picture. Of those that others made and lent, as for containers, which end with them
 * by the thousand: a moment, and not all of that.
 */
#define LOAN_SHOWN_S           (24 * 3600)
#define LOAN_FOREIGN_SHOWN_S   600
#define LOAN_FOREIGN_SHOWN_MAX 50

struct reg_loan {
        int64_t row; /* the database's; 0 not saved yet */
        uint32_t number;
        char iface[IF_NAME_SIZE];
        struct mac mac;
        uint64_t cookie; /* of the jail's namespace */
        char jail[JAIL_NAME_SIZE];
        struct ns_handle handle;
        enum loan_state state;
        int64_t lent_at, changed_at; /* wall seconds */
        bool is_foreign;             /* no device, and jailnet neither made, pins nor lent it */
        bool is_changed;
};

/* A jail that was started without a stack of its own. */
struct reg_shared {
        char name[JAIL_NAME_SIZE];
        int jid;
        char *addresses;  /* "IF ADDR/LEN", one a line, in order */
        bool is_confined; /* to these */
};

struct registry {
        struct reg_jail *jails; /* by cookie */
        size_t jail_count, jail_capacity;
        struct reg_iface *ifaces; /* by (cookie, ifindex); gone ones are kept until saved */
        size_t iface_count, iface_capacity;
        struct reg_hook *hooks;
        size_t hook_count, hook_capacity;
        struct reg_loan *loans;
        size_t loan_count, loan_capacity;
        struct reg_shared *shared;
        size_t shared_count, shared_capacity;
        uint32_t next_number; /* ids count upwards from 1 and are not reused */
        int next_jid;
        char boot_id[40];
        bool has_all_hooks; /* a simulation's: marks in the kernel tell no other name */
};

struct registry *registry_new(void);
void registry_free(struct registry *r);
void registry_clear(struct registry *r);

/* Find by identity; NULL when absent. Pointers last until the next add. */
struct reg_jail *registry_find_jail(struct registry *r, uint64_t cookie);
struct reg_iface *registry_find_iface(struct registry *r, struct iface_id id);
struct reg_iface *registry_find_number(struct registry *r, uint32_t number);
const char *registry_find_hook(const struct registry *r, uint32_t number, uint32_t peer); /* NULL: use the default */

/* Add (or return the present one) with the next free jid or number; marks it new. */
struct reg_jail *registry_add_jail(struct registry *r, uint64_t cookie);
struct reg_iface *registry_add_iface(struct registry *r, struct iface_id id);
void registry_set_hook(struct registry *r, uint32_t number, uint32_t peer, const char *name); /* "" forgets it */

/* The edge from a bridge's hook to an interface's `upper`, beside the one to its `lower`; "" takes it away. */
void registry_set_upper(struct registry *r, uint32_t bridge, uint32_t iface, const char *name);
struct reg_loan *registry_add_loan(struct registry *r, uint32_t number, uint64_t cookie);

/* Drops the ended loans that are not shown any more; the database has them for longer. */
void registry_forget_loans(struct registry *r, int64_t now);

/* Until the next add; not confined. */
struct reg_shared *registry_add_shared(struct registry *r, const char *name, int jid, const char *addresses);

/* An interface that was known elsewhere and turned up under a new identity keeps its number: (old) becomes (new). */
void registry_move_iface(struct registry *r, struct iface_id from, struct iface_id to);

/* Restores the order of rows after some were appended, or their identities written, directly. */
void registry_sort(struct registry *r);

bool registry_is_dirty(const struct registry *r);

/*
 * registry_catch_up - to be called when all has been heard that the kernel told before the last load: what was ahead
 * and is not to be seen in the next picture is gone.
 *
 *   shape    true when something was ahead: the picture has to be built once more
 */
bool registry_catch_up(struct registry *r);

/* Where a registry comes from and goes to; implemented by db/inventory.c. All calls from the registry's owner. */
struct registry_store {
        int (*load)(struct registry_store *s, struct registry *r, struct err *e);
        bool (*has_changed)(struct registry_store *s); /* somebody else wrote since the last load or save */
        int (*save)(struct registry_store *s, struct registry *r,
                    struct err *e); /* new and changed rows; may renumber */
};

#endif
