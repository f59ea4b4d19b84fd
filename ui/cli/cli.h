/*
 * cli.h - the command line: global options, the table of commands, and what they share.
 *
 * Every command gets the words from its own name on and returns the exit status: 0 done, 1 refused or failed, 2 usage.
 * Only this folder and main.c write to stdout and stderr.
 */
#ifndef UI_CLI_CLI_H
#define UI_CLI_CLI_H

#include "core/base/text.h"
#include "ui/app.h"
#include "ui/cli/json_out.h"

enum exit_status { EXIT_DONE = 0, EXIT_REFUSED = 1, EXIT_USAGE = 2 };

struct command {
        const char *name;
        const char *synopsis; /* "show [--format FORMAT] [OBJECT]" */
        const char *help;     /* one sentence */
        int (*run)(struct app *a, int argc, char **argv);
};

extern const struct command commands[];
extern const size_t command_count;

const struct command *command_find(const char *name); /* NULL */

/* The options that every command takes: help, completion and the manual list them. */
struct global_option {
        const char *name;  /* "dry-run" */
        char letter;       /* 'n'; 0 none */
        const char *value; /* "FILE"; NULL: it takes none */
        const char *help;
};

extern const struct global_option global_options[];
extern const size_t global_option_count;

/*
 * options_parse - the global options in front of the command.
 *
 *   shape    sets a's options; *ret_first is the index of the command's name in argv (argc: none was given). False:
 *            there is nothing more to do (--version, --help, a wrong option); leave with *ret_status
 */
bool options_parse(struct app *a, int argc, char **argv, int *ret_first, int *ret_status);

/* Takes the global options that stand behind the command out of argv; "--" ends them. Returns the new argc, or -1 when
 * an option lacks its value (told already). */
int options_take(struct app *a, int argc, char **argv);

/* Runs a command or verb. */
int cli_run(struct app *a, int argc, char **argv);

/* Tells on stderr what opening the inventory left to be told, unless it is the very sentence that was told already
 * (NULL: nothing was). */
void tell_notice(const struct app *a, const struct err *told);

/* Any row of the verb table: parse, plan, preview or run. */
int verb_run(struct app *a, int argc, char **argv);

/*
 * cli_complete - what the word behind `words` may become when `prefix` is typed of it; each is handed to take, foreign
 * text without controls. True: the name of a file may stand there, too.
 */
typedef void complete_fn(void *user, const char *word);
bool cli_complete(struct app *a, size_t count, char **words, const char *prefix, complete_fn *take, void *user);

int command_show(struct app *a, int argc, char **argv);
int command_doctor(struct app *a, int argc, char **argv);
int command_returns(struct app *a, int argc, char **argv);
int command_journal(struct app *a, int argc, char **argv);
int command_undo(struct app *a, int argc, char **argv);
int command_recover(struct app *a, int argc, char **argv);
int command_confirm(struct app *a, int argc, char **argv);
int command_inventory(struct app *a, int argc, char **argv);
int command_restore(struct app *a, int argc, char **argv);
int command_freebsd(struct app *a, int argc, char **argv);
int command_batch(struct app *a, int argc, char **argv);
int command_watch(struct app *a, int argc, char **argv);
int command_convert(struct app *a, int argc, char **argv);
int command_nat(struct app *a, int argc, char **argv);
int command_export(struct app *a, int argc, char **argv);
int command_import(struct app *a, int argc, char **argv);
int command_path(struct app *a, int argc, char **argv);
int command_lines(struct app *a, int argc, char **argv);
int command_complete(struct app *a, int argc, char **argv);
int command_help(struct app *a, int argc, char **argv);

/* One plan of the journal with its steps, their states and outcomes. */
int journal_show(struct app *a, int64_t number, bool as_json);
/* Shows the plan's preview, as text or JSON. */
int plan_print(const struct app *a, const struct plan *p);
/* Runs the plan, guarded where it has to be; tells what went wrong. */
int plan_run(struct app *a, struct plan *p, const struct graph *g);
/* Runs the plan and prints the names that it made. */
int plan_execute(struct app *a, struct plan *p, const struct graph *g);

/* cmd_confirm.c: is somebody at a terminal to be asked; and the question after a plan that is guarded: the exit status.
 */
bool guard_can_ask(void);
int guard_ask_user(struct app *a, const struct plan *p);

/* Help made from the tables. word: a command or the first word or words of verbs; false when there is none. */
void help_put(struct text *t);
bool help_put_word(struct text *t, const char *word);

/* The command or verb nearest to a mistyped word; NULL when none is near. */
const char *nearest_command(const char *word);

bool wants_json(const struct app *a); /* --format json, or --json */

/* Who speaks on stderr: "jailnet" unless this was called; borrowed. */
void tell_as(const char *name);

/* Tells on stderr: "jailnet: SENTENCE"; control characters made visible. Returns the status given. */
int tell_err(const struct err *e, int status);
int tell(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void print_text(const struct text *t); /* to stdout, as it is */
/* JSON to stdout: one line a value when that is a terminal. What is between the two is json_out.h's; the second gives
 * an exit status, and says why when it is not 0. */
void print_json_begin(struct json_out *w);
int print_json_end(struct json_out *w);
int print_json(json_t *j);       /* a whole document; takes j */
int usage(const char *synopsis); /* tells "usage: jailnet SYNOPSIS"; EXIT_USAGE */

#endif
