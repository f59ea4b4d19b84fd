/*
 * step.h - one change of the kernel (or of the inventory) as data: target, typed arguments, guard, inverse.
 */
#ifndef CORE_PLAN_STEP_H
#define CORE_PLAN_STEP_H

#include "core/base/text.h"
#include "core/graph/graph.h"

enum step_op {
        STEP_JAIL_ADD, /* at.jail is made; root_path, hostname go to the inventory */
        STEP_JAIL_DEL,
        STEP_JAIL_RENAME, /* name */
        STEP_LINK_ADD,    /* link (and link.peer for a pair) in at.jail */
        STEP_LINK_DEL,
        STEP_LINK_RENAME, /* name */
        STEP_LINK_MOVE,   /* to.jail; name when it is renamed on the way, "" to keep; is_up: bring up on arrival */
        STEP_LINK_MASTER, /* to.iface; to.iface "" takes it out; name: what a person calls a hidden end, "" else */
        STEP_LINK_MAC,    /* mac */
        STEP_LINK_MTU,    /* number */
        STEP_LINK_UP,
        STEP_LINK_DOWN,
        STEP_LINK_ALIAS,   /* text; "" removes */
        STEP_LINK_STP,     /* number 0 or 1, on a bridge */
        STEP_LINK_PROMISC, /* number 0 or 1 */
        STEP_PORT_ISOLATE, /* number 0 or 1, on a bridge's port; name as for LINK_MASTER */
        STEP_LINK_TUNE,    /* text is a tuning's name, number in the kernel's units; name as for LINK_MASTER */
        STEP_HOST_ADD,     /* mac stands in its bridge's table behind this port for good; name as for LINK_MASTER */
        STEP_HOST_DEL,     /* mac, learnt or put there */
        STEP_HOST_FLUSH,   /* a bridge forgets whom it has learnt; number 1: whom it was told, too */
        STEP_FEED_ADD, /* a tee's: what comes to `at` goes to `to` too, or instead; number are feed.h's flags; name and
                          text are what a person calls the two where they are hidden, "" else */
        STEP_FEED_DEL,
        STEP_PORT_VLANS,  /* of a bridge that filters: which frames pass `at`; number is vlans.h's; name as for
                             LINK_MASTER */
        STEP_ALTNAME_ADD, /* text */
        STEP_ALTNAME_DEL, /* text */
        STEP_ADDRESS_ADD, /* address */
        STEP_ADDRESS_DEL, /* address */
        STEP_ROUTE_ADD,   /* route; at.iface when it names its interface */
        STEP_ROUTE_DEL,
        STEP_FORWARDING,  /* of IPv4: number 0 or 1, in at.jail */
        STEP_FORWARDING6, /* of IPv6 */
        STEP_NAT_ADD,     /* text is the rule (nat_rule.h), in at.jail */
        STEP_NAT_DEL,
        STEP_NODE_NAME, /* inventory: text is the node's name, "" the default */
        STEP_HOOK_NAME, /* inventory: text is at's hook name towards to; "" the default; name as for LINK_MASTER;
                           number 1: the edge to the upper of `to`, which text "" takes away */
        STEP_PERSIST,   /* inventory: number 0 or 1; at's node stays without hooks */
        STEP_PIN,       /* inventory: mac, pin_source; PIN_NONE removes */
        STEP_LONG_NAME, /* inventory: text */
        STEP_OP_COUNT
};

/* What a step changes, and so who carries it out, and who keeps it in mind. */
enum step_about {
        ABOUT_JAIL,    /* at.jail itself */
        ABOUT_LINK,    /* made or changed */
        ABOUT_ADDRESS, /* of at.iface */
        ABOUT_STACK,   /* what at.jail does with packets: routes, forwarding, address translation */
        ABOUT_RECORD,  /* the inventory alone */
};

