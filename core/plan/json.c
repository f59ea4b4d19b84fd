/*
 * json.c - plans and steps as JSON: for scripts, and for the journal, which must read them back years later.
 *
 * One table a struct says what is written; the same table reads. A field at its zero is left out; reading refuses what
 * it does not know, and what does not fit. Operations, kinds and states go by name. Text that is not UTF-8 (the kernel
 * takes any bytes) is {"hex": "..."}.
 */
#include <errno.h>
#include <string.h>

#include "core/plan/plan.h"

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

struct table;

struct field {
        const char *name;
        enum field_type type;
        size_t offset, size;
        const char *const *names;
        size_t count;
        const struct table *table;
};

struct table {
        const struct field *fields;
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
#define TABLE(name, entries) static const struct table name = {entries, ARRAY_SIZE(entries)}

static const char *const kind_names[] = {
        [KIND_PHYSICAL] = "physical", [KIND_LOOPBACK] = "loopback", [KIND_VETH] = "veth",
        [KIND_BRIDGE] = "bridge",     [KIND_VLAN] = "vlan",         [KIND_MACVLAN] = "macvlan",
        [KIND_MACVTAP] = "macvtap",   [KIND_IPVLAN] = "ipvlan",     [KIND_VXLAN] = "vxlan",
        [KIND_TUN] = "tun",           [KIND_TAP] = "tap",           [KIND_BOND] = "bond",
        [KIND_DUMMY] = "dummy",       [KIND_IFB] = "ifb",           [KIND_OTHER] = "other",
};
static const char *const role_names[] = {
        [ROLE_PLAIN] = "plain",      [ROLE_EPAIR] = "epair", [ROLE_EIFACE] = "eiface",    [ROLE_FABRIC] = "fabric",
        [ROLE_NG_BRIDGE] = "bridge", [ROLE_HUB] = "hub",     [ROLE_WIRE] = "wire",        [ROLE_IFACE] = "iface",
        [ROLE_TEE] = "tee",          [ROLE_NAT] = "nat",     [ROLE_ONE2MANY] = "one2many"};
static const char *const pin_names[] = {[PIN_NONE] = "none",       [PIN_JIB] = "jib",       [PIN_JNG] = "jng",
                                        [PIN_CURRENT] = "current", [PIN_MANUAL] = "manual", [PIN_STABLE] = "stable"};
static const char *const step_state_names[] = {
        [STEP_PLANNED] = "planned", [STEP_SENT] = "sent",       [STEP_DONE] = "done",
        [STEP_FAILED] = "failed",   [STEP_UNDOING] = "undoing", [STEP_UNDONE] = "undone"};
static const char *const plan_state_names[] = {[PLAN_DRAFT] = "draft",
                                               [PLAN_OPEN] = "open",
                                               [PLAN_DONE] = "done",
                                               [PLAN_FAILED] = "failed",
                                               [PLAN_ROLLED_BACK] = "rolled back",
                                               [PLAN_UNDONE] = "undone"};

static const struct field target_fields[] = {
        NUMBER(target, cookie), TEXT(target, jail),     INT(target, ifindex), TEXT(target, iface),
        TEXT(target, kind),     NUMBER(target, number), TEXT(target, path),
};
TABLE(target_table, target_fields);

static const struct field link_fields[] = {
        ENUM(link_spec, kind, kind_names),
        ENUM(link_spec, role, role_names),
        TEXT(link_spec, name),
        MAC(link_spec, mac),
        NUMBER(link_spec, mtu_bytes),
        BOOL(link_spec, is_up),
        INT(link_spec, ifindex),
        STRUCT(link_spec, parent, target_table),
        NUMBER(link_spec, vlan_id),
        NUMBER(link_spec, vxlan_id),
        PREFIX(link_spec, vxlan_remote),
        NUMBER(link_spec, macvlan_mode),
        NUMBER(link_spec, bond_mode),
        BOOL(link_spec, stp_on),
        BOOL(link_spec, is_borrowed),
        BOOL(link_spec, is_tap),
        STRUCT(link_spec, peer_jail, target_table),
        TEXT(link_spec, peer_name),
        MAC(link_spec, peer_mac),
        NUMBER(link_spec, peer_mtu_bytes),
        ENUM(link_spec, peer_role, role_names),
        NUMBER(link_spec, number),
        NUMBER(link_spec, peer_number),
};
TABLE(link_table, link_fields);

static const struct field route_fields[] = {
        NUMBER(route, jail),  PREFIX(route, destination), PREFIX(route, gateway),
        INT(route, oif),      NUMBER(route, metric),      NUMBER(route, protocol),
        NUMBER(route, scope), NUMBER(route, type),        PREFIX(route, source),
};
TABLE(route_table, route_fields);

static const struct field id_fields[] = {NUMBER(iface_id, cookie), INT(iface_id, ifindex)};
TABLE(id_table, id_fields);

/* op and undo are written by hand: the one is always there, the other an array of steps. */
static const struct field step_fields[] = {
        STRUCT(step, at, target_table),
        STRUCT(step, to, target_table),
        TEXT(step, name),
        STRUCT(step, link, link_table),
        MAC(step, mac),
        ENUM(step, pin_source, pin_names),
        NUMBER(step, number),
        BOOL(step, is_up),
        PREFIX(step, address),
        STRUCT(step, route, route_table),
        TEXT(step, text),
        TEXT(step, root_path),
        TEXT(step, hostname),
        BOOL(step, cuts_operator),
        BOOL(step, is_internal),
        ENUM(step, state, step_state_names),
        {"outcome", FIELD_SIGNED, AT(step, outcome)},
        STRUCT(step, made, id_table),
        STRUCT(step, made_peer, id_table),
        NUMBER(step, made_cookie),
        {"made_handle", FIELD_HANDLE, AT(step, made_handle)},
};
TABLE(step_table, step_fields);

/* --- values --- */

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

static json_t *text_to_json(const char *s)
{
        json_t *j = json_string(s);

        if (j)
                return j;

        CLEANUP(text_done) struct text t = {0};

        put_hex(&t, s, strlen(s));
        return json_pack("{s:s}", "hex", text_str(&t));
}

/* Caller frees. NULL when it is neither form of text. */
static char *text_from_json(const json_t *j)
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

static json_t *struct_to_json(const struct table *t, const void *base);

/* NULL: it is at its zero. */
static json_t *field_to_json(const struct field *f, const void *at)
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

static json_t *struct_to_json(const struct table *t, const void *base)
{
        json_t *j = json_object();

        for (size_t k = 0; k < t->count; k++) {
                json_t *value = field_to_json(&t->fields[k], (const char *)base + t->fields[k].offset);

                if (value)
                        (void)json_object_set_new(j, t->fields[k].name, value);
        }
        return j;
}

json_t *step_to_json(const struct step *s)
{
        json_t *j = struct_to_json(&step_table, s);

        (void)json_object_set_new(j, "op", json_string(step_op_name(s->op)));
        if (s->undo_count) {
                json_t *undo = json_array();

                for (size_t k = 0; k < s->undo_count; k++)
                        (void)json_array_append_new(undo, step_to_json(&s->undo[k]));
                (void)json_object_set_new(j, "undo", undo);
        }
        return j;
}

static json_t *texts_to_json(char *const *texts, size_t count)
{
        json_t *j = json_array();

        for (size_t k = 0; k < count; k++)
                (void)json_array_append_new(j, text_to_json(texts[k]));
        return j;
}

json_t *plan_to_json(const struct plan *p)
{
        json_t *j = json_object();
        json_t *steps = json_array(), *notes = json_array();

        for (size_t k = 0; k < p->step_count; k++)
                (void)json_array_append_new(steps, step_to_json(&p->steps[k]));
        for (size_t k = 0; k < p->note_count; k++) {
                json_t *note = json_object();

                (void)json_object_set_new(note, "level",
                                          json_string(p->notes[k].level == NOTE_WARNING ? "warning" : "info"));
                (void)json_object_set_new(note, "text", text_to_json(p->notes[k].text));
                (void)json_array_append_new(notes, note);
        }
        (void)json_object_set_new(j, "number", json_integer(p->number));
        (void)json_object_set_new(j, "words", text_to_json(p->words));
        (void)json_object_set_new(j, "title", text_to_json(p->title));
        (void)json_object_set_new(j, "state", json_string(plan_state_names[p->state]));
        (void)json_object_set_new(j, "undoes", json_integer(p->undoes));
        (void)json_object_set_new(j, "serial", json_integer((json_int_t)p->serial));
        (void)json_object_set_new(j, "failure", text_to_json(p->failure));
        (void)json_object_set_new(j, "steps", steps);
        (void)json_object_set_new(j, "notes", notes);
        (void)json_object_set_new(j, "freebsd", texts_to_json(p->freebsd, p->freebsd_count));
        (void)json_object_set_new(j, "made", texts_to_json(p->made, p->made_count));
        return j;
}

/* --- reading --- */

static int refuse(struct err *e, const char *name, const char *why)
{
        return err_set(e, -EINVAL, "plan: '%s' %s; it was not written by this program", name, why);
}

static int name_index(const struct field *f, const char *name, uint64_t *ret)
{
        for (size_t k = 0; name && k < f->count; k++) {
                if (strcmp(f->names[k], name) == 0) {
                        *ret = k;
                        return 0;
                }
        }
        return -EINVAL;
}

static int struct_from_json(const struct table *t, const json_t *j, void *base, const char *const *also, struct err *e);

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

static int field_from_json(const struct field *f, const json_t *j, void *at, struct err *e)
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

