/* tuning.c - the rows of what a bridge and its ports can be set to (br_netlink.c, br_stp.c: limits and defaults). */
#include "core/graph/tuning.h"

#include <string.h>

#include "core/base/intl.h"

const struct tuning_row tunings[TUNE_COUNT] = {
        [TUNE_AGEING] = {"ageing", "ageing_time", "timeout", N_("the age at which a silent address is forgotten"), "s",
                         100, 0, 1000000, 30000, false},
        [TUNE_HELLO] = {"hello", "hello_time", "hellotime", N_("the time between two spanning tree messages"), "s", 100,
                        1, 10, 200, false},
        [TUNE_FORWARD_DELAY] = {"forward-delay", "forward_delay", "fwddelay",
                                N_("the time that a port listens, and learns, before it forwards"), "s", 100, 2, 30,
                                1500, false},
        [TUNE_MAX_AGE] = {"max-age", "max_age", "maxage", N_("the time that a spanning tree message holds"), "s", 100,
                          6, 40, 2000, false},
        [TUNE_PRIORITY] = {"priority", "priority", "priority", N_("its priority in the spanning tree"), "", 1, 0, 65535,
                           32768, false},
        [TUNE_MAX_LEARNED] = {"max-learned", "fdb_max_learned", "maxaddr",
                              N_("the most addresses that it learns (0: no limit)"), "", 1, 0, UINT32_MAX, 0, false},
        [TUNE_LEARNING] = {"learning", "learning", "learn", N_("whether addresses are learnt from its frames"), "", 1,
                           0, 1, 1, true},
        [TUNE_COST] = {"cost", "cost", "ifpathcost", N_("the cost of the way over it in the spanning tree"), "", 1, 1,
                       65535, 2, true},
        [TUNE_PORT_PRIORITY] = {"port-priority", "priority", "ifpriority", N_("its priority among the bridge's ports"),
                                "", 1, 0, 63, 32, true},
        [TUNE_FLOOD] = {"flood", "flood", "discover", N_("whether frames to unknown addresses go out by it"), "", 1, 0,
                        1, 1, true},
};

enum tuning tuning_find(const char *name)
{
        for (int t = 0; t < TUNE_COUNT; t++)
                if (strcmp(tunings[t].name, name) == 0)
                        return (enum tuning)t;
        return TUNE_COUNT;
}

enum tuning tuning_find_freebsd(const char *word)
{
        for (int t = 0; t < TUNE_COUNT; t++)
                if (strcmp(tunings[t].freebsd, word) == 0)
                        return (enum tuning)t;
        return TUNE_COUNT;
}
