/*
 * jng.c - FreeBSD's jng, which makes netgraph interfaces for jails on bridges with the machine's interfaces.
 *
 * What it does to nodes and hooks it says to ngctl, as FreeBSD's script does, so that both mean the same by a word.
 */
#include "core/dialect/jng.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/dialect/jibjng.h"
#include "core/dialect/ngctl.h"

#define FIRST_FREE_LINK 2 /* link0 and link1 are the interface's lower and upper */

static int do_bridge(struct dialect *d, int argc, char **argv, struct err *e);
static int do_graph(struct dialect *d, int argc, char **argv, struct err *e);
static int do_show(struct dialect *d, int argc, char **argv, struct err *e);
static int do_shutdown(struct dialect *d, int argc, char **argv, struct err *e);
static int do_stats(struct dialect *d, int argc, char **argv, struct err *e);

enum { BRIDGE, GRAPH, SHOW, SHOW_NAME, SHUTDOWN, STATS };

static const struct jibjng_action actions[] = {
        [BRIDGE] = {"bridge", "bridge [-b BRIDGE_NAME] NAME [!|=]iface0 [[!|=]iface1 ...]",
                    "Makes ng0_NAME, ng1_NAME, ... for a jail, each on the bridge of its interface", do_bridge},
        [GRAPH] = {"graph", "graph [-f] [-T type] [-o output]", "Draws all nodes to a file (jng.svg)", do_graph},
        [SHOW] = {"show", "show", "Lists the NAMEs in use", do_show},
        [SHOW_NAME] = {"show", "show NAME", "Lists NAME's interfaces", do_show},
        [SHUTDOWN] = {"shutdown", "shutdown NAME", "Shuts NAME's nodes down, wherever their interfaces are",
                      do_shutdown},
        [STATS] = {"stats", "stats NAME", "Prints what NAME's links have counted", do_stats},
};

/* -- ngctl ------------------------------------------------------------------------------------------------------- */

static void ngctl_freep(struct ngctl **n)
{
        ngctl_free(*n);
        *n = NULL;
}

static struct ngctl *ngctl_start(struct dialect *d)
{
        struct ngctl *n = ngctl_new(NULL, (uint32_t)getpid());

        ngctl_begin(n, d);
        return n;
}

