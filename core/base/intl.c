/* intl.c - the user's language and habits, kept apart from the process's own locale. */
#include "core/base/intl.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "core/base/text.h"

#ifdef JAILNET_NLS
#include <libintl.h>
#endif

#define DOMAIN "jailnet"

/* Set by intl_begin, and never changed while there are threads. */
static locale_t people;      /* 0: people read what programs read */
static bool is_translated;   /* there may be a catalogue */
static bool has_own_dates;   /* LC_TIME is somebody's */
static bool has_own_numbers; /* LC_NUMERIC is somebody's */

static bool is_ended;
static _Thread_local unsigned paused;

static bool is_for_people(void)
{
        return people && !is_ended && paused == 0;
}

/* What the environment says of a category, as POSIX has it. */
static const char *setting(const char *category)
{
        const char *const names[] = {"LC_ALL", category, "LANG"};

        for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
                const char *value = getenv(names[i]);

                if (value && *value)
                        return value;
        }
        return "C";
}

static bool is_nobodys(const char *category)
{
        const char *name = setting(category);

        return strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 || str_has_prefix(name, "C.");
}

#ifdef JAILNET_NLS
/* Only the C locale itself says that no language is wished for: in C.UTF-8, LANGUAGE may name one. */
static bool wants_language(void)
{
        const char *language = getenv("LANGUAGE");

        if (!is_nobodys("LC_MESSAGES"))
                return true;
        return str_has_prefix(setting("LC_MESSAGES"), "C.") && language && *language;
}

/*
 * Where the catalogues are: beside the program, wherever it was installed to. A program with rights of its own believes
 * neither the environment nor the folder that somebody may have linked it into: only what it was built for.
 */
static void find_catalogues(void)
{
        const char *wished = secure_getenv("JAILNET_LOCALEDIR");
        CLEANUP(freep) char *beside = NULL;
        char program[4096];
        ssize_t n = wished || getauxval(AT_SECURE) ? -1 : readlink("/proc/self/exe", program, sizeof(program) - 1);

        if (n > 0) {
                program[n] = '\0';
                char *slash = strrchr(program, '/');

                if (slash) {
                        *slash = '\0';
                        beside = xasprintf("%s/%s", program, JAILNET_LOCALE_FROM_BIN);
                }
        }
        (void)bindtextdomain(DOMAIN, wished ? wished : beside ? beside : JAILNET_LOCALE_DIR); /* else English */
        (void)bind_textdomain_codeset(DOMAIN, "UTF-8");
}
#endif

static void begin_people(void)
{
        static const int masks[] = {LC_MESSAGES_MASK, LC_TIME_MASK, LC_NUMERIC_MASK};

        has_own_dates = !is_nobodys("LC_TIME");
        has_own_numbers = !is_nobodys("LC_NUMERIC");
#ifdef JAILNET_NLS
        is_translated = wants_language();
#endif
        if (!is_translated && !has_own_dates && !has_own_numbers)
                return;
        people = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
        for (size_t i = 0; people && i < ARRAY_SIZE(masks); i++) {
                locale_t more = newlocale(masks[i], "", people);

                people = more ? more : people; /* that one is not installed: as programs have it */
        }
#ifdef JAILNET_NLS
        if (people && is_translated)
                find_catalogues();
#endif
}

bool intl_begin(void)
{
        const char *own = setlocale(LC_CTYPE, "");

        if (own && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) {
                begin_people();
                return true;
        }
        /* C.UTF-8 measures characters all the same, and what is drawn is ASCII. */
        if (!setlocale(LC_CTYPE, "C.UTF-8"))
                (void)setlocale(LC_CTYPE, "C"); /* no UTF-8 locale at all: ASCII is measured right */
        return false;
}

void intl_end(void)
{
        is_ended = true;
}

void intl_pause(void)
{
        paused++;
}

void intl_go_on(void)
{
        paused--;
}

#ifdef JAILNET_NLS
const char *intl_text(const char *text)
{
        if (!is_translated || !is_for_people() || !*text) /* "" is the catalogue's own header */
                return text;

        locale_t before = uselocale(people);
        const char *own = dcgettext(DOMAIN, text, LC_MESSAGES);

        (void)uselocale(before);
        return own;
}

const char *intl_plural(const char *one, const char *many, uint64_t n)
{
        if (!is_translated || !is_for_people())
                return n == 1 ? one : many;

        locale_t before = uselocale(people);
        const char *own = dcngettext(DOMAIN, one, many, (unsigned long)n, LC_MESSAGES);

        (void)uselocale(before);
        return own;
}
#else
const char *intl_text(const char *text)
{
        return text;
}

const char *intl_plural(const char *one, const char *many, uint64_t n)
{
        return n == 1 ? one : many;
}
#endif

