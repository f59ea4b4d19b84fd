/*
 * verb.h - the verb table: one row a user action.
 *
 * Menus, forms, the command palette, the command line, shell completions and the manual's list are all made from these
 * rows. A row says its words, its arguments with their types, its options, its help and its place in the menus; what it
 * does to the kernel is plan_build's (core/plan), what is free to choose is verb_complete's. Pure.
 */
#ifndef CORE_VERB_VERB_H
#define CORE_VERB_VERB_H

#include "core/base/alloc.h"
#include "core/graph/graph.h"
#include "core/graph/query.h"

enum verb_id {
        VERB_CREATE_JAIL,
        VERB_CREATE_BRIDGE,
        VERB_CREATE_EPAIR,
        VERB_CREATE_EIFACE,
        VERB_CREATE_VLAN,
        VERB_CREATE_MACVLAN,
        VERB_CREATE_VXLAN,
        VERB_CREATE_TAP,
        VERB_CREATE_LAGG,
        VERB_DESTROY,
        VERB_RESTART,
        VERB_SWEEP,
        VERB_RENAME,
        VERB_NAME,
        VERB_ATTACH,
        VERB_DETACH,
        VERB_CONNECT,
        VERB_DISCONNECT,
        VERB_MOVE,
        VERB_RETURN,
        VERB_PIN,
        VERB_UNPIN,
        VERB_MAC,
        VERB_UP,
        VERB_DOWN,
        VERB_MTU,
        VERB_ALIAS,
        VERB_GROUP_ADD,
        VERB_GROUP_DEL,
        VERB_STP,
        VERB_ISOLATE,
        VERB_TUNE,
        VERB_HOST_ADD,
        VERB_HOST_DEL,
        VERB_HOST_FLUSH,
        VERB_ADDRESS_ADD,
        VERB_ADDRESS_DEL,
        VERB_ROUTE_ADD,
        VERB_ROUTE_DEL,
        VERB_FORWARDING,
        VERB_NAT_ADD,
        VERB_NAT_FORWARD,
        VERB_NAT_RULE,
        VERB_NAT_DEL,
        VERB_CREATE_NODE,
        VERB_MKPEER,
        VERB_SHUTDOWN,
        VERB_PERSIST,
        VERB_SPAN,
        VERB_FILTER_ADD,
        VERB_FILTER_DEL,
        VERB_PROMISC,
        VERB_COUNT
};

enum arg_type {
        ARG_JAIL,        /* an existing jail */
        ARG_JAIL_ANY,    /* the same, or one that shares the host's stack */
        ARG_JAIL_NEW,    /* a name for one */
        ARG_IFACE,       /* an existing interface */
        ARG_IFACE_NEW,   /* [JAIL/]NAME to be made */
        ARG_IFACE_PLAIN, /* a bare new name, in the jail of the object */
        ARG_BRIDGE,      /* an existing bridge */
        ARG_MASTER,      /* what takes ports: an existing bridge or lagg */
        ARG_OBJECT,      /* jail or interface */
        ARG_NODE,
        ARG_NODE_NEW,  /* a node name */
        ARG_NODE_HOOK, /* NODE:HOOK */
        ARG_HOOK_NEW,  /* a hook name */
        ARG_MAC,
        ARG_MTU,
        ARG_VLAN_ID,
        ARG_VXLAN_ID,
        ARG_NUMBER,
        ARG_ADDRESS,     /* ADDR/LEN */
        ARG_IP,          /* a bare address */
        ARG_DESTINATION, /* ADDR/LEN or "default" */
        ARG_TEXT,
        ARG_PATH,
        ARG_CHOICE, /* one of arg.choices, separated by '|' */
};

struct verb_arg {
        const char *name;    /* as in the synopsis: "IF" */
        const char *choices; /* ARG_CHOICE */
        const char *label;   /* in a form: "Interface" */
        enum arg_type type;
        bool is_optional;
        bool is_repeated; /* the last one, any number of times */
};

struct verb_option {
        const char *name; /* without the dashes: "jail" */
        const char *help;
        struct verb_arg value; /* has_value */
        bool has_value;
        unsigned extra_values; /* further values that follow the first (pin --jib PARENT JAIL N has two more) */
};

/* What a verb is about: the upper level of the menu of what can be done to a thing. */
enum verb_group {
        VERB_GROUP_OTHER, /* not said: by its menu */
        VERB_GROUP_STATE,
        VERB_GROUP_ADDRESSES,
        VERB_GROUP_BRIDGE,
        VERB_GROUP_MOVE,
        VERB_GROUP_MAC,
        VERB_GROUP_NAME,
        VERB_GROUP_ON_TOP,
        VERB_GROUP_NAT,
        VERB_GROUP_NETGRAPH,
        VERB_GROUP_MORE,
        VERB_GROUP_END,
        VERB_GROUP_COUNT
};

