/* facts.c - what the kernel said of every network stack, raw, as it changes. */
#include "core/kernel/facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "core/base/alloc.h"
#include "core/base/intl.h"
#include "core/base/lookup.h"
#include "core/base/text.h"

#define HOLDER_TEXTS 3
#define NSID_INDEXED (1 << 20) /* `ip netns set` may give any number: those above are searched for */

static void free_holders(struct holder_list *l)
{
        for (size_t k = 0; k < HOLDER_TEXTS * l->count; k++)
                free(l->texts[k]);
        free(l->texts);
        free(l->holders);
        *l = (struct holder_list){0};
}

static void stack_free(struct stack *s)
{
        for (size_t k = 0; k < s->link_count; k++)
                link_free(s->links[k]);
        free(s->links);
        free(s->routes);
        for (size_t k = 0; k < HOLDERS_COUNT; k++)
                free_holders(&s->holders[k]);
        for (size_t k = 0; k < PLACE_COUNT; k++)
                free(s->places[k]);
        free(s->warning);
        free(s->nat_rules);
        free(s);
}

static void clear_warnings(struct facts *f)
{
        for (size_t k = 0; k < f->warning_count; k++)
                free(f->warnings[k]);
        f->warning_count = 0;
}

void facts_done(struct facts *f)
{
        for (size_t k = 0; k < f->count; k++)
                stack_free(f->stacks[k]);
        free(f->stacks);
        free(f->by_nsid);
        clear_warnings(f);
        free(f->warnings);
        *f = (struct facts){0};
}

static void put(struct facts *f, struct stack *s)
{
        f->stacks = array_grow(f->stacks, &f->capacity, f->count, sizeof(struct stack *));
        f->stacks[f->count++] = s;
        f->is_changed = true;
}

struct stack *facts_add(struct facts *f)
{
        struct stack *s = xcalloc(1, sizeof(*s));

        s->nsid = s->home_id = s->forwarding = s->forwarding6 = -1;
        s->best.origin = ORIGIN_KERNEL;
        put(f, s);
        return s;
}

void facts_adopt(struct facts *f, struct stack *s)
{
        put(f, s);
        facts_set_nsid(f, s, s->nsid);
}

void facts_remove(struct facts *f, struct stack *s)
{
        for (size_t k = 0; k < f->count; k++) {
                if (f->stacks[k] != s)
                        continue;
                facts_set_nsid(f, s, -1);
                memmove(&f->stacks[k], &f->stacks[k + 1], (f->count - k - 1) * sizeof(struct stack *));
                f->count--;
                stack_free(s);
                f->is_changed = true;
                return;
        }
}

void facts_set_nsid(struct facts *f, struct stack *s, int nsid)
{
        if (s->nsid >= 0 && (size_t)s->nsid < f->nsid_capacity && f->by_nsid[s->nsid] == s)
                f->by_nsid[s->nsid] = NULL;
        s->nsid = nsid;
        if (nsid < 0 || nsid >= NSID_INDEXED)
                return;
        if ((size_t)nsid >= f->nsid_capacity) {
                size_t capacity = f->nsid_capacity ? f->nsid_capacity : 64;

                while (capacity <= (size_t)nsid)
                        capacity *= 2;
                f->by_nsid = xrealloc(f->by_nsid, capacity, sizeof(struct stack *));
                memset(&f->by_nsid[f->nsid_capacity], 0, (capacity - f->nsid_capacity) * sizeof(struct stack *));
                f->nsid_capacity = capacity;
        }
        f->by_nsid[nsid] = s;
}

struct stack *facts_find_nsid(const struct facts *f, int nsid)
{
        if (nsid >= 0 && nsid < NSID_INDEXED)
                return (size_t)nsid < f->nsid_capacity ? f->by_nsid[nsid] : NULL;
        for (size_t k = 0; k < f->count && nsid >= 0; k++)
                if (f->stacks[k]->nsid == nsid)
                        return f->stacks[k];
        return NULL;
}

struct stack *facts_find_cookie(const struct facts *f, uint64_t cookie)
{
        for (size_t k = 0; k < f->count && cookie; k++)
                if (f->stacks[k]->cookie == cookie)
                        return f->stacks[k];
        return NULL;
}

struct stack *facts_find_inode(const struct facts *f, uint64_t inode, uint64_t device)
{
        for (size_t k = 0; k < f->count; k++)
                if (f->stacks[k]->inode == inode && f->stacks[k]->device == device)
                        return f->stacks[k];
        return NULL;
}

