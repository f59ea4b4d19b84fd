/* ifconfig.h - FreeBSD's ifconfig: lists interfaces in its layout, and turns its words into requests. */
#ifndef CORE_DIALECT_IFCONFIG_H
#define CORE_DIALECT_IFCONFIG_H

#include "core/dialect/dialect.h"

dialect_language dialect_ifconfig;

#endif
