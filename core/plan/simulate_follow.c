/* simulate_follow.c - a graph that was put together follows the steps in place, as far as that can be done. */
#include "core/graph/edit.h"
#include "core/plan/simulate_parts.h"

void sim_changed(struct simulation *s, enum sim_change_kind kind, size_t index)
{
        if (!s->now)
                return; /* nobody follows */
        s->changes = array_grow(s->changes, &s->change_capacity, s->change_count, sizeof(*s->changes));

        struct sim_change *c = &s->changes[s->change_count++];

        *c = (struct sim_change){.kind = kind, .index = index};
        if (kind == SIM_MOVED)
                c->from = s->ifaces[index].i.id;
}

/* As the builder would have it: with what the inventory knows. */
static struct iface told(const struct simulation *s, size_t k)
{
        const struct sim_iface *f = &s->ifaces[k];
        const struct reg_iface *row = sim_row(s, k);
        struct iface i = f->i;

        i.addresses = f->addresses;
        i.address_count = f->address_count;
        if (f->is_touched && i.kind != KIND_PHYSICAL)
                sim_put_carrier(s, k, &i);
        if (!row)
                return i;
        i.number = row->number;
        i.role = row->role;
        i.is_owned = row->is_owned;
        i.pin = row->pin;
        i.pin_source = row->pin_source;
        i.long_name = row->long_name;
        return i;
}

static bool follow_made(const struct simulation *s, size_t k)
{
        struct iface i = told(s, k);
        size_t peer = s->ifaces[k].peer;

        if (!graph_add_iface(s->now, &i))
                return false;
        return peer == NONE || peer > k || graph_join_pair(s->now, s->ifaces[peer].i.id, i.id);
}

/* What the host lent, and has not lent before. */
static bool follow_loan(const struct simulation *s, size_t iface)
{
        const struct registry *r = s->registry;
        uint32_t number = s->now->ifaces[iface].number;

        for (size_t k = r->loan_count; k-- > 0;) {
                const struct reg_loan *l = &r->loans[k];
                struct loan to = {
                        .number = number,
                        .iface = l->iface,
                        .mac = l->mac,
                        .jail_name = l->jail,
                        .jail = s->now->ifaces[iface].jail,
                        .iface_index = iface,
                        .state = LOAN_ON_LOAN,
                        .is_foreign = l->is_foreign,
                        .since = l->lent_at,
                };

                if (l->number == number)
                        return l->state == LOAN_ON_LOAN && graph_add_loan(s->now, &to);
        }
        return true;
}

/* Taken out where it was and put in where it is; all that stood on it or was joined to it is one for the builder. */
static bool follow_moved(const struct simulation *s, const struct sim_change *c)
{
        struct iface i = told(s, c->index);
        size_t iface = graph_find_iface(s->now, c->from), peer = s->ifaces[c->index].peer;

        if (iface == NONE || s->ifaces[c->index].is_gone)
                return false;
        if (s->now->ifaces[iface].master != NONE && !graph_leave_port(s->now, c->from))
                return false;
        if (!graph_delete_iface(s->now, c->from) || !graph_add_iface(s->now, &i))
                return false;
        if (peer != NONE && !graph_join_pair(s->now, s->ifaces[peer].i.id, i.id))
                return false;
        return follow_loan(s, graph_find_iface(s->now, i.id));
}

static bool follow_master(const struct simulation *s, size_t k)
{
        const struct sim_iface *f = &s->ifaces[k];
        size_t iface = graph_find_iface(s->now, f->i.id);

        if (iface == NONE)
                return f->is_gone;
        if (s->now->ifaces[iface].master != NONE && !graph_leave_port(s->now, f->i.id))
                return false;
        return f->master == NONE || graph_join_port(s->now, s->ifaces[f->master].i.id, f->i.id, f->i.port_number);
}

static bool follow_state(const struct simulation *s, size_t k)
{
        struct iface i = told(s, k);

        return s->ifaces[k].is_gone || graph_set_iface(s->now, &i);
}

static bool follow_jail_made(const struct simulation *s, size_t k)
{
        struct jail j = s->jails[k].j;
        const struct reg_jail *row = registry_find_jail(s->registry, j.cookie);

        if (!row)
                return false;
        j.jid = row->jid;
        j.is_owned = row->is_owned;
        j.root_path = row->root_path;
        j.hostname = row->hostname;
        return graph_add_jail(s->now, &j);
}

static bool follow_route(const struct simulation *s, size_t k)
{
        const struct sim_route *from = &s->routes[k];
        struct route r = from->r;

        if (!s->has_routes)
                return true;
        if (from->is_gone && r.oif) /* its interface may be elsewhere by now */
                return graph_delete_route(s->now, s->jails[from->jail].j.cookie, &r);
        if (from->iface != NONE)
                r.oif = s->ifaces[from->iface].i.id.ifindex;
        return from->is_gone ? graph_delete_route(s->now, s->jails[from->jail].j.cookie, &r)
                             : graph_add_route(s->now, s->jails[from->jail].j.cookie, &r);
}

static bool follow(const struct simulation *s, const struct sim_change *c)
{
        switch (c->kind) {
        case SIM_MADE: return follow_made(s, c->index);
        case SIM_MOVED: return follow_moved(s, c);
        case SIM_MASTER: return follow_master(s, c->index);
        case SIM_STATE: return follow_state(s, c->index);
        case SIM_GONE: return graph_delete_iface(s->now, s->ifaces[c->index].i.id);
        case SIM_JAIL_MADE: return follow_jail_made(s, c->index);
        case SIM_JAIL_STATE: return graph_set_jail(s->now, &s->jails[c->index].j);
        case SIM_JAIL_GONE: return graph_delete_jail(s->now, s->jails[c->index].j.cookie);
        case SIM_ROUTE: return follow_route(s, c->index);
        }
        return false;
}

void sim_follow(struct simulation *s)
{
        bool follows = s->now && !s->is_beyond && graph_is_alone(s->now);

        for (size_t k = 0; follows && k < s->change_count; k++)
                follows = follow(s, &s->changes[k]);
        s->change_count = 0;
        s->is_beyond = false;
        if (follows) {
                graph_set_next_number(s->now, s->registry->next_number);
                return;
        }
        graph_unref(s->now);
        s->now = NULL;
}