void facts_warn(struct facts *f, const char *fmt, ...)
{
        CLEANUP(freep) char *s = NULL;
        va_list ap;

        va_start(ap, fmt);
        s = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        for (size_t k = 0; k < f->warning_count; k++)
                if (strcmp(f->warnings[k], s) == 0)
                        return;
        f->warnings = array_grow(f->warnings, &f->warning_capacity, f->warning_count, sizeof(char *));
        f->warnings[f->warning_count++] = TAKE(s);
        f->is_changed = true;
}

/* How much each kind of place says of a namespace: smaller is better. A process beats an anonymous mount. */
static const struct place *choose_place(const struct stack *s)
{
        const struct place *best = NULL;

        for (size_t k = 0; k < PLACE_COUNT; k++)
                if (s->places[k] && (!best || s->places[k]->origin < best->origin))
                        best = s->places[k];
        return best;
}

static bool is_same_place(const struct place *p, const struct netns_ref *ref)
{
        if (!p || !ref)
                return !p && !ref;
        return p->origin == ref->origin && p->pid == ref->pid && p->process_count == ref->process_count &&
                strcmp(p->name, ref->name) == 0 && strcmp(p->path, ref->path) == 0;
}

void stack_set_place(struct facts *f, struct stack *s, enum place_kind kind, const struct netns_ref *ref,
                     int64_t now_ms)
{
        struct place **p = &s->places[kind];
        const struct place *best;

        if (is_same_place(*p, ref))
                return;
        f->has_lost_name |= kind == PLACE_NAMED && *p && !ref;
        if (!ref) {
                free(*p);
                *p = NULL;
        } else {
                *p = *p ? *p : xcalloc(1, sizeof(**p));
                (*p)->origin = ref->origin;
                (*p)->pid = ref->pid;
                (*p)->process_count = ref->process_count;
                (void)str_copy((*p)->name, sizeof((*p)->name), ref->name); /* same size */
                (void)str_copy((*p)->path, sizeof((*p)->path), ref->path); /* same size */
        }
        best = choose_place(s);
        if (best) {
                s->lost_ms = 0;
                s->is_settled = false;
                s->best = *best;
                f->is_changed = true;
        } else if (!s->lost_ms && s->best.origin != ORIGIN_HOST) {
                s->lost_ms = now_ms; /* shown as it was until it is known whether it ends */
        }
}

/* The mount that is its name is no holder beside it, in whatever mount namespace it shows. */
static bool is_own_name(const struct stack *s, const struct holder *h)
{
        const struct place *named = s->places[PLACE_NAMED];

        return h->kind == HOLDER_BIND_MOUNT && named && strcmp(h->detail, named->path) == 0;
}

static bool holder_equal(const struct holder *a, const struct holder *b)
{
        return a->kind == b->kind && a->pid == b->pid && strcmp(a->command, b->command) == 0 &&
                strcmp(a->user, b->user) == 0 && strcmp(a->detail, b->detail) == 0;
}

void stack_set_holders(struct facts *f, struct stack *s, enum holder_source source, const struct netns_ref *ref)
{
        struct holder_list *l = &s->holders[source];
        size_t count = ref ? ref->holder_count : 0;
        bool is_same = count == l->count;

        for (size_t k = 0; is_same && k < count; k++)
                is_same = holder_equal(&ref->holders[k], &l->holders[k]);
        if (is_same)
                return;
        free_holders(l);
        l->holders = xcalloc(count, sizeof(*l->holders));
        l->texts = xcalloc(HOLDER_TEXTS * count, sizeof(char *));
        l->count = count;
        for (size_t k = 0; k < count; k++) {
                struct holder *h = &l->holders[k];
                char **texts = &l->texts[HOLDER_TEXTS * k];

                *h = ref->holders[k];
                h->command = texts[0] = xstrdup(h->command);
                h->user = texts[1] = xstrdup(h->user);
                h->detail = texts[2] = xstrdup(h->detail);
        }
        f->is_changed = true;
}

void stack_set_warning(struct stack *s, const char *warning)
{
        free(s->warning);
        s->warning = warning ? xstrdup(warning) : NULL;
}

/* The first link whose index is not below; link_count when there is none. */
static size_t find_slot(const struct stack *s, int ifindex)
{
        size_t low = 0, high = s->link_count;

        while (low < high) {
                size_t middle = low + (high - low) / 2;

                if (s->links[middle]->i.id.ifindex < ifindex)
                        low = middle + 1;
                else
                        high = middle;
        }
        return low;
}

