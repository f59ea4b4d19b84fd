/*
 * frame.h - the way of a frame on one segment: from an interface over pairs, bridges, VLANs and parents to the stack
 * that has an address.
 *
 * Nobody but way.c asks. What stands in the way does not end the search: it finds the way with the fewest obstacles, so
 * that the first of them can be named.
 */
#ifndef CORE_PATH_FRAME_H
#define CORE_PATH_FRAME_H

#include "core/path/way.h"

struct frame_step {
        size_t iface;
        bool is_in;             /* it gets the frame; else it sends it, or switches it (a bridge) */
        uint16_t vlan;          /* the frame's tag there; 0 none */
        enum way_reason reason; /* what stops the frame here; WAY_FINE nothing */
        size_t other;           /* the interface that this has to do with; NONE */
        uint16_t denied;        /* WAY_VLAN: which; 0 frames without a tag */
        bool is_filtered;       /* tc takes some frames here, by rules that are not looked into */
};

struct frame_way {
        struct frame_step *steps; /* each interface once, in order; the caller's to free */
        size_t count;
        bool is_found; /* somebody with the address is at its end, whatever is in the way */
        size_t proxy;  /* an interface of a router that answers for others (proxy ARP, NDP), nothing being in the way;
                          NONE */
        size_t exit;   /* an interface by which frames leave what can be seen, nothing being in the way; NONE */
};

/* to: family 0 looks for exits alone. */
void frame_find(const struct graph *g, const struct way_facts *facts, size_t from, const struct prefix *to,
                struct frame_way *ret);

#endif
