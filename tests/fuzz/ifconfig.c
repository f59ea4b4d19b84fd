/*
 * ifconfig.c - bytes from anywhere as the words of ifconfig, jib and jng: nothing may crash, hang, print what a
 * terminal would act on, or print names when it has refused. The first byte says which command it is, and how strict.
 */
#include <stdint.h>
#include <string.h>

#include "core/dialect/ifconfig.h"
#include "core/dialect/jib.h"
#include "core/dialect/jng.h"
#include "tests/lib/topo.h"

#define WORDS_MAX 64 /* of a command line under test; the shell gives more, and each is one step of the same loop */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_harmless(const struct text *t)
{
        for (const char *s = text_str(t); *s; s++)
                if ((unsigned char)*s < ' ' && *s != '\n' && *s != '\t')
                        abort();
}

static void speak(const struct graph *g, dialect_language *language, char *name, bool is_strict, char *words)
{
        char *argv[WORDS_MAX + 2] = {name}, *rest = words;
        struct dialect d;
        struct err e = {0};
        int argc = 1;

        for (char *word; argc <= WORDS_MAX && (word = strtok_r(rest, " \n", &rest));)
                argv[argc++] = word;
        dialect_init(&d, g, "host", is_strict);
        if (language(&d, argc, argv, &e) == 0)
                plan_free(dialect_finish(&d, name, name));
        check_harmless(&d.out);
        dialect_done(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        static dialect_language *const languages[] = {dialect_ifconfig, dialect_jib, dialect_jng};
        static char names[][16] = {"ifconfig", "jib", "jng"};
        static const struct graph *g;
        CLEANUP(freep) char *words = NULL;

        if (!g)
                g = topo_seeds();
        if (size == 0)
                return 0;
        words = xcalloc(size, 1);
        memcpy(words, data + 1, size - 1);
        speak(g, languages[data[0] % 3], names[data[0] % 3], data[0] / 3 % 2, words);
        return 0;
}
