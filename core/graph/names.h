/*
 * names.h - the rules for names: what the kernel takes, what is free, and how a long one is cut.
 */
#ifndef CORE_GRAPH_NAMES_H
#define CORE_GRAPH_NAMES_H

#include "core/graph/graph.h"

/* 1 to 15 bytes, no '/', ':', white space or control character, not "." or ".." (dev_valid_name). */
int name_check_iface(const char *name, struct err *e);
/* 1 to 63 bytes, as a file name in the run directory: no '/', no control character, not starting with '.' or '-'. */
int name_check_jail(const char *name, struct err *e);
int name_check_node(const char *name, struct err *e); /* 1 to 31 bytes, no '.' or ':', not "[hex]" */
int name_check_hook(const char *name, struct err *e); /* 1 to 31 bytes, no '.' or ':' */

/*
 * name_check_free - that `name` can be taken in that jail: no interface has it, nor as an alternative name.
 *
 *   errors   -EEXIST; e names the clash and offers a free name: "www/eth0: taken by a veth; eth1 is free"
 */
int name_check_free(const struct graph *g, size_t jail, const char *name, struct err *e);

/* A free name made from the given one in that jail: "eth0" -> "eth1"; "web" -> "web1". */
void name_offer(const struct graph *g, size_t jail, const char *name, char ret[IF_NAME_SIZE]);

/* Lowest unit N so that prefix+N (and prefix+N+suffixes a and b for epairs) is taken in no jail. */
unsigned name_lowest_unit(const struct graph *g, const char *prefix, bool is_pair);

/*
 * name_shorten - a name of any length as at most 15 bytes.
 *
 *   shape    cut at a UTF-8 boundary; where the short form is taken in that jail, its end is replaced by '~' and three
 *            base-32 digits of a hash (FNV-1a) of the whole; true when it had to be cut
 */
bool name_shorten(const struct graph *g, size_t jail, const char *name, char ret[IF_NAME_SIZE]);

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
 * "jn.carrier.<8 hex digits>", and the NIC, in the same stack, "jn.orphans.<the same digits>".
 */
void carrier_mark_format(uint32_t random, char ret[NODE_MARK_SIZE]);
void orphans_mark_format(uint32_t random, char ret[NODE_MARK_SIZE]);
bool orphans_mark_parse(const char *altname, uint32_t *ret_digits);
bool carrier_mark_parse(const char *altname, uint32_t *ret_digits);
const char *orphans_mark_find(const struct iface *nic, uint32_t *ret_digits); /* its mark; NULL: it has none */
size_t orphans_carrier(const struct graph *g, size_t nic);                    /* that end; NONE */
size_t orphans_nic(const struct graph *g, size_t carrier);                    /* NONE */
bool is_node_mark(const char *altname); /* one of these, nothing that a person is shown */

/*
 * Default hook names (docs/architecture.md, vocabulary).
 *
 *   shape    upper and lower as the kernel stacks them: a bridge is above its ports, a bond above its members, a VLAN
 *            above its parent; of a pair, either. upper_side: the hook on the upper one's node, else on the lower
 * one's. For a port that is an eiface's fabric end the lower hook is the eiface's "ether".
 */
void hook_default_name(const struct graph *g, enum edge_kind kind, size_t iface_upper, size_t iface_lower,
                       bool upper_side, char ret[HOOK_NAME_SIZE]);

#endif
