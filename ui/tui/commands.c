/* commands.c - words of plans as command lines. */
#include "ui/tui/commands.h"

#include <string.h>

/* The end of one request: "; " outside of quotes, or the end. */
static size_t request_length(const char *s)
{
        bool is_quoted = false;
        size_t n = 0;

        for (; s[n] && (is_quoted || s[n] != ';' || s[n + 1] != ' '); n++) {
                if (s[n] == '\'')
                        is_quoted = !is_quoted;
                else if (s[n] == '\\' && !is_quoted && s[n + 1])
                        n++;
        }
        return n;
}

void commands_put(struct text *t, const char *words)
{
        while (*words) {
                size_t n = request_length(words);

                text_put(t, "jailnet ");
                text_put_n(t, words, n);
                text_put_char(t, '\n');
                words += n + strspn(words + n, "; ");
        }
}

void base64_put(struct text *t, const char *bytes, size_t n)
{
        static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        const unsigned char *b = (const unsigned char *)bytes;

        for (size_t i = 0; i < n; i += 3) {
                size_t left = n - i;
                unsigned group =
                        (unsigned)b[i] << 16 | (left > 1 ? (unsigned)b[i + 1] << 8 : 0) | (left > 2 ? b[i + 2] : 0U);

                text_put_char(t, digits[group >> 18]);
                text_put_char(t, digits[group >> 12 & 63]);
                text_put_char(t, left > 1 ? digits[group >> 6 & 63] : '=');
                text_put_char(t, left > 2 ? digits[group & 63] : '=');
        }
}
