/* jailconf_parts.h - what the files of the jail.conf reader share; nobody else includes it. */
#ifndef CORE_DIALECT_JAILCONF_PARTS_H
#define CORE_DIALECT_JAILCONF_PARTS_H

#include "core/dialect/jailconf.h"
#include "core/dialect/source.h"

/* A part of a string: text as it is, or the name of a variable. */
struct conf_piece {
        const char *text;
        bool is_variable;
        size_t at;
};

struct conf_string {
        const struct conf_piece *pieces;
        size_t count;
        unsigned parts; /* as they are written: a"b" is two. A block's name has one */
        bool is_quoted;
        size_t at, end; /* in the source */
};

enum conf_token {
        TOKEN_END,
        TOKEN_STRING,
        TOKEN_SEMICOLON,
        TOKEN_COMMA,
        TOKEN_SET,
        TOKEN_ADD,
        TOKEN_OPEN,
        TOKEN_CLOSE
};

struct conf_file {
        struct source source;
        char *name, *text; /* the source's */
        size_t next;       /* where the next token begins */
        unsigned depth;    /* of .include */

        enum conf_token token;
        struct conf_string string; /* TOKEN_STRING */
        size_t at, end;            /* of the token */

        size_t long_open, long_close; /* the first quoted string that swallowed the end of a statement: its own quote
                                         may be lost; 0 none */
};

enum conf_way { WAY_BARE, WAY_SET, WAY_ADD };

/* A statement, with the block that it stands in. */
struct conf_param {
        const char *block; /* "*" outside of blocks */
        const char *name;
        bool is_variable; /* $name = ... */
        enum conf_way way;
        const struct conf_string *values;
        size_t count;
        struct conf_file *file; /* NULL: a word of a command line */
        size_t at;
};

struct jailconf {
        jailconf_include *include;
        void *user;
        struct arena arena;
        struct conf_file **files;
        size_t file_count, file_capacity;
        struct conf_param *params;
        size_t param_count, param_capacity;
        const char **jails;
        size_t jail_count, jail_capacity;
        const struct conf_file *failed; /* NULL */
};

/* Refuses what stands at a place of a file. */
int conf_fail(struct jailconf *c, struct conf_file *f, size_t at, struct err *e, const char *fmt, ...)
        __attribute__((format(printf, 5, 6)));

/* The next token, into f. */
int conf_next(struct jailconf *c, struct conf_file *f, struct err *e);

#endif
