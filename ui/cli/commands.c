/* commands.c - the table of commands beside the verbs, and finding the one that is meant. */
#include <errno.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/verb/verb.h"
#include "ui/cli/cli.h"
#include "ui/cli/cmd_freebsd.h"

const struct command commands[] = {
        {"show", "show [--format text|tree|json|dot|mermaid|svg] [--raw] [OBJECT]",
         N_("Print every network stack, its interfaces, bridges, hooks and edges"), command_show},
        {"returns",
         "returns [--json] [--orphans | --wait IF [--timeout SECONDS] | --signal PID [--kill] OBJECT | --unmount PATH OBJECT]",
         N_("List lent interfaces that are not back yet, and who holds them; wait until one is; make a holder of OBJECT "
            "(interface or jail) let go; --orphans lists what is left over and can be swept"),
         command_returns},
        {"doctor", "doctor [--json] [--list | CHECK|OBJECT ...]",
         N_("Find what is wrong with the network, why, and the command that mends it; exit status 3: warnings, 4: errors"),
         command_doctor},
        {"path", "path A B [--probe] [--json]",
         N_("Show the way from A to B and back (jails, interfaces, addresses), and where it breaks; --probe sends a real "
            "echo. Exit status 0 reached, 1 broken, 3 not to be seen from here"),
         command_path},
        {"journal", "journal [--json] [--last COUNT] [N] [OBJECT]",
         N_("List what was done, newest first; N shows one plan and its steps, OBJECT what touched it"),
         command_journal},
        {"undo", "undo [-n] [N]", N_("Take back the newest plan, or plan N of the journal"), command_undo},
        {"recover", "recover [--finish | --rollback]",
         N_("End a plan that was cut off: on to its end, or back; alone it tells how far it came"), command_recover},
        {"confirm", "confirm [N]", N_("Keep a plan that could cut you off, before it is put back by itself"),
         command_confirm},
        {"inventory", "inventory check | backup FILE | export",
         N_("Check the file that remembers, copy it while it is in use, or print it as JSON"), command_inventory},
        {"restore", "restore [-n] [--forget | IF ...]",
         N_("Build what the inventory wants and the kernel lacks, as after a restart; or only the lost interfaces named. "
            "--forget: what cannot be made, as a card that was taken out, is wanted no more"),
         command_restore},
        {"batch", "batch [-n] FILE | -",
         N_("Run verbs from a file, one a line, as one plan: all of it happens, or nothing; # begins a comment"),
         command_batch},
        {"freebsd", "freebsd [--strict] [--] [SCRIPT ARGS...]",
         N_("Run a FreeBSD script, or your shell, with FreeBSD's commands on its PATH and at their absolute paths"),
         command_freebsd},
        {"watch", "watch [--format json]",
         N_("Without a terminal: set pinned MACs again, keep the history, tell each change"), command_watch},
        {"nat", "nat list", N_("List the rules of address translation; nat add, nat forward and nat del change them"),
         command_nat},
        {"import",
         "import [--as KIND] [--exec] [--jib | --jng | --static] [--prefix IF=LEN]... [--router ADDR]... [-n] "
         "[JAIL=]FILE...",
         N_("Build what jail.conf, rc.conf and ezjail's files tell, as one plan of what is not so already"),
         command_import},
        {"export", "export freebsd DIR | export iproute2 [FILE]",
         N_("Write what runs as FreeBSD's files, or as a script of ip commands"), command_export},
        {"convert",
         "convert ezjail PATH... [--jib | --jng | --static] [--prefix IF=LEN]... [--router ADDR]... [-o DIR]",
         N_("Write traditional jails as VNET jails: ezjail's files, each jail's rc.conf, the host's, and jail.conf"),
         command_convert},
        {"lines", "lines", N_("The console as lines: type commands at a prompt; for screen readers and serial lines"),
         command_lines},
        {"complete", "complete [--] WORD... | complete --bash LINE BREAKS",
         N_("Print what the last word may become, for shells; exit status 3: a file's name, too"), command_complete},
        {"help", "help [COMMAND]", N_("Explain a command"), command_help},
};
const size_t command_count = ARRAY_SIZE(commands);

