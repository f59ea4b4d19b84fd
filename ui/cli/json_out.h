/*
 * json_out.h - JSON on a stream that may be a terminal, written as it is told: no document is made of it first.
 *
 *   shape    valid JSON; what a terminal would act on, or what hides or turns text around, is written as \uNNNN, which
 *            JSON itself asks for below a space alone
 *
 * A picture of a thousand jails has half a million values. A tree of them (jansson's, which is for what is read or
 * changed) took longer to make and to free than the kernel takes to tell them.
 */
#ifndef UI_CLI_JSON_OUT_H
#define UI_CLI_JSON_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define JSON_OUT_ROOM 65536

struct json_out {
        FILE *out;        /* NULL: all of it stays in memory */
        bool is_indented; /* by two columns; else compact */
        bool is_first;    /* in the object or array that is open */
        unsigned depth;
        int result;  /* -EIO once something could not be written */
        char *bytes; /* what has not gone out yet */
        size_t length, room;
};

void json_out_begin(struct json_out *w, FILE *out, bool is_indented);
int json_out_end(struct json_out *w); /* a newline behind it all; 0 or -EIO */

/* A piece of another one's text, made in memory, whose values go into what that has open (so many objects or arrays
 * more will be by then). Zeroed, or one that was begun before and is not wanted any more, whose memory is used again.
 */
void json_out_begin_piece(struct json_out *piece, const struct json_out *of, unsigned deeper);
void json_out_piece(struct json_out *w, const struct json_out *piece); /* puts it there, behind what is there already */
void json_out_end_piece(struct json_out *piece);                       /* frees */

/* The values of an object have a key, a short plain word that needs no escapes; those of an array have NULL. */
void json_out_open(struct json_out *w, const char *key, char bracket); /* '{' or '[' */
void json_out_close(struct json_out *w, char bracket);                 /* '}' or ']' */

void json_out_null(struct json_out *w, const char *key);
void json_out_bool(struct json_out *w, const char *key, bool value);
void json_out_int(struct json_out *w, const char *key, int64_t value);
void json_out_count(struct json_out *w, const char *key, bool is_known, uint64_t value); /* unknown is null, never 0 */
void json_out_id(struct json_out *w, const char *key, uint32_t id);                      /* eight hexadecimal digits */
void json_out_string(struct json_out *w, const char *key, const char *s); /* foreign text; broken UTF-8 is made visible,
                                                                             NULL is null */
void json_out_value(struct json_out *w, const char *key, json_t *value);  /* a whole document, which has such keys */

#endif
