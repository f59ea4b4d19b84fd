/* plan_nat.c - address translation: what goes out in another's name, and ports that lead to a jail. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/graph/nat_rule.h"
#include "core/plan/planner.h"

static int check_free(struct planner *pl, size_t jail, const char *rule, struct err *e)
{
        return nat_has_line(pl->g->jails[jail].nat_rules, rule)
                ? err_set(e, -EEXIST, "%s: is there already; jailnet nat list shows them", rule)
                : 0;
}

static void put_freebsd(struct planner *pl, const struct nat_rule *r)
{
        CLEANUP(text_done) struct text t = {0};

        nat_rule_put_pf(r, &t);
        plan_freebsd(pl->p, "# pf.conf: %s", text_str(&t));
}

static int add_rule(struct planner *pl, size_t jail, const struct nat_rule *r, struct err *e)
{
        struct target at = target_of_jail(pl->g, jail);
        char text[NAT_TEXT_SIZE];
        struct nat_rule checked;
        int result;

        nat_rule_format(r, text);
        result = nat_rule_parse(text, &checked, e);
        if (result == 0)
                result = check_free(pl, jail, text, e);
        if (result < 0)
                return result;
        (void)str_copy(planner_add(pl, STEP_NAT_ADD, at)->text, sizeof(pl->p->steps->text), text);
        put_freebsd(pl, r);
        return 0;
}

/* Nothing is translated that is not passed on. */
static void add_forwarding(struct planner *pl, size_t jail, const struct nat_rule *r)
{
        if (planner_forwarding(pl, jail, r->address.family == AF_INET6, true))
                plan_note(pl->p, NOTE_INFO, "forwarding is turned on %s, without which nothing is passed on",
                          jail ? pl->g->jails[jail].name : "on the host");
}

static bool looks_like_network(const char *word)
{
        return strchr(word, '/') || strchr(word, ':') || (word[0] >= '0' && word[0] <= '9' && strchr(word, '.'));
}

/* One of a jail's addresses, when something can leave the jail by it. */
static int add_address(struct planner *pl, size_t stack, const struct prefix *a, struct nat_rule *r, size_t *count,
                       struct err *e)
{
        bool is_loopback = a->family == AF_INET && a->bytes[0] == 127;

        if (is_loopback || prefix_is_link_local(a))
                return 0;
        r->address = *a;
        r->address.length = (uint8_t)prefix_bits(a->family);
        (*count)++;
        return add_rule(pl, stack, r, e);
}

/* Each address of a jail, as one that leaves it. */
static int add_jail(struct planner *pl, size_t jail, size_t stack, struct nat_rule *r, struct err *e)
{
        const struct graph *g = pl->g;
        const struct jail *j = &g->jails[jail];
        size_t count = 0;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];

                for (size_t n = 0; n < i->address_count && i->kind != KIND_LOOPBACK; n++) {
                        int result = add_address(pl, stack, &i->addresses[n], r, &count, e);

                        if (result < 0)
                                return result;
                }
        }
        return count ? 0
                     : err_set(e, -EADDRNOTAVAIL, "%s: has no address yet; address add gives it one, or name a network",
                               pl->in->values[0]);
}

/* A jail that shares the host's stack: what it sends is the host's own, so nothing is passed on. */
static int add_guest(struct planner *pl, const struct guest *guest, size_t stack, struct nat_rule *r, struct err *e)
{
        size_t count = 0;
        int result = 0;

        for (size_t k = 0; k < guest->use_count && result == 0; k++)
                result = add_address(pl, stack, &guest->uses[k].address, r, &count, e);
        if (result < 0)
                return result;
        return count ? 0
                     : err_set(e, -EADDRNOTAVAIL, "%s: has no address that leaves the host; name a network",
                               pl->in->values[0]);
}

int plan_nat_add(struct planner *pl, struct err *e)
{
        const char *who = pl->in->values[0];
        const struct guest *guest = graph_find_guest(pl->g, who);
        struct nat_rule rule = {0};
        size_t iface = NONE, jail = NONE;
        int r = query_iface(pl->g, pl->in->values[2], &iface, e);

        if (r == 0 && strcmp(pl->in->values[1], "via") != 0)
                r = err_set(e, -EINVAL, "%s: the word here is via; nat add JAIL-OR-NET via IF", pl->in->values[1]);
        if (r == 0 && looks_like_network(who))
                r = prefix_parse(who, &rule.address, e);
        else if (r == 0 && !guest)
                r = query_jail(pl->g, who, &jail, e);
        if (r < 0)
                return r;

        size_t stack = pl->g->ifaces[iface].jail;

        if (jail == stack)
                return err_set(e, -EINVAL, "%s: %s is its own interface; name one of the host, or of a router", who,
                               pl->g->ifaces[iface].name);
        (void)str_copy(rule.iface, sizeof(rule.iface), pl->g->ifaces[iface].name); /* same size */
        if (guest && !rule.address.family)
                return add_guest(pl, guest, stack, &rule, e);
        r = jail == NONE ? add_rule(pl, stack, &rule, e) : add_jail(pl, jail, stack, &rule, e);
        if (r == 0)
                add_forwarding(pl, stack, &rule);
        return r;
}

