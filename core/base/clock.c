/* clock.c - monotonic time for measuring, wall time for the journal. */
#include "core/base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t clock_now_ms(void)
{
        struct timespec ts;

        (void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail for this clock */
        return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now_us(void)
{
        struct timespec ts;

        (void)clock_gettime(CLOCK_MONOTONIC, &ts); /* cannot fail for this clock */
        return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_wall_s(void)
{
        return (int64_t)time(NULL);
}

const char *clock_format_age(int64_t seconds, char buf[AGE_TEXT_SIZE])
{
        if (seconds < 0)
                seconds = 0;
        if (seconds < 60)
                (void)snprintf(buf, AGE_TEXT_SIZE, "%ds", (int)seconds);
        else if (seconds < 3600)
                (void)snprintf(buf, AGE_TEXT_SIZE, "%dm", (int)(seconds / 60));
        else if (seconds < 86400)
                (void)snprintf(buf, AGE_TEXT_SIZE, "%dh", (int)(seconds / 3600));
        else
                (void)snprintf(buf, AGE_TEXT_SIZE, "%dd", (int)(seconds / 86400 % 100000));
        return buf;
}
