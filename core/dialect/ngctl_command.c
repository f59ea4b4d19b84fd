/* ngctl_command.c - the table of commands, which of them a word means, and the help made from it. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "core/dialect/ngctl_parts.h"

#define HELP_COLUMNS 64

const struct ngctl_command ngctl_commands[] = {
        {"config",
         {NULL},
         "config <path> [arguments]",
         "ask a node for its configuration, or set it",
         NULL,
         ngctl_config},
        {"connect",
         {"join"},
         "connect [path] <relpath> <hook> <peerhook>",
         "join a hook of one node to one of another",
         "Hook \"hook\" of the node \"path\" (without it: of ngctl's own node) is joined to hook \"peerhook\" of the node \"relpath\", "
         "which is looked for from \"path\" on.",
         ngctl_connect},
        {"debug", {NULL}, "debug [level]", "tell or set the debugging level", NULL, ngctl_debug},
        {"dot",
         {"graphviz", "confdot"},
         "dot [-c] [outputfile]",
         "write the graph as Graphviz reads it",
         "Without a file the text goes to standard output; -c is the compact form.",
         ngctl_dot},
        {"help", {"?"}, "help [command]", "list the commands, or explain one", NULL, ngctl_help},
        {"list",
         {"ls"},
         "list [-ln]",
         "list the nodes",
         "-l with their hooks; -n those alone that have a name.",
         ngctl_list},
        {"mkpeer",
         {NULL},
         "mkpeer [path] <type> <hook> <peerhook>",
         "make a node that is joined to one that is there",
         "Hook \"hook\" of the node \"path\" (without it: of ngctl's own node) is joined to hook \"peerhook\" of a new node of the "
         "type. jailnet lets a later mkpeer or connect take a hook that only ngctl itself holds.",
         ngctl_mkpeer},
        {"msg",
         {"cmd"},
         "msg path command [args ... ]",
         "send a message to a node and print its answer",
         NULL,
         ngctl_msg},
        {"name", {NULL}, "name <path> <name>", "give a node a name", NULL, ngctl_name},
        {"read", {"source", "."}, "read <filename>", "take commands from a file", NULL, ngctl_read},
        {"rmhook", {"disconnect"}, "rmhook [path] <hook>", "part a hook from its peer", NULL, ngctl_rmhook},
        {"show", {"inquire", "info"}, "show [-n] <path>", "tell of one node", "-n leaves its hooks out.", ngctl_show},
        {"shutdown", {"kill", "rmnode"}, "shutdown <path>", "end a node", NULL, ngctl_shutdown},
        {"status", {NULL}, "status <path>", "ask a node for its status", NULL, ngctl_status},
        {"types", {NULL}, "types", "list the types of nodes", NULL, ngctl_types},
        {"write",
         {"w"},
         "write hook < -f file | byte ... >",
         "send a packet out of a hook (not on Linux)",
         NULL,
         ngctl_write},
        {"quit", {"exit"}, "quit", "end ngctl", NULL, ngctl_quit},
};
const size_t ngctl_command_count = ARRAY_SIZE(ngctl_commands);

static bool is_meant(const struct ngctl_command *c, const char *word)
{
        size_t length = strlen(word);

        if (strncasecmp(c->name, word, length) == 0)
                return true;
        for (size_t i = 0; c->aliases[i]; i++)
                if (strncasecmp(c->aliases[i], word, length) == 0)
                        return true;
        return false;
}

/* A prefix of a name or an alias; a whole name has no precedence (FreeBSD's rule). */
int ngctl_find_command(struct ngctl *n, const char *word, const struct ngctl_command **ret)
{
        const struct ngctl_command *found = NULL;

        for (size_t i = 0; i < ngctl_command_count; i++) {
                if (!is_meant(&ngctl_commands[i], word))
                        continue;
                if (found)
                        return tell_line(n, NGCTL_FAILED, "\"%s\": ambiguous command", word);
                found = &ngctl_commands[i];
        }
        if (!found)
                return tell_line(n, NGCTL_FAILED, "\"%s\": unknown command", word);
        *ret = found;
        return NGCTL_DONE;
}

