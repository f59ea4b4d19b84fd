/*
 * ngctl_change.c - mkpeer, connect, name, rmhook, shutdown: FreeBSD's checks in FreeBSD's order, then jailnet's verbs.
 *
 * A hook that only ngctl's own socket node holds is provisional: a friendly ngctl lets it yield to a later mkpeer or
 * connect. How-tos rely on that without knowing (three times "mkpeer eiface ether ether" in one session).
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

/* What a node may be asked to hook; types that are no netgraph's own leave it to the planner. */
static int check_hook(struct ngctl *n, struct place p, const char *hook)
{
        const struct node_type *t = type_find(ngview_type(n, p));

        return t ? t->check(hook) : 0;
}

/* -EEXIST when a hook's name is taken; a friendly ngctl frees one that only the socket node holds. */
static int take_hook(struct ngctl *n, struct place p, const char *name, struct err *e)
{
        CLEANUP(text_done) struct text node = {0};
        struct view_hook hook = {0};

        if (ngview_find_hook(n, p, name, &hook) < 0)
                return 0;
        ngview_put_node(&node, n, p);
        if (hook.own && !n->d->is_strict) {
                if (p.is_own)
                        say_meaning(n, "%s: a hook of ngctl itself; what hung from it is left to stand alone", name);
                else
                        say_meaning(n, "%s%s: was held by ngctl alone; it yields to the new peer", text_str(&node),
                                    name);
                own_remove(n, hook.own);
                return 0;
        }

        CLEANUP(text_done) struct text peer = {0};

        ngview_put_node(&peer, n, hook.peer);
        return err_set(e, -EEXIST, "%s%s: is joined to %s%s already; take another hook, or rmhook it first",
                       text_str(&node), name, text_str(&peer), hook.peer_hook);
}

/* A bridge or a lagg takes a plain "link" for the next free number. */
static void choose_peer_hook(const char *type, const char *wished, char ret[HOOK_NAME_SIZE])
{
        bool is_plain = strcmp(wished, "link") == 0, is_plain_up = strcmp(wished, "uplink") == 0;

        (void)str_copy(ret, HOOK_NAME_SIZE, wished);
        if ((strcmp(type, "bridge") == 0 && (is_plain || is_plain_up)) || (strcmp(type, "lagg") == 0 && is_plain))
                (void)str_copy(ret, HOOK_NAME_SIZE, is_plain ? "link0" : "uplink1");
}

size_t ngview_newest(struct ngctl *n, const char *type)
{
        const struct graph *g = dialect_graph(n->d);

        for (size_t i = g->node_count; i-- > 0;)
                if (ngview_shows(n, i) && strcmp(g->nodes[i].type, type) == 0)
                        return i;
        return NONE;
}

static int make_on_own(struct ngctl *n, const char *type, const char *hook, const char *peer_hook, struct err *e)
{
        const char *jail = n->d->jail;
        char peer[HOOK_NAME_SIZE];
        int r = strcmp(jail, "host") == 0 ? dialect_add(n->d, e, "create", "node", type, NULL)
                                          : dialect_add(n->d, e, "create", "node", type, "--jail", jail, NULL);

        if (r < 0)
                return r;

        size_t made = ngview_newest(n, type);

        if (made == NONE)
                return err_set(e, -ENXIO, "%s: no such node was made", type);
        choose_peer_hook(type, peer_hook, peer);
        own_add(n, hook, made, peer);
        joined_note_made(n, made);
        return 0;
}

/* A type's name as netgraph knows it; modules are called ng_TYPE, and how-tos call types so. */
static const struct node_type *find_type(struct ngctl *n, const char *word, int *ret_code, struct err *e)
{
        const struct node_type *t = type_find(word);

        *ret_code = -ENOENT;
        if (!t && !n->d->is_strict && str_has_prefix(word, "ng_") && (t = type_find(word + 3)))
                say_meaning(n, "%s: taken for the type %s (types' names have no ng_)", word, t->name);
        if (!t) {
                (void)err_set(e, -ENOENT, "%s: no such type of node; ngctl types lists them", word);
                return NULL;
        }
        if (!type_is_here(t)) {
                (void)dialect_add(n->d, e, "create", "node", t->name, NULL); /* the planner knows what is missing */
                return NULL;
        }
        if (!type_is_made(t->name)) {
                *ret_code =
                        err_set(e, -EINVAL, "%s: such nodes come by themselves, and are not made by mkpeer", t->name);
                return NULL;
        }
        return t;
}

/* Is what a mkpeer would make there? */
static bool has_peer(struct ngctl *n, struct place at, const char *type, const char *hook, const char *peer_hook)
{
        struct view_hook found = {0};

        return !at.is_own && ngview_find_hook(n, at, hook, &found) == 0 && !found.own && !found.peer.is_own &&
                strcmp(ngview_type(n, found.peer), type) == 0 && strcmp(found.peer_hook, peer_hook) == 0;
}

int change_mkpeer(struct ngctl *n, struct place at, const char *type, const char *hook, const char *peer_hook,
                  struct err *e)
{
        int r = 0;
        const struct node_type *t = find_type(n, type, &r, e);
        const char *missing;

