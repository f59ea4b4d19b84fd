/* cmd_returns.c - jailnet returns: lent interfaces that are not back, and who holds them. */
#include <getopt.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/clock.h"
#include "core/base/intl.h"
#include "core/graph/orphans.h"
#include "ui/cli/returns.h"
#include "ui/cli/json_parts.h"

static void put_padded(struct text *t, const char *s, size_t width)
{
        size_t columns = text_columns(s);

        text_put_visible(t, s);
        for (; columns < width; columns++)
                text_put_char(t, ' ');
        text_put(t, "  ");
}

static void put_holder(struct text *t, const struct holder *h, int64_t now)
{
        char age[AGE_TEXT_SIZE];

        text_putf(t, _("    held by %s"), _(holder_kind_name(h->kind)));
        if (h->pid)
                text_putf(t, " %d", (int)h->pid);
        if (*h->command) {
                text_put_char(t, ' ');
                text_put_visible(t, h->command);
        }
        if (*h->user) {
                text_put(t, _(" of "));
                text_put_visible(t, h->user);
        }
        if (h->since)
                text_putf(t, _(", for %s"), clock_format_age(now - h->since, age));
        if (*h->detail) {
                text_put(t, ": ");
                text_put_visible(t, h->detail);
        }
        text_put_char(t, '\n');
}

/* Never "nobody holds it": the kernel says that something does. */
static void put_nothing(struct text *t, const struct graph *g)
{
        text_put(t, _("    held by nothing that can be seen: a descriptor in flight, or the kernel itself"));
        if (g->unreadable)
                text_putf(t,
                          intl_plural("; %u process could not be looked at", "; %u processes could not be looked at",
                                      g->unreadable),
                          g->unreadable);
        text_put_char(t, '\n');
}

static void put_loan(struct text *t, const struct graph *g, const struct loan *l, int64_t now)
{
        char mac[MAC_TEXT_SIZE], age[AGE_TEXT_SIZE];

        put_padded(t, l->iface, IF_NAME_SIZE - 1);
        put_padded(t, mac_format(l->mac, mac), MAC_TEXT_SIZE - 1);
        put_padded(t, l->jail_name, 16);
        put_padded(t, _(loan_state_name(l->state)), 8);
        text_put(t, l->since ? clock_format_age(now - l->since, age) : "?");
        text_put_char(t, '\n');
        if (l->state == LOAN_LOST && l->is_foreign)
                text_put(t, _("    destroyed with its jail, as a container's interfaces are\n"));
        else if (l->state == LOAN_LOST)
                text_putf(t,
                          _("    destroyed with its jail; jailnet restore %s makes it again, if jailnet had made it\n"),
                          l->iface);
        if (loan_has_other_name(g, l))
                text_putf(t, _("    home as %s, since its name was taken; jailnet return %s gives it its name again\n"),
                          g->ifaces[l->iface_index].name, l->iface);

        size_t count = l->jail == NONE ? 0 : g->jails[l->jail].holder_count;

        for (size_t i = 0; i < count; i++)
                put_holder(t, &g->jails[l->jail].holders[i], now);
        if (l->state == LOAN_PENDING && count == 0)
                put_nothing(t, g);
}

static int list(struct app *a, bool as_json)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text t = {0};
        struct err e = {0};

        if (a->picture(a, false, false, true, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);
        if (as_json) {
                struct json_out w;

                print_json_begin(&w);
                json_put_returns(&w, NULL, g, NULL);
                return print_json_end(&w);
        }
        for (size_t i = 0; i < g->loan_count; i++)
                if (g->loans[i].state != LOAN_RETURNED || loan_has_other_name(g, &g->loans[i]))
                        put_loan(&t, g, &g->loans[i], clock_wall_s());
        if (!t.length)
                text_put(&t, _("nothing is lent, and nothing is missing\n"));
        print_text(&t);
        return EXIT_DONE;
}

