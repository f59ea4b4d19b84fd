/*
 * dialog_files.h - a file picker: folders to walk, a line to type in, files to mark; or a new name to write to.
 */
#ifndef UI_TUI_DIALOG_FILES_H
#define UI_TUI_DIALOG_FILES_H

#include "ui/tui/dialog.h"

enum files_want {
        FILES_EXISTING,   /* one or several that are there, folders too */
        FILES_NEW_FILE,   /* a name that is not taken */
        FILES_NEW_FOLDER, /* a folder to write into, there or not */
};

#define FILES_MARKED_MAX 64

struct files_options {
        const char *title;
        enum files_want want;
        const char *folder;         /* where it begins; NULL: where the process is */
        const char *choice_label;   /* "read as": something to be chosen along with the files; NULL nothing */
        const char *const *choices; /* ends with NULL */

        /* What was picked, absolute paths, borrowed; the dialog is closed. choice: index in choices. */
        void (*accepted)(void *user, const char *const *paths, size_t count, size_t choice);
        void *user;
};

struct dialog *dialog_files_new(const struct files_options *o);

#endif
