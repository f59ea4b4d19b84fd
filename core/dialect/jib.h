/* jib.h - FreeBSD's jib: an epair for a jail and each interface given, on a bridge with that interface. */
#ifndef CORE_DIALECT_JIB_H
#define CORE_DIALECT_JIB_H

#include "core/dialect/dialect.h"

dialect_language dialect_jib;

#endif
