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
                (void)vsnprintf(e->what, sizeof(e->what), fmt, ap); /* a cut sentence is still a sentence */
                va_end(ap);
                e->code = code;
                e->kernel[0] = '\0';
        }
        return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
        if (!e)
                return -EINVAL;

        char old[sizeof(e->what)];
        va_list ap;

        memcpy(old, e->what, sizeof(old));
        va_start(ap, fmt);
        int n = vsnprintf(e->what, sizeof(e->what), fmt, ap);
        va_end(ap);
        if (n >= 0 && (size_t)n < sizeof(e->what)) /* a cut sentence is still a sentence */
                (void)str_format(e->what + n, sizeof(e->what) - (size_t)n, ": %s", old);
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
        (void)snprintf(buf, size, "%s", text_str(&t));
        return buf;
}
