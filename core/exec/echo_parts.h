/* echo_parts.h - what is known while an answer to an echo is waited for, and how packets are read; echo_send.c's. */
#ifndef CORE_EXEC_ECHO_PARTS_H
#define CORE_EXEC_ECHO_PARTS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/graph/echo.h"

#define ECHO_TRIES 3

struct pinging {
        const struct echo_request *q;
        struct echo_result *result;
        int fd;
        uint16_t id;
        unsigned char *buffer; /* LARGE_MAX + an IP header with options */
        int64_t sent_us[ECHO_TRIES];
        bool is_over; /* the answer that was waited for, or news that there will be none */
};

/* A packet that came, from anybody: with its IPv4 header, or without its IPv6 header from that address. What is no
 * answer to ours is passed over. */
void echo_take_ipv4(struct pinging *p, const unsigned char *s, size_t n);
void echo_take_ipv6(struct pinging *p, const unsigned char *icmp, size_t n, const struct sockaddr_in6 *from);

#endif
