/* cmd_export.c - jailnet export: what runs, as a script of ip commands or as FreeBSD's files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dialect/export.h"
#include "core/plan/wanted_graph.h"
#include "ui/cli/cli.h"
#include "ui/cli/sources.h"

static void put_remarks(struct text *t, const char *lines)
{
        for (const char *s = lines; *s; s += strcspn(s, "\n"), s += *s == '\n')
                text_putf(t, "# left out: %.*s\n", (int)strcspn(s, "\n"), s);
}

/* What the bridges of g were told for good: the graph does not have it. */
static int read_hosts(struct app *a, const struct graph *g, struct static_hosts *ret, struct err *e)
{
        for (size_t k = 0; k < g->iface_count; k++) {
                CLEANUP(freep) struct bridge_host *hosts = NULL;
                size_t count = 0;

                if (g->ifaces[k].kind != KIND_BRIDGE)
                        continue;

                int r = a->hosts(a, g, k, &hosts, &count, e);

                if (r < 0)
                        return r;
                for (size_t n = 0; n < count; n++) {
                        uint64_t cookie = g->jails[g->ifaces[k].jail].cookie;
                        size_t port = graph_find_iface(g, (struct iface_id){cookie, hosts[n].ifindex});

                        if (!hosts[n].is_static || hosts[n].is_own || port == NONE || port == k)
                                continue;
                        ret->items = array_grow(ret->items, &ret->capacity, ret->count, sizeof(*ret->items));
                        ret->items[ret->count++] = (struct static_host){port, hosts[n].mac};
                }
        }
        return 0;
}

/* A pin is in no kernel: where jailnet is, it is told. */
static void put_pins(struct text *t, const struct graph *g)
{
        size_t count = 0;

        for (size_t k = 0; k < g->iface_count; k++) {
                CLEANUP(text_done) struct text name = {0};
                char mac[MAC_TEXT_SIZE];

                if (!g->ifaces[k].pin.is_set)
                        continue;
                if (count++ == 0)
                        text_put(t, "if command -v jailnet >/dev/null; then\n");
                query_put_iface(&name, g, k);
                text_put(t, "\tjailnet -q pin -- "); /* a name may begin with a dash */
                text_put_shell(t, text_str(&name));
                text_putf(t, " %s\n", mac_format(g->ifaces[k].pin, mac));
        }
        if (count)
                text_put(t, "fi\n");
}

static void put_script(struct text *t, const struct graph *g, const struct static_hosts *hosts, struct text *ret_left)
{
        CLEANUP(plan_freep) struct plan *p = plan_from_nothing(g, hosts, ret_left);

        text_put(t, "#!/bin/sh\n# The network of ");
        text_put_visible(t, g->hostname);
        text_put(t, ", as jailnet saw it: for a host that has its devices and nothing else. Run it as root.\n");
        put_remarks(t, text_str(ret_left));
        text_put(t, "set -e\n");
        for (size_t k = 0; k < p->step_count; k++)
                step_put_iproute2(t, &p->steps[k]);
        text_put(t, "# By these jailnet knows nodes from plain bridges and pairs; to all others they are names.\n");
        for (size_t k = 0; k < p->step_count; k++)
                step_put_marks(t, &p->steps[k]);
        put_pins(t, g);
}

static int write_script(const char *path, const char *text)
{
        const char *base = path_base(path);
        CLEANUP(freep) char *folder = base == path ? xstrdup(".") : xstrndup(path, (size_t)(base - path));
        struct err e = {0};

        if (file_is_there(folder, base))
                return tell(EXIT_REFUSED, "%s: is there already; choose another name", path);
        return file_write(folder, base, text, &e) < 0 ? tell_err(&e, EXIT_REFUSED) : EXIT_DONE;
}

struct folder {
        const char *path;
        size_t count;     /* that were printed */
        bool only_looks;  /* is none of them there? */
        bool only_prints; /* a dry run */
        int r;
        struct err e;
};

static void put_file(void *user, const char *path, const struct text *t)
{
        struct folder *f = user;

        if (f->r < 0)
                return;
        if (f->only_looks) {
                if (file_is_there(f->path, path))
                        f->r = err_set(&f->e, -EEXIST, "%s/%s: is there already; choose another folder", f->path, path);
        } else if (f->only_prints) {
                (void)printf("%s# ==== %s ====\n", f->count++ ? "\n" : "", path); /* print_text tells when it fails */
                print_text(t);
        } else {
                f->r = file_write(f->path, path, text_str(t), &f->e);
        }
}

static void tell_left(const struct app *a, const char *lines)
{
        for (const char *s = lines; *s && !a->is_quiet; s += strcspn(s, "\n"), s += *s == '\n')
                (void)tell(EXIT_DONE, "left out: %.*s", (int)strcspn(s, "\n"), s);
}

static int write_folder(const struct app *a, const struct graph *g, const struct static_hosts *hosts, const char *path)
{
        CLEANUP(text_done) struct text left = {0};
        CLEANUP(text_done) struct text again = {0};
        struct folder f = {.path = path, .only_looks = true, .only_prints = a->is_dry_run};

        export_freebsd(g, hosts, put_file, &f, &left);
        f.only_looks = false;
        export_freebsd(g, hosts, put_file, &f, &again);
        if (f.r < 0)
                return tell_err(&f.e, EXIT_REFUSED);
        tell_left(a, text_str(&left));
        return EXIT_DONE;
}

static void hosts_done(struct static_hosts *h)
{
        free(h->items);
}

int command_export(struct app *a, int argc, char **argv)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(text_done) struct text left = {0};
        CLEANUP(hosts_done) struct static_hosts hosts = {0};
        struct err e = {0};

        if (argc < 2 || argc > 3 ||
            (strcmp(argv[1], "iproute2") != 0 && (strcmp(argv[1], "freebsd") != 0 || argc != 3)) ||
            (argc == 3 && argv[2][0] == '-'))
                return usage(command_find("export")->synopsis);
        if (a->picture(a, true, false, false, &g, &e) < 0 || read_hosts(a, g, &hosts, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }
        tell_notice(a, NULL);
        if (strcmp(argv[1], "freebsd") == 0)
                return write_folder(a, g, &hosts, argv[2]);
        put_script(&t, g, &hosts, &left);

        int r = EXIT_DONE;

        if (argc == 3)
                r = write_script(argv[2], text_str(&t));
        else
                print_text(&t);
        if (r == EXIT_DONE)
                tell_left(a, text_str(&left));
        return r;
}
