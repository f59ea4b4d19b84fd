/* options.c - the options that every command takes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/cli.h"

enum { OPT_DB = 256, OPT_ASCII, OPT_NO_COLOR, OPT_FORMAT, OPT_CONFIRM, OPT_NO_GUARD, OPT_VERSION, OPT_HELP };

static const struct option long_options[] = {
        {"db", required_argument, NULL, OPT_DB},
        {"ascii", no_argument, NULL, OPT_ASCII},
        {"no-color", no_argument, NULL, OPT_NO_COLOR},
        {"quiet", no_argument, NULL, 'q'},
        {"dry-run", no_argument, NULL, 'n'},
        {"format", required_argument, NULL, OPT_FORMAT},
        {"confirm-within", required_argument, NULL, OPT_CONFIRM},
        {"no-guard", no_argument, NULL, OPT_NO_GUARD},
        {"version", no_argument, NULL, OPT_VERSION},
        {"help", no_argument, NULL, OPT_HELP},
        {NULL, 0, NULL, 0},
};

static int tell_help(void)
{
        CLEANUP(text_done) struct text t = {0};

        help_put(&t);
        print_text(&t);
        return EXIT_DONE;
}

static bool take_seconds(struct app *a, const char *word)
{
        uint32_t seconds;

        if (str_to_u32(word, GUARD_WITHIN_MAX_S, &seconds) < 0 || seconds == 0) {
                (void)tell(EXIT_USAGE, "--confirm-within %s: write seconds, 1 to %d", word, GUARD_WITHIN_MAX_S);
                return false;
        }
        a->confirm_within_s = (int)seconds;
        return true;
}

bool options_parse(struct app *a, int argc, char **argv, int *ret_first, int *ret_status)
{
        const char *no_color = getenv("NO_COLOR");

        if (no_color && *no_color)
                a->no_color = true;
        opterr = 0;
        for (;;) {
                int c = getopt_long(argc, argv, "+:qnhV", long_options, NULL);

                switch (c) {
                case -1: *ret_first = optind; return true;
                case OPT_DB: a->db_path = optarg; break;
                case OPT_ASCII: a->use_ascii = true; break;
                case OPT_NO_COLOR: a->no_color = true; break;
                case 'q': a->is_quiet = true; break;
                case 'n': a->is_dry_run = true; break;
                case OPT_FORMAT: a->format = optarg; break;
                case OPT_CONFIRM:
                        if (!take_seconds(a, optarg)) {
                                *ret_status = EXIT_USAGE;
                                return false;
                        }
                        break;
                case OPT_NO_GUARD: a->no_guard = true; break;
                case 'V':
                case OPT_VERSION:
                        *ret_status = printf("jailnet " JAILNET_VERSION "\n") < 0 ? EXIT_REFUSED : EXIT_DONE;
                        return false;
                case 'h':
                case OPT_HELP: *ret_status = tell_help(); return false;
                case ':':
                        *ret_status = tell(EXIT_USAGE, "%s: needs a value; jailnet --help lists the options",
                                           argv[optind - 1]);
                        return false;
                default:
                        *ret_status = tell(EXIT_USAGE,
                                           "%s: no such option, or it takes no value; jailnet --help lists "
                                           "the options",
                                           argv[optind - 1]);
                        return false;
                }
        }
}

/* The option of a word like "--db" or "--db=FILE" that has a value; NULL for another word. */
static const char *takes_value(const char *word)
{
        static const char *const options[] = {"--db", "--format"};

        for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
                size_t n = strlen(options[i]);

                if (strncmp(word, options[i], n) == 0 && (word[n] == '\0' || word[n] == '='))
                        return options[i];
        }
        return NULL;
}

int options_take(struct app *a, int argc, char **argv)
{
        int kept = 0;

        for (int i = 0; i < argc; i++) {
                const char *with_value = takes_value(argv[i]);

                if (strcmp(argv[i], "--") == 0) {
                        while (i < argc)
                                argv[kept++] = argv[i++];
                        break;
                }
                if (strcmp(argv[i], "-n") == 0 || strcmp(argv[i], "--dry-run") == 0) {
                        a->is_dry_run = true;
                } else if (strcmp(argv[i], "-q") == 0 || strcmp(argv[i], "--quiet") == 0) {
                        a->is_quiet = true;
                } else if (strcmp(argv[i], "--no-guard") == 0) {
                        a->no_guard = true;
                } else if (str_has_prefix(argv[i], "--confirm-within=")) {
                        if (!take_seconds(a, argv[i] + strlen("--confirm-within=")))
                                return -1;
                } else if (strcmp(argv[i], "--confirm-within") == 0) {
                        if (i + 1 >= argc) {
                                (void)tell(EXIT_USAGE, "--confirm-within: needs a value: seconds");
                                return -1;
                        }
                        if (!take_seconds(a, argv[++i]))
                                return -1;
                } else if (strcmp(argv[i], "--ascii") == 0) {
                        a->use_ascii = true;
                } else if (strcmp(argv[i], "--no-color") == 0) {
                        a->no_color = true;
                } else if (with_value) {
                        const char *value = argv[i] + strlen(with_value);

                        if (*value == '=')
                                value++;
                        else if (++i < argc)
                                value = argv[i];
                        else {
                                (void)tell(EXIT_USAGE, "%s: needs a value; jailnet --help lists the options",
                                           with_value);
                                return -1;
                        }
                        if (strcmp(with_value, "--db") == 0)
                                a->db_path = value;
                        else
                                a->format = value;
                } else {
                        argv[kept++] = argv[i];
                }
        }
        return kept;
}
