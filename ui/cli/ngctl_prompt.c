/* ngctl_prompt.c - libedit's line editor for ngctl: emacs keys, a history of 100 lines, completion with Tab. */
#include "ui/cli/ngctl_prompt.h"

#include <stdio.h>
#include <editline/readline.h>
#include <string.h>
#include <unistd.h>

#define PROMPT          "+ "
#define HISTORY_LINES   100
#define COMPLETIONS_MAX 500 /* more than a person reads */

/* libedit's callbacks know no user pointer. */
static struct {
        struct ngctl *ngctl;
        char *words[COMPLETIONS_MAX];
        size_t count, next;
} completion;

bool ngctl_prompt_is_possible(void)
{
        return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static void keep_word(void *user, const char *word)
{
        (void)user;
        completion.words[completion.count++] = xstrdup(word);
}

/* libedit asks for one word after the other, and frees them. */
static char *next_word(const char *prefix, int state)
{
        (void)prefix;
        (void)state;
        return completion.next < completion.count ? completion.words[completion.next++] : NULL;
}

static char **complete(const char *prefix, int start, int end)
{
        CLEANUP(freep) char *line = xstrndup(rl_line_buffer, (size_t)end);

        (void)start;
        completion.count = completion.next = 0;
        (void)ngctl_complete(completion.ngctl, line, COMPLETIONS_MAX, keep_word, NULL);

        char **matches = completion.count ? rl_completion_matches(prefix, next_word) : NULL;

        while (completion.next < completion.count)
                free(completion.words[completion.next++]);
        rl_attempted_completion_over = 1; /* never files */
        rl_completion_append_character = matches && strchr(matches[0], ':') ? '\0' : ' ';
        return matches;
}

int ngctl_prompt_read(struct dialect *d, struct ngctl *n, char **ret, struct err *e)
{
        static bool is_set_up;
        static char name[] = "ngctl", breaks[] = " \t";

        (void)d;
        (void)e;
        if (!is_set_up) {
                rl_readline_name = name;
                rl_attempted_completion_function = complete;
                rl_basic_word_break_characters = breaks;
                rl_completer_word_break_characters = breaks;
                using_history();
                stifle_history(HISTORY_LINES);
                is_set_up = true;
        }
        completion.ngctl = n;
        *ret = readline(PROMPT);
        if (*ret && **ret)
                (void)add_history(*ret); /* a line that is not kept is no reason to stop */
        return 0;
}
