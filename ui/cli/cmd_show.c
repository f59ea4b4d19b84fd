/* cmd_show.c - jailnet show: the picture, in the format that was asked for. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ui/cli/cli.h"
#include "ui/cli/show.h"

static int terminal_columns(void)
{
        struct winsize size;

        return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int command_show(struct app *a, int argc, char **argv)
{
        static const struct option options[] = {{"raw", no_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
        CLEANUP(graph_unrefp) const struct graph *g = NULL;
        const char *word = a->format ? a->format : "text";
        bool is_terminal = isatty(STDOUT_FILENO);
        enum show_format format;
        struct err e = {0};
        struct show_options o = {
                .use_ascii = a->use_ascii,
                .use_color = is_terminal && !a->no_color,
                .is_indented = is_terminal,
                .columns = terminal_columns(),
                .picture = a->draw,
        };

        optind = 0; /* getopt begins anew */
        for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
                switch (c) {
                case 'r': o.is_raw = true; break;
                default: return usage(command_find("show")->synopsis);
                }
        }
        if (argc - optind > 1)
                return usage(command_find("show")->synopsis);
        if (optind < argc)
                o.object = argv[optind];
        if (show_format_parse(word, &format, &e) < 0)
                return tell_err(&e, EXIT_USAGE);

        bool shows_holders = format == SHOW_JSON || format == SHOW_TREE || format == SHOW_TEXT;

        a->only_shows = true;
        if (a->picture(a, true, true, shows_holders, &g, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        tell_notice(a, NULL);
        o.here = a->here(a, g);
        if (show_write(g, format, &o, stdout, &e) < 0)
                return tell_err(&e, EXIT_REFUSED);
        return EXIT_DONE;
}
