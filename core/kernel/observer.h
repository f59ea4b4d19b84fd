/*
 * observer.h - the live picture: a thread of its own that hears every namespace on one socket, and publishes graphs.
 *
 * It holds no reference to any namespace: it enters one for the moment of a dump and leaves. The only owner of the
 * registry. Front ends read published graphs and never block on it.
 */
#ifndef CORE_KERNEL_OBSERVER_H
#define CORE_KERNEL_OBSERVER_H

#include "core/graph/graph.h"
#include "core/graph/registry.h"

struct observer_options {
        struct registry_store *store; /* NULL: nothing is remembered; used from the observer's thread alone */
        bool want_routes;             /* routes and forwarding of each jail */
        bool want_counters;           /* statistics in the picture */
        bool want_holders;            /* holders of dying jails (a deep scan while one is dying) */
        bool only_shows;              /* nothing is planned on it: see scan_read.c's read_forwarding */
        bool read_only;               /* do not give namespaces ids, do not save the registry */
        const char *store_path;       /* the inventory's file, watched for other writers; NULL none */

        /* observer_scan calls it in the caller's thread while the host is read already: sets what is not known yet of
         * store and read_only. False: the thread has gone to another network stack, which is the host. NULL: all is
         * known. */
        bool (*prepare)(struct observer_options *o, void *context);
        void *context;
        struct observer_rest **rest; /* observer_scan's, below; NULL: there is none */
};

/*
 * observer_scan - one picture, now. Runs in a thread that it joins, and does not change the caller's namespace.
 *
 *   owner    *o->rest is what the picture was made of, for observer_rest_free when there is time: a millisecond with
 *            a thousand jails. It may be NULL.
 */
int observer_scan(const struct observer_options *o, const struct graph **ret, struct err *e);

struct observer_rest;

void observer_rest_free(struct observer_rest *r); /* NULL is fine */

struct observer;

/*
 * observer_start - begins to watch; the first graph is published before it returns.
 *
 *   shape    *ret_fd turns readable when a newer graph was published: call observer_latest, which also quiets it
 *   errors   -EPERM and others; without privilege it shows what it may and says so in graph.partial
 */
int observer_start(const struct observer_options *o, struct observer **ret, int *ret_fd, struct err *e);

/* The newest graph, with a reference for the caller (graph_unref). Any thread. */
const struct graph *observer_latest(struct observer *o);

/* Rates are sampled each second while on (the default is off). */
void observer_set_rates(struct observer *o, bool on);

/* Asks for a full new picture (after an overflow, or when the user presses the key for it). */
void observer_refresh(struct observer *o);

void observer_stop(struct observer *o); /* joins the thread and frees; NULL is fine */

#endif
