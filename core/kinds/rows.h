/* rows.h - the kinds' rows, one a file, as kinds.c joins them; only core/kinds includes this. */
#ifndef CORE_KINDS_ROWS_H
#define CORE_KINDS_ROWS_H

#include "core/kinds/kind.h"

extern const struct kind kind_veth;
extern const struct kind kind_bridge;
extern const struct kind kind_vlan;
extern const struct kind kind_macvlan;
extern const struct kind kind_macvtap;
extern const struct kind kind_ipvlan;
extern const struct kind kind_vxlan;
extern const struct kind kind_tun;
extern const struct kind kind_tap;
extern const struct kind kind_bond;
extern const struct kind kind_dummy;
extern const struct kind kind_ifb;

/* For kinds whose IFLA_INFO_DATA holds nothing that struct iface has a place for. */
void kind_decode_nothing(struct nlattr *data, struct iface *i);

#endif
