/*
 * intl.h - texts, dates and numbers as the one who reads them is used to.
 *
 * The process itself stays in the C locale, but for what a character is: so no date, number or word of the user's
 * language gets into JSON, SQL, scripts or the kernel's formats by accident. What is meant for people asks here.
 *
 * A text is translated where it is shown, or by the function that formats it (err_set, tell, console_say, fact_put ...:
 * po/keywords has the list for xgettext), so that most callers write plain English. What is in a table is marked
 * with N_ there. docs/architecture.md says what is translated, and what never is.
 */
#ifndef CORE_BASE_INTL_H
#define CORE_BASE_INTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define _(text)  intl_text(text)
#define N_(text) text /* marked for the catalogue, translated elsewhere */

/*
 * intl_begin - takes over the user's locale; once, by main, before there are threads.
 *
 *   shape    false: it has no UTF-8, and only ASCII should be drawn; then nothing is translated either
 *   source   LC_ALL, LC_CTYPE, LC_MESSAGES, LC_TIME, LC_NUMERIC, LANG, LANGUAGE; the catalogues are those of the
 *            installed program. JAILNET_LOCALEDIR names others, but not to a program that has more rights than its
 * user.
 */
bool intl_begin(void);

/* From now on nothing is translated, and dates and numbers are as programs read them: what follows is for one. */
void intl_end(void);

/* The same for this thread, and for a while: what is written down is English, whoever writes. These nest. */
void intl_pause(void);
void intl_go_on(void);

/* In the user's language; text itself when there is no translation. Borrowed for ever. */
const char *intl_text(const char *text) __attribute__((format_arg(1)));

/*
 * intl_sentence - a whole sentence, as intl_text, and then in the words that intl_use_words was given: the console can
 * speak FreeBSD's words or Linux's. fn gets constants alone, before names are set into them; NULL ends it. Any thread.
 */
const char *intl_sentence(const char *text) __attribute__((format_arg(1)));
void intl_use_words(const char *(*fn)(const char *sentence));

/* One or many, by n and the language's rule. xgettext knows it by this name. */
const char *intl_plural(const char *one, const char *many, uint64_t n) __attribute__((format_arg(1), format_arg(2)));

#define INTL_NUMBER_SIZE 64
/* 1234567 as "1.234.567" where that is usual; digits alone elsewhere. Returns buf. */
const char *intl_number(uint64_t n, char buf[static INTL_NUMBER_SIZE]);

/* A number that was written with a point, with the user's decimal sign in its place; in buf itself. */
char *intl_decimal(char *buf, size_t size);

enum intl_when {
        INTL_DAY_AND_TIME, /* to the second */
        INTL_DAY_AND_MINUTE,
        INTL_MINUTE, /* of the day */
};
#define INTL_WHEN_SIZE 80
/* ISO 8601 with a blank, where the user's locale has no habit of its own. "?" for a time that has no date. Returns buf.
 */
const char *intl_when(enum intl_when form, time_t t, char buf[static INTL_WHEN_SIZE]);

#endif
