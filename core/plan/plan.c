/* plan.c - the plan as an object, and the way from an intent to the planner of its verb. */
#include "core/plan/plan.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/plan/feed.h"
#include "core/plan/planner.h"
#include "core/plan/vlans.h"

static const char *const plan_state_names[] = {
        [PLAN_DRAFT] = N_("draft"),
        [PLAN_OPEN] = N_("open"),
        [PLAN_DONE] = N_("done"),
        [PLAN_FAILED] = N_("failed"),
        [PLAN_ROLLED_BACK] = N_("rolled back"),
        [PLAN_UNDONE] = N_("undone"),
};

const char *plan_state_name(enum plan_state s)
{
        return plan_state_names[s];
}

struct plan *plan_new(const char *title_fmt, ...)
{
        struct plan *p = xcalloc(1, sizeof(*p));
        va_list ap;

        va_start(ap, title_fmt);
        p->title = xvasprintf(title_fmt, ap);
        va_end(ap);
        p->words = xstrdup("");
        return p;
}

void step_done(struct step *s)
{
        for (size_t i = 0; i < s->undo_count; i++)
                step_done(&s->undo[i]);
        free(s->undo);
        s->undo = NULL;
        s->undo_count = 0;
}

static void note_done(struct plan_note *n)
{
        free(n->text);
        free(n->own);
        free(n->port);
}

void plan_free(struct plan *p)
{
        if (!p)
                return;
        for (size_t i = 0; i < p->step_count; i++)
                step_done(&p->steps[i]);
        free(p->steps);
        for (size_t i = 0; i < p->note_count; i++)
                note_done(&p->notes[i]);
        free(p->notes);
        for (size_t i = 0; i < p->freebsd_count; i++)
                free(p->freebsd[i]);
        free(p->freebsd);
        for (size_t i = 0; i < p->made_count; i++)
                free(p->made[i]);
        free(p->made);
        claims_done(&p->imported);
        claims_done(&p->withdrawn);
        free(p->words);
        free(p->title);
        free(p);
}

struct step *plan_add(struct plan *p, enum step_op op)
{
        p->steps = array_grow(p->steps, &p->step_capacity, p->step_count, sizeof(*p->steps));

        struct step *s = &p->steps[p->step_count++];

        *s = (struct step){.op = op};
        return s;
}

void plan_advance(struct plan *p, size_t from, size_t to)
{
        for (size_t k = from; k < p->step_count; k++) {
                struct step s = p->steps[k];

                memmove(&p->steps[to + 1], &p->steps[to], (k - to) * sizeof(s));
                p->steps[to++] = s;
        }
}

struct step *step_add_undo(struct step *s, enum step_op op)
{
        s->undo = xrealloc(s->undo, s->undo_count + 1, sizeof(*s->undo));

        struct step *u = &s->undo[s->undo_count++];

        *u = (struct step){.op = op};
        return u;
}

void plan_note(struct plan *p, enum note_level level, const char *fmt, ...)
{
        const char *own = intl_sentence(fmt);
        struct plan_note n = {.level = level};
        va_list ap;

        va_start(ap, fmt);
        n.text = xvasprintf(fmt, ap);
        va_end(ap);
        if (own != fmt) {
                va_start(ap, fmt);
                n.own = xvasprintf(intl_sentence(fmt), ap);
                va_end(ap);
        }
        p->notes = array_grow(p->notes, &p->note_capacity, p->note_count, sizeof(*p->notes));
        p->notes[p->note_count++] = n;
}

const char *plan_note_said(const struct plan_note *n)
{
        return n->own ? n->own : n->text;
}

void plan_note_port(struct plan *p, const struct target *port, const struct prefix *address)
{
        struct plan_note *n = &p->notes[p->note_count - 1];

        n->port = xasprintf("%s/%s", port->jail, port->iface);
        n->address = *address;
}

void plan_hand_notes(struct plan *to, struct plan *from)
{
        for (size_t k = 0; k < from->note_count; k++) {
                to->notes = array_grow(to->notes, &to->note_capacity, to->note_count, sizeof(*to->notes));
                to->notes[to->note_count++] = from->notes[k];
        }
        from->note_count = 0;
}

void plan_forget_note(struct plan *p, size_t note)
{
        note_done(&p->notes[note]);
        memmove(&p->notes[note], &p->notes[note + 1], (--p->note_count - note) * sizeof(*p->notes));
}

void plan_freebsd(struct plan *p, const char *fmt, ...)
{
        va_list ap;

        p->freebsd = array_grow(p->freebsd, &p->freebsd_capacity, p->freebsd_count, sizeof(*p->freebsd));
        va_start(ap, fmt);
        p->freebsd[p->freebsd_count++] = xvasprintf(fmt, ap);
        va_end(ap);
}

void plan_made(struct plan *p, const char *name)
{
        p->made = array_grow(p->made, &p->made_capacity, p->made_count, sizeof(*p->made));
        p->made[p->made_count++] = xstrdup(name);
}