static void put_orphan(struct json_out *w, const struct graph *g, const struct orphan *o)
{
        CLEANUP(text_done) struct text name = {0}, why = {0};
        const char *colon;

        if (o->object.type == OBJECT_IFACE)
                query_put_iface(&name, g, o->object.index);
        else
                text_put(&name, g->jails[o->object.index].name);
        orphan_put(&why, g, o);
        colon = text_str(&why) + strlen(text_str(&name)) + 2; /* the name stands in front of it */
        json_out_open(w, NULL, '{');
        json_out_string(w, "kind", orphan_kind_name(o->kind));
        json_out_string(w, "object", text_str(&name));
        json_out_string(w, "why", colon);
        json_out_close(w, '}');
}

static int list_orphans(struct app *a, bool as_json)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text t = {0};
        struct err e = {0};

        if (a->picture(a, false, false, true, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);

        size_t count = graph_orphans(g, NULL, 0);
        CLEANUP(freep) struct orphan *all = xcalloc(count + 1, sizeof(*all));
        struct json_out w;

        (void)graph_orphans(g, all, count);
        if (as_json) {
                print_json_begin(&w);
                json_out_open(&w, NULL, '[');
                for (size_t i = 0; i < count; i++)
                        put_orphan(&w, g, &all[i]);
                json_out_close(&w, ']');
                return print_json_end(&w);
        }
        for (size_t i = 0; i < count; i++) {
                CLEANUP(text_done) struct text line = {0};

                orphan_put(&line, g, &all[i]);
                text_put_visible(&t, text_str(&line));
                text_put_char(&t, '\n');
        }
        if (!count)
                text_put(&t, _("nothing is left over\n"));
        print_text(&t);
        return EXIT_DONE;
}

/* What the command line asks for; one of waited, pid and path at most. */
struct wishes {
        bool kills, has_timeout, orphans;
        const char *waited, *path;
        uint32_t timeout_s, pid;
};

static bool read_wishes(int argc, char **argv, struct wishes *w)
{
        static const struct option options[] = {{"wait", required_argument, NULL, 'w'},
                                                {"timeout", required_argument, NULL, 't'},
                                                {"signal", required_argument, NULL, 's'},
                                                {"kill", no_argument, NULL, 'k'},
                                                {"orphans", no_argument, NULL, 'o'},
                                                {"unmount", required_argument, NULL, 'u'},
                                                {NULL, 0, NULL, 0}};

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
                switch (c) {
                case 'k': w->kills = true; break;
                case 'o': w->orphans = true; break;
                case 'w': w->waited = optarg; break;
                case 'u': w->path = optarg; break;
                case 't':
                        w->has_timeout = true;
                        if (str_to_u32(optarg, UINT32_MAX, &w->timeout_s) < 0)
                                return false;
                        break;
                case 's':
                        if (str_to_u32(optarg, INT32_MAX, &w->pid) < 0 || w->pid == 0)
                                return false;
                        break;
                default: return false;
                }
        }

        bool releases = w->pid || w->path;
        int asked = (w->waited != NULL) + w->orphans + (w->pid != 0) + (w->path != NULL);

        return asked <= 1 && (!w->has_timeout || w->waited) && (!w->kills || w->pid) &&
                argc - optind == (releases ? 1 : 0);
}

int command_returns(struct app *a, int argc, char **argv)
{
        struct wishes w = {.kills = false};

        if (!read_wishes(argc, argv, &w))
                return usage(command_find("returns")->synopsis);
        if (w.waited)
                return returns_wait(a, w.waited, w.has_timeout ? (int64_t)w.timeout_s * 1000 : -1);
        if (w.pid || w.path)
                return returns_release(a, argv[optind], (pid_t)w.pid, w.kills, w.path);
        if (w.orphans)
                return list_orphans(a, wants_json(a));
        return list(a, wants_json(a));
}
