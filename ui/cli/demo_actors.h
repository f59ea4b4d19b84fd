/*
 * demo_actors.h - the processes that a demo leaves running beside the console: traffic, and somebody who holds a jail.
 *
 * They end with the sandbox.
 */
#ifndef UI_CLI_DEMO_ACTORS_H
#define UI_CLI_DEMO_ACTORS_H

#include "core/base/err.h"
#include "ui/cli/demo_scenarios.h"

/* Starts "demo-traffic". It enters a jail for the moment of sending only, so it keeps no jail alive. */
int demo_start_traffic(const struct demo_flow *flows, struct err *e);

/* Starts "demo-holder" in the named jail and returns when it is there. */
int demo_start_holder(const char *jail, struct err *e);

/* Removes a jail's name, as `ip netns delete` by somebody else would: its namespace lives on while it is held. */
int demo_forget_name(const char *jail, struct err *e);

#endif
