/* letters.c - chooses letters for menu rows. */
#include "ui/tui/letters.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static char free_letter(char c, const char *used)
{
        char low = (char)tolower((unsigned char)c);

        return isalnum((unsigned char)c) && !strchr(used, low) ? low : '\0';
}

static bool begins_word(const char *title, const char *at)
{
        return at == title || at[-1] == ' ';
}

char letter_choose(const char *title, const char *used)
{
        for (const char *p = title + strlen(title); p-- > title;) {
                char found = begins_word(title, p) ? free_letter(*p, used) : '\0';

                if (found)
                        return found;
        }
        for (const char *p = title; *p; p++) {
                char found = free_letter(*p, used);

                if (found)
                        return found;
        }
        for (const char *p = "123456789"; *p; p++)
                if (free_letter(*p, used))
                        return *p;
        return '\0';
}
