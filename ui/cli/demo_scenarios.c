/* demo_scenarios.c - the scenarios of jailnet demo, written as a user would type them. */
#include "ui/cli/demo_scenarios.h"

#include <string.h>

#include "core/base/alloc.h"

/*
 * Three tiers: the host and two web servers on the bridge "local", two databases on "backend", and between them a jail
 * that routes. "old" stands for a jail that was stopped by hand while something in it ran on, with an interface of the
 * host's inside. The pairs have the names that FreeBSD's jib gives them.
 */
#define LINES (const char *const[])

static const struct demo_plan three_tier_plans[] = {
        {LINES{
                "create jail www1",
                "create jail www2",
                "create jail router",
                "create jail db1",
                "create jail db2",
                "create jail old",
                "create bridge local",
                "create bridge backend",
                NULL,
        }},
        {LINES{
                "create epair e0a_www1 www1/e0b_www1",
                "create epair e0a_www2 www2/e0b_www2",
                "create epair e0a_router router/e0b_router",
                "create epair e1a_router router/e1b_router",
                "create epair e0a_db1 db1/e0b_db1",
                "create eiface db2/ngeth0",
                "create epair nic0 nic0_cable",
                NULL,
        }},
        {LINES{
                "attach e0a_www1 local",
                "attach e0a_www2 local",
                "attach e0a_router local uplink",
                "attach nic0_cable local",
                "attach e1a_router backend uplink",
                "attach e0a_db1 backend",
                "attach db2/ngeth0 backend",
                "pin www1/e0b_www1 --current",
                "pin router/e0b_router --current",
                "alias nic0 spare-network-card",
                NULL,
        }},
        {LINES{
                "address add local 10.0.1.1/24",
                "address add www1/e0b_www1 10.0.1.11/24",
                "address add www2/e0b_www2 10.0.1.12/24",
                "address add router/e0b_router 10.0.1.2/24",
                "address add router/e1b_router 10.0.2.1/24",
                "address add db1/e0b_db1 10.0.2.11/24",
                "address add db2/ngeth0 10.0.2.12/24",
                "address add nic0 10.0.9.2/24",
                "up local",
                "up backend",
                "up www1/e0b_www1",
                "up www2/e0b_www2",
                "up router/e0b_router",
                "up router/e1b_router",
                "up db1/e0b_db1",
                "up db2/ngeth0",
                "up nic0",
                "forwarding router on",
                NULL,
        }},
        {LINES{
                "route add host 10.0.2.0/24 10.0.1.2",
                "route add www1 default 10.0.1.1",
                "route add www1 10.0.2.0/24 10.0.1.2",
                "route add www2 default 10.0.1.1",
                "route add www2 10.0.2.0/24 10.0.1.2",
                "route add router default 10.0.1.1",
                "route add db1 default 10.0.2.1",
                "route add db2 default 10.0.2.1",
                "move nic0 old",
                NULL,
        }},
        {NULL},
};

static const struct demo_flow three_tier_flows[] = {
        {.jail = "db1", .to = "10.0.1.11", .packets = 8, .period = 90},
        {.jail = "db2", .to = "10.0.1.12", .packets = 3, .period = 40},
        {.jail = "www1", .to = "10.0.1.12", .packets = 2, .period = 0},
        {.jail = NULL, .to = "10.0.1.11", .packets = 5, .period = 60},
        {.to = NULL},
};

/* The first of a crowd's jails talk to the host. */
static const struct demo_flow crowd_flows[] = {
        {.jail = "jail01", .to = "10.1.0.1", .packets = 6, .period = 60},
        {.jail = "jail02", .to = "10.1.1.1", .packets = 2, .period = 0},
        {.jail = "jail07", .to = "10.1.2.1", .packets = 4, .period = 30},
        {.to = NULL},
};

static const struct demo_plan no_plans[] = {{NULL}};

const struct demo_scenario demo_scenarios[] = {
        {
                .name = "three-tier",
                .help = "two web servers, a router jail, two databases behind it, and an interface that is not back yet",
                .plans = three_tier_plans,
                .abandoned = "old",
                .flows = three_tier_flows,
        },
        {.name = "empty", .help = "nothing but the host's loopback", .plans = no_plans},
        {
                .name = "crowd",
                .help = "60 jails on four bridges",
                .plans = no_plans,
                .crowd = 60,
                .flows = crowd_flows,
        },
};
const size_t demo_scenario_count = ARRAY_SIZE(demo_scenarios);

const struct demo_scenario *demo_scenario_find(const char *name)
{
        for (size_t i = 0; i < demo_scenario_count; i++) {
                if (strcmp(demo_scenarios[i].name, name) == 0)
                        return &demo_scenarios[i];
        }
        return NULL;
}
