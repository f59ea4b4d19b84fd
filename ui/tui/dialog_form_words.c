/* dialog_form_words.c - what could stand in a field of a form: completed by Tab, or chosen from a list. */
#include "ui/tui/dialog_form_parts.h"

#include <string.h>

static void collect_word(void *user, const char *word)
{
        struct form_dialog *f = user;

        if (f->word_count < COMPLETIONS_MAX)
                f->words[f->word_count++] = xstrdup(word);
}

static size_t collect(struct form_dialog *f)
{
        for (size_t i = 0; i < f->word_count; i++)
                free(f->words[i]);
        f->word_count = 0;
        (void)form_field_complete(&f->model, form_current_field(f), f->options.graph(f->options.user), COMPLETIONS_MAX,
                                  collect_word, f);
        return f->word_count;
}

static void take_word(struct form_dialog *f, const char *word)
{
        form_field_take(form_current_field(f), word);
        form_show_value(f, f->current);
        form_check(f);
}

static void on_word(void *user, int id)
{
        struct form_dialog *f = user;

        take_word(f, f->words[id]);
}

/* The list of what could stand here; with the typed text left aside when nothing begins with it. */
bool form_open_list(struct form_dialog *f)
{
        struct form_field *field = form_current_field(f);
        struct menu_row rows[COMPLETIONS_MAX];
        int selected = 0;

        if (field->is_switch)
                return false;

        CLEANUP(freep) char *typed = xstrdup(field->value);
        bool is_word = field->arg && !field->arg->is_repeated && !(field->option && field->option->extra_values);

        if (is_word) /* all of them: the typed one is preselected */
                form_model_set(&f->model, f->current, "");

        size_t count = collect(f);

        if (is_word)
                form_model_set(&f->model, f->current, typed);
        if (count == 0)
                return false;
        for (size_t i = 0; i < count; i++) {
                rows[i] = (struct menu_row){.label = f->words[i], .id = (int)i};
                if (is_word && selected == 0 && str_has_prefix(f->words[i], typed) && *typed)
                        selected = (int)i;
        }

        char worded[WORDED_SIZE];
        const struct menu_options o = {
                .title = form_label_of(field, worded),
                .x = f->base.area.x + 2 + form_label_width(f) + 1,
                .y = f->base.area.y + ROWS_ABOVE + (f->has_messages ? 2 : 1) * (int)f->current + 1,
                .selected = selected,
                .chosen = on_word,
                .user = f,
        };

        dialogs_push(f->stack, dialog_menu_new(rows, count, &o));
        return true;
}

/* Tab: completes what was begun as far as it is clear, else goes on. */
void form_tab(struct form_dialog *f)
{
        struct form_field *field = form_current_field(f);

        if (field->is_switch || !*field->value || collect(f) == 0) {
                form_go_next(f, 1);
                return;
        }

        const char *blank = strrchr(field->value, ' ');
        const char *typed = blank && (field->arg->is_repeated || field->option) ? blank + 1 : field->value;
        size_t common = strlen(f->words[0]);

        for (size_t i = 0; i < f->word_count; i++) {
                size_t same = 0;

                if (strcmp(f->words[i], typed) == 0) {
                        form_go_next(f, 1);
                        return;
                }
                while (same < common && f->words[i][same] == f->words[0][same])
                        same++;
                common = same;
        }
        if (f->word_count == 1) {
                take_word(f, f->words[0]);
                form_go_next(f, 1);
        } else if (common > strlen(typed)) {
                CLEANUP(freep) char *part = xstrndup(f->words[0], common);

                take_word(f, part);
        } else {
                (void)form_open_list(f);
        }
}