const struct command *command_find(const char *name)
{
        for (size_t i = 0; i < command_count; i++)
                if (strcmp(commands[i].name, name) == 0)
                        return &commands[i];
        return NULL;
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b; words of a command line are short. */
static unsigned distance(const char *a, const char *b)
{
        enum { LONGEST = 24 };
        unsigned rows[3][LONGEST + 1];
        unsigned *before = rows[0], *last = rows[1], *now = rows[2];
        size_t m = strlen(a), n = strlen(b);

        if (m > LONGEST || n > LONGEST)
                return LONGEST;
        for (unsigned j = 0; j <= n; j++) {
                before[j] = j;
                last[j] = j;
        }
        for (unsigned i = 1; i <= m; i++) {
                now[0] = i;
                for (unsigned j = 1; j <= n; j++) {
                        unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);

                        if (last[j] + 1 < best)
                                best = last[j] + 1;
                        if (now[j - 1] + 1 < best)
                                best = now[j - 1] + 1;
                        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                                best = before[j - 2] + 1;
                        now[j] = best;
                }
                unsigned *spare = before;

                before = last;
                last = now;
                now = spare;
        }
        return last[n];
}

const char *nearest_command(const char *word)
{
        static const char *const others[] = {"demo", "sandbox"};
        static char verb_word[24];
        const char *nearest = NULL;
        unsigned best = strlen(word) < 4 ? 2 : 3; /* further away it would be a guess */

        for (size_t i = 0; i < command_count; i++) {
                unsigned d = distance(word, commands[i].name);

                if (d < best) {
                        best = d;
                        nearest = commands[i].name;
                }
        }
        for (size_t i = 0; i < freebsd_command_count; i++) {
                unsigned d = distance(word, freebsd_commands[i].name);

                if (d < best) {
                        best = d;
                        nearest = freebsd_commands[i].name;
                }
        }
        for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
                unsigned d = distance(word, others[i]);

                if (d < best) {
                        best = d;
                        nearest = others[i];
                }
        }
        for (size_t i = 0; i < VERB_COUNT; i++) {
                char first[sizeof(verb_word)];

                if (!str_format(first, sizeof(first), "%.*s", (int)strcspn(verbs[i].words, " "), verbs[i].words))
                        continue;

                unsigned d = distance(word, first);

                if (d < best) {
                        best = d;
                        memcpy(verb_word, first, sizeof(first));
                        nearest = verb_word;
                }
        }
        return nearest;
}

static bool is_verb(const char *word)
{
        for (size_t i = 0; i < VERB_COUNT; i++) {
                size_t n = strcspn(verbs[i].words, " ");

                if (strlen(word) == n && strncmp(verbs[i].words, word, n) == 0)
                        return true;
        }
        return false;
}

/* "create jail", rather than "create" and what it is done to. */
static bool is_verb_of_two(const char *first, const char *second)
{
        CLEANUP(freep) char *both = xasprintf("%s %s", first, second);

        for (size_t i = 0; i < VERB_COUNT; i++) {
                if (strcmp(verbs[i].words, both) == 0)
                        return true;
        }
        return false;
}

/* show has formats of its own, and knows them itself. */
static int check_format(const struct app *a, const struct command *c)
{
        if (!a->format || wants_json(a) || strcmp(a->format, "text") == 0 || (c && c->run == command_show))
                return EXIT_DONE;
        return tell(EXIT_USAGE, "--format %s: not known here; write text or json", a->format);
}

int cli_run(struct app *a, int argc, char **argv)
{
        const struct command *c = command_find(argv[0]);
        const struct freebsd_command *f = freebsd_find(argv[0]);

        if (f && !(f->is_small && is_verb(argv[0]))) /* all its words are its own */
                return check_format(a, NULL) == EXIT_DONE ? freebsd_run(a, f, argc, argv) : EXIT_USAGE;
        if (c && c->run == command_freebsd) /* and the script's words are the script's */
                return command_freebsd(a, argc, argv);
        for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
                if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
                        char *words[] = {(char *)"help", argv[0], argv[1]};

                        return command_help(a, i > 1 && is_verb_of_two(argv[0], argv[1]) ? 3 : 2, words);
                }
        }
        if (!c || c->run != command_complete) { /* what is being typed may be an option */
                argc = options_take(a, argc, argv);
                if (argc < 0)
                        return EXIT_USAGE;
        }
        if (check_format(a, c) != EXIT_DONE)
                return EXIT_USAGE;
        if (c)
                return c->run(a, argc, argv);
        if (is_verb(argv[0]))
                return verb_run(a, argc, argv);

        const char *nearest = nearest_command(argv[0]);

        if (nearest)
                return tell(EXIT_USAGE, "%s: no such command; did you mean %s? jailnet --help lists them all", argv[0],
                            nearest);
        return tell(EXIT_USAGE, "%s: no such command; jailnet --help lists them", argv[0]);
}
