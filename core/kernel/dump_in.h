/* dump_in.h - one dump, now, in a jail's namespace. */
#ifndef CORE_KERNEL_DUMP_IN_H
#define CORE_KERNEL_DUMP_IN_H

#include "core/graph/graph.h"
#include "core/kernel/reader.h"

/*
 * dump_in - asks in the namespace of jail in g (0: the one that the process is in), in a thread that enters it, so that
 * the caller's never leaves home.
 *
 *   shape    m: a dump (NLM_F_DUMP), which stays the caller's. begin is called before each try, since a dump that a
 *            change interrupted is begun anew; take gets each message
 *   errors   netns_open's, when the jail cannot be entered; the kernel's; -EAGAIN: interrupted each time
 */
int dump_in(const struct graph *g, size_t jail, struct nl_msg *m, void (*begin)(void *context), reader_handler take,
            void *context, struct err *e);

#endif
