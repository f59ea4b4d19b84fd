/* ngctl_complete.c - what the word that is being typed may become: commands, nodes, hooks, types and messages. */
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"
#include "core/graph/path.h"

struct offer {
        const char *prefix;
        size_t count, max;
        void (*fn)(void *user, const char *word);
        void *user;
};

static void offer(void *user, const char *word)
{
        struct offer *o = user;

        if (o->count == o->max || !str_has_prefix(word, o->prefix))
                return;
        o->count++;
        o->fn(o->user, word);
}

static void offer_commands(struct offer *o)
{
        for (size_t i = 0; i < ngctl_command_count; i++)
                offer(o, ngctl_commands[i].name);
}

/* "br0:" for each node, or "br0:a.link1" for the hooks of the one that is typed up to there. */
static void offer_paths(struct ngctl *n, struct offer *o)
{
        const struct graph *g = dialect_graph(n->d);
        const char *colon = strchr(o->prefix, ':'), *dot = strrchr(o->prefix, '.');
        const char *head = dot && (!colon || dot > colon) ? dot : colon;
        struct place at = {0};

        for (size_t i = 0; !colon && i < g->node_count; i++) {
                CLEANUP(text_done) struct text t = {0};

                if (!ngview_shows(n, i))
                        continue;
                if (g->nodes[i].name)
                        text_putf(&t, "%s:", g->nodes[i].name);
                else
                        text_putf(&t, "[%" PRIx32 "]:", g->nodes[i].id);
                offer(o, text_str(&t));
        }
        if (!head)
                return;

        CLEANUP(freep) char *address = xstrndup(o->prefix, (size_t)(head - o->prefix) + (head == colon));
        size_t count = 0;

        if (ngview_resolve(n, HERE, address, &at) < 0)
                return;

        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);

        for (size_t i = 0; i < count; i++) {
                CLEANUP(freep) char *word = xasprintf("%.*s%s", (int)(head - o->prefix) + 1, o->prefix, hooks[i].name);

                offer(o, word);
        }
}

static void offer_types(struct offer *o)
{
        for (size_t i = 0; i < node_type_count; i++)
                if (type_is_made(node_types[i].name))
                        offer(o, node_types[i].name);
}

static void offer_hooks(struct ngctl *n, const char *path, struct offer *o)
{
        struct place at = {0};
        size_t count = 0;

        if (ngview_resolve(n, HERE, path, &at) < 0)
                return;

        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);

        for (size_t i = 0; i < count; i++)
                offer(o, hooks[i].name);
}

/* Hooks that a new edge at a node may take. */
static void offer_new_hooks(const char *type, struct offer *o)
{
        static const struct {
                const char *type, *hook;
        } usual[] = {
                {"eiface", "ether"}, {"bridge", "link"},    {"bridge", "uplink"},  {"ether", "lower"},
                {"ether", "upper"},  {"vlan", "lower"},     {"lagg", "lower"},     {"hub", "hub0"},
                {"iface", "inet"},   {"iface", "inet6"},    {"tee", "left"},       {"tee", "right"},
                {"lagg", "link"},    {"one2many", "one"},   {"one2many", "many0"}, {"nat", "in"},
                {"nat", "out"},      {"tee", "left2right"}, {"tee", "right2left"},
        };

        for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
                if (strcmp(usual[i].type, type) == 0)
                        offer(o, usual[i].hook);
}

static void offer_new_hooks_at(struct ngctl *n, const char *path, struct offer *o)
{
        struct place at = {0};

        if (ngview_resolve(n, HERE, path, &at) == 0)
                offer_new_hooks(ngview_type(n, at), o);
}

/* words: those before the one that is typed. */
static void offer_arguments(struct ngctl *n, const char *command, char *const *words, int count, struct offer *o)
{
        struct place at = {0};

        if (strcmp(command, "help") == 0) {
                offer_commands(o);
        } else if (strcmp(command, "mkpeer") == 0) {
                if (count == 1) {
                        offer_paths(n, o);
                        offer_types(o);
                } else if (count == 2) {
                        offer_types(o);
                        offer_new_hooks_at(n, words[1], o);
                } else if (count == 3) {
                        offer_new_hooks_at(n, words[1], o);
                        offer_new_hooks(words[1], o);
                } else if (count == 4) {
                        offer_new_hooks(words[2], o);
                }
        } else if (strcmp(command, "connect") == 0) {
                if (count <= 2)
                        offer_paths(n, o);
                else
                        offer_new_hooks_at(n, words[count == 3 ? 1 : 2], o);
        } else if (strcmp(command, "rmhook") == 0) {
                if (count == 1)
                        offer_paths(n, o);
                else
                        offer_hooks(n, words[1], o);
        } else if (strcmp(command, "msg") == 0 && count == 2) {
                if (ngview_resolve(n, HERE, words[1], &at) == 0)
                        msg_complete(n, at, offer, o);
        } else if (count == 1 &&
                   (strcmp(command, "name") == 0 || strcmp(command, "show") == 0 || strcmp(command, "shutdown") == 0 ||
                    strcmp(command, "msg") == 0 || strcmp(command, "status") == 0 || strcmp(command, "config") == 0)) {
                offer_paths(n, o);
        }
}

size_t ngctl_complete(struct ngctl *n, const char *line, size_t max, void (*fn)(void *user, const char *word),
                      void *user)
{
        CLEANUP(ngreader_words_done) struct reader_words w = {0};
        struct text said = n->d->said;
        size_t length = strlen(line);
        bool is_open = length > 0 && !strchr(" \t", line[length - 1]);
        struct offer o = {.prefix = "", .max = max, .fn = fn, .user = user};

        n->d->said = (struct text){0}; /* a line that is not finished means nothing yet */
        if (ngreader_split(n, line, false, &w) == NGCTL_DONE) {
                int before = is_open && w.count > 0 ? w.count - 1 : w.count;
                const struct ngctl_command *c = NULL;

                o.prefix = before < w.count ? w.words[before] : "";
                if (before == 0)
                        offer_commands(&o);
                else if (ngctl_find_command(n, w.words[0], &c) == NGCTL_DONE)
                        offer_arguments(n, c->name, w.words, before, &o);
        }
        text_done(&n->d->said);
        n->d->said = said;
        return o.count;
}
