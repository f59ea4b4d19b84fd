/*
 * nft.h - nftables in the calling thread's network namespace: jailnet's own table read by netlink, anything written
 * through libnftables.
 */
#ifndef CORE_KERNEL_NFT_H
#define CORE_KERNEL_NFT_H

#include <stdint.h>

#include "core/base/err.h"
#include "core/base/text.h"

struct nlmsghdr;

/* One rule of table inet jailnet that has a comment. */
typedef int (*nft_handler)(void *user, const char *chain, uint64_t handle, const char *comment);

/* One message of the answer; context: struct nft_reading. What is no such rule is passed over. */
struct nft_reading {
        nft_handler fn;
        void *user;
};
int nft_take_rule(struct nlmsghdr *h, void *context);

/*
 * nft_read_here - calls fn for each of them, in the kernel's order; a non-zero return of fn ends it.
 *
 *   errors   -EPERM and others of the socket; no table is no error
 */
int nft_read_here(nft_handler fn, void *user);

/*
 * nft_dump_here - asks for all objects of one type (NFT_MSG_GET...), and hands each message to take.
 *
 *   shape    family NFPROTO_UNSPEC: of every family; table NULL: of every table; a non-zero return of take ends it
 *   errors   -EPERM and others of the socket; nothing there is no error
 */
int nft_dump_here(int type, uint8_t family, const char *table, int (*take)(struct nlmsghdr *h, void *context),
                  void *context);

/* Runs nft's commands as one transaction: all or nothing. e->kernel has nft's own words. */
int nft_run_here(const char *commands, struct err *e);

/* A rule (core/graph/nat_rule.h): made with its table and chains where they are missing; the last one takes the table
 * along. What is so already is fine. */
int nft_add_here(const char *rule, struct err *e);
int nft_del_here(const char *rule, struct err *e);

#endif
