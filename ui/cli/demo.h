/* demo.h - jailnet demo: a sandbox with a network of jails in it, and the console on top. */
#ifndef UI_CLI_DEMO_H
#define UI_CLI_DEMO_H

#include "ui/app.h"

/*
 * demo_main - jailnet demo [--list] [SCENARIO] [-- CMD ARGS...]
 *
 *   shape    argv[0] is "demo". Enters a sandbox, builds the scenario by the verbs of app, then runs CMD, or without
 * one console(app). app must not have been used before: its services start inside the sandbox. Returns the exit status.
 */
int demo_main(struct app *app, int (*console)(struct app *app), int argc, char **argv);

#endif
