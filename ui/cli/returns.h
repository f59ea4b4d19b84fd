/* returns.h - what the files of jailnet returns share; nobody else includes it. */
#ifndef UI_CLI_RETURNS_H
#define UI_CLI_RETURNS_H

#include <sys/types.h>

#include "ui/cli/cli.h"

/*
 * returns_wait - stays until the lent interface is on the host again.
 *
 *   units    timeout_ms < 0: for ever
 *   shape    an exit status: done when it is back (under another name too, which is told on stderr); refused when the
 *            time is over, when it was destroyed, and when no such interface is lent
 */
int returns_wait(struct app *a, const char *iface, int64_t timeout_ms);

/*
 * returns_release - makes the holder that is process pid, or the bind mount at path (NULL: the process), let go.
 *
 *   shape    object is a lent interface, by the name that it left with, or a jail that is dying
 */
int returns_release(struct app *a, const char *object, pid_t pid, bool kills, const char *path);

#endif
