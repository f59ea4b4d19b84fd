/* sources.h - the files and folders that a command names, read into memory, and files that it writes. */
#ifndef UI_CLI_SOURCES_H
#define UI_CLI_SOURCES_H

#include "core/dialect/rcconf.h"
#include "core/dialect/recognise.h"

struct loaded {
        char *path;
        char *real; /* the same, absolute and without links; NULL: standard input */
        char *text;
        struct source source;
        enum file_kind kind;
        struct rc_file rc; /* when it is of assignments, and parsed */
        char *jail;        /* whose rc.conf it is; NULL the host's */
};

struct sources {
        struct loaded **items; /* do not move while the list grows: readers point into them */
        size_t count, capacity;
        size_t skipped; /* in folders: names with a dot */
};

/*
 * sources_add - a file, or all files of a folder in the order of their names; "-" is standard input.
 *
 *   shape    in a folder names with a dot are left out, as ezjail does, but for the names that jailnet itself writes
 *            there: rc.conf, jail.conf, pf.conf, netgraph.ngctl, and jails/NAME/etc/rc.conf below it
 *   errors   e names the path
 */
int sources_add(struct sources *s, const char *path, struct err *e);
void sources_done(struct sources *s);

const char *path_base(const char *path);

/* A file to be written: folders above it are made. -EEXIST when it is there. */
int file_write(const char *folder, const char *path, const char *text, struct err *e);
bool file_is_there(const char *folder, const char *path);

/* Tells e, and below it the line with its mark. Returns status. */
int tell_source(const struct source *s, const struct err *e, int status);

#endif
