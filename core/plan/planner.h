/*
 * planner.h - what the planner files share; nobody outside core/plan includes it.
 *
 * A planner (plan_create.c, plan_move.c, ...) adds steps and notes and says nothing of inverses: plan_finish works
 * those out for all steps at once, from the snapshot, and marks the steps that could cut the operator off.
 */
#ifndef CORE_PLAN_PLANNER_H
#define CORE_PLAN_PLANNER_H

#include "core/plan/plan.h"

#define USUAL_MTU          1500
#define USUAL_LOOPBACK_MTU 65536
#define IPV6_MIN_MTU       1280 /* RFC 8200, section 5; the kernel takes a link's IPv6 addresses away below it */

struct planner {
        struct plan *p;
        const struct graph *g;
        const struct intent *in;
        bool carries_addresses; /* an attached port's addresses go to its bridge in the same plan */
};

/* One function a verb; the intent's values are those that the table asks for, by count. */
typedef int (*plan_fn)(struct planner *pl, struct err *e);

int plan_create_jail(struct planner *pl, struct err *e);
int plan_create_bridge(struct planner *pl, struct err *e);
int plan_create_epair(struct planner *pl, struct err *e);
int plan_create_eiface(struct planner *pl, struct err *e);
int plan_create_vlan(struct planner *pl, struct err *e);
int plan_create_macvlan(struct planner *pl, struct err *e);
int plan_create_vxlan(struct planner *pl, struct err *e);
int plan_create_tap(struct planner *pl, struct err *e);
int plan_create_lagg(struct planner *pl, struct err *e);
int plan_destroy(struct planner *pl, struct err *e);
int plan_restart(struct planner *pl, struct err *e);
int plan_sweep(struct planner *pl, struct err *e);
int plan_rename(struct planner *pl, struct err *e);
int plan_name(struct planner *pl, struct err *e);
int plan_attach(struct planner *pl, struct err *e);
int plan_detach(struct planner *pl, struct err *e);
int plan_connect(struct planner *pl, struct err *e);
int plan_disconnect(struct planner *pl, struct err *e);
int plan_move(struct planner *pl, struct err *e);
int plan_return(struct planner *pl, struct err *e);
int plan_pin(struct planner *pl, struct err *e);
int plan_unpin(struct planner *pl, struct err *e);
int plan_mac(struct planner *pl, struct err *e);
int plan_up(struct planner *pl, struct err *e);
int plan_down(struct planner *pl, struct err *e);
int plan_mtu(struct planner *pl, struct err *e);
int plan_alias(struct planner *pl, struct err *e);
int plan_group_add(struct planner *pl, struct err *e);
int plan_group_del(struct planner *pl, struct err *e);
int plan_stp(struct planner *pl, struct err *e);
int plan_isolate(struct planner *pl, struct err *e);
int plan_tune(struct planner *pl, struct err *e);
int plan_host(struct planner *pl, struct err *e);
int plan_host_flush(struct planner *pl, struct err *e);
int plan_address_add(struct planner *pl, struct err *e);
int plan_address_del(struct planner *pl, struct err *e);
int plan_route_add(struct planner *pl, struct err *e);
int plan_route_del(struct planner *pl, struct err *e);
int plan_forwarding(struct planner *pl, struct err *e);
int plan_nat_add(struct planner *pl, struct err *e);
int plan_nat_forward(struct planner *pl, struct err *e);
int plan_nat_rule(struct planner *pl, struct err *e);
int plan_nat_del(struct planner *pl, struct err *e);
void plan_drop_rules(struct planner *pl, size_t iface); /* a nat node's, which end with it */
int plan_create_node(struct planner *pl, struct err *e);
int plan_shutdown(struct planner *pl, struct err *e);
int plan_persist(struct planner *pl, struct err *e);
int plan_promisc(struct planner *pl, struct err *e);
int plan_span(struct planner *pl, struct err *e);
int plan_create_packet_iface(struct planner *pl, struct err *e); /* netgraph's iface */

