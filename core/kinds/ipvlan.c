/* ipvlan.c - interfaces that share their parent's Ethernet address and differ in IP address. */
#include "core/kinds/rows.h"

/* No encode: the kernel's default mode (l3 for routing, not switching) is right where nothing else was asked for. */
const struct kind kind_ipvlan = {
        .kind = KIND_IPVLAN,
        .name = "ipvlan",
        .decode = kind_decode_nothing,
        .needs_parent = true,
        .module = "ipvlan",
};
