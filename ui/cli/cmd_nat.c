/* cmd_nat.c - jailnet nat: the list of rules; what changes them is verbs. */
#include <string.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"
#include "ui/cli/json_parts.h"

static void put_rule(struct json_out *w, const struct graph *g, const struct guest *guest)
{
        const struct nat_rule *r = &guest->rule;
        char address[PREFIX_TEXT_SIZE], number[4];
        bool has_ports = r->is_forward && !r->is_all && !r->protocol;

        (void)str_format(number, sizeof(number), "%u", r->protocol); /* fits */
        json_out_open(w, NULL, '{');
        json_out_int(w, "number", guest->number);
        json_out_string(w, "jail", g->jails[guest->jail].name);
        json_out_string(w, "kind", r->is_forward ? "forward" : "nat");
        json_out_string(w, "interface", r->iface);
        json_out_string(w, "address",
                        r->is_forward ? prefix_format_addr(&r->address, address) : prefix_format(&r->address, address));
        json_out_string(w, "protocol", r->protocol ? number : !has_ports ? NULL : r->is_udp ? "udp" : "tcp");
        json_out_count(w, "port", has_ports, r->port);
        json_out_count(w, "to_port", has_ports, r->to_port);
        json_out_string(w, "from", r->sender.family ? prefix_format_addr(&r->sender, address) : NULL);
        json_out_count(w, "from_port", r->sender_port, r->sender_port);
        json_out_string(w, "alias", r->alias.family ? prefix_format_addr(&r->alias, address) : NULL);
        json_out_close(w, '}');
}

void json_put_nat(struct json_out *w, const char *key, const struct graph *g, const bool *is_wanted)
{
        json_out_open(w, key, '[');
        for (size_t k = 0; k < g->guest_count; k++)
                if (g->guests[k].kind == GUEST_NAT && (!is_wanted || is_wanted[g->guests[k].jail]))
                        put_rule(w, g, &g->guests[k]);
        json_out_close(w, ']');
}

static int list(struct app *a)
{
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        CLEANUP(text_done) struct text t = {0};
        struct err e = {0};
        char line[NAT_TEXT_SIZE];
        size_t number = 0;

        if (a->picture(a, true, false, false, &g, &e) < 0) {
                tell_notice(a, &e);
                return tell_err(&e, EXIT_REFUSED);
        }
        tell_notice(a, NULL);
        if (wants_json(a)) {
                struct json_out w;

                print_json_begin(&w);
                json_put_nat(&w, NULL, g, NULL);
                return print_json_end(&w);
        }
        for (size_t k = 0; k < g->jail_count; k++) {
                for (size_t i = 0; nat_line(g->jails[k].nat_rules, i, line); i++) {
                        text_putf(&t, "%zu  ", ++number);
                        text_put_visible(&t, g->jails[k].name);
                        text_put(&t, "  ");
                        text_put_visible(&t, line);
                        text_put_char(&t, '\n');
                }
        }
        if (!t.length)
                text_put(&t, _("there are no rules\n"));
        print_text(&t);
        return EXIT_DONE;
}

int command_nat(struct app *a, int argc, char **argv)
{
        if (argc > 1 && strcmp(argv[1], "list") == 0)
                return argc == 2 ? list(a) : usage(command_find("nat")->synopsis);
        return verb_run(a, argc, argv);
}
