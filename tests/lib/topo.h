/*
 * topo.h - written networks for tests: graphs made by the builder from facts as a kernel would tell them, without one.
 *
 * Every graph is the caller's (graph_unref). Addresses, MACs and indexes are fixed: golden files may rely on them.
 */
#ifndef TESTS_LIB_TOPO_H
#define TESTS_LIB_TOPO_H

#include "core/graph/build.h"

/*
 * A network under way: add to it, then topo_finish. Peers, ports and parents are given by the index that the adding
 * function returned.
 */
struct topo;

struct topo *topo_begin(void);                                /* with the host ("alpha") and its lo */
size_t topo_jail(struct topo *t, const char *name);           /* a named one, with its lo */
struct jail *topo_jail_facts(struct topo *t, size_t jail);    /* to change before topo_finish */
struct iface *topo_iface_facts(struct topo *t, size_t iface); /* to change before topo_finish */

/* A link, up and running, with MAC 02:00:00:00:JJ:II and index counted up in its jail. kind_name "" is physical. */
size_t topo_link(struct topo *t, size_t jail, const char *name, enum iface_kind kind, const char *kind_name);
size_t topo_bridge(struct topo *t, size_t jail, const char *name);
void topo_pair(struct topo *t, size_t jail_a, const char *a, size_t jail_b, const char *b, size_t *ret_a,
               size_t *ret_b);
void topo_port(struct topo *t, size_t bridge, size_t port); /* takes the next port number */
void topo_parent(struct topo *t, size_t parent, size_t iface);
void topo_nsid(struct topo *t, size_t jail, int nsid, size_t target); /* what an id means in a jail's numbering */
void topo_address(struct topo *t, size_t iface, const char *prefix);
void topo_altname(struct topo *t, size_t iface, const char *name);
struct route *topo_route(struct topo *t, size_t jail, const char *destination, const char *via,
                         size_t oif); /* oif may be NONE; to change before the next */
void topo_holder(struct topo *t, size_t jail, enum holder_kind kind, pid_t pid, const char *command,
                 const char *detail);
const struct graph *topo_finish(struct topo *t, struct registry *registry); /* frees t */

/*
 * Three tiers: host with eth0, lan0 and dmz0; www1 and www2 on lan0; router on lan0 and dmz0; db1 and db2 on dmz0; a
 * dying jail "old" that still has eth1, a pending return.
 */
const struct graph *topo_demo(void);

const struct graph *topo_empty(void);    /* the host with lo and eth0 */
const struct graph *topo_seeds(void);    /* one bridge with eth0 and two epairs to www and db */
const struct graph *topo_eiface(void);   /* an eiface on a bridge, its user end in www; two bridges joined */
const struct graph *topo_kinds(void);    /* one of each kind: vlan, macvlan, vxlan, bond, tap, tun, out of sight */
const struct graph *topo_hostile(void);  /* names, aliases and commands with escape sequences and broken UTF-8 */
const struct graph *topo_many(size_t n); /* n jails with an epair each, on n / 50 + 1 bridges */

#endif
