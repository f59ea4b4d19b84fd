/*
 * ngctl_bench.h - a session of ngctl on a written network, for its tests: services that need no kernel, and assertions
 * (cmocka's) about what a line prints and says.
 */
#ifndef TESTS_LIB_NGCTL_BENCH_H
#define TESTS_LIB_NGCTL_BENCH_H

#include "core/dialect/ngctl_parts.h"
#include "tests/lib/topo.h"

/* A session whose one file is `script`. */
struct bench {
        const struct graph *g;
        struct dialect d;
        struct ngctl *n;
        struct dialect_services services;
        const char *script;
        size_t script_length;
        char *written;
};

/* Takes g. FreeBSD's own words with is_strict, a friendly ngctl's else. */
void bench_begin(struct bench *b, const struct graph *g, bool is_strict);
void bench_end(struct bench *b);

/* Runs a line after forgetting what was printed; ngctl_line's result. */
int bench_line(struct bench *b, const char *words);

/* Reads that many bytes as a file called "script", after forgetting what was printed. */
int bench_script(struct bench *b, const char *text, size_t length);

/* A service that keeps the last file written in the bench's `written`. */
int bench_keep_file(struct dialect *d, const char *path, const char *bytes, size_t length, struct err *e);

#define assert_prints(b, words, text)                                   \
        do {                                                            \
                assert_int_equal(bench_line((b), (words)), NGCTL_DONE); \
                assert_string_equal(text_str(&(b)->d.out), (text));     \
                assert_string_equal(text_str(&(b)->d.said), "");        \
        } while (0)

#define assert_fails(b, words, status, text)                          \
        do {                                                          \
                assert_int_equal(bench_line((b), (words)), (status)); \
                assert_string_equal(text_str(&(b)->d.said), (text));  \
        } while (0)

#endif
