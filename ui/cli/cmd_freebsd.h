/*
 * cmd_freebsd.h - FreeBSD's commands: jailnet ifconfig ..., and ifconfig as a link to jailnet.
 *
 * One table. A row's language turns the words into requests; the front end takes the picture, runs them as one plan
 * (journalled with the words as they were written), and prints as FreeBSD does. Global options stand in front of the
 * command's name (jailnet -n ifconfig ...); of the words behind it only --strict is not the command's own.
 */
#ifndef UI_CLI_CMD_FREEBSD_H
#define UI_CLI_CMD_FREEBSD_H

#include "core/dialect/dialect.h"
#include "ui/app.h"

struct freebsd_command {
        const char *name;
        const char *synopsis; /* begins with the name */
        const char *help;     /* one sentence */
        dialect_language *speak;
        int failed_status;   /* when it is refused with an errno, or its plan fails */
        bool wants_counters; /* it prints statistics */

        /* Found by a link of its name and by the scripts of `jailnet freebsd`; where a verb begins with the same word,
         * `jailnet NAME` is the verb. */
        bool is_small;
        bool is_strict_only; /* not for the scripts, unless they want FreeBSD to the letter */

        /* Instead of speak, for a command that is more than one plan (a prompt, a process in a jail). */
        int (*run)(struct app *a, const struct freebsd_command *c, int argc, char **argv);
};

extern const struct freebsd_command freebsd_commands[];
extern const size_t freebsd_command_count;

const struct freebsd_command *freebsd_find(const char *name); /* NULL */

/* Runs the command with these words (argv[0] its name): takes --strict out of them. Returns FreeBSD's exit status. */
int freebsd_run(struct app *a, const struct freebsd_command *c, int argc, char **argv);

/* Takes each --strict in front of "--" out of the words; true when there was one, or JAILNET_STRICT is set to 1. */
bool freebsd_take_strict(int *argc, char **argv);

extern const char rc_subr[]; /* for scripts of rc.d: a shell's text (rc_subr.c) */

/* One command line in a jail's stack ("host"; NULL: where this process was started): picture, language, plan, preview
 * or run, print. freebsd_run's part for rows with speak; rows with run may call it as often as they like. */
int freebsd_speak(struct app *a, const struct freebsd_command *c, const char *jail, bool is_strict, int argc,
                  char **argv);

int freebsd_service(struct app *a, const struct freebsd_command *c, int argc, char **argv); /* cmd_service.c */
int freebsd_chflags(struct app *a, const struct freebsd_command *c, int argc, char **argv); /* cmd_chflags.c */
int freebsd_bsdinstall(struct app *a, const struct freebsd_command *c, int argc, char **argv);

#endif
