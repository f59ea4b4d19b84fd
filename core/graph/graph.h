/*
 * graph.h - one picture of every network stack of the host, as a value that nobody edits.
 *
 * Made by graph_build (build.h) from what the kernel reported and what the inventory knows; read by views, the planner,
 * the writers and the tests. Everything in it lives in one arena and lasts as long as the reference that you hold.
 * Indexes (size_t) into its arrays are valid within this graph only; across snapshots keep a struct iface_id or a
 * cookie.
 */
#ifndef CORE_GRAPH_GRAPH_H
#define CORE_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/base/addr.h"
#include "core/base/alloc.h"
#include "core/graph/nat_rule.h"
#include "core/graph/tuning.h"

#define IF_NAME_SIZE   16 /* IFNAMSIZ: 15 bytes and the end */
#define NODE_NAME_SIZE 32 /* netgraph's NG_NODESIZ */
#define HOOK_NAME_SIZE 32 /* netgraph's NG_HOOKSIZ */
#define JAIL_NAME_SIZE 64

#define NONE          SIZE_MAX   /* "no such element" where an index stands */
#define RATE_UNKNOWN  UINT64_MAX /* fewer than two samples yet; shown as "?" */
#define COUNT_UNKNOWN UINT64_MAX

/* A link while it lives: namespace cookie (never reused) and interface index. {0,0} is nobody. */
struct iface_id {
        uint64_t cookie;
        int ifindex;
};

enum jail_state {
        JAIL_ALIVE,
        JAIL_DYING,  /* had a name or processes; lives on since something holds it */
        JAIL_HIDDEN, /* known to exist, cannot be read: see warning */
};

enum jail_origin {
        ORIGIN_HOST,
        ORIGIN_NAMED,     /* a file in the run directory netns */
        ORIGIN_CONTAINER, /* docker, podman, LXC, nspawn: by cgroup */
        ORIGIN_UNIT,      /* a systemd unit: by cgroup */
        ORIGIN_PROCESS,
        ORIGIN_THREAD,     /* one thread of a process that lives elsewhere */
        ORIGIN_BIND_MOUNT, /* held by a bind mount outside the run directory */
        ORIGIN_DESCRIPTOR, /* held by an open descriptor */
        ORIGIN_KERNEL,     /* known by its id or handle alone */
};

const char *jail_state_name(enum jail_state s);   /* "alive", "dying", "hidden" */
const char *jail_origin_name(enum jail_origin o); /* "host", "named", "container", ... */

/* The weak reference to a namespace: name_to_handle_at on its nsfs file. length 0 means unknown. */
struct ns_handle {
        int type;
        uint8_t length;
        uint8_t bytes[48];
};

/* Who keeps a namespace alive. */
enum holder_kind {
        HOLDER_PROCESS,
        HOLDER_THREAD,
        HOLDER_DESCRIPTOR,
        HOLDER_BIND_MOUNT,
        HOLDER_SOCKET,
        HOLDER_TCP, /* a closing connection without a process */
};

const char *holder_kind_name(enum holder_kind k); /* "process", "thread", "descriptor", "bind mount", "socket", "tcp" */

struct holder {
        enum holder_kind kind;
        pid_t pid;           /* 0 when there is none */
        const char *command; /* foreign text; "" unknown */
        const char *user;    /* whose process it is, by name or number; foreign text; "" unknown */
        const char *detail;  /* "fd 7", "/run/x", "10.0.0.1:80 > 10.0.0.2:4711 FIN-WAIT-1, 95 s left"; foreign text */
        int64_t since;       /* wall seconds; 0 unknown */
};

struct jail {
        int jid;          /* 0 = the host */
        const char *name; /* foreign text; never NULL; unique among the jails that are alive */
        enum jail_state state;
        enum jail_origin origin;
        const char *path; /* where its namespace file is ("/run/netns/www", "/proc/4211/ns/net"); NULL none */
        uint64_t cookie;  /* 0 unknown (could not be entered) */
        uint64_t inode;   /* of the namespace file; reused by the kernel: never identity */
        uint64_t device;  /* st_dev of the namespace file */
        int nsid;         /* as seen from the host's stack; -1 none */
        struct ns_handle handle;
        pid_t pid;                      /* one process in it; 0 none known */
        size_t process_count;           /* processes found in it */
        const char *root_path;          /* --path of a jail that jailnet made; NULL none */
        const char *hostname;           /* --hostname; NULL none */
        bool is_owned;                  /* jailnet made it */
        const char *warning;            /* why it could not be read whole; NULL fine */
        int forwarding, forwarding6;    /* of IPv4 and IPv6: 0, 1, -1 unknown */
        const char *nat_rules;          /* jailnet's own, one a line; "" none, NULL not asked for */
        size_t iface_first, iface_last; /* its interfaces by ifindex: a list through iface.next; NONE */
        size_t iface_count;
        size_t route_first, route_count;
        const struct holder *holders; /* filled for dying jails, and where a scan was asked for */
        size_t holder_count;
};

