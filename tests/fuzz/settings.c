/*
 * settings.c - bytes from anywhere as the file of the user's settings: nothing may crash, and each line that is wrong
 * is told with its number.
 *
 * Built with driver.c.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/text.h"
#include "ui/tui/settings.h"

#define FILE_SIZE_MAX (1 << 20) /* of the driver's noise a part is enough: it is many lines */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
        CLEANUP(text_done) struct text wrong = {0};
        struct settings s;
        struct err e = {0};
        char path[64];
        int fd = memfd_create("settings", MFD_CLOEXEC);
        size_t n = size < FILE_SIZE_MAX ? size : FILE_SIZE_MAX;

        if (fd < 0 || write(fd, data, n) != (ssize_t)n || !str_format(path, sizeof(path), "/proc/self/fd/%d", fd)) {
                perror("settings"); /* no fault of the reader's */
                exit(2);
        }
        settings_default(&s);
        if (settings_read(&s, path, &wrong, &e) < 0)
                abort();
        for (uint32_t key = 0; key < 512; key++)
                (void)settings_key(&s, key);
        (void)close(fd); /* a memory file */
        return 0;
}
