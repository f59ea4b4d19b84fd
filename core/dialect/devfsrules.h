/*
 * devfsrules.h - reader of devfs.rules: which nodes of /dev a jail is shown.
 *
 *   [devfsrules_guests=10]
 *   add include $devfsrules_hide_all
 *   add path 'tun*' unhide
 *
 * FreeBSD's own rulesets 1 to 5 are there before any file is read; a file adds to those of its numbers. Pure.
 */
#ifndef CORE_DIALECT_DEVFSRULES_H
#define CORE_DIALECT_DEVFSRULES_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/dialect/source.h"

struct devfs_rule {
        uint32_t number;   /* they are applied by it */
        const char *path;  /* a pattern; NULL: every node */
        bool is_type;      /* by the type of the device, of which none here is */
        uint32_t includes; /* a ruleset; 0 none */
        bool hides, unhides;
};

struct devfs_ruleset {
        const char *name;
        uint32_t number;
        struct devfs_rule *rules;
        size_t count, capacity;
};

struct devfs_rules {
        struct devfs_ruleset *sets;
        size_t count, capacity;
        struct arena arena;
};

void devfs_rules_init(struct devfs_rules *r);
void devfs_rules_done(struct devfs_rules *r);

/*
 * devfs_rules_read - all rulesets of a file.
 *
 *   errors   -EINVAL; e is "FILE:LINE:COLUMN: what is wrong; what to do", s->mark shows the line
 */
int devfs_rules_read(struct devfs_rules *r, struct source *s, struct err *e);

bool devfs_rules_has(const struct devfs_rules *r, uint32_t ruleset);

/* Does a ruleset show a node? names are all that it may be called; NULL ends them. What no rule hides is shown. */
bool devfs_rules_show(const struct devfs_rules *r, uint32_t ruleset, const char *const *names);

#endif
