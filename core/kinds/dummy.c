/* dummy.c - an interface that drops what it is given; it holds addresses. */
#include "core/kinds/rows.h"

const struct kind kind_dummy = {
        .kind = KIND_DUMMY,
        .name = "dummy",
        .decode = kind_decode_nothing,
        .module = "dummy",
};
