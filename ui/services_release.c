/* services_release.c - holders of a dying jail are made to let go, and the history tells of it. */
#include "ui/services_parts.h"

#include "core/base/alloc.h"
#include "core/base/text.h"
#include "core/kernel/release.h"

static int service_release(struct app *a, const struct jail *j, const struct holder *h, bool kills, struct err *e)
{
        struct services *s = a->state;
        CLEANUP(text_done) struct text words = {0};
        bool is_mount = h->kind == HOLDER_BIND_MOUNT;
        int r = services_refuse(a, e);

        if (r == 0)
                r = is_mount ? release_unmount(j, h, e) : release_signal(j, h, kills, e);
        if (r < 0)
                return r;
        if (is_mount)
                text_putf(&words, "%s unmounted", h->detail);
        else
                text_putf(&words, "%s sent to %s (%d)", kills ? "KILL" : "TERM", h->command, (int)h->pid);
        /* It is done: a history that cannot be written does not make it undone. */
        (void)db_put_deed(s->db, is_mount ? "unmount" : "signal", j->name, text_str(&words), NULL);
        return 0;
}

void services_init_release(struct app *a)
{
        a->release = service_release;
}
