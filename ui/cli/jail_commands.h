/* jail_commands.h - jail, jls and jexec, for the table of FreeBSD's commands (cmd_freebsd.c). */
#ifndef UI_CLI_JAIL_COMMANDS_H
#define UI_CLI_JAIL_COMMANDS_H

#include "ui/cli/cmd_freebsd.h"

int freebsd_jail(struct app *a, const struct freebsd_command *c, int argc, char **argv);
int freebsd_jls(struct app *a, const struct freebsd_command *c, int argc, char **argv);
int freebsd_jexec(struct app *a, const struct freebsd_command *c, int argc, char **argv);

#endif
