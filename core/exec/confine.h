/*
 * confine.h - a jail that shares the host's stack is kept to its own addresses.
 *
 * FreeBSD's kernel does that by itself. Here the jail's processes are in a control group of their own (version 2),
 * whose BPF programs look at what its sockets bind, connect and send: the wildcard and the loopback become the jail's
 * own, and what another address would be bound to is refused. Made by the jail's keeper, joined by its init and by
 * every program that enters it.
 */
#ifndef CORE_EXEC_CONFINE_H
#define CORE_EXEC_CONFINE_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/addr.h"

#define CONFINE_ADDRESSES_MAX 256 /* the programs compare one after the other */

struct confine_address {
        struct prefix prefix; /* with the length that it has on its interface */
        bool is_loopback;     /* nothing that leaves the host should come from it */
};

struct confine {
        const struct confine_address *addresses; /* the first of each family stands for wildcard and loopback */
        size_t count;
        bool is_open4, is_open6; /* ip4 = inherit, ip6 = inherit: all that the host has */
        bool has_raw_sockets;    /* else it has no sockets of ICMP either */
};

/*
 * confine_begin - makes the group of a jail and its programs.
 *
 *   shape    *ret_fd: what a process writes "0" to in order to join; caller closes it
 *   errors   why it cannot be had here: no control groups of version 2, no right to BPF; nothing is left
 *   source   bpf(2), BPF_PROG_TYPE_CGROUP_SOCK_ADDR and _SOCK; Linux 5.1
 */
int confine_begin(const char *name, const struct confine *c, int *ret_fd, struct err *e);
int confine_join(int fd);           /* this process */
void confine_end(const char *name); /* the group of a jail whose processes have ended; none is fine */

/* The group of a jail's init, for what enters the jail: *ret_fd as above, -1 for one that is not confined. */
int confine_open(pid_t init, int *ret_fd, struct err *e);

/* confine_code.c: the program for one hook, for struct bpf_attr; caller frees *ret. Returns its length, 0: no need.
 * tells: with the error that FreeBSD gives (Linux 5.18), else it is always EPERM. */
size_t confine_code(const struct confine *c, enum bpf_attach_type hook, bool tells, struct bpf_insn **ret);

#endif