enum iface_kind {
        KIND_PHYSICAL, /* a device with no link kind */
        KIND_LOOPBACK,
        KIND_VETH,
        KIND_BRIDGE,
        KIND_VLAN,
        KIND_MACVLAN,
        KIND_MACVTAP,
        KIND_IPVLAN,
        KIND_VXLAN,
        KIND_TUN,
        KIND_TAP,
        KIND_BOND,
        KIND_DUMMY,
        KIND_IFB,
        KIND_OTHER, /* kind_name says which */
};

enum iface_role {
        ROLE_PLAIN,
        ROLE_EPAIR,  /* an end of a pair that jailnet made as an epair */
        ROLE_EIFACE, /* the user's end of an eiface */
        ROLE_FABRIC, /* the hidden end that stays where the node was made */
        /* Linux bridges that are netgraph nodes: all but a wire go away with their last hook, unless persistent. */
        ROLE_NG_BRIDGE,
        ROLE_HUB,      /* learns no addresses: what comes in goes out everywhere */
        ROLE_WIRE,     /* hidden: its two ports are joined hook to hook */
        ROLE_IFACE,    /* the user's end of an iface: IP packets without Ethernet to it; a pair as of an eiface */
        ROLE_TEE,      /* stays down: its ports' frames are handed on and copied before it could pass them */
        ROLE_NAT,      /* a NIC and the host's stack: what goes through it is translated */
        ROLE_ONE2MANY, /* a bond, not a bridge: its ports are many, its own interface is one */
        ROLE_VLAN,     /* filters: tagged frames of downstream are its other ports' untagged ones */
        ROLE_ORPHANS,  /* hidden, an end of a pair: carries a NIC's frames for nobody to what its hook is joined to */
};

/* The user's end of a pair whose hidden end is the node's hook. */
bool role_has_fabric(enum iface_role r);

/* An end that jailnet keeps for itself. */
bool role_is_hidden(enum iface_role r);

/* A netgraph node that was made of a bridge or a bond: it lives as long as it has hooks. */
bool role_is_netgraph(enum iface_role r);

enum peer_state {
        PEER_NONE,
        PEER_KNOWN,
        PEER_OUT_OF_SIGHT, /* it has one, in a namespace that can't be read */
        PEER_AMBIGUOUS,    /* several ends would fit */
};

enum stp_state { STP_DISABLED, STP_LISTENING, STP_LEARNING, STP_FORWARDING, STP_BLOCKING }; /* BR_STATE_* */
const char *stp_state_name(enum stp_state s);

enum pin_source { PIN_NONE, PIN_JIB, PIN_JNG, PIN_CURRENT, PIN_MANUAL, PIN_STABLE };
const char *pin_source_name(enum pin_source s); /* "", "jib", "jng", "current", "manual", "stable" */

struct counters {
        uint64_t rx_bytes, tx_bytes, rx_packets, tx_packets, rx_errors, tx_errors, rx_dropped, tx_dropped;
        bool is_known; /* false: the dump left statistics out */
};

struct iface {
        struct iface_id id;
        uint32_t number;  /* the inventory's 32-bit id, shown as 8 hex digits */
        size_t jail;      /* index in graph.jails */
        size_t next;      /* interface of that jail; NONE */
        size_t node;      /* index in graph.nodes; a fabric end has its eiface's */
        const char *name; /* foreign text */
        enum iface_kind kind;
        const char *kind_name; /* as the kernel spells it: "veth"; "" for a physical device */
        enum iface_role role;
        bool is_owned; /* jailnet made it */

        unsigned flags;    /* IFF_* */
        bool is_up;        /* IFF_UP */
        bool has_guest;    /* a jail without a stack of its own has addresses on it */
        bool is_running;   /* carrier: operational state up, or unknown with IFF_LOWER_UP */
        uint8_t operstate; /* IF_OPER_* */
        struct mac mac;
        struct mac permanent; /* the device's own, where the kernel tells it */
        struct mac pin;
        enum pin_source pin_source;
        uint32_t mtu_bytes;
        uint32_t group;
        const char *alias;           /* foreign text; NULL none */
        const char *long_name;       /* the name asked for, where the kernel's is a shortened one; NULL none */
        const char *const *altnames; /* foreign text, without jailnet's marks of identity */
        size_t altname_count;
        const struct prefix *addresses; /* IPv4 first, as the kernel lists them; link-local ones too */
        size_t address_count;

