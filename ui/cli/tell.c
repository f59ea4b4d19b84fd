/* tell.c - what the command line says: sentences on stderr, results on stdout. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/intl.h"
#include "ui/cli/cli.h"

static const char *teller = "jailnet";

void tell_as(const char *name)
{
        teller = name;
}

static void say(const char *sentence)
{
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, sentence);
        /* Nobody is left to be told when stderr itself fails. */
        (void)fprintf(stderr, "%s: %s\n", teller, text_str(&t));
}

int tell_err(const struct err *e, int status)
{
        CLEANUP(text_done) struct text t = {0};
        char buf[ERR_SENTENCE_SIZE];

        /* err_sentence has made controls visible already: a second pass would double its backslashes. */
        text_put(&t, err_sentence(e, buf, sizeof(buf)));
        (void)fprintf(stderr, "%s: %s\n", teller, text_str(&t));
        return status;
}

int tell(int status, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *s = xvasprintf(intl_text(fmt), ap);
        va_end(ap);
        say(s);
        return status;
}

void tell_notice(const struct app *a, const struct err *told)
{
        char sentence[ERR_SENTENCE_SIZE];

        if (!a->notice || a->is_quiet)
                return;
        if (!told || !err_is_set(told) || strcmp(err_sentence(told, sentence, sizeof(sentence)), a->notice) != 0)
                say(a->notice);
}

int usage(const char *synopsis)
{
        return tell(EXIT_USAGE, "usage: jailnet %s", synopsis);
}

void print_text(const struct text *t)
{
        (void)fputs(text_str(t), stdout); /* main's exit flushes; a closed pipe ends us by SIGPIPE */
}

void print_json_begin(struct json_out *w)
{
        json_out_begin(w, stdout, isatty(STDOUT_FILENO));
}

int print_json_end(struct json_out *w)
{
        if (json_out_end(w) < 0)
                return tell(EXIT_REFUSED, "standard output: cannot be written");
        return EXIT_DONE;
}

int print_json(json_t *j)
{
        struct json_out w;

        print_json_begin(&w);
        json_out_value(&w, NULL, j);
        json_decref(j);
        return print_json_end(&w);
}
