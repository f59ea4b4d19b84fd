/* demo_scenarios.h - the networks that jailnet demo can build, as verb lines, and the traffic that runs in them. */
#ifndef UI_CLI_DEMO_SCENARIOS_H
#define UI_CLI_DEMO_SCENARIOS_H

#include <stddef.h>

/*
 * One plan of a scenario: verb lines, words parted by blanks, NULL at the end. They are planned together on one
 * picture, so a line may use what an earlier plan made, not what an earlier line of the same plan makes.
 */
struct demo_plan {
        const char *const *lines;
};

/* Echo requests of one jail to an address; the size swings, so that the rates on the screen move. */
struct demo_flow {
        const char *jail; /* named namespace; NULL the host */
        const char *to;   /* IPv4 address */
        unsigned packets; /* a tick, at most */
        unsigned period;  /* ticks of one swing; 0: steady */
};

struct demo_scenario {
        const char *name;
        const char *help;
        const struct demo_plan *plans; /* ends with lines NULL */
        unsigned crowd;                /* as many jails more, spread over a few bridges; 0 none */
        const char *abandoned;         /* a jail whose name is removed while a process stays in it; NULL none */
        const struct demo_flow *flows; /* ends with to NULL; NULL none */
};

extern const struct demo_scenario demo_scenarios[];
extern const size_t demo_scenario_count;

const struct demo_scenario *demo_scenario_find(const char *name); /* NULL */

#endif