/* IF:PORT or IF:PORT/udp; an interface's name may hold a colon. */
static int take_door(struct planner *pl, struct nat_rule *rule, size_t *ret_iface, struct err *e)
{
        const char *word = pl->in->values[0], *colon = strrchr(word, ':');
        CLEANUP(freep) char *port = xstrdup(colon ? colon + 1 : "");
        CLEANUP(freep) char *name = xstrndup(word, colon ? (size_t)(colon - word) : 0);
        char *slash = strchr(port, '/');
        uint32_t n = 0;

        if (slash)
                *slash++ = '\0';
        if (!colon || str_to_u32(port, 65535, &n) < 0 || n == 0 ||
            (slash && strcmp(slash, "tcp") != 0 && strcmp(slash, "udp") != 0))
                return err_set(e, -EINVAL, "%s: is not understood; write IF:PORT, or IF:PORT/udp", word);
        rule->is_udp = slash && strcmp(slash, "udp") == 0;
        rule->port = (uint16_t)n;

        int r = query_iface(pl->g, name, ret_iface, e);

        if (r == 0)
                (void)str_copy(rule->iface, sizeof(rule->iface), pl->g->ifaces[*ret_iface].name); /* same size */
        return r;
}

static bool jail_has(const struct graph *g, size_t jail, const struct prefix *a)
{
        const struct jail *j = &g->jails[jail];

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next)
                for (size_t n = 0; n < g->ifaces[k].address_count; n++)
                        if (g->ifaces[k].addresses[n].family == a->family &&
                            memcmp(g->ifaces[k].addresses[n].bytes, a->bytes, sizeof(a->bytes)) == 0)
                                return true;
        return false;
}

static bool guest_has(const struct guest *guest, const struct prefix *a)
{
        for (size_t k = 0; k < guest->use_count; k++)
                if (guest->uses[k].address.family == a->family &&
                    memcmp(guest->uses[k].address.bytes, a->bytes, sizeof(a->bytes)) == 0)
                        return true;
        return false;
}

int plan_nat_forward(struct planner *pl, struct err *e)
{
        const char *to = pl->in->values[2], *colon = strrchr(to, ':');
        CLEANUP(freep) char *address = xstrndup(to, colon ? (size_t)(colon - to) : 0);
        struct nat_rule rule = {.is_forward = true};
        const struct guest *guest = graph_find_guest(pl->g, pl->in->values[1]);
        size_t iface = NONE, jail = 0, n = strlen(address);
        uint32_t port = 0;
        int r = take_door(pl, &rule, &iface, e);

        if (r == 0 && !guest)
                r = query_jail(pl->g, pl->in->values[1], &jail, e);
        if (r < 0)
                return r;
        if (n > 2 && address[0] == '[' && address[n - 1] == ']') {
                address[n - 1] = '\0';
                memmove(address, address + 1, n - 1);
        }
        if (!colon || str_to_u32(colon + 1, 65535, &port) < 0 || port == 0 || strchr(address, '/') ||
            prefix_parse(address, &rule.address, NULL) < 0)
                return err_set(e, -EINVAL, "%s: is not understood; write ADDR:PORT, or [ADDR]:PORT for IPv6", to);
        rule.to_port = (uint16_t)port;
        if (guest ? !guest_has(guest, &rule.address) : !jail_has(pl->g, jail, &rule.address))
                return err_set(e, -EADDRNOTAVAIL, "%s: has no address %s; jailnet show %s lists them",
                               pl->in->values[1], address, pl->in->values[1]);
        r = add_rule(pl, pl->g->ifaces[iface].jail, &rule, e);
        if (r == 0 && jail != pl->g->ifaces[iface].jail) /* what is the stack's own is not passed on */
                add_forwarding(pl, pl->g->ifaces[iface].jail, &rule);
        return r;
}

int plan_nat_rule(struct planner *pl, struct err *e)
{
        struct nat_rule rule = {0};
        size_t iface = NONE;
        int r = query_iface(pl->g, pl->in->values[0], &iface, e);

        if (r == 0)
                r = nat_rule_parse(pl->in->values[1], &rule, e);
        if (r < 0)
                return r;

        const struct iface *i = &pl->g->ifaces[iface];

        if (strcmp(rule.iface, i->name) != 0)
                return err_set(e, -EINVAL, "%s: the rule is about %s; name that interface", i->name, rule.iface);
        r = add_rule(pl, i->jail, &rule, e);
        if (r == 0 && pl->g->jails[i->jail].forwarding == 0)
                plan_note(pl->p, NOTE_INFO, "%s does not forward: only its own packets are translated",
                          pl->g->jails[i->jail].name);
        return r;
}

void plan_drop_rules(struct planner *pl, size_t iface)
{
        const struct iface *i = &pl->g->ifaces[iface];
        char line[NAT_TEXT_SIZE];

        for (size_t k = 0; nat_line(pl->g->jails[i->jail].nat_rules, k, line); k++) {
                struct nat_rule rule;

                if (nat_rule_parse(line, &rule, NULL) == 0 && strcmp(rule.iface, i->name) == 0)
                        (void)str_copy(planner_add(pl, STEP_NAT_DEL, target_of_jail(pl->g, i->jail))->text,
                                       sizeof(pl->p->steps->text), line); /* shorter */
        }
}

int plan_nat_del(struct planner *pl, struct err *e)
{
        uint32_t wanted = 0;
        size_t n = 0;
        char line[NAT_TEXT_SIZE];

        if (str_to_u32(pl->in->values[0], UINT32_MAX, &wanted) < 0)
                return err_set(e, -EINVAL, "%s: is no number; jailnet nat list shows them", pl->in->values[0]);
        for (size_t k = 0; k < pl->g->jail_count; k++) {
                for (size_t i = 0; nat_line(pl->g->jails[k].nat_rules, i, line); i++) {
                        if (++n != wanted)
                                continue;

                        struct step *s = planner_add(pl, STEP_NAT_DEL, target_of_jail(pl->g, k));

                        (void)str_copy(s->text, sizeof(s->text), line); /* shorter */
                        return 0;
                }
        }
        return err_set(e, -ENOENT, "%u: no such rule; jailnet nat list shows them", wanted);
}
