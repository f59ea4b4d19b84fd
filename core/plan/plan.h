/*
 * plan.h - an intent and a graph make a plan: ordered steps, each with its inverse, what follows from them, and the
 * equal commands. Pure: it is the preview, and what exec runs.
 */
#ifndef CORE_PLAN_PLAN_H
#define CORE_PLAN_PLAN_H

#include <jansson.h>

#include "core/plan/claim.h"
#include "core/plan/step.h"
#include "core/verb/verb.h"

enum note_level { NOTE_INFO, NOTE_WARNING };

struct plan_note {
        enum note_level level;
        char *text; /* a computed consequence: "eth0: 10.0.0.2/24 is lost on the way and put back" */
        char *own;  /* the same in the user's language; NULL: none, or it was read from the journal */
        /* While a plan is made of several requests: it holds no more once a later one takes this address away, or takes
         * the interface out of its bridge. NULL, and family 0: whatever comes later. */
        char *port; /* "www/eth0" */
        struct prefix address;
};

enum plan_state { PLAN_DRAFT, PLAN_OPEN, PLAN_DONE, PLAN_FAILED, PLAN_ROLLED_BACK, PLAN_UNDONE };
const char *plan_state_name(enum plan_state s); /* "draft", "open", "done", "failed", "rolled back", "undone" */

struct plan {
        int64_t number; /* the journal's; 0 before it is written */
        char *words;    /* the request, as a jailnet command line without the program's name */
        char *title;    /* one line: "create epair0a and epair0b" */
        struct step *steps;
        size_t step_count, step_capacity;
        struct plan_note *notes;
        size_t note_count, note_capacity;
        char **freebsd; /* equal FreeBSD command lines */
        size_t freebsd_count, freebsd_capacity;
        char **made; /* names to print when done, as FreeBSD's ifconfig does: "epair0a" */
        size_t made_count, made_capacity;
        struct claims imported;  /* what files want that it brings about: kept in the inventory while they do */
        struct claims withdrawn; /* what they want no more */
        int64_t undoes;          /* number of the plan that this one takes back; 0 none */
        enum plan_state state;
        uint64_t serial;   /* of the graph it was planned on */
        char failure[512]; /* why it failed; "" */
};

struct plan *plan_new(const char *title_fmt, ...) __attribute__((format(printf, 1, 2)));
void plan_free(struct plan *p);

INLINE void plan_freep(struct plan **p)
{
        plan_free(*p);
        *p = NULL;
}

/* The returned step is zeroed but for op, and lasts until the next add. */
struct step *plan_add(struct plan *p, enum step_op op);
struct step *step_add_undo(struct step *s, enum step_op op);
/* Puts the steps from `from` on before the one at `to`, in their order. */
void plan_advance(struct plan *p, size_t from, size_t to);
void plan_note(struct plan *p, enum note_level level, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
const char *plan_note_said(const struct plan_note *n); /* for who reads it; text is what is kept */
void plan_note_port(struct plan *p, const struct target *port, const struct prefix *address); /* the last note's */
void plan_hand_notes(struct plan *to, struct plan *from); /* all of them, with what they are about */
void plan_forget_note(struct plan *p, size_t note);
void plan_freebsd(struct plan *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void plan_made(struct plan *p, const char *name);

/* The value of SSH_CONNECTION, so that steps that would cut this session off are known; NULL for none. Copied. */
void plan_set_ssh_connection(const char *value);

/*
 * plan_build - what an intent means on this graph.
 *
 *   errors   one clear sentence "OBJECT: what is wrong; what to do"; nothing is changed
 *   owner    caller frees with plan_free
 */
int plan_build(const struct intent *in, const struct graph *g, struct plan **ret, struct err *e);

/* Adds another intent's steps to the same plan, planned on the same graph (no step may depend on the earlier ones'
 * objects; the demo and imports chain intents through names instead: see plan_chain in chain.h when it is needed). */
int plan_append(struct plan *p, const struct intent *in, const struct graph *g, struct err *e);

/*
 * plan_build_undo - the plan that takes a finished one back, on today's graph.
 *
 *   errors   -ESTALE; e says which object is no longer as the plan left it
 */
int plan_build_undo(const struct plan *done, const struct graph *g, struct plan **ret, struct err *e);

/* Of which systems a preview gives the equal commands. */
enum plan_words { PLAN_WORDS_BOTH, PLAN_WORDS_FREEBSD, PLAN_WORDS_LINUX };

/* The preview: sentences, consequences, then the equal commands. Foreign text made visible. */
void plan_put_preview(struct text *t, const struct plan *p);
void plan_put_preview_in(struct text *t, const struct plan *p, enum plan_words words);
/* Its title: in FreeBSD's words the equal command, the first of several; in Linux's its own with other words. */
void plan_put_title(struct text *t, const struct plan *p, enum plan_words words);

/* JSON, for scripts (-n --format json) and for the journal. plan_from_json is strict. Caller decrefs / frees. */
json_t *plan_to_json(const struct plan *p);
int plan_from_json(const json_t *j, struct plan **ret, struct err *e);
json_t *step_to_json(const struct step *s);
int step_from_json(const json_t *j, struct step *ret, struct err *e);

#endif
