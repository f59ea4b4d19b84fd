/*
 * jail_params.h - a jail's parameters: which there are, of what kind, and one jail's values. Pure.
 *
 * Plain values: they are kept in the inventory while the jail runs, so that it is stopped as it was started.
 */
#ifndef CORE_DIALECT_JAIL_PARAMS_H
#define CORE_DIALECT_JAIL_PARAMS_H

#include <jansson.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/text.h"
#include "core/graph/graph.h"

enum param_kind {
        PARAM_FLAG,    /* bare, or true, false, 1, 0; "no" before its last part negates it */
        PARAM_TEXT,    /* one value: of a list the last */
        PARAM_LIST,    /* any number */
        PARAM_NUMBER,  /* a whole number */
        PARAM_ADDRESS, /* [IF|]ADDR[/LEN or /MASK][ words], any number */
        PARAM_SHARE,   /* new, inherit or disable; bare: new */
        PARAM_PATH,    /* absolute */
};

struct param_type {
        const char *name;
        enum param_kind kind;
        const char *idle; /* why it has no effect on Linux; NULL: it has */
};

/* What a parameter is; NULL: there is no such. ret_plain (may be NULL) gets the name without its "no" when it is
 * written with one: exec.noclean. */
const struct param_type *param_find(const char *name, struct text *ret_plain);
const char *param_nearest(const char *name); /* for a mistyped one; NULL */

struct jail_param {
        const char *name;
        const char *const *values; /* none: bare */
        size_t count;
};

struct jail_params {
        const char *name; /* the jail's */
        struct jail_param *list;
        size_t count, capacity;
        struct arena arena;
};

/* Why this parameter of a jail has no effect here; NULL: it has one. */
const char *param_idle(const struct jail_params *p, const struct jail_param *n);

void jail_params_done(struct jail_params *p);
/* Replaces what was there; all is copied. */
void jail_params_set(struct jail_params *p, const char *name, const char *const *values, size_t count);

const struct jail_param *jail_params_find(const struct jail_params *p, const char *name); /* NULL: not given */
const char *jail_params_get(const struct jail_params *p, const char *name); /* the last value; NULL none */
bool jail_params_flag(const struct jail_params *p, const char *name, bool otherwise);
uint32_t jail_params_number(const struct jail_params *p, const char *name, uint32_t otherwise);
bool jail_params_is_vnet(const struct jail_params *p); /* it has a network stack of its own */

/* Do its parameters go together? -EINVAL: no; e is "what is wrong; what to do", without the jail's name, and *ret_param
 * one that does not. */
int jail_params_check(const struct jail_params *p, const struct jail_param **ret_param, struct err *e);

/* One value against its kind; e is "what is wrong; what to do", without the parameter's name. */
int param_check(const struct param_type *t, const char *value, struct err *e);

/* An address of ip4.addr or ip6.addr. */
struct jail_address {
        char iface[IF_NAME_SIZE]; /* "": the parameter `interface`, or it is somewhere already */
        struct prefix prefix;     /* with the length or mask; without one /32 or /128 */
};

int jail_address_parse(const char *value, struct jail_address *ret, struct err *e);

/* Every address of the jail, with the parameter `interface` put in. Caller frees *ret. */
size_t jail_params_addresses(const struct jail_params *p, struct jail_address **ret);

/* FreeBSD's loopbacks, lo0 and those that are cloned, are Linux's lo wherever the host of g has no interface that is
 * called so. What a jail is started with says which it is, so that it is stopped as it was started. */
void jail_params_settle_loopbacks(struct jail_params *p, const struct graph *g);

/*
 * jail_params_order - which of these to start first: each after those that it depends on.
 *
 *   shape    fills order (count elements) with indexes; a name of `depend` that is not among them calls need
 *   errors   -ELOOP  "a: depends on b, which depends on a"
 */
int jail_params_order(const struct jail_params *jails, size_t count, size_t *order, struct err *e);

/* For the inventory. from_json: -EINVAL for what is none; all is copied. */
json_t *jail_params_to_json(const struct jail_params *p);
int jail_params_from_json(json_t *j, const char *name, struct jail_params *ret);

#endif
