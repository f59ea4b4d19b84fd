/* tuning.c - the attributes of what a bridge and its ports can be set to (linux/if_link.h). */
#include "core/kinds/tuning.h"

#include <errno.h>
#include <linux/if_link.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

/* Since Linux 6.8; headers may be older. */
#define BR_FDB_MAX_LEARNED 49

static const struct {
        uint16_t attribute;
        uint8_t width; /* bytes */
} attributes_of[TUNE_COUNT] = {
        [TUNE_AGEING] = {IFLA_BR_AGEING_TIME, 4},          [TUNE_HELLO] = {IFLA_BR_HELLO_TIME, 4},
        [TUNE_FORWARD_DELAY] = {IFLA_BR_FORWARD_DELAY, 4}, [TUNE_MAX_AGE] = {IFLA_BR_MAX_AGE, 4},
        [TUNE_PRIORITY] = {IFLA_BR_PRIORITY, 2},           [TUNE_MAX_LEARNED] = {BR_FDB_MAX_LEARNED, 4},
        [TUNE_LEARNING] = {IFLA_BRPORT_LEARNING, 1},       [TUNE_COST] = {IFLA_BRPORT_COST, 4},
        [TUNE_PORT_PRIORITY] = {IFLA_BRPORT_PRIORITY, 2},  [TUNE_FLOOD] = {IFLA_BRPORT_UNICAST_FLOOD, 1},
};

void tuning_read(struct nlattr *const *attributes, int max, bool is_port, uint32_t values[TUNE_COUNT], uint16_t *known)
{
        for (int t = 0; t < TUNE_COUNT; t++) {
                struct nlattr *a = attributes_of[t].attribute <= max ? attributes[attributes_of[t].attribute] : NULL;

                if (tunings[t].is_port != is_port || !a || nla_len(a) != attributes_of[t].width)
                        continue;
                switch (attributes_of[t].width) {
                case 1: values[t] = nla_get_u8(a); break;
                case 2: values[t] = nla_get_u16(a); break;
                default: values[t] = nla_get_u32(a); break;
                }
                *known |= (uint16_t)(1u << t);
        }
}

int tuning_put(struct nl_msg *m, enum tuning t, uint32_t value)
{
        int type = attributes_of[t].attribute, r;

        switch (attributes_of[t].width) {
        case 1: r = nla_put_u8(m, type, (uint8_t)value); break;
        case 2: r = nla_put_u16(m, type, (uint16_t)value); break;
        default: r = nla_put_u32(m, type, value); break;
        }
        return r < 0 ? -ENOBUFS : 0;
}
