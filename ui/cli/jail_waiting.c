/*
 * jail_waiting.c - jails whose network an import has made, and whose commands have not run: jail -c starts them in it.
 *
 * What of exec.prestart the import's plan has done (jib addm, ifconfig epairN create) is not run again.
 */
#include <string.h>

#include "core/base/alloc.h"
#include "core/dialect/dialect.h"
#include "core/dialect/jailimport.h"
#include "ui/cli/cli.h"
#include "ui/cli/jail_parts.h"

void jail_left_to_run(const struct jail_params *p, const bool *done, struct jail_params *ret)
{
        *ret = (struct jail_params){.name = p->name};
        for (size_t i = 0; i < p->count; i++) {
                const struct jail_param *n = &p->list[i];
                CLEANUP(freep) const char **values = xcalloc(n->count + 1, sizeof(*values));
                bool is_prestart = strcmp(n->name, "exec.prestart") == 0;
                size_t count = 0;

                for (size_t k = 0; k < n->count; k++)
                        if (!is_prestart || !done[k])
                                values[count++] = n->values[k];
                jail_params_set(ret, n->name, values, count);
        }
}

bool jail_is_waiting(struct app *a, const struct jail_here *here)
{
        struct claims all = {0};
        bool is_found = false;

        if (!here || here->started || here->is_dying || here->jail == NONE || a->imported(a, &all, NULL) < 0)
                return false;
        for (size_t k = 0; k < all.count && !is_found; k++)
                is_found = strcmp(all.list[k].kind, "jail") == 0 && strcmp(all.list[k].jail, here->name) == 0;
        claims_done(&all);
        return is_found;
}

int jail_start_waiting(const struct jail_call *c, const struct jail_params *p, const struct jail_here *here,
                       const struct jail_list *l)
{
        const struct jail_param *prestart = jail_params_find(p, "exec.prestart");
        CLEANUP(freep) bool *done = xcalloc(prestart ? prestart->count + 1 : 1, sizeof(*done));
        struct jail_call call = *c;
        struct jail_value at = {0};
        struct jail_params run = {0};
        struct dialect d;
        struct err e = {0};
        int status;

        if (!jail_params_is_vnet(p))
                return jail_start(c, p, here); /* which says that the name is taken */
        dialect_init(&d, l->graph, "host", false);
        if (jail_import_params(&d, p, done, &at, &e) < 0)
                status = tell_err(&e, EXIT_REFUSED);
        else if (d.requests)
                status = tell(EXIT_REFUSED, "%s: its imported network is not as its file has it; import that again",
                              p->name);
        else {
                jail_left_to_run(p, done, &run);
                call.is_waiting = true;
                call.whole = p;
                status = jail_start(&call, &run, here);
                jail_params_done(&run);
        }
        dialect_done(&d);
        return status;
}