                ok = name_index(f, json_string_value(j), &n) == 0;
                if (ok)
                        set_number(at, f->size, n);
                break;
        }
        case FIELD_MAC: ok = json_is_string(j) && mac_parse(json_string_value(j), at) == 0; break;
        case FIELD_PREFIX: ok = json_is_string(j) && prefix_parse(json_string_value(j), at, NULL) == 0; break;
        case FIELD_HANDLE: ok = handle_from_json(j, at) == 0; break;
        case FIELD_STRUCT: return struct_from_json(f->table, j, at, NULL, e);
        }
        return ok ? 0 : refuse(e, f->name, "has a value that does not fit");
}

/* also: further names, read elsewhere; ends with NULL. */
static int struct_from_json(const struct table *t, const json_t *j, void *base, const char *const *also, struct err *e)
{
        size_t known = 0;

        if (!json_is_object(j))
                return refuse(e, "step", "is not an object");
        for (size_t k = 0; k < t->count; k++) {
                const json_t *value = json_object_get(j, t->fields[k].name);
                int r = value ? field_from_json(&t->fields[k], value, (char *)base + t->fields[k].offset, e) : 0;

                if (r < 0)
                        return r;
                known += value != NULL;
        }
        for (size_t k = 0; also && also[k]; k++)
                known += json_object_get(j, also[k]) != NULL;
        return known == json_object_size(j) ? 0 : refuse(e, "step", "has a part that is unknown");
}