        size_t master;        /* interface index in graph.ifaces; NONE */
        int master_ifindex;   /* as the kernel says, for when master is out of sight; 0 none */
        uint16_t port_number; /* in its bridge, from 1; 0 none */
        enum stp_state port_state;
        bool is_isolated; /* a port that exchanges nothing with its bridge's other isolated ports */
        size_t parent;    /* VLAN, macvlan, vxlan: what it stands on; NONE */
        size_t child;     /* what stands on it, the first: a list through next_child, in the order of ifaces; NONE */
        size_t next_child;
        int link_ifindex;   /* IFLA_LINK; 0 none */
        int link_nsid;      /* IFLA_LINK_NETNSID, in this interface's own namespace's numbering; -1 same namespace */
        int link_nsid_home; /* the same in the host's numbering; -1 unknown */
        enum peer_state peer_state;
        size_t peer; /* veth: the other end, across jails; NONE */

        uint16_t vlan_id;  /* KIND_VLAN */
        uint32_t vxlan_id; /* KIND_VXLAN */
        struct prefix vxlan_remote;
        uint32_t macvlan_mode; /* MACVLAN_MODE_* */
        uint8_t bond_mode;     /* BOND_MODE_* */
        bool stp_on;           /* KIND_BRIDGE */
        bool vlan_filtering;   /* KIND_BRIDGE */
        uint16_t tuning_known; /* bits by enum tuning: of a bridge, or of its port */
        uint32_t tuning[TUNE_COUNT];

        struct counters counters;
        uint64_t rx_Bps, tx_Bps; /* bytes per second; RATE_UNKNOWN */
        const char *warning;     /* a part that could not be read; NULL fine */
};

struct route {
        size_t jail;
        struct prefix destination; /* family set; length 0 is the default route */
        struct prefix gateway;     /* family 0: directly connected */
        int oif;                   /* ifindex in that jail; 0 none */
        uint32_t metric;
        uint8_t protocol; /* RTPROT_* */
        uint8_t scope;
        uint8_t type;         /* RTN_* */
        struct prefix source; /* preferred source; family 0 none */
        bool has_more_hops;   /* one of several next hops, among which the kernel chooses by connection */
        bool is_planned;      /* not there yet: a step of the plan that is being made adds it */
};

/* Netgraph's view: a node has a type, an id, perhaps a name, and hooks. */
struct node {
        uint32_t id;      /* 32 bits, shown as 8 hex digits; counted upwards, not reused */
        const char *name; /* NULL: unnamed */
        const char *type; /* "bridge", "ether", "eiface", "hub", "vlan", "lagg", "iface" */
        size_t jail;
        size_t iface; /* the interface that it is; for an eiface the user's end; NONE */
        bool is_persistent;
        size_t hook_first, hook_last; /* its hooks in order: a list through hook.next; NONE */
        size_t hook_count;
};

struct hook {
        size_t node;
        size_t next; /* of that node; NONE */
        const char *name;
        size_t edge;
};

enum edge_kind {
        EDGE_PAIR,   /* veth, or two ends of a wire */
        EDGE_PORT,   /* bridge port */
        EDGE_PARENT, /* vlan, macvlan, vxlan */
        EDGE_MEMBER, /* bond */
        EDGE_UPPER,  /* the host's own stack, ether:upper, on a bridge: a is the bridge's hook */
};

struct edge {
        enum edge_kind kind;
        size_t a, b;             /* indexes in graph.hooks; for a port a is the bridge's, for a parent the parent's */
        size_t iface_a, iface_b; /* the kernel links at its ends: for an eiface on a bridge, bridge and fabric end */
};

/* What uses an interface without being one: it hangs on it in every drawing. */
enum guest_kind {
        GUEST_JAIL, /* without a stack of its own: it has addresses on interfaces of the host */
        GUEST_NAT,  /* a rule of address translation */
};
const char *guest_kind_name(enum guest_kind k); /* "jail", "nat" */

struct guest_use {
        size_t iface; /* NONE when there is none of that name */
        struct prefix address;
};

struct guest {
        enum guest_kind kind;
        int number;             /* a jail's jid; a rule's place in the list, from 1 */
        size_t jail;            /* whose stack it uses */
        const char *name;       /* a jail's name, a rule's words; foreign text */
        struct nat_rule rule;   /* GUEST_NAT */
        struct guest_use *uses; /* in order: a jail's first address comes first */
        size_t use_count;
        bool is_confined; /* a jail's processes can use these addresses alone */
};

enum loan_state { LOAN_ON_LOAN, LOAN_PENDING, LOAN_RETURNED, LOAN_LOST };
const char *loan_state_name(enum loan_state s); /* "on loan", "pending", "returned", "lost" */
bool loan_is_ended(enum loan_state s);          /* returned or lost */

