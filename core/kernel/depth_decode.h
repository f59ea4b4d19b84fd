/* depth_decode.h - messages of the kernel as the values of core/graph/depth.h. Pure: bytes in, values out. */
#ifndef CORE_KERNEL_DEPTH_DECODE_H
#define CORE_KERNEL_DEPTH_DECODE_H

#include "core/graph/depth.h"

struct nlmsghdr;

/*
 * depth_decode_* - one message.
 *
 *   errors   -ENOMSG it tells of something else; -EBADMSG it makes no sense
 */
int depth_decode_setting(struct nlmsghdr *h, struct depth_setting *ret);
int depth_decode_neighbour(struct nlmsghdr *h, struct depth_neighbour *ret);
int depth_decode_rule(struct nlmsghdr *h, struct depth_rule *ret); /* -ENOMSG for the three that are always there */
int depth_decode_chain(struct nlmsghdr *h, struct depth_chain *ret);
int depth_decode_listener(struct nlmsghdr *h, struct depth_listener *ret); /* is_udp is the caller's to set */

/* A bridge port with all its VLANs: calls fn for each range of them. */
int depth_decode_vlans(struct nlmsghdr *h, void (*fn)(void *context, const struct depth_vlan *v), void *context);

#endif
