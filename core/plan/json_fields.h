/*
 * json_fields.h - a struct as a JSON object: one table says what is written, and the same table reads.
 *
 * A field at its zero is left out; reading refuses what it does not know, and what does not fit. Text that is not UTF-8
 * (the kernel takes any bytes) is {"hex": "..."}.
 */
#ifndef CORE_PLAN_JSON_FIELDS_H
#define CORE_PLAN_JSON_FIELDS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

enum field_type {
        FIELD_TEXT,   /* char[size] */
        FIELD_NUMBER, /* unsigned, of size bytes */
        FIELD_INT,    /* int, not negative */
        FIELD_SIGNED, /* int */
        FIELD_BOOL,
        FIELD_ENUM, /* names, count */
        FIELD_MAC,
        FIELD_PREFIX,
        FIELD_HANDLE,
        FIELD_STRUCT, /* table */
};

struct json_table;

struct json_field {
        const char *name;
        enum field_type type;
        size_t offset, size;
        const char *const *names;
        size_t count;
        const struct json_table *table;
};

struct json_table {
        const struct json_field *fields;
        size_t count;
};

#define AT(s, m) .offset = offsetof(struct s, m), .size = sizeof(((struct s *)0)->m)
#define TEXT(s, m)                       \
        {                                \
#m, FIELD_TEXT, AT(s, m) \
        }
#define NUMBER(s, m)                       \
        {                                  \
#m, FIELD_NUMBER, AT(s, m) \
        }
#define INT(s, m)                       \
        {                               \
#m, FIELD_INT, AT(s, m) \
        }
#define BOOL(s, m)                       \
        {                                \
#m, FIELD_BOOL, AT(s, m) \
        }
#define ENUM(s, m, n)                                                          \
        {                                                                      \
#m, FIELD_ENUM, AT(s, m), .names = (n), .count = ARRAY_SIZE(n) \
        }
#define MAC(s, m)                       \
        {                               \
#m, FIELD_MAC, AT(s, m) \
        }
#define PREFIX(s, m)                       \
        {                                  \
#m, FIELD_PREFIX, AT(s, m) \
        }
#define STRUCT(s, m, t)                                   \
        {                                                 \
#m, FIELD_STRUCT, AT(s, m), .table = &(t) \
        }
#define TABLE(name, entries) static const struct json_table name = {entries, ARRAY_SIZE(entries)}

json_t *struct_to_json(const struct json_table *t, const void *base);

/* also: further names, read by others; ends with NULL. NULL none. */
int struct_from_json(const struct json_table *t, const json_t *j, void *base, const char *const *also, struct err *e);

json_t *text_to_json(const char *s);
char *text_from_json(const json_t *j); /* caller frees; NULL when it is neither form of text */

int json_name_index(const struct json_field *f, const char *name, uint64_t *ret); /* among its names */
int json_refuse(struct err *e, const char *name, const char *why); /* "'op' is unknown"; always -EINVAL */

#endif
