/* sentences.h - the planner's sentences in the words of one system (key W). */
#ifndef UI_TUI_VIEWS_SENTENCES_H
#define UI_TUI_VIEWS_SENTENCES_H

/* A sentence's text, a constant, before names are set into it; s itself in both systems' words. Borrowed for ever. */
const char *sentence_worded(const char *s) __attribute__((format_arg(1)));

#endif
