/* ngctl_list.c - what ngctl prints of the graph, in FreeBSD's layouts: scripts cut words out of them. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

#define UNNAMED "<unnamed>"

/* Foreign text in a column of that width; it is never cut. */
static void put_column(struct text *t, const char *s, size_t width)
{
        CLEANUP(text_done) struct text v = {0};

        text_put_visible(&v, s);
        text_putf(t, "%-*s", (int)width, text_str(&v));
}

static void put_node(struct ngctl *n, struct place p, size_t hooks)
{
        struct text *t = &n->d->out;
        const char *name = ngview_name(n, p);

        text_put(t, "  Name: ");
        put_column(t, name ? name : UNNAMED, 15);
        text_put(t, " Type: ");
        put_column(t, ngview_type(n, p), 15);
        text_putf(t, " ID: %08" PRIx32 "   Num hooks: %zu\n", ngview_id(n, p), hooks);
}

static void put_hook(struct ngctl *n, const struct view_hook *h)
{
        struct text *t = &n->d->out;
        const char *peer = ngview_name(n, h->peer);

        text_put(t, "  ");
        put_column(t, h->name, 15);
        text_put_char(t, ' ');
        put_column(t, peer ? peer : UNNAMED, 15);
        text_put_char(t, ' ');
        put_column(t, ngview_type(n, h->peer), 12);
        text_putf(t, " %08" PRIx32 "        ", ngview_id(n, h->peer));
        put_column(t, h->peer_hook, 15);
        text_put_char(t, '\n');
}

static void put_whole(struct ngctl *n, struct place p, bool with_hooks)
{
        size_t count = 0;
        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, p, &count);

        put_node(n, p, count);
        if (!with_hooks || count == 0)
                return;
        text_putf(&n->d->out, "  %-15s %-15s %-12s %-15s %-15s\n", "Local hook", "Peer name", "Peer type", "Peer ID",
                  "Peer hook");
        text_putf(&n->d->out, "  %-15s %-15s %-12s %-15s %-15s\n", "----------", "---------", "---------", "-------",
                  "---------");
        for (size_t i = 0; i < count; i++)
                put_hook(n, &hooks[i]);
}

struct place *list_places(struct ngctl *n, bool named_only, size_t *ret_count)
{
        const struct graph *g = dialect_graph(n->d);
        struct place *places = xcalloc(g->node_count + 1, sizeof(*places));
        size_t count = 0;

        for (size_t i = 0; i < g->node_count; i++)
                if (ngview_shows(n, i) && (!named_only || g->nodes[i].name))
                        places[count++] = (struct place){.node = i};
        places[count++] = HERE;
        *ret_count = count;
        return places;
}

/* Reads "-ln" and the like; the index behind the options, or -1. */
static int take_flags(int argc, char **argv, const char *known, bool *flags)
{
        int i = 1;

        for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
                if (strcmp(argv[i], "--") == 0)
                        return i + 1;
                for (const char *s = argv[i] + 1; *s; s++) {
                        const char *at = strchr(known, *s);

                        if (!at)
                                return -1;
                        flags[at - known] = true;
                }
        }
        return i;
}

int ngctl_list(struct ngctl *n, int argc, char **argv)
{
        bool flags[2] = {false}; /* l, n */
        size_t count = 0;

        if (take_flags(argc, argv, "ln", flags) != argc)
                return NGCTL_USAGE;

        CLEANUP(freep) struct place *places = list_places(n, flags[1], &count);

        text_putf(&n->d->out, "There are %zu total %snodes:\n", count, flags[1] ? "named " : "");
        for (size_t i = 0; i < count; i++) {
                if (i > 0 && flags[0])
                        text_put_char(&n->d->out, '\n');
                put_whole(n, places[i], flags[0]);
        }
        return NGCTL_DONE;
}

int ngctl_show(struct ngctl *n, int argc, char **argv)
{
        bool no_hooks = false;
        int first = take_flags(argc, argv, "n", &no_hooks);
        struct place p = {0};

        if (first < 0 || first != argc - 1)
                return NGCTL_USAGE;

        int r = ngview_resolve(n, HERE, argv[first], &p);

        if (r < 0)
                return tell_errno(n, "send msg", r, NULL);
        put_whole(n, p, !no_hooks);
        return NGCTL_DONE;
}