struct link *stack_find_link(const struct stack *s, int ifindex)
{
        size_t k = find_slot(s, ifindex);

        return k < s->link_count && s->links[k]->i.id.ifindex == ifindex ? s->links[k] : NULL;
}

/* What is known of a port; a bridge's own numbers stay. */
static void copy_port_tunings(struct iface *i, const uint32_t *values, uint16_t known)
{
        for (int t = 0; t < TUNE_COUNT; t++) {
                uint16_t bit = (uint16_t)(1u << t);

                if (!tunings[t].is_port)
                        continue;
                i->tuning_known = (uint16_t)((i->tuning_known & ~bit) | (known & bit));
                i->tuning[t] = known & bit ? values[t] : 0;
        }
}

/* What a message about a link does not tell is kept from what was known of it. */
static void carry_over(struct link *from, struct link *to)
{
        to->addresses = TAKE(from->addresses);
        to->address_capacity = from->address_capacity;
        to->i.address_count = from->i.address_count;
        from->i.address_count = 0;
        to->sampled_ms = from->sampled_ms;
        to->sampled_rx = from->sampled_rx;
        to->sampled_tx = from->sampled_tx;
        to->i.rx_Bps = from->i.rx_Bps;
        to->i.tx_Bps = from->i.tx_Bps;
        if (!to->i.counters.is_known)
                to->i.counters = from->i.counters;
        if (to->i.link_nsid == from->i.link_nsid)
                to->i.link_nsid_home = from->i.link_nsid_home;
        if (!to->is_port_told && to->i.master_ifindex && to->i.master_ifindex == from->i.master_ifindex) {
                to->i.port_number = from->i.port_number;
                to->i.port_state = from->i.port_state;
                to->i.is_isolated = from->i.is_isolated;
                copy_port_tunings(&to->i, from->i.tuning, from->i.tuning_known);
        }
}

void stack_put_link(struct facts *f, struct stack *s, struct link *l)
{
        size_t k = find_slot(s, l->i.id.ifindex);

        l->is_seen = true;
        if (k < s->link_count && s->links[k]->i.id.ifindex == l->i.id.ifindex) {
                carry_over(s->links[k], l);
                if (!link_equal(s->links[k], l))
                        *(link_follows(s->links[k], l) ? &f->is_state_changed : &f->is_changed) = true;
                link_free(s->links[k]);
                s->links[k] = l;
                return;
        }
        s->links = array_grow(s->links, &s->link_capacity, s->link_count, sizeof(struct link *));
        memmove(&s->links[k + 1], &s->links[k], (s->link_count - k) * sizeof(struct link *));
        s->links[k] = l;
        s->link_count++;
        f->is_changed = true;
}

void stack_remove_link(struct facts *f, struct stack *s, int ifindex)
{
        size_t k = find_slot(s, ifindex);

        if (k >= s->link_count || s->links[k]->i.id.ifindex != ifindex)
                return;
        link_free(s->links[k]);
        memmove(&s->links[k], &s->links[k + 1], (s->link_count - k - 1) * sizeof(struct link *));
        s->link_count--;
        f->is_changed = true;
}

void stack_set_port(struct facts *f, struct stack *s, const struct port_fact *p, bool is_gone)
{
        struct link *l = stack_find_link(s, p->ifindex);
        struct iface was;

        if (!l)
                return;
        was = l->i;
        if (is_gone) {
                l->i.port_number = 0;
                l->i.port_state = STP_DISABLED;
                l->i.is_isolated = false;
                copy_port_tunings(&l->i, NULL, 0);
                if (l->i.master_ifindex == p->master)
                        l->i.master_ifindex = 0;
        } else if (p->has_state) {
                l->i.port_state = p->state;
                l->i.is_isolated = p->is_isolated;
                copy_port_tunings(&l->i, p->tuning, p->tuning_known);
                l->i.port_number = p->number ? p->number : l->i.port_number;
                l->i.master_ifindex = p->master;
        }
        f->is_state_changed |= was.port_state != l->i.port_state;
        f->is_changed |= was.port_number != l->i.port_number || was.is_isolated != l->i.is_isolated ||
                was.tuning_known != l->i.tuning_known || memcmp(was.tuning, l->i.tuning, sizeof(was.tuning)) != 0 ||
                was.master_ifindex != l->i.master_ifindex;
}

