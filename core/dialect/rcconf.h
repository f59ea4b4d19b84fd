/*
 * rcconf.h - reader of files that are assignments for FreeBSD's sh: rc.conf, a jail's rc.conf, ezjail's files.
 *
 *   NAME=value   export NAME="value"   # comment   'as it is'   "with $NAME or ${NAME} of an earlier line"   \
 *
 * Nothing is executed and no shell sees it. Whatever is not an assignment (a command, `...`, $(...), ${NAME:-...}, a
 * redirection) is refused with its line and column. Pure.
 */
#ifndef CORE_DIALECT_RCCONF_H
#define CORE_DIALECT_RCCONF_H

#include "core/base/arena.h"
#include "core/dialect/source.h"

struct rc_variable {
        const char *name;
        const char *value;
        const size_t *places; /* where in the text each byte of the value is from; one more for its end */
        size_t start, end;    /* the whole assignment in the text, with a word export before it */
        bool is_exported;
};

struct rc_file {
        struct source *source; /* borrowed */
        struct rc_variable *variables;
        size_t count, capacity;
        struct arena arena;
};

/*
 * rcconf_read - all assignments, in the file's order.
 *
 *   errors   -EINVAL; e is "FILE:LINE:COLUMN: what is wrong; what to do", s->mark shows the line
 *   owner    ret holds on to s; rcconf_done, also after a failure
 */
int rcconf_read(struct source *s, struct rc_file *ret, struct err *e);
void rcconf_done(struct rc_file *f);

/* The variable's last assignment, as a shell would have it in the end; NULL. */
const struct rc_variable *rcconf_find(const struct rc_file *f, const char *name);
const char *rcconf_value(const struct rc_file *f, const char *name); /* NULL none */

/* The same with a formatted name. */
const struct rc_variable *rcconf_findf(const struct rc_file *f, const char *fmt, ...)
        __attribute__((format(printf, 2, 3)));

/* FreeBSD's checkyesno: yes, true, on, 1 in any case. */
bool rcconf_is_yes(const char *value);

/* Refuses something in a value, at its byte `at`. */
int rcconf_fail(const struct rc_file *f, const struct rc_variable *v, size_t at, struct err *e, const char *fmt, ...)
        __attribute__((format(printf, 5, 6)));
int rcconf_wrap(const struct rc_file *f, const struct rc_variable *v, size_t at, struct err *e);

/* The next word of a value from *at on, copied into the file's arena; *ret_at is where it stands. NULL: no more. */
const char *rcconf_word(struct rc_file *f, const struct rc_variable *v, size_t *at, size_t *ret_at);

/* In double quotes, so that sh and jail.conf read the same again. */
void rcconf_put_quoted(struct text *t, const char *value);

/* As a line of such a file: [export ]NAME="VALUE", quoted so that reading it gives the same. */
void rcconf_put(struct text *t, bool is_exported, const char *name, const char *value);

/* An interface's name as it stands in variables' names: . - / + become _. Arena's. */
const char *rcconf_mangle(struct arena *a, const char *iface);

#endif
