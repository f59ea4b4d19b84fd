/* words.c - random requests from the rows of the verb table. */
#include "tests/property/words.h"

#include <string.h>

#include "core/graph/query.h"
#include "core/verb/verb.h"

/* xorshift64*: good enough, and the same everywhere. */
unsigned dice_roll(struct dice *d, unsigned sides)
{
        uint64_t x = d->state ? d->state : 88172645463325252u;

        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        d->state = x;
        return (unsigned)((x * 2685821657736338717u) >> 33) % sides;
}

static bool chance(struct dice *d, unsigned percent)
{
        return dice_roll(d, 100) < percent;
}

#define PICK(d, list) (list)[dice_roll(d, ARRAY_SIZE(list))]

static const char *const hostile[] = {
        "",
        "-",
        "--",
        "-x",
        ".",
        "..",
        "a/b/c",
        "host",
        "a b",
        "a\tb",
        "a\nb",
        "\033[2J",
        "$(reboot)",
        "`id`",
        "';--",
        "%s%n",
        "[1]",
        "[0000]",
        "all",
        "default",
        "lo",
        "a:b",
        "\xc3\xa9th0",
        "jn.00000001.plain",
        "type",
        "dev",
        "0123456789abcdef",
        "a-name-that-is-much-longer-than-any-kernel-would-take-as-one-but-people-try-it-anyway",
};

