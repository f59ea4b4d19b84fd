/* observer_parts.h - what the one-shot and the live observer share; nobody else includes it. */
#ifndef CORE_KERNEL_OBSERVER_PARTS_H
#define CORE_KERNEL_OBSERVER_PARTS_H

#include "core/kernel/scan.h"

void picture_hostname(char *buf, size_t size);

/* The registry from the store; empty (with a warning in f) when it can't be read. registry_free. */
struct registry *picture_registry(const struct observer_options *o, struct facts *f);

/* Saves it when it is dirty and may be. A failure becomes a warning in f and is returned. */
int picture_save(const struct observer_options *o, struct registry *registry, struct facts *f);

#endif