/* Several requests in one, each of which is finished, with its inverses, by itself. */
int plan_shutdown_tee(struct plan *p, const struct intent *in, const struct graph *g, struct err *e);
/* For a NIC's hook orphans, or an iface's second hook, which has none yet. */
bool plan_needs_carrier(const struct intent *in, const struct graph *g);
size_t carrier_of_hook(const struct graph *g, size_t iface, const char *hook); /* NONE */
/* Is a hidden end to be set down with its edge? Not one whose node has another hook, which is carried. */
bool planner_end_goes_down(const struct graph *g, size_t port);
int plan_connect_orphans(struct plan *p, const struct intent *in, const struct graph *g, struct err *e);
void plan_hand_over(struct plan *to, struct plan *from); /* finished steps, notes, and what is made */
int plan_create_member(struct plan *p, const struct intent *in, const struct graph *g, struct err *e);
int plan_mkpeer(struct plan *p, const struct intent *in, const struct graph *g, struct err *e);

/* Things planned by one verb on behalf of another. plan_return_iface's name may be NULL: the one that it left with. */
int plan_attach_port(struct planner *pl, size_t iface, size_t bridge, const char *hook, struct err *e);
int plan_connect_upper(struct planner *pl, size_t bridge, size_t iface, const char *hook, struct err *e);
size_t planner_port(const struct graph *g, size_t iface); /* what of an interface is put into a bridge */
/* The word for a port in sentences, where that is a hidden end. */
void planner_name_port(struct planner *pl, struct step *s, size_t iface, size_t port);
struct step *planner_tune(struct planner *pl, struct target at, enum tuning t, uint32_t value); /* the kernel's units */
int plan_detach_port(struct planner *pl, size_t iface, struct err *e);
int plan_move_iface(struct planner *pl, size_t iface, size_t jail, const char *name, bool keep_addresses, bool keep_up,
                    struct err *e);
int plan_add_lagg_port(struct planner *pl, size_t port, const struct target *lagg, size_t jail, struct err *e);
int plan_return_iface(struct planner *pl, size_t iface, const char *name, bool keep_addresses, bool keep_up,
                      struct err *e);
int plan_destroy_iface(struct planner *pl, size_t iface, struct err *e);
int plan_disconnect_edge(struct planner *pl, const struct edge *edge, const char *word, struct err *e);
void plan_carry(struct planner *pl, size_t from, size_t to); /* addresses and routes, within a jail */
int plan_empty_jail(struct planner *pl, size_t jail,
                    struct err *e);                        /* what was lent comes home, the rest is destroyed */
void plan_note_processes(struct planner *pl, size_t jail); /* those that stay behind in its old stack */
void plan_set_down(struct planner *pl, size_t iface, bool is_internal); /* with what the kernel drops by it */

/*
 * planner_choose_hook - a hook's name on a bridge: the one asked for if it is legal and free; "link" and "uplink" (and
 * NULL, as "link") take the next free number. *ret_record: it is not the one that the port number gives.
 */
int planner_choose_hook(struct planner *pl, size_t bridge, const char *wish, char ret[HOOK_NAME_SIZE], bool *ret_record,
                        struct err *e);
/*
 * planner_set_uplink - what netgraph's bridge makes of a port by its hook's name: an uplink learns no addresses, and
 * with one as its first hook frames to unknown addresses go out by uplinks alone.
 */
void planner_set_uplink(struct planner *pl, size_t bridge, struct target port, const char *hook,
                        const char *person_name);
/* "link7", "uplink1": the number written the one way that a number is written; "link" takes the next free one. */
bool is_bridge_hook(const char *name);
/* BOND_MODE_*, of linux/if_bonding.h, which drags in kernel-only types. */
#define BOND_ROUND_ROBIN   0
#define BOND_ACTIVE_BACKUP 1
#define BOND_XOR           2
#define BOND_BROADCAST     3
#define BOND_8023AD        4