static void step_donep(struct step *s)
{
        step_done(s);
}

int step_from_json(const json_t *j, struct step *ret, struct err *e)
{
        static const char *const also[] = {"op", "undo", NULL};
        CLEANUP(step_donep) struct step s = {0};
        const char *op = json_string_value(json_object_get(j, "op"));
        const json_t *undo = json_object_get(j, "undo");
        int r = struct_from_json(&step_table, j, &s, also, e);

        if (r < 0)
                return r;
        if (!op || step_op_parse(op, &s.op) < 0)
                return refuse(e, "op", "is missing or unknown");
        if (undo && !json_is_array(undo))
                return refuse(e, "undo", "is not a list");
        for (size_t k = 0; k < json_array_size(undo); k++) {
                struct step *u = step_add_undo(&s, STEP_JAIL_ADD);

                r = step_from_json(json_array_get(undo, k), u, e);
                if (r < 0)
                        return r;
        }
        *ret = s;
        s.undo = NULL;
        s.undo_count = 0;
        return 0;
}

static int texts_from_json(const json_t *j, const char *name, struct plan *p, void (*add)(struct plan *, const char *),
                           struct err *e)
{
        const json_t *list = json_object_get(j, name);

        if (!json_is_array(list))
                return refuse(e, name, "is missing or no list");
        for (size_t k = 0; k < json_array_size(list); k++) {
                CLEANUP(freep) char *s = text_from_json(json_array_get(list, k));

                if (!s)
                        return refuse(e, name, "holds something else than text");
                add(p, s);
        }
        return 0;
}