static const plan_fn planners[VERB_COUNT] = {
        [VERB_CREATE_JAIL] = plan_create_jail,
        [VERB_CREATE_BRIDGE] = plan_create_bridge,
        [VERB_CREATE_EPAIR] = plan_create_epair,
        [VERB_CREATE_EIFACE] = plan_create_eiface,
        [VERB_CREATE_VLAN] = plan_create_vlan,
        [VERB_CREATE_MACVLAN] = plan_create_macvlan,
        [VERB_CREATE_VXLAN] = plan_create_vxlan,
        [VERB_CREATE_TAP] = plan_create_tap,
        [VERB_CREATE_LAGG] = plan_create_lagg,
        [VERB_DESTROY] = plan_destroy,
        [VERB_RESTART] = plan_restart,
        [VERB_SWEEP] = plan_sweep,
        [VERB_RENAME] = plan_rename,
        [VERB_NAME] = plan_name,
        [VERB_ATTACH] = plan_attach,
        [VERB_DETACH] = plan_detach,
        [VERB_CONNECT] = plan_connect,
        [VERB_DISCONNECT] = plan_disconnect,
        [VERB_MOVE] = plan_move,
        [VERB_RETURN] = plan_return,
        [VERB_PIN] = plan_pin,
        [VERB_UNPIN] = plan_unpin,
        [VERB_MAC] = plan_mac,
        [VERB_UP] = plan_up,
        [VERB_DOWN] = plan_down,
        [VERB_MTU] = plan_mtu,
        [VERB_ALIAS] = plan_alias,
        [VERB_GROUP_ADD] = plan_group_add,
        [VERB_GROUP_DEL] = plan_group_del,
        [VERB_STP] = plan_stp,
        [VERB_ISOLATE] = plan_isolate,
        [VERB_TUNE] = plan_tune,
        [VERB_HOST_ADD] = plan_host,
        [VERB_HOST_DEL] = plan_host,
        [VERB_HOST_FLUSH] = plan_host_flush,
        [VERB_ADDRESS_ADD] = plan_address_add,
        [VERB_ADDRESS_DEL] = plan_address_del,
        [VERB_ROUTE_ADD] = plan_route_add,
        [VERB_ROUTE_DEL] = plan_route_del,
        [VERB_FORWARDING] = plan_forwarding,
        [VERB_NAT_ADD] = plan_nat_add,
        [VERB_NAT_FORWARD] = plan_nat_forward,
        [VERB_NAT_RULE] = plan_nat_rule,
        [VERB_NAT_DEL] = plan_nat_del,
        [VERB_CREATE_NODE] = plan_create_node,
        [VERB_SHUTDOWN] = plan_shutdown,
        [VERB_PERSIST] = plan_persist,
        [VERB_SPAN] = plan_span,
        [VERB_FILTER_ADD] = plan_filter,
        [VERB_FILTER_DEL] = plan_filter,
        [VERB_PROMISC] = plan_promisc,
};

static bool is_tee(const struct intent *in, const struct graph *g)
{
        size_t node = NONE;

        return query_node(g, in->values[0], &node, NULL) == 0 && strcmp(g->nodes[node].type, "tee") == 0;
}

static bool is_on_bridge(const struct intent *in)
{
        return intent_option(in, "bridge") || intent_option(in, "address") || intent_option(in, "gateway") ||
                intent_option(in, "mac");
}

/* A form or a dialect may hand over what verb_parse would have refused. */
static int check_values(const struct intent *in, struct err *e)
{
        const struct verb *v = &verbs[in->verb];

        for (size_t i = 0; i < v->arg_count; i++) {
                if (!v->args[i].is_optional && i >= in->value_count)
                        return err_set(e, -EINVAL, "%s: %s is missing", v->words, v->args[i].name);
        }
        return 0;
}

int plan_append(struct plan *p, const struct intent *in, const struct graph *g, struct err *e)
{
        struct planner pl = {.p = p, .g = g, .in = in};
        size_t first = p->step_count;

        assert(in->verb < VERB_COUNT);

        int r = check_values(in, e);

        if (r < 0)
                return r;
        if (in->verb == VERB_MKPEER) /* two requests in one, each finished by itself */
                return plan_mkpeer(p, in, g, e);
        if (in->verb == VERB_CREATE_JAIL && is_on_bridge(in))
                return plan_create_member(p, in, g, e);
        if (in->verb == VERB_CONNECT && plan_needs_carrier(in, g))
                return plan_connect_orphans(p, in, g, e);
        if (in->verb == VERB_SHUTDOWN && is_tee(in, g))
                return plan_shutdown_tee(p, in, g, e);
        r = planners[in->verb](&pl, e);
        if (r == 0)
                r = planner_tidy(&pl, first, e);
        if (r == 0)
                r = planner_feed(p, g, first, e);
        if (r == 0)
                r = planner_vlans(p, g, first, e);
        if (r == 0)
                r = planner_hook_marks(p, g, first, e);
        if (r < 0)
                return r;
        plan_finish(p, first, g);
        return 0;
}

int plan_build(const struct intent *in, const struct graph *g, struct plan **ret, struct err *e)
{
        CLEANUP(text_done) struct text words = {0};
        CLEANUP(text_done) struct text title = {0};
        CLEANUP(plan_freep) struct plan *p = plan_new("%s", "");
        struct intent plain = *in;
        int r = plan_append(p, in, g, e);

        if (r < 0)
                return r;
        intent_put_words(&words, in);
        plain.words = NULL;
        {
                CLEANUP(text_done) struct text raw = {0};

                intent_put_words(&raw, &plain);
                text_put_visible(&title, text_str(&raw));
        }
        free(p->words);
        p->words = text_take(&words);
        free(p->title);
        p->title = text_take(&title);
        p->serial = g->serial;
        *ret = TAKE(p);
        return 0;
}
