/* cmd_path.c - jailnet path: the way from A to B and back, and where it breaks. */
#include <getopt.h>
#include <string.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"
#include "ui/cli/json_parts.h"

#define EXIT_UNKNOWN 3 /* nothing stops it as far as can be seen, and that is not far enough */

struct question {
        const char *from, *to; /* as they were typed */
        struct way_end ends[2];
        bool as_json, wants_probe;
};

/* What a hop is besides its text: the hooks of an interface. */
static void put_hooks(struct text *t, const struct graph *g, const struct way_hop *h)
{
        if (h->hook_in != NONE && h->hook_out != NONE) {
                text_put(t, ", ");
                text_put_visible(t, g->hooks[h->hook_in].name);
                text_put(t, _(" to "));
                text_put_visible(t, g->hooks[h->hook_out].name);
        } else if (h->hook_in != NONE || h->hook_out != NONE) {
                text_put(t, ", ");
                text_put_visible(t, g->hooks[h->hook_in != NONE ? h->hook_in : h->hook_out].name);
        }
}

static void put_hop(struct text *t, const struct graph *g, const struct way *w, size_t k, size_t width)
{
        const struct way_hop *h = &w->hops[k];
        CLEANUP(text_done) struct text place = {0}, visible = {0};
        bool is_doubt = h->reason >= WAY_OUT_OF_SIGHT;
        size_t columns;

        way_put_place(&place, g, h);
        text_put_visible(&visible, text_str(&place));
        columns = text_columns(text_str(&visible));
        text_putf(t, "  %s %s%*s  ",
                  h->reason == WAY_FINE ? "  "
                          : is_doubt    ? "? "
                                        : "X ",
                  text_str(&visible), (int)(width > columns ? width - columns : 0), "");
        text_put_visible(t, h->text);
        put_hooks(t, g, h);
        if (h->reason != WAY_FINE)
                text_putf(t, "  <- %s", _(way_reason_name(h->reason)));
        text_put_char(t, '\n');
}

static size_t measure(const struct graph *g, const struct way *w)
{
        size_t width = 0;

        for (size_t k = 0; k < w->hop_count; k++) {
                CLEANUP(text_done) struct text place = {0}, visible = {0};

                if (!way_hop_is_shown(g, &w->hops[k]))
                        continue;
                way_put_place(&place, g, &w->hops[k]);
                text_put_visible(&visible, text_str(&place));
                if (text_columns(text_str(&visible)) > width)
                        width = text_columns(text_str(&visible));
        }
        return width;
}

static void print_way(const struct graph *g, const struct way *w, const struct question *q,
                      const struct echo_result *probe)
{
        CLEANUP(text_done) struct text t = {0};
        size_t width = measure(g, w);
        bool was_back = false;

        text_put_visible(&t, q->from);
        text_put(&t, _(" to "));
        text_put_visible(&t, q->to);
        text_putf(&t, ": %s", _(way_verdict_name(w->verdict)));
        if (w->reason != WAY_FINE)
                text_putf(&t, " (%s)", _(way_reason_name(w->reason)));
        text_put(&t, "\n  ");
        text_put_visible(&t, w->sentence ? w->sentence : "");
        text_put(&t, _("\nthere\n"));
        for (size_t k = 0; k < w->hop_count; k++) {
                if (w->hops[k].is_back && !was_back)
                        text_put(&t, _("back\n"));
                was_back = w->hops[k].is_back;
                if (way_hop_is_shown(g, &w->hops[k]))
                        put_hop(&t, g, w, k, width);
        }
        if (probe && probe->is_made) {
                text_put(&t, _("probe\n  "));
                way_put_probe(&t, probe);
                text_put_char(&t, '\n');
        } else if (probe) {
                text_put(&t, _("probe\n  none was sent: there is no address to ask\n"));
        }
        print_text(&t);
}

static const char *address_text(const struct prefix *p, char buf[PREFIX_TEXT_SIZE])
{
        return p->family ? prefix_format_addr(p, buf) : NULL;
}

static void put_json_end(struct json_out *w, const char *key, const struct graph *g, const char *word, size_t jail,
                         const struct prefix *address)
{
        char buf[PREFIX_TEXT_SIZE];

        json_out_open(w, key, '{');
        json_out_string(w, "asked", word);
        json_out_string(w, "jail", jail == NONE ? NULL : g->jails[jail].name);
        json_out_string(w, "address", address_text(address, buf));
        json_out_close(w, '}');
}

