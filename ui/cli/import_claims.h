/* import_claims.h - what earlier imports made for the files that are imported now: which of it goes, which is kept. */
#ifndef UI_CLI_IMPORT_CLAIMS_H
#define UI_CLI_IMPORT_CLAIMS_H

#include "core/dialect/takeback.h"
#include "ui/app.h"
#include "ui/cli/sources.h"

struct import_claims {
        struct claims all;    /* of all files that were ever imported */
        struct claims old;    /* of these files, and of those that have gone from these folders */
        struct claims wanted; /* by the files now; filled by who imports them */
        struct claims left;   /* that could not be taken back */
};

/* words: what was named on the command line. */
int import_claims_load(struct import_claims *c, struct app *a, const struct sources *in, const char *const *words,
                       size_t count, struct err *e);
void import_claims_done(struct import_claims *c);

/* Is there anything that these files could want no more? */
bool import_claims_any(const struct import_claims *c);

/* Asks for the end of all that was ever made for these files: what is asked for on that is what the files want. */
void import_claims_end_all(struct import_claims *c, struct dialect *d);

/* Asks for the end of what they want no more. */
void import_claims_end(struct import_claims *c, struct dialect *d);

/* What the plan has made of what d's files want is theirs, and what they want no more is not. */
void import_claims_put(const struct import_claims *c, const struct dialect *d, struct plan *p);

/* The same where nothing is to be done: files may want what others do, or want it no more. */
int import_claims_keep(const struct import_claims *c, const struct dialect *d, struct app *a, struct err *e);

#endif