static const char *(*_Atomic words)(const char *sentence);

void intl_use_words(const char *(*fn)(const char *sentence))
{
        words = fn;
}

const char *intl_sentence(const char *text)
{
        const char *(*fn)(const char *sentence) = words;
        const char *own = intl_text(text);

        return fn && !is_ended && paused == 0 ? fn(own) : own;
}

/* The sizes of groups, from the right, as struct lconv writes them: the last one goes on; CHAR_MAX ends grouping. */
static size_t group_size(const char **grouping)
{
        size_t size = **grouping > 0 && **grouping < 100 ? (size_t) * *grouping : SIZE_MAX;

        if ((*grouping)[0] && (*grouping)[1])
                (*grouping)++;
        return size;
}

const char *intl_number(uint64_t n, char buf[static INTL_NUMBER_SIZE])
{
        char digits[24];
        const char *sign = "", *grouping = "";

        (void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
        if (has_own_numbers && is_for_people()) {
                locale_t before = uselocale(people);
                const struct lconv *l = localeconv();

                sign = l->thousands_sep;
                grouping = l->grouping;
                (void)uselocale(before);
        }
        if (!*sign || !*grouping) {
                (void)str_copy(buf, INTL_NUMBER_SIZE, digits); /* fits */
                return buf;
        }

        CLEANUP(text_done) struct text t = {0};
        size_t left = strlen(digits), ends[sizeof(digits)] = {0}, count = 0;

        for (size_t size = group_size(&grouping); left > size; size = group_size(&grouping)) {
                ends[count++] = left;
                left -= size;
        }
        text_put_n(&t, digits, left);
        while (count-- > 0) {
                text_put(&t, sign);
                text_put_n(&t, digits + left, ends[count] - left);
                left = ends[count];
        }
        (void)str_copy(buf, INTL_NUMBER_SIZE, text_str(&t)); /* fits: six signs of at most four bytes */
        return buf;
}

char *intl_decimal(char *buf, size_t size)
{
        char *point = strchr(buf, '.');

        if (!point || !has_own_numbers || !is_for_people())
                return buf;

        locale_t before = uselocale(people);
        CLEANUP(freep)
        char *whole = xasprintf("%.*s%s%s", (int)(point - buf), buf, localeconv()->decimal_point, point + 1);

        (void)uselocale(before);
        if (strlen(whole) < size)
                (void)str_copy(buf, size, whole);
        return buf;
}

/* A day of the locale with all of its year: two digits could be anything. */
static void put_day_format(struct text *t)
{
        for (const char *f = nl_langinfo_l(D_FMT, people); *f; f++) {
                if (f[0] == '%' && f[1] == 'y')
                        text_put(t, "%Y");
                else if (f[0] == '%' && f[1] == 'D')
                        text_put(t, "%m/%d/%Y");
                else if (f[0] == '%' && f[1] == '%')
                        text_put(t, "%%");
                else
                        text_put_char(t, *f);
                if (f[0] == '%' && (f[1] == 'y' || f[1] == 'D' || f[1] == '%'))
                        f++;
        }
}

static void put_format(struct text *t, enum intl_when form)
{
        static const char *const iso[] = {
                [INTL_DAY_AND_TIME] = "%Y-%m-%d %H:%M:%S",
                [INTL_DAY_AND_MINUTE] = "%Y-%m-%d %H:%M",
                [INTL_MINUTE] = "%H:%M",
        };

        if (!has_own_dates || !is_for_people()) {
                text_put(t, iso[form]);
                return;
        }

        const char *time = nl_langinfo_l(T_FMT, people);
        bool has_halves = strstr(time, "%r") || strstr(time, "%p") || strstr(time, "%I");

        if (form != INTL_MINUTE) {
                put_day_format(t);
                text_put_char(t, ' ');
        }
        text_put(t, form == INTL_DAY_AND_TIME ? time : has_halves ? "%I:%M %p" : "%H:%M");
}

/* The locale's own format is no literal that the compiler could look at; all its fields are fields of tm. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t write_time(char *buf, const char *format, const struct tm *tm)
{
        return people ? strftime_l(buf, INTL_WHEN_SIZE, format, tm, people) : strftime(buf, INTL_WHEN_SIZE, format, tm);
}
#pragma GCC diagnostic pop

const char *intl_when(enum intl_when form, time_t t, char buf[static INTL_WHEN_SIZE])
{
        CLEANUP(text_done) struct text format = {0};
        struct tm tm;
        size_t n = 0;

        put_format(&format, form);
        if (localtime_r(&t, &tm))
                n = write_time(buf, text_str(&format), &tm);
        if (n == 0)
                (void)str_copy(buf, INTL_WHEN_SIZE, "?");
        return buf;
}
