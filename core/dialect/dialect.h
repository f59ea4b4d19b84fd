/*
 * dialect.h - what FreeBSD's command languages share: a session turns their words into requests, each planned on the
 * graph as the ones before it leave it, and collects what the commands would print.
 *
 * A command line (or a script that is one plan as a whole) is one session: dialect_init, the language's function, then
 * dialect_finish for the plan. Who shows and runs the plan, and prints, is the front end. Pure.
 */
#ifndef CORE_DIALECT_DIALECT_H
#define CORE_DIALECT_DIALECT_H

#include "core/base/arena.h"
#include "core/graph/hosts.h"
#include "core/plan/chain.h"

struct dialect;
struct ngctl;

/* What a language may ask of the front end that runs it. */
struct dialect_services {
        /* Runs what was asked so far as a plan of its own, prints what is to be printed, and goes on with the network
         * as it is then. In a preview nothing is run: it all becomes one plan. */
        int (*commit)(struct dialect *d, struct err *e);

        /* A whole file; "-" is standard input. Caller frees *ret, which has an uncounted NUL behind its end. */
        int (*read_file)(struct dialect *d, const char *path, char **ret, size_t *ret_length, struct err *e);

        /* A line that a person types to ngctl; NULL at the end. NULL itself when nobody is there. Caller frees *ret. */
        int (*read_line)(struct dialect *d, struct ngctl *n, char **ret, struct err *e);

        /* What a bridge of d->live has learnt. Caller frees *ret. */
        int (*hosts)(struct dialect *d, size_t bridge, struct bridge_host **ret, size_t *ret_count, struct err *e);

        /* Draws Graphviz's text to a file of a type that Graphviz knows. -EEXIST: it is there, and not to be replaced.
         */
        int (*draw)(struct dialect *d, const char *text, const char *type, const char *path, bool replaces,
                    struct err *e);

        /* Puts a file in the place of path, whole or not at all, with its rights. Nothing is written in a preview. */
        int (*write_file)(struct dialect *d, const char *path, const char *content, size_t length, struct err *e);

        /* The IPv4 addresses that a jail of d->live has learnt on its links. Caller frees *ret. */
        int (*neighbours)(struct dialect *d, size_t jail, struct neighbour **ret, size_t *ret_count, struct err *e);

        /* Which of these kinds of links (a bit 1 << KIND_... each) the kernel cannot make. */
        int (*missing_kinds)(struct dialect *d, uint32_t kinds, uint32_t *ret, struct err *e);

        void *user; /* the front end's */
};

/* A line of a script, and where its steps end in the plan. */
struct dialect_line {
        const char *file; /* as it is called in errors */
        unsigned number;
        size_t steps;
};

struct dialect {
        const struct graph *live; /* as it really is; borrowed */
        const char *jail;         /* in whose stack the commands act: "host", or a jail's name; borrowed */
        bool is_strict;           /* FreeBSD to the letter: --strict, JAILNET_STRICT=1 */
        struct text out;          /* for stdout, as FreeBSD prints it; foreign text made visible */
        struct text said;         /* for stderr: sentences, one a line */
        struct plan_chain *chain;
        struct arena arena;         /* words of requests; lasts as long as the session */
        size_t requests;            /* that were added and change something */
        const char *words;          /* of this plan, for the journal; NULL: the command line; borrowed */
        struct dialect_line *lines; /* in the order of their steps */
        size_t line_count, line_capacity;
        const char *file;        /* that asks now, for dialect_want; NULL: none that is remembered; borrowed */
        struct claims wants;     /* of files */
        struct prefix *promised; /* addresses of the host's that jails of the files have while they run */
        size_t promised_count, promised_capacity;
        const struct dialect_services *services; /* set by the front end after dialect_init; NULL: there are none */
};

/*
 * A command's language: argv[0] is the command's name.
 *
 *   shape    0; or FreeBSD's exit status, or -errno, for a refusal: nothing of the whole line is run then. e, when it
 *            is set, is printed behind "NAME: "
 */
typedef int dialect_language(struct dialect *d, int argc, char **argv, struct err *e);

/* A session on g, which is borrowed and must outlive it. */
void dialect_init(struct dialect *d, const struct graph *g, const char *jail, bool is_strict);
void dialect_done(struct dialect *d);

/* The graph as the requests so far leave it; borrowed until the next request. */
const struct graph *dialect_graph(struct dialect *d);

/* The jail in whose stack the commands act, in dialect_graph; NONE when a request has destroyed it. */
size_t dialect_jail(struct dialect *d);

/* A jail by its name, else by its number, as FreeBSD's commands take it; NONE. */
size_t dialect_find_jail(struct dialect *d, const char *word);

/* An interface of a jail's stack by FreeBSD's name (lo0 is lo where no other is called so); NONE. Fabric ends are none.
 */
size_t dialect_find_iface(struct dialect *d, size_t jail, const char *name);

/* The word that verbs know it by ("epair0a", "www/epair0b"); also for a name that is not there yet. Lasts as long as
 * the session. */
const char *dialect_word(struct dialect *d, size_t jail, const char *name);

/*
 * dialect_add - one request, planned on dialect_graph.
 *
 *   shape    words: a jailnet verb with its arguments ("create", "epair", "a", "b"), as verb_parse takes them; copied
 *   errors   verb_parse's and plan_build's; e is one clear sentence, and nothing of this request is in the plan
 */
int dialect_add_words(struct dialect *d, int argc, const char *const *words, struct err *e);
int dialect_add_list(struct dialect *d, struct err *e, const char *const *words);             /* ends with NULL */
#define dialect_add(d, e, ...) dialect_add_list((d), (e), (const char *const[]){__VA_ARGS__}) /* ends with NULL */

/* The file that asks now wants this to be so; is_new: it is not so yet, and the next request makes it so. All is
 * copied. kind and rest are those of core/dialect/takeback.c. */
void dialect_want(struct dialect *d, bool is_new, const char *kind, const char *jail, const char *name,
                  const char *rest);

void dialect_want_claim(struct dialect *d, struct claim one); /* the same, with what such a claim may have; no file */

/* A jail of the files, without a stack of its own, has this address of the host's while it runs. */
void dialect_promise(struct dialect *d, const struct prefix *address);
bool dialect_is_promised(const struct dialect *d, const struct prefix *address);

/* Drops all requests, and goes on with g, which is borrowed as in dialect_init; what was said stays. */
void dialect_restart(struct dialect *d, const struct graph *g);

/* The requests since the last mark came from that line. */
void dialect_mark_line(struct dialect *d, const char *file, unsigned number);

/* The line that a step of the plan came from; NULL: from none. Can be asked after dialect_finish. */
const struct dialect_line *dialect_line_of(const struct dialect *d, size_t step);

/* A sentence for stderr, said once a session however often it is put: what a loose line was taken to mean. */
void dialect_say(struct dialect *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * dialect_finish - the plan of all requests; NULL when nothing is to be changed. Caller: plan_free. The session can
 * only be read and ended after it.
 */
struct plan *dialect_finish(struct dialect *d, const char *words, const char *title);

#endif
