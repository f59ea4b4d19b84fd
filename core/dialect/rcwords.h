/*
 * rcwords.h - the words of rc.conf's ifconfig_* values, one by one, each with its place. Pure.
 *
 * What they are to do is the import's business (rcimport.c), which asks for no more than what is not so already; a
 * command line of ifconfig is ifconfig.c's.
 */
#ifndef CORE_DIALECT_RCWORDS_H
#define CORE_DIALECT_RCWORDS_H

#include "core/base/addr.h"
#include "core/dialect/rcconf.h"

enum rc_word {
        RC_ADDRESS,   /* address; has_length: it was written */
        RC_UP,        /* is_on */
        RC_ADDM,      /* text: a bridge's member */
        RC_STP,       /* text: a bridge's member with the spanning tree on */
        RC_LAGGPORT,  /* text */
        RC_LAGGPROTO, /* text */
        RC_VLAN,      /* number */
        RC_VLANDEV,   /* text */
        RC_VXLANID,   /* number */
        RC_VXLANREMOTE,
        RC_VXLANGROUP, /* text */
        RC_VXLANLOCAL,
        /* text */      /* text */
        RC_VXLANDEV,    /* text */
        RC_MTU,         /* number */
        RC_ETHER,       /* mac */
        RC_DESCR,       /* text */
        RC_GROUP,       /* text */
        RC_DHCP,        /* addresses come from elsewhere: DHCP, accept_rtadv */
        RC_SPAN,        /* text: what gets a copy of all that a bridge's members receive */
        RC_PRIVATE,     /* text: a bridge's member; is_on */
        RC_SWITCH,      /* name: what text, a bridge's member, does or not; is_on */
        RC_STATIC,      /* text: a bridge's member; mac, that stands behind it for good */
        RC_TUNE,        /* name: of a bridge's number, which number is */
        RC_TUNE_MEMBER, /* the same of text, a bridge's member */
        RC_IGNORED,     /* text: means nothing to a Linux kernel */
};

struct rc_clause {
        enum rc_word word;
        const char *name; /* the word itself */
        const char *text;
        struct prefix address;
        bool has_length;
        bool is_on;
        uint32_t number;
        struct mac mac;
        const struct rc_variable *variable; /* in which it stands, and where */
        size_t at;
};

struct rc_clauses {
        struct rc_clause *items;
        size_t count, capacity;
};

void rcwords_done(struct rc_clauses *c);

/*
 * rcwords_read - adds a value's words to ret.
 *
 *   errors   -EINVAL with the place: a word that is not known, or that lacks its value
 *   owner    texts are the file's
 */
int rcwords_read(struct rc_file *f, const struct rc_variable *v, struct rc_clauses *ret, struct err *e);

/* ifconfig_IF, then _ipv6, _aliases, and _alias0 up to the first that is missing. iface as it is named. */
int rcwords_read_interface(struct rc_file *f, const char *iface, struct rc_clauses *ret, struct err *e);

/*
 * rcwords_address - ADDR, ADDR/LEN, ADDR/MASK; a mask also as 255.255.255.0 or 0xffffff00.
 *
 *   errors   -EINVAL; e is the sentence without a place
 */
int rcwords_address(const char *word, struct prefix *ret, bool *ret_has_length, struct err *e);
int rcwords_netmask(const char *word, uint8_t *ret_length, struct err *e);

#endif
