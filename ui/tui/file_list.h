/*
 * file_list.h - a folder's names, to choose from: sorted, narrowed by what is typed, hidden ones left out. No terminal.
 *
 * Names are raw bytes; whoever draws them makes them visible.
 */
#ifndef UI_TUI_FILE_LIST_H
#define UI_TUI_FILE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/text.h"

struct file_entry {
        char *name;
        bool is_folder, is_other; /* is_other: a device, socket or pipe, which is never read */
        int64_t size, changed;    /* bytes; seconds of the wall clock */
};

struct file_list {
        char *folder; /* absolute, without a slash at its end but for "/" */
        struct file_entry *all;
        size_t count, capacity;
        size_t *shown; /* of all: those that fit, folders first, by name */
        size_t shown_count;
        bool shows_hidden, is_cut; /* is_cut: it has more names than anybody chooses from */
};

/* Reads a folder; on failure the list stays as it was. e names it. */
int file_list_open(struct file_list *l, const char *folder, struct err *e);
void file_list_done(struct file_list *l);

/* Which are shown: those that contain typed, case folded, those that begin so first. A typed "." shows hidden ones. */
void file_list_narrow(struct file_list *l, const char *typed);

/* As far as it is clear how typed goes on. A folder that is clear ends with a slash. */
void file_list_complete(const struct file_list *l, const char *typed, struct text *ret);

/* Caller frees. folder_resolve: "..", "." and "~" are taken away by the words alone; nothing is looked up. */
char *folder_join(const char *folder, const char *name);
char *folder_resolve(const char *folder, const char *typed);

#define SIZE_TEXT_SIZE 16
const char *size_format(int64_t bytes, char buf[SIZE_TEXT_SIZE]); /* "812", "4.0k", "12M" */

#endif
