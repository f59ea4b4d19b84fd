/*
 * doctor_net.h - a healthy network for tests of the doctor to make sick, and what must be found in it.
 *
 * The assertions are cmocka's; each tells what was found instead.
 */
#ifndef TESTS_LIB_DOCTOR_NET_H
#define TESTS_LIB_DOCTOR_NET_H

#include "core/doctor/doctor.h"
#include "tests/lib/topo.h"

/* A bridge with the pairs of two jails, routed by the host; the members are links and jails of t. */
struct net {
        struct topo *t;
        size_t eth0, br0, www, db, a_www, b_www, a_db, b_db;
};

/* Make it sick with topo's functions, then topo_finish its t. */
struct net net_begin(void);

void net_set_down(struct net *n, size_t iface);

/* The interface called so in that jail. */
struct iface_id net_iface_id(const struct graph *g, size_t jail, const char *name);

/* The first finding of that check, about that object unless name is NULL; NULL without one. Borrowed from d. */
const struct finding *diagnosis_find(const struct diagnosis *d, const char *check, const char *name);

/* Nothing is found. x may be NULL, as for doctor_run. */
void assert_silent(const struct graph *g, const struct examination *x);

/* One finding and no other; it has evidence, and a remedy or advice. */
void assert_alone(const struct graph *g, const struct examination *x, const char *check, const char *name);

/* The finding's remedy, planned and simulated, ends it. */
void assert_mended(const struct graph *g, const char *check, const char *name);

#endif
