/* ngctl_generic.c - the messages that every node knows: what a node and the whole netgraph are, and how it is changed.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

/* "{ name="sw0" type="bridge" id=0x5 hooks=2 }"; what is 0 or empty is left out. */
static void put_nodeinfo(struct text *t, struct ngctl *n, struct place at)
{
        const char *name = ngview_name(n, at);
        size_t hooks = 0;

        free(ngview_hooks(n, at, &hooks));
        text_put(t, "{ ");
        if (name) {
                text_put(t, "name=");
                msg_put_string(t, name);
                text_put_char(t, ' ');
        }
        text_put(t, "type=");
        msg_put_string(t, ngview_type(n, at));
        text_putf(t, " id=0x%" PRIx32 " ", ngview_id(n, at));
        if (hooks)
                text_putf(t, "hooks=%zu ", hooks);
        text_put_char(t, '}');
}

int generic_nodeinfo(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};

        if (msg_no_args(args, e) < 0)
                return -EINVAL;
        put_nodeinfo(&t, n, at);
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

int generic_listhooks(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        size_t count = 0;

        if (msg_no_args(args, e) < 0)
                return -EINVAL;

        CLEANUP(freep) struct view_hook *hooks = ngview_hooks(n, at, &count);

        text_put(&t, "{ nodeinfo=");
        put_nodeinfo(&t, n, at);
        text_put(&t, count ? " linkinfo=[ " : " ");
        for (size_t k = 0; k < count; k++) {
                text_put(&t, "{ ourhook=");
                msg_put_string(&t, hooks[k].name);
                text_put(&t, " peerhook=");
                msg_put_string(&t, hooks[k].peer_hook);
                text_put(&t, " nodeinfo=");
                put_nodeinfo(&t, n, hooks[k].peer);
                text_put(&t, " } ");
        }
        text_put(&t, count ? "] }" : "}");
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

/* listnames: those alone that have one. */
int generic_listnodes(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        size_t count = 0;

        if (msg_no_args(args, e) < 0)
                return -EINVAL;

        CLEANUP(freep) struct place *places = list_places(n, strcmp(m->name, "listnames") == 0, &count);

        text_putf(&t, "{ numnames=%zu nodeinfo=[ ", count); /* the socket node is one */
        for (size_t k = 0; k < count; k++) {
                put_nodeinfo(&t, n, places[k]);
                text_put_char(&t, ' ');
        }
        text_put(&t, "] }");
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

int generic_listtypes(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(text_done) struct text t = {0};
        size_t count = 0;

        if (msg_no_args(args, e) < 0)
                return -EINVAL;

        CLEANUP(freep) struct living_type *types = list_types(n, &count);

        text_putf(&t, "{ numtypes=%zu typeinfo=[ ", count);
        for (size_t k = 0; k < count; k++) {
                text_put(&t, "{ typename=");
                msg_put_string(&t, types[k].type->name);
                if (types[k].living)
                        text_putf(&t, " numnodes=%zu", types[k].living);
                text_put(&t, " } ");
        }
        text_put(&t, "] }");
        msg_reply(n, at, m, text_str(&t));
        return 0;
}

/* Messages in the forms of programs, and texts that no node has: FreeBSD's nodes without them answer so, too. */
int generic_refuse(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        (void)n;
        (void)at;
        (void)args;
        return err_set(e, -EINVAL, "%s: no node of this kernel's answers that", m->name);
}

int generic_shutdown(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        (void)m;
        return msg_no_args(args, e) < 0 ? -EINVAL : change_shutdown(n, at, e);
}

/* The strings of a struct by their fields' names, in order; all must be there. */
static int take_strings(const char *args, struct value_fields *f, const char *const *names, const char **ret,
                        struct err *e)
{
        if (value_parse_struct(args, f) < 0)
                return err_set(e, -EINVAL, "not a struct; write it like { %s=\"...\" }", names[0]);
        for (size_t i = 0; names[i]; i++) {
                ret[i] = value_get(f, names[i]);
                if (!ret[i])
                        return err_set(e, -EINVAL, "has no field %s", names[i]);
        }
        return 0;
}

int generic_mkpeer(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"type", "ourhook", "peerhook", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *s[3] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        return r < 0 ? r : change_mkpeer(n, at, s[0], s[1], s[2], e);
}

int generic_connect(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"path", "ourhook", "peerhook", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        struct place peer = {0};
        const char *s[3] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        if (r == 0)
                r = ngview_resolve(n, at, s[0], &peer);
        return r < 0 ? r : change_connect(n, at, peer, s[1], s[2], e);
}

int generic_name(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        static const char *const names[] = {"name", NULL};
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *s[1] = {0};
        int r = take_strings(args, &f, names, s, e);

        (void)m;
        return r < 0 ? r : change_name(n, at, s[0], e);
}

/* Its field is called "hook" in netgraph's text, and "ourhook" in its struct: a friendly ngctl takes both. */
int generic_rmhook(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e)
{
        CLEANUP(value_fields_done) struct value_fields f = {0};
        const char *hook;

        (void)m;
        if (value_parse_struct(args, &f) < 0)
                return err_set(e, -EINVAL, "not a struct; write it like { hook=\"...\" }");
        hook = value_get(&f, "hook");
        if (!hook && !n->d->is_strict)
                hook = value_get(&f, "ourhook");
        return hook ? change_rmhook(n, at, hook, e) : err_set(e, -EINVAL, "has no field hook");
}
