/*
 * nat_rule.h - a rule of address translation as one line of words, which is how graph, plans, journal and inventory
 * keep it, and which stands in the kernel's own rule as its comment:
 *
 *   nat 10.1.0.0/24 via em0                     what goes out by em0 gets em0's address
 *   nat 10.1.0.0/24 via em0 as 192.0.2.7        ... gets that address
 *   forward em0 tcp 80 to 10.1.0.2 8080         what comes to em0's port goes there
 *   forward em0 tcp 80 at 192.0.2.7 to ...      ... if it was for that address
 *   forward em0 tcp 80 from 198.51.100.1 to ... ... if it came from there; "from ADDR PORT": from that port
 *   forward em0 proto 47 to 10.1.0.2            what is of that protocol goes there
 *   forward em0 all at 192.0.2.7 to 10.1.0.2    whatever comes for that address goes there
 *   forward em0 all to 10.1.0.2                 whatever else comes goes there
 *
 * Behind "id N" each may have a number, by which a nat node's messages know it.
 */
#ifndef CORE_GRAPH_NAT_RULE_H
#define CORE_GRAPH_NAT_RULE_H

#include "core/base/addr.h"
#include "core/base/text.h"

#define NAT_IFACE_SIZE 16
#define NAT_TEXT_SIZE  128

struct nat_rule {
        bool is_forward, is_all; /* all: whatever the protocol, and without ports */
        char iface[NAT_IFACE_SIZE];
        struct prefix address; /* nat: of whom; forward: to whom */
        struct prefix alias;   /* nat: in whose name; forward: for whom it was; family 0 not said */
        bool is_udp;
        uint8_t protocol;       /* forward, by its number and without ports; 0: TCP, UDP or all */
        uint16_t port, to_port; /* forward */
        struct prefix sender;   /* forward: of that one alone, IPv4; family 0 of all */
        uint16_t sender_port;   /* 0: any */
        uint32_t id;            /* 0 none */
};

/* errors: -EINVAL; e says what is wrong of the words. */
int nat_rule_parse(const char *text, struct nat_rule *ret, struct err *e);
void nat_rule_format(const struct nat_rule *r, char buf[NAT_TEXT_SIZE]);

/* The table, and the chain in it that has the rule. */
#define NAT_TABLE "jailnet"
const char *nat_rule_chain(const struct nat_rule *r);

/* For nft: the rule behind "add rule inet TABLE CHAIN", without and with its comment. */
void nat_rule_put_nft(const struct nat_rule *r, struct text *t);

/* The networks that nobody has on the Internet: 10/8, 172.16/12, 192.168/16, and behind carriers 100.64/10. */
#define NAT_PRIVATE_COUNT 4
extern const char *const nat_private[NAT_PRIVATE_COUNT];
int nat_private_index(const struct prefix *p); /* -1: none of them */

/* As a line of FreeBSD's pf.conf. */
void nat_rule_put_pf(const struct nat_rule *r, struct text *t);

/*
 * Of a chain's rules the first that fits is taken: those that are about less have the lower rank and come before the
 * others. Ports, a protocol, an address, then all; one address in the name of another, then networks.
 */
int nat_rule_rank(const struct nat_rule *r);

/* The k-th line of a list of rules; false at its end. */
bool nat_line(const char *rules, size_t k, char buf[NAT_TEXT_SIZE]);
bool nat_has_line(const char *rules, const char *rule);

#endif
