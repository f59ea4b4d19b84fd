/*
 * mdoc.h - writes manual pages: flowing text, and lines of macros, with everything escaped that mdoc would act on.
 *
 * Used by make-page.c, the program of the build that fills the templates of this folder.
 */
#ifndef MAN_MDOC_H
#define MAN_MDOC_H

#include "core/base/text.h"

struct mdoc {
        struct text out;
        size_t column;  /* of the line of text that is being written; 0: a line begins */
        bool is_spaced; /* a heading, a list or a .Pp has just been put: no paragraph is to follow */
};

void mdoc_done(struct mdoc *m);

/* A line of macros that is valid as it stands: ".Pp" is put once, however often it is asked for. */
void mdoc_line(struct mdoc *m, const char *line);
void mdoc_linef(struct mdoc *m, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* English, wrapped, each sentence on a line of its own; mdoc_sentence also gives it a capital and a full stop. */
void mdoc_text(struct mdoc *m, const char *text);
void mdoc_sentence(struct mdoc *m, const char *text);

/* The same of one word. */
void mdoc_word(struct mdoc *m, const char *word);

/* A word or several as the arguments of a macro: escaped, a hyphen as minus, names of macros hidden. */
void mdoc_put_args(struct text *t, const char *words);

/* "show [--raw] [OBJECT]" as macros: "Cm show Oo Fl -raw Oc Oo Ar OBJECT Oc". */
void mdoc_put_synopsis(struct text *t, const char *synopsis);

/* Lines that are printed as they stand. */
void mdoc_literal_line(struct mdoc *m, const char *line);

/* Markdown of docs/, below its title: what begins with "## " are sections. */
void mdoc_markdown(struct mdoc *m, const char *markdown);

#endif
