/* planning.h - what the plan tests share: words to a plan, or to its refusal, and comparing what came out. */
#ifndef TESTS_UNIT_PLAN_PLANNING_H
#define TESTS_UNIT_PLAN_PLANNING_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/graph/marks.h"
#include "core/plan/chain.h"
#include "core/plan/plan.h"
#include "tests/lib/topo.h"

/* Words are parted by blanks; '_' alone is an empty word. */
static inline int planning_try(const struct graph *g, const char *words, struct plan **ret, struct err *e)
{
        CLEANUP(freep) char *copy = xstrdup(words);
        char *argv[16], *save = NULL;
        int argc = 0, r;
        struct intent in;

        for (char *w = strtok_r(copy, " ", &save); w && argc < 16; w = strtok_r(NULL, " ", &save))
                argv[argc++] = strcmp(w, "_") == 0 ? w + 1 : w;
        r = verb_parse(argc, argv, &in, e);
        return r < 0 ? r : plan_build(&in, g, ret, e);
}

static inline struct plan *planned(const struct graph *g, const char *words)
{
        struct plan *p = NULL;
        struct err e = {0};
        int r = planning_try(g, words, &p, &e);

        if (r < 0)
                print_error("%s: refused: %s\n", words, e.what);
        assert_int_equal(r, 0);
        return p;
}

/* The refusal must hold that text. */
static inline void refused(const struct graph *g, const char *words, const char *why)
{
        CLEANUP(plan_freep) struct plan *p = NULL;
        struct err e = {0};

        assert_true(planning_try(g, words, &p, &e) < 0);
        if (!strstr(e.what, why))
                print_error("%s: '%s' is not in '%s'\n", words, why, e.what);
        assert_non_null(strstr(e.what, why));
}

/* Follows from the hooks' names, which have steps of their own. */
static inline bool is_hook_mark(const struct step *s)
{
        struct hook_mark hook;
        uint32_t digits;

        return (s->op == STEP_ALTNAME_ADD || s->op == STEP_ALTNAME_DEL) &&
                (hook_mark_parse(s->text, &hook) || stack_mark_parse(s->text, &digits));
}

/* All steps as sentences, one a line; but for marks of hooks. */
static inline void assert_steps(const struct plan *p, const char *expected)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t k = 0; k < p->step_count; k++) {
                if (is_hook_mark(&p->steps[k]))
                        continue;
                step_put_sentence(&t, &p->steps[k]);
                text_put_char(&t, '\n');
        }
        assert_string_equal(text_str(&t), expected);
}

/* What taking the plan back does, newest first. */
static inline void assert_undo(const struct plan *p, const char *expected)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t k = p->step_count; k-- > 0;) {
                for (size_t n = 0; n < p->steps[k].undo_count; n++) {
                        if (is_hook_mark(&p->steps[k].undo[n]))
                                continue;
                        step_put_sentence(&t, &p->steps[k].undo[n]);
                        text_put_char(&t, '\n');
                }
        }
        assert_string_equal(text_str(&t), expected);
}

static inline void assert_iproute2(const struct plan *p, const char *expected)
{
        CLEANUP(text_done) struct text t = {0};

        for (size_t k = 0; k < p->step_count; k++)
                step_put_iproute2(&t, &p->steps[k]);
        assert_string_equal(text_str(&t), expected);
}

static inline bool has_note(const struct plan *p, const char *part)
{
        for (size_t k = 0; k < p->note_count; k++) {
                if (strstr(p->notes[k].text, part))
                        return true;
        }
        for (size_t k = 0; k < p->note_count; k++)
                print_message("note: %s\n", p->notes[k].text);
        return false;
}

static inline bool has_freebsd(const struct plan *p, const char *line)
{
        for (size_t k = 0; k < p->freebsd_count; k++) {
                if (strcmp(p->freebsd[k], line) == 0)
                        return true;
        }
        for (size_t k = 0; k < p->freebsd_count; k++)
                print_message("FreeBSD: %s\n", p->freebsd[k]);
        return false;
}

static inline struct step *find_step(const struct plan *p, enum step_op op)
{
        for (size_t k = 0; k < p->step_count; k++) {
                if (p->steps[k].op == op)
                        return &p->steps[k];
        }
        return NULL;
}

/* As exec leaves a plan that went well. */
/* One request more; the graph that it leaves is the chain's. */
static inline const struct graph *then(struct plan_chain *c, const char *words)
{
        CLEANUP(freep) char *copy = xstrdup(words);
        char *argv[8], *save = NULL;
        int argc = 0;
        struct intent in;
        struct err e = {0};

        for (char *w = strtok_r(copy, " ", &save); w && argc < 8; w = strtok_r(NULL, " ", &save))
                argv[argc++] = w;
        assert_int_equal(verb_parse(argc, argv, &in, NULL), 0);
        if (plan_chain_add(c, &in, &e) < 0) {
                print_error("%s: %s\n", words, e.what);
                fail();
        }
        return plan_chain_graph(c);
}

static inline void mark_done(struct plan *p, int64_t number)
{
        p->number = number;
        p->state = PLAN_DONE;
        for (size_t k = 0; k < p->step_count; k++)
                p->steps[k].state = STEP_DONE;
}

#endif
