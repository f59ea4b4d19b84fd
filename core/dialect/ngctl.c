/* ngctl.c - ngctl's command line: its options, and whether a command, a file or a person is listened to. */
#include "core/dialect/ngctl.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "core/dialect/ngctl_parts.h"

/* Ids of socket nodes are above all that the inventory gives, below those that a preview gives. */
#define OWN_ID_BASE 0xe0000000u
#define OWN_ID_MASK 0x0fffffffu

#define USAGE "usage: ngctl [-j jail] [-d] [-f filename] [-n nodename] [command [argument ...]]\n"

struct ngctl *ngctl_new(const char *name, uint32_t number)
{
        struct ngctl *n = xcalloc(1, sizeof(*n));

        n->id = OWN_ID_BASE | (number & OWN_ID_MASK);
        if (name)
                (void)str_copy(n->name, sizeof(n->name), name); /* as FreeBSD's cuts it */
        else
                (void)str_format(n->name, sizeof(n->name), "ngctl%" PRIu32, number); /* fits */
        return n;
}

void ngctl_only_adds(struct ngctl *n)
{
        n->only_adds = true;
}

void ngctl_free(struct ngctl *n)
{
        if (!n)
                return;
        free(n->edges);
        free(n->cleared);
        free(n->joined);
        free(n->made);
        free(n);
}

static void freengctlp(struct ngctl **n)
{
        ngctl_free(*n);
}

/* -- A person ---------------------------------------------------------------------------------------------------- */

/* Runs what was asked for, prints, and looks at the network anew. */
static void settle(struct ngctl *n)
{
        struct dialect *d = n->d;
        struct err e = {0};

        if (d->services->commit(d, &e) != 0) {
                if (err_is_set(&e))
                        (void)tell_errno(n, "send msg", e.code, &e);
                dialect_restart(d, d->live);
        }
        ngctl_begin(n, d);
}

static int listen_to_person(struct ngctl *n)
{
        struct dialect *d = n->d;
        bool is_end = false;

        n->is_prompt = true;
        (void)ngctl_help(n, 1, NULL);
        while (!is_end) {
                CLEANUP(freep) char *line = NULL;
                CLEANUP(freep) char *words = NULL;
                struct err e = {0};

                settle(n);
                if (d->services->read_line(d, n, &line, &e) < 0)
                        return tell_line(n, NGCTL_FAILED, "%s", e.what);
                if (!line) {
                        text_put_char(&d->out, '\n');
                        break;
                }
                settle(n); /* others may have changed something while the line was typed */
                words = xasprintf("ngctl %s", line);
                d->words = words;

                int status = ngctl_line(n, line);

                is_end = status == NGCTL_QUIT;
                if (!is_end && status != NGCTL_DONE)
                        dialect_restart(d, d->live);
                settle(n);
                d->words = NULL;
        }
        d->words = "ngctl quit";
        return ngctl_end(n);
}

/* ---------------------------------------------------------------------------------------------------------------- */

struct options {
        const char *file, *name, *jail;
        unsigned debug;
};

/* The index behind the options; 0: a wrong one. */
static int take_options(struct ngctl *n, int argc, char **argv, struct options *ret)
{
        int i = 1;

        for (; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
                if (strcmp(argv[i], "--") == 0)
                        return i + 1;
                for (const char *s = argv[i] + 1; *s; s++) {
                        const char **value = *s == 'f' ? &ret->file
                                : *s == 'n'            ? &ret->name
                                : *s == 'j'            ? &ret->jail
                                                       : NULL;

                        if (*s == 'd') {
                                ret->debug++;
                                continue;
                        }
                        if (!value)
                                return tell_line(n, 0, "illegal option -- %c", *s);
                        *value = s[1] ? s + 1 : argv[++i];
                        if (!*value)
                                return tell_line(n, 0, "option requires an argument -- %c", *s);
                        break;
                }
        }
        return i;
}

/* This line alone has no "ngctl: " before it. */
static int tell_usage(struct ngctl *n, int status)
{
        text_put(&n->d->said, USAGE);
        return status;
}

static int speak(struct ngctl *n, int argc, char **argv, struct options *o)
{
        int status;

        if (argc > 0)
                status = ngctl_run_words(n, argc, argv);
        else if (o->file)
                status = ngreader_file(n, o->file, true);
        else if (n->d->services && n->d->services->read_line)
                return listen_to_person(n);
        else
                return tell_usage(n, tell_line(n, NGCTL_USAGE, "no command specified"));
        if (status == NGCTL_DONE || status == NGCTL_QUIT)
                status = ngctl_end(n);
        return status;
}

int dialect_ngctl(struct dialect *d, int argc, char **argv, struct err *e)
{
        CLEANUP(freengctlp) struct ngctl *n = ngctl_new(NULL, (uint32_t)getpid());
        struct options o = {0};

        n->d = d; /* options are told of before there is a node */

        int first = take_options(n, argc, argv, &o);

        if (first == 0)
                return tell_usage(n, NGCTL_USAGE);
        if (o.jail) {
                size_t jail = NONE;

                if (query_jail(d->live, o.jail, &jail, NULL) < 0)
                        return tell_line(n, NGCTL_FAILED, "jail \"%s\" not found", o.jail);
                d->jail = d->live->jails[jail].name;
        }
        if (dialect_jail(d) == NONE)
                return err_set(e, -ENXIO, "%s: the jail is gone", d->jail);
        n->debug = o.debug;
        if (o.name) {
                (void)str_copy(n->name, sizeof(n->name), o.name); /* as FreeBSD's cuts it */
                if (name_check_node(n->name, NULL) < 0 || ngview_node_named(n, n->name) != NONE)
                        return tell_errno(n, "can't create node",
                                          name_check_node(n->name, NULL) < 0 ? -EINVAL : -EADDRINUSE, NULL);
        }
        ngctl_begin(n, d);
        return speak(n, argc - first, argv + first, &o);
}
