/*
 * tuning.h - the numbers that a bridge and its ports can be set to: how long, how many, how far. Pure.
 *
 * One row each, so that the verb, the step, the inventory and the kernel's message are made from the same list.
 */
#ifndef CORE_GRAPH_TUNING_H
#define CORE_GRAPH_TUNING_H

#include <stdbool.h>
#include <stdint.h>

#define PORT_PRIORITY_MORE 4 /* FreeBSD counts a port's priority to 255, Linux to 63 */

enum tuning {
        TUNE_AGEING,
        TUNE_HELLO,
        TUNE_FORWARD_DELAY,
        TUNE_MAX_AGE,
        TUNE_PRIORITY,
        TUNE_MAX_LEARNED,
        TUNE_LEARNING, /* from here on of a port */
        TUNE_COST,
        TUNE_PORT_PRIORITY,
        TUNE_FLOOD,
        TUNE_COUNT
};

struct tuning_row {
        const char *name;     /* the verb's and the inventory's: "max-age" */
        const char *iproute2; /* "max_age" */
        const char *freebsd;  /* ifconfig's word: "maxage" */
        const char *what;     /* in a sentence: "the age at which a silent address is forgotten" */
        const char *unit;     /* of what a person writes: "s"; "" a plain number */
        uint32_t scale;       /* the kernel's units in one of a person's: 100 for seconds */
        uint32_t min, max;    /* as a person writes them */
        uint32_t usual;       /* the kernel's own choice, in its units */
        bool is_port;
};

extern const struct tuning_row tunings[TUNE_COUNT];

enum tuning tuning_find(const char *name); /* TUNE_COUNT: there is none of that name */
enum tuning tuning_find_freebsd(const char *word);

#endif
