/* ifconfig_parts.h - what ifconfig's files share: a command line under way, and the listing. Private. */
#ifndef CORE_DIALECT_IFCONFIG_PARTS_H
#define CORE_DIALECT_IFCONFIG_PARTS_H

#include "core/dialect/ifconfig.h"

enum inet_format { INET_HEX, INET_CIDR, INET_DOTTED };
enum inet6_format { INET6_NUMBER, INET6_CIDR };

/* What is to be listed. */
struct ifconfig_view {
        size_t jail;
        enum inet_format inet;
        enum inet6_format inet6;
        bool only_up, only_down;
        bool names_only;    /* -l */
        const char *group;  /* -g; NULL all */
        const char *family; /* "inet", "inet6", "ether"; NULL all */
};

/* A line of words about one interface. */
struct ifconfig {
        struct dialect *d;
        size_t jail;                  /* in whose stack, in dialect_graph */
        char name[IF_NAME_SIZE];      /* as it is called after the words so far */
        bool prints_name;             /* it is not the one that was asked for: FreeBSD prints it at the end */
        char **words;                 /* that are still to be read; ends with NULL */
        const char *word;             /* that is being done */
        bool is_inet6;                /* the family that addresses are of */
        const char *address;          /* read, not set yet; NULL none */
        const char *mask, *broadcast; /* its netmask or prefix length; NULL none */
        enum { ADDRESS_SET, ADDRESS_ADD, ADDRESS_DELETE } action;
};

/* ifconfig_create.c: the word create, with those of the words behind it that the kernel has to know at once. */
int ifconfig_create(struct ifconfig *c, struct err *e);
bool ifconfig_can_create(const char *name); /* a class with or without a unit, or PARENT.ID */
const char *const *ifconfig_classes(void);  /* ends with NULL */

/* ifconfig_address.c: carries out what the words about an address have come to. */
int ifconfig_settle_address(struct ifconfig *c, struct err *e);

/* ifconfig_words.c: all words, in order. */
int ifconfig_words(struct ifconfig *c, struct err *e);
size_t ifconfig_self(struct ifconfig *c);           /* the interface, in dialect_graph; NONE */
const char *ifconfig_self_word(struct ifconfig *c); /* the word for verbs */
int ifconfig_no_such(struct dialect *d, const char *name, struct err *e);

/* ifconfig_bridge.c: the functions of words about a bridge's numbers and its table of addresses. */
int ifconfig_do_tune(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_tune_member(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_learn(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_span(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_proto(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_static(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_flush(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_addr(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_deladdr(struct ifconfig *c, const char *value, struct err *e);
int ifconfig_do_no_bridge_word(struct ifconfig *c, const char *value, struct err *e);

/* ifconfig_list.c */
void ifconfig_list(struct dialect *d, const struct ifconfig_view *v);
void ifconfig_list_one(struct dialect *d, const struct ifconfig_view *v, size_t iface);

/* The groups of an interface: its class, which FreeBSD gives it by itself, and those that it was given. */
const char *ifconfig_class_of(const struct iface *i); /* "epair"; NULL none */
bool ifconfig_in_group(const struct iface *i, const char *group);

#endif
