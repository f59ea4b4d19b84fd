/* ngctl_parts.h - what ngctl's files share; nobody outside core/dialect/ngctl*.c includes it. */
#ifndef CORE_DIALECT_NGCTL_PARTS_H
#define CORE_DIALECT_NGCTL_PARTS_H

#include "core/dialect/ngctl.h"
#include "core/graph/names.h"
#include "core/verb/verb.h"

#define WORDS_MAX 511

/* A hook of the socket node, and what it is joined to. No kernel object: it lasts as long as ngctl. */
struct own_edge {
        char hook[HOOK_NAME_SIZE];
        char peer_hook[HOOK_NAME_SIZE];
        uint32_t peer; /* the node's id */
        bool is_new;   /* made by the lines of this session: bound anew when the next one begins */
        char jail[JAIL_NAME_SIZE], iface[IF_NAME_SIZE], name[NODE_NAME_SIZE];
};

/* A hook that a line has joined, or would have if it were not joined already: what hangs there is found when asked. */
struct joined {
        uint32_t node; /* its id */
        char hook[HOOK_NAME_SIZE];
        bool is_new;
};

/* What a port had counted when its statistics were cleared. */
struct cleared {
        uint32_t number; /* of the interface */
        struct counters counters;
};

struct ngctl {
        struct dialect *d;
        char name[NODE_NAME_SIZE];
        uint32_t id;
        struct own_edge *edges; /* newest first */
        size_t edge_count, edge_capacity;
        struct joined *joined; /* only_adds */
        size_t joined_count, joined_capacity;
        uint32_t *made; /* ids of nodes that mkpeer has made; only_adds */
        size_t made_count, made_capacity;
        struct cleared *cleared;
        size_t cleared_count, cleared_capacity;
        uint32_t debug;
        unsigned depth;                                     /* of files that are being read */
        bool is_prompt;                                     /* lines are typed by a person */
        bool only_adds;                                     /* what is so already is passed over */
        bool in_comment;                                    /* a C comment is open */
        unsigned line_number, comment_line, comment_column; /* of the file that is read; where it was opened */
};

/* A node: the socket node, or one of the graph. */
struct place {
        bool is_own;
        size_t node; /* in dialect_graph */
};

/* One hook of a node, as ngctl sees it. */
struct view_hook {
        const char *name;
        struct place peer;
        const char *peer_hook;
        size_t hook;                /* in dialect_graph; NONE: held by the socket node */
        const struct own_edge *own; /* NULL: a real one */
};

/* -- ngctl_view.c: the graph of this jail with the socket node in it -- */
#define HERE ((struct place){.is_own = true, .node = NONE})
bool ngview_shows(struct ngctl *n, size_t node);
const char *ngview_name(struct ngctl *n, struct place p); /* NULL unnamed */
const char *ngview_type(struct ngctl *n, struct place p);
uint32_t ngview_id(struct ngctl *n, struct place p);
bool ngview_same(struct place a, struct place b);
/* A node's hooks, newest first. Caller frees. */
struct view_hook *ngview_hooks(struct ngctl *n, struct place p, size_t *ret_count);
/* -ENOENT: there is none. A plain hook first, else one of the socket node's. */
int ngview_find_hook(struct ngctl *n, struct place p, const char *name, struct view_hook *ret);
/* An address, from a node on. Where only a node can be meant, a friendly ngctl takes a name without its colon. */
int ngview_resolve(struct ngctl *n, struct place from, const char *address, struct place *ret);
size_t ngview_newest(struct ngctl *n, const char *type);     /* what the last request made: ids count upwards; NONE */
size_t ngview_node_named(struct ngctl *n, const char *name); /* NONE */
void ngview_put_node(struct text *t, struct ngctl *n, struct place p); /* "br0:" or "[1e]:", for sentences; visible */
/* Joins a hook of the socket node; the older of its name goes. */
void own_add(struct ngctl *n, const char *hook, size_t peer, const char *peer_hook);
void own_remove(struct ngctl *n, const struct own_edge *edge);
void own_forget(struct ngctl *n, uint32_t node);               /* all that are joined to it */
size_t own_peer(struct ngctl *n, const struct own_edge *edge); /* NONE: it is gone */
/* The word by which verbs know a node: "[1e]"; with a hook "[1e]:link0". Lasts as long as the session. */
const char *ngview_word(struct ngctl *n, size_t node, const char *hook);