void stack_put_address(struct facts *f, struct stack *s, const struct address_fact *a)
{
        struct link *l = stack_find_link(s, a->ifindex);

        if (!l)
                return; /* the link's own news is still to come, and this address after it once more */
        for (size_t k = 0; k < l->i.address_count; k++)
                if (prefix_equal(&l->addresses[k], &a->address))
                        return;
        l->addresses = array_grow(l->addresses, &l->address_capacity, l->i.address_count, sizeof(*l->addresses));
        l->addresses[l->i.address_count++] = a->address;
        f->is_changed = true;
}

void stack_remove_address(struct facts *f, struct stack *s, const struct address_fact *a)
{
        struct link *l = stack_find_link(s, a->ifindex);

        for (size_t k = 0; l && k < l->i.address_count; k++) {
                if (!prefix_equal(&l->addresses[k], &a->address))
                        continue;
                memmove(&l->addresses[k], &l->addresses[k + 1], (l->i.address_count - k - 1) * sizeof(*l->addresses));
                l->i.address_count--;
                f->is_changed = true;
                return;
        }
}

void stack_clear_routes(struct stack *s)
{
        s->route_count = 0;
}

int stack_links_forward(const struct stack *s, bool is_v6)
{
        bool has_loopback = false;
        int all = -1;

        for (size_t k = 0; k < s->link_count; k++) {
                int one = is_v6 ? s->links[k]->forwarding6 : s->links[k]->forwarding;

                if (one < 0)
                        continue;
                if (all >= 0 && one != all)
                        return -1;
                all = one;
                has_loopback |= s->links[k]->i.kind == KIND_LOOPBACK;
        }
        return has_loopback ? all : -1;
}

bool stack_set_forwarding(struct stack *s, bool is_v6, int forwarding)
{
        int *at = is_v6 ? &s->forwarding6 : &s->forwarding;
        bool is_new = *at != forwarding;

        *at = forwarding;
        return is_new;
}

void stack_put_route(struct stack *s, const struct route *r)
{
        s->routes = array_grow(s->routes, &s->route_capacity, s->route_count, sizeof(*s->routes));
        s->routes[s->route_count++] = *r;
}

void stack_begin_links(struct stack *s)
{
        for (size_t k = 0; k < s->link_count; k++)
                s->links[k]->is_seen = false;
}

void stack_end_links(struct facts *f, struct stack *s)
{
        size_t kept = 0;

        for (size_t k = 0; k < s->link_count; k++) {
                if (s->links[k]->is_seen) {
                        s->links[k]->i.address_count = 0; /* the dump of the addresses follows */
                        s->links[kept++] = s->links[k];
                } else {
                        link_free(s->links[k]);
                        f->is_changed = true;
                }
        }
        s->link_count = kept;
}

bool stack_has_foreign(const struct stack *s)
{
        for (size_t k = 0; k < s->link_count; k++) {
                const struct iface *i = &s->links[k]->i;

                if (i->link_nsid >= 0 && i->link_nsid_home < 0 && i->link_nsid != s->home_id)
                        return true;
        }
        return false;
}

static size_t count_holders(const struct stack *s)
{
        size_t count = 0;

        for (size_t k = 0; k < HOLDERS_COUNT; k++)
                count += s->holders[k].count;
        return count;
}

static unsigned count_unreadable(const struct facts *f)
{
        return f->unreadable > f->unreadable_sockets ? f->unreadable : f->unreadable_sockets;
}

static bool is_lost(const struct stack *s)
{
        return s->lost_ms && !s->is_settled;
}

/* Has another stack its name already? Then it is what is left of one that was made anew. */
static bool has_successor(const struct facts *f, const struct lookup *named, const struct stack *s)
{
        uint64_t key = lookup_mix_text(LOOKUP_KEY, s->best.name);

        if (!is_lost(s) || !named->count)
                return false;
        for (size_t at = lookup_first(named, key); at != LOOKUP_END; at = lookup_next(named, at))
                if (strcmp(f->stacks[named->entries[at].value]->best.name, s->best.name) == 0)
                        return true;
        return false;
}

