/* err.c - filling and telling struct err. */
#include "core/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

int err_set(struct err *e, int code, const char *fmt, ...)
{
        if (e) {
                va_list ap;

                va_start(ap, fmt);
                CLEANUP(freep) char *whole = xvasprintf(fmt, ap);
                va_end(ap);
                (void)str_elide(e->what, sizeof(e->what), whole); /* an elided sentence is still a sentence */
                e->code = code;
                e->kernel[0] = '\0';
        }
        return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
        if (!e)
                return -EINVAL;

        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *context = xvasprintf(fmt, ap);
        va_end(ap);
        CLEANUP(freep) char *whole = xasprintf("%s: %s", context, e->what);

        (void)str_elide(e->what, sizeof(e->what), whole); /* an elided sentence is still a sentence */
        if (e->code == 0)
                e->code = -EINVAL;
        return e->code;
}

void err_clear(struct err *e)
{
        if (e)
                *e = (struct err){0};
}

bool err_is_set(const struct err *e)
{
        return e && e->code != 0;
}

const char *err_sentence(const struct err *e, char *buf, unsigned size)
{
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, e->what[0] ? e->what : strerror(-e->code));
        if (e->kernel[0]) {
                text_put(&t, " (kernel: ");
                text_put_visible(&t, e->kernel);
                text_put(&t, ")");
        }
        (void)str_elide(buf, size, text_str(&t));
        return buf;
}
