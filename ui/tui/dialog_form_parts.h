/* dialog_form_parts.h - what the files of the form share; nobody else includes it. */
#ifndef UI_TUI_DIALOG_FORM_PARTS_H
#define UI_TUI_DIALOG_FORM_PARTS_H

#include <form.h>

#include "ui/tui/dialog_curses.h"
#include "ui/tui/dialog_form.h"
#include "ui/tui/form_model.h"
#include "ui/tui/views/describe.h"

#define COMPLETIONS_MAX 200

enum { ROWS_ABOVE = 3, ROWS_BELOW = 5 }; /* frame, help, blank; blank, two of note, the command, frame */

struct form_row {
        FIELD *label, *input, *message;
};

struct form_dialog {
        struct dialog base;
        struct dialogs *stack;
        struct form_options options;
        struct form_model model;
        char title[64];
        bool was_tried; /* Enter was pressed: missing values are told from now on */
        bool is_good;
        char note[300];
        bool note_is_error;
        uint64_t checked_serial;

        size_t current;
        bool has_messages; /* room for a line under each field */
        struct form_row rows[FORM_FIELDS_MAX];
        FIELD *fields[FORM_FIELDS_MAX * 3 + 1];
        FORM *form;
        WINDOW *inner;

        char *words[COMPLETIONS_MAX];
        size_t word_count;
};

/* -- dialog_form.c -- */
static inline struct form_field *form_current_field(struct form_dialog *f)
{
        return &f->model.fields[f->current];
}
void form_show_value(struct form_dialog *f, size_t i);
void form_check(struct form_dialog *f);
void form_go_next(struct form_dialog *f, int by);
const char *form_label_of(const struct form_field *field, char buf[WORDED_SIZE]);
int form_label_width(const struct form_dialog *f);

/* -- dialog_form_words.c -- */
bool form_open_list(struct form_dialog *f); /* of what could stand in the current field; false: nothing could */
void form_tab(struct form_dialog *f);

#endif
