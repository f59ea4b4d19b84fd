/*
 * ensure.h - requests for what is not so already: what makes an import that is repeated change nothing. Pure.
 *
 * Interfaces are named with the jail whose stack they are in; "host" is the host. All return 0 when it is so or was
 * asked for; else e is the planner's sentence.
 */
#ifndef CORE_DIALECT_ENSURE_H
#define CORE_DIALECT_ENSURE_H

#include "core/dialect/dialect.h"

/* FreeBSD's lo0, lo1 and so on; Linux has one loopback a stack. */
bool ensure_is_loopback(const char *iface);
/* In the graph as the session leaves it; NONE. A loopback of FreeBSD's is Linux's lo, unless something has its name. */
size_t ensure_find(struct dialect *d, const char *jail, const char *iface);

/* As requests name an interface, and a jail; the session's. */
const char *ensure_word(struct dialect *d, const char *jail, const char *iface);
const char *ensure_jail_word(struct dialect *d, const char *jail);

int ensure_jail(struct dialect *d, const char *name, struct err *e);
int ensure_bridge(struct dialect *d, const char *jail, const char *name, bool has_stp, struct err *e);
/* One end anywhere is enough: both may be lent. */
int ensure_epair(struct dialect *d, const char *jail, const char *a, const char *b, struct err *e);
int ensure_eiface(struct dialect *d, const char *jail, const char *name, struct err *e);
int ensure_macvlan(struct dialect *d, const char *jail, const char *parent, const char *name, const char *mode,
                   struct err *e);
int ensure_tap(struct dialect *d, const char *jail, const char *name, struct err *e);
int ensure_vlan(struct dialect *d, const char *jail, const char *parent, uint32_t id, const char *name, struct err *e);

/* remote, dev: NULL none. */
int ensure_vxlan(struct dialect *d, const char *jail, const char *name, uint32_t id, const char *remote,
                 const char *dev, struct err *e);

/* With these ports, whatever it has besides; proto NULL: failover, and any for one that is there. */
int ensure_lagg(struct dialect *d, const char *jail, const char *name, const char *proto, const char *const *ports,
                size_t count, struct err *e);

/* A port of a bridge or lagg; the addresses that it has go to a bridge, since nobody answers on a port. */
int ensure_port(struct dialect *d, const char *jail, const char *iface, const char *bridge, struct err *e);

/* Lent to a jail: a no-op when it is there. -ENOENT: neither here nor there. */
int ensure_moved(struct dialect *d, const char *iface, const char *jail, struct err *e);
/* The same from another jail, in which it was made. */
int ensure_passed_on(struct dialect *d, const char *from, const char *iface, const char *jail, struct err *e);

int ensure_group(struct dialect *d, const char *jail, const char *iface, const char *group, struct err *e);
int ensure_span(struct dialect *d, const char *jail, const char *bridge, const char *iface, struct err *e);
int ensure_address(struct dialect *d, const char *jail, const char *iface, const struct prefix *p, struct err *e);

/* Addresses that are not among these go, of the families that are among them: on what jailnet made, and in jails. On
 * others it is only said. */
int ensure_only(struct dialect *d, const char *jail, const char *iface, const struct prefix *wanted, size_t count,
                struct err *e);

/* To destination (ADDR/LEN, or "default" of via's family): "ADDR" or "ADDR%IF". The second: without a gateway; is_v6
 * is the default route's family. metric 0: the kernel's usual one. */
int ensure_route(struct dialect *d, const char *jail, const char *destination, const char *via, uint32_t metric,
                 struct err *e);
int ensure_device_route(struct dialect *d, const char *jail, const char *destination, const char *dev, bool is_v6,
                        uint32_t metric, struct err *e);
/* One that leads nowhere; type: route_nowhere_name's. */
int ensure_nowhere_route(struct dialect *d, const char *jail, const char *destination, const char *type, bool is_v6,
                         uint32_t metric, struct err *e);
int ensure_forwarding(struct dialect *d, const char *jail, bool is_v6, struct err *e);

/* -- ensure_setting.c: what an interface is set to ---------------------------------------------------------------- */

int ensure_up(struct dialect *d, const char *jail, const char *iface, bool is_up, struct err *e);
int ensure_mtu(struct dialect *d, const char *jail, const char *iface, uint32_t mtu, struct err *e);
int ensure_mac(struct dialect *d, const char *jail, const char *iface, struct mac m, struct err *e); /* and pinned */
int ensure_alias(struct dialect *d, const char *jail, const char *iface, const char *text, struct err *e);
/* What a bridge, or a port of one, is set to; the value as a person writes it. */
int ensure_tuning(struct dialect *d, const char *jail, const char *iface, enum tuning t, uint32_t value, struct err *e);
int ensure_isolated(struct dialect *d, const char *jail, const char *iface, bool is_on, struct err *e);
/* An address that stands for good behind a port. */
int ensure_host(struct dialect *d, const char *jail, const char *iface, struct mac m, struct err *e);

/*
 * ensure_setting - one of all these by its name, the value as claims have it.
 *
 *   shape    name: "mtu", "description", "state", "ether", "stp", "private", or a tuning's
 */
int ensure_setting(struct dialect *d, const char *jail, const char *iface, const char *name, const char *value,
                   struct err *e);
/* What it is set to; NULL: it is not there, or nobody knows. Lasts as long as the session. */
const char *ensure_setting_now(struct dialect *d, const char *jail, const char *iface, const char *name);
bool ensure_setting_is_ports(const char *name); /* of a bridge's port: it ends when that leaves the bridge */
bool ensure_has_host(struct dialect *d, const char *jail, const char *iface, struct mac m);
int ensure_no_host(struct dialect *d, const char *jail, const char *iface, const char *mac, struct err *e);

#endif
