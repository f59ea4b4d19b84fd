/* jng.h - FreeBSD's jng: a netgraph Ethernet interface for a jail on a bridge with each interface given. */
#ifndef CORE_DIALECT_JNG_H
#define CORE_DIALECT_JNG_H

#include "core/dialect/dialect.h"

dialect_language dialect_jng;

#endif
