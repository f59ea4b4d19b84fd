/* dialog_form.h - a verb's form: a field for each argument and option, checked while it is typed. */
#ifndef UI_TUI_DIALOG_FORM_H
#define UI_TUI_DIALOG_FORM_H

#include "core/verb/verb.h"
#include "ui/tui/dialog.h"

struct form_options {
        const char *about;                        /* behind the title; NULL nothing */
        const struct graph *(*graph)(void *user); /* the newest, borrowed */

        /* What the request would do, as a sentence in note; negative: why it can't be done. Called while typing. */
        int (*check)(void *user, const struct intent *in, char *note, size_t size);

        /* Enter on a form whose fields are fine; the form stays until it is closed. */
        void (*accepted)(void *user, const struct intent *in);
        void *user;
};

/* prefill: arguments that are known already; NULL none. stack: where lists of completions open. */
struct dialog *dialog_form_new(struct dialogs *stack, const struct verb *v, const struct intent *prefill,
                               const struct form_options *o);

#endif
