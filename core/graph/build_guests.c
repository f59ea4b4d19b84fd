/* build_guests.c - what uses an interface without being one: rules of address translation, jails without a stack. */
#include <stdio.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/graph/build_internal.h"

struct guests {
        struct graph *g;
        struct guest *list;
        size_t count, capacity;
};

static struct guest *add(struct guests *l, enum guest_kind kind, int number, size_t jail, const char *name)
{
        l->list = array_grow(l->list, &l->capacity, l->count, sizeof(*l->list));
        l->list[l->count] = (struct guest){
                .kind = kind,
                .number = number,
                .jail = jail,
                .name = arena_strdup(graph_arena(l->g), name),
        };
        return &l->list[l->count++];
}

static void add_rules(struct guests *l, size_t jail, int *number)
{
        char line[NAT_TEXT_SIZE];

        for (size_t k = 0; nat_line(l->g->jails[jail].nat_rules, k, line); k++) {
                struct nat_rule rule;

                (*number)++; /* as nat list counts them */
                if (nat_rule_parse(line, &rule, NULL) < 0)
                        continue;

                struct guest *guest = add(l, GUEST_NAT, *number, jail, line);
                const struct guest_use use = {graph_find_iface_in(l->g, jail, rule.iface), rule.address};

                guest->rule = rule;
                guest->uses = arena_memdup(graph_arena(l->g), &use, sizeof(use));
                guest->use_count = 1;
        }
}

static bool is_same_address(struct prefix a, const struct prefix *b)
{
        a.length = b->length;
        return prefix_equal(&a, b);
}

/* "-" is whichever of the host's has that address. */
static size_t find_use(const struct graph *g, const char *iface, const struct prefix *p)
{
        const struct jail *host = &g->jails[0];

        if (strcmp(iface, "-") != 0)
                return graph_find_iface_in(g, 0, iface);
        for (size_t k = host->iface_first; k != NONE; k = g->ifaces[k].next)
                for (size_t i = 0; i < g->ifaces[k].address_count; i++)
                        if (is_same_address(g->ifaces[k].addresses[i], p))
                                return k;
        return NONE;
}

static void add_jail(struct guests *l, const struct reg_shared *s)
{
        struct guest *guest = add(l, GUEST_JAIL, s->jid, 0, s->name);
        CLEANUP(freep) struct guest_use *uses = NULL;
        size_t capacity = 0;

        guest->is_confined = s->is_confined;
        for (const char *at = s->addresses; *at; at += strcspn(at, "\n"), at += *at == '\n') {
                char iface[IF_NAME_SIZE], address[64];
                struct prefix p;

                if (sscanf(at, "%15s %63s", iface, address) != 2 || prefix_parse(address, &p, NULL) < 0)
                        continue;

                const struct guest_use use = {find_use(l->g, iface, &p), p};

                uses = array_grow(uses, &capacity, guest->use_count, sizeof(*uses));
                uses[guest->use_count++] = use;
                if (use.iface != NONE)
                        l->g->ifaces[use.iface].has_guest = true;
        }
        guest->uses = arena_memdup(graph_arena(l->g), uses, guest->use_count * sizeof(*uses));
}

void build_guests(struct graph_build *b)
{
        struct guests l = {.g = b->g};
        int number = 0;

        for (size_t k = 0; k < b->g->jail_count; k++)
                add_rules(&l, k, &number);
        for (size_t k = 0; k < b->registry->shared_count && b->g->jail_count; k++)
                add_jail(&l, &b->registry->shared[k]);
        b->g->guests = arena_memdup(graph_arena(b->g), l.list, l.count * sizeof(*l.list));
        b->g->guest_count = l.count;
        free(l.list);
}
