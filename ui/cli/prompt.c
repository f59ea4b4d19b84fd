/* prompt.c - libedit's line editor, loaded where there is somebody who types. */
#include "ui/cli/prompt.h"

#include <stdio.h>
#include <editline/readline.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/library.h"

#define HISTORY_LINES   100
#define COMPLETIONS_MAX 500 /* more than a person reads */

#define EDIT_SYMBOLS(X)                     \
        X(readline)                         \
        X(add_history)                      \
        X(using_history)                    \
        X(stifle_history)                   \
        X(rl_completion_matches)            \
        X(rl_line_buffer)                   \
        X(rl_readline_name)                 \
        X(rl_attempted_completion_function) \
        X(rl_attempted_completion_over)     \
        X(rl_completion_append_character)   \
        X(rl_basic_word_break_characters)   \
        X(rl_completer_word_break_characters)
#define PLACE(name) {#name, &lib.name},

static struct {
        EDIT_SYMBOLS(LIBRARY_POINTER)
} lib;
static const struct library_symbol places[] = {EDIT_SYMBOLS(PLACE)};

/* libedit's callbacks know no user pointer. */
static struct {
        const struct prompt *prompt;
        char *words[COMPLETIONS_MAX];
        size_t count, next;
} completion;

bool prompt_is_possible(void)
{
        return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
                library_load(EDIT_LIBRARY, places, ARRAY_SIZE(places), NULL) == 0;
}

static void keep_word(void *user, const char *word)
{
        (void)user;
        if (completion.count < COMPLETIONS_MAX)
                completion.words[completion.count++] = xstrdup(word);
}

/* libedit asks for one word after the other, and frees them. */
static char *next_word(const char *prefix, int state)
{
        (void)prefix;
        (void)state;
        return completion.next < completion.count ? completion.words[completion.next++] : NULL;
}

static bool is_joining(const char *word)
{
        size_t n = strlen(word);

        return n && completion.prompt->joins && strchr(completion.prompt->joins, word[n - 1]);
}

static char **complete(const char *prefix, int start, int end)
{
        CLEANUP(freep) char *line = xstrndup(*lib.rl_line_buffer, (size_t)end);

        (void)start;
        completion.count = completion.next = 0;
        completion.prompt->complete(completion.prompt->user, line, COMPLETIONS_MAX, keep_word, NULL);

        char **matches = completion.count ? lib.rl_completion_matches(prefix, next_word) : NULL;

        while (completion.next < completion.count)
                free(completion.words[completion.next++]);
        *lib.rl_attempted_completion_over = 1; /* never files */
        *lib.rl_completion_append_character = matches && is_joining(matches[0]) ? '\0' : ' ';
        return matches;
}

char *prompt_read(const struct prompt *p)
{
        static bool is_set_up;
        static char name[32], breaks[] = " \t";

        completion.prompt = p;
        if (!is_set_up) {
                (void)snprintf(name, sizeof(name), "%s", p->name);
                *lib.rl_readline_name = name;
                *lib.rl_attempted_completion_function = complete;
                *lib.rl_basic_word_break_characters = breaks;
                *lib.rl_completer_word_break_characters = breaks;
                lib.using_history();
                lib.stifle_history(HISTORY_LINES);
                is_set_up = true;
        }

        char *line = lib.readline(p->sign);

        if (line && *line)
                (void)lib.add_history(line); /* a line that is not kept is no reason to stop */
        return line;
}