/* The stacks with a name of their own, by it; empty while none is lost. */
static void list_named(const struct facts *f, struct lookup *ret)
{
        bool is_wanted = false;

        for (size_t k = 0; k < f->count && !is_wanted; k++)
                is_wanted = is_lost(f->stacks[k]);
        for (size_t k = 0; k < f->count && is_wanted; k++)
                if (f->stacks[k]->places[PLACE_NAMED])
                        lookup_put(ret, lookup_mix_text(LOOKUP_KEY, f->stacks[k]->best.name), k);
}

static void build_stack(const struct stack *s, bool is_succeeded, struct graph_build *b)
{
        CLEANUP(freep) struct holder *holders = xcalloc(count_holders(s), sizeof(*holders));
        const struct place *tasks = s->places[PLACE_TASKS];
        bool is_hidden = !s->is_read, is_dying = s->is_settled || is_succeeded;
        struct jail j = {.name = s->best.name[0] ? s->best.name : NULL,
                         .state = is_hidden ? JAIL_HIDDEN
                                 : is_dying ? JAIL_DYING
                                            : JAIL_ALIVE,
                         .origin = s->best.origin,
                         .path = s->best.path[0] && !is_succeeded ? s->best.path : NULL,
                         .cookie = s->cookie,
                         .inode = s->inode,
                         .device = s->device,
                         .nsid = s->nsid,
                         .handle = s->handle,
                         .pid = tasks ? tasks->pid : 0,
                         .process_count = tasks ? tasks->process_count : 0,
                         .warning = s->warning,
                         .forwarding = s->forwarding,
                         .forwarding6 = s->forwarding6,
                         .nat_rules = s->nat_rules,
                         .holders = holders};
        size_t jail;

        for (size_t k = 0; k < HOLDERS_COUNT; k++)
                for (size_t i = 0; i < s->holders[k].count; i++)
                        if (!is_own_name(s, &s->holders[k].holders[i]))
                                holders[j.holder_count++] = s->holders[k].holders[i];
        jail = graph_build_jail(b, &j);
        if (s->home_id >= 0)
                graph_build_nsid(b, jail, s->home_id, 0);

        for (size_t k = 0; k < s->link_count; k++) {
                struct link *l = s->links[k];
                struct iface i = l->i;

                i.id.cookie = s->cookie;
                i.name = l->name;
                i.kind_name = l->kind_name;
                i.alias = l->alias;
                i.altnames = (const char *const *)l->altnames;
                i.addresses = l->addresses;
                if (s->best.origin == ORIGIN_HOST)
                        i.link_nsid_home = i.link_nsid;
                (void)graph_build_iface(b, jail, &i); /* its index is of no use here */
        }
        for (size_t k = 0; k < s->route_count; k++)
                graph_build_route(b, jail, &s->routes[k]);
}

/* The badge's reason: the worst first. */
static void build_partial(const struct facts *f, struct graph_build *b)
{
        CLEANUP(text_done) struct text reason = {0};
        unsigned unreadable = count_unreadable(f);
        size_t hidden = 0;

        for (size_t k = 0; k < f->count; k++)
                hidden += !f->stacks[k]->is_read;
        if (hidden)
                text_putf(&reason, "%zu network stack%s can't be read", hidden, hidden == 1 ? "" : "s");
        if (unreadable)
                text_putf(&reason, "%scould not look at %u process%s", hidden ? "; " : "", unreadable,
                          unreadable == 1 ? "" : "es");
        graph_build_unreadable(b, unreadable);
        if (reason.length)
                graph_build_partial(b, text_str(&reason));
}

static void expect(const struct facts *f, struct graph_build *b)
{
        size_t links = 0, routes = 0;

        for (size_t k = 0; k < f->count; k++) {
                links += f->stacks[k]->link_count;
                routes += f->stacks[k]->route_count;
        }
        graph_build_expect(b, f->count, links, routes);
}

struct graph *facts_build(struct facts *f, struct registry *registry, uint64_t serial, const char *hostname)
{
        struct graph_build *b = graph_build_new(hostname);
        CLEANUP(lookup_done) struct lookup named = {0};

        list_named(f, &named);
        expect(f, b);
        for (size_t k = 0; k < f->count; k++) {
                const struct stack *s = f->stacks[k];

                build_stack(s, has_successor(f, &named, s), b);
        }
        if (f->has_routes)
                graph_build_routes_known(b);
        build_partial(f, b);
        for (size_t k = 0; k < f->warning_count; k++)
                graph_build_warning(b, "%s", f->warnings[k]);
        clear_warnings(f);
        f->is_changed = f->is_state_changed = false;
        return graph_build_finish(b, registry, serial);
}
