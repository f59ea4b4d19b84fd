/* stop.c - kills the program where a test of recovery wishes: JAILNET_STOP_AT="done:2" (core/exec/run.h). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/exec/run.h"

void stop_point(const char *where, size_t step)
{
        const char *wish = getenv("JAILNET_STOP_AT");
        char here[64];

        (void)snprintf(here, sizeof(here), "%s:%zu", where, step);
        if (wish && strcmp(wish, here) == 0)
                (void)raise(SIGKILL);
}
