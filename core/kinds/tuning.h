/* tuning.h - how the kernel's messages carry what a bridge and its ports can be set to. */
#ifndef CORE_KINDS_TUNING_H
#define CORE_KINDS_TUNING_H

#include "core/graph/graph.h"
#include "core/graph/tuning.h"

struct nlattr;
struct nl_msg;

#define BRIDGE_ATTRIBUTE_MAX 64 /* more than headers of any age know of IFLA_BR_... */

/* What a parsed array of attributes (IFLA_BR_... or IFLA_BRPORT_...) tells; its highest index is max. */
void tuning_read(struct nlattr *const *attributes, int max, bool is_port, uint32_t values[TUNE_COUNT], uint16_t *known);

int tuning_put(struct nl_msg *m, enum tuning t, uint32_t value); /* -ENOBUFS: the message is full */

#endif
