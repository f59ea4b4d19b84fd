/*
 * jailconf.h - reader of jail.conf: blocks, parameters, variables, wildcards and included files, as jail(8) merges
 * them.
 *
 *   # comment, as far as the line goes; also // and C's
 *   $net = "10.0.7";                     a variable, read as $net or ${net}
 *   exec.start = "/bin/sh /etc/rc";      for every jail: outside a block is the block "*"
 *   www { vnet; vnet.interface += e0b_www; host.hostname = "$name.example.org"; }
 *   "*.test" { nopersist; }
 *   .include "jail.conf.d/[a-z].conf";
 *
 * A jail's parameters are made by walking the file in order; what is further down wins, += adds to what stands above
 * it. Variables are replaced after that, so that a later or a jail's own one counts. Nothing is executed and no shell
 * sees it. Pure: who reads files, included ones too, is the front end.
 */
#ifndef CORE_DIALECT_JAILCONF_H
#define CORE_DIALECT_JAILCONF_H

#include "core/dialect/jail_params.h"

struct jailconf;

/* A file's name and text, of malloc; length bytes. */
struct jailconf_text {
        char *name;
        char *text;
        size_t length;
};

/*
 * What reads the files of an .include. from: the name of the file that has it. *ret (of malloc) and the texts become
 * the parser's. A pattern that fits no file gives none; e for a file that cannot be read.
 */
typedef int jailconf_include(void *user, const char *from, const char *pattern, struct jailconf_text **ret,
                             size_t *ret_count, struct err *e);

struct jailconf *jailconf_new(jailconf_include *include, void *user);
void jailconf_free(struct jailconf *c); /* NULL is fine */
void jailconf_freep(struct jailconf **c);

/*
 * jailconf_read - a file's text; several are read as if they were one.
 *
 *   errors   -EINVAL and the include function's: e is "FILE:LINE:COLUMN: what is wrong; what was expected", and
 *            jailconf_mark shows the line. What was read so far is of no use then
 *   owner    name and text are copied
 */
int jailconf_read(struct jailconf *c, const char *name, const char *text, size_t length, struct err *e);

/*
 * jailconf_words - parameters of one jail as words of a command line ("name=www", "vnet", "ip4.addr=a,b");
 * "command=..." takes the words behind it as further ones. No quotes, no variables. The jail's name is the caller's to
 * give.
 */
int jailconf_words(struct jailconf *c, const char *jail, int argc, const char *const *argv, struct err *e);

/*
 * jailconf_blame - an error that e holds already is about that value of a jail's parameter, as jailconf_jail gave it.
 *
 *   shape    value NULL: about the parameter. Place and mark as above, where it stands in a file; returns e's code
 */
int jailconf_blame(struct jailconf *c, const char *jail, const char *param, const char *value, struct err *e);

/* After a failure: the line that is meant and a mark below it, made visible; "" when it is about no line. */
const char *jailconf_mark(const struct jailconf *c);

/* The jails that have a block of their own, in the file's order. */
size_t jailconf_count(const struct jailconf *c);
const char *jailconf_name(const struct jailconf *c, size_t index); /* borrowed */

/* Names of blocks, and of a command line, that mean several jails: "*", "web.*". */
bool jailconf_is_wild(const char *block);
bool jailconf_fits(const char *block, const char *jail);

/*
 * jailconf_jail - the parameters of one jail: merged, variables replaced, every value checked.
 *
 *   errors   -ENOENT no block of that name; -EINVAL with place and mark as above (unknown parameter, variable that is
 *            not there or refers to itself, a value that is none)
 *   owner    jail_params_done
 */
int jailconf_jail(struct jailconf *c, const char *name, struct jail_params *ret, struct err *e);

#endif
