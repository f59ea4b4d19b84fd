/*
 * jailconf.c - fuzz target: any bytes as a jail.conf, and each jail of it; then what was made of it to JSON and back.
 * The file may include itself.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "core/dialect/jailconf.h"

#define JAILS_MAX 64 /* of a file: each is merged anew, and a thousand of them teach nothing more */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
        const char *text;
        size_t length;
};

static int include(void *user, const char *from, const char *pattern, struct jailconf_text **ret, size_t *ret_count,
                   struct err *e)
{
        const struct input *in = user;

        (void)from;
        if (!*pattern || strchr(pattern, '!'))
                return err_set(e, -ENOENT, "%s: none", pattern);
        /* Only its second half: whole it would make the work of each depth the same as that of the first. */
        *ret = xcalloc(1, sizeof(**ret));
        **ret = (struct jailconf_text){
                .name = xstrdup(pattern), .text = xcalloc(1, in->length + 1), .length = in->length / 2};
        if (in->length / 2)
                memcpy((*ret)->text, in->text + in->length - in->length / 2, in->length / 2);
        *ret_count = 1;
        return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        struct input in = {.text = (const char *)data, .length = size};
        CLEANUP(jailconf_freep) struct jailconf *c = jailconf_new(include, &in);
        struct jail_params jails[JAILS_MAX];
        size_t order[JAILS_MAX], count = 0;
        struct err e = {0};

        if (jailconf_read(c, "jail.conf", in.text, size, &e) < 0)
                return 0;
        for (size_t i = 0; i < jailconf_count(c) && count < JAILS_MAX; i++)
                if (jailconf_jail(c, jailconf_name(c, i), &jails[count], &e) == 0)
                        count++;
        (void)jail_params_order(jails, count, order, &e);
        for (size_t i = 0; i < count; i++) {
                struct jail_params again = {0};
                json_t *j = jail_params_to_json(&jails[i]);

                if (jail_params_from_json(j, jails[i].name, &again) == 0 && again.count != jails[i].count)
                        __builtin_trap();
                json_decref(j);
                jail_params_done(&again);
                jail_params_done(&jails[i]);
        }
        return 0;
}