struct living_type *list_types(struct ngctl *n, size_t *ret_count)
{
        size_t count = 0;
        CLEANUP(freep) struct place *places = list_places(n, false, &count);
        struct living_type *types = xcalloc(node_type_count, sizeof(*types));

        *ret_count = 0;
        for (size_t k = 0; k < node_type_count; k++) {
                struct living_type t = {.type = &node_types[k]};

                for (size_t i = 0; i < count; i++)
                        t.living += strcmp(ngview_type(n, places[i]), t.type->name) == 0;
                if (t.living || (type_is_here(t.type) && !type_is_missing(n, t.type)))
                        types[(*ret_count)++] = t;
        }
        return types;
}

int ngctl_types(struct ngctl *n, int argc, char **argv)
{
        size_t count = 0;

        (void)argv;
        if (argc != 1)
                return NGCTL_USAGE;

        CLEANUP(freep) struct living_type *types = list_types(n, &count);

        text_putf(&n->d->out, "There are %zu total types:\n", count);
        text_putf(&n->d->out, "%15s   Number of living nodes\n", "Type name");
        text_putf(&n->d->out, "%15s   ----------------------\n", "---------");
        for (size_t k = 0; k < count; k++)
                text_putf(&n->d->out, "%15s   %5zu\n", types[k].type->name, types[k].living);
        return NGCTL_DONE;
}

/* The generic text messages: no node of this kernel answers them, which FreeBSD's ngctl takes for success. */
static int put_unavailable(struct ngctl *n, const char *what, const char *path)
{
        struct place p = {0};
        int r = ngview_resolve(n, HERE, path, &p);

        if (r < 0)
                return tell_errno(n, "send msg", r, NULL);
        text_putf(&n->d->out, "No %s available for \"", what);
        text_put_visible(&n->d->out, path);
        text_put(&n->d->out, "\"\n");
        return NGCTL_DONE;
}

int ngctl_status(struct ngctl *n, int argc, char **argv)
{
        return argc == 2 ? put_unavailable(n, "status", argv[1]) : NGCTL_USAGE;
}

int ngctl_config(struct ngctl *n, int argc, char **argv)
{
        return argc >= 2 ? put_unavailable(n, "config", argv[1]) : NGCTL_USAGE;
}

/* -- Graphviz ---------------------------------------------------------------------------------------------------- */

/* Text inside of a quoted string of Graphviz; what a record's label gives a meaning to is escaped too. */
static void put_dot(struct text *t, const char *s, bool is_record)
{
        for (; *s; s++) {
                unsigned char c = (unsigned char)*s;

                if (c < 0x20 || c == 0x7f) {
                        text_put_char(t, '?');
                        continue;
                }
                if (c == '"' || c == '\\' || (is_record && strchr("{}|<>", c)))
                        text_put_char(t, '\\');
                text_put_char(t, *s);
        }
}

static void put_dot_nodes(struct ngctl *n, const struct place *places, size_t count)
{
        struct text *t = &n->d->out;

        text_put(t, "\tnode [ shape = record, fontsize = 12 ] {\n");
        for (size_t i = 0; i < count; i++) {
                const char *name = ngview_name(n, places[i]);
                uint32_t id = ngview_id(n, places[i]);

                text_putf(t, "\t\t\"%" PRIx32 "\" [ label = \"{", id);
                put_dot(t, name ? name : UNNAMED, true);
                text_put(t, ":|{");
                put_dot(t, ngview_type(n, places[i]), true);
                text_putf(t, "|[%" PRIx32 "]:}}\" ];\n", id);
        }
        text_put(t, "\t};\n\tsubgraph cluster_disconnected {\n\t\tbgcolor = pink;\n");
        for (size_t i = 0; i < count; i++) {
                size_t hooks = 0;

                free(ngview_hooks(n, places[i], &hooks));
                if (hooks == 0)
                        text_putf(t, "\t\t\"%" PRIx32 "\";\n", ngview_id(n, places[i]));
        }
        text_put(t, "\t};\n");
}

