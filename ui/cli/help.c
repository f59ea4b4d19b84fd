/* help.c - help made from the tables of verbs and commands, so that it cannot disagree with them. */
#include <string.h>

#include "core/base/intl.h"
#include "core/verb/verb.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"
#include "ui/cli/doctor.h"

#define HELP_COLUMN 28 /* where the sentences begin, */
#define HELP_WIDTH  80 /* when all of it fits; else on a line of their own */

static void put_row(struct text *t, const char *synopsis, const char *help)
{
        int width = (int)text_columns(synopsis) + 2, gap = HELP_COLUMN - width;

        help = intl_text(help);

        text_putf(t, "  %s", synopsis);
        if (*help && (gap < 2 || HELP_COLUMN + text_columns(help) > HELP_WIDTH))
                text_putf(t, "\n        %s", help);
        else if (*help)
                text_putf(t, "%*s%s", gap, "", help);
        text_put_char(t, '\n');
}

static void put_verb_row(struct text *t, const struct verb *v)
{
        CLEANUP(text_done) struct text synopsis = {0};

        verb_put_synopsis(&synopsis, v);
        put_row(t, text_str(&synopsis), v->help);
}

static void put_global_option(struct text *t, const struct global_option *o)
{
        CLEANUP(text_done) struct text synopsis = {0};

        if (o->letter)
                text_putf(&synopsis, "-%c, ", o->letter);
        text_putf(&synopsis, "--%s", o->name);
        if (o->value)
                text_putf(&synopsis, " %s", o->value);
        put_row(t, text_str(&synopsis), o->help);
}

void help_put(struct text *t)
{
        text_put(t,
                 _("jailnet - a console for jail networking\n"
                   "\n"
                   "usage: jailnet [OPTIONS] [COMMAND ...]\n"
                   "\n"
                   "Without a command: the console on this host.\n"
                   "\n"));
        put_row(t, "demo [SCENARIO]", "The console in a private sandbox: no root, this host is untouched");
        put_row(t, "sandbox -- CMD ...", "Run CMD in such a sandbox");
        for (size_t i = 0; i < command_count; i++)
                put_row(t, commands[i].synopsis, commands[i].help);
        text_put(t, _("\nTo change the network (an interface is NAME on the host, or JAIL/NAME):\n\n"));
        for (size_t i = 0; i < VERB_COUNT; i++)
                put_verb_row(t, &verbs[i]);
        text_put(t, _("\nFreeBSD's commands (also by links of their names to jailnet):\n\n"));
        for (size_t i = 0; i < freebsd_command_count; i++)
                if (!freebsd_commands[i].is_small)
                        put_row(t, freebsd_commands[i].synopsis, freebsd_commands[i].help);
        text_put(t, _("\nand, for scripts (jailnet freebsd):"));
        for (size_t i = 0; i < freebsd_command_count; i++)
                if (freebsd_commands[i].is_small)
                        text_putf(t, " %s", freebsd_commands[i].name);
        text_put(t, _("\n\nOptions:\n\n"));
        for (size_t i = 0; i < global_option_count; i++)
                put_global_option(t, &global_options[i]);
        text_put(t, _("\nExit status: 0 done, 1 refused or failed, 2 wrong usage. jailnet help COMMAND tells more.\n"));
}

static void put_option(struct text *t, const struct verb_option *o)
{
        CLEANUP(text_done) struct text synopsis = {0};

        text_putf(&synopsis, "--%s", o->name);
        if (o->has_value)
                text_putf(&synopsis, " %s", o->value.choices ? o->value.choices : o->value.name);
        if (o->has_value && o->extra_values)
                text_put(&synopsis, " ...");
        put_row(t, text_str(&synopsis), o->help ? o->help : "");
}

static void put_verb(struct text *t, const struct verb *v)
{
        CLEANUP(text_done) struct text synopsis = {0};

        verb_put_synopsis(&synopsis, v);
        text_putf(t, _("usage: jailnet [-n] %s\n\n  %s\n"), text_str(&synopsis), _(v->help));
        if (v->option_count > 0)
                text_put(t, "\n");
        for (const struct verb_option *o = v->options; o < v->options + v->option_count; o++)
                put_option(t, o);
        if (v->freebsd && *v->freebsd)
                text_putf(t, "\n  FreeBSD:   %s\n", v->freebsd);
        if (v->iproute2 && *v->iproute2)
                text_putf(t, "  iproute2:  %s\n", v->iproute2);
}

bool help_put_word(struct text *t, const char *word)
{
        const struct command *c = command_find(word);
        const struct freebsd_command *f = freebsd_find(word);
        size_t n = strlen(word);
        bool is_found = false;

        if (c) {
                text_putf(t, _("usage: jailnet %s\n\n  %s\n"), c->synopsis, _(c->help));
                if (c->run == command_doctor) {
                        text_put(t, _("\nIts checks, and the worst that each can find:\n\n"));
                        doctor_put_checks(t);
                }
                is_found = true; /* verbs may begin with the same word: nat list is a command, nat add a verb */
        }
        if (f) {
                if (is_found)
                        text_put(t, "\n");
                text_putf(t, _("usage: jailnet [-n] %s\n\n  %s\n"), f->synopsis, _(f->help));
                text_put(t, "\n");
                put_row(t, "--strict", "FreeBSD to the letter (also with JAILNET_STRICT=1)");
                if (!f->is_small)
                        return true;
                is_found = true;
        }
        if (strcmp(word, "demo") == 0) {
                text_put(t,
                         _("usage: jailnet demo [--list] [SCENARIO] [-- CMD ...]\n\n"
                           "  A network of jails in a private sandbox, with the console (or CMD) on top\n"));
                return true;
        }
        if (strcmp(word, "sandbox") == 0) {
                text_put(t,
                         _("usage: jailnet sandbox [--] [CMD ...]\n\n"
                           "  Run CMD, or a shell, as root of a private user, mount, network and PID namespace\n"));
                return true;
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                const char *words = verbs[i].words;

                if (strncmp(words, word, n) != 0 || (words[n] != '\0' && words[n] != ' '))
                        continue;
                if (is_found)
                        text_put(t, "\n");
                put_verb(t, &verbs[i]);
                is_found = true;
        }
        return is_found;
}

int command_help(struct app *a, int argc, char **argv)
{
        CLEANUP(text_done) struct text t = {0}, words = {0};

        (void)a;
        for (int i = 1; i < argc; i++)
                text_putf(&words, "%s%s", i > 1 ? " " : "", argv[i]);
        if (argc == 1)
                help_put(&t);
        else if (!help_put_word(&t, text_str(&words)))
                return tell(EXIT_USAGE, "%s: no such command; jailnet --help lists them", text_str(&words));
        print_text(&t);
        return EXIT_DONE;
}
