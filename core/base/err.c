/* err.c - filling and telling struct err. */
#include "core/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/intl.h"
#include "core/base/text.h"

/* Both languages of a sentence; an elided one is still a sentence. */
static void keep(struct err *e, const char *own, const char *plain)
{
        (void)str_elide(e->what, sizeof(e->what), own);
        (void)str_elide(e->plain, sizeof(e->plain), plain ? plain : "");
}

static const char *plain_of(const struct err *e)
{
        return e->plain[0] ? e->plain : e->what;
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
        if (!e)
                return code;

        const char *own = intl_sentence(fmt);
        CLEANUP(freep) char *plain = NULL;
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *whole = xvasprintf(intl_sentence(fmt), ap);
        va_end(ap);
        if (own != fmt) {
                va_start(ap, fmt);
                plain = xvasprintf(fmt, ap);
                va_end(ap);
        }
        return err_say(e, code, whole, plain);
}

int err_say(struct err *e, int code, const char *own, const char *plain)
{
        if (e) {
                keep(e, own, plain);
                e->code = code;
                e->kernel[0] = '\0';
        }
        return code;
}

int err_copy(struct err *e, const struct err *from)
{
        if (e && e != from) {
                *e = *from;
                e->kernel[0] = '\0';
        }
        return from->code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
        if (!e)
                return -EINVAL;

        const char *own = intl_sentence(fmt);
        CLEANUP(freep) char *plain = NULL;
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *context = xvasprintf(intl_sentence(fmt), ap);
        va_end(ap);
        CLEANUP(freep) char *whole = xasprintf("%s: %s", context, e->what);

        if (own != fmt || e->plain[0]) {
                va_start(ap, fmt);
                CLEANUP(freep) char *plain_context = xvasprintf(fmt, ap);
                va_end(ap);
                plain = xasprintf("%s: %s", plain_context, plain_of(e));
        }
        keep(e, whole, plain);
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

static const char *sentence(const struct err *e, const char *what, const char *kernel, char *buf, unsigned size)
{
        CLEANUP(text_done) struct text t = {0};

        text_put_visible(&t, what[0] ? what : strerror(-e->code));
        if (e->kernel[0]) {
                text_putf(&t, " (%s: ", kernel);
                text_put_visible(&t, e->kernel);
                text_put(&t, ")");
        }
        (void)str_elide(buf, size, text_str(&t));
        return buf;
}

const char *err_sentence(const struct err *e, char *buf, unsigned size)
{
        return sentence(e, e->what, _("kernel"), buf, size);
}

const char *err_plain_sentence(const struct err *e, char *buf, unsigned size)
{
        return sentence(e, plain_of(e), "kernel", buf, size);
}
