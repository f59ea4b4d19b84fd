/* jib.c - FreeBSD's jib, which makes epairs for jails on bridges with the machine's interfaces. */
#include "core/dialect/jib.h"

#include <errno.h>
#include <string.h>

#include "core/dialect/jibjng.h"
#include "core/dialect/member.h"

static int do_addm(struct dialect *d, int argc, char **argv, struct err *e);
static int do_show(struct dialect *d, int argc, char **argv, struct err *e);
static int do_destroy(struct dialect *d, int argc, char **argv, struct err *e);

enum { ADDM, SHOW, SHOW_NAME, DESTROY };

static const struct jibjng_action actions[] = {
        [ADDM] = {"addm", "addm [-b BRIDGE_NAME] NAME [!]iface0 [[!]iface1 ...]",
                  "Makes e0b_NAME, e1b_NAME, ... for a jail, each on the bridge of its interface", do_addm},
        [SHOW] = {"show", "show", "Lists the NAMEs in use", do_show},
        [SHOW_NAME] = {"show", "show NAME", "Lists NAME's interfaces on the host", do_show},
        [DESTROY] = {"destroy", "destroy NAME", "Destroys NAME's interfaces, wherever their ends are", do_destroy},
};

/* -- addm -------------------------------------------------------------------------------------------------------- */

/* One interface of the list under way. */
struct wish {
        struct dialect *d;
        size_t jail; /* the stack it all happens in */
        const char *name;
        const char *suffix;
        const char *parent;
        bool derives; /* no '!' in front */
        char bridge[IF_NAME_SIZE], a[IF_NAME_SIZE], b[IF_NAME_SIZE];
};

static const char *word_of(const struct wish *w, const char *iface)
{
        return dialect_word(w->d, w->jail, iface);
}

static void print_name(struct dialect *d, const char *name)
{
        text_put_visible(&d->out, name);
        text_put_char(&d->out, '\n');
}

/* FreeBSD's jib stops half way when a name turns out too long, and leaves an orphan; here it is known beforehand. */
static int make_names(struct wish *w, unsigned index, struct err *e)
{
        if (!str_format(w->a, sizeof(w->a), "e%ua_%s", index, w->name) ||
            !str_format(w->b, sizeof(w->b), "e%ub_%s", index, w->name))
                return err_set(e, -ENAMETOOLONG,
                               "e%ua_%s: is longer than 15 bytes, the most that an interface's name "
                               "can have; nothing was made",
                               index, w->name);
        if (!str_format(w->bridge, sizeof(w->bridge), "%s%s", w->parent, w->suffix))
                return err_set(e, -ENAMETOOLONG,
                               "%s%s: is longer than 15 bytes, the most that a bridge's name can have; "
                               "nothing was made (-b gives a shorter one)",
                               w->parent, w->suffix);
        return 0;
}

static int make_bridge(struct wish *w, struct err *e)
{
        const char *bridge = word_of(w, w->bridge);
        size_t there = dialect_find_iface(w->d, w->jail, w->bridge);
        int r;

        if (there != NONE)
                return dialect_graph(w->d)->ifaces[there].kind == KIND_BRIDGE
                        ? 0
                        : err_set(e, -EEXIST, "%s: is no bridge; rename it, or choose another name with -b", w->bridge);
        r = dialect_add(w->d, e, "create", "bridge", bridge, NULL);
        if (r == 0)
                r = dialect_add_member(w->d, "jib", dialect_find_iface(w->d, w->jail, w->bridge),
                                       dialect_find_iface(w->d, w->jail, w->parent), e);
        if (r == 0)
                r = dialect_add(w->d, e, "up", bridge, NULL);
        if (r == 0)
                print_name(w->d, w->bridge);
        return r;
}

static int make_pair(struct wish *w, struct err *e)
{
        const char *a = word_of(w, w->a), *b = word_of(w, w->b);
        int r = dialect_add(w->d, e, "create", "epair", a, b, NULL);

        if (r == 0)
                r = dialect_add(w->d, e, "attach", a, word_of(w, w->bridge), NULL);
        if (r < 0)
                return r;
        print_name(w->d, w->a);
        print_name(w->d, w->b);
        return 0;
}

/* The addresses by the rule; before the pair is set up, so that link-local ones follow them. */
static int set_macs(struct wish *w, struct jibjng_uses *uses, struct err *e)
{
        const char *parent = word_of(w, w->parent);
        unsigned n = jibjng_next_use(uses, w->parent);
        int r = jibjng_set_mac(w->d, "jib", word_of(w, w->a), parent, w->name, n, e);

        return r < 0 ? r : jibjng_set_mac(w->d, "jib", word_of(w, w->b), parent, w->name, n, e);
}

