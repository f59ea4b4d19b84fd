/*
 * err.h - what went wrong, in parts that a view can lay out.
 *
 * The one idiom: a function that can fail returns 0 or a negative errno, gives its results through ret_ parameters that
 * stay untouched on failure, and, where a person will read the reason, takes a struct err as its last parameter (may be
 * NULL). Lower layers fill it, the edge (a view, exec, main) tells it; nobody does both.
 */
#ifndef CORE_BASE_ERR_H
#define CORE_BASE_ERR_H

#include <stdbool.h>

#define ERR_SENTENCE_SIZE 1024 /* room for err_sentence */

struct err {
        int code;         /* negative errno; 0 means unset */
        char what[512];   /* one sentence without a stop: "OBJECT: what is wrong; what to do"; a longer one is elided */
        char kernel[160]; /* the kernel's own words (extended ack), empty when there were none */
        char plain[512];  /* what in English, when it is in another language: for what is written down; else "" */
};

/* Fills e (when not NULL) and returns code, so that "return err_set(e, -ENODEV, ...)" reads as one line. The format is
 * the English sentence: e->what gets it in the language of the user (core/base/intl.h). */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The sentence in both languages, made by the caller; plain NULL when there is one only. */
int err_say(struct err *e, int code, const char *own, const char *plain);

/* Another's sentence as it is, but for the kernel's words; returns its code. */
int err_copy(struct err *e, const struct err *from);

/* Puts "CONTEXT: " before the sentence that e holds; returns e's code (or -EINVAL if it was unset). */
int err_wrap(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void err_clear(struct err *e);
bool err_is_set(const struct err *e);

/*
 * err_sentence - the whole as one line for a person: what, then the kernel's words in brackets when they add something.
 *
 *   owner    buf, which is returned; always terminated. Control characters are made visible.
 */
const char *err_sentence(const struct err *e, char *buf, unsigned size);

/* The same in English, for the journal and for programs. */
const char *err_plain_sentence(const struct err *e, char *buf, unsigned size);

#endif
