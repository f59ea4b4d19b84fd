/*
 * rights.h - the capabilities (capabilities(7)) that this process keeps: what its command needs, and nothing else.
 *
 * main says once what the command is going to do, before there is a second thread; whatever is found in this program
 * afterwards gets no more than that. Rights come from being root (also in a sandbox, where they reach no further than
 * the sandbox), or from the program's file (setcap(8)); the latter are borrowed: the user has not got them.
 */
#ifndef CORE_BASE_RIGHTS_H
#define CORE_BASE_RIGHTS_H

#include <stdbool.h>

#include "core/base/err.h"

enum rights {
        RIGHTS_NONE,   /* prints texts of its own */
        RIGHTS_LOOK,   /* enters network stacks to ask them, and looks into processes; starts nobody */
        RIGHTS_CHANGE, /* and changes them, signals holders, mounts names */
        RIGHTS_START,  /* and starts programs of the user's or of jails, which get what root's programs get */
        RIGHTS_ALL,    /* becomes another program, or enters a sandbox */
};

/*
 * rights_begin - in a process with borrowed rights: forgets what its caller's environment says of jailnet and of
 * terminals, since whoever lends rights does not let the borrower choose which files they are used on.
 *
 *   errors   -EPERM  the program's file has a set-user-id or set-group-id bit: it was not made for that
 */
int rights_begin(struct err *e);

/*
 * rights_keep - drops all other capabilities, for good.
 *
 *   shape    what it has not got is not asked for. Borrowed rights to read and write others' files are kept aside, for
 *            rights_raise; borrowed rights are not taken along to other programs, nor into a sandbox
 *   errors   negative errno: the kernel refused, which has no good reason
 */
int rights_keep(enum rights wanted, struct err *e);

/*
 * rights_raise - this thread may pass by the modes of files, where jailnet chooses the file: the run directory and
 * /proc. Only borrowed rights make a difference: with all others it may anyway.
 *
 *   shape    CLEANUP(rights_lowerp) __attribute__((unused)) bool raised = rights_raise();
 */
bool rights_raise(void);
void rights_lowerp(const bool *raised);

#endif