bool is_bond_hook(const struct iface *bond, const char *name); /* of a port: "link0" of a lagg, "many0" of a one2many */
bool is_nat_hook(const char *name);                            /* "in", "out" */
bool is_iface_hook(const char *name);                          /* of netgraph's iface: "inet", "inet6" */
const char *recorded_hook_name(const struct graph *g, size_t own, size_t other); /* "" when it is the default one */
const char *recorded_node_name(const struct graph *g, size_t iface);             /* "" when it is the interface's own */
const char *upper_hook_name(const struct graph *g, size_t bridge, size_t iface); /* "" when upper is not connected */

/* Names the node of an interface (NONE: one that this plan makes), in the inventory and by a mark; "" its default. */
void planner_name_node(struct planner *pl, size_t iface, struct target at, const char *name);
uint32_t planner_mark_digits(void); /* at the end of a mark, which is unique in its stack */
void planner_keep_node(struct planner *pl, size_t iface, bool on); /* also without hooks */

/* Marks for the names of hooks that the plan's steps from `first` on give, and no more for those that they take. */
int planner_hook_marks(struct plan *p, const struct graph *g, size_t first, struct err *e);

/*
 * planner_tidy - what netgraph does of itself after the plan's steps from `first` on: a bridge or hub whose last hook
 * they take goes, unless it is persistent; a wire that lost an end goes, and what carried a NIC's orphans; an upper
 * hook whose bridge or interface is gone is forgotten.
 */
int planner_tidy(struct planner *pl, size_t first, struct err *e);

/*
 * A node as ngctl addresses it: "br0:", of a nameless one the way from a neighbour that has a name, "em0:lower", else
 * "[1e]:"; with a hook behind it the way over that. Quoted; caller frees.
 */
char *node_address(const struct graph *g, size_t node);
char *hook_address(const struct graph *g, size_t node, const char *hook);

/* Targets: by identity for what is there, by name for what an earlier step makes, moves or renames. */
struct target target_of_jail(const struct graph *g, size_t jail);
struct target target_of_iface(const struct graph *g, size_t iface);
struct target target_in_jail(const struct graph *g, size_t jail, const char *name);
struct target target_named(const char *jail_name, const char *iface_name);
/* Of what will be there: by identity what is there already, by name what the plan makes. */
struct target target_of_then(const struct graph *g, const struct graph *then, size_t iface);
/* What a person calls a port: of a hidden end the one that is seen, else "". */
void target_name_end(const struct graph *g, size_t iface, char *ret, size_t size);
bool target_is_host(const struct target *t);
bool target_same(const struct target *a, const struct target *b);        /* the same jail, or the same interface */
bool step_takes_along(const struct step *s, const struct target *t);     /* a removal whose way back makes that link */
size_t target_find_iface(const struct graph *g, const struct target *t); /* by identity, else by number; NONE */
size_t target_find_jail(const struct graph *g, const struct target *t);

/* "www/eth0", made visible. "host" for the host itself. */
void target_put(struct text *t, const struct target *at);
void iface_put(struct text *t, const struct graph *g, size_t iface);

/* Adds a step on at. */
struct step *planner_add(struct planner *pl, enum step_op op, struct target at);

/* Turns forwarding of IPv4 or IPv6 on or off in a stack; false when it is so already. */
bool planner_forwarding(struct planner *pl, size_t jail, bool is_v6, bool on);

/* The verb's first argument: found, and allowed by the verb table's reasons. */
int planner_iface(struct planner *pl, size_t value, size_t *ret, struct err *e);
int planner_allowed(struct planner *pl, struct object o, struct err *e);
bool planner_has(const struct planner *pl, const char *option);

