/* jail_parts.h - what the files of jail, jls and jexec share; nobody else includes it. */
#ifndef UI_CLI_JAIL_PARTS_H
#define UI_CLI_JAIL_PARTS_H

#include <stdio.h>

#include "core/dialect/jail_params.h"
#include "core/dialect/jailconf.h"
#include "ui/app.h"

/* The command line of a jail(8). */
struct jail_call {
        struct app *app;
        bool is_quiet;      /* -q */
        bool is_verbose;    /* -v: each operation is told */
        bool tells_jid;     /* -i */
        bool without_words; /* -R: no commands of exec.* */
        FILE *jid_file;     /* -J: a line for each jail that was started; NULL none */
        /* Set when jails are started for something larger, which takes all of it back when one fails: what its plans
         * carry as JAILNET_CAUSE. A stack that was made for the jail before is fine then. */
        const char *cause;
        bool is_waiting;                 /* the jail's network was imported; see jail_start_waiting */
        const struct jail_params *whole; /* recorded instead of what is run; NULL: the same */
};

/* -- Jails that are there (jail_list.c) ---------------------------------------------------------------------------- */

/* A jail that is there: a network stack in the graph, one that jail -c started, or both. */
struct jail_here {
        const char *name; /* borrowed from graph or record */
        int jid;
        size_t jail;                        /* in the graph: its own stack; NONE when it shares the host's */
        const struct started_jail *started; /* NULL: jail -c did not start it */
        struct jail_params params;          /* that it was started with */
        bool is_alive;                      /* its processes' init is there */
        bool is_dying;
};

struct jail_list {
        const struct graph *graph;
        struct started_jail *started;
        size_t started_count;
        struct jail_here *jails; /* by jid; the host is none */
        size_t count, capacity;
};

int jail_list_load(struct app *a, struct jail_list *ret, struct err *e);
void jail_list_done(struct jail_list *l);
struct jail_here *jail_list_find(const struct jail_list *l, const char *word); /* a name or a jid; NULL */
struct cell_id jail_cell(const struct jail_here *j);

/* Where a program of the jail runs. */
struct program_place jail_place(const struct jail_here *j, const struct jail_list *l);

/* A copy of a jail's parameters in which it is said which interfaces of the host its addresses are on; -errno: was
 * told. Caller: jail_params_done. */
int jail_settle(struct app *a, const struct jail_params *p, struct jail_params *ret);

/* -- Files (jail_file.c) ---------------------------------------------------------------------------------------------
 */

/* What .include of a jail.conf reads; a jailconf_include. */
int jail_file_include(void *user, const char *from, const char *pattern, struct jailconf_text **ret, size_t *ret_count,
                      struct err *e);
/* Reads a jail.conf with what it includes; tells what is wrong. NULL then. */
struct jailconf *jail_file_read(const char *path);
/* One jail's parameters; tells. False then. */
bool jail_file_params(struct jailconf *c, const char *name, struct jail_params *ret);
void jail_put_negated(struct text *t, const char *name); /* "nopersist", "allow.noraw_sockets" */
/* All of a jail's parameters as a line of jail(8)'s words: name=www vnet "path=/my jails/www" */
void jail_put_params(struct text *t, const struct jail_params *p, const char *separator);

/* -- Commands (jail_phase.c) -----------------------------------------------------------------------------------------
 */

/*
 * jail_phase - runs all commands of one exec parameter, one after the other; what goes wrong is told as jail(8) tells
 * it.
 *
 *   shape    place: NULL on the host
 *   errors   -ECANCELED for a command that failed, and program_run's
 */
int jail_phase(const struct jail_call *c, const struct jail_params *p, const char *name,
               const struct program_place *place);
int jail_command(const struct jail_call *c, const struct jail_params *p, const struct program_place *place);

/* The name of our command that a word names, bare or by FreeBSD's path ("/usr/local/sbin/jib" is "jib"); NULL none. */
const char *jail_own_command(const char *word);
/* Does a jail have the host's files, and so ours? */
bool jail_shares_files(const struct jail_params *p);

/* -- Mounts (jail_mounts.c) --------------------------------------------------------------------------------------- */

/* The mounts' words are in arena; caller frees *ret. What is wrong is told. */
int jail_mounts(const struct jail_params *p, struct arena *arena, struct cell_mount **ret, size_t *ret_count);

/* The nodes of its /dev, by devfs_ruleset and the host's devfs.rules; the list is in arena. What is wrong is told. */
int jail_nodes(const struct jail_call *c, const struct jail_params *p, struct arena *arena, const char *const **ret);

/* -- Starting and stopping -------------------------------------------------------------------------------------------
 */

/* Exit statuses; everything is told. here: of that name, NULL none. */
int jail_start(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here);
int jail_can_start(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here);
/* Undoes the plans of a cause, newest first; what cannot be undone is told. */
void jail_undo_caused(struct app *a, const char *cause);
/* Ends a jail's processes at once, and forgets that it was started; its stack stays. */
void jail_end_now(struct app *a, const char *name, const struct cell_id *cell);
int jail_stop(const struct jail_call *c, const struct jail_here *here, const struct jail_list *l);
int jail_modify(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here);
/* Can all that differs take hold without a new start? Of a jail that was started. */
bool jail_can_modify(const struct jail_params *p, const struct jail_here *here);

/* -- Jails that wait for their start (jail_waiting.c) -------------------------------------------------------------- */

/* Has an import made its network, and did none of its commands run yet? */
bool jail_is_waiting(struct app *a, const struct jail_here *here);
/* Starts one that does in that network. When it fails, the network is as it was imported. */
int jail_start_waiting(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here,
                       const struct jail_list *l);
/* The jail as it is run, without those commands of exec.prestart (done: a flag for each) that a plan has done. */
void jail_left_to_run(const struct jail_params *p, const bool *done, struct jail_params *ret);

/* A message that -v asks for. */
void jail_tell(const struct jail_call *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
