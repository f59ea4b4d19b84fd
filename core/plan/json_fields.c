/* json_fields.c - structs as JSON objects, by their tables. */
#include "core/plan/json_fields.h"

#include <errno.h>
#include <string.h>

#include "core/graph/graph.h"

static void put_hex(struct text *t, const void *data, size_t size)
{
        const unsigned char *p = data;

        for (size_t k = 0; k < size; k++)
                text_putf(t, "%02x", p[k]);
}

static int hex_digit(char c)
{
        if (c >= '0' && c <= '9')
                return c - '0';
        return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Reads exactly whole bytes; how many, or -EINVAL. */
static int get_hex(const char *s, unsigned char *ret, size_t max)
{
        size_t n = strlen(s) / 2;

        if (strlen(s) % 2 || n > max)
                return -EINVAL;
        for (size_t k = 0; k < n; k++) {
                int high = hex_digit(s[2 * k]), low = hex_digit(s[2 * k + 1]);

                if (high < 0 || low < 0)
                        return -EINVAL;
                ret[k] = (unsigned char)(high << 4 | low);
        }
        return (int)n;
}

json_t *text_to_json(const char *s)
{
        json_t *j = json_string(s);

        if (j)
                return j;

        CLEANUP(text_done) struct text t = {0};

        put_hex(&t, s, strlen(s));
        return json_pack("{s:s}", "hex", text_str(&t));
}

char *text_from_json(const json_t *j)
{
        const json_t *hex = json_is_object(j) && json_object_size(j) == 1 ? json_object_get(j, "hex") : NULL;

        if (json_is_string(j))
                return strlen(json_string_value(j)) == json_string_length(j) ? xstrdup(json_string_value(j)) : NULL;
        if (!json_is_string(hex))
                return NULL;

        size_t size = strlen(json_string_value(hex)) / 2;
        CLEANUP(freep) char *s = xcalloc(size + 1, 1);

        if (get_hex(json_string_value(hex), (unsigned char *)s, size) < 0 || strlen(s) != size)
                return NULL;
        return TAKE(s);
}

static uint64_t get_number(const void *at, size_t size)
{
        switch (size) {
        case 1: return *(const uint8_t *)at;
        case 2: return *(const uint16_t *)at;
        case 4: return *(const uint32_t *)at;
        default: return *(const uint64_t *)at;
        }
}

static void set_number(void *at, size_t size, uint64_t n)
{
        switch (size) {
        case 1: *(uint8_t *)at = (uint8_t)n; break;
        case 2: *(uint16_t *)at = (uint16_t)n; break;
        case 4: *(uint32_t *)at = (uint32_t)n; break;
        default: *(uint64_t *)at = n; break;
        }
}

/* --- writing --- */

/* NULL: it is at its zero. */
static json_t *field_to_json(const struct json_field *f, const void *at)
{
        switch (f->type) {
        case FIELD_TEXT: return *(const char *)at ? text_to_json(at) : NULL;
        case FIELD_NUMBER: {
                uint64_t n = get_number(at, f->size);

                return n ? json_integer((json_int_t)n) : NULL;
        }
        case FIELD_INT:
        case FIELD_SIGNED: return *(const int *)at ? json_integer(*(const int *)at) : NULL;
        case FIELD_BOOL: return *(const bool *)at ? json_true() : NULL;
        case FIELD_ENUM: {
                uint64_t n = get_number(at, f->size);

                return n ? json_string(f->names[n]) : NULL;
        }
        case FIELD_MAC: {
                char buf[MAC_TEXT_SIZE];
                const struct mac *m = at;

                return m->is_set ? json_string(mac_format(*m, buf)) : NULL;
        }
        case FIELD_PREFIX: {
                char buf[PREFIX_TEXT_SIZE];
                const struct prefix *p = at;

                return p->family ? json_string(prefix_format(p, buf)) : NULL;
        }
        case FIELD_HANDLE: {
                const struct ns_handle *h = at;
                CLEANUP(text_done) struct text t = {0};

                put_hex(&t, h->bytes, h->length);
                return h->length ? json_pack("{s:i,s:s}", "type", h->type, "bytes", text_str(&t)) : NULL;
        }
        case FIELD_STRUCT: {
                json_t *j = struct_to_json(f->table, at);

                if (json_object_size(j))
                        return j;
                json_decref(j);
                return NULL;
        }
        }
        return NULL;
}

json_t *struct_to_json(const struct json_table *t, const void *base)
{
        json_t *j = json_object();

        for (size_t k = 0; k < t->count; k++) {
                json_t *value = field_to_json(&t->fields[k], (const char *)base + t->fields[k].offset);

                if (value)
                        (void)json_object_set_new(j, t->fields[k].name, value);
        }
        return j;
}

/* --- reading --- */

int json_refuse(struct err *e, const char *name, const char *why)
{
        return err_set(e, -EINVAL, "plan: '%s' %s; it was not written by this program", name, why);
}

int json_name_index(const struct json_field *f, const char *name, uint64_t *ret)
{
        for (size_t k = 0; name && k < f->count; k++) {
                if (strcmp(f->names[k], name) == 0) {
                        *ret = k;
                        return 0;
                }
        }
        return -EINVAL;
}

static int handle_from_json(const json_t *j, struct ns_handle *ret)
{
        const char *hex = json_string_value(json_object_get(j, "bytes"));
        const json_t *type = json_object_get(j, "type");
        struct ns_handle h = {0};
        int n = hex ? get_hex(hex, h.bytes, sizeof(h.bytes)) : -EINVAL;

        if (n < 0 || !json_is_integer(type) || json_object_size(j) != 2)
                return -EINVAL;
        h.type = (int)json_integer_value(type);
        h.length = (uint8_t)n;
        *ret = h;
        return 0;
}

static int field_from_json(const struct json_field *f, const json_t *j, void *at, struct err *e)
{
        bool ok = false;

        switch (f->type) {
        case FIELD_TEXT: {
                CLEANUP(freep) char *s = text_from_json(j);

                ok = s && strlen(s) < f->size;
                if (ok)
                        (void)str_copy(at, f->size, s);
                break;
        }
        case FIELD_NUMBER: {
                uint64_t n = (uint64_t)json_integer_value(j);

                ok = json_is_integer(j) && (f->size == 8 || n < UINT64_C(1) << (8 * f->size));
                if (ok)
                        set_number(at, f->size, n);
                break;
        }
        case FIELD_INT:
        case FIELD_SIGNED: {
                json_int_t n = json_integer_value(j);

                ok = json_is_integer(j) && n <= INT32_MAX && n >= (f->type == FIELD_INT ? 0 : INT32_MIN);
                if (ok)
                        *(int *)at = (int)n;
                break;
        }
        case FIELD_BOOL:
                ok = json_is_boolean(j);
                if (ok)
                        *(bool *)at = json_is_true(j);
                break;
        case FIELD_ENUM: {
                uint64_t n = 0;

                ok = json_name_index(f, json_string_value(j), &n) == 0;
                if (ok)
                        set_number(at, f->size, n);
                break;
        }
        case FIELD_MAC: ok = json_is_string(j) && mac_parse(json_string_value(j), at) == 0; break;
        case FIELD_PREFIX: ok = json_is_string(j) && prefix_parse(json_string_value(j), at, NULL) == 0; break;
        case FIELD_HANDLE: ok = handle_from_json(j, at) == 0; break;
        case FIELD_STRUCT: return struct_from_json(f->table, j, at, NULL, e);
        }
        return ok ? 0 : json_refuse(e, f->name, "has a value that does not fit");
}

int struct_from_json(const struct json_table *t, const json_t *j, void *base, const char *const *also, struct err *e)
{
        size_t known = 0;

        if (!json_is_object(j))
                return json_refuse(e, "step", "is not an object");
        for (size_t k = 0; k < t->count; k++) {
                const json_t *value = json_object_get(j, t->fields[k].name);
                int r = value ? field_from_json(&t->fields[k], value, (char *)base + t->fields[k].offset, e) : 0;

                if (r < 0)
                        return r;
                known += value != NULL;
        }
        for (size_t k = 0; also && also[k]; k++)
                known += json_object_get(j, also[k]) != NULL;
        return known == json_object_size(j) ? 0 : json_refuse(e, "step", "has a part that is unknown");
}
