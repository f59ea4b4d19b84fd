/* echo_send.h - asks from inside a jail whether somebody answers: ICMP echo, a small packet and one of full size. */
#ifndef CORE_EXEC_ECHO_SEND_H
#define CORE_EXEC_ECHO_SEND_H

#include "core/graph/echo.h"
#include "core/graph/graph.h"

/*
 * echo_send - sends from the stack of jail in g, and waits some seconds at most.
 *
 *   shape    an answer that does not come is a result, not an error. A thread of its own enters the namespace
 *   errors   -EPERM  raw sockets are not for this user; run_in's
 */
int echo_send(const struct graph *g, size_t jail, const struct echo_request *q, struct echo_result *ret, struct err *e);

#endif
