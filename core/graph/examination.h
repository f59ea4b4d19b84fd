/*
 * examination.h - what the doctor asks of the kernel and of the host besides the picture: plain values, that the kernel
 * layer fills and core/doctor judges. Whatever could not be learnt is unknown (-1), and then not judged.
 */
#ifndef CORE_GRAPH_EXAMINATION_H
#define CORE_GRAPH_EXAMINATION_H

#include "core/base/arena.h"
#include "core/graph/graph.h"

/* One network stack. */
struct exam_stack {
        uint64_t cookie;
        bool has_rules;      /* policy routing beyond the kernel's own three rules */
        int8_t reverse_path; /* rp_filter of all: 0 off, 1 strict, 2 loose; -1 unknown */
};

/* One interface. */
struct exam_device {
        struct iface_id id;
        int8_t forwarding;     /* of IPv4, its own setting: 0, 1; -1 unknown */
        int8_t reverse_path;   /* its own rp_filter: the higher of this and the stack's counts */
        int8_t proxies;        /* answers for the addresses of others: 0, 1; -1 unknown */
        int8_t is_address_set; /* a bridge: somebody has set its MAC, so that it stays: 0, 1; -1 unknown */
};

/* What tc hands on from one interface to another, or drops. */
struct exam_redirect {
        struct iface_id id; /* where frames are taken */
        int target;         /* ifindex in the same stack; 0: the kernel has lost it */
        bool is_copy;       /* mirrored: the frame goes on as well */
        bool drops_all;     /* every frame, to nobody */
        bool is_out;        /* of what it sends; else of what it receives */
};

/* VLANs that a port of a filtering bridge lets through. */
struct exam_vlan {
        struct iface_id id;
        uint16_t first, last;
        bool is_native;   /* frames without a tag belong to it */
        bool is_untagged; /* they leave without a tag */
};

/* An address that was asked for on a link, and nobody answered. */
struct exam_silence {
        struct iface_id id;
        struct prefix address;
};

/* A program that sets this interface up, and runs. */
struct exam_claim {
        struct iface_id id;
        const char *manager; /* "NetworkManager" */
};

/* What an interface that is down had before, and what the kernel does not give back when it is set up. */
struct exam_lost {
        struct iface_id id;
        struct prefix address; /* family 0: it is a route */
        struct prefix destination, gateway;
};

struct examination {
        struct arena arena; /* strings */
        struct exam_stack *stacks;
        size_t stack_count, stack_capacity;
        struct exam_device *devices; /* by id, once sorted */
        size_t device_count, device_capacity;
        struct exam_redirect *redirects;
        size_t redirect_count, redirect_capacity;
        struct exam_vlan *vlans; /* by id, once sorted */
        size_t vlan_count, vlan_capacity;
        struct exam_silence *silences; /* by id, once sorted */
        size_t silence_count, silence_capacity;
        struct exam_claim *claims; /* by id, once sorted */
        size_t claim_count, claim_capacity;
        struct exam_lost *lost; /* in the order in which they can be given back */
        size_t lost_count, lost_capacity;
        const char **drift; /* sentences: what the inventory wants and the kernel lacks */
        size_t drift_count, drift_capacity;
        int64_t open_plan; /* the journal's number of a plan that was cut off; 0 none */
};

struct examination *examination_new(void);
void examination_free(struct examination *x); /* NULL is fine */
void examination_freep(struct examination **x);

/* A row for that device, with everything unknown; until the next call. Rows of one device become one by the sort. */
struct exam_device *examination_add_device(struct examination *x, struct iface_id id);
void examination_add_lost(struct examination *x, const struct exam_lost *lost); /* unless it is known */
void examination_sort(struct examination *x);                                   /* once, when all is gathered */

/* NULL: nothing is known of it. */
const struct exam_stack *examination_stack(const struct examination *x, uint64_t cookie);
const struct exam_device *examination_device(const struct examination *x, struct iface_id id);

/* The first of those with that id, and how many there are; behind the sort. */
size_t examination_vlans(const struct examination *x, struct iface_id id, const struct exam_vlan **ret);
size_t examination_claims(const struct examination *x, struct iface_id id, const struct exam_claim **ret);
bool examination_is_silent(const struct examination *x, struct iface_id id, const struct prefix *address);

#endif