        if (!t)
                return r;
        if ((missing = type_is_missing(n, t)))
                return err_set(e, -EOPNOTSUPP, "%s: %s", t->name, missing);
        if (n->only_adds && has_peer(n, at, t->name, hook, peer_hook)) {
                joined_note(n, ngview_id(n, at), hook, false);
                return 0;
        }
        r = take_hook(n, at, hook, e);
        if (r == 0)
                r = check_hook(n, at, hook);
        if (r == 0)
                r = t->check(peer_hook);
        if (r < 0)
                return r;
        if (at.is_own)
                return make_on_own(n, t->name, hook, peer_hook, e);

        uint32_t id = ngview_id(n, at);

        r = dialect_add(n->d, e, "mkpeer", ngview_word(n, at.node, hook), t->name, peer_hook, NULL);
        if (r == 0) {
                joined_note(n, id, hook, true);
                joined_note_made(n, ngview_newest(n, t->name));
        }
        return r;
}

bool ngctl_adopt(struct ngctl *n, const char *hook, const char *peer_hook, const char *name)
{
        size_t node = ngview_node_named(n, name);

        if (node != NONE)
                own_add(n, hook, node, peer_hook);
        return node != NONE;
}

static bool are_joined(struct ngctl *n, struct place a, struct place b, const char *hook, const char *peer_hook)
{
        struct view_hook found = {0};

        return ngview_find_hook(n, a, hook, &found) == 0 && !found.own && ngview_same(found.peer, b) &&
                strcmp(found.peer_hook, peer_hook) == 0;
}

int change_connect(struct ngctl *n, struct place a, struct place b, const char *hook, const char *peer_hook,
                   struct err *e)
{
        int r;

        if (a.is_own && b.is_own)
                return err_set(e, -EINVAL, "ngctl's own node cannot be joined to itself");
        if (n->only_adds && are_joined(n, a, b, hook, peer_hook)) {
                joined_note(n, ngview_id(n, a), hook, false);
                return 0;
        }
        if (!n->d->is_strict && are_joined(n, a, b, hook, peer_hook)) {
                say_meaning(n, "%s and %s: these two are joined already; nothing is done", hook, peer_hook);
                return 0;
        }
        r = take_hook(n, b, peer_hook, e);
        if (r == 0)
                r = take_hook(n, a, hook, e);
        if (r == 0)
                r = check_hook(n, a, hook);
        if (r == 0)
                r = check_hook(n, b, peer_hook);
        if (r < 0)
                return r;
        if (a.is_own)
                own_add(n, hook, b.node, peer_hook);
        else if (b.is_own)
                own_add(n, peer_hook, a.node, hook);
        else {
                uint32_t id = ngview_id(n, a);

                r = dialect_add(n->d, e, "connect", ngview_word(n, a.node, hook), ngview_word(n, b.node, peer_hook),
                                NULL);
                if (r == 0)
                        joined_note(n, id, hook, true);
        }
        return r;
}

int change_name(struct ngctl *n, struct place at, const char *name, struct err *e)
{
        char cut[NODE_NAME_SIZE];

        (void)str_copy(cut, sizeof(cut), name); /* as FreeBSD's cuts it */
        if (name_check_node(cut, e) < 0)
                return -EINVAL;
        if (n->only_adds && ngview_name(n, at) && strcmp(ngview_name(n, at), cut) == 0)
                return 0;
        if (ngview_node_named(n, cut) != NONE || strcmp(cut, n->name) == 0)
                return err_set(e, -EADDRINUSE, "%s: a node has that name already; ngctl list -n shows them", cut);
        if (!at.is_own)
                return dialect_add(n->d, e, "name", ngview_word(n, at.node, NULL), cut, NULL);
        (void)str_copy(n->name, sizeof(n->name), cut);
        return 0;
}

/* A node whose last hook was the socket node's goes, as one that loses its last real hook does. */
static int end_if_alone(struct ngctl *n, size_t node, struct err *e)
{
        const struct node_type *t = type_find(dialect_graph(n->d)->nodes[node].type);
        size_t hooks = 0;

        free(ngview_hooks(n, (struct place){.node = node}, &hooks));
        if (hooks || !t || !t->dies_with_last_hook || dialect_graph(n->d)->nodes[node].is_persistent)
                return 0;
        return dialect_add(n->d, e, "shutdown", ngview_word(n, node, NULL), NULL);
}

int change_rmhook(struct ngctl *n, struct place at, const char *hook, struct err *e)
{
        struct view_hook found = {0};

        if (ngview_find_hook(n, at, hook, &found) < 0)
                return 0; /* no failure to FreeBSD either */
        for (size_t k = 0; n->only_adds && !found.own && k < n->edge_count; k++) {
                size_t peer = own_peer(n, &n->edges[k]);

                if (peer == at.node && !at.is_own && strcmp(n->edges[k].peer_hook, hook) == 0)
                        found.own = &n->edges[k]; /* adopted: the real one of its name stays */
        }
        if (!found.own)
                return dialect_add(n->d, e, "disconnect", ngview_word(n, at.node, found.name), NULL);

        size_t peer = own_peer(n, found.own);

        own_remove(n, found.own);
        return end_if_alone(n, peer, e);
}