/* A line for ngctl, which tells itself what is wrong with it: 0, or 1 as jng's status. */
static int say(struct ngctl *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int say(struct ngctl *n, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *line = xvasprintf(fmt, ap);
        va_end(ap);
        return ngctl_line(n, line) == NGCTL_DONE ? 0 : 1;
}

/* What ngctl prints for a line. */
static int ask(struct dialect *d, struct ngctl *n, const char *line, struct text *ret)
{
        struct text before = d->out;
        int status;

        d->out = (struct text){0};
        status = say(n, "%s", line);
        *ret = d->out;
        d->out = before;
        return status;
}

static size_t node_named(struct dialect *d, const char *name)
{
        return graph_find_node_named(dialect_graph(d), dialect_jail(d), name);
}

/* -- bridge ------------------------------------------------------------------------------------------------------ */

struct wish {
        struct dialect *d;
        struct ngctl *n;
        size_t jail;
        const char *name;
        const char *suffix;
        const char *parent;
        char mark;                   /* '!' no address, '=' the parent's, '\0' the rule's */
        char eiface[IF_NAME_SIZE];   /* ngI_NAME, cut as FreeBSD's cuts it */
        char ether[NODE_NAME_SIZE];  /* the parent's node */
        char first[NODE_NAME_SIZE];  /* the bridge that the parent is on */
        char bridge[NODE_NAME_SIZE]; /* the one that the new interface goes on */
};

static const char *word_of(const struct wish *w, const char *iface)
{
        return dialect_word(w->d, w->jail, iface);
}

static int make_names(struct wish *w, size_t parent, struct err *e)
{
        const struct graph *g = dialect_graph(w->d);
        const char *ether = g->nodes[g->ifaces[parent].node].name;

        if (!ether)
                return err_set(e, -ENOENT, "%s: its node has no name; ngctl name gives it one", w->parent);
        (void)str_copy(w->ether, sizeof(w->ether), ether);
        if (!str_format(w->first, sizeof(w->first), "%sbridge", ether) ||
            !str_format(w->bridge, sizeof(w->bridge), "%s%s", ether, w->suffix))
                return err_set(e, -ENAMETOOLONG,
                               "%s%s: is longer than 31 bytes, the most that a node's name can have; "
                               "nothing was made",
                               ether, w->suffix);
        return 0;
}

static unsigned free_link(struct dialect *d, size_t node)
{
        const struct graph *g = dialect_graph(d);
        char hook[HOOK_NAME_SIZE];

        for (unsigned n = FIRST_FREE_LINK;; n++) {
                (void)str_format(hook, sizeof(hook), "link%u", n);
                if (graph_find_hook(g, node, hook) == NONE)
                        return n;
        }
}

/* The bridge between the interface and the host's stack, and the one that hangs off it when another is asked for. */
static int make_bridges(struct wish *w)
{
        int r = 0;

        if (node_named(w->d, w->first) == NONE) {
                r = say(w->n, "mkpeer %s: bridge lower link0", w->ether);
                if (r == 0)
                        r = say(w->n, "connect %s: %s:lower upper link1", w->ether, w->ether);
                if (r == 0)
                        r = say(w->n, "name %s:lower %s", w->ether, w->first);
        }
        if (r || node_named(w->d, w->bridge) != NONE)
                return r;

        unsigned link = free_link(w->d, node_named(w->d, w->first));

        r = say(w->n, "mkpeer %s: bridge link%u link1", w->first, link);
        return r ? r : say(w->n, "name %s:link%u %s", w->first, link, w->bridge);
}

/* The interface, by its names: the node's and its own. */
static int make_eiface(struct wish *w, struct err *e)
{
        unsigned link = free_link(w->d, node_named(w->d, w->bridge));
        int r = say(w->n, "mkpeer %s: eiface link%u ether", w->bridge, link);

        if (r == 0)
                r = say(w->n, "name %s:link%u %s", w->bridge, link, w->eiface);
        if (r)
                return r;

        const struct graph *g = dialect_graph(w->d);
        size_t node = node_named(w->d, w->eiface);
        size_t iface = node == NONE ? NONE : g->nodes[node].iface;

        if (iface == NONE)
                return err_set(e, -EIO, "%s: was made, but has no interface", w->eiface);

        CLEANUP(freep) char *word = xasprintf("if:%s", word_of(w, g->ifaces[iface].name));

        r = dialect_add(w->d, e, "rename", word, w->eiface, NULL);
        if (r == 0)
                text_putf(&w->d->out, "%s\n", w->eiface); /* as its rename prints it */
        return r;
}

static int set_mac(struct wish *w, struct jibjng_uses *uses, struct err *e)
{
        const struct graph *g = dialect_graph(w->d);
        struct mac m = g->ifaces[dialect_find_iface(w->d, w->jail, w->parent)].mac;
        char mac[MAC_TEXT_SIZE];

        if (w->mark == '!' || !m.is_set)
                return 0;
        if (w->mark == '=')
                return dialect_add(w->d, e, "mac", word_of(w, w->eiface), mac_format(m, mac), NULL);
        return jibjng_set_mac(w->d, "jng", word_of(w, w->eiface), word_of(w, w->parent), w->name,
                              jibjng_next_use(uses, w->parent), e);
}

static int add_one(struct wish *w, unsigned index, struct jibjng_uses *uses, struct err *e)
{
        size_t parent = dialect_find_iface(w->d, w->jail, w->parent);
        int r;

        if (!str_format(w->eiface, sizeof(w->eiface), "ng%u_%s", index, w->name))
                dialect_say(w->d, "jng: ng%u_%s: is longer than 15 bytes, and cut to %s", index, w->name, w->eiface);
        if (node_named(w->d, w->eiface) != NONE)
                return 0; /* FreeBSD's looks no further either */
        if (parent == NONE)
                return err_set(e, -ENXIO, "interface %s does not exist", w->parent);
        r = make_names(w, parent, e);
        if (r == 0)
                r = dialect_add(w->d, e, "up", word_of(w, w->parent), NULL);
        if (r == 0)
                r = say(w->n, "msg %s: setpromisc 1", w->ether);
        if (r == 0)
                r = say(w->n, "msg %s: setautosrc 0", w->ether);
        if (r == 0)
                r = make_bridges(w);
        if (r == 0)
                r = make_eiface(w, e);
        if (r == 0)
                r = set_mac(w, uses, e); /* before it is up, so that its link-local address follows */
        return r ? r : dialect_add(w->d, e, "up", word_of(w, w->eiface), NULL);
}

static int do_bridge(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(ngctl_freep) struct ngctl *n = ngctl_start(d);
        struct wish w = {.d = d, .n = n, .jail = dialect_jail(d), .suffix = "bridge"};
        struct jibjng_uses uses = {0};
        int i = 0;

        if (argc > 0 && str_has_prefix(argv[0], "-b")) {
                w.suffix = argv[0][2] ? argv[0] + 2 : argc > 1 ? argv[1] : "";
                i = argv[0][2] ? 1 : 2;
        }
        if (!*w.suffix || argc - i < 2 || !jibjng_is_name(argv[i]))
                return jibjng_usage(d, "jng", &actions[BRIDGE]);
        w.name = argv[i++];
        for (unsigned index = 0; i < argc; i++, index++) {
                w.mark = argv[i][0] == '!' || argv[i][0] == '=' ? argv[i][0] : '\0';
                w.parent = argv[i] + (w.mark != '\0');

                int r = add_one(&w, index, &uses, e);

                if (r)
                        return r;
        }
        return 0;
}

/* -- show, shutdown, stats --------------------------------------------------------------------------------------- */

/* Is it NAME's, also where the name had to be cut? */
static bool is_of(const char *node, const char *name)
{
        const char *of = jibjng_name_of(node, "ng", '\0');
        size_t length = strlen(node);

        if (!of)
                return false;
        return strcmp(of, name) == 0 || (length == IF_NAME_SIZE - 1 && strncmp(of, name, strlen(of)) == 0);
}

static size_t find(struct dialect *d, const char *name, char ***ret)
{
        const struct graph *g = dialect_graph(d);
        char **found = xcalloc(g->node_count + 1, sizeof(*found));
        size_t count = 0, jail = dialect_jail(d);

        for (size_t k = 0; k < g->node_count; k++) {
                const struct node *n = &g->nodes[k];
                const char *of = n->name ? jibjng_name_of(n->name, "ng", '\0') : NULL;

                if (n->jail != jail || strcmp(n->type, "eiface") != 0 || !of)
                        continue;
                if (name && is_of(n->name, name))
                        found[count++] = xstrdup(n->name);
                else if (!name && n->hook_count) /* on a bridge */
                        found[count++] = xstrdup(of);
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
                return jibjng_usage(d, "jng", &actions[SHOW_NAME]);
        count = find(d, argc == 1 ? argv[0] : NULL, &found);
        jibjng_put_sorted(&d->out, found, count);
        return 0;
}

static int do_shutdown(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(ngctl_freep) struct ngctl *n = ngctl_start(d);
        CLEANUP(freep) char **found = NULL;
        size_t count;
        int status = 0;

        (void)e;
        if (argc != 1 || !jibjng_is_name(argv[0]))
                return jibjng_usage(d, "jng", &actions[SHUTDOWN]);
        count = find(d, argv[0], &found);
        for (size_t k = 0; k < count; k++) {
                if (status == 0)
                        status = say(n, "shutdown %s:", found[k]);
                free(found[k]);
        }
        return status;
}

/* The counters of an answer to getstats, "{ recvOctets=5 ... }", that are not zero. */
static void put_counters(struct text *t, const char *answer)
{
        const char *s = strchr(answer, '{');

        for (s = s ? s + 1 : ""; *s && *s != '}'; s += strcspn(s, " }"), s += strspn(s, " ")) {
                const char *value = strchr(s, '=');

                if (!value || value > s + strcspn(s, " }"))
                        continue;
                text_putf(t, "%20.*s = %.*s\n", (int)(value - s), s, (int)strcspn(value + 1, " }"), value + 1);
        }
}

/* The bridge and the link at the other end of an eiface's only hook; false: it is joined to none. */
static bool find_link(struct dialect *d, const char *name, uint32_t *ret_bridge, const char **ret_number)
{
        const struct graph *g = dialect_graph(d);
        size_t node = node_named(d, name);
        size_t hook = node == NONE ? NONE : graph_find_hook(g, node, "ether");
        size_t peer = hook == NONE ? NONE : graph_hook_peer(g, hook);

        if (peer == NONE || !str_has_prefix(g->hooks[peer].name, "link"))
                return false;
        *ret_bridge = g->nodes[g->hooks[peer].node].id;
        *ret_number = g->hooks[peer].name + strlen("link");
        return true;
}

static int do_stats(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(ngctl_freep) struct ngctl *n = ngctl_start(d);
        CLEANUP(freep) char **found = NULL;
        size_t count;
        int status = 0;

        (void)e;
        if (argc != 1 || !jibjng_is_name(argv[0]))
                return jibjng_usage(d, "jng", &actions[STATS]);
        count = find(d, argv[0], &found);
        for (size_t k = 0; k < count; k++) {
                CLEANUP(text_done) struct text answer = {0};
                const char *number = "";
                uint32_t bridge = 0;

                text_put_visible(&d->out, found[k]);
                text_put(&d->out, ":\n");
                if (status == 0 && find_link(d, found[k], &bridge, &number)) {
                        CLEANUP(freep) char *line = xasprintf("msg [%x]: getstats %s", bridge, number);

                        status = ask(d, n, line, &answer);
                        put_counters(&d->out, text_str(&answer));
                }
                free(found[k]);
        }
        return status;
}

/* -- graph ------------------------------------------------------------------------------------------------------- */

/* The type that a file's name ends in, of those that Graphviz draws; NULL. */
static const char *type_of(const char *path)
{
        static const char *const types[] = {"bmp", "dot",   "eps", "gif", "gv",  "jpeg", "jpg",  "json",
                                            "pdf", "plain", "png", "ps",  "svg", "svgz", "tiff", "webp"};
        const char *point = strrchr(path, '.');

        for (size_t k = 0; point && k < ARRAY_SIZE(types); k++)
                if (strcmp(types[k], point + 1) == 0)
                        return types[k];
        return NULL;
}

static int do_graph(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(ngctl_freep) struct ngctl *n = ngctl_start(d);
        CLEANUP(text_done) struct text picture = {0};
        const char *path = "jng.svg", *type = NULL;
        bool replaces = false;
        int r;

        for (int i = 0; i < argc; i++) {
                const char *option = argv[i];
                const char *value = option[0] == '-' && option[1] && option[2] ? option + 2 : NULL;

                if (strcmp(option, "-f") == 0) {
                        replaces = true;
                        continue;
                }
                if (option[0] != '-' || (option[1] != 'T' && option[1] != 'o') || (!value && ++i >= argc))
                        return jibjng_usage(d, "jng", &actions[GRAPH]);
                if (!value)
                        value = argv[i];
                if (option[1] == 'T')
                        type = value;
                else
                        path = value;
        }
        if (!type)
                type = type_of(path);
        if (!d->services || !d->services->draw)
                return err_set(e, -EOPNOTSUPP, "%s: no file can be written from here", path);
        r = ask(d, n, "dot", &picture);
        if (r == 0)
                r = d->services->draw(d, text_str(&picture), type ? type : "svg", path, replaces, e);
        return r;
}

int dialect_jng(struct dialect *d, int argc, char **argv, struct err *e)
{
        return jibjng_run(d, actions, ARRAY_SIZE(actions), argc, argv, e);
}
