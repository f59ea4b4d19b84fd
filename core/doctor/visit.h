/*
 * visit.h - what the checks share while the doctor looks at one graph: segments, addresses, and how to tell a finding.
 * Nobody outside core/doctor includes it.
 */
#ifndef CORE_DOCTOR_VISIT_H
#define CORE_DOCTOR_VISIT_H

#include "core/doctor/doctor.h"

/* An address, and who has it. */
struct seat {
        struct prefix address;
        size_t iface;
};

struct visit {
        const struct graph *g;
        const struct examination *x; /* NULL */
        const struct check *check;   /* that runs */
        struct diagnosis *d;

        size_t *segment;       /* by interface: the number of its broadcast domain */
        size_t segment_count;  /* domains */
        size_t *members;       /* interfaces, grouped by domain */
        size_t *segment_first; /* by domain, in members; one more than there are */
        bool *is_open;         /* by domain: others may be on it whom the picture does not have */

        struct seat *seats; /* by address, then by domain */
        size_t seat_count;
};

void visit_init(struct visit *v, const struct graph *g, const struct examination *x, struct diagnosis *d);
void visit_done(struct visit *v);

/* Everybody who has that address: the first of them, and how many. */
size_t visit_seats(const struct visit *v, const struct prefix *address, const struct seat **ret);

/* The interface with that index in a jail; NONE. */
size_t visit_iface(const struct visit *v, size_t jail, int ifindex);

/* What is known of it besides the picture; NULL. */
const struct exam_device *visit_device(const struct visit *v, size_t iface);

/* Addresses that somebody gave it: no link-local ones, no loopback's. */
bool address_is_given(const struct prefix *p);
bool iface_has_address(const struct iface *i);
void put_addresses(struct text *t, const struct iface *i); /* "10.0.0.2/24 and 2 more" */
void put_ifaces(struct text *t, const struct graph *g, const size_t *ifaces, size_t count); /* "a, b and 3 more" */

/*
 * visit_find - adds a finding of the running check, which its caller completes before the next one.
 */
struct finding *visit_find(struct visit *v, enum severity s, struct object o);
struct finding *visit_find_iface(struct visit *v, enum severity s, size_t iface);
struct finding *visit_find_jail(struct visit *v, enum severity s, size_t jail);
const char *visit_text(struct visit *v, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *visit_name(struct visit *v, size_t iface);                            /* as it is typed */
void visit_remedy(struct visit *v, struct finding *f, const char *const words[]); /* ends with NULL; copied */

/* Sets it up, and gives it back what the kernel took away when it was set down. */
void visit_remedy_up(struct visit *v, struct finding *f, size_t iface);

/* The checks, by theme. */
void check_duplicate_mac(struct visit *v);
void check_bridge_mac_zero(struct visit *v);
void check_bridge_mac_floating(struct visit *v);
void check_pin_violated(struct visit *v);
void check_duplicate_address(struct visit *v);
void check_address_on_port(struct visit *v);
void check_down_with_address(struct visit *v);
void check_loop(struct visit *v);
void check_stp_blocking(struct visit *v);
void check_mtu_step(struct visit *v);
void check_vlan_mismatch(struct visit *v);
void check_bridge_down(struct visit *v);
void check_half_up_pair(struct visit *v);
void check_no_carrier(struct visit *v);
void check_peer_out_of_sight(struct visit *v);
void check_name_limit(struct visit *v);
void check_stale_redirect(struct visit *v);
void check_tc_drop(struct visit *v);
void check_orphan_pair(struct visit *v);
void check_leaked_namespace(struct visit *v);
void check_pending_return(struct visit *v);
void check_lost_interface(struct visit *v);
void check_hidden_stack(struct visit *v);
void check_forwarding_off(struct visit *v);
void check_reverse_path(struct visit *v);
void check_no_default_route(struct visit *v);
void check_unreachable_gateway(struct visit *v);
void check_two_managers(struct visit *v);
void check_drift(struct visit *v);
void check_unfinished_plan(struct visit *v);

#endif
