/* options.c - the options that every command takes. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"

enum {
        OPTION_DRY_RUN,
        OPTION_DB,
        OPTION_FORMAT,
        OPTION_JSON,
        OPTION_ASCII,
        OPTION_NO_COLOR,
        OPTION_CONFIRM,
        OPTION_NO_GUARD,
        OPTION_QUIET,
        OPTION_VERSION,
        OPTION_HELP,
        OPTION_COUNT
};

const struct global_option global_options[] = {
        [OPTION_DRY_RUN] = {"dry-run", 'n', NULL,
                            N_("Show what a command would do, and the equal iproute2 and FreeBSD commands")},
        [OPTION_DB] = {"db", '\0', "FILE", N_("The inventory (JAILNET_DB; default /var/lib/jailnet/inventory.db)")},
        [OPTION_FORMAT] = {"format", '\0', "FORMAT", N_("text or json; show has more")},
        [OPTION_JSON] = {"json", '\0', NULL, N_("The same as --format json")},
        [OPTION_ASCII] = {"ascii", '\0', NULL, N_("Draw with ASCII alone")},
        [OPTION_NO_COLOR] = {"no-color", '\0', NULL, N_("Draw without colours (also with NO_COLOR set)")},
        [OPTION_CONFIRM] = {"confirm-within", '\0', "SECONDS",
                            N_("Put back what could cut you off, unless jailnet confirm comes in time")},
        [OPTION_NO_GUARD] = {"no-guard", '\0', NULL, N_("Do not: for scripts that know better")},
        [OPTION_QUIET] = {"quiet", 'q', NULL, N_("Say nothing but errors")},
        [OPTION_VERSION] = {"version", 'V', NULL, N_("Print the version")},
        [OPTION_HELP] = {"help", 'h', NULL, N_("Print help; behind a command, that of the command")},
};
const size_t global_option_count = ARRAY_SIZE(global_options);

#define LONG_CODE 256 /* and the option's place: what getopt returns for one without a letter */

/* The table as getopt wants it; the last entry stays zeroed. */
static void fill_long_options(struct option ret[OPTION_COUNT + 1])
{
        for (int i = 0; i < OPTION_COUNT; i++)
                ret[i] = (struct option){global_options[i].name,
                                         global_options[i].value ? required_argument : no_argument, NULL,
                                         global_options[i].letter ? global_options[i].letter : LONG_CODE + i};
}

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

bool wants_json(const struct app *a)
{
        return a->format && strcmp(a->format, "json") == 0;
}

bool options_parse(struct app *a, int argc, char **argv, int *ret_first, int *ret_status)
{
        const char *no_color = getenv("NO_COLOR");
        struct option long_options[OPTION_COUNT + 1] = {0};

        if (no_color && *no_color)
                a->no_color = true;
        fill_long_options(long_options);
        opterr = 0;
        for (;;) {
                int c = getopt_long(argc, argv, "+:qnhV", long_options, NULL);

                switch (c) {
                case -1: *ret_first = optind; return true;
                case LONG_CODE + OPTION_DB: a->db_path = optarg; break;
                case LONG_CODE + OPTION_ASCII: a->use_ascii = true; break;
                case LONG_CODE + OPTION_NO_COLOR: a->no_color = true; break;
                case 'q': a->is_quiet = true; break;
                case 'n': a->is_dry_run = true; break;
                case LONG_CODE + OPTION_FORMAT: a->format = optarg; break;
                case LONG_CODE + OPTION_JSON: a->format = "json"; break;
                case LONG_CODE + OPTION_CONFIRM:
                        if (!take_seconds(a, optarg)) {
                                *ret_status = EXIT_USAGE;
                                return false;
                        }
                        break;
                case LONG_CODE + OPTION_NO_GUARD: a->no_guard = true; break;
                case 'V':
                        *ret_status = printf("jailnet " JAILNET_VERSION "\n") < 0 ? EXIT_REFUSED : EXIT_DONE;
                        return false;
                case 'h': *ret_status = tell_help(); return false;
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
                } else if (strcmp(argv[i], "--json") == 0) {
                        a->format = "json";
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