static int add_one(struct wish *w, unsigned index, struct jibjng_uses *uses, struct err *e)
{
        size_t parent = dialect_find_iface(w->d, w->jail, w->parent);
        int r = make_names(w, index, e);

        if (r < 0)
                return r;
        if (dialect_find_iface(w->d, w->jail, w->a) != NONE)
                return 0; /* FreeBSD's looks no further either */
        if (parent == NONE)
                return err_set(e, -ENXIO, "interface %s does not exist", w->parent);

        bool has_mac = dialect_graph(w->d)->ifaces[parent].mac.is_set;

        r = dialect_add(w->d, e, "up", word_of(w, w->parent), NULL);
        if (r == 0)
                r = make_bridge(w, e);
        if (r == 0)
                r = make_pair(w, e);
        if (r == 0 && w->derives && has_mac)
                r = set_macs(w, uses, e);
        if (r == 0)
                r = dialect_add(w->d, e, "up", word_of(w, w->a), NULL);
        return r < 0 ? r : dialect_add(w->d, e, "up", word_of(w, w->b), NULL);
}

static int do_addm(struct dialect *d, int argc, char **argv, struct err *e)
{
        struct wish w = {.d = d, .jail = dialect_jail(d), .suffix = "bridge"};
        struct jibjng_uses uses = {0};
        int i = 0;

        while (i < argc && argv[i][0] == '-' && argv[i][1]) {
                if (strcmp(argv[i], "--") == 0) {
                        i++;
                        break;
                }
                if (argv[i][1] != 'b' || (!argv[i][2] && i + 1 >= argc))
                        return jibjng_usage(d, "jib", &actions[ADDM]);
                w.suffix = argv[i][2] ? argv[i] + 2 : argv[++i];
                i++;
        }
        if (!*w.suffix)
                w.suffix = "bridge";
        if (argc - i < 2 || !jibjng_is_name(argv[i]))
                return jibjng_usage(d, "jib", &actions[ADDM]);
        w.name = argv[i++];
        for (unsigned index = 0; i < argc; i++, index++) {
                w.derives = argv[i][0] != '!';
                w.parent = argv[i] + !w.derives;

                int r = add_one(&w, index, &uses, e);

                if (r < 0)
                        return r;
        }
        return 0;
}

/* -- show, destroy ----------------------------------------------------------------------------------------------- */

/* NAME's a sides; all names of members of bridges without NAME. Caller frees words and *ret. */
static size_t find(struct dialect *d, const char *name, char ***ret)
{
        const struct graph *g = dialect_graph(d);
        const struct jail *j = &g->jails[dialect_jail(d)];
        char **found = xcalloc(j->iface_count + 1, sizeof(*found));
        size_t count = 0;

        for (size_t k = j->iface_first; k != NONE; k = g->ifaces[k].next) {
                const struct iface *i = &g->ifaces[k];
                const char *of = jibjng_name_of(i->name, "e", 'a');
                bool is_member = i->master != NONE && g->ifaces[i->master].kind == KIND_BRIDGE;

                if (of && (name ? strcmp(of, name) == 0 : is_member))
                        found[count++] = xstrdup(name ? i->name : of);
        }
        *ret = found;
        return count;
}

static int do_show(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(freep) char **found = NULL;
        size_t count;

        (void)e;
        if (argc > 1 || (argc == 1 && !jibjng_is_name(argv[0])))
                return jibjng_usage(d, "jib", &actions[SHOW_NAME]);
        count = find(d, argc == 1 ? argv[0] : NULL, &found);
        jibjng_put_sorted(&d->out, found, count);
        return 0;
}

static int do_destroy(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(freep) char **found = NULL;
        size_t count, jail = dialect_jail(d);
        int r = 0;

        if (argc != 1 || !jibjng_is_name(argv[0]))
                return jibjng_usage(d, "jib", &actions[DESTROY]);
        count = find(d, argv[0], &found);
        for (size_t k = 0; k < count; k++) {
                CLEANUP(freep) char *word = xasprintf("if:%s", dialect_word(d, jail, found[k]));

                if (r == 0)
                        r = dialect_add(d, e, "destroy", word, NULL);
                free(found[k]);
        }
        return r;
}

int dialect_jib(struct dialect *d, int argc, char **argv, struct err *e)
{
        return jibjng_run(d, actions, ARRAY_SIZE(actions), argc, argv, e);
}