int change_shutdown(struct ngctl *n, struct place at, struct err *e)
{
        if (at.is_own)
                return ngctl_end(n) == NGCTL_DONE ? 0 : -EIO;

        uint32_t id = ngview_id(n, at);
        int r = dialect_add(n->d, e, "shutdown", ngview_word(n, at.node, NULL), NULL);

        if (r == 0)
                own_forget(n, id);
        return r;
}

int ngctl_end(struct ngctl *n)
{
        int status = NGCTL_DONE;

        while (n->edge_count > 0 && status == NGCTL_DONE) {
                struct err e = {0};
                size_t node = own_peer(n, &n->edges[0]), before = n->d->requests;
                CLEANUP(text_done) struct text name = {0};

                if (node != NONE)
                        ngview_put_node(&name, n, (struct place){.node = node});
                own_remove(n, &n->edges[0]);
                if (node != NONE && end_if_alone(n, node, &e) < 0)
                        status = tell_errno(n, "shutdown", e.code, &e);
                else if (n->d->requests > before && !n->d->is_strict)
                        say_meaning(n,
                                    "%s hung from ngctl alone and went with it; join it to another node, or send it "
                                    "setpersistent",
                                    text_str(&name));
        }
        return status;
}

/* -- Commands ---------------------------------------------------------------------------------------------------- */

/* FreeBSD's ngctl cuts names of types and hooks without a word. */
static const char *cut_name(struct ngctl *n, const char *word)
{
        char cut[HOOK_NAME_SIZE];

        (void)str_copy(cut, sizeof(cut), word);
        return arena_strdup(&n->d->arena, cut);
}

static int resolve(struct ngctl *n, struct place from, const char *path, struct place *ret, struct err *e)
{
        int r = ngview_resolve(n, from, path, ret);

        if (r == -ENOENT)
                return err_set(e, r, "%s: no such node, or no such hook on the way; ngctl list shows them", path);
        if (r == -EINVAL)
                return err_set(e, r, "%s: is no address of a node; write it like br0:link1 or [1e]:", path);
        return r;
}

int ngctl_mkpeer(struct ngctl *n, int argc, char **argv)
{
        struct place at = HERE;
        struct err e = {0};
        int r = 0;

        if (argc != 4 && argc != 5)
                return NGCTL_USAGE;

        char **words = argv + argc - 3;
        const char *type = cut_name(n, words[0]);
        const struct node_type *t = find_type(n, type, &r, &e); /* before anything else */

        if (!t)
                return tell_errno(n, "send msg", r, &e);
        r = 0;
        if (argc == 5)
                r = resolve(n, HERE, argv[1], &at, &e);
        if (r == 0)
                r = change_mkpeer(n, at, t->name, cut_name(n, words[1]), cut_name(n, words[2]), &e);
        return r < 0 ? tell_errno(n, "send msg", r, &e) : NGCTL_DONE;
}

int ngctl_connect(struct ngctl *n, int argc, char **argv)
{
        struct place a = HERE, b = {0};
        struct err e = {0};
        int r = 0;

        if (argc != 4 && argc != 5)
                return NGCTL_USAGE;

        char **words = argv + argc - 3;

        if (argc == 5)
                r = resolve(n, HERE, argv[1], &a, &e);
        if (r == 0)
                r = resolve(n, a, words[0], &b, &e);
        if (r == 0)
                r = change_connect(n, a, b, cut_name(n, words[1]), cut_name(n, words[2]), &e);
        return r < 0 ? tell_errno(n, "send msg", r, &e) : NGCTL_DONE;
}

int ngctl_name(struct ngctl *n, int argc, char **argv)
{
        struct place at = {0};
        struct err e = {0};

        if (argc != 3)
                return NGCTL_USAGE;

        int r = resolve(n, HERE, argv[1], &at, &e);

        if (r == 0)
                r = change_name(n, at, argv[2], &e);
        return r < 0 ? tell_errno(n, "send msg", r, &e) : NGCTL_DONE;
}

int ngctl_rmhook(struct ngctl *n, int argc, char **argv)
{
        struct place at = HERE;
        struct err e = {0};

        if (argc != 2 && argc != 3)
                return NGCTL_USAGE;

        int r = argc == 3 ? resolve(n, HERE, argv[1], &at, &e) : 0;

        if (r == 0)
                r = change_rmhook(n, at, argv[argc - 1], &e);
        return r < 0 ? tell_errno(n, "send msg", r, &e) : NGCTL_DONE;
}

int ngctl_shutdown(struct ngctl *n, int argc, char **argv)
{
        struct place at = {0};
        struct err e = {0};

        if (argc != 2)
                return NGCTL_USAGE;

        int r = resolve(n, HERE, argv[1], &at, &e);

        if (r == 0)
                r = change_shutdown(n, at, &e);
        return r < 0 ? tell_errno(n, "shutdown", r, &e) : NGCTL_DONE;
}
