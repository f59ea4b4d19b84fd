/* ngctl_prompt.h - the line that a person types to ngctl, with history and completion from the live graph. */
#ifndef UI_CLI_NGCTL_PROMPT_H
#define UI_CLI_NGCTL_PROMPT_H

#include "core/dialect/ngctl.h"

/* True when standard input and output are both a terminal: FreeBSD's condition for being interactive. */
bool ngctl_prompt_is_possible(void);

/* dialect_services.read_line. */
int ngctl_prompt_read(struct dialect *d, struct ngctl *n, char **ret, struct err *e);

#endif
