/* kinds.c - the registry of link kinds: one line each. */
#include "core/kinds/kind.h"

#include <string.h>

#include "core/base/alloc.h"
#include "core/kinds/rows.h"

/* tun stands before tap: both are "tun" to the kernel, and tun's decode tells them apart. */
static const struct kind *const kinds[] = {
        &kind_veth,  &kind_bridge, &kind_vlan, &kind_macvlan, &kind_macvtap, &kind_ipvlan,
        &kind_vxlan, &kind_tun,    &kind_tap,  &kind_bond,    &kind_dummy,   &kind_ifb,
};

const struct kind *kind_by_name(const char *name)
{
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (strcmp(kinds[i]->name, name) == 0)
                        return kinds[i];
        return NULL;
}

const struct kind *kind_of(enum iface_kind k)
{
        for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
                if (kinds[i]->kind == k)
                        return kinds[i];
        return NULL;
}

void kind_decode_nothing(struct nlattr *data, struct iface *i)
{
        (void)data;
        (void)i;
}
