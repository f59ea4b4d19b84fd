/*
 * cmd_complete.c - jailnet complete: what the last word may become, one a line, for the shells' completion.
 *
 * zsh and fish hand over words and quote what they insert. bash hands over the line up to the cursor, and inserts what
 * it is told as it is, in place of what stands behind the last of the signs at which it parts words: so that is worked
 * out here, and its script has nothing to quote.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ui/cli/cli.h"
#include "ui/cli/line_words.h"

#define EXIT_FILES 3 /* the name of a file may stand there, too */

static void print_word(void *user, const char *word)
{
        (void)user;
        (void)puts(word); /* a broken pipe is told at the end */
}

/* -- bash -------------------------------------------------------------------------------------------------------- */

/* The word under the cursor, as bash sees it. */
struct bash_word {
        char quote;  /* the one that is open; '\0' none */
        size_t kept; /* bytes of the word that bash leaves alone: those up to the last sign that parts words for it */
};

static char open_quote(const char *line)
{
        char quote = '\0';

        for (; *line; line++) {
                if (*line == '\\' && quote != '\'' && line[1])
                        line++;
                else if (quote && *line == quote)
                        quote = '\0';
                else if (!quote && (*line == '\'' || *line == '"'))
                        quote = *line;
        }
        return quote;
}

/* Within quotes only what needs no further care there: closing and opening them again is beyond what bash replaces. */
static bool fits_quote(const char *word, char quote)
{
        return !strpbrk(word, quote == '\'' ? "'" : "\"$`\\!");
}

/* For a shell without quotes: a backslash before each sign that could mean something. */
static void put_bash(struct text *t, const char *word)
{
        for (; *word; word++) {
                if (!isalnum((unsigned char)*word) && !strchr("_./:@%+,-=", *word) && (unsigned char)*word < 0x80)
                        text_put_char(t, '\\');
                text_put_char(t, *word);
        }
}

static void print_for_bash(void *user, const char *word)
{
        const struct bash_word *b = user;
        CLEANUP(text_done) struct text t = {0};

        if (b->quote && !fits_quote(word, b->quote))
                return;
        if (b->quote)
                text_put(&t, word);
        else
                put_bash(&t, word + b->kept);
        (void)puts(text_str(&t)); /* a broken pipe is told at the end */
}

/* LINE is what stands behind the program's name, up to the cursor; BREAKS is COMP_WORDBREAKS. */
static int complete_bash(struct app *a, const char *line, const char *breaks)
{
        CLEANUP(line_words_done) struct line_words w = {0};
        struct bash_word b = {.quote = open_quote(line)};
        char closing[] = {b.quote, '\0'};
        CLEANUP(freep) char *closed = xasprintf("%s%s", line, closing);
        size_t length = strlen(closed);
        bool begins_new = !length || (strchr(" \t", closed[length - 1]) && (length == 1 || closed[length - 2] != '\\'));
        const char *prefix;

        if (line_split(closed, &w, NULL) < 0)
                return EXIT_DONE; /* a line that nothing fits */
        begins_new = begins_new || w.count == 0;
        prefix = begins_new ? "" : w.argv[w.count - 1];
        for (size_t i = 0; !b.quote && prefix[i]; i++)
                if ((prefix[i] == ':' || prefix[i] == '=') && strchr(breaks, prefix[i]))
                        b.kept = i + 1;
        return cli_complete(a, (size_t)w.count - !begins_new, w.argv, prefix, print_for_bash, &b) ? EXIT_FILES
                                                                                                  : EXIT_DONE;
}

int command_complete(struct app *a, int argc, char **argv)
{
        a->is_quiet = true; /* notices would be printed into the line that is being typed */
        if (argc == 4 && strcmp(argv[1], "--bash") == 0)
                return complete_bash(a, argv[2], argv[3]);
        if (argc > 1 && strcmp(argv[1], "--") == 0) {
                argc--;
                argv++;
        }
        return cli_complete(a, argc > 2 ? (size_t)argc - 2 : 0, argv + 1, argc > 1 ? argv[argc - 1] : "", print_word,
                            NULL)
                ? EXIT_FILES
                : EXIT_DONE;
}
