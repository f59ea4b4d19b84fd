/*
 * small.h - the small commands that FreeBSD's network scripts call beside ifconfig and ngctl.
 *
 * Each prints and exits as FreeBSD's does. What has no counterpart on Linux succeeds quietly only where that is
 * harmless; else it is refused with a sentence.
 */
#ifndef CORE_DIALECT_SMALL_H
#define CORE_DIALECT_SMALL_H

#include "core/dialect/dialect.h"

dialect_language dialect_route;  /* small_route.c: add, delete, change, get, show, flush */
dialect_language dialect_arp;    /* small_arp.c: what a stack has learnt on its links (services->neighbours) */
dialect_language dialect_sysctl; /* small_sysctl.c: the names that network scripts read and set */

/* small_kld.c: modules are what the kernel can do (services->missing_kinds) */
dialect_language dialect_kldload;
dialect_language dialect_kldstat;
dialect_language dialect_kldunload;

dialect_language dialect_sysrc; /* small_sysrc.c: variables of rc.conf and files like it */

dialect_language dialect_uname; /* small_text.c: FreeBSD's answers, for --strict */
dialect_language dialect_sum;   /* small_text.c: sum(1)'s checksum without the leading zeros that GNU's has */
dialect_language dialect_fmt;   /* small_text.c: fills lines to a width that is a bare number, unlike Linux's */

#endif