/* -- ngctl_joined.c: for ngctl_each_joined, where only_adds -- */
void joined_note(struct ngctl *n, uint32_t node, const char *hook, bool is_new);
void joined_note_made(struct ngctl *n, size_t node);

/* -- ngctl_type.c: types and what their hooks may be called -- */
struct node_type {
        const char *name;
        bool dies_with_last_hook;       /* unless it is persistent */
        int (*check)(const char *hook); /* 0, or -errno as the type answers */
};

extern const struct node_type node_types[];
extern const size_t node_type_count;
const struct node_type *type_find(const char *name);                     /* NULL */
bool type_is_made(const char *name);                                     /* mkpeer makes it here */
const char *type_is_missing(struct ngctl *n, const struct node_type *t); /* NULL: the kernel has what it is made of */
bool type_is_here(const struct node_type *t);                            /* made by mkpeer or by itself */

/* -- ngctl_reader.c: lines and words -- */
struct reader_words {
        char *words[WORDS_MAX + 1];
        int count;
        char *copy; /* that they stand in */
};

void ngreader_words_done(struct reader_words *w);
/* A line's words, without its comments. 0, or a status: told already. */
int ngreader_split(struct ngctl *n, const char *line, bool is_file, struct reader_words *ret);
int ngreader_file(struct ngctl *n, const char *path, bool is_top); /* status */

/* -- ngctl_command.c -- */
struct ngctl_command {
        const char *name;
        const char *aliases[4]; /* ends with NULL */
        const char *synopsis;
        const char *summary;
        const char *description;                            /* NULL */
        int (*run)(struct ngctl *n, int argc, char **argv); /* NGCTL_DONE, _QUIT, _USAGE, _FAILED; told already */
};

extern const struct ngctl_command ngctl_commands[];
extern const size_t ngctl_command_count;
int ngctl_find_command(struct ngctl *n, const char *word, const struct ngctl_command **ret); /* status */
int ngctl_run_words(struct ngctl *n, int argc, char **argv);                                 /* status */

int ngctl_config(struct ngctl *n, int argc, char **argv);
int ngctl_connect(struct ngctl *n, int argc, char **argv);
int ngctl_debug(struct ngctl *n, int argc, char **argv);
int ngctl_dot(struct ngctl *n, int argc, char **argv);
int ngctl_help(struct ngctl *n, int argc, char **argv);
int ngctl_list(struct ngctl *n, int argc, char **argv);
int ngctl_mkpeer(struct ngctl *n, int argc, char **argv);
int ngctl_msg(struct ngctl *n, int argc, char **argv);
int ngctl_name(struct ngctl *n, int argc, char **argv);
int ngctl_read(struct ngctl *n, int argc, char **argv);
int ngctl_rmhook(struct ngctl *n, int argc, char **argv);
int ngctl_show(struct ngctl *n, int argc, char **argv);
int ngctl_shutdown(struct ngctl *n, int argc, char **argv);
int ngctl_status(struct ngctl *n, int argc, char **argv);
int ngctl_types(struct ngctl *n, int argc, char **argv);
int ngctl_write(struct ngctl *n, int argc, char **argv);
int ngctl_quit(struct ngctl *n, int argc, char **argv);

/* -- What may be asked of the graph, by commands and by messages of the same names (ngctl_change.c): 0 or -errno -- */
int change_mkpeer(struct ngctl *n, struct place at, const char *type, const char *hook, const char *peer_hook,
                  struct err *e);
