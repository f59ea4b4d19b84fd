/* prompt.h - a line that a person types, with emacs keys, a history of 100 lines and completion with Tab. */
#ifndef UI_CLI_PROMPT_H
#define UI_CLI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* Offers what may stand at the end of a line that is being typed: calls put(put_user, word) for each. */
typedef void prompt_complete_fn(void *user, const char *line, size_t max, void (*put)(void *put_user, const char *word),
                                void *put_user);

struct prompt {
        const char *name;  /* of the program, for the user's own key bindings */
        const char *sign;  /* what stands before the line: "+ " */
        const char *joins; /* a completion that ends so is gone on with, without a blank: ":" */
        prompt_complete_fn *complete;
        void *user;
};

/* True when standard input and output are both a terminal, and the library is there. Asked before the first line. */
bool prompt_is_possible(void);

/* The line, without its end; NULL at the end of input. Caller frees. */
char *prompt_read(const struct prompt *p);

#endif
