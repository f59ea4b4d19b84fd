/*
 * text.h - growing strings, UTF-8, and making foreign text harmless.
 *
 * Whatever the kernel, a file or another process names is foreign text. It reaches a terminal only through
 * text_put_visible (or a canvas, which applies the same rule).
 */
#ifndef CORE_BASE_TEXT_H
#define CORE_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/alloc.h"

/* A string that grows; zeroed is empty. Owner: text_done frees; text_take hands the buffer over. */
struct text {
        char *s;
        size_t length;
        size_t capacity;
};

void text_done(struct text *t);
void text_clear(struct text *t);            /* empties, keeps the buffer */
const char *text_str(const struct text *t); /* never NULL; borrowed until the next change */
char *text_take(struct text *t);            /* caller frees; t is empty afterwards */

void text_put(struct text *t, const char *s);
void text_put_n(struct text *t, const char *s, size_t n);
void text_put_char(struct text *t, char c);
void text_putf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * text_put_visible - foreign text, with nothing in it that a terminal would act on.
 *
 *   shape    C0, DEL, C1 as \xNN; broken UTF-8 bytes as \xNN; bidirectional and other invisible controls as \u{N};
 *            a backslash as two. Everything else as it is.
 */
void text_put_visible(struct text *t, const char *s);
bool text_is_hidden(uint32_t c); /* a code point that it does not write as it is, but for the backslash */

/* Single-quoted for a POSIX shell, when it needs quotes. A control character becomes $'\NNN'-free: it is refused by
 * being written as '?' (names with controls can't be typed into a shell line portably). */
void text_put_shell(struct text *t, const char *s);

/*
 * utf8_next - decodes one code point and moves *s behind it.
 *
 *   errors   returns -1 for a byte that starts no valid sequence (overlong, surrogate, > U+10FFFF) and moves one byte
 *   shape    returns 0 at the end of the string, without moving
 */
int32_t utf8_next(const char **s);

/* Writes c as UTF-8 into buf (at least 5 bytes), terminated; returns the byte count. */
size_t utf8_encode(uint32_t c, char *buf);

/* Columns that a code point takes: 0 combining, 1, 2 wide, -1 not printable. libc's table, by the locale. */
int utf8_width(uint32_t c);

/* Columns of a whole string after text_put_visible's rule. */
size_t text_columns(const char *s);

/* snprintf that says whether everything fitted. */
bool str_format(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Copies s into buf, cut at a UTF-8 boundary when too long; true when whole. */
bool str_copy(char *buf, size_t size, const char *s);

/* The same, but what does not fit is left out with "..." in its place: of the longest word, so that a path loses its
 * middle and the sentence around it stays, else at the end. */
bool str_elide(char *buf, size_t size, const char *s);

/* Whole string as an unsigned number in base 10; 0, or -EINVAL / -ERANGE. */
int str_to_u32(const char *s, uint32_t max, uint32_t *ret);

bool str_has_prefix(const char *s, const char *prefix);

#endif