int change_connect(struct ngctl *n, struct place a, struct place b, const char *hook, const char *peer_hook,
                   struct err *e);
int change_name(struct ngctl *n, struct place at, const char *name, struct err *e);
int change_rmhook(struct ngctl *n, struct place at, const char *hook, struct err *e);
int change_shutdown(struct ngctl *n, struct place at, struct err *e);

/* -- ngctl_value.c: the text form of a message's arguments -- */
struct value_field {
        char name[HOOK_NAME_SIZE];
        char *value; /* a string without its quotes, a number, or a bracketed rest as it stands */
};

#define VALUE_FIELDS_MAX 16

struct value_fields {
        struct value_field fields[VALUE_FIELDS_MAX];
        size_t count;
};

void value_fields_done(struct value_fields *f);
int value_parse_struct(const char *text, struct value_fields *ret);               /* { a=1 b="x" }; -EINVAL */
const char *value_get(const struct value_fields *f, const char *name);            /* NULL */
int value_parse_string(const char *text, char *ret, size_t size);                 /* "x" or x; -EINVAL */
int value_parse_number(const char *text, int64_t min, int64_t max, int64_t *ret); /* decimal, 0x, octal */

/* -- ngctl_msg.c: the messages that a node knows -- */
struct message {
        const char *types; /* joined by blanks; NULL: every node */
        const char *name;
        uint32_t number;
        int (*run)(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
};

void msg_reply(struct ngctl *n, struct place at, const struct message *m, const char *args);
void msg_put_string(struct text *t, const char *s);              /* as netgraph writes one */
int msg_no_args(const char *args, struct err *e);                /* -EINVAL: there are some */
const struct iface *msg_iface(struct ngctl *n, struct place at); /* NULL: the node has none */
const char *msg_iface_word(struct ngctl *n, struct place at); /* by which verbs know it; lasts as long as the session */
void msg_complete(struct ngctl *n, struct place at, void (*fn)(void *user, const char *word), void *user);

/* -- ngctl_list.c -- */
struct place *list_places(struct ngctl *n, bool named_only, size_t *ret_count); /* by id; the socket node last */
struct living_type {
        const struct node_type *type;
        size_t living;
};
struct living_type *list_types(struct ngctl *n, size_t *ret_count); /* those that can be made, or live */

/* -- ngctl_generic.c -- */
int generic_shutdown(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_mkpeer(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_connect(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_name(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_rmhook(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_nodeinfo(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_listhooks(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_listnodes(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_listtypes(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int generic_refuse(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);

/* -- ngctl_stats.c, ngctl_many.c, ngctl_vlan.c, ngctl_nat.c: messages of some length -- */
void stats_clear(struct ngctl *n, const struct view_hook *h); /* a hook's counters count anew for this session */
int stats_bridge(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int stats_tee(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int many_set_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int many_get_config(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int vlan_add_filter(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int vlan_del_filter(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int vlan_del_number(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int vlan_get_table(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int vlan_get_fixed(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int vlan_set_fixed(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_set_alias(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_redirect_port(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_redirect_addr(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_set_target(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_set_mode(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_redirect_proto(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_redirect_delete(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_list_redirects(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_set_dlt(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_get_dlt(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);
int nat_refuse(struct ngctl *n, struct place at, const struct message *m, const char *args, struct err *e);

/* -- Telling -- */
/* "ngctl: ..." on stderr; foreign text is made visible. Returns the status. */
int tell_line(struct ngctl *n, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* "ngctl: WHAT: <FreeBSD's words for the errno>"; a friendly ngctl adds e's sentence. Returns NGCTL_FAILED. */
int tell_errno(struct ngctl *n, const char *what, int code, const struct err *e);
/* What a loose line was taken to mean, once a session. */
void say_meaning(struct ngctl *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
const char *freebsd_strerror(int code);

#endif
