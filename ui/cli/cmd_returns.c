/* cmd_returns.c - jailnet returns: lent interfaces that are not back, and who holds them. */
#include <getopt.h>
#include <string.h>

#include "core/base/clock.h"
#include "ui/cli/returns.h"

static json_t *holder_to_json(const struct holder *h)
{
        json_t *o = json_object();

        (void)json_object_set_new(o, "kind", json_string(holder_kind_name(h->kind)));
        (void)json_object_set_new(o, "pid", h->pid ? json_integer(h->pid) : json_null());
        (void)json_object_set_new(o, "command", *h->command ? json_foreign(h->command) : json_null());
        (void)json_object_set_new(o, "user", *h->user ? json_foreign(h->user) : json_null());
        (void)json_object_set_new(o, "detail", *h->detail ? json_foreign(h->detail) : json_null());
        (void)json_object_set_new(o, "since", h->since ? json_integer(h->since) : json_null());
        return o;
}

static json_t *loan_to_json(const struct graph *g, const struct loan *l)
{
        char mac[MAC_TEXT_SIZE];
        json_t *o = json_object(), *holders = json_array();

        if (l->jail != NONE)
                for (size_t i = 0; i < g->jails[l->jail].holder_count; i++)
                        (void)json_array_append_new(holders, holder_to_json(&g->jails[l->jail].holders[i]));
        (void)json_object_set_new(o, "interface", json_foreign(l->iface));
        (void)json_object_set_new(o, "mac", l->mac.is_set ? json_string(mac_format(l->mac, mac)) : json_null());
        (void)json_object_set_new(o, "jail", json_foreign(l->jail_name));
        (void)json_object_set_new(o, "state", json_string(loan_state_name(l->state)));
        (void)json_object_set_new(o, "since", l->since ? json_integer(l->since) : json_null());
        (void)json_object_set_new(o, "holders", holders);
        (void)json_object_set_new(o, "unreadable", json_integer(g->unreadable));
        return o;
}

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

        text_putf(t, "    held by %s", holder_kind_name(h->kind));
        if (h->pid)
                text_putf(t, " %d", (int)h->pid);
        if (*h->command) {
                text_put_char(t, ' ');
                text_put_visible(t, h->command);
        }
        if (*h->user) {
                text_put(t, " of ");
                text_put_visible(t, h->user);
        }
        if (h->since)
                text_putf(t, ", for %s", clock_format_age(now - h->since, age));
        if (*h->detail) {
                text_put(t, ": ");
                text_put_visible(t, h->detail);
        }
        text_put_char(t, '\n');
}

/* Never "nobody holds it": the kernel says that something does. */
static void put_nothing(struct text *t, const struct graph *g)
{
        text_put(t, "    held by nothing that can be seen: a descriptor in flight, or the kernel itself");
        if (g->unreadable)
                text_putf(t, "; %u process%s could not be looked at", g->unreadable, g->unreadable == 1 ? "" : "es");
        text_put_char(t, '\n');
}

static void put_loan(struct text *t, const struct graph *g, const struct loan *l, int64_t now)
{
        char mac[MAC_TEXT_SIZE], age[AGE_TEXT_SIZE];

        put_padded(t, l->iface, IF_NAME_SIZE - 1);
        put_padded(t, mac_format(l->mac, mac), MAC_TEXT_SIZE - 1);
        put_padded(t, l->jail_name, 16);
        put_padded(t, loan_state_name(l->state), 8);
        text_put(t, l->since ? clock_format_age(now - l->since, age) : "?");
        text_put_char(t, '\n');
        if (l->jail == NONE)
                return;
        for (size_t i = 0; i < g->jails[l->jail].holder_count; i++)
                put_holder(t, &g->jails[l->jail].holders[i], now);
        if (l->state == LOAN_PENDING && g->jails[l->jail].holder_count == 0)
                put_nothing(t, g);
}

int command_returns(struct app *a, int argc, char **argv)
{
        static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                                {"wait", required_argument, NULL, 'w'},
                                                {"timeout", required_argument, NULL, 't'},
                                                {NULL, 0, NULL, 0}};
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text t = {0};
        bool as_json = a->format && strcmp(a->format, "json") == 0;
        const char *waited = NULL;
        bool has_timeout = false;
        uint32_t timeout_s = 0;
        struct err e = {0};

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
                if (c == 'j')
                        as_json = true;
                else if (c == 'w')
                        waited = optarg;
                else if (c != 't' || str_to_u32(optarg, UINT32_MAX, &timeout_s) < 0)
                        return usage(command_find("returns")->synopsis);
                has_timeout |= c == 't';
        }
        if (optind < argc || (waited && as_json) || (has_timeout && !waited))
                return usage(command_find("returns")->synopsis);
        if (waited)
                return returns_wait(a, waited, has_timeout ? (int64_t)timeout_s * 1000 : -1);
        if (a->picture(a, false, false, true, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);
        if (as_json) {
                json_t *array = json_array();

                for (size_t i = 0; i < g->loan_count; i++)
                        if (g->loans[i].state != LOAN_RETURNED)
                                (void)json_array_append_new(array, loan_to_json(g, &g->loans[i]));
                return print_json(array);
        }
        for (size_t i = 0; i < g->loan_count; i++)
                if (g->loans[i].state != LOAN_RETURNED)
                        put_loan(&t, g, &g->loans[i], clock_wall_s());
        print_text(&t);
        return EXIT_DONE;
}
