/*
 * db.h - the inventory: one SQLite file with what jailnet made or was told to know, its journal and its history.
 *
 * All SQL of the program is in this folder. A struct db is one connection and belongs to one thread.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "core/exec/journal.h"
#include "core/graph/registry.h"
#include "core/plan/wanted.h"

struct db;

/* The default: JAILNET_DB, else /var/lib/jailnet/inventory.db. Caller frees. */
char *db_default_path(void);

enum db_flags {
        DB_CREATE = 1,    /* make file and folder when missing */
        DB_READ_ONLY = 2, /* never write */
        DB_SET_ASIDE = 4, /* a damaged file is renamed (FILE.damaged-DATE) and a new one begun */
        DB_CHECKED = 8,   /* this process has opened it before: damage was looked for */
};

/*
 * db_open - opens, checks (quick) and migrates.
 *
 *   shape    *ret_notice (may be NULL; caller frees) is a sentence for the user when something happened: the file was
 *            set aside, was migrated
 *   errors   -EACCES, -EROFS, -ENOSPC; -EUCLEAN damaged (without DB_SET_ASIDE); -EPROTO made by a newer jailnet
 */
int db_open(const char *path, unsigned flags, struct db **ret, char **ret_notice, struct err *e);
void db_close(struct db *d); /* NULL is fine */

/* Interfaces onto the same connection; owned by d. */
struct registry_store *db_registry_store(struct db *d);
struct journal *db_journal(struct db *d);

/* A plan as the journal lists it. */
struct journal_entry {
        int64_t number;
        int64_t time; /* wall seconds */
        char user[64];
        char words[256];
        char title[160];
        enum plan_state state;
        int64_t undoes, undone_by; /* 0 none */
        unsigned step_count;
        bool is_this_boot; /* else what it names by identity may be something else today */
        char failure[256];
};

/* Newest first; at most max, from the one before `before` (0: the newest). Caller frees *ret. */
int db_journal_list(struct db *d, int64_t before, size_t max, const char *object_filter, struct journal_entry **ret,
                    size_t *ret_count, struct err *e);

/* A plan with its steps, states, outcomes. Caller frees with plan_free. -ENOENT. */
int db_journal_load(struct db *d, int64_t number, struct plan **ret, struct journal_entry *ret_entry, struct err *e);

/* The newest plan of this boot that can be undone; -ENOENT. */
int db_journal_last_undoable(struct db *d, int64_t *ret, struct err *e);

/* The newest plan that is open: running, or cut off before its end when nobody has the lock; -ENOENT. */
int db_journal_last_open(struct db *d, int64_t *ret, struct err *e);

/* What was seen to change, for the history; in one transaction, which need not be on the disk when it returns. */
struct db_event {
        char object[128];
        char words[256];
};

int db_put_events(struct db *d, const struct db_event *events, size_t count, struct err *e);

/* What was done that is no plan (a signal, an unmount), with the name of who did it, for the history. */
int db_put_deed(struct db *d, const char *kind, const char *object, const char *words, struct err *e);

/* The address that an interface is pinned to, by its number; -ENOENT. */
int db_pin(struct db *d, uint32_t number, struct mac *ret, struct err *e);

/* What the network should be: for `restore`. Caller's memory, freed with wanted_done. */
int db_wanted(struct db *d, struct wanted *ret, struct err *e);

/* Wanted links, by row, are wanted no more; those of jailnet's with their other ends and what stands on them. */
int db_forget_wanted(struct db *d, const int64_t *rows, size_t count, struct err *e);

/* The newest plan of this boot behind `after` that a process ran (0: any did); -ENOENT. */
int db_journal_newest_of(struct db *d, int pid, int64_t after, int64_t *ret, struct err *e);
/* Sets what the journal tells of a plan that has ended, and puts it into the history as an event of that kind. */
int db_journal_note(struct db *d, int64_t number, const char *kind, const char *sentence, struct err *e);

/* The host's stack as this boot's rows have it: cookie 0 when there is none; the handle may be missing. */
int db_host(struct db *d, uint64_t *ret_cookie, struct ns_handle *ret_handle, struct err *e);

/*
 * What a plan was made for: the environment's JAILNET_CAUSE of the process that ran it, so that whoever starts commands
 * can find what they did. Numbers of those that are done and not undone, newest first; caller frees *ret.
 */
#define JAILNET_CAUSE "JAILNET_CAUSE"
int db_journal_caused(struct db *d, const char *cause, int64_t **ret, size_t *ret_count, struct err *e);

/* What imports made for files and nobody has taken away since, oldest first (imported.c). Caller: claims_done. */
int db_imported(struct db *d, struct claims *ret, struct err *e);
/* The claims of a plan that has no steps, and so is never run. */
int db_settle_claims(struct db *d, const struct plan *p, struct err *e);

/* Jails that jail -c started (started.c). Of another boot, they are listed with pid 0: nothing of them runs. */
enum started_phase { STARTED_STARTING, STARTED_RUNNING, STARTED_STOPPING };

struct started_jail {
        char name[JAIL_NAME_SIZE];
        int jid; /* as it was given when it shares the host's stack; else 0: its stack has one */
        pid_t pid;
        uint64_t began; /* with pid: the very process (core/exec/cell.h) */
        enum started_phase phase;
        json_t *params;   /* core/dialect/jail_params.h */
        char *addresses;  /* without a stack of its own: "IF ADDR/LEN", one a line; NULL: it has a stack */
        bool is_confined; /* to these (core/exec/confine.h) */
};

static inline void started_jail_done(struct started_jail *j) /* here, since front ends are not linked with db/ */
{
        json_decref(j->params);
        free(j->addresses);
        j->params = NULL;
        j->addresses = NULL;
}

int db_started_list(struct db *d, struct started_jail **ret, size_t *ret_count, struct err *e); /* by name */
int db_started_put(struct db *d, const struct started_jail *j, struct err *e);
/* pid 0: whichever process it is; else only that one's row. -ENOENT */
int db_started_remove(struct db *d, const char *name, pid_t pid, struct err *e);

/* Settings and positions of the console, as small texts by key. */
int db_get(struct db *d, const char *key, char **ret, struct err *e);
int db_set(struct db *d, const char *key, const char *value, struct err *e);

#endif