/* What an interface carries that the kernel does not make by itself. */
bool address_is_there(const struct iface *i, const struct prefix *p);
bool address_is_loopbacks(const struct prefix *p); /* 127.0.0.1/8, which each new loopback has */
bool address_is_carried(const struct iface *i, const struct prefix *p);
/* Is it elsewhere, and yet of that jail's stack, which it was made in and sends by? */
bool vxlan_is_away(const struct graph *g, size_t iface, size_t jail);
bool address_is_made_from(const struct prefix *p, struct mac m); /* link-local, as the kernel makes it from that one */
bool route_is_carried(const struct graph *g, const struct route *r, size_t iface);
bool route_is_jails(const struct route *r, size_t jail); /* it leads nowhere, and stands on no interface */
struct step *planner_add_route(struct planner *pl, enum step_op op, const struct route *r, struct target at);

/*
 * planner_new_name - a name for an interface to be made in a jail: checked, free, and cut to 15 bytes with a note.
 *
 *   shape    ret is the name; *ret_long the whole one when it was cut (borrowed from name), else NULL
 */
int planner_new_name(struct planner *pl, size_t jail, const char *name, char ret[IF_NAME_SIZE], const char **ret_long,
                     struct err *e);
void planner_add_long_name(struct planner *pl, struct target at, const char *long_name);
unsigned planner_lowest_unit(struct planner *pl, const char *stem, bool is_pair);

/* Splits [JAIL/]NAME; without a jail it is default_jail's. *ret_name is borrowed from word. */
int planner_split(struct planner *pl, const char *word, size_t default_jail, size_t *ret_jail, const char **ret_name,
                  struct err *e);

/*
 * What all of netgraph's ifaces have: their hooks carry IP packets, and on Linux in frames whose addresses mean
 * nothing. A link without ARP writes its own address as that of the receiver, who takes it only if it is his too.
 */
extern const struct mac packet_mac;

/* A MAC address of our own: random, locally administered, unicast. */
int mac_random(struct mac *ret, struct err *e);

/* The broadcast domain of an interface, which stands first in it; marks[i] for each interface that is in it. */
struct segment {
        bool *marks;
        size_t *items;
        size_t count, capacity;
};

struct segment segment_of(const struct graph *g, size_t iface);
void segment_done(struct segment *s);

/* Another one than iface, in that segment, with that address; NONE. */
size_t segment_find_mac(const struct graph *g, const struct segment *s, size_t iface, struct mac m);
size_t segment_find_pin(const struct graph *g, const struct segment *s, size_t iface, struct mac m);

/* Is it the host's way out, or this session's? NULL no, else why ("carries the host's default route"). */
const char *iface_lifeline(const struct graph *g, size_t iface);
void plan_mark_lifelines(struct plan *p, size_t first, const struct graph *g); /* of the steps from `first` on */

/* Inverses, operator's lifelines and the counts, for the steps from `first` on. */
void plan_finish(struct plan *p, size_t first, const struct graph *g);
void step_work_out_undo(struct step *s, const struct graph *g);

/* Has it the MTU that it takes of itself: its ports' least? And is that step part of the undo of a port's? */
bool bridge_has_ports_mtu(const struct graph *g, size_t bridge);
bool is_told_to_bridge(const struct graph *g, const struct step *s);

/* MAC derivation. n is the use of that parent in one run; is_b the epair's b side. */
struct mac mac_derive_jib(struct mac parent, const char *jail, uint32_t n, bool is_b);
struct mac mac_derive_stable(const char *host, const char *jail, const char *iface);

/* "$ jexec www ifconfig" or "ifconfig", for FreeBSD's lines. */
void freebsd_put_command(struct text *t, const struct target *at, const char *command);
void planner_freebsd(struct planner *pl, const struct target *at, const char *command, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
char *shell_word(const char *s); /* quoted; caller frees */
void freebsd_address(struct planner *pl, const struct target *at, const struct prefix *p, bool add);
void freebsd_route(struct planner *pl, const struct target *at, const struct route *r, bool add);

#endif
