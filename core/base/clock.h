/* clock.h - monotonic time for measuring, wall time for the journal. */
#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_now_ms(void); /* monotonic milliseconds; for timers and rates */
int64_t clock_now_us(void); /* the same in microseconds; for round trips */
int64_t clock_wall_s(void); /* seconds since 1970; for the journal only */

#define AGE_TEXT_SIZE 16
const char *clock_format_age(int64_t seconds, char buf[AGE_TEXT_SIZE]); /* "5s" "3m" "2h" "4d"; returns buf */

#endif
