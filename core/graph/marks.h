/*
 * marks.h - what jailnet leaves on the kernel's links, as alternative names: who a link is, its groups, and what its
 * node and hooks were given. From them the inventory can be rebuilt.
 */
#ifndef CORE_GRAPH_MARKS_H
#define CORE_GRAPH_MARKS_H

#include "core/graph/graph.h"

/*
 * Marks that jailnet leaves in the kernel: an alternative name "jn.<id as 8 hex digits>.<role>", role one of plain,
 * epair, eiface, fabric, bridge (a netgraph one), hub, wire. From them the inventory can be rebuilt.
 */
#define MARK_SIZE 24
void mark_format(uint32_t number, enum iface_role role, char ret[MARK_SIZE]);
bool mark_parse(const char *altname, uint32_t *ret_number, enum iface_role *ret_role);

/*
 * A named group, as FreeBSD's interfaces have them: an alternative name "jn.group.NAME.<random, 8 hex digits>", which
 * goes along wherever the interface goes. An alternative name is unique in its stack, hence the digits.
 */
#define GROUP_NAME_SIZE 16 /* FreeBSD's */
#define GROUP_MARK_SIZE 40
int name_check_group(const char *name, struct err *e); /* 1 to 15 letters, digits, _ or -, the last no digit */
void group_mark_format(const char *group, uint32_t random, char ret[GROUP_MARK_SIZE]);
bool group_mark_parse(const char *altname, char ret[GROUP_NAME_SIZE]);
const char *group_mark_find(const struct iface *i, const char *group); /* its mark; NULL: it is not in the group */

/*
 * What a node was given: alternative names "jn.node.NAME.<8 hex digits>" and "jn.keep.<8 hex digits>" (it stays without
 * hooks), so that whoever looks, with this inventory, another or none, sees the same node. NAME has bytes other than
 * letters, digits, _ and - as %XX. Digits as in a group's.
 */
#define NODE_MARK_SIZE 128 /* ALTIFNAMSIZ */
void node_mark_format(const char *name, uint32_t random, char ret[NODE_MARK_SIZE]);
bool node_mark_parse(const char *altname, char ret[NODE_NAME_SIZE]);
void keep_mark_format(uint32_t random, char ret[NODE_MARK_SIZE]);
bool keep_mark_parse(const char *altname);
/* "jn.vlan.7.<8 hex digits>": the VLAN of the hook by which an interface hangs on a vlan node. */
void vlan_mark_format(uint16_t vlan, uint32_t random, char ret[NODE_MARK_SIZE]);
bool vlan_mark_parse(const char *altname, uint16_t *ret_vlan);
const char *vlan_mark_find(const struct iface *i, uint16_t *ret_vlan); /* its mark; NULL: it has none */
/* "jn.span.<the bridge's number>.<8 hex digits>": the interface gets a copy of what that bridge's ports receive. */
void span_mark_format(uint32_t bridge, uint32_t random, char ret[NODE_MARK_SIZE]);
bool span_mark_parse(const char *altname, uint32_t *ret_bridge);
uint32_t span_mark_digits(const char *mark);                             /* of one that span_mark_parse takes */
const char *span_mark_find(const struct iface *i, uint32_t *ret_bridge); /* its mark; NULL: it has none */
/*
 * Names of hooks that do not follow from the kernel's picture, each on a link that only its edge has. A port's
 * "jn.hook.NAME.<8 hex digits>" is what its bridge calls it, its "jn.own.NAME.<digits>" what it calls its own hook. For
 * the host's stack on a bridge the interface has "jn.upper.NAME.<digits>", and the bridge "jn.stack.<the same digits>".
 * NAME as a node's.
 */
enum hook_mark_sort { HOOK_MARK_MASTER, HOOK_MARK_OWN, HOOK_MARK_UPPER };
struct hook_mark {
        enum hook_mark_sort sort;
        uint32_t digits;
        char name[HOOK_NAME_SIZE];
};
void hook_mark_format(const struct hook_mark *m, char ret[NODE_MARK_SIZE]);
bool hook_mark_parse(const char *altname, struct hook_mark *ret);
void stack_mark_format(uint32_t digits, char ret[NODE_MARK_SIZE]);
bool stack_mark_parse(const char *altname, uint32_t *ret_digits);
size_t hook_mark_bridge(const struct graph *g, size_t iface, uint32_t digits); /* of an upper's mark; NONE */
/*
 * What carries a NIC's frames for nobody, its hook `orphans`: a pair of which the one end has the mark
 * "jn.carrier.<8 hex digits>", and the NIC, in the same stack, "jn.orphans.<the same digits>". An iface's second hook
 * is carried so too; there the iface's hidden end has the mark, and an odd last digit means inet6, an even one inet.
 */
void carrier_mark_format(uint32_t random, char ret[NODE_MARK_SIZE]);
void orphans_mark_format(uint32_t random, char ret[NODE_MARK_SIZE]);
bool orphans_mark_parse(const char *altname, uint32_t *ret_digits);
bool carrier_mark_parse(const char *altname, uint32_t *ret_digits);
const char *orphans_mark_find(const struct iface *nic, uint32_t *ret_digits); /* its mark; NULL: it has none */
size_t orphans_carrier(const struct graph *g, size_t nic);                    /* that end; NONE */
size_t orphans_nic(const struct graph *g, size_t carrier);                    /* NONE */
size_t carrier_owner(const struct graph *g, size_t iface);  /* what has the mark of that interface's node: see above */
size_t carrier_user(const struct graph *g, size_t carrier); /* whose hook it carries, as people know it; NONE */
const char *carrier_hook(const struct graph *g, size_t carrier); /* "orphans", "inet", "inet6" */
#define CARRIER_IS_INET6 1u                                      /* of its digits */
bool is_node_mark(const char *altname);                          /* one of these, nothing that a person is shown */

#endif