static void add_freebsd(struct plan *p, const char *s)
{
        plan_freebsd(p, "%s", s);
}

static int notes_from_json(const json_t *j, struct plan *p, struct err *e)
{
        const json_t *list = json_object_get(j, "notes");

        if (!json_is_array(list))
                return refuse(e, "notes", "is missing or no list");
        for (size_t k = 0; k < json_array_size(list); k++) {
                const json_t *note = json_array_get(list, k);
                const char *level = json_string_value(json_object_get(note, "level"));
                CLEANUP(freep) char *text = text_from_json(json_object_get(note, "text"));
                bool is_warning = level && strcmp(level, "warning") == 0;

                if (!text || json_object_size(note) != 2 || (!is_warning && (!level || strcmp(level, "info") != 0)))
                        return refuse(e, "notes", "holds something else than notes");
                plan_note(p, is_warning ? NOTE_WARNING : NOTE_INFO, "%s", text);
        }
        return 0;
}

static int steps_from_json(const json_t *j, struct plan *p, struct err *e)
{
        const json_t *list = json_object_get(j, "steps");

        if (!json_is_array(list))
                return refuse(e, "steps", "is missing or no list");
        for (size_t k = 0; k < json_array_size(list); k++) {
                struct step *s = plan_add(p, STEP_JAIL_ADD);
                int r = step_from_json(json_array_get(list, k), s, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

static int text_field(const json_t *j, const char *name, char **ret, struct err *e)
{
        char *s = text_from_json(json_object_get(j, name));

        if (!s)
                return refuse(e, name, "is missing or no text");
        free(*ret);
        *ret = s;
        return 0;
}

int plan_from_json(const json_t *j, struct plan **ret, struct err *e)
{
        static const char *const names[] = {"number",  "words", "title", "state",   "undoes", "serial",
                                            "failure", "steps", "notes", "freebsd", "made"};
        static const struct field state = {.names = plan_state_names, .count = ARRAY_SIZE(plan_state_names)};
        CLEANUP(plan_freep) struct plan *p = plan_new("%s", "");
        CLEANUP(freep) char *failure = NULL;
        uint64_t n;
        int r;

        if (!json_is_object(j))
                return refuse(e, "plan", "is not an object");
        for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
                if (!json_object_get(j, names[k]))
                        return refuse(e, names[k], "is missing");
        }
        if (json_object_size(j) != ARRAY_SIZE(names))
                return refuse(e, "plan", "has an unknown part");
        if (!json_is_integer(json_object_get(j, "number")) || !json_is_integer(json_object_get(j, "undoes")) ||
            !json_is_integer(json_object_get(j, "serial")))
                return refuse(e, "number", "is no number");
        if (name_index(&state, json_string_value(json_object_get(j, "state")), &n) < 0)
                return refuse(e, "state", "is unknown");
        p->state = (enum plan_state)n;
        p->number = json_integer_value(json_object_get(j, "number"));
        p->undoes = json_integer_value(json_object_get(j, "undoes"));
        p->serial = (uint64_t)json_integer_value(json_object_get(j, "serial"));
        r = text_field(j, "words", &p->words, e);
        if (r == 0)
                r = text_field(j, "title", &p->title, e);
        if (r == 0)
                r = text_field(j, "failure", &failure, e);
        if (r == 0 && !str_copy(p->failure, sizeof(p->failure), failure))
                r = refuse(e, "failure", "is too long");
        if (r == 0)
                r = steps_from_json(j, p, e);
        if (r == 0)
                r = notes_from_json(j, p, e);
        if (r == 0)
                r = texts_from_json(j, "freebsd", p, add_freebsd, e);
        if (r == 0)
                r = texts_from_json(j, "made", p, plan_made, e);
        if (r < 0)
                return r;
        *ret = TAKE(p);
        return 0;
}