/* What a verb has at most, for those who keep an intent. */
#define VERB_ARGS_MAX    4
#define VERB_OPTIONS_MAX 8

struct verb {
        enum verb_id id;
        const char *words;           /* "create epair" */
        const struct verb_arg *args; /* at least one */
        const struct verb_option *options;
        unsigned char arg_count;
        unsigned char option_count;
        const char *help;      /* one sentence */
        const char *freebsd;   /* the equal FreeBSD command, as a synopsis */
        const char *iproute2;  /* the equal iproute2 command, as a synopsis */
        const char *menu;      /* "Jail", "Interface", "Bridge", "Hook" */
        enum verb_group group; /* ask verb_group_of */
        const char *title;     /* in a menu: "Create epair..." */
        int key;               /* the console's key for it; 0 none */
};

/* Of a row, its arguments and options: as many as there are, and no more (half of the rows have no options). */
#define VERB_ARGS(...)                                  \
        .args = (const struct verb_arg[]){__VA_ARGS__}, \
        .arg_count = ARRAY_SIZE(((const struct verb_arg[]){__VA_ARGS__}))
#define VERB_OPTIONS(...)                                     \
        .options = (const struct verb_option[]){__VA_ARGS__}, \
        .option_count = ARRAY_SIZE(((const struct verb_option[]){__VA_ARGS__}))

extern const struct verb verbs[VERB_COUNT];

/*
 * struct intent - a verb with its arguments, as words. Made by the command line, a form, the palette or a dialect.
 */
#define INTENT_VALUES_MAX 32
struct intent {
        enum verb_id verb;
        const char *values[INTENT_VALUES_MAX]; /* positional arguments, in order; borrowed */
        size_t value_count;
        struct {
                const char *name;      /* an option's, from the verb table */
                const char *values[3]; /* [0] NULL for a plain switch */
        } options[VERB_OPTIONS_MAX];
        size_t option_count;
        const char *words; /* the request as typed, for the journal; NULL: made from the above */
};

/*
 * verb_parse - words to an intent.
 *
 *   shape    argv without the program's name: {"create", "epair", "a", "b"}; "--opt VALUE" and "--opt=VALUE" anywhere
 *            behind the verb's words; "--" ends options. The strings are borrowed.
 *   errors   -EINVAL usage: e says what is missing or too much and gives the synopsis; -ENOENT unknown verb (with the
 *            nearest one)
 */
int verb_parse(int argc, char *const *argv, struct intent *ret, struct err *e);

const char *intent_option(const struct intent *in,
                          const char *name);                    /* its first value, "" for a switch, NULL absent */
void intent_put_words(struct text *t, const struct intent *in); /* shell-quoted: create epair a b */

void verb_put_synopsis(struct text *t, const struct verb *v); /* "create vlan PARENT ID [NAME]" */

/*
 * verb_check_arg - one value against its type and the graph, for a form's field.
 *
 *   errors   -EINVAL and others; e is the sentence that the form shows
 */
int verb_check_arg(const struct verb_arg *a, const char *value, const struct graph *g, struct err *e);

/*
 * verb_complete - what an argument may be.
 *
 *   shape    calls fn for each completion of prefix, at most max; fn's word is raw foreign text, borrowed. rest: the
 *            request as far as it is known, for what follows of its other words (the next free address on the bridge
 *            that it names); NULL: nothing is. Returns how many
 */
size_t verb_complete(const struct verb_arg *a, const struct intent *rest, const char *prefix, const struct graph *g,
                     size_t max, void (*fn)(void *user, const char *word), void *user);

/* As much of a request as words tell that may be too few: each value where it belongs, nothing checked; borrowed. */
void verb_parse_begun(const struct verb *v, size_t count, char *const *words, struct intent *ret);

/*
 * verb_is_allowed - may this be done to the selected thing, for menus that grey out.
 *
 *   shape    false fills e with the reason and what to do instead ("br0: a bridge cannot change its jail; make it anew
 *            there and move its ports")
 */
bool verb_is_allowed(const struct verb *v, const struct graph *g, struct object selected, struct err *e);

/* The group of a verb, never VERB_GROUP_OTHER: where the table does not say, its menu does. */
enum verb_group verb_group_of(const struct verb *v);

/* How a group is called in a menu, and the letter that opens it there. */
const char *verb_group_title(enum verb_group g);
char verb_group_letter(enum verb_group g);

/* True when the selected object can stand as the verb's first argument. */
bool verb_takes(const struct verb *v, const struct graph *g, struct object selected);

#endif