int ngctl_run_words(struct ngctl *n, int argc, char **argv)
{
        const struct ngctl_command *c = NULL;
        int status = ngctl_find_command(n, argv[0], &c);

        if (status == NGCTL_DONE)
                status = c->run(n, argc, argv);
        if (status == NGCTL_USAGE && c)
                (void)tell_line(n, status, "usage: %s", c->synopsis);
        return status;
}

int ngctl_quit(struct ngctl *n, int argc, char **argv)
{
        (void)n;
        (void)argc;
        (void)argv;
        return NGCTL_QUIT;
}

int ngctl_read(struct ngctl *n, int argc, char **argv)
{
        return argc == 2 ? ngreader_file(n, argv[1], false) : NGCTL_USAGE;
}

int ngctl_write(struct ngctl *n, int argc, char **argv)
{
        if (argc < 3)
                return NGCTL_USAGE;
        return tell_line(n, NGCTL_FAILED,
                         "write: %s: no packet can be sent out of ngctl's own node, which is none of "
                         "the kernel's; send it from a program on an interface",
                         argv[1]);
}

int ngctl_debug(struct ngctl *n, int argc, char **argv)
{
        int64_t level = 0;

        if (argc > 2)
                return NGCTL_USAGE;
        if (argc == 1)
                text_putf(&n->d->out, "Current debug level is %u\n", n->debug);
        else if (strcmp(argv[1], "+") == 0)
                n->debug++;
        else if (strcmp(argv[1], "-") == 0)
                n->debug -= n->debug > 0;
        else if (value_parse_number(argv[1], 0, INT32_MAX, &level) < 0)
                return NGCTL_USAGE;
        else
                n->debug = (uint32_t)level;
        return NGCTL_DONE;
}

/* -- Help -------------------------------------------------------------------------------------------------------- */

static void put_wrapped(struct text *t, const char *s)
{
        while (*s) {
                size_t length = strlen(s), cut = length;

                if (length > HELP_COLUMNS) {
                        cut = HELP_COLUMNS;
                        while (cut > 0 && s[cut] != ' ')
                                cut--;
                        if (cut == 0)
                                cut = HELP_COLUMNS;
                }
                text_put(t, "  ");
                text_put_n(t, s, cut);
                text_put_char(t, '\n');
                s += cut;
                s += *s == ' ';
        }
}

static void put_help(struct text *t, const struct ngctl_command *c)
{
        text_putf(t, "usage:    %s\n", c->synopsis);
        for (size_t i = 0; c->aliases[i]; i++)
                text_putf(t, "%s%s", i == 0 ? "Aliases:  " : ", ", c->aliases[i]);
        if (c->aliases[0])
                text_put_char(t, '\n');
        text_putf(t, "Summary:  %c%s\n", toupper((unsigned char)c->summary[0]), c->summary + 1);
        if (c->description) {
                text_put(t, "Description:\n");
                put_wrapped(t, c->description);
        }
}

int ngctl_help(struct ngctl *n, int argc, char **argv)
{
        const struct ngctl_command *c = NULL;

        if (argc > 2)
                return NGCTL_USAGE;
        if (argc == 2) {
                if (ngctl_find_command(n, argv[1], &c) == NGCTL_DONE && c)
                        put_help(&n->d->out, c);
                return NGCTL_DONE; /* told, and no failure to FreeBSD */
        }
        text_put(&n->d->out, "Available commands:\n");
        for (size_t i = 0; i < ngctl_command_count; i++)
                text_putf(&n->d->out, "  %-10s %c%s\n", ngctl_commands[i].name,
                          toupper((unsigned char)ngctl_commands[i].summary[0]), ngctl_commands[i].summary + 1);
        return NGCTL_DONE;
}