/* An interface or a jail, by identity where it exists already, by name where an earlier step of the plan makes it. */
struct target {
        uint64_t cookie;           /* the jail's; 0: a jail that this plan makes, by name */
        char jail[JAIL_NAME_SIZE]; /* its name when planned ("host" for the host) */
        int ifindex;               /* 0: made by this plan, by name; or no interface meant */
        char iface[IF_NAME_SIZE];  /* its name when planned; "" no interface meant */
        char kind[16];             /* expected link kind, checked by the guard; "" any */
        uint32_t number;           /* its id in the inventory; 0 not known */
        char path[128]; /* of the jail's namespace, where `ip -n` can't name it; "" the host or a named one */
};

/* Everything needed to make a link, or to make it again. */
struct link_spec {
        enum iface_kind kind;
        enum iface_role role;
        char name[IF_NAME_SIZE];
        struct mac mac;
        uint32_t mtu_bytes; /* 0 the kernel's default */
        bool is_up;
        int ifindex;          /* wished; 0 any */
        struct target parent; /* VLAN, macvlan, vxlan --dev: what it stands on */
        uint16_t vlan_id;
        uint32_t vxlan_id;
        struct prefix vxlan_remote;
        uint32_t macvlan_mode;
        uint8_t bond_mode;
        bool stp_on;
        bool is_tap;      /* KIND_TAP / KIND_TUN: which */
        bool is_borrowed; /* made again for whoever had made it: not jailnet's, and without its mark */
        /* The other end of a pair. */
        struct target peer_jail;
        char peer_name[IF_NAME_SIZE];
        struct mac peer_mac;
        uint32_t peer_mtu_bytes;
        enum iface_role peer_role;
        uint32_t number, peer_number; /* inventory ids to be kept when it is made again; 0 new ones */
        bool is_new, peer_is_new;     /* the number was taken for this plan: it inherits what its name was pinned to */
};

/* SENT: on its way, outcome unknown. UNDOING: its undo steps are on their way. */
enum step_state { STEP_PLANNED, STEP_SENT, STEP_DONE, STEP_FAILED, STEP_UNDOING, STEP_UNDONE };
const char *step_state_name(enum step_state s); /* "planned", "sent", "done", "failed", "undoing", "undone" */
const char *step_op_name(enum step_op op);      /* "jail add", "link move", ...; the journal's words */
enum step_about step_about(enum step_op op);
int step_op_parse(const char *name, enum step_op *ret);

struct step {
        enum step_op op;
        struct target at;
        struct target to;
        char name[JAIL_NAME_SIZE];
        struct link_spec link;
        struct mac mac;
        enum pin_source pin_source;
        uint32_t number;
        bool is_up;
        struct prefix address;
        struct route route;
        char text[256];
        char root_path[256];
        char hostname[64];

        bool cuts_operator; /* it touches the default route's interface, or the one of this SSH session */
        bool is_internal;   /* part of another step for a reader: not listed in the short preview */

        /* How to take it back, worked out beforehand; run in this order. */
        struct step *undo;
        size_t undo_count;

        /* Filled by exec. */
        enum step_state state;
        int outcome;               /* 0 or negative errno */
        struct iface_id made;      /* LINK_ADD, LINK_MOVE: the identity that it now has */
        struct iface_id made_peer; /* LINK_ADD of a pair */
        uint64_t made_cookie;      /* JAIL_ADD */
        struct ns_handle made_handle;
};

void step_done(struct step *s); /* frees what it holds (undo) */

/* One plain sentence, present tense, foreign text made visible: "move eth1 from the host to www". */
void step_put_sentence(struct text *t, const struct step *s);

/* How a macvlan reaches its siblings, as ip(8) and the verb call it. */
const char *step_macvlan_mode(uint32_t mode);

/*
 * step_put_iproute2 - the equal command line(s), one a line, shell-quoted, that do the same when typed into a root
 * shell; jails without a name go through nsenter. Nothing for an inventory step.
 */
void step_put_iproute2(struct text *t, const struct step *s);

/* The command lines that leave the marks by which jailnet knows its own: of no use to anybody else. */
void step_put_marks(struct text *t, const struct step *s);

#endif
