/* tempdir.c - a folder of a test's own, removed with what is in it. */
#include "tests/lib/tempdir.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/text.h"

void tempdir_make(char ret[TEMPDIR_SIZE])
{
        (void)str_copy(ret, TEMPDIR_SIZE, "/tmp/jailnet-test-XXXXXX");
        if (!mkdtemp(ret)) {
                perror(ret);
                abort();
        }
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
        (void)st;
        (void)type;
        (void)where;
        return remove(path);
}

void tempdir_remove(const char *path)
{
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS); /* what stays is the test's own litter in /tmp */
}

char *tempdir_file(const char *folder, const char *name)
{
        return xasprintf("%s/%s", folder, name);
}

char *tempdir_find(const char *folder, const char *prefix)
{
        DIR *d = opendir(folder);
        char *found = NULL;

        if (!d)
                return NULL;
        for (struct dirent *entry; !found && (entry = readdir(d));)
                if (str_has_prefix(entry->d_name, prefix))
                        found = tempdir_file(folder, entry->d_name);
        (void)closedir(d);
        return found;
}