static const char *const jail_names[] = {"www", "db", "mail", "a.b", "e\xc3\xa9", "x y"};
static const char *const iface_names[] = {"a0", "a1", "b0", "br0", "br1", "e0a", "e1", "p0", "x'y", "mv0", "vx0", "t0"};
static const char *const macs[] = {"02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03", "02-00-00-00-00-04",
                                   "01:00:5e:00:00:01", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:00:00"};
static const char *const addresses[] = {"10.9.0.1/24", "10.9.0.2/24", "10.9.1.1/32", "fd00:9::1/64", "fd00:9::2/128",
                                        "10.1.0.2/24", "10.9.0.1/33", "0.0.0.0/0",   "127.0.0.9/8",  "224.0.0.1/24",
                                        "fe80::9/64",  "ff02::1/64",  "10.9.0.1",    "::/0"};
static const char *const gateways[] = {"10.9.0.254", "10.1.0.1", "10.1.0.2",  "10.5.0.9", "fd00:9::fe",
                                       "fe80::1",    "0.0.0.0",  "10.77.0.1", "::"};
static const char *const destinations[] = {"default",     "10.20.0.0/16", "10.21.0.1/32", "fd20::/48",
                                           "10.6.0.0/16", "10.1.0.0/24",  "10.20.0.1/16", "fe80::/64"};
static const char *const mtus[] = {"1280", "1400", "1500",  "9000",  "576",     "68",
                                   "67",   "0",    "65535", "65536", "99999999"};
static const char *const hooks[] = {"link", "uplink", "lower", "upper", "ether", "link0", "link7", "uplink1", "mine"};

static char *pick_jail(struct dice *d, const struct graph *g)
{
        if (chance(d, 70)) {
                const char *name = g->jails[dice_roll(d, (unsigned)g->jail_count)].name;

                return chance(d, 20) ? xasprintf("jail:%s", name) : xstrdup(name);
        }
        return xstrdup(chance(d, 80) ? PICK(d, jail_names) : PICK(d, hostile));
}

static char *pick_iface(struct dice *d, const struct graph *g, bool is_bridge)
{
        CLEANUP(text_done) struct text t = {0};

        if (!chance(d, 88))
                return xstrdup(chance(d, 70) ? PICK(d, iface_names) : PICK(d, hostile));
        for (unsigned tries = 0; tries < 20; tries++) {
                unsigned k = dice_roll(d, (unsigned)g->iface_count);
                const struct iface *i = &g->ifaces[k];

                /* Each jail has a loopback, and nobody asks so often. */
                if ((i->kind == KIND_LOOPBACK && !chance(d, 20)) ||
                    (is_bridge && i->kind != KIND_BRIDGE && !chance(d, 5)))
                        continue;
                if (chance(d, 10))
                        text_put(&t, "if:");
                query_put_iface(&t, g, k);
                return text_take(&t);
        }
        return xstrdup("lo");
}

static char *pick_new_iface(struct dice *d, const struct graph *g, bool may_have_jail)
{
        const char *name = chance(d, 92) ? PICK(d, iface_names) : PICK(d, hostile);

        if (!may_have_jail || !chance(d, 40))
                return xstrdup(name);

        CLEANUP(freep) char *jail = pick_jail(d, g);

        return xasprintf("%s/%s", jail, name);
}

static char *pick_node(struct dice *d, const struct graph *g)
{
        const struct node *n;

        if (!g->node_count || chance(d, 10))
                return pick_iface(d, g, false);
        n = &g->nodes[dice_roll(d, (unsigned)g->node_count)];
        return n->name && n->jail == 0 && chance(d, 60) ? xstrdup(n->name) : xasprintf("[%08x]", n->id);
}

static char *pick_node_hook(struct dice *d, const struct graph *g)
{
        CLEANUP(freep) char *node = pick_node(d, g);

        if (g->hook_count && chance(d, 40)) {
                const struct hook *h = &g->hooks[dice_roll(d, (unsigned)g->hook_count)];

                return xasprintf("[%08x]:%s", g->nodes[h->node].id, h->name);
        }
        return xasprintf("%s:%s", node, PICK(d, hooks));
}

static char *pick_choice(struct dice *d, const char *choices)
{
        unsigned count = 1, k;

        for (const char *p = choices; *p; p++)
                count += *p == '|';
        for (k = dice_roll(d, count); k > 0; k--)
                choices = strchr(choices, '|') + 1;
        return xstrndup(choices, strcspn(choices, "|"));
}

static char *pick_address(struct dice *d, const struct graph *g)
{
        char buf[PREFIX_TEXT_SIZE];

        if (chance(d, 40)) {
                const struct iface *i = &g->ifaces[dice_roll(d, (unsigned)g->iface_count)];

                if (i->address_count)
                        return xstrdup(prefix_format(&i->addresses[dice_roll(d, (unsigned)i->address_count)], buf));
        }
        return xstrdup(PICK(d, addresses));
}

static char *pick(struct dice *d, const struct graph *g, const struct verb_arg *a)
{
        if (chance(d, 1))
                return xstrdup(PICK(d, hostile));
        switch (a->type) {
        case ARG_JAIL:
        case ARG_JAIL_ANY: return pick_jail(d, g);
        case ARG_JAIL_NEW: return xstrdup(chance(d, 90) ? PICK(d, jail_names) : PICK(d, hostile));
        case ARG_IFACE: return pick_iface(d, g, false);
        case ARG_BRIDGE:
        case ARG_MASTER: return pick_iface(d, g, true);
        case ARG_IFACE_NEW: return pick_new_iface(d, g, true);
        case ARG_IFACE_PLAIN: return pick_new_iface(d, g, false);
        case ARG_OBJECT: return chance(d, 35) ? pick_jail(d, g) : pick_iface(d, g, false);
        case ARG_NODE: return pick_node(d, g);
        case ARG_NODE_NEW: return xstrdup(chance(d, 80) ? PICK(d, iface_names) : PICK(d, hostile));
        case ARG_NODE_HOOK: return pick_node_hook(d, g);
        case ARG_HOOK_NEW: return xstrdup(chance(d, 90) ? PICK(d, hooks) : PICK(d, hostile));
        case ARG_MAC: return xstrdup(PICK(d, macs));
        case ARG_MTU: return xstrdup(PICK(d, mtus));
        case ARG_VLAN_ID:
        case ARG_VXLAN_ID:
        case ARG_NUMBER: return xasprintf("%u", chance(d, 80) ? dice_roll(d, 8) : dice_roll(d, 100000000));
        case ARG_ADDRESS: return pick_address(d, g);
        case ARG_IP: return xstrdup(PICK(d, gateways));
        case ARG_DESTINATION: return xstrdup(PICK(d, destinations));
        case ARG_TEXT: return xstrdup(chance(d, 50) ? "it's \"mine\" \\ \xe2\x82\xac" : PICK(d, hostile));
        case ARG_PATH: return xstrdup(chance(d, 70) ? "/srv/it's here" : PICK(d, hostile));
        case ARG_CHOICE: return pick_choice(d, a->choices);
        }
        return xstrdup("");
}

struct request {
        char **argv;
        int argc;
};

static void add(struct request *r, char *word)
{
        if (r->argc < WORDS_MAX)
                r->argv[r->argc++] = word;
        else
                free(word);
        r->argv[r->argc] = NULL;
}

static void add_option(struct request *r, struct dice *d, const struct graph *g, const struct verb_option *o)
{
        static const struct verb_arg jail = {.name = "JAIL", .type = ARG_JAIL},
                                     number = {.name = "N", .type = ARG_NUMBER};

        add(r, xasprintf("--%s", o->name));
        if (!o->has_value)
                return;
        add(r, pick(d, g, &o->value));
        if (o->extra_values > 0)
                add(r, pick(d, g, &jail));
        if (o->extra_values > 1)
                add(r, pick(d, g, &number));
}

int words_make(struct dice *d, const struct graph *g, char *argv[WORDS_MAX + 1])
{
        const struct verb *v = &verbs[dice_roll(d, VERB_COUNT)];
        struct request r = {.argv = argv};
        CLEANUP(freep) char *words = xstrdup(v->words);

        for (char *save = NULL, *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
                add(&r, xstrdup(w));
        for (size_t k = 0; k < v->arg_count; k++) {
                const struct verb_arg *a = &v->args[k];

                if (chance(d, a->is_optional ? 50 : 1))
                        break;
                add(&r, pick(d, g, a));
                while (a->is_repeated && chance(d, 50))
                        add(&r, pick(d, g, a));
        }
        for (size_t k = 0; k < v->option_count; k++) {
                if (chance(d, 25))
                        add_option(&r, d, g, &v->options[k]);
        }
        if (chance(d, 2))
                add(&r, xstrdup(PICK(d, hostile)));
        return r.argc;
}

void words_free(char **argv)
{
        for (; *argv; argv++) {
                free(*argv);
                *argv = NULL;
        }
}

void words_put(struct text *t, char *const *argv)
{
        for (size_t k = 0; argv[k]; k++) {
                if (k > 0)
                        text_put_char(t, ' ');
                if (argv[k][0])
                        text_put_shell(t, argv[k]);
                else
                        text_put(t, "''");
        }
}
