/*
 * netbox.h - a private network for a test program: its own user, mount and network namespaces, an empty /run, and
 * commands that look at the result with other eyes than ours (ip, jq).
 */
#ifndef TESTS_LIB_NETBOX_H
#define TESTS_LIB_NETBOX_H

#include <stdbool.h>

/*
 * netbox_enter - moves the calling program, which must still have one thread, into the box.
 *
 *   errors   negative errno where the system forbids it: print the reason and exit with 77
 */
int netbox_enter(void);

/* Runs a shell command; its standard output without the last newline (caller frees). Fails the test (cmocka) when the
 * command's status is not 0. */
char *netbox_read(const char *command_fmt, ...) __attribute__((format(printf, 1, 2)));

/* Fails the test unless the command's output is exactly that. */
void netbox_expect(const char *output, const char *command_fmt, ...) __attribute__((format(printf, 2, 3)));

/* Links, addresses and routes of the box and of all its named namespaces, as JSON; indexes and timers left out. */
char *netbox_snapshot(void);

#endif
