/* ifb.c - the intermediate functional block, where incoming traffic is shaped. */
#include "core/kinds/rows.h"

const struct kind kind_ifb = {
        .kind = KIND_IFB,
        .name = "ifb",
        .decode = kind_decode_nothing,
        .module = "ifb",
};
