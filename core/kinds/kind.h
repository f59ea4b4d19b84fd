/*
 * kind.h - one row a link kind: how the kernel's bytes become fields of struct iface, and how a link_spec becomes a
 * create message. One file a kind (veth.c, bridge.c, ...), one line in kinds.c.
 */
#ifndef CORE_KINDS_KIND_H
#define CORE_KINDS_KIND_H

#include "core/graph/graph.h"
#include "core/plan/step.h"

struct nlattr;
struct nl_msg;

/* What a create message refers to in the kernel's terms, resolved by the caller. */
struct kind_refs {
        int parent_ifindex; /* 0 none */
        int peer_ns_fd;     /* the namespace that a pair's other end is made in; -1 the request's own */
};

struct kind {
        enum iface_kind kind;
        const char *name; /* IFLA_INFO_KIND: "vlan" */

        /*
         * Reads IFLA_INFO_DATA (NULL when there was none) into i; never NULL. Unknown attributes are passed over; data
         * that is malformed leaves i as it was. tun sets i->kind to the kind it really is (KIND_TUN or KIND_TAP);
         * vxlan sets i->link_ifindex, since the kernel gives its parent here and not in IFLA_LINK.
         */
        void (*decode)(struct nlattr *data, struct iface *i);

        /* Puts IFLA_INFO_DATA's content (the caller opened the nest) for a link to be made. NULL: has none.
         * -EMSGSIZE when the message is full. */
        int (*encode)(struct nl_msg *m, const struct link_spec *spec, const struct kind_refs *refs);

        bool needs_parent;   /* IFLA_LINK must be given */
        bool is_made_by_tun; /* made through /dev/net/tun, not by rtnetlink */
        const char *module;  /* kernel module or option that brings it: "8021q"; for the refusal's sentence */
};

/* By IFLA_INFO_KIND, or by kind; NULL when unknown (a physical device has no kind). */
const struct kind *kind_by_name(const char *name);
const struct kind *kind_of(enum iface_kind k);

#endif