/* A link is drawn from the side of the greater id. */
static void put_dot_compact(struct ngctl *n, struct place p, const struct view_hook *hooks, size_t count)
{
        struct text *t = &n->d->out;
        uint32_t id = ngview_id(n, p);

        for (size_t i = 0; i < count; i++) {
                uint32_t peer = ngview_id(n, hooks[i].peer);

                if (id < peer)
                        continue;
                text_putf(t, "\t\"%" PRIx32 "\" -> \"%" PRIx32 "\" [ headlabel = \"", peer, id);
                put_dot(t, hooks[i].name, false);
                text_put(t, "\", taillabel = \"");
                put_dot(t, hooks[i].peer_hook, false);
                text_put(t, "\" ] ;\n");
        }
}

static void put_dot_end(struct text *t, uint32_t id, const char *hook)
{
        text_putf(t, "\"%" PRIx32 ".", id);
        put_dot(t, hook, false);
        text_put_char(t, '"');
}

static void put_dot_full(struct ngctl *n, struct place p, const struct view_hook *hooks, size_t count)
{
        struct text *t = &n->d->out;
        uint32_t id = ngview_id(n, p);

        text_put(t, "\tnode [ shape = octagon, fontsize = 10 ] {\n");
        for (size_t i = 0; i < count; i++) {
                text_put(t, "\t\t");
                put_dot_end(t, id, hooks[i].name);
                text_put(t, " [ label = \"");
                put_dot(t, hooks[i].name, false);
                text_put(t, "\" ];\n");
        }
        text_put(t, "\t};\n\t{\n\t\tedge [ weight = 2.0, style = bold ];\n");
        for (size_t i = 0; i < count; i++) {
                text_putf(t, "\t\t\"%" PRIx32 "\" -- ", id);
                put_dot_end(t, id, hooks[i].name);
                text_put(t, ";\n");
        }
        text_put(t, "\t};\n");
        for (size_t i = 0; i < count; i++) {
                uint32_t peer = ngview_id(n, hooks[i].peer);

                if (id < peer)
                        continue;
                text_put_char(t, '\t');
                put_dot_end(t, id, hooks[i].name);
                text_put(t, " -- ");
                put_dot_end(t, peer, hooks[i].peer_hook);
                text_put(t, ";\n");
        }
}

static void put_dot_graph(struct ngctl *n, bool is_compact)
{
        struct text *t = &n->d->out;
        size_t count = 0;
        CLEANUP(freep) struct place *places = list_places(n, false, &count);

        if (is_compact)
                text_put(t, "digraph netgraph {\n\tedge [ dir = \"none\", fontsize = 10 ];\n");
        else
                text_put(t, "graph netgraph {\n\tedge [ weight = 1.0 ];\n");
        put_dot_nodes(n, places, count);
        for (size_t i = 0; i < count; i++) {
                size_t hook_count = 0;
                CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, places[i], &hook_count);

                if (hook_count == 0)
                        continue;
                if (is_compact)
                        put_dot_compact(n, places[i], hooks, hook_count);
                else
                        put_dot_full(n, places[i], hooks, hook_count);
        }
        text_put(t, "}\n");
}

int ngctl_dot(struct ngctl *n, int argc, char **argv)
{
        bool is_compact = false;
        int first = take_flags(argc, argv, "c", &is_compact);

        if (first < 0 || argc - first > 1)
                return NGCTL_USAGE;
        if (first == argc) {
                put_dot_graph(n, is_compact);
                return NGCTL_DONE;
        }

        /* The picture alone goes to the file, not what was printed before it. */
        const struct dialect_services *services = n->d->services;
        struct text before = n->d->out;

        n->d->out = (struct text){0};
        put_dot_graph(n, is_compact);

        CLEANUP(text_done) struct text picture = n->d->out;
        int r = -EOPNOTSUPP;

        n->d->out = before;
        if (services && services->write_file)
                r = services->write_file(n->d, argv[first], text_str(&picture), picture.length, NULL);
        if (r == 0)
                return NGCTL_DONE;
        return tell_line(n, NGCTL_FAILED, "Could not open %s for writing: %s", argv[first], freebsd_strerror(r));
}
