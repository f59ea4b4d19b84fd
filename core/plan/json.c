/*
 * json.c - plans and steps as JSON: for scripts, and for the journal, which must read them back years later.
 *
 * Operations, kinds and states go by name.
 */
#include <errno.h>
#include <string.h>

#include "core/plan/json_fields.h"
#include "core/plan/plan.h"

static const char *const kind_names[] = {
        [KIND_PHYSICAL] = "physical", [KIND_LOOPBACK] = "loopback", [KIND_VETH] = "veth",
        [KIND_BRIDGE] = "bridge",     [KIND_VLAN] = "vlan",         [KIND_MACVLAN] = "macvlan",
        [KIND_MACVTAP] = "macvtap",   [KIND_IPVLAN] = "ipvlan",     [KIND_VXLAN] = "vxlan",
        [KIND_TUN] = "tun",           [KIND_TAP] = "tap",           [KIND_BOND] = "bond",
        [KIND_DUMMY] = "dummy",       [KIND_IFB] = "ifb",           [KIND_OTHER] = "other",
};
static const char *const role_names[] = {
        [ROLE_PLAIN] = "plain",      [ROLE_EPAIR] = "epair", [ROLE_EIFACE] = "eiface",     [ROLE_FABRIC] = "fabric",
        [ROLE_NG_BRIDGE] = "bridge", [ROLE_HUB] = "hub",     [ROLE_WIRE] = "wire",         [ROLE_IFACE] = "iface",
        [ROLE_TEE] = "tee",          [ROLE_NAT] = "nat",     [ROLE_ONE2MANY] = "one2many", [ROLE_VLAN] = "vlan",
        [ROLE_ORPHANS] = "orphans"};
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

static const struct json_field target_fields[] = {
        NUMBER(target, cookie), TEXT(target, jail),     INT(target, ifindex), TEXT(target, iface),
        TEXT(target, kind),     NUMBER(target, number), TEXT(target, path),
};
TABLE(target_table, target_fields);

static const struct json_field link_fields[] = {
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
        BOOL(link_spec, is_new),
        BOOL(link_spec, peer_is_new),
};
TABLE(link_table, link_fields);

static const struct json_field route_fields[] = {
        NUMBER(route, jail),  PREFIX(route, destination), PREFIX(route, gateway),
        INT(route, oif),      NUMBER(route, metric),      NUMBER(route, protocol),
        NUMBER(route, scope), NUMBER(route, type),        PREFIX(route, source),
};
TABLE(route_table, route_fields);

static const struct json_field id_fields[] = {NUMBER(iface_id, cookie), INT(iface_id, ifindex)};
TABLE(id_table, id_fields);

/* op and undo are written by hand: the one is always there, the other an array of steps. */
static const struct json_field step_fields[] = {
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
        if (p->imported.count)
                (void)json_object_set_new(j, "imported", claims_to_json(&p->imported));
        if (p->withdrawn.count)
                (void)json_object_set_new(j, "withdrawn", claims_to_json(&p->withdrawn));
        return j;
}

/* --- reading --- */

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
                return json_refuse(e, "op", "is missing or unknown");
        if (undo && !json_is_array(undo))
                return json_refuse(e, "undo", "is not a list");
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
                return json_refuse(e, name, "is missing or no list");
        for (size_t k = 0; k < json_array_size(list); k++) {
                CLEANUP(freep) char *s = text_from_json(json_array_get(list, k));

                if (!s)
                        return json_refuse(e, name, "holds something else than text");
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
                return json_refuse(e, "notes", "is missing or no list");
        for (size_t k = 0; k < json_array_size(list); k++) {
                const json_t *note = json_array_get(list, k);
                const char *level = json_string_value(json_object_get(note, "level"));
                CLEANUP(freep) char *text = text_from_json(json_object_get(note, "text"));
                bool is_warning = level && strcmp(level, "warning") == 0;

                if (!text || json_object_size(note) != 2 || (!is_warning && (!level || strcmp(level, "info") != 0)))
                        return json_refuse(e, "notes", "holds something else than notes");
                plan_note(p, is_warning ? NOTE_WARNING : NOTE_INFO, "%s", text);
        }
        return 0;
}

static int steps_from_json(const json_t *j, struct plan *p, struct err *e)
{
        const json_t *list = json_object_get(j, "steps");

        if (!json_is_array(list))
                return json_refuse(e, "steps", "is missing or no list");
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
                return json_refuse(e, name, "is missing or no text");
        free(*ret);
        *ret = s;
        return 0;
}

int plan_from_json(const json_t *j, struct plan **ret, struct err *e)
{
        static const char *const names[] = {"number",  "words", "title", "state",   "undoes", "serial",
                                            "failure", "steps", "notes", "freebsd", "made"};
        static const struct json_field state = {.names = plan_state_names, .count = ARRAY_SIZE(plan_state_names)};
        CLEANUP(plan_freep) struct plan *p = plan_new("%s", "");
        CLEANUP(freep) char *failure = NULL;
        const json_t *imported = json_object_get(j, "imported"), *withdrawn = json_object_get(j, "withdrawn");
        uint64_t n;
        int r;

        if (!json_is_object(j))
                return json_refuse(e, "plan", "is not an object");
        for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
                if (!json_object_get(j, names[k]))
                        return json_refuse(e, names[k], "is missing");
        }
        if (json_object_size(j) != ARRAY_SIZE(names) + (imported ? 1 : 0) + (withdrawn ? 1 : 0))
                return json_refuse(e, "plan", "has an unknown part");
        if (!json_is_integer(json_object_get(j, "number")) || !json_is_integer(json_object_get(j, "undoes")) ||
            !json_is_integer(json_object_get(j, "serial")))
                return json_refuse(e, "number", "is no number");
        if (json_name_index(&state, json_string_value(json_object_get(j, "state")), &n) < 0)
                return json_refuse(e, "state", "is unknown");
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
                r = json_refuse(e, "failure", "is too long");
        if (r == 0)
                r = steps_from_json(j, p, e);
        if (r == 0)
                r = notes_from_json(j, p, e);
        if (r == 0)
                r = texts_from_json(j, "freebsd", p, add_freebsd, e);
        if (r == 0)
                r = texts_from_json(j, "made", p, plan_made, e);
        if (r == 0 && imported)
                r = claims_from_json(imported, &p->imported, e);
        if (r == 0 && withdrawn)
                r = claims_from_json(withdrawn, &p->withdrawn, e);
        if (r < 0)
                return r;
        *ret = TAKE(p);
        return 0;
}
