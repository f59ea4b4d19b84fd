/* cmd_nat.c - jailnet nat: the list of rules; what changes them is verbs. */
#include <string.h>

#include "core/plan/nat_rule.h"
#include "ui/cli/cli.h"

json_t *nat_json(const struct graph *g, const bool *is_wanted)
{
        json_t *list = json_array();
        size_t number = 0;
        char line[NAT_TEXT_SIZE];

        for (size_t k = 0; k < g->jail_count; k++) {
                for (size_t i = 0; nat_line(g->jails[k].nat_rules, i, line); i++) {
                        json_t *o = json_object();
                        struct nat_rule r;
                        char address[PREFIX_TEXT_SIZE];

                        number++;
                        if ((is_wanted && !is_wanted[k]) || nat_rule_parse(line, &r, NULL) < 0) {
                                json_decref(o);
                                continue;
                        }
                        (void)json_object_set_new(o, "number", json_integer((json_int_t)number));
                        (void)json_object_set_new(o, "jail", json_foreign(g->jails[k].name));
                        (void)json_object_set_new(o, "kind", json_string(r.is_forward ? "forward" : "nat"));
                        (void)json_object_set_new(o, "interface", json_foreign(r.iface));
                        (void)json_object_set_new(o, "address",
                                                  json_string(r.is_forward ? prefix_format_addr(&r.address, address)
                                                                           : prefix_format(&r.address, address)));
                        (void)json_object_set_new(o, "protocol",
                                                  r.is_forward ? json_string(r.is_udp ? "udp" : "tcp") : json_null());
                        (void)json_object_set_new(o, "port", r.is_forward ? json_integer(r.port) : json_null());
                        (void)json_object_set_new(o, "to_port", r.is_forward ? json_integer(r.to_port) : json_null());
                        (void)json_array_append_new(list, o);
                }
        }
        return list;
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
        if (a->format && strcmp(a->format, "json") == 0)
                return print_json(nat_json(g, NULL));
        for (size_t k = 0; k < g->jail_count; k++) {
                for (size_t i = 0; nat_line(g->jails[k].nat_rules, i, line); i++) {
                        text_putf(&t, "%zu  ", ++number);
                        text_put_visible(&t, g->jails[k].name);
                        text_put(&t, "  ");
                        text_put_visible(&t, line);
                        text_put_char(&t, '\n');
                }
        }
        print_text(&t);
        return EXIT_DONE;
}

int command_nat(struct app *a, int argc, char **argv)
{
        if (argc == 2 && strcmp(argv[1], "list") == 0)
                return list(a);
        return verb_run(a, argc, argv);
}