static void put_json_hop(struct json_out *w, const char *key, const struct graph *g, const struct way_hop *h)
{
        size_t node = h->iface == NONE ? NONE : g->ifaces[h->iface].node;

        json_out_open(w, key, '{');
        json_out_string(w, "kind", way_hop_kind_name(h->kind));
        json_out_string(w, "jail", g->jails[h->jail].name);
        json_out_string(w, "interface", h->iface == NONE ? NULL : g->ifaces[h->iface].name);
        if (node == NONE)
                json_out_null(w, "node");
        else
                json_out_id(w, "node", g->nodes[node].id);
        json_out_string(w, "hook_in", h->hook_in == NONE ? NULL : g->hooks[h->hook_in].name);
        json_out_string(w, "hook_out", h->hook_out == NONE ? NULL : g->hooks[h->hook_out].name);
        json_out_string(w, "text", h->text);
        json_out_string(w, "reason", h->reason == WAY_FINE ? NULL : way_reason_name(h->reason));
        json_out_close(w, '}');
}

static void put_json_hops(struct json_out *w, const char *key, const struct graph *g, const struct way *way,
                          bool is_back)
{
        json_out_open(w, key, '[');
        for (size_t k = 0; k < way->hop_count; k++)
                if (way->hops[k].is_back == is_back && way_hop_is_shown(g, &way->hops[k]))
                        put_json_hop(w, NULL, g, &way->hops[k]);
        json_out_close(w, ']');
}

static void put_json_probe(struct json_out *w, const struct echo_result *p)
{
        static const char *const large[] = {NULL, "answered", "lost", "too large"};
        char buf[PREFIX_TEXT_SIZE];

        if (!p || !p->is_made) {
                json_out_null(w, "probe");
                return;
        }
        json_out_open(w, "probe", '{');
        json_out_int(w, "sent", p->sent);
        json_out_int(w, "answered", p->answered);
        json_out_count(w, "round_trip_us", p->round_trip_us >= 0, (uint64_t)p->round_trip_us);
        json_out_string(w, "large", large[p->large]);
        json_out_count(w, "large_bytes", p->large != ECHO_LARGE_NOT_SENT, p->large_bytes);
        json_out_count(w, "told_bytes", p->told_bytes > 0, p->told_bytes);
        json_out_string(w, "refused_by", address_text(&p->told_by, buf));
        json_out_string(w, "trouble", p->trouble[0] ? p->trouble : NULL);
        json_out_close(w, '}');
}

static int print_way_json(const struct graph *g, const struct way *way, const struct question *q,
                          const struct echo_result *probe)
{
        struct json_out w;

        print_json_begin(&w);
        json_out_open(&w, NULL, '{');
        put_json_end(&w, "from", g, q->from, q->ends[0].jail, &way->source);
        put_json_end(&w, "to", g, q->to, q->ends[1].jail, &way->destination);
        json_out_string(&w, "verdict", way_verdict_name(way->verdict));
        json_out_string(&w, "reason", way->reason == WAY_FINE ? NULL : way_reason_name(way->reason));
        json_out_string(&w, "sentence", way->sentence);
        if (way->hop == NONE)
                json_out_null(&w, "at");
        else
                put_json_hop(&w, "at", g, &way->hops[way->hop]);
        json_out_bool(&w, "on_way_back", way->hop != NONE && way->hops[way->hop].is_back);
        put_json_hops(&w, "there", g, way, false);
        put_json_hops(&w, "back", g, way, true);
        put_json_probe(&w, probe);
        json_out_close(&w, '}');
        return print_json_end(&w);
}

static int tell_way(struct app *a, struct question *q)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(way_freep) struct way *w = NULL;
        struct echo_result probe = {0};
        struct err e = {0};
        int status;

        if (a->picture(a, true, false, false, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);
        if (way_end_parse(g, q->from, &q->ends[0], &e) < 0 || way_end_parse(g, q->to, &q->ends[1], &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        if (q->ends[0].jail == NONE)
                return tell(EXIT_REFUSED, "%s: no jail here has it; the way must begin in one", q->from);
        if (a->way(a, g, &q->ends[0], &q->ends[1], &w, q->wants_probe ? &probe : NULL, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        status = w->verdict == WAY_REACHED ? EXIT_DONE : w->verdict == WAY_BROKEN ? EXIT_REFUSED : EXIT_UNKNOWN;
        if (!q->as_json)
                print_way(g, w, q, q->wants_probe ? &probe : NULL);
        else if (print_way_json(g, w, q, q->wants_probe ? &probe : NULL) != EXIT_DONE)
                return EXIT_REFUSED;
        return status;
}

int command_path(struct app *a, int argc, char **argv)
{
        static const struct option options[] = {{"probe", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
        struct question q = {.as_json = wants_json(a)};

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
                switch (c) {
                case 'p': q.wants_probe = true; break;
                default: return usage(command_find("path")->synopsis);
                }
        }
        if (argc - optind != 2)
                return usage(command_find("path")->synopsis);
        q.from = argv[optind];
        q.to = argv[optind + 1];
        return tell_way(a, &q);
}
