/*
 * nat_rule.h - a rule of address translation as one line of words, which is how graph, plans, journal and inventory
 * keep it, and which stands in the kernel's own rule as its comment:
 *
 *   nat 10.1.0.0/24 via em0                     what goes out by em0 gets em0's address
 *   nat 10.1.0.0/24 via em0 as 192.0.2.7        ... gets that address
 *   forward em0 tcp 80 to 10.1.0.2 8080         what comes to em0's port goes there
 *   forward em0 tcp 80 at 192.0.2.7 to ...      ... if it was for that address
 *   forward em0 all at 192.0.2.7 to 10.1.0.2    whatever comes for that address goes there
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
        uint16_t port, to_port; /* forward */
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

/* As a line of FreeBSD's pf.conf. */
void nat_rule_put_pf(const struct nat_rule *r, struct text *t);

/* One address in the name of another: before those that are about more, of which the first that fits is taken. */
bool nat_rule_goes_first(const struct nat_rule *r);

/* The k-th line of a list of rules; false at its end. */
bool nat_line(const char *rules, size_t k, char buf[NAT_TEXT_SIZE]);
bool nat_has_line(const char *rules, const char *rule);

#endif
