/* doctor.h - the list of the doctor's checks, for its help page. */
#ifndef UI_CLI_DOCTOR_H
#define UI_CLI_DOCTOR_H

#include "core/base/text.h"

void doctor_put_checks(struct text *t);

#endif