/* An interface lent to a jail. */
struct loan {
        uint32_t number;   /* of the interface in the inventory */
        const char *iface; /* its name when it left */
        struct mac mac;
        const char *jail_name;
        size_t jail;        /* NONE when it is gone */
        size_t iface_index; /* where it is now; NONE */
        enum loan_state state;
        bool is_foreign; /* no device, and jailnet neither made, pins nor lent it: it ends with its jail as it should */
        int64_t since;   /* wall seconds: pending since, else lent since */
};

struct graph {
        uint64_t serial;
        int refs;
        const char *hostname;
        struct jail *jails; /* [0] is the host; then by jid */
        size_t jail_count;
        /* What edit.h adds stands behind the others, in these three: go by a jail's or a node's list for the order. */
        struct iface *ifaces; /* grouped by jail */
        size_t iface_count;
        struct route *routes;
        size_t route_count;
        bool has_routes;    /* false: routes were not asked for */
        bool has_netgraph;  /* an interface with a part in netgraph, by role or mark, or an edge to an upper: only then
                               does anything follow of itself from what is done to others */
        struct node *nodes; /* by id */
        size_t node_count;
        struct hook *hooks; /* grouped by node */
        size_t hook_count;
        struct edge *edges;
        size_t edge_count;
        struct guest *guests;
        size_t guest_count;
        struct loan *loans;
        size_t loan_count;
        uint32_t next_number; /* the id that the next interface will have, unless somebody else takes it first */
        unsigned unreadable;  /* processes that could not be looked at: they may be holders */
        const char *partial;  /* "partial view": the reason why something is out of sight; NULL whole */
        const char *const *warnings;
        size_t warning_count;
        void *arena; /* graph.c's */
};

const struct graph *graph_ref(const struct graph *g);
void graph_unref(const struct graph *g); /* NULL is fine; frees with the last reference; any thread */

INLINE void graph_unrefp(const struct graph **g) /* for CLEANUP */
{
        graph_unref(*g);
}

bool iface_id_equal(struct iface_id a, struct iface_id b);

/* Look-ups that never fail loudly: an index, or NONE. */
size_t graph_find_iface(const struct graph *g, struct iface_id id);
size_t graph_find_ifindex(const struct graph *g, size_t jail, int ifindex);
size_t graph_find_iface_in(const struct graph *g, size_t jail, const char *name); /* name or alternative name */
size_t graph_find_jail(const struct graph *g, const char *name); /* the living one first; "host" is 0 */
size_t graph_find_jail_cookie(const struct graph *g, uint64_t cookie);
size_t graph_find_node(const struct graph *g, uint32_t id);
size_t graph_find_node_named(const struct graph *g, size_t jail, const char *name);
size_t graph_find_hook(const struct graph *g, size_t node, const char *name);
size_t graph_find_number(const struct graph *g, uint32_t number); /* interface by the inventory's id */

/* The hook at the other end of h's edge. */
size_t graph_hook_peer(const struct graph *g, size_t hook);

/* Ports of a bridge (or members of a bond), by port number: fills up to max indexes, returns how many there are. */
size_t graph_ports(const struct graph *g, size_t master, size_t *ret, size_t max);

/* A jail without a stack of its own, by name; NULL. Borrowed as the graph is. */
const struct guest *graph_find_guest(const struct graph *g, const char *name);

/* Does it use that interface? NONE: does it use none at all? */
bool guest_uses(const struct guest *guest, size_t iface);
bool guest_is_first_use(const struct guest *guest, size_t use); /* of its interface: jails may have several on one */
uint32_t guest_node_id(const struct guest *guest);              /* a number that no interface or bridge gets */
/* What of that interface it uses, behind its kind and name: "10.0.0.5/32", "from 10.1.0.0/24". Harmless text. */
void guest_put(struct text *t, const struct guest *guest, size_t iface);

bool iface_is_down(const struct iface *i); /* and should not be: a tee stays down, and yet passes what its hooks get */

/* Views hide these by rule unless everything is asked for: loopbacks and fabric ends. */
bool iface_is_hidden(const struct iface *i);
/* What a route that leads nowhere does with a packet: "blackhole", "unreachable", "prohibit", "throw"; NULL: it leads
 * somewhere. find: RTN_UNSPEC when there is no such word. */
const char *route_nowhere_name(uint8_t type);
uint8_t route_nowhere_find(const char *name);
/* The metric that it has in the kernel, which gives one to a route of IPv6 that is made without. */
uint32_t route_metric(const struct route *r);
/* What FreeBSD calls a bond's mode (laggproto); NULL: it has no such one. find: -EINVAL when there is no such word. */
const char *lagg_proto_name(uint8_t bond_mode);
int lagg_proto_find(const char *name, uint8_t *ret_bond_mode);

bool iface_is_tuned(const struct iface *i, enum tuning t); /* set to what is not the kernel's own choice */
bool iface_takes_ports(const struct iface *i);             /* a bridge or a lagg */

#endif
