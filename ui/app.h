/*
 * app.h - the services that front ends use; ui/main.c joins them to the kernel and the database.
 *
 * The console and the command line know the graph, verbs and plans, and nothing of netlink or SQL: what they need done
 * they ask of these function pointers. Tests give them fakes.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include "core/exec/guard.h"
#include "core/graph/depth.h"
#include "core/graph/examination.h"
#include "core/graph/hosts.h"
#include "core/path/way.h"
#include "core/plan/plan.h"
#include "ui/app_jails.h"

struct app_progress {
        size_t done, total;
        char sentence[160];
        bool is_rolling_back;
};

struct app_journal_entry {
        int64_t number, time;
        char user[64];
        char words[256];
        char title[160];
        enum plan_state state;
        int64_t undoes, undone_by;
        unsigned step_count;
        char failure[256];
};

struct restore_limits;

struct app {
        /* Options of the command line. */
        const char *db_path; /* NULL: the default */
        bool use_ascii;
        bool no_color;
        bool is_quiet;
        bool is_dry_run;
        bool is_sandbox;      /* inside jailnet demo or sandbox: shown as a badge */
        bool only_shows;      /* what it asks the kernel is only looked at: no plan is made on it */
        const char *format;   /* --format; NULL */
        int confirm_within_s; /* --confirm-within; 0: not given */
        bool no_guard;        /* --no-guard */
        bool sets_guards; /* by who asks for confirmation after a plan ran: the console, verbs of the command line */

        /*
         * picture - one graph, now. caller: graph_unref.
         * with_routes: routes and forwarding; with_counters: statistics; with_holders: who keeps dying jails
         */
        int (*picture)(struct app *a, bool with_routes, bool with_counters, bool with_holders, const struct graph **ret,
                       struct err *e);

        /* here - the jail of g in whose stack this process was started: 0 the host; NONE: it is not in the picture. */
        size_t (*here)(struct app *a, const struct graph *g);

        /* hosts - what a bridge of g has learnt. Caller frees *ret. */
        int (*hosts)(struct app *a, const struct graph *g, size_t bridge, struct bridge_host **ret, size_t *ret_count,
                     struct err *e);

        /* neighbours - the IPv4 addresses that a jail of g has learnt on its links. Caller frees *ret. */
        int (*neighbours)(struct app *a, const struct graph *g, size_t jail, struct neighbour **ret, size_t *ret_count,
                          struct err *e);

        /* depth - what a jail of g tells beyond the graph (enum depth_part). Any thread. Caller: depth_done. */
        int (*depth)(struct app *a, const struct graph *g, size_t jail, unsigned parts, struct depth *ret,
                     struct err *e);

        /*
         * examine - what the doctor asks besides the picture g: settings in each stack, other managers, the inventory.
         * start/join - the same beside the loop (console), one at a time: *ret_fd turns readable when it has ended, and
         * join gives it, or NULL where it failed. examination_free.
         */
        int (*examine)(struct app *a, const struct graph *g, struct examination **ret, struct err *e);
        int (*examine_start)(struct app *a, const struct graph *g, int *ret_fd, struct err *e);
        struct examination *(*examine_join)(struct app *a);

        /*
         * way - the way between two ends in g, which has routes. Any thread. Caller: way_free.
         * probe (NULL: none is wanted): a real echo is sent, which may take seconds; what it says is in the verdict too
         */
        int (*way)(struct app *a, const struct graph *g, const struct way_end *from, const struct way_end *to,
                   struct way **ret, struct echo_result *probe, struct err *e);

        /* missing_kinds - which of these kinds of links (a bit 1 << KIND_... each) the kernel cannot make. */
        int (*missing_kinds)(struct app *a, const struct graph *g, uint32_t kinds, uint32_t *ret, struct err *e);

        /* share_jails - jails that are made from now on are seen in mount tables that are copied from now on. */
        int (*share_jails)(struct app *a, struct err *e);

        /* watch - the live picture begins; *ret_fd turns readable at each newer graph. latest gives a reference. */
        int (*watch)(struct app *a, int *ret_fd, struct err *e);
        const struct graph *(*latest)(struct app *a);
        void (*refresh)(struct app *a);
        void (*set_rates)(struct app *a, bool on);

        /* run - runs p to its end (command line). start/poll/join - the same beside the loop (console); one at a time.
         */
        int (*run)(struct app *a, struct plan *p, const struct graph *g, struct err *e);
        void (*progress)(struct app *a, const struct app_progress *p); /* who is told while run runs, on another thread;
                                                                          NULL nobody */
        int (*start)(struct app *a, struct plan *p, const struct graph *g, int *ret_fd, struct err *e);
        bool (*poll)(struct app *a, struct app_progress *ret); /* true when it has ended */
        void (*cancel)(struct app *a);
        int (*join)(struct app *a, struct err *e);

        /* The journal. list: caller frees *ret. load: caller plan_frees. undo plan: of number, or of the last (0). */
        int (*journal)(struct app *a, int64_t before, size_t max, const char *filter, struct app_journal_entry **ret,
                       size_t *ret_count, struct err *e);
        int (*journal_plan)(struct app *a, int64_t number, struct plan **ret, struct err *e);
        int (*undo)(struct app *a, int64_t number, const struct graph *g, struct plan **ret, struct err *e);

        /*
         * A plan that was cut off (by kill -9, a power loss). open_plan: its number; -ENOENT none. recover: ends it,
         * forward or back; the plan as it ended is the caller's to free.
         */
        int (*open_plan)(struct app *a, int64_t *ret, struct err *e);
        int (*recover)(struct app *a, int64_t number, bool is_forward, struct plan **ret, struct err *e);

        /*
         * restore - the plan that builds what the inventory wants and the kernel lacks; caller plan_frees. Its first
         * *ret_troubles notes say what cannot be. limits: what earlier tries have taught.
         */
        int (*restore)(struct app *a, const struct graph *g, struct restore_limits *limits, struct plan **ret,
                       size_t *ret_troubles, struct err *e);
        /* imported - what imports made for files and nobody has taken away since. Caller: claims_done. */
        int (*imported)(struct app *a, struct claims *ret, struct err *e);
        /* claim - keeps the claims of a plan that has no steps, and so is never run. */
        int (*claim)(struct app *a, const struct plan *p, struct err *e);
        /* forget - what was found absent is wanted no more. */
        int (*forget)(struct app *a, const struct restore_limits *limits, struct err *e);

        /*
         * keep - the duties beside the live picture: pinned addresses are set again. Called with each newer graph
         * (before: the last one, NULL none); never blocks. What is worth telling is put into ret_said, one a line.
         * with_history: the changes go into the event history. -EBUSY: another process has these duties.
         */
        int (*keep)(struct app *a, const struct graph *before, const struct graph *now, bool with_history,
                    struct text *ret_said, struct err *e);

        /*
         * release - makes a holder of that jail let go: SIGTERM to its process (kills: SIGKILL), or its bind mount is
         * unmounted. No plan; it is told in the history, with the name of who did it.
         */
        int (*release)(struct app *a, const struct jail *j, const struct holder *h, bool kills, struct err *e);

        /* Small texts of the console by key, kept in the inventory. recall: caller frees *ret; -ENOENT. */
        int (*remember)(struct app *a, const char *key, const char *value, struct err *e);
        int (*recall)(struct app *a, const char *key, char **ret, struct err *e);

        /* The inventory's file: faults are put one a line; a copy; all of it as JSON (caller decrefs). */
        int (*inventory_check)(struct app *a, struct text *ret_faults, struct err *e);
        int (*inventory_backup)(struct app *a, const char *path, struct err *e);
        int (*inventory_export)(struct app *a, json_t **ret, struct err *e);

        /*
         * The guard (core/exec/guard.h). is_guarded: p could cut the operator off, so that run and start set a guard
         * over it, which puts it back unless it is confirmed. After it ran, guard_fd turns readable at news of it (-1:
         * nothing waits), and guard_answer keeps it, or puts it back now. waiting: the plan that waits, anybody's, and
         * the time left (0: it goes back; NULL: not asked); -ENOENT none. confirm: keeps it; *number 0: whichever it
         * is.
         */
        bool (*is_guarded)(struct app *a, const struct plan *p);
        int (*guard_fd)(struct app *a);
        enum guard_news (*guard_news)(struct app *a, char *ret_sentence, size_t size);
        void (*guard_answer)(struct app *a, bool keep);
        int (*waiting)(struct app *a, int64_t *ret_plan, int *ret_left_s);
        int (*confirm)(struct app *a, int64_t *number, struct err *e);

        const struct app_jails *jails; /* app_jails.h */

        /* The console's drawing of a graph as text, for `show`: set by main.c. Caller frees. */
        char *(*draw)(const struct graph *g, int columns, bool use_ascii);

        /* A notice that opening the inventory left for the user; NULL none. */
        const char *notice;
        void *state; /* app.c's */
};

#endif
