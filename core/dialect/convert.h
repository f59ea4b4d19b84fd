/*
 * convert.h - traditional jails (ezjail, rc.conf's jail_* variables) as VNET jails: what each one gets, and the files
 * that say so. Pure: the files' texts are made here, read and written elsewhere.
 *
 *   fill in jails, style, host, prefixes, routers, ask; convert_work_out; then the writers; convert_done
 */
#ifndef CORE_DIALECT_CONVERT_H
#define CORE_DIALECT_CONVERT_H

#include "core/dialect/ezjail.h"

enum convert_style {
        CONVERT_JIB,    /* jib makes e0a_NAME and e0b_NAME when the jail starts */
        CONVERT_JNG,    /* jng makes ng0_NAME */
        CONVERT_STATIC, /* epairs made at boot by the host's rc.conf */
};

#define CONVERT_NAME_SIZE 16

struct convert_address {
        struct prefix address;
        bool is_known;                     /* the length is the network's; false: nobody said */
        const struct ezjail_address *from; /* where it stands */
};

/* One interface of a jail: the addresses that it had on one of the host's. */
struct convert_port {
        const char *iface;  /* the host's: re0 */
        const char *bridge; /* that joins them; "" jng's, which are nodes */
        bool needs_no_mac;  /* jib stops at a name with a dot, unless told to leave the MAC alone */
        char inner[CONVERT_NAME_SIZE], outer[CONVERT_NAME_SIZE]; /* in the jail, on the host */
        unsigned unit;                                           /* of a static epair */
        struct convert_address *addresses;
        size_t address_count, address_capacity;
};

struct convert_jail {
        const struct ezjail *jail;
        char nick[CONVERT_NAME_SIZE]; /* what jib and jng call it */
        struct convert_port *ports;
        size_t port_count, port_capacity;
        const char *routers[2]; /* IPv4's and IPv6's, as defaultrouter has them; NULL not known */
        bool has_family[2];
        bool is_vnet_already; /* nothing is left to be converted */
        struct text dropped;  /* ", "-joined addresses that it no longer has, and why */
};

struct convert_prefix {
        char iface[CONVERT_NAME_SIZE];
        uint8_t family; /* 0: the network is given */
        uint8_t length;
        struct prefix network;
};

struct convert {
        enum convert_style style;
        const struct ezjails *from;
        struct rc_file *host; /* the host's rc.conf; NULL not given */
        struct convert_prefix *prefixes;
        size_t prefix_count, prefix_capacity;
        struct prefix *routers;
        size_t router_count, router_capacity;
        /* Asks a person for the length of a network's prefix; false: not told. NULL: nobody is there. */
        bool (*ask)(void *user, const char *iface, const struct prefix *address, uint8_t *ret_length);
        void *user;

        struct convert_jail *jails;
        size_t count;
        struct text said;    /* warnings, one a line */
        size_t open_count;   /* prefix lengths that nobody knows */
        struct rc_file mine; /* its arena keeps names */
};

/* --prefix IF=LEN (to 32 it is IPv4's, above IPv6's) or IF=NETWORK/LEN. -EINVAL; e is the sentence. */
int convert_add_prefix(struct convert *c, const char *word, struct err *e);
int convert_add_router(struct convert *c, const char *word, struct err *e);

/* errors: -EINVAL when the host's rc.conf has a word that cannot be read. */
int convert_work_out(struct convert *c, struct err *e);
void convert_done(struct convert *c);

/* The texts. A line that waits for a person begins with CONVERT_MARK. */
#define CONVERT_MARK "#ASK# "
void convert_put_ezjail(const struct convert *c, const struct convert_jail *j, struct text *t);
void convert_put_jail_rc(const struct convert *c, const struct convert_jail *j, struct text *t);
void convert_put_host_rc(const struct convert *c, struct text *t);
void convert_put_jail_conf(const struct convert *c, struct text *t);
void convert_put_summary(const struct convert *c, struct text *t);

/* convert.c's own names that the writers need, too: is there a bridge for iface in the host's rc.conf; NULL none. */
const char *convert_find_host_bridge(const struct convert *c, const char *iface);
bool convert_host_clones(const struct convert *c, const char *name);

/* The command that makes a jail's interfaces, and the one that takes them away, without their folder. */
void convert_put_prestart(const struct convert *c, const struct convert_jail *j, struct text *t);
void convert_put_poststop(const struct convert *c, const struct convert_jail *j, struct text *t);

#endif
