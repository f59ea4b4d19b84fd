/* ngctl_tell.c - what ngctl says on stderr: FreeBSD's lines, and beside them what jailnet knows better. */
#include <errno.h>
#include <string.h>

#include "core/dialect/ngctl_parts.h"

/* Where FreeBSD's words for an errno differ from the C library's. */
static const struct {
        int code;
        const char *text;
} texts[] = {
        {ENXIO, "Device not configured"},
        {EPFNOSUPPORT, "Protocol family not supported"},
        {ENOTCONN, "Socket is not connected"},
        {EISCONN, "Socket is already connected"},
        {ENOTSUP, "Operation not supported"},
        {ENODEV, "Operation not supported by device"},
        {EBUSY, "Device busy"},
        {ERANGE, "Result too large"},
        {ENOTUNIQ, "Invalid argument"},
};

const char *freebsd_strerror(int code)
{
        code = code < 0 ? -code : code;
        for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
                if (texts[i].code == code)
                        return texts[i].text;
        return strerror(code);
}

int tell_line(struct ngctl *n, int status, const char *fmt, ...)
{
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *s = xvasprintf(fmt, ap);
        va_end(ap);
        text_put(&n->d->said, "ngctl: ");
        text_put_visible(&n->d->said, s);
        text_put_char(&n->d->said, '\n');
        return status;
}

int tell_errno(struct ngctl *n, const char *what, int code, const struct err *e)
{
        struct text *t = &n->d->said;

        text_putf(t, "ngctl: %s: %s", what, freebsd_strerror(code));
        if (!n->d->is_strict && e && err_is_set(e)) {
                char sentence[ERR_SENTENCE_SIZE];

                text_putf(t, " (%s)", err_sentence(e, sentence, sizeof(sentence)));
        }
        text_put_char(t, '\n');
        return NGCTL_FAILED;
}

void say_meaning(struct ngctl *n, const char *fmt, ...)
{
        CLEANUP(text_done) struct text t = {0};
        va_list ap;

        va_start(ap, fmt);
        CLEANUP(freep) char *s = xvasprintf(fmt, ap);
        va_end(ap);
        text_put_visible(&t, s);
        dialect_say(n->d, "ngctl: %s", text_str(&t));
}
