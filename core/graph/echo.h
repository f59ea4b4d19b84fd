/* echo.h - an echo from inside a jail: what is asked, and what came of it. Plain values. */
#ifndef CORE_GRAPH_ECHO_H
#define CORE_GRAPH_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/addr.h"

struct echo_request {
        struct prefix source; /* family 0: the stack chooses */
        struct prefix destination;
        uint32_t full_size; /* of the large packet with its headers, in bytes; 0: none is sent */
};

enum echo_large {
        ECHO_LARGE_NOT_SENT,
        ECHO_LARGE_ANSWERED,
        ECHO_LARGE_LOST,
        ECHO_LARGE_TOLD, /* somebody on the way said that it is too large, so that senders learn */
};

struct echo_result {
        bool is_made;            /* false: nothing was sent, and the rest means nothing */
        unsigned sent, answered; /* small ones */
        int64_t round_trip_us;   /* of the first answer; -1 none */
        enum echo_large large;
        uint32_t large_bytes;  /* that were sent at once */
        uint32_t told_bytes;   /* ECHO_LARGE_TOLD: what does pass; 0 not said */
        struct prefix told_by; /* who said that it can't be reached; family 0 nobody */
        char trouble[96];      /* what the stack itself said; "" nothing */
};

#endif
