/* json_out.c - JSON on a stream that may be a terminal. */
#include "ui/cli/json_out.h"

#include <errno.h>
#include <string.h>

#include "core/base/text.h"

/* Whether text_put_visible would change that code point. */
static bool is_invisible(int32_t c)
{
        CLEANUP(text_done) struct text t = {0};
        char one[5];

        (void)utf8_encode((uint32_t)c, one);
        text_put_visible(&t, one);
        return strcmp(text_str(&t), one) != 0;
}

static void put_escape(struct text *t, uint32_t c)
{
        if (c > 0xffff) {
                c -= 0x10000;
                text_putf(t, "\\u%04x\\u%04x", 0xd800 + (unsigned)(c >> 10), 0xdc00 + (unsigned)(c & 0x3ff));
        } else {
                text_putf(t, "\\u%04x", (unsigned)c);
        }
}

int json_put(const json_t *j, bool is_indented, FILE *out)
{
        CLEANUP(text_done) struct text t = {0};
        CLEANUP(freep) char *s = json_dumps(j, (is_indented ? JSON_INDENT(2) : JSON_COMPACT) | JSON_ENCODE_ANY);

        if (!s)
                return -EIO;
        for (const char *p = s; *p;) {
                /* Outside of strings JSON is printable ASCII and white space: what is found here is in a string. */
                size_t plain = 0;

                while (p[plain] && (unsigned char)p[plain] < 0x7f)
                        plain++;
                text_put_n(&t, p, plain);
                p += plain;
                if (!*p)
                        break;

                const char *start = p;
                int32_t c = utf8_next(&p);

                if (c == 0x7f || (c > 0x7f && is_invisible(c)))
                        put_escape(&t, (uint32_t)c);
                else
                        text_put_n(&t, start, (size_t)(p - start));
        }
        text_put_char(&t, '\n');
        return fputs(text_str(&t), out) < 0 ? -EIO : 0;
}
